package admin_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/access"
	"frontdesk/shared/admin"
	"frontdesk/shared/approved"
	"frontdesk/shared/clockwork"
	"frontdesk/shared/conversation"
	"frontdesk/shared/deadletter"
	"frontdesk/shared/desk"
	"frontdesk/shared/inbox"
	"frontdesk/shared/live"
	"frontdesk/shared/mail"
	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
	"frontdesk/shared/publish"
	"frontdesk/shared/record"
	"frontdesk/shared/table/bolt"
)

var update = flag.Bool("update", false, "write the golden files anew")

// book is the playbook of these tests, as an admin writes one.
const book = `{
  "languages": ["en"],
  "templates": [
    {"id": "price", "name": "Prices", "variants": [{"language": "en", "shape": "text", "text": "Tea is 9 a box."}]},
    {"id": "person", "name": "A person comes", "variants": [{"language": "en", "shape": "text", "text": "A colleague will answer."}]}
  ],
  "filters": [
    {"id": "price", "name": "Price", "when": {"whole_word": ["price"]}, "then": {"reply": "price"}},
    {"id": "person", "name": "Person", "when": {"whole_word": ["person"]}, "then": {"reply": "person", "assign": "care", "hand_off": true}}
  ],
  "hours": [{"id": "shop", "name": "Shop", "time_zone": "Asia/Shanghai", "weekly": {"mon": ["09:00-18:00"]}}],
  "teams": [{"id": "care", "name": "Care", "members": [{"id": "ana"}]}],
  "examples": [{"message": {"text": "what is the price?"}, "expect": {"filter": "price"}}]
}`

// noon is when these tests begin: a Wednesday in the company's zone.
var noon = time.Date(2026, 11, 18, 4, 0, 0, 0, time.UTC)

func clock() time.Time { return noon }

// shop is the API with everything behind it in the test's hands.
type shop struct {
	t      *testing.T
	api    *admin.API
	desk   *desk.Desk
	store  *record.Store
	table  *breakable
	keeper *deadletter.Keeper
	signer access.Signer

	mu    sync.Mutex
	now   time.Time
	tick  time.Duration // by which each look at the clock moves it
	log   bytes.Buffer
	sent  []message.Outgoing
	mails []mail.Envelope
	back  []inbox.Job
	// afterSend is called when something has been sent; it may panic, as if the machine
	// were switched off.
	afterSend func()
	// approved is what is known of the templates at Meta.
	approved []approved.Known
	// teams are those of everybody who asks.
	teams []string
	// refuse is what the channel says to the next sends, and the queues to what is put back.
	refuse, broken error
}

func open(t *testing.T) *shop {
	t.Helper()
	return openWith(t, nil)
}

// openWith is a shop in which agents reach another desk than the real one.
func openWith(t *testing.T, agents admin.Desk) *shop {
	t.Helper()
	s := &shop{t: t, now: noon}
	db, err := bolt.Open(filepath.Join(t.TempDir(), "desk.db"), bolt.Options{Now: s.clock, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	s.table = &breakable{Table: db}
	s.store = record.New(s.table)
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewJSONHandler(locked{s}, nil))
	chance := &entropy{r: rand.New(rand.NewPCG(1, 2))}
	cache := &live.Cache{Store: s.store}
	s.desk = &desk.Desk{Store: s.store, Live: cache, Send: s.send, Zone: zone, Now: s.clock, Entropy: chance, Attempts: 3, Log: log}
	s.desk.Draft = &live.Draft{Store: s.store, Check: s.check}
	s.keeper = &deadletter.Keeper{Store: s.store, Now: s.clock, Log: log, Back: map[string]func(context.Context, inbox.Job) error{
		deadletter.Inbox: s.putBack,
	}}
	s.signer = access.Signer{Key: bytes.Repeat([]byte{7}, 32), Now: s.clock, Entropy: chance}
	if agents == nil {
		agents = s.desk
	}
	rollup := &clockwork.Rollup{Store: s.store, Zone: zone, Now: s.clock, Log: log}
	s.api = admin.New(admin.Config{
		Store: s.store, Live: cache, Desk: agents, Keeper: s.keeper, Zone: zone, Now: s.clock, Entropy: chance, Log: log,
		Weekly: &clockwork.Weekly{
			Store: s.store, Live: cache, Channels: map[string]string{"wa-main": "Shop line"}, Zone: zone,
			From: "Desk <desk@example.com>", Now: s.clock, Log: log, RollUp: rollup.Day, Send: s.mail,
		},
		Channels:     func(context.Context) ([]publish.Channel, error) { return channels(), nil },
		Approved:     func(context.Context) ([]approved.Known, error) { return s.approved, nil },
		Authenticate: s.signer.Authenticate,
	})
	return s
}

func channels() []publish.Channel {
	return []publish.Channel{
		{ID: "wa-main", Kind: message.WhatsApp}, {ID: "kf-main", Kind: message.WeComKF}, {ID: "app-main", Kind: message.WeComApp},
	}
}

func (s *shop) check(p playbook.Playbook, now time.Time) []playbook.Fault {
	return publish.Check(p, channels(), now)
}

// opened is a shop whose playbook is live.
func opened(t *testing.T) *shop {
	t.Helper()
	s := open(t)
	s.want(200, s.do("admin", "PUT", "/v1/playbook", book, "If-Match", "*"))
	s.want(200, s.do("admin", "POST", "/v1/playbook/publish", `{"note":"first"}`))
	return s
}

func (s *shop) clock() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(s.tick)
	return s.now
}

func (s *shop) pass(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
}

func (s *shop) send(_ context.Context, out message.Outgoing) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent = append(s.sent, out)
	if s.afterSend != nil {
		s.afterSend()
	}
	return fmt.Sprintf("wamid.out%d", len(s.sent)), s.refuse
}

func (s *shop) mail(_ context.Context, e mail.Envelope) error {
	s.mails = append(s.mails, e)
	return s.refuse
}

func (s *shop) putBack(_ context.Context, job inbox.Job) error {
	s.back = append(s.back, job)
	return s.broken
}

// do sends a request as somebody: a role, or "" for nobody. Headers are pairs.
func (s *shop) do(role, method, path, body string, headers ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	s.pass(time.Millisecond) // so that ids, which sort by time, tell the order
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.RemoteAddr = "203.0.113.10:4711"
	if role != "" {
		r.Header.Set("Authorization", "Bearer "+s.token(role, time.Hour))
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	mux := http.NewServeMux()
	s.api.Routes(mux)
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, r)
	return w
}

func (s *shop) token(role string, life time.Duration) string {
	s.t.Helper()
	token, err := s.signer.Sign(access.Identity{Name: role + "@example.com", Roles: []string{role}, Teams: s.teams}, life)
	if err != nil {
		s.t.Fatal(err)
	}
	return token
}

// want checks a status and hands the answer on.
func (s *shop) want(status int, w *httptest.ResponseRecorder) *httptest.ResponseRecorder {
	s.t.Helper()
	if w.Code != status {
		s.t.Fatalf("got %d %s, want %d", w.Code, w.Body, status)
	}
	if status >= 400 && w.Header().Get("Content-Type") != "application/problem+json" {
		s.t.Errorf("got content type %q with %d, want a problem", w.Header().Get("Content-Type"), status)
	}
	return w
}

// read decodes an answer.
func read[T any](t *testing.T, w *httptest.ResponseRecorder) T {
	t.Helper()
	var v T
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
		t.Fatalf("got %s: %v", w.Body, err)
	}
	return v
}

// list is a page as a client sees it.
type list[T any] struct {
	Items []T
	Next  string
}

// problem is a problem as a client sees it.
type problem struct {
	Title, Detail, Instance string
	Status                  int
	Errors                  []struct{ Location, Message string }
}

// customer writes a message and has it worked on.
func (s *shop) customer(phone, text string) string {
	s.t.Helper()
	person := message.Person{Phone: phone, Name: "Li Example"}
	m := message.Inbound{Channel: "wa-main", ID: fmt.Sprintf("wamid.%s.%d", phone, s.clock().UnixMilli()), From: person, Time: s.clock(), Type: "text", Text: text}
	body, err := json.Marshal(m)
	if err != nil {
		s.t.Fatal(err)
	}
	if err := s.desk.Handle(context.Background(), inbox.Job{ID: m.ID, Body: body, Attempt: 1}); err != nil {
		s.t.Fatal(err)
	}
	return conversation.ID("wa-main", person)
}

// audit returns the actions of this month, oldest first, as "who action target".
func (s *shop) audit() []string {
	s.t.Helper()
	entries := read[list[record.Audit]](s.t, s.want(200, s.do("admin", "GET", "/v1/audit?limit=200", ""))).Items
	var out []string
	for _, e := range entries {
		if e.Where != "203.0.113.10" {
			s.t.Errorf("got where %q, want the caller's address without its port", e.Where)
		}
		out = append([]string{strings.TrimSpace(e.Who + " " + e.Action + " " + e.Target)}, out...)
	}
	return out
}

// golden compares with a file under testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("%s (-want +got):\n%s", name, d)
	}
}

// entropy is chance that can be repeated.
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

type locked struct{ s *shop }

func (l locked) Write(p []byte) (int, error) {
	l.s.mu.Lock()
	defer l.s.mu.Unlock()
	return l.s.log.Write(p)
}

var _ io.Reader = (*entropy)(nil)
