package audit

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Audit reads the table and judges.
func Audit(ctx context.Context, in Input) (Report, error) {
	b, err := read(ctx, in)
	if err != nil {
		return Report{}, err
	}
	a := &auditor{Input: in, books: b, replies: map[string][]Sent{},
		report: Report{Sent: len(in.Wrote), Classes: map[Class]int{}, Of: map[string]Class{}, Replies: len(in.Sent)}}
	a.match()
	for _, w := range in.Wrote {
		if !w.Acked.IsZero() {
			a.report.Acked++
			a.classify(w)
		}
		a.doubles(w)
	}
	a.order()
	a.compare()
	a.figures()
	a.changes()
	a.client()
	a.fetches()
	a.welcomes()
	for _, key := range b.bad {
		a.find(Unreadable, "", "", "%s", key)
	}
	return a.report, nil
}

type auditor struct {
	Input
	books
	replies map[string][]Sent // accepted replies by the mark that they echo, oldest first
	report  Report
}

func (a *auditor) find(o Oddity, message, ref, format string, args ...any) {
	a.report.Findings = append(a.report.Findings, Finding{o, message, ref, fmt.Sprintf(format, args...)})
}

// match finds for every message the replies that echo its mark.
func (a *auditor) match() {
	marks := map[string]bool{}
	for _, w := range a.Wrote {
		marks[w.Mark] = true
	}
	for _, s := range a.Sent {
		if s.Dropped {
			a.find(Swallowed, "", s.Ref, "at %s", s.At.Format(time.RFC3339))
		}
		if s.Welcome || s.Unreached {
			continue
		}
		for _, word := range strings.Fields(s.Text) {
			if marks[word] {
				a.replies[word] = append(a.replies[word], s)
			}
		}
	}
	for _, list := range a.replies {
		slices.SortStableFunc(list, func(x, y Sent) int { return x.At.Compare(y.At) })
	}
}

// classify puts an acknowledged message into its class.
func (a *auditor) classify(w Wrote) {
	c := a.class(w)
	a.report.Classes[c]++
	a.report.Of[w.ID] = c
	if c == Lost {
		a.find(LostMessage, w.ID, "", "%s", a.state(w))
	}
	if n := len(a.inbound[w.ID]); n > 1 {
		a.find(StoredTwice, w.ID, "", "%d times", n)
	}
}

func (a *auditor) class(w Wrote) Class {
	letter, dead := a.dead[w.ID]
	m, known := a.stored(w.ID)
	switch {
	case len(a.replies[w.Mark]) > 0:
		if known && m.Outcome == "handed_off" {
			a.withPeople(w, m.home)
		}
		return Answered
	case dead:
		if letter.Reason == "" {
			a.find(NoReason, w.ID, "", "a dead letter")
		}
		a.withPeople(w, letter.Group)
		return Dead
	case !known:
		return Lost
	case m.Outcome == "handed_off", m.Claim != nil && a.refused(m.home+"."+m.Claim.ReplyID):
		a.withPeople(w, m.home)
		return People
	case m.Outcome == "silent", m.Outcome == "ignored", m.Outcome == "unanswered":
		return Silent
	}
	return Lost // claimed to be answered, and nothing went out
}

func (a *auditor) stored(id string) (stored, bool) {
	if len(a.inbound[id]) == 0 {
		return stored{}, false
	}
	return a.inbound[id][0], true
}

// withPeople checks that a conversation is really in people's hands: open, with a
// reason, unless somebody has worked on it since.
func (a *auditor) withPeople(w Wrote, home string) {
	h := a.head(home)
	if a.worked(w, home) {
		return
	}
	if h.HandedOff.IsZero() || h.Status != "open" {
		a.find(NotOpen, w.ID, "", "status %q, handed off %v", h.Status, h.HandedOff)
	} else if h.Reason == "" {
		a.find(NoReason, w.ID, "", "the head has none")
	}
}

// worked reports whether a person did something with the conversation after a
// message was written.
func (a *auditor) worked(w Wrote, home string) bool {
	for _, act := range a.Acts {
		if act.At.Before(w.Posted) {
			continue
		}
		if act.Conversation == home || a.heads[act.Conversation].Home == a.head(home).Home {
			return true
		}
	}
	return false
}

// state says in one line what the table knows of a message.
func (a *auditor) state(w Wrote) string {
	m, known := a.stored(w.ID)
	if !known {
		return "not in the table, not a dead letter"
	}
	if m.Claim == nil {
		return fmt.Sprintf("stored with outcome %q", m.Outcome)
	}
	_, recorded := a.outbound[m.home+"."+m.Claim.ReplyID]
	return fmt.Sprintf("stored with outcome %q and a claim; reply recorded: %v", m.Outcome, recorded)
}

// compare holds the channel's books against the table, both ways.
func (a *auditor) compare() {
	accepted, claimed, spoken := map[string]bool{}, a.claimed(), a.spoken()
	answers := map[string]string{} // by home and inbound message
	for _, s := range a.Sent {
		if s.Welcome {
			continue
		}
		accepted[s.Ref] = true
		if _, ok := a.outbound[s.Ref]; !ok && !claimed[s.Ref] {
			a.find(NotRecorded, a.echoes(s), s.Ref, "accepted at %s", s.At.Format(time.RFC3339))
		}
	}
	for _, ref := range slices.Sorted(maps.Keys(a.outbound)) {
		m := a.outbound[ref]
		if accepted[ref] {
			a.truth(ref, m)
		}
		if key := m.home + "." + m.InReplyTo; m.InReplyTo != "" && answers[key] != "" {
			a.find(TwoReplies, a.about(m), ref, "and %s", answers[key])
		} else {
			answers[key] = ref
		}
		if !accepted[ref] && !a.failed(ref) && m.Claim == nil && !spoken[m.ChannelID] { // with a claim it says that nobody knows
			a.find(NeverSent, a.about(m), ref, "no receipt of failure either")
		}
	}
}

// claimed are the replies that the table knows of as asked for and then left, because
// people took over before anybody knew whether they were out.
func (a *auditor) claimed() map[string]bool {
	refs := map[string]bool{}
	for _, list := range a.inbound {
		for _, m := range list {
			if m.Claim != nil && m.Outcome == "silent" {
				refs[m.home+"."+m.Claim.ReplyID] = true
			}
		}
	}
	return refs
}

// about is the customers' message that a stored one is, or answers.
func (a *auditor) about(m stored) string {
	if m.Direction == "in" {
		return m.ChannelID
	}
	return a.ids[m.home+"."+m.InReplyTo]
}

// wrote is a customers' message by its id.
func (a *auditor) wrote(id string) Wrote {
	for _, w := range a.Wrote {
		if w.ID == id {
			return w
		}
	}
	return Wrote{ID: id}
}

// echoes is the customers' message that a reply echoes.
func (a *auditor) echoes(s Sent) string {
	for _, w := range a.Wrote {
		if slices.Contains(a.replies[w.Mark], s) {
			return w.ID
		}
	}
	return ""
}

// refused reports whether a reply is recorded as one that did not go out.
func (a *auditor) refused(ref string) bool {
	_, recorded := a.outbound[ref]
	return recorded && a.failed(ref)
}

// failed reports whether the table says that a reply did not go out.
func (a *auditor) failed(ref string) bool {
	return slices.ContainsFunc(a.receipts[ref], func(r receipt) bool { return r.Status == "failed" })
}

// changes checks that nobody wrote over what somebody else had changed.
func (a *auditor) changes() {
	for _, t := range a.Tags {
		if !slices.Contains(a.head(t.Conversation).Tags, t.Tag) {
			a.find(Overwritten, "", t.Conversation, "the tag %s is gone", t.Tag)
		}
	}
}

// figures checks that what is counted once is marked once.
func (a *auditor) figures() {
	seen := map[string]string{}
	once := func(is bool, what string, m stored) {
		if !is {
			return
		}
		key := m.home + " " + what
		if other, ok := seen[key]; ok {
			kind := CountedTwice
			if a.wrote(other).Identity != a.wrote(a.about(m)).Identity {
				kind = CountedApart
			}
			a.find(kind, a.about(m), m.home+"."+m.id, "%s, and message %s", what, a.wrote(other).Mark)
		}
		seen[key] = a.about(m)
	}
	for _, id := range slices.Sorted(maps.Keys(a.inbound)) {
		for _, m := range a.inbound[id] {
			once(m.Facts.FirstEver, "first message ever", m)
			once(m.Facts.FirstOfDay, "first of "+m.Facts.Day, m)
			once(m.Facts.FirstOfWeek, "first of "+m.Facts.Week, m)
		}
	}
	for _, ref := range slices.Sorted(maps.Keys(a.outbound)) {
		m := a.outbound[ref]
		once(m.Facts.Answers && m.InReplyTo != "", "answer to "+m.InReplyTo, m)
	}
}
