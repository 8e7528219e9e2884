package wecom

import (
	"context"
	"encoding/json"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
)

// State is who looks after a customer's session. W:94669.
type State int

// The states of a session. Only a new message of the customer leaves Ended.
const (
	Untouched State = 0 // nobody yet: we may write
	Bot       State = 1 // we may write
	Pool      State = 2 // waiting for a person
	Person    State = 3 // a servicer who is on duty
	Ended     State = 4
)

// Page is one answer of sync_msg.
type Page struct {
	// Next is the cursor behind the items: store it when they are safely stored.
	Next string
	// HasMore says to ask again at once, even when Items is empty.
	HasMore bool
	// Items are to be read with [ParseItem], in their order.
	Items []json.RawMessage
}

type syncRequest struct {
	Cursor  string `json:"cursor,omitempty"`
	Token   string `json:"token,omitempty"`
	Limit   int    `json:"limit"`
	Voice   int    `json:"voice_format"`
	Account string `json:"open_kfid"`
}

type synced struct {
	Next  string            `json:"next_cursor"`
	More  int               `json:"has_more"`
	Items []json.RawMessage `json:"msg_list"`
}

// staleToken is the code of a callback's token that has run out (10 minutes).
const staleToken = 95007

// SyncMsg fetches what customers, servicers and the system said after a cursor; ""
// begins with the oldest of the last 3 days. token is that of the callback ([Pull]),
// and may be empty or stale: then WeCom's rate limit is strict (W:94670). limit is 1 to
// [MaxSync]. Fetching twice does no harm; errors are [*message.SendError] and never
// Unknown.
func (s *Sender) SyncMsg(ctx context.Context, ch channel.Channel, cursor, token string, limit int) (Page, error) {
	r := syncRequest{Cursor: cursor, Token: token, Limit: min(max(limit, 1), MaxSync), Account: ch.OpenKFID}
	if reason := unsyncable(ch, r); reason != "" {
		return Page{}, &message.SendError{Class: message.Bug, Reason: reason}
	}
	c := call{ch: ch, path: "kf/sync_msg", body: r, private: []string{cursor, token}, repeatable: true}
	var got synced
	failed := s.do(ctx, c, &got)
	if failed != nil && failed.Code == staleToken && token != "" {
		r.Token = ""
		c.body = r
		failed = s.do(ctx, c, &got)
	}
	if failed != nil {
		return Page{}, failed
	}
	return Page{Next: or(got.Next, cursor), HasMore: got.More == 1, Items: got.Items}, nil
}

func unsyncable(ch channel.Channel, r syncRequest) string {
	switch {
	case ch.Kind != message.WeComKF:
		return "the channel is not of kind wecom_kf"
	case len(r.Cursor) > MaxSyncCursor:
		return "the cursor is too long"
	case len(r.Token) > MaxSyncToken:
		return "the token of the callback is too long"
	}
	return ""
}

// SendOnEvent answers an event with its code, once: the welcome code of enter_session
// (20 s), the code of a queue or of a servicer (48 h, text only), the code of an ended
// session (20 s). W:95122. Of out only Content and Ref are used. It does not count
// against the 5 messages of the window.
func (s *Sender) SendOnEvent(ctx context.Context, ch channel.Channel, code string, out message.Outgoing) (id string, err error) {
	ctx, cancel := context.WithTimeout(ctx, whole)
	defer cancel()
	out.To.UserID = "of the event"
	if out.Content.Shape == message.ShapeApproved {
		return "", &message.SendError{Class: message.Drop, Reason: "WeCom has no approved templates"}
	}
	if reason := refusal(ch, out); ch.Kind != message.WeComKF || code == "" || reason != "" {
		return "", &message.SendError{Class: message.Bug, Reason: or(reason, "only customer service answers events, and with their code")}
	}
	r := said(out)
	r.Code = code
	c := call{ch: ch, path: "kf/send_msg_on_event", body: r, private: append(private(out), code)}
	id, failed := s.serve(ctx, c, r.MsgID)
	if failed != nil {
		return "", failed
	}
	return id, nil
}

type stateRequest struct {
	Account  string `json:"open_kfid"`
	Customer string `json:"external_userid"`
	State    *State `json:"service_state,omitempty"`
	Servicer string `json:"servicer_userid,omitempty"`
}

type stateAnswer struct {
	State    State  `json:"service_state"`
	Servicer string `json:"servicer_userid"`
	Code     string `json:"msg_code"`
}

// GetState returns who looks after a customer, and the servicer when it is a person.
func (s *Sender) GetState(ctx context.Context, ch channel.Channel, customer string) (State, string, error) {
	got, err := s.state(ctx, ch, "kf/service_state/get", stateRequest{Customer: customer}, true)
	return got.State, got.Servicer, err
}

// TransState moves a customer's session. servicer is the member of state Person, who
// must be on duty (95019 otherwise). From 0 and 1 every state can be reached, from 2
// and 3 only later ones (95016). The code, when there is one, is for [Sender.SendOnEvent].
// When no answer came the class is Unknown: look with [Sender.GetState].
func (s *Sender) TransState(ctx context.Context, ch channel.Channel, customer string, to State, servicer string) (code string, err error) {
	got, err := s.state(ctx, ch, "kf/service_state/trans", stateRequest{Customer: customer, State: &to, Servicer: servicer}, false)
	return got.Code, err
}

func (s *Sender) state(ctx context.Context, ch channel.Channel, path string, r stateRequest, repeatable bool) (stateAnswer, error) {
	if ch.Kind != message.WeComKF || r.Customer == "" {
		return stateAnswer{}, &message.SendError{Class: message.Bug, Reason: "only customers of customer service have a session"}
	}
	ctx, cancel := context.WithTimeout(ctx, whole)
	defer cancel()
	r.Account = ch.OpenKFID
	var got stateAnswer
	c := call{ch: ch, path: path, body: r, private: []string{r.Customer, r.Servicer}, repeatable: repeatable}
	if failed := s.do(ctx, c, &got); failed != nil {
		return stateAnswer{}, failed
	}
	return got, nil
}
