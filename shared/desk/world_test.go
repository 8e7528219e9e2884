package desk_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/desk"
	"frontdesk/shared/inbox"
	"frontdesk/shared/live"
	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
	"frontdesk/shared/record"
	"frontdesk/shared/table"
	"frontdesk/shared/table/bolt"
)

// book is the playbook of these tests, as an admin writes one.
const book = `{
  "languages": ["en"],
  "templates": [
    {"id": "price", "name": "Prices", "variants": [
      {"language": "en", "shape": "text", "text": "Hello {{ contact.name | default: 'there' }}, tea is 9 a box."},
      {"language": "en", "shape": "approved", "approved": {"name": "prices_en", "language": "en"}}]},
    {"id": "team", "name": "A person comes", "variants": [{"language": "en", "shape": "text", "text": "A colleague will answer."}]},
    {"id": "broken", "name": "Broken", "variants": [{"language": "en", "shape": "text", "text": "{{ nobody.knows }}"}]}
  ],
  "filters": [
    {"id": "price", "name": "Price", "when": {"whole_word": ["price"]}, "then": {"reply": "price", "tag": ["prices"]}, "cooldown": "1m"},
    {"id": "person", "name": "Person", "when": {"whole_word": ["person"]}, "then": {"reply": "team", "assign": "care", "hand_off": true}},
    {"id": "broken", "name": "Broken", "when": {"whole_word": ["broken"]}, "then": {"reply": "broken"}}
  ],
  "hours": [], "teams": [{"id": "care", "name": "Care"}]
}`

// boundless is a playbook whose automatic replies know no bounds.
func boundless(text string) string {
	return `{"safety": {"cap": {"off": true}, "loop": {"off": true}, "quick": "off"},` + text[1:]
}

// world is a desk with everything around it in the test's hands.
type world struct {
	t     *testing.T
	desk  *desk.Desk
	store *record.Store
	table *watched
	log   bytes.Buffer

	mu   sync.Mutex
	now  time.Time
	sent []message.Outgoing
	// answer is what the channel says to the next sends, nil for yes.
	answer func(message.Outgoing) error
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, now: time.Date(2026, 11, 18, 4, 0, 0, 0, time.UTC)}
	db, err := bolt.Open(filepath.Join(t.TempDir(), "desk.db"), bolt.Options{Now: w.clock, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	w.table = &watched{Table: db, calls: map[string]int{}}
	w.store = record.New(w.table)
	w.publish(book)
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	w.desk = &desk.Desk{
		Store: w.store, Live: &live.Cache{Store: w.store}, Send: w.send, Zone: zone, Now: w.clock,
		Entropy: &entropy{r: rand.New(rand.NewPCG(1, 2))}, Attempts: 3,
		Log: slog.New(slog.NewJSONHandler(&lockedWriter{w: &w.log, mu: &w.mu}, nil)),
	}
	return w
}

func (w *world) publish(text string) {
	w.t.Helper()
	var p playbook.Playbook
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		w.t.Fatal(err)
	}
	live, err := w.store.Live(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	info := record.VersionInfo{Number: live + 1, At: w.now}
	if err := w.store.Publish(context.Background(), p, info, record.Audit{ID: fmt.Sprint(live), At: w.now}); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func (w *world) send(_ context.Context, out message.Outgoing) (string, error) {
	w.mu.Lock()
	answer := w.answer
	w.mu.Unlock()
	if answer != nil {
		if err := answer(out); err != nil {
			return "", err
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sent = append(w.sent, out)
	return fmt.Sprintf("wamid.OUT%d", len(w.sent)), nil
}

func (w *world) sends() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.sent)
}

var sheena = message.Person{Phone: "16505551234", Name: "Sheena"}

func (w *world) says(id, text string) message.Inbound {
	return message.Inbound{Channel: "wa-main", ID: "wamid." + id, From: sheena, Time: w.clock().Truncate(time.Second), Type: "text", Text: text}
}

func (w *world) handle(m message.Inbound, attempt int) error {
	w.t.Helper()
	body, err := json.Marshal(m)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.desk.Handle(context.Background(), inbox.Job{ID: m.ID, Body: body, Attempt: attempt})
}

func (w *world) mustHandle(m message.Inbound) {
	w.t.Helper()
	if err := w.handle(m, 1); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) head(p message.Person) conversation.Head {
	w.t.Helper()
	h, err := w.store.Head(context.Background(), conversation.ID("wa-main", p))
	if err != nil {
		w.t.Fatal(err)
	}
	return h
}

func (w *world) messages(p message.Person) []conversation.Message {
	w.t.Helper()
	all, err := w.store.Messages(context.Background(), w.head(p).Home, time.Time{}, w.clock().Add(time.Hour))
	if err != nil {
		w.t.Fatal(err)
	}
	return all
}

// watched counts the calls of a table and fails those that the test wants to fail.
type watched struct {
	table.Table
	mu    sync.Mutex
	calls map[string]int
	fail  func(op string) error
	// lost answers the next put that was carried out, instead of its own answer.
	lost func(table.Item) error
	// largest is how many writes the largest transaction had.
	largest int
}

func (w *watched) note(op string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls[op]++
	if w.fail != nil {
		return w.fail(op)
	}
	return nil
}

func (w *watched) Get(ctx context.Context, keys ...table.Key) ([]table.Item, error) {
	if err := w.note("get"); err != nil {
		return nil, err
	}
	return w.Table.Get(ctx, keys...)
}

func (w *watched) Put(ctx context.Context, it table.Item, c table.Condition) error {
	if err := w.note("put"); err != nil {
		return err
	}
	err := w.Table.Put(ctx, it, c)
	if lost := w.lost; lost != nil && err == nil {
		w.lost = nil
		return lost(it)
	}
	return err
}

func (w *watched) Query(ctx context.Context, q table.Query) (table.Page, error) {
	if err := w.note("query"); err != nil {
		return table.Page{}, err
	}
	return w.Table.Query(ctx, q)
}

func (w *watched) Transact(ctx context.Context, writes ...table.Write) error {
	if err := w.note("transact"); err != nil {
		return err
	}
	w.mu.Lock()
	w.largest = max(w.largest, len(writes))
	w.mu.Unlock()
	return w.Table.Transact(ctx, writes...)
}

func (w *watched) failNext(op string, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.fail = func(got string) error {
		if got != op {
			return nil
		}
		w.fail = nil
		return err
	}
}

type lockedWriter struct {
	w  io.Writer
	mu *sync.Mutex
}

func (l *lockedWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

type entropy struct {
	mu sync.Mutex
	r  *rand.Rand
}

func (e *entropy) Read(p []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for i := range p {
		p[i] = byte(e.r.Uint32())
	}
	return len(p), nil
}

func encoded(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
