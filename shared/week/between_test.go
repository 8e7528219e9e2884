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
