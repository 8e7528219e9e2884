package decide_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"pgregory.net/rapid"

	"frontdesk/shared/conversation"
	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
)

// drawn makes playbooks, heads and messages from few words, so that they meet.
type drawn struct{ *rapid.T }

var vocabulary = []string{"price", "rice", "价格", "價", "how much is the price", "1", "a", "Ab", "cat", "category", "钱", "?"}

func (t drawn) some(list []string, label string) []string {
	return rapid.SliceOfN(rapid.SampledFrom(list), 1, 3).Draw(t.T, label)
}

func (t drawn) condition(depth int) playbook.Condition {
	if rapid.IntRange(0, 1).Draw(t.T, "of the conversation") == 0 {
		return t.state()
	}
	kinds := 9
	if depth > 0 {
		kinds = 12
	}
	switch rapid.IntRange(0, kinds-1).Draw(t.T, "kind") {
	case 0, 1:
		return playbook.Condition{Contains: t.some(vocabulary, "phrases")}
	case 2:
		return playbook.Condition{WholeWord: t.some(vocabulary, "words")}
	case 3:
		return playbook.Condition{Exact: t.some(vocabulary, "exact")}
	case 4:
		patterns := []string{`price|how much`, `^a`, `(?:pri)?ce\b`, `\d`, `价+格?`, `[ab]+c?at`, `(c|k)at(egory)?`, `x*`, `Rice$`, `p(?-i:r)ice {0,2}`}
		return playbook.Condition{Regex: rapid.SampledFrom(patterns).Draw(t.T, "pattern")}
	case 5:
		return playbook.Condition{Channel: t.some([]string{"wa-main", "kf-main"}, "channels")}
	case 6:
		return playbook.Condition{Type: t.some([]string{"text", "image", "reaction"}, "types")}
	case 7:
		return playbook.Condition{Choice: t.some([]string{"b1", "b2"}, "choices")}
	case 8:
		if rapid.Bool().Draw(t.T, "hours or first contact") {
			return playbook.Condition{Hours: &playbook.HoursMatch{Calendar: "shop", Is: rapid.SampledFrom([]string{"open", "closed", "holiday"}).Draw(t.T, "is")}}
		}
		first := rapid.Bool().Draw(t.T, "first contact")
		return playbook.Condition{FirstContact: &first}
	case 9:
		return playbook.Condition{All: t.conditions(depth)}
	case 10:
		return playbook.Condition{Any: t.conditions(depth)}
	}
	inner := t.condition(depth - 1)
	return playbook.Condition{Not: &inner}
}

func (t drawn) conditions(depth int) []playbook.Condition {
	list := make([]playbook.Condition, rapid.IntRange(1, 3).Draw(t.T, "inside"))
	for i := range list {
		list[i] = t.condition(depth - 1)
	}
	return list
}

func (t drawn) action() playbook.Action {
	a := playbook.Action{
		Reply:   rapid.SampledFrom([]string{"", "price", "size"}).Draw(t.T, "reply"),
		Assign:  rapid.SampledFrom([]string{"", "", "sales", "care"}).Draw(t.T, "assign"),
		HandOff: rapid.IntRange(0, 5).Draw(t.T, "hand off") == 0,
	}
	if rapid.Bool().Draw(t.T, "tags") {
		a.Tag = t.some([]string{"x", "y"}, "tag")
	}
	if rapid.IntRange(0, 2).Draw(t.T, "effects") == 0 {
		a = t.effects(a)
	}
	if rapid.IntRange(0, 7).Draw(t.T, "ignore") == 0 {
		a = playbook.Action{Ignore: true, Tag: a.Tag}
	}
	return a
}

func (t drawn) playbook() *playbook.Playbook {
	p := new(playbook.Playbook)
	if err := json.Unmarshal([]byte(shop+`, `+welcome+`, `+away+`, `+fallback+`}`), p); err != nil {
		t.Fatal(err)
	}
	for i := range rapid.IntRange(0, 12).Draw(t.T, "filters") {
		p.Filters = append(p.Filters, playbook.Filter{
			ID: fmt.Sprintf("f%d", i), When: t.condition(2), Then: t.action(),
			Off:      rapid.IntRange(0, 9).Draw(t.T, "off") == 0,
			Continue: rapid.Bool().Draw(t.T, "continue"),
			Cooldown: rapid.SampledFrom([]string{"", "", "10m"}).Draw(t.T, "cooldown"),
			From:     rapid.SampledFrom([]string{"", "", "", "2026-11-23", "2026-11-24"}).Draw(t.T, "from"),
			Until:    rapid.SampledFrom([]string{"", "", "", "2026-11-24", "2026-11-25"}).Draw(t.T, "until"),
		})
	}
	return p
}

func (t drawn) head(now time.Time) conversation.Head {
	if rapid.Bool().Draw(t.T, "new contact") {
		return conversation.Head{}
	}
	h := t.stateOf(known(), now)
	h.Replied = map[string]time.Time{}
	for _, f := range []string{"f0", "f1", "f2"} {
		h.Replied[f] = now.Add(-time.Duration(rapid.IntRange(1, 20).Draw(t.T, "replied")) * time.Minute)
	}
	if rapid.Bool().Draw(t.T, "away sent") {
		h.AwayUntil = now.Add(time.Hour)
	}
	if rapid.IntRange(0, 9).Draw(t.T, "in charge") == 0 {
		h.HandedOff = now
	}
	return h
}

func (t drawn) message() message.Inbound {
	parts := rapid.SliceOfN(rapid.SampledFrom(append([]string{" ", ",", "x", "PRICE", "ｃａｔ", "錢", "prcie", "categroy", "how muhc is teh price", "who is this", "je voudrais savoir le prix", "价各是多", "多", "少"}, vocabulary...)), 0, 4)
	return message.Inbound{
		From:    message.Person{Name: t.either("zhang", "li"), Phone: t.either("16505551234", "16505551235")},
		Channel: rapid.SampledFrom([]string{"wa-main", "kf-main"}).Draw(t.T, "channel"),
		Type:    rapid.SampledFrom([]string{"text", "text", "image", "reaction", "edit"}).Draw(t.T, "type"),
		Text:    strings.Join(parts.Draw(t.T, "text"), rapid.SampledFrom([]string{"", " "}).Draw(t.T, "between")),
		Choice:  rapid.SampledFrom([]string{"", "b1", "b3"}).Draw(t.T, "choice"),
	}
}
