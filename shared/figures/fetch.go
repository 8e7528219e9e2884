package figures

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"frontdesk/shared/channel"
	"frontdesk/shared/errand"
	"frontdesk/shared/inbox"
	"frontdesk/shared/live"
	"frontdesk/shared/message"
	"frontdesk/shared/record"
	"frontdesk/shared/rollup"
	"frontdesk/shared/wecom"
	"frontdesk/shared/week"
)

// Fetcher fetches one day of one channel. Its fields must not change.
type Fetcher struct {
	Channels []channel.Channel
	WeCom    *wecom.Sender
	Store    *record.Store
	// Live names the members to ask customer contact for: the servicers of the teams.
	Live *live.Cache
	Now  func() time.Time
	Log  *slog.Logger
}

// stale is how old an errand may be: the timer asks anew every day.
const stale = 24 * time.Hour

// Run does one errand of kind [errand.Figures], whose Key is the day in China. It makes no
// call when the day was fetched since the errand was asked for, is not ready yet or is too
// long ago, or when the channel has refused today. Two or three reads and one write.
func (f *Fetcher) Run(ctx context.Context, e errand.Errand, attempt int) error {
	w, err := week.OfDay(e.Key)
	if err != nil {
		return inbox.Dead("the errand names no day", err)
	}
	from, err := ready(e.Key)
	if err != nil {
		return inbox.Dead("the errand names no day", err)
	}
	now := f.Now()
	if now.Before(from) || now.Sub(from) > wecom.StatisticDaysKept*24*time.Hour || now.Sub(e.At) > stale {
		return nil
	}
	barred, err := f.Store.Barred(ctx, e.Channel)
	if err != nil || barred.On == today(now) {
		return err
	}
	done, err := f.done(ctx, w, e)
	if done || err != nil {
		return err
	}
	day, err := f.fetch(ctx, e, now)
	if err != nil {
		return f.failed(ctx, e, attempt, err)
	}
	if err := f.save(ctx, w, day); err != nil || barred.On == "" {
		return err
	}
	return f.Store.Unbar(ctx, e.Channel)
}

// done reports that the day was fetched since the errand was asked for.
func (f *Fetcher) done(ctx context.Context, w string, e errand.Errand) (bool, error) {
	row, known, err := f.Store.ChannelDay(ctx, w, record.ChannelDay{Day: e.Key, Channel: e.Channel})
	if err != nil || !known {
		return false, err
	}
	var d rollup.ChannelDay
	if err := json.Unmarshal(row.Body, &d); err != nil {
		return false, fmt.Errorf("decode a channel's own figures of %s: %w", e.Key, err)
	}
	return !d.Fetched.Before(e.At), nil
}

func (f *Fetcher) save(ctx context.Context, w string, d rollup.ChannelDay) error {
	body, err := json.Marshal(d)
	if err != nil {
		return fmt.Errorf("encode a channel's own figures of %s: %w", d.Day, err)
	}
	return f.Store.SaveChannelDay(ctx, w, record.ChannelDay{Day: d.Day, Channel: d.Channel, Body: body})
}

// errNothing says that the channel has no figures, or nobody to ask for.
var errNothing = errors.New("the channel has no figures of its own")

func (f *Fetcher) fetch(ctx context.Context, e errand.Errand, now time.Time) (rollup.ChannelDay, error) {
	day := rollup.ChannelDay{Day: e.Key, Channel: e.Channel, Fetched: now}
	ch, ok := channel.Find(f.Channels, e.Channel)
	if !ok || !counts(ch) {
		return day, errNothing
	}
	var err error
	if ch.Kind == message.WeComKF {
		day.Service, err = f.service(ctx, ch, day)
		return day, err
	}
	members, err := f.members(ctx, now)
	if err != nil {
		return day, err
	}
	if len(members) == 0 {
		return day, errNothing
	}
	if day.Contact, err = f.contact(ctx, ch, members, e.Key); err != nil {
		return day, err
	}
	day.Groups, err = f.groups(ctx, ch, members, e.Key)
	return day, err
}

// failed says what becomes of an errand that got no figures. A channel that may not read
// them is remembered; where waiting may help it comes back, until the timer asks anew; the
// rest is left to the next day.
func (f *Fetcher) failed(ctx context.Context, e errand.Errand, attempt int, err error) error {
	refused, ok := errors.AsType[*message.SendError](err)
	switch {
	case errors.Is(err, errNothing):
		return f.bar(ctx, e.Channel, 0)
	case !ok:
		return err
	case notAllowed(refused.Code):
		return f.bar(ctx, e.Channel, refused.Code)
	}
	switch refused.Class {
	case message.Retry, message.Slow, message.Unknown:
		return inbox.Wait(max(refused.After, grown(attempt)), refused)
	case message.Stop:
		f.Log.Warn("a channel's own figures cannot be fetched until an operator acts", "channel", e.Channel, "code", refused.Code, "error", refused.Reason)
		return inbox.Wait(stopped, refused)
	}
	f.Log.Warn("a channel's own figures were refused; they are asked for again tomorrow", "channel", e.Channel, "day", e.Key, "code", refused.Code, "error", refused.Reason)
	return nil
}

const (
	stopped = 30 * time.Minute
	longest = 30 * time.Minute
	shut    = 30 * time.Second
)

// grown is a pause that doubles with the deliveries, where a queue counts them.
func grown(attempt int) time.Duration {
	return min(shut<<min(max(attempt-1, 0), 10), longest)
}

// bar remembers that a channel gives no figures, and says so when it is new.
func (f *Fetcher) bar(ctx context.Context, ch string, code int) error {
	before, err := f.Store.Barred(ctx, ch)
	if err != nil {
		return err
	}
	if code != 0 && before.Code != code {
		f.Log.Info("WeCom's own figures are not granted to a channel; asked again once a day", "channel", ch, "code", code)
	}
	return f.Store.SetBarred(ctx, record.Barred{Channel: ch, On: today(f.Now()), Code: code})
}

// notAllowed reports a code that says that the app may not read these figures, or not
// those of a member (WeCom, page 90313): no fault, and nothing that waiting cures.
func notAllowed(code int) bool {
	switch code {
	case 48001, 48002, 48004, 48006, 48007, // the API or the account is not granted
		50002, 60011, 60021, 60030, 92000, // a member is outside the app's range
		40003, 40031, 46004, 60111, // a member is not one
		81017,               // the app sees too many members at once
		84074, 92001, 84061, // no customer contact
		95011, 95012, 95017, 95023: // customer service is run in another way
		return true
	}
	return false
}
