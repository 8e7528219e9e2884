package conversation_test

import (
	"slices"
	"testing"
	"time"

	"frontdesk/shared/conversation"
)

func TestWhatAMessageChangesInAHead(t *testing.T) {
	at := time.Date(2026, 11, 18, 12, 0, 0, 0, time.UTC)
	h := conversation.Head{Tags: []string{"old", "kept"}, Team: "sales"}
	got := h.Affected(conversation.Message{At: at, Effects: conversation.Effects{
		Team: "support", Tags: []string{"new", "kept"}, Untag: []string{"old"}, Assignee: "zhang", Priority: "high",
		HandOff: true, Reason: "asked", AwayUntil: at.Add(time.Hour), Opt: conversation.OptOut, MutedUntil: 7,
	}})
	if !slices.Equal(got.Tags, []string{"kept", "new"}) || !slices.Equal(h.Tags, []string{"old", "kept"}) {
		t.Errorf("got tags %v of %v, want the old list as it was", got.Tags, h.Tags)
	}
	if got.Team != "support" || got.Assignee != "zhang" || got.Priority != "high" || got.Reason != "asked" || got.Status != conversation.Open {
		t.Errorf("got %+v", got)
	}
	if !got.Marketing.Everything || got.Contact.MutedUntil != 7 || !got.AwayUntil.Equal(at.Add(time.Hour)) {
		t.Errorf("got %+v", got)
	}
	if got = got.Closed(); !got.HandedOff.IsZero() || got.Assignee != "" || got.Status != conversation.Resolved {
		t.Errorf("got %+v, want nobody in charge once it is closed", got)
	}
}

func TestWhoIsBlockedWakesNobody(t *testing.T) {
	at := time.Date(2026, 11, 18, 12, 0, 0, 0, time.UTC)
	got := conversation.Head{WaitingSince: at}.Affected(conversation.Message{At: at, Effects: conversation.Effects{Block: true, HandOff: true, Reason: "asked"}})
	if got.Contact.Blocked != at.UnixMilli() || !got.HandedOff.IsZero() || !got.WaitingSince.IsZero() || got.Status != conversation.Resolved {
		t.Errorf("got %+v, want them blocked and nobody called", got)
	}
}

func TestWhoWaits(t *testing.T) {
	for _, c := range []struct {
		name string
		m    conversation.Message
		want bool
	}{
		{"an answer", conversation.Message{Outcome: conversation.Replied, Filter: "price"}, false},
		{"an away reply", conversation.Message{Outcome: conversation.Replied, Filter: "away"}, true},
		{"people have it", conversation.Message{Outcome: conversation.Silent}, true},
		{"it needs none", conversation.Message{Outcome: conversation.Ignored}, false},
	} {
		if got := c.m.Waits(); got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

func TestRepliesFromBeforeATime(t *testing.T) {
	at := time.Date(2026, 11, 18, 12, 0, 0, 0, time.UTC)
	a := conversation.Automatic{}.Sent(at.Add(-time.Minute), at, 1, 9).Sent(at.Add(time.Minute), at, 1, 9)
	if got := a.Former(at); got.Within(time.Hour, at) != 1 || got.Answered != 0 || a.Within(time.Hour, at) != 2 {
		t.Errorf("got %+v, want the one reply from before", got)
	}
	if got := a.Catch(at).Former(at); got.Caught != 0 {
		t.Errorf("got caught at %d, want a pause that began later left out", got.Caught)
	}
	if got := a.Catch(at).Former(at.Add(time.Second)); got.Caught != at.UnixMilli() {
		t.Errorf("got caught at %d, want the pause from before", got.Caught)
	}
}
