// Package receipts records what channels say later of our messages. A receipt
// is stored as it comes, under the reply that its reference names: one write, no
// reading, any order, any number of times. Only a failure looks further: the
// customer has no answer after all, so the conversation goes to people.
//
// Receipts of messages that something else sent carry no reference of ours and
// are passed over. Notices (account alerts, template status) are kept as received; a
// contact's wish, an account's limit and changed templates are noted besides.
package receipts

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/inbox"
	"frontdesk/shared/live"
	"frontdesk/shared/message"
	"frontdesk/shared/record"
	"frontdesk/shared/week"
)

// ReasonDelivery is why a conversation was handed to people when its reply was
// accepted and then not delivered.
const ReasonDelivery = "delivery_failed"

// Receiver records receipts and notices.
type Receiver struct {
	Store *record.Store
	Zone  *time.Location
	Now   func() time.Time
	Log   *slog.Logger
	// Inbox takes the wish to bring a session to people; nil for none.
	Inbox inbox.Queue
	// Live says which teams are told of a reply that did not arrive; nil for none.
	Live *live.Cache
}

// Handle works on one job of the receipts queue: the JSON of a [message.Report].
func (r *Receiver) Handle(ctx context.Context, job inbox.Job) error {
	var report message.Report
	if err := json.Unmarshal(job.Body, &report); err != nil {
		return inbox.Dead("the job is not a report", nil) // err may quote it
	}
	switch {
	case report.Receipt != nil:
		return r.receipt(ctx, *report.Receipt)
	case report.Notice != nil:
		return r.notice(ctx, job.ID, *report.Notice)
	}
	return inbox.Dead("the report is empty", nil)
}

func (r *Receiver) receipt(ctx context.Context, m message.Receipt) error {
	home, replyID, ok := conversation.ParseRef(m.Ref)
	if !ok {
		return nil
	}
	redo := ""
	if day := week.Day(conversation.IDTime(replyID), r.Zone); day < week.Day(r.Now(), r.Zone) {
		redo = day
	}
	if err := r.Store.Receive(ctx, home, conversation.Receipt{ReplyID: replyID, Receipt: m}, redo); err != nil {
		return fmt.Errorf("record a receipt: %w", err)
	}
	if m.Status == message.Failed {
		return r.failed(ctx, home, replyID, m)
	}
	return nil
}

// failed hands a conversation to people because its reply did not arrive. The head
// remembers the reply, so that a repeated receipt changes nothing.
func (r *Receiver) failed(ctx context.Context, home, replyID string, m message.Receipt) error {
	code := 0
	if len(m.Faults) > 0 {
		code = m.Faults[0].Code
	}
	r.Log.Warn("a reply was not delivered", "channel", m.Channel, "conversation", home, "code", code)
	if sent, err := r.Store.Message(ctx, home, replyID); err == nil && (sent.OfSurvey() || sent.OfWish()) {
		return nil // nobody waits for the question how it was, for thanks, or to hear that they opted out
	}
	for range 5 {
		h, err := r.Store.Head(ctx, home)
		if errors.Is(err, record.ErrNotFound) {
			// The receipt overtook the record of its own reply, or the reply was cut
			// off after the send; the desk finds the receipt before long.
			return inbox.Later(overtaken, err)
		}
		if err != nil {
			return fmt.Errorf("read conversation of a failed reply: %w", err)
		}
		if conversation.IsMessageID(h.Failed) && replyID <= h.Failed {
			return r.call(ctx, m.Channel, h) // perhaps it was cut off before
		}
		turn := record.Turn{Head: undelivered(h, replyID, m.Time)}
		r.told(ctx, h, &turn)
		err = r.Store.Record(ctx, turn)
		if err == nil {
			return r.call(ctx, m.Channel, turn.Head)
		}
		if !errors.Is(err, record.ErrStale) {
			return err
		}
	}
	return record.ErrStale
}

// call lets the desk bring the session of a conversation to people, where the channel has
// sessions: whoever got no answer may not write again.
func (r *Receiver) call(ctx context.Context, channel string, h conversation.Head) error {
	if r.Inbox == nil || h.HandedOff.IsZero() || h.Session.People || h.Session.Stays {
		return nil
	}
	body, err := message.EncodeElsewhere(message.Elsewhere{
		Channel: channel, ID: "called-" + h.Failed, To: h.Contact.Person, Time: h.HandedOff, Did: message.Called,
	})
	if err != nil {
		return err
	}
	if err := r.Inbox.Put(ctx, inbox.Job{ID: channel + "/called-" + h.Failed, Group: h.ID, Body: body}); err != nil {
		return fmt.Errorf("call people to a conversation: %w", err)
	}
	return nil
}

// overtaken is how long a failure waits for the head of its conversation; over
// all attempts this is far longer than the desk takes to look for proof.
const overtaken = 30 * time.Second

// undelivered is a head after one of our messages turned out not to have arrived.
func undelivered(h conversation.Head, replyID string, at time.Time) conversation.Head {
	h.Failed = replyID
	if h.Contact.Blocked > 0 { // they wake nobody
		return h
	}
	h = h.Taken(at, ReasonDelivery)
	if h.WaitingSince.IsZero() {
		h.WaitingSince = at
	}
	return h
}

func (r *Receiver) notice(ctx context.Context, jobID string, n message.Notice) error {
	if n.Time.IsZero() { // some notices carry no time
		n.Time = r.Now()
	}
	for _, p := range n.Preferences {
		if p.Time.IsZero() {
			p.Time = n.Time
		}
		if err := r.prefer(ctx, n.Channel, p); err != nil {
			return fmt.Errorf("keep what a contact wants: %w", err)
		}
	}
	if n.People != 0 {
		if err := r.Store.Told(ctx, cmp.Or(n.Account, n.Channel), n.People); err != nil {
			return fmt.Errorf("keep the limit of an account: %w", err)
		}
	}
	if aboutTemplates(n.Field) && n.Account != "" {
		if err := r.Store.TemplatesChanged(ctx, n.Account, r.Now()); err != nil {
			return fmt.Errorf("note that templates have changed: %w", err)
		}
	}
	sum := sha256.Sum256([]byte(jobID))
	r.Log.Info("notice from a channel", "account", n.Account, "field", n.Field)
	return r.Store.Note(ctx, record.Notice{
		ID: conversation.NewID(n.Time, sum[:]), At: n.Time,
		Account: n.Account, Channel: n.Channel, Field: n.Field, Value: n.Value,
	})
}

// aboutTemplates reports whether a field says that a message template is another than it
// was (Meta, webhook reference): a timer then asks for all of them.
func aboutTemplates(field string) bool {
	switch field {
	case "message_template_status_update", "message_template_quality_update", "message_template_components_update", "template_category_update":
		return true
	}
	return false
}
