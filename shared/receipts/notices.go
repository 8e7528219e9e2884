package receipts

import (
	"context"

	"frontdesk/shared/conversation"
	"frontdesk/shared/notice"
	"frontdesk/shared/record"
	"frontdesk/shared/sla"
)

// told adds to a turn what teams are told of a reply that did not arrive, which is sent within
// a minute, and watches what the team promises. Without a playbook the conversation goes
// to people all the same.
func (r *Receiver) told(ctx context.Context, before conversation.Head, turn *record.Turn) {
	if r.Live == nil {
		return
	}
	now, after := r.Now(), turn.Head
	book, err := r.Live.Book(ctx, now)
	if err != nil {
		r.Log.Warn("teams are not told of a reply that did not arrive", "conversation", after.ID, "error", err)
		return
	}
	turn.Head.Watch = sla.Of(book.Playbook(), book, after.Team).Follow(after, now)
	turn.Notices = notice.For(book.Playbook(), notice.Event{
		HandedOff: before.HandedOff.IsZero(), Failed: true, At: now, Channel: after.Channel, Conversation: after.ID,
		Team: after.Team, Reason: ReasonDelivery, Since: after.WaitingSince,
	})
}
