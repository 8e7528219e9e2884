package decide

import "math/bits"

// trigger is something that has to be in a message before a condition can hold.
type trigger struct {
	kind op     // exact, choiceIs, contains (any phrase), typeIs or channelIs
	id   int32  // exact, contains
	key  string // the others
}

// entries files every filter under its triggers. Lists hold places of filters.
type entries struct {
	phrase  [][]int32 // by phrase
	exact   [][]int32 // by exact phrase
	choice  map[string][]int32
	kind    map[string][]int32 // by message type
	channel map[string][]int32
	always  []uint64 // bit set of the filters that have no trigger
}

// enter files the filters that are on.
func (c *compiler) enter() entries {
	e := entries{
		phrase: make([][]int32, len(c.phrases)), exact: make([][]int32, len(c.book.exact)),
		choice: map[string][]int32{}, kind: map[string][]int32{}, channel: map[string][]int32{},
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
	case choiceIs:
		e.choice[t.key] = append(e.choice[t.key], filter)
	case typeIs:
		e.kind[t.key] = append(e.kind[t.key], filter)
	case channelIs:
		e.channel[t.key] = append(e.channel[t.key], filter)
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
	case contains, wholeWord:
		return numbered(contains, n.ids)
	case exact:
		return numbered(exact, n.ids)
	case matches:
		return c.bestList(n.literals)
	case channelIs, typeIs, choiceIs:
		return keyed(n.op, n.values())
	}
	return nil
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
// phrase rarer than a short one, a phrase of one filter better than one of many.
func (c *compiler) rarity(set []trigger) int {
	rarest := 0
	for i, t := range set {
		r := 1 << 30
		switch t.kind {
		case contains:
			r = 2 + 8*len(c.phrases[t.id])/bits.Len(uint(c.uses[t.id]))
		case typeIs:
			r = 2
		case channelIs:
			r = 1
		}
		if i == 0 || r < rarest {
			rarest = r
		}
	}
	return rarest
}
