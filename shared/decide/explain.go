package decide

import (
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/message"
	"frontdesk/shared/text"
)

// Explain says, for every filter up to the one that ended the trying, whether it
// matched and why. After the filters come the steps of what else was looked at,
// under the names of the By constants: people in charge, away, welcome, fallback.
// It never shows what the customer wrote.
func Explain(b *Book, h conversation.Head, m message.Inbound, now time.Time) []Step {
	steps := []Step{}
	r := run{book: b, head: &h, message: &m, now: now, steps: &steps, decision: Decision{Detected: text.Language(m.Text)}}
	if r.settled() {
		return steps
	}
	r.view = b.view(&h, &m, r.decision.Detected, now)
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
	t := r.view.tell()
	switch {
	case f.Off:
		t.say(switchedOff)
	case !f.begun(r.now):
		t.say(notYetValid, plain(f.From))
	case f.over(r.now):
		t.say(noLongerValid, plain(f.Until))
	case !r.tries(f):
		t.say(forNamedTypes, plain(r.message.Type))
	case !f.when.holds(r.view):
		f.when.why(r.view, t)
	default:
		stop = r.act(f)
		*r.steps = append(*r.steps, r.decision.Matched[len(r.decision.Matched)-1])
		return stop
	}
	*r.steps = append(*r.steps, t.step(f.ID, f.Name, false))
	return false
}

// why says in a plain sentence why the condition holds, or does not.
func (n *node) why(v *view, t *telling) {
	switch n.op {
	case all:
		n.join(v, t, andAlso)
	case anyOf:
		n.join(v, t, orElse)
	case not:
		n.kids[0].why(v, t)
		if n.kids[0].holds(v) {
			t.say(rulesOut)
		}
	case contains, wholeWord, exact, startsWith, endsWith, resembles:
		n.whyPhrase(v, t)
	case matches:
		t.say(either(n.holds(v), fitsPattern, missesPattern), plain(n.Regex))
	default:
		n.whyFits(v, t)
	}
}

func either(yes bool, a, b sentence) sentence {
	if yes {
		return a
	}
	return b
}

// join gives the reason of the condition inside that settled it: the first that
// holds for any, the first that does not for all. When none settled it, every
// one counts and the reasons are listed.
func (n *node) join(v *view, t *telling, between sentence) {
	if settled := n.kid(v, n.op == anyOf); settled != nil {
		settled.why(v, t)
		return
	}
	for i := range n.kids[:min(len(n.kids), shown)] {
		if i > 0 {
			t.say(between)
		}
		n.kids[i].why(v, t)
	}
	if more := len(n.kids) - shown; more > 0 {
		t.say(moreReasons, number(more))
	}
}
