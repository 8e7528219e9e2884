package playground

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"
)

const maxDecisions = 500

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

// history answers everything so far: {"lines","customers","entries","decisions"}.
func (p *Playground) history(w http.ResponseWriter, _ *http.Request) {
	customers, entries := []persona{}, []entry{}
	for _, l := range p.lines {
		customers = append(customers, l.people()...)
		entries = append(entries, l.past()...)
	}
	p.mu.Lock()
	decisions := append([]Explanation{}, p.decisions...)
	p.mu.Unlock()
	answer(w, map[string]any{"lines": p.lines, "customers": customers, "entries": entries, "decisions": decisions}, nil)
}

// events streams server-sent events: entry and decision. The page reads the
// history whenever the stream opens, so nothing is lost between two streams.
func (p *Playground) events(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithCancel(r.Context())
	entries, wait := p.entries(ctx, cancel)
	defer wait()
	defer cancel()
	decisions, stopDecisions := p.listen()
	defer stopDecisions()
	out := &stream{w: w, rc: http.NewResponseController(w)}
	_ = out.rc.SetWriteDeadline(time.Time{}) // not every server has one
	w.Header().Set("Content-Type", "text/event-stream")
	if !out.send("hello", struct{}{}) {
		return
	}
	for next(ctx, out, entries, decisions) {
	}
}

// entries joins what all phones show from now on. When one of them ends, all do.
func (p *Playground) entries(ctx context.Context, end func()) (all <-chan entry, wait func()) {
	joined := make(chan entry)
	var work sync.WaitGroup
	for _, l := range p.lines {
		seen := l.watch(ctx)
		work.Go(func() {
			defer end()
			for e := range seen {
				select {
				case joined <- e:
				case <-ctx.Done():
					return
				}
			}
		})
	}
	return joined, work.Wait
}

// next waits for one thing and sends it; false ends the stream.
func next(ctx context.Context, out *stream, entries <-chan entry, decisions <-chan Explanation) bool {
	select {
	case <-ctx.Done():
		return false
	case e := <-entries:
		return out.send("entry", e)
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
