package decide_test

import (
	"time"

	"pgregory.net/rapid"

	"frontdesk/shared/conversation"
	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
)

func (t drawn) either(list ...string) string { return rapid.SampledFrom(list).Draw(t.T, "either") }

// state draws a condition of the newer kinds.
func (t drawn) state() playbook.Condition {
	days := []string{"2026-11-22", "2026-11-23", "2026-11-24", "2026-11-26"}
	switch rapid.IntRange(0, 15).Draw(t.T, "state") {
	case 0:
		return playbook.Condition{StartsWith: t.some(vocabulary, "starts")}
	case 1:
		return playbook.Condition{EndsWith: t.some(vocabulary, "ends")}
	case 2:
		return playbook.Condition{Case: true, Contains: t.some(vocabulary, "as written")}
	case 3:
		return playbook.Condition{Case: true, Exact: t.some(vocabulary, "exactly as written")}
	case 4, 5:
		return playbook.Condition{Fuzzy: &playbook.FuzzyMatch{
			Phrases: t.some([]string{"price", "category", "how much is the price", "价格是多少"}, "like"), Percent: rapid.IntRange(60, 80).Draw(t.T, "percent"),
		}}
	case 6:
		return playbook.Condition{Language: t.some([]string{"en", "fr", "zh-CN", "zh-TW"}, "languages")}
	case 7:
		return playbook.Condition{Tags: t.some([]string{"vip", "new", "x"}, "tags")}
	case 8:
		return playbook.Condition{Team: t.some([]string{"sales", "care", "none"}, "teams")}
	case 9:
		return playbook.Condition{Assignee: t.some([]string{"ann", "bo", "none"}, "agents")}
	case 10:
		return playbook.Condition{Status: t.some([]string{"new", "open", "resolved"}, "status")}
	case 11:
		return playbook.Condition{Priority: t.some([]string{"low", "normal", "urgent"}, "priority")}
	case 12:
		return playbook.Condition{StartedBy: t.some([]string{"customer", "bot", "agent"}, "started")}
	case 13:
		return playbook.Condition{Changed: t.some([]string{"name", "number", "language"}, "changed")}
	case 14:
		return t.numbers()
	}
	return playbook.Condition{Attribute: t.attribute(days)}
}

func (t drawn) numbers() playbook.Condition {
	two, four := 2, 4
	return rapid.SampledFrom([]playbook.Condition{
		{Count: &playbook.CountMatch{Above: &two}}, {Count: &playbook.CountMatch{Below: &four}}, {Count: &playbook.CountMatch{Above: &two, Below: &four}},
		{Since: &playbook.SpanMatch{Above: "1h"}}, {Since: &playbook.SpanMatch{Below: "24h"}}, {Since: &playbook.SpanMatch{Above: "10m", Below: "2h"}},
	}).Draw(t.T, "numbers")
}

func (t drawn) attribute(days []string) *playbook.AttributeMatch {
	a := playbook.AttributeMatch{Name: t.either("plan", "spent", "renewal")}
	yes, low, high := rapid.Bool().Draw(t.T, "present"), 10.5, 100.0
	switch rapid.IntRange(0, 6).Draw(t.T, "asked") {
	case 0:
		a.Present = &yes
	case 1:
		a.Above = &low
	case 2:
		a.Below = &high
	case 3:
		a.Above, a.Below = &low, &high
	case 4:
		a.After = rapid.SampledFrom(days).Draw(t.T, "after")
	case 5:
		a.Before, a.Within = "", t.either("24h", "48h")
	default:
		a.Is = t.some([]string{"GOLD", "silver", "12"}, "is")
	}
	return &a
}

// stateOf draws what we know of a conversation.
func (t drawn) stateOf(h conversation.Head, now time.Time) conversation.Head {
	if rapid.Bool().Draw(t.T, "nothing known") {
		return h
	}
	h.Team, h.Assignee = t.either("", "sales", "care"), t.either("", "ann", "bo")
	h.Tags = rapid.SliceOfN(rapid.SampledFrom([]string{"vip", "new", "y"}), 0, 2).Draw(t.T, "has tags")
	h.Status = conversation.Status(t.either("", "open", "resolved"))
	h.Priority, h.StartedBy = t.either("", "low", "urgent"), t.either("", "bot", "agent")
	h.Count = rapid.IntRange(0, 5).Draw(t.T, "count")
	h.LastInbound = now.Add(-time.Duration(rapid.IntRange(1, 1500).Draw(t.T, "minutes")) * time.Minute)
	h.Contact.Person = message.Person{Name: t.either("", "zhang"), Phone: t.either("", "16505551234")}
	h.Contact.Language = t.either("", "en", "zh-CN")
	h.Contact.Attributes = map[string]string{
		"plan": t.either("", "gold", "Silver", "lead"), "spent": t.either("12", "99.5", "1e3", "a lot", "-1"),
		"renewal": t.either("2026-11-22", "2026-11-23", "2026-11-24", "2026-11-27", "soon"),
	}
	return h
}
