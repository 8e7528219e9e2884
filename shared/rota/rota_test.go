package rota_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/conversation"
	"frontdesk/shared/record"
	"frontdesk/shared/table"
)

func TestConversationsAreGivenInTurnUpToCapacity(t *testing.T) {
	w := newWorld(t, member("zhang", 2), member("li", 1))
	for n := range 5 {
		w.handOff(n)
	}
	w.settle(3)
	w.want("zhang li zhang - -")
	w.settle(0)
	if strings.Contains(w.log.String(), "zhang") {
		t.Errorf("the log names a person: %s", w.log.String())
	}
}

func TestTurnsAreRememberedBetweenConversations(t *testing.T) {
	w := newWorld(t, member("zhang", 0), member("li", 0))
	for n := range 4 {
		w.handOff(n)
		w.settle(1)
		if want := []string{"zhang", "li"}[n%2]; !strings.HasSuffix(w.has(n+1), want) {
			t.Fatalf("got %q, want the last with %s", w.has(n+1), want)
		}
		w.change(n, resolve)
	}
}

// chatwoot#10583: the queue stayed when somebody became free.
func TestTheQueueMovesOnWhenSomebodyBecomesFree(t *testing.T) {
	w := newWorld(t, member("zhang", 1), member("li", 1))
	for n := range 5 {
		w.handOff(n)
	}
	w.settle(2)
	w.change(1, resolve)
	w.settle(1)
	w.want("zhang . li - -")
	w.team.Members[0].Capacity = 2
	w.settle(1)
	w.want("zhang . li zhang -")
	w.team.Members = append(w.team.Members, member("wang", 1))
	w.settle(1)
	w.want("zhang . li zhang wang")
}

func TestWhoLeavesGivesBack(t *testing.T) {
	w := newWorld(t, member("zhang", 2), member("li", 3))
	for n := range 4 {
		w.handOff(n)
	}
	w.settle(4)
	w.want("zhang li zhang li")
	if err := w.store.SetAway(t.Context(), record.Away{Member: "zhang", At: noon, By: "li"}, true); err != nil {
		t.Fatal(err)
	}
	w.settle(2)
	w.want("li li - li")
	w.team.Members = w.team.Members[:1] // li leaves the team
	w.settle(3)
	w.want("- - - -")
	if err := w.store.SetAway(t.Context(), record.Away{Member: "zhang"}, false); err != nil {
		t.Fatal(err)
	}
	w.settle(2)
	w.want("zhang zhang - -")
	board, _, err := w.store.TeamBoard(t.Context(), "care")
	if _, kept := board.Last["li"]; kept || err != nil {
		t.Errorf("got the board %+v, %v, want li forgotten, who left", board, err)
	}
}

func TestOnlyWhatNobodyHasAnsweredIsTakenBack(t *testing.T) {
	w := newWorld(t, member("zhang", 2))
	w.team.Unanswered = true
	w.handOff(0)
	w.handOff(1)
	w.settle(2)
	w.change(0, func(h *conversation.Head) { h.AgentReplied, h.WaitingSince = true, time.Time{} })
	w.team.Members[0].Duty.Off = true
	w.settle(1)
	w.want("zhang -")
}

func TestWhatSomebodyTakesByHandIsTheirs(t *testing.T) {
	w := newWorld(t, member("zhang", 1))
	w.handOff(0)
	w.handOff(1)
	w.change(1, func(h *conversation.Head) { h.Assignee = "boss" })
	w.change(0, func(h *conversation.Head) { h.Assignee = "zhang" })
	w.handOff(2)
	w.settle(0)
	w.want("zhang boss -")
}

func TestATeamThatGivesOutNothingIsLeftAlone(t *testing.T) {
	w := newWorld(t, member("zhang", 1))
	w.handOff(0)
	if n, err := w.rota.Settle(t.Context(), "another"); n != 0 || err != nil {
		t.Errorf("got %d, %v, want nothing done", n, err)
	}
	w.want("-")
}

func TestARowWithoutItsConversationGoes(t *testing.T) {
	w := newWorld(t, member("zhang", 1))
	w.handOff(0)
	w.handOff(1)
	w.settle(1)
	for _, n := range []int{0, 1} { // as an erasure does that knows nothing of rows
		if err := w.table.Delete(t.Context(), table.Key{PK: "C#" + id(n), SK: "HEAD"}, table.Condition{}); err != nil {
			t.Fatal(err)
		}
	}
	w.handOff(2)
	if _, err := w.rota.Due(t.Context(), 100); err != nil {
		t.Fatal(err)
	}
	if _, err := w.rota.Due(t.Context(), 100); err != nil {
		t.Fatal(err)
	}
	h, err := w.store.Head(t.Context(), id(2))
	if err != nil || h.Assignee != "zhang" {
		t.Errorf("got %q, %v, want zhang to have room again", h.Assignee, err)
	}
	_, held, err := w.store.TeamBoard(t.Context(), "care")
	if err != nil || len(held) != 1 {
		t.Errorf("got %+v, %v, want one row", held, err)
	}
}

func TestATableThatTakesNothing(t *testing.T) {
	w := newWorld(t, member("zhang", 1))
	w.handOff(0)
	w.table.fail = table.ErrBusy
	if _, err := w.rota.Due(t.Context(), 100); !errors.Is(err, table.ErrBusy) {
		t.Errorf("got %v, want ErrBusy", err)
	}
	w.table.fail = nil
	w.settle(1)
	w.want("zhang")
}

func TestWhatSettlingCosts(t *testing.T) {
	w := newWorld(t, member("zhang", 0))
	w.table.calls = map[string]int{}
	w.settle(0)
	if d := cmp.Diff(map[string]int{"query": 3}, w.table.calls); d != "" {
		t.Errorf("an idle team (-want +got):\n%s", d)
	}
	w.handOff(0)
	w.table.calls = map[string]int{}
	w.settle(1)
	if d := cmp.Diff(map[string]int{"query": 6, "get": 1, "transact": 1}, w.table.calls); d != "" {
		t.Errorf("one conversation (-want +got):\n%s", d)
	}
}
