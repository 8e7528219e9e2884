package dryrun_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"frontdesk/shared/conversation"
	"frontdesk/shared/decide"
	"frontdesk/shared/dryrun"
	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
	"frontdesk/shared/record"
	"frontdesk/shared/table/bolt"
	"frontdesk/shared/week"
)

var noon = time.Date(2026, 11, 18, 12, 0, 0, 0, time.UTC)

// shop answers prices; opening hours go to the fallback.
func shop() *playbook.Playbook {
	text := func(id, words string) playbook.Template {
		return playbook.Template{ID: id, Name: id, Variants: []playbook.Variant{{Language: "en", Shape: "text", Text: words}}}
	}
	return &playbook.Playbook{
		Languages: []string{"en"},
		Templates: []playbook.Template{text("prices", "Tea is 9."), text("hours", "We open at nine."), text("sorry", "Somebody will answer.")},
		Teams:     []playbook.Team{{ID: "sales", Name: "Sales"}, {ID: "support", Name: "Support"}},
		Filters: []playbook.Filter{
			{ID: "price", When: playbook.Condition{WholeWord: []string{"price"}}, Then: playbook.Action{Reply: "prices", Assign: "sales"}},
			{ID: "person", When: playbook.Condition{Contains: []string{"person"}}, Then: playbook.Action{HandOff: true, Assign: "support"}},
		},
		Fallback: &playbook.Moment{Reply: "sorry"},
	}
}

func compile(t testing.TB, p *playbook.Playbook, version int64) *decide.Book {
	t.Helper()
	b, err := decide.Compile(p, version)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// desk is a store with conversations in it.
type desk struct {
	t     testing.TB
	store *record.Store
	count int
}

func newDesk(t testing.TB) *desk {
	t.Helper()
	db, err := bolt.Open(filepath.Join(t.TempDir(), "frontdesk.db"), bolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return &desk{t: t, store: &record.Store{Table: db}}
}

// wrote stores what one contact wrote, a minute apart, from a moment on.
func (d *desk) wrote(who string, from time.Time, texts ...string) {
	d.t.Helper()
	var all []conversation.Message
	for i, text := range texts {
		m := conversation.Message{Direction: conversation.In, At: from.Add(time.Duration(i) * time.Minute), Type: "text", Text: text, Outcome: conversation.Replied}
		m.Facts.FirstEver = i == 0
		all = append(all, m)
	}
	d.stored(who, all...)
}

func (d *desk) stored(who string, all ...conversation.Message) {
	d.t.Helper()
	home := conversation.ID("wa-main", message.Person{UserID: who})
	turn := record.Turn{Head: conversation.Head{ID: home, Home: home, Channel: "wa-main"}, Home: home}
	for _, m := range all {
		d.count++
		m.ChannelID, m.Conversation, m.Channel = fmt.Sprintf("wamid.%d", d.count), home, "wa-main"
		m.ID = conversation.InboundID(message.Inbound{Channel: m.Channel, ID: m.ChannelID, Time: m.At})
		m.Facts.Day = week.Day(m.At, time.UTC)
		turn.New = append(turn.New, m)
		turn.Days = []string{m.Facts.Day}
	}
	if err := d.store.Record(context.Background(), turn); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) run(draft *playbook.Playbook, change func(*dryrun.Plan)) dryrun.Result {
	d.t.Helper()
	p := dryrun.Plan{Live: compile(d.t, shop(), 1), Draft: compile(d.t, draft, 0), From: noon.Add(-72 * time.Hour), Until: noon}
	if change != nil {
		change(&p)
	}
	out, err := (&dryrun.Runner{Store: d.store, Zone: time.UTC}).Run(context.Background(), p)
	if err != nil {
		d.t.Fatal(err)
	}
	return out
}

func TestWhatADraftWouldChange(t *testing.T) {
	hours := playbook.Filter{ID: "hours", When: playbook.Condition{WholeWord: []string{"open"}}, Then: playbook.Action{Reply: "hours"}}
	for _, c := range []struct {
		name   string
		change func(*playbook.Playbook)
		want   map[dryrun.Kind]int
	}{
		{"nothing", func(*playbook.Playbook) {}, map[dryrun.Kind]int{}},
		{"a new filter answers what the fallback put off", func(p *playbook.Playbook) { p.Filters = append(p.Filters, hours) }, map[dryrun.Kind]int{dryrun.NewlyAnswered: 2}},
		{"a filter that is switched off answers nothing any more, and its team is gone", func(p *playbook.Playbook) { p.Filters[0].Off = true },
			map[dryrun.Kind]int{dryrun.NoLongerAnswered: 2, dryrun.OtherTeam: 2}},
		{"another template", func(p *playbook.Playbook) { p.Filters[0].Then.Reply = "hours" }, map[dryrun.Kind]int{dryrun.AnsweredDifferently: 2}},
		{"other words in a template", func(p *playbook.Playbook) { p.Templates[0].Variants[0].Text = "Tea is 10." }, map[dryrun.Kind]int{dryrun.Reworded: 2}},
		{"another team", func(p *playbook.Playbook) { p.Filters[0].Then.Assign = "support" }, map[dryrun.Kind]int{dryrun.OtherTeam: 2}},
		{"people for prices", func(p *playbook.Playbook) { p.Filters[0].Then.HandOff = true }, map[dryrun.Kind]int{dryrun.NewlyHandedOff: 2}},
		{"nobody for who asks for a person", func(p *playbook.Playbook) { p.Filters[1].Then = playbook.Action{Reply: "sorry", Assign: "support"} },
			map[dryrun.Kind]int{dryrun.NewlyAnswered: 1, dryrun.NoLongerHandedOff: 1}},
		{"another fallback", func(p *playbook.Playbook) { p.Fallback.Reply = "hours" }, map[dryrun.Kind]int{dryrun.PutOffDifferently: 2}},
		{"a cooldown keeps the second answer back", func(p *playbook.Playbook) { p.Filters[0].Cooldown = "1h" }, map[dryrun.Kind]int{dryrun.NoLongerAnswered: 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t)
			d.wrote("US.1", noon.Add(-48*time.Hour), "the price?", "price please", "when are you open?")
			d.wrote("US.2", noon.Add(-time.Hour), "are you open now?", "a person please")
			draft := shop()
			c.change(draft)
			got := d.run(draft, nil)
			if diff := cmp.Diff(c.want, got.Kinds); diff != "" || got.Messages != 5 || got.Done != 2 || got.Total != 2 || got.Full {
				t.Errorf("got %+v; kinds (-want +got):\n%s", got, diff)
			}
		})
	}
}

func TestASampleShowsBeforeAndAfter(t *testing.T) {
	d := newDesk(t)
	d.wrote("US.1", noon.Add(-time.Hour), "the price?")
	draft := shop()
	draft.Filters[0].Then = playbook.Action{Reply: "hours"}
	got := d.run(draft, nil)
	before := dryrun.Verdict{By: "price", Outcome: conversation.Replied, Template: "prices", Language: "en", Team: "sales"}
	after := dryrun.Verdict{By: "price", Outcome: conversation.Replied, Template: "hours", Language: "en"}
	if diff := cmp.Diff([]dryrun.Move{{Before: before, After: after, Count: 1}}, got.Moves); diff != "" {
		t.Errorf("moves (-want +got):\n%s", diff)
	}
	if len(got.Samples) != 1 {
		t.Fatalf("got %d samples, want one although two kinds apply", len(got.Samples))
	}
	s := got.Samples[0]
	if s.Text != "the price?" || s.Before != before || s.After != after || !cmp.Equal(s.Kinds, []dryrun.Kind{dryrun.AnsweredDifferently, dryrun.OtherTeam}) {
		t.Errorf("got %+v", s)
	}
}

func TestWhatPeopleDidStaysAsItWas(t *testing.T) {
	d := newDesk(t)
	d.stored("US.1",
		conversation.Message{Direction: conversation.In, At: noon.Add(-3 * time.Hour), Type: "text", Text: "a person please", Outcome: conversation.HandedOff},
		conversation.Message{Direction: conversation.In, At: noon.Add(-2 * time.Hour), Type: "text", Text: "the price?", Outcome: conversation.Silent},
		conversation.Message{Direction: conversation.Out, At: noon.Add(-2 * time.Hour), Type: "text", Source: conversation.ByAgent},
		conversation.Message{Direction: conversation.In, At: noon.Add(-time.Hour), Type: "text", Text: "the price?", Outcome: conversation.Replied},
	)
	draft := shop()
	draft.Filters[0].Off = true
	got := d.run(draft, nil)
	if got.Silent != 1 || got.Messages != 2 || got.Kinds[dryrun.NoLongerAnswered] != 1 {
		t.Errorf("got %+v, want the message that people answered judged by nobody, and the other two judged", got)
	}
}

func TestOnlyTheSpanIsReplayed(t *testing.T) {
	d := newDesk(t)
	d.wrote("US.1", noon.Add(-96*time.Hour), "the price?")
	d.wrote("US.2", noon.Add(-72*time.Hour), "the price?")
	d.wrote("US.3", noon.Add(time.Minute), "the price?")
	if got := d.run(shop(), nil); got.Messages != 1 {
		t.Errorf("got %d messages, want the one that was written in the span", got.Messages)
	}
}

func TestTheLimitTakesTheLatestConversations(t *testing.T) {
	d := newDesk(t)
	const all = 100 // many more than are judged at once
	for i := range all {
		d.wrote(fmt.Sprint("US.", i), noon.Add(-time.Duration(i)*time.Minute), "the price?")
	}
	got := d.run(shop(), func(p *dryrun.Plan) { p.Most = 1 })
	if !got.Full || got.Total != all || got.Done == 0 || got.Done == all {
		t.Errorf("got %d of %d conversations, full %v; want fewer than all where there is room for one message", got.Done, got.Total, got.Full)
	}
}

func TestARunInPartsFindsTheSame(t *testing.T) {
	d := newDesk(t)
	for i := range 50 {
		d.wrote(fmt.Sprint("US.", i), noon.Add(-time.Duration(i)*time.Hour), "the price?", "when are you open?")
	}
	draft := shop()
	draft.Filters[0].Then.Reply = "hours"
	whole := d.run(draft, nil)
	var parts dryrun.Result
	told, rounds := 0, 0
	for next := ""; rounds == 0 || next != ""; rounds++ {
		judged := 0
		part := d.run(draft, func(p *dryrun.Plan) {
			p.After, p.Stop = next, func() bool { return judged >= 7 }
			p.Progress = func(int, int) { judged++; told++ }
		})
		if next = part.Next; rounds == 0 {
			parts = part
		} else {
			parts = dryrun.Merge(parts, part)
		}
	}
	if diff := cmp.Diff(whole, parts); diff != "" || rounds < 2 || told != 50 {
		t.Errorf("in %d parts with %d conversations told; (-whole +parts):\n%s", rounds, told, diff)
	}
}

func TestARunThatIsCutOffSaysSo(t *testing.T) {
	d := newDesk(t)
	d.wrote("US.1", noon.Add(-time.Hour), "the price?")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	p := dryrun.Plan{Live: compile(t, shop(), 1), Draft: compile(t, shop(), 0), From: noon.Add(-2 * time.Hour), Until: noon}
	if _, err := (&dryrun.Runner{Store: d.store, Zone: time.UTC}).Run(ctx, p); err == nil {
		t.Error("got no error, want one: a part that was cut off must not look like the whole")
	}
}

func TestARunWhoseTimeAndRoomEndTogetherIsFull(t *testing.T) {
	d := newDesk(t)
	for i := range 5 {
		d.wrote(fmt.Sprint("US.", i), noon.Add(-time.Duration(i)*time.Hour), "the price?")
	}
	got := d.run(shop(), func(p *dryrun.Plan) { p.Most, p.Stop = 1, func() bool { return true } })
	if !got.Full || got.Next != "" {
		t.Errorf("got full %v and next %q, want a run that has no room left to be over", got.Full, got.Next)
	}
}

// Whatever was written, a playbook differs from itself in nothing, and what differs is
// counted under some kind.
func TestProperties(t *testing.T) {
	texts := []string{"price", "open", "a person", "", "价钱", "price open person"}
	rapid.Check(t, func(r *rapid.T) {
		d := newDesk(t)
		for i := range rapid.IntRange(1, 4).Draw(r, "contacts") {
			d.wrote(fmt.Sprint("US.", i), noon.Add(-time.Hour), rapid.SliceOfN(rapid.SampledFrom(texts), 1, 5).Draw(r, "texts")...)
		}
		if got := d.run(shop(), nil); got.Changed != 0 || len(got.Kinds) != 0 {
			r.Fatalf("got %+v, want no difference of a playbook with itself", got)
		}
		draft := shop()
		draft.Filters = draft.Filters[rapid.IntRange(0, 2).Draw(r, "from"):]
		got, moves := d.run(draft, nil), 0
		for _, m := range got.Moves {
			moves += m.Count
		}
		if moves != got.Changed || got.Changed > got.Messages {
			r.Fatalf("got %d moves of %d changed messages of %d", moves, got.Changed, got.Messages)
		}
	})
}

// BenchmarkRun100k replays 100,000 messages of 25,000 conversations.
func BenchmarkRun100k(b *testing.B) {
	d := newDesk(b)
	for i := range 25_000 {
		d.wrote(fmt.Sprint("US.", i), noon.Add(-time.Duration(i%48)*time.Hour-5*time.Minute), "hello there", "the price?", "when are you open?", "a person please")
	}
	draft := shop()
	draft.Filters = draft.Filters[1:]
	b.ReportAllocs()
	for b.Loop() {
		if got := d.run(draft, nil); got.Messages != 100_000 {
			b.Fatalf("got %d messages", got.Messages)
		}
	}
}
