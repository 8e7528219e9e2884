package sandbox

import (
	"time"

	"frontdesk/shared/message"
)

// Plan says which receipts follow an accepted message. [Usual], [ChatOpen] and
// [NoReceipts] are plans; the functions below make others of them:
//
//	Receipts: Late(Twice(Usual, time.Minute), time.Hour)
type Plan func(SentMessage) []Receipt

// Late lets every receipt come later than it was true: its timestamp stays.
func Late(p Plan, by time.Duration) Plan {
	return p.each(func(r *Receipt) { r.Deliver.After += by })
}

// Twice repeats every receipt after a pause, word for word, as Meta does when the
// first was not answered in time (webhooks overview page).
func Twice(p Plan, pause time.Duration) Plan {
	return p.each(func(r *Receipt) { r.Deliver.Times, r.Deliver.Every = 2, pause })
}

// Reversed lets the last receipt come first: all wait for it and then follow in
// the opposite order. The timestamps tell the true one.
func Reversed(p Plan) Plan {
	return func(m SentMessage) []Receipt {
		plan := p.of(m)
		var last time.Duration
		for _, r := range plan {
			last = max(last, r.After)
		}
		for i := range plan {
			plan[i].Deliver.After += 2 * (last - plan[i].After)
		}
		return plan
	}
}

// Without leaves statuses out.
func Without(p Plan, gone ...message.Status) Plan {
	return func(m SentMessage) []Receipt {
		var left []Receipt
		for _, r := range p.of(m) {
			if !holds(gone, r.Status) {
				left = append(left, r)
			}
		}
		return left
	}
}

func holds(all []message.Status, one message.Status) bool {
	for _, s := range all {
		if s == one {
			return true
		}
	}
	return false
}

// With adds receipts.
func With(p Plan, more ...Receipt) Plan {
	return func(m SentMessage) []Receipt { return append(p.of(m), more...) }
}

// Failing is the plan of a message that was accepted and then fails for a reason.
func Failing(code int) Plan {
	return With(NoReceipts, Receipt{Status: message.Failed, After: 300 * time.Millisecond, Code: code})
}

// FailedAfterDelivered is the plan of a message that fails although it was
// delivered. No page of Meta speaks of it or excludes it (?).
func FailedAfterDelivered(code int) Plan {
	return With(Without(Usual, message.Read), Receipt{Status: message.Failed, After: 900 * time.Millisecond, Code: code})
}

// Twins gives every receipt a second time under a second wamid with the same
// reference: what one hears of a message that Meta took twice.
func Twins(p Plan) Plan {
	return func(m SentMessage) []Receipt {
		plan := p.of(m)
		for _, r := range plan {
			r.Twin = true
			plan = append(plan, r)
		}
		return plan
	}
}

// Among picks one of several plans for each message. pick returns an index.
func Among(pick func(SentMessage) int, plans ...Plan) Plan {
	return func(m SentMessage) []Receipt { return plans[pick(m)](m) }
}

// of is a plan for one message that may be changed.
func (p Plan) of(m SentMessage) []Receipt { return append([]Receipt(nil), p(m)...) }

func (p Plan) each(change func(*Receipt)) Plan {
	return func(m SentMessage) []Receipt {
		plan := p.of(m)
		for i := range plan {
			change(&plan[i])
		}
		return plan
	}
}
