package rollup

import (
	"errors"
	"fmt"
)

// Row is a KPI row: the figures of one day, channel and team. It is kept for
// ever and holds no personal data. A row that is all zeros but for its day says
// that the day was rolled up and nothing happened.
type Row struct {
	Day     string `json:"day"`
	Channel string `json:"channel"`
	// Team is empty for messages that were routed to none.
	Team string `json:"team,omitempty"`
	Tally
	Times
	// AgentTimes is how long contacts waited for each agent's answers.
	AgentTimes map[string]AgentTimes `json:"agent_times,omitempty"`
}

// Tally is everything that is counted.
type Tally struct {
	Counts
	// InHours and OutHours count messages by hour of the day, in the company's zone.
	InHours  [24]int64 `json:"in_hours,omitzero"`
	OutHours [24]int64 `json:"out_hours,omitzero"`
	// WaitHours is how long contacts waited for people, by the hour in which they wrote.
	WaitHours [24]Wait `json:"wait_hours,omitzero"`
	// Filters counts the inbound messages that each filter decided (or welcome,
	// away and fallback), by id.
	Filters map[string]int64 `json:"filters,omitempty"`
	// FilterHandOffs are those of Filters that were handed to people.
	FilterHandOffs map[string]int64 `json:"filter_hand_offs,omitempty"`
	// Templates is what became of each template's messages, by id.
	Templates map[string]Use `json:"templates,omitempty"`
	// Agents is what each person did, by the playbook's id for them.
	Agents map[string]Agent `json:"agents,omitempty"`
	// Tags and Languages are conversations by the tags that they had and the language
	// that the contact last wrote in.
	Tags      map[string]Slice `json:"tags,omitempty"`
	Languages map[string]Slice `json:"languages,omitempty"`
	// Prices counts messages by the category under which the channel bills them.
	Prices map[string]Price `json:"prices,omitempty"`
	// Failures counts failed messages by the channel's error code; 0 for none given.
	Failures map[int]int64 `json:"failures,omitempty"`
	// Ratings counts what contacts answered when asked how satisfied they were: 1 (worst)
	// first, 5 (best) last, on the day of the answer.
	Ratings [5]int64 `json:"ratings,omitzero"`
}

// Counts are the figures that simply add.
type Counts struct {
	// In and the rest are messages: inbound, and outbound by their source.
	In          int64 `json:"in,omitempty"`
	OutFilter   int64 `json:"out_filter,omitempty"`
	OutAgent    int64 `json:"out_agent,omitempty"`
	OutCalendar int64 `json:"out_calendar,omitempty"`
	OutSystem   int64 `json:"out_system,omitempty"`
	// Conversations counts each conversation once on every day on which its
	// contact wrote. Contained, HandedOff, Unanswered and Quiet split it by outcome.
	Conversations int64 `json:"conversations,omitempty"`
	Contained     int64 `json:"contained,omitempty"`
	HandedOff     int64 `json:"handed_off,omitempty"`
	Unanswered    int64 `json:"unanswered,omitempty"`
	Quiet         int64 `json:"quiet,omitempty"`
	// Waiting counts those of HandedOff whose contact still waited for a person
	// when the day ended.
	Waiting int64 `json:"waiting,omitempty"`
	// Active counts contacts whose first message of the ISO week it was: over a
	// week they add up to distinct contacts. New: the first message ever.
	Active int64 `json:"active,omitempty"`
	New    int64 `json:"new,omitempty"`
	// ActiveDay and ActiveMonth are the same for a day and for a calendar month.
	ActiveDay   int64 `json:"active_day,omitempty"`
	ActiveMonth int64 `json:"active_month,omitempty"`
	// Answered counts those of Conversations in which something of ours followed the
	// contact's first message, Again those in which the contact then wrote once more.
	Answered int64 `json:"answered,omitempty"`
	Again    int64 `json:"again,omitempty"`
	// Opened counts spells that began (see conversation.Head), HandOffs inbound
	// messages that were handed to people.
	Opened   int64 `json:"opened,omitempty"`
	HandOffs int64 `json:"hand_offs,omitempty"`
	// Resolved counts spells that people ended, Reopened those that began within seven
	// days after one.
	Resolved int64 `json:"resolved,omitempty"`
	Reopened int64 `json:"reopened,omitempty"`
	// Promises of teams that were met and broken: a person's first answer in a spell, every
	// later one, and the end of a spell.
	FirstMet      int64 `json:"first_met,omitempty"`
	FirstBroken   int64 `json:"first_broken,omitempty"`
	NextMet       int64 `json:"next_met,omitempty"`
	NextBroken    int64 `json:"next_broken,omitempty"`
	ResolveMet    int64 `json:"resolve_met,omitempty"`
	ResolveBroken int64 `json:"resolve_broken,omitempty"`
	// OptOuts and OptIns are contacts' wishes to get no more messages, and to get them again.
	OptOuts int64 `json:"opt_outs,omitempty"`
	OptIns  int64 `json:"opt_ins,omitempty"`
	// Sent, Delivered and Read count outbound messages that came at least so
	// far; a failed one counts in Failed alone. What is left of the outbound
	// messages has no receipt yet.
	Sent      int64 `json:"sent,omitempty"`
	Delivered int64 `json:"delivered,omitempty"`
	Read      int64 `json:"read,omitempty"`
	Failed    int64 `json:"failed,omitempty"`
	// Unproven counts sends that may have gone out twice.
	Unproven int64 `json:"unproven,omitempty"`
	// Surveys counts how often contacts were asked how satisfied they were, on the day of
	// the question; questions that failed are left out.
	Surveys int64 `json:"surveys,omitempty"`
	// Blocked counts what blocked contacts wrote. It is in no other figure.
	Blocked int64 `json:"blocked,omitempty"`
}

// Use is what became of the messages made from one template.
type Use struct {
	Sent      int64 `json:"n,omitempty"` // messages, whatever became of them
	Delivered int64 `json:"delivered,omitempty"`
	Read      int64 `json:"read,omitempty"`
	Failed    int64 `json:"failed,omitempty"`
	// Asked are messages after which the contact wrote again within the hour, HandedOff those
	// after which they were handed to people (see [AskedWithin]); both count on the day on
	// which that happened.
	Asked     int64 `json:"asked,omitempty"`
	HandedOff int64 `json:"handed_off,omitempty"`
}

func (u Use) plus(o Use) Use {
	return Use{u.Sent + o.Sent, u.Delivered + o.Delivered, u.Read + o.Read, u.Failed + o.Failed, u.Asked + o.Asked, u.HandedOff + o.HandedOff}
}

// Times are how long contacts waited for an answer: the first one of its kind
// in a spell and every one; by templates (bot) and by people; by the clock and
// in business hours (open). Answers that the channel failed to deliver are not in.
type Times struct {
	FirstBot        Sketch `json:"first_bot,omitzero"`
	FirstBotOpen    Sketch `json:"first_bot_open,omitzero"`
	FirstPeople     Sketch `json:"first_people,omitzero"`
	FirstPeopleOpen Sketch `json:"first_people_open,omitzero"`
	Bot             Sketch `json:"bot,omitzero"`
	BotOpen         Sketch `json:"bot_open,omitzero"`
	People          Sketch `json:"people,omitzero"`
	PeopleOpen      Sketch `json:"people_open,omitzero"`
	// Resolution is how long spells lasted that people ended.
	Resolution     Sketch `json:"resolution,omitzero"`
	ResolutionOpen Sketch `json:"resolution_open,omitzero"`
}

// Merge adds the figures of o. Day, channel and team stay as they are. It fails
// only if a sketch is of another make.
func (r *Row) Merge(o Row) error {
	r.Tally.merge(o.Tally)
	if err := errors.Join(r.Times.merge(&o.Times), r.mergeAgents(o.AgentTimes)); err != nil {
		return fmt.Errorf("merge row of %s, channel %s, team %q: %w", o.Day, o.Channel, o.Team, err)
	}
	return nil
}

func (t *Tally) merge(o Tally) {
	t.Counts.add(o.Counts)
	addHours(&t.InHours, o.InHours)
	addHours(&t.OutHours, o.OutHours)
	for h, w := range o.WaitHours {
		t.WaitHours[h] = t.WaitHours[h].plus(w)
	}
	t.Filters = addCounts(t.Filters, o.Filters)
	t.Failures = addCounts(t.Failures, o.Failures)
	for i, n := range o.Ratings {
		t.Ratings[i] += n
	}
	t.FilterHandOffs = addCounts(t.FilterHandOffs, o.FilterHandOffs)
	t.Templates = joined(t.Templates, o.Templates)
	t.Agents = joined(t.Agents, o.Agents)
	t.Tags = joined(t.Tags, o.Tags)
	t.Languages = joined(t.Languages, o.Languages)
	t.Prices = joined(t.Prices, o.Prices)
}

func (c *Counts) add(o Counts) {
	to, from := c.all(), o.all()
	for i := range to {
		*to[i] += *from[i]
	}
}

// all lists every count, in the order of the fields.
func (c *Counts) all() []*int64 {
	return []*int64{
		&c.In, &c.OutFilter, &c.OutAgent, &c.OutCalendar, &c.OutSystem,
		&c.Conversations, &c.Contained, &c.HandedOff, &c.Unanswered, &c.Quiet, &c.Waiting,
		&c.Active, &c.New, &c.ActiveDay, &c.ActiveMonth, &c.Answered, &c.Again, &c.Opened, &c.HandOffs,
		&c.Resolved, &c.Reopened, &c.FirstMet, &c.FirstBroken, &c.NextMet, &c.NextBroken, &c.ResolveMet, &c.ResolveBroken,
		&c.OptOuts, &c.OptIns,
		&c.Sent, &c.Delivered, &c.Read, &c.Failed, &c.Unproven, &c.Surveys, &c.Blocked,
	}
}

func (t *Times) merge(o *Times) error {
	to, from := t.all(), o.all()
	var errs []error
	for i := range to {
		errs = append(errs, to[i].Merge(*from[i]))
	}
	return errors.Join(errs...)
}

// all lists every sketch, in the order of the fields.
func (t *Times) all() []*Sketch {
	return []*Sketch{
		&t.FirstBot, &t.FirstBotOpen, &t.FirstPeople, &t.FirstPeopleOpen,
		&t.Bot, &t.BotOpen, &t.People, &t.PeopleOpen, &t.Resolution, &t.ResolutionOpen,
	}
}

func addHours(to *[24]int64, from [24]int64) {
	for h, n := range from {
		to[h] += n
	}
}

func addCounts[K comparable](to, from map[K]int64) map[K]int64 {
	if to == nil && len(from) > 0 {
		to = make(map[K]int64, len(from))
	}
	for k, n := range from {
		to[k] += n
	}
	return to
}
