package wecom

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
)

const (
	// ReturnLife is how long a message of a bot can be answered (W:101138).
	ReturnLife = time.Hour
	// oneTry bounds each of the two tries, which fit below [whole].
	oneTry = 5 * time.Second
	// used is the code of a response_url that was used, or is older than an hour. No page
	// names it; it is that of a card's response_code, and has been seen (?).
	used = 60140
)

// botRequest is what a bot says. W:101138; the text, W:101031, answers enter_chat alone.
type botRequest struct {
	Type     string   `json:"msgtype"`
	Text     *content `json:"text,omitempty"`
	Markdown *content `json:"markdown,omitempty"`
	Card     *card    `json:"template_card,omitempty"`
}

// respond posts an answer to the address that came with the message. The address takes
// one, so asking twice does no harm: when no answer comes it is asked once more, and what
// then says that it was used says that the first went out.
func (s *Sender) respond(ctx context.Context, ch channel.Channel, out message.Outgoing) *message.SendError {
	if failed := s.unanswerable(ch, out); failed != nil {
		return failed
	}
	body, err := json.Marshal(botMessage(out))
	if err != nil {
		return &message.SendError{Class: message.Bug, Reason: "the call cannot be written as JSON"}
	}
	p := posting{out.Return, body, scrubber(append(append(credentials(ch), private(out)...), addressed(out.Return)...))}
	failed := s.post(ctx, p)
	if failed != nil && failed.Class == message.Unknown {
		lost := failed
		if failed = s.post(ctx, p); failed != nil && failed.Code != used {
			return lost // whatever the second try says, the first may have gone out
		}
		return nil
	}
	if failed != nil && failed.Code == used && out.Again {
		return nil
	}
	return failed
}

// unanswerable says why there is nothing to be posted, or nowhere to post it to.
func (s *Sender) unanswerable(ch channel.Channel, out message.Outgoing) *message.SendError {
	refuse := func(class message.Class, reason string) *message.SendError {
		return &message.SendError{Class: class, Reason: reason}
	}
	switch fault := botFault(out.Content); {
	case out.Content.Shape == message.ShapeApproved:
		return refuse(message.Drop, "WeCom has no approved templates: only the person can open the window again")
	case out.Channel != "" && out.Channel != ch.ID:
		return refuse(message.Bug, "the message belongs to another channel")
	case out.Return == "":
		return refuse(message.Drop, "a bot can only answer a message, once: the person must write again")
	case !out.Heard.IsZero() && s.now().Sub(out.Heard) >= ReturnLife:
		return refuse(message.Drop, "the message is older than an hour, and cannot be answered any more: the person must write again")
	case !returnable(out.Return, ch.APIURL):
		return refuse(message.Bug, "the address for the answer is not WeCom's")
	case fault != "":
		return refuse(message.Bug, fault)
	}
	return nil
}

func (s *Sender) now() time.Time {
	if s.Now != nil {
		return s.Now()
	}
	return time.Now()
}

// posting is one answer and where it goes.
type posting struct {
	to    string
	body  []byte
	scrub func(string) string
}

func (s *Sender) post(ctx context.Context, p posting) *message.SendError {
	ctx, cancel := context.WithTimeout(ctx, oneTry)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.to, bytes.NewReader(p.body))
	if err != nil { // it holds the address
		return &message.SendError{Class: message.Bug, Reason: "the address for the answer is none"}
	}
	req.Header.Set("Content-Type", "application/json")
	a, failed := exchange(s.HTTP, req, false)
	if failed != nil {
		return failed
	}
	a.scrub, a.explain = p.scrub, explainBot
	return a.read(&struct{}{})
}

// explainBot is [Explain] where no access token is used.
func explainBot(code int) (Code, bool) {
	if code == used {
		return Code{used, used, message.Drop, 0, "the message was answered already, or is older than an hour: the person must write again"}, true
	}
	return ExplainRobot(code)
}

// addressed lists what in an address is secret: what its query says.
func addressed(to string) (all []string) {
	u, err := url.Parse(to)
	if err != nil {
		return []string{to}
	}
	for _, values := range u.Query() {
		all = append(all, values...)
	}
	return all
}
