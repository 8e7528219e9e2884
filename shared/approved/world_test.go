package approved_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frontdesk/shared/approved"
	"frontdesk/shared/channel"
	"frontdesk/shared/errand"
	"frontdesk/shared/inbox"
	"frontdesk/shared/live"
	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
	"frontdesk/shared/receipts"
	"frontdesk/shared/record"
	"frontdesk/shared/sandbox"
	"frontdesk/shared/table"
	"frontdesk/shared/table/bolt"
	"frontdesk/shared/whatsapp"
)

const number, account = "106540352242922", "102290129340398"

var noon = time.Date(2026, 11, 18, 12, 0, 0, 0, time.UTC)

// company has one WhatsApp channel, whose account has templates, and a clock that only the
// test moves.
type company struct {
	t        *testing.T
	sandbox  *sandbox.Sandbox
	store    *record.Store
	channels []channel.Channel
	timer    *approved.Timer
	syncer   *approved.Syncer
	log      bytes.Buffer
	now      time.Time
	jobs     []inbox.Job
	calls    int
	reads    int
	answer   http.HandlerFunc // instead of the sandbox; nil leaves it
}

func newCompany(t *testing.T, templates ...sandbox.Template) *company {
	t.Helper()
	c := &company{t: t, now: noon}
	var err error
	c.sandbox, err = sandbox.New(sandbox.Config{
		Numbers:   []sandbox.Number{{PhoneNumberID: number, BusinessID: account, Token: "shop-token", AppSecret: "shop-secret"}},
		Templates: templates, Post: c.hear, Now: c.clock,
	})
	c.must(err)
	t.Cleanup(c.sandbox.Close)
	srv := httptest.NewServer(c)
	t.Cleanup(srv.Close)
	db, err := bolt.Open(filepath.Join(t.TempDir(), "desk.db"), bolt.Options{Now: c.clock, NoSync: true})
	c.must(err)
	t.Cleanup(func() { _ = db.Close() })
	c.store = record.New(counted{db, c})
	c.channels = []channel.Channel{
		{ID: "wa-main", Kind: message.WhatsApp, APIURL: srv.URL + "/v26.0", Token: "shop-token", PhoneNumberID: number, BusinessID: account, AppSecrets: []channel.Secret{"shop-secret"}},
		{ID: "wa-bare", Kind: message.WhatsApp, APIURL: srv.URL + "/v26.0", Token: "shop-token", PhoneNumberID: "5"},
		{ID: "kf-main", Kind: message.WeComKF},
	}
	c.timer, c.syncer = c.process()
	return c
}

// process is one process, which shares the store with the others.
func (c *company) process() (*approved.Timer, *approved.Syncer) {
	return &approved.Timer{Store: c.store, Inbox: c, Channels: approved.Channels(c.channels), Now: c.clock},
		&approved.Syncer{
			Channels: c.channels, WhatsApp: &whatsapp.Sender{}, Store: c.store, Live: &live.Cache{Store: c.store}, Now: c.clock,
			Log: slog.New(slog.NewJSONHandler(&c.log, nil)),
		}
}

func (c *company) clock() time.Time { return c.now }

func (c *company) must(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

// ServeHTTP is the Graph API.
func (c *company) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.calls++
	if c.answer != nil {
		c.answer(w, r)
		return
	}
	c.sandbox.ServeHTTP(w, r)
}

// hear takes a webhook the whole way through the door to the receiver of notices.
func (c *company) hear(ctx context.Context, body []byte, signature string) error {
	door := whatsapp.NewDoor(c.channels)
	signed, ok := door.Verify(body, signature)
	if !ok {
		return fmt.Errorf("the signature of %s is not good", body)
	}
	parsed, err := door.Parse(signed, body)
	if err != nil {
		return err
	}
	r := &receipts.Receiver{Store: c.store, Zone: time.UTC, Now: c.clock, Log: slog.New(slog.DiscardHandler)}
	for i := range parsed.Notices {
		job, err := json.Marshal(message.Report{Notice: &parsed.Notices[i]})
		c.must(err)
		c.must(r.Handle(ctx, inbox.Job{ID: "notice", Body: job}))
	}
	return nil
}

// Put is the inbox.
func (c *company) Put(_ context.Context, jobs ...inbox.Job) error {
	c.jobs = append(c.jobs, jobs...)
	return nil
}

// due is what the timer asks for now.
func (c *company) due() int {
	c.t.Helper()
	n, err := c.timer.Due(c.t.Context(), 500)
	c.must(err)
	return n
}

// work runs all errands, once each, and returns those that come back.
func (c *company) work() (again []error) {
	c.t.Helper()
	jobs := c.jobs
	c.jobs = nil
	for _, job := range jobs {
		job.Attempt++
		if err := (errand.Handlers{errand.Approved: c.syncer.Run}).Handle(c.t.Context(), job); err != nil {
			again = append(again, err)
			c.jobs = append(c.jobs, job)
		}
	}
	return again
}

// sync asks and works; it fails when anything comes back.
func (c *company) sync() {
	c.t.Helper()
	c.due()
	for _, err := range c.work() {
		c.t.Fatal(err)
	}
}

func (c *company) known() approved.Known {
	c.t.Helper()
	all, err := approved.Read(c.t.Context(), c.store, c.channels)
	c.must(err)
	return all[0]
}

func (c *company) publish(variants ...playbook.Approved) {
	c.t.Helper()
	n, err := c.store.Live(c.t.Context())
	c.must(err)
	p := bookWith(variants...)
	c.must(c.store.Publish(c.t.Context(), p, record.VersionInfo{Number: n + 1, At: c.now}, record.Audit{ID: fmt.Sprint(n), At: c.now}))
}

// alarms are the templates that operators were told of, a line for each alarm.
func (c *company) alarms() []string {
	c.t.Helper()
	var all []string
	for line := range strings.Lines(c.log.String()) {
		var entry struct {
			Alarm     string
			Channel   string
			Templates []string
		}
		c.must(json.Unmarshal([]byte(line), &entry))
		if entry.Alarm != "" {
			all = append(all, entry.Alarm+" "+entry.Channel+" "+strings.Join(entry.Templates, ", "))
		}
	}
	c.log.Reset()
	return all
}

// bookWith is a playbook with an approved variant for each.
func bookWith(variants ...playbook.Approved) playbook.Playbook {
	p := playbook.Playbook{Languages: []string{"en"}}
	for i, a := range variants {
		p.Templates = append(p.Templates, playbook.Template{ID: fmt.Sprintf("t%d", i), Variants: []playbook.Variant{
			{Language: "en", Shape: "text", Text: "Hello"}, {Language: "en", Shape: "approved", Approved: &a},
		}})
	}
	return p
}

// counted counts what is read of the table.
type counted struct {
	table.Table
	c *company
}

func (n counted) Get(ctx context.Context, keys ...table.Key) ([]table.Item, error) {
	n.c.reads++
	return n.Table.Get(ctx, keys...)
}

func (n counted) Query(ctx context.Context, q table.Query) (table.Page, error) {
	n.c.reads++
	return n.Table.Query(ctx, q)
}

// failing is an inbox that takes nothing.
type failing struct{ err error }

func (f failing) Put(context.Context, ...inbox.Job) error { return f.err }
