package due

import (
	"context"
	"errors"
	"fmt"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/record"
)

// The conditions under which a follow-up still applies when it is due.
const (
	// Always: whatever happened.
	Always = "always"
	// StillOpen: nobody has resolved the conversation.
	StillOpen = "open"
	// StillUnanswered: the contact waits for an answer.
	StillUnanswered = "unanswered"
	// StillSilent: the contact has not written since the follow-up was set.
	StillSilent = "silent"
)

// Conditions are all of them.
func Conditions() []string { return []string{Always, StillOpen, StillUnanswered, StillSilent} }

// Applies reports whether a follow-up still applies to a conversation. A condition that is
// none of [Conditions] never does.
func Applies(f record.FollowUp, h conversation.Head) bool {
	switch f.If {
	case Always:
		return true
	case StillOpen:
		return h.Status == conversation.Open
	case StillUnanswered:
		return h.Status == conversation.Open && !h.WaitingSince.IsZero()
	case StillSilent:
		return !h.LastInbound.After(f.Set)
	}
	return false
}

// ThenHandOff is what a follow-up can do besides telling: the conversation goes to people.
// One whose people are in charge already is left as it is.
const ThenHandOff = "hand_off"

// FollowUps checks follow-ups when they are due.
type FollowUps struct {
	Store *record.Store
	// Tell makes what teams are told of one that applies. It is written with the note that
	// the follow-up has ended, so it is told once.
	Tell func(ctx context.Context, f record.FollowUp, h conversation.Head) ([]record.TeamNotice, error)
	// HandOff makes the head that people are in charge of. HandedOff, when set, is told of
	// it when it is written.
	HandOff   func(ctx context.Context, f record.FollowUp, h conversation.Head) (conversation.Head, error)
	HandedOff func(ctx context.Context, h conversation.Head)
	Now       func() time.Time
}

// Look checks the follow-up of a row: a handler of [Timer]. One that has been moved, called
// off or removed meanwhile is left alone. Two reads and a write.
func (u *FollowUps) Look(ctx context.Context, row record.Due) error {
	f, err := u.Store.FollowUp(ctx, row.Conversation, row.ID)
	if errors.Is(err, record.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if !f.Ended.IsZero() || !f.At.Equal(row.For) {
		return nil
	}
	h, err := u.Store.Head(ctx, f.Conversation)
	if err != nil && !errors.Is(err, record.ErrNotFound) {
		return fmt.Errorf("read the conversation of a follow-up: %w", err)
	}
	applies := err == nil && Applies(f, h)
	if applies && f.Then == ThenHandOff {
		return u.handOff(ctx, f, h)
	}
	var told []record.TeamNotice
	f.Ended, f.Outcome = u.Now(), record.NotNeeded
	if applies {
		f.Outcome = record.FollowedUp
		if told, err = u.Tell(ctx, f, h); err != nil {
			return err
		}
	}
	_, err = u.Store.SetFollowUp(ctx, f, told...)
	return err
}

// handOff gives a conversation to people, in the write that ends the follow-up: when
// somebody else has written meanwhile it comes back and is checked again.
func (u *FollowUps) handOff(ctx context.Context, f record.FollowUp, h conversation.Head) error {
	f.Ended, f.Outcome = u.Now(), record.HandedOver
	if !h.HandedOff.IsZero() || h.Contact.Blocked > 0 {
		f.Outcome = record.NotNeeded
		_, err := u.Store.SetFollowUp(ctx, f)
		return err
	}
	after, err := u.HandOff(ctx, f, h)
	if err != nil {
		return err
	}
	told, err := u.Tell(ctx, f, after)
	if err != nil {
		return err
	}
	if err := u.Store.EndFollowUp(ctx, f, record.Turn{Head: after, Notices: told}); err != nil {
		return err
	}
	if u.HandedOff != nil {
		u.HandedOff(ctx, after)
	}
	return nil
}
