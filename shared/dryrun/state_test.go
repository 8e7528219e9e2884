package dryrun_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/dryrun"
	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
	"frontdesk/shared/record"
	"frontdesk/shared/table"
)

// headed stores what a contact wrote, with the head as it is now.
func (d *desk) headed(now conversation.Head, all ...conversation.Message) {
	d.t.Helper()
	d.stored("US.1", all...)
	home := conversation.ID("wa-main", message.Person{UserID: "US.1"})
	stored, err := d.store.Head(context.Background(), home)
	if err != nil {
		d.t.Fatal(err)
	}
	now.ID, now.Home, now.Channel, now.Version = home, home, "wa-main", stored.Version
	if err := d.store.Record(context.Background(), record.Turn{Head: now}); err != nil {
		d.t.Fatal(err)
	}
}

// said is a message of a contact whom we know, minutes before noon.
func said(minutes int, text string, change func(*conversation.Message)) conversation.Message {
	m := conversation.Message{Direction: conversation.In, At: noon.Add(-time.Duration(minutes) * time.Minute), Type: "text", Text: text, Outcome: conversation.Replied}
	if change != nil {
		change(&m)
	}
	return m
}

func effects(e conversation.Effects) func(*conversation.Message) {
	return func(m *conversation.Message) { m.Effects = e }
}

// In each case the draft alone answers whoever asks when we open, on one condition. got is
// how many of the messages that holds for.
func TestADraftIsJudgedOnTheStateThatWasThere(t *testing.T) {
	open := "when are you open?"
	vip := playbook.Condition{Tags: []string{"vip"}}
	anybody := playbook.Condition{Channel: []string{"wa-main"}}
	late := noon.Add(-30 * time.Minute)
	for _, c := range []struct {
		name string
		when playbook.Condition
		now  conversation.Head
		all  []conversation.Message
		want int
	}{
		{"a tag from before the span", vip, conversation.Head{Tags: []string{"vip"}}, []conversation.Message{said(60, open, nil)}, 1},
		{"a tag that the first message added", vip, conversation.Head{Tags: []string{"vip"}},
			[]conversation.Message{said(60, open, effects(conversation.Effects{Tags: []string{"vip"}})), said(30, open, nil)}, 1},
		{"a tag that the first message took away", vip, conversation.Head{},
			[]conversation.Message{said(60, open, effects(conversation.Effects{Untag: []string{"vip"}})), said(30, open, nil)}, 1},
		{"a tag that people removed after the span, as a message tells", vip, conversation.Head{},
			[]conversation.Message{said(60, open, func(m *conversation.Message) { m.Facts.Tags = []string{"vip"} })}, 1},
		{"an attribute", playbook.Condition{Attribute: &playbook.AttributeMatch{Name: "plan", Is: []string{"gold"}}},
			conversation.Head{Contact: conversation.Contact{Attributes: map[string]string{"plan": "gold"}}}, []conversation.Message{said(60, open, nil)}, 1},
		{"the team that had it", playbook.Condition{Team: []string{"support"}}, conversation.Head{Team: "sales"},
			[]conversation.Message{said(60, open, func(m *conversation.Message) { m.Facts.Team = "support" })}, 1},
		{"the team that a message routed it to", playbook.Condition{Team: []string{"support"}}, conversation.Head{},
			[]conversation.Message{said(60, "hello", func(m *conversation.Message) {
				m.Facts.FirstEver, m.Effects.Team, m.Facts.Team = true, "support", "support"
			}),
				said(30, open, func(m *conversation.Message) { m.Facts.Team = "support" })}, 1},
		{"a priority that a message set", playbook.Condition{Priority: []string{"high"}}, conversation.Head{Priority: "high"},
			[]conversation.Message{said(60, open, effects(conversation.Effects{Priority: "high"})), said(30, open, nil)}, 1},
		{"whoever is blocked now was not yet", anybody, conversation.Head{Contact: conversation.Contact{Blocked: late.UnixMilli()}},
			[]conversation.Message{said(60, open, nil), said(20, open, nil)}, 1},
		{"whoever is not blocked any more was then", anybody, conversation.Head{},
			[]conversation.Message{said(60, open, func(m *conversation.Message) { m.Filter, m.Outcome = "block", conversation.Ignored })}, 0},
		{"a filter that muted", anybody, conversation.Head{Contact: conversation.Contact{MutedUntil: noon.UnixMilli()}},
			[]conversation.Message{said(60, open, effects(conversation.Effects{MutedUntil: noon.UnixMilli()})), said(30, open, nil)}, 1},
		{"a filter that blocked", anybody, conversation.Head{Contact: conversation.Contact{Blocked: noon.Add(-time.Hour).UnixMilli()}},
			[]conversation.Message{said(60, open, effects(conversation.Effects{Block: true})), said(30, open, nil)}, 1},
		{"a cooldown that began before the span", anybody, conversation.Head{Replied: map[string]time.Time{"open": noon.Add(-80 * time.Hour)}},
			[]conversation.Message{said(60, open, nil)}, 0},
		{"a filter that has answered since", anybody, conversation.Head{Replied: map[string]time.Time{"open": noon}},
			[]conversation.Message{said(60, open, nil)}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t)
			d.headed(c.now, c.all...)
			asks := playbook.Condition{WholeWord: []string{"open"}}
			f := playbook.Filter{ID: "open", When: playbook.Condition{All: []playbook.Condition{asks, c.when}}, Then: playbook.Action{Reply: "hours"}, Cooldown: "96h"}
			if !strings.Contains(c.name, "cooldown") {
				f.Cooldown = ""
			}
			got := d.run(shop(), func(p *dryrun.Plan) {
				draft := shop()
				draft.Filters = append(draft.Filters, f)
				p.Draft = compile(t, draft, 0)
			})
			if got.Messages != len(c.all) || got.Kinds[dryrun.NewlyAnswered] != c.want {
				t.Errorf("got %d of %d messages newly answered, want %d of %d", got.Kinds[dryrun.NewlyAnswered], got.Messages, c.want, len(c.all))
			}
		})
	}
}

// What only the draft hands to people is told of each such message; the next one is judged
// as it really came: by templates.
func TestAHandOffOfTheDraftAloneIsToldOfThatMessage(t *testing.T) {
	d := newDesk(t)
	d.headed(conversation.Head{}, said(60, "the price?", nil), said(30, "when are you open?", nil))
	draft := shop()
	draft.Filters[0].Then.HandOff = true
	got := d.run(draft, nil)
	if got.Kinds[dryrun.NewlyHandedOff] != 1 || got.Changed != 1 || got.Silent != 0 {
		t.Errorf("got %+v, want the first message handed off and the second as it is", got)
	}
}

func TestACapOfTheDraftAloneHandsOff(t *testing.T) {
	d := newDesk(t)
	d.headed(conversation.Head{}, said(60, "the price?", nil), said(50, "which price?", nil), said(40, "what price?", nil))
	draft := shop()
	draft.Safety = &playbook.Safety{Cap: &playbook.Cap{Replies: 2}}
	if got := d.run(draft, nil); got.Kinds[dryrun.NewlyHandedOff] != 1 || got.Kinds[dryrun.NoLongerAnswered] != 1 {
		t.Errorf("got %+v, want the third reply kept back and people called", got.Kinds)
	}
}

// Whoever has opted out is not told so again, by a draft that confirms it either.
func TestAWishFromBeforeTheSpan(t *testing.T) {
	old := noon.Add(-30 * 24 * time.Hour)
	for _, c := range []struct {
		name string
		said conversation.Marketing
		want int
	}{
		{"they have not said it before", conversation.Marketing{}, 1},
		{"they have", conversation.Marketing{Stopped: true, Everything: true, At: old}, 0},
	} {
		d := newDesk(t)
		d.headed(conversation.Head{Marketing: c.said}, said(60, "STOP", nil))
		draft := shop()
		draft.Safety = &playbook.Safety{OptOut: &playbook.OptOut{Confirm: "hours"}}
		if got := d.run(draft, nil); got.Changed != c.want {
			t.Errorf("%s: got %d messages changed, want %d", c.name, got.Changed, c.want)
		}
	}
}

func TestAnAnswerSaysWhatItCannotKnow(t *testing.T) {
	d := newDesk(t)
	got := d.run(shop(), nil)
	if merged := dryrun.Merge(got, got); len(got.Unknown) == 0 || len(merged.Unknown) != len(got.Unknown) {
		t.Errorf("got %d sentences, and %d once merged, want the same and some", len(got.Unknown), len(merged.Unknown))
	}
	for _, u := range got.Unknown {
		if u.EN == "" || u.ZH == "" {
			t.Errorf("got %+v, want both languages", u)
		}
	}
}

// counting counts the calls to a table.
type counting struct {
	table.Table
	gets, queries atomic.Int64
}

func (c *counting) Get(ctx context.Context, keys ...table.Key) ([]table.Item, error) {
	c.gets.Add(1)
	return c.Table.Get(ctx, keys...)
}

func (c *counting) Query(ctx context.Context, q table.Query) (table.Page, error) {
	c.queries.Add(1)
	return c.Table.Query(ctx, q)
}

func TestAConversationCostsTwoReads(t *testing.T) {
	const more = 40
	reads := func(conversations int) (gets, queries int64) {
		d := newDesk(t)
		for i := range conversations {
			d.wrote(fmt.Sprint("US.", i), noon.Add(-time.Hour), "the price?", "when are you open?", "a person please")
		}
		c := &counting{Table: d.store.Table}
		d.store.Table = c
		d.run(shop(), nil)
		return c.gets.Load(), c.queries.Load()
	}
	gets, queries := reads(1)
	moreGets, moreQueries := reads(1 + more)
	if moreGets-gets != more || moreQueries-queries != more {
		t.Errorf("got %d heads and %d pages read for %d more conversations, want one each", moreGets-gets, moreQueries-queries, more)
	}
}
