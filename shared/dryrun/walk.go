package dryrun

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/decide"
)

// walk is a conversation on its way through the span, as it really went.
type walk struct {
	head conversation.Head
	// blocked is since when the contact is blocked now, in milliseconds since 1970.
	blocked int64
	// live and draft are what the two playbooks remember of their own replies.
	live, draft memory
}

// memory is what only a playbook's own replies bring about.
type memory struct {
	replied map[string]time.Time
	away    time.Time
	auto    conversation.Automatic
}

// begin is the conversation before the first of its messages, as far as the stored head and
// the messages tell. There is at least one message, and at least one of them came in.
func begin(stored conversation.Head, messages []conversation.Message) *walk {
	in := slices.IndexFunc(messages, func(m conversation.Message) bool { return m.Direction == conversation.In })
	first := messages[in]
	h := conversation.Head{ID: stored.ID, Home: stored.Home, Channel: stored.Channel, Contact: stored.Contact}
	h.Contact.Language, h.Contact.Blocked = firstLanguage(stored, messages), 0
	h.Tags, h.Marketing = tagsBefore(stored.Tags, messages), marketingBefore(stored.Marketing, messages)
	if !first.Facts.FirstEver {
		h.Team = first.Facts.Team
	}
	if stored.Session.Greeted.Before(first.At) {
		h.Session.Greeted = stored.Session.Greeted
	}
	if !first.Facts.FirstEver {
		h.First, h.Status = first.At.Add(-time.Second), conversation.Resolved
	}
	if decidedWithin(messages, func(e conversation.Effects) bool { return e.MutedUntil == stored.Contact.MutedUntil }) {
		h.Contact.MutedUntil = 0
	}
	past := memory{auto: stored.Auto.Former(first.At)}
	if !decidedWithin(messages, func(e conversation.Effects) bool { return !e.AwayUntil.IsZero() }) {
		past.away = stored.AwayUntil
	}
	for filter, at := range stored.Replied {
		if at.Before(first.At) {
			past = past.remember(filter, at)
		}
	}
	return &walk{head: h, blocked: stored.Contact.Blocked, live: past, draft: past}
}

// firstLanguage is the one that the contact was first answered in, else the one they last
// wrote in.
func firstLanguage(stored conversation.Head, messages []conversation.Message) string {
	if i := slices.IndexFunc(messages, func(m conversation.Message) bool { return m.Language != "" }); i >= 0 {
		return messages[i].Language
	}
	return stored.Contact.Language
}

// tagsBefore are the conversation's tags without those that messages added, and with those
// that they took away: counted back from the first message that was stored with its tags,
// else from the head as it is now.
func tagsBefore(now []string, messages []conversation.Message) []string {
	if i := slices.IndexFunc(messages, func(m conversation.Message) bool { return len(m.Facts.Tags) > 0 }); i >= 0 {
		now, messages = messages[i].Facts.Tags, messages[:i+1]
	}
	for _, m := range slices.Backward(messages) {
		now = conversation.Effects{Tags: m.Effects.Untag, Untag: m.Effects.Tags}.Retag(now)
	}
	return now
}

// marketingBefore is what the contact had said of marketing messages. Whoever opts in in the
// span had opted out.
func marketingBefore(said conversation.Marketing, messages []conversation.Message) conversation.Marketing {
	wish := slices.IndexFunc(messages, func(m conversation.Message) bool { return m.Effects.Opt != "" })
	switch {
	case wish >= 0 && messages[wish].Effects.Opt == conversation.OptIn:
		return conversation.Marketing{Stopped: true, Everything: true}
	case wish >= 0:
		return conversation.Marketing{}
	}
	return said
}

func decidedWithin(messages []conversation.Message, by func(conversation.Effects) bool) bool {
	return slices.ContainsFunc(messages, func(m conversation.Message) bool { return by(m.Effects) })
}

// reach brings the conversation to the moment at which a message came: what the message was
// stored with tells what people have done meanwhile.
func (w *walk) reach(m conversation.Message) {
	h := &w.head
	if free(m) && !h.HandedOff.IsZero() {
		*h = h.Closed()
	}
	if m.Effects.Team == "" && m.Facts.Team != "" {
		*h = h.InTeam(m.Facts.Team)
	}
	if m.Facts.FirstEver {
		h.First, h.Status = time.Time{}, ""
	}
	if m.Facts.Opened {
		h.Count, h.StartedBy = 0, ""
	}
	switch {
	case m.Filter == decide.ByBlock:
		h.Contact.Blocked = m.At.UnixMilli()
	case m.Filter != "" && m.Personal() && !m.OfWish():
		h.Contact.Blocked = 0
	case w.blocked < m.At.UnixMilli(): // the message does not tell
		h.Contact.Blocked = max(h.Contact.Blocked, w.blocked)
	}
	switch {
	case m.Filter == decide.ByMute:
		h.Contact.MutedUntil = max(h.Contact.MutedUntil, m.At.UnixMilli()+1)
	case m.Template != "" && !m.OfWish() && !m.OfSurvey():
		h.Contact.MutedUntil = 0
	}
}

// free reports whether a message was stored as one that people were not in charge for.
func free(m conversation.Message) bool {
	return m.Outcome != conversation.Silent && m.Personal() && !m.OfWish() && !m.OfSurvey() && m.Filter != decide.ByBlock
}

// pass goes on behind a message, as it really went.
func (w *walk) pass(m conversation.Message, detected string) {
	if m.Direction != conversation.In {
		w.answered(m)
		return
	}
	h := w.head
	if m.Personal() {
		if h.First.IsZero() {
			h.First = m.At
		}
		h.LastInbound = m.At
		h.Count++
	}
	h.Contact.Language = cmp.Or(m.Facts.Language, detected, h.Contact.Language)
	if m.Outcome == conversation.Silent && h.HandedOff.IsZero() { // people took it meanwhile
		h = h.Taken(m.At, conversation.ReasonAgent)
	}
	if m.Waits() && h.WaitingSince.IsZero() {
		h.WaitingSince = m.At
	}
	if m.Outcome == conversation.Replied && !m.Waits() {
		h.WaitingSince = time.Time{}
	}
	w.head = h.Affected(m)
	if len(m.Facts.Tags) > 0 {
		w.head.Tags = m.Facts.Tags
	}
	if !w.head.HandedOff.IsZero() {
		w.live.auto.Answered, w.draft.auto.Answered = 0, 0
	}
}

// answered goes on behind what a person wrote.
func (w *walk) answered(m conversation.Message) {
	if m.Source != conversation.ByAgent {
		return
	}
	w.head = w.head.Taken(m.At, conversation.ReasonAgent).With(cmp.Or(m.Facts.Agent, w.head.Assignee))
	w.head.WaitingSince = time.Time{}
	w.live.auto.Answered, w.draft.auto.Answered = 0, 0
}

// decide lets a playbook decide about a message of the conversation as it is, and of what
// that playbook itself remembers. It returns what is to be remembered then.
func (w *walk) decide(book *decide.Book, own memory, m conversation.Message, zone *time.Location) (decide.Decision, memory) {
	h := w.head
	h.Replied, h.AwayUntil, h.Auto = own.replied, own.away, own.auto
	d := decide.Decide(book, h, inbound(m, h.Contact.Person), m.At.In(zone))
	return d, own.after(book, m, d)
}

// after is what a playbook remembers once it has decided about a message.
func (o memory) after(book *decide.Book, m conversation.Message, d decide.Decision) memory {
	switch {
	case d.By == decide.ByLoop && d.HandOff:
		o.auto = o.auto.Catch(m.At)
	case m.Personal() && m.Choice == "" && d.Outcome != conversation.Silent:
		o.auto = o.auto.Hear(m.Text, m.At)
	}
	if d.Reply != "" || d.Text != "" {
		o.auto = o.auto.Sent(m.At, m.At, conversation.ReplyOf(d.Reply, d.Language, book.Version()), book.Keep())
	}
	if d.Cooldown > 0 {
		o = o.remember(d.By, m.At)
	}
	if !d.AwayUntil.IsZero() {
		o.away = d.AwayUntil
	}
	return o
}

func (o memory) remember(filter string, at time.Time) memory {
	o.replied = maps.Clone(o.replied)
	if o.replied == nil {
		o.replied = map[string]time.Time{}
	}
	o.replied[filter] = at
	return o
}
