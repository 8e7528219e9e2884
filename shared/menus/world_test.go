package menus_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frontdesk/shared/channel"
	"frontdesk/shared/conversation"
	"frontdesk/shared/decide"
	"frontdesk/shared/errand"
	"frontdesk/shared/inbox"
	"frontdesk/shared/live"
	"frontdesk/shared/menus"
	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
	"frontdesk/shared/publish"
	"frontdesk/shared/record"
	"frontdesk/shared/render"
	"frontdesk/shared/sandbox/qyapi"
	"frontdesk/shared/table"
	"frontdesk/shared/table/bolt"
	"frontdesk/shared/wecom"
)

const (
	corp  = "wx5823bf96d3bd56c7"
	agent = int64(1000002)
)

var keys = channel.CallbackKey{Token: "QDG6eK", AESKey: "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"}

// office is an app with its menu, between WeCom's callbacks and its API.
type office struct {
	t       *testing.T
	now     time.Time
	sandbox *qyapi.Sandbox
	store   *record.Store
	reads   *reads
	cache   *live.Cache
	sender  *wecom.Sender
	door    *wecom.Door
	keeper  *menus.Keeper
	timer   *menus.Timer
	jobs    []inbox.Job
	calls   []string // of the API, besides gettoken
	refuse  string   // what the API answers instead
	log     bytes.Buffer
	version int64
}

func (o *office) clock() time.Time { return o.now }

// reads counts what is asked of the table.
type reads struct {
	table.Table
	n int
}

func (r *reads) Get(ctx context.Context, keys ...table.Key) ([]table.Item, error) {
	r.n++
	return r.Table.Get(ctx, keys...)
}

func (r *reads) Query(ctx context.Context, q table.Query) (table.Page, error) {
	r.n++
	return r.Table.Query(ctx, q)
}

func newOffice(t *testing.T) *office {
	o := &office{t: t, now: time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC)}
	o.sandbox = o.play()
	db, err := bolt.Open(filepath.Join(t.TempDir(), "menus.db"), bolt.Options{Now: o.clock, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	o.reads = &reads{Table: db}
	o.store = record.New(o.reads)
	o.cache = &live.Cache{Store: o.store}
	client := &http.Client{Transport: o}
	o.sender = &wecom.Sender{HTTP: client, Tokens: &wecom.Tokens{Store: &wecom.Memory{}, HTTP: client, Now: o.clock}}
	app := channel.Channel{ID: "app-main", Kind: message.WeComApp, CorpID: corp, AgentID: agent, Secret: "desk-secret",
		APIURL: "http://qyapi.test", CallbackKeys: []channel.CallbackKey{keys}}
	if o.door, err = wecom.NewDoor([]channel.Channel{app}); err != nil {
		t.Fatal(err)
	}
	o.keeper = &menus.Keeper{Channels: []channel.Channel{app}, WeCom: o.sender, Live: o.cache, Store: o.store, Now: o.clock, Log: slog.New(slog.NewJSONHandler(&o.log, nil))}
	o.timer = o.newTimer()
	return o
}

func (o *office) newTimer() *menus.Timer {
	return &menus.Timer{Store: o.store, Inbox: o, Now: o.clock}
}

func (o *office) play() *qyapi.Sandbox {
	s, err := qyapi.New(qyapi.Config{
		CorpID: corp, Apps: []qyapi.App{{AgentID: agent, Secret: "desk-secret", Key: keys}}, Members: []qyapi.Member{{UserID: "zhang"}},
		Now: o.clock, Entropy: rand.NewChaCha8([32]byte{1}), Post: o.post, After: func(time.Duration, func()) {},
	})
	if err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(s.Close)
	return s
}

// RoundTrip takes the place of the network to WeCom.
func (o *office) RoundTrip(r *http.Request) (*http.Response, error) {
	rec := httptest.NewRecorder()
	path := strings.TrimPrefix(r.URL.Path, "/cgi-bin/")
	switch {
	case path == "gettoken":
		o.sandbox.ServeHTTP(rec, r)
		return rec.Result(), nil
	case o.refuse != "":
		_, _ = rec.WriteString(o.refuse)
	default:
		o.sandbox.ServeHTTP(rec, r)
	}
	o.calls = append(o.calls, r.Method+" "+path)
	return rec.Result(), nil
}

// Put takes the place of the inbox.
func (o *office) Put(_ context.Context, jobs ...inbox.Job) error {
	o.jobs = append(o.jobs, jobs...)
	return nil
}

// minute lets a minute go by: the timer looks, and what it asked for is done.
func (o *office) minute() (asked int) {
	o.t.Helper()
	o.now = o.now.Add(time.Minute)
	asked, err := o.timer.Due(o.t.Context(), 25)
	if err != nil || asked != len(o.jobs) {
		o.t.Fatalf("asked for %d with %d jobs, %v", asked, len(o.jobs), err)
	}
	handlers := errand.Handlers{errand.Menu: o.keeper.Run}
	for _, job := range o.jobs {
		job.Attempt = 1
		if err := handlers.Handle(o.t.Context(), job); err != nil {
			o.t.Fatal(err)
		}
	}
	o.jobs = nil
	return asked
}

// hours is a company that tells its staff about three things.
const hours = `{
  "languages": ["zh-CN"],
  "templates": [
    {"id": "report", "name": "日报", "variants": [{"language": "zh-CN", "shape": "card", "header": "工作汇报", "text": "今天做了什么？", "link": {"url": "https://work.example/report?day={{ now | date: '%Y-%m-%d' }}&from=menu"}}]},
    {"id": "news", "name": "公告", "variants": [{"language": "zh-CN", "shape": "news", "articles": [{"title": "放假通知", "description": "10月1日至8日", "url": "https://work.example/news/1"}]}]},
    {"id": "learn", "name": "学习", "variants": [
      {"language": "zh-CN", "shape": "text", "text": "资料：https://work.example/learn"},
      {"language": "zh-CN", "only": ["wecom_app", "wecom_bot"], "shape": "markdown", "text": "**学习资料**\n[新人手册](https://work.example/learn/1)"}]}
  ],
  "filters": [
    {"id": "report", "when": {"choice": ["work_report"]}, "then": {"reply": "report"}},
    {"id": "news", "when": {"all": [{"type": ["click"]}, {"choice": ["news"]}]}, "then": {"reply": "news"}},
    {"id": "learn", "when": {"choice": ["learn"]}, "then": {"reply": "learn"}}
  ],
  "hours": [], "teams": [],
  "menus": [{"channel": "app-main", "buttons": [
    {"name": "汇报", "choice": "work_report"},
    {"name": "公告", "choice": "news"},
    {"name": "学习", "buttons": [{"name": "学习资料", "choice": "learn"}, {"name": "考试", "url": "https://work.example/exam?a=1&b=2"}]}]}]
}`

// publish makes a playbook live that package publish lets pass.
func (o *office) publish(text string) {
	o.t.Helper()
	p, faults := publish.Load([]byte(text))
	faults = append(faults, publish.Check(p, []publish.Channel{{ID: "app-main", Kind: message.WeComApp}}, o.now)...)
	if len(faults) > 0 {
		o.t.Fatalf("%+v", faults)
	}
	o.version++
	id := string(rune('0' + o.version))
	if err := o.store.Publish(o.t.Context(), p, record.VersionInfo{Number: o.version, At: o.now}, record.Audit{ID: id, At: o.now}); err != nil {
		o.t.Fatal(err)
	}
}

// without is the playbook without menus.
func without(t *testing.T) string {
	var p playbook.Playbook
	if err := json.Unmarshal([]byte(hours), &p); err != nil {
		t.Fatal(err)
	}
	p.Menus = nil
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// post is WeCom posting a callback, answered as the desk answers it.
func (o *office) post(ctx context.Context, cb qyapi.Callback) ([]byte, error) {
	q, err := wecom.ParseQuery(cb.Query.Encode())
	if err != nil {
		return nil, err
	}
	opened, err := o.door.Open("app-main", q, cb.Body)
	if err != nil {
		return nil, err
	}
	got, err := o.door.Parse(opened)
	if err != nil || got.Inbound == nil {
		return nil, err
	}
	book, err := o.cache.Book(ctx, o.now)
	if err != nil {
		return nil, err
	}
	m := *got.Inbound
	d := decide.Decide(book.Book, conversation.Head{}, m, o.now)
	content, err := book.Templates.Reply(d.Reply, d.Language, true, render.Values{Text: m.Text, Now: o.now, Channel: m.Channel, Kind: message.WeComApp})
	if err != nil {
		return nil, err
	}
	_, err = o.sender.Send(ctx, o.keeper.Channels[0], message.Outgoing{Channel: m.Channel, To: m.From, Content: content, Ref: d.By})
	return nil, err
}
