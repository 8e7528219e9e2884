package send_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"frontdesk/shared/budget"
	"frontdesk/shared/channel"
	"frontdesk/shared/message"
	"frontdesk/shared/send"
)

// board is where the gates of all processes hang.
type board struct {
	gates map[string]budget.Gate
	fail  error
}

func (b *board) SetGate(_ context.Context, channel string, g budget.Gate) (budget.Gate, bool, error) {
	if b.fail != nil {
		return g, false, b.fail
	}
	if now := b.gates[channel]; now.Version != g.Version {
		return now, false, nil
	}
	g.Version++
	b.gates[channel] = g
	return g, true, nil
}

// stage is a channel, its gate, and a clock.
type stage struct {
	now   time.Time
	board *board
	log   bytes.Buffer
	// calls are the times at which the channel was asked; answer is what it says.
	calls  []time.Time
	answer func() error
}

func newStage() *stage {
	return &stage{now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), board: &board{gates: map[string]budget.Gate{}}, answer: func() error { return nil }}
}

func (s *stage) guard(ch channel.Channel, processes int) *send.Guard {
	ch.ID, ch.Kind = "wa-main", message.WhatsApp
	return send.NewGuard([]channel.Channel{ch}, send.Options{
		Send: func(context.Context, message.Outgoing) (string, error) {
			s.calls = append(s.calls, s.now)
			return "wamid.1", s.answer()
		},
		Gates: s.board, Now: func() time.Time { return s.now }, Processes: processes,
		Sleep: func(_ context.Context, d time.Duration) { s.now = s.now.Add(d) },
		Log:   slog.New(slog.NewJSONHandler(&s.log, nil)),
	})
}

var out = message.Outgoing{Channel: "wa-main", To: message.Person{Phone: "16505551234"}}

func refusing(class message.Class, after time.Duration) func() error {
	return func() error { return &message.SendError{Class: class, Reason: "documented", After: after} }
}

func TestWhichFailuresShutTheGate(t *testing.T) {
	cases := []struct {
		name   string
		answer func() error
		sends  int // until it is shut; 0 for never
		alarm  string
	}{
		{"the channel is down", refusing(message.Retry, 0), 3, "channel_down"},
		{"no answers come", refusing(message.Unknown, 0), 3, "channel_down"},
		{"the token is bad", refusing(message.Stop, 0), 1, "channel_stopped"},
		{"this person cannot be reached", refusing(message.Drop, 0), 0, ""},
		{"our own mistake", refusing(message.Bug, 0), 0, ""},
		{"only this pair must pause", refusing(message.RetryPair, 0), 0, ""},
		{"the window is shut", refusing(message.SwitchForm, 0), 0, ""},
		{"all is well", func() error { return nil }, 0, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := newStage()
			s.answer = c.answer
			g := s.guard(channel.Channel{}, 1)
			shut := 0
			for i := 1; i <= 5 && shut == 0; i++ {
				_, _ = g.Send(t.Context(), out)
				if g.Hold("wa-main") > time.Second {
					shut = i
				}
			}
			if shut != c.sends {
				t.Errorf("got it shut after %d sends, want %d", shut, c.sends)
			}
			if n := strings.Count(s.log.String(), `"alarm"`); c.alarm == "" && n != 0 || c.alarm != "" && (n != 1 || !strings.Contains(s.log.String(), c.alarm)) {
				t.Errorf("got %s, want one alarm %q", s.log.String(), c.alarm)
			}
		})
	}
}

// However many processes and messages wait, a channel that is down is asked a few times a
// minute, by one of them, and works again for all with the first answer.
func TestAChannelThatIsDownIsLeftAlone(t *testing.T) {
	s := newStage()
	s.answer = refusing(message.Retry, 0)
	var all []*send.Guard
	for range 8 {
		all = append(all, s.guard(channel.Channel{}, 8))
	}
	push := func() {
		for _, g := range all {
			g.Learn("wa-main", s.board.gates["wa-main"])
			_, _ = g.Send(t.Context(), out)
		}
	}
	for range 60 * 60 {
		push()
		s.now = s.now.Add(time.Second)
	}
	if n := len(s.calls); n < 100 || n > 150 {
		t.Errorf("got %d calls in an hour, want about two a minute and a few at first", n)
	}
	if n := strings.Count(s.log.String(), `"alarm":"channel_down"`); n != 1 {
		t.Errorf("got %d alarms, want one for the whole outage", n)
	}
	s.answer = func() error { return nil }
	s.now = s.now.Add(time.Minute)
	before := len(s.calls)
	push() // one of them finds that it works
	push()
	if got := len(s.calls) - before; got < 15 {
		t.Errorf("got %d of 16 sends once the channel is back, want all but the one before the news", got)
	}
}

func TestWhatConcernsTheWholeChannelDoesNotCountAgainstAMessage(t *testing.T) {
	s := newStage()
	s.answer = refusing(message.Stop, 0)
	g := s.guard(channel.Channel{}, 1)
	for i := range 2 { // refused by the channel, then by the gate
		_, err := g.Send(t.Context(), out)
		refused, ok := errors.AsType[*message.SendError](err)
		if !ok || !refused.Shared || refused.After <= 0 {
			t.Errorf("send %d: got %+v, want it shared, with a time to come back", i, err)
		}
	}
	if len(s.calls) != 1 {
		t.Errorf("got %d calls, want one", len(s.calls))
	}
}

func TestRetryAfterIsObeyed(t *testing.T) {
	for _, class := range []message.Class{message.Slow, message.Stop} {
		s := newStage()
		s.answer = refusing(class, 90*time.Second)
		g := s.guard(channel.Channel{}, 1)
		_, _ = g.Send(t.Context(), out)
		s.answer = func() error { return nil }
		s.now = s.now.Add(58 * time.Second)
		_, err := g.Send(t.Context(), out)
		if err == nil || len(s.calls) != 1 {
			t.Errorf("%s: asked again after 58 s, and it asked for 90", class)
		}
		s.now = s.now.Add(33 * time.Second)
		if _, err := g.Send(t.Context(), out); err != nil {
			t.Errorf("%s: after 91 s got %v, want it sent", class, err)
		}
	}
}

func TestATableThatDoesNotAnswerStopsNobody(t *testing.T) {
	s := newStage()
	s.board.fail = errors.New("busy")
	s.answer = refusing(message.Stop, 0)
	g := s.guard(channel.Channel{}, 1)
	for range 600 {
		_, _ = g.Send(t.Context(), out)
		s.now = s.now.Add(time.Second)
	}
	if n := len(s.calls); n < 15 || n > 30 {
		t.Errorf("got %d calls in ten minutes, want this process to keep its own gate", n)
	}
	s.answer = func() error { return nil }
	s.now = s.now.Add(time.Minute)
	for range 2 {
		if _, err := g.Send(t.Context(), out); err != nil {
			t.Errorf("the channel is back: got %v", err)
		}
	}
}

// In no second is more sent than half of what the number takes: the rest is for what
// comes in.
func TestThroughput(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		throughput := rapid.IntRange(2, 60).Draw(rt, "throughput")
		s := newStage()
		g := s.guard(channel.Channel{Throughput: throughput}, 1)
		for range rapid.IntRange(1, 150).Draw(rt, "messages") {
			s.now = s.now.Add(time.Duration(rapid.IntRange(0, 60).Draw(rt, "ms")) * time.Millisecond)
			_, _ = g.Send(rt.Context(), out)
		}
		for i, half := throughput/2, throughput/2; i < len(s.calls); i++ {
			if span := s.calls[i].Sub(s.calls[i-half]); span < time.Second {
				rt.Fatalf("%d messages within %v", half+1, span)
			}
		}
	})
}

// burst is how many messages pass at once.
func burst(t *testing.T, s *stage, g *send.Guard, most int) (n int) {
	t.Helper()
	for g.Hold("wa-main") == 0 && n < most {
		if _, err := g.Send(t.Context(), out); err != nil {
			t.Fatal(err)
		}
		n++
	}
	return n
}

func TestProcessesShareAThroughput(t *testing.T) {
	s := newStage()
	n := 0
	for range 4 {
		n += burst(t, s, s.guard(channel.Channel{Throughput: 80}, 4), 100)
	}
	if n != 40 {
		t.Errorf("got %d sends at once, want half of 80", n)
	}
}

func TestAThroughputThatIsNotSetIsGuessedFromComplaints(t *testing.T) {
	s := newStage()
	g := s.guard(channel.Channel{}, 1)
	if n := burst(t, s, g, 400); n != 400 {
		t.Fatalf("got %d at once, want no limit while nothing is known", n)
	}
	s.answer = refusing(message.Slow, 0)
	_, _ = g.Send(t.Context(), out)
	s.answer = func() error { return nil }
	if g.Hold("wa-main") < time.Second {
		t.Errorf("got no pause after a complaint")
	}
	for _, want := range []int{300, 376} { // three quarters of 401, and a quarter more after a quiet minute
		s.now = s.now.Add(2 * time.Second)
		if n := burst(t, s, g, 1000); n != want {
			t.Errorf("got %d at once, want %d", n, want)
		}
		s.now = s.now.Add(time.Minute)
	}
}

func TestAnUnknownChannelIsLeftToTheRouter(t *testing.T) {
	s := newStage()
	g := s.guard(channel.Channel{BusinessID: "102290129340398", PortfolioLimit: 7}, 1)
	if _, err := g.Send(t.Context(), message.Outgoing{Channel: "gone"}); err != nil || len(s.calls) != 1 {
		t.Errorf("got %v after %d calls", err, len(s.calls))
	}
	if got := g.Limits("wa-main"); got.Portfolio != "102290129340398" || got.People != 7 {
		t.Errorf("got limits %+v", got)
	}
}

func TestSmallSharesAreKept(t *testing.T) {
	s := newStage()
	var all []*send.Guard
	for range 50 { // on a number that takes 20 a second
		all = append(all, s.guard(channel.Channel{Throughput: 20}, 50))
	}
	began := s.now
	for s.now.Sub(began) < time.Minute {
		for _, g := range all {
			if g.Hold("wa-main") == 0 {
				_, _ = g.Send(t.Context(), out)
			}
		}
		s.now = s.now.Add(50 * time.Millisecond)
	}
	if n := len(s.calls); n > 10*60+50 {
		t.Errorf("got %d sends in a minute, want half of the number's throughput and one each at first", n)
	}
}

func TestACallerThatLeftSaysNothingOfTheChannel(t *testing.T) {
	s := newStage()
	g := s.guard(channel.Channel{}, 1)
	ctx, leave := context.WithCancel(t.Context())
	s.answer = refusing(message.Unknown, 0)
	leave()
	for range 5 {
		_, _ = g.Send(ctx, out)
	}
	if g.Hold("wa-main") != 0 || s.log.Len() > 0 {
		t.Errorf("got a hold of %v and %s, want the gate open", g.Hold("wa-main"), s.log.String())
	}
}

func TestAChannelThatKeepsAskingForLessIsLeftAloneByAll(t *testing.T) {
	s := newStage()
	s.answer = refusing(message.Slow, 0)
	g := s.guard(channel.Channel{}, 1)
	for range 600 {
		_, _ = g.Send(t.Context(), out)
		s.now = s.now.Add(time.Second)
	}
	if n := len(s.calls); n > 40 || !s.board.gates["wa-main"].Shut() {
		t.Errorf("got %d calls in ten minutes and gate %+v, want it shut for every process", n, s.board.gates["wa-main"])
	}
}
