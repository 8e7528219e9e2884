package decide_test

import (
	"testing"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/decide"
	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
)

// customer is a conversation that much is known of.
func customer() conversation.Head {
	h := known()
	h.Team, h.Assignee, h.Tags = "sales", "ann", []string{"vip", "wholesale"}
	h.Status, h.Priority, h.StartedBy, h.Count = conversation.Open, "high", "agent", 3
	h.LastInbound = monday.Add(-2 * time.Hour)
	h.Contact.Person, h.Contact.Language = message.Person{Name: "zhang", Phone: "16505551234"}, "en"
	h.Contact.Attributes = map[string]string{"plan": "Gold", "spent": "1200.50", "visits": "many", "renewal": "2026-11-24", "birthday": "soon", "rate": "NaN", "empty": ""}
	return h
}

func TestConditionsOnTheConversation(t *testing.T) {
	moved := says("x")
	moved.From = message.Person{Name: "Zhang San", Phone: "16505551235"}
	for _, c := range []struct {
		name, when string
		m          message.Inbound
		want       bool
	}{
		{"starts with", `{"starts_with": ["order", "订单"]}`, says("ORDER 12"), true},
		{"starts with, in traditional characters", `{"starts_with": ["订单"]}`, says("訂單 12"), true},
		{"starts with, but it comes later", `{"starts_with": ["order"]}`, says("my order"), false},
		{"starts with, longer than the text", `{"starts_with": ["order 12"]}`, says("order"), false},
		{"ends with", `{"ends_with": ["？"]}`, says("how much?"), true},
		{"ends with, but more comes", `{"ends_with": ["?"]}`, says("how much? thanks"), false},
		{"ends with, also earlier", `{"ends_with": ["ab"]}`, says("ab ab"), true},
		{"contains as written", `{"contains": ["VIP"], "case": true}`, says("I am a VIP"), true},
		{"contains, written otherwise", `{"contains": ["VIP"], "case": true}`, says("I am a vip"), false},
		{"contains as written, the second one", `{"contains": ["Price", "VIP"], "case": true}`, says("price VIP"), true},
		{"exact as written", `{"exact": ["OK"], "case": true}`, says(" OK "), true},
		{"exact, written otherwise", `{"exact": ["OK"], "case": true}`, says("ok"), false},
		{"exact, in traditional characters", `{"exact": ["價錢"], "case": true}`, says("价钱"), false},

		{"language", `{"language": ["zh-CN", "en"]}`, says("what is the price"), true},
		{"language, Chinese", `{"language": ["zh-CN"]}`, says("多少钱"), true},
		{"language, traditional Chinese is another", `{"language": ["zh-CN"]}`, says("多少錢"), false},
		{"language, by the letters", `{"language": ["fr"]}`, says("Bonjour, je voudrais savoir le prix de ce produit"), true},
		{"language, French is not English", `{"language": ["en"]}`, says("Bonjour, je voudrais savoir le prix de ce produit"), false},
		{"language, too short to tell", `{"language": ["en", "fr"]}`, says("prix"), false},
		{"language, behind another condition", `{"all": [{"contains": ["prix"]}, {"language": ["fr"]}]}`, says("Bonjour, je voudrais savoir le prix de ce produit"), true},

		{"tags, any of them", `{"tags": ["gold", "vip"]}`, says("x"), true},
		{"tags, none", `{"tags": ["gold"]}`, says("x"), false},
		{"tags, none of", `{"not": {"tags": ["gold", "silver"]}}`, says("x"), true},
		{"team", `{"team": ["care", "sales"]}`, says("x"), true},
		{"team, another", `{"team": ["care"]}`, says("x"), false},
		{"team, none", `{"team": ["none"]}`, says("x"), false},
		{"assignee", `{"assignee": ["ann"]}`, says("x"), true},
		{"assignee, nobody", `{"assignee": ["none"]}`, says("x"), false},
		{"status", `{"status": ["open"]}`, says("x"), true},
		{"status, another", `{"status": ["new", "resolved"]}`, says("x"), false},
		{"priority", `{"priority": ["high", "urgent"]}`, says("x"), true},
		{"priority, another", `{"priority": ["normal"]}`, says("x"), false},
		{"started by", `{"started_by": ["agent"]}`, says("x"), true},
		{"started by another", `{"started_by": ["customer", "bot"]}`, says("x"), false},

		{"attribute is, folded", `{"attribute": {"name": "plan", "is": ["ＧＯＬＤ"]}}`, says("x"), true},
		{"attribute is another", `{"attribute": {"name": "plan", "is": ["silver"]}}`, says("x"), false},
		{"attribute that is missing", `{"attribute": {"name": "city", "is": ["gold"]}}`, says("x"), false},
		{"attribute is present", `{"attribute": {"name": "plan", "present": true}}`, says("x"), true},
		{"attribute is not present", `{"attribute": {"name": "city", "present": false}}`, says("x"), true},
		{"attribute that is empty is not present", `{"attribute": {"name": "empty", "present": true}}`, says("x"), false},
		{"attribute above", `{"attribute": {"name": "spent", "above": 1200}}`, says("x"), true},
		{"attribute not above what it is", `{"attribute": {"name": "spent", "above": 1200.5}}`, says("x"), false},
		{"attribute between", `{"attribute": {"name": "spent", "above": 1000, "below": 2000}}`, says("x"), true},
		{"attribute below", `{"attribute": {"name": "spent", "below": 1000}}`, says("x"), false},
		{"attribute that is no number is not above", `{"attribute": {"name": "visits", "above": 0}}`, says("x"), false},
		{"attribute that is no number is not below", `{"attribute": {"name": "visits", "below": 1000000}}`, says("x"), false},
		{"attribute NaN is not a number", `{"attribute": {"name": "rate", "below": 1000000}}`, says("x"), false},
		{"attribute before", `{"attribute": {"name": "renewal", "before": "2026-11-25"}}`, says("x"), true},
		{"attribute on the day is not before it", `{"attribute": {"name": "renewal", "before": "2026-11-24"}}`, says("x"), false},
		{"attribute on the day is not after it", `{"attribute": {"name": "renewal", "after": "2026-11-24"}}`, says("x"), false},
		{"attribute after", `{"attribute": {"name": "renewal", "after": "2026-11-23"}}`, says("x"), true},
		{"attribute after a moment", `{"attribute": {"name": "renewal", "after": "2026-11-23T23:59:59Z"}}`, says("x"), true},
		{"attribute not after the moment that it is", `{"attribute": {"name": "renewal", "after": "2026-11-24T00:00:00Z"}}`, says("x"), false},
		{"attribute within", `{"attribute": {"name": "renewal", "within": "20h"}}`, says("x"), true},
		{"attribute within, too far ahead", `{"attribute": {"name": "renewal", "within": "19h"}}`, says("x"), false},
		{"attribute that is no date is within nothing", `{"attribute": {"name": "birthday", "within": "9999h"}}`, says("x"), false},
		{"attribute that is no date is not before", `{"attribute": {"name": "birthday", "before": "2126-11-24"}}`, says("x"), false},

		{"since above", `{"since": {"above": "90m"}}`, says("x"), true},
		{"since not above what it is", `{"since": {"above": "2h"}}`, says("x"), false},
		{"since between", `{"since": {"above": "1h", "below": "3h"}}`, says("x"), true},
		{"since below", `{"since": {"below": "1h"}}`, says("x"), false},
		{"count: this is the fourth", `{"count": {"above": 3}}`, says("x"), true},
		{"count not above what it is", `{"count": {"above": 4}}`, says("x"), false},
		{"count below", `{"count": {"below": 5}}`, says("x"), true},
		{"count between", `{"count": {"above": 4, "below": 9}}`, says("x"), false},
		{"changed name", `{"changed": ["language", "name"]}`, moved, true},
		{"changed number", `{"changed": ["number"]}`, moved, true},
		{"changed language", `{"changed": ["language"]}`, says("多少钱"), true},
		{"language that cannot be told has not changed", `{"changed": ["language"]}`, says("12"), false},
		{"nothing changed", `{"changed": ["name", "number", "language"]}`, says("x"), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := book(t, filters(`{"id": "f", "when": `+c.when+`, "then": {"reply": "price"}}`))
			if d := decide.Decide(b, customer(), c.m, monday); (d.By == "f") != c.want {
				t.Errorf("got %+v, want %v", d, c.want)
			}
			if steps := decide.Explain(b, customer(), c.m, monday); steps[0].Matched != c.want {
				t.Errorf("Explain got %+v, want matched %v", steps[0], c.want)
			}
		})
	}
}

// Nothing is known of who writes for the first time.
func TestConditionsOnANewContact(t *testing.T) {
	for when, want := range map[string]bool{
		`{"status": ["new"]}`:                                          true,
		`{"status": ["open", "resolved"]}`:                             false,
		`{"team": ["none"]}`:                                           true,
		`{"assignee": ["none"]}`:                                       true,
		`{"priority": ["normal"]}`:                                     true,
		`{"started_by": ["customer"]}`:                                 true,
		`{"since": {"above": "1s"}}`:                                   false,
		`{"since": {"below": "9999h"}}`:                                false,
		`{"count": {"below": 2}}`:                                      true,
		`{"changed": ["name", "number", "language"]}`:                  false,
		`{"tags": ["vip"]}`:                                            false,
		`{"attribute": {"name": "plan", "present": false}}`:            true,
		`{"attribute": {"name": "plan", "below": 5}}`:                  false,
		`{"not": {"attribute": {"name": "plan", "is": ["gold"]}}}`:     true,
		`{"hours": {"calendar": "shop", "is": "holiday"}}`:             false,
		`{"not": {"hours": {"calendar": "shop", "is": "holiday"}}}`:    true,
		`{"any": [{"status": ["open"]}, {"status": ["new"]}]}`:         true,
		`{"all": [{"status": ["new"]}, {"first_contact": true}]}`:      true,
		`{"all": [{"language": ["en"]}, {"contains": ["the price"]}]}`: true,
	} {
		b := book(t, filters(`{"id": "f", "when": `+when+`, "then": {"reply": "price"}}`))
		if d := decide.Decide(b, conversation.Head{}, says("what is the price"), monday); (d.By == "f") != want {
			t.Errorf("%s: got %+v, want %v", when, d, want)
		}
	}
}

func TestHolidays(t *testing.T) {
	b := book(t, filters(`{"id": "f", "when": {"hours": {"calendar": "shop", "is": "holiday"}}, "then": {"reply": "price"}}`))
	saturday := time.Date(2026, 11, 28, 4, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		now  time.Time
		want bool
	}{
		"a day without hours":         {holiday, true},
		"its last minute in Shanghai": {time.Date(2026, 11, 26, 15, 59, 0, 0, time.UTC), true},
		"the minute after it":         {time.Date(2026, 11, 26, 16, 0, 0, 0, time.UTC), false},
		"open":                        {monday, false},
		"closed in the evening":       {night, false},
		"closed at the weekend":       {saturday, false},
	} {
		if got := decide.Decide(b, known(), says("x"), c.now).By == "f"; got != c.want {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}

func TestFiltersAreValidBetweenDates(t *testing.T) {
	shanghai := time.FixedZone("", 8*3600)
	at := func(text string) time.Time {
		v, err := time.ParseInLocation("2006-01-02 15:04:05", text, shanghai)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, c := range []struct {
		name, dates string
		now         time.Time
		want        bool
	}{
		{"before it begins", `"from": "2026-11-23"`, at("2026-11-22 23:59:59"), false},
		{"from its first moment", `"from": "2026-11-23"`, at("2026-11-23 00:00:00"), true},
		{"to the end of the last day", `"until": "2026-11-23"`, at("2026-11-23 23:59:59"), true},
		{"after it", `"until": "2026-11-23"`, at("2026-11-24 00:00:00"), false},
		{"one day", `"from": "2026-11-23", "until": "2026-11-23"`, at("2026-11-23 12:00:00"), true},
		{"until a moment", `"until": "2026-11-23T12:00:00+08:00"`, at("2026-11-23 11:59:59"), true},
		{"at the moment it is over", `"until": "2026-11-23T12:00:00+08:00"`, at("2026-11-23 12:00:00"), false},
		{"from a moment of another zone", `"from": "2026-11-23T04:00:00Z"`, at("2026-11-23 12:00:00"), true},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := book(t, filters(`{"id": "f", `+c.dates+`, "when": {"contains": ["x"]}, "then": {"reply": "price"}}`))
			if got := decide.Decide(b, known(), says("x"), c.now).By == "f"; got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
			if got := decide.Explain(b, known(), says("x"), c.now)[0].Matched; got != c.want {
				t.Errorf("Explain got %v, want %v", got, c.want)
			}
		})
	}
}

// What a number, a date or a length of time is compared with is checked before it can
// compare anything (libredesk: "> not-a-number" matched).
func TestCompileRefusesValuesOfConditions(t *testing.T) {
	for when, want := range map[string]string{
		`{"starts_with": []}`:                                     "filters[0].when.starts_with: the list is empty",
		`{"ends_with": [" "]}`:                                    "filters[0].when.ends_with[0]: the phrase is empty",
		`{"whole_word": ["a"], "case": true}`:                     "filters[0].when.case: case says nothing of whole_word",
		`{"fuzzy": {"phrases": [], "percent": 80}}`:               "filters[0].when.fuzzy.phrases: the list is empty",
		`{"fuzzy": {"phrases": ["refund"], "percent": 59}}`:       "filters[0].when.fuzzy.percent: 59 percent",
		`{"fuzzy": {"phrases": ["refund"], "percent": 100}}`:      "filters[0].when.fuzzy.percent: 100 percent",
		`{"fuzzy": {"phrases": ["refund", "hi"], "percent": 80}}`: "filters[0].when.fuzzy.phrases[1]: the phrase has 2 characters",
		`{"fuzzy": {"phrases": ["0123456789012345678901234567890123456789012345678901234567890"], "percent": 80}}`: "filters[0].when.fuzzy.phrases[0]: the phrase is longer than 60",
		`{"language": ["english"]}`:                                 `filters[0].when.language[0]: "english" cannot be met`,
		`{"tags": []}`:                                              "filters[0].when.tags: the list is empty",
		`{"tags": [""]}`:                                            "filters[0].when.tags[0]: the entry is empty",
		`{"status": ["closed"]}`:                                    `filters[0].when.status[0]: "closed" cannot be met`,
		`{"priority": ["highest"]}`:                                 `filters[0].when.priority[0]: "highest"`,
		`{"started_by": ["me"]}`:                                    `filters[0].when.started_by[0]: "me"`,
		`{"changed": ["mind"]}`:                                     `filters[0].when.changed[0]: "mind"`,
		`{"since": {}}`:                                             "filters[0].when.since: no length of time is given",
		`{"since": {"above": "3 days"}}`:                            `filters[0].when.since.above: "3 days" is no length of time`,
		`{"since": {"below": "-1h"}}`:                               `filters[0].when.since.below: "-1h" is no length of time`,
		`{"since": {"above": "2h", "below": "1h"}}`:                 "filters[0].when.since: nothing is between the two limits",
		`{"count": {}}`:                                             "filters[0].when.count: no number is given",
		`{"count": {"above": 0}}`:                                   "filters[0].when.count.above: the first message is number 1",
		`{"count": {"below": 1}}`:                                   "filters[0].when.count.below: the first message is number 1",
		`{"count": {"above": 3, "below": 4}}`:                       "filters[0].when.count: nothing is between",
		`{"attribute": {"is": ["gold"]}}`:                           "filters[0].when.attribute.name: the name of the attribute is missing",
		`{"attribute": {"name": "a"}}`:                              "filters[0].when.attribute: 0 things are asked",
		`{"attribute": {"name": "a", "present": true, "above": 1}}`: "filters[0].when.attribute: 2 things are asked",
		`{"attribute": {"name": "a", "is": []}}`:                    "filters[0].when.attribute.is: the list is empty",
		`{"attribute": {"name": "a", "is": ["\u200b"]}}`:            "filters[0].when.attribute.is[0]: the phrase is empty",
		`{"attribute": {"name": "a", "above": 2, "below": 2}}`:      "filters[0].when.attribute: nothing is between",
		`{"attribute": {"name": "a", "before": "tomorrow"}}`:        `filters[0].when.attribute.before: "tomorrow" is no date`,
		`{"attribute": {"name": "a", "after": "2026-02-30"}}`:       `filters[0].when.attribute.after: "2026-02-30" is no date`,
		`{"attribute": {"name": "a", "after": "2026-02-03", "before": "2026-02-02"}}`: "filters[0].when.attribute: nothing is between",
		`{"attribute": {"name": "a", "within": "a week"}}`:                            `filters[0].when.attribute.within: "a week" is no length of time`,
		`{"hours": {"calendar": "shop", "is": "festival"}}`:                           `filters[0].when.hours.is: "festival" is no state`,
		`{"tags": ["a"], "team": ["b"]}`:                                              "filters[0].when: there is more than one condition: tags, team",
	} {
		refused(t, shop+`, `+filters(`{"id": "f", "when": `+when+`, "then": {"reply": "price"}}`)+`}`, want)
	}
	for dates, want := range map[string]string{
		`"from": "today"`:                             `filters[0].from: "today" is no date`,
		`"until": "2026-13-01"`:                       `filters[0].until: "2026-13-01" is no date`,
		`"from": "2026-11-24", "until": "2026-11-23"`: "filters[0].until: the filter ends before it begins",
	} {
		refused(t, shop+`, `+filters(`{"id": "f", `+dates+`, "when": {"exact": ["x"]}, "then": {"reply": "price"}}`)+`}`, want)
	}
}

func FuzzDates(f *testing.F) {
	for _, s := range []string{"2026-11-24", "2026-02-30", "2026-11-24T00:00:00Z", "soon", "", "12.5", "0001-01-01", "9999-12-31"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, limit, value string) {
		p := parse(t, shop+`}`)
		for _, a := range []playbook.AttributeMatch{{Before: limit}, {After: limit}, {Within: limit}} {
			a.Name = "a"
			when := playbook.Condition{Attribute: &a}
			p.Filters = []playbook.Filter{{ID: "f", When: when, Then: playbook.Action{Reply: "price"}, From: limit}}
			b, err := decide.Compile(p, 1)
			if err != nil {
				continue
			}
			h := known()
			h.Contact.Attributes = map[string]string{"a": value}
			if d, s := decide.Decide(b, h, says("x"), monday), decide.Explain(b, h, says("x"), monday); s[0].Matched != (d.By == "f") {
				t.Errorf("%q against %q: got %+v, explained %+v", value, limit, d, s[0])
			}
		}
	})
}
