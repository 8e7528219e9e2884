package figures_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk/shared/channel"
	"frontdesk/shared/errand"
	"frontdesk/shared/figures"
	"frontdesk/shared/inbox"
	"frontdesk/shared/live"
	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
	"frontdesk/shared/record"
	"frontdesk/shared/rollup"
	"frontdesk/shared/sandbox/qyapi"
	"frontdesk/shared/table/bolt"
	"frontdesk/shared/wecom"
	"frontdesk/shared/week"
)

const (
	corp    = "wx5823bf96d3bd56c7"
	agent   = int64(1000002)
	account = "wkAJ2GCAAAservice"
)

var (
	keys  = channel.CallbackKey{Token: "QDG6eK", AESKey: "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"}
	robin = qyapi.Customer{ExternalUserID: "wmEXAMPLE0001", Name: "Robin"}
	china = wecom.DayZone()
)

// office is a company on WeCom, with a clock that only the test moves.
type office struct {
	t       *testing.T
	sandbox *qyapi.Sandbox
	store   *record.Store
	timer   *figures.Timer
	fetcher *figures.Fetcher
	log     bytes.Buffer

	mu      sync.Mutex
	now     time.Time
	jobs    []inbox.Job
	calls   map[string]int
	reads   int
	answers func(path string) string // instead of the sandbox; "" leaves it
}

func (o *office) clock() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.now
}

// at sets the clock to a time in China.
func (o *office) at(when string) {
	o.t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", when, china)
	if err != nil {
		o.t.Fatal(err)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.now = at
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{t: t, calls: map[string]int{}}
	o.at("2026-11-18 10:00")
	var err error
	o.sandbox, err = qyapi.New(qyapi.Config{
		CorpID: corp, Apps: []qyapi.App{{AgentID: agent, Secret: "desk-secret", Key: keys}},
		Accounts: []qyapi.Account{{OpenKFID: account, Name: "Service", Agent: agent, Servicers: []string{"zhang", "li"}}},
		Members:  []qyapi.Member{{UserID: "zhang"}, {UserID: "li"}}, Customers: []qyapi.Customer{robin},
		Now: o.clock, Entropy: rand.NewChaCha8([32]byte{1}), After: func(time.Duration, func()) {},
		Post: func(context.Context, qyapi.Callback) ([]byte, error) { return nil, nil },
	})
	o.must(err)
	t.Cleanup(o.sandbox.Close)
	db, err := bolt.Open(filepath.Join(t.TempDir(), "desk.db"), bolt.Options{Now: o.clock, NoSync: true})
	o.must(err)
	t.Cleanup(func() { _ = db.Close() })
	o.store = record.New(counted{db, o})
	o.publish("zhang", "li")
	o.timer, o.fetcher = o.process()
	return o
}

func (o *office) publish(servicers ...string) {
	o.t.Helper()
	n, err := o.store.Live(o.t.Context())
	o.must(err)
	p := playbook.Playbook{Languages: []string{"en"}, Teams: []playbook.Team{{ID: "care", Name: "Care", Servicers: servicers}, {ID: "sales", Name: "Sales", Servicers: servicers}}}
	o.must(o.store.Publish(o.t.Context(), p, record.VersionInfo{Number: n + 1, At: o.clock()}, record.Audit{ID: fmt.Sprint(n), At: o.clock()}))
}

// process is one process, which shares the store with the others.
func (o *office) process() (*figures.Timer, *figures.Fetcher) {
	app := channel.Channel{
		ID: "app-main", Kind: message.WeComApp, CorpID: corp, Secret: "desk-secret", AgentID: agent, APIURL: "http://qyapi.test",
		CallbackKeys: []channel.CallbackKey{keys},
	}
	kf := app
	kf.ID, kf.Kind, kf.AgentID, kf.OpenKFID = "kf-main", message.WeComKF, 0, account
	channels := []channel.Channel{app, kf, {ID: "wa-main", Kind: message.WhatsApp}}
	client := &http.Client{Transport: o}
	sender := &wecom.Sender{HTTP: client, Tokens: &wecom.Tokens{Store: o.store, HTTP: client, Now: o.clock, Sleep: func(context.Context, time.Duration) {}}}
	return &figures.Timer{Store: o.store, Inbox: o, Channels: figures.Channels(channels), Now: o.clock},
		&figures.Fetcher{
			Channels: channels, WeCom: sender, Store: o.store, Live: &live.Cache{Store: o.store}, Now: o.clock, Log: slog.New(slog.NewJSONHandler(&o.log, nil)),
		}
}

// RoundTrip takes the place of the network.
func (o *office) RoundTrip(r *http.Request) (*http.Response, error) {
	path := strings.TrimPrefix(r.URL.Path, "/cgi-bin/")
	o.mu.Lock()
	o.calls[path]++
	answers := o.answers
	o.mu.Unlock()
	rec := httptest.NewRecorder()
	if answers != nil && path != "gettoken" {
		if body := answers(path); body != "" {
			rec.WriteString(body)
			return rec.Result(), nil
		}
	}
	o.sandbox.ServeHTTP(rec, r)
	return rec.Result(), nil
}

// asked is how many calls for figures were made, and forgets them.
func (o *office) asked() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	n := 0
	for path, calls := range o.calls {
		if path != "gettoken" {
			n += calls
		}
	}
	clear(o.calls)
	return n
}

// Put is the inbox, which may forget a repeat or not: here it does not.
func (o *office) Put(_ context.Context, jobs ...inbox.Job) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.jobs = append(o.jobs, jobs...)
	return nil
}

func (o *office) due() int {
	o.t.Helper()
	n, err := o.timer.Due(o.t.Context(), 500)
	o.must(err)
	return n
}

// work runs all errands once and returns the days that it was asked for, and the errors.
func (o *office) work() (days []string, failed []error) {
	o.t.Helper()
	o.mu.Lock()
	jobs := o.jobs
	o.jobs = nil
	o.mu.Unlock()
	for _, job := range jobs {
		e, err := errand.Parse(job)
		o.must(err)
		days = append(days, e.Channel+" "+e.Key)
		job.Attempt = 1
		if err := (errand.Handlers{errand.Figures: o.fetcher.Run}).Handle(o.t.Context(), job); err != nil {
			failed = append(failed, err)
		}
	}
	return days, failed
}

// day is what is stored of a day.
func (o *office) day(ch, day string) *rollup.ChannelDay {
	o.t.Helper()
	w, err := week.OfDay(day)
	o.must(err)
	row, known, err := o.store.ChannelDay(o.t.Context(), w, record.ChannelDay{Day: day, Channel: ch})
	o.must(err)
	if !known {
		return nil
	}
	var d rollup.ChannelDay
	o.must(json.Unmarshal(row.Body, &d))
	return &d
}

func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

// busyDay is a day of two messages, one of them to a servicer who answers after 2 minutes.
func (o *office) busyDay() {
	o.t.Helper()
	ctx := o.t.Context()
	_, err := o.sandbox.WriteKF(ctx, account, robin, qyapi.KFText("hello"))
	o.must(err)
	_, err = o.fetcher.WeCom.TransState(ctx, o.fetcher.Channels[1], robin.ExternalUserID, wecom.Person, "zhang")
	o.must(err)
	_, err = o.sandbox.WriteKF(ctx, account, robin, qyapi.KFText("a person please"))
	o.must(err)
	o.mu.Lock()
	o.now = o.now.Add(2 * time.Minute)
	o.mu.Unlock()
	_, err = o.sandbox.Answer(ctx, qyapi.Thread{OpenKFID: account, Customer: robin.ExternalUserID}, "zhang", qyapi.KFText("here I am"))
	o.must(err)
	o.must(o.sandbox.AddContact(ctx, agent, qyapi.Contact{Member: "li", Customer: robin.ExternalUserID}, true))
	o.asked()
}

func sorted(s []string) []string { slices.Sort(s); return s }

func days(day string) wecom.Days { return wecom.Days{First: day, Last: day} }
