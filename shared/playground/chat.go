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

	"frontdesk/shared/sandbox"
	"frontdesk/shared/sandbox/qyapi"
)

const (
	maxBody = 64 << 10
	maxText = 4096 // characters, as on WhatsApp
)

// somebody returns a person and the line they write on.
func (p *Playground) somebody(customer string) (*line, persona, bool) {
	for _, l := range p.lines {
		for _, one := range l.people() {
			if one.ID == customer {
				return l, one, true
			}
		}
	}
	return nil, persona{}, false
}

// writeMessage sends {"customer","text"} as that customer.
func (p *Playground) writeMessage(w http.ResponseWriter, r *http.Request) {
	var in struct{ Customer, Text string }
	err := readJSON(r, &in)
	l, who, ok := p.somebody(in.Customer)
	if err != nil || !ok || !writable(in.Text) {
		fail(w, errInput)
		return
	}
	id, err := l.write(r.Context(), who, in.Text)
	answer(w, map[string]string{"id": id}, err)
}

func writable(text string) bool {
	return strings.TrimSpace(text) != "" && utf8.RuneCountInString(text) <= maxText
}

// writeTap sends {"customer","message","choice"}: a tap on a choice that this message
// offered this customer; without a message on the menu of an app.
func (p *Playground) writeTap(w http.ResponseWriter, r *http.Request) {
	var in struct{ Customer, Message, Choice string }
	err := readJSON(r, &in)
	l, who, ok := p.somebody(in.Customer)
	if err != nil || !ok || in.Choice == "" {
		fail(w, errInput)
		return
	}
	id, err := l.tap(r.Context(), who, touch{in.Message, in.Choice})
	answer(w, map[string]string{"id": id}, err)
}

// openChat opens the chat of {"customer"}.
func (p *Playground) openChat(w http.ResponseWriter, r *http.Request) {
	var in struct{ Customer string }
	err := readJSON(r, &in)
	l, who, ok := p.somebody(in.Customer)
	if err != nil || !ok {
		fail(w, errInput)
		return
	}
	opens, ok := l.phone.(chat)
	if !ok {
		fail(w, errInput)
		return
	}
	answer(w, struct{}{}, opens.open(r.Context(), who))
}

// serveCustomer does {"customer","do","text"} as the servicer: take, answer or end.
func (p *Playground) serveCustomer(w http.ResponseWriter, r *http.Request) {
	var in struct{ Customer, Do, Text string }
	err := readJSON(r, &in)
	l, who, ok := p.somebody(in.Customer)
	if err != nil || !ok || in.Do == "answer" && !writable(in.Text) {
		fail(w, errInput)
		return
	}
	serves, ok := l.phone.(counter)
	if !ok {
		fail(w, errInput)
		return
	}
	answer(w, struct{}{}, serves.serve(r.Context(), who, service{in.Do, in.Text}))
}

// addCustomer makes somebody who has never written before on {"line"}; wa when empty.
func (p *Playground) addCustomer(w http.ResponseWriter, r *http.Request) {
	var in struct{ Line string }
	if err := readJSON(r, &in); err != nil {
		fail(w, errInput)
		return
	}
	for _, l := range p.lines {
		if l.ID != in.Line && (in.Line != "" || l != p.lines[0]) {
			continue
		}
		id, err := p.chance()
		if err != nil {
			fail(w, err)
			return
		}
		if fresh, ok := l.add(id); ok {
			answer(w, fresh, nil)
			return
		}
	}
	fail(w, errInput)
}

// chance makes an id that nobody has.
func (p *Playground) chance() (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var id [10]byte
	if _, err := io.ReadFull(p.cfg.Entropy, id[:]); err != nil {
		return "", fmt.Errorf("make an id: %w", err)
	}
	return strings.ToUpper(hex.EncodeToString(id[:])), nil
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

// wrong says that the page would not have asked for it.
func wrong(err error) bool {
	return errors.Is(err, errInput) || errors.Is(err, sandbox.ErrUnknownNumber) || errors.Is(err, qyapi.ErrUnknown) || errors.Is(err, qyapi.ErrNotNow)
}

func answer(w http.ResponseWriter, v any, err error) {
	status := http.StatusOK
	switch {
	case wrong(err):
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
