// Package pull fetches what WeChat customer service (微信客服, KF) has for us. For each
// call to pull, in this order:
//
//	fetch   one page after the stored cursor (sync_msg)
//	keep    everything on it, on the queues (package intake): what customers and
//	        servicers wrote, taken and ended sessions, receipts, events
//	seize   greet who has just opened a chat, ask whose session has just ended how it
//	        was, while the code for it is good
//	move    the cursor behind the page
//
// and again while there is more. Calls to pull are jobs of the inbox, and those of one
// account are one group, so that one puller works on an account at a time. A crash
// anywhere repeats a page, and nothing on a page does harm twice: the desk knows each
// message by its msgid, and a welcome or a question is claimed before it is sent.
//
// It refuses nothing that is authentic: what cannot be read becomes a dead letter, from
// which it can be read again.
package pull

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"sync"
	"time"

	"frontdesk/shared/channel"
	"frontdesk/shared/inbox"
	"frontdesk/shared/intake"
	"frontdesk/shared/live"
	"frontdesk/shared/message"
	"frontdesk/shared/record"
	"frontdesk/shared/wecom"
)

// WeCom is what is asked of customer service ([wecom.Sender]).
type WeCom interface {
	SyncMsg(ctx context.Context, ch channel.Channel, cursor, token string, limit int) (wecom.Page, error)
	SendOnEvent(ctx context.Context, ch channel.Channel, code string, out message.Outgoing) (string, error)
}

// Puller fetches. Its fields must not change.
type Puller struct {
	Channels []channel.Channel
	WeCom    WeCom
	Store    *record.Store
	Intake   intake.Intake
	Live     *live.Cache
	// Asker asks whose session has ended how it was; nil for nobody.
	Asker Asker
	// Zone is the company's, for times in a welcome.
	Zone *time.Location
	Now  func() time.Time
	Log  *slog.Logger

	mu   sync.Mutex
	down map[string]bool // channels that an operator has been told of
}

const (
	// skew is how far the clocks of the door and of the puller may differ.
	skew = 2 * time.Second
	// hollow is how many pages in a row may hold nothing and still say that there is more.
	hollow = 50
	// badCursor is the code of a cursor that WeCom does not take (any more).
	badCursor = 50100
)

// Handle works on one call to pull.
func (p *Puller) Handle(ctx context.Context, job inbox.Job) error {
	call, err := intake.ParsePull(job)
	if err != nil {
		return inbox.Dead(err.Error(), nil)
	}
	ch, ok := channel.Find(p.Channels, call.Channel)
	ok = ok && ch.Kind == message.WeComKF
	switch {
	case !ok && call.Item != nil:
		return inbox.Dead("no customer service channel has this id", nil)
	case !ok: // taken out of the settings; its items stay at WeCom
		p.Log.Warn("a call to pull for a channel that is not there", "channel", call.Channel)
		return nil
	case call.Item != nil:
		return p.keep(ctx, ch, wecom.Page{Items: []json.RawMessage{call.Item}})
	}
	moved, err := p.fetch(ctx, ch, call)
	if refused, ok := errors.AsType[*message.SendError](err); ok {
		if moved { // it answers: the deliveries before say nothing of now
			job.Attempt = 1
		}
		return inbox.Wait(p.pause(ch, refused, job.Attempt), refused)
	}
	if err == nil {
		p.works(ch)
	}
	return err
}

var (
	errSomebody = errors.New("somebody else fetches this channel")
	errHollow   = errors.New("the channel says again and again that there is more, and gives nothing")
)

// fetch takes page after page until there is no more, and says whether it took one.
func (p *Puller) fetch(ctx context.Context, ch channel.Channel, call intake.Pull) (moved bool, _ error) {
	at, err := p.Store.Cursor(ctx, ch.ID)
	if err != nil {
		return moved, err
	}
	began := p.Now()
	if call.At.Before(at.Began.Add(-skew)) && !at.Began.After(began.Add(skew)) { // later still is a clock that was set back
		return false, nil // fetched by somebody who began later
	}
	for empty := 0; empty < hollow; {
		page, err := p.page(ctx, ch, &at, call.Token)
		if err != nil {
			return moved, err
		}
		empty++
		if len(page.Items) > 0 {
			empty = 0
		}
		if err := p.keep(ctx, ch, page); err != nil {
			return moved, err
		}
		if at, err = p.move(ctx, at, page, began); err != nil || !page.HasMore {
			return moved, err
		}
		moved = true
	}
	return moved, inbox.Wait(time.Minute, errHollow)
}

// page fetches one page. A cursor that is not taken any more is left: then everything
// of the last days comes again, and what is known is recognised.
func (p *Puller) page(ctx context.Context, ch channel.Channel, at *record.Cursor, token string) (wecom.Page, error) {
	page, err := p.WeCom.SyncMsg(ctx, ch, at.Next, token, wecom.MaxSync)
	refused, _ := errors.AsType[*message.SendError](err)
	if refused == nil || refused.Code != badCursor || at.Next == "" {
		return page, err
	}
	p.Log.Error("the cursor is not taken any more; fetching all of the last days", "alarm", "pull_restarted", "channel", ch.ID)
	at.Next = ""
	return p.WeCom.SyncMsg(ctx, ch, "", token, wecom.MaxSync)
}

// move writes the cursor when its page is safe.
func (p *Puller) move(ctx context.Context, at record.Cursor, page wecom.Page, began time.Time) (record.Cursor, error) {
	if page.HasMore && page.Next == at.Next {
		return at, nil
	}
	at.Next = page.Next
	if !page.HasMore {
		at.Began = began
	}
	moved, err := p.Store.SetCursor(ctx, at)
	if errors.Is(err, record.ErrStale) {
		return at, inbox.Wait(time.Second, errSomebody)
	}
	return moved, err
}

// How long a channel that refused is left alone: it answers nothing, or an operator
// must act. The pause grows with the deliveries where a queue counts those that waited.
const (
	unanswered = 10 * time.Second
	stopped    = time.Minute
	longest    = 2 * time.Minute
)

func (p *Puller) pause(ch channel.Channel, refused *message.SendError, attempt int) time.Duration {
	first := unanswered
	if refused.Class == message.Stop || refused.Class == message.Bug {
		first = stopped
		p.alarm(ch, refused)
	}
	grown := min(unanswered<<min(max(attempt-1, 0), 10), longest)
	return max(first, grown, refused.After)
}

// alarm tells once that a channel cannot be fetched until somebody acts.
func (p *Puller) alarm(ch channel.Channel, refused *message.SendError) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.down[ch.ID] {
		return
	}
	if p.down == nil {
		p.down = map[string]bool{}
	}
	p.down[ch.ID] = true
	p.Log.Error("a channel cannot be fetched until an operator acts; its messages wait at WeCom for 3 days",
		"alarm", "pull_stopped", "channel", ch.ID, "code", refused.Code, "error", refused.Reason)
}

func (p *Puller) works(ch channel.Channel) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.down, ch.ID)
}
