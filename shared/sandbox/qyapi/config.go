package qyapi

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"time"

	"frontdesk/shared/channel"
	"frontdesk/shared/wecom"
)

// Config is what a sandbox plays and what it gets from outside.
type Config struct {
	CorpID string
	// Apps are the self-built apps, at least one.
	Apps []App
	// Accounts are those of customer service.
	Accounts []Account
	// Robots push into groups; nobody can write to them.
	Robots []Robot
	// Bots are AI bots that members write to, alone and in groups.
	Bots []Bot
	// Members are the staff. Unlike customers they must be known before they write.
	Members []Member
	// Customers are known before they first write. Whoever writes is too.
	Customers []Customer

	// Post delivers one callback and returns the body of the answer, which is empty
	// or a passive reply. An error means that it was not answered 200 within 5 s; an
	// answer with another status is an error that wraps [ErrStatus]. When nil,
	// callbacks are POSTed to the app's WebhookURL through HTTP.
	Post func(context.Context, Callback) ([]byte, error)
	// HTTP is used with WebhookURL; nil is a client with a time limit of 5 s.
	HTTP *http.Client
	// Pauses are the waits before a callback comes again: nil means 1 s and 1 s, for
	// three times in all (W:90930). No page names the pause.
	Pauses []time.Duration

	// TrustedIPs are the addresses that may call (60020); nil trusts all.
	TrustedIPs []netip.Prefix
	Limits     Limits
	Unsure     Unsure

	// MediaIDs are files that were uploaded before, of every type; they are kept for ever.
	MediaIDs []string

	// Failures plans which messages of customer service fail after they were accepted
	// (msg_send_fail); nil means none.
	Failures func(SentMessage) []Failure
	// Fault may spoil a call; nil spoils none.
	Fault func(Request) *Fault

	// Keep bounds the log of sent messages and events, and what is stored for an
	// account, oldest forgotten first; 0 means 100,000.
	Keep int

	// Day is where days begin in statistics; nil means China, UTC+8.
	Day *time.Location

	// Now, Entropy and After are the clock, the source of ids and the scheduler;
	// nil means the machine's own.
	Now     func() time.Time
	Entropy io.Reader
	After   func(d time.Duration, f func())
}

// App is one self-built app. Its callback address and its secret are also those of
// the customer service accounts that name it.
type App struct {
	AgentID    int64
	Secret     string
	Key        channel.CallbackKey
	WebhookURL string
	// Visible are the members whom the app may reach; nil means all.
	Visible []string
	// Disabled answers its sends with 50003.
	Disabled bool
}

// Account is one account of WeChat customer service.
type Account struct {
	OpenKFID, Name string
	// Agent is the app that may call for it.
	Agent     int64
	Servicers []string
	// NativeWelcome says that the console greets, so that no welcome code is given.
	NativeWelcome bool
}

// Robot is the webhook of a group.
type Robot struct {
	Key     string
	Stopped bool
}

// Member is one of the staff.
type Member struct {
	UserID, Name string
	// Parties and Tags are the ids of departments and tags.
	Parties, Tags []string
	// Unlicensed members are listed in unlicenseduser and get nothing.
	Unlicensed bool
}

// Customer is somebody on WeChat.
type Customer struct {
	ExternalUserID string `json:"external_userid"`
	Name           string `json:"name,omitempty"`
	UnionID        string `json:"unionid,omitempty"`
}

// Callback is one POST to the address of an app or an AI bot, or with Echo one GET.
type Callback struct {
	Agent int64
	// Bot is the id of the AI bot whose address it is for; then Agent is 0.
	Bot   string
	Query wecom.Query
	Body  []byte
}

// Failure is a planned msg_send_fail.
type Failure struct {
	After time.Duration
	// Type is fail_type: 0 unknown, 1 account deleted, 2 app closed, 4 over 48 h, 5
	// session closed, 6 over 5 messages, 10 refused by the customer.
	Type int
	// Deliver says how its callback arrives.
	Deliver Deliver
}

// Errors of the configuration and of people's side.
var (
	ErrConfig   = errors.New("sandbox configuration")
	ErrUnknown  = errors.New("no such app, account, member, servicer or message")
	ErrNotNow   = errors.New("this cannot happen now")
	ErrClosed   = errors.New("the sandbox is closed")
	ErrStatus   = errors.New("the callback was answered with another status than 200")
	ErrCustomer = errors.New("a customer needs an external_userid")
)

func (c Config) check() error {
	if err := c.checkBots(); err != nil {
		return err
	}
	if c.CorpID == "" || len(c.Apps) == 0 {
		return fmt.Errorf("%w: no corp id or no app", ErrConfig)
	}
	agents := map[int64]bool{}
	for _, a := range c.Apps {
		switch {
		case a.AgentID == 0 || a.Secret == "":
			return fmt.Errorf("%w: app %d needs an id and a secret", ErrConfig, a.AgentID)
		case c.Post == nil && a.WebhookURL == "":
			return fmt.Errorf("%w: app %d has neither Post nor a WebhookURL", ErrConfig, a.AgentID)
		case agents[a.AgentID]:
			return fmt.Errorf("%w: app %d is there twice", ErrConfig, a.AgentID)
		}
		agents[a.AgentID] = true
	}
	for _, a := range c.Accounts {
		if a.OpenKFID == "" || !agents[a.Agent] {
			return fmt.Errorf("%w: account %q needs an id and a known app", ErrConfig, a.OpenKFID)
		}
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
	if c.Failures == nil {
		c.Failures = func(SentMessage) []Failure { return nil }
	}
	if c.Pauses == nil {
		c.Pauses = []time.Duration{time.Second, time.Second}
	}
	if c.Day == nil {
		c.Day = time.FixedZone("UTC+8", 8*60*60)
	}
	c.Keep = orElse(c.Keep, 100_000)
	c.Limits = c.Limits.withDefaults()
	c.Unsure = c.Unsure.withDefaults()
	return c
}

func orElse[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}
