package erase_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/clockwork"
	"frontdesk/shared/conversation"
	"frontdesk/shared/desk"
	"frontdesk/shared/erase"
	"frontdesk/shared/inbox"
	"frontdesk/shared/live"
	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
	"frontdesk/shared/record"
	"frontdesk/shared/table"
	"frontdesk/shared/table/bolt"
)

const book = `{"languages": ["en"],
  "templates": [{"id": "price", "name": "Price", "variants": [{"language": "en", "shape": "text", "text": "Nine."}]}],
  "filters": [{"id": "price", "name": "Price", "when": {"whole_word": ["price"]}, "then": {"reply": "price", "tag": ["prices"]}},
    {"id": "person", "name": "Person", "when": {"whole_word": ["person"]}, "then": {"assign": "care", "hand_off": true}}],
  "teams": [{"id": "care", "name": "Care", "sla": {"first": "30m"}, "members": [{"id": "ana"}]}]}`

var zhang = message.Person{Phone: "16505551234", Name: "Zhang Example"}

// failing is a table that is switched off after so many writes.
type failing struct {
	table.Table
	left int // -1: never
}

var errOff = errors.New("switched off")

func (f *failing) Transact(ctx context.Context, writes ...table.Write) error {
	if f.left == 0 {
		return errOff
	}
	f.left--
	return f.Table.Transact(ctx, writes...)
}

// shop is a desk at which people wrote on three days.
type shop struct {
	t     *testing.T
	path  string
	table *failing
	store *record.Store
	desk  *desk.Desk
	roll  *clockwork.Rollup
	now   time.Time
	n     int
}

type chance struct{ r *rand.Rand }

func (c chance) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(c.r.Uint32())
	}
	return len(b), nil
}

func opened(t *testing.T) *shop {
	t.Helper()
	s := &shop{t: t, now: time.Date(2026, 11, 16, 10, 0, 0, 0, time.UTC), path: filepath.Join(t.TempDir(), "desk.db")}
	clock := func() time.Time { return s.now }
	db, err := bolt.Open(s.path, bolt.Options{Now: clock, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	s.table = &failing{db, -1}
	s.store = record.New(s.table)
	var p playbook.Playbook
	if err := json.Unmarshal([]byte(book), &p); err != nil {
		t.Fatal(err)
	}
	if err := s.store.Publish(t.Context(), p, record.VersionInfo{Number: 1, At: s.now}, record.Audit{ID: "1", At: s.now}); err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	s.roll = &clockwork.Rollup{Store: s.store, Zone: time.UTC, Now: clock, Log: log}
	s.desk = &desk.Desk{
		Store: s.store, Live: &live.Cache{Store: s.store}, Zone: time.UTC, Now: clock, Entropy: chance{rand.New(rand.NewPCG(1, 2))}, Attempts: 3, Log: log,
		Send: func(context.Context, message.Outgoing) (string, error) {
			s.n++
			return fmt.Sprint("wamid.OUT", s.n), nil
		},
	}
	for day := range 3 {
		if day > 0 { // of what they asked at the end of the day before
			if _, err := s.desk.Answer(t.Context(), s.id(), "ana", "Good morning"); err != nil {
				t.Fatal(err)
			}
		}
		for _, text := range []string{"the price of Longjing", "hm", "a person please", "still there?"} {
			s.says(zhang, text)
			s.says(message.Person{Phone: "16505550002"}, text)
		}
		if _, err := s.desk.Answer(t.Context(), s.id(), "ana", "Here I am"); err != nil {
			t.Fatal(err)
		}
		s.says(zhang, "one more thing")
		s.now = s.now.Add(23 * time.Hour)
	}
	return s
}

func (s *shop) id() string { return conversation.ID("wa-main", zhang) }

func (s *shop) says(who message.Person, text string) {
	s.t.Helper()
	s.n++
	s.now = s.now.Add(5 * time.Minute)
	m := message.Inbound{Channel: "wa-main", ID: fmt.Sprint("wamid.", s.n), From: who, Time: s.now, Type: "text", Text: text}
	body, err := json.Marshal(m)
	if err != nil {
		s.t.Fatal(err)
	}
	if err := s.desk.Handle(s.t.Context(), inbox.Job{ID: m.ID, Body: body, Attempt: 1}); err != nil {
		s.t.Fatal(err)
	}
}

// rows are the figures of the three days, made anew.
func (s *shop) rows() string {
	s.t.Helper()
	for _, day := range []string{"2026-11-16", "2026-11-17", "2026-11-18"} {
		if err := s.roll.Day(s.t.Context(), day); err != nil {
			s.t.Fatal(err)
		}
	}
	stored, err := s.store.KPIRows(s.t.Context(), "2026-W47")
	if err != nil {
		s.t.Fatal(err)
	}
	var out []string
	for _, r := range stored {
		out = append(out, string(r.Body))
	}
	return strings.Join(out, "\n")
}

func (s *shop) erase() error {
	return erase.Eraser{Store: s.store, Entropy: s.desk.Entropy}.Contact(s.t.Context(), s.id())
}

func (s *shop) gone() {
	s.t.Helper()
	if _, err := s.store.Head(s.t.Context(), s.id()); !errors.Is(err, record.ErrNotFound) {
		s.t.Errorf("got head with error %v, want none", err)
	}
	p, err := s.store.Past(s.t.Context(), s.id())
	if err != nil || len(p.Messages)+len(p.Receipts)+len(p.FollowUps) > 0 || len(p.Days()) > 0 {
		s.t.Errorf("got %+v, %v, want nothing left", p, err)
	}
	for _, day := range []string{"2026-11-16", "2026-11-17", "2026-11-18"} {
		homes, err := s.store.ActiveDay(s.t.Context(), day)
		if err != nil || slices.Contains(homes, s.id()) {
			s.t.Errorf("%s: got the person on the list, %v, want them gone", day, err)
		}
		left, err := s.store.Erased(s.t.Context(), day)
		if err != nil || len(left) == 0 {
			s.t.Errorf("%s: got no remainder, %v", day, err)
		}
		for _, body := range left {
			for _, word := range []string{s.id(), zhang.Phone, "Zhang", "Longjing", "wamid"} {
				if bytes.Contains(body, []byte(word)) {
					s.t.Errorf("%s: got %s in the remainder %s", day, word, body)
				}
			}
		}
	}
}

func TestErasingAContactChangesNoPastReport(t *testing.T) {
	s := opened(t)
	before := s.rows()
	if err := s.erase(); err != nil {
		t.Fatal(err)
	}
	s.gone()
	for range 2 { // made again as often as one likes
		if d := cmp.Diff(before, s.rows()); d != "" {
			t.Errorf("figures (-before +after):\n%s", d)
		}
	}
	if err := s.erase(); !errors.Is(err, record.ErrNotFound) {
		t.Errorf("got %v, want nobody to erase any more", err)
	}
	other, err := s.store.Past(t.Context(), conversation.ID("wa-main", message.Person{Phone: "16505550002"}))
	if err != nil || len(other.Messages) == 0 {
		t.Errorf("got %d messages of somebody else, %v, want them kept", len(other.Messages), err)
	}
}

// Cut off after any write, doing it again finishes it, and counts nothing twice.
func TestErasingThatIsCutOffIsFinished(t *testing.T) {
	for writes := range 20 {
		s := opened(t)
		before := s.rows()
		s.table.left = writes
		err := s.erase()
		s.table.left = -1
		if d := cmp.Diff(before, s.rows()); d != "" {
			t.Errorf("after %d writes: figures (-before +after):\n%s", writes, d)
		}
		if err == nil {
			return // it needs no more than that
		}
		if !errors.Is(err, errOff) {
			t.Fatal(err)
		}
		if err := s.erase(); err != nil {
			t.Fatal(err)
		}
		s.gone()
		if d := cmp.Diff(before, s.rows()); d != "" {
			t.Errorf("after %d writes and again: figures (-before +after):\n%s", writes, d)
		}
	}
	t.Error("got it cut off after 20 writes, want it to end before")
}

// Today is not rolled up yet: what was said before the erasure counts, and whoever writes
// again on the same day is new.
func TestErasingTodayAndWritingAgain(t *testing.T) {
	s := opened(t)
	s.now = time.Date(2026, 11, 18, 20, 0, 0, 0, time.UTC)
	if err := s.erase(); err != nil {
		t.Fatal(err)
	}
	s.says(zhang, "the price")
	h, err := s.store.Head(t.Context(), s.id())
	if err != nil || !h.First.Equal(s.now) {
		t.Errorf("got first %v, %v, want a new contact", h.First, err)
	}
	s.now = s.now.Add(24 * time.Hour)
	rows := s.rows()
	if got := strings.Count(rows, `"day":"2026-11-18"`); got == 0 {
		t.Fatalf("got no rows of the day in %s", rows)
	}
	var in int64
	for line := range strings.Lines(rows) {
		var r struct {
			Day string
			In  int64
		}
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		if r.Day == "2026-11-18" {
			in += r.In
		}
	}
	if in != 5+4+1 {
		t.Errorf("got %d messages in, want 5 of the one, 4 of the other, and one more", in)
	}
}

// Whoever has changed number or id is noted as a test contact under the id of then.
func TestErasingATestContactWhoChangedIDs(t *testing.T) {
	s := opened(t)
	if err := s.store.NoteTester(t.Context(), s.id()); err != nil {
		t.Fatal(err)
	}
	s.says(message.Person{UserID: "US.123456789", Phone: zhang.Phone, Name: zhang.Name}, "hello")
	if h, err := s.store.Head(t.Context(), s.id()); err != nil || h.ID == s.id() {
		t.Fatalf("got %s, %v, want another id", h.ID, err)
	}
	if err := s.erase(); err != nil {
		t.Fatal(err)
	}
	if page, err := s.table.Query(t.Context(), table.Query{PK: "TESTERS"}); err != nil || len(page.Items) > 0 {
		t.Errorf("got %v, %v on the list of test contacts, want nobody", page.Items, err)
	}
}
