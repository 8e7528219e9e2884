package desk_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/desk"
	"frontdesk/shared/inbox"
	"frontdesk/shared/intake"
	"frontdesk/shared/message"
	"frontdesk/shared/record"
	"frontdesk/shared/send"
	"frontdesk/shared/table"
)

// between does something once, before the first write through it.
type between struct {
	table.Table
	do func()
}

func (b *between) Transact(ctx context.Context, w ...table.Write) error {
	if do := b.do; do != nil {
		b.do = nil
		do()
	}
	return b.Table.Transact(ctx, w...)
}

func (b *between) Put(ctx context.Context, it table.Item, c table.Condition) error {
	if do := b.do; do != nil {
		b.do = nil
		do()
	}
	return b.Table.Put(ctx, it, c)
}

// An admin resolves while the desk moves the session.
func TestResolvingWhileTheSessionMovesEndsIt(t *testing.T) {
	w, s := serviced(t)
	s.refuse = &message.SendError{Class: message.Unknown, Reason: "time-out"}
	m := w.robin("1", "a person please")
	_ = w.handle(m, 1) // handed off, not moved yet
	s.refuse, s.did = nil, nil
	admin := *w.desk
	admin.Store = record.New(&between{w.table, func() { w.mustHandle(m) }}) // the desk moves it and notes that, after the admin has read
	if _, err := admin.Resolve(t.Context(), conversation.ID("wa-main", robin)); err != nil {
		t.Fatal(err)
	}
	h := w.head(robin)
	if s.people || h.Session.People {
		t.Errorf("got %q, handed off %t, people here %t, people at the channel %t: want the session ended", s.did, !h.HandedOff.IsZero(), h.Session.People, s.people)
	}
}

// A servicer opens a session again and ends it without a word.
func TestASessionThatIsReopenedWithoutAWordIsNotAskedAbout(t *testing.T) {
	w, _ := serviced(t)
	w.publish(asking)
	w.mustHandle(w.says("1", "hello"))
	w.pass(time.Second)
	if err := w.elsewhere("e1", message.Wrote); err != nil {
		t.Fatal(err)
	}
	asked := 0
	end := func(id string) {
		w.pass(time.Second)
		e := desk.Ended{Channel: "wa-main", ID: id, At: w.clock(), To: sheena, Code: "CODE"}
		if err := w.elsewhere(id, message.Ended); err != nil {
			t.Fatal(err)
		}
		ok, err := w.desk.AskEnded(t.Context(), e)
		if err != nil {
			t.Fatal(err)
		}
		if ok {
			asked++
		}
	}
	end("e2")
	w.pass(time.Second)
	w.mustHandle(w.taps(w.says("tap1", ""), "survey:5"))
	w.pass(time.Second)
	if err := w.elsewhere("e3", message.Took); err != nil {
		t.Fatal(err)
	}
	end("e4")
	w.pass(time.Second)
	w.mustHandle(w.taps(w.says("tap2", ""), "survey:4"))
	rated := 0
	for _, m := range w.messages(sheena) {
		if m.Facts.Rating > 0 {
			rated++
		}
	}
	if asked != 1 || rated != 1 {
		t.Errorf("asked %d times, rated %d times; want once", asked, rated)
	}
}

// A playbook from before the survey, whose buttons happen to be called survey:1.
func TestWithoutASurveyItsChoicesAreLikeOthers(t *testing.T) {
	w := newWorld(t)
	w.publish(strings.Replace(book, `"filters": [`, `"filters": [{"id": "s", "name": "S", "when": {"choice": ["survey:1"]}, "then": {"reply": "team", "hand_off": true}},`, 1))
	w.mustHandle(w.taps(w.says("1", ""), "survey:1"))
	if w.sends() != 1 {
		t.Errorf("got %d replies, want the filter's", w.sends())
	}
}

// The channel does not answer when it is asked whether a session has ended.
func TestWhenNobodySaysWhetherASessionIsOverTheReplyIsTried(t *testing.T) {
	w, s := serviced(t)
	w.mustHandle(w.robin("1", "a person please"))
	w.pass(time.Minute)
	if _, err := w.desk.Resolve(t.Context(), conversation.ID("wa-main", robin)); err != nil {
		t.Fatal(err)
	}
	w.desk.Sessions = deaf{s}
	m := w.robin("2", "price") // within the two seconds of clocks
	for attempt := 1; attempt <= w.desk.Attempts; attempt++ {
		_ = w.handle(m, attempt)
		w.pass(time.Minute)
	}
	if h := w.head(robin); h.Reason == desk.ReasonGaveUp {
		t.Errorf("got %s, want no message given up because the channel does not say", h.Reason)
	}
}

// deaf does not say whose a session is.
type deaf struct{ *service }

func (deaf) Ours(context.Context, string, string) (bool, error) {
	return false, &message.SendError{Class: message.Stop, Code: 60020, Reason: "not trusted"}
}

// The news of an end got lost (an outage of more than three days, a dead letter). The next
// session is nobody's.
func TestAnEndThatNobodyToldIsFoundWhenTheCustomerWrites(t *testing.T) {
	w, s := serviced(t)
	w.mustHandle(w.robin("1", "a person please"))
	w.pass(5 * 24 * time.Hour)
	s.people, s.over, s.did = false, false, nil // ended, and the customer opens another
	for i := range 3 {
		w.mustHandle(w.robin(string(rune('a'+i)), "price"))
		w.pass(time.Hour)
	}
	if len(s.did) == 0 {
		t.Errorf("got nobody looking after the customer: %+v", w.head(robin).Session)
	}
}

// What reaches people because a reply was not delivered is moved without another message.
func TestAFailedDeliveryBringsTheSessionToPeople(t *testing.T) {
	w, s := serviced(t)
	w.mustHandle(w.robin("1", "price"))
	all := w.messages(robin)
	receiver, called := w.receiver(), &tray{}
	receiver.Inbox = called
	failed := receiptJob(conversation.Ref(w.head(robin).Home, all[len(all)-1].ID), message.Failed, w.clock())
	for range 2 { // the second delivery makes up for a crash behind the first
		if err := receiver.Handle(t.Context(), failed); err != nil {
			t.Fatal(err)
		}
	}
	for _, job := range called.jobs {
		if err := w.desk.HandleElsewhere(t.Context(), job); err != nil {
			t.Fatal(err)
		}
	}
	if !s.people || len(called.jobs) != 2 {
		t.Errorf("got %q by %d jobs, want the session with people", s.did, len(called.jobs))
	}
}

// tray keeps what is put on it.
type tray struct{ jobs []inbox.Job }

func (t *tray) Put(_ context.Context, jobs ...inbox.Job) error {
	t.jobs = append(t.jobs, jobs...)
	return nil
}

// A person answered under the old id; the contact's change is told after their first
// message under the new one.
func TestWhoWasAnsweredUnderAnOldIDIsAskedUnderTheNewOne(t *testing.T) {
	w := newWorld(t)
	w.publish(asking)
	w.mustHandle(w.says("1", "hello"))
	if _, err := w.desk.Answer(t.Context(), w.head(sheena).ID, "ana", "Here I am."); err != nil {
		t.Fatal(err)
	}
	w.pass(time.Minute)
	now := message.Person{UserID: "US.13491208655302741918", Name: "Sheena"}
	m := w.says("2", "price")
	m.From = now
	w.mustHandle(m)
	w.pass(time.Minute)
	m = w.says("3", "")
	m.From, m.Previous, m.Type = now, &sheena, "system"
	w.mustHandle(m)
	h := w.head(now)
	w.sent = nil
	if _, err := w.desk.Resolve(t.Context(), h.ID); err != nil {
		t.Fatal(err)
	}
	if len(w.sent) != 1 {
		t.Errorf("got %q, want to ask whom a person answered", w.texts())
	}
}

// The digest under which a welcome goes out is no id of a reply.
func TestAWelcomeThatDidNotArriveCallsNobody(t *testing.T) {
	w, _ := serviced(t)
	// whom the puller has welcomed (pull.greeted)
	id := conversation.ID("wa-main", robin)
	h := conversation.Head{ID: id, Home: id, Channel: "wa-main", Status: conversation.Resolved, Contact: conversation.Contact{Person: robin}}
	h.Session.Greeted = w.clock()
	if err := w.store.Record(t.Context(), record.Turn{Head: h}); err != nil {
		t.Fatal(err)
	}
	ref := conversation.Ref(id, intake.Hash([]byte("WELCOMECODE1"))) // pull.whole of msg_send_fail of the welcome
	if err := w.receiver().Handle(t.Context(), receiptJob(ref, message.Failed, w.clock())); err != nil {
		t.Fatal(err)
	}
	if got := w.head(robin); !got.HandedOff.IsZero() {
		t.Errorf("somebody who only opened the chat was handed off: %s, waiting since %s, failed %s", got.Reason, got.WaitingSince, got.Failed)
	}
	if _, err := w.desk.Resolve(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	w.pass(time.Minute)
	w.mustHandle(w.robin("1", "price"))
	all := w.messages(robin)
	ref = conversation.Ref(w.head(robin).Home, all[len(all)-1].ID)
	if err := w.receiver().Handle(t.Context(), receiptJob(ref, message.Failed, w.clock())); err != nil {
		t.Fatal(err)
	}
	if got := w.head(robin); got.HandedOff.IsZero() {
		t.Errorf("a reply failed later and nobody was told: %+v", got.Failed)
	}
}

// held is a channel that takes nothing for a while.
type held struct {
	*service
	hold time.Duration
}

func (h held) Hold(string) time.Duration { return h.hold }

// On AWS every delivery counts, so that a message that waited long has a high attempt.
func TestAMoveWaitsOutAnOutage(t *testing.T) {
	w, s := serviced(t)
	w.desk.Attempts, w.desk.Waits = 12, 100
	m := w.robin("1", "a person please")
	guard := &held{s, 0}
	w.desk.Guard = guard
	s.refuse = &message.SendError{Class: message.Retry, Reason: "no answer", After: 30 * time.Second}
	if err := w.handle(m, 11); err == nil {
		t.Fatal("want the message to come again")
	}
	guard.hold = 30 * time.Second // gate shut
	w.desk.Guard = *guard
	err := w.handle(m, 12)
	if !inbox.Waits(err) {
		t.Errorf("got %v at delivery 12 of 112, want it to wait while the channel is shut; head %+v", err, w.head(robin).Session)
	}
}

func TestAConversationOfAChannelThatIsGoneCanBeResolved(t *testing.T) {
	w, _ := serviced(t)
	w.mustHandle(w.robin("1", "a person please"))
	w.pass(time.Minute)
	w.desk.Sessions = send.NewSessions(nil, nil) // taken out of the settings
	w.desk.Guard = send.NewGuard(nil, send.Options{})
	_, err := w.desk.Resolve(t.Context(), conversation.ID("wa-main", robin))
	if err != nil || !w.head(robin).HandedOff.IsZero() {
		t.Errorf("got %v, handed off %s, want it resolved", err, w.head(robin).HandedOff)
	}
}

func TestACustomerIsAskedOncePerAnswerOfAPerson(t *testing.T) {
	w := newWorld(t)
	w.publish(asking)
	w.mustHandle(w.says("1", "hello"))
	id := w.answered(sheena)
	agents := ""
	for _, m := range w.messages(sheena) {
		if m.Source == conversation.ByAgent {
			agents = m.ID
		}
	}
	w.mustHandle(w.taps(w.says("tap1", ""), "survey:5"))
	w.pass(time.Minute)
	// the agent's answer turns out not to have arrived: people have a look, and finish
	if err := w.receiver().Handle(t.Context(), receiptJob(conversation.Ref(w.head(sheena).Home, agents), message.Failed, w.clock())); err != nil {
		t.Fatal(err)
	}
	if _, err := w.desk.Resolve(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	w.pass(time.Minute)
	w.mustHandle(w.taps(w.says("tap2", ""), "survey:5"))
	n, rated := 0, 0
	for _, m := range w.messages(sheena) {
		if m.Facts.Survey {
			n++
		}
		if m.Facts.Rating > 0 {
			rated++
		}
	}
	if n != 1 || rated != 1 {
		t.Errorf("asked %d times, %d ratings; want once: no person has written since", n, rated)
	}
}
