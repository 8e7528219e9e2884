package publish

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/decide"
	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
	"frontdesk/shared/render"
)

// ExampleResult is what came of one example.
type ExampleResult struct {
	// Index is the place in the playbook's examples, Name the name or "".
	Index int
	Name  string
	// Differences are what did not come as expected; none means that it passed.
	Differences []Difference
	Decision    decide.Decision
	// Content is the reply; its Shape is empty when there is none.
	Content message.Content
	// Trace are the filters that were tried, in order.
	Trace []decide.Step
}

// Difference is one expectation that was not met. Field is the JSON name inside
// expect; reply when the reply could not be rendered.
type Difference struct{ Field, Want, Got string }

// fieldReply is the Field of a reply that could not be rendered.
const fieldReply = "reply"

// Passed reports whether the example came out as written.
func (r ExampleResult) Passed() bool { return len(r.Differences) == 0 }

// Runner runs the examples of one playbook.
type Runner struct {
	// Book and Set are made from Playbook.
	Book     *decide.Book
	Set      *render.Set
	Playbook *playbook.Playbook
	// Channels say which variant of a template goes to an example's channel.
	Channels []Channel
	// Now is when an example without a time is written.
	Now time.Time
}

// All runs all examples.
func (r Runner) All() []ExampleResult {
	results := make([]ExampleResult, len(r.Playbook.Examples))
	for i := range results {
		results[i] = r.one(i)
		results[i].explain(r.Book, &r.Playbook.Examples[i], r.Now)
	}
	return results
}

// one runs one example, without its trace.
func (r Runner) one(i int) ExampleResult {
	e := &r.Playbook.Examples[i]
	head, inbound := Situation(e.Message, r.Now)
	result := ExampleResult{Index: i, Name: e.Name, Decision: decide.Decide(r.Book, head, inbound, inbound.Time)}
	result.Differences = compare(e.Expect, result.Decision)
	if result.Decision.Reply != "" {
		result.reply(r.Set, r.values(e.Message, result.Decision, inbound.Time))
	}
	return result
}

// values are what a template gets to know of a sample.
func (r Runner) values(s playbook.Sample, d decide.Decision, at time.Time) render.Values {
	v := render.Values{FirstContact: s.FirstContact, Text: s.Text, Team: d.Team, Now: at, Channel: s.Channel, Greeting: d.Greeting}
	for _, ch := range r.Channels {
		if ch.ID == s.Channel {
			v.Kind = ch.Kind
		}
	}
	return v
}

// explain adds the trace, which takes much longer than deciding.
func (r *ExampleResult) explain(book *decide.Book, e *playbook.Example, now time.Time) {
	head, inbound := Situation(e.Message, now)
	r.Trace = decide.Explain(book, head, inbound, inbound.Time)
}

func compare(want playbook.Expect, got decide.Decision) []Difference {
	var all []Difference
	check := func(field, want, got string) {
		if want != "" && want != got {
			all = append(all, Difference{field, want, got})
		}
	}
	check("filter", want.Filter, got.By)
	check("template", want.Template, got.Reply)
	check("language", want.Language, got.Language)
	check("team", want.Team, got.Team)
	check("assignee", want.Assignee, got.Assignee)
	check("priority", want.Priority, got.Priority)
	check("status", want.Status, string(got.Status))
	check("outcome", want.Outcome, string(got.Outcome))
	return all
}

// reply renders what was decided, so that an example proves the whole way.
func (r *ExampleResult) reply(set *render.Set, v render.Values) {
	content, err := set.Reply(r.Decision.Reply, r.Decision.Language, true, v)
	r.Content = content
	if err != nil {
		r.Differences = append(r.Differences, Difference{fieldReply, "a reply", err.Error()})
	}
}

func outcomes() []string {
	return []string{string(conversation.Replied), string(conversation.HandedOff), string(conversation.Ignored), string(conversation.Unanswered)}
}

// examples checks what examples name, before they are run.
func (c *checker) examples() {
	for i, e := range c.p.Examples {
		path := fmt.Sprintf("examples[%d]", i)
		c.sample(path+".message", e.Message)
		if e.Expect == (playbook.Expect{}) {
			c.add(path+".expect", "the example expects nothing, so it cannot fail", "name the filter or template that must answer")
		}
		if f := e.Expect.Filter; f != "" && !slices.Contains([]string{"welcome", "away", "fallback", "none", decide.ByOptOut}, f) {
			c.exists(path+".expect.filter", "filter", f, c.filterIDs)
		}
		c.exists(path+".expect.template", "template", e.Expect.Template, c.templateIDs)
		c.exists(path+".expect.team", "team", e.Expect.Team, c.teamIDs)
		if l := e.Expect.Language; l != "" {
			c.among(path+".expect.language", "language of the playbook", l, c.p.Languages)
		}
		c.word(path+".expect.priority", "priority", e.Expect.Priority, decide.Words("priority"))
		c.word(path+".expect.status", "status", e.Expect.Status, []string{"open", "resolved"})
		if o := e.Expect.Outcome; o != "" {
			c.among(path+".expect.outcome", "outcome", o, outcomes())
		}
	}
}

// run compiles the playbook and runs its examples.
func (c *checker) run(now time.Time) {
	book, err := decide.Compile(c.p, 0)
	if err != nil {
		c.refused(err)
		return
	}
	runner := Runner{Book: book, Set: render.New(c.p), Playbook: c.p, Channels: c.channels, Now: now}
	for i := range c.p.Examples {
		r := runner.one(i)
		if !r.Passed() && len(c.faults) <= maxFaults {
			r.explain(book, &c.p.Examples[i], now)
		}
		for _, d := range r.Differences {
			if d.Field == fieldReply {
				c.add(fmt.Sprintf("examples[%d]", r.Index), "the example's reply cannot be rendered: "+d.Got, "mend the template")
				continue
			}
			c.add(fmt.Sprintf("examples[%d].expect.%s", r.Index, d.Field),
				fmt.Sprintf("the example expects %s but got %s. %s", named(d.Want), named(d.Got), why(r)),
				"change the filters until it comes out, or change the example")
		}
	}
}

// refused notes what only compiling finds.
func (c *checker) refused(err error) {
	var joined interface{ Unwrap() []error }
	if !errors.As(err, &joined) {
		c.add("", err.Error(), "change what the message names")
		return
	}
	for _, e := range joined.Unwrap() {
		var f *decide.Fault
		if errors.As(e, &f) {
			c.add(f.Path, f.Message, f.Fix)
		}
	}
}

func named(s string) string {
	if s == "" {
		return "nothing"
	}
	return quote(s)
}

// why tells which filters were tried, as far as one sentence holds them: those
// that matched, or the last one tried.
func why(r ExampleResult) string {
	var said []string
	for _, s := range r.Trace {
		if s.Matched {
			said = append(said, fmt.Sprintf("%s matched: %s", quote(s.Filter), s.Why))
		}
	}
	if len(said) == 0 {
		return fmt.Sprintf("None of %d filters matched", len(r.Trace))
	}
	return sentence(strings.Join(said, "; "))
}
