package whatsapp

import (
	"bytes"
	"context"
	"io"
	"net/http"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
	"frontdesk/shared/wire"
)

// maxAnswer bounds how much of an answer is read.
const maxAnswer = 1 << 20

// Sender sends messages through the Graph API. It is safe for concurrent use.
type Sender struct {
	// HTTP makes the calls; nil is http.DefaultClient. Its timeout, or the
	// context's deadline, is how long an answer is waited for. Redirects are never
	// followed: the token would go along.
	HTTP *http.Client
}

// Send sends one message and returns the channel's id of it (wamid). That is
// acceptance, not delivery: receipts say the rest.
//
// Every error is a *[message.SendError], whose class says what to do. Words that are longer
// than WhatsApp takes are cut; what is beyond its limits otherwise is Bug, without a call. When no answer tells whether
// the message went out, the class is Unknown: the Graph API has no idempotency
// key, so look for a receipt with our Ref before sending again.
func (s *Sender) Send(ctx context.Context, ch channel.Channel, out message.Outgoing) (id string, err error) {
	reason := refusal(ch, out)
	if reason != "" { // as a rule nothing is too long, and nothing is copied
		out.Content = fitted(out.Content)
		reason = refusal(ch, out)
	}
	if reason != "" {
		return "", &message.SendError{Class: message.Bug, Reason: reason}
	}
	a, failed := s.call(ctx, ch, out)
	if failed == nil {
		id, failed = a.read()
	}
	if failed != nil { // a nil *SendError must not become an error
		return "", failed
	}
	return id, nil
}

func (s *Sender) call(ctx context.Context, ch channel.Channel, out message.Outgoing) (answer, *message.SendError) {
	if err := ctx.Err(); err != nil {
		return answer{}, wire.NoAnswer(err, false)
	}
	var t wire.Trace
	req, failed := newRequest(t.Watch(ctx), ch, out)
	if failed != nil {
		return answer{}, failed
	}
	resp, err := s.client().Do(req)
	if err != nil {
		return answer{}, wire.NoAnswer(err, t.MayHaveArrived(err))
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	return answer{status: resp.StatusCode, header: resp.Header, body: body, cut: err, scrub: scrubber(ch, out)}, nil
}

func (s *Sender) client() *http.Client {
	client := *http.DefaultClient
	if s.HTTP != nil {
		client = *s.HTTP
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &client
}

func newRequest(ctx context.Context, ch channel.Channel, out message.Outgoing) (*http.Request, *message.SendError) {
	body, err := encode(out)
	if err != nil {
		return nil, &message.SendError{Class: message.Bug, Reason: "the message cannot be written as JSON"}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, ch.APIURL+"/"+ch.PhoneNumberID+"/messages", bytes.NewReader(body))
	if err != nil {
		return nil, &message.SendError{Class: message.Stop, Reason: "the channel's api_url is not an address"}
	}
	req.Header.Set("Authorization", "Bearer "+ch.Token.Reveal())
	req.Header.Set("Content-Type", "application/json")
	return req, nil
}
