package week_test

import (
	"errors"
	"slices"
	"testing"

	"frontdesk/shared/week"
)

func TestDaysBetween(t *testing.T) {
	got, err := week.Between("2027-02-27", "2027-03-01")
	if want := []string{"2027-02-27", "2027-02-28", "2027-03-01"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
	if got, err := week.Between("2027-03-01", "2027-02-28"); err != nil || len(got) != 0 {
		t.Errorf("the wrong way round: got %v, %v, want none", got, err)
	}
	for _, days := range [][2]string{{"1", "2027-03-01"}, {"2027-03-01", "1"}} {
		if _, err := week.Between(days[0], days[1]); !errors.Is(err, week.ErrFormat) {
			t.Errorf("%v: got %v, want ErrFormat", days, err)
		}
	}
}

func TestShift(t *testing.T) {
	for _, c := range []struct {
		day, want string
		n         int
	}{
		{"2026-12-31", "2027-01-01", 1}, {"2028-03-01", "2028-02-29", -1}, {"2026-11-22", "2026-11-22", 0},
		{"0001-01-01", "", -1}, {"9999-12-31", "", 1}, {"2026-11-31", "", 1},
	} {
		got, err := week.Shift(c.day, c.n)
		if got != c.want || (err != nil) != (c.want == "") {
			t.Errorf("%s and %d days: got %q, %v, want %q", c.day, c.n, got, err, c.want)
		}
	}
}
