package mail

import (
	"fmt"

	"frontdesk/shared/report"
)

// Card is the week's figures in a few lines, for a group that reads no mail. Label and
// value of a line; the words are the mail's.
type Card struct {
	Title string
	Lines [][2]string
}

// MakeCard writes the headline figures of a report in a language: conversations and
// messages, who answered how much, and how long people took, each beside the week before.
func MakeCard(w report.Week, language string) (Card, error) {
	p := newPrinter(language)
	dates, err := p.dates(w.From, w.To)
	if err != nil {
		return Card{}, fmt.Errorf("dates of the report: %w", err)
	}
	f, c := w.Figures, w.Changes
	conversations := p.number(f.Conversations)
	if d := p.changeOf(c, "conversations", 0).Text; d != "" {
		conversations += " (" + d + " " + p.text["before"] + ")"
	}
	people := p.timeTile("first.people", f.FirstReplyPeople, p.changeOf(c, "first_reply_people_median_ms", -1))
	card := Card{Title: p.title(w) + " · " + dates, Lines: [][2]string{
		{p.text["conversations"], conversations + " · " + p.say("messages.note", p.number(f.MessagesIn), p.number(f.MessagesOut))},
		{p.text["by.templates"], p.part(f.Contained, f.ContainedShare, p.shareDelta(c, "contained_share"))},
		{p.text["by.people"], p.part(f.HandedOff, f.HandedOffShare, p.shareDelta(c, "handed_off_share"))},
		{p.text["by.nobody"], p.part(f.Unanswered, f.UnansweredShare, p.shareDelta(c, "unanswered_share"))},
		{people.Label, beside(people.Value, people.Delta)},
	}}
	if missing := p.notices(w); len(missing) > 0 {
		card.Lines = append(card.Lines, [2]string{p.text["days.missing"], p.missing(w)})
	}
	return card, nil
}

// part is a number of conversations and its share of those that needed an answer.
func (p printer) part(n int64, share *float64, d delta) string {
	value := p.number(n)
	if share != nil {
		value += " (" + p.percent(*share) + ")"
	}
	return beside(value, d)
}

// beside puts a change behind a figure, when there is something to compare with.
func beside(value string, d delta) string {
	if d.Text == "" {
		return value
	}
	return value + " · " + d.Text
}

// missing names the days without figures.
func (p printer) missing(w report.Week) string {
	var names []string
	for i, d := range w.Days {
		if d.Missing {
			names = append(names, p.weekday("short", i))
		}
	}
	return p.list(names)
}
