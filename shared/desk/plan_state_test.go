package desk_test

import (
	"strings"
	"testing"
	"time"

	"frontdesk/shared/conversation"
)

// stateful is a playbook whose filters ask for the conversation and change it.
const stateful = `"filters": [
    {"id": "third", "name": "Third", "when": {"count": {"above": 2}}, "then": {"priority": "high", "tag": ["talks"], "untag": ["new"], "reply": "team"}},
    {"id": "done", "name": "Done", "when": {"whole_word": ["bye"]}, "then": {"status": "resolved"}},
    {"id": "vip", "name": "Vip", "when": {"attribute": {"name": "plan", "is": ["gold"]}}, "then": {"assignee": "ann", "reply": "team"}},
    {"id": "ours", "name": "Ours", "when": {"started_by": ["agent"]}, "then": {"tag": ["ours"], "reply": "team"}},
    {"id": "new", "name": "New", "when": {"whole_word": ["hello"]}, "then": {"tag": ["new"]}, "continue": true},`

func TestFiltersAskForTheConversationAndChangeIt(t *testing.T) {
	w := newWorld(t)
	w.publish(strings.Replace(book, `"filters": [`, stateful, 1))
	w.mustHandle(w.says("1", "hello"))
	w.pass(time.Minute)
	w.mustHandle(w.says("2", "hm"))
	if h := w.head(sheena); h.Count != 2 || h.Priority != "" || len(h.Tags) != 1 || h.WaitingSince.IsZero() {
		t.Fatalf("got %+v, want two messages counted, the tag, and somebody who waits", h)
	}
	w.pass(time.Minute)
	w.mustHandle(w.says("3", "hm"))
	if h := w.head(sheena); h.Count != 3 || h.Priority != "high" || strings.Join(h.Tags, " ") != "talks" {
		t.Errorf("got %+v, want the third message to raise the priority and change the tags", h)
	}
	w.pass(30 * time.Hour) // a new spell
	w.mustHandle(w.says("4", "bye"))
	if h := w.head(sheena); h.Count != 1 || h.Status != conversation.Resolved || !h.WaitingSince.IsZero() {
		t.Errorf("got %+v, want a new spell that a filter has closed", h)
	}
	h := w.head(sheena)
	if _, err := w.desk.Amend(t.Context(), h.ID, func(h conversation.Head) (conversation.Head, error) {
		h.Contact.Attributes = map[string]string{"plan": "gold"}
		return h, nil
	}); err != nil {
		t.Fatal(err)
	}
	w.pass(time.Minute)
	w.mustHandle(w.says("5", "hm"))
	if h := w.head(sheena); h.Assignee != "ann" {
		t.Errorf("got %q, want who looks after gold customers", h.Assignee)
	}
}

func TestASpellThatAnAgentBegan(t *testing.T) {
	w := newWorld(t)
	w.publish(strings.Replace(book, `"filters": [`, stateful, 1))
	w.mustHandle(w.says("1", "price"))
	h := w.head(sheena)
	if _, err := w.desk.Resolve(t.Context(), h.ID); err != nil {
		t.Fatal(err)
	}
	w.pass(time.Minute)
	if _, err := w.desk.Answer(t.Context(), h.ID, "ana", "Your tea is here."); err != nil {
		t.Fatal(err)
	}
	if got := w.head(sheena).StartedBy; got != "agent" {
		t.Errorf("got %q, want a spell that an agent began", got)
	}
}
