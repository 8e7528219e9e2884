package whatsapp

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
)

func listing(address string) channel.Channel {
	ch := sending(address)
	ch.BusinessID = account
	return ch
}

func (g *graph) templates(after string) (TemplatePage, error) {
	s := &Sender{HTTP: g.Client()}
	return s.Templates(context.Background(), listing(g.URL), after)
}

func templatesSample(t testing.TB) string {
	t.Helper()
	data, err := os.ReadFile("testdata/templates.json")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestTemplatesOfAnAccount(t *testing.T) {
	g := newGraph(t, http.StatusOK, templatesSample(t))
	page, err := g.templates("")
	if err != nil {
		t.Fatal(err)
	}
	want := TemplatePage{Next: "QVFIUm==", Templates: []Template{
		{Name: "order_update", Language: "en_US", Status: TemplateApproved, Category: "utility", Header: "TEXT", Params: 3, Quality: "GREEN",
			Buttons: []TemplateButton{{Type: "QUICK_REPLY", Text: "Thanks"}, {Type: "PHONE_NUMBER", Text: "Call us"}, {Type: "URL", Text: "Shop"}}},
		{Name: "order_update", Language: "zh_CN", Status: TemplatePending, Category: "utility", Params: 1},
		{Name: "spring_sale", Language: "en", Status: TemplateRejected, Category: "marketing", Header: "IMAGE", Params: 3,
			Names: []string{"first_name", "discount", "end_date"}, Quality: "UNKNOWN", Reason: "INVALID_FORMAT",
			Buttons: []TemplateButton{{Type: "URL", Text: "Open", Param: true}, {Type: "COPY_CODE", Text: "Copy"}}, Others: []string{"LIMITED_TIME_OFFER"}},
		{Name: "many", Language: "fil", Status: "SOMEWHERE_NEW", Category: "authentication", Params: 10, Buttons: []TemplateButton{{Type: "OTP", Text: "Copy code"}}},
	}}
	if diff := cmp.Diff(want, page); diff != "" {
		t.Errorf("templates differ (-want +got):\n%s", diff)
	}
	if g.header.Get("Authorization") != "Bearer "+markToken || len(g.body) != 0 {
		t.Errorf("got header %q and a body of %d bytes", g.header.Get("Authorization"), len(g.body))
	}
	if want := "GET /v26.0/" + account + "/message_templates?fields=" + url.QueryEscape(templateFields) + "&limit=100"; g.path != want {
		t.Errorf("got %s, want %s", g.path, want)
	}
}

func TestTheNextPageIsAskedForByItsMark(t *testing.T) {
	g := newGraph(t, http.StatusOK, `{"data":[],"paging":{"cursors":{"before":"A","after":"B"}}}`)
	page, err := g.templates("QVFIUm==")
	if err != nil || page.Next != "" || len(page.Templates) != 0 {
		t.Errorf("got %+v, %v, want the end: the last page has a mark and no address of a next one", page, err)
	}
	if !strings.Contains(g.path, "after=QVFIUm%3D%3D") {
		t.Errorf("got %s, want the mark, escaped", g.path)
	}
}

func TestTemplatesThatAreNotListed(t *testing.T) {
	refusal := func(code int, details string) string {
		b, _ := json.Marshal(map[string]any{"error": map[string]any{"message": "refused", "code": code, "error_data": map[string]string{"details": details}}})
		return string(b)
	}
	const loop = `{"data":[],"paging":{"cursors":{"after":"SAME"},"next":"https://graph.example/"}}`
	cases := []struct {
		name   string
		status int
		answer string
		want   message.Class
		code   int
	}{
		{"the token lacks the permission", 403, refusal(10, "Requires whatsapp_business_management"), message.Stop, 10},
		{"the token is over", 401, refusal(190, "the token "+markToken+" is over"), message.Stop, 190},
		{"the account was asked too often", 400, refusal(80008, ""), message.Slow, 80008},
		{"the app was", 400, refusal(4, ""), message.Slow, 4},
		{"no such account", 400, refusal(100, "Unsupported get request"), message.Bug, 100},
		{"a code that nobody knows", 500, refusal(987654, ""), message.Retry, 987654},
		{"Meta is down", 503, "upstream", message.Retry, 0},
		{"a proxy's page", 200, "<html>", message.Stop, 0},
		{"no list", 200, `{"success":true}`, message.Stop, 0},
		{"half an answer", 200, `{"data":[{"name":"order`, message.Stop, 0},
		{"a page that leads to itself", 200, loop, message.Retry, 0},
		{"a mark without an end", 200, strings.ReplaceAll(loop, "SAME", strings.Repeat("A", maxCursor+1)), message.Retry, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			g := newGraph(t, c.status, c.answer)
			page, err := g.templates("SAME")
			failed := sendError(t, err)
			if failed.Class != c.want || failed.Code != c.code || len(page.Templates) != 0 {
				t.Errorf("got %+v, want class %s and code %d", failed, c.want, c.code)
			}
		})
	}
	t.Run("nobody answers", func(t *testing.T) {
		g := newGraph(t, http.StatusOK, "{}")
		g.Close()
		_, err := g.templates("")
		if failed := sendError(t, err); failed.Class != message.Retry {
			t.Errorf("got %+v, want retry", failed)
		}
	})
	t.Run("a channel without its account", func(t *testing.T) {
		g := newGraph(t, http.StatusOK, "{}")
		_, err := (&Sender{HTTP: g.Client()}).Templates(t.Context(), sending(g.URL), "")
		if failed := sendError(t, err); failed.Class != message.Bug || g.calls != 0 {
			t.Errorf("got %+v after %d calls, want bug without one", failed, g.calls)
		}
	})
}

func TestTheTokenNeverGoesAlongWithARedirect(t *testing.T) {
	other := newGraph(t, http.StatusOK, "{}")
	g := newGraph(t, http.StatusFound, "", "Location", other.URL)
	if _, err := g.templates(""); err == nil || other.calls != 0 {
		t.Errorf("got %v and %d calls elsewhere, want a refusal and none", err, other.calls)
	}
}

func TestWhatASendCannotFillIn(t *testing.T) {
	cases := []struct {
		name     string
		template Template
		want     []string
	}{
		{"a plain text", Template{Header: "TEXT", Params: 3, Buttons: []TemplateButton{{Type: "QUICK_REPLY"}, {Type: "URL"}, {Type: "FLOW"}, {Type: "NEW"}}}, nil},
		{"a header with a parameter", Template{Header: "TEXT", HeaderParam: true}, nil},
		{"an image", Template{Header: "IMAGE"}, nil},
		{"a place", Template{Header: "LOCATION"}, []string{"a location in the header"}},
		{"names", Template{Params: 4, Names: []string{"a", "b", "c", "d"}}, nil},
		{"buttons", Template{Buttons: []TemplateButton{{Type: "QUICK_REPLY"}, {Type: "URL", Param: true}, {Type: "COPY_CODE"}, {Type: "MPM"}, {Type: "ORDER_DETAILS"}}},
			[]string{"the code of button 3", "the products of button 4", "the order of button 5"}},
		{"a carousel", Template{Others: []string{"CAROUSEL"}}, []string{"a component of type carousel"}},
	}
	for _, c := range cases {
		if diff := cmp.Diff(c.want, c.template.Unfilled()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func FuzzTemplates(f *testing.F) {
	f.Add([]byte(templatesSample(f)))
	f.Add([]byte(`{"data":[{"name":"a","language":"en","components":[{"type":"BODY","text":"{{1}}{{01}}{{a}}"}]}],"paging":{"cursors":{"after":"x"},"next":"y"}}`))
	f.Add([]byte(` {"error":{"code":"190","message":"\ud800"}}`))
	f.Add([]byte(`{"data":[[],null,1,{"name":{},"components":{"type":[]}}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		a := answer{status: http.StatusOK, body: body, scrub: func(s string) string { return s }}
		page, failed := a.templates("")
		if failed != nil {
			return
		}
		for _, tm := range page.Templates {
			if !usable(tm) || tm.Params > maxParams || len(tm.Buttons) > maxButtons || len(tm.Names) > 0 && len(tm.Names) != tm.Params {
				t.Errorf("got %+v beyond the bounds", tm)
			}
			kept, err := json.Marshal(tm)
			var again Template
			if err != nil || json.Unmarshal(kept, &again) != nil || !cmp.Equal(again, tm) {
				t.Errorf("got %+v back, want %+v (%v)", again, tm, err)
			}
		}
	})
}

// A full page of 100 templates.
func BenchmarkTemplates(b *testing.B) {
	one := strings.Split(strings.Split(templatesSample(b), `"data": [`)[1], `,
    {
      "name": "order_update", "language": "zh_CN"`)[0]
	all := make([]string, TemplatesPerPage)
	for i := range all {
		all[i] = strings.Replace(one, "order_update", "order_update_"+strconv.Itoa(i), 1)
	}
	a := answer{status: http.StatusOK, body: []byte(`{"data":[` + strings.Join(all, ",") + `]}`)}
	b.SetBytes(int64(len(a.body)))
	b.ReportAllocs()
	for b.Loop() {
		if page, failed := a.templates(""); failed != nil || len(page.Templates) != TemplatesPerPage {
			b.Fatalf("got %d templates, %v", len(page.Templates), failed)
		}
	}
}
