package decide

import "time"

// valid reports whether a filter's dates let it act at a time. Days are those of the
// time's zone; until lasts to the end of its day.
func (f *filter) valid(now time.Time) bool { return f.begun(now) && !f.over(now) }

func (f *filter) begun(now time.Time) bool {
	return f.from.at.IsZero() || !now.Before(f.from.start(now.Location()))
}

func (f *filter) over(now time.Time) bool {
	return !f.until.at.IsZero() && !now.Before(f.until.end(now.Location()))
}

// dates reads the dates of a filter.
func (c *compiler) dates(f *filter, at *place) {
	f.from, f.until = c.instant(f.From, at.key("from")), c.instant(f.Until, at.key("until"))
	whole := f.from.day && f.until.day
	if f.from.at.IsZero() || f.until.at.IsZero() {
		return
	}
	if f.until.at.Before(f.from.at) || !whole && f.until.at.Equal(f.from.at) {
		c.fault(at.key("until"), "the filter ends before it begins", "exchange from and until, or remove one")
	}
}
