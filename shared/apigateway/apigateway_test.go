package apigateway

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"
)

// sample reads an event from the project's sample events.
func sample(t testing.TB, name string) events.APIGatewayV2HTTPRequest {
	t.Helper()
	raw, err := os.ReadFile("../../events/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var e events.APIGatewayV2HTTPRequest
	if err := json.Unmarshal(raw, &e); err != nil {
		t.Fatal(err)
	}
	return e
}

// seen runs an event through a handler and returns the request and body that
// the handler saw.
func seen(t *testing.T, e events.APIGatewayV2HTTPRequest) (*http.Request, string) {
	t.Helper()
	var got *http.Request
	var body []byte
	call(t, e, func(w http.ResponseWriter, r *http.Request) {
		got = r
		body, _ = io.ReadAll(r.Body)
	})
	if got == nil {
		t.Fatal("the handler was not called")
	}
	return got, string(body)
}

func call(t *testing.T, e events.APIGatewayV2HTTPRequest, h http.HandlerFunc) events.APIGatewayV2HTTPResponse {
	t.Helper()
	out, err := Handler(h)(t.Context(), e)
	if err != nil {
		t.Fatalf("got error %v, want none", err)
	}
	return out
}

func TestSampleWebhookReachesTheHandlerAsItWasSent(t *testing.T) {
	e := sample(t, "webhook-post.json")
	r, body := seen(t, e)
	if body != e.Body {
		t.Errorf("got body %q, want the event's", body)
	}
	got := map[string]any{
		"method": r.Method, "path": r.URL.Path, "host": r.Host, "from": r.RemoteAddr, "length": r.ContentLength,
		"type": r.Header.Get("Content-Type"), "signature": r.Header.Get("X-Hub-Signature-256"), "host header": r.Header.Get("Host"),
	}
	want := map[string]any{
		"method": "POST", "path": "/webhooks/whatsapp", "host": "a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com",
		"from": "203.0.113.10:0", "length": int64(len(e.Body)),
		"type": "application/json", "signature": e.Headers["x-hub-signature-256"], "host header": "",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestBase64BodyIsTheSameBody(t *testing.T) {
	_, plain := seen(t, sample(t, "webhook-post.json"))
	r, decoded := seen(t, sample(t, "webhook-post-base64.json"))
	if decoded != plain || r.ContentLength != int64(len(plain)) {
		t.Errorf("got %d bytes %q, want %d bytes %q", r.ContentLength, decoded, len(plain), plain)
	}
}

func TestBrokenBase64IsRefusedBeforeTheHandler(t *testing.T) {
	e := sample(t, "webhook-post-base64.json")
	e.Body = "not base64!"
	out := call(t, e, func(http.ResponseWriter, *http.Request) { t.Error("the handler was called") })
	if out.StatusCode != http.StatusBadRequest {
		t.Errorf("got status %d, want 400", out.StatusCode)
	}
}

func TestVerificationQueryArrives(t *testing.T) {
	r, body := seen(t, sample(t, "webhook-get.json"))
	if got := r.URL.Query().Get("hub.challenge"); got != "1158201444" || body != "" {
		t.Errorf("got challenge %q and body %q, want 1158201444 and none", got, body)
	}
	if want := "/webhooks/whatsapp?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=sample-verify-token"; r.RequestURI != want {
		t.Errorf("got address %q, want %q", r.RequestURI, want)
	}
}

func TestClaimsAndCookies(t *testing.T) {
	r, _ := seen(t, sample(t, "admin-get.json"))
	if got := Claims(r.Context()); got["role"] != "admin" || got["iss"] != "https://login.example.com" {
		t.Errorf("got claims %v, want those of the sample", got)
	}
	if c, err := r.Cookie("lang"); err != nil || c.Value != "zh-CN" {
		t.Errorf("got cookie %v, %v, want zh-CN", c, err)
	}
	r, _ = seen(t, sample(t, "webhook-post.json"))
	if got := Claims(r.Context()); got != nil {
		t.Errorf("got claims %v on a route without authorizer, want none", got)
	}
}

func TestPaths(t *testing.T) {
	cases := []struct{ name, raw, path, escaped string }{
		{"plain", "/v1/playbook", "/v1/playbook", "/v1/playbook"},
		{"an escaped slash stays one", "/v1/contacts/a%2Fb", "/v1/contacts/a/b", "/v1/contacts/a%2Fb"},
		{"letters that API Gateway already decoded", "/v1/filters/价格", "/v1/filters/价格", "/v1/filters/%E4%BB%B7%E6%A0%BC"},
		{"a broken escape is taken literally", "/v1/100%", "/v1/100%", "/v1/100%25"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			e := sample(t, "admin-get.json")
			e.RawPath = c.raw
			r, _ := seen(t, e)
			if r.URL.Path != c.path || r.URL.EscapedPath() != c.escaped {
				t.Errorf("got %q (%q), want %q (%q)", r.URL.Path, r.URL.EscapedPath(), c.path, c.escaped)
			}
		})
	}
}

func TestAnswers(t *testing.T) {
	type response = events.APIGatewayV2HTTPResponse
	binary := []byte{0x1f, 0x8b, 0x08, 0x00, 0xff}
	cases := []struct {
		name string
		do   http.HandlerFunc
		want response
	}{
		{"nothing written is 200", func(http.ResponseWriter, *http.Request) {}, response{StatusCode: 200, Headers: map[string]string{}}},
		{"status and text", func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "no", http.StatusForbidden)
		}, response{StatusCode: 403, Body: "no\n", Headers: map[string]string{
			"Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff"}}},
		{"only the first status counts", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusEarlyHints)
			w.WriteHeader(http.StatusAccepted)
			w.WriteHeader(http.StatusTeapot)
		}, response{StatusCode: 202, Headers: map[string]string{}}},
		{"a missing content type is recognised", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "<html>你好</html>")
		}, response{StatusCode: 200, Body: "<html>你好</html>", Headers: map[string]string{"Content-Type": "text/html; charset=utf-8"}}},
		{"repeated headers are joined, cookies stay apart", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Add("Vary", "Accept")
			w.Header().Add("Vary", "Origin")
			w.Header().Set("Content-Length", "0")
			http.SetCookie(w, &http.Cookie{Name: "a", Value: "1"})
			http.SetCookie(w, &http.Cookie{Name: "b", Value: "2"})
		}, response{StatusCode: 200, Headers: map[string]string{"Vary": "Accept, Origin"}, Cookies: []string{"a=1", "b=2"}}},
		{"binary goes as Base64", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/gzip")
			_, _ = w.Write(binary)
		}, response{StatusCode: 200, Body: base64.StdEncoding.EncodeToString(binary), IsBase64Encoded: true,
			Headers: map[string]string{"Content-Type": "application/gzip"}}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if d := cmp.Diff(c.want, call(t, sample(t, "webhook-get.json"), c.do)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestCancellationReachesTheHandler(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	h := Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Context().Err() == nil {
			t.Error("got a live context, want the cancelled one")
		}
	}))
	if _, err := h(ctx, sample(t, "admin-get.json")); err != nil {
		t.Fatal(err)
	}
}

// FuzzRequest: whatever address and body arrive, the handler gets a usable
// request with the body unchanged, or a 400 is answered.
func FuzzRequest(f *testing.F) {
	f.Add("/webhooks/whatsapp", "a=b", "{}", false)
	f.Add("/%zz", "%", "e30=", true)
	f.Add("", "", "\xff", true)
	f.Fuzz(func(t *testing.T, path, query, body string, b64 bool) {
		e := events.APIGatewayV2HTTPRequest{RawPath: path, RawQueryString: query, Body: body, IsBase64Encoded: b64}
		called := false
		out, err := Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			called = true
			got, readErr := io.ReadAll(r.Body)
			if readErr != nil || int64(len(got)) != r.ContentLength || (!b64 && string(got) != body) {
				t.Errorf("got body %q (%d), %v, want %q", got, r.ContentLength, readErr, body)
			}
			_ = r.URL.String()
		}))(t.Context(), e)
		if err != nil || called == (out.StatusCode == http.StatusBadRequest) {
			t.Errorf("got status %d, error %v, handler called %t", out.StatusCode, err, called)
		}
	})
}

func BenchmarkHandler(b *testing.B) {
	e := sample(b, "webhook-post.json")
	h := Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
	}))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := h(b.Context(), e); err != nil {
			b.Fatal(err)
		}
	}
}
