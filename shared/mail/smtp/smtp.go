// Package smtp sends mails to a mail server. A mail goes out in one connection:
// connect, encrypt, sign in, sender, recipient, mail.
//
// Refused: a server that offers no TLS, unless it is on this machine; a password
// for a server that offers no way to sign in. Errors name the step and the
// server's code, never its words, for they quote addresses; nor the password.
package smtp

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"time"

	"github.com/wneessen/go-mail/smtp"

	"frontdesk/shared/mail"
)

// timeout is the longest that sending one mail may take.
const timeout = time.Minute

// ErrURL says that a URL is not smtp://user:password@host:587 or smtps://….
var ErrURL = errors.New("not a URL like smtp://user:password@host:587 or smtps://user:password@host:465")

// Dial opens a connection, as [net.Dialer] does.
type Dial func(ctx context.Context, network, address string) (net.Conn, error)

// Sender sends through one server. Make it with [New].
type Sender struct {
	// TLS is used to encrypt; nil for the machine's trusted certificates.
	TLS *tls.Config
	// Dial replaces the way to the server; nil for the network.
	Dial Dial

	host, port     string
	user, password string
	implicit       bool // TLS from the first byte (smtps)
}

// New reads FRONTDESK_SMTP_URL. smtp encrypts by STARTTLS, port 587 if none is
// given; smtps from the start, port 465. [ErrURL]: it is neither.
func New(raw string) (*Sender, error) {
	u, err := url.Parse(raw)
	if err != nil { // the error would quote the password
		return nil, ErrURL
	}
	ports := map[string]string{"smtp": "587", "smtps": "465"}
	port, known := ports[u.Scheme]
	if !known || u.Hostname() == "" || u.RawQuery != "" || u.Fragment != "" || u.Path != "" && u.Path != "/" {
		return nil, ErrURL
	}
	if u.Port() != "" {
		port = u.Port()
	}
	s := &Sender{host: u.Hostname(), port: port, implicit: u.Scheme == "smtps"}
	if u.User != nil {
		s.user = u.User.Username()
		s.password, _ = u.User.Password()
	}
	return s, nil
}

// String names the server, without user and password.
func (s *Sender) String() string { return net.JoinHostPort(s.host, s.port) }

// GoString keeps the password out of dumps.
func (s *Sender) GoString() string { return "smtp.Sender(" + s.String() + ")" }

// Format keeps the password out of every other verb.
func (s *Sender) Format(f fmt.State, _ rune) { fmt.Fprint(f, s.GoString()) }

// Send sends one mail, within a minute. Errors are [*Error].
func (s *Sender) Send(ctx context.Context, e mail.Envelope) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	conn, err := s.connect(ctx)
	if err != nil {
		return failed(ctx, "connect", err)
	}
	defer conn.Close()
	// The end of the context ends whatever the connection is waiting for.
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	c, err := smtp.NewClient(conn, s.host)
	if err != nil {
		return failed(ctx, "greeting", err)
	}
	if err := s.converse(c, e); err != nil {
		var at *step
		errors.As(err, &at)
		return failed(ctx, at.name, at.err)
	}
	return nil
}

func (s *Sender) connect(ctx context.Context) (net.Conn, error) {
	dial := s.Dial
	if dial == nil {
		dial = (&net.Dialer{}).DialContext
	}
	conn, err := dial(ctx, "tcp", s.String())
	if err != nil || !s.implicit {
		return conn, err
	}
	secure := tls.Client(conn, s.config())
	if err := secure.HandshakeContext(ctx); err != nil {
		conn.Close()
		return nil, err
	}
	return secure, nil
}

func (s *Sender) config() *tls.Config {
	if s.TLS == nil {
		return &tls.Config{ServerName: s.host, MinVersion: tls.VersionTLS12}
	}
	c := s.TLS.Clone()
	c.ServerName = s.host
	return c
}

// step is where a conversation failed.
type step struct {
	name string
	err  error
}

func (s *step) Error() string { return s.name }

// converse is the whole conversation, step by step.
func (s *Sender) converse(c *smtp.Client, e mail.Envelope) error {
	for _, next := range []struct {
		name string
		do   func() error
	}{
		{"hello", func() error { return c.Hello("localhost") }},
		{"start TLS", func() error { return s.encrypt(c) }},
		{"sign in", func() error { return s.signIn(c) }},
		{"sender", func() error { return c.Mail("<" + e.From + ">") }},
		{"recipient", func() error { return c.Rcpt("<" + e.To + ">") }},
		{"mail", func() error { return write(c, e.MIME) }},
	} {
		if err := next.do(); err != nil {
			return &step{next.name, err}
		}
	}
	// The server has taken the mail; how it says goodbye changes nothing.
	_ = c.Quit()
	return nil
}

func (s *Sender) encrypt(c *smtp.Client) error {
	if s.implicit {
		return nil
	}
	if ok, _ := c.Extension("STARTTLS"); ok {
		return c.StartTLS(s.config())
	}
	if !loopback(s.host) {
		return errNoTLS
	}
	return nil
}

func (s *Sender) signIn(c *smtp.Client) error {
	if s.user == "" {
		return nil
	}
	ok, offered := c.Extension("AUTH")
	if !ok {
		return errNoAuth
	}
	auth := s.auth(offered)
	if auth == nil {
		return errNoAuth
	}
	return c.Auth(auth)
}

func write(c *smtp.Client, raw []byte) error {
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(raw); err != nil {
		return err
	}
	return w.Close()
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}
