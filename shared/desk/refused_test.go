package desk_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/desk"
	"frontdesk/shared/inbox"
	"frontdesk/shared/message"
)

func TestWhatTheChannelAnswers(t *testing.T) {
	refuse := func(class message.Class, code int) func(message.Outgoing) error {
		return func(message.Outgoing) error {
			return &message.SendError{Class: class, Code: code, Reason: "documented"}
		}
	}
	tests := []struct {
		name       string
		answer     func(message.Outgoing) error
		later      bool // comes back
		again      int  // sends after the channel recovers, 1 s later
		handedOff  string
		alarm      string
		wantFailed bool
	}{
		{"down for a moment: back soon", refuse(message.Retry, 131016), true, 1, "", "", false},
		{"asked for more than it takes: back soon", refuse(message.Slow, 130429), true, 1, "", "", false},
		{"this pair must pause", refuse(message.RetryPair, 131056), true, 1, "", "", false},
		{"the token is bad: alarm, and back later", refuse(message.Stop, 190), true, 1, "", "channel_stopped", false},
		{"time-out: wait for proof", refuse(message.Unknown, 0), true, 0, "", "", false},
		{"cannot be reached: to people", refuse(message.Drop, 131026), false, 0, desk.ReasonSend, "", true},
		{"our request is wrong: to people, with an alarm", refuse(message.Bug, 100), false, 0, desk.ReasonSend, desk.ReasonSend, true},
		{"not within hours: to people", refuse(message.RetryLong, 131049), false, 0, desk.ReasonSend, "", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.answer = tt.answer
			m := w.says("1", "price")
			err := w.handle(m, 1)
			if _, later := errors.AsType[*inbox.Retry](err); later != tt.later {
				t.Fatalf("got %v, want a later try: %v", err, tt.later)
			}
			w.answer = nil
			w.pass(time.Second)
			_ = w.handle(m, 2)
			if w.sends() != tt.again {
				t.Errorf("a second later: got %d sends, want %d", w.sends(), tt.again)
			}
			if tt.alarm != "" && !strings.Contains(w.log.String(), `"alarm":"`+tt.alarm+`"`) {
				t.Errorf("got no alarm %s in %s", tt.alarm, w.log.String())
			}
			if tt.handedOff == "" {
				return
			}
			h := w.head(sheena)
			if h.HandedOff.IsZero() || h.Reason != tt.handedOff || h.Status != conversation.Open || h.WaitingSince.IsZero() {
				t.Errorf("got head %+v, want it with people", h)
			}
			got := w.messages(sheena)
			receipts, err := w.store.Receipts(context.Background(), h.Home, got[1].ID)
			if err != nil || len(receipts) != 1 || receipts[0].Status != message.Failed {
				t.Errorf("got receipts %v, %v, want the failure", receipts, err)
			}
		})
	}
}

func TestOutsideTheWindowTheApprovedTemplateGoesOut(t *testing.T) {
	w := newWorld(t)
	late := w.says("1", "price")
	w.pass(25 * time.Hour) // Meta delivered it a day late
	w.mustHandle(late)
	if len(w.sent) != 1 || w.sent[0].Content.Shape != message.ShapeApproved || w.sent[0].Content.Approved.Name != "prices_en" {
		t.Errorf("got %+v, want the approved template", w.sent)
	}
}

func TestOutsideTheWindowWithoutAnApprovedTemplatePeopleTakeOver(t *testing.T) {
	w := newWorld(t)
	late := w.says("1", "person")
	w.pass(25 * time.Hour)
	w.mustHandle(late)
	if h := w.head(sheena); w.sends() != 0 || h.Reason != desk.ReasonWindow || h.HandedOff.IsZero() {
		t.Errorf("got %d sends and head %+v, want none and people with the reason", w.sends(), h)
	}
}

func TestTheChannelSaysThatTheWindowIsShut(t *testing.T) {
	w := newWorld(t)
	w.answer = func(out message.Outgoing) error {
		if out.Content.Shape == message.ShapeApproved {
			return nil
		}
		return &message.SendError{Class: message.SwitchForm, Code: 131047, Reason: "re-engagement"}
	}
	w.mustHandle(w.says("1", "price"))
	if len(w.sent) != 1 || w.sent[0].Content.Shape != message.ShapeApproved {
		t.Errorf("got %+v, want the approved template", w.sent)
	}
}

func TestATemplateThatFailsSendsNothingAndCallsPeople(t *testing.T) {
	w := newWorld(t)
	w.mustHandle(w.says("1", "broken"))
	h := w.head(sheena)
	if w.sends() != 0 || h.Reason != desk.ReasonRender || h.HandedOff.IsZero() || h.WaitingSince.IsZero() {
		t.Errorf("got %d sends and head %+v", w.sends(), h)
	}
	if !strings.Contains(w.log.String(), `"alarm":"render_failed"`) {
		t.Errorf("got no alarm in %s", w.log.String())
	}
}
