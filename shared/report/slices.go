package report

import (
	"cmp"
	"maps"
	"slices"
	"sort"

	"frontdesk/shared/rollup"
)

// Breakdown is the figures by everything but channel and team: people, tags, languages,
// what messages cost. What a row has no room for stands last under the id "*".
type Breakdown struct {
	// Agents are the people of the playbook, those with most messages first.
	Agents []Agent `json:"agents"`
	// Tags and Languages are conversations, the most frequent first.
	Tags      []Slice `json:"tags"`
	Languages []Slice `json:"languages"`
	// Costs are messages that the channel put a price on, by its category.
	Costs []Cost `json:"costs"`
}

// Agent is what one person did. Reply is how long customers waited for their answers; null
// without any.
type Agent struct {
	Name
	Messages int64  `json:"messages"`
	Answers  int64  `json:"answers"`
	Resolved int64  `json:"resolved"`
	Reply    *Times `json:"reply"`
}

// Slice is conversations with the same tag or language. The shares are of those that
// needed an answer, and null when none did.
type Slice struct {
	Name
	MessagesIn int64 `json:"messages_in"`
	Split
	ContainedShare  *float64 `json:"contained_share"`
	HandedOffShare  *float64 `json:"handed_off_share"`
	UnansweredShare *float64 `json:"unanswered_share"`
}

// Cost is delivered messages of one category, in the channel's words (utility, marketing,
// service, …; "unknown" where it names none). What a message costs is not known here.
type Cost struct {
	Category string `json:"category"`
	Billable int64  `json:"billable"`
	Free     int64  `json:"free"`
}

func breakdownOf(r rollup.Row, o Options) Breakdown {
	return Breakdown{
		Agents: agents(r, o.Agents), Tags: slicesOf(r.Tags, o.Tags), Languages: slicesOf(r.Languages, nil), Costs: costs(r.Prices),
	}
}

func agents(r rollup.Row, names map[string]string) []Agent {
	out := make([]Agent, 0, len(r.Agents))
	for id, a := range r.Agents {
		times := r.AgentTimes[id]
		out = append(out, Agent{Name{id, nameOf(id, names)}, a.Messages, a.Answers, a.Resolved, timesOf(times.Reply, times.ReplyOpen)})
	}
	sortBy(out, func(a, b Agent) int { return order(a.Name, b.Name, a.Messages, b.Messages) })
	return out
}

func slicesOf(from map[string]rollup.Slice, names map[string]string) []Slice {
	out := make([]Slice, 0, len(from))
	for id, s := range from {
		needed := s.Contained + s.HandedOff + s.Unanswered
		out = append(out, Slice{
			Name: Name{id, nameOf(id, names)}, MessagesIn: s.In,
			Split:          Split{s.Conversations, s.Contained, s.HandedOff, s.Unanswered, s.Conversations - needed},
			ContainedShare: share(s.Contained, needed), HandedOffShare: share(s.HandedOff, needed), UnansweredShare: share(s.Unanswered, needed),
		})
	}
	sortBy(out, func(a, b Slice) int { return order(a.Name, b.Name, a.Conversations, b.Conversations) })
	return out
}

// order puts the greater first and what has no name of its own last.
func order(a, b Name, na, nb int64) int {
	if a.ID == rollup.Other || b.ID == rollup.Other {
		return cmp.Compare(b.ID, a.ID)
	}
	return cmp.Or(cmp.Compare(nb, na), cmp.Compare(a.ID, b.ID))
}

// sortBy sorts a list and keeps what is equal as it was. slices.SortFunc would be compiled
// once for each kind of list, which is 15 KB of every function that reads a report.
func sortBy[T any](list []T, order func(a, b T) int) {
	sort.SliceStable(list, func(i, j int) bool { return order(list[i], list[j]) < 0 })
}

func costs(from map[string]rollup.Price) []Cost {
	out := make([]Cost, 0, len(from))
	for _, category := range slices.Sorted(maps.Keys(from)) {
		out = append(out, Cost{category, from[category].Billable, from[category].Free})
	}
	sortBy(out, func(a, b Cost) int { return cmp.Compare(b.Billable, a.Billable) })
	return out
}

// Promises are the teams' promises to customers (SLA): how many were met and broken.
type Promises struct {
	FirstReply Kept `json:"first_reply"`
	NextReply  Kept `json:"next_reply"`
	Resolution Kept `json:"resolution"`
}

// Kept is what became of promises of one kind. The share is null when there were none.
type Kept struct {
	Met    int64    `json:"met"`
	Broken int64    `json:"broken"`
	Share  *float64 `json:"met_share"`
}

func promisesOf(c rollup.Counts) Promises {
	kept := func(met, broken int64) Kept { return Kept{met, broken, share(met, met+broken)} }
	return Promises{kept(c.FirstMet, c.FirstBroken), kept(c.NextMet, c.NextBroken), kept(c.ResolveMet, c.ResolveBroken)}
}
