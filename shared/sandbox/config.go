package sandbox

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"frontdesk/shared/message"
)

// Config is what a sandbox plays and what it gets from outside.
type Config struct {
	// Numbers are the business numbers, at least one.
	Numbers []Number
	// Templates are the approved ones, of every number.
	Templates []Template
	// Customers are on WhatsApp before they first write. Whoever writes is too.
	Customers []Customer

	// Post delivers one webhook: the raw body and the value of
	// X-Hub-Signature-256. An error means that it was not answered 200. When nil,
	// bodies are POSTed to WebhookURL through HTTP.
	Post       func(ctx context.Context, body []byte, signature string) error
	WebhookURL string
	// HTTP is used with WebhookURL; nil is a client with a time limit of 10 s.
	HTTP *http.Client
	// Pauses are the waits before a webhook is sent again; when they are used up
	// it is dropped. Nil means 1 s, 5 s, 30 s, 2 min, 10 min.
	Pauses []time.Duration

	// PortfolioLimit is how many people the numbers of one BusinessID together may
	// reach outside service windows in 24 h: 250 when 0, as a new portfolio has it;
	// then 2,000, 10,000 and 100,000 (Meta, messaging-limits page). Negative lifts it.
	PortfolioLimit int
	// MarketingCap is how many marketing templates one person gets in 24 h before
	// more fail with 131049; 0 for no cap. Meta's own differs by person and day and is
	// told to nobody (marketing-templates/per-user-limits page).
	MarketingCap int

	// Receipts plans what follows an accepted message; nil means [Usual].
	Receipts func(SentMessage) []Receipt
	// Batch is the most receipts in one webhook, 1 when 0 (Meta: up to 1,000).
	// With more than 1, receipts wait up to Linger for company (100 ms when 0).
	Batch  int
	Linger time.Duration

	// Fault may spoil a request; nil spoils none.
	Fault func(Request) *Fault

	// Keep bounds the log of sent messages and events, oldest forgotten first;
	// 0 means 100,000.
	Keep int

	// Now, Entropy and After are the clock, the source of ids and the scheduler;
	// nil means the machine's own.
	Now     func() time.Time
	Entropy io.Reader
	After   func(d time.Duration, f func())
}

// Number is one business number.
type Number struct {
	// PhoneNumberID names it in URLs, DisplayNumber is its digits, BusinessID
	// its WhatsApp Business Account.
	PhoneNumberID string
	DisplayNumber string
	BusinessID    string
	Token         string
	AppSecret     string
	// Throughput is messages per second, in and out together: 80 when 0 (Meta,
	// throughput page), 20 for numbers shared with the Business app, 1,000 after
	// the automatic rise. Negative lifts the limit, for benchmarks.
	Throughput int
	// FreePairs lifts the pair rate, for benchmarks.
	FreePairs bool
}

// Template is one approved template.
type Template struct {
	Name     string
	Language string
	// Params is how many body parameters it takes.
	Params int
	// Body is its text with {{1}}, {{2}}, …; optional, used to show the message
	// and to hold the length limit of 1,024 characters.
	Body string
	// Category is utility when empty; also marketing, authentication. Marketing goes
	// to nobody with a number of the United States: it fails with 131049.
	Category string
	// Components are those that it is listed with, as Meta writes them; when empty, a
	// body made of Body, or of Params.
	Components json.RawMessage

	state   string // what was last told of it, see [TemplateStatus]
	quality string // see [TemplateQuality]
}

// Customer is a person on WhatsApp. UserID or Phone is set; somebody with a
// username may have no phone.
type Customer struct {
	Phone    string `json:"phone,omitempty"` // digits, no plus
	UserID   string `json:"user_id,omitempty"`
	Name     string `json:"name,omitempty"`
	Username string `json:"username,omitempty"`
	// Unreachable: sends are accepted and then fail by webhook with 131026 (old
	// client, terms not accepted).
	Unreachable bool `json:"unreachable,omitempty"`
}

// Receipt is one planned status of an accepted message.
type Receipt struct {
	Status message.Status
	// After is counted from acceptance. Statuses may overtake each other.
	After time.Duration
	// Code is the reason of a failed status.
	Code int
	// Deliver says how its webhook arrives: later than it was true, or repeated.
	Deliver Deliver
	// Twin gives it under a second wamid of the message.
	Twin bool
}

// Usual is the plan of a customer who reads what comes: sent, delivered, read.
// Of a reaction only sent follows (Meta, status page).
func Usual(m SentMessage) []Receipt {
	plan := []Receipt{
		{Status: message.Sent, After: 150 * time.Millisecond},
		{Status: message.Delivered, After: 450 * time.Millisecond},
		{Status: message.Read, After: 1200 * time.Millisecond},
	}
	if m.Type == "reaction" {
		return plan[:1]
	}
	return plan
}

// ChatOpen is the plan of a customer who looks at the chat: delivered is
// skipped (Meta, status page).
func ChatOpen(SentMessage) []Receipt {
	return []Receipt{
		{Status: message.Sent, After: 150 * time.Millisecond},
		{Status: message.Read, After: 450 * time.Millisecond},
	}
}

// NoReceipts is the plan of a test that wants none.
func NoReceipts(SentMessage) []Receipt { return nil }

// Errors of the configuration and of the customers' side.
var (
	ErrConfig        = errors.New("sandbox configuration")
	ErrUnknownNumber = errors.New("no such business number")
	ErrCustomer      = errors.New("a customer needs a user id or a phone number in digits")
	ErrClosed        = errors.New("the sandbox is closed")
)

func (c Config) check() error {
	if len(c.Numbers) == 0 {
		return fmt.Errorf("%w: no business number", ErrConfig)
	}
	if c.Post == nil && c.WebhookURL == "" {
		return fmt.Errorf("%w: neither Post nor WebhookURL is set", ErrConfig)
	}
	seen := map[string]bool{}
	for _, n := range c.Numbers {
		if n.PhoneNumberID == "" || n.Token == "" || n.AppSecret == "" {
			return fmt.Errorf("%w: number %q needs an id, a token and an app secret", ErrConfig, n.PhoneNumberID)
		}
		if seen[n.PhoneNumberID] {
			return fmt.Errorf("%w: number %q is there twice", ErrConfig, n.PhoneNumberID)
		}
		seen[n.PhoneNumberID] = true
	}
	return nil
}

func (c Config) withDefaults() Config {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Entropy == nil {
		c.Entropy = rand.Reader
	}
	if c.After == nil {
		c.After = func(d time.Duration, f func()) { time.AfterFunc(d, f) }
	}
	if c.Receipts == nil {
		c.Receipts = Usual
	}
	if c.Pauses == nil {
		c.Pauses = []time.Duration{time.Second, 5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute}
	}
	if c.Post == nil {
		c.Post = poster(c.WebhookURL, c.HTTP)
	}
	c.Batch = max(c.Batch, 1)
	c.Linger = orElse(c.Linger, 100*time.Millisecond)
	c.Keep = orElse(c.Keep, 100_000)
	return c
}

func orElse[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}
