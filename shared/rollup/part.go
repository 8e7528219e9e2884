package rollup

import (
	"frontdesk/shared/conversation"
	"frontdesk/shared/message"
)

// Part is what one team's messages of a day count for.
type Part struct {
	Team string
	Tally
	Answers []Answer
}

// Answer is one answer to somebody who waited, in ms.
type Answer struct {
	Waited, WaitedOpen int64
	First, ByBot       bool
}

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
	failed := f.status == message.Failed
	read := !failed && f.status.Rank() >= message.Read.Rank()
	p.use(id, Use{Sent: 1, Read: one(read), Failed: one(failed)})
}

// fate is how far an outbound message came, and why it failed.
type fate struct {
	status message.Status
	code   int
}

func fatesOf(receipts []conversation.Receipt) map[string]fate {
	fates := make(map[string]fate, len(receipts))
	for _, r := range receipts {
		old := fates[r.ReplyID]
		now := fate{status: r.Status}
		if len(r.Faults) > 0 {
			now.code = r.Faults[0].Code
		}
		further := now.status.Rank() - old.status.Rank()
		if further > 0 || further == 0 && now.code > old.code {
			fates[r.ReplyID] = now
		}
	}
	return fates
}
