package record_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/conversation"
	"frontdesk/shared/record"
)

// teamNotice is a made-up row.
func teamNotice(to string, n int) record.TeamNotice {
	return record.TeamNotice{
		ID: fmt.Sprintf("row%04d", n), To: to, Event: "hand_off", At: noon, Language: "en", Mention: []string{"zhang"},
		Channel: "kf-main", Conversation: home, Team: "Sales", Filter: "Complaints", Since: noon.Add(-time.Minute),
	}
}

func waiting(t *testing.T, s *record.Store, to string) (ids []string) {
	t.Helper()
	rows, err := s.Waiting(context.Background(), to, 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		ids = append(ids, r.ID)
	}
	return ids
}

func TestNoticesAreWrittenWithTheirTurnOrNotAtAll(t *testing.T) {
	s, ctx := open(t), context.Background()
	turn := record.Turn{
		Head: conversation.Head{ID: home, Home: home, LastInbound: noon}, New: []conversation.Message{inbound(home, 0)},
		Notices: []record.TeamNotice{teamNotice("robot", 2), teamNotice("robot", 1), teamNotice("robot-b", 3)},
	}
	if err := s.Record(ctx, turn); err != nil {
		t.Fatal(err)
	}
	turn.Notices = []record.TeamNotice{teamNotice("robot", 9)}
	if err := s.Record(ctx, turn); !errors.Is(err, record.ErrDuplicate) {
		t.Fatalf("got %v, want the repeat refused", err)
	}
	rows, err := s.Waiting(ctx, "robot", 1)
	if err != nil || len(rows) != 1 {
		t.Fatalf("got %v, %v, want the oldest", rows, err)
	}
	if d := cmp.Diff(teamNotice("robot", 1), rows[0]); d != "" {
		t.Errorf("what was written is not what comes back (-want +got):\n%s", d)
	}
	if got := waiting(t, s, "robot"); !slices.Equal(got, []string{"row0001", "row0002"}) {
		t.Errorf("got %v, want the first turn's, oldest first, and nothing of the repeat", got)
	}
	channels, err := s.WaitingChannels(ctx, 10)
	if err != nil || !slices.Equal(channels, []string{"robot", "robot-b"}) {
		t.Errorf("got %v, %v, want both channels", channels, err)
	}
}

func TestOneProcessSendsToAChannel(t *testing.T) {
	s, ctx := open(t), context.Background()
	none, err := s.Outbox(ctx, "robot")
	if err != nil || none.Version != 0 {
		t.Fatalf("got %+v, %v, want the beginning", none, err)
	}
	none.IDs, none.Sent, none.Until = []string{"row0001"}, []time.Time{noon}, noon.Add(time.Second)
	first, err := s.SetOutbox(ctx, "robot", none)
	if err != nil || first.Version != 1 {
		t.Fatalf("got version %d, %v", first.Version, err)
	}
	if _, err := s.SetOutbox(ctx, "robot", none); !errors.Is(err, record.ErrStale) {
		t.Errorf("got %v, want the second process refused", err)
	}
	read, err := s.Outbox(ctx, "robot")
	if d := cmp.Diff(first, read); d != "" || err != nil {
		t.Errorf("%v, what was written is not what comes back (-want +got):\n%s", err, d)
	}
}

func TestNoticesAreRemovedHoweverMany(t *testing.T) {
	s, ctx := open(t), context.Background()
	var ids []string
	for n := range 250 {
		row := teamNotice("robot", n)
		ids = append(ids, row.ID)
		if err := s.Record(ctx, record.Turn{Head: conversation.Head{ID: fmt.Sprintf("%026d", n), Home: home}, Notices: []record.TeamNotice{row}}); err != nil {
			t.Fatal(err)
		}
	}
	box, err := s.SetOutbox(ctx, "robot", record.Outbox{}, ids[:249]...)
	if err != nil {
		t.Fatal(err)
	}
	if got := waiting(t, s, "robot"); !slices.Equal(got, ids[249:]) {
		t.Errorf("got %v, want the one that was not named", got)
	}
	stale := box
	stale.Version = 0
	if _, err := s.SetOutbox(ctx, "robot", stale, ids[249]); !errors.Is(err, record.ErrStale) || len(waiting(t, s, "robot")) != 1 {
		t.Errorf("got %v, want nothing removed by who is late", err)
	}
}

func TestAWeekIsAnnouncedOnce(t *testing.T) {
	s, ctx := open(t), context.Background()
	for _, c := range []struct {
		week, to string
		want     error
	}{{"2026-W47", "robot", nil}, {"2026-W47", "robot", record.ErrDuplicate}, {"2026-W47", "robot-b", nil}, {"2026-W48", "robot", nil}} {
		if err := s.AnnounceWeek(ctx, c.week, teamNotice(c.to, 1)); !errors.Is(err, c.want) {
			t.Errorf("%s to %s: got %v, want %v", c.week, c.to, err, c.want)
		}
		if _, err := s.SetOutbox(ctx, c.to, mustOutbox(t, s, c.to), "row0001"); err != nil { // sent and forgotten
			t.Fatal(err)
		}
	}
}

func mustOutbox(t *testing.T, s *record.Store, to string) record.Outbox {
	t.Helper()
	o, err := s.Outbox(context.Background(), to)
	if err != nil {
		t.Fatal(err)
	}
	return o
}
