package qyapi

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk/shared/channel"
)

// The company of all tests. Its keys are those of Tencent's own sample.
const (
	corp    = "wx5823bf96d3bd56c7"
	desk    = int64(1000002)
	other   = int64(1000003)
	service = "wkAJ2GCAAAservice"
)

var (
	key   = channel.CallbackKey{Token: "QDG6eK", AESKey: "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"}
	robin = Customer{ExternalUserID: "wmEXAMPLE0001", Name: "Robin"}
	wren  = Customer{ExternalUserID: "wmEXAMPLE0002", Name: "Wren"}
)

// stage is a sandbox with a clock that only the test moves.
type stage struct {
	*Sandbox
	t *testing.T

	mu     sync.Mutex
	time   time.Time
	timers []timer
	posted []Callback
	answer func(Callback) ([]byte, error) // of the webhook; nil answers with nothing
	token  string
}

type timer struct {
	at time.Time
	f  func()
}

func (st *stage) now() time.Time {
	st.mu.Lock()
	defer st.mu.Unlock()
	return st.time
}

func (st *stage) after(d time.Duration, f func()) {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.timers = append(st.timers, timer{st.time.Add(d), f})
}

// pass lets time go by and runs what was waiting for it, in order.
func (st *stage) pass(d time.Duration) {
	st.mu.Lock()
	end := st.time.Add(d)
	for {
		slices.SortStableFunc(st.timers, func(a, b timer) int { return a.at.Compare(b.at) })
		if len(st.timers) == 0 || st.timers[0].at.After(end) {
			break
		}
		next := st.timers[0]
		st.timers, st.time = st.timers[1:], next.at
		st.mu.Unlock()
		next.f()
		st.mu.Lock()
	}
	st.time = end
	st.mu.Unlock()
}

func (st *stage) post(_ context.Context, cb Callback) ([]byte, error) {
	st.mu.Lock()
	st.posted = append(st.posted, cb)
	answer := st.answer
	st.mu.Unlock()
	if answer == nil {
		return nil, nil
	}
	return answer(cb)
}

var errTimeout = errors.New("no answer came")

func config() Config {
	return Config{
		MediaIDs: []string{"m"},
		CorpID:   corp,
		Apps:     []App{{AgentID: desk, Secret: "desk-secret", Key: key}, {AgentID: other, Secret: "other-secret", Key: key, Visible: []string{"zhang"}}},
		Accounts: []Account{
			{OpenKFID: service, Name: "Service", Agent: desk, Servicers: []string{"zhang", "li"}},
			{OpenKFID: "wkAJ2GCAAAother", Name: "Other", Agent: other},
		},
		Robots: []Robot{{Key: "robot-key"}, {Key: "stopped-key", Stopped: true}},
		Members: []Member{
			{UserID: "zhang", Parties: []string{"1"}}, {UserID: "li", Parties: []string{"1", "2"}, Tags: []string{"7"}}, {UserID: "wang"},
			{UserID: "guest", Unlicensed: true},
		},
		Customers: []Customer{robin},
	}
}

// play makes a sandbox that tells its callbacks to the stage.
func play(t *testing.T, change func(*Config)) *stage {
	t.Helper()
	st := &stage{t: t, time: time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC)}
	cfg := config()
	cfg.Now, cfg.After, cfg.Post = st.now, st.after, st.post
	cfg.Entropy = rand.NewChaCha8([32]byte{1})
	if change != nil {
		change(&cfg)
	}
	sb, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	st.Sandbox = sb
	t.Cleanup(sb.Close)
	return st
}

// reply is the answer of a call.
type replied map[string]any

func (r replied) code() int { return int(r["errcode"].(float64)) }

func (r replied) text(name string) string { s, _ := r[name].(string); return s }

// auth gets a token of the desk's app when there is none yet.
func (st *stage) auth() string {
	if st.token == "" {
		st.token = st.get("gettoken?corpid=" + corp + "&corpsecret=desk-secret").text("access_token")
	}
	return st.token
}

func (st *stage) get(path string) replied { return st.do(http.MethodGet, path, "") }

// call posts with the desk's token.
func (st *stage) call(path, body string) replied {
	sign := "?"
	if strings.Contains(path, "?") {
		sign = "&"
	}
	return st.do(http.MethodPost, path+sign+"access_token="+st.auth(), body)
}

func (st *stage) ask(path string) replied {
	sign := "?"
	if strings.Contains(path, "?") {
		sign = "&"
	}
	return st.get(path + sign + "access_token=" + st.auth())
}

func (st *stage) do(method, path, body string) replied {
	st.t.Helper()
	r := httptest.NewRequest(method, "/cgi-bin/"+path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	return st.serve(path, r)
}

func (st *stage) serve(path string, r *http.Request) replied {
	st.t.Helper()
	w := httptest.NewRecorder()
	st.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		st.t.Fatalf("%s: got status %d, want 200 whatever the errcode", path, w.Code)
	}
	if got := w.Header().Get("Content-Type"); got != "application/json; charset=UTF-8" {
		st.t.Errorf("%s: got Content-Type %q", path, got)
	}
	var a replied
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
		st.t.Fatalf("%s: the answer is no JSON: %v", path, err)
	}
	return a
}

// want fails when a call's errcode is another one.
func (st *stage) want(code int, got replied) replied {
	st.t.Helper()
	if got.code() != code {
		st.t.Errorf("got errcode %d (%v), want %d", got.code(), got["errmsg"], code)
	}
	return got
}

// kinds are the kinds of the events that were told, without the tokens.
func (st *stage) kinds() []EventKind {
	var all []EventKind
	for _, e := range st.Events(0) {
		if e.Kind != TokenGiven {
			all = append(all, e.Kind)
		}
	}
	return all
}

func x(n int) string { return strings.Repeat("x", n) }

// toApp is a send to a member; object is the msgtype and its object.
func toApp(to, object string) string {
	return `{"touser":"` + to + `","agentid":1000002,` + object + `}`
}

func textObject(s string) string { return `"msgtype":"text","text":{"content":"` + s + `"}` }

func toKF(c Customer, object string) string {
	return `{"touser":"` + c.ExternalUserID + `","open_kfid":"` + service + `",` + object + `}`
}
