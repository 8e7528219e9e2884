package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// Meta's documentation numbers.
var (
	shop   = Number{PhoneNumberID: "106540352242922", DisplayNumber: "15550783881", BusinessID: "102290129340398", Token: "shop-token", AppSecret: "test_app_secret"}
	sheena = Customer{Phone: "16505551234", UserID: "US.13491208655302741918", Name: "Sheena Nelson"}
	owl    = Customer{UserID: "US.77000000000000000001", Name: "Owl", Username: "night_owl"}
)

var start = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

// stage is a sandbox with a clock, a scheduler and a business that keeps every
// webhook.
type stage struct {
	*Sandbox
	t *testing.T

	mu     sync.Mutex
	now    time.Time
	timers []timer
	posts  []posted
	refuse int // how many webhooks the business fails from now on
}

type timer struct {
	at time.Time
	f  func()
}

type posted struct {
	at        time.Time
	body      string
	signature string
}

// zeros is an entropy that never changes: ids must be unique without it.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func newStage(t *testing.T, change func(*Config)) *stage {
	t.Helper()
	st := &stage{t: t, now: start}
	cfg := Config{
		Numbers:   []Number{shop},
		Templates: []Template{{Name: "order_update", Language: "en_US", Params: 2, Body: "Hi {{1}}, your order {{2}} is on its way."}},
		Post:      st.post, Now: st.Now, Entropy: zeros{}, After: st.after, Receipts: NoReceipts,
	}
	if change != nil {
		change(&cfg)
	}
	s, err := New(cfg)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	st.Sandbox = s
	t.Cleanup(s.Close)
	return st
}

func (st *stage) Now() time.Time {
	st.mu.Lock()
	defer st.mu.Unlock()
	return st.now
}

func (st *stage) after(d time.Duration, f func()) {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.timers = append(st.timers, timer{st.now.Add(d), f})
}

func (st *stage) post(_ context.Context, body []byte, signature string) error {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.posts = append(st.posts, posted{st.now, string(body), signature})
	if st.refuse > 0 {
		st.refuse--
		return errors.New("503")
	}
	return nil
}

// pass lets time go by and runs what falls due, in order.
func (st *stage) pass(d time.Duration) {
	end := st.Now().Add(d)
	for {
		f, ok := st.due(end)
		if !ok {
			break
		}
		f()
	}
	st.mu.Lock()
	st.now = end
	st.mu.Unlock()
}

func (st *stage) due(end time.Time) (func(), bool) {
	st.mu.Lock()
	defer st.mu.Unlock()
	slices.SortStableFunc(st.timers, func(a, b timer) int { return a.at.Compare(b.at) })
	if len(st.timers) == 0 || st.timers[0].at.After(end) {
		return nil, false
	}
	next := st.timers[0]
	st.timers = st.timers[1:]
	st.now = next.at
	return next.f, true
}

func (st *stage) webhooks() []posted {
	st.mu.Lock()
	defer st.mu.Unlock()
	return slices.Clone(st.posts)
}

func (st *stage) write(c Customer, text string) string {
	st.t.Helper()
	id, err := st.Write(context.Background(), shop.PhoneNumberID, c, text)
	if err != nil {
		st.t.Fatalf("Write: %v", err)
	}
	return id
}

// reply is what the Graph API answered.
type reply struct {
	status int
	body   string
	Error  struct {
		Message string
		Type    string
		Code    int
		Data    struct {
			Product string `json:"messaging_product"`
			Details string
		} `json:"error_data"`
		Trace string `json:"fbtrace_id"`
	}
	Contacts []map[string]string
	Messages []struct{ ID string }
	Success  bool
}

func (st *stage) send(body string) reply {
	st.t.Helper()
	return st.call("/v26.0/"+shop.PhoneNumberID+"/messages", "Bearer "+shop.Token, body)
}

func (st *stage) call(path, authorization, body string) reply {
	st.t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Authorization", authorization)
	r.Header.Set("Content-Type", "application/json")
	return st.do(r)
}

func (st *stage) do(r *http.Request) reply {
	st.t.Helper()
	w := httptest.NewRecorder()
	st.ServeHTTP(w, r)
	b, err := io.ReadAll(w.Result().Body)
	if err != nil {
		st.t.Fatalf("read the answer: %v", err)
	}
	got := reply{status: w.Code, body: string(b)}
	if err := json.Unmarshal(b, &got); err != nil && st.cfg.Fault == nil {
		st.t.Fatalf("answer %d is not JSON: %s", w.Code, b)
	}
	return got
}

// to wraps the type's part in the common one.
func to(c Customer, kindAndBody string) string {
	return `{"messaging_product":"whatsapp","recipient_type":"individual","to":"+` + c.Phone + `",` + kindAndBody + `}`
}

func textTo(c Customer, text string) string {
	return to(c, `"type":"text","text":{"body":"`+text+`"}`)
}
