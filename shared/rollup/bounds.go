package rollup

import (
	"cmp"
	"maps"
	"slices"
)

// Other is the id under which a row keeps what is beyond its bounds, and people whom the
// playbook does not name. No filter, template, tag or person has it.
const Other = "*"

// A row names at most so many; what is less frequent adds up under [Other]. So a row stays
// below 400 KB, which is what one item of DynamoDB holds.
const (
	MaxFilters   = 300
	MaxTemplates = 300
	MaxAgents    = 50
	MaxTags      = 200
	MaxLanguages = 30
	MaxFailures  = 50
	MaxPrices    = 20
)

// bound keeps what is frequent and adds up the rest. Totals stay as they were.
func (r *Row) bound() {
	frequent := func(n int64) int64 { return n }
	r.Filters = kept(r.Filters, MaxFilters, frequent, func(a, b int64) int64 { return a + b })
	r.FilterHandOffs = among(r.FilterHandOffs, r.Filters)
	r.Templates = kept(r.Templates, MaxTemplates, func(u Use) int64 { return u.Sent }, Use.plus)
	r.Tags = kept(r.Tags, MaxTags, func(s Slice) int64 { return s.Conversations }, Slice.plus)
	r.Languages = kept(r.Languages, MaxLanguages, func(s Slice) int64 { return s.Conversations }, Slice.plus)
	r.Prices = kept(r.Prices, MaxPrices, func(p Price) int64 { return p.Billable + p.Free }, Price.plus)
	r.Agents = kept(r.Agents, MaxAgents, func(a Agent) int64 { return a.Messages }, Agent.plus)
	r.boundFailures()
	r.boundAgentTimes()
}

// kept is a map without its least frequent entries, which add up under [Other].
func kept[T any](from map[string]T, most int, weight func(T) int64, plus func(T, T) T) map[string]T {
	if len(from) <= most {
		return from
	}
	ids := slices.SortedFunc(maps.Keys(from), func(a, b string) int {
		if a == Other || b == Other {
			return cmp.Compare(b, a) // Other last: it sorts before every letter
		}
		return cmp.Or(cmp.Compare(weight(from[b]), weight(from[a])), cmp.Compare(a, b))
	})
	out := make(map[string]T, most+1)
	for i, id := range ids {
		if i >= most {
			id = Other
		}
		out[id] = plus(out[id], from[ids[i]])
	}
	return out
}

// among moves what is not named in another map to [Other].
func among[T any](counts map[string]int64, named map[string]T) map[string]int64 {
	if len(counts) == 0 {
		return counts
	}
	out := make(map[string]int64, len(counts))
	for id, n := range counts {
		if _, ok := named[id]; !ok {
			id = Other
		}
		out[id] += n
	}
	return out
}

// OtherFailures is the code under which failures beyond the bounds are kept.
const OtherFailures = -1

func (r *Row) boundFailures() {
	if len(r.Failures) <= MaxFailures {
		return
	}
	codes := slices.SortedFunc(maps.Keys(r.Failures), func(a, b int) int {
		return cmp.Or(cmp.Compare(r.Failures[b], r.Failures[a]), cmp.Compare(a, b))
	})
	for _, code := range codes[MaxFailures:] {
		r.Failures[OtherFailures] += r.Failures[code]
		if code != OtherFailures {
			delete(r.Failures, code)
		}
	}
}

func (r *Row) boundAgentTimes() {
	for _, id := range slices.Sorted(maps.Keys(r.AgentTimes)) {
		if _, named := r.Agents[id]; !named {
			_ = r.agentTimes(Other, r.AgentTimes[id]) // it was made here, so it is whole
			delete(r.AgentTimes, id)
		}
	}
}
