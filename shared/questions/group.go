package questions

import (
	"cmp"
	"maps"
	"slices"
)

// Counter adds up the questions of a day. Make it with [NewCounter].
type Counter struct {
	most     int
	wordings map[key]*Group
	messages map[place]int64
}

type place struct{ channel, team string }

type key struct {
	place
	sum uint64
}

// NewCounter returns an empty counter for up to [MaxWordings] wordings.
func NewCounter() *Counter { return newCounter(MaxWordings) }

func newCounter(most int) *Counter {
	return &Counter{most: most, wordings: map[key]*Group{}, messages: map[place]int64{}}
}

// Add counts questions; their order does not matter.
func (c *Counter) Add(all ...Question) {
	for _, q := range all {
		at := place{q.Channel, q.Team}
		c.messages[at]++
		g := Group{Words: q.wording, Messages: 1, Samples: []Sample{q.Sample}}
		if q.Language != "" {
			g.Languages = map[string]int64{q.Language: 1}
		}
		c.add(at, g)
	}
}

func (c *Counter) add(at place, g Group) {
	k := key{at, g.Words.sum()}
	if known := c.wordings[k]; known != nil {
		known.plus(g)
		return
	}
	c.wordings[k] = &Group{Words: g.Words}
	c.wordings[k].plus(g)
	if len(c.wordings) > 2*c.most {
		c.forget()
	}
}

// forget keeps the most frequent wordings.
func (c *Counter) forget() {
	keys := slices.SortedFunc(maps.Keys(c.wordings), func(a, b key) int {
		return cmp.Or(cmp.Compare(c.wordings[b].Messages, c.wordings[a].Messages), cmp.Compare(a.sum, b.sum), cmp.Compare(a.channel, b.channel), cmp.Compare(a.team, b.team))
	})
	for _, k := range keys[c.most:] {
		delete(c.wordings, k)
	}
}

// Rows are the questions in groups, in order of channel and team.
func (c *Counter) Rows() []Row {
	of := map[place][]Group{}
	for k, g := range c.wordings {
		of[k.place] = append(of[k.place], *g)
	}
	out := make([]Row, 0, len(c.messages))
	for at, n := range c.messages {
		groups := grouped(of[at])
		out = append(out, Row{at.channel, at.team, n, groups[:min(len(groups), MaxGroups)]})
	}
	slices.SortFunc(out, func(a, b Row) int {
		return cmp.Or(cmp.Compare(a.Channel, b.Channel), cmp.Compare(a.Team, b.Team))
	})
	return out
}

// Together adds rows up to one, whatever their channels and teams are: all groups that they
// name, those with most messages first.
func Together(rows []Row) Row {
	var all Row
	c := newCounter(len(rows) * MaxGroups)
	for _, r := range rows {
		all.Messages += r.Messages
		for _, g := range r.Groups {
			c.add(place{}, g)
		}
	}
	var wordings []Group
	for _, g := range c.wordings {
		wordings = append(wordings, *g)
	}
	all.Groups = grouped(wordings)
	return all
}

// likeness is how much of two wordings must be in both.
const likeness = 0.5

// grouped puts like wordings together. The most frequent ones name the groups; each of the
// others goes to the one that it is most like.
func grouped(wordings []Group) []Group {
	slices.SortFunc(wordings, byMessages)
	s := sorter{frequent: map[uint64]int{}, named: map[spot][]int{}}
	for _, w := range wordings {
		for _, word := range w.Words {
			s.frequent[word]++
		}
	}
	for _, w := range wordings {
		s.put(w)
	}
	slices.SortFunc(s.groups, byMessages)
	return s.groups
}

func byMessages(a, b Group) int {
	return cmp.Or(cmp.Compare(b.Messages, a.Messages), cmp.Compare(len(a.Words), len(b.Words)), slices.Compare(a.Words, b.Words))
}

// sorter finds the group of a wording without looking at all of them.
type sorter struct {
	groups []Group
	// words are the wordings that named the groups, frequent how many wordings have a word.
	words    []wording
	frequent map[uint64]int
	// named lists the groups by the words of the wordings that named them.
	named map[spot][]int
}

// spot is where a word stands in a wording of so many words, the rarest word first.
type spot struct {
	word     uint64
	size, at int
}

func (s *sorter) put(w Group) {
	words := s.rarestFirst(w.Words)
	if g := s.likest(words, w.Words); g >= 0 {
		s.groups[g].plus(w)
		return
	}
	for at, word := range words {
		k := spot{word, len(words), at}
		s.named[k] = append(s.named[k], len(s.groups))
	}
	s.groups, s.words = append(s.groups, w), append(s.words, w.Words)
}

// likest is the group that a wording is most like, the first of equals; -1 for none. Of two
// wordings with n words in common, in one order of all words, one of these is among all but
// the last n-1 of each (prefix filtering): so few groups are compared.
func (s *sorter) likest(words []uint64, w wording) int {
	best, most, seen := -1, 0.0, map[int]bool{}
	look := func(groups []int) {
		for _, g := range groups {
			if seen[g] {
				continue
			}
			seen[g] = true
			if a := alike(w, s.words[g]); a >= likeness && (a > most || a == most && g < best) {
				best, most = g, a
			}
		}
	}
	n := len(words)
	for size := (n + 1) / 2; size <= min(2*n, maxWords); size++ {
		common := (n + size + 2) / 3 // so many are in both when half of all are
		for _, word := range words[:n-common+1] {
			for at := range size - common + 1 {
				look(s.named[spot{word, size, at}])
			}
		}
	}
	return best
}

func (s *sorter) rarestFirst(w wording) []uint64 {
	return slices.SortedFunc(slices.Values(w), func(a, b uint64) int {
		return cmp.Or(cmp.Compare(s.frequent[a], s.frequent[b]), cmp.Compare(a, b))
	})
}
