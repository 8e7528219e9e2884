package dryrun

import (
	"reflect"
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

// replay judges one conversation, whose messages are in order, at least one of them from the
// contact. stored is its head as it is now. Replies that templates sent change nothing: what
// they brought about stands in the message that they answer.
func (j *judge) replay(into *tally, stored conversation.Head, messages []conversation.Message) {
	w := begin(stored, messages)
	for _, m := range messages {
		switch {
		case m.Direction != conversation.In:
			w.pass(m, "")
			continue
		case m.Group == "" && conversation.Rating(m.Choice) > 0: // no filter is asked how it was
			w.pass(m, "")
			continue
		case m.Outcome == conversation.Silent:
			into.result.Silent++
			w.pass(m, "")
			continue
		}
		w.reach(m)
		var before, after decide.Decision
		before, w.live = w.decide(j.live, w.live, m, j.zone)
		after, w.draft = w.decide(j.draft, w.draft, m, j.zone)
		into.count(m, j, verdict(before), verdict(after))
		w.pass(m, before.Detected)
	}
}

func verdict(d decide.Decision) Verdict {
	return Verdict{By: d.By, Outcome: d.Outcome, Template: d.Reply, Language: d.Language, Team: d.Team, HandOff: d.HandOff}
}

// inbound is a stored message as it came, from the person whom we know now: what they were
// called when they wrote it is not kept.
func inbound(m conversation.Message, from message.Person) message.Inbound {
	return message.Inbound{
		From:    from,
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
