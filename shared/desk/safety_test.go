package desk_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/desk"
	"frontdesk/shared/message"
)

// uncooled is the playbook without a cooldown.
var uncooled = strings.Replace(book, `, "cooldown": "1m"`, "", 1)

// stored is the contact's message with an id, as it is kept.
func (w *world) stored(id string) conversation.Message {
	w.t.Helper()
	for _, m := range w.messages(sheena) {
		if m.ChannelID == "wamid."+id && m.Direction == conversation.In {
			return m
		}
	}
	w.t.Fatalf("message %s is not kept", id)
	return conversation.Message{}
}

// However often and in whatever state a message is delivered again, it counts once.
func TestARedeliveredMessageCountsOnceAgainstTheCap(t *testing.T) {
	w := newWorld(t)
	w.publish(strings.Replace(uncooled, "{", `{"safety": {"cap": {"replies": 10, "within": "3h"}}, `, 1))
	lost := true
	w.answer = func(message.Outgoing) error {
		if lost = !lost; !lost { // every first try
			return &message.SendError{Class: message.Slow, After: time.Second}
		}
		return nil
	}
	for i := range 12 {
		m := w.says(fmt.Sprint(i), fmt.Sprint("price ", i))
		for range 4 {
			_ = w.handle(m, 1)
			w.pass(30 * time.Second)
		}
	}
	h, last := w.head(sheena), w.stored("11")
	if w.sends() != 10 || last.Outcome != conversation.Silent || len(h.Auto.Recent) != 40 {
		t.Errorf("got %d sends, %d remembered, and %q at last, want ten and then people", w.sends(), len(h.Auto.Recent)/4, last.Outcome)
	}
	if !strings.HasPrefix(h.Reason, "cap: ") || w.stored("10").Withheld != conversation.WithheldCap {
		t.Errorf("got reason %q and %+v, want the cap", h.Reason, w.stored("10"))
	}
}

func TestACoveredMessageWaitsForNobody(t *testing.T) {
	w := newWorld(t)
	w.publish(uncooled)
	w.mustHandle(w.says("1", "the price?"))
	m := w.says("2", "price of tea")
	for range 3 {
		w.mustHandle(m)
	}
	got := w.stored("2").Outcome
	if h := w.head(sheena); w.sends() != 1 || !h.WaitingSince.IsZero() || got != conversation.Covered {
		t.Errorf("got %d sends, waiting since %v, %q; want one reply that covers both", w.sends(), h.WaitingSince, got)
	}
}

func TestAReplyThatWasRefusedCoversNothing(t *testing.T) {
	w := newWorld(t)
	w.publish(uncooled)
	w.answer = func(message.Outgoing) error { return &message.SendError{Class: message.Drop} }
	w.mustHandle(w.says("1", "the price?"))
	w.answer = nil
	w.mustHandle(w.says("2", "price of tea"))
	if h := w.head(sheena); h.WaitingSince.IsZero() || h.HandedOff.IsZero() || h.Auto.Answered != 0 {
		t.Errorf("got %+v, want people and somebody who waits", h)
	}
}

func TestSomebodyOptsOutWhilePeopleAreInCharge(t *testing.T) {
	w := newWorld(t)
	w.mustHandle(w.says("1", "person"))
	before := w.head(sheena)
	w.pass(time.Minute)
	for _, id := range []string{"2", "2", "3"} {
		w.mustHandle(w.says(id, "STOP"))
	}
	h, wish := w.head(sheena), w.stored("2")
	if w.sends() != 2 || !h.Marketing.Everything || !h.Marketing.Stopped || h.HandedOff != before.HandedOff || h.WaitingSince != before.WaitingSince {
		t.Errorf("got %d sends and %+v, want one confirmation, and people still in charge", w.sends(), h)
	}
	if !wish.Facts.OptedOut || wish.Filter != "opt_out" || wish.Effects.Opt != conversation.OptOut {
		t.Errorf("got %+v, want the wish in the conversation", wish)
	}
	for _, m := range w.messages(sheena) {
		if m.InReplyTo == wish.ID && m.Facts.Answers {
			t.Errorf("got %+v, want a confirmation that answers nothing", m.Facts)
		}
	}
	w.pass(time.Minute)
	w.mustHandle(w.says("4", "start"))
	if h := w.head(sheena); w.sends() != 3 || h.Marketing.Stopped || h.Marketing.Everything {
		t.Errorf("START: got %d sends and %+v", w.sends(), h.Marketing)
	}
}

// Channels tell whole seconds: of two wishes in one second the later counts.
func TestTheLaterOfTwoWishesInOneSecondCounts(t *testing.T) {
	w := newWorld(t)
	for i, word := range []string{"STOP", "START", "STOP"} {
		w.mustHandle(w.says(fmt.Sprint(i), word))
		if got := w.head(sheena).Marketing; got.Stopped != (word == "STOP") || got.Everything != got.Stopped {
			t.Errorf("%d, %s: got %+v", i, word, got)
		}
	}
}

// Somebody blocks the contact between the claim of the confirmation and its record.
func TestAWishIsGrantedToWhoeverIsBlockedMeanwhile(t *testing.T) {
	w := newWorld(t)
	w.mustHandle(w.says("0", "hello"))
	w.pass(time.Hour)
	w.answer = refusesWith(message.Retry)
	m, before := w.says("1", "STOP"), w.sends()
	if err := w.handle(m, 1); err == nil {
		t.Fatal("got no error, want one more try")
	}
	w.answer = nil
	w.change(sheena, func(h *conversation.Head) { h.Contact.Blocked = w.clock().UnixMilli() })
	w.pass(3 * time.Minute)
	w.mustHandle(m)
	if h := w.head(sheena); !h.Marketing.Stopped || !h.Marketing.Everything || w.sends() != before {
		t.Errorf("got %+v and %d sends, want the wish kept and nothing sent", h.Marketing, w.sends()-before)
	}
}

// The confirmation goes out after a crash, too, although people are in charge.
func TestAConfirmationThatWasCutOffGoesOutOnce(t *testing.T) {
	w := newWorld(t)
	w.mustHandle(w.says("1", "person"))
	w.answer = func(message.Outgoing) error { return &message.SendError{Class: message.Slow, After: time.Second} }
	m := w.says("2", "退订")
	_ = w.handle(m, 1)
	w.answer = nil
	w.pass(time.Minute)
	w.mustHandle(m)
	if h := w.head(sheena); w.sends() != 2 || !h.Marketing.Everything {
		t.Errorf("got %d sends and %+v", w.sends(), h.Marketing)
	}
}

func TestTemplatesAnswerAgainWhenPeopleHaveLeft(t *testing.T) {
	w := newWorld(t)
	w.mustHandle(w.says("1", "person"))
	w.pass(71 * time.Hour)
	w.mustHandle(w.says("2", "price"))
	if w.sends() != 1 {
		t.Fatalf("after 71 hours: got %d sends, want silence", w.sends())
	}
	w.pass(2 * time.Hour)
	w.answer = func(message.Outgoing) error { return &message.SendError{Class: message.Slow, After: time.Second} }
	m := w.says("3", "price")
	_ = w.handle(m, 1) // cut off, and taken up again
	w.answer = nil
	w.pass(time.Minute)
	w.mustHandle(m)
	h := w.head(sheena)
	if w.sends() != 2 || !h.HandedOff.IsZero() || h.Status != conversation.Resolved || !h.WaitingSince.IsZero() {
		t.Errorf("got %d sends and %+v, want templates back", w.sends(), h)
	}
}

// Somebody who takes the conversation while the reply is on its way keeps it.
func TestWhoTakesItMeanwhileKeepsIt(t *testing.T) {
	w := newWorld(t)
	w.mustHandle(w.says("1", "person"))
	w.pass(80 * time.Hour)
	id := conversation.ID("wa-main", sheena)
	w.answer = func(out message.Outgoing) error {
		w.answer = nil
		_, err := w.desk.Amend(context.Background(), id, func(h conversation.Head) (conversation.Head, error) {
			return h.Taken(w.clock(), conversation.ReasonAgent), nil
		})
		return err
	}
	if err := w.handle(w.says("2", "price"), 1); err != nil && !errors.Is(err, desk.ErrElsewhere) {
		t.Fatal(err)
	}
	if h := w.head(sheena); h.HandedOff.IsZero() || h.Tended != w.clock().UnixMilli() {
		t.Errorf("got %+v, want people in charge", h)
	}
}
