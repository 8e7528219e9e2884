package decide

import (
	"math"
	"math/bits"

	"frontdesk/shared/playbook"
)

// trigger is something that has to be in a message before a condition can hold.
type trigger struct {
	kind op     // exact, contains (any phrase), or another kind
	id   int32  // exact, contains; hoursAre: calendar and state (see hourNumber)
	low  int64  // sinceIs, countIs: what the value is above
	high int64  // and below
	key  string // the others: a value, or the name of an attribute
	// asks is set of an attribute that is compared with numbers.
	asks *playbook.AttributeMatch
}

// entries files every filter under its triggers. Lists hold places of filters.
type entries struct {
	phrase [][]int32               // by phrase
	exact  [][]int32               // by exact phrase
	keyed  [ops]map[string][]int32 // by kind of condition and value
	kinds  []op                    // those that keyed has
	hours  [][]int32               // by number of calendar and state
	since  []between               // lengths of time
	count  []between               // numbers of messages
	amid   map[string][]amidst     // by attribute: numbers
	always []uint64                // bit set of the filters that have no trigger
}

// between is a filter for values above one number and below another.
type between struct {
	low, high int64
	filter    int32
}

// amidst is a filter for an attribute above one number and below another.
type amidst struct {
	low, high float64
	filter    int32
}

// amidst files a filter under the numbers that an attribute is compared with.
func (e *entries) amidst(a *playbook.AttributeMatch, filter int32) {
	if e.amid == nil {
		e.amid = map[string][]amidst{}
	}
	f := amidst{math.Inf(-1), math.Inf(1), filter}
	if a.Above != nil {
		f.low = *a.Above
	}
	if a.Below != nil {
		f.high = *a.Below
	}
	e.amid[a.Name] = append(e.amid[a.Name], f)
}

// hourNumber numbers the states of all calendars.
func hourNumber(calendar int, state hourState) int32 { return int32(calendar)*3 + int32(state) }

// enter files the filters that are on.
func (c *compiler) enter() entries {
	e := entries{
		phrase: make([][]int32, len(c.phrases)), exact: make([][]int32, len(c.book.exact)), hours: make([][]int32, 3*len(c.book.calendars)),
		always: make([]uint64, (len(c.book.filters)+63)/64),
	}
	for i := range c.book.filters {
		f := &c.book.filters[i]
		if f.Off {
			continue
		}
		triggers := c.triggers(&f.when)
		if len(triggers) == 0 {
			e.always[i>>6] |= 1 << (i & 63)
		}
		for _, t := range triggers {
			e.add(t, int32(i))
		}
	}
	return e
}

func (e *entries) add(t trigger, filter int32) {
	switch t.kind {
	case contains:
		e.phrase[t.id] = append(e.phrase[t.id], filter)
	case exact:
		e.exact[t.id] = append(e.exact[t.id], filter)
	case hoursAre:
		e.hours[t.id] = append(e.hours[t.id], filter)
	case sinceIs:
		e.since = append(e.since, between{t.low, t.high, filter})
	case countIs:
		e.count = append(e.count, between{t.low, t.high, filter})
	default:
		if t.asks != nil {
			e.amidst(t.asks, filter)
			return
		}
		if e.keyed[t.kind] == nil {
			e.keyed[t.kind] = map[string][]int32{}
			e.kinds = append(e.kinds, t.kind)
		}
		e.keyed[t.kind][t.key] = append(e.keyed[t.kind][t.key], filter)
	}
}

// triggers returns a set of which at least one came up in every message of which
// the condition holds; nil when there is none.
func (c *compiler) triggers(n *node) []trigger {
	switch n.op {
	case all:
		return c.best(n.kids)
	case anyOf:
		return c.union(n.kids)
	case contains, wholeWord, startsWith, endsWith:
		return numbered(contains, n.ids)
	case resembles:
		return n.pieces()
	case exact:
		return numbered(exact, n.ids)
	case matches:
		return c.bestList(n.literals)
	case attributeIs:
		if n.Attribute.Present != nil && !*n.Attribute.Present {
			return nil
		}
		t := trigger{kind: attributeIs, key: n.Attribute.Name}
		if n.Attribute.Above != nil || n.Attribute.Below != nil {
			t.asks = n.Attribute
		}
		return []trigger{t}
	case firstContact:
		return keyed(firstContact, []string{yesNo(*n.FirstContact)})
	case sinceIs, countIs:
		return []trigger{{kind: n.op, low: n.low, high: n.high}}
	case hoursAre:
		return []trigger{{kind: n.op, id: hourNumber(n.calendar, n.state)}}
	case never, not:
		return nil
	}
	return keyed(n.op, n.list)
}

func (n *node) pieces() []trigger {
	var set []trigger
	for _, s := range n.similar {
		for _, p := range s.pieces {
			set = append(set, trigger{kind: contains, id: p.id})
		}
	}
	return set
}

func numbered(kind op, ids []int32) []trigger {
	set := make([]trigger, 0, len(ids))
	for _, id := range ids {
		set = append(set, trigger{kind: kind, id: id})
	}
	return set
}

func keyed(kind op, keys []string) []trigger {
	var set []trigger
	for _, k := range keys {
		set = append(set, trigger{kind: kind, key: k})
	}
	return set
}

// best returns the triggers of the condition that is true most seldom.
func (c *compiler) best(kids []node) []trigger {
	var best []trigger
	for i := range kids {
		if set := c.triggers(&kids[i]); c.rarity(set) > c.rarity(best) {
			best = set
		}
	}
	return best
}

// bestList is best for lists of phrases.
func (c *compiler) bestList(lists [][]int32) []trigger {
	var best []trigger
	for _, ids := range lists {
		if set := numbered(contains, ids); c.rarity(set) > c.rarity(best) {
			best = set
		}
	}
	return best
}

func (c *compiler) union(kids []node) []trigger {
	var set []trigger
	for i := range kids {
		more := c.triggers(&kids[i])
		if len(more) == 0 {
			return nil
		}
		set = append(set, more...)
	}
	return set
}

// rarity guesses how seldom one of the triggers comes up and how few filters it
// brings along: a tapped button or a whole text is rarer than any phrase, a long
// phrase rarer than a short one, a phrase about as rare as a tag and rarer than a language, a phrase of one filter better than one of many.
func (c *compiler) rarity(set []trigger) int {
	rarest := 0
	for i, t := range set {
		r := 1 << 30
		switch t.kind {
		case contains:
			r = 2 + 8*len(c.phrases[t.id])/bits.Len(uint(c.uses[t.id]))
		case tagsHave, assigneeIs:
			r = 2 + 48/bits.Len(uint(c.named[t]))
		case languageIs, teamIs, changedIs, attributeIs:
			r = 3
		case typeIs:
			r = 2
		case channelIs, statusIs, priorityIs, startedByIs, firstContact, sinceIs, countIs, hoursAre:
			r = 1
		}
		if i == 0 || r < rarest {
			rarest = r
		}
	}
	return rarest
}
