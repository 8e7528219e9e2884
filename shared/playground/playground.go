// Package playground serves the pages of the first run: a start page, a phone on
// which one writes as a customer beside the reasons of every answer, and a
// mailbox with the mails sent on this machine.
//
//	/             what this is and what to try first
//	/playground   write as a customer; see replies arrive and which filter answered
//	/mailbox      the mails, each shown in a frame that can do nothing
//
// The pages are for the person at this machine alone. Mount them only on a
// server that listens on loopback. Besides, each request is refused that names
// another host (a DNS name rebound to loopback), that writes from another
// origin, or that writes anything but JSON. What customers type is data: it is
// escaped on pages and set as text in the browser.
package playground

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"sync"
	"time"

	"frontdesk/shared/decide"
	"frontdesk/shared/sandbox"
)

// Chat is what the pages need of the sandbox: the customer's side and the feed.
type Chat interface {
	Any(ctx context.Context, number string, from sandbox.Customer, m sandbox.Message) (string, error)
	Tap(ctx context.Context, number string, from sandbox.Customer, t sandbox.Tap) (string, error)
	Find(wamid string) (sandbox.SentMessage, bool)
	Events(after int64) []sandbox.Event
	Watch() (<-chan sandbox.Event, func())
}

// Mails is where the mails of this machine are kept.
type Mails interface {
	// List returns all mails.
	List() ([]MailEntry, error)
	// Read returns one mail as it was sent (RFC 5322). It is asked only for ids
	// that List returned.
	Read(id string) ([]byte, error)
}

// MailEntry is one line of the mailbox.
type MailEntry struct {
	ID      string
	At      time.Time
	To      []string
	Subject string
}

// Number is a business number to write to.
type Number struct {
	ID   string // phone number id
	Name string // what customers see
}

// Persona is somebody to write as.
type Persona struct {
	sandbox.Customer
	// Kind is new, returning or username: the note beside the name.
	Kind string
}

// Config is what the pages show.
type Config struct {
	// Sandbox plays the channel. Without one (real channels) there is the mailbox only.
	Sandbox Chat
	// Mails may be nil: the mailbox is empty then.
	Mails   Mails
	Numbers []Number
	// Personas to write as; [Personas] when empty.
	Personas []Persona
	// Data is the folder of the store, shown on the start page.
	Data string
	// Entropy makes the ids of fresh customers; nil is the machine's own.
	Entropy io.Reader
}

// Explanation is one decision with every filter that was tried.
type Explanation struct {
	Channel      string          `json:"channel"`
	Conversation string          `json:"conversation"`
	MessageID    string          `json:"message_id"` // the customer's wamid
	Decision     decide.Decision `json:"decision"`
	Steps        []decide.Step   `json:"steps"`
}

// Playground serves the pages. Make one with [New].
type Playground struct {
	cfg   Config
	pages *template.Template
	words map[string]words
	mux   http.Handler

	mu        sync.Mutex // guards all below and the entropy
	personas  []persona
	decisions []Explanation
	listeners map[chan Explanation]bool
}

// ErrConfig is a configuration that cannot work.
var ErrConfig = errors.New("playground configuration")

// Personas are three made-up people: one who writes for the first time, one who
// comes back, one with a username and no phone number.
func Personas() []Persona {
	return []Persona{
		{sandbox.Customer{Phone: "16505551234", UserID: "US.13491208655302741918", Name: "Sheena Nelson"}, "new"},
		{sandbox.Customer{Phone: "16505555678", UserID: "US.24580031197764250013", Name: "林小雨"}, "returning"},
		{sandbox.Customer{UserID: "US.35718829046510037742", Name: "Owl", Username: "night_owl"}, "username"},
	}
}

// New reads the embedded pages and words and returns the playground.
func New(cfg Config) (*Playground, error) {
	if cfg.Sandbox == nil && cfg.Mails == nil || cfg.Sandbox != nil && len(cfg.Numbers) == 0 {
		return nil, fmt.Errorf("%w: a sandbox with a number is needed, or mails", ErrConfig)
	}
	if cfg.Entropy == nil {
		cfg.Entropy = rand.Reader
	}
	if len(cfg.Personas) == 0 {
		cfg.Personas = Personas()
	}
	all, err := loadWords()
	if err != nil {
		return nil, err
	}
	pages, err := loadPages()
	if err != nil {
		return nil, err
	}
	p := &Playground{cfg: cfg, pages: pages, words: all, listeners: map[chan Explanation]bool{}}
	for _, one := range cfg.Personas {
		p.personas = append(p.personas, newPersona(len(p.personas), one))
	}
	p.mux = guard(p.routes())
	return p, nil
}

func (p *Playground) routes() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /playground/assets/{file}", asset)
	mux.HandleFunc("GET /mailbox", p.mailbox)
	mux.HandleFunc("GET /mailbox/{id}", p.mail)
	mux.HandleFunc("GET /mailbox/{id}/html", p.mailHTML)
	mux.HandleFunc("GET /mailbox/{id}/eml", p.mailFile)
	if p.cfg.Sandbox == nil { // nobody to write as
		mux.Handle("GET /{$}", http.RedirectHandler("/mailbox", http.StatusSeeOther))
		return mux
	}
	mux.HandleFunc("GET /{$}", p.start)
	mux.HandleFunc("GET /playground", p.phone)
	mux.HandleFunc("GET /playground/history", p.history)
	mux.HandleFunc("GET /playground/events", p.events)
	mux.HandleFunc("POST /playground/messages", p.writeMessage)
	mux.HandleFunc("POST /playground/taps", p.writeTap)
	mux.HandleFunc("POST /playground/customers", p.addCustomer)
	return mux
}

// ServeHTTP serves every page.
func (p *Playground) ServeHTTP(w http.ResponseWriter, r *http.Request) { p.mux.ServeHTTP(w, r) }

// Mount puts the pages on a mux, and nothing else than them.
func (p *Playground) Mount(mux *http.ServeMux) {
	for _, pattern := range []string{"/{$}", "/playground", "/playground/", "/mailbox", "/mailbox/"} {
		mux.Handle(pattern, p)
	}
}
