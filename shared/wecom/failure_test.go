package wecom

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"

	"frontdesk/shared/message"
)

// holding is a sender that has a token already, so that its first call is the send.
func holding(t *testing.T, transport http.RoundTripper, address string) *Sender {
	t.Helper()
	store := &Memory{}
	if _, won, err := store.SetToken(context.Background(), tokenKey(appChannel(address)), Token{Value: markToken, Until: time.Now().Add(time.Hour)}); !won || err != nil {
		t.Fatal(won, err)
	}
	client := &http.Client{Transport: transport}
	return &Sender{HTTP: client, Tokens: &Tokens{Store: store, HTTP: client}}
}

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
	for _, c := range []struct {
		name, url string
		class     message.Class
		cause     string
	}{
		{"nobody listens", closed.URL, message.Retry, "connection refused"},
		{"no such host", "http://nowhere.invalid", message.Retry, "the name of the API host could not be resolved"},
		{"no address", "http://[", message.Stop, "api_url is not an address"},
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
			_, err := holding(t, &http.Transport{}, c.url).Send(context.Background(), appChannel(c.url), marked())
			if failed := sendError(t, err); failed.Class != c.class || !strings.Contains(err.Error(), c.cause) {
				t.Errorf("got %v, want class %s because of %q", err, c.class, c.cause)
			}
		})
	}
}

func TestGivingUp(t *testing.T) {
	arrived := make(chan struct{}, 1)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadAll(r.Body)
		arrived <- struct{}{}
		<-r.Context().Done()
	}))
	defer server.Close()
	t.Run("cancelled while waiting for the answer", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		go func() { <-arrived; cancel() }()
		_, err := holding(t, &http.Transport{}, server.URL).Send(ctx, appChannel(server.URL), marked())
		if got := sendError(t, err); got.Class != message.Unknown || !errors.Is(got, context.Canceled) {
			t.Errorf("got %v, want unknown because it was cancelled", got)
		}
	})
	t.Run("cancelled before it began", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_, err := holding(t, &http.Transport{}, server.URL).Send(ctx, appChannel(server.URL), marked())
		if got := sendError(t, err); got.Class != message.Retry || !errors.Is(got, context.Canceled) {
			t.Errorf("got %v, want retry because it was cancelled", got)
		}
	})
	t.Run("cancelled while sync_msg waits: nothing is lost by asking again", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		go func() { <-arrived; cancel() }()
		_, err := holding(t, &http.Transport{}, server.URL).SyncMsg(ctx, kfChannel(server.URL), "", "", 10)
		if got := sendError(t, err); got.Class != message.Retry {
			t.Errorf("got %v, want retry", got)
		}
	})
}

// TestNothingLeaks lets a client fail in every way we know of, in gettoken and in the
// send, each time with all that is private in the error.
func TestNothingLeaks(t *testing.T) {
	private := "https://qyapi/cgi-bin/gettoken?corpsecret=" + markSecret + "&access_token=" + markToken + " " + markUser + " " + markText
	for name, c := range map[string]struct {
		err   error
		class message.Class
	}{
		"plain":        {errors.New(private), message.Unknown},
		"wrapped":      {fmt.Errorf("%s: %w", private, errors.New(private)), message.Unknown},
		"URL":          {&url.Error{Op: "Post", URL: private, Err: errors.New(private)}, message.Unknown},
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
		fail := roundTrip(func(*http.Request) (*http.Response, error) { return nil, c.err })
		t.Run(name, func(t *testing.T) {
			_, err := holding(t, fail, "https://qyapi.example").Send(context.Background(), appChannel("https://qyapi.example"), marked())
			if got := sendError(t, err).Class; got != c.class {
				t.Errorf("sending: got class %s, want %s", got, c.class)
			}
		})
		t.Run(name+" in gettoken", func(t *testing.T) {
			client := &http.Client{Transport: fail}
			s := &Sender{HTTP: client, Tokens: &Tokens{Store: &Memory{}, HTTP: client}}
			if got := sendError(t, send(s)).Class; got != message.Retry {
				t.Errorf("got class %s, want retry: nothing was sent", got)
			}
		})
	}
	t.Run("printed whole", func(t *testing.T) {
		s := holding(t, http.DefaultTransport, "https://qyapi.example")
		token, err := s.Tokens.Get(context.Background(), appChannel("https://qyapi.example"))
		if err != nil {
			t.Fatal(err)
		}
		for _, form := range []string{"%v", "%+v", "%#v"} {
			if shown := fmt.Sprintf(form, token); strings.Contains(shown, "MARKED") {
				t.Errorf("%s shows a token: %s", form, shown)
			}
		}
	})
}
