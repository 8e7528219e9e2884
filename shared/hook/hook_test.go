package hook_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/channel"
	"frontdesk/shared/hook"
	"frontdesk/shared/message"
)

// The specification's own secret, id, time and body (libraries/go/webhook_test.go).
const (
	secret  = channel.Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	another = channel.Secret("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX")
)

var (
	noon   = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	handed = hook.Message{ID: "06cf0example00000001", Type: "conversation.handed_off", At: noon.Add(-time.Second), Data: map[string]string{"conversation": "abc"}}
)

// receiver is somebody's server, reached under example.com, which leads to these addresses.
type receiver struct {
	server *httptest.Server
	mu     sync.Mutex
	leads  []string
	dialled,
	looked []string
	got    []*http.Request
	bodies []string
	answer func(w http.ResponseWriter, r *http.Request)
}

func newReceiver(t testing.TB) *receiver {
	t.Helper()
	r := &receiver{leads: []string{"198.20.0.1"}, answer: func(w http.ResponseWriter, _ *http.Request) {}}
	r.server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		r.mu.Lock()
		r.got, r.bodies = append(r.got, req), append(r.bodies, string(body))
		r.mu.Unlock()
		r.answer(w, req)
	}))
	r.server.Config.ErrorLog = log.New(io.Discard, "", 0)
	r.server.StartTLS()
	t.Cleanup(r.server.Close)
	return r
}

// sender posts to the receiver's server whatever it dials, and notes what it dials.
func (r *receiver) sender() *hook.Sender {
	roots := x509.NewCertPool()
	roots.AddCert(r.server.Certificate())
	return hook.New(&hook.Guard{Lookup: r.lookup, Dial: r.dial, TLS: &tls.Config{RootCAs: roots}}, func() time.Time { return noon })
}

func (r *receiver) lookup(_ context.Context, _, host string) ([]netip.Addr, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.looked = append(r.looked, host)
	var ips []netip.Addr
	for _, text := range r.leads {
		ips = append(ips, netip.MustParseAddr(text))
	}
	if len(ips) == 0 {
		return nil, &net.DNSError{Name: host, Err: "no such host", IsNotFound: true}
	}
	return ips, nil
}

func (r *receiver) dial(ctx context.Context, network, address string) (net.Conn, error) {
	r.mu.Lock()
	r.dialled = append(r.dialled, address)
	r.mu.Unlock()
	return new(net.Dialer).DialContext(ctx, network, r.server.Listener.Addr().String())
}

func endpoint() hook.Endpoint {
	return hook.Endpoint{URL: "https://example.com/private-path?token=hidden", Secrets: []channel.Secret{secret}}
}

// class is what an error says to do, and "" for none.
func class(t *testing.T, err error) message.Class {
	t.Helper()
	if err == nil {
		return ""
	}
	failed, ok := errors.AsType[*message.SendError](err)
	if !ok {
		t.Fatalf("got %T %v, want a *SendError", err, err)
	}
	for _, private := range []string{"example.com", "private-path", "hidden", "MfKQ", "an answer", "198.20", "abc"} {
		if strings.Contains(err.Error(), private) {
			t.Errorf("the error %q holds %q", err, private)
		}
	}
	return failed.Class
}

func TestASignedWebhook(t *testing.T) {
	r := newReceiver(t)
	if err := r.sender().Post(t.Context(), endpoint(), handed); err != nil {
		t.Fatal(err)
	}
	req := r.got[0]
	if req.Method != http.MethodPost || req.URL.String() != "/private-path?token=hidden" || req.Host != "example.com" {
		t.Errorf("got %s %s at %s", req.Method, req.URL, req.Host)
	}
	want := `{"id":"06cf0example00000001","type":"conversation.handed_off","at":"2026-11-23T11:59:59Z","data":{"conversation":"abc"}}`
	if d := cmp.Diff(want, r.bodies[0]); d != "" {
		t.Errorf("body (-want +got):\n%s", d)
	}
	for name, want := range map[string]string{"Content-Type": "application/json", "Webhook-Id": handed.ID, "Webhook-Timestamp": "1795435200"} {
		if got := req.Header.Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	if got := req.Header.Get("Webhook-Signature"); got != hook.Signature([]channel.Secret{secret}, handed.ID, "1795435200", []byte(want)) {
		t.Errorf("got the signature %q, want that of what was sent", got)
	}
	if d := cmp.Diff([]string{"198.20.0.1:443"}, r.dialled); d != "" {
		t.Errorf("dialled (-want +got):\n%s", d)
	}
}

// The specification's example (libraries/go/webhook_symmetric_test.go).
func TestTheSpecificationsOwnSignature(t *testing.T) {
	const want = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
	sign := func(s ...channel.Secret) string {
		return hook.Signature(s, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", []byte(`{"test": 2432232314}`))
	}
	if got := sign(secret); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	both := strings.Fields(sign(another, secret))
	if len(both) != 2 || both[0] == want || both[1] != want {
		t.Errorf("while rotating: got %q, want the new one's and then %q", both, want)
	}
}

func TestWhatAnAnswerMeans(t *testing.T) {
	cases := []struct {
		name   string
		status int
		after  string
		class  message.Class
		wait   time.Duration
	}{
		{"taken", 200, "", "", 0},
		{"taken for later", 202, "", "", 0},
		{"taken, without words", 204, "", "", 0},
		{"moved", 301, "", message.Bug, 0},
		{"moved for now", 307, "", message.Bug, 0},
		{"not understood", 400, "", message.Bug, 0},
		{"not signed as they want", 401, "", message.Bug, 0},
		{"not there", 404, "", message.Bug, 0},
		{"too slow", 408, "", message.Retry, 0},
		{"gone", 410, "", message.Stop, 0},
		{"too early", 425, "", message.Retry, 0},
		{"too many", 429, "7", message.Retry, 7 * time.Second},
		{"broken", 500, "", message.Retry, 0},
		{"busy until", 503, "Mon, 23 Nov 2026 12:05:00 GMT", message.Retry, 5 * time.Minute},
		{"busy since", 503, "Mon, 23 Nov 2026 11:05:00 GMT", message.Retry, 0},
		{"busy for years", 503, "999999999999999999", message.Retry, 24 * time.Hour},
		{"busy for nonsense", 503, "soon", message.Retry, 0},
		{"busy for less than nothing", 503, "-5", message.Retry, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := newReceiver(t)
			r.answer = func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", "https://elsewhere.example.com/")
				w.Header().Set("Retry-After", c.after)
				w.WriteHeader(c.status)
				if c.status != 204 {
					_, _ = io.WriteString(w, "an answer that nobody shall read")
				}
			}
			err := r.sender().Post(t.Context(), endpoint(), handed)
			if got := class(t, err); got != c.class {
				t.Fatalf("got %q (%v), want %q", got, err, c.class)
			}
			if failed, ok := errors.AsType[*message.SendError](err); ok && (failed.After != c.wait || failed.Code != c.status) {
				t.Errorf("got code %d after %v, want %d after %v", failed.Code, failed.After, c.status, c.wait)
			}
			if len(r.got) != 1 || len(r.looked) != 1 {
				t.Errorf("got %d requests and %d names looked up, want one", len(r.got), len(r.looked))
			}
		})
	}
}

func TestWithoutAnAnswer(t *testing.T) {
	t.Run("the connection is cut", func(t *testing.T) {
		r := newReceiver(t)
		r.answer = func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
		if got := class(t, r.sender().Post(t.Context(), endpoint(), handed)); got != message.Retry {
			t.Errorf("got %q, want to try again", got)
		}
	})
	t.Run("the name leads nowhere", func(t *testing.T) {
		r := newReceiver(t)
		r.leads = nil
		if got := class(t, r.sender().Post(t.Context(), endpoint(), handed)); got != message.Retry {
			t.Errorf("got %q, want to try again", got)
		}
	})
	t.Run("the certificate is somebody else's", func(t *testing.T) {
		r := newReceiver(t)
		e := endpoint()
		e.URL = "https://example.net/"
		if got := class(t, r.sender().Post(t.Context(), e, handed)); got != message.Retry || len(r.got) != 0 {
			t.Errorf("got %q and %d requests, want none", got, len(r.got))
		}
	})
	t.Run("the caller has left", func(t *testing.T) {
		r := newReceiver(t)
		ctx, cancel := context.WithCancel(t.Context())
		r.answer = func(_ http.ResponseWriter, req *http.Request) { cancel(); <-req.Context().Done() }
		if got := class(t, r.sender().Post(ctx, endpoint(), handed)); got != message.Retry {
			t.Errorf("got %q, want to try again", got)
		}
	})
	t.Run("headers without end", func(t *testing.T) {
		r := newReceiver(t)
		r.answer = func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Long", strings.Repeat("an answer ", 10_000))
		}
		if got := class(t, r.sender().Post(t.Context(), endpoint(), handed)); got != message.Retry {
			t.Errorf("got %q, want to try again", got)
		}
	})
}

func TestAnAnswerWithoutEndIsLeft(t *testing.T) {
	r := newReceiver(t)
	left := make(chan struct{})
	r.answer = func(w http.ResponseWriter, req *http.Request) {
		defer close(left)
		for req.Context().Err() == nil {
			if _, err := io.WriteString(w, "an answer without end "); err != nil {
				return
			}
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	if err := r.sender().Post(ctx, endpoint(), handed); err != nil || ctx.Err() != nil {
		t.Errorf("got %v, %v, want it taken and left at once", err, ctx.Err())
	}
	<-left
}
