package qyapi

import (
	"encoding/json"
	"slices"
	"time"
)

// responseLife is how long a response_code can be used (B6).
const responseLife = 72 * time.Hour

// cardKey finds a card: its task_id is unique within an app.
type cardKey struct{ agent, task string }

// response is a response_code: one change of one card.
type response struct {
	till time.Time
	used bool
	card *SentMessage
	who  string // a member who tapped; empty for the code of the send
}

// openCard notes a card that was sent and gives the code with which it can be
// changed once. Notices, which nobody taps, get none.
func (s *Sandbox) openCard(m *SentMessage, a answer) *refusal {
	s.cards[cardKey{m.From, m.TaskID}] = m
	code, err := s.respond(m, "")
	if err != nil {
		return noID(err)
	}
	a["response_code"] = code
	return nil
}

func (s *Sandbox) respond(m *SentMessage, who string) (string, error) {
	code, err := s.id("")
	if err != nil {
		return "", err
	}
	m.codes = append(m.codes, code)
	s.responses[code] = &response{till: s.cfg.Now().Add(responseLife), card: m, who: who}
	return code, nil
}

// updateBody is the request of message/update_template_card.
type updateBody struct {
	Users  []string `json:"userids"`
	All    int      `json:"atall"`
	Agent  *int64   `json:"agentid"`
	Code   string   `json:"response_code"`
	Button *struct {
		Name string `json:"replace_name"`
	} `json:"button"`
	Card json.RawMessage `json:"template_card"`

	seen seen
}

func (b *updateBody) about() Request { return Request{Type: "template_card", ID: b.Code} }

func (b *updateBody) check(*Sandbox) *refusal {
	switch {
	case b.Agent == nil:
		return refuse(41011, "missing agentid")
	case b.Code == "":
		return refuse(60140, "invalid response_code")
	case b.Button != nil:
		return need(42018, "button.replace_name", b.Button.Name)
	}
	var r *refusal
	b.seen, r = of[card](b.Card)
	return r
}

// updateCard changes a card, once for each code within 72 hours (B6).
func updateCard(s *Sandbox, c *caller, b *updateBody) (answer, *refusal) {
	if *b.Agent != c.app.AgentID {
		return nil, refuse(301002, "the access token is not that of this agentid")
	}
	got := s.responses[b.Code]
	if got == nil || got.used || !s.cfg.Now().Before(got.till) || got.card.From != c.app.id() {
		return nil, refuse(60140, "invalid response_code")
	}
	m := got.card
	users := b.Users
	if b.All == 1 || len(users) == 0 && got.who == "" {
		users = m.To
	}
	if len(users) == 0 {
		users = []string{got.who}
	}
	for _, id := range users {
		if !slices.Contains(m.To, id) {
			return nil, refuse(82102, "a member is not among the card's receivers")
		}
	}
	got.used = true
	if b.Button != nil {
		m.Choices = []Choice{{Title: b.Button.Name}}
		return nil, nil
	}
	m.Body, m.Text, m.Choices = b.Card, b.seen.text, b.seen.choices
	return nil, nil
}
