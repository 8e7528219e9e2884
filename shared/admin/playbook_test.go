package admin_test

import (
	"bytes"
	"encoding/json"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/admin"
	"frontdesk/shared/playbook"
	"frontdesk/shared/record"
)

func TestAPlaybookFromDraftToLiveAndBack(t *testing.T) {
	s := open(t)
	w := s.want(200, s.do("viewer", "GET", "/v1/playbook", ""))
	if got := w.Header().Get("ETag"); got != `"live-0"` {
		t.Errorf("got ETag %s of a desk where nothing was ever saved, want live-0", got)
	}
	if got := read[playbook.Playbook](t, w); got.Filters == nil || got.Templates == nil {
		t.Errorf("got %s, want empty lists and not null", w.Body)
	}
	s.want(404, s.do("admin", "GET", "/v1/playbook/live", ""))

	w = s.want(200, s.do("admin", "PUT", "/v1/playbook", book, "If-Match", w.Header().Get("ETag")))
	if got := w.Header().Get("ETag"); got != `"draft-1"` {
		t.Errorf("got ETag %s, want draft-1", got)
	}
	faults := read[admin.Faults](t, s.want(200, s.do("viewer", "POST", "/v1/playbook/check", "")))
	if len(faults.Faults) > 0 {
		t.Fatalf("got faults %+v, want none", faults)
	}
	info := read[record.VersionInfo](t, s.want(200, s.do("admin", "POST", "/v1/playbook/publish", `{"note":"tea"}`, "If-Match", `"draft-1"`)))
	if age := s.clock().Sub(info.At); age < 0 || age > time.Second {
		t.Errorf("got time %s, want now", info.At)
	}
	if d := cmp.Diff(record.VersionInfo{Number: 1, At: info.At, By: "admin@example.com", Note: "tea"}, info); d != "" {
		t.Errorf("version (-want +got):\n%s", d)
	}

	dearer := strings.Replace(book, "9 a box", "11 a box", 1)
	s.want(200, s.do("admin", "PUT", "/v1/playbook", dearer, "If-Match", `"draft-1"`))
	s.want(200, s.do("admin", "POST", "/v1/playbook/publish", `{}`))
	s.replies("Tea is 11 a box.")
	info = read[record.VersionInfo](t, s.want(200, s.do("admin", "POST", "/v1/playbook/rollback", `{"version":1,"note":"too dear"}`)))
	if info.Number != 3 || info.From != 1 {
		t.Errorf("got version %d from %d, want 3 from 1", info.Number, info.From)
	}
	s.replies("Tea is 9 a box.")
	s.want(409, s.do("admin", "POST", "/v1/playbook/rollback", `{"version":3}`))
	s.want(404, s.do("admin", "POST", "/v1/playbook/rollback", `{"version":9}`))
	if w := s.want(200, s.do("admin", "GET", "/v1/playbook", "")); !strings.Contains(w.Body.String(), "11 a box") {
		t.Error("got another draft after rolling back, want it left as it was")
	}
	want := []string{
		"admin@example.com playbook.save draft", "admin@example.com playbook.publish 1", "admin@example.com playbook.save draft",
		"admin@example.com playbook.publish 2", "admin@example.com playbook.rollback 3",
	}
	if d := cmp.Diff(want, s.audit()); d != "" {
		t.Errorf("audit (-want +got):\n%s", d)
	}
}

// replies checks what a customer who asks for the price gets now.
func (s *shop) replies(want string) {
	s.t.Helper()
	s.pass(time.Second)
	before := len(s.sent)
	s.customer("16505551234", "what is the price?")
	if len(s.sent) != before+1 || s.sent[before].Content.Text != want {
		s.t.Fatalf("got sent %+v, want %q", s.sent[before:], want)
	}
}

func TestVersionsAreListedNewestFirstInPages(t *testing.T) {
	s := opened(t)
	for range 4 {
		s.want(200, s.do("admin", "POST", "/v1/playbook/publish", `{}`))
	}
	var got []int64
	for next := ""; ; {
		page := read[list[record.VersionInfo]](t, s.want(200, s.do("viewer", "GET", "/v1/playbook/versions?limit=2&cursor="+next, "")))
		for _, v := range page.Items {
			got = append(got, v.Number)
		}
		if next = page.Next; next == "" {
			break
		}
	}
	if d := cmp.Diff([]int64{5, 4, 3, 2, 1}, got); d != "" {
		t.Errorf("versions (-want +got):\n%s", d)
	}
	v := read[admin.Version](t, s.want(200, s.do("viewer", "GET", "/v1/playbook/versions/1", "")))
	if v.Number != 1 || len(v.Playbook.Filters) != 2 {
		t.Errorf("got %+v, want version 1 with its playbook", v)
	}
	s.want(404, s.do("viewer", "GET", "/v1/playbook/versions/99", ""))
	s.want(422, s.do("viewer", "GET", "/v1/playbook/versions/first", ""))
}

func TestAPublishIsRefusedWithEveryFault(t *testing.T) {
	s := opened(t)
	broken := `{
	  "languages": ["en", "zh-CN"],
	  "templates": [{"id": "price", "name": "Prices", "variants": [{"language": "en", "shape": "text", "text": "Hello {{ contact.nme }}"}]}],
	  "filters": [{"id": "price", "when": {"regex": "(["}, "then": {"reply": "prise"}}],
	  "hours": [{"id": "shop", "time_zone": "Asia/Shangai", "weekly": {"mon": ["9-18"]}}],
	  "away": {"reply": "price"}
	}`
	s.want(200, s.do("admin", "PUT", "/v1/playbook", broken, "If-Match", "*"))
	w := s.want(422, s.do("admin", "POST", "/v1/playbook/publish", `{"note":"never"}`))
	golden(t, "publish-refused.json", masked(t, w))
	if live, _ := s.store.Live(t.Context()); live != 1 {
		t.Errorf("got version %d live, want still 1", live)
	}
	faults := read[admin.Faults](t, s.want(200, s.do("viewer", "POST", "/v1/playbook/check", "")))
	if refused := read[problem](t, w); len(faults.Faults) != len(refused.Errors) {
		t.Errorf("got %d faults from check and %d from publish, want the same", len(faults.Faults), len(refused.Errors))
	}
}

// masked is a problem's whole text without the id of its request.
func masked(t *testing.T, w *httptest.ResponseRecorder) []byte {
	t.Helper()
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, w.Body.Bytes(), "", "  "); err != nil {
		t.Fatal(err)
	}
	return bytes.ReplaceAll(pretty.Bytes(), []byte(w.Header().Get(admin.RequestID)), []byte("ID"))
}

func TestAMalformedDraftIsRefusedWithEveryFault(t *testing.T) {
	s := open(t)
	w := s.want(422, s.do("admin", "PUT", "/v1/playbook", `{"languages": "en", "filtres": [], "templates": [{"id": 7}]}`, "If-Match", "*"))
	var where []string
	for _, e := range read[problem](t, w).Errors {
		where = append(where, e.Location)
	}
	if d := cmp.Diff([]string{"languages", "filtres", "templates[0].id"}, where); d != "" {
		t.Errorf("faults (-want +got):\n%s", d)
	}
	s.want(400, s.do("admin", "PUT", "/v1/playbook", "", "If-Match", "*"))
	s.want(422, s.do("admin", "PUT", "/v1/playbook", "{", "If-Match", "*"))
}

func TestTwoAdminsWhoSaveAtOnce(t *testing.T) {
	s := opened(t)
	etag := s.do("admin", "GET", "/v1/playbook", "").Header().Get("ETag")
	codes := map[int]int{}
	var mu sync.Mutex
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			code := s.do("admin", "PUT", "/v1/playbook", book, "If-Match", etag).Code
			mu.Lock()
			codes[code]++
			mu.Unlock()
		})
	}
	all.Wait()
	if d := cmp.Diff(map[int]int{200: 1, 412: 7}, codes); d != "" {
		t.Errorf("answers (-want +got):\n%s", d)
	}
	if got := len(s.audit()); got != 3 {
		t.Errorf("got %d audit entries, want those of the first save, the publish and the one save that counted", got)
	}
}

func TestTwoAdminsWhoPublishAtOnce(t *testing.T) {
	s := opened(t)
	var mu sync.Mutex
	codes := map[int]int{}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			code := s.do("admin", "POST", "/v1/playbook/publish", "{}").Code
			mu.Lock()
			codes[code]++
			mu.Unlock()
		})
	}
	all.Wait()
	live, err := s.store.Live(t.Context())
	if err != nil || int(live) != 1+codes[200] || codes[200]+codes[409] != 4 {
		t.Errorf("got version %d live after %v, want one version for each 200 and 409 for the rest", live, codes)
	}
}

func TestWhatAnEditMustSay(t *testing.T) {
	s := opened(t)
	for _, c := range []struct {
		name    string
		headers []string
		want    int
	}{
		{"nothing", nil, 428},
		{"the draft's ETag", []string{"If-Match", `"draft-1"`}, 200},
		{"an older ETag", []string{"If-Match", `"draft-1"`}, 412},
		{"a weak ETag never matches", []string{"If-Match", `W/"draft-2"`}, 412},
		{"one of several ETags", []string{"If-Match", `"x", "draft-2"`}, 200},
		{"any", []string{"If-Match", `*`}, 200},
		{"that there is none yet", []string{"If-None-Match", `*`}, 412},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := s.do("admin", "PUT", "/v1/playbook", book, c.headers...); got.Code != c.want {
				t.Errorf("got %d %s, want %d", got.Code, got.Body, c.want)
			}
		})
	}
	s.want(412, s.do("admin", "POST", "/v1/playbook/publish", "{}", "If-Match", `"draft-1"`))
}

func TestSimulate(t *testing.T) {
	s := opened(t)
	s.want(200, s.do("admin", "PUT", "/v1/playbook", strings.Replace(book, "9 a box", "11 a box", 1), "If-Match", "*"))
	ask := func(body string) admin.Simulation {
		return read[admin.Simulation](t, s.want(200, s.do("viewer", "POST", "/v1/simulate", body)))
	}
	got := ask(`{"message": {"text": "the price?"}}`)
	if got.Reply == nil || got.Reply.Text != "Tea is 9 a box." || got.On != "live" || got.Decision.Playbook != 1 || got.Decision.By != "price" {
		t.Errorf("got %+v, want the live price", got)
	}
	if len(got.Steps) == 0 || !got.Steps[0].Matched || got.Steps[0].Why != `text has the word "price"` {
		t.Errorf("got steps %+v, want why the filter matched", got.Steps)
	}
	if got := ask(`{"message": {"text": "the price?"}, "on": "draft"}`); got.Reply == nil || got.Reply.Text != "Tea is 11 a box." {
		t.Errorf("got %+v, want the draft's price", got)
	}
	if got := ask(`{"message": {"text": "the price?"}, "on": "1"}`); got.Reply == nil || got.Reply.Text != "Tea is 9 a box." {
		t.Errorf("got %+v, want version 1's price", got)
	}
	if got := ask(`{"message": {"text": "hello"}}`); got.Reply != nil || got.WhyNot == "" || got.Decision.Outcome != "unanswered" {
		t.Errorf("got %+v, want no reply and why", got)
	}
	if got := ask(`{"message": {"text": "a person"}}`); got.Decision.Team != "care" || !got.Decision.HandOff {
		t.Errorf("got %+v, want a hand-off to care", got)
	}
	if len(s.sent) != 0 {
		t.Errorf("got %d messages sent, want none", len(s.sent))
	}
	for body, want := range map[string]int{
		`{"message": {"text": "hi", "channel": "wa-other"}}`: 422,
		`{"message": {"text": "hi", "at": "tomorrow"}}`:      422,
		`{"message": {"text": "hi"}, "on": "yesterday"}`:     422,
		`{"message": {"text": "hi"}, "on": "7"}`:             404,
		`{"message": {"txt": "hi"}, "of": 1}`:                422,
		`{}`:                                                 422,
		`{"message": {"text": "hi", "team": "moon"}}`:        422,
		`{"message": {"text": "hi", "since": "a while"}}`:    422,
		`{"message": {"text": "hi", "status": "asleep"}}`:    422,
	} {
		s.want(want, s.do("viewer", "POST", "/v1/simulate", body))
	}
}

// Everything that a condition can ask of the conversation can be said of a message that is
// tried out.
func TestSimulateTakesTheConversationAsItIsSaidToBe(t *testing.T) {
	s := open(t)
	filters := []string{}
	for id, when := range map[string]string{
		"tags": `{"tags": ["vip"]}`, "team": `{"team": ["care"]}`, "assignee": `{"assignee": ["ana"]}`, "status": `{"status": ["open"]}`,
		"priority": `{"priority": ["urgent"]}`, "started": `{"started_by": ["agent"]}`, "attribute": `{"attribute": {"name": "plan", "is": ["gold"]}}`,
		"since": `{"since": {"below": "1h"}}`, "count": `{"count": {"above": 4}}`, "changed": `{"changed": ["number"]}`, "first": `{"first_contact": true}`,
	} {
		filters = append(filters, `{"id": "`+id+`", "name": "`+id+`", "when": `+when+`, "then": {"reply": "price"}}`)
	}
	book := strings.Replace(book, `"filters": [`, `"filters": [`+strings.Join(filters, ",")+`,`, 1)
	s.want(200, s.do("admin", "PUT", "/v1/playbook", book, "If-Match", "*"))
	s.want(200, s.do("admin", "POST", "/v1/playbook/publish", `{}`))
	for state, want := range map[string]string{
		`"tags": ["vip"]`: "tags", `"team": "care"`: "team", `"assignee": "ana"`: "assignee", `"status": "open"`: "status",
		`"priority": "urgent"`: "priority", `"started_by": "agent"`: "started", `"attributes": {"plan": "gold"}`: "attribute",
		`"since": "10m"`: "since", `"count": 5`: "count", `"changed": ["number"]`: "changed", `"first_contact": true`: "first",
		`"people": true`: "people", `"muted": true`: "mute", `"blocked": true`: "block",
	} {
		w := s.want(200, s.do("viewer", "POST", "/v1/simulate", `{"message": {"text": "hello", `+state+`}}`))
		if got := read[admin.Simulation](t, w).Decision.By; got != want {
			t.Errorf("%s: got decided by %s, want %s", state, got, want)
		}
	}
}
