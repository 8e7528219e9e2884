package admin_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk/shared/admin"
	"frontdesk/shared/message"
	"frontdesk/shared/record"
	"frontdesk/shared/table"
)

const uuid = "8e03978e-40d5-43dd-bc93-6894a57f9324"

func TestTheSameKeyGivesTheFirstAnswerAgain(t *testing.T) {
	s := opened(t)
	id := s.customer(phone, "a person please")
	for name, c := range map[string]struct {
		path, body string
		status     int
	}{
		"publish":                 {"/v1/playbook/publish", `{"note": "again"}`, 200},
		"roll back":               {"/v1/playbook/rollback", `{"version": 1}`, 200},
		"answer":                  {"/v1/conversations/" + id + "/messages", `{"text": "hello"}`, 201},
		"resolve, without a body": {"/v1/conversations/" + id + "/resolve", "", 200},
		"send the mail":           {"/v1/reports/weeks/2026-W46/send", "", 200},
		"what is refused":         {"/v1/playbook/rollback", `{"version": 99}`, 404},
		"dead letters":            {"/v1/deadletters/retry", `{"ids": ["x"]}`, 200},
	} {
		s.customer(phone, "a person please")
		key := "Idempotency-Key"
		first := s.want(c.status, s.do("admin", "POST", c.path, c.body, key, name2key(name)))
		trail := len(s.audit())
		sent := len(s.sent)
		s.pass(23 * time.Hour)
		for _, spelled := range []string{name2key(name), `"` + name2key(name) + `"`} {
			second := s.want(c.status, s.do("admin", "POST", c.path, c.body, key, spelled))
			if !sameAnswer(first, second) || second.Header().Get("ETag") != first.Header().Get("ETag") {
				t.Errorf("%s: got %s, want the first answer again: %s", name, second.Body, first.Body)
			}
			if second.Header().Get("Idempotency-Replayed") != "true" || first.Header().Get("Idempotency-Replayed") != "" {
				t.Errorf("%s: the second answer does not say that it is the first again", name)
			}
		}
		if len(s.sent) != sent || len(s.audit()) != trail {
			t.Errorf("%s: it was done again", name)
		}
		s.pass(2 * time.Hour)
		if got := s.do("admin", "POST", c.path, c.body, key, name2key(name)); got.Header().Get("Idempotency-Replayed") != "" {
			t.Errorf("%s: got the old answer after more than a day", name)
		}
	}
}

func name2key(name string) string { return strings.NewReplacer(" ", "-", ",", "").Replace(name) }

// sameAnswer compares bodies but for the name of the request in a problem.
func sameAnswer(a, b *httptest.ResponseRecorder) bool {
	cut := func(w *httptest.ResponseRecorder) string {
		before, _, _ := strings.Cut(w.Body.String(), `"instance"`)
		return strings.TrimSpace(before)
	}
	return a.Code == b.Code && cut(a) == cut(b)
}

func TestAKeyIsForOneRequestOfOnePerson(t *testing.T) {
	s := opened(t)
	const path, key = "/v1/playbook/publish", admin.IdempotencyKey
	s.want(200, s.do("admin", "POST", path, `{"note": "one"}`, key, uuid))
	s.want(422, s.do("admin", "POST", path, `{"note": "two"}`, key, uuid))
	s.want(422, s.do("admin", "POST", path, `{"note": "one"}`, key, uuid, "If-Match", "*"))
	s.want(422, s.do("admin", "POST", "/v1/playbook/rollback", `{"version": 1}`, key, uuid))
	if w := s.want(200, s.do("publisher", "POST", path, `{"note": "one"}`, key, uuid)); !strings.Contains(w.Body.String(), `"number":3`) {
		t.Errorf("got %s, want somebody else's key to be their own", w.Body)
	}
	s.want(403, s.do("viewer", "POST", path, `{"note": "one"}`, key, uuid))
	for name, bad := range map[string]string{"empty": `""`, "too long": strings.Repeat("k", 256), "with a space": "a b", "not ASCII": "钥匙"} {
		if w := s.do("admin", "POST", path, `{"note": "three"}`, key, bad); w.Code != 400 {
			t.Errorf("%s: got %d %s, want 400", name, w.Code, w.Body)
		}
	}
	if got := len(s.audit()); got != 4 { // saved, published three times
		t.Errorf("got %d audit entries, want 4: %v", got, s.audit())
	}
	s.want(200, s.do("viewer", "POST", "/v1/simulate", `{"message": {"text": "hi"}}`, key, uuid))
	s.want(200, s.do("viewer", "POST", "/v1/simulate", `{"message": {"text": "ho"}}`, key, uuid)) // which does nothing
}

// A request that says nothing wrong gets its key back: it can be mended and sent again.
func TestAKeyIsGivenBackWhenSurelyNothingWasDone(t *testing.T) {
	s := opened(t)
	id := s.customer(phone, "a person please")
	path := "/v1/conversations/" + id + "/messages"
	for _, body := range []string{"{", "", `{"txt": "hello"}`, `{"text": "` + strings.Repeat("x", 300<<10) + `"}`} {
		w := s.do("admin", "POST", path, body, admin.IdempotencyKey, uuid)
		if w.Code < 400 || w.Code >= 500 {
			t.Errorf("got %d for %.20s", w.Code, body)
		}
	}
	s.table.err = table.ErrBusy // reads, before anything was begun
	s.want(503, s.do("admin", "POST", path, `{"text": "hello"}`, admin.IdempotencyKey, uuid))
	s.table.err = nil
	before := len(s.sent)
	s.want(201, s.do("admin", "POST", path, `{"text": "hello"}`, admin.IdempotencyKey, uuid))
	s.want(201, s.do("admin", "POST", path, `{"text": "hello"}`, admin.IdempotencyKey, uuid))
	if len(s.sent)-before != 1 {
		t.Errorf("got it sent %d times, want once", len(s.sent)-before)
	}
}

// Of a request that ended in a way that does not tell how far it came nothing is repeated.
func TestWhatMayHaveBeenDoneIsNotRepeated(t *testing.T) {
	s := opened(t)
	id := s.customer(phone, "a person please")
	path := "/v1/conversations/" + id + "/messages"
	before := len(s.sent)

	s.refuse = &message.SendError{Class: message.Unknown, Reason: "no answer"}
	s.want(502, s.do("admin", "POST", path, `{"text": "hello"}`, admin.IdempotencyKey, "lost"))
	s.refuse = nil
	s.want(502, s.do("admin", "POST", path, `{"text": "hello"}`, admin.IdempotencyKey, "lost"))

	s.afterSend = func() { s.table.refuseAll = errors.New("disk full") }
	s.want(500, s.do("admin", "POST", path, `{"text": "hello"}`, admin.IdempotencyKey, "broken"))
	s.afterSend, s.table.refuseAll = nil, nil
	w := s.want(409, s.do("admin", "POST", path, `{"text": "hello"}`, admin.IdempotencyKey, "broken"))
	if got := read[problem](t, w).Detail; !strings.Contains(got, "nobody knows") || w.Header().Get("Retry-After") != "" {
		t.Errorf("got %q, want to be told to look first", got)
	}

	s.afterSend = func() { s.table.refuseAll = table.ErrBusy }
	s.want(503, s.do("admin", "POST", path, `{"text": "hello"}`, admin.IdempotencyKey, "busy"))
	s.afterSend, s.table.refuseAll = nil, nil
	s.want(409, s.do("admin", "POST", path, `{"text": "hello"}`, admin.IdempotencyKey, "busy"))
	if len(s.sent)-before != 3 {
		t.Errorf("got %d sends, want one for each key", len(s.sent)-before)
	}
}

// A program that is cut off in the middle leaves the key claimed: while it might still be
// at it others wait, and later they are told to look.
func TestACutOffRequestIsNotRepeated(t *testing.T) {
	s := opened(t)
	id := s.customer(phone, "a person please")
	path := "/v1/conversations/" + id + "/messages"
	s.afterSend = func() { panic("the machine was switched off") }
	func() {
		defer func() { _ = recover() }()
		s.do("admin", "POST", path, `{"text": "hello"}`, admin.IdempotencyKey, uuid)
	}()
	s.afterSend = nil
	w := s.want(409, s.do("admin", "POST", path, `{"text": "hello"}`, admin.IdempotencyKey, uuid))
	if w.Header().Get("Retry-After") == "" || !strings.Contains(w.Body.String(), "in progress") {
		t.Errorf("got %s with Retry-After %q, want to be told to wait", w.Body, w.Header().Get("Retry-After"))
	}
	s.pass(6 * time.Minute)
	w = s.want(409, s.do("admin", "POST", path, `{"text": "hello"}`, admin.IdempotencyKey, uuid))
	if w.Header().Get("Retry-After") != "" || !strings.Contains(w.Body.String(), "cut off") {
		t.Errorf("got %s, want to be told to look", w.Body)
	}
}

func TestOfTwoAtOnceOneDoesIt(t *testing.T) {
	s := opened(t)
	id := s.customer(phone, "a person please")
	before := len(s.sent)
	token := s.token("admin", time.Hour)
	codes := make(chan int, 16)
	var all sync.WaitGroup
	for range cap(codes) {
		all.Go(func() {
			r := httptest.NewRequest("POST", "/v1/conversations/"+id+"/messages", strings.NewReader(`{"text": "hello"}`))
			r.Header.Set("Authorization", "Bearer "+token)
			r.Header.Set(admin.IdempotencyKey, uuid)
			w := httptest.NewRecorder()
			s.api.ServeHTTP(w, r)
			codes <- w.Code
		})
	}
	all.Wait()
	close(codes)
	for code := range codes {
		if code != 201 && code != 409 {
			t.Errorf("got %d, want 201 or 409", code)
		}
	}
	if len(s.sent)-before != 1 {
		t.Errorf("got it sent %d times, want once", len(s.sent)-before)
	}
}

// An answer of any size is kept, and vanishes with its day.
func TestALargeAnswerIsGivenAgain(t *testing.T) {
	s := opened(t)
	want := record.Answer{Status: 200, ETag: `"draft-7"`, Body: []byte(`{"ids":["` + strings.Repeat("ab", 1<<20) + `"]}`)}
	a := record.Attempt{ID: "x", Request: "r", Lease: s.clock(), Expires: s.clock().Add(time.Hour)}
	ctx := context.Background()
	mine, err := s.store.Begin(ctx, a)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.store.End(ctx, mine, want); err != nil {
		t.Fatal(err)
	}
	got, err := s.store.Begin(ctx, a)
	if !errors.Is(err, record.ErrDuplicate) || got.Answer == nil || got.Answer.ETag != want.ETag || string(got.Answer.Body) != string(want.Body) {
		t.Errorf("got %.60v, %v, want the answer", got.Answer, err)
	}
	s.pass(2 * time.Hour)
	if _, err := s.store.Begin(ctx, a); err != nil {
		t.Errorf("got %v after its day, want it forgotten", err)
	}
}

// A channel that takes no more for now is no fault of ours: it says for how long, and the
// same request goes through then.
func TestAContactWhoIsWrittenToTooOften(t *testing.T) {
	s := opened(t)
	path := "/v1/conversations/" + s.customer(phone, "a person please") + "/messages"
	for range 200 {
		w := s.do("admin", "POST", path, `{"text": "hello"}`)
		if w.Code == 201 {
			continue
		}
		s.want(429, s.do("admin", "POST", path, `{"text": "hello"}`, admin.IdempotencyKey, uuid))
		seconds, err := strconv.Atoi(s.want(429, w).Header().Get("Retry-After"))
		if err != nil || seconds < 1 {
			t.Fatalf("got Retry-After %q, want seconds", w.Header().Get("Retry-After"))
		}
		s.pass(time.Duration(seconds) * time.Second)
		s.want(201, s.do("admin", "POST", path, `{"text": "hello"}`, admin.IdempotencyKey, uuid))
		return
	}
	t.Error("got no end of 200 messages at once")
}

// Whoever says which state they saw does nothing to another.
func TestAConversationThatHasChangedSinceItWasRead(t *testing.T) {
	s := opened(t)
	id := s.customer(phone, "a person please")
	path := "/v1/conversations/" + id
	tag := func() string {
		h, err := s.store.Head(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf(`"conversation-%d"`, h.Version)
	}
	before := tag()
	s.pass(time.Second)
	s.customer(phone, "are you there?")
	s.want(412, s.do("admin", "POST", path+"/resolve", "", "If-Match", before))
	s.want(412, s.do("admin", "POST", path+"/messages", `{"text": "hello"}`, "If-Match", before))
	s.want(404, s.do("admin", "POST", "/v1/conversations/none/resolve", "", "If-Match", before))
	now := tag()
	for range 2 { // the second time it has changed by the first, whose answer is given again
		s.want(201, s.do("admin", "POST", path+"/messages", `{"text": "hello"}`, "If-Match", now, admin.IdempotencyKey, uuid))
	}
	s.want(200, s.do("admin", "POST", path+"/resolve", "", "If-Match", "*"))
}
