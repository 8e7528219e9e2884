package playground

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"unicode/utf8"

	"frontdesk/shared/message"
	"frontdesk/shared/sandbox"
)

const (
	maxBody     = 64 << 10
	maxText     = 4096 // characters, as on WhatsApp
	maxPersonas = 50
)

// persona is a Persona as the page knows it.
type persona struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Phone    string `json:"phone,omitempty"`
	Username string `json:"username,omitempty"`
	Kind     string `json:"kind"`

	customer sandbox.Customer
}

func newPersona(i int, one Persona) persona {
	return persona{ID: fmt.Sprint("c", i+1), Name: one.Name, Phone: one.Phone, Username: one.Username, Kind: one.Kind, customer: one.Customer}
}

func (p *Playground) customers() []persona {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]persona(nil), p.personas...)
}

func (p *Playground) persona(id string) (persona, bool) {
	for _, one := range p.customers() {
		if one.ID == id {
			return one, true
		}
	}
	return persona{}, false
}

// same says whether two records are the same person.
func same(a, b sandbox.Customer) bool {
	if a.UserID != "" && b.UserID != "" {
		return a.UserID == b.UserID
	}
	return a.Phone != "" && a.Phone == b.Phone
}

// errInput is a request that the page would not send.
var errInput = errors.New("not a valid request")

// writeMessage sends {"customer","number","text"} as that customer.
func (p *Playground) writeMessage(w http.ResponseWriter, r *http.Request) {
	var in struct{ Customer, Number, Text string }
	err := readJSON(r, &in)
	who, ok := p.persona(in.Customer)
	if err != nil || !ok || strings.TrimSpace(in.Text) == "" || utf8.RuneCountInString(in.Text) > maxText {
		fail(w, errInput)
		return
	}
	number := in.Number
	if number == "" {
		number = p.cfg.Numbers[0].ID
	}
	id, err := p.cfg.Sandbox.Any(r.Context(), number, who.customer, sandbox.Text(in.Text))
	answer(w, map[string]string{"id": id}, err)
}

// writeTap sends {"customer","message","choice"}: a tap on a button or row that
// this message offered this customer.
func (p *Playground) writeTap(w http.ResponseWriter, r *http.Request) {
	var in struct{ Customer, Message, Choice string }
	err := readJSON(r, &in)
	who, ok := p.persona(in.Customer)
	sent, found := p.cfg.Sandbox.Find(in.Message)
	if err != nil || !ok || !found || !same(sent.To, who.customer) {
		fail(w, errInput)
		return
	}
	tap, ok := offered(sent, in.Choice)
	if !ok {
		fail(w, errInput)
		return
	}
	id, err := p.cfg.Sandbox.Tap(r.Context(), sent.Number, who.customer, tap)
	answer(w, map[string]string{"id": id}, err)
}

// offered finds a choice on a message.
func offered(m sandbox.SentMessage, choice string) (sandbox.Tap, bool) {
	tap := sandbox.Tap{Context: m.ID, ID: choice}
	pick := func(among []message.Choice) bool {
		for _, c := range among {
			if c.ID == choice {
				tap.Title, tap.Description = c.Title, c.Description
				return true
			}
		}
		return false
	}
	if pick(m.Content.Buttons) {
		return tap, true
	}
	tap.List = true
	for _, s := range m.Content.Sections {
		if pick(s.Rows) {
			return tap, true
		}
	}
	return tap, false
}

// addCustomer makes somebody who has never written before.
func (p *Playground) addCustomer(w http.ResponseWriter, r *http.Request) {
	var in struct{}
	if err := readJSON(r, &in); err != nil {
		fail(w, errInput)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	var id [10]byte
	if _, err := io.ReadFull(p.cfg.Entropy, id[:]); err != nil || len(p.personas) >= maxPersonas {
		fail(w, errInput)
		return
	}
	n := len(p.personas)
	fresh := newPersona(n, Persona{Kind: "new", Customer: sandbox.Customer{
		UserID: "US." + strings.ToUpper(hex.EncodeToString(id[:])), Name: fmt.Sprint("Guest ", n+1-len(p.cfg.Personas)),
	}})
	p.personas = append(p.personas, fresh)
	answer(w, fresh, nil)
}

func readJSON(r *http.Request, into any) error {
	d := json.NewDecoder(io.LimitReader(r.Body, maxBody))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("%w: %w", errInput, err)
	}
	return nil
}

func fail(w http.ResponseWriter, err error) { answer(w, nil, err) }

func answer(w http.ResponseWriter, v any, err error) {
	status := http.StatusOK
	switch {
	case errors.Is(err, errInput), errors.Is(err, sandbox.ErrUnknownNumber):
		status, v = http.StatusBadRequest, map[string]string{"error": errInput.Error()}
	case err != nil:
		status, v = http.StatusServiceUnavailable, map[string]string{"error": "the sandbox did not take the message"}
	}
	b, err := json.Marshal(v)
	if err != nil {
		status, b = http.StatusInternalServerError, []byte(`{}`)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b) // a browser that is gone needs no answer
}
