package mail

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode"

	gomail "github.com/wneessen/go-mail"
)

// ErrHeader says that an address, a message id or another header is not exactly
// one of its kind. Its text names the header, never the value.
var ErrHeader = errors.New("not a valid mail header")

// Headers are what a message needs to travel.
type Headers struct {
	// From and To are addresses, with or without a name: Desk <desk@example.com>.
	From, To string
	Date     time.Time
	// ID is the message id without angle brackets (see [MessageID]).
	ID string
	// Unsubscribe is an https: or mailto: address for List-Unsubscribe; may be empty.
	Unsubscribe string
}

// Envelope is a mail ready to be sent. From and To are bare addresses.
type Envelope struct {
	From, To string
	MIME     []byte
	// ID is the message id without angle brackets.
	ID string
}

// MessageID is the id of a week's mail to a recipient, at the domain of the
// sender: the same for every attempt, so that mailboxes show a mail that was sent
// twice once. It tells nothing of the recipient.
func MessageID(week, recipient, from string) (string, error) {
	a, err := address("From", from)
	if err != nil {
		return "", err
	}
	_, domain, _ := strings.Cut(a.Address, "@")
	return "frontdesk." + digest(week+"\x00"+recipient) + "@" + domain, nil
}

// Pack makes the envelope of a message.
func Pack(m Message, h Headers) (Envelope, error) {
	from, err := address("From", h.From)
	if err != nil {
		return Envelope{}, err
	}
	to, err := address("To", h.To)
	if err != nil {
		return Envelope{}, err
	}
	raw, err := MIME(m, h)
	return Envelope{From: from.Address, To: to.Address, MIME: raw, ID: h.ID}, err
}

// MIME writes a message as multipart/alternative: text first, then HTML, both
// quoted-printable. The boundary is made from the id, so the same input gives the
// same bytes. [ErrHeader]: a header is not valid.
func MIME(m Message, h Headers) ([]byte, error) {
	msg, err := build(m, h)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if _, err := msg.WriteTo(&b); err != nil {
		return nil, fmt.Errorf("write the MIME message: %w", err)
	}
	return b.Bytes(), nil
}

func build(m Message, h Headers) (*gomail.Msg, error) {
	if err := check(m, h); err != nil {
		return nil, err
	}
	from, err := address("From", h.From)
	if err != nil {
		return nil, err
	}
	to, err := address("To", h.To)
	if err != nil {
		return nil, err
	}
	// Base64 suits Chinese subjects; the parts say their own encoding.
	msg := gomail.NewMsg(gomail.WithEncoding(gomail.EncodingB64), gomail.WithNoDefaultUserAgent(), gomail.WithBoundary("frontdesk-"+digest(h.ID)))
	msg.FromMailAddress(from)
	msg.ToMailAddress(to)
	msg.Subject(m.Subject)
	msg.SetDateWithValue(h.Date)
	msg.SetMessageIDWithValue(h.ID)
	// RFC 3834: out-of-office replies must not answer it.
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	if m.Language != "" {
		msg.SetGenHeader(gomail.HeaderContentLang, m.Language)
	}
	if h.Unsubscribe != "" {
		msg.SetGenHeaderPreformatted(gomail.HeaderListUnsubscribe, "<"+h.Unsubscribe+">")
		if strings.HasPrefix(h.Unsubscribe, "https:") { // RFC 8058: a client may do it by itself
			msg.SetGenHeader(gomail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click")
		}
	}
	quoted := gomail.WithPartEncoding(gomail.EncodingQP)
	msg.SetBodyString(gomail.TypeTextPlain, m.Text, quoted)
	msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML, quoted)
	return msg, nil
}

var idForm = regexp.MustCompile(`^[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{1,200}@[A-Za-z0-9.-]{1,200}$`)

func check(m Message, h Headers) error {
	switch {
	case !idForm.MatchString(h.ID):
		return fmt.Errorf("message id: %w", ErrHeader)
	case m.Subject == "" || !oneLine(m.Subject):
		return fmt.Errorf("subject: %w", ErrHeader)
	case m.Language != "" && language(m.Language) != m.Language:
		return fmt.Errorf("language: %w", ErrHeader)
	case h.Unsubscribe != "" && !link(h.Unsubscribe):
		return fmt.Errorf("List-Unsubscribe: %w", ErrHeader)
	}
	return nil
}

// address reads exactly one address. The cause stays out of the error, for it
// quotes the address.
func address(header, s string) (*mail.Address, error) {
	a, err := mail.ParseAddress(s)
	if err != nil || !oneLine(s) || !oneLine(a.Name) || !oneLine(a.Address) {
		return nil, fmt.Errorf("address in %s: %w", header, ErrHeader)
	}
	return a, nil
}

func oneLine(s string) bool { return !strings.ContainsFunc(s, unicode.IsControl) }

// link reports whether s may stand between angle brackets in a header.
func link(s string) bool {
	u, err := url.Parse(s)
	if err != nil || strings.ContainsAny(s, "<>\" ") || !oneLine(s) || len(s) > 900 {
		return false
	}
	return u.Scheme == "https" && u.Host != "" || u.Scheme == "mailto" && u.Opaque != ""
}

func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:16])
}
