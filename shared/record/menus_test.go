package record_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/record"
)

func TestWhatMenuAnAppHas(t *testing.T) {
	s, at := open(t), time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC)
	first, err := s.AppMenu(t.Context(), "app-main")
	if diff := cmp.Diff(record.AppMenu{Channel: "app-main"}, first); diff != "" || err != nil {
		t.Fatalf("%v, before it had one (-want +got):\n%s", err, diff)
	}
	first.Playbook, first.Digest = 3, "d1"
	if err := s.SetAppMenu(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	if err := s.SetAppMenu(t.Context(), first); !errors.Is(err, record.ErrStale) {
		t.Errorf("got %v, want the second writer refused", err)
	}
	again, err := s.AppMenu(t.Context(), "app-main")
	if err != nil {
		t.Fatal(err)
	}
	again.Trying, again.Tries, again.Next, again.Told = 4, 2, at, true
	if err := s.SetAppMenu(t.Context(), again); err != nil {
		t.Fatal(err)
	}
	if err := s.SetAppMenu(t.Context(), record.AppMenu{Channel: "app-two", Playbook: 4}); err != nil {
		t.Fatal(err)
	}
	all, err := s.AppMenus(t.Context(), 10)
	want := []record.AppMenu{
		{Channel: "app-main", Playbook: 3, Digest: "d1", Trying: 4, Tries: 2, Next: at, Told: true, Version: 2},
		{Channel: "app-two", Playbook: 4, Version: 1},
	}
	if diff := cmp.Diff(want, all); diff != "" || err != nil {
		t.Errorf("%v, all apps (-want +got):\n%s", err, diff)
	}
}
