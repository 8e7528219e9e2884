// Package demo fills an empty store with a believable shop: a published
// playbook, two people who get the weekly mail, and six weeks of conversations
// up to now.
//
// Nothing is written that the desk would not have written. Made-up customers
// write to the real desk at made-up times; a sender that accepts everything
// stands for the channel and says later what became of each message; agents
// answer and resolve what was handed to them. In this order:
//
//	publish  the playbook becomes version 1 and the draft
//	plan     who writes when: a shop's days and hours, growing a little
//	live     one conversation after the other, several at a time, each with its own clock
//	roll up  every day that is over
//
// The same [Config] gives the same data. Everybody in it is made up: numbers are
// of the range 1 555 010 xxxx, which is given to nobody, but for the persona of
// the playground, who has one of Meta's documentation. A store in which a
// playbook was ever published is refused.
package demo

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"frontdesk/shared/conversation"
	"frontdesk/shared/decide"
	"frontdesk/shared/live"
	"frontdesk/shared/playbook"
	"frontdesk/shared/publish"
	"frontdesk/shared/record"
)

//go:embed playbook.json
var playbookJSON []byte

// ErrNotEmpty says that the store has a playbook already.
var ErrNotEmpty = errors.New("the store is not empty")

// Config says what to make.
type Config struct {
	Store *record.Store
	// Channel is the id of the channel that customers write to.
	Channel string
	// Others are the ids of other channels, if there are any: [Service], [Staff].
	Others []string
	// Zone is the company's: weeks begin in it.
	Zone *time.Location
	// Now is when the data ends.
	Now time.Time
	// Seed chooses among the possible pasts.
	Seed uint64
	// RollUp makes the KPI rows of a day.
	RollUp func(ctx context.Context, day string) error
}

// Result counts what was made.
type Result struct {
	Contacts int
	// Inbound messages, Replies by templates, Answers by agents, Surveys that asked how
	// it was.
	Inbound, Replies, Answers, Surveys int
	// Receipts of all that was sent; Failures are those that say failed.
	Receipts, Failures int
	// Days that were rolled up.
	Days int
}

func (r *Result) add(o Result) {
	r.Contacts += o.Contacts
	r.Inbound += o.Inbound
	r.Replies += o.Replies
	r.Answers += o.Answers
	r.Surveys += o.Surveys
	r.Receipts += o.Receipts
	r.Failures += o.Failures
}

// Seed fills the store. After an error it is of no use and must be made anew.
func Seed(ctx context.Context, cfg Config) (Result, error) {
	version, err := cfg.Store.Live(ctx)
	if err != nil {
		return Result{}, fmt.Errorf("look into the store: %w", err)
	}
	if version != 0 {
		return Result{}, ErrNotEmpty
	}
	s, err := newShop(cfg)
	if err != nil {
		return Result{}, err
	}
	if err := s.settings(ctx); err != nil {
		return Result{}, err
	}
	r, err := s.live(ctx)
	if err != nil {
		return r, err
	}
	r.Days, err = s.rollUp(ctx)
	return r, err
}

// shop is what all conversations share.
type shop struct {
	Config
	period
	playbook playbook.Playbook
	script   *script
	// hours answers when agents are in.
	hours *decide.Book
	cache *live.Cache
}

// Playbook is the playbook of the demo for these channels: the one that customers write
// to, and others ([Service], [Staff]).
func Playbook(channel string, others ...string) (playbook.Playbook, error) {
	p, faults := publish.Load(playbookJSON)
	if len(faults) > 0 {
		return p, fmt.Errorf("read the playbook of the demo: %s: %s", faults[0].Path, faults[0].Message)
	}
	return fitting(p, append(others, channel)), nil
}

func newShop(cfg Config) (*shop, error) {
	p, err := Playbook(cfg.Channel, cfg.Others...)
	if err != nil {
		return nil, err
	}
	said, err := readScript()
	if err != nil {
		return nil, err
	}
	// People come when the tea house is open, wherever the company counts its days.
	zone, err := time.LoadLocation(p.Hours[0].TimeZone)
	if err != nil {
		return nil, fmt.Errorf("load the zone of the tea house: %w", err)
	}
	when, err := periodOf(cfg, zone)
	if err != nil {
		return nil, err
	}
	hours, err := decide.Compile(&p, 1)
	if err != nil {
		return nil, fmt.Errorf("compile the playbook of the demo: %w", err)
	}
	return &shop{cfg, when, p, said, hours, &live.Cache{Store: cfg.Store}}, nil
}

// settings publishes the playbook, saves it as the draft and names who gets the mail.
func (s *shop) settings(ctx context.Context) error {
	at := s.start.Add(-time.Hour)
	n := byte(0)
	audit := func(action, target string) record.Audit {
		n++
		return record.Audit{ID: conversation.NewID(at, []byte{n}), At: at, Who: "demo", Action: action, Target: target}
	}
	info := record.VersionInfo{Number: 1, At: at, By: "demo", Note: "The tea house opens its desk"}
	if err := s.Store.Publish(ctx, s.playbook, info, audit("playbook.publish", "1")); err != nil {
		return fmt.Errorf("publish the playbook: %w", err)
	}
	if err := s.Store.SaveDraft(ctx, s.playbook, 0, audit("playbook.save", "draft")); err != nil {
		return fmt.Errorf("save the draft: %w", err)
	}
	for _, r := range recipients() {
		if err := s.Store.SaveRecipient(ctx, r, audit("recipient.save", r.ID)); err != nil {
			return fmt.Errorf("save a recipient: %w", err)
		}
	}
	return nil
}

// atOnce is how many conversations are lived at a time: the store commits what
// they write together.
const atOnce = 16

// live lives every conversation from its first message up to now.
func (s *shop) live(ctx context.Context) (Result, error) {
	contacts := s.plan()
	done := make([]Result, len(contacts))
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(atOnce)
	for i, c := range contacts {
		work.Go(func() error {
			t := s.talk(c)
			err := t.live(ctx)
			done[i] = t.done
			return err
		})
	}
	err := work.Wait()
	var sum Result
	for _, r := range done {
		sum.add(r)
	}
	return sum, err
}

// rollUp rolls up every day that is over. Receipts that came after midnight have
// marked their days as out of date; those are done now.
func (s *shop) rollUp(ctx context.Context) (int, error) {
	days := s.finished()
	work, inner := errgroup.WithContext(ctx)
	work.SetLimit(4)
	for _, day := range days {
		work.Go(func() error { return s.RollUp(inner, day) })
	}
	if err := work.Wait(); err != nil {
		return 0, err
	}
	marks, err := s.Store.Redo(ctx)
	if err != nil {
		return 0, fmt.Errorf("list days to roll up again: %w", err)
	}
	for _, mark := range marks {
		if mark.Day >= s.today {
			continue
		}
		if err := s.Store.Done(ctx, mark); err != nil {
			return 0, fmt.Errorf("take a mark off %s: %w", mark.Day, err)
		}
	}
	return len(days), nil
}
