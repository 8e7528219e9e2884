package sla_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"frontdesk/shared/conversation"
	"frontdesk/shared/decide"
	"frontdesk/shared/playbook"
	"frontdesk/shared/sla"
)

func hours(t testing.TB) *decide.Book {
	t.Helper()
	day := []string{"09:00-12:00", "13:00-18:00"}
	week := map[string][]string{"mon": day, "tue": day, "wed": day, "thu": day, "fri": day}
	book, err := decide.Compile(&playbook.Playbook{Languages: []string{"en"}, Hours: []playbook.Calendar{
		{ID: "care", TimeZone: "Asia/Shanghai", Weekly: week, Exceptions: []playbook.Exception{
			{Date: "2026-10-01"}, {Date: "2026-10-02"}, {Date: "2026-10-05"}, {Date: "2026-10-06"}, {Date: "2026-10-07"},
			{Date: "2026-10-10", Name: "make-up workday", Spans: day},
		}},
		{ID: "berlin", TimeZone: "Europe/Berlin", Weekly: map[string][]string{"sat": {"22:00-06:00"}, "sun": {"09:00-12:00"}}},
		{ID: "closed", TimeZone: "Asia/Shanghai"},
	}}, 1)
	if err != nil {
		t.Fatal(err)
	}
	return book
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func TestAFirstReplyIsWarnedOfAndBrokenOnce(t *testing.T) {
	k := newTalk(care(t))
	k.writes(clock(11, 30))
	if want := clock(13, 15); !k.head.Watch.Look.Equal(want) {
		t.Fatalf("got a look at %v, want at the warning, %v", k.head.Watch.Look, want)
	}
	wantEvents(t, k.look(clock(13, 14)))
	wantEvents(t, k.look(clock(13, 15)), warns(sla.First, clock(13, 30)))
	wantEvents(t, k.look(clock(13, 15)))
	wantEvents(t, k.look(clock(13, 30)), broken(sla.First, clock(13, 30)))
	wantEvents(t, k.look(clock(13, 31)))
}

func TestAWarningThatComesTooLateIsLeftOut(t *testing.T) {
	k := newTalk(care(t))
	k.writes(clock(9, 0))
	wantEvents(t, k.look(clock(10, 30)), broken(sla.First, clock(10, 0)))
}

func TestAPromiseNoLongerThanTheWarningHasNone(t *testing.T) {
	c := care(t)
	c.First = 15 * time.Minute
	k := newTalk(c)
	k.writes(clock(9, 0))
	wantEvents(t, k.look(clock(9, 14)))
	wantEvents(t, k.look(clock(9, 15)), broken(sla.First, clock(9, 15)))
}

// zammad#3140, #5177: the agent had answered and time ran on against them.
func TestNothingRunsAgainstSomebodyWhoHasAnswered(t *testing.T) {
	k := newTalk(care(t))
	k.writes(clock(9, 0))
	k.answers(clock(9, 50))
	if !k.head.Watch.Look.IsZero() {
		t.Errorf("got a look at %v, want none while nobody waits", k.head.Watch.Look)
	}
	wantEvents(t, k.look(clock(17, 0)))
	k.answers(clock(17, 1)) // one more message of the agent
	wantEvents(t, k.look(clock(17, 2)))
	k.head.Tags = []string{"vip"} // any other change
	k.follow(clock(17, 3))
	wantEvents(t, k.look(clock(17, 4)))
}

func TestFurtherMessagesDoNotStartTheClockAnew(t *testing.T) {
	k := newTalk(care(t))
	k.writes(clock(9, 0))
	k.writes(clock(9, 40))
	wantEvents(t, k.look(clock(9, 45)), warns(sla.First, clock(10, 0)))
	k.writes(clock(9, 59))
	wantEvents(t, k.look(clock(10, 0)), broken(sla.First, clock(10, 0)))
}

func TestEachLaterWaitHasItsOwnPromise(t *testing.T) {
	c := care(t)
	c.Resolve = 0
	k := newTalk(c)
	k.writes(clock(9, 0))
	k.answers(clock(9, 10))
	k.writes(clock(10, 0))
	wantEvents(t, k.look(clock(11, 45)), warns(sla.Next, clock(12, 0)))
	k.answers(clock(11, 50))
	k.writes(clock(13, 0))
	wantEvents(t, k.look(clock(14, 45)), warns(sla.Next, clock(15, 0)))
	wantEvents(t, k.look(clock(15, 0)), broken(sla.Next, clock(15, 0)))
	k.writes(clock(15, 1))
	wantEvents(t, k.look(clock(17, 0)))
}

func TestResolutionCountsWhatTheCustomerWaited(t *testing.T) {
	c := care(t)
	c.First, c.Next = 0, 0
	k := newTalk(c)
	k.writes(clock(9, 0))
	k.answers(clock(11, 0)) // 2 h of 4 are spent
	wantEvents(t, k.look(clock(17, 0)))
	k.writes(clock(17, 0)) // one hour of the day is left
	tuesday := func(hour, minute int) time.Time { return clock(hour, minute).AddDate(0, 0, 1) }
	wantEvents(t, k.look(clock(17, 59)))
	wantEvents(t, k.look(tuesday(9, 45)), warns(sla.Resolve, tuesday(10, 0)))
	k.answers(tuesday(9, 50))
	k.writes(tuesday(11, 0)) // ten minutes are left
	wantEvents(t, k.look(tuesday(11, 9)))
	wantEvents(t, k.look(tuesday(11, 10)), broken(sla.Resolve, tuesday(11, 10)))
	k.answers(tuesday(11, 20))
	k.writes(tuesday(14, 0))
	wantEvents(t, k.look(tuesday(17, 0)))
}

func TestAReopenedConversationStartsAnew(t *testing.T) {
	k := newTalk(care(t))
	k.writes(clock(9, 0))
	wantEvents(t, k.look(clock(10, 0)), broken(sla.First, clock(10, 0)))
	k.answers(clock(10, 5))
	k.resolves(clock(10, 10))
	wantEvents(t, k.look(clock(17, 0)))
	k.writes(clock(17, 0))
	if k.head.Watch.Spent != 0 {
		t.Errorf("got %d ms of the spell before, want none", k.head.Watch.Spent)
	}
	wantEvents(t, k.look(clock(17, 45)), warns(sla.First, clock(18, 0)))
	wantEvents(t, k.look(clock(18, 0)), broken(sla.First, clock(18, 0)))
}

func TestANewSpellWhilePeopleAreInCharge(t *testing.T) {
	k := newTalk(care(t))
	k.writes(clock(9, 0))
	wantEvents(t, k.look(clock(10, 0)), broken(sla.First, clock(10, 0)))
	k.answers(clock(10, 5))
	k.head.Opened, k.head.WaitingSince, k.head.AgentReplied = clock(16, 0), clock(16, 0), false // after 24 quiet hours
	k.follow(clock(16, 0))
	if k.head.Watch.Spent != 0 {
		t.Errorf("got %d ms of the spell before, want none", k.head.Watch.Spent)
	}
	wantEvents(t, k.look(clock(17, 0)), broken(sla.First, clock(17, 0)))
}

func TestTheTimeToLookIsAWholeSecondAndNotEarly(t *testing.T) {
	c := care(t)
	c.Warn = 0
	k := newTalk(c)
	k.writes(clock(9, 0).Add(300 * time.Millisecond))
	if want := clock(10, 0).Add(time.Second); !k.head.Watch.Look.Equal(want) {
		t.Fatalf("got a look at %v, want %v", k.head.Watch.Look, want)
	}
	wantEvents(t, k.look(clock(10, 0)))
	wantEvents(t, k.look(clock(10, 0).Add(time.Second)), broken(sla.First, clock(10, 0).Add(300*time.Millisecond)))
}

func TestNothingIsPromised(t *testing.T) {
	t.Run("by a team without promises", func(t *testing.T) {
		k := newTalk(sla.Clock{})
		k.writes(clock(9, 0))
		wantEvents(t, k.look(clock(23, 0)))
	})
	t.Run("while templates answer", func(t *testing.T) {
		k := newTalk(care(t))
		k.head = conversation.Head{Status: conversation.Open, Opened: clock(9, 0), WaitingSince: clock(9, 0)}
		k.follow(clock(9, 0))
		wantEvents(t, k.look(clock(17, 0)))
	})
	t.Run("in a calendar that never opens", func(t *testing.T) {
		c := care(t)
		c.Calendar = "closed"
		k := newTalk(c)
		k.writes(clock(9, 0))
		wantEvents(t, k.look(clock(17, 0)))
	})
}

func TestAWaitThatEndedUnseenCountsAsNone(t *testing.T) {
	k := newTalk(care(t))
	k.writes(clock(9, 0))
	k.head.WaitingSince, k.head.AgentReplied = clock(16, 0), true // answered, and written again
	k.follow(clock(16, 1))
	if k.head.Watch.Spent != 0 {
		t.Errorf("got %d ms, want none", k.head.Watch.Spent)
	}
	k.head.WaitingSince = time.Time{}
	k.follow(time.Time{})
	if k.head.Watch.Spent != 0 {
		t.Errorf("got %d ms of a wait of which nobody knows when it ended, want none", k.head.Watch.Spent)
	}
}

func TestAMessageThatArrivesLateMovesTheBeginningOnly(t *testing.T) {
	k := newTalk(care(t))
	k.writes(clock(9, 30))
	wantEvents(t, k.look(clock(10, 15)), warns(sla.First, clock(10, 30)))
	k.head.WaitingSince = clock(9, 20)
	k.follow(clock(10, 16))
	wantEvents(t, k.look(clock(10, 20)), broken(sla.First, clock(10, 20)))
}

func TestEachThingIsToldOnceAndOnTime(t *testing.T) {
	c := care(t)
	rapid.Check(t, func(t *rapid.T) {
		k := newTalk(c)
		at := monday
		spells := map[sla.Event]int{}
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			at = at.Add(time.Duration(rapid.IntRange(1, 20*3600).Draw(t, "pause")) * time.Second)
			for !k.head.Watch.Look.IsZero() && !k.head.Watch.Look.After(at) { // the timer, always on time
				look := k.head.Watch.Look
				events := k.look(look)
				if len(events) == 0 {
					t.Fatalf("nothing is to be told at %v, though it is the time to look", look)
				}
				for _, e := range events {
					if spells[e]++; spells[e] > 1 {
						t.Fatalf("%v is told twice", e)
					}
					if e.Broken && e.At.After(look) || !e.Broken && !e.At.After(look) {
						t.Fatalf("%+v is told at %v", e, look)
					}
				}
				if !k.head.Watch.Look.IsZero() && !k.head.Watch.Look.After(look) {
					t.Fatalf("the next look, at %v, is not after this one", k.head.Watch.Look)
				}
			}
			if extra := k.look(at); len(extra) > 0 {
				t.Fatalf("at %v there is %v, though it was not time to look", at, extra)
			}
			rapid.SampledFrom([]func(time.Time){k.writes, k.answers, k.resolves}).Draw(t, "step")(at)
			if k.head.Status != conversation.Open && !k.head.Watch.Look.IsZero() {
				t.Fatal("a resolved conversation is looked at")
			}
		}
	})
}

func BenchmarkFollow(b *testing.B) {
	for _, c := range []struct {
		name string
		head conversation.Head
	}{
		{"a conversation that templates answer", conversation.Head{Status: conversation.Resolved}},
		{"one that waits for a person", conversation.Head{Status: conversation.Open, HandedOff: monday, Opened: monday, WaitingSince: monday}},
	} {
		b.Run(c.name, func(b *testing.B) {
			k := care(b)
			b.ReportAllocs()
			for b.Loop() {
				k.Follow(c.head, monday)
			}
		})
	}
}
