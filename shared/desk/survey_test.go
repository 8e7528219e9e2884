package desk_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/desk"
	"frontdesk/shared/message"
)

// asking is the playbook with a survey.
var asking = strings.NewReplacer(
	`{"id": "broken", "name": "Broken", "variants"`, `{"id": "how", "name": "How was it", "variants": [{"language": "en", "shape": "buttons", "text": "How was it?",
      "buttons": [{"id": "survey:1", "title": "Bad"}, {"id": "survey:5", "title": "Good"}]}]},
    {"id": "thanks", "name": "Thanks", "variants": [{"language": "en", "shape": "text", "text": "Thank you."}]},
    {"id": "broken", "name": "Broken", "variants"`,
	`"hours": []`, `"survey": {"ask": "how", "thanks": "thanks"}, "fallback": {"reply": "team", "hand_off": true}, "hours": []`,
).Replace(book)

func (w *world) taps(m message.Inbound, choice string) message.Inbound {
	m.Type, m.Choice, m.Text = "interactive", choice, "Good"
	return m
}

// people lets a person answer a conversation and finish with it.
func (w *world) answered(p message.Person) string {
	w.t.Helper()
	id := conversation.ID("wa-main", p)
	if _, err := w.desk.Answer(w.t.Context(), id, "ana", "Here I am."); err != nil {
		w.t.Fatal(err)
	}
	w.pass(time.Minute)
	if _, err := w.desk.Resolve(w.t.Context(), id); err != nil {
		w.t.Fatal(err)
	}
	w.pass(time.Minute)
	return id
}

func (w *world) texts() []string {
	var all []string
	for _, out := range w.sent {
		all = append(all, out.Content.Text)
	}
	return all
}

func TestWhoWasAnsweredByAPersonIsAskedHowItWas(t *testing.T) {
	w := newWorld(t)
	w.publish(asking)
	w.mustHandle(w.says("1", "hello"))
	id := w.answered(sheena)
	if _, err := w.desk.Resolve(t.Context(), id); err != nil { // once more
		t.Fatal(err)
	}
	if got := w.texts(); !slices.Equal(got, []string{"A colleague will answer.", "Here I am.", "How was it?"}) {
		t.Fatalf("got %q, want one question", got)
	}
	all := w.messages(sheena)
	q := all[len(all)-1]
	if !q.Facts.Survey || q.Source != conversation.BySystem || q.Template != "how" || q.Facts.Answers || q.Claim != nil ||
		q.ChannelID == "" || q.Content == nil || q.Facts.Day == "" || q.Facts.Team != "" {
		t.Errorf("got %+v, want a question of the system that is no answer", q)
	}
	if h := w.head(sheena); h.Status != conversation.Resolved || h.Pair.Paid == 0 {
		t.Errorf("got %+v, want it resolved, and the question counted against the pair rate", h)
	}
}

func TestWhoIsNotAsked(t *testing.T) {
	cases := []struct {
		name string
		do   func(*world, string)
	}{
		{"nobody answered", func(w *world, id string) { _, _ = w.desk.Resolve(w.t.Context(), id) }},
		{"the window is shut", func(w *world, id string) {
			_, _ = w.desk.Answer(w.t.Context(), id, "ana", "Here I am.")
			w.pass(25 * time.Hour)
			_, _ = w.desk.Resolve(w.t.Context(), id)
		}},
		{"no survey", func(w *world, _ string) { w.publish(book); w.pass(time.Minute); w.answered(sheena) }},
		{"a person answered in a spell before this one", func(w *world, id string) {
			w.answered(sheena)
			w.sent = nil
			w.mustHandle(w.says("2", "hello"))
			_, _ = w.desk.Resolve(w.t.Context(), id)
		}},
	}
	for _, c := range cases {
		w := newWorld(t)
		w.publish(asking)
		w.mustHandle(w.says("1", "hello"))
		c.do(w, conversation.ID("wa-main", sheena))
		if slices.Contains(w.texts(), "How was it?") {
			t.Errorf("%s: got %q, want no question", c.name, w.texts())
		}
	}
}

func TestARatingIsCountedOnceAndThankedFor(t *testing.T) {
	w := newWorld(t)
	w.publish(asking)
	for spell := range 2 {
		w.sent = nil
		w.mustHandle(w.says(fmt.Sprint("hello", spell), "hello"))
		w.answered(sheena)
		for i := range 2 {
			w.mustHandle(w.taps(w.says(fmt.Sprint("tap", spell, i), ""), fmt.Sprint("survey:", 5-i)))
			w.pass(time.Second)
		}
		if got := w.texts()[2:]; !slices.Equal(got, []string{"How was it?", "Thank you."}) {
			t.Errorf("spell %d: got %q, want one question and one thanks", spell, got)
		}
	}
	var ratings []int
	for _, m := range w.messages(sheena) {
		if m.Filter != conversation.BySurvey {
			continue
		}
		if m.Direction == conversation.Out && (m.Facts.Answers || m.Facts.First) {
			t.Errorf("got thanks with facts %+v, want no answer", m.Facts)
		}
		if m.Direction == conversation.In {
			ratings = append(ratings, m.Facts.Rating)
			if m.Facts.Opened || m.Outcome != conversation.Ignored {
				t.Errorf("got a rating %+v, want it to begin nothing", m)
			}
		}
	}
	if !slices.Equal(ratings, []int{5, 0, 5, 0}) {
		t.Errorf("got ratings %v, want the first of each question", ratings)
	}
	if h := w.head(sheena); h.Status != conversation.Resolved || !h.HandedOff.IsZero() || !h.WaitingSince.IsZero() {
		t.Errorf("got %+v, want nobody waiting and nobody in charge", h)
	}
}

func TestARatingChangesNothingForWhoWaits(t *testing.T) {
	w := newWorld(t)
	w.publish(strings.Replace(asking, `"fallback": {"reply": "team", "hand_off": true}, `, "", 1))
	w.mustHandle(w.says("1", "hello"))
	w.answered(sheena)
	w.mustHandle(w.says("2", "something else"))
	waits := w.head(sheena).WaitingSince
	w.pass(time.Minute)
	w.mustHandle(w.taps(w.says("3", ""), "survey:4"))
	if h := w.head(sheena); waits.IsZero() || !h.WaitingSince.Equal(waits) || h.Status != conversation.Open {
		t.Errorf("got waiting since %s, want %s as before the rating", h.WaitingSince, waits)
	}
}

func TestWhilePeopleAnswerARatingGetsNoThanks(t *testing.T) {
	w := newWorld(t)
	w.publish(asking)
	w.mustHandle(w.says("1", "hello"))
	w.answered(sheena)
	w.mustHandle(w.says("2", "hello"))
	w.sent = nil
	w.pass(time.Minute)
	w.mustHandle(w.taps(w.says("3", ""), "survey:1"))
	all := w.messages(sheena)
	if got := all[len(all)-1]; w.sends() != 0 || got.Facts.Rating != 1 {
		t.Errorf("got %d sends and %+v, want the rating kept in silence", w.sends(), got)
	}
}

// Whatever goes wrong with the thanks, nobody is called for it.
func TestThanksThatFailCallNobody(t *testing.T) {
	for _, class := range []message.Class{message.Drop, message.Bug, message.SwitchForm, message.Retry, message.Unknown} {
		w := newWorld(t)
		w.publish(asking)
		w.mustHandle(w.says("1", "hello"))
		w.answered(sheena)
		w.answer = func(message.Outgoing) error { return &message.SendError{Class: class, Reason: "documented"} }
		m := w.taps(w.says("2", ""), "survey:5")
		for attempt := range 6 {
			_ = w.handle(m, attempt+1)
			w.pass(desk.Prove)
		}
		if h := w.head(sheena); !h.HandedOff.IsZero() || h.Status != conversation.Resolved {
			t.Errorf("%s: got %+v, want nobody called", class, h)
		}
	}
}

func TestAQuestionThatWasRefusedDoesNotCount(t *testing.T) {
	for class, counts := range map[message.Class]bool{message.Drop: false, message.Unknown: true} {
		w := newWorld(t)
		w.publish(asking)
		w.mustHandle(w.says("1", "hello"))
		w.answer = func(out message.Outgoing) error {
			if out.Content.Shape == message.ShapeButtons {
				return &message.SendError{Class: class, Reason: "documented"}
			}
			return nil
		}
		w.answered(sheena)
		all := w.messages(sheena)
		if q := all[len(all)-1]; q.Source != conversation.BySystem || q.Facts.Survey != counts {
			t.Errorf("%s: got %+v, want counted %v", class, q.Facts, counts)
		}
		if h := w.head(sheena); h.Status != conversation.Resolved {
			t.Errorf("%s: got %s, want it resolved all the same", class, h.Status)
		}
	}
}

func TestAQuestionThatDidNotArriveCallsNobody(t *testing.T) {
	w := newWorld(t)
	w.publish(asking)
	w.mustHandle(w.says("1", "hello"))
	w.answered(sheena)
	all := w.messages(sheena)
	ref := conversation.Ref(w.head(sheena).Home, all[len(all)-1].ID)
	if err := w.receiver().Handle(t.Context(), receiptJob(ref, message.Failed, w.clock())); err != nil {
		t.Fatal(err)
	}
	if h := w.head(sheena); !h.HandedOff.IsZero() {
		t.Errorf("got handed off for %q, want nobody called for a question", h.Reason)
	}
}

func TestAnEndedSessionIsAskedAboutWithItsCode(t *testing.T) {
	cases := []struct {
		name string
		end  func(*desk.Ended)
		late time.Duration
		// tell brings the end to the desk first, as the queue may.
		tell, wrote bool
		want        bool
	}{
		{"a servicer wrote", nil, time.Second, false, true, true},
		{"the desk knows of the end already", nil, time.Second, true, true, true},
		{"nobody wrote", nil, time.Second, false, false, false},
		{"what they wrote is on its way to the desk", func(e *desk.Ended) { e.Answered = true }, time.Second, false, false, true},
		{"the code has run out", nil, 20 * time.Second, false, true, false},
		{"nobody we know", func(e *desk.Ended) { e.To.UserID = "wmEXAMPLE0009" }, time.Second, false, true, false},
	}
	for _, c := range cases {
		w, s := serviced(t)
		w.publish(asking)
		w.mustHandle(w.says("1", "hello"))
		w.pass(time.Second)
		if c.wrote {
			if err := w.elsewhere("e1", message.Wrote); err != nil {
				t.Fatal(err)
			}
		}
		w.pass(time.Second)
		e := desk.Ended{Channel: "wa-main", ID: "e2", At: w.clock(), To: sheena, Code: "CODE"}
		if c.tell {
			if err := w.elsewhere("e2", message.Ended); err != nil {
				t.Fatal(err)
			}
		}
		if c.end != nil {
			c.end(&e)
		}
		w.pass(c.late)
		s.did = nil
		for range 2 {
			if _, err := w.desk.AskEnded(t.Context(), e); err != nil {
				t.Fatal(err)
			}
		}
		if got := slices.Equal(s.did, []string{"event CODE"}); got != c.want || !c.want && len(s.did) > 0 {
			t.Errorf("%s: got %q, want asked once %v", c.name, s.did, c.want)
		}
	}
}

func TestAQuestionWithACodeUsesUpNoReply(t *testing.T) {
	w, s := serviced(t)
	w.publish(asking)
	w.mustHandle(w.robin("1", "hello"))
	id := conversation.ID("wa-main", robin)
	e, err := message.EncodeElsewhere(message.Elsewhere{Channel: "wa-main", ID: "e1", To: robin, By: "zhang", Time: w.clock(), Did: message.Wrote, Type: "text", Text: "I am here."})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.desk.HandleElsewhere(t.Context(), jobOf(e)); err != nil {
		t.Fatal(err)
	}
	w.pass(time.Minute)
	before := w.head(robin).Since
	if _, err := w.desk.Resolve(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	all := w.messages(robin)
	if q := all[len(all)-1]; !q.Facts.Survey || q.ChannelID != "on-event" || s.did[len(s.did)-1] != "event CODE" || w.head(robin).Since != before {
		t.Errorf("got %q, %+v and %d counted, want the code of the end used, and %d as before", s.did, q, w.head(robin).Since, before)
	}
}
