// Package assign decides who of a team gets which conversation. It is pure: the members
// as they are now and the team's open conversations in, moves out.
//
//	return  what members have who are gone (off, at the end of their hours for long, no
//	        longer in the team) goes back to the queue, at the place it had there
//	give    the conversation that waits longest goes to whoever is next, until nobody
//	        waits or nobody has room
//
// Nobody gets more than their capacity. Somebody who takes a conversation by hand may have
// more; then they are given none. When all are full or away the queue waits: whoever calls
// plans again when somebody becomes free, and once a minute.
//
// Uneven load and queues that nobody took up again are known failures of such systems
// (chatwoot#10583, chatwoot#11034).
package assign

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Way says who is next among those with room.
type Way string

// The ways. With both, the one who has gone longest without getting a conversation comes
// first among equals, then the one who stands first in the team.
const (
	// RoundRobin is whoever has gone longest without getting one.
	RoundRobin Way = "round_robin"
	// LeastBusy is whoever has the fewest open conversations.
	LeastBusy Way = "least_busy"
)

// Member is one person of a team as things are now.
type Member struct {
	ID string
	// Capacity is how many open conversations they are given at once; 0 is no bound.
	Capacity int
	// Here says that they get conversations, Gone that theirs go back to the queue.
	// Somebody at lunch is neither.
	Here, Gone bool
	// Last is the turn in which they last got one; 0 for never.
	Last int64
}

// Place is one open conversation of the team.
type Place struct {
	Conversation string
	// Since orders the queue.
	Since time.Time
	// Member has it; empty while it waits.
	Member string
	// Taken says that they took it by hand. It stays with somebody who is not in the team.
	Taken bool
	// Answered says that a person has answered in it.
	Answered bool
}

// Team is all that a plan depends on.
type Team struct {
	Way     Way
	Members []Member
	Places  []Place
	// Unanswered returns only what nobody has answered yet; the rest stays with whoever
	// began it.
	Unanswered bool
}

// Move is one conversation that changes hands. From is empty for the queue, and so is To.
type Move struct {
	Conversation string
	From, To     string
}

// Plan returns what to move now, in the order in which to do it: first what is given to
// somebody, the longest wait first, then what only goes back. After all moves are made
// another plan is empty.
func Plan(t Team) []Move {
	p := newPlan(t)
	var gifts, returns []Move
	for _, place := range p.queue {
		move := Move{Conversation: place.Conversation, From: place.Member}
		if at, ok := p.next(); ok {
			move.To = p.give(at)
			gifts = append(gifts, move)
		} else if move.From != "" {
			returns = append(returns, move)
		}
	}
	return append(gifts, returns...)
}

// Room is how many more conversations the members who are here can be given, at most limit.
func Room(t Team, limit int) int {
	p := newPlan(Team{Way: t.Way, Members: t.Members, Places: t.Places, Unanswered: t.Unanswered})
	for n := range limit {
		at, ok := p.next()
		if !ok {
			return n
		}
		p.give(at)
	}
	return limit
}

type plan struct {
	way     Way
	members []Member
	open    []int
	turn    int64
	queue   []Place
}

func newPlan(t Team) *plan {
	p := &plan{way: t.Way, members: slices.Clone(t.Members), open: make([]int, len(t.Members))}
	at := make(map[string]int, len(t.Members))
	for i, m := range t.Members {
		at[m.ID] = i
		p.turn = max(p.turn, m.Last)
	}
	for _, place := range t.Places {
		i, known := at[place.Member]
		switch {
		case place.Member == "" || t.returns(place, i, known):
			p.queue = append(p.queue, place)
		case known:
			p.open[i]++
		}
	}
	slices.SortStableFunc(p.queue, func(a, b Place) int {
		return cmp.Or(a.Since.Compare(b.Since), strings.Compare(a.Conversation, b.Conversation))
	})
	return p
}

// returns reports whether a conversation that somebody has goes back to the queue.
func (t Team) returns(place Place, at int, known bool) bool {
	if t.Unanswered && place.Answered {
		return false
	}
	if !known {
		return !place.Taken
	}
	return t.Members[at].Gone && !t.Members[at].Here
}

// next is who gets the next conversation.
func (p *plan) next() (at int, ok bool) {
	at = -1
	for i, m := range p.members {
		if m.Here && (m.Capacity == 0 || p.open[i] < m.Capacity) && (at < 0 || p.before(i, at)) {
			at = i
		}
	}
	return at, at >= 0
}

func (p *plan) before(a, b int) bool {
	if p.way == LeastBusy && p.open[a] != p.open[b] {
		return p.open[a] < p.open[b]
	}
	return p.members[a].Last < p.members[b].Last
}

// give notes that somebody got one, and says who.
func (p *plan) give(at int) string {
	p.turn++
	p.open[at]++
	p.members[at].Last = p.turn
	return p.members[at].ID
}
