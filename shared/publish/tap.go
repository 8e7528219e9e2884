package publish

import (
	"slices"
	"strings"

	"frontdesk/shared/playbook"
	"frontdesk/shared/text"
)

// unknownWords are those of a title that is filled in, or of a button that Meta keeps.
const unknownWords = "{{"

// tap is a message that comes of a tap: on an app's menu, a button, a row. Words is the title,
// where the channel sends it.
type tap struct{ channel, kind, choice, words string }

// answerers are the conditions of all filters that are on and do more than to note something
// for others behind them.
type answerers []condition

func (c *checker) answerers() answerers {
	if c.by == nil {
		c.by = answerers{}
		for _, f := range c.p.Filters {
			if !f.Off && answers(&f) {
				c.by = append(c.by, fold(f.When))
			}
		}
	}
	return c.by
}

// answers reports whether a filter settles a message: what only tags and continues does not.
func answers(f *playbook.Filter) bool {
	a := &f.Then
	return !f.Continue || a.Reply != "" || a.Assign != "" || a.Assignee != "" || a.HandOff || a.Ignore || a.Status != ""
}

func (all answerers) answer(t tap) bool {
	t.words = strings.TrimSpace(t.words)
	if strings.Contains(t.words, "{{") || strings.Contains(t.words, "{%") {
		t.words = unknownWords
	} else {
		t.words = text.Fold(t.words)
	}
	return slices.ContainsFunc(all, func(x condition) bool {
		holds, _ := t.may(&x)
		return holds
	})
}

// may says whether a condition can hold for the tap, and whether it can fail to. The state of
// the conversation and hours are sometimes so and sometimes not. The words are folded.
func (t tap) may(x *condition) (hold, fail bool) {
	is := func(list []string, word string) (bool, bool) {
		yes := slices.Contains(list, word)
		return yes, !yes
	}
	switch {
	case x.not != nil:
		hold, fail = t.may(x.not)
		return fail, hold
	case len(x.all) > 0:
		return t.mayAll(x.all)
	case len(x.any) > 0:
		fail, hold = t.mayNone(x.any)
		return hold, fail
	case x.how != "":
		return t.says(x.phrases), true
	case x.word == "channel":
		return is(x.values, t.channel)
	case x.word == "type":
		return is(x.values, t.kind)
	case x.word == "choice":
		return is(x.values, t.choice)
	case x.word == "language" || strings.HasPrefix(x.word, "case "):
		return t.words != "", true
	}
	return true, true
}

// says reports whether one of the phrases can be in the words: every way of comparing asks for
// at least that.
func (t tap) says(phrases []phrase) bool {
	return t.words == unknownWords || slices.ContainsFunc(phrases, func(p phrase) bool { return strings.Contains(t.words, p.text) })
}

func (t tap) mayAll(list []condition) (hold, fail bool) {
	hold = true
	for i := range list {
		h, f := t.may(&list[i])
		hold, fail = hold && h, fail || f
	}
	return hold, fail
}

// mayNone says whether all can fail at once, and whether one can hold.
func (t tap) mayNone(list []condition) (none, one bool) {
	none = true
	for i := range list {
		h, f := t.may(&list[i])
		none, one = none && f, one || h
	}
	return none, one
}
