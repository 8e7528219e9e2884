package report

import (
	"cmp"
	"slices"
	"time"

	"frontdesk/shared/rollup"
)

// top is how many filters and templates are listed, busyHours how many hours.
const top, busyHours = 10, 5

// Filter is a filter (or welcome, away, fallback) and the inbound messages it decided.
type Filter struct {
	Name
	Messages int64 `json:"messages"`
	// Share is of all inbound messages.
	Share *float64 `json:"share"`
	// HandedOff are those that it handed to people.
	HandedOff int64 `json:"handed_off"`
}

// Template is a template and what became of its messages.
type Template struct {
	Name
	Messages  int64 `json:"messages"`
	Delivered int64 `json:"delivered"`
	Read      int64 `json:"read"`
	Failed    int64 `json:"failed"`
	// AskedAgain are messages after which the customer asked again within the hour,
	// HandedOffAfter those after which they were handed to people in the same spell, within 24
	// hours. Both count when that happened.
	AskedAgain     int64 `json:"asked_again"`
	HandedOffAfter int64 `json:"handed_off_after"`
	// DeliveredShare is of the messages, ReadShare of the delivered ones; the other two are of
	// the messages that did not fail, and may pass 1 at the edge of a period.
	DeliveredShare      *float64 `json:"delivered_share"`
	ReadShare           *float64 `json:"read_share"`
	AskedAgainShare     *float64 `json:"asked_again_share"`
	HandedOffAfterShare *float64 `json:"handed_off_after_share"`
}

// Failure is a reason why messages failed.
type Failure struct {
	// Code is the channel's error code; 0 when it gave none.
	Code     int    `json:"code"`
	Reason   string `json:"reason"`
	Messages int64  `json:"messages"`
}

// Busy is an hour of the week and its inbound messages.
type Busy struct {
	Weekday    int   `json:"weekday"` // 1 is Monday
	Hour       int   `json:"hour"`
	MessagesIn int64 `json:"messages_in"`
}

func filters(r rollup.Row, names map[string]string) []Filter {
	out := make([]Filter, 0, len(r.Filters))
	for id, n := range r.Filters {
		out = append(out, Filter{Name{id, nameOf(id, names)}, n, share(n, r.In), r.FilterHandOffs[id]})
	}
	sortBy(out, func(a, b Filter) int { return order(a.Name, b.Name, a.Messages, b.Messages) })
	return out
}

func templates(r rollup.Row, names map[string]string) []Template {
	out := make([]Template, 0, len(r.Templates))
	for id, u := range r.Templates {
		arrived := u.Sent - u.Failed
		out = append(out, Template{
			Name: Name{id, nameOf(id, names)}, Messages: u.Sent, Delivered: u.Delivered, Read: u.Read, Failed: u.Failed,
			AskedAgain: u.Asked, HandedOffAfter: u.HandedOff,
			DeliveredShare: share(u.Delivered, u.Sent), ReadShare: share(u.Read, u.Delivered),
			AskedAgainShare: share(u.Asked, arrived), HandedOffAfterShare: share(u.HandedOff, arrived),
		})
	}
	sortBy(out, func(a, b Template) int { return order(a.Name, b.Name, a.Messages, b.Messages) })
	return out
}

func failures(r rollup.Row) []Failure {
	out := make([]Failure, 0, len(r.Failures))
	for code, n := range r.Failures {
		out = append(out, Failure{code, Reason(code), n})
	}
	sortBy(out, func(a, b Failure) int {
		return cmp.Or(cmp.Compare(b.Messages, a.Messages), cmp.Compare(a.Code, b.Code))
	})
	return out
}

func daysOf(w oneWeek) []Day {
	out := make([]Day, len(w.days))
	for i, d := range w.days {
		out[i] = Day{Day: d, Missing: !w.known[d]}
	}
	for _, r := range w.rows {
		d := &out[slices.Index(w.days, r.Day)]
		d.MessagesIn += r.In
		d.Conversations += r.Conversations
		d.Contained += r.Contained
		d.HandedOff += r.HandedOff
		d.Unanswered += r.Unanswered
		d.Quiet += r.Quiet
	}
	return out
}

func heat(w oneWeek) [7][24]int64 {
	var out [7][24]int64
	for _, r := range w.rows {
		t, err := time.Parse(time.DateOnly, r.Day)
		if err != nil {
			continue // the days of a report are days
		}
		of := &out[(int(t.Weekday())+6)%7] // Monday first
		for h, n := range r.InHours {
			of[h] += n
		}
	}
	return out
}

func busiest(heat [7][24]int64) []Busy {
	out := []Busy{}
	for d, hours := range heat {
		for h, n := range hours {
			if n > 0 {
				out = append(out, Busy{d + 1, h, n})
			}
		}
	}
	sortBy(out, func(a, b Busy) int { return cmp.Compare(b.MessagesIn, a.MessagesIn) })
	return first(out, busyHours)
}

func first[T any](list []T, n int) []T { return list[:min(n, len(list))] }
