package clockwork

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/questions"
	"frontdesk/shared/record"
	"frontdesk/shared/report"
)

// Asked is what no template answered in a week.
type Asked struct {
	Week string `json:"week"`
	// Messages are all that no template answered, those in no group too.
	Messages int64           `json:"messages"`
	Groups   []AskedQuestion `json:"groups"`
}

// AskedQuestion is messages that are alike.
type AskedQuestion struct {
	ID       string `json:"id"`
	Messages int64  `json:"messages"`
	// Languages are those of the messages, the most frequent first.
	Languages []string `json:"languages"`
	// Phrases are parts of the texts by which a filter finds the samples.
	Phrases []string `json:"phrases"`
	// Samples are the newest of different contacts that are still kept. Empty when their
	// messages have expired or the contacts were erased: the count stays.
	Samples []AskedSample `json:"samples"`
	// Wanted is what a filter has to look for.
	Wanted questions.Wanted `json:"-"`
}

// AskedSample is one message. The text is masked, and conversation and message empty, for
// whoever may not see numbers.
type AskedSample struct {
	At           time.Time `json:"at"`
	Channel      string    `json:"channel"`
	Type         string    `json:"type"`
	Language     string    `json:"language,omitempty"`
	Text         string    `json:"text,omitempty"`
	Conversation string    `json:"conversation,omitempty"`
	Message      string    `json:"message,omitempty"`
}

// AskedScope narrows what was asked.
type AskedScope struct {
	report.Options
	// Most is how many groups to show. Open says whether the texts of a team's conversations
	// are shown as they are; nil masks all.
	Most int
	Open func(team string) bool
}

// Unanswered says what no template answered in a week, narrowed to a channel or a team. One
// read of the week's rows, and one or two for each twenty groups.
func (w *Weekly) Unanswered(ctx context.Context, name string, o AskedScope) (Asked, error) {
	all, err := w.asked(ctx, name, o)
	if err != nil {
		return Asked{}, err
	}
	out := Asked{Week: name, Messages: all.Messages, Groups: []AskedQuestion{}}
	shown, err := w.show(ctx, all.Groups[:min(len(all.Groups), o.Most)], o.Open)
	out.Groups = append(out.Groups, shown...)
	return out, err
}

// UnansweredGroup is one of its groups. [record.ErrNotFound]: the week has none of that id.
func (w *Weekly) UnansweredGroup(ctx context.Context, name, id string, o AskedScope) (AskedQuestion, error) {
	all, err := w.asked(ctx, name, o)
	if err != nil {
		return AskedQuestion{}, err
	}
	at := slices.IndexFunc(all.Groups, func(g questions.Group) bool { return g.ID() == id })
	if at < 0 {
		return AskedQuestion{}, record.ErrNotFound
	}
	shown, err := w.show(ctx, all.Groups[at:at+1], o.Open)
	if err != nil {
		return AskedQuestion{}, err
	}
	return shown[0], nil
}

func (w *Weekly) asked(ctx context.Context, name string, o AskedScope) (questions.Row, error) {
	stored, err := w.Store.Questions(ctx, name)
	if err != nil {
		return questions.Row{}, err
	}
	var rows []questions.Row
	for _, s := range stored {
		if o.Channel != "" && o.Channel != s.Channel || o.Team != "" && o.Team != s.Team {
			continue
		}
		var row questions.Row
		if err := json.Unmarshal(s.Body, &row); err != nil {
			return questions.Row{}, fmt.Errorf("decode unanswered questions of %s: %w", s.Day, err)
		}
		rows = append(rows, row)
	}
	return questions.Together(rows), nil
}

// show reads the samples of groups.
func (w *Weekly) show(ctx context.Context, groups []questions.Group, open func(team string) bool) ([]AskedQuestion, error) {
	var places []record.Place
	for _, g := range groups {
		for _, s := range g.Samples {
			places = append(places, record.Place{Home: s.Conversation, ID: s.Message})
		}
	}
	messages, heads, err := w.Store.Texts(ctx, places)
	if err != nil {
		return nil, err
	}
	look := look{messages, heads, questions.NewMasker(), open}
	out := make([]AskedQuestion, 0, len(groups))
	for _, g := range groups {
		out = append(out, look.at(g))
	}
	return out, nil
}

// look is what somebody may see of the messages of groups.
type look struct {
	messages map[record.Place]conversation.Message
	heads    map[string]conversation.Head
	mask     questions.Masker
	open     func(team string) bool
}

func (l look) at(g questions.Group) AskedQuestion {
	q := AskedQuestion{ID: g.ID(), Messages: g.Messages, Languages: frequent(g.Languages), Samples: []AskedSample{}}
	var texts, names []string
	for _, s := range g.Samples {
		m, kept := l.messages[record.Place{Home: s.Conversation, ID: s.Message}]
		head, known := l.heads[s.Conversation]
		if !kept || !known {
			continue
		}
		name := head.Contact.Name
		shown := AskedSample{At: m.At, Channel: m.Channel, Type: m.Type, Text: l.mask.Mask(m.Text, name), Language: m.Facts.Language}
		texts, names = append(texts, shown.Text), append(names, name)
		if l.open != nil && l.open(head.Team) {
			shown.Text, shown.Conversation, shown.Message = m.Text, head.ID, m.ID
		}
		q.Samples = append(q.Samples, shown)
	}
	q.Wanted = questions.Phrases(texts, names...)
	q.Phrases = append([]string{}, q.Wanted.All()...)
	return q
}

// frequent are the names of counts, the highest first.
func frequent(counts map[string]int64) []string {
	return append([]string{}, slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})...)
}
