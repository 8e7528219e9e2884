package desk_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"frontdesk/shared/budget"
	"frontdesk/shared/conversation"
	"frontdesk/shared/desk"
	"frontdesk/shared/inbox"
	"frontdesk/shared/message"
	"frontdesk/shared/record"
)

// rule is a guard in the test's hands.
type rule struct {
	hold   time.Duration
	limits budget.Limits
}

func (r *rule) Hold(string) time.Duration { return r.hold }
func (r *rule) Learn(string, budget.Gate) {}
func (r *rule) Limits(string) budget.Limits {
	l := budget.WhatsApp()
	l.Portfolio, l.People = r.limits.Portfolio, r.limits.People
	return l
}
func (w *world) guarded(r rule) *rule { w.desk.Guard = &r; return &r }
func isWait(err error, d time.Duration) bool {
	r, ok := errors.AsType[*inbox.Retry](err)
	return ok && r.Free && r.After == d
}

func TestAMessageWaitsForItsChannelWithoutBeingClaimed(t *testing.T) {
	w := newWorld(t)
	r := w.guarded(rule{hold: 20 * time.Second})
	w.desk.Waits = 100 // as where the queue counts every delivery
	m := w.says("1", "price")
	for attempt := 1; attempt < 40; attempt++ { // far beyond all attempts
		if err := w.handle(m, attempt); !isWait(err, 20*time.Second) {
			t.Fatalf("delivery %d: got %v, want it to wait for 20 s", attempt, err)
		}
	}
	if w.table.calls["put"]+w.table.calls["transact"] > 2 { // publishing wrote
		t.Errorf("got writes %v, want none while it waits", w.table.calls)
	}
	r.hold = 0
	if err := w.handle(m, 40); err != nil || w.sends() != 1 {
		t.Errorf("got %v and %d sends, want it answered", err, w.sends())
	}
}

func TestWhatNeedsNoReplyDoesNotWait(t *testing.T) {
	w := newWorld(t)
	w.guarded(rule{hold: time.Hour})
	if err := w.handle(w.says("1", "hello there"), 1); err != nil {
		t.Errorf("got %v, want a message that no filter answers recorded at once", err)
	}
}

// A number may send 45 messages to one person in 6 s; what is more waits until all is
// paid back, and holds nobody else.
func TestThePairRateIsKept(t *testing.T) {
	w := newWorld(t)
	w.publish(boundless(book))
	for i := range 45 {
		m := w.says(string(rune('A'+i)), "person")
		w.mustHandle(m)
		if _, err := w.desk.Resolve(context.Background(), conversation.ID("wa-main", sheena)); err != nil {
			t.Fatal(err)
		}
	}
	if w.sends() != 45 {
		t.Fatalf("got %d sends, want %d at once", w.sends(), 45)
	}
	late := w.says("late", "person")
	err := w.handle(late, 1)
	if !isWait(err, 45*6*time.Second) {
		t.Errorf("got %v, want it to wait until all is paid back", err)
	}
	other := w.says("other", "price")
	other.From = message.Person{Phone: "16505550000"}
	w.mustHandle(other)
	w.pass(45 * 6 * time.Second)
	w.mustHandle(late)
	if w.sends() != 47 {
		t.Errorf("got %d sends, want both", w.sends())
	}
}

// lateMessage is one that reached us a day late, so that only an approved template may
// answer it.
func (w *world) lateMessage(id, phone string) message.Inbound {
	m := w.says(id, "price")
	m.From = message.Person{Phone: phone}
	m.Time = m.Time.Add(-25 * time.Hour)
	return m
}

func TestThePortfolioLimitIsKept(t *testing.T) {
	w := newWorld(t)
	w.guarded(rule{limits: budget.Limits{Portfolio: "102290129340398", People: 2}})
	w.mustHandle(w.lateMessage("1", "16505550001"))
	w.mustHandle(w.lateMessage("2", "16505550002"))
	w.pass(2 * time.Minute)                    // behind the cooldown
	again := w.lateMessage("3", "16505550002") // counted already
	w.mustHandle(again)
	w.mustHandle(again)
	w.mustHandle(w.lateMessage("4", "16505550003"))
	if w.sends() != 3 {
		t.Errorf("got %d sends, want two people reached, one of them twice", w.sends())
	}
	h := w.head(message.Person{Phone: "16505550003"})
	if h.Reason != desk.ReasonPortfolio || h.Status != conversation.Open || h.WaitingSince.IsZero() {
		t.Errorf("got head %+v, want the third with people", h)
	}
	w.pass(26 * time.Hour)
	w.mustHandle(w.lateMessage("5", "16505550004"))
	if w.sends() != 4 {
		t.Errorf("a day later: got %d sends, want one more", w.sends())
	}
}

const marketingBook = `{"languages": ["en"], "templates": [{"id": "offer", "name": "Offer", "variants": [
  {"language": "en", "shape": "text", "text": "Two for one."},
  {"language": "en", "shape": "approved", "approved": {"name": "offer_en", "language": "en", "category": "marketing"}}]}],
  "filters": [{"id": "offer", "name": "Offer", "when": {"whole_word": ["price"]}, "then": {"reply": "offer"}}], "hours": [], "teams": []}`

func TestWhoOptedOutGetsNoMarketing(t *testing.T) {
	w := newWorld(t)
	w.publish(marketingBook)
	id := conversation.ID("wa-main", sheena)
	opted := conversation.Head{ID: id, Home: id, Channel: "wa-main", Status: conversation.Resolved,
		Contact: conversation.Contact{Person: sheena}, Marketing: conversation.Marketing{Stopped: true, At: w.clock()}}
	if err := w.store.Record(context.Background(), record.Turn{Head: opted}); err != nil {
		t.Fatal(err)
	}
	w.mustHandle(w.lateMessage("1", sheena.Phone))
	if h := w.head(sheena); w.sends() != 0 || h.Reason != desk.ReasonOptedOut {
		t.Errorf("got %d sends and reason %q, want none and people", w.sends(), h.Reason)
	}
	if _, err := w.desk.Resolve(context.Background(), id); err != nil {
		t.Fatal(err)
	}
	w.mustHandle(w.says("2", "price"))
	if w.sends() != 1 {
		t.Errorf("inside the window: got %d sends, want the free answer to their own question", w.sends())
	}
}

func TestAChannelThatSaysOptedOutIsBelieved(t *testing.T) {
	w := newWorld(t)
	w.publish(marketingBook)
	w.answer = func(message.Outgoing) error {
		return &message.SendError{Class: message.OptedOut, Code: 131050, Reason: "documented"}
	}
	w.mustHandle(w.lateMessage("1", sheena.Phone))
	if h := w.head(sheena); !h.Marketing.Stopped || h.Reason != desk.ReasonOptedOut {
		t.Errorf("got head %+v, want the opt-out kept", h)
	}
}

// What the channel refuses again and again ends with people; what concerns the whole
// channel never does.
func TestHowOftenAReplyIsTried(t *testing.T) {
	for _, shared := range []bool{false, true} {
		w := newWorld(t) // three attempts
		w.answer = func(message.Outgoing) error {
			return &message.SendError{Class: message.Retry, Code: 131016, Reason: "documented", Shared: shared, After: time.Second}
		}
		m := w.says("1", "price")
		var err error
		tries := 0
		for tries = 1; tries < 20; tries++ {
			if err = w.handle(m, 1); !inbox.Waits(err) {
				break
			}
			w.pass(time.Minute)
		}
		_, dead := errors.AsType[*inbox.Death](err)
		if !shared && (tries != 3 || !dead) {
			t.Errorf("got %v after %d tries, want it given up at the third", err, tries)
		}
		if shared && tries != 20 {
			t.Errorf("got %v after %d tries, want it to wait for the channel", err, tries)
		}
	}
}

func TestAnAgentsAnswerLeavesATraceWhateverHappens(t *testing.T) {
	cases := []struct {
		name    string
		answer  error
		claimed bool // nobody knows
		failed  bool
		waits   bool // the customer still waits
	}{
		{"it went out", nil, false, false, false},
		{"the channel refused it", &message.SendError{Class: message.Drop, Code: 131026, Reason: "documented"}, false, true, true},
		{"nobody knows", &message.SendError{Class: message.Unknown, Reason: "no answer"}, true, false, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w, ctx := newWorld(t), context.Background()
			w.mustHandle(w.says("1", "a person please"))
			w.pass(time.Minute)
			w.answer = func(out message.Outgoing) error {
				home, reply, ok := conversation.ParseRef(out.Ref)
				stored, err := w.store.Message(ctx, home, reply)
				if !ok || err != nil || stored.Claim == nil {
					t.Errorf("before the send: got %+v, %v, want the message stored", stored, err)
				}
				return c.answer
			}
			_, err := w.desk.Answer(ctx, conversation.ID("wa-main", sheena), "ana", "Here I am.")
			if (err == nil) != (c.answer == nil) {
				t.Errorf("got error %v", err)
			}
			all := w.messages(sheena)
			last := all[len(all)-1]
			receipts, err := w.store.Receipts(ctx, w.head(sheena).Home, last.ID)
			if err != nil || (last.Claim != nil) != c.claimed || (len(receipts) == 1) != c.failed || w.head(sheena).WaitingSince.IsZero() == c.waits {
				t.Errorf("got claim %v, receipts %v, waiting %v, error %v", last.Claim, receipts, w.head(sheena).WaitingSince, err)
			}
			if last.Facts.Answers != (c.answer == nil) {
				t.Errorf("got facts %+v, want an answer counted only when it went out", last.Facts)
			}
		})
	}
}

func TestAnAgentIsToldWhenNothingMayBeSent(t *testing.T) {
	w := newWorld(t)
	w.mustHandle(w.says("1", "a person please"))
	w.guarded(rule{hold: 40 * time.Second})
	_, err := w.desk.Answer(context.Background(), conversation.ID("wa-main", sheena), "ana", "Here I am.")
	wait, ok := errors.AsType[*desk.NotYet](err)
	if !ok || wait.After != 40*time.Second || len(w.messages(sheena)) != 2 {
		t.Errorf("got %v and %d messages, want to be told to wait 40 s and nothing stored", err, len(w.messages(sheena)))
	}
}

func TestAKFCustomerGetsFiveMessagesForEachOfTheirs(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	w.desk.Guard = kf{}
	w.mustHandle(w.says("1", "a person please"))
	id := conversation.ID("wa-main", sheena)
	for i := range 4 {
		if _, err := w.desk.Answer(ctx, id, "ana", "One more thing."); err != nil {
			t.Fatalf("answer %d: %v", i+1, err)
		}
	}
	if _, err := w.desk.Answer(ctx, id, "ana", "And another."); !errors.Is(err, desk.ErrBudget) {
		t.Errorf("the sixth: got %v, want ErrBudget", err)
	}
	w.pass(time.Second)
	w.mustHandle(w.says("2", "thanks"))
	if _, err := w.desk.Answer(ctx, id, "ana", "You are welcome."); err != nil {
		t.Errorf("after they wrote: got %v", err)
	}
	w.pass(47 * time.Hour)
	if _, err := w.desk.Answer(ctx, id, "ana", "Still there?"); err != nil {
		t.Errorf("two days are not over: got %v", err)
	}
}

// kf allows what a WeChat customer service account is allowed.
type kf struct{}

func (kf) Hold(string) time.Duration   { return 0 }
func (kf) Learn(string, budget.Gate)   {}
func (kf) Limits(string) budget.Limits { return budget.KF() }
