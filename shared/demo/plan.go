package demo

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"frontdesk/shared/week"
)

// Weeks is how many full ISO weeks of conversations there are, besides the one
// that is going on.
const Weeks = 6

const (
	// visitsADay is how many visits an average day of the first week has; each is
	// about two messages. growth is from week to week.
	visitsADay = 18.5
	growth     = 1.035
	// rest is how long a contact stays away at least before coming back.
	rest = 9 * time.Hour
)

// byWeekday and byHour are how the visits spread: Monday, when the tea house is
// closed, is quiet, Saturday is full; people write before noon, in the afternoon
// and in the evening.
var (
	byWeekday = [7]float64{time.Sunday: 1.0, time.Monday: 0.62, time.Tuesday: 0.95, time.Wednesday: 0.98, time.Thursday: 1.0, time.Friday: 1.15, time.Saturday: 1.3}
	byHour    = [24]int{2, 1, 1, 0, 0, 1, 3, 8, 20, 42, 66, 70, 48, 44, 62, 66, 58, 48, 44, 50, 46, 30, 14, 5}
)

// period is when the demo happens.
type period struct {
	start, end time.Time
	// today is the company's day that is not over.
	today string
	// company counts days and weeks, house is where the tea house stands.
	company, house *time.Location
}

// periodOf is six full weeks and the one that is going on, as far as the store
// keeps messages at all.
func periodOf(cfg Config, house *time.Location) (period, error) {
	p := period{end: cfg.Now.Add(-time.Minute), today: week.Day(cfg.Now, cfg.Zone), company: cfg.Zone, house: house}
	first, err := week.Before(week.Of(cfg.Now, cfg.Zone), Weeks)
	if err != nil {
		return p, fmt.Errorf("find the first week: %w", err)
	}
	days, err := week.Days(first)
	if err != nil {
		return p, err
	}
	if oldest := cfg.Now.Add(48*time.Hour - cfg.Store.Keep); cfg.Store.Keep > 0 {
		days[0] = max(days[0], week.Day(oldest, cfg.Zone))
	}
	p.start, _, err = week.Bounds(days[0], cfg.Zone)
	return p, err
}

// finished are the company's days from the start up to yesterday.
func (p period) finished() []string {
	var days []string
	for at := p.start.In(p.company).Add(12 * time.Hour); ; at = at.AddDate(0, 0, 1) {
		day := week.Day(at, p.company)
		if day >= p.today {
			return days
		}
		days = append(days, day)
	}
}

// contact is somebody who comes by, once or more often.
type contact struct {
	customer
	// number tells contacts apart; the regular has 0.
	number int
	visits []time.Time
}

// plan says who comes by when.
func (s *shop) plan() []*contact {
	draw := rand.New(rand.NewPCG(s.Seed, 0x7ea))
	contacts := s.regulars()
	for _, at := range s.moments(draw) {
		c := returning(draw, contacts, at)
		if c == nil {
			n := len(contacts) + 1
			c = &contact{customer: madeUp(draw, n), number: n}
			contacts = append(contacts, c)
		}
		c.visits = append(c.visits, at)
	}
	return contacts
}

// moments are the times of all visits, in order.
func (p period) moments(draw *rand.Rand) []time.Time {
	var all []time.Time
	y, m, d := p.start.In(p.house).Date()
	for i := 0; ; i++ {
		midnight := time.Date(y, m, d+i, 0, 0, 0, 0, p.house)
		if midnight.After(p.end) {
			return all
		}
		mean := visitsADay * byWeekday[midnight.Weekday()] * math.Pow(growth, float64(i)/7)
		all = append(all, p.momentsOf(draw, midnight, mean)...)
	}
}

// momentsOf are the visits of one day, hour by hour, spread inside the hour so
// that they stay in order.
func (p period) momentsOf(draw *rand.Rand, midnight time.Time, mean float64) []time.Time {
	var visits [24]int
	for range max(int(math.Round(mean+1.6*draw.NormFloat64())), 1) {
		visits[hourOf(draw)]++
	}
	var all []time.Time
	for hour, n := range visits {
		for i := range n {
			slot := 3600 / n
			at := midnight.Add(time.Duration(hour)*time.Hour + time.Duration(i*slot+draw.IntN(slot))*time.Second)
			if !at.Before(p.start) && at.Before(p.end) {
				all = append(all, at)
			}
		}
	}
	return all
}

func hourOf(draw *rand.Rand) int {
	total := 0
	for _, w := range byHour {
		total += w
	}
	point := draw.IntN(total)
	for hour, w := range byHour {
		if point -= w; point < 0 {
			return hour
		}
	}
	return 12
}

// returning picks somebody who was here before and has been away for a while,
// more likely a recent contact than an old one; nil when it is somebody new.
func returning(draw *rand.Rand, contacts []*contact, at time.Time) *contact {
	if draw.Float64() < 0.38 {
		return nil
	}
	for range 4 {
		back := int(draw.ExpFloat64() * 70)
		if back >= len(contacts) {
			continue
		}
		c := contacts[len(contacts)-1-back]
		if n := len(c.visits); !c.regular && n > 0 && at.Sub(c.visits[n-1]) >= rest {
			return c
		}
	}
	return nil
}

// regulars is the persona of the playground who comes back, with her visit a few
// days ago, on a day from Tuesday to Friday when everybody is in.
func (s *shop) regulars() []*contact {
	y, m, d := s.end.In(s.house).Date()
	at := time.Date(y, m, d-3, 10, 20, 0, 0, s.house)
	for at.Weekday() < time.Tuesday || at.Weekday() > time.Friday {
		at = at.AddDate(0, 0, -1)
	}
	if at.Before(s.start) {
		return nil
	}
	return []*contact{{customer: regular(), visits: []time.Time{at}}}
}
