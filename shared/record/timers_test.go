package record_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/record"
	"frontdesk/shared/table/bolt"
)

func due(t *testing.T, s *record.Store, at time.Time) []record.Due {
	t.Helper()
	rows, err := s.DueBy(context.Background(), at, 100)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// when lists the times at which anything is due by the end of time.
func when(t *testing.T, s *record.Store) (times []string) {
	t.Helper()
	for _, row := range due(t, s, noon.AddDate(10, 0, 0)) {
		times = append(times, row.Kind+" "+row.At.Format(time.TimeOnly))
	}
	return times
}

func TestAPromiseIsRemindedOfWhenItsHeadSays(t *testing.T) {
	s := open(t)
	h := handedOff(1, 0)
	at := func(minute int) time.Time { return noon.Add(time.Duration(minute) * time.Minute) }
	for _, step := range []struct {
		name string
		look time.Time
		want []string
	}{
		{"nothing is promised", time.Time{}, nil},
		{"an answer is", at(30), []string{"sla 12:30:00"}},
		{"the same", at(30), []string{"sla 12:30:00"}},
		{"later", at(45), []string{"sla 12:45:00"}},
		{"sooner", at(15), []string{"sla 12:15:00"}},
		{"it was kept", time.Time{}, nil},
	} {
		h.Watch.Look = step.look
		h = people(t, s, h)
		if d := cmp.Diff(step.want, when(t, s)); d != "" {
			t.Errorf("%s (-want +got):\n%s", step.name, d)
		}
		if !h.Watch.Row.Equal(step.look) {
			t.Errorf("%s: the head says the row is at %v, want %v", step.name, h.Watch.Row, step.look)
		}
	}
}

func TestWhatIsDueComesInOrderAndNotEarly(t *testing.T) {
	s := open(t)
	for n, minute := range []int{3, 1, 2} {
		h := handedOff(n, minute)
		h.Watch.Look = noon.Add(time.Duration(minute) * time.Minute)
		people(t, s, h)
	}
	for minute, want := range []int{0, 1, 2, 3} {
		at := noon.Add(time.Duration(minute) * time.Minute)
		if got := due(t, s, at.Add(-time.Second)); len(got) != max(want-1, 0) {
			t.Errorf("a second before minute %d: got %d rows, want %d", minute, len(got), max(want-1, 0))
		}
		got := due(t, s, at)
		if len(got) != want {
			t.Fatalf("minute %d: got %d rows, want %d", minute, len(got), want)
		}
		for i, row := range got {
			if !row.At.Equal(noon.Add(time.Duration(i+1)*time.Minute)) || !row.For.Equal(row.At) || row.Conversation == "" {
				t.Errorf("row %d is %+v, want that of minute %d", i, row, i+1)
			}
		}
	}
	if got, err := s.DueBy(t.Context(), noon.Add(time.Hour), 2); err != nil || len(got) != 2 {
		t.Errorf("got %d rows, %v, want the limit of 2", len(got), err)
	}
}

func TestWhatIsDueIsClaimedByOneAndComesBack(t *testing.T) {
	s, ctx := open(t), context.Background()
	h := handedOff(1, 0)
	h.Watch.Look = noon
	people(t, s, h)
	row := due(t, s, noon)[0]
	claimed, err := s.ClaimDue(ctx, row, noon.Add(2*time.Minute))
	if err != nil || claimed.Tries != 1 || !claimed.For.Equal(noon) {
		t.Fatalf("got %+v, %v, want the first try of what was asked for at noon", claimed, err)
	}
	if _, err := s.ClaimDue(ctx, row, noon.Add(2*time.Minute)); !errors.Is(err, record.ErrStale) {
		t.Errorf("a second claim: got %v, want ErrStale", err)
	}
	if _, err := s.ClaimDue(ctx, row, noon.Add(3*time.Minute)); !errors.Is(err, record.ErrStale) {
		t.Errorf("a second claim for another time: got %v, want ErrStale", err)
	}
	if got := due(t, s, noon.Add(2*time.Minute)); len(got) != 0 {
		t.Errorf("got %v while somebody is at it, want nothing", got)
	}
	back := due(t, s, noon.Add(3*time.Minute)) // they died
	if len(back) != 1 || back[0].Tries != 1 || !back[0].For.Equal(noon) {
		t.Fatalf("got %+v, want it back", back)
	}
	again, err := s.ClaimDue(ctx, back[0], noon.Add(10*time.Minute))
	if err != nil || again.Tries != 2 {
		t.Fatalf("got %+v, %v, want the second try", again, err)
	}
	if err := s.EndDue(ctx, again); err != nil {
		t.Fatal(err)
	}
	if err := s.EndDue(ctx, claimed); err != nil {
		t.Errorf("the end of the one who died: got %v, want no error", err)
	}
	if got := when(t, s); got != nil {
		t.Errorf("got %v, want nothing", got)
	}
}

func TestTheEndOfOneRowLeavesAnotherAtTheSameTime(t *testing.T) {
	s, ctx := open(t), context.Background()
	h := handedOff(1, 0)
	h.Watch.Look = noon
	h = people(t, s, h)
	claimed, err := s.ClaimDue(ctx, due(t, s, noon)[0], noon.Add(2*time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	h.Watch.Look = claimed.At // the desk wants to look just when the claim runs out
	people(t, s, h)
	if err := s.EndDue(ctx, claimed); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"sla 12:02:01"}, when(t, s)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func followUp(minute int) record.FollowUp {
	return record.FollowUp{ID: "f1", Home: home, Conversation: home, At: noon.Add(time.Duration(minute) * time.Minute),
		If: "unanswered", Note: "call back", Set: noon, By: "zhang"}
}

func TestAFollowUpAndItsRow(t *testing.T) {
	s, ctx := open(t), context.Background()
	f, err := s.SetFollowUp(ctx, followUp(5))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.SetFollowUp(ctx, followUp(9)); !errors.Is(err, record.ErrStale) {
		t.Errorf("the same id twice: got %v, want ErrStale", err)
	}
	if d := cmp.Diff([]string{"follow-up 12:05:00"}, when(t, s)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	row := due(t, s, f.At)[0]
	if row.Conversation != home || row.ID != "f1" || !row.For.Equal(f.At) {
		t.Errorf("got the row %+v, want that of f1", row)
	}
	if f, err = s.FollowUp(ctx, home, "f1"); err != nil {
		t.Fatal(err)
	}
	f.At = noon.Add(9*time.Minute + time.Millisecond)
	if f, err = s.SetFollowUp(ctx, f); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"follow-up 12:09:00"}, when(t, s)); d != "" {
		t.Errorf("moved (-want +got):\n%s", d)
	}
	f.Ended, f.Outcome = noon.Add(time.Minute), record.CalledOff
	told := teamNotice("robot", 1)
	if f, err = s.SetFollowUp(ctx, f, told); err != nil {
		t.Fatal(err)
	}
	if got := when(t, s); got != nil {
		t.Errorf("called off: got %v, want no row", got)
	}
	if got := waiting(t, s, "robot"); len(got) != 1 {
		t.Errorf("got %v, want the notice", got)
	}
	all, err := s.FollowUps(ctx, home)
	if err != nil || len(all) != 1 || all[0].Outcome != record.CalledOff || all[0].Version != f.Version || !all[0].At.Equal(noon.Add(9*time.Minute)) {
		t.Errorf("got %+v, %v, want the one that was called off", all, err)
	}
}

// It is cheap to ask each minute, however much is due later.
func BenchmarkDueBy(b *testing.B) {
	for _, later := range []int{0, 10_000} {
		b.Run(fmt.Sprintf("%d are due later", later), func(b *testing.B) {
			db, err := bolt.Open(filepath.Join(b.TempDir(), "desk.db"), bolt.Options{Now: func() time.Time { return noon }, NoSync: true})
			if err != nil {
				b.Fatal(err)
			}
			defer db.Close()
			s := record.New(db)
			for n := range later {
				f := followUp(60 + n)
				f.ID = fmt.Sprintf("f%05d", n)
				if _, err := s.SetFollowUp(b.Context(), f); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportAllocs()
			for b.Loop() {
				if rows, err := s.DueBy(b.Context(), noon, 500); err != nil || len(rows) != 0 {
					b.Fatal(len(rows), err)
				}
			}
		})
	}
}
