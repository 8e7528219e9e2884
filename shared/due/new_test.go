package due_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/due"
	"frontdesk/shared/live"
	"frontdesk/shared/playbook"
	"frontdesk/shared/record"
	"frontdesk/shared/table"
)

// asleep is a playbook of a team that promises, and whose supervisor sleeps until 20:00
// in Shanghai: it is 20:00 there at noon, so they wake up a day after [noon].
const asleep = `{"languages": ["en"], "templates": [], "filters": [],
 "hours": [{"id": "awake", "time_zone": "Asia/Shanghai", "weekly": {"tue": ["20:00-22:00"]}}],
 "teams": [{"id": "care", "name": "Care", "sla": {"first": "30m", "next": "10m", "warn": "10m"}}],
 "notices": [{"id": "boss", "on": ["promise_warning", "promise_broken", "follow_up", "hand_off"], "to": ["robot"], "quiet": {"calendar": "awake"}},
   {"id": "shop", "on": ["weekly"], "to": ["shop"], "quiet": {"calendar": "awake"}}]}`

// deskTimer is a world with the timer of a real desk.
func deskTimer(t *testing.T, text string) (w *world, called *[]string) {
	t.Helper()
	w, called = newWorld(t), new([]string)
	var p playbook.Playbook
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		t.Fatal(err)
	}
	if err := w.store.Publish(t.Context(), p, record.VersionInfo{Number: 1, At: noon}, record.Audit{ID: "1", At: noon}); err != nil {
		t.Fatal(err)
	}
	w.timer = due.New(due.Config{
		Store: w.store, Live: &live.Cache{Store: w.store}, Now: w.clock, Log: slog.New(slog.NewJSONHandler(&w.log, nil)),
		HandedOff: func(_ context.Context, h conversation.Head) { *called = append(*called, h.Team) },
	})
	return w, called
}

// outbox lists what waits for a channel: the event, why, and until when quiet hours keep it.
func (w *world) outbox(to string) (all []string) {
	w.t.Helper()
	rows, err := w.store.Waiting(w.t.Context(), to, 100)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, n := range rows {
		until := "at once"
		if n.Until > 0 {
			until = time.Unix(n.Until, 0).UTC().Format(time.DateTime)
		}
		all = append(all, fmt.Sprintf("%s %s%s, %s", n.Event, n.Reason, n.Filter, until))
	}
	return all
}

const awake = "2026-11-24 12:00:00" // when the supervisor wakes up

// A warning and a follow-up wait for the morning; a promise that is broken does not, and
// nothing does of a conversation that is urgent.
func TestWhatQuietHoursKeepBackOfPromisesAndFollowUps(t *testing.T) {
	for _, c := range []struct {
		name, priority string
		notify         []string
		want, shop     []string
	}{
		{"an ordinary conversation", "", nil, []string{"promise_broken first_reply, at once", "promise_warning first_reply, " + awake, "follow_up Later, " + awake}, nil},
		{"an urgent one", "urgent", nil, []string{"promise_warning first_reply, at once", "follow_up Later, at once", "promise_broken first_reply, at once"}, nil},
		{"whom a filter names", "", []string{"shop"}, []string{"promise_broken first_reply, at once", "promise_warning first_reply, " + awake, "follow_up Later, " + awake}, []string{"follow_up Later, " + awake}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, _ := deskTimer(t, asleep)
			w.head(func(h *conversation.Head) {
				h.Priority = c.priority
				h.Watch = conversation.Watch{Opened: h.Opened, Waiting: h.WaitingSince, Look: w.at(20)}
			})
			if _, err := w.store.SetFollowUp(t.Context(), record.FollowUp{ID: "f", Home: sheena, Conversation: sheena, At: w.at(25), If: due.Always, Notify: c.notify,
				Set: noon, By: "Later", Filter: "Later"}); err != nil {
				t.Fatal(err)
			}
			w.run(20, 1)
			w.run(25, 1)
			w.run(30, 1)
			w.want("told", w.outbox("robot"), c.want...)
			w.want("told besides", w.outbox("shop"), c.shop...)
			w.want("left", w.rows())
		})
	}
}

// Where a follow-up hands off, the team hears of a hand-off, its promise begins, and the
// desk is told for whom to look for somebody.
func TestAFollowUpHandsOff(t *testing.T) {
	w, called := deskTimer(t, asleep)
	w.head(func(h *conversation.Head) { h.HandedOff = time.Time{} })
	if _, err := w.store.SetFollowUp(t.Context(), record.FollowUp{ID: "f", Home: sheena, Conversation: sheena, At: w.at(5), If: due.StillUnanswered, Then: due.ThenHandOff,
		Set: noon, By: "Later", Filter: "Later"}); err != nil {
		t.Fatal(err)
	}
	w.run(5, 1)
	w.want("told", w.outbox("robot"), "hand_off Later, "+awake)
	w.want("called", *called, "care")
	w.want("promised from when they wrote", w.rows(), "sla 12:20:00 0")
	h, err := w.store.Head(t.Context(), sheena)
	if err != nil || !h.HandedOff.Equal(w.at(5)) || h.Reason != "Later" {
		t.Errorf("got %+v, %v, want people in charge since the fifth minute, and why", h, err)
	}
}

func TestAFollowUpHandsNobodyOffWhoIsBlocked(t *testing.T) {
	w, called := deskTimer(t, asleep)
	w.head(func(h *conversation.Head) { h.HandedOff, h.Contact.Blocked = time.Time{}, noon.UnixMilli() })
	if _, err := w.store.SetFollowUp(t.Context(), record.FollowUp{ID: "f", Home: sheena, Conversation: sheena, At: w.at(5), If: due.Always, Then: due.ThenHandOff, Set: noon, By: "Later"}); err != nil {
		t.Fatal(err)
	}
	w.run(5, 1)
	if h, err := w.store.Head(t.Context(), sheena); err != nil || !h.HandedOff.IsZero() || len(*called) != 0 {
		t.Errorf("got %+v, %v, called %v, want nobody in charge and nobody called", h, err, *called)
	}
}

// unread is a table that nothing can be read from.
type unread struct{ table.Table }

func (unread) Get(context.Context, ...table.Key) ([]table.Item, error) { return nil, table.ErrBusy }

func (unread) Query(context.Context, table.Query) (table.Page, error) {
	return table.Page{}, table.ErrBusy
}

// While the playbook cannot be read nobody is told, and nothing is lost.
func TestWithoutAPlaybookNothingIsLost(t *testing.T) {
	w, called := deskTimer(t, asleep)
	well := w.timer
	w.timer = due.New(due.Config{Store: w.store, Live: &live.Cache{Store: record.New(unread{w.table})}, Now: w.clock, Log: well.Log})
	w.head(func(h *conversation.Head) {
		h.HandedOff = time.Time{}
		h.Watch = conversation.Watch{Look: w.at(5)}
	})
	for _, then := range []string{"", due.ThenHandOff} {
		if _, err := w.store.SetFollowUp(t.Context(), record.FollowUp{ID: "f" + then, Home: sheena, Conversation: sheena, At: w.at(5), If: due.Always, Then: then, Set: noon, By: "zhang"}); err != nil {
			t.Fatal(err)
		}
	}
	w.run(5, 0)
	w.want("told", w.outbox("robot"))
	if rows := w.rows(); len(rows) != 3 {
		t.Errorf("got %q, want every row kept", rows)
	}
	w.timer = well
	w.run(60, 3)
	w.want("told in the end", w.outbox("robot"), "hand_off , "+awake, "follow_up , "+awake)
	w.want("called", *called, "care")
}
