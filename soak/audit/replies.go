package audit

import (
	"maps"
	"slices"
	"time"
)

// prove is how long the program waits for a trace before it sends once more: 90 s
// from when it took the message up. The request itself goes out up to 20 s later,
// which is as long as its claim holds.
const prove = 90*time.Second - 20*time.Second

// doubles judges every reply to a message but the first.
func (a *auditor) doubles(w Wrote) {
	list := a.replies[w.Mark]
	for i := 1; i < len(list); i++ {
		a.double(w, list[i-1], list[i])
	}
}

func (a *auditor) double(w Wrote, first, second Sent) {
	gap := second.At.Sub(first.At)
	if at, ok := a.trace(first); ok && at.Before(second.At) {
		a.find(Unexplained, w.ID, second.Ref, "sent again %s after the first, %s after its receipt came", gap, second.At.Sub(at))
		return
	}
	switch m, known := a.stored(w.ID); {
	case first.Ref != second.Ref:
		a.find(Unexplained, w.ID, second.Ref, "two replies under two references")
	case gap < a.Recognised:
		a.find(KeyedTwice, w.ID, second.Ref, "sent again %s after the first", gap)
	case gap < prove && a.clockJumped(first.At, second.At):
		a.find(Hurried, w.ID, second.Ref, "sent again %s after the first: our clock jumped in between", gap)
	case gap < prove:
		a.find(TooSoon, w.ID, second.Ref, "sent again %s after the first", gap)
	case !known || !a.marked(m, second.Ref):
		a.find(Unmarked, w.ID, second.Ref, "sent again %s after the first", gap)
	default:
		a.find(Explained, w.ID, second.Ref, "sent again %s after the first, without a trace", gap.Round(time.Second))
	}
}

// marked reports whether a reply is recorded as sent twice without proof or, while it
// is not recorded, claimed so.
func (a *auditor) marked(m stored, ref string) bool {
	if out, ok := a.outbound[ref]; ok {
		return out.Unproven > 0
	}
	return m.Claim != nil && m.Claim.Unproven > 0
}

// clockJumped reports whether our clock was put forward or back in a span.
func (a *auditor) clockJumped(from, to time.Time) bool {
	return slices.ContainsFunc(a.Jumps, func(at time.Time) bool { return !at.Before(from) && !at.After(to) })
}

// trace is when the first receipt of a send came to our door.
func (a *auditor) trace(s Sent) (at time.Time, ok bool) {
	for _, t := range a.Traces {
		if t.ID == s.ID && (!ok || t.At.Before(at)) {
			at, ok = t.At, true
		}
	}
	return at, ok
}

// order checks each customer's replies: a message that was acknowledged before the
// next was posted is answered before it, if at all.
func (a *auditor) order() {
	by := map[string][]Wrote{}
	for _, w := range a.Wrote {
		if !w.Acked.IsZero() && len(a.replies[w.Mark]) > 0 {
			by[w.Customer] = append(by[w.Customer], w)
		}
	}
	for _, who := range slices.Sorted(maps.Keys(by)) {
		list := by[who]
		slices.SortStableFunc(list, func(x, y Wrote) int { return x.Acked.Compare(y.Acked) })
		for i, earlier := range list {
			a.after(earlier, list[i+1:])
		}
	}
}

// after finds the messages that were answered before an earlier one.
func (a *auditor) after(earlier Wrote, later []Wrote) {
	first := a.replies[earlier.Mark][0]
	for _, w := range later {
		reply := a.replies[w.Mark][0]
		if !earlier.Acked.Before(w.Posted) || !reply.At.Before(first.At) {
			continue
		}
		kind := OutOfOrder
		switch _, dead := a.dead[earlier.ID]; {
		case earlier.Identity != w.Identity:
			kind = Overtaken
		case dead:
			kind = Revived
		}
		a.find(kind, w.ID, reply.Ref, "answered %s before message %s, which came earlier", first.At.Sub(reply.At), earlier.Mark)
	}
}
