package conversation

import "time"

// Seat is where a conversation that people must answer stands in its team: with a member,
// or in the queue. The zero value is nowhere.
type Seat struct {
	Team string `json:"team,omitempty"`
	// Since is when people took over. It orders the queue, also after somebody had it.
	Since time.Time `json:"since,omitzero"`
	// Member has it; empty while it waits.
	Member string `json:"member,omitempty"`
	// Given says that the rota gave it to them; else they took it themselves.
	Given bool `json:"given,omitempty"`
	// Answered says that a person has answered in this spell.
	Answered bool `json:"answered,omitempty"`
}

// Is reports whether two seats are the same.
func (s Seat) Is(o Seat) bool {
	return s.Team == o.Team && s.Since.Equal(o.Since) && s.Member == o.Member && s.Given == o.Given && s.Answered == o.Answered
}

// Row reports whether two seats of a conversation are one row of the table: with a member
// of the team, whoever it is, or in the queue since the same time.
func (s Seat) Row(o Seat) bool {
	waits := s.Member == ""
	return s.Team == o.Team && waits == (o.Member == "") && (!waits || s.Since.Equal(o.Since))
}

// Sits returns where a head must stand: in its team while it is open and people are in
// charge. A head that is only a signpost stands nowhere. [Head.Seat] is where it stood
// when it was last written.
func (h Head) Sits() Seat {
	if h.Moved != "" || h.Status != Open || h.HandedOff.IsZero() || h.Team == "" {
		return Seat{}
	}
	return Seat{
		Team: h.Team, Since: h.HandedOff, Member: h.Assignee, Answered: h.AgentReplied,
		Given: h.Assignee != "" && h.Rota == h.Assignee,
	}
}

// InTeam is a head that a team has from now on. What the rota of another team gave to
// somebody goes into the new team's queue; what somebody took themselves stays with them.
func (h Head) InTeam(team string) Head {
	if team == "" || team == h.Team {
		return h
	}
	if h.Rota != "" && h.Rota == h.Assignee {
		h.Assignee = ""
	}
	h.Team, h.Rota = team, ""
	return h
}

// With is a head that somebody has taken, or was given to by name, and not by the rota.
func (h Head) With(assignee string) Head {
	if assignee != h.Assignee {
		h.Assignee, h.Rota = assignee, ""
	}
	return h
}

// Written is a head as it stands in the table after it was written once more.
func (h Head) Written() Head {
	h.Version++
	h.Seat, h.Watch.Row = h.Sits(), h.Watch.Look
	return h
}
