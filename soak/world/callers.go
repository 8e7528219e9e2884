package world

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"

	"frontdesk/shared/channel"
	"frontdesk/shared/inbox"
	"frontdesk/shared/message"
	"frontdesk/shared/record"
	"frontdesk/shared/wecom"
	"frontdesk/soak/audit"
)

// callers are the real senders of a process to WeCom, each used by one task at a time:
// whoever waits for an access token that another task of the same process fetches
// would hold up the whole world. So each has its copy of the token, as if it were a
// process of its own, and the lease in the table is all that keeps them to one fetch.
type callers struct {
	w     *World
	store *record.Store
	idle  []*wecom.Sender
}

// with runs a call with a sender of its own.
func (c *callers) with(call func(*wecom.Sender) error) error {
	var s *wecom.Sender
	if n := len(c.idle); n > 0 {
		s, c.idle = c.idle[n-1], c.idle[:n-1]
	} else {
		client := &http.Client{Transport: wire{c.w}}
		s = &wecom.Sender{HTTP: client, Tokens: &wecom.Tokens{Store: c.store, HTTP: client, Now: c.w.ourTime, Sleep: c.w.sleep}}
	}
	err := call(s)
	c.idle = append(c.idle, s)
	return err
}

func (c *callers) send(ctx context.Context, ch channel.Channel, out message.Outgoing) (id string, err error) {
	t := c.w.sim.Current()
	c.w.ledger.asked[t] = out.Ref
	defer delete(c.w.ledger.asked, t)
	return c.w.bounded(several, func() (string, error) {
		err = c.with(func(s *wecom.Sender) error { id, err = s.Send(ctx, ch, out); return err })
		return id, err
	})
}

// page is how many items are fetched at once at most: few, so that there are many pages,
// and no more than SQS takes in one call. More would be put side by side, and here one
// thing happens at a time.
const page = 10

// SyncMsg fetches a page with at most one code on it, of somebody who has come in or
// whose session has ended: they, too, would be written to side by side.
func (c *callers) SyncMsg(ctx context.Context, ch channel.Channel, cursor, token string, _ int) (got wecom.Page, err error) {
	limit := 1 + c.w.faults.Pick(page)
	for {
		err = c.with(func(s *wecom.Sender) error { got, err = s.SyncMsg(ctx, ch, cursor, token, limit); return err })
		if err != nil || limit == 1 || codes(got.Items) < 2 {
			c.w.about(got.Items)
			return got, err
		}
		limit = 1
	}
}

// about makes a task one about the first message of a page.
func (w *World) about(items []json.RawMessage) {
	for _, raw := range items {
		var i struct{ MsgID string }
		if json.Unmarshal(raw, &i) == nil && w.ledger.wrote[i.MsgID] != nil {
			w.sim.Current().Subject = i.MsgID
			return
		}
	}
}

// codes counts the items that allow a message of their own.
func codes(items []json.RawMessage) int {
	n := 0
	for _, raw := range items {
		if bytes.Contains(raw, []byte(`"welcome_code"`)) || bytes.Contains(raw, []byte(`"msg_code"`)) {
			n++
		}
	}
	return n
}

// SendOnEvent answers an event. Its deadline is of the machine's clock and left out.
func (c *callers) SendOnEvent(ctx context.Context, ch channel.Channel, code string, out message.Outgoing) (id string, err error) {
	return c.w.bounded(several, func() (string, error) {
		err = c.with(func(s *wecom.Sender) error {
			id, err = s.SendOnEvent(context.WithoutCancel(ctx), ch, code, out)
			return err
		})
		return id, err
	})
}

// GetState looks who has a session.
func (c *callers) GetState(ctx context.Context, ch channel.Channel, customer string) (state wecom.State, servicer string, err error) {
	err = c.with(func(s *wecom.Sender) error { state, servicer, err = s.GetState(ctx, ch, customer); return err })
	return state, servicer, err
}

// TransState moves a session.
func (c *callers) TransState(ctx context.Context, ch channel.Channel, customer string, to wecom.State, servicer string) (code string, err error) {
	return c.w.bounded(several, func() (string, error) {
		err = c.with(func(s *wecom.Sender) error { code, err = s.TransState(ctx, ch, customer, to, servicer); return err })
		return code, err
	})
}

// traced is the receipts queue as the puller fills it: what it takes is a trace that we
// have, as a webhook that the door has acknowledged.
type traced struct {
	w     *World
	queue inbox.Queue
}

func (q traced) Put(ctx context.Context, jobs ...inbox.Job) error {
	if err := q.queue.Put(ctx, jobs...); err != nil {
		return err
	}
	for _, job := range jobs {
		var r message.Report
		if json.Unmarshal(job.Body, &r) == nil && r.Receipt != nil {
			q.w.ledger.traces = append(q.w.ledger.traces, audit.Trace{ID: r.Receipt.ID, Ref: r.Receipt.Ref, At: q.w.sim.Now()})
		}
	}
	return nil
}
