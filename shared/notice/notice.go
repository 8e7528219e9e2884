// Package notice tells teams what happens at the desk, in their groups: that a customer
// waits for them, that a reply did not go out, how the week was.
//
// Whoever records what happened writes a row for each channel that wants to know ([For]),
// in the same transaction, so a notice is not lost when the process dies. [Bell] then
// puts an errand for the channel on the inbox, and [Timer] does so every minute for
// whatever is left. [Runner] runs the errand, for one channel:
//
//	read    how far the channel is, and the rows that wait
//	choose  the oldest one, or many as one notice: pure
//	claim   write what is about to be sent, and that it is
//	push    send it
//	settle  write what became of it, and remove the rows
//
// A notice is sent at least once and at most twice: again only when nobody knows whether
// it went out. It never holds anything of a customer but the id of the conversation.
// A channel gets at most 20 notices in a minute, whatever the number of processes; of
// what waits too long or in too great a number, one notice gives the sum.
//
// In quiet hours (the playbook says when, for each notice) a notice that is not urgent stays
// in the outbox, and everything that stayed goes out as one when they end. Programs get
// theirs at once, unless the playbook says otherwise.
//
// A program behind a webhook gets the same as data, each event alone and with its own id,
// by which it drops a repeat. So without an answer it is sent again, for a day at most.
package notice

import (
	"crypto/sha256"
	"slices"
	"strings"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/playbook"
	"frontdesk/shared/record"
)

// The events that a playbook's notices can be on.
const (
	HandOff = "hand_off"
	Failed  = "failed"
	Weekly  = "weekly"
	// PromiseWarning and PromiseBroken tell that a team is about to break what it promises,
	// or has; FollowUp that a conversation is to be looked at again.
	PromiseWarning = "promise_warning"
	PromiseBroken  = "promise_broken"
	FollowUp       = "follow_up"
	// Filter is no event that a notice can be on: a filter has named the notice.
	Filter = "filter"
)

// MaxChannels is how many channels are told of one event: they must fit into the
// transaction that records it.
const MaxChannels = 50

// Event is what happened to one conversation.
type Event struct {
	// HandedOff says that people must answer from now on, Failed that a reply could not be
	// sent or a message was given up. Both may be so.
	HandedOff, Failed bool
	// Other is one of the other events instead, and Deadline when that promise is broken or
	// was. Notices with an id of Named are told whatever they are on.
	Other    string
	Deadline time.Time
	Named    []string

	At time.Time
	// Channel is the customer's.
	Channel, Conversation string
	// Team is an id; empty for none.
	Team string
	// Reason is the desk's own word for why (window_shut, …); empty when a filter said so,
	// or a moment (fallback, …), which Filter names. Of a promise it is which one
	// (first_reply, next_reply, resolution).
	Reason, Filter string
	// Since is when the customer began to wait.
	Since time.Time
	// Urgent passes quiet hours; so does what failed.
	Urgent bool
	// Hours knows when calendars are open; nil is for nothing to be kept back.
	Hours Hours
	// Pointed are the notices that filters send besides, whatever they are on.
	Pointed []Pointed
}

// Hours says when a calendar is open, and when that changes next; zero for not within a
// year.
type Hours interface {
	Open(calendar string, at time.Time) bool
	NextChange(calendar string, at time.Time) time.Time
}

// Pointed is a notice that a filter sends: the notice's id and the filter's name.
type Pointed struct{ Notice, Filter string }

// For makes the rows that tell of an event, one for each channel that wants to know.
// Where several notices of the playbook name a channel, the first gives the language and
// all of them whom to mention.
func For(book *playbook.Playbook, e Event) []record.TeamNotice {
	var rows []record.TeamNotice
	for _, n := range book.Notices {
		if !wants(n, e) {
			continue
		}
		told := row(e, teamName(book, e.Team))
		told.Language = language(n.Language, book.Languages)
		told.Until, told.Programs = held(n, e)
		rows = add(rows, told, n)
	}
	rows = pointed(rows, book, e)
	for i, r := range rows {
		if r.Until > 0 {
			rows[i].ID = conversation.IDBound(time.Unix(r.Until, 0)) + r.ID
		}
	}
	return rows
}

// pointed adds what filters point out. A channel that is told of the event anyway is not told
// twice, and of several filters that name it the first is.
func pointed(rows []record.TeamNotice, book *playbook.Playbook, e Event) []record.TeamNotice {
	for _, by := range e.Pointed {
		i := slices.IndexFunc(book.Notices, func(n playbook.Notice) bool { return n.ID == by.Notice })
		if i < 0 { // the playbook has changed meanwhile
			continue
		}
		told := row(e, teamName(book, e.Team))
		told.ID, told.Event, told.Reason, told.Filter = id(e.At, e.Conversation, Filter), Filter, "", by.Filter
		told.Language = language(book.Notices[i].Language, book.Languages)
		told.Until, told.Programs = held(book.Notices[i], e)
		rows = add(rows, told, book.Notices[i])
	}
	return rows
}

// held is when a notice may go out, 0 for at once, and whether that is for programs too.
func held(n playbook.Notice, e Event) (until int64, programs bool) {
	if n.Quiet == nil || e.Hours == nil || e.Failed || e.Urgent || e.Hours.Open(n.Quiet.Calendar, e.At) {
		return 0, false
	}
	end := e.Hours.NextChange(n.Quiet.Calendar, e.At)
	if end.IsZero() { // it never opens, and nothing may wait for ever
		return 0, false
	}
	return end.Unix(), n.Quiet.Webhooks
}

func wants(n playbook.Notice, e Event) bool {
	if n.ID != "" && slices.Contains(e.Named, n.ID) {
		return true
	}
	if len(n.Teams) > 0 && !slices.Contains(n.Teams, e.Team) {
		return false
	}
	if e.Other != "" {
		return slices.Contains(n.On, e.Other)
	}
	return e.HandedOff && slices.Contains(n.On, HandOff) || e.Failed && slices.Contains(n.On, Failed)
}

// row is an event as it waits to be told.
func row(e Event, team string) record.TeamNotice {
	what, key := HandOff, []string{e.Conversation}
	switch {
	case e.Other != "":
		what = e.Other
		key = append(key, e.Reason, e.Filter) // several may come at one moment
	case e.Failed:
		what = Failed
	}
	return record.TeamNotice{
		ID: id(e.At, append(key, what)...), Event: what, At: e.At, Channel: e.Channel, Conversation: e.Conversation,
		Team: team, Reason: e.Reason, Filter: e.Filter, Since: e.Since, Deadline: e.Deadline,
	}
}

// id sorts by time; the same event gets the same one.
func id(at time.Time, parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return conversation.NewID(at, sum[:])
}

// add puts a row into the outbox of each channel of a notice.
func add(rows []record.TeamNotice, row record.TeamNotice, n playbook.Notice) []record.TeamNotice {
	for _, to := range n.To {
		at := slices.IndexFunc(rows, func(r record.TeamNotice) bool { return r.To == to })
		switch {
		case at >= 0:
			rows[at].Mention = union(rows[at].Mention, n.Mention)
			rows[at].Until = min(rows[at].Until, row.Until)
			rows[at].Programs = rows[at].Programs && row.Programs
		case len(rows) < MaxChannels:
			row.To, row.Mention = to, union(nil, n.Mention)
			rows = append(rows, row)
		}
	}
	return rows
}

func union(a, b []string) []string {
	for _, s := range b {
		if !slices.Contains(a, s) {
			a = append(a, s)
		}
	}
	return a
}

func teamName(book *playbook.Playbook, id string) string {
	for _, t := range book.Teams {
		if t.ID == id && t.Name != "" {
			return t.Name
		}
	}
	return id
}

// Card is a week's figures in words.
type Card struct {
	Title string
	Lines [][2]string
}

// ForWeek makes the rows that tell of a week, one for each channel that wants its figures.
// figures writes them in a language.
func ForWeek(book *playbook.Playbook, at time.Time, figures func(language string) (Card, error)) ([]record.TeamNotice, error) {
	var rows []record.TeamNotice
	for _, n := range book.Notices {
		if !slices.Contains(n.On, Weekly) {
			continue
		}
		lang := language(n.Language, book.Languages)
		card, err := figures(lang)
		if err != nil {
			return nil, err
		}
		row := record.TeamNotice{ID: id(at, Weekly), Event: Weekly, At: at, Language: lang, Title: card.Title, Lines: card.Lines}
		rows = add(rows, row, n)
	}
	return rows, nil
}
