package sandbox

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"time"

	"frontdesk/shared/message"
	"frontdesk/shared/sandbox/feed"
)

// Sandbox plays WhatsApp. Make one with [New]; [Sandbox.Close] ends it.
type Sandbox struct {
	cfg       Config
	templates map[templateKey]Template
	ctx       context.Context // ends with the sandbox
	stop      context.CancelFunc
	posts     sync.WaitGroup // webhooks on their way

	mu     sync.Mutex // guards all below and the entropy
	closed bool
	lines  map[string]*line
	people people
	// calls counts answers, wellFormed the sends that a fault may spoil.
	calls, wellFormed int64
	serial            uint64
	sent              feed.Journal[*SentMessage]
	byID              map[string]*SentMessage
	heard             feed.Journal[heard]
	from              map[string]*person // by the wamid of what they wrote
	feed              feed.Feed[Event]
}

// heard is one inbound message that is still known.
type heard struct {
	id   string
	from *person
}

// SentMessage is one accepted message of a business number. Treat what its
// slices hold as read-only.
type SentMessage struct {
	ID     string    `json:"id"` // wamid
	At     time.Time `json:"at"`
	Number string    `json:"number"` // phone number id
	To     Customer  `json:"to"`
	Type   string    `json:"type"`
	// Body is the object under the type's name, as sent; Content is what the
	// customer sees of it.
	Body    json.RawMessage `json:"body"`
	Content message.Content `json:"content"`
	// Ref is biz_opaque_callback_data; Context the quoted message's id.
	Ref     string `json:"ref,omitempty"`
	Context string `json:"context,omitempty"`
	// Fate is the code with which it fails after all, so that the customer never sees
	// it; 0 when it goes through.
	Fate int `json:"fate,omitempty"`

	category string // of a template
	byUserID bool   // addressed by recipient
	pricing  pricing
}

// New returns a sandbox, or what is wrong with the configuration.
func New(cfg Config) (*Sandbox, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	cfg = cfg.withDefaults()
	s := &Sandbox{
		cfg: cfg, templates: map[templateKey]Template{}, lines: map[string]*line{},
		people: people{}, byID: map[string]*SentMessage{}, from: map[string]*person{},
	}
	s.ctx, s.stop = context.WithCancel(context.Background())
	portfolios := map[string]*portfolio{}
	for _, n := range cfg.Numbers {
		if portfolios[n.BusinessID] == nil {
			portfolios[n.BusinessID] = &portfolio{limit: orElse(cfg.PortfolioLimit, newPortfolio), last: map[*person]time.Time{}}
		}
		s.lines[n.PhoneNumberID] = &line{Number: n, rate: newRate(n.Throughput), portfolio: portfolios[n.BusinessID]}
	}
	for _, t := range cfg.Templates {
		t.Category = orElse(t.Category, "utility")
		s.templates[templateKey{t.Name, t.Language}] = t
	}
	for _, c := range cfg.Customers {
		if err := c.check(); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrConfig, err)
		}
		s.people.meet(c)
	}
	return s, nil
}

// Close ends all live feeds and retries and waits for the webhooks on their way.
func (s *Sandbox) Close() {
	s.mu.Lock()
	s.closed = true
	s.feed.Close()
	s.mu.Unlock()
	s.stop()
	s.posts.Wait()
}

// Sent returns every accepted message that is still kept, oldest first.
func (s *Sandbox) Sent() []SentMessage {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]SentMessage, len(s.sent.Items))
	for i, m := range s.sent.Items {
		all[i] = *m
	}
	return all
}

// Find returns an accepted message by its wamid.
func (s *Sandbox) Find(wamid string) (SentMessage, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := s.byID[wamid]; m != nil {
		return *m, true
	}
	return SentMessage{}, false
}

// Remember opens the service window as if the customer had written at a time:
// for a store that remembers more than a fresh sandbox does. An earlier time
// than the one known changes nothing.
func (s *Sandbox) Remember(number string, c Customer, at time.Time) error {
	if err := c.check(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lines[number] == nil {
		return fmt.Errorf("remember a customer: %w", ErrUnknownNumber)
	}
	s.people.meet(c).with(number).hear(at)
	return nil
}

func (p *pair) hear(at time.Time) {
	if at.After(p.wrote) {
		p.wrote = at
	}
}

// wamid makes a message id: unique by its serial, unguessable by its entropy.
// Like Meta's it holds characters that URLs must escape.
func (s *Sandbox) wamid() (string, error) {
	var b [19]byte
	s.serial++
	binary.BigEndian.PutUint64(b[:8], s.serial)
	if _, err := io.ReadFull(s.cfg.Entropy, b[8:]); err != nil {
		return "", fmt.Errorf("make a message id: %w", err)
	}
	return "wamid.HBgL" + base64.StdEncoding.EncodeToString(b[:]), nil
}

// check refuses a customer that no webhook could name.
func (c Customer) check() error {
	if c.Phone == "" && c.UserID == "" {
		return ErrCustomer
	}
	for _, r := range c.Phone {
		if r < '0' || r > '9' {
			return ErrCustomer
		}
	}
	return nil
}
