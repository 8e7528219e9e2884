package rollup

import (
	"cmp"

	"frontdesk/shared/conversation"
	"frontdesk/shared/message"
)

// Part is what one team's messages of a day count for.
type Part struct {
	Team string
	Tally
	Answers []Answer
	Ends    []End
}

// Answer is one answer to somebody who waited, in ms.
type Answer struct {
	Waited, WaitedOpen int64
	First, ByBot       bool
	// Agent is who gave it; empty for a template.
	Agent string
}

// End is the end of a spell, in ms since it began.
type End struct{ Took, TookOpen int64 }

func (p *Part) conversation(o Outcome, waiting bool) {
	c := &p.Counts
	c.Conversations++
	c.Waiting += one(waiting)
	switch o {
	case HandedOff:
		c.HandedOff++
	case Unanswered:
		c.Unanswered++
	case Contained:
		c.Contained++
	default:
		c.Quiet++
	}
}

func (p *Part) source(s conversation.Source) *int64 {
	switch s {
	case conversation.ByFilter:
		return &p.Counts.OutFilter
	case conversation.ByAgent:
		return &p.Counts.OutAgent
	case conversation.ByCalendar:
		return &p.Counts.OutCalendar
	}
	return &p.Counts.OutSystem
}

func (p *Part) deliver(f fate) {
	if f.status == message.Failed {
		p.Counts.Failed++
		p.Failures = addCounts(p.Failures, map[int]int64{f.code: 1})
		return
	}
	rank := f.status.Rank()
	p.Counts.Sent += one(rank >= message.Sent.Rank())
	p.Counts.Delivered += one(rank >= message.Delivered.Rank())
	p.Counts.Read += one(rank >= message.Read.Rank())
}

func (p *Part) template(id string, f fate) {
	use := Use{Sent: 1, Failed: one(f.status == message.Failed)}
	if use.Failed == 0 {
		use.Delivered = one(f.status.Rank() >= message.Delivered.Rank())
		use.Read = one(f.status.Rank() >= message.Read.Rank())
	}
	p.Templates = joined(p.Templates, map[string]Use{id: use})
}

// price counts what the channel says of a delivered message's price. Meta bills what is
// delivered (developers.facebook.com, WhatsApp pricing, since 2025-07-01).
func (p *Part) price(f fate) {
	if f.price == nil || f.status == message.Failed || f.status.Rank() < message.Delivered.Rank() {
		return
	}
	category := cmp.Or(f.price.Category, "unknown")
	price := Price{Billable: one(f.price.Billable), Free: one(!f.price.Billable)}
	p.Prices = joined(p.Prices, map[string]Price{category: price})
}

// fate is how far an outbound message came, and why it failed.
type fate struct {
	status message.Status
	code   int
	// price is what the furthest receipt says that has one.
	price *message.Pricing
	rank  int
}

func fatesOf(receipts []conversation.Receipt) map[string]fate {
	fates := make(map[string]fate, len(receipts))
	for _, r := range receipts {
		if r.Ended == nil {
			fates[r.ReplyID] = fates[r.ReplyID].after(r)
		}
	}
	return fates
}

// after is a fate when one more receipt is known; in any order of them it is the same.
func (f fate) after(r conversation.Receipt) fate {
	code := 0
	if len(r.Faults) > 0 {
		code = r.Faults[0].Code
	}
	rank := r.Status.Rank()
	if further := rank - f.status.Rank(); further > 0 || further == 0 && code > f.code {
		f.status, f.code = r.Status, code
	}
	if p := r.Pricing; p != nil && (f.price == nil || rank > f.rank || rank == f.rank && dearer(p, f.price)) {
		f.price, f.rank = p, rank
	}
	return f
}

// dearer puts two prices of one status in an order, so that repeats change nothing.
func dearer(a, b *message.Pricing) bool {
	if a.Billable != b.Billable {
		return a.Billable
	}
	return a.Category > b.Category
}
