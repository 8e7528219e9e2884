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
	// gone is true when the server said that the mailbox is not there.
	gone bool
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

// Permanent reports that there is no such mailbox, or that it is shut for good. Another no to
// a recipient (we may not relay, we are taken for spam) is about us and not about them.
func (e *Error) Permanent() bool { return e.Step == "recipient" && e.gone }

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
		out.Code, out.gone = refused.Code, gone(refused)
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

// gone reads off a refusal that there is no such mailbox: RFC 5321, 4.2.3 (550, 551, 553), and RFC
// 3463 where the server adds its codes (5.1.x: a bad address, 5.2.1: shut).
func gone(err *textproto.Error) bool {
	if err.Code != 550 && err.Code != 551 && err.Code != 553 {
		return false
	}
	status, _, _ := strings.Cut(err.Msg, " ")
	if strings.Count(status, ".") == 2 && strings.HasPrefix(status, "5.") {
		return strings.HasPrefix(status, "5.1.") && status != "5.1.8" && status != "5.1.7" || status == "5.2.1"
	}
	return !strings.Contains(strings.ToLower(err.Msg), "relay")
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
