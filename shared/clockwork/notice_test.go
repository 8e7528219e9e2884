package clockwork_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"frontdesk/shared/playbook"
	"frontdesk/shared/record"
	"frontdesk/shared/table"
)

// wants publishes a playbook whose groups get the week's figures.
func (w *deskWeek) wants(t *testing.T, notices ...playbook.Notice) {
	t.Helper()
	info := record.VersionInfo{Number: 1, At: w.now}
	if err := w.store.Publish(context.Background(), playbook.Playbook{Languages: []string{"en"}, Notices: notices}, info, record.Audit{ID: "1", At: w.now}); err != nil {
		t.Fatal(err)
	}
}

func (w *deskWeek) cards(t *testing.T, to string) []record.TeamNotice {
	t.Helper()
	rows, err := w.store.Waiting(context.Background(), to, 10)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestAWeeksCardIsPutIntoEachOutboxOnce(t *testing.T) {
	w, ctx := newWeek(t), context.Background()
	w.wants(t, playbook.Notice{On: []string{"weekly"}, To: []string{"robot-a"}}, playbook.Notice{On: []string{"hand_off"}, To: []string{"robot-c"}},
		playbook.Notice{On: []string{"weekly", "failed"}, To: []string{"robot-a", "group-b"}, Language: "zh-CN"})
	w.chat(t, 1, time.Date(2026, 11, 18, 10, 0, 0, 0, w.rollup.Zone))
	for range 2 {
		if err := w.weekly.Run(ctx, "2026-W47"); err != nil {
			t.Fatal(err)
		}
	}
	a, b := w.cards(t, "robot-a"), w.cards(t, "group-b")
	if len(a) != 1 || len(b) != 1 || len(w.cards(t, "robot-c")) != 0 {
		t.Fatalf("got %d, %d cards, want one each and none for who wants hand-offs", len(a), len(b))
	}
	if got, want := fmt.Sprint(a[0].Title, a[0].Lines[0]), "Week 47 · 16–22 November 2026[Conversations 1 · 1 in, 1 out]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := fmt.Sprint(b[0].Title, b[0].Lines[0]), "第 47 周 · 2026年11月16日至22日[会话 1 · 收到 1，发出 1]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if _, err := w.store.SetOutbox(ctx, "robot-a", record.Outbox{}, a[0].ID); err != nil { // it was sent
		t.Fatal(err)
	}
	w.now = w.now.Add(time.Hour)
	if err := w.weekly.Run(ctx, "2026-W47"); err != nil || len(w.cards(t, "robot-a")) != 0 {
		t.Errorf("a later run: got %v and %d cards, want none", err, len(w.cards(t, "robot-a")))
	}
}

// killer lets so many transactions happen, and dies before or after the next one.
type killer struct {
	table.Table
	left  *int
	after bool
}

var errKilled = errors.New("killed")

func (k killer) Transact(ctx context.Context, writes ...table.Write) error {
	if *k.left--; *k.left >= 0 {
		return k.Table.Transact(ctx, writes...)
	}
	if *k.left == -1 && k.after {
		_ = k.Table.Transact(ctx, writes...)
	}
	return errKilled
}

func TestARunThatIsKilledPutsEveryCardOnceAllTheSame(t *testing.T) {
	for at := range 2 {
		for _, after := range []bool{false, true} {
			w, ctx := newWeek(t), context.Background()
			w.wants(t, playbook.Notice{On: []string{"weekly"}, To: []string{"robot-a", "robot-b"}})
			w.emptyWeeks(t)
			healthy := w.store.Table
			left := at
			w.store.Table = killer{healthy, &left, after}
			if err := w.weekly.Run(ctx, "2026-W47"); !errors.Is(err, errKilled) {
				t.Errorf("got %v, want the run killed", err)
			}
			w.store.Table = healthy
			if err := w.weekly.Run(ctx, "2026-W47"); err != nil {
				t.Fatal(err)
			}
			if a, b := len(w.cards(t, "robot-a")), len(w.cards(t, "robot-b")); a != 1 || b != 1 {
				t.Errorf("killed at %d, after %v: got %d and %d cards, want one each", at, after, a, b)
			}
		}
	}
}

func TestMailsThatFailDoNotKeepTheCardBack(t *testing.T) {
	w := newWeek(t)
	w.wants(t, playbook.Notice{On: []string{"weekly"}, To: []string{"robot-a"}})
	w.recipient(t, "ana", "en")
	w.emptyWeeks(t)
	w.refuse = errors.New("the mail server is down")
	if err := w.weekly.Run(context.Background(), "2026-W47"); !errors.Is(err, w.refuse) || len(w.cards(t, "robot-a")) != 1 {
		t.Errorf("got %v and %d cards, want the server's error and the card", err, len(w.cards(t, "robot-a")))
	}
}
