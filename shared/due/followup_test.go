package due_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/due"
	"frontdesk/shared/record"
	"frontdesk/shared/table"
)

func (w *world) followUps() {
	u := &due.FollowUps{Store: w.store, Now: w.clock, Tell: func(_ context.Context, f record.FollowUp, h conversation.Head) ([]record.TeamNotice, error) {
		return []record.TeamNotice{{ID: f.ID, To: "robot", Event: "follow_up", At: f.At, Conversation: h.ID, Reason: f.Note}}, nil
	}}
	w.timer = w.newTimer(due.Handlers{record.DueFollowUp: u.Look})
}

func TestAFollowUpThatStillApplies(t *testing.T) {
	resolved := func(h *conversation.Head) {
		h.Status, h.HandedOff, h.WaitingSince = conversation.Resolved, time.Time{}, time.Time{}
	}
	answered := func(h *conversation.Head) { h.WaitingSince, h.AgentReplied = time.Time{}, true }
	wrote := func(h *conversation.Head) { h.LastInbound = noon.Add(time.Minute) }
	cases := []struct {
		name, condition string
		change          func(h *conversation.Head)
		outcome         string
	}{
		{"always, though resolved", due.Always, resolved, record.FollowedUp},
		{"open and still open", due.StillOpen, answered, record.FollowedUp},
		{"open but resolved", due.StillOpen, resolved, record.NotNeeded},
		{"unanswered and still so", due.StillUnanswered, same, record.FollowedUp},
		{"unanswered but answered", due.StillUnanswered, answered, record.NotNeeded},
		{"unanswered but resolved", due.StillUnanswered, resolved, record.NotNeeded},
		{"silent and still so", due.StillSilent, answered, record.FollowedUp},
		{"silent but they wrote", due.StillSilent, wrote, record.NotNeeded},
		{"a condition that nobody knows", "sometimes", same, record.NotNeeded},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			w.followUps()
			w.head(same)
			w.followUp("f", 5, c.condition)
			w.head(c.change)
			w.run(4, 0)
			w.run(5, 1)
			f, err := w.store.FollowUp(t.Context(), sheena, "f")
			if err != nil || f.Outcome != c.outcome || !f.Ended.Equal(w.at(5)) {
				t.Errorf("got %q at %v, %v, want %q", f.Outcome, f.Ended, err, c.outcome)
			}
			if told := len(w.notices()) == 1; told != (c.outcome == record.FollowedUp) {
				t.Errorf("got %v told, want only what applies", w.notices())
			}
			w.run(60, 0)
			w.want("left", w.rows())
		})
	}
}

func TestAFollowUpThatIsMovedOrCalledOff(t *testing.T) {
	w := newWorld(t)
	w.followUps()
	w.head(same)
	moved, off := w.followUp("moved", 5, due.Always), w.followUp("off", 5, due.Always)
	moved.At = w.at(20)
	if _, err := w.store.SetFollowUp(t.Context(), moved); err != nil {
		t.Fatal(err)
	}
	off.Ended, off.Outcome = noon, record.CalledOff
	if _, err := w.store.SetFollowUp(t.Context(), off); err != nil {
		t.Fatal(err)
	}
	w.run(19, 0)
	w.want("told", w.notices())
	w.run(20, 1)
	w.want("told", w.notices(), "follow_up moved")
}

// Whoever had claimed the row died, and then the follow-up was moved.
func TestARowThatComesBackAfterItsFollowUpWasMoved(t *testing.T) {
	w := newWorld(t)
	w.followUps()
	w.head(same)
	f := w.followUp("f", 5, due.Always)
	found, err := w.store.DueBy(t.Context(), w.at(5), 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.store.ClaimDue(t.Context(), found[0], w.at(7)); err != nil {
		t.Fatal(err)
	}
	f.At = w.at(20)
	if _, err := w.store.SetFollowUp(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	w.run(10, 1)
	w.want("told too early", w.notices())
	w.run(20, 1)
	w.want("told", w.notices(), "follow_up f")
}

func TestAFollowUpOfAConversationThatIsGone(t *testing.T) {
	w := newWorld(t)
	w.followUps()
	w.followUp("f", 5, due.Always)
	w.run(5, 1)
	w.want("told", w.notices())
	w.want("left", w.rows())
}

// However a process dies, or the answer to a write is lost: a follow-up is told once.
func TestACrashTellsNothingTwiceAndLosesNothing(t *testing.T) {
	for crash := range 4 {
		for _, lost := range []bool{false, true} {
			t.Run(fmt.Sprintf("at write %d, carried out %v", crash, lost), func(t *testing.T) {
				w := newWorld(t)
				w.followUps()
				w.head(same)
				w.followUp("f", 5, due.Always)
				calls := 0
				w.table.fail = func(writes []table.Write) error {
					if calls++; calls-1 != crash {
						return nil
					}
					if lost {
						if err := w.table.Table.Transact(context.Background(), writes...); err != nil {
							return err
						}
					}
					return table.ErrBusy
				}
				w.now = w.at(5)
				var told []string
				_, _ = w.timer.Due(t.Context(), 100)
				for minute := 6; minute < 30; minute++ {
					w.table.fail = nil
					told = append(told, w.sendNotices()...)
					w.now = w.at(minute)
					if _, err := w.timer.Due(t.Context(), 100); err != nil {
						t.Fatal(err)
					}
				}
				w.want("told", append(told, w.sendNotices()...), "follow_up f")
				w.want("left", w.rows())
			})
		}
	}
}
