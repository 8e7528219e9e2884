package hook_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"strings"
	"testing"

	"frontdesk/shared/hook"
	"frontdesk/shared/message"
)

// fetcher fetches from the receiver's server, and notes what it dials.
func (r *receiver) fetcher() *hook.Fetcher {
	roots := x509.NewCertPool()
	roots.AddCert(r.server.Certificate())
	return hook.NewFetcher(&hook.Guard{Lookup: r.lookup, Dial: r.dial, TLS: &tls.Config{RootCAs: roots}})
}

func TestFetchReadsAWholeFile(t *testing.T) {
	r := newReceiver(t)
	r.answer = func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("a picture")) }
	got, err := r.fetcher().Fetch(t.Context(), "https://example.com/tea.png?a=1", 9)
	if err != nil || string(got) != "a picture" {
		t.Errorf("got %q and %v, want the file", got, err)
	}
	if req := r.got[0]; req.URL.RequestURI() != "/tea.png?a=1" || req.Header.Get("Cookie")+req.Header.Get("Authorization") != "" {
		t.Errorf("got asked for %s with %v", req.URL, req.Header)
	}
}

// What is not a file of the size that is allowed, and which of it may come later.
func TestFetchRefuses(t *testing.T) {
	write := func(n int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.(http.Flusher).Flush() // so that no length is told
			_, _ = w.Write([]byte(strings.Repeat("x", n)))
		}
	}
	status := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
	}
	for _, c := range []struct {
		name, address string
		answer        http.HandlerFunc
		want          message.Class
	}{
		{"a byte too many", "https://example.com/secret-name", write(11), message.Bug},
		{"a byte too many, told before", "https://example.com/secret-name", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "11")
			_, _ = w.Write([]byte(strings.Repeat("x", 11)))
		}, message.Bug},
		{"nothing", "https://example.com/secret-name", write(0), message.Bug},
		{"gone", "https://example.com/secret-name", status(404), message.Bug},
		{"nothing to show", "https://example.com/secret-name", status(204), message.Bug},
		{"down", "https://example.com/secret-name", status(503), message.Retry},
		{"too often", "https://example.com/secret-name", status(429), message.Retry},
		{"not encrypted", "http://example.com/secret-name", write(1), message.Bug},
		{"a file of this machine", "file:///etc/secret-name", write(1), message.Bug},
		{"our own network", "https://10.0.0.1/secret-name", write(1), message.Bug},
		{"a user", "https://u:secret-name@example.com/", write(1), message.Bug},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newReceiver(t)
			r.answer = c.answer
			_, err := r.fetcher().Fetch(t.Context(), c.address, 10)
			failed, ok := errors.AsType[*message.SendError](err)
			if !ok || failed.Class != c.want || strings.Contains(err.Error(), "secret-name") {
				t.Errorf("got %v, want %s without the address", err, c.want)
			}
		})
	}
}

func TestFetchNeverDialsWhatIsNotPublic(t *testing.T) {
	for name, text := range notPublic() {
		r := newReceiver(t)
		r.leads = []string{text}
		_, err := r.fetcher().Fetch(t.Context(), "https://example.com/tea.png", 10)
		if got := class(t, err); got != message.Bug || len(r.dialled) > 0 {
			t.Errorf("%s: got %v, dialled %v, want it refused", name, err, r.dialled)
		}
	}
}

// Stores of files send on to where a file is: a few times, and never to another place than a
// template could name itself.
func TestFetchFollowsFewRedirects(t *testing.T) {
	r := newReceiver(t)
	hops, target := 3, "https://example.com/next"
	r.answer = func(w http.ResponseWriter, req *http.Request) {
		if hops == 0 {
			_, _ = w.Write([]byte("a picture"))
			return
		}
		hops--
		http.Redirect(w, req, target, http.StatusFound)
	}
	if got, err := r.fetcher().Fetch(t.Context(), "https://example.com/", 10); err != nil || string(got) != "a picture" {
		t.Errorf("three times: got %q and %v, want the file", got, err)
	}
	hops = 4
	if _, err := r.fetcher().Fetch(t.Context(), "https://example.com/", 10); class(t, err) != message.Bug {
		t.Errorf("four times: got %v, want it refused", err)
	}
	for _, bad := range []string{"http://example.com/", "https://169.254.169.254/latest", "https://[::1]/", "ftp://example.com/"} {
		hops, target, r.dialled = 1, bad, nil
		_, err := r.fetcher().Fetch(t.Context(), "https://example.com/", 10)
		if class(t, err) != message.Bug || len(r.dialled) > 1 {
			t.Errorf("to %s: got %v, dialled %v, want it refused", bad, err, r.dialled)
		}
	}
}
