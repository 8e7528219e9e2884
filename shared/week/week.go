// Package week is the arithmetic of days and ISO weeks that everything which
// counts shares: a day is "2026-11-22", a week is "2026-W47", both in the
// company's time zone.
//
// Weeks follow ISO 8601: Monday to Sunday, always seven days, and week 1 is the
// one that holds the year's first Thursday. So 2027-01-01 is in 2026-W53. A day
// lasts 23, 24 or 25 hours; where a clock is put forward at midnight it starts at 01:00.
// Anything that is not exactly in these forms is refused with [ErrFormat].
package week

import (
	"errors"
	"fmt"
	"strconv"
	"time"
)

// ErrFormat says that a day or a week is not written as this package writes it,
// or that the year has no such week.
var ErrFormat = errors.New("not a day like 2026-11-22 or an ISO week like 2026-W47")

// ErrNoDay says that a zone skipped a date (Apia had no 2011-12-30).
var ErrNoDay = errors.New("the time zone skipped this day")

// Of returns the ISO week of a time in a zone: "2026-W47".
func Of(t time.Time, loc *time.Location) string {
	return format(t.In(loc).ISOWeek())
}

// Day returns the day of a time in a zone: "2026-11-22".
func Day(t time.Time, loc *time.Location) string {
	return t.In(loc).Format(time.DateOnly)
}

// OfDay returns the ISO week of a day.
func OfDay(day string) (string, error) {
	t, err := parseDay(day)
	if err != nil {
		return "", err
	}
	w := format(t.ISOWeek())
	_, err = monday(w)
	return w, err
}

// Parse returns the ISO year and the number, 1 to 53, of a week.
func Parse(w string) (year, number int, err error) {
	monday, err := monday(w)
	if err != nil {
		return 0, 0, err
	}
	year, number = monday.ISOWeek()
	return year, number, nil
}

// Days returns the seven days of a week, Monday first.
func Days(w string) ([]string, error) {
	first, err := monday(w)
	if err != nil {
		return nil, err
	}
	days := make([]string, 7)
	for i := range days {
		days[i] = first.AddDate(0, 0, i).Format(time.DateOnly)
	}
	return days, nil
}

// Between returns the days from one to another, both included; none when the last is
// before the first.
func Between(from, to string) ([]string, error) {
	first, err := parseDay(from)
	if err != nil {
		return nil, err
	}
	last, err := parseDay(to)
	if err != nil {
		return nil, err
	}
	var days []string
	for d := first; !d.After(last); d = d.AddDate(0, 0, 1) {
		days = append(days, d.Format(time.DateOnly))
	}
	return days, nil
}

// Shift returns the day n days after a day; a negative n goes back.
func Shift(day string, n int) (string, error) {
	t, err := parseDay(day)
	if err != nil {
		return "", err
	}
	t = t.AddDate(0, 0, n)
	if t.Year() < 1 || t.Year() > 9999 {
		return "", fmt.Errorf("%d days after %s: %w", n, day, ErrFormat)
	}
	return t.Format(time.DateOnly), nil
}

// Before returns the week n weeks before w; a negative n goes forward.
func Before(w string, n int) (string, error) {
	first, err := monday(w)
	if err != nil {
		return "", err
	}
	other := format(first.AddDate(0, 0, -7*n).ISOWeek())
	if _, err := monday(other); err != nil {
		return "", fmt.Errorf("%d weeks before %s: %w", n, w, err)
	}
	return other, nil
}

// Bounds returns when a day begins in a zone and when the next one does.
func Bounds(day string, loc *time.Location) (from, to time.Time, err error) {
	t, err := parseDay(day)
	if err != nil {
		return time.Time{}, time.Time{}, err
	}
	from, ok := start(t, loc)
	if !ok {
		return time.Time{}, time.Time{}, fmt.Errorf("%s in %s: %w", day, loc, ErrNoDay)
	}
	to, ok = start(t.AddDate(0, 0, 1), loc)
	if !ok {
		to, _ = start(t.AddDate(0, 0, 2), loc)
	}
	return from, to, nil
}

// clockStep divides every change of clocks that zones make.
const clockStep = 15 * time.Minute

// Clock returns the first moment of a day at which the clocks of a zone show an hour (0 to
// 23), or a later one when they leap over it. [ErrNoDay]: the zone skipped the day, or the rest
// of it from that hour on.
func Clock(day string, hour int, loc *time.Location) (time.Time, error) {
	from, to, err := Bounds(day, loc)
	if err != nil {
		return time.Time{}, err
	}
	for t := from; t.Before(to); t = t.Add(clockStep) {
		if t.Hour() >= hour {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%s %d:00 in %s: %w", day, hour, loc, ErrNoDay)
}

// start returns the first moment of the date that midnight UTC names. It tries
// midnight by the offset of the day before and of the day after, and the change
// of offset between them.
func start(midnight time.Time, loc *time.Location) (time.Time, bool) {
	day := midnight.Format(time.DateOnly)
	before, after := midnight.Add(-26*time.Hour).In(loc), midnight.Add(26*time.Hour).In(loc)
	_, early := before.Zone()
	_, late := after.Zone()
	_, change := before.ZoneBounds()
	var first time.Time
	for _, c := range []time.Time{
		midnight.Add(-time.Duration(early) * time.Second),
		midnight.Add(-time.Duration(late) * time.Second),
		change,
	} {
		if Day(c, loc) == day && (first.IsZero() || c.Before(first)) {
			first = c
		}
	}
	return first.In(loc), !first.IsZero()
}

func monday(w string) (time.Time, error) {
	if len(w) != 8 || w[4:6] != "-W" || !digits(w[:4]) || !digits(w[6:]) {
		return time.Time{}, fmt.Errorf("%q: %w", w, ErrFormat)
	}
	year, _ := strconv.Atoi(w[:4])
	number, _ := strconv.Atoi(w[6:])
	// The 4th of January is always in week 1.
	fourth := time.Date(year, 1, 4, 0, 0, 0, 0, time.UTC)
	first := fourth.AddDate(0, 0, 1-weekday(fourth)+7*(number-1))
	if y, n := first.ISOWeek(); year < 1 || y != year || n != number || first.AddDate(0, 0, 6).Year() > 9999 {
		return time.Time{}, fmt.Errorf("%q: %w", w, ErrFormat)
	}
	return first, nil
}

// weekday is 1 on Monday and 7 on Sunday.
func weekday(t time.Time) int { return (int(t.Weekday())+6)%7 + 1 }

func parseDay(day string) (time.Time, error) {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil || t.Year() < 1 {
		return time.Time{}, fmt.Errorf("%q: %w", day, ErrFormat)
	}
	return t, nil
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

func format(year, number int) string { return fmt.Sprintf("%04d-W%02d", year, number) }
