package sla_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/conversation"
	"frontdesk/shared/sla"
)

// talk is a conversation with people, told step by step.
type talk struct {
	clock sla.Clock
	head  conversation.Head
}

func newTalk(c sla.Clock) *talk { return &talk{clock: c} }

func (k *talk) follow(at time.Time) { k.head.Watch = k.clock.Follow(k.head, at) }

// writes is a message of the customer that people must answer.
func (k *talk) writes(at time.Time) {
	h := &k.head
	if h.Status != conversation.Open {
		h.Status, h.Opened, h.HandedOff, h.AgentReplied = conversation.Open, at, at, false
	}
	if h.WaitingSince.IsZero() {
		h.WaitingSince = at
	}
	k.follow(at)
}

func (k *talk) answers(at time.Time) {
	k.head.WaitingSince, k.head.AgentReplied = time.Time{}, true
	k.follow(at)
}

func (k *talk) resolves(at time.Time) {
	k.head.Status, k.head.HandedOff, k.head.WaitingSince, k.head.Opened = conversation.Resolved, time.Time{}, time.Time{}, time.Time{}
	k.follow(at)
}

// look asks what is to be told at a time.
func (k *talk) look(at time.Time) []sla.Event {
	events, w := k.clock.Due(k.head.Watch, at)
	k.head.Watch = w
	return events
}

var monday = time.Date(2026, 11, 23, 9, 0, 0, 0, time.FixedZone("CST", 8*3600))

func clock(hour, minute int) time.Time {
	return time.Date(2026, 11, 23, hour, minute, 0, 0, monday.Location())
}

func care(t testing.TB) sla.Clock {
	return sla.Clock{Hours: hours(t), Promise: sla.Promise{
		First: time.Hour, Next: 2 * time.Hour, Resolve: 4 * time.Hour, Warn: 15 * time.Minute, Calendar: "care"}}
}

func warns(kind sla.Kind, at time.Time) sla.Event { return sla.Event{Kind: kind, At: at} }
func broken(kind sla.Kind, at time.Time) sla.Event {
	return sla.Event{Kind: kind, Broken: true, At: at}
}

func wantEvents(t *testing.T, got []sla.Event, want ...sla.Event) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}
