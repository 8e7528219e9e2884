package decide_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"frontdesk/shared/conversation"
	"frontdesk/shared/decide"
	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
	"frontdesk/shared/text"
)

// naive is deciding as slowly and plainly as it can be written: no index, every
// filter tried, straight from the playbook.
type naive struct {
	p   *playbook.Playbook
	h   conversation.Head
	m   message.Inbound
	now time.Time
}

func (n naive) holds(c playbook.Condition) bool {
	folded := text.Fold(n.m.Text)
	has := func(list []string, f func(phrase string) bool) bool {
		return slices.ContainsFunc(list, func(p string) bool { return f(text.Fold(p)) })
	}
	switch {
	case c.All != nil:
		return !slices.ContainsFunc(c.All, func(k playbook.Condition) bool { return !n.holds(k) })
	case c.Any != nil:
		return slices.ContainsFunc(c.Any, n.holds)
	case c.Not != nil:
		return !n.holds(*c.Not)
	case c.Case:
		return n.asWritten(c)
	case c.Contains != nil:
		return has(c.Contains, func(p string) bool { return strings.Contains(folded, p) })
	case c.StartsWith != nil:
		return has(c.StartsWith, func(p string) bool { return strings.HasPrefix(folded, p) })
	case c.EndsWith != nil:
		return has(c.EndsWith, func(p string) bool { return strings.HasSuffix(folded, p) })
	case c.Fuzzy != nil:
		return has(c.Fuzzy.Phrases, func(p string) bool { return resembles(folded, p, c.Fuzzy.Percent) })
	case c.WholeWord != nil:
		return has(c.WholeWord, func(p string) bool { return words(folded, p) })
	case c.Exact != nil:
		return has(c.Exact, func(p string) bool { return p == folded })
	case c.Regex != "":
		return folded != "" && regexp.MustCompile("(?i)"+c.Regex).MatchString(folded)
	case c.Channel != nil:
		return slices.Contains(c.Channel, n.m.Channel)
	case c.Type != nil:
		return slices.Contains(c.Type, n.m.Type)
	case c.Choice != nil:
		return n.m.Choice != "" && slices.Contains(c.Choice, n.m.Choice)
	case c.FirstContact != nil:
		return *c.FirstContact == (n.h.Version == 0 && n.h.First.IsZero())
	}
	if c.Hours != nil {
		return map[string]bool{"open": n.open(), "closed": !n.open(), "holiday": !n.open() && n.holiday()}[c.Hours.Is]
	}
	return n.state(c)
}

// open knows that the shop is open on workdays from 9 to 18 in Shanghai.
func (n naive) open() bool {
	t := n.now.In(time.FixedZone("", 8*3600))
	return !n.holiday() && t.Weekday() != time.Saturday && t.Weekday() != time.Sunday && t.Hour() >= 9 && t.Hour() < 18
}

// holiday knows that the shop has one on the Thursday of that week.
func (n naive) holiday() bool {
	return n.now.In(time.FixedZone("", 8*3600)).Format(time.DateOnly) == "2026-11-26"
}

// words puts a mark at every end of a word in the text and asks for the phrase
// with a mark wherever it begins or ends with a letter of a word.
func words(folded, phrase string) bool {
	mark := func(s string) string {
		var b strings.Builder
		before := false
		for _, r := range s {
			now := (unicode.IsLetter(r) || unicode.IsDigit(r)) && !unicode.Is(unicode.Han, r)
			if now != before {
				b.WriteRune('\x00')
			}
			b.WriteRune(r)
			before = now
		}
		if before {
			b.WriteRune('\x00')
		}
		return b.String()
	}
	return strings.Contains(mark(folded), mark(phrase))
}

// tally is what the filters that acted came to: the ids of who did what.
type tally struct {
	reply, by, team, routed, held, handed, ignored, silenced string
	tags, untag, acted                                       []string
}

// decide returns outcome, who decided, reply, team, tags and the filters that acted.
func (n naive) decide() string {
	if !n.h.HandedOff.IsZero() && n.quiet() {
		return show("ignored", "none", "", "", nil, nil)
	}
	if !n.h.HandedOff.IsZero() {
		return show("silent", "people", "", "", nil, nil)
	}
	var y tally
	for _, f := range n.p.Filters {
		if f.Off || !n.valid(f) || n.quiet() && !slices.Contains(named(f.When), n.m.Type) || !n.holds(f.When) {
			continue
		}
		y.add(f, n)
		if f.Then.Ignore || !f.Continue {
			break
		}
	}
	outcome, by := y.outcome()
	if outcome == "" {
		outcome, by, y.reply = n.moment(y.routed)
	}
	return show(outcome, by, y.reply, y.team, y.tags, y.acted)
}

func (n naive) quiet() bool {
	return slices.Contains([]string{"reaction", "system", "edit", "revoke"}, n.m.Type)
}

func (y *tally) add(f playbook.Filter, n naive) {
	y.acted = append(y.acted, f.ID)
	for _, t := range f.Then.Untag {
		if !slices.Contains(y.tags, t) && !slices.Contains(y.untag, t) {
			y.untag = append(y.untag, t)
		}
	}
	for _, t := range f.Then.Tag {
		if !slices.Contains(y.tags, t) && !slices.Contains(y.untag, t) {
			y.tags = append(y.tags, t)
		}
	}
	if y.silenced == "" && (f.Then.Mute != "" || f.Then.Block) {
		y.silenced = f.ID
	}
	if f.Then.Ignore && y.reply == "" && y.handed == "" {
		y.ignored = f.ID
	}
	if y.team == "" && f.Then.Assign != "" {
		y.team, y.routed = f.Then.Assign, f.ID
	}
	if f.Then.Reply != "" && y.reply == "" && y.held == "" {
		cooldown, _ := time.ParseDuration(f.Cooldown)
		if last, ok := n.h.Replied[f.ID]; ok && last.Add(cooldown).After(n.now) {
			y.held = f.ID
		} else {
			y.reply, y.by = f.Then.Reply, f.ID
		}
	}
	if f.Then.HandOff && y.handed == "" {
		y.handed = f.ID
	}
}

// outcome is empty when no filter answered.
func (y *tally) outcome() (outcome, by string) {
	switch {
	case y.reply != "" && y.handed != "":
		return "handed_off", y.by
	case y.reply != "":
		return "replied", y.by
	case y.handed != "":
		return "handed_off", y.handed
	case y.ignored != "":
		return "ignored", y.ignored
	case y.silenced != "":
		return "ignored", y.silenced
	case y.held != "":
		return "unanswered", y.held
	}
	return "", ""
}

// moment is what happens when no filter answered.
func (n naive) moment(routed string) (outcome, by, reply string) {
	switch {
	case n.quiet():
		return "ignored", "none", ""
	case !n.open() && n.h.AwayUntil.After(n.now) && routed != "":
		return "unanswered", routed, ""
	case !n.open() && n.h.AwayUntil.After(n.now):
		return "unanswered", "none", ""
	case !n.open():
		return "replied", "away", "closed"
	case n.h.Version == 0 && n.h.First.IsZero():
		return "replied", "welcome", "hello"
	}
	return "replied", "fallback", "sorry"
}

func named(c playbook.Condition) []string {
	out := c.Type
	for _, k := range append(slices.Clone(c.All), c.Any...) {
		out = append(slices.Clone(out), named(k)...)
	}
	return out
}

func show(outcome, by, reply, team string, tags, acted []string) string {
	return fmt.Sprintf("%s by %s, reply %q, team %q, tags %v, acted %v", outcome, by, reply, team, tags, acted)
}

func shown(d decide.Decision) string {
	var acted []string
	for _, s := range d.Matched {
		acted = append(acted, s.Filter)
	}
	return show(string(d.Outcome), d.By, d.Reply, d.Team, d.Tags, acted)
}

// cases draws everything that a decision is made of.
func (t drawn) cases() naive {
	now := rapid.SampledFrom([]time.Time{monday, night, holiday}).Draw(t.T, "now")
	return naive{t.playbook(), t.head(now), t.message(), now}
}

func (n naive) fast(t *rapid.T) (*decide.Book, decide.Decision) {
	b, err := decide.Compile(n.p, 1)
	if err != nil {
		t.Fatalf("compile: %v", err)
	}
	return b, decide.Decide(b, n.h, n.m, n.now)
}

func TestDecideAgreesWithANaiveReading(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := drawn{t}.cases()
		_, d := n.fast(t)
		if got, want := shown(d), n.decide(); got != want {
			t.Fatalf("%q:\ngot  %s\nwant %s", n.m.Text, got, want)
		}
		if diff := cmp.Diff(n.effects(d.Matched, d.HandOff), effectsOf(d)); diff != "" {
			t.Fatalf("%q: the effects differ (-want +got):\n%s", n.m.Text, diff)
		}
	})
}

func TestExplainAgreesWithDecide(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := drawn{t}.cases()
		b, d := n.fast(t)
		var matched []decide.Step
		for _, s := range decide.Explain(b, n.h, n.m, n.now) {
			if s.Why == "" || s.WhyZH == "" {
				t.Fatalf("filter %s has no reason", s.Filter)
			}
			if s.Matched && strings.HasPrefix(s.Filter, "f") && s.Filter != decide.ByFallback {
				matched = append(matched, s)
			}
		}
		if diff := cmp.Diff(d.Matched, matched); diff != "" {
			t.Fatalf("Explain differs from Decide (-decide +explain):\n%s", diff)
		}
	})
}

func TestOneReplyAtMostAndItIsTheFirstOfThoseThatMatched(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := drawn{t}.cases()
		_, d := n.fast(t)
		last, replies := -1, 0
		for _, s := range d.Matched {
			i := slices.IndexFunc(n.p.Filters, func(f playbook.Filter) bool { return f.ID == s.Filter })
			if i <= last {
				t.Fatalf("filter %s is out of order in %+v", s.Filter, d.Matched)
			}
			last = i
			if strings.Contains(s.Why, "; no reply: ") != strings.Contains(s.WhyZH, "；不回复：") {
				t.Fatalf("the languages say different things: %+v", s)
			}
			if n.p.Filters[i].Then.Reply != "" && !strings.Contains(s.Why, "; no reply: ") {
				replies++
			}
		}
		if replies > 1 || (d.Reply == "") != (d.Language == "") {
			t.Fatalf("got %d replies: %+v", replies, d)
		}
		if d.Outcome == conversation.Replied && d.Reply == "" || d.HandOff != (d.Outcome == conversation.HandedOff) {
			t.Fatalf("the outcome does not fit: %+v", d)
		}
	})
}

func TestAFilterAtTheEndThatCannotMatchChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := drawn{t}.cases()
		_, before := n.fast(t)
		p := *n.p
		p.Filters = append(slices.Clone(p.Filters), playbook.Filter{
			ID: "last", When: playbook.Condition{Contains: []string{"zzz"}}, Then: playbook.Action{Reply: "refund", HandOff: true},
		})
		n.p = &p
		_, after := n.fast(t)
		if diff := cmp.Diff(before, after); diff != "" {
			t.Fatalf("the decision changed (-before +after):\n%s", diff)
		}
	})
}
