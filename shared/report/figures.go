package report

import (
	"math"

	"frontdesk/shared/rollup"
)

// Split is conversations by outcome. A conversation counts once on every day on
// which its customer wrote.
type Split struct {
	Conversations int64 `json:"conversations"`
	// Contained: answered by templates alone. HandedOff: people were in charge or
	// answered. Unanswered: a message that needed an answer got none. Quiet:
	// nothing needed an answer.
	Contained  int64 `json:"contained"`
	HandedOff  int64 `json:"handed_off"`
	Unanswered int64 `json:"unanswered"`
	Quiet      int64 `json:"quiet"`
}

// Figures are the figures of a week, or of a part of it. Shares are from 0 to 1
// and null when they would divide by nothing.
type Figures struct {
	Split
	// The shares of the conversations that needed an answer: all but the quiet ones.
	ContainedShare  *float64 `json:"contained_share"`
	HandedOffShare  *float64 `json:"handed_off_share"`
	UnansweredShare *float64 `json:"unanswered_share"`
	// Waiting are those of HandedOff that ended a day without a person's answer.
	Waiting int64 `json:"waiting"`

	MessagesIn    int64 `json:"messages_in"`
	MessagesOut   int64 `json:"messages_out"`
	OutByTemplate int64 `json:"out_by_template"`
	OutByPeople   int64 `json:"out_by_people"`
	OutByCalendar int64 `json:"out_by_calendar"`
	OutBySystem   int64 `json:"out_by_system"`

	// ActiveCustomers wrote in this week, NewCustomers for the first time ever.
	// Each counts once a week, on each channel they wrote to.
	ActiveCustomers int64 `json:"active_customers"`
	NewCustomers    int64 `json:"new_customers"`
	// ReturningCustomers are the active ones that are not new.
	ReturningCustomers int64 `json:"returning_customers"`
	// MessagesPerCustomer is inbound messages for each active customer.
	MessagesPerCustomer *float64 `json:"messages_per_customer"`
	// Answered are conversations in which something of ours followed the customer's first
	// message of the day, AnsweredAgain those in which they then wrote once more.
	Answered           int64    `json:"answered"`
	AnsweredAgain      int64    `json:"answered_again"`
	AnsweredAgainShare *float64 `json:"answered_again_share"`
	// Resolved are spells that people ended, Reopened those that began within seven days
	// after such an end. The share is reopened over resolved; it may be over 1.
	Resolved      int64    `json:"resolved"`
	Reopened      int64    `json:"reopened"`
	ReopenedShare *float64 `json:"reopened_share"`
	// OptOuts are customers' wishes to get no more messages, OptIns to get them again.
	OptOuts int64 `json:"opt_outs"`
	OptIns  int64 `json:"opt_ins"`

	// How long customers waited for the first answer of a spell and for any; nil
	// when nobody was answered so. Templates and people are kept apart.
	FirstReplyBot    *Times `json:"first_reply_bot"`
	FirstReplyPeople *Times `json:"first_reply_people"`
	ReplyBot         *Times `json:"reply_bot"`
	ReplyPeople      *Times `json:"reply_people"`
	// Resolution is how long the spells lasted that people ended.
	Resolution *Times `json:"resolution"`
	// SLA is what became of the teams' promises.
	SLA Promises `json:"sla"`

	// Sent, Delivered and Read messages came at least so far. FailedShare is of
	// all outbound messages, ReadShare of the delivered ones.
	Sent        int64    `json:"sent"`
	Delivered   int64    `json:"delivered"`
	Read        int64    `json:"read"`
	Failed      int64    `json:"failed"`
	FailedShare *float64 `json:"failed_share"`
	ReadShare   *float64 `json:"read_share"`
	// DeliveredShare is the delivered ones over those that the channel took or refused.
	DeliveredShare *float64 `json:"delivered_share"`
	// Billable and Free are delivered messages that the channel bills, and that it does not.
	Billable int64 `json:"billable_messages"`
	Free     int64 `json:"free_messages"`
	// Unproven sends may have gone out twice.
	Unproven int64 `json:"unproven"`
	Satisfaction
}

// Times are durations in milliseconds: median and 90th percentile to 1 %, the
// mean exactly. Open is the same in business hours.
type Times struct {
	Count  int64  `json:"count"`
	Median int64  `json:"median_ms"`
	P90    int64  `json:"p90_ms"`
	Mean   int64  `json:"mean_ms"`
	Open   *Times `json:"business_hours,omitempty"`
}

func figuresOf(r rollup.Row) Figures {
	f := Figures{
		Split: splitOf(r.Counts), Waiting: r.Waiting,
		MessagesIn: r.In, MessagesOut: r.OutFilter + r.OutAgent + r.OutCalendar + r.OutSystem,
		OutByTemplate: r.OutFilter, OutByPeople: r.OutAgent, OutByCalendar: r.OutCalendar, OutBySystem: r.OutSystem,
		ActiveCustomers: r.Active, NewCustomers: r.New, ReturningCustomers: max(r.Active-r.New, 0),
		Answered: r.Answered, AnsweredAgain: r.Again, Resolved: r.Resolved, Reopened: r.Reopened, OptOuts: r.OptOuts, OptIns: r.OptIns,
		FirstReplyBot: timesOf(r.FirstBot, r.FirstBotOpen), FirstReplyPeople: timesOf(r.FirstPeople, r.FirstPeopleOpen),
		ReplyBot: timesOf(r.Bot, r.BotOpen), ReplyPeople: timesOf(r.People, r.PeopleOpen),
		Resolution: timesOf(r.Resolution, r.ResolutionOpen), SLA: promisesOf(r.Counts),
		Sent: r.Sent, Delivered: r.Delivered, Read: r.Read, Failed: r.Failed, Unproven: r.Unproven,
		Satisfaction: satisfactionOf(r.Tally),
	}
	for _, p := range r.Prices {
		f.Billable += p.Billable
		f.Free += p.Free
	}
	f.shares()
	return f
}

// shares sets what is made of totals, never of days.
func (f *Figures) shares() {
	needed := f.Conversations - f.Quiet
	f.ContainedShare, f.HandedOffShare, f.UnansweredShare = share(f.Contained, needed), share(f.HandedOff, needed), share(f.Unanswered, needed)
	f.MessagesPerCustomer = share(f.MessagesIn, f.ActiveCustomers)
	f.AnsweredAgainShare, f.ReopenedShare = share(f.AnsweredAgain, f.Answered), share(f.Reopened, f.Resolved)
	f.FailedShare, f.ReadShare, f.DeliveredShare = share(f.Failed, f.MessagesOut), share(f.Read, f.Delivered), share(f.Delivered, f.Sent+f.Failed)
}

func splitOf(c rollup.Counts) Split {
	return Split{c.Conversations, c.Contained, c.HandedOff, c.Unanswered, c.Quiet}
}

func timesOf(clock, open rollup.Sketch) *Times {
	if clock.Count() == 0 {
		return nil
	}
	return &Times{
		Count: clock.Count(), Median: clock.Quantile(0.5), P90: clock.Quantile(0.9),
		Mean: int64(math.Round(clock.Mean())), Open: timesOf(open, rollup.Sketch{}),
	}
}

func share(part, whole int64) *float64 {
	if whole == 0 {
		return nil
	}
	s := float64(part) / float64(whole)
	return &s
}

// Change is a figure beside the week before.
type Change struct {
	Before float64 `json:"before"`
	// Delta is now less before: a number, milliseconds, or for shares the
	// difference of the shares.
	Delta float64 `json:"delta"`
	// Percent is Delta in percent of Before; nil for shares and when Before is zero.
	Percent *float64 `json:"percent,omitempty"`
}

func changes(before, now Figures) map[string]Change {
	out := map[string]Change{}
	then := now.countsByName()
	for name, b := range before.countsByName() {
		out[name] = changeOf(float64(b), float64(then[name]))
	}
	shares := now.sharesByName()
	for name, b := range before.sharesByName() {
		if n := shares[name]; b != nil && n != nil {
			out[name] = Change{Before: *b, Delta: *n - *b}
		}
	}
	times := now.timesByName()
	for name, b := range before.timesByName() {
		if n := times[name]; b != nil && n != nil {
			out[name+"_median_ms"] = changeOf(float64(b.Median), float64(n.Median))
			out[name+"_p90_ms"] = changeOf(float64(b.P90), float64(n.P90))
		}
	}
	return out
}

func changeOf(before, now float64) Change {
	c := Change{Before: before, Delta: now - before}
	if before != 0 {
		p := 100 * c.Delta / before
		c.Percent = &p
	}
	return c
}

// The names are those of the JSON, so that a reader finds a figure's change.

func (f Figures) countsByName() map[string]int64 {
	return map[string]int64{
		"conversations": f.Conversations, "contained": f.Contained, "handed_off": f.HandedOff, "unanswered": f.Unanswered,
		"waiting": f.Waiting, "messages_in": f.MessagesIn, "messages_out": f.MessagesOut, "out_by_template": f.OutByTemplate,
		"out_by_people": f.OutByPeople, "active_customers": f.ActiveCustomers, "new_customers": f.NewCustomers, "failed": f.Failed,
		"surveys": f.Surveys, "rated": f.Rated, "returning_customers": f.ReturningCustomers, "resolved": f.Resolved, "reopened": f.Reopened,
		"answered": f.Answered, "answered_again": f.AnsweredAgain, "opt_outs": f.OptOuts, "billable_messages": f.Billable,
	}
}

func (f Figures) sharesByName() map[string]*float64 {
	return map[string]*float64{
		"contained_share": f.ContainedShare, "handed_off_share": f.HandedOffShare, "unanswered_share": f.UnansweredShare,
		"failed_share": f.FailedShare, "read_share": f.ReadShare,
		"satisfied_share": f.SatisfiedShare, "response_rate": f.ResponseRate,
		"delivered_share": f.DeliveredShare, "answered_again_share": f.AnsweredAgainShare, "reopened_share": f.ReopenedShare,
	}
}

func (f Figures) timesByName() map[string]*Times {
	return map[string]*Times{
		"first_reply_bot": f.FirstReplyBot, "first_reply_people": f.FirstReplyPeople,
		"reply_bot": f.ReplyBot, "reply_people": f.ReplyPeople, "resolution": f.Resolution,
	}
}
