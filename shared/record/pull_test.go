package record_test

import (
	"errors"
	"testing"
	"time"

	"frontdesk/shared/record"
)

func TestACursorIsMovedByOneAtATime(t *testing.T) {
	s, began := open(t), time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC)
	first, err := s.Cursor(t.Context(), "kf-main")
	if err != nil || first.Next != "" || first.Channel != "kf-main" {
		t.Fatalf("got %+v, %v, want the beginning", first, err)
	}
	first.Next, first.Began = "c1", began
	moved, err := s.SetCursor(t.Context(), first)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.SetCursor(t.Context(), first); !errors.Is(err, record.ErrStale) {
		t.Errorf("got %v, want the second writer refused", err)
	}
	moved.Next = "c2"
	if _, err := s.SetCursor(t.Context(), moved); err != nil {
		t.Error(err)
	}
	all, err := s.Cursors(t.Context(), 10)
	if err != nil || len(all) != 1 || all[0].Next != "c2" || all[0].Channel != "kf-main" || !all[0].Began.Equal(began) {
		t.Errorf("got %+v, %v, want the channel at c2", all, err)
	}
}

func TestAWelcomeIsClaimedOnce(t *testing.T) {
	s, w := open(t), record.Welcome{Channel: "kf-main", At: time.Now()}
	if err := s.ClaimWelcome(t.Context(), "h1", w); err != nil {
		t.Fatal(err)
	}
	if err := s.ClaimWelcome(t.Context(), "h1", w); !errors.Is(err, record.ErrDuplicate) {
		t.Errorf("got %v, want it refused the second time", err)
	}
	if err := s.ClaimWelcome(t.Context(), "h2", w); err != nil {
		t.Errorf("another code: %v", err)
	}
}
