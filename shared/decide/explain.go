package decide

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/message"
)

// Explain says, for every filter up to the one that ended the trying, whether it
// matched and why. After the filters come the steps of what else was looked at,
// under the names of the By constants: people in charge, away, welcome, fallback.
// It never shows what the customer wrote.
func Explain(b *Book, h conversation.Head, m message.Inbound, now time.Time) []Step {
	steps := []Step{}
	r := run{book: b, head: &h, message: &m, now: now, steps: &steps}
	if r.settled() {
		return steps
	}
	r.view = b.view(&h, &m, now)
	defer r.view.release()
	for i := range b.filters {
		if r.explain(&b.filters[i]) {
			break
		}
	}
	r.finish()
	return steps
}

// explain tries one filter and reports whether it ends the trying.
func (r *run) explain(f *filter) (stop bool) {
	step := Step{Filter: f.ID, Name: f.Name}
	switch {
	case f.Off:
		step.Why = "the filter is switched off"
	case !r.tries(f):
		step.Why = "messages of type " + r.message.Type + " are for filters that name this type"
	case !f.when.holds(r.view):
		step.Why = f.when.why(r.view)
	default:
		stop = r.act(f)
		step = r.decision.Matched[len(r.decision.Matched)-1]
	}
	*r.steps = append(*r.steps, step)
	return stop
}

// why says in a plain sentence why the condition holds, or does not.
func (n *node) why(v *view) string {
	switch n.op {
	case all, anyOf:
		return n.join(v)
	case not:
		why := n.kids[0].why(v)
		if n.kids[0].holds(v) {
			why += ", which rules it out"
		}
		return why
	case contains:
		return phrases("text contains", [2]string{"text does not contain", "text contains none of"}, n.Contains, n.phrase(v))
	case wholeWord:
		return phrases("text has the word", [2]string{"text does not have the word", "text has none of the words"}, n.WholeWord, n.phrase(v))
	case exact:
		return phrases("text is exactly", [2]string{"text is not exactly", "text is exactly none of"}, n.Exact, n.phrase(v))
	case matches:
		if n.holds(v) {
			return "text matches the pattern " + n.Regex
		}
		return "text does not match the pattern " + n.Regex
	}
	return n.whyFits(v)
}

// whyFits is why for conditions on anything but text.
func (n *node) whyFits(v *view) string {
	held := n.fits(v)
	switch n.op {
	case channelIs:
		return is("channel", v.message.Channel, n.Channel, held)
	case typeIs:
		return is("type", v.message.Type, n.Type, held)
	case choiceIs:
		if v.message.Choice == "" {
			return "no button or list row was tapped"
		}
		return is("choice", v.message.Choice, n.Choice, held)
	case firstContact:
		if v.head.New() {
			return "the contact has never written before"
		}
		return "the contact has written before"
	case hoursAre:
		if v.open(n.calendar) {
			return "calendar " + n.Hours.Calendar + " is open"
		}
		return "calendar " + n.Hours.Calendar + " is closed"
	}
	return ""
}

// shown is how many phrases or reasons a sentence lists.
const shown = 3

// phrases says which phrase was found, or that the only one or none of several was.
func phrases(yes string, no [2]string, list []string, found int) string {
	if found >= 0 {
		return yes + " " + strconv.Quote(list[found])
	}
	if len(list) == 1 {
		return no[0] + " " + strconv.Quote(list[0])
	}
	var quoted []string
	for _, p := range list[:min(len(list), shown)] {
		quoted = append(quoted, strconv.Quote(p))
	}
	return no[1] + " " + strings.Join(quoted, ", ") + more(len(list))
}

func is(what, got string, want []string, held bool) string {
	if held {
		return what + " is " + got
	}
	return what + " is " + got + ", not " + strings.Join(want[:min(len(want), shown)], " or ") + more(len(want))
}

func more(n int) string {
	if n <= shown {
		return ""
	}
	return fmt.Sprintf(" and %d more", n-shown)
}

// join gives the reason of the condition inside that settled it: the first that
// holds for any, the first that does not for all. When none settled it, every
// one counts and the reasons are listed.
func (n *node) join(v *view) string {
	if settled := n.kid(v, n.op == anyOf); settled != nil {
		return settled.why(v)
	}
	between := " and "
	if n.op == anyOf {
		between = "; "
	}
	var reasons []string
	for i := range n.kids[:min(len(n.kids), shown)] {
		reasons = append(reasons, n.kids[i].why(v))
	}
	return strings.Join(reasons, between) + more(len(n.kids))
}
