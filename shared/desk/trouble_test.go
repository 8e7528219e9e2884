package desk_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/inbox"
	"frontdesk/shared/message"
	"frontdesk/shared/receipts"
	"frontdesk/shared/table"
)

var errThrottled = fmt.Errorf("throttled: %w", table.ErrBusy)

func refusing(class message.Class) func(message.Outgoing) error {
	return func(message.Outgoing) error { return &message.SendError{Class: class, Reason: "documented"} }
}

// tells brings a report to the receipts of this world.
func (w *world) tells(r message.Report) {
	w.t.Helper()
	receiver := receipts.Receiver{Store: w.store, Zone: w.desk.Zone, Now: w.clock, Log: w.desk.Log}
	if err := receiver.Handle(context.Background(), inbox.Job{ID: "report", Body: encoded(w.t, r)}); err != nil {
		w.t.Fatal(err)
	}
}

// wants says whether somebody wants marketing.
func (w *world) wants(p message.Person, stop bool) {
	w.t.Helper()
	w.tells(message.Report{Notice: &message.Notice{Channel: "wa-main", Field: "user_preferences", Time: w.clock(), Value: []byte("{}"),
		Preferences: []message.Preference{{From: p, Stop: stop, Time: w.clock()}}}})
}

// A receipt that our door has taken and that is not stored yet is a trace, too.
func TestNothingIsSentAgainWhileReceiptsAreBehind(t *testing.T) {
	w := newWorld(t)
	behind := true
	w.desk.Behind = func(_, replyID string) bool { return behind && replyID != "" }
	m := w.says("1", "price")
	w.table.failNext("transact", errors.New("cut off"))
	_ = w.handle(m, 1)
	for range 20 {
		w.pass(90 * time.Second)
		if err := w.handle(m, 1); !inbox.Waits(err) {
			t.Fatalf("got %v, want it to wait", err)
		}
	}
	if w.sends() != 1 {
		t.Fatalf("got %d sends, want one", w.sends())
	}
	behind = false
	w.mustHandle(m)
	if got := w.messages(sheena); w.sends() != 2 || got[1].Unproven != 1 {
		t.Errorf("got %d sends, want it sent once more, and said so", w.sends())
	}
}

func TestABusyTableGivesNoMessageUp(t *testing.T) {
	w := newWorld(t)
	w.desk.Waits = 100 // as where the queue counts every delivery
	m := w.says("1", "price")
	for attempt := 1; attempt < 30; attempt++ {
		w.table.failNext("get", errThrottled)
		if err := w.handle(m, attempt); !inbox.Waits(err) {
			t.Fatalf("delivery %d: got %v, want it to wait", attempt, err)
		}
	}
	if err := w.handle(m, 30); err != nil || w.sends() != 1 {
		t.Errorf("got %v and %d sends, want it answered", err, w.sends())
	}
}

func TestWhereWaitingIsCountedItEndsWithPeople(t *testing.T) {
	w := newWorld(t)
	w.desk.Waits = 5
	w.guarded(rule{hold: time.Second})
	m := w.says("1", "price")
	if err := w.handle(m, w.desk.Attempts+4); !inbox.Waits(err) {
		t.Fatalf("got %v, want it to wait", err)
	}
	err := w.handle(m, w.desk.Attempts+5)
	if _, dead := errors.AsType[*inbox.Death](err); !dead || w.head(sheena).HandedOff.IsZero() {
		t.Errorf("got %v and head %+v, want a dead letter and people", err, w.head(sheena))
	}
}

func TestWhatEndsTheProgramEachTimeIsGivenUpUntried(t *testing.T) {
	w := newWorld(t)
	w.answer = func(message.Outgoing) error { t.Error("it was tried again"); return nil }
	err := w.handle(w.says("1", "price"), w.desk.Attempts+1)
	if _, dead := errors.AsType[*inbox.Death](err); !dead || w.head(sheena).HandedOff.IsZero() {
		t.Errorf("got %v, want a dead letter, and people told", err)
	}
}

// A message that was answered before two conversations were joined is known under the id
// that was left: a repeat of it, a week later, is no new question.
func TestARepeatFromBeforeTwoConversationsWereJoined(t *testing.T) {
	w := newWorld(t)
	first := w.says("1", "price")
	w.mustHandle(first)
	w.pass(time.Minute)
	fresh := message.Person{Phone: "16505559999"}
	second := w.says("2", "price")
	second.From = fresh
	w.mustHandle(second)
	change := w.says("3", "")
	change.From, change.Type, change.Previous = fresh, "system", &sheena
	w.mustHandle(change)
	w.pass(7 * 24 * time.Hour)
	w.mustHandle(first)
	if w.sends() != 2 {
		t.Errorf("got %d sends, want the two from before", w.sends())
	}
	_ = w.handle(first, w.desk.Attempts+1)
	if h := w.head(fresh); !h.HandedOff.IsZero() {
		t.Errorf("a repeat that is given up: got head %+v, want the answered conversation left alone", h)
	}
}

// A message was claimed under a new id before the conversation under the old one was
// known; then that came along. The message is still the same.
func TestAMessageClaimedBeforeItsConversationCameAlong(t *testing.T) {
	w := newWorld(t)
	both := message.Person{UserID: "US.13491208655302741918", Phone: sheena.Phone}
	m := w.says("1", "price")
	m.From = both
	w.answer = refusing(message.Retry)
	_ = w.handle(m, 1)                 // claimed, not sent
	w.mustHandle(w.says("0", "hello")) // under the number alone
	w.answer = nil
	w.pass(time.Minute)
	w.mustHandle(m)
	w.mustHandle(m)
	count := 0
	for _, home := range []string{conversation.ID("wa-main", both), conversation.ID("wa-main", sheena)} {
		if _, err := w.store.Message(context.Background(), home, conversation.InboundID(m)); err == nil {
			count++
		}
	}
	if w.sends() != 1 || count != 1 {
		t.Errorf("got %d sends and the message stored %d times, want one of each", w.sends(), count)
	}
}

// A reply that was on its way when the conversations were joined is recorded where its
// question stands.
func TestAReplyOnItsWayWhenTwoConversationsAreJoined(t *testing.T) {
	w := newWorld(t)
	fresh := message.Person{Phone: "16505559999"}
	other := w.says("0", "hello")
	other.From = fresh
	w.mustHandle(other)
	w.mustHandle(w.says("00", "hello"))
	first := w.says("1", "price")
	w.table.failNext("transact", errors.New("cut off"))
	_ = w.handle(first, 1)
	home, reply, _ := conversation.ParseRef(w.sent[0].Ref)
	change := w.says("3", "")
	change.From, change.Type, change.Previous = fresh, "system", &sheena
	w.mustHandle(change)
	w.tells(message.Report{Receipt: &message.Receipt{Channel: "wa-main", ID: "wamid.OUT1", Ref: w.sent[0].Ref, Status: message.Sent, Time: w.clock()}})
	w.pass(30 * time.Second)
	w.mustHandle(first)
	stored, err := w.store.Message(context.Background(), home, reply)
	if err != nil || stored.ChannelID != "wamid.OUT1" || w.sends() != 1 {
		t.Errorf("got %+v, %v and %d sends, want the reply recorded under the old id", stored, err, w.sends())
	}
	days, err := w.store.ActiveDay(context.Background(), stored.Facts.Day)
	if err != nil || !slices.Contains(days, home) {
		t.Errorf("got active conversations %v, %v, want the old id among them: the figures look there", days, err)
	}
}

func TestARepeatThatFailsTakesNothingBack(t *testing.T) {
	w := newWorld(t)
	m := w.says("1", "price")
	w.mustHandle(m)
	for attempt := 2; attempt < 10; attempt++ {
		w.table.failNext("get", errors.New("broken"))
		_ = w.handle(m, attempt)
	}
	if h := w.head(sheena); !h.HandedOff.IsZero() || w.sends() != 1 {
		t.Errorf("got head %+v, want the answered conversation left alone", h)
	}
}

func TestASurelyRefusedReplyIsNotTakenForSent(t *testing.T) {
	w := newWorld(t)
	w.desk.Sleep = func(context.Context, time.Duration) {}
	w.answer = func(message.Outgoing) error {
		w.table.failNext("put", errThrottled) // the lease cannot be given back at first
		return &message.SendError{Class: message.Retry, Reason: "documented"}
	}
	m := w.says("1", "price")
	_ = w.handle(m, 1)
	w.answer = nil
	w.pass(time.Second)
	w.mustHandle(m)
	for _, got := range w.messages(sheena) {
		if got.Unproven > 0 {
			t.Errorf("got %+v, want it sent once, and known", got)
		}
	}
}

func TestARepeatAWeekLaterAlarmsNobody(t *testing.T) {
	w := newWorld(t)
	w.publish(strings.ReplaceAll(book, `, "hand_off": true`, "")) // a template without an approved variant
	m := w.says("1", "person")
	w.mustHandle(m)
	w.pass(7 * 24 * time.Hour)
	w.mustHandle(m)
	if strings.Contains(w.log.String(), `"alarm"`) || w.sends() != 1 {
		t.Errorf("got %d sends and %s, want the repeat passed over", w.sends(), w.log.String())
	}
}

func TestWhoOptsOutWhileTheChannelIsBusyGetsNoMarketing(t *testing.T) {
	w := newWorld(t)
	w.publish(marketingBook)
	m := w.lateMessage("1", sheena.Phone)
	w.answer = refusing(message.Retry)
	_ = w.handle(m, 1)
	w.wants(sheena, true)
	w.answer = nil
	w.pass(time.Minute)
	w.mustHandle(m)
	if w.sends() != 0 {
		t.Error("marketing went to somebody who had opted out")
	}
}

func TestWhatIsKnownOfAPersonComesAlongToANewNumber(t *testing.T) {
	fresh := message.Person{Phone: "16505559999"}
	cases := []struct {
		name   string
		before func(w *world) // under the new number, before the change is told
		home   message.Person
	}{
		{"the change is told first", func(*world) {}, sheena},
		{"they have said a wish under the new number", func(w *world) { w.wants(fresh, false) }, sheena},
		{"they have written under the new number", func(w *world) {
			m := w.says("2", "hello")
			m.From = fresh
			w.mustHandle(m)
		}, fresh},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			w.mustHandle(w.says("1", "price"))
			home, pair := w.head(sheena).Home, w.head(sheena).Pair
			c.before(w)
			w.pass(time.Second)
			w.wants(sheena, true)
			change := w.says("3", "")
			change.From, change.Type, change.Previous = fresh, "system", &sheena
			w.mustHandle(change)
			h := w.head(fresh)
			if !h.Marketing.Stopped || h.Pair != pair || h.New() {
				t.Errorf("got %+v, want the opt-out and what was sent to come along", h)
			}
			if (h.Home == home) != (c.home == sheena) {
				t.Errorf("got home %s, moved %v", h.Home, h.Home == home)
			}
		})
	}
}

func TestAnAgentWhoseMessageMayHaveGoneOutIsInCharge(t *testing.T) {
	w := newWorld(t)
	w.mustHandle(w.says("1", "hello"))
	w.answer = refusing(message.Unknown)
	_, err := w.desk.Answer(context.Background(), w.head(sheena).ID, "ana", "I look into it.")
	h := w.head(sheena)
	if err == nil || h.HandedOff.IsZero() || h.Assignee != "ana" || h.WaitingSince.IsZero() || h.Pair.Paid == 0 {
		t.Errorf("got %v and head %+v, want ana in charge and the customer waiting", err, h)
	}
}
