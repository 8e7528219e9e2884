package smtp_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"strings"
	"testing"

	"frontdesk/shared/mail"
	"frontdesk/shared/mail/smtp"
)

const password = "s3cret-password"

var letter = mail.Envelope{From: "desk@example.com", To: "pat@example.com", MIME: []byte("Subject: Week 47\r\n\r\nfigures\r\n.hidden dot\r\n"), ID: "1@example.com"}

func sender(t *testing.T, url string) *smtp.Sender {
	t.Helper()
	s, err := smtp.New(url)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSendsWithoutTLSOnThisMachine(t *testing.T) {
	srv := &server{}
	address := srv.start(t)
	if err := sender(t, "smtp://"+address).Send(t.Context(), letter); err != nil {
		t.Fatal(err)
	}
	<-srv.done
	if srv.mail != string(letter.MIME) {
		t.Errorf("got %q, want %q", srv.mail, letter.MIME)
	}
	want := []string{"EHLO localhost", "MAIL FROM:<desk@example.com> BODY=8BITMIME", "RCPT TO:<pat@example.com>", "DATA", "QUIT"}
	if !slices.Equal(srv.heard, want) {
		t.Errorf("got %q, want %q", srv.heard, want)
	}
}

func TestSignsInOnlyOverTLS(t *testing.T) {
	cert, trusted := certificate(t)
	for _, c := range []struct {
		name, scheme, ways, want string
	}{
		{"smtp with STARTTLS", "smtp", "LOGIN PLAIN", "AUTH PLAIN " + base64.StdEncoding.EncodeToString([]byte("\x00desk\x00"+password))},
		{"smtps", "smtps", "PLAIN", "AUTH PLAIN " + base64.StdEncoding.EncodeToString([]byte("\x00desk\x00"+password))},
		{"a server that knows LOGIN only", "smtps", "LOGIN", "AUTH LOGIN"},
		{"a server that knows CRAM-MD5 only", "smtps", "CRAM-MD5", "AUTH CRAM-MD5"},
	} {
		t.Run(c.name, func(t *testing.T) {
			srv := &server{cert: cert, implicit: c.scheme == "smtps", ways: c.ways}
			s := sender(t, c.scheme+"://desk:"+password+"@mail.example.com")
			s.TLS, s.Dial = &tls.Config{RootCAs: trusted}, to(srv.start(t))
			if err := s.Send(t.Context(), letter); err != nil {
				t.Fatal(err)
			}
			<-srv.done
			if srv.mail != string(letter.MIME) || !slices.Contains(srv.heard, c.want) {
				t.Errorf("got %q and mail %q, want it after %q", srv.heard, srv.mail, c.want)
			}
			if i := slices.Index(srv.heard, "STARTTLS"); c.scheme == "smtp" && (i < 0 || i > slices.Index(srv.heard, c.want)) {
				t.Errorf("got %q, want STARTTLS before the password", srv.heard)
			}
		})
	}
}

func TestRefusedAndWhatTheErrorSays(t *testing.T) {
	cert, trusted := certificate(t)
	url := "smtp://desk:" + password + "@mail.example.com"
	for _, c := range []struct {
		name   string
		url    string
		server server
		tls    *tls.Config
		want   string
		code   int
	}{
		{"another machine without TLS", url, server{ways: "PLAIN"}, nil, "send by SMTP: start TLS: the server offers no TLS", 0},
		{"a certificate that nobody trusts", url, server{cert: cert}, nil, "send by SMTP: start TLS: the server's certificate is not trusted", 0},
		{"the same with smtps", "smtps" + strings.TrimPrefix(url, "smtp"), server{cert: cert, implicit: true}, nil,
			"send by SMTP: connect: the server's certificate is not trusted", 0},
		{"no way to sign in", url, server{cert: cert}, &tls.Config{RootCAs: trusted},
			"send by SMTP: sign in: the server offers no way to sign in that we know", 0},
		{"no way that we know", url, server{cert: cert, ways: "GSSAPI"}, &tls.Config{RootCAs: trusted},
			"send by SMTP: sign in: the server offers no way to sign in that we know", 0},
		{"a wrong password", url, server{cert: cert, ways: "PLAIN", answers: map[string]string{"AUTH": "535 desk/" + password + " is wrong"}},
			&tls.Config{RootCAs: trusted}, "send by SMTP: sign in: the server refused with code 535", 535},
		{"an unknown sender", "smtp://127.0.0.1", server{answers: map[string]string{"MAIL": "550 who is <desk@example.com>"}}, nil,
			"send by SMTP: sender: the server refused with code 550", 550},
		{"an unknown recipient", "smtp://127.0.0.1", server{answers: map[string]string{"RCPT": "550 no <pat@example.com> here"}}, nil,
			"send by SMTP: recipient: the server refused with code 550", 550},
		{"a full mailbox", "smtp://127.0.0.1", server{answers: map[string]string{".": "452 pat@example.com is full"}}, nil,
			"send by SMTP: mail: the server refused with code 452", 452},
		{"no greeting", "smtp://127.0.0.1", server{answers: map[string]string{"EHLO": "421 pat@example.com", "HELO": "421 busy"}}, nil,
			"send by SMTP: hello: the server refused with code 421", 421},
		{"nonsense", "smtp://127.0.0.1", server{answers: map[string]string{"DATA": "pat@example.com"}}, nil,
			"send by SMTP: mail: the connection failed", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := sender(t, c.url)
			s.TLS, s.Dial = c.tls, to(c.server.start(t))
			err := s.Send(t.Context(), letter)
			var refused *smtp.Error
			if !errors.As(err, &refused) || err.Error() != c.want || refused.Code != c.code {
				t.Fatalf("got %v, want %q", err, c.want)
			}
			discreet(t, err)
			if c.server.mail != "" && c.code == 0 {
				t.Errorf("the mail went out: %q", c.server.mail)
			}
		})
	}
}

func TestStopsWithTheContext(t *testing.T) {
	for _, word := range []string{"EHLO", "RCPT", "DATA"} {
		srv := &server{hangs: word}
		address := srv.start(t)
		ctx, cancel := context.WithCancel(t.Context())
		s := sender(t, "smtp://"+address)
		s.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := to(address)(ctx, network, address)
			return &watched{conn, word, cancel}, err
		}
		err := s.Send(ctx, letter)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("a server that says nothing to %s: got %v, want context.Canceled", word, err)
		}
		discreet(t, err)
	}
}

// watched cancels once a command has been written.
type watched struct {
	net.Conn
	word   string
	cancel func()
}

func (w *watched) Write(b []byte) (int, error) {
	n, err := w.Conn.Write(b)
	if bytes.HasPrefix(b, []byte(w.word)) {
		w.cancel()
	}
	return n, err
}

func TestNobodyListens(t *testing.T) {
	s := sender(t, "smtp://desk:"+password+"@mail.example.com")
	s.Dial = func(context.Context, string, string) (net.Conn, error) {
		return nil, errors.New("dial for desk " + password)
	}
	err := s.Send(t.Context(), letter)
	if err == nil || err.Error() != "send by SMTP: connect: the connection failed" {
		t.Errorf("got %v, want that the connection failed", err)
	}
	discreet(t, err)
}

func TestURLs(t *testing.T) {
	for url, want := range map[string]string{
		"smtp://mail.example.com": "mail.example.com:587", "smtps://mail.example.com/": "mail.example.com:465",
		"smtp://desk:" + password + "@mail.example.com:2525": "mail.example.com:2525", "smtp://[::1]:25": "[::1]:25",
	} {
		if got := sender(t, url).String(); got != want {
			t.Errorf("%s: got %s, want %s", url, got, want)
		}
	}
	for _, url := range []string{"", "mail.example.com", "http://desk:" + password + "@mail.example.com", "smtp://", "smtp://desk:" + password + "@",
		"smtp://desk:" + password + "@host:x", "smtp://desk:" + password + "@host/path", "smtp://host?x=1", "smtp://host#x"} {
		_, err := smtp.New(url)
		if !errors.Is(err, smtp.ErrURL) {
			t.Errorf("%q: got %v, want ErrURL", url, err)
		}
		discreet(t, err)
	}
}

func TestASenderInALogShowsNoPassword(t *testing.T) {
	s := sender(t, "smtp://desk:"+password+"@mail.example.com")
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("sending", "by", s, "value", fmt.Sprint(s))
	for _, out := range []string{log.String(), fmt.Sprintf("%v %+v %#v %s %q %d %x", s, s, s, s, s, s, s)} {
		if strings.Contains(out, password) || strings.Contains(out, fmt.Sprintf("%x", password)) || !strings.Contains(out, "mail.example.com") {
			t.Errorf("got %s, want the server without the password", out)
		}
	}
}

// discreet fails when an error holds what nobody may read in a log.
func discreet(t *testing.T, err error) {
	t.Helper()
	dump := fmt.Sprintf("%v %+v %#v", err, err, err)
	for e := err; e != nil; e = errors.Unwrap(e) {
		dump += e.Error()
	}
	for _, secret := range []string{password, base64.StdEncoding.EncodeToString([]byte("\x00desk\x00" + password)), "pat@", "desk@", "figures"} {
		if strings.Contains(dump, secret) {
			t.Errorf("the error holds %q: %s", secret, dump)
		}
	}
}

func FuzzNew(f *testing.F) {
	for _, s := range []string{"smtp://desk:x@host:587", "smtps://host", "smtp://[::1]", "smtp://a:b@c:d", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		s, err := smtp.New(raw)
		if err != nil && err != smtp.ErrURL {
			t.Errorf("%q: got %v, want ErrURL itself, for a cause would quote the URL", raw, err)
		}
		if err == nil {
			if _, _, err := net.SplitHostPort(s.String()); err != nil {
				t.Errorf("%q: got the address %s, which is none", raw, s)
			}
		}
	})
}
