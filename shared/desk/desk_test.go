package desk_test

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
	"strings"
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
	return w.Table.Put(ctx, it, c)
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

func TestAQuestionIsAnsweredAndRecorded(t *testing.T) {
	w := newWorld(t)
	w.mustHandle(w.says("1", "what is the price?"))
	if len(w.sent) != 1 || w.sent[0].Content.Text != "Hello Sheena, tea is 9 a box." {
		t.Fatalf("got %+v, want the price once", w.sent)
	}
	got := w.messages(sheena)
	if len(got) != 2 || got[1].ChannelID != "wamid.OUT1" || got[1].Source != conversation.ByFilter || got[1].InReplyTo != got[0].ID {
		t.Fatalf("got messages %+v", got)
	}
	if w.sent[0].Ref != conversation.Ref(got[1].Conversation, got[1].ID) {
		t.Errorf("got reference %s, want that of the stored reply", w.sent[0].Ref)
	}
	f := got[0].Facts
	if !f.FirstEver || !f.FirstOfWeek || !f.FirstOfDay || !f.Opened || f.Day != "2026-11-18" || f.Week != "2026-W47" || f.Hour != 12 {
		t.Errorf("got facts of the question %+v", f)
	}
	if f := got[1].Facts; !f.Answers || !f.First || !f.ByBot {
		t.Errorf("got facts of the reply %+v", f)
	}
	h := w.head(sheena)
	if h.Status != conversation.Resolved || !h.WaitingSince.IsZero() || len(h.Tags) != 1 || h.Replied["price"].IsZero() {
		t.Errorf("got head %+v, want resolved, tagged, the cooldown begun", h)
	}
}

func TestAnAnsweredMessageCostsOneReadAndTwoWrites(t *testing.T) {
	w := newWorld(t)
	w.mustHandle(w.says("warm", "hello"))
	for i, text := range []string{"price", "a person please"} {
		clear(w.table.calls)
		w.pass(2 * time.Minute)
		w.mustHandle(w.says(fmt.Sprint(i), text))
		if got := fmt.Sprint(w.table.calls); got != "map[get:1 put:1 transact:1]" {
			t.Errorf("%q: got table calls %s, want 1 get, 1 put, 1 transact", text, got)
		}
	}
	clear(w.table.calls)
	w.mustHandle(w.says("silent", "thanks")) // people are in charge
	if got := fmt.Sprint(w.table.calls); got != "map[get:1 transact:1]" {
		t.Errorf("without a reply: got table calls %s, want 1 get, 1 transact", got)
	}
}

func TestRepeatedDeliveriesGetOneReply(t *testing.T) {
	w := newWorld(t)
	m := w.says("1", "price")
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			err := w.handle(m, 1)
			if _, later := errors.AsType[*inbox.Retry](err); err != nil && !later && !errors.Is(err, record.ErrStale) {
				t.Errorf("got %v, want nil or a later try", err)
			}
		})
	}
	wg.Wait()
	w.pass(7 * 24 * time.Hour)
	w.mustHandle(m)
	if w.sends() != 1 {
		t.Errorf("got %d replies, want 1", w.sends())
	}
	if got := len(w.messages(sheena)); got != 2 {
		t.Errorf("got %d messages, want the question and the reply", got)
	}
}

func TestCutOffBetweenSendingAndRecording(t *testing.T) {
	cut := errors.New("the process died")
	tests := []struct {
		name      string
		receipt   bool
		wait      time.Duration
		wantSends int
		wantLater bool
		unproven  int
	}{
		{"somebody else may still be at it: wait", false, 5 * time.Second, 1, true, 0},
		{"no receipt yet: wait for one", false, 30 * time.Second, 1, true, 0},
		{"a receipt proves it: record, do not send", true, 30 * time.Second, 1, false, 0},
		{"never any trace: send once more and count it", false, 2 * time.Minute, 2, false, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.table.failNext("transact", cut)
			m := w.says("1", "price")
			if err := w.handle(m, 1); !errors.Is(err, cut) {
				t.Fatalf("got %v, want the cut", err)
			}
			if tt.receipt {
				home, reply, _ := conversation.ParseRef(w.sent[0].Ref)
				r := conversation.Receipt{ReplyID: reply, Receipt: message.Receipt{ID: "wamid.OUT1", Status: message.Sent, Time: w.now}}
				if err := w.store.Receive(context.Background(), home, r, ""); err != nil {
					t.Fatal(err)
				}
			}
			w.pass(tt.wait)
			err := w.handle(m, 2)
			if _, later := errors.AsType[*inbox.Retry](err); later != tt.wantLater || (err != nil && !later) {
				t.Fatalf("got %v, want a later try: %v", err, tt.wantLater)
			}
			if w.sends() != tt.wantSends {
				t.Errorf("got %d sends, want %d", w.sends(), tt.wantSends)
			}
			if tt.wantLater {
				return
			}
			got := w.messages(sheena)
			if len(got) != 2 || got[1].ChannelID == "" || got[1].Unproven != tt.unproven {
				t.Errorf("got messages %+v, want the reply recorded with %d unproven", got, tt.unproven)
			}
		})
	}
}

func TestWhatTheChannelAnswers(t *testing.T) {
	refuse := func(class message.Class, code int) func(message.Outgoing) error {
		return func(message.Outgoing) error {
			return &message.SendError{Class: class, Code: code, Reason: "documented"}
		}
	}
	tests := []struct {
		name       string
		answer     func(message.Outgoing) error
		later      bool // comes back
		again      int  // sends after the channel recovers, 1 s later
		handedOff  string
		alarm      string
		wantFailed bool
	}{
		{"busy: back soon", refuse(message.Retry, 130429), true, 1, "", "", false},
		{"this pair must pause", refuse(message.RetryPair, 131056), true, 1, "", "", false},
		{"the token is bad: alarm, and back later", refuse(message.Stop, 190), true, 1, "", "channel_stopped", false},
		{"time-out: wait for proof", refuse(message.Unknown, 0), true, 0, "", "", false},
		{"cannot be reached: to people", refuse(message.Drop, 131026), false, 0, desk.ReasonSend, "", true},
		{"our request is wrong: to people, with an alarm", refuse(message.Bug, 100), false, 0, desk.ReasonSend, desk.ReasonSend, true},
		{"not within hours: to people", refuse(message.RetryLong, 131049), false, 0, desk.ReasonSend, "", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.answer = tt.answer
			m := w.says("1", "price")
			err := w.handle(m, 1)
			if _, later := errors.AsType[*inbox.Retry](err); later != tt.later {
				t.Fatalf("got %v, want a later try: %v", err, tt.later)
			}
			w.answer = nil
			w.pass(time.Second)
			_ = w.handle(m, 2)
			if w.sends() != tt.again {
				t.Errorf("a second later: got %d sends, want %d", w.sends(), tt.again)
			}
			if tt.alarm != "" && !strings.Contains(w.log.String(), `"alarm":"`+tt.alarm+`"`) {
				t.Errorf("got no alarm %s in %s", tt.alarm, w.log.String())
			}
			if tt.handedOff == "" {
				return
			}
			h := w.head(sheena)
			if h.HandedOff.IsZero() || h.Reason != tt.handedOff || h.Status != conversation.Open || h.WaitingSince.IsZero() {
				t.Errorf("got head %+v, want it with people", h)
			}
			got := w.messages(sheena)
			receipts, err := w.store.Receipts(context.Background(), h.Home, got[1].ID)
			if err != nil || len(receipts) != 1 || receipts[0].Status != message.Failed {
				t.Errorf("got receipts %v, %v, want the failure", receipts, err)
			}
		})
	}
}

func TestOutsideTheWindowTheApprovedTemplateGoesOut(t *testing.T) {
	w := newWorld(t)
	late := w.says("1", "price")
	w.pass(25 * time.Hour) // Meta delivered it a day late
	w.mustHandle(late)
	if len(w.sent) != 1 || w.sent[0].Content.Shape != message.ShapeApproved || w.sent[0].Content.Approved.Name != "prices_en" {
		t.Errorf("got %+v, want the approved template", w.sent)
	}
}

func TestOutsideTheWindowWithoutAnApprovedTemplatePeopleTakeOver(t *testing.T) {
	w := newWorld(t)
	late := w.says("1", "person")
	w.pass(25 * time.Hour)
	w.mustHandle(late)
	if h := w.head(sheena); w.sends() != 0 || h.Reason != desk.ReasonWindow || h.HandedOff.IsZero() {
		t.Errorf("got %d sends and head %+v, want none and people with the reason", w.sends(), h)
	}
}

func TestTheChannelSaysThatTheWindowIsShut(t *testing.T) {
	w := newWorld(t)
	w.answer = func(out message.Outgoing) error {
		if out.Content.Shape == message.ShapeApproved {
			return nil
		}
		return &message.SendError{Class: message.SwitchForm, Code: 131047, Reason: "re-engagement"}
	}
	w.mustHandle(w.says("1", "price"))
	if len(w.sent) != 1 || w.sent[0].Content.Shape != message.ShapeApproved {
		t.Errorf("got %+v, want the approved template", w.sent)
	}
}

func TestATemplateThatFailsSendsNothingAndCallsPeople(t *testing.T) {
	w := newWorld(t)
	w.mustHandle(w.says("1", "broken"))
	h := w.head(sheena)
	if w.sends() != 0 || h.Reason != desk.ReasonRender || h.HandedOff.IsZero() || h.WaitingSince.IsZero() {
		t.Errorf("got %d sends and head %+v", w.sends(), h)
	}
	if !strings.Contains(w.log.String(), `"alarm":"render_failed"`) {
		t.Errorf("got no alarm in %s", w.log.String())
	}
}

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
