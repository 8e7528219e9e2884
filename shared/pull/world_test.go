package pull_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"frontdesk/shared/channel"
	"frontdesk/shared/conversation"
	"frontdesk/shared/deadletter"
	"frontdesk/shared/desk"
	"frontdesk/shared/inbox"
	"frontdesk/shared/intake"
	"frontdesk/shared/live"
	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
	"frontdesk/shared/pull"
	"frontdesk/shared/receipts"
	"frontdesk/shared/record"
	"frontdesk/shared/sandbox/qyapi"
	"frontdesk/shared/send"
	"frontdesk/shared/table"
	"frontdesk/shared/table/bolt"
	"frontdesk/shared/webhook"
	"frontdesk/shared/wecom"
	"frontdesk/shared/whatsapp"
)

const book = `{
  "languages": ["en"],
  "templates": [
    {"id": "price", "name": "Prices", "variants": [{"language": "en", "shape": "text", "text": "Tea is 9 a box."}]},
    {"id": "hello", "name": "Hello", "variants": [{"language": "en", "shape": "text", "text": "Welcome to the tea house."}]},
    {"id": "echo", "name": "Echo", "variants": [{"language": "en", "shape": "text", "text": "You wrote: {{ message.text }}"}]}
  ],
  "filters": [
    {"id": "price", "name": "Price", "when": {"whole_word": ["price"]}, "then": {"reply": "price"}},
    {"id": "number", "name": "Number", "when": {"whole_word": ["number"]}, "then": {"reply": "echo"}}
  ],
  "welcome": {"reply": "hello"},
  "hours": [], "teams": []
}`

const (
	corp    = "wx5823bf96d3bd56c7"
	agent   = int64(1000002)
	account = "wkAJ2GCAAAservice"
)

var (
	keys  = channel.CallbackKey{Token: "QDG6eK", AESKey: "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"}
	robin = qyapi.Customer{ExternalUserID: "wmEXAMPLE0001", Name: "Robin"}
	wren  = qyapi.Customer{ExternalUserID: "wmEXAMPLE0002", Name: "Wren"}
)

func channels() []channel.Channel {
	app := channel.Channel{
		ID: "app-main", Kind: message.WeComApp, CorpID: corp, Secret: "desk-secret", AgentID: agent, APIURL: "http://qyapi.test",
		CallbackKeys: []channel.CallbackKey{keys},
	}
	kf := app
	kf.ID, kf.Kind, kf.AgentID, kf.OpenKFID = "kf-main", message.WeComKF, 0, account
	return []channel.Channel{app, kf}
}

// town is the whole desk between WeCom's callbacks and its API, in a time of its own.
type town struct {
	t       *testing.T
	sandbox *qyapi.Sandbox
	store   *record.Store
	cut     *cut
	jobs    *line
	sender  *wecom.Sender
	desk    *desk.Desk
	puller  *pull.Puller
	timer   *pull.Timer
	keeper  *deadletter.Keeper
	// channels are those of the settings.
	channels []channel.Channel
	mux      *http.ServeMux
	handle   map[string]inbox.Handler
	log      bytes.Buffer
	calls    map[string]int

	mu  sync.Mutex
	now time.Time
}

func (w *town) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *town) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func newTown(t *testing.T, change func(*qyapi.Config)) *town {
	t.Helper()
	return newTownOf(t, channels(), change)
}

func newTownOf(t *testing.T, all []channel.Channel, change func(*qyapi.Config)) *town {
	t.Helper()
	w := &town{t: t, channels: all, now: time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC), jobs: &line{}, cut: &cut{}, calls: map[string]int{}}
	w.play(change)
	db, err := bolt.Open(filepath.Join(t.TempDir(), "pull.db"), bolt.Options{Now: w.clock, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	w.cut.Table = db
	w.store = record.New(w.cut)
	w.publish(book)
	w.build()
	return w
}

func (w *town) play(change func(*qyapi.Config)) {
	cfg := qyapi.Config{
		CorpID: corp, Apps: []qyapi.App{{AgentID: agent, Secret: "desk-secret", Key: keys}},
		Accounts: []qyapi.Account{{OpenKFID: account, Name: "Service", Agent: agent, Servicers: []string{"zhang"}}},
		Members:  []qyapi.Member{{UserID: "zhang"}}, Customers: []qyapi.Customer{robin, wren},
		Now: w.clock, Entropy: rand.NewChaCha8([32]byte{1}), Post: w.post,
		After: func(time.Duration, func()) {},
	}
	if change != nil {
		change(&cfg)
	}
	var err error
	if w.sandbox, err = qyapi.New(cfg); err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(w.sandbox.Close)
}

// RoundTrip takes the place of the network to WeCom.
func (w *town) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := w.cut.effect("call of " + r.URL.Path); err != nil {
		return nil, err
	}
	w.mu.Lock()
	w.calls[r.URL.Path]++
	w.mu.Unlock()
	rec := httptest.NewRecorder()
	w.sandbox.ServeHTTP(rec, r)
	if err := w.cut.effect("answer of " + r.URL.Path); err != nil {
		return nil, err
	}
	return rec.Result(), nil
}

// build makes what a new process has.
func (w *town) build() {
	log := slog.New(slog.NewJSONHandler(&w.log, nil))
	client := &http.Client{Transport: w}
	w.sender = &wecom.Sender{HTTP: client, Tokens: &wecom.Tokens{
		Store: w.store, HTTP: client, Now: w.clock, Sleep: func(_ context.Context, d time.Duration) { w.pass(d) },
	}}
	byID := map[string]channel.Channel{}
	for _, ch := range w.channels {
		byID[ch.ID] = ch
	}
	guard := send.NewGuard(w.channels, send.Options{
		Send: func(ctx context.Context, out message.Outgoing) (string, error) {
			return w.sender.Send(ctx, byID[out.Channel], out)
		},
		Gates: w.store, Now: w.clock, Log: log, Sleep: func(_ context.Context, d time.Duration) { w.pass(d) },
	})
	cache := &live.Cache{Store: w.store}
	sessions := send.NewSessions(w.channels, w.sender)
	w.desk = &desk.Desk{
		Store: w.store, Live: cache, Send: guard.Send, Guard: guard, Zone: time.UTC, Now: w.clock,
		Entropy: rand.NewChaCha8([32]byte{2}), Log: log, Attempts: 10, Sleep: func(context.Context, time.Duration) {},
		Sessions: sessions, OnEvent: sessions.OnEvent,
	}
	w.keeper = &deadletter.Keeper{Store: w.store, Now: w.clock, Log: log}
	in := intake.Intake{Inbox: w.jobs.queue(w, deadletter.Inbox), Receipts: w.jobs.queue(w, deadletter.Receipts), Grave: w.keeper}
	w.puller = &pull.Puller{
		Channels: w.channels, WeCom: w.sender, Store: w.store, Intake: in, Live: cache, Zone: time.UTC, Now: w.clock, Log: log,
		Asker: w.desk,
	}
	w.timer = &pull.Timer{Store: w.store, Intake: in, Channels: []string{"kf-main"}, Now: w.clock}
	door, err := wecom.NewDoor(w.channels)
	if err != nil {
		w.t.Fatal(err)
	}
	callbacks := &webhook.Door{WeCom: door, WhatsApp: whatsapp.NewDoor(w.channels), Inbox: in.Inbox, Receipts: in.Receipts, Grave: w.keeper, Log: log, Now: w.clock}
	w.keeper.Back = callbacks.Back()
	w.mux = http.NewServeMux()
	callbacks.Routes(w.mux)
	receiver := &receipts.Receiver{Store: w.store, Zone: time.UTC, Now: w.clock, Log: log}
	w.handle = map[string]inbox.Handler{deadletter.Inbox: pull.Dispatch(w.puller, w.desk, nil), deadletter.Receipts: receiver.Handle}
}

func (w *town) publish(text string) {
	w.t.Helper()
	var p playbook.Playbook
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		w.t.Fatal(err)
	}
	if err := w.store.Publish(w.t.Context(), p, record.VersionInfo{Number: 1, At: w.now}, record.Audit{ID: "1", At: w.now}); err != nil {
		w.t.Fatal(err)
	}
}

// post is WeCom posting a callback to our door.
func (w *town) post(_ context.Context, cb qyapi.Callback) ([]byte, error) {
	id := "app-main" // one address for the app and for the accounts that it may use
	r := httptest.NewRequest(http.MethodPost, "/webhooks/wecom/"+id+"?"+cb.Query.Encode(), bytes.NewReader(cb.Body))
	rec := httptest.NewRecorder()
	w.mux.ServeHTTP(rec, r)
	if rec.Code != http.StatusOK {
		return nil, errors.Join(qyapi.ErrStatus, errors.New(strconv.Itoa(rec.Code)))
	}
	return rec.Body.Bytes(), nil
}

// work does all jobs, until none is left.
func (w *town) work() {
	w.t.Helper()
	for range 1_000_000 {
		job, wait, ok := w.jobs.next(w.clock())
		if !ok {
			return
		}
		if wait > 0 {
			w.pass(wait)
			continue
		}
		w.do(job)
	}
	w.t.Fatal("the jobs never end")
}

func (w *town) do(q *queued) {
	q.job.Attempt++
	err := inbox.Try(w.t.Context(), w.handle[q.queue], q.job)
	if w.cut.ended() { // another process begins
		w.build()
		w.jobs.later(q, w.clock().Add(time.Second))
		return
	}
	if reason, dead := inbox.Default.Verdict(q.job.Attempt, err); err != nil && dead {
		if err := w.keeper.Bury(w.t.Context(), q.queue, q.job, reason); err != nil {
			w.t.Fatal(err)
		}
		w.jobs.done(q)
		return
	}
	if err != nil {
		if inbox.Waits(err) {
			q.job.Attempt--
		}
		w.jobs.later(q, w.clock().Add(inbox.Default.Pause(max(q.job.Attempt, 1), err)))
		return
	}
	w.jobs.done(q)
}

// sent are the texts that reached somebody, in their order.
func (w *town) sent(to string) []string {
	var all []string
	for _, m := range w.sandbox.Sent() {
		if len(m.To) == 1 && m.To[0] == to {
			all = append(all, m.Text)
		}
	}
	return all
}

func (w *town) head(customer string) conversation.Head {
	w.t.Helper()
	h, err := w.store.Head(w.t.Context(), conversation.ID("kf-main", message.Person{UserID: customer}))
	if err != nil {
		w.t.Fatal(err)
	}
	return h
}

func (w *town) must(_ string, err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// line is both queues: jobs of a group in order, one that waits holds its group.
type line struct {
	mu     sync.Mutex
	groups []string
	jobs   map[string][]*queued
}

type queued struct {
	queue string
	job   inbox.Job
	from  time.Time
}

type tail struct {
	w    *town
	name string
}

func (l *line) queue(w *town, name string) inbox.Queue { return tail{w, name} }

// Put takes jobs in, any number of times.
func (q tail) Put(_ context.Context, jobs ...inbox.Job) error {
	if err := q.w.cut.effect("put on " + q.name); err != nil {
		return err
	}
	l := q.w.jobs
	l.mu.Lock()
	if l.jobs == nil {
		l.jobs = map[string][]*queued{}
	}
	for _, job := range jobs {
		group := q.name + "/" + job.Group
		if len(l.jobs[group]) == 0 {
			l.groups = append(l.groups, group)
		}
		l.jobs[group] = append(l.jobs[group], &queued{queue: q.name, job: job})
	}
	l.mu.Unlock()
	return q.w.cut.effect("answer of put on " + q.name)
}

// next returns a job that may be done, or how long until there is one.
func (l *line) next(now time.Time) (*queued, time.Duration, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var soonest time.Duration = -1
	for range l.groups {
		group := l.groups[0]
		l.groups = append(l.groups[1:], group)
		wait := max(l.jobs[group][0].from.Sub(now), 0)
		if wait == 0 {
			return l.jobs[group][0], 0, true
		}
		if soonest < 0 || wait < soonest {
			soonest = wait
		}
	}
	return nil, soonest, len(l.groups) > 0
}

func (l *line) later(q *queued, at time.Time) { q.from = at }

func (l *line) done(q *queued) {
	l.mu.Lock()
	defer l.mu.Unlock()
	group := q.queue + "/" + q.job.Group
	l.jobs[group] = l.jobs[group][1:]
	if len(l.jobs[group]) > 0 {
		return
	}
	for i, g := range l.groups {
		if g == group {
			l.groups = append(l.groups[:i:i], l.groups[i+1:]...)
		}
	}
}

// cut ends the process at one effect: before it happens, or right after it. From then
// on nothing has an effect until another process begins.
type cut struct {
	table.Table
	mu    sync.Mutex
	armed bool
	dead  bool
	at, n int
	what  string
}

var errCut = errors.New("the process has ended")

func (c *cut) arm(at int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.armed, c.at, c.n, c.what = true, at, 0, ""
}

func (c *cut) effect(what string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.dead {
		return errCut
	}
	if !c.armed {
		return nil
	}
	if c.n++; c.n == c.at {
		c.what, c.dead, c.armed = what, true, false
		return errCut
	}
	return nil
}

// ended reports whether the process has ended, and lets the next one live.
func (c *cut) ended() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	was := c.dead
	c.dead = false
	return was
}

func (c *cut) around(what string, do func() error) error {
	if err := c.effect(what); err != nil {
		return err
	}
	if err := do(); err != nil {
		return err
	}
	return c.effect("answer of " + what)
}

func (c *cut) Get(ctx context.Context, keys ...table.Key) ([]table.Item, error) {
	if err := c.effect("get"); err != nil {
		return nil, err
	}
	return c.Table.Get(ctx, keys...)
}

func (c *cut) Put(ctx context.Context, it table.Item, cond table.Condition) error {
	return c.around("write of "+it.PK+" "+it.SK, func() error { return c.Table.Put(ctx, it, cond) })
}

func (c *cut) Transact(ctx context.Context, writes ...table.Write) error {
	return c.around("transaction", func() error { return c.Table.Transact(ctx, writes...) })
}

func (w *town) republish(text string) {
	w.t.Helper()
	var p playbook.Playbook
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		w.t.Fatal(err)
	}
	live, err := w.store.Live(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	if err := w.store.Publish(w.t.Context(), p, record.VersionInfo{Number: live + 1, At: w.now}, record.Audit{ID: strconv.FormatInt(live+1, 10), At: w.now}); err != nil {
		w.t.Fatal(err)
	}
}
