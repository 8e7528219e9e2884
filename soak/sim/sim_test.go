package sim_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"frontdesk/soak/sim"
)

func newSim(seed uint64) *sim.Sim {
	return sim.New(time.Date(2040, 1, 1, 0, 0, 0, 0, time.UTC), rand.New(rand.NewPCG(seed, 0)))
}

func always() bool { return true }

// talk lets three tasks sleep and speak in turns, and returns what was said.
func talk(seed uint64) string {
	s, said := newSim(seed), []string{}
	for _, name := range []string{"a", "b", "c"} {
		s.Go(name, func() {
			for i := range 3 {
				s.Sleep(time.Second)
				said = append(said, fmt.Sprint(s.Current().Name, i))
			}
		})
	}
	s.Run(always)
	return strings.Join(said, " ")
}

func TestOneSeedIsOneOrderAndSeedsDiffer(t *testing.T) {
	orders := map[string]bool{}
	for seed := range uint64(20) {
		first := talk(seed)
		if again := talk(seed); again != first {
			t.Fatalf("seed %d: got %s and then %s", seed, first, again)
		}
		orders[first] = true
	}
	if len(orders) < 5 {
		t.Errorf("20 seeds gave %d orders, want many", len(orders))
	}
}

func TestTimePassesOnlyInSleep(t *testing.T) {
	s := newSim(1)
	began := s.Now()
	var after time.Duration
	s.Go("sleeper", func() {
		s.Sleep(7 * 24 * time.Hour)
		after = s.Now().Sub(began)
	})
	s.Run(always)
	if after != 7*24*time.Hour {
		t.Errorf("got %s, want a week", after)
	}
}

func TestAKilledTaskEndsWhereItStands(t *testing.T) {
	s := newSim(1)
	var said []string
	victim := s.Go("victim", func() {
		defer func() { said = append(said, "deferred") }()
		said = append(said, "begun")
		s.Sleep(time.Hour)
		said = append(said, "woken")
	})
	s.Go("killer", func() {
		s.Sleep(time.Minute)
		s.Kill(victim)
		s.Join(victim)
		said = append(said, fmt.Sprint("dead after ", s.Now().Format("15:04")))
		s.Kill(s.Current())
		said = append(said, "never")
	})
	s.Run(always)
	if got, want := strings.Join(said, ", "), "begun, deferred, dead after 00:01"; got != want || !victim.Killed() || !victim.Ended() {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestOneThatIsKilledBeforeItBeginsDoesNothing(t *testing.T) {
	s := newSim(1)
	began := false
	s.Kill(s.Go("victim", func() { began = true }))
	s.Run(always)
	if began {
		t.Error("it began all the same")
	}
}

func TestJoiningWhatIsOverDoesNotWait(t *testing.T) {
	s := newSim(1)
	other := s.Go("other", func() {})
	done := false
	s.Go("joiner", func() {
		s.Sleep(time.Second)
		s.Join(other)
		done = true
	})
	s.Run(always)
	if !done {
		t.Error("it waits for ever")
	}
}

func BenchmarkSleep(b *testing.B) {
	b.ReportAllocs()
	s := newSim(1)
	s.Go("sleeper", func() {
		for b.Loop() {
			s.Sleep(time.Millisecond)
		}
	})
	s.Run(always)
}
