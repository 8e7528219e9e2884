// Package questions finds what customers ask and no template answers. It is pure.
//
// In this order:
//
//  1. [Of] picks the messages of a conversation's day that no template answered and makes
//     each comparable: folded, without greetings, numbers, links and addresses.
//  2. A [Counter] adds equal ones up, in bounded memory, and puts like ones together
//     ([Row], one per channel and team).
//  3. [Together] does the same with rows: the days of a week, or the shards of a day.
//  4. [Mask] and [Phrases] make a sample fit to be shown, and a filter of samples.
//
// Two messages are alike when at least half of the words that either has are in both
// (Jaccard ≥ 0.5); of languages without spaces, pairs of neighbouring characters are the
// words. A group is named by its most frequent wording, and every message belongs to the
// group that it is most like. The order of messages does not matter, as long as a day has no
// more than [MaxWordings] different wordings; beyond that the least frequent are counted in
// no group.
//
// A row holds no text: wordings are hashes, samples are the ids of messages, which are read
// (and masked) when somebody looks. So a sample is gone when its message has expired or its
// contact is erased, and the counts stay.
package questions

import (
	"cmp"
	"slices"

	"frontdesk/shared/conversation"
	"frontdesk/shared/text"
)

// Question is one message that no template answered.
type Question struct {
	Channel, Team string
	// Language is the one that the text seems to be in; empty when it gives no hint.
	Language string
	Sample   Sample
	wording  wording
}

// Sample says where a message is kept.
type Sample struct {
	Conversation string `json:"c"`
	Message      string `json:"m"`
}

// Of are the questions of one conversation on one day. A message is one when no filter had
// an answer for it: it is unanswered, or the away reply or the fallback decided it. What a
// filter ignored, handed off or has a cooldown for is none; nor is what people answer, a
// rating, or what was written in a group.
func Of(home, day string, messages []conversation.Message) []Question {
	var out []Question
	for _, m := range messages {
		if m.Facts.Day != day || !Open(m) {
			continue
		}
		out = append(out, Question{
			Channel: m.Channel, Team: m.Facts.Team, Language: text.Language(m.Text),
			Sample: Sample{home, m.ID}, wording: wordingOf(m.Text, m.Type),
		})
	}
	return out
}

// Open reports whether no template had an answer for a message.
func Open(m conversation.Message) bool {
	if m.Direction != conversation.In || !m.Personal() || m.OfSurvey() || m.Facts.Rating > 0 {
		return false
	}
	switch m.Outcome {
	case conversation.Unanswered:
		return m.Filter == "" || m.Filter == "none" || m.PutsOff()
	case conversation.Replied, conversation.HandedOff:
		return m.PutsOff()
	}
	return false
}

// The bounds of what is kept.
const (
	// MaxWordings are how many different wordings a [Counter] holds at most, twice that
	// for a moment.
	MaxWordings = 20_000
	// MaxGroups are the groups of a row, MaxSamples the samples of a group.
	MaxGroups  = 60
	MaxSamples = 5
	// maxWords are the words of a wording: of a longer one, those with the lowest hashes.
	maxWords = 32
)

// Row is what was asked on one channel and of one team.
type Row struct {
	Channel string `json:"channel"`
	Team    string `json:"team,omitempty"`
	// Messages are all questions, those in no group too.
	Messages int64   `json:"messages"`
	Groups   []Group `json:"groups"`
}

// Group is questions that are alike.
type Group struct {
	// Words are the hashes of the wording that the group is named by.
	Words    wording `json:"words"`
	Messages int64   `json:"n"`
	// Languages counts messages by language.
	Languages map[string]int64 `json:"languages,omitempty"`
	// Samples are of different conversations, the newest first.
	Samples []Sample `json:"samples"`
}

// ID names a group for as long as its wording names it.
func (g Group) ID() string { return g.Words.id() }

// plus adds the messages of o.
func (g *Group) plus(o Group) {
	g.Messages += o.Messages
	for language, n := range o.Languages {
		if g.Languages == nil {
			g.Languages = map[string]int64{}
		}
		g.Languages[language] += n
	}
	for _, s := range o.Samples {
		g.sample(s)
	}
}

// sample keeps the newest message of each of the conversations that wrote last.
func (g *Group) sample(s Sample) {
	at := slices.IndexFunc(g.Samples, func(o Sample) bool { return o.Conversation == s.Conversation })
	switch {
	case at < 0:
		g.Samples = append(g.Samples, s)
	case g.Samples[at].Message >= s.Message:
		return
	default:
		g.Samples[at] = s
	}
	slices.SortFunc(g.Samples, func(a, b Sample) int {
		return cmp.Or(cmp.Compare(b.Message, a.Message), cmp.Compare(a.Conversation, b.Conversation))
	})
	if len(g.Samples) > MaxSamples {
		g.Samples = g.Samples[:MaxSamples:MaxSamples]
	}
}
