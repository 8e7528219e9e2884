package decide

import (
	"time"

	"frontdesk/shared/conversation"
)

// safety are the compiled bounds of automatic replies. A zero number or span is off.
type safety struct {
	replies int // at most so many within the span
	within  time.Duration
	silence bool // then nothing, instead of people
	times   int  // in a row, before a contact is taken for a program
	pause   time.Duration
	quick   time.Duration
	back    time.Duration // after which a hand-off is over that nobody looks after
	// calendar is the one in whose hours back is counted; empty for the clock.
	calendar string
	wishes   wishes
}

// Keep is how many automatic replies to a contact have to be remembered.
func (b *Book) Keep() int { return max(b.safety.replies, 1) }

// at is when the message was written; now, when its channel does not say.
func (r *run) at() time.Time {
	if r.message.Time.IsZero() {
		return r.now
	}
	return r.message.Time
}

// earlier is the earlier of now and when the message was written: a clock that was put
// forward, ours or the channel's, does not make a wait seem over.
func (r *run) earlier() time.Time {
	if at := r.at(); at.Before(r.now) {
		return at
	}
	return r.now
}

// comeBack ends a hand-off that nobody looks after, when the contact writes again. Nothing
// can be sent to a session that people have in the channel's own client, so there it stays.
func (r *run) comeBack() {
	h := r.head
	if h.HandedOff.IsZero() || h.Session.People || quiet(r.message.Type) || r.message.Group != "" {
		return
	}
	since, at := h.Attended(), r.earlier()
	alone := at.Sub(time.UnixMilli(since))
	if !r.isAlone(since, at, alone) {
		return
	}
	r.decision.Returned = since
	*h = h.Returned(since)
	h.Count, h.StartedBy = 0, ""
	r.note(byReturn, true, hasReturned, lasting(alone.Round(time.Second)))
}

// isAlone reports whether people have left a conversation alone long enough. One that they
// got because its contact seemed to be a program is free again when the pause is over.
func (r *run) isAlone(since int64, at time.Time, alone time.Duration) bool {
	s := &r.book.safety
	if caught := r.head.Auto.Caught; caught != 0 && since == caught && s.pause > 0 && alone >= s.pause {
		return true
	}
	if s.back == 0 || alone < s.back {
		return false
	}
	return s.calendar == "" || r.book.OpenTime(s.calendar, time.UnixMilli(since), at) >= s.back
}

// looping reports whether the contact is another program: then nothing is sent for a
// while, and people get the conversation once.
func (r *run) looping() bool {
	s, a := &r.book.safety, r.head.Auto
	if s.times == 0 || r.message.Group != "" || quiet(r.message.Type) {
		return false
	}
	d := &r.decision
	if ago := r.earlier().Sub(time.UnixMilli(a.Caught)); a.Caught != 0 && ago < s.pause {
		d.Outcome, d.By, d.Withheld = conversation.Unanswered, ByLoop, conversation.WithheldLoop
		r.note(ByLoop, true, pausesForProgram, lasting(max(ago, 0).Round(time.Second)), lasting(s.pause))
		return true
	}
	if r.message.Choice != "" { // a tap is somebody's, and as fast as they like
		return false
	}
	switch a = a.Hear(r.message.Text, r.at()); {
	case a.Same >= s.times:
		r.caught(sameAgain)
	case a.Fast >= s.times:
		r.caught(fasterThanTyping)
	default:
		return false
	}
	return true
}

// caught hands a contact that seems to be a program to people.
func (r *run) caught(because sentence) {
	d, times := &r.decision, number(r.book.safety.times)
	d.Outcome, d.By, d.Withheld = conversation.HandedOff, ByLoop, conversation.WithheldLoop
	var t telling
	t.say(talksLikeProgram)
	t.say(because, times)
	why := t.texts()
	r.handOff(nameOf(ByLoop), why)
	if r.steps != nil {
		*r.steps = append(*r.steps, t.step(ByLoop, "", true))
	}
}

// keepBounds takes back a reply that would be one too many. What the message changes besides
// stays, and it stays unanswered unless the former reply covers it.
func (r *run) keepBounds() {
	s, d := &r.book.safety, &r.decision
	switch soon := r.soon(); {
	case soon && r.repeats():
		r.note(byQuick, true, alsoAnswered)
		r.withhold(conversation.WithheldQuick)
		if d.Outcome == conversation.Unanswered && !r.putsOff() {
			d.Outcome = conversation.Covered
		}
	case soon && r.putsOff():
		r.note(byQuick, true, oneReplyAtATime)
		r.withhold(conversation.WithheldQuick)
	case r.full():
		r.note(byCap, true, hasEnough, number(s.replies), lasting(s.within))
		r.withhold(conversation.WithheldCap)
		if !s.silence && !d.HandOff {
			var t telling
			t.say(hasEnough, number(s.replies), lasting(s.within))
			r.handOff(nameOf(byCap), t.texts())
			d.Outcome, d.Status = conversation.HandedOff, ""
		}
	}
}

// withhold takes the reply out of the decision, with all that only it brings about.
func (r *run) withhold(why string) {
	d := &r.decision
	d.Reply, d.Cooldown, d.AwayUntil, d.Withheld = "", 0, time.Time{}, why
	if d.Outcome == conversation.Replied {
		d.Outcome = conversation.Unanswered
	}
	if why == conversation.WithheldCap { // nobody has answered it, so it is not settled either
		d.Status = ""
	}
}

// full reports whether the contact has had as many automatic replies as they get.
func (r *run) full() bool {
	s := &r.book.safety
	return s.replies > 0 && r.head.Auto.Within(s.within, r.now) >= s.replies
}

// soon reports whether the message was written in one go with the one that was answered
// last. That one is the anchor: messages that came since do not move it, so whoever goes on
// writing is answered again.
func (r *run) soon() bool {
	s, a := &r.book.safety, &r.head.Auto
	return a.Answered != 0 && s.quick > 0 && r.at().Sub(time.UnixMilli(a.Answered)).Abs() <= s.quick
}

// repeats reports whether the reply would be the last one over again. One that is made of
// what the contact wrote never is.
func (r *run) repeats() bool {
	d := &r.decision
	if r.book.echoes[d.Reply] {
		return false
	}
	return r.head.Auto.Reply == conversation.ReplyOf(d.Reply, r.book.language(d.Detected, r.head.Contact.Language), r.book.version)
}

// putsOff reports whether the reply answers nothing: the fallback and the away reply say
// when or by whom the contact will be answered.
func (r *run) putsOff() bool { return r.decision.By == ByFallback || r.decision.By == ByAway }
