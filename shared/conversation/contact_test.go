package conversation

import (
	"testing"
	"time"
)

func TestWhoGetsNoAutomaticReply(t *testing.T) {
	until := handed.Add(time.Hour).UnixMilli()
	for name, c := range map[string]struct {
		contact       Contact
		muted, silent bool
	}{
		"nothing was said":     {Contact{}, false, false},
		"muted for an hour":    {Contact{MutedUntil: until}, true, true},
		"muted until just now": {Contact{MutedUntil: handed.UnixMilli()}, false, false},
		"blocked":              {Contact{Blocked: 1}, false, true},
	} {
		if m, s := c.contact.Muted(handed), c.contact.Silent(handed); m != c.muted || s != c.silent {
			t.Errorf("%s: got muted %v, silent %v", name, m, s)
		}
	}
}

func TestTwoIDsOfOneContactStaySilenced(t *testing.T) {
	for name, c := range map[string]struct{ one, other, want Contact }{
		"neither":             {},
		"one is blocked":      {Contact{Blocked: 5}, Contact{}, Contact{Blocked: 5}},
		"the other":           {Contact{}, Contact{Blocked: 5}, Contact{Blocked: 5}},
		"both: since earlier": {Contact{Blocked: 9}, Contact{Blocked: 5}, Contact{Blocked: 5}},
		"muted for longer":    {Contact{MutedUntil: 7}, Contact{MutedUntil: 8}, Contact{MutedUntil: 8}},
	} {
		if got := c.one.Silenced(c.other); got.Blocked != c.want.Blocked || got.MutedUntil != c.want.MutedUntil {
			t.Errorf("%s: got %d and %d, want %d and %d", name, got.Blocked, got.MutedUntil, c.want.Blocked, c.want.MutedUntil)
		}
	}
}

func TestAnotherTeamTakesAConversation(t *testing.T) {
	for name, c := range map[string]struct {
		head Head
		team string
		want Head
	}{
		"no team is named":                {Head{Team: "sales", Assignee: "ana", Rota: "ana"}, "", Head{Team: "sales", Assignee: "ana", Rota: "ana"}},
		"the same team":                   {Head{Team: "sales", Assignee: "ana", Rota: "ana"}, "sales", Head{Team: "sales", Assignee: "ana", Rota: "ana"}},
		"the rota had given it":           {Head{Team: "sales", Assignee: "ana", Rota: "ana"}, "care", Head{Team: "care"}},
		"somebody had taken it":           {Head{Team: "sales", Assignee: "kim", Rota: "ana"}, "care", Head{Team: "care", Assignee: "kim"}},
		"its first team, and nobody's so": {Head{}, "care", Head{Team: "care"}},
	} {
		if got := c.head.InTeam(c.team); got.Team != c.want.Team || got.Assignee != c.want.Assignee || got.Rota != c.want.Rota {
			t.Errorf("%s: got %+v", name, got)
		}
	}
	given := Head{Assignee: "ana", Rota: "ana"}
	if got := given.With("kim"); got.Assignee != "kim" || got.Rota != "" {
		t.Errorf("another person: got %q, given to %q", got.Assignee, got.Rota)
	}
	if got := given.With("ana"); got.Rota != "ana" {
		t.Errorf("the same person: got given to %q, want it to stay so", got.Rota)
	}
}

func TestAHeadThatWasWritten(t *testing.T) {
	h := Head{Status: Open, HandedOff: handed, Team: "sales", Version: 4}
	h.Watch.Look = handed.Add(time.Hour)
	got := h.Written()
	if got.Version != 5 || got.Seat != h.Sits() || !got.Watch.Row.Equal(h.Watch.Look) {
		t.Errorf("got version %d, seat %+v, row %v", got.Version, got.Seat, got.Watch.Row)
	}
}

func TestWishesAnswerNothing(t *testing.T) {
	for filter, want := range map[string]bool{ByOptOut: true, ByOptIn: true, "price": false, "": false} {
		if got := (Message{Filter: filter}).OfWish(); got != want {
			t.Errorf("%q: got %v, want %v", filter, got, want)
		}
	}
}
