package send

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"frontdesk/shared/budget"
	"frontdesk/shared/channel"
	"frontdesk/shared/message"
)

// failures is how many sends in a row must fail, without any answer that shows the
// channel at work, until its gate is shut.
const failures = 3

// patience is how long a send waits for its turn at most.
const patience = 5 * time.Second

// Gates keeps the gates of channels where every process sees them. While it fails each
// process goes by what it knows itself.
type Gates interface {
	// SetGate writes a gate at the version it was read with and returns it with its
	// new one. false: somebody else was first.
	SetGate(ctx context.Context, channel string, g budget.Gate) (budget.Gate, bool, error)
}

// Options of a [Guard].
type Options struct {
	// Send takes a message to its channel. Required.
	Send func(context.Context, message.Outgoing) (string, error)
	// Gates is required.
	Gates Gates
	// Now, Chance (from 0 up to 1) and Sleep come from outside; nil is the machine's
	// clock, no spreading, and the machine's clock.
	Now    func() time.Time
	Chance func() float64
	Sleep  func(context.Context, time.Duration)
	// Processes is how many send side by side, 1 when 0.
	Processes int
	// Longest is how long a message of a channel that is down waits at most before
	// it is looked at again, where looking has a price; 30 s when 0.
	Longest time.Duration
	Log     *slog.Logger
}

// Guard sends at the pace that each channel allows, and leaves alone a channel that
// is down: its gate is shut after three failures in a row, or at once when only an
// operator can help, and then one message at a time tries, a few times a minute,
// however many wait and however many processes there are.
type Guard struct {
	o        Options
	channels map[string]*guarded
}

// guarded is what is known of one channel.
type guarded struct {
	pace   *pace
	limits budget.Limits

	mu     sync.Mutex
	gate   budget.Gate
	failed int
}

// NewGuard returns a guard of these channels.
func NewGuard(channels []channel.Channel, o Options) *Guard {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Chance == nil {
		o.Chance = func() float64 { return 0 }
	}
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	o.Log = cmp.Or(o.Log, slog.New(slog.DiscardHandler))
	g := &Guard{o: o, channels: make(map[string]*guarded, len(channels))}
	for _, ch := range channels {
		g.channels[ch.ID] = &guarded{
			pace:   newPace(ch.Throughput, o.Processes),
			limits: limitsOf(ch),
		}
	}
	return g
}

// Limits returns a channel's own limits.
func (g *Guard) Limits(channel string) budget.Limits {
	if c := g.channels[channel]; c != nil {
		return c.limits
	}
	return budget.WhatsApp() // a channel that is gone cannot be sent to anyway
}

// limitsOf are a channel's limits. A KF msgid that is safe to repeat is known again for as
// long as anything may be sent; a duplicate check of an app counts from the first ask.
func limitsOf(ch channel.Channel) budget.Limits {
	switch ch.Kind {
	case message.WeComKF:
		l := budget.KF()
		l.Kind, l.Client = string(ch.Kind), !ch.HandOffAPI
		if ch.RepeatSafe {
			l.Repeat = l.Window
		}
		return l
	case message.WeComApp:
		l := budget.App()
		l.Kind = string(ch.Kind)
		l.Repeat = max(time.Duration(ch.DuplicateCheck)*time.Second-repeatMargin, 0)
		return l
	case message.WeComBot:
		l := budget.Bot()
		l.Kind, l.Repeat = string(ch.Kind), l.Window // a response_url takes one answer
		return l
	}
	l := budget.WhatsApp()
	l.Kind, l.Portfolio, l.People = string(ch.Kind), cmp.Or(ch.BusinessID, ch.ID), ch.PortfolioLimit
	return l
}

// repeatMargin is kept clear of the end of a duplicate check, for the way to the channel
// and for clocks that differ.
const repeatMargin = 30 * time.Second

// Hold returns how long a message to this channel has to wait; 0 when it may be
// sent now.
func (g *Guard) Hold(channel string) time.Duration {
	c := g.channels[channel]
	if c == nil {
		return 0
	}
	now := g.o.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gate.Hold(now) > 0 {
		return c.gate.Later(now, g.o.Longest, g.o.Chance())
	}
	if g.o.Longest > 0 { // whoever is here already waits inside Send
		return c.pace.paused(now)
	}
	return c.pace.wait(now)
}

// Learn takes over what the table says of a channel's gate.
func (g *Guard) Learn(channel string, gate budget.Gate) {
	c := g.channels[channel]
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if gate.Version > c.gate.Version { // of two states the later written counts
		c.gate = gate
	}
}

// Send sends one message when the channel allows it. Errors are
// [*message.SendError]; Shared on one says that the whole channel has to wait.
func (g *Guard) Send(ctx context.Context, out message.Outgoing) (string, error) {
	c := g.channels[out.Channel]
	if c == nil {
		return g.o.Send(ctx, out)
	}
	if err := g.enter(ctx, c, out.Channel); err != nil {
		return "", err
	}
	id, err := g.o.Send(ctx, out)
	refused, _ := errors.AsType[*message.SendError](err)
	if err != nil && (refused == nil || ctx.Err() != nil) { // a caller that has left says nothing of the channel
		return id, err
	}
	return id, g.leave(ctx, c, out.Channel, refused)
}

// enter waits for the pace, and at a shut gate takes the one try that is due.
func (g *Guard) enter(ctx context.Context, c *guarded, channel string) error {
	until := g.o.Now().Add(patience)
	for wait := c.pace.take(g.o.Now()); wait > 0; wait = c.pace.take(g.o.Now()) {
		if g.o.Now().Add(wait).After(until) || ctx.Err() != nil {
			return held(wait)
		}
		g.o.Sleep(ctx, wait)
	}
	now := g.o.Now()
	c.mu.Lock()
	gate := c.gate
	c.mu.Unlock()
	if !gate.Shut() {
		return nil
	}
	if gate.Hold(now) > 0 {
		return held(gate.Later(now, g.o.Longest, g.o.Chance()))
	}
	if g.set(ctx, c, channel, gate.Next(now, 0, g.o.Chance())) {
		return nil
	}
	return held(g.Hold(channel))
}

func held(wait time.Duration) error {
	return &message.SendError{Class: message.Retry, Reason: "the channel is not asked now", After: max(wait, time.Millisecond), Shared: true}
}

// set writes a gate and keeps what then stands in the table. When the table does not
// answer, this process goes by what it knows itself.
func (g *Guard) set(ctx context.Context, c *guarded, channel string, gate budget.Gate) bool {
	stored, ok, err := g.o.Gates.SetGate(ctx, channel, gate)
	if err != nil {
		g.o.Log.Warn("the state of a channel could not be shared", "channel", channel, "error", err)
		stored, ok = gate, true
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gate = stored
	return ok
}

// leave learns from the outcome of a send.
func (g *Guard) leave(ctx context.Context, c *guarded, channel string, refused *message.SendError) error {
	if refused == nil {
		c.pace.fine()
		g.works(ctx, c, channel)
		return nil
	}
	switch refused.Class {
	case message.Slow:
		var often bool
		refused.Shared = true
		if refused.After, often = c.pace.tooFast(g.o.Now(), refused.After, g.o.Chance()); often {
			g.fails(ctx, c, channel, refused)
		} else {
			g.works(ctx, c, channel)
		}
	case message.Stop, message.Retry, message.Unknown:
		g.fails(ctx, c, channel, refused)
	default:
		g.works(ctx, c, channel)
	}
	return refused
}

// works notes an answer that shows the channel at work.
func (g *Guard) works(ctx context.Context, c *guarded, channel string) {
	c.mu.Lock()
	c.failed = 0
	gate := c.gate
	c.mu.Unlock()
	if !gate.Shut() {
		return
	}
	g.o.Log.Info("the channel works again", "channel", channel, "down", g.o.Now().Sub(gate.Since).Round(time.Second).String())
	g.set(ctx, c, channel, budget.Gate{Version: gate.Version})
}

// fails notes a failure that may be the channel's, and shuts its gate.
func (g *Guard) fails(ctx context.Context, c *guarded, channel string, refused *message.SendError) {
	c.mu.Lock()
	c.failed++
	gate, count := c.gate, c.failed
	c.mu.Unlock()
	if !gate.Shut() && refused.Class != message.Stop && refused.Class != message.Slow && count < failures {
		return
	}
	refused.Shared = true
	first := !gate.Shut()
	if first {
		gate.Stopped, gate.Code, gate.Reason = refused.Class == message.Stop, refused.Code, refused.Reason
	}
	if g.set(ctx, c, channel, gate.Next(g.o.Now(), refused.After, g.o.Chance())) && first {
		g.alarm(channel, gate)
	}
	refused.After = max(refused.After, g.Hold(channel), time.Millisecond)
}

// alarm tells once that a channel is down, however many messages wait for it.
func (g *Guard) alarm(channel string, gate budget.Gate) {
	name, what := "channel_down", "a channel does not answer; its messages wait"
	if gate.Stopped {
		name, what = "channel_stopped", "a channel refuses us until an operator acts; its messages wait"
	}
	g.o.Log.Error(what, "alarm", name, "channel", channel, "code", gate.Code, "error", gate.Reason)
}

func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
