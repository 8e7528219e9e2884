package decide

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"frontdesk/shared/playbook"
	"frontdesk/shared/text"
)

// What holds where a playbook does not say (see [playbook.Safety]).
const (
	usualReplies = 30 // a chat with menus needs more than the 10 in 180 minutes of FreeScout, which answers mail
	usualWithin  = time.Hour
	usualTimes   = 5
	usualPause   = time.Hour
	usualQuick   = 5 * time.Second
	usualBack    = 72 * time.Hour
)

// The limits of what a playbook may say.
const (
	mostReplies = 50
	mostTimes   = 20
	leastTimes  = 3
	longestSpan = 168 * time.Hour
	mostQuick   = 5 * time.Minute
	leastBack   = 10 * time.Minute
	mostBack    = 720 * time.Hour
	mostWishes  = 200
)

// safety compiles the bounds of automatic replies.
func (c *compiler) safety(p *playbook.Playbook) {
	s := p.Safety
	if s == nil {
		s = &playbook.Safety{}
	}
	at := (*place)(nil).key("safety")
	c.capOf(s.Cap, at.key("cap"))
	c.loopOf(s.Loop, at.key("loop"))
	b := &c.book.safety
	if s.Quick != "off" {
		b.quick = c.span(s.Quick, usualQuick, bounds{time.Second, mostQuick}, at.key("quick"))
	}
	c.returnOf(s.Return, at.key("return"))
	c.wishesOf(s.OptOut, at.key("opt_out"))
	c.book.echoes = map[string]bool{}
	for i := range p.Templates {
		if slices.ContainsFunc(p.Templates[i].Variants, echoes) {
			c.book.echoes[p.Templates[i].ID] = true
		}
	}
}

// echoes reports whether anything in a text is made of what the contact wrote: its words, a
// link, a parameter.
func echoes(v playbook.Variant) bool {
	raw, err := json.Marshal(v)
	return err != nil || bytes.Contains(raw, []byte("message.text"))
}

func (c *compiler) capOf(p *playbook.Cap, at *place) {
	if p == nil {
		p = &playbook.Cap{}
	}
	s := &c.book.safety
	s.replies = c.times(p.Replies, usualReplies, [2]int{1, mostReplies}, at.key("replies"))
	s.within = c.span(p.Within, usualWithin, bounds{time.Minute, longestSpan}, at.key("within"))
	c.oneOf(p.Then, []string{"hand_off", "silence"}, at.key("then"))
	s.silence = p.Then == "silence"
	if p.Off {
		s.replies = 0
	}
}

func (c *compiler) loopOf(p *playbook.Loop, at *place) {
	if p == nil {
		p = &playbook.Loop{}
	}
	s := &c.book.safety
	s.times = c.times(p.Times, usualTimes, [2]int{leastTimes, mostTimes}, at.key("times"))
	s.pause = c.span(p.Pause, usualPause, bounds{time.Minute, longestSpan}, at.key("pause"))
	if p.Off {
		s.times, s.pause = 0, 0
	}
}

func (c *compiler) returnOf(p *playbook.Return, at *place) {
	if p == nil {
		p = &playbook.Return{}
	}
	s := &c.book.safety
	s.back = c.span(p.After, usualBack, bounds{leastBack, mostBack}, at.key("after"))
	if s.calendar = p.Calendar; p.Calendar != "" {
		c.calendar(p.Calendar, at.key("calendar"))
	}
	if p.Off {
		s.back = 0
	}
}

// bounds are the least and the most of a span.
type bounds [2]time.Duration

// span reads a length of time within limits; empty is the usual one.
func (c *compiler) span(s string, usual time.Duration, within bounds, at *place) time.Duration {
	if s == "" {
		return usual
	}
	d, err := time.ParseDuration(s)
	if err != nil || d < within[0] || d > within[1] {
		c.fault(at, fmt.Sprintf("%q is no length of time between %s and %s", s, within[0], within[1]), `write it as "90s", "10m" or "24h"`)
	}
	return d
}

// times reads a number within limits; 0 is the usual one.
func (c *compiler) times(n, usual int, within [2]int, at *place) int {
	if n == 0 {
		return usual
	}
	if n < within[0] || n > within[1] {
		c.fault(at, fmt.Sprintf("%d is not between %d and %d", n, within[0], within[1]), fmt.Sprintf("write %d or another number in between", usual))
	}
	return n
}

func (c *compiler) wishesOf(p *playbook.OptOut, at *place) {
	if p == nil {
		p = &playbook.OptOut{}
	}
	w := &c.book.safety.wishes
	w.confirm, w.confirmBack = p.Confirm, p.ConfirmBack
	c.template(p.Confirm, at.key("confirm"))
	c.template(p.ConfirmBack, at.key("confirm_back"))
	out, in := folded(outWords), folded(inWords)
	c.own(out, in, p.Words, at.key("words"))
	c.own(in, out, p.Back, at.key("back"))
	if !p.Off {
		w.out, w.in = out, in
	}
}

// template checks that a template exists.
func (c *compiler) template(id string, at *place) {
	if id != "" && !c.templates[id] {
		c.fault(at, fmt.Sprintf("there is no template %q", id), "create it or name another")
	}
}

// folded are the built-in words in the form in which texts are compared.
func folded(words map[string][]string) map[string]string {
	all := map[string]string{}
	for _, language := range slices.Sorted(maps.Keys(words)) {
		for _, word := range words[language] {
			all[wishOf(word)] = language
		}
	}
	return all
}

func wishOf(word string) string { return strings.TrimFunc(text.Fold(word), mark) }

// OptsOut reports whether a text is a word to opt out, which is answered before any filter
// is asked. Safety may be nil.
func OptsOut(s *playbook.Safety, said string) bool {
	own := playbook.OptOut{}
	if s != nil && s.OptOut != nil {
		own = *s.OptOut
	}
	key := wishOf(said)
	_, built := folded(outWords)[key]
	return !own.Off && (built || slices.ContainsFunc(own.Words, func(w string) bool { return wishOf(w) == key }))
}

// own adds a playbook's own words.
func (c *compiler) own(to, other map[string]string, words []string, at *place) {
	if len(words) > mostWishes {
		c.fault(at, fmt.Sprintf("there are %d words, and at most %d fit", len(words), mostWishes), "remove what nobody writes")
		return
	}
	for i, word := range words {
		key := wishOf(word)
		in := &place{in: at.in, field: at.field, index: i}
		_, both := other[key]
		switch {
		case key == "":
			c.fault(in, "the word is empty", "write the whole message that a contact sends, or remove it")
		case len(key) > longestWish || len(word) > longestWish:
			c.fault(in, "the word is longer than 120 bytes", "write the few words that make up the whole message")
		case both:
			c.fault(in, fmt.Sprintf("%q stands for the opposite too", word), "choose another word")
		}
		if _, known := to[key]; !known {
			to[key] = ""
		}
	}
}

// CheckSafety returns what [Compile] refuses the safety of a playbook for.
func CheckSafety(p *playbook.Playbook) []playbook.Fault {
	c := newCompiler(p, 0)
	for _, t := range p.Templates {
		c.templates[t.ID] = true
	}
	for i, calendar := range p.Hours {
		c.book.numbers[calendar.ID] = i
	}
	c.safety(p)
	return Faults(errors.Join(c.faults...))
}
