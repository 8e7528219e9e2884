package admin_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"frontdesk/shared/admin"
	"frontdesk/shared/clockwork"
	"frontdesk/shared/record"
)

// endpoint is one operation of the document.
type endpoint struct {
	method, path string
	Parameters   []struct {
		Name, In string
		Schema   schema
	}
	RequestBody struct {
		Content map[string]struct{ Schema schema }
	}
	Responses map[string]struct {
		Content map[string]struct{ Schema schema }
	}
}

// prober sends made-up requests to a desk in which something has happened.
type prober struct {
	*shop
	dictionary
	endpoints []endpoint
	// there are ids of what there is, by the word of the path before them, and values of
	// parameters that chance seldom makes, by ? and their name.
	there map[string][]string
}

// samples are bodies that get through where chance alone seldom makes one.
var samples = map[string]string{
	"POST /v1/filters/order":                                    `{"ids": ["person", "price"]}`,
	"PUT /v1/reports/recipients/{id}":                           `{"address": "boss@example.com", "language": "zh-CN"}`,
	"PUT /v1/roles/{id}":                                        own,
	"POST /v1/reports/weeks/{week}/test":                        `{"address": "me@example.com", "language": "en"}`,
	"PUT /v1/playbook":                                          book,
	"PUT /v1/templates/{id}":                                    `{"name": "Prices", "variants": [{"language": "en", "shape": "text", "text": "Tea is 9."}]}`,
	"PUT /v1/filters/{id}":                                      `{"name": "Price", "when": {"contains": ["cost"]}, "then": {"reply": "price"}}`,
	"PUT /v1/hours/{id}":                                        `{"name": "Shop", "time_zone": "Asia/Shanghai", "weekly": {"mon": ["09:00-18:00"]}}`,
	"POST /v1/playbook/rollback":                                `{"version": 1}`,
	"POST /v1/conversations/{id}/messages":                      `{"text": "hello"}`,
	"PATCH /v1/conversations/{id}":                              `{"team": "care", "assignee": "zhang", "add_tags": ["vip"], "status": "open"}`,
	"PATCH /v1/contacts/{id}":                                   `{"name": "Li", "language": "zh-CN", "attributes": {"tier": "gold", "city": null}}`,
	"POST /v1/simulate":                                         `{"message": {"text": "what is the price?"}, "on": "draft"}`,
	"POST /v1/conversations/{id}/follow-ups":                    `{"at": "2026-11-20T04:00:00Z"}`,
	"PUT /v1/members/{member}/away":                             `{"away": true}`,
	"POST /v1/reports/weeks/{week}/unanswered/{group}/template": `{"texts": {"en": "We look for it."}}`,
	"POST /v1/dry-run":                                          `{"days": 3}`,
	"POST /v1/deadletters/retry":                                `{"ids": ["dead1", "x"]}`,
}

func newProber(t *testing.T) *prober {
	t.Helper()
	s := opened(t)
	s.teams = []string{"care"}
	p := &prober{shop: s}
	id := s.customer(phone, "a person please")
	s.want(200, s.do("admin", "POST", "/v1/playbook/publish", `{"note": "second"}`))
	s.want(200, s.do("admin", "PUT", "/v1/reports/recipients/boss", `{"address": "boss@example.com", "language": "en", "team": "care"}`, "If-None-Match", "*"))
	s.want(200, s.do("admin", "POST", "/v1/reports/weeks/2026-W46/send", ""))
	s.want(200, s.do("admin", "PUT", "/v1/roles/night", own, "If-None-Match", "*"))
	if err := s.store.Bury(t.Context(), record.DeadLetter{ID: "dead1", At: noon, Queue: "inbox", Group: id, Reason: "it could not be read"}, []byte("{}")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.store.SetFollowUp(t.Context(), record.FollowUp{ID: "f1", Home: id, Conversation: id, At: noon.Add(time.Hour), If: "open"}); err != nil {
		t.Fatal(err)
	}
	s.askedOn("2026-11-10", "care", "where is my order", "where is my order?")
	asked := read[clockwork.Asked](t, s.do("admin", "GET", "/v1/reports/weeks/2026-W46/unanswered", "")).Groups[0].ID
	p.there = map[string][]string{
		"?from": {"2026-11-16"}, "?to": {"2026-11-18"}, "?period": {"today", "2026-11"},
		"members": {"ana"}, "follow-ups": {"f1"},
		"charts":    {"days.svg", "trend.svg", "moon.svg"},
		"templates": {"price", "person"}, "filters": {"price", "person"}, "hours": {"shop"}, "roles": {"night", "admin"}, "recipients": {"boss"},
		"deadletters": {"dead1"}, "conversations": {id}, "contacts": {id}, "weeks": {"2026-W46"}, "unanswered": {asked}, "versions": {"1"},
	}
	p.words = []string{
		"price", "person", "shop", "care", "boss", "night", "dead1", id, "wa-main", "en", "zh-CN", "text", "1", "2", "live", "draft", "2026-W46", "2026-11-18",
		"2026-11", "09:00-18:00", "mon", "Asia/Shanghai", "admin", "playbook:read", "simulate", "2026-11-22T21:30:00+08:00", "boss@example.com", "https://example.com/a.png",
	}
	var doc struct {
		Paths      map[string]map[string]endpoint
		Components struct{ Schemas map[string]any }
	}
	if err := json.Unmarshal(s.want(200, s.do("", "GET", "/v1/openapi.json", "")).Body.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	p.all = doc.Components.Schemas
	for path, methods := range doc.Paths {
		for method, e := range methods {
			e.method, e.path = strings.ToUpper(method), path
			p.endpoints = append(p.endpoints, e)
		}
	}
	slices.SortFunc(p.endpoints, func(a, b endpoint) int { return strings.Compare(a.path+a.method, b.path+b.method) })
	return p
}

// request makes up a request: valid, with faults, or hostile.
func (p *prober) request(t *rapid.T, e endpoint) *http.Request {
	wrong := rapid.Bool().Draw(t, "wrong")
	query, header, address := url.Values{}, http.Header{}, e.path
	for _, param := range e.Parameters {
		if param.In != "path" && rapid.IntRange(0, 2).Draw(t, "leave out "+param.Name) == 0 {
			continue
		}
		text := fmt.Sprint(p.value(t, param.Schema, 0, wrong))
		if known := p.there[before(e.path, param.Name)]; param.In == "path" && rapid.IntRange(0, 2).Draw(t, "known") > 0 {
			text = rapid.SampledFrom(known).Draw(t, "there")
		}
		if known := p.there["?"+param.Name]; param.In == "query" && len(known) > 0 && rapid.IntRange(0, 2).Draw(t, "known") > 0 {
			text = rapid.SampledFrom(known).Draw(t, "there")
		}
		switch param.In {
		case "path":
			if text == "" {
				text = "x" // another address
			}
			address = strings.ReplaceAll(address, "{"+param.Name+"}", url.PathEscape(text))
		case "query":
			query.Set(param.Name, text)
		case "header":
			if !wrong {
				continue // below
			}
			tags := []string{"*", "*", `"draft-1"`, `"role-1"`, `"recipient-1"`, text}
			header.Set(param.Name, rapid.SampledFrom(tags).Draw(t, param.Name))
		}
	}
	if wrong && rapid.IntRange(0, 9).Draw(t, "stranger") == 0 {
		query.Set(rapid.SampledFrom(hostile).Draw(t, "name"), "1")
	}
	raw := query.Encode()
	if wrong && rapid.IntRange(0, 19).Draw(t, "bad query") == 0 {
		raw += "&%zz;=%"
	}
	r := httptest.NewRequest(e.method, "http://desk.example.com/", bytes.NewReader([]byte(p.body(t, e, wrong))))
	r.URL.RawQuery, r.URL.RawPath = raw, address
	var err error
	if r.URL.Path, err = url.PathUnescape(address); err != nil {
		t.Fatal(err)
	}
	if r.Header = header; !wrong {
		r.Header.Set("If-Match", "*")
	}
	p.dress(t, r, wrong)
	return r
}

// before is the word of a path before a parameter.
func before(path, param string) string {
	head, _, _ := strings.Cut(path, "/{"+param+"}")
	return head[strings.LastIndexByte(head, '/')+1:]
}

func (p *prober) body(t *rapid.T, e endpoint, wrong bool) string {
	content, ok := e.RequestBody.Content["application/json"]
	if !ok {
		return ""
	}
	if sample := samples[e.method+" "+e.path]; sample != "" && rapid.IntRange(0, 3).Draw(t, "sample") == 0 {
		return sample
	}
	value := p.value(t, content.Schema, 0, wrong)
	if wrong && rapid.IntRange(0, 4).Draw(t, "no JSON") == 0 {
		return broken(t, value)
	}
	raw, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// dress adds what every request may carry: who asks, and headers.
func (p *prober) dress(t *rapid.T, r *http.Request, wrong bool) {
	roles := []string{"admin", "admin", "admin", "admin", "agent", "viewer", "night"}
	if !wrong {
		roles = roles[:1]
	}
	if token := p.token(rapid.SampledFrom(roles).Draw(t, "role"), time.Hour); rapid.IntRange(0, 19).Draw(t, "nobody") > 0 {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	if rapid.IntRange(0, 4).Draw(t, "once") == 0 {
		r.Header.Set(admin.IdempotencyKey, rapid.SampledFrom([]string{"k1", "k2", "k3", `"k1"`, "a b", strings.Repeat("k", 300)}).Draw(t, "key"))
	}
	if wrong {
		r.Header.Set("Accept", rapid.SampledFrom([]string{"*/*", "text/html", "application/xml;q=0.1", ";;", "application/problem+json", ""}).Draw(t, "accept"))
		r.Header.Set("Content-Type", rapid.SampledFrom([]string{"application/json", "application/json; charset=utf-8", "text/plain", "application/jsonx", "multipart/form-data", ""}).Draw(t, "media"))
	}
}

// TestTheDocumentIsKept sends requests made of the document: valid ones, nearly valid ones
// and hostile ones. Whatever comes in, the answer is one that the document describes. Each
// operation must let some of them pass, or nothing would be known of its answer.
func TestTheDocumentIsKept(t *testing.T) {
	for i, e := range newProber(t).endpoints {
		t.Run(e.method+" "+e.path, func(t *testing.T) {
			p := newProber(t)
			passed := 0
			rapid.Check(t, func(t *rapid.T) { passed += p.try(t, p.endpoints[i]) })
			if passed == 0 {
				t.Error("no request of all was let pass")
			}
		})
	}
}

// try sends one request; 1 when it was let pass.
func (p *prober) try(t *rapid.T, e endpoint) int {
	r := p.request(t, e)
	sent := fmt.Sprintf("%s %s?%s %v", r.Method, r.URL.RawPath, r.URL.RawQuery, r.Header)
	p.pass(time.Millisecond)
	w := httptest.NewRecorder()
	p.api.ServeHTTP(w, r) // without the mux before it, which leads .. elsewhere by itself
	if path.Clean(r.URL.Path) != r.URL.Path && w.Code == http.StatusNotFound {
		return 0 // another address
	}
	if why := p.undocumented(e, w); why != "" {
		t.Fatalf("%s\n%s\ngot %d %.600s", sent, why, w.Code, w.Body)
	}
	if w.Code < 300 {
		return 1
	}
	return 0
}

// undocumented says how an answer differs from what the document says; empty when it does not.
func (p *prober) undocumented(e endpoint, w *httptest.ResponseRecorder) string {
	told, ok := e.Responses[fmt.Sprint(w.Code)]
	if w.Code >= 500 || !ok {
		return "the status is not documented"
	}
	media, _, _ := strings.Cut(w.Header().Get("Content-Type"), ";")
	if len(told.Content) == 0 {
		if w.Body.Len() > 0 {
			return "there is a body, and none is documented"
		}
		return ""
	}
	content, ok := told.Content[media]
	if !ok {
		return fmt.Sprintf("the content type %q is not documented", media)
	}
	if !strings.HasSuffix(media, "json") {
		return ""
	}
	var body any
	if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
		return "the body is no JSON: " + err.Error()
	}
	if faults := p.faults(content.Schema, body, "body"); len(faults) > 0 {
		return strings.Join(faults[:min(len(faults), 5)], "\n")
	}
	if w.Code < 400 {
		return ""
	}
	if problem, ok := body.(map[string]any); !ok || media != "application/problem+json" || problem["detail"] == "" || problem["instance"] == nil {
		return "the problem does not say what to do, or names no request"
	}
	return ""
}
