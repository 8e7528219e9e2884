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
	"frontdesk/shared/inbox"
	"frontdesk/shared/live"
	"frontdesk/shared/message"
)

func TestPeopleInChargeSilenceTemplatesUntilTheyResolve(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	w.mustHandle(w.says("1", "a person please"))
	w.pass(10 * time.Minute)
	w.mustHandle(w.says("2", "price"))
	if w.sends() != 1 {
		t.Fatalf("got %d sends, want only the hand-off notice", w.sends())
	}
	w.pass(20 * time.Minute)
	id := conversation.ID("wa-main", sheena)
	if _, err := w.desk.Answer(ctx, id, "ana", "Here I am."); err != nil {
		t.Fatal(err)
	}
	got := w.messages(sheena)
	f := got[len(got)-1].Facts
	if f.ByBot || !f.Answers || !f.First || f.Waited != (30*time.Minute).Milliseconds() || f.Team != "care" {
		t.Errorf("got facts of the person's answer %+v, want 30 minutes since the first unanswered message", f)
	}
	if _, err := w.desk.Resolve(ctx, id); err != nil {
		t.Fatal(err)
	}
	w.pass(time.Second)
	w.mustHandle(w.says("3", "price"))
	got = w.messages(sheena)
	if last := got[len(got)-1]; last.Source != conversation.ByFilter || !last.Facts.First {
		t.Errorf("after resolving: got %+v, want a template's first answer of a new spell", last)
	}
}

func TestAnAgentCannotWriteFreelyOutsideTheWindow(t *testing.T) {
	w := newWorld(t)
	w.mustHandle(w.says("1", "a person please"))
	w.pass(25 * time.Hour)
	_, err := w.desk.Answer(context.Background(), conversation.ID("wa-main", sheena), "ana", "Sorry for the wait")
	if !errors.Is(err, desk.ErrWindow) || w.sends() != 1 {
		t.Errorf("got %v and %d sends, want ErrWindow and none", err, w.sends())
	}
}

func TestTheSamePersonUnderAnotherID(t *testing.T) {
	bsuid := message.Person{UserID: "US.13491208655302741918", Phone: sheena.Phone}
	fresh := message.Person{UserID: "US.99999999999999999999", Phone: "16505550000"}
	w := newWorld(t)
	first := w.says("1", "hello")
	w.mustHandle(first)

	second := w.says("2", "hello")
	second.From = bsuid // the channel tells user ids now
	w.pass(time.Minute)
	w.mustHandle(second)

	change := w.says("3", "")
	change.Type, change.From, change.Previous = "system", fresh, &bsuid
	w.pass(time.Minute)
	w.mustHandle(change)

	last := w.says("4", "price")
	last.From = fresh
	w.pass(time.Minute)
	w.mustHandle(last)

	all := w.messages(fresh)
	if len(all) != 5 {
		t.Fatalf("got %d messages under the newest id, want all 5 of the one conversation", len(all))
	}
	if all[3].Facts.FirstEver {
		t.Error("a contact under a new id counts as a new contact")
	}
	if h := w.head(sheena); h.ID != conversation.ID("wa-main", fresh) || h.Contact.Phone != fresh.Phone {
		t.Errorf("the oldest id leads to %+v, want the newest", h)
	}
}

func TestAnAwayReplyLeavesTheCustomerWaiting(t *testing.T) {
	w := newWorld(t)
	w.publish(strings.Replace(book, `"hours": []`, `"hours": [{"id": "shop", "name": "Shop", "time_zone": "Asia/Shanghai", "weekly": {"mon": ["09:00-10:00"]}}],
		"away": {"reply": "team", "calendar": "shop"}`, 1))
	for i := range 2 {
		w.mustHandle(w.says(fmt.Sprint(i), "is my parcel here?"))
		w.pass(time.Minute)
	}
	h := w.head(sheena)
	if w.sends() != 1 || h.Status != conversation.Open || !h.WaitingSince.Equal(time.Date(2026, 11, 18, 4, 0, 0, 0, time.UTC)) || h.AwayUntil.IsZero() {
		t.Errorf("got %d sends and head %+v, want one away reply and a customer waiting since the first message", w.sends(), h)
	}
}

func TestAGivenUpReplyStaysUnsentOnceAPersonHasAnswered(t *testing.T) {
	w := newWorld(t)
	w.answer = func(out message.Outgoing) error {
		if strings.Contains(out.Content.Text, "tea") {
			return &message.SendError{Class: message.Stop, Code: 190, Reason: "token"}
		}
		return nil
	}
	m := w.says("1", "price")
	for attempt := 1; attempt <= 3; attempt++ {
		_ = w.handle(m, attempt)
		w.pass(time.Minute)
	}
	if _, err := w.desk.Answer(context.Background(), conversation.ID("wa-main", sheena), "ana", "It is 9 a box."); err != nil {
		t.Fatal(err)
	}
	w.answer = nil
	w.mustHandle(m) // the dead letter is put back all the same
	if w.sends() != 1 {
		t.Errorf("got %d sends, want the person's answer alone", w.sends())
	}
}

func TestARepeatIsNotGivenUp(t *testing.T) {
	w := newWorld(t)
	m := w.says("1", "hello")
	w.mustHandle(m)
	if _, err := w.desk.Resolve(context.Background(), conversation.ID("wa-main", sheena)); err != nil {
		t.Fatal(err)
	}
	w.table.failNext("transact", errors.New("the table is gone"))
	if err := w.handle(m, 3); err == nil {
		t.Fatal("the last attempt of a repeat met a broken table: got no error")
	}
	if h := w.head(sheena); !h.HandedOff.IsZero() || h.Status != conversation.Resolved {
		t.Errorf("got head %+v, want the finished conversation left alone", h)
	}
}

func TestGivingUpHandsOverAndKeepsTheMessage(t *testing.T) {
	w := newWorld(t)
	w.answer = func(message.Outgoing) error {
		return &message.SendError{Class: message.Stop, Code: 190, Reason: "token"}
	}
	m := w.says("1", "price")
	var err error
	for attempt := 1; attempt <= 3; attempt++ {
		err = w.handle(m, attempt)
		w.pass(time.Minute)
	}
	if _, dead := errors.AsType[*inbox.Death](err); !dead {
		t.Fatalf("got %v after the last attempt, want a dead letter", err)
	}
	if h := w.head(sheena); h.HandedOff.IsZero() || h.Reason != desk.ReasonGaveUp {
		t.Errorf("got head %+v, want people in charge", h)
	}
	w.answer = nil
	w.mustHandle(m) // an operator put it back after mending the token
	if w.sends() != 1 {
		t.Errorf("after it was put back: got %d sends, want 1", w.sends())
	}
}

func TestAPublishedChangeAnswersTheNextCustomer(t *testing.T) {
	w := newWorld(t)
	w.mustHandle(w.says("1", "price"))
	w.publish(strings.Replace(book, "tea is 9 a box", "tea is 8 a box", 1))
	w.pass(live.MaxAge)
	other := w.says("2", "price")
	other.From = message.Person{Phone: "16505559999"}
	w.mustHandle(other)
	if got := w.sent[1].Content.Text; got != "Hello there, tea is 8 a box." {
		t.Errorf("got %q, want the new price", got)
	}
}

func TestNoLogShowsWhoWroteOrWhat(t *testing.T) {
	w := newWorld(t)
	w.answer = func(message.Outgoing) error {
		return &message.SendError{Class: message.Bug, Code: 100, Reason: "Invalid parameter"}
	}
	w.mustHandle(w.says("1", "price of SECRETWORD"))
	w.mustHandle(w.says("2", "broken SECRETWORD"))
	for _, secret := range []string{"6505551234", "Sheena", "SECRETWORD", "9 a box"} {
		if strings.Contains(w.log.String(), secret) {
			t.Errorf("the log shows %q: %s", secret, w.log.String())
		}
	}
}
