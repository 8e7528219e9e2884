package conversation

import (
	"testing"
	"time"
)

var handed = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

func TestWhereAConversationStands(t *testing.T) {
	open := Head{Status: Open, HandedOff: handed, Team: "sales"}
	with := func(change func(*Head)) Head {
		h := open
		change(&h)
		return h
	}
	for name, c := range map[string]struct {
		head Head
		want Seat
	}{
		"it waits in its team":                      {open, Seat{Team: "sales", Since: handed}},
		"somebody took it":                          {with(func(h *Head) { h.Assignee = "ana" }), Seat{Team: "sales", Since: handed, Member: "ana"}},
		"the rota gave it to somebody":              {with(func(h *Head) { h.Assignee, h.Rota = "ana", "ana" }), Seat{Team: "sales", Since: handed, Member: "ana", Given: true}},
		"somebody else took it from them":           {with(func(h *Head) { h.Assignee, h.Rota = "kim", "ana" }), Seat{Team: "sales", Since: handed, Member: "kim"}},
		"a person has answered":                     {with(func(h *Head) { h.AgentReplied = true }), Seat{Team: "sales", Since: handed, Answered: true}},
		"nobody is in charge":                       {with(func(h *Head) { h.HandedOff = time.Time{} }), Seat{}},
		"it is resolved":                            {with(func(h *Head) { h.Status = Resolved }), Seat{}},
		"it has no team":                            {with(func(h *Head) { h.Team = "" }), Seat{}},
		"the contact writes under another id today": {with(func(h *Head) { h.Moved = "elsewhere" }), Seat{}},
	} {
		if got := c.head.Sits(); !got.Is(c.want) {
			t.Errorf("%s: got %+v, want %+v", name, got, c.want)
		}
	}
}

func TestTwoSeatsAreOneRowOfTheTable(t *testing.T) {
	waits, later := Seat{Team: "sales", Since: handed}, Seat{Team: "sales", Since: handed.Add(time.Second)}
	ana, kim := Seat{Team: "sales", Since: handed, Member: "ana"}, Seat{Team: "sales", Since: handed.Add(time.Hour), Member: "kim"}
	for name, c := range map[string]struct {
		a, b Seat
		want bool
	}{
		"the same place in the queue":    {waits, Seat{Team: "sales", Since: handed.In(time.FixedZone("", 3600)), Answered: true}, true},
		"another place":                  {waits, later, false},
		"with a member and in the queue": {waits, ana, false},
		"with two members one by one":    {ana, kim, true},
		"another team":                   {ana, Seat{Team: "care", Since: handed, Member: "ana"}, false},
	} {
		if c.a.Row(c.b) != c.want || c.b.Row(c.a) != c.want {
			t.Errorf("%s: got %v, want %v", name, !c.want, c.want)
		}
	}
}

func TestWhatAPersonWroteBeforeItWasResolvedCountsNoMore(t *testing.T) {
	resolved, open := Head{AgentReplied: true}, Head{AgentReplied: true, Opened: handed}
	if resolved.Taken(handed, ReasonAgent).AgentReplied || !open.Taken(handed, ReasonAgent).AgentReplied {
		t.Error("want the answer forgotten once the spell is over, and kept while it lasts")
	}
}

func TestWhenAReplyWasFirstAskedFor(t *testing.T) {
	first := handed.Add(-time.Minute)
	if got := (&Claim{Since: handed}).FirstAsked(); !got.Equal(handed) {
		t.Errorf("asked once: got %s, want %s", got, handed)
	}
	if got := (&Claim{Since: handed, First: &first}).FirstAsked(); !got.Equal(first) {
		t.Errorf("repeated: got %s, want %s", got, first)
	}
}

func TestAReceiptsGroupIsThatOfItsReply(t *testing.T) {
	if a, b := ReceiptGroup("home", "r1"), ReceiptGroup("home", "r2"); a == b || a != ReceiptGroup("home", "r1") {
		t.Errorf("got %q and %q, want one group for each reply", a, b)
	}
}
