// Package playground serves the pages of the first run: a start page, two phones on
// which one writes as a customer beside the reasons of every answer, and a
// mailbox with the mails sent on this machine.
//
//	/             what this is and what to try first
//	/playground   write on WhatsApp, to WeChat customer service or, as one of the staff,
//	              to an app; see replies arrive and which filter answered
//	/mailbox      the mails, each shown in a frame that can do nothing
//
// The pages are for the person at this machine alone. Mount them only on a
// server that listens on loopback. Besides, each request is refused that names
// another host (a DNS name rebound to loopback), that writes from another
// origin, or that writes anything but JSON. What customers type is data: it is
// escaped on pages and set as text in the browser.
package playground

import (
	"crypto/rand"
	"errors"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"sync"
	"time"

	"frontdesk/shared/decide"
)

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

// Config is what the pages show.
type Config struct {
	// WhatsApp and WeChat are the phones. Without any (real channels) there is the
	// mailbox only.
	WhatsApp *WhatsApp
	WeChat   *WeChat
	// Mails may be nil: the mailbox is empty then.
	Mails Mails
	// Data is the folder of the store, shown on the start page.
	Data string
	// Entropy makes the ids of fresh customers; nil is the machine's own.
	Entropy io.Reader
}

// Explanation is one decision with every filter that was tried.
type Explanation struct {
	Channel      string          `json:"channel"`
	Conversation string          `json:"conversation"`
	MessageID    string          `json:"message_id"` // the channel's id of what the customer wrote
	Decision     decide.Decision `json:"decision"`
	Steps        []decide.Step   `json:"steps"`
}

// Playground serves the pages. Make one with [New].
type Playground struct {
	cfg   Config
	lines []*line
	pages *template.Template
	words map[string]words
	mux   http.Handler

	mu        sync.Mutex // guards all below and the entropy
	decisions []Explanation
	listeners map[chan Explanation]bool
}

// ErrConfig is a configuration that cannot work.
var ErrConfig = errors.New("playground configuration")

// New reads the embedded pages and words and returns the playground.
func New(cfg Config) (*Playground, error) {
	lines := cfg.lines()
	if len(lines) == 0 && cfg.Mails == nil {
		return nil, fmt.Errorf("%w: a phone is needed, or mails", ErrConfig)
	}
	if cfg.Entropy == nil {
		cfg.Entropy = rand.Reader
	}
	all, err := loadWords()
	if err != nil {
		return nil, err
	}
	pages, err := loadPages()
	if err != nil {
		return nil, err
	}
	p := &Playground{cfg: cfg, lines: lines, pages: pages, words: all, listeners: map[chan Explanation]bool{}}
	p.mux = guard(p.routes())
	return p, nil
}

func (cfg Config) lines() []*line {
	var all []*line
	if cfg.WhatsApp != nil {
		all = append(all, cfg.WhatsApp.lines()...)
	}
	if cfg.WeChat != nil {
		all = append(all, cfg.WeChat.lines()...)
	}
	return all
}

func (p *Playground) routes() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /playground/assets/{file}", asset)
	mux.HandleFunc("GET /mailbox", p.mailbox)
	mux.HandleFunc("GET /mailbox/{id}", p.mail)
	mux.HandleFunc("GET /mailbox/{id}/html", p.mailHTML)
	mux.HandleFunc("GET /mailbox/{id}/eml", p.mailFile)
	if len(p.lines) == 0 { // nobody to write as
		mux.Handle("GET /{$}", http.RedirectHandler("/mailbox", http.StatusSeeOther))
		return mux
	}
	mux.HandleFunc("GET /{$}", p.start)
	mux.HandleFunc("GET /playground", p.phone)
	mux.HandleFunc("GET /playground/history", p.history)
	mux.HandleFunc("GET /playground/events", p.events)
	mux.HandleFunc("GET /playground/files", p.file)
	mux.HandleFunc("POST /playground/messages", p.writeMessage)
	mux.HandleFunc("POST /playground/taps", p.writeTap)
	mux.HandleFunc("POST /playground/customers", p.addCustomer)
	mux.HandleFunc("POST /playground/chats", p.openChat)
	mux.HandleFunc("POST /playground/service", p.serveCustomer)
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
