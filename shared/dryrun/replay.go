package dryrun

import (
	"maps"
	"reflect"
	"slices"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/decide"
	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
)

// judge compares two playbooks. It is safe for concurrent use.
type judge struct {
	live, draft *decide.Book
	// zone is the company's: dates in filters are days in it.
	zone *time.Location
	// reworded are the templates of both whose contents differ.
	reworded map[string]bool
}

func newJudge(live, draft *decide.Book, zone *time.Location) *judge {
	j := &judge{live: live, draft: draft, zone: zone, reworded: map[string]bool{}}
	before := map[string]playbook.Template{}
	for _, t := range live.Playbook().Templates {
		before[t.ID] = t
	}
	for _, t := range draft.Playbook().Templates {
		if was, ok := before[t.ID]; ok && !reflect.DeepEqual(was.Variants, t.Variants) {
			j.reworded[t.ID] = true
		}
	}
	return j
}

// side is one of the two playbooks with the conversation as that playbook has brought it about.
type side struct {
	book *decide.Book
	zone *time.Location
	head conversation.Head
}

// replay judges one conversation, whose messages are in order. wrote says that the contact had
// written before the first of them. They are taken to have written in the language that they
// were first answered in.
func (j *judge) replay(into *tally, messages []conversation.Message, wrote bool) {
	var start conversation.Head
	if wrote && len(messages) > 0 {
		start.First = messages[0].At.Add(-time.Second)
	}
	if i := slices.IndexFunc(messages, func(m conversation.Message) bool { return m.Language != "" }); i >= 0 {
		start.Contact.Language = messages[i].Language
	}
	live, draft := side{j.live, j.zone, start}, side{j.draft, j.zone, start}
	for _, m := range messages {
		if m.Direction != conversation.In {
			continue
		}
		if m.Group == "" && conversation.Rating(m.Choice) > 0 { // no filter is asked how it was
			live.hears(m, "")
			draft.hears(m, "")
			continue
		}
		if m.Outcome == conversation.Silent {
			into.result.Silent++
			live.hears(m, "")
			draft.hears(m, "")
			continue
		}
		into.count(m, j, live.decide(m), draft.decide(m))
	}
}

// decide judges one message and takes over what comes of it.
func (s *side) decide(m conversation.Message) Verdict {
	if m.Facts.FirstEver {
		s.head.First = time.Time{}
	}
	d := decide.Decide(s.book, s.head, inbound(m), m.At.In(s.zone))
	s.hears(m, d.Detected)
	s.bounds(m, d)
	if d.Team != "" {
		s.head.Team = d.Team
	}
	for _, tag := range d.Tags {
		if !slices.Contains(s.head.Tags, tag) {
			s.head.Tags = append(slices.Clip(s.head.Tags), tag)
		}
	}
	if d.Cooldown > 0 {
		s.head.Replied = maps.Clone(s.head.Replied)
		if s.head.Replied == nil {
			s.head.Replied = map[string]time.Time{}
		}
		s.head.Replied[d.By] = m.At
	}
	if !d.AwayUntil.IsZero() {
		s.head.AwayUntil = d.AwayUntil
	}
	return Verdict{By: d.By, Outcome: d.Outcome, Template: d.Reply, Language: d.Language, Team: d.Team, HandOff: d.HandOff}
}

// bounds notes what keeps automatic replies within bounds.
func (s *side) bounds(m conversation.Message, d decide.Decision) {
	switch {
	case d.By == decide.ByLoop && d.HandOff:
		s.head.Auto = s.head.Auto.Catch(m.At)
	case m.Personal() && m.Choice == "":
		s.head.Auto = s.head.Auto.Hear(m.Text, m.At)
	}
	if d.Reply != "" || d.Text != "" {
		s.head.Auto = s.head.Auto.Sent(m.At, m.At, conversation.ReplyOf(d.Reply, d.Language, s.book.Version()), s.book.Keep())
	}
	if d.Opt != "" {
		out := d.Opt == conversation.OptOut
		s.head.Marketing = conversation.Marketing{Stopped: out, Everything: out, At: m.At}
	}
}

// hears notes that the contact wrote.
func (s *side) hears(m conversation.Message, language string) {
	if m.Personal() {
		if s.head.First.IsZero() {
			s.head.First = m.At
		}
		s.head.LastInbound = m.At
	}
	if language != "" {
		s.head.Contact.Language = language
	}
}

// inbound is a stored message as it came. Its sender is nobody: playbooks do not decide by
// who somebody is.
func inbound(m conversation.Message) message.Inbound {
	return message.Inbound{
		Channel: m.Channel, ID: m.ChannelID, Time: m.At, Type: m.Type, Text: m.Text, Choice: m.Choice,
		ReplyTo: m.ReplyTo, Group: m.Group, Body: m.Body, Extra: m.Extra,
	}
}

// differences lists in which ways two verdicts differ.
func (j *judge) differences(before, after Verdict) []Kind {
	var kinds []Kind
	add := func(k Kind, holds bool) {
		if holds {
			kinds = append(kinds, k)
		}
	}
	was, is := answers(before), answers(after)
	other := before.Template != after.Template || before.Language != after.Language
	add(NewlyAnswered, !was && is)
	add(NoLongerAnswered, was && !is)
	add(AnsweredDifferently, was && is && other)
	add(PutOffDifferently, !was && !is && other)
	add(Reworded, after.Template != "" && !other && j.reworded[after.Template])
	add(OtherTeam, before.Team != after.Team)
	add(NewlyHandedOff, !before.HandOff && after.HandOff)
	add(NoLongerHandedOff, before.HandOff && !after.HandOff)
	return kinds
}

func answers(v Verdict) bool {
	return v.Template != "" && v.By != decide.ByAway && v.By != decide.ByFallback
}
