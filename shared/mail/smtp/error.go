package smtp

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"slices"
	"strings"

	"github.com/wneessen/go-mail/smtp"
)

var (
	errNoTLS  = errors.New("the server offers no TLS")
	errNoAuth = errors.New("the server offers no way to sign in that we know")
)

// Error is why a mail did not go out. Its text holds no address, no password
// and nothing that the server wrote.
type Error struct {
	// Step is connect, greeting, hello, start TLS, sign in, sender, recipient or
	// mail. After a failed mail step without a code the server may have taken it.
	Step string
	// Code is the server's (RFC 5321: 4xx may be tried again, 5xx not); 0 when it
	// gave none.
	Code int
	// reason is a sentence of ours.
	reason string
	// cause is kept only when it is the end of the context.
	cause error
}

func (e *Error) Error() string {
	if e.Code != 0 {
		return fmt.Sprintf("send by SMTP: %s: the server refused with code %d", e.Step, e.Code)
	}
	return fmt.Sprintf("send by SMTP: %s: %s", e.Step, e.reason)
}

// Unknown reports that the server may have taken the mail: it was being handed over when the
// connection ended.
func (e *Error) Unknown() bool { return e.Step == "mail" && e.Code == 0 }

// Permanent reports that the server will take no mail for this address (RFC 5321, 4.2.1: 5xx).
func (e *Error) Permanent() bool { return e.Step == "recipient" && e.Code >= 500 }

// Unwrap returns context.Canceled or context.DeadlineExceeded, or nil.
func (e *Error) Unwrap() error { return e.cause }

// failed keeps of an error what may be shown.
func failed(ctx context.Context, step string, err error) *Error {
	out := &Error{Step: step}
	var refused *textproto.Error
	var distrust *tls.CertificateVerificationError
	var network net.Error
	switch {
	case ctx.Err() != nil:
		out.cause, out.reason = ctx.Err(), ctx.Err().Error()
	case errors.As(err, &refused):
		out.Code = refused.Code
	case errors.Is(err, errNoTLS), errors.Is(err, errNoAuth):
		out.reason = err.Error()
	case errors.As(err, &distrust):
		out.reason = "the server's certificate is not trusted"
	case errors.As(err, &network) && network.Timeout():
		out.reason = "no answer in time"
	default:
		out.reason = "the connection failed"
	}
	return out
}

// auth picks the way to sign in, nil for none. By now the connection is
// encrypted, or stays on this machine.
func (s *Sender) auth(offered string) smtp.Auth {
	ways := strings.Fields(offered)
	switch {
	case slices.Contains(ways, "PLAIN"):
		return smtp.PlainAuth("", s.user, s.password, s.host, loopback(s.host))
	case slices.Contains(ways, "LOGIN"):
		return smtp.LoginAuth(s.user, s.password, s.host, loopback(s.host))
	case slices.Contains(ways, "CRAM-MD5"):
		return smtp.CRAMMD5Auth(s.user, s.password)
	}
	return nil
}
