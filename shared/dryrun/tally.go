package dryrun

import (
	"cmp"
	"slices"
	"sort"

	"frontdesk/shared/conversation"
)

// tally is what one worker has counted.
type tally struct {
	result  Result
	moves   map[[2]Verdict]int
	samples map[Kind][]Sample
}

func newTally() *tally {
	return &tally{result: Result{Kinds: map[Kind]int{}}, moves: map[[2]Verdict]int{}, samples: map[Kind][]Sample{}}
}

func (t *tally) count(m conversation.Message, j *judge, before, after Verdict) {
	t.result.Messages++
	kinds := j.differences(before, after)
	if len(kinds) == 0 {
		return
	}
	t.result.Changed++
	t.moves[[2]Verdict{before, after}]++
	sample := Sample{
		Kinds: kinds, Conversation: m.Conversation, Message: m.ID, Channel: m.Channel, At: m.At, Type: m.Type,
		Text: cut(m.Text), Choice: m.Choice, Before: before, After: after,
	}
	for _, k := range kinds {
		t.result.Kinds[k]++
		t.keep(k, sample)
	}
}

// keep holds the newest samples of a kind.
func (t *tally) keep(k Kind, s Sample) {
	list := t.samples[k]
	at, _ := slices.BinarySearchFunc(list, s, newer)
	if at == MaxSamples {
		return
	}
	list = slices.Insert(list, at, s)
	t.samples[k] = list[:min(len(list), MaxSamples)]
}

// newer orders samples, the newest first.
func newer(a, b Sample) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(a.Message, b.Message)) }

func cut(text string) string {
	if len(text) <= maxText {
		return text
	}
	if letters := []rune(text); len(letters) > maxText {
		return string(letters[:maxText]) + "…"
	}
	return text
}

// add takes over what another worker has counted.
func (t *tally) add(o *tally) {
	r, more := &t.result, o.result
	r.Done, r.Messages, r.Changed, r.Silent = r.Done+more.Done, r.Messages+more.Messages, r.Changed+more.Changed, r.Silent+more.Silent
	for k, n := range more.Kinds {
		r.Kinds[k] += n
	}
	for move, n := range o.moves {
		t.moves[move] += n
	}
	for k, list := range o.samples {
		for _, s := range list {
			t.keep(k, s)
		}
	}
}

// sum is the result with its lists.
func (t *tally) sum() Result {
	r := t.result
	r.Unknown = Unknown()
	r.Moves = []Move{}
	for move, n := range t.moves {
		r.Moves = append(r.Moves, Move{Before: move[0], After: move[1], Count: n})
	}
	sort.Slice(r.Moves, func(i, j int) bool { // slices.SortFunc is compiled once for each kind of list: 15 KB
		a, b := r.Moves[i], r.Moves[j]
		return cmp.Or(cmp.Compare(b.Count, a.Count), a.Before.compare(b.Before), a.After.compare(b.After)) < 0
	})
	r.Moves = r.Moves[:min(len(r.Moves), MaxMoves)]
	r.Samples = []Sample{}
	for _, list := range t.samples {
		for _, s := range list {
			if !slices.ContainsFunc(r.Samples, func(known Sample) bool { return known.Message == s.Message }) {
				r.Samples = append(r.Samples, s)
			}
		}
	}
	sort.Slice(r.Samples, func(i, j int) bool { return newer(r.Samples[i], r.Samples[j]) < 0 })
	return r
}

func (v Verdict) compare(o Verdict) int {
	return cmp.Or(cmp.Compare(v.By, o.By), cmp.Compare(v.Template, o.Template), cmp.Compare(v.Language, o.Language),
		cmp.Compare(v.Team, o.Team), cmp.Compare(v.Outcome, o.Outcome))
}

// Merge adds what a later part of the same span found to what an earlier one did.
func Merge(earlier, later Result) Result {
	t := newTally()
	for _, r := range []Result{earlier, later} {
		one := &tally{result: r, moves: map[[2]Verdict]int{}, samples: map[Kind][]Sample{}}
		one.result.Done = 0
		for _, m := range r.Moves {
			one.moves[[2]Verdict{m.Before, m.After}] += m.Count
		}
		for _, s := range r.Samples {
			for _, k := range s.Kinds {
				one.keep(k, s)
			}
		}
		t.add(one)
	}
	out := t.sum()
	out.From, out.Until, out.Total = later.From, later.Until, later.Total
	out.Done, out.Full, out.Next = later.Done, later.Full, later.Next
	return out
}
