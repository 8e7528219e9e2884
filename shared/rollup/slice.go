package rollup

import (
	"errors"
	"fmt"
)

// Agent is what one person did.
type Agent struct {
	// Messages are what they wrote, Answers those of them that somebody waited for, and
	// Resolved the spells that ended with them.
	Messages int64 `json:"n,omitempty"`
	Answers  int64 `json:"answers,omitempty"`
	Resolved int64 `json:"resolved,omitempty"`
}

func (a Agent) plus(o Agent) Agent {
	return Agent{a.Messages + o.Messages, a.Answers + o.Answers, a.Resolved + o.Resolved}
}

// AgentTimes is how long contacts waited for a person's answers, by the clock and in
// business hours.
type AgentTimes struct {
	Reply     Sketch `json:"reply,omitzero"`
	ReplyOpen Sketch `json:"reply_open,omitzero"`
}

// Slice is conversations that have something in common. Only those count in which the
// contact wrote on the day.
type Slice struct {
	In            int64 `json:"in,omitempty"`
	Conversations int64 `json:"conversations,omitempty"`
	Contained     int64 `json:"contained,omitempty"`
	HandedOff     int64 `json:"handed_off,omitempty"`
	Unanswered    int64 `json:"unanswered,omitempty"`
}

func (s Slice) plus(o Slice) Slice {
	return Slice{
		s.In + o.In, s.Conversations + o.Conversations, s.Contained + o.Contained,
		s.HandedOff + o.HandedOff, s.Unanswered + o.Unanswered,
	}
}

// Price is messages of one category.
type Price struct {
	// Billable messages were delivered and are billed, Free ones were delivered and are not.
	Billable int64 `json:"billable,omitempty"`
	Free     int64 `json:"free,omitempty"`
}

func (p Price) plus(o Price) Price { return Price{p.Billable + o.Billable, p.Free + o.Free} }

type adds[T any] interface{ plus(T) T }

// joined adds the values of from to those of to.
func joined[T adds[T]](to, from map[string]T) map[string]T {
	if to == nil && len(from) > 0 {
		to = make(map[string]T, len(from))
	}
	for id, v := range from {
		to[id] = to[id].plus(v)
	}
	return to
}

func (r *Row) mergeAgents(from map[string]AgentTimes) error {
	var errs []error
	for id, t := range from {
		errs = append(errs, r.agentTimes(id, t))
	}
	return errors.Join(errs...)
}

func (r *Row) agentTimes(id string, t AgentTimes) error {
	if r.AgentTimes == nil {
		r.AgentTimes = map[string]AgentTimes{}
	}
	old := r.AgentTimes[id]
	err := errors.Join(old.Reply.Merge(t.Reply), old.ReplyOpen.Merge(t.ReplyOpen))
	if err != nil {
		return fmt.Errorf("the times of an agent: %w", err)
	}
	r.AgentTimes[id] = old
	return nil
}
