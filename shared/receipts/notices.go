package receipts

import (
	"context"

	"frontdesk/shared/conversation"
	"frontdesk/shared/notice"
	"frontdesk/shared/record"
)

// notices are what teams are told of a reply that did not arrive. They are sent within a
// minute. Without a playbook the conversation goes to people all the same.
func (r *Receiver) notices(ctx context.Context, before, after conversation.Head) []record.TeamNotice {
	if r.Live == nil {
		return nil
	}
	now := r.Now()
	book, err := r.Live.Book(ctx, now)
	if err != nil {
		r.Log.Warn("teams are not told of a reply that did not arrive", "conversation", after.ID, "error", err)
		return nil
	}
	return notice.For(book.Playbook(), notice.Event{
		HandedOff: before.HandedOff.IsZero(), Failed: true, At: now, Channel: after.Channel, Conversation: after.ID,
		Team: after.Team, Reason: ReasonDelivery, Since: after.WaitingSince,
	})
}
