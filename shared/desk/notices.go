package desk

import (
	"cmp"
	"context"
	"strings"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/notice"
	"frontdesk/shared/record"
)

// Ring is told of the notices that were recorded, so that they are sent at once. It must
// not fail: what it does not do is done within a minute.
type Ring func(ctx context.Context, rows []record.TeamNotice)

func (d *Desk) ring(ctx context.Context, rows []record.TeamNotice) {
	if d.Ring != nil && len(rows) > 0 {
		d.Ring(ctx, rows)
	}
}

// notices are what teams are told of a turn: that people must answer from now on, or that
// a reply did not go out, and what filters point out to them. A conversation that an agent has taken needs no notice, and
// one that is with people already was told.
func (t turn) notices(r record.Turn, now time.Time) []record.TeamNotice {
	h := r.Head
	e := notice.Event{HandedOff: t.head.Returned(t.inbound.Effects.Returned).HandedOff.IsZero() && !h.HandedOff.IsZero() && h.Reason != conversation.ReasonAgent}
	e.Failed = e.HandedOff && notice.Failure(h.Reason) || len(r.Receipts) > 0 && !t.inbound.OfSurvey()
	named := t.inbound.Effects.Notify
	if !e.HandedOff && !e.Failed && len(named) == 0 || len(t.book.Playbook().Notices) == 0 {
		return nil
	}
	e.At, e.Channel, e.Conversation, e.Team, e.Since = now, h.Channel, h.ID, h.Team, h.WaitingSince
	e.Reason, e.Filter = because(h.Reason)
	e.Urgent, e.Hours = h.Priority == "urgent", t.book
	for _, n := range named {
		e.Pointed = append(e.Pointed, notice.Pointed{Notice: n.Text, Filter: t.called(n.Filter)})
	}
	return notice.For(t.book.Playbook(), e)
}

// called is what a filter is called in the playbook of now; its id when it is gone.
func (w moment) called(filter string) string {
	name, _ := w.filter(filter)
	return cmp.Or(name, filter)
}

// because tells a reason of the desk from that of a filter or a moment, which begins
// with its name.
func because(reason string) (word, filter string) {
	if notice.Failure(reason) {
		return reason, ""
	}
	name, _, _ := strings.Cut(reason, ": ")
	return "", name
}
