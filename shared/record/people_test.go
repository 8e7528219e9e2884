package record_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/conversation"
	"frontdesk/shared/message"
	"frontdesk/shared/record"
)

// handedOff is a made-up conversation that people must answer since some minute.
func handedOff(n, minute int) conversation.Head {
	id := conversation.ID("wa-main", message.Person{Phone: fmt.Sprint("1650555", 1000+n)})
	at := noon.Add(time.Duration(minute) * time.Minute)
	return conversation.Head{ID: id, Home: id, Channel: "wa-main", Status: conversation.Open, Team: "care",
		HandedOff: at, WaitingSince: at, LastInbound: at, Opened: at}
}

func head(t *testing.T, s *record.Store, id string) conversation.Head {
	t.Helper()
	h, err := s.Head(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func people(t *testing.T, s *record.Store, h conversation.Head) conversation.Head {
	t.Helper()
	if err := s.Record(context.Background(), record.Turn{Head: h}); err != nil {
		t.Fatal(err)
	}
	return head(t, s, h.ID)
}

// stands tells where the conversations of a team stand: "queue" or their member.
func stands(t *testing.T, s *record.Store, team string) map[string]string {
	t.Helper()
	_, held, err := s.TeamBoard(context.Background(), team)
	if err != nil {
		t.Fatal(err)
	}
	queue, err := s.Queue(context.Background(), team, 1000)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, row := range append(held, queue...) {
		got[row.Conversation] += row.Member
		if row.Member == "" {
			got[row.Conversation] += "queue"
		}
	}
	return got
}

func TestWhereAConversationStandsFollowsItsHead(t *testing.T) {
	s := open(t)
	h := handedOff(1, 0)
	steps := []struct {
		name   string
		change func(h *conversation.Head)
		care   string
		sales  string
	}{
		{"people take over", func(*conversation.Head) {}, "queue", ""},
		{"nothing changes", func(*conversation.Head) {}, "queue", ""},
		{"an agent takes it by hand", func(h *conversation.Head) { h.Assignee = "zhang" }, "zhang", ""},
		{"they answer", func(h *conversation.Head) { h.AgentReplied = true }, "zhang", ""},
		{"another takes it", func(h *conversation.Head) { h.Assignee = "li" }, "li", ""},
		{"it is given to another team", func(h *conversation.Head) { h.Team, h.Assignee = "sales", "" }, "", "queue"},
		{"it is handed off anew", func(h *conversation.Head) { h.HandedOff = h.HandedOff.Add(time.Second) }, "", "queue"},
		{"it is resolved", func(h *conversation.Head) { h.Status, h.HandedOff = conversation.Resolved, time.Time{} }, "", ""},
		{"and opened again", func(h *conversation.Head) { h.Status, h.HandedOff = conversation.Open, noon }, "", "queue"},
		{"the contact moved to another id", func(h *conversation.Head) { h.Moved = home }, "", ""},
	}
	for _, step := range steps {
		step.change(&h)
		if err := s.Record(t.Context(), record.Turn{Head: h}); err != nil {
			t.Fatal(step.name, err)
		}
		h = readHead(t, s, h.ID)
		if got := stands(t, s, "care")[h.ID]; got != step.care {
			t.Errorf("%s: got %q in care, want %q", step.name, got, step.care)
		}
		if got := stands(t, s, "sales")[h.ID]; got != step.sales {
			t.Errorf("%s: got %q in sales, want %q", step.name, got, step.sales)
		}
	}
}

func TestAContactWhoComesBackUnderAnotherIDKeepsTheirPlace(t *testing.T) {
	s := open(t)
	old := handedOff(1, 0)
	old.Assignee, old.Watch.Look = "zhang", noon.Add(time.Minute)
	old = people(t, s, old)
	head := old
	head.ID, head.Version = handedOff(2, 0).ID, 0
	people(t, s, head)
	old.Moved = head.ID
	if err := s.Record(t.Context(), record.Turn{Head: old}); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(map[string]string{head.ID: "zhang"}, stands(t, s, "care")); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	rows, err := s.DueBy(t.Context(), noon.Add(time.Hour), 10)
	if err != nil || len(rows) != 1 || rows[0].Conversation != head.ID {
		t.Errorf("got %+v, %v, want one reminder, of the new id", rows, err)
	}
}

// readHead reads one head, also one that is a signpost.
func readHead(t *testing.T, s *record.Store, id string) conversation.Head {
	t.Helper()
	o, err := s.Open(context.Background(), "", id)
	if err != nil {
		t.Fatal(err)
	}
	return o.Heads[id]
}

func TestTheQueueIsInOrderOfWaiting(t *testing.T) {
	s := open(t)
	var want []string
	for _, minute := range []int{7, 3, 5} {
		people(t, s, handedOff(minute, minute))
	}
	for _, minute := range []int{3, 5} {
		want = append(want, handedOff(minute, minute).ID)
	}
	rows, err := s.Queue(t.Context(), "care", 2)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, row := range rows {
		got = append(got, row.Conversation)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestOfTwoWhoGiveAtOnceOneIsStale(t *testing.T) {
	s, ctx := open(t), context.Background()
	a, b := people(t, s, handedOff(1, 1)), people(t, s, handedOff(2, 2))
	board, _, err := s.TeamBoard(ctx, "care")
	if err != nil {
		t.Fatal(err)
	}
	next, err := s.Give(ctx, board, record.Turn{Head: a}, "zhang")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Give(ctx, board, record.Turn{Head: b}, "zhang"); !errors.Is(err, record.ErrStale) {
		t.Fatalf("got %v for another conversation with the same board, want ErrStale", err)
	}
	if _, err := s.Give(ctx, next, record.Turn{Head: a}, "li"); !errors.Is(err, record.ErrStale) {
		t.Fatalf("got %v for the same conversation, want ErrStale", err)
	}
	if next, err = s.Give(ctx, next, record.Turn{Head: b}, "li"); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(map[string]string{a.ID: "zhang", b.ID: "li"}, stands(t, s, "care")); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	stored, held, err := s.TeamBoard(ctx, "care")
	if err != nil || !held[0].Given || !held[1].Given {
		t.Errorf("got %+v, %v, want both given by the rota", held, err)
	}
	want := record.Board{Team: "care", Turn: 2, Last: map[string]int64{"zhang": 1, "li": 2}, Version: 2}
	if d := cmp.Diff(want, stored); d != "" {
		t.Errorf("the board (-want +got):\n%s", d)
	}
	if d := cmp.Diff(want, next); d != "" {
		t.Errorf("the board that was returned (-want +got):\n%s", d)
	}
}

func TestAConversationGivenBackKeepsItsPlace(t *testing.T) {
	s, ctx := open(t), context.Background()
	first := people(t, s, handedOff(1, 1))
	people(t, s, handedOff(2, 2))
	board, err := s.Give(ctx, record.Board{Team: "care"}, record.Turn{Head: first}, "zhang")
	if err != nil {
		t.Fatal(err)
	}
	if _, err = s.Give(ctx, board, record.Turn{Head: head(t, s, first.ID)}, ""); err != nil {
		t.Fatal(err)
	}
	rows, err := s.Queue(ctx, "care", 1)
	if err != nil || len(rows) != 1 || rows[0].Conversation != first.ID || rows[0].Given {
		t.Errorf("got %+v, %v, want the one that has waited longest", rows, err)
	}
	if h := head(t, s, first.ID); h.Assignee != "" || h.Rota != "" {
		t.Errorf("got assignee %q, want nobody", h.Assignee)
	}
}

func TestASeatIsRemovedOnlyWhileTheHeadSaysSo(t *testing.T) {
	s, ctx := open(t), context.Background()
	h := people(t, s, handedOff(1, 1))
	rows, err := s.Queue(ctx, "care", 1)
	if err != nil {
		t.Fatal(err)
	}
	people(t, s, h) // somebody writes the head
	if err := s.Unseat(ctx, rows[0], h.Version); !errors.Is(err, record.ErrStale) {
		t.Errorf("got %v, want ErrStale", err)
	}
	if got := stands(t, s, "care"); got[h.ID] != "queue" {
		t.Errorf("got %v, want it to stand in the queue", got)
	}
	if err := s.Unseat(ctx, rows[0], h.Version+1); err != nil {
		t.Fatal(err)
	}
	if got := stands(t, s, "care"); len(got) != 0 {
		t.Errorf("got %v, want nothing", got)
	}
}

func TestWhoIsAway(t *testing.T) {
	s, ctx := open(t), context.Background()
	zhang := record.Away{Member: "zhang", At: noon, By: "li"}
	for _, step := range []struct {
		away bool
		want map[string]record.Away
	}{{true, map[string]record.Away{"zhang": zhang}}, {true, map[string]record.Away{"zhang": zhang}}, {false, map[string]record.Away{}}, {false, map[string]record.Away{}}} {
		if err := s.SetAway(ctx, zhang, step.away); err != nil {
			t.Fatal(err)
		}
		got, err := s.AllAway(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(step.want, got); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}
	}
}
