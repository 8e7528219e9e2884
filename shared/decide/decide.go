package decide

import (
	"cmp"
	"math/bits"
	"slices"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/message"
	"frontdesk/shared/text"
)

// Decide says what becomes of a message of the conversation that h is the head
// of, at a time. It changes nothing and cannot fail. The package comment is its
// manual.
func Decide(b *Book, h conversation.Head, m message.Inbound, now time.Time) Decision {
	r := run{book: b, head: &h, message: &m, now: now, decision: Decision{Playbook: b.version, By: ByNone, Detected: text.Language(m.Text)}}
	if r.settled() {
		return r.decision
	}
	r.view = b.view(&h, &m, r.decision.Detected, now)
	defer r.view.release()
	r.tryCandidates()
	r.finish()
	return r.decision
}

// run is the deciding of one message. What acted last in each role is kept
// until the end says who decided.
type run struct {
	book     *Book
	head     *conversation.Head
	message  *message.Inbound
	now      time.Time
	view     *view
	decision Decision

	replied, handed, ignored, silenced, held, assigned *filter

	// steps, when not nil, receives what Explain returns.
	steps *[]Step
}

// settled answers what no filter is asked about.
func (r *run) settled() bool {
	if r.message.Group != "" && r.message.Return == "" { // else the channel wants an answer there
		r.decision.Outcome = conversation.Ignored
		r.note(ByNone, true, writtenInGroup)
		return true
	}
	if r.wished() {
		return true
	}
	if r.head.Contact.Blocked > 0 {
		r.decision.Outcome, r.decision.By = conversation.Ignored, ByBlock
		r.note(ByBlock, true, contactIsBlocked)
		return true
	}
	r.comeBack()
	switch people := !r.head.HandedOff.IsZero(); {
	case people && quiet(r.message.Type):
		r.decision.Outcome = conversation.Ignored
		r.note(ByNone, true, needsNoAnswer, plain(r.message.Type))
	case people:
		r.decision.Outcome, r.decision.By = conversation.Silent, ByPeople
		r.note(ByPeople, true, peopleInCharge)
	default:
		return r.looping()
	}
	return true
}

// tryCandidates tries, in order, the filters whose condition can hold.
func (r *run) tryCandidates() {
	for w, word := range r.view.maybe {
		for ; word != 0; word &= word - 1 {
			f := &r.book.filters[w<<6+bits.TrailingZeros64(word)]
			if r.tries(f) && f.when.holds(r.view) && f.valid(r.now) && r.act(f) {
				return
			}
		}
	}
}

// quiet are the message types that need no answer.
func quiet(kind string) bool {
	switch kind {
	case "reaction", "system", "edit", "revoke":
		return true
	}
	return false
}

// tries reports whether a filter is asked about messages of this type.
func (r *run) tries(f *filter) bool {
	return !quiet(r.message.Type) || slices.Contains(f.types, r.message.Type)
}

// act does what a filter says and reports whether it ends the trying.
func (r *run) act(f *filter) (stop bool) {
	t := r.view.tell()
	f.when.why(r.view, t)
	var why texts
	if f.Then.HandOff {
		why = t.texts()
	}
	r.ignore(f, t)
	r.reply(f, t)
	r.effects(f, t)
	r.decision.Matched = append(r.decision.Matched, t.step(f.ID, f.Name, true))
	for _, tag := range f.Then.Tag {
		if !slices.Contains(r.decision.Tags, tag) && !slices.Contains(r.decision.Untag, tag) {
			r.decision.Tags = append(r.decision.Tags, tag)
		}
	}
	if f.Then.Assign != "" && r.decision.Team == "" {
		r.decision.Team, r.assigned = f.Then.Assign, f
	}
	if f.Then.HandOff && r.handed == nil {
		r.handed = f
		r.handOff(label(f), why)
	}
	return !f.Continue || f.Then.Ignore
}

// handOff puts people in charge, for a reason of the filter or moment that says so.
func (r *run) handOff(by, why texts) {
	d := &r.decision
	d.HandOff = true
	d.Reason = by[inEnglish] + sentences[colon][inEnglish] + why[inEnglish]
	d.ReasonZH = by[inChinese] + sentences[colon][inChinese] + why[inChinese]
}

// label is what a filter is called in every language.
func label(f *filter) (all texts) {
	for lang := range all {
		all[lang] = cmp.Or(f.Name, f.ID)
	}
	return all
}

// ignore does the ignoring of a filter and tells of it.
func (r *run) ignore(f *filter, t *telling) {
	switch {
	case !f.Then.Ignore:
	case r.replied != nil || r.handed != nil:
		t.say(notIgnored)
	default:
		r.ignored = f
		t.say(ignoredOnPurpose)
	}
}

// reply takes the reply of a filter, unless there is one already or its cooldown
// keeps it back, and tells of that.
func (r *run) reply(f *filter, t *telling) {
	switch {
	case f.Then.Reply == "" || f.Then.Ignore:
	case r.replied != nil:
		t.say(hasReplied, plain(r.replied.ID))
	case r.muted():
		t.say(mutedReply)
	case r.held != nil:
		t.say(holdsReply, plain(r.held.ID))
	case f.cooldown > 0 && f.cooldown > r.since(f):
		r.held = f
		t.say(coolsDown, lasting(r.since(f).Round(time.Second)), lasting(f.cooldown))
	default:
		r.replied = f
		r.decision.Reply, r.decision.Cooldown = f.Then.Reply, f.cooldown
	}
}

// muted reports whether the contact was muted before this message.
func (r *run) muted() bool { return r.head.Contact.MutedUntil > 0 && r.head.Contact.Muted(r.now) }

// since is how long ago a filter replied to the contact.
func (r *run) since(f *filter) time.Duration { return r.now.Sub(r.head.Replied[f.ID]) }

// finish settles outcome, who decided, and the language of a reply.
func (r *run) finish() {
	d := &r.decision
	switch {
	case r.replied != nil:
		d.Outcome, d.By = conversation.Replied, r.replied.ID
	case r.handed != nil:
		d.By = r.handed.ID
	case r.ignored != nil:
		d.Outcome, d.By = conversation.Ignored, r.ignored.ID
	case r.silenced != nil:
		d.Outcome, d.By = conversation.Ignored, r.silenced.ID
	case r.held != nil:
		d.Outcome, d.By = conversation.Unanswered, r.held.ID
	case quiet(r.message.Type):
		d.Outcome = conversation.Ignored
		r.note(ByNone, true, needsNoAnswer, plain(r.message.Type))
	case r.muted():
		d.Outcome, d.By = conversation.Ignored, ByMute
		r.note(ByMute, true, contactIsMuted)
	default:
		r.moment()
	}
	if d.HandOff {
		d.Outcome, d.Status = conversation.HandedOff, ""
	}
	if d.Reply != "" {
		r.keepBounds()
	}
	if d.Reply == "" {
		d.Greeting = ""
	}
	if d.Reply != "" {
		d.Language = r.book.language(d.Detected, r.head.Contact.Language)
	}
}

// note adds a step to what Explain returns.
func (r *run) note(by string, matched bool, why sentence, details ...detail) {
	if r.steps == nil {
		return
	}
	var t telling
	t.say(why, details...)
	*r.steps = append(*r.steps, t.step(by, "", matched))
}
