package playground

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"frontdesk/shared/sandbox"
)

var (
	shop  = sandbox.Number{PhoneNumberID: "106540352242922", DisplayNumber: "15550783881", BusinessID: "102290129340398", Token: "t", AppSecret: "s"}
	start = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
)

// mails is a mailbox in memory.
type mails map[string]string

func (m mails) List() ([]MailEntry, error) {
	var all []MailEntry
	for id := range m {
		all = append(all, MailEntry{ID: id, At: start.Add(time.Duration(len(id)) * time.Hour), To: []string{"boss@shop.example"}, Subject: "Subject of " + id})
	}
	return all, nil
}

func (m mails) Read(id string) ([]byte, error) { return []byte(m[id]), nil }

type ones struct{}

func (ones) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 0xAB
	}
	return len(p), nil
}

// stage is a playground before sandboxes whose business answers nothing by itself.
type stage struct {
	*Playground
	t  *testing.T
	sb *sandbox.Sandbox
	wc *weComStage
}

func newStage(t *testing.T, change func(*Config)) *stage {
	t.Helper()
	sb, err := sandbox.New(sandbox.Config{
		Numbers: []sandbox.Number{shop}, Receipts: sandbox.NoReceipts, Entropy: ones{},
		Now:  func() time.Time { return start },
		Post: func(context.Context, []byte, string) error { return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sb.Close)
	wc := weCom(t)
	cfg := Config{
		WhatsApp: &WhatsApp{Sandbox: sb, Channel: "wa-main", Number: shop.PhoneNumberID, Name: "Tea House"},
		WeChat: &WeChat{
			Sandbox: wc.Sandbox, Servicer: "zhang", Service: "kf-main", Account: account, ServiceName: "云叶茶舍", Staff: "app-main", Agent: agent, AppName: "Staff desk",
		},
		Data: "./data", Entropy: ones{},
	}
	if change != nil {
		change(&cfg)
	}
	p, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return &stage{p, t, sb, wc}
}

func (st *stage) do(r *http.Request) (int, string, http.Header) {
	st.t.Helper()
	w := httptest.NewRecorder()
	mux := http.NewServeMux()
	st.Mount(mux)
	mux.ServeHTTP(w, r)
	b, err := io.ReadAll(w.Result().Body)
	if err != nil {
		st.t.Fatal(err)
	}
	return w.Code, string(b), w.Result().Header
}

func (st *stage) get(path string) (int, string, http.Header) {
	st.t.Helper()
	return st.do(httptest.NewRequest(http.MethodGet, "http://localhost:8080"+path, nil))
}

func postRequest(path, body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "http://localhost:8080"+path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Origin", "http://localhost:8080")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return r
}

func (st *stage) post(path, body string) (int, string) {
	st.t.Helper()
	code, answer, _ := st.do(postRequest(path, body))
	return code, answer
}

// reply is the business answering the customer with a type's part.
func (st *stage) reply(to sandbox.Customer, part string) {
	st.t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/v26.0/"+shop.PhoneNumberID+"/messages",
		bytes.NewBufferString(`{"messaging_product":"whatsapp","recipient":"`+to.UserID+`",`+part+`}`))
	r.Header.Set("Authorization", "Bearer t")
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	st.sb.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		st.t.Fatalf("the sandbox refused: %s", w.Body)
	}
}

type chatState struct {
	Lines     []struct{ ID, Name string }
	Customers []persona
	Entries   []entry
	Decisions []Explanation
}

func (st *stage) state() chatState {
	st.t.Helper()
	code, body, _ := st.get("/playground/history")
	var s chatState
	if err := json.Unmarshal([]byte(body), &s); err != nil || code != http.StatusOK {
		st.t.Fatalf("history: %d %v", code, err)
	}
	return s
}
