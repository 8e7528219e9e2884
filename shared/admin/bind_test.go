package admin

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"frontdesk/shared/access"
)

// echoRequest has every kind of input that operations have.
type echoRequest struct {
	Paging
	Precondition
	ID   string `path:"id" maxLength:"40"`
	Body struct {
		SimulateBody any            `json:"on,omitempty"`
		Message      map[string]any `json:"message,omitempty"`
		Note         string         `json:"note,omitempty" maxLength:"500"`
		Version      int64          `json:"version,omitempty" minimum:"1"`
	}
}

// echo is an API of one operation that answers with what it was asked.
func echo() http.Handler {
	api := New(Config{
		Now: func() time.Time { return time.Date(2026, 11, 18, 4, 0, 0, 0, time.UTC) },
		Authenticate: func(*http.Request) (access.Identity, error) {
			return access.Identity{Name: "Li", Roles: []string{access.Admin}}, nil
		},
	})
	g := api.group(func(g *group) {
		add(g, operation{id: "echo", method: "POST", path: "/echo/{id}", permission: access.Simulate, summary: "What was asked"},
			func(_ context.Context, _ call, in *echoRequest) (*answer[echoRequest], error) {
				if _, err := in.after("echo"); err != nil {
					return nil, refuse(http.StatusUnprocessableEntity, "%s", err)
				}
				return reply(*in), nil
			})
	})
	return g.mux
}

func ask(h http.Handler, query, body string, headers map[string]string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "/echo/x", strings.NewReader(body))
	r.URL.RawQuery = query
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

const mega = 1 << 20

// Requests that are larger, deeper or stranger than any are refused for little more
// than they take themselves, with a short answer.
func TestRequestsAreBounded(t *testing.T) {
	h := echo()
	strange := make([]string, 100_000)
	for i := range strange {
		strange[i] = fmt.Sprintf("p%d", i)
	}
	for name, c := range map[string]struct {
		query, body string
		status      int
		most        int // MB
	}{
		"a body of 50 MB":                  {"", `{"note": "` + strings.Repeat("a", 50*mega) + `"}`, 413, 2},
		"100,000 lists":                    {"", strings.Repeat("[", 100_000), 400, 2},
		"100,000 objects in a field":       {"", `{"message": ` + strings.Repeat(`{"a":`, 40_000) + "1" + strings.Repeat("}", 40_000) + "}", 400, 4},
		"9,000 objects in a field":         {"", `{"message": ` + strings.Repeat(`{"a":`, 9_000) + "1" + strings.Repeat("}", 9_001), 200, 16},
		"100,000 unknown fields":           {"", "{" + strings.Repeat(`"x":1,`, 40_000) + `"y":1}`, 422, 16},
		"a note of 200 KB":                 {"", `{"note": "` + strings.Repeat("a", 200<<10) + `"}`, 422, 4},
		"no JSON":                          {"", "note=1", 400, 1},
		"a number that overflows":          {"", `{"version": 1e999}`, 400, 1},
		"a cursor of a megabyte":           {"cursor=" + strings.Repeat("A", mega), "{}", 422, 8},
		"a limit that overflows":           {"limit=99999999999999999999", "{}", 422, 1},
		"100,000 parameters":               {strings.Join(strange, "&"), "{}", 422, 64},
		"a parameter's name of a megabyte": {strings.Repeat("a", mega) + "=1", "{}", 422, 16},
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			w := ask(h, c.query, c.body, nil)
			runtime.ReadMemStats(&after)
			if w.Code != c.status {
				t.Errorf("got %d %.300s, want %d", w.Code, w.Body, c.status)
			}
			if w.Code >= 400 && w.Body.Len() > 16<<10 {
				t.Errorf("got a refusal of %d KB", w.Body.Len()>>10)
			}
			if cost := (after.TotalAlloc - before.TotalAlloc) / mega; cost > uint64(c.most) {
				t.Errorf("it took %d MB, want at most %d", cost, c.most)
			}
		})
	}
}

// The largest precondition is compared and refused.
func TestAnETagOfAMegabyte(t *testing.T) {
	for _, tag := range []string{strings.Repeat(",", mega), strings.Repeat(`"a",`, mega/4), `"` + strings.Repeat("a", mega) + `"`} {
		if err := (Precondition{IfMatch: tag}).check(`"draft-1"`); err != errStale {
			t.Errorf("got %v, want errStale", err)
		}
	}
}

// Whatever is asked, the answer is what was asked or a short problem, never an
// error of ours, and what is let pass keeps to the schema.
func FuzzRequest(f *testing.F) {
	for _, file := range []string{"testdata/unknown-fields.json", "testdata/publish-refused.json", "../../events/admin-get.json"} {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add("limit=5", string(data), "", "application/json")
	}
	f.Add("cursor="+cursor("echo", "3/price")+"&limit=200", `{"on": "live", "message": {"text": "the price?"}, "note": "first", "version": 3}`, `"draft-1"`, "application/json; charset=utf-8")
	f.Add("limit=0", `{"version": 0}`, `W/"draft-1", *`, "text/plain")
	f.Add("limit=%zz;a", `{"note": 1, "note": "x"}`, "*", "")
	f.Add("cursor=!", "[[[[{}]]]]", "", "")
	h := echo()
	f.Fuzz(func(t *testing.T, query, body, match, media string) {
		w := ask(h, query, body, map[string]string{"If-Match": match, "Content-Type": media})
		switch {
		case w.Code >= 500, w.Code < 400 && w.Code != 200:
			t.Fatalf("got %d %s", w.Code, w.Body)
		case w.Code >= 400:
			var p struct {
				Status int
				Detail string
			}
			if json.Unmarshal(w.Body.Bytes(), &p) != nil || p.Status != w.Code || p.Detail == "" {
				t.Errorf("got %s, want a problem", w.Body)
			}
		default:
			kept(t, w.Body.Bytes())
		}
	})
}

// kept holds that what reached the handler keeps to the schema.
func kept(t *testing.T, answer []byte) {
	var got echoRequest
	if err := json.NewDecoder(bytes.NewReader(answer)).Decode(&got); err != nil {
		t.Fatalf("got %s: %v", answer, err)
	}
	if got.Limit < 1 || got.Limit > 200 || len(got.Cursor) > maxCursor || len([]rune(got.Body.Note)) > 500 || got.Body.Version < 0 {
		t.Errorf("got %s", answer)
	}
}
