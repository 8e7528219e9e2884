package desk_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/desk"
	"frontdesk/shared/message"
	"frontdesk/shared/table"
)

// acting is a playbook whose filters leave notes, send notices, mute and block.
const acting = `"notices": [{"id": "boss", "on": [], "to": ["robot"]}, {"id": "shop", "on": ["hand_off"], "to": ["robot", "shop"], "mention": ["zhang"]}],
  "filters": [
    {"id": "angry", "name": "Angry", "when": {"whole_word": ["angry"]}, "then": {"note": "{{ contact.name }} is angry: {{ message.text }}", "notify": ["boss"]}, "continue": true},
    {"id": "again", "name": "Again", "when": {"whole_word": ["angry"]}, "then": {"notify": ["boss", "shop"], "note": "Second note"}, "continue": true},
    {"id": "odd", "name": "Odd", "when": {"whole_word": ["odd"]}, "then": {"note": "{{ message.text | date: \"%A\" }}", "reply": "team"}},
    {"id": "hush", "name": "Hush", "when": {"whole_word": ["hush"]}, "then": {"mute": "24h"}},
    {"id": "spam", "name": "Spam", "when": {"contains": ["lottery"]}, "then": {"block": true, "note": "Blocked for spam"}},`

func newActingWorld(t *testing.T) *world {
	w := newWorld(t)
	w.publish(strings.Replace(book, `"filters": [`, acting, 1))
	return w
}

// notes are the texts of the notes in a conversation.
func (w *world) notes(p message.Person) (all []string) {
	for _, m := range w.messages(p) {
		if m.Direction == conversation.Note {
			all = append(all, m.Filter+": "+m.Text)
		}
	}
	return all
}

func TestNotesAndNoticesOfFilters(t *testing.T) {
	both := []string{"angry: Sheena is angry: I am angry", "again: Second note"}
	for _, c := range []struct {
		name, text         string
		notes, robot, shop []string
		sends              int
	}{
		{"they are kept and sent with no reply", "I am angry", both, []string{"filter wa-main  Angry"}, []string{"filter wa-main  Again"}, 0},
		{"and with a reply", "I am angry about the price", []string{"angry: Sheena is angry: I am angry about the price", "again: Second note"},
			[]string{"filter wa-main  Angry"}, []string{"filter wa-main  Again"}, 1},
		{"a channel that is told of the hand-off is told once", "angry person", []string{"angry: Sheena is angry: angry person", "again: Second note"},
			[]string{"hand_off wa-main Care Person"}, []string{"hand_off wa-main Care Person"}, 1},
		{"a note that cannot be filled in keeps nothing else back", "odd", nil, nil, nil, 1},
		{"nobody is angry", "price", nil, nil, nil, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newActingWorld(t)
			m := w.says("1", c.text)
			w.mustHandle(m)
			w.mustHandle(m) // delivered again
			if got := w.notes(sheena); !slices.Equal(got, c.notes) {
				t.Errorf("notes: got %q, want %q", got, c.notes)
			}
			if got := w.outbox("robot"); !slices.Equal(got, c.robot) {
				t.Errorf("robot: got %q, want %q", got, c.robot)
			}
			if got := w.outbox("shop"); !slices.Equal(got, c.shop) {
				t.Errorf("shop: got %q, want %q", got, c.shop)
			}
			if w.sends() != c.sends {
				t.Errorf("got %d sends, want %d: notes go to nobody", w.sends(), c.sends)
			}
			if odd := strings.Contains(w.log.String(), `"alarm":"note_failed"`); odd != (c.text == "odd") {
				t.Errorf("got the alarm of a note %v", odd)
			}
		})
	}
}

// A note is written with the reply's record, also when that is made up for later.
func TestANoteIsLeftOnceWhateverHappensToTheReply(t *testing.T) {
	w := newActingWorld(t)
	w.answer = refusesWith(message.Retry)
	m := w.says("1", "angry about the price")
	if err := w.handle(m, 1); err == nil {
		t.Fatal("got no error, want one more try")
	}
	if got := w.noted(m); len(got) != 0 {
		t.Errorf("got %q before the turn is recorded", got)
	}
	w.answer = nil
	w.pass(time.Minute)
	w.mustHandle(m)
	w.mustHandle(m)
	if got := w.notes(sheena); len(got) != 2 || w.sends() != 1 {
		t.Errorf("got %q and %d sends, want both notes and one reply", got, w.sends())
	}
}

// A reply that was given up is recorded when its message is put back, with the notes that
// the record of the failure has left already.
func TestANoteDoesNotKeepALateReplyFromItsRecord(t *testing.T) {
	w := newActingWorld(t)
	w.answer = refusesWith(message.Retry)
	m := w.says("1", "angry about the price")
	for attempt := 1; attempt <= 3; attempt++ {
		_ = w.handle(m, attempt)
		w.pass(3 * time.Minute)
	}
	w.answer = nil
	for attempt := 1; attempt <= 3; attempt++ { // an operator puts it back, and it is delivered again
		if err := w.handle(m, attempt); err != nil {
			t.Fatal(err)
		}
		w.pass(3 * time.Minute)
	}
	sent := 0
	for _, m := range w.messages(sheena) {
		if m.Direction == conversation.Out {
			sent++
		}
	}
	if notes := w.notes(sheena); len(notes) != 2 || sent != 1 || w.sends() != 1 {
		t.Errorf("got %d sends, %d replies on record and notes %q, want one, one and both", w.sends(), sent, notes)
	}
}

// A turn fits into one transaction however many filters act: two heads, a failed reply,
// and more notes, notices and follow-ups than it may have.
func TestTheLargestTurnIsRecorded(t *testing.T) {
	var notices, filters []string
	for i := range 60 {
		notices = append(notices, fmt.Sprintf(`{"id": "n%d", "on": [], "to": ["robot-%d"]}`, i, i))
		filters = append(filters, fmt.Sprintf(`{"id": "f%d", "name": "F", "when": {"whole_word": ["price"]}, "continue": true, "then": {"note": "Note",
			"notify": ["n%d"], "follow_up": {"after": "2h", "if": "open", "then": "hand_off"}}},`, i, i))
	}
	w := newWorld(t)
	w.publish(strings.Replace(book, `"filters": [`, `"notices": [`+strings.Join(notices, ",")+`], "filters": [`+strings.Join(filters, ""), 1))
	w.mustHandle(w.says("0", "hello"))
	m := w.says("1", "price")
	m.From = message.Person{UserID: "US.111", Phone: sheena.Phone}
	w.table.largest = 0
	w.answer = refusesWith(message.Drop)
	w.mustHandle(m)
	if _, err := w.store.Head(t.Context(), conversation.ID("wa-main", m.From)); err != nil {
		t.Fatal(err)
	}
	all, err := w.store.FollowUps(t.Context(), w.head(m.From).Home)
	if err != nil || len(all) != 10 || len(w.notes(m.From)) != 10 {
		t.Errorf("got %d follow-ups, %v, and %d notes, want 10 of each", len(all), err, len(w.notes(m.From)))
	}
	if largest := w.table.largest; largest < 40 || largest > table.MaxWrites-20 {
		t.Errorf("got %d writes in the largest turn, want room left in %d", largest, table.MaxWrites)
	}
}

// noted are the notes of a conversation whose head may not be there yet.
func (w *world) noted(m message.Inbound) (all []string) {
	stored, err := w.store.Messages(context.Background(), conversation.ID(m.Channel, m.From), time.Time{}, w.clock().Add(time.Hour))
	if err != nil {
		w.t.Fatal(err)
	}
	for _, m := range stored {
		if m.Direction == conversation.Note {
			all = append(all, m.Text)
		}
	}
	return all
}

func TestAMutedContactIsHandedToPeopleAndGetsNoTemplate(t *testing.T) {
	w := newActingWorld(t)
	w.mustHandle(w.says("1", "hush"))
	if h := w.head(sheena); !h.Contact.Muted(w.clock().Add(23*time.Hour)) || h.Contact.Muted(w.clock().Add(24*time.Hour)) || !h.WaitingSince.IsZero() {
		t.Fatalf("got %+v, want them muted for a day and nobody waiting", h.Contact)
	}
	w.pass(time.Minute)
	w.mustHandle(w.says("2", "price"))
	if h := w.head(sheena); w.sends() != 0 || !h.WaitingSince.IsZero() || h.Status != conversation.Resolved || !slices.Contains(h.Tags, "prices") {
		t.Errorf("got %d sends and %+v, want silence, the filter's tag, and nobody waiting", w.sends(), h)
	}
	w.mustHandle(w.says("3", "a person"))
	if h := w.head(sheena); w.sends() != 0 || h.HandedOff.IsZero() || h.Team != "care" {
		t.Errorf("got %d sends and %+v, want people to have it without a template", w.sends(), h)
	}
	if _, err := w.desk.Resolve(t.Context(), w.head(sheena).ID); err != nil {
		t.Fatal(err)
	}
	w.pass(25 * time.Hour)
	w.mustHandle(w.says("4", "price"))
	if w.sends() != 1 {
		t.Errorf("got %d sends, want an answer when the day is over", w.sends())
	}
}

func TestABlockedContactWakesNobody(t *testing.T) {
	w := newActingWorld(t)
	w.mustHandle(w.says("1", "you won the lottery"))
	blocked := func(when string) {
		t.Helper()
		h := w.head(sheena)
		if h.Contact.Blocked == 0 || !h.WaitingSince.IsZero() || !h.HandedOff.IsZero() || h.Status != conversation.Resolved || w.sends() != 0 || len(w.outbox("robot")) != 0 {
			t.Errorf("%s: got %d sends, %q and %+v, want nothing to happen", when, w.sends(), w.outbox("robot"), h)
		}
	}
	blocked("at once")
	for i, text := range []string{"a person please", "price", "broken", "angry"} {
		w.pass(time.Minute)
		w.mustHandle(w.says(string(rune('2'+i)), text))
		blocked(text)
	}
	all := w.messages(sheena)
	if last := all[len(all)-1]; len(all) != 6 || last.Outcome != conversation.Ignored || last.Filter != "block" {
		t.Errorf("got %d messages and %+v, want all five kept and the note", len(all), last)
	}
	if ids, _, err := w.store.Blocked(t.Context(), "", 10); err != nil || !slices.Equal(ids, []string{w.head(sheena).ID}) {
		t.Errorf("got %v and %v, want them on the list", ids, err)
	}
	if _, err := w.desk.Answer(t.Context(), w.head(sheena).ID, "li", "hello"); err != desk.ErrBlocked {
		t.Errorf("got %v, want nobody to write to somebody whose answer they will not see", err)
	}
}

// A block and a mute follow the contact to another id, from both ends.
func TestABlockSurvivesAnotherID(t *testing.T) {
	known, ida := message.Person{Phone: sheena.Phone, UserID: "US.1"}, "wamid.9"
	t.Run("the head moves", func(t *testing.T) {
		w := newActingWorld(t)
		w.mustHandle(w.says("1", "lottery"))
		old := w.head(sheena).ID
		m := w.says("2", "price")
		m.From = known
		w.mustHandle(m)
		w.wantBlocked(conversation.ID("wa-main", known), old)
	})
	t.Run("two heads are joined", func(t *testing.T) {
		w := newActingWorld(t)
		w.mustHandle(w.says("1", "lottery"))
		old := w.head(sheena).ID
		fresh := message.Inbound{Channel: "wa-main", ID: ida, From: message.Person{UserID: "US.1"}, Time: w.clock(), Type: "text", Text: "price"}
		w.mustHandle(fresh)
		w.pass(time.Minute)
		changed := message.Inbound{Channel: "wa-main", ID: ida + "b", From: message.Person{UserID: "US.1"}, Previous: &message.Person{Phone: sheena.Phone}, Time: w.clock(), Type: "text", Text: "price"}
		w.mustHandle(changed)
		w.wantBlocked(conversation.ID("wa-main", message.Person{UserID: "US.1"}), old)
		if w.sends() != 1 {
			t.Errorf("got %d sends, want the one before it was told who they are", w.sends())
		}
	})
}

func (w *world) wantBlocked(id, left string) {
	w.t.Helper()
	h, err := w.store.Head(context.Background(), left) // the signpost leads there
	if err != nil || h.ID != id || h.Contact.Blocked == 0 {
		w.t.Errorf("got %+v and %v, want %s blocked", h, err, id)
	}
	if ids, _, err := w.store.Blocked(context.Background(), "", 10); err != nil || !slices.Equal(ids, []string{id}) {
		w.t.Errorf("got %v and %v on the list, want the present id alone", ids, err)
	}
}
