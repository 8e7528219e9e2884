package whatsapp

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"syscall"
	"testing"

	"frontdesk/shared/message"
)

// cable accepts one connection and gives it, after a whole request, to answer.
func cable(t *testing.T, answer func(*net.TCPConn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		buf := make([]byte, 64<<10)
		for got := ""; !strings.Contains(got, markText); {
			n, err := conn.Read(buf)
			if err != nil {
				return
			}
			got += string(buf[:n])
		}
		answer(conn.(*net.TCPConn))
	}()
	return "http://" + l.Addr().String()
}

func TestNoAnswer(t *testing.T) {
	closed := httptest.NewServer(nil)
	closed.Close()
	untrusted := httptest.NewUnstartedServer(nil)
	untrusted.Config.ErrorLog = log.New(io.Discard, "", 0)
	untrusted.StartTLS()
	defer untrusted.Close()
	for _, c := range []struct {
		name, url string
		class     message.Class
		cause     string
	}{
		{"nobody listens", closed.URL, message.Retry, "connection refused"},
		{"no such host", "http://nowhere.invalid", message.Retry, "the name of the API host could not be resolved"},
		{"reset after the request", cable(t, func(c *net.TCPConn) { _ = c.SetLinger(0) }), message.Unknown, ""},
		{"closed after the request", cable(t, func(*net.TCPConn) {}), message.Unknown, "EOF"},
		{"an answer that is not HTTP", cable(t, func(c *net.TCPConn) { _, _ = io.WriteString(c, "echo "+markToken+"\r\n\r\n") }), message.Unknown, ""},
		{"cut in the middle of the answer", cable(t, func(c *net.TCPConn) {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"+accepted)
		}), message.Unknown, ""},
		{"cut in the middle of a refusal", cable(t, func(c *net.TCPConn) {
			_, _ = io.WriteString(c, "HTTP/1.1 400 Bad Request\r\nContent-Length: 500\r\n\r\n{")
		}), message.Unknown, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := (&Sender{HTTP: &http.Client{Transport: &http.Transport{}}}).Send(context.Background(), sending(c.url), marked())
			failed := sendError(t, err)
			if failed.Class != c.class || !strings.Contains(err.Error(), c.cause) {
				t.Errorf("got %v, want class %s because of %q", err, c.class, c.cause)
			}
		})
	}
	t.Run("certificate not trusted", func(t *testing.T) {
		_, err := (&Sender{HTTP: &http.Client{Transport: &http.Transport{}}}).Send(context.Background(), sending(untrusted.URL), marked())
		if got := sendError(t, err); got.Class != message.Retry || !strings.Contains(err.Error(), "certificate is not trusted") {
			t.Errorf("got %v, want retry because of the certificate", err)
		}
	})
}

func TestGivingUp(t *testing.T) {
	arrived := make(chan struct{}, 1)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadAll(r.Body)
		arrived <- struct{}{}
		<-r.Context().Done()
	}))
	defer server.Close()
	send := func(ctx context.Context) *message.SendError {
		_, err := (&Sender{HTTP: server.Client()}).Send(ctx, sending(server.URL), marked())
		return sendError(t, err)
	}
	t.Run("cancelled while waiting for the answer", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		go func() { <-arrived; cancel() }()
		if got := send(ctx); got.Class != message.Unknown || !errors.Is(got, context.Canceled) {
			t.Errorf("got %v, want unknown because it was cancelled", got)
		}
	})
	t.Run("out of time while waiting for the answer", func(t *testing.T) {
		ctx, end := context.WithCancelCause(context.Background())
		go func() { <-arrived; end(context.DeadlineExceeded) }()
		if got := send(ctx); got.Class != message.Unknown || !errors.Is(got, context.DeadlineExceeded) {
			t.Errorf("got %v, want unknown because time ran out", got)
		}
	})
	t.Run("cancelled before it began", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if got := send(ctx); got.Class != message.Retry || !errors.Is(got, context.Canceled) {
			t.Errorf("got %v, want retry because it was cancelled", got)
		}
	})
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestNothingLeaks lets a client fail in every way we know of, each time with all
// that is private in the error.
func TestNothingLeaks(t *testing.T) {
	private := markToken + " " + markPhone + " " + markUser + " " + markText
	for name, c := range map[string]struct {
		err   error
		class message.Class
	}{
		"plain":        {errors.New(private), message.Unknown},
		"wrapped":      {fmt.Errorf("%s: %w", private, errors.New(private)), message.Unknown},
		"URL":          {&url.Error{Op: "Post", URL: "https://x/?token=" + private, Err: errors.New(private)}, message.Unknown},
		"time-out":     {&url.Error{Op: "Post", URL: private, Err: context.DeadlineExceeded}, message.Unknown},
		"net time-out": {&net.OpError{Op: "read", Err: &net.DNSError{Err: private, Name: private, IsTimeout: true}}, message.Retry},
		"DNS":          {&net.DNSError{Err: private, Name: private}, message.Retry},
		"dial":         {&net.OpError{Op: "dial", Err: errors.New(private)}, message.Retry},
		"refused":      {fmt.Errorf("%s: %w", private, syscall.ECONNREFUSED), message.Retry},
		"reset":        {fmt.Errorf("%s: %w", private, syscall.ECONNRESET), message.Unknown},
		"EOF":          {fmt.Errorf("%s: %w", private, io.ErrUnexpectedEOF), message.Unknown},
		"TLS":          {&tls.CertificateVerificationError{Err: x509.HostnameError{Certificate: &x509.Certificate{}, Host: private}}, message.Unknown},
		"joined":       {errors.Join(errors.New(private), errors.New(private)), message.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			fail := roundTrip(func(*http.Request) (*http.Response, error) { return nil, c.err })
			_, err := (&Sender{HTTP: &http.Client{Transport: fail}}).Send(context.Background(), sending("https://graph.facebook.com"), marked())
			if got := sendError(t, err).Class; got != c.class {
				t.Errorf("got class %s, want %s", got, c.class)
			}
		})
	}
	t.Run("a body that fails while it is read", func(t *testing.T) {
		broken := roundTrip(func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Body: io.NopCloser(io.MultiReader(strings.NewReader(accepted), failing{errors.New(private)}))}, nil
		})
		_, err := (&Sender{HTTP: &http.Client{Transport: broken}}).Send(context.Background(), sending("https://graph.facebook.com"), marked())
		if got := sendError(t, err).Class; got != message.Unknown {
			t.Errorf("got class %s, want unknown", got)
		}
	})
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
