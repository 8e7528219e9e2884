package playground

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"frontdesk/shared/sandbox"
)

const (
	maxHistory   = 2000 // events
	maxDecisions = 500
)

// Decided shows a decision beside the message that it answers. It never waits:
// a page that cannot follow is disconnected and reads the history anew.
func (p *Playground) Decided(e Explanation) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.decisions = append(p.decisions, e)
	if len(p.decisions) > maxDecisions+maxDecisions/4 {
		p.decisions = append([]Explanation(nil), p.decisions[len(p.decisions)-maxDecisions:]...)
	}
	for ch := range p.listeners {
		select {
		case ch <- e:
		default:
			p.drop(ch)
		}
	}
}

func (p *Playground) listen() (<-chan Explanation, func()) {
	ch := make(chan Explanation, 256)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.listeners[ch] = true
	return ch, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.drop(ch)
	}
}

func (p *Playground) drop(ch chan Explanation) {
	if p.listeners[ch] {
		delete(p.listeners, ch)
		close(ch)
	}
}

// history answers everything so far: {"customers","entries","decisions"}.
func (p *Playground) history(w http.ResponseWriter, _ *http.Request) {
	among := p.customers()
	past := p.cfg.Sandbox.Events(0)
	past = past[max(0, len(past)-maxHistory):]
	entries := make([]entry, 0, len(past))
	for _, e := range past {
		if shown, ok := p.entryOf(e, among); ok {
			entries = append(entries, shown)
		}
	}
	p.mu.Lock()
	decisions := append([]Explanation{}, p.decisions...)
	p.mu.Unlock()
	answer(w, map[string]any{"customers": among, "entries": entries, "decisions": decisions}, nil)
}

// events streams server-sent events: entry and decision. The page reads the
// history whenever the stream opens, so nothing is lost between two streams.
func (p *Playground) events(w http.ResponseWriter, r *http.Request) {
	chat, stopChat := p.cfg.Sandbox.Watch()
	defer stopChat()
	decisions, stopDecisions := p.listen()
	defer stopDecisions()
	out := &stream{w: w, rc: http.NewResponseController(w)}
	_ = out.rc.SetWriteDeadline(time.Time{}) // not every server has one
	w.Header().Set("Content-Type", "text/event-stream")
	if !out.send("hello", struct{}{}) {
		return
	}
	for p.next(r, out, chat, decisions) {
	}
}

// next waits for one thing and sends it; false ends the stream.
func (p *Playground) next(r *http.Request, out *stream, chat <-chan sandbox.Event, decisions <-chan Explanation) bool {
	select {
	case <-r.Context().Done():
		return false
	case e, ok := <-chat:
		shown, show := p.entryOf(e, p.customers())
		return ok && (!show || out.send("entry", shown))
	case d, ok := <-decisions:
		return ok && out.send("decision", d)
	}
}

type stream struct {
	w  http.ResponseWriter
	rc *http.ResponseController
}

func (s *stream) send(name string, v any) bool {
	b, err := json.Marshal(v) // JSON holds no line breaks, so it is one data line
	if err != nil {
		return false
	}
	if _, err := fmt.Fprintf(s.w, "event: %s\ndata: %s\n\n", name, b); err != nil {
		return false
	}
	return s.rc.Flush() == nil
}
