package desk_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/inbox"
	"frontdesk/shared/message"
	"frontdesk/shared/record"
)

func TestAQuestionIsAnsweredAndRecorded(t *testing.T) {
	w := newWorld(t)
	w.mustHandle(w.says("1", "what is the price?"))
	if len(w.sent) != 1 || w.sent[0].Content.Text != "Hello Sheena, tea is 9 a box." {
		t.Fatalf("got %+v, want the price once", w.sent)
	}
	got := w.messages(sheena)
	if len(got) != 2 || got[1].ChannelID != "wamid.OUT1" || got[1].Source != conversation.ByFilter || got[1].InReplyTo != got[0].ID {
		t.Fatalf("got messages %+v", got)
	}
	if w.sent[0].Ref != conversation.Ref(got[1].Conversation, got[1].ID) {
		t.Errorf("got reference %s, want that of the stored reply", w.sent[0].Ref)
	}
	f := got[0].Facts
	if !f.FirstEver || !f.FirstOfWeek || !f.FirstOfDay || !f.Opened || f.Day != "2026-11-18" || f.Week != "2026-W47" || f.Hour != 12 {
		t.Errorf("got facts of the question %+v", f)
	}
	if f := got[1].Facts; !f.Answers || !f.First || !f.ByBot {
		t.Errorf("got facts of the reply %+v", f)
	}
	h := w.head(sheena)
	if h.Status != conversation.Resolved || !h.WaitingSince.IsZero() || len(h.Tags) != 1 || h.Replied["price"].IsZero() {
		t.Errorf("got head %+v, want resolved, tagged, the cooldown begun", h)
	}
}

func TestAnAnsweredMessageCostsOneReadAndTwoWrites(t *testing.T) {
	w := newWorld(t)
	w.mustHandle(w.says("warm", "hello"))
	for i, text := range []string{"price", "a person please"} {
		clear(w.table.calls)
		w.pass(2 * time.Minute)
		w.mustHandle(w.says(fmt.Sprint(i), text))
		if got := fmt.Sprint(w.table.calls); got != "map[get:1 put:1 transact:1]" {
			t.Errorf("%q: got table calls %s, want 1 get, 1 put, 1 transact", text, got)
		}
	}
	clear(w.table.calls)
	w.mustHandle(w.says("silent", "thanks")) // people are in charge
	if got := fmt.Sprint(w.table.calls); got != "map[get:1 transact:1]" {
		t.Errorf("without a reply: got table calls %s, want 1 get, 1 transact", got)
	}
}

func TestRepeatedDeliveriesGetOneReply(t *testing.T) {
	w := newWorld(t)
	m := w.says("1", "price")
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			err := w.handle(m, 1)
			if _, later := errors.AsType[*inbox.Retry](err); err != nil && !later && !errors.Is(err, record.ErrStale) {
				t.Errorf("got %v, want nil or a later try", err)
			}
		})
	}
	wg.Wait()
	w.pass(7 * 24 * time.Hour)
	w.mustHandle(m)
	if w.sends() != 1 {
		t.Errorf("got %d replies, want 1", w.sends())
	}
	if got := len(w.messages(sheena)); got != 2 {
		t.Errorf("got %d messages, want the question and the reply", got)
	}
}

func TestCutOffBetweenSendingAndRecording(t *testing.T) {
	cut := errors.New("the process died")
	tests := []struct {
		name      string
		receipt   bool
		looks     []time.Duration // how long after the cut the job comes back
		wantSends int
		wantLater bool
		unproven  int
	}{
		{"somebody else may still be at it: wait", false, []time.Duration{5 * time.Second}, 1, true, 0},
		{"no receipt yet: wait for one", false, []time.Duration{30 * time.Second}, 1, true, 0},
		{"a receipt proves it: record, do not send", true, []time.Duration{30 * time.Second}, 1, false, 0},
		{"never any trace: send once more and count it", false, []time.Duration{20 * time.Second, 90 * time.Second}, 2, false, 1},
		{"not at the first look, however late: our clock may have been put forward", false, []time.Duration{time.Hour}, 1, true, 0},
		{"nor until the wait is over since then", false, []time.Duration{time.Hour, time.Hour + 80*time.Second}, 1, true, 0},
		{"then it is", false, []time.Duration{time.Hour, time.Hour + 90*time.Second}, 2, false, 1},
		{"a clock that was set back holds nobody up", false, []time.Duration{20 * time.Second, -time.Hour, -time.Hour + 90*time.Second}, 2, false, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.table.failNext("transact", cut)
			m := w.says("1", "price")
			if err := w.handle(m, 1); !errors.Is(err, cut) {
				t.Fatalf("got %v, want the cut", err)
			}
			if tt.receipt {
				home, reply, _ := conversation.ParseRef(w.sent[0].Ref)
				r := conversation.Receipt{ReplyID: reply, Receipt: message.Receipt{ID: "wamid.OUT1", Status: message.Sent, Time: w.now}}
				if err := w.store.Receive(context.Background(), home, r, ""); err != nil {
					t.Fatal(err)
				}
			}
			var err error
			cutAt := w.clock()
			for _, after := range tt.looks {
				w.pass(cutAt.Add(after).Sub(w.clock()))
				err = w.handle(m, 2)
			}
			if _, later := errors.AsType[*inbox.Retry](err); later != tt.wantLater || (err != nil && !later) {
				t.Fatalf("got %v, want a later try: %v", err, tt.wantLater)
			}
			if w.sends() != tt.wantSends {
				t.Errorf("got %d sends, want %d", w.sends(), tt.wantSends)
			}
			if tt.wantLater {
				return
			}
			got := w.messages(sheena)
			if len(got) != 2 || got[1].ChannelID == "" || got[1].Unproven != tt.unproven {
				t.Errorf("got messages %+v, want the reply recorded with %d unproven", got, tt.unproven)
			}
		})
	}
}
