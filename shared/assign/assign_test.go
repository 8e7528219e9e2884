package assign_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"frontdesk/shared/assign"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// here is a member at work, with a capacity and the turn of their last conversation.
func here(id string, capacity int, last int64) assign.Member {
	return assign.Member{ID: id, Capacity: capacity, Here: true, Last: last}
}

// away is a member at lunch, gone one who has left for the day.
func away(id string) assign.Member { return assign.Member{ID: id} }
func gone(id string) assign.Member { return assign.Member{ID: id, Gone: true} }

// waits is a conversation in the queue, held one that the rota gave to a member.
func waits(id string, minute int) assign.Place {
	return assign.Place{Conversation: id, Since: noon.Add(time.Duration(minute) * time.Minute)}
}

func held(id, member string, minute int) assign.Place {
	p := waits(id, minute)
	p.Member = member
	return p
}

func TestWhoGetsWhat(t *testing.T) {
	taken, answered := held("c1", "boss", 0), held("c1", "zhang", 0)
	taken.Taken, answered.Answered = true, true
	type places = []assign.Place
	type members = []assign.Member
	to := func(conversation, member string) assign.Move {
		return assign.Move{Conversation: conversation, To: member}
	}
	cases := []struct {
		name string
		team assign.Team
		want []assign.Move
	}{
		{"nobody waits", assign.Team{Members: members{here("zhang", 0, 0)}}, nil},
		{"nobody is in the team", assign.Team{Places: places{waits("c1", 0)}}, nil},
		{"round robin: who has gone longest without one", assign.Team{Way: assign.RoundRobin,
			Members: members{here("zhang", 0, 2), here("li", 0, 1)}, Places: places{waits("c1", 0)}}, []assign.Move{to("c1", "li")}},
		{"round robin looks at turns and not at load", assign.Team{Way: assign.RoundRobin,
			Members: members{here("zhang", 0, 2), here("li", 0, 1)}, Places: places{held("c0", "li", 0), waits("c1", 0)}}, []assign.Move{to("c1", "li")}},
		{"least busy: who has the fewest", assign.Team{Way: assign.LeastBusy,
			Members: members{here("zhang", 0, 2), here("li", 0, 1)}, Places: places{held("c0", "li", 0), waits("c1", 0)}}, []assign.Move{to("c1", "zhang")}},
		{"least busy: among equals who has gone longest without one", assign.Team{Way: assign.LeastBusy,
			Members: members{here("zhang", 0, 2), here("li", 0, 1)}, Places: places{waits("c1", 0)}}, []assign.Move{to("c1", "li")}},
		{"among those who never had one the first of the team", assign.Team{Way: assign.LeastBusy,
			Members: members{here("zhang", 0, 0), here("li", 0, 0)}, Places: places{waits("c1", 0)}}, []assign.Move{to("c1", "zhang")}},
		{"the longest wait first", assign.Team{Way: assign.RoundRobin, Members: members{here("zhang", 1, 0)},
			Places: places{waits("c2", 5), waits("c1", 1)}}, []assign.Move{to("c1", "zhang")}},
		{"when all are full it waits", assign.Team{Members: members{here("zhang", 1, 0)},
			Places: places{held("c0", "zhang", 0), waits("c1", 0)}}, nil},
		{"at lunch they get none and keep what they have", assign.Team{Members: members{away("zhang")},
			Places: places{held("c0", "zhang", 0), waits("c1", 0)}}, nil},
		{"what was taken by hand counts", assign.Team{Members: members{here("zhang", 1, 0)},
			Places: places{{Conversation: "c0", Member: "zhang", Taken: true}, waits("c1", 0)}}, nil},
		{"who leaves gives back, at the place it had", assign.Team{Members: members{gone("zhang"), here("li", 1, 0)},
			Places: places{held("c1", "zhang", 1), waits("c2", 2)}}, []assign.Move{{Conversation: "c1", From: "zhang", To: "li"}}},
		{"with nobody else it goes back to the queue", assign.Team{Members: members{gone("zhang")},
			Places: places{held("c1", "zhang", 1)}}, []assign.Move{{Conversation: "c1", From: "zhang"}}},
		{"who is no longer in the team gives back", assign.Team{Members: members{here("li", 0, 0)},
			Places: places{held("c1", "zhang", 1)}}, []assign.Move{{Conversation: "c1", From: "zhang", To: "li"}}},
		{"a supervisor who took one keeps it", assign.Team{Members: members{here("li", 0, 0)}, Places: places{taken}}, nil},
		{"what is answered can stay", assign.Team{Members: members{gone("zhang"), here("li", 0, 0)},
			Places: places{answered, held("c2", "zhang", 0)}, Unanswered: true}, []assign.Move{{Conversation: "c2", From: "zhang", To: "li"}}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if d := cmp.Diff(c.want, assign.Plan(c.team)); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

// chatwoot#10583: an agent became free and the queue stayed as it was.
func TestTheLongestWaitGoesToWhoeverBecomesFree(t *testing.T) {
	full := assign.Team{Way: assign.RoundRobin, Members: []assign.Member{here("zhang", 1, 1), here("li", 1, 2)}, Places: []assign.Place{
		held("c1", "zhang", 0), held("c2", "li", 1), waits("c4", 9), waits("c3", 2)}}
	if got := assign.Plan(full); got != nil {
		t.Fatalf("got %v, want nothing while both are full", got)
	}
	cases := []struct {
		name string
		team assign.Team
		want string
	}{
		{"she resolves one", assign.Team{Members: full.Members, Places: full.Places[1:]}, "zhang"},
		{"her capacity is raised", assign.Team{Members: []assign.Member{full.Members[0], here("li", 2, 2)}, Places: full.Places}, "li"},
		{"somebody comes to work", assign.Team{Members: append(slices.Clone(full.Members), here("wang", 1, 0)), Places: full.Places}, "wang"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			want := []assign.Move{{Conversation: "c3", To: c.want}}
			if d := cmp.Diff(want, assign.Plan(c.team)); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

// desk plays a team for the properties.
type desk struct {
	team  assign.Team
	moves int
}

// settle makes all moves of a plan.
func (d *desk) settle() {
	turn := int64(0)
	for _, m := range d.team.Members {
		turn = max(turn, m.Last)
	}
	for _, m := range assign.Plan(d.team) {
		d.moves++
		at := slices.IndexFunc(d.team.Places, func(p assign.Place) bool { return p.Conversation == m.Conversation })
		d.team.Places[at].Member, d.team.Places[at].Taken = m.To, false
		for i := range d.team.Members {
			if d.team.Members[i].ID == m.To {
				turn++
				d.team.Members[i].Last = turn
			}
		}
	}
}

func (d *desk) loads() map[string]int {
	n := map[string]int{}
	for _, p := range d.team.Places {
		n[p.Member]++
	}
	return n
}

func drawTeam(t *rapid.T) assign.Team {
	team := assign.Team{Way: rapid.SampledFrom([]assign.Way{assign.RoundRobin, assign.LeastBusy}).Draw(t, "way"), Unanswered: rapid.Bool().Draw(t, "unanswered")}
	ids := []string{"", "somebody else"}
	for i := range rapid.IntRange(0, 5).Draw(t, "members") {
		m := assign.Member{ID: fmt.Sprint("m", i), Capacity: rapid.IntRange(0, 4).Draw(t, "capacity"), Last: int64(rapid.IntRange(0, 9).Draw(t, "last"))}
		m.Here = rapid.Bool().Draw(t, "here")
		m.Gone = !m.Here && rapid.Bool().Draw(t, "gone")
		team.Members, ids = append(team.Members, m), append(ids, m.ID)
	}
	for i := range rapid.IntRange(0, 20).Draw(t, "places") {
		p := waits(fmt.Sprintf("c%02d", i), rapid.IntRange(0, 5).Draw(t, "since"))
		p.Member = rapid.SampledFrom(ids).Draw(t, "has it")
		p.Taken, p.Answered = rapid.Bool().Draw(t, "taken"), rapid.Bool().Draw(t, "answered")
		team.Places = append(team.Places, p)
	}
	return team
}

func TestPlansOfAnyTeam(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := &desk{team: drawTeam(t)}
		before := d.loads()
		room := assign.Room(d.team, 100)
		given := 0
		for _, m := range assign.Plan(d.team) {
			if m.To != "" {
				given++
			}
		}
		if given > room {
			t.Fatalf("got %d given, want at most the room of %d", given, room)
		}
		d.settle()
		after := d.loads()
		for _, m := range d.team.Members {
			if m.Capacity > 0 && after[m.ID] > max(m.Capacity, before[m.ID]) {
				t.Fatalf("%s has %d, want at most the capacity of %d, or what they had (%d)", m.ID, after[m.ID], m.Capacity, before[m.ID])
			}
			idle := m.Here && (m.Capacity == 0 || after[m.ID] < m.Capacity)
			if idle && after[""] > 0 {
				t.Fatalf("%s has room while %d wait", m.ID, after[""])
			}
		}
		if again := assign.Plan(d.team); len(again) > 0 {
			t.Fatalf("a second plan moves %v, want nothing", again)
		}
	})
}

// chatwoot#11034: some got many conversations and others none.
func TestLoadsAreEven(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := &desk{team: assign.Team{Way: rapid.SampledFrom([]assign.Way{assign.RoundRobin, assign.LeastBusy}).Draw(t, "way")}}
		capacity := rapid.IntRange(0, 6).Draw(t, "capacity")
		for i := range rapid.IntRange(1, 6).Draw(t, "members") {
			d.team.Members = append(d.team.Members, here(fmt.Sprint("m", i), capacity, 0))
		}
		for n := range rapid.IntRange(1, 5).Draw(t, "bursts") {
			for i := range rapid.IntRange(0, 9).Draw(t, "come in") {
				d.team.Places = append(d.team.Places, waits(fmt.Sprintf("c%d-%d", n, i), n))
			}
			d.settle()
			low, high := 1<<30, 0
			for _, m := range d.team.Members {
				n := d.loads()[m.ID]
				low, high = min(low, n), max(high, n)
			}
			if high-low > 1 {
				t.Fatalf("got loads %v, want them apart by at most one", d.loads())
			}
		}
	})
}

// Nobody loses a conversation to somebody else without having left.
func TestOnlyWhoIsGoneLosesConversations(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		team := drawTeam(t)
		for _, m := range assign.Plan(team) {
			at := slices.IndexFunc(team.Members, func(x assign.Member) bool { return x.ID == m.From })
			if m.From != "" && at >= 0 && !team.Members[at].Gone {
				t.Fatalf("%v is taken from somebody who is not gone", m)
			}
		}
	})
}
