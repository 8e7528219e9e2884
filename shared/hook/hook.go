// Package hook posts signed webhooks to addresses that an operator has set, in the form of
// Standard Webhooks 1.0.0 (spec/standard-webhooks.md, github.com/standard-webhooks).
//
//	check   the address is https, and the secret long enough ([Check])
//	encode  {"id", "type", "at", "data"}
//	sign    id, time and body, with the new secret and while rotating with the old one
//	dial    look the name up, and connect to an address that is public, to no other
//	answer  2xx is done; else the class says what to do
//
// Refused: redirects, proxies from the environment, and every address that is not public:
// our own network, the machine itself, a cloud's metadata. It is checked on the very address
// that is dialled, so a name that leads elsewhere the second time gains nothing. Of an
// answer only its status and Retry-After are read.
//
// A webhook has an id, by which the receiver drops repeats. So without an answer it may be
// sent again: nothing here is of class Unknown.
package hook

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
	"frontdesk/shared/wire"
)

// Endpoint is where to post.
type Endpoint struct {
	// URL is an https address.
	URL string
	// Secrets sign what is posted: one, or two (new, old) while rotating.
	Secrets []channel.Secret
}

// Message is one event.
type Message struct {
	// ID is the same for every try: 1 to 64 letters, digits, - and _.
	ID string
	// Type is what happened, as words with dots between: conversation.handed_off.
	Type string
	At   time.Time
	// Data is encoded as JSON. It holds ids, never a customer's words or number.
	Data any
}

const (
	// whole bounds one call; the specification asks for 15 to 30 seconds.
	whole = 20 * time.Second
	// maxBody is the largest body in bytes; the specification asks for less than 20 KB.
	maxBody = 20_000
	// maxAnswer is how much of an answer is taken before the connection is closed.
	maxAnswer = 4 << 10
)

// Sender posts webhooks.
type Sender struct {
	client *http.Client
	now    func() time.Time
}

// New returns a sender that resolves names and dials with a guard.
func New(g *Guard, now func() time.Time) *Sender {
	return &Sender{client: g.client(), now: now}
}

// Check returns what is wrong with an endpoint, in words that hold nothing of it.
func Check(e Endpoint) error {
	if _, err := address(e.URL); err != nil {
		return err
	}
	if len(e.Secrets) == 0 || len(e.Secrets) > 2 {
		return errors.New("a webhook has one secret, or two while rotating")
	}
	for _, s := range e.Secrets {
		if _, err := channel.SigningKey(s); err != nil {
			return err
		}
	}
	return nil
}

// address reads a URL. One that names an address that is not public is refused here
// already; of a name only dialling can tell.
func address(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	switch {
	case err != nil || u.Scheme != "https" || u.Hostname() == "":
		return nil, errors.New("a webhook's url must be an https address")
	case u.User != nil || u.Fragment != "":
		return nil, errors.New("a webhook's url must have neither a user nor a #fragment")
	}
	if ip, err := netip.ParseAddr(u.Hostname()); err == nil && !Public(ip) {
		return nil, errors.New("a webhook's url must lead to a public address")
	}
	return u, nil
}

// Post sends one message. Every error is a *[message.SendError] whose text holds nothing of
// the address, the secret, the body or the answer:
//
//	Retry  no answer, 408, 425, 429 and 5xx: later, not before After
//	Bug    redirects and every other status: this message will never be taken
//	Stop   410 with that as its code (the receiver wants no more: switch it off), and
//	       settings with which nothing can be sent: an operator must act
func (s *Sender) Post(ctx context.Context, e Endpoint, m Message) error {
	ctx, cancel := context.WithTimeout(ctx, whole)
	defer cancel()
	req, failed := s.request(ctx, e, m)
	if failed != nil {
		return failed
	}
	resp, err := s.client.Do(req)
	if err != nil {
		return noAnswer(err)
	}
	defer resp.Body.Close()
	_, _ = io.CopyN(io.Discard, resp.Body, maxAnswer)
	if failed := verdict(resp, s.now()); failed != nil { // a nil *SendError must not become an error
		return failed
	}
	return nil
}

func (s *Sender) request(ctx context.Context, e Endpoint, m Message) (*http.Request, *message.SendError) {
	u, err := address(e.URL)
	if err == nil {
		err = Check(e)
	}
	if err != nil {
		return nil, &message.SendError{Class: message.Stop, Reason: "the webhook's settings are wrong", Err: err}
	}
	body, failed := encode(m)
	if failed != nil {
		return nil, failed
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), bytes.NewReader(body))
	if err != nil {
		return nil, &message.SendError{Class: message.Stop, Reason: "the webhook's url is not an address"}
	}
	now := strconv.FormatInt(s.now().Unix(), 10)
	req.Header = http.Header{
		"Content-Type":      {"application/json"},
		"User-Agent":        {"frontdesk"},
		"Webhook-Id":        {m.ID},
		"Webhook-Timestamp": {now},
		"Webhook-Signature": {sign(e.Secrets, m.ID, now, body)},
	}
	return req, nil
}

func encode(m Message) ([]byte, *message.SendError) {
	if !plainID(m.ID) || m.Type == "" {
		return nil, &message.SendError{Class: message.Bug, Reason: "the webhook has no type, or an id with other than letters, digits, - and _"}
	}
	body, err := json.Marshal(struct {
		ID   string    `json:"id"`
		Type string    `json:"type"`
		At   time.Time `json:"at"`
		Data any       `json:"data"`
	}{m.ID, m.Type, m.At.UTC(), m.Data})
	if err != nil || len(body) > maxBody {
		return nil, &message.SendError{Class: message.Bug, Reason: "the webhook cannot be written as JSON of at most 20 KB"}
	}
	return body, nil
}

// plainID: what is signed has dots between its parts, so an id must have none.
func plainID(id string) bool {
	const form = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
	return id != "" && len(id) <= 64 && strings.Trim(id, form) == ""
}

func noAnswer(err error) *message.SendError {
	if errors.Is(err, errNotPublic) {
		return &message.SendError{Class: message.Stop, Reason: "the webhook's name leads to no public address", Err: errNotPublic}
	}
	return &message.SendError{Class: message.Retry, Reason: "no answer came from the webhook's address", Err: wire.Cause(err)}
}
