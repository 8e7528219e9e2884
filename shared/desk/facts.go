package desk

import (
	"cmp"
	"slices"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/decide"
	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
	"frontdesk/shared/record"
	"frontdesk/shared/week"
)

// What a message means for the figures is decided here, when it is recorded. docs/kpi.md
// says what each is.

func (w moment) facts(at time.Time) conversation.Facts {
	return conversation.Facts{Day: week.Day(at, w.zone), Week: week.Of(at, w.zone), Hour: at.In(w.zone).Hour()}
}

// factsOf are the first facts of a message of somebody: when it was, and whether it counts.
func (w moment) factsOf(h conversation.Head, at time.Time) conversation.Facts {
	f := w.facts(at)
	f.Test = h.Contact.Tester
	return f
}

// first says of which spans a message is the contact's first.
func (w moment) first(f *conversation.Facts, h conversation.Head, at time.Time) {
	before := w.facts(h.LastInbound)
	f.FirstEver = h.New()
	f.FirstOfDay = f.FirstEver || f.Day > before.Day
	f.FirstOfWeek = f.FirstEver || f.Week > before.Week
	f.FirstOfMonth = f.FirstEver || f.Day[:len("2026-11")] > before.Day[:len("2026-11")]
	f.Opened = opens(h, at)
}

// inbound is the message as it will be stored, with what it means for the figures.
func (w moment) inbound(h conversation.Head, m message.Inbound, d decide.Decision) conversation.Message {
	facts := w.factsOf(h, m.Time)
	facts.Team = d.Team
	if facts.Team == "" {
		facts.Team = h.Team
	}
	stored := conversation.Message{
		ID: conversation.InboundID(m), Conversation: h.Home, Channel: m.Channel,
		Direction: conversation.In, ChannelID: m.ID, At: m.Time, Type: m.Type,
		Text: m.Text, Choice: m.Choice, Body: m.Body, Extra: m.Extra,
		Outcome: d.Outcome, Filter: d.By, Template: d.Reply, Language: d.Language,
		Withheld: d.Withheld, Playbook: d.Playbook, Draft: w.book.Draft, ReplyTo: m.ReplyTo, Group: m.Group, Facts: facts,
	}
	stored.Facts.OptedOut, stored.Facts.OptedIn = d.Opt == conversation.OptOut, d.Opt == conversation.OptIn
	stored.Facts.Language = cmp.Or(d.Detected, h.Contact.Language)
	if stored.Personal() {
		w.first(&stored.Facts, h, m.Time)
		stored.Facts.Reopened = stored.Facts.Opened && d.Outcome != conversation.Ignored && reopens(h, m.Time)
	}
	return stored
}

// reopens reports whether a message that begins a spell does so soon after people have
// ended the one before.
func reopens(h conversation.Head, at time.Time) bool {
	since := at.UnixMilli() - h.Ended
	return h.Ended != 0 && h.Opened.IsZero() && since <= conversation.ReopenedWithin.Milliseconds()
}

// business is how many milliseconds of a span the team's calendar was open (or
// the company's, which the away reply names); all of them when there is none.
func (w moment) business(team string, from, to time.Time) int64 {
	if to.Before(from) {
		return 0
	}
	calendar := w.book.Playbook().HoursOf(team)
	if calendar == "" {
		return to.Sub(from).Milliseconds()
	}
	return w.book.OpenTime(calendar, from, to).Milliseconds()
}

// answered is what a person's answer means: how long the contact waited, in business hours,
// too, and whether that is what the team promises. h is the head before the answer.
func (w moment) answered(f conversation.Facts, h conversation.Head, at time.Time) conversation.Facts {
	f.Answers, f.First = true, !h.AgentReplied
	f.Waited = max(at.Sub(h.WaitingSince).Milliseconds(), 0)
	f.WaitedOpen = w.business(h.Team, h.WaitingSince, at)
	promised := func(s playbook.SLA) string { return s.Next }
	if f.First {
		promised = func(s playbook.SLA) string { return s.First }
	}
	f.Promise = w.promise(h.Team, f.WaitedOpen, promised)
	return f
}

// promise compares so many milliseconds with what a team promises of them, as the live
// playbook says; empty when that is nothing.
func (w moment) promise(team string, took int64, of func(playbook.SLA) string) conversation.Promise {
	for _, t := range w.book.Playbook().Teams {
		if t.ID != team || t.SLA == nil {
			continue
		}
		limit, err := time.ParseDuration(of(*t.SLA))
		switch {
		case err != nil || limit <= 0:
			return ""
		case took > limit.Milliseconds():
			return conversation.PromiseBroken
		}
		return conversation.PromiseMet
	}
	return ""
}

// person is the playbook's id for somebody who answers, by that or by their userid at
// WeCom; empty for somebody whom it does not name. Rows are kept for ever and name nobody else.
func (w moment) person(id string) string {
	if id == "" {
		return ""
	}
	for _, t := range w.book.Playbook().Teams {
		for _, m := range t.Members {
			if m.ID == id || m.WeCom == id {
				return m.ID
			}
		}
		if slices.Contains(t.Servicers, id) {
			return id
		}
	}
	return ""
}

// ends is a turn with which people end a spell of the head before it: the end is kept under
// an id of its own, and the head knows when it was.
func (w moment) ends(r record.Turn, before conversation.Head, at time.Time, id string) record.Turn {
	if before.HandedOff.IsZero() || !r.Head.HandedOff.IsZero() {
		return r
	}
	r.Head.Ended = at.UnixMilli()
	if before.Contact.Tester { // counts in no figure
		return r
	}
	opened := before.Opened
	if opened.IsZero() { // people wrote first
		opened = before.HandedOff
	}
	e := conversation.Ended{
		Day: week.Day(conversation.IDTime(id), w.zone), Team: before.Team, Agent: w.person(before.Assignee), Channel: before.Channel,
		Took: max(at.Sub(opened).Milliseconds(), 0), TookOpen: w.business(before.Team, opened, at),
	}
	e.Promise = w.promise(before.Team, w.waited(before, at), func(s playbook.SLA) string { return s.Resolve })
	r.Receipts = append(r.Receipts, conversation.Receipt{
		ReplyID: id, Ended: &e, Receipt: message.Receipt{Channel: before.Channel, Status: conversation.StatusEnded, Time: at},
	})
	r.Days = append(r.Days, e.Day)
	if e.Day < w.facts(w.now).Day {
		r.Redo = append(r.Redo, e.Day)
	}
	r.Head.Day = max(r.Head.Day, e.Day)
	return r
}

// waited is for how long of the team's hours the contact has waited in a spell, in ms.
func (w moment) waited(h conversation.Head, at time.Time) int64 {
	spent := h.Watch.Spent
	if !h.WaitingSince.IsZero() {
		spent += w.business(h.Team, h.WaitingSince, at)
	}
	return spent
}
