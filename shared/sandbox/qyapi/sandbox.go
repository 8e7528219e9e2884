package qyapi

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"time"

	"frontdesk/shared/sandbox/feed"
	"frontdesk/shared/wecom"
)

// Sandbox plays WeCom. Make one with [New]; [Sandbox.Close] ends it.
type Sandbox struct {
	cfg    Config
	routes map[string]route
	ctx    context.Context // ends with the sandbox
	stop   context.CancelFunc
	posts  sync.WaitGroup // callbacks on their way

	mu        sync.Mutex // guards all below and the entropy
	closed    bool
	apps      map[int64]*app
	accounts  map[string]*account
	robots    map[string]Robot
	bots      map[string]*aibot
	returns   ledger[*place]     // of AI bots, by response_code
	members   map[string]*Member // by the lower-case user id
	customers map[string]Customer
	tokens    map[string]*token
	chats     map[string]*chat
	groups    map[string]*group
	rates     rates
	stats     stats
	serial    uint64
	calls     int64 // well-formed calls, which a fault may spoil
	busy      int   // calls at this moment
	sent      feed.Journal[*SentMessage]
	byID      map[string]*SentMessage
	cards     map[cardKey]*SentMessage
	responses map[string]*response
	twice     ledger[time.Time] // until when the duplicate check holds
	files     []File            // uploaded, the oldest first
	feed      feed.Feed[Event]
	due       []planned
}

// planned is what the holder of the lock wants to happen after it lets go.
type planned struct {
	after time.Duration
	f     func()
}

type app struct {
	App
	pair *wecom.Pair
	menu json.RawMessage
}

func (a *app) id() string { return strconv.FormatInt(a.AgentID, 10) }

// Via is the way on which a message went out.
type Via string

// The ways.
const (
	ViaApp     Via = "app"     // message/send
	ViaReply   Via = "reply"   // the answer to a callback
	ViaKF      Via = "kf"      // kf/send_msg
	ViaEvent   Via = "welcome" // kf/send_msg_on_event
	ViaRobot   Via = "robot"
	ViaBot     Via = "bot" // the response_url of an AI bot
	ViaAppchat Via = "appchat"
)

// SentMessage is one accepted message of ours. Treat what its slices hold as
// read-only.
type SentMessage struct {
	ID  string    `json:"id"` // msgid
	At  time.Time `json:"at"`
	Via Via       `json:"via"`
	// From is the AgentID, the open_kfid, the chat's id, the AI bot's id or the robot's
	// number in the configuration.
	From string `json:"from"`
	// To are those who see it: members, or one customer; nobody when it was dropped.
	To   []string `json:"to"`
	Type string   `json:"type"`
	// Body is the object under the type's name, as sent. Text and Choices are what
	// people see of it.
	Body    json.RawMessage `json:"body"`
	Text    string          `json:"text"`
	Choices []Choice        `json:"choices,omitempty"`
	// TaskID names a template card.
	TaskID string `json:"task_id,omitempty"`
	// Group is where an AI bot said it, ReplyTo the msgid that it answers.
	Group   string `json:"group,omitempty"`
	ReplyTo string `json:"reply_to,omitempty"`
	// Dropped are the members for whom it was lost without a word.
	Dropped  []string `json:"dropped,omitempty"`
	Recalled bool     `json:"recalled,omitempty"`
	// Fate is the fail_type with which it fails after all; 0 when it goes through.
	Fate int `json:"fate,omitempty"`

	codes []string // the response_codes of a card
}

// Choice is something in a message that can be tapped.
type Choice struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

// New returns a sandbox, or what is wrong with the configuration.
func New(cfg Config) (*Sandbox, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	cfg = cfg.withDefaults()
	s := &Sandbox{
		cfg: cfg, routes: routes(), apps: map[int64]*app{}, accounts: map[string]*account{}, robots: map[string]Robot{},
		members: map[string]*Member{}, customers: map[string]Customer{}, tokens: map[string]*token{}, chats: map[string]*chat{},
		groups: map[string]*group{}, rates: rates{}, stats: newStats(cfg.Day), byID: map[string]*SentMessage{},
		cards: map[cardKey]*SentMessage{}, responses: map[string]*response{},
		bots: map[string]*aibot{},
	}
	s.stats.now = cfg.Now
	s.ctx, s.stop = context.WithCancel(context.Background())
	for _, a := range cfg.Apps {
		pair, err := wecom.NewPair(a.Key)
		if err != nil {
			return nil, fmt.Errorf("%w: app %d: %w", ErrConfig, a.AgentID, err)
		}
		s.apps[a.AgentID] = &app{App: a, pair: pair}
	}
	for _, b := range cfg.Bots {
		pair, err := wecom.NewPair(b.Key)
		if err != nil {
			return nil, fmt.Errorf("%w: bot %s: %w", ErrConfig, b.ID, err)
		}
		s.bots[b.ID] = &aibot{Bot: b, pair: pair, greeted: map[string]time.Time{}}
	}
	s.populate()
	return s, nil
}

func (s *Sandbox) populate() {
	for _, a := range s.cfg.Accounts {
		s.accounts[a.OpenKFID] = newAccount(a)
	}
	for _, r := range s.cfg.Robots {
		s.robots[r.Key] = r
	}
	for _, m := range s.cfg.Members {
		s.members[strings.ToLower(m.UserID)] = &m
	}
	for _, c := range s.cfg.Customers {
		s.customers[c.ExternalUserID] = c
	}
}

// Close ends all live feeds and repeats and waits for the callbacks on their way.
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

// Find returns the newest accepted message of a msgid.
func (s *Sandbox) Find(msgID string) (SentMessage, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := s.byID[msgID]; m != nil {
		return *m, true
	}
	return SentMessage{}, false
}

// enter writes an accepted message into the books. The caller holds the lock.
func (s *Sandbox) enter(m SentMessage) *SentMessage {
	m.At = s.cfg.Now()
	s.byID[m.ID] = &m
	for _, old := range s.sent.Add(&m, s.cfg.Keep) {
		s.forget(old)
	}
	told := m
	s.tell(Event{At: m.At, Kind: MessageAccepted, Where: m.From, Who: strings.Join(m.To, "|"), ID: m.ID, Type: m.Type, Sent: &told})
	return &m
}

func (s *Sandbox) forget(m *SentMessage) {
	if s.byID[m.ID] == m {
		delete(s.byID, m.ID)
	}
	delete(s.cards, cardKey{m.From, m.TaskID})
	for _, code := range m.codes {
		delete(s.responses, code)
	}
	if a := s.accounts[m.From]; a != nil {
		delete(a.ids, m.ID)
	}
}

// locked runs f under the lock and then schedules what it planned.
func (s *Sandbox) locked(f func()) {
	s.mu.Lock()
	f()
	due := s.due
	s.due = nil
	s.mu.Unlock()
	for _, p := range due {
		s.cfg.After(p.after, p.f)
	}
}

// plan schedules f for when the lock is free. The caller holds the lock.
func (s *Sandbox) plan(after time.Duration, f func()) { s.due = append(s.due, planned{after, f}) }

// id makes an id: unique by its serial, unguessable by its entropy, of letters,
// digits, _ and -. The caller holds the lock.
func (s *Sandbox) id(prefix string) (string, error) {
	var b [18]byte
	s.serial++
	binary.BigEndian.PutUint64(b[:8], s.serial)
	if _, err := io.ReadFull(s.cfg.Entropy, b[8:]); err != nil {
		return "", fmt.Errorf("make an id: %w", err)
	}
	return prefix + base64.RawURLEncoding.EncodeToString(b[:]), nil
}
