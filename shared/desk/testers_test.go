package desk_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/conversation"
	"frontdesk/shared/inbox"
	"frontdesk/shared/live"
	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
	"frontdesk/shared/record"
	"frontdesk/shared/table"
)

// tried is a world in which a draft says other words for the price, and Sheena tests it.
func tried(t *testing.T) *world {
	w := newWorld(t)
	w.desk.Draft = &live.Draft{Store: w.store, Check: func(playbook.Playbook, time.Time) []playbook.Fault { return nil }}
	w.mustHandle(w.says("FIRST", "hello"))
	w.change(sheena, func(h *conversation.Head) { h.Contact.Tester = true })
	w.save("tea is 9", "tea is 10")
	w.pass(time.Hour)
	return w
}

// save makes the tests' playbook with other words the draft.
func (w *world) save(words ...string) {
	w.t.Helper()
	var p playbook.Playbook
	if err := json.Unmarshal([]byte(strings.NewReplacer(words...).Replace(book)), &p); err != nil {
		w.t.Fatal(err)
	}
	_, version, _ := w.store.Draft(context.Background())
	if err := w.store.SaveDraft(context.Background(), p, version, record.Audit{ID: strings.Join(words, ""), At: w.now}); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) change(p message.Person, change func(*conversation.Head)) {
	w.t.Helper()
	h := w.head(p)
	change(&h)
	if err := w.store.Record(context.Background(), record.Turn{Head: h}); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) lastText() string { return w.sent[len(w.sent)-1].Content.Text }

// calls are the table calls that a message costs.
func (w *world) callsOf(m message.Inbound) map[string]int {
	w.t.Helper()
	w.pass(2 * time.Minute) // over the cooldown
	if _, err := w.desk.Live.Book(context.Background(), w.clock()); err != nil {
		w.t.Fatal(err)
	}
	w.table.calls = map[string]int{}
	w.mustHandle(m)
	return w.table.calls
}

// The draft costs nobody else anything, and a test contact one read when it is due.
func TestOnlyTestContactsPayForTheDraft(t *testing.T) {
	w := tried(t)
	other := w.says("B", "price?")
	other.From = message.Person{Phone: "16505550002"}
	if d := cmp.Diff(map[string]int{"get": 1, "put": 1, "transact": 1}, w.callsOf(other)); d != "" {
		t.Errorf("calls for somebody else (-want +got):\n%s", d)
	}
	if d := cmp.Diff(map[string]int{"get": 2, "put": 1, "transact": 1}, w.callsOf(w.says("C", "price?"))); d != "" {
		t.Errorf("calls for a test contact (-want +got):\n%s", d)
	}
	w.table.calls = map[string]int{}
	w.mustHandle(w.says("D", "person please"))
	if d := cmp.Diff(map[string]int{"get": 1, "put": 1, "transact": 1}, w.table.calls); d != "" {
		t.Errorf("calls for them again at once (-want +got):\n%s", d)
	}
}

// Nobody else's message is worth an allocation more because there may be test contacts.
func TestTestContactsCostNobodyAllocations(t *testing.T) {
	least := func(draft *live.Draft) float64 {
		w := newWorld(t)
		w.desk.Draft = draft
		n, best := 0, math.Inf(1)
		for range 300 {
			best = min(best, testing.AllocsPerRun(1, func() {
				n++
				w.mustHandle(w.says(fmt.Sprintf("%04d", n), "nothing that is known"))
			}))
		}
		return best
	}
	const forgotten = 8 // pools forget at random under the race detector
	if without, with := least(nil), least(&live.Draft{}); with > without+forgotten {
		t.Errorf("got %.0f allocations with a draft, want no more than %.0f", with, without)
	}
}

func TestATestContactStaysOneUnderAnotherID(t *testing.T) {
	w := tried(t)
	m := w.says("NEW", "price?")
	m.From, m.Previous = message.Person{UserID: "US.13491208655302741918", Phone: "16505550009"}, &message.Person{Phone: sheena.Phone}
	w.mustHandle(m)
	if h := w.head(m.From); !h.Contact.Tester || !strings.Contains(w.lastText(), "tea is 10") {
		t.Errorf("got tester %v and %q under the new id, want the draft still", h.Contact.Tester, w.lastText())
	}
	w.pass(time.Hour)
	late := w.says("LATE", "price?") // the new id is known, and then the change is told
	late.From = message.Person{UserID: "US.99999999999999999999"}
	w.mustHandle(late)
	late.ID, late.Text, late.Previous = "wamid.LATER", "person please", &m.From
	w.mustHandle(late)
	if !w.head(late.From).Contact.Tester {
		t.Error("got no test contact after two heads were joined, want one")
	}
}

// Whatever is written by a test contact or to one is marked, and an end of theirs is none.
func TestNothingOfATestContactCounts(t *testing.T) {
	w := tried(t)
	w.mustHandle(w.says("A", "person please"))
	if _, err := w.desk.Answer(t.Context(), w.head(sheena).ID, "li@example.com", "Hello"); err != nil {
		t.Fatal(err)
	}
	if err := w.elsewhere("ECHO", message.Wrote); err != nil {
		t.Fatal(err)
	}
	if _, err := w.desk.Resolve(t.Context(), w.head(sheena).ID); err != nil {
		t.Fatal(err)
	}
	for _, m := range w.messages(sheena)[1:] { // the first is from before
		if !m.Facts.Test {
			t.Errorf("got no mark on %s %s %q", m.Direction, m.Source, m.Filter)
		}
	}
	receipts, err := w.store.ReceiptsBetween(t.Context(), w.head(sheena).Home, time.Time{}, w.clock().Add(time.Hour))
	if err != nil || len(receipts) != 0 {
		t.Errorf("got %d receipts, %v, want no end of a conversation that counts", len(receipts), err)
	}
}

// A draft that cannot be read is not taken for none: the message waits for its turn.
func TestADraftThatCannotBeRead(t *testing.T) {
	w := tried(t)
	if _, err := w.desk.Live.Book(t.Context(), w.clock()); err != nil {
		t.Fatal(err)
	}
	gets := 0
	w.table.fail = func(op string) error {
		if op == "get" {
			if gets++; gets == 2 {
				return table.ErrBusy
			}
		}
		return nil
	}
	if err := w.handle(w.says("A", "price?"), 1); !inbox.Waits(err) || w.sends() != 0 {
		t.Errorf("got %v and %d sends, want it to wait", err, w.sends())
	}
	w.table.fail = nil
	w.mustHandle(w.says("A", "price?"))
	if !strings.Contains(w.lastText(), "tea is 10") {
		t.Errorf("got %q, want the draft", w.lastText())
	}
}

// What a test contact writes in a group is answered in front of everybody.
func TestTheDraftAnswersNobodyInAGroup(t *testing.T) {
	w := tried(t)
	m := w.says("G", "price?")
	m.Group, m.Return = "group-1", "https://example.com/return"
	w.mustHandle(m)
	if got := w.lastText(); w.sends() != 1 || !strings.Contains(got, "tea is 9") {
		t.Errorf("got %q in the group, want what is live", got)
	}
}
