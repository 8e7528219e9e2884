package desk_test

import (
	"errors"
	"testing"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/inbox"
	"frontdesk/shared/message"
)

// elsewhere is something that the agent kim did in the channel's own client.
func (w *world) elsewhere(id string, did message.Deed) error {
	w.t.Helper()
	body, err := message.EncodeElsewhere(message.Elsewhere{
		Channel: "wa-main", ID: id, To: sheena, By: "kim", Time: w.clock().Truncate(time.Second), Did: did, Type: "text", Text: "I am here.",
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return w.desk.HandleElsewhere(w.t.Context(), inbox.Job{ID: id, Body: body, Attempt: 1})
}

func (w *world) state() conversation.Head {
	w.t.Helper()
	h, err := w.store.Head(w.t.Context(), conversation.ID("wa-main", sheena))
	if err != nil {
		w.t.Fatal(err)
	}
	return h
}

func TestWhoAnswersElsewhereIsInCharge(t *testing.T) {
	w := newWorld(t)
	w.mustHandle(w.says("1", "what time is it"))
	waited := w.state().WaitingSince
	w.pass(time.Minute)
	for range 2 {
		if err := w.elsewhere("e1", message.Wrote); err != nil {
			t.Fatal(err)
		}
	}
	h := w.state()
	if waited.IsZero() || !h.WaitingSince.IsZero() || h.Assignee != "kim" || h.HandedOff.IsZero() || h.Since != 0 {
		t.Errorf("got %+v, want kim in charge, nobody waiting and nothing counted as sent by us", h)
	}
	w.pass(time.Minute)
	w.mustHandle(w.says("2", "price"))
	if w.sends() != 0 {
		t.Errorf("got %d sends, want silence", w.sends())
	}
	w.pass(time.Minute)
	if err := w.elsewhere("e2", message.Ended); err != nil {
		t.Fatal(err)
	}
	w.pass(time.Minute)
	w.mustHandle(w.says("3", "price"))
	if w.sends() != 1 {
		t.Errorf("got %d sends, want the template back", w.sends())
	}
}

func TestAnEndThatIsOlderThanTheHandOffTakesNobodyAway(t *testing.T) {
	w := newWorld(t)
	w.mustHandle(w.says("1", "price"))
	ended, err := message.EncodeElsewhere(message.Elsewhere{Channel: "wa-main", ID: "e1", To: sheena, Time: w.clock(), Did: message.Ended})
	if err != nil {
		t.Fatal(err)
	}
	w.pass(time.Minute)
	w.mustHandle(w.says("2", "a person please"))
	if err := w.desk.HandleElsewhere(t.Context(), inbox.Job{Body: ended, Attempt: 1}); err != nil {
		t.Fatal(err)
	}
	if w.state().HandedOff.IsZero() {
		t.Error("an old end of a session took the customer away from people")
	}
}

// The app tells late what was written before people ended the conversation.
func TestALateEchoReopensNothing(t *testing.T) {
	w := newWorld(t)
	w.mustHandle(w.says("1", "person please"))
	w.pass(time.Minute)
	wrote := w.clock().Truncate(time.Second)
	w.pass(10 * time.Second)
	if _, err := w.desk.Resolve(t.Context(), w.head(sheena).ID); err != nil {
		t.Fatal(err)
	}
	w.pass(5 * time.Second)
	body, err := message.EncodeElsewhere(message.Elsewhere{Channel: "wa-main", ID: "e1", To: sheena, Time: wrote, Did: message.Wrote, Type: "text", Text: "Done!"})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.desk.HandleElsewhere(t.Context(), jobOf(body)); err != nil {
		t.Fatal(err)
	}
	h, sent := w.state(), w.sends()
	w.pass(time.Hour)
	w.mustHandle(w.says("2", "price"))
	if !h.HandedOff.IsZero() || !h.AgentReplied || w.sends() != sent+1 {
		t.Errorf("got %+v and %d replies, want it still ended and the next question answered", h, w.sends()-sent)
	}
	if err := w.elsewhere("e2", message.Wrote); err != nil {
		t.Fatal(err)
	}
	if w.state().HandedOff.IsZero() {
		t.Error("got nobody in charge, want whoever writes after the end")
	}
}

func TestWhatCannotHaveHappenedElsewhereIsKept(t *testing.T) {
	w := newWorld(t)
	for name, body := range map[string]string{
		"no object":       `{"elsewhere":7}`,
		"nobody":          `{"elsewhere":{"time":"2026-11-22T02:00:00Z","did":"wrote"}}`,
		"an unknown deed": `{"elsewhere":{"to":{"user_id":"u"},"time":"2026-11-22T02:00:00Z","did":"danced"}}`,
	} {
		err := w.desk.HandleElsewhere(t.Context(), inbox.Job{Body: []byte(body), Attempt: 1})
		if _, dead := errors.AsType[*inbox.Death](err); !dead {
			t.Errorf("%s: got %v, want a dead letter", name, err)
		}
	}
}

func jobOf(body []byte) inbox.Job { return inbox.Job{Body: body, Attempt: 1} }
