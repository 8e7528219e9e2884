package publish

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/decide"
	"frontdesk/shared/message"
)

// boss is a notice that filters can name.
const boss = `"notices": [{"id": "boss", "to": ["robot-shop"]}]`

func withRobot() []Channel { return append(channels(), Channel{"robot-shop", message.WeComRobot}) }

func whenFault(name, when, path, message string) fault {
	return fault{name, filterWith(when), "filters[0].when" + path, message, ""}
}

func thenFault(name, then, path, message string) fault {
	return fault{name, strings.TrimSuffix(filterThen(then), "}") + `, ` + boss + `}`, "filters[0].then" + path, message, ""}
}

func sampleFault(name, message, path, says string) fault {
	return fault{name, example(message, `{"filter": "price"}`), "examples[0].message" + path, says, ""}
}

// Every fault of the conditions and actions on a conversation: what is written, where the
// fault is, what it says.
func TestFaultsOfStateAndEffects(t *testing.T) {
	for _, c := range []fault{
		whenFault("no phrase to start with", `{"starts_with": []}`, ".starts_with", "The list is empty."),
		whenFault("an empty phrase at the end", `{"ends_with": ["?", " "]}`, ".ends_with[1]", "The phrase is empty"),
		whenFault("case of whole words", `{"whole_word": ["a"], "case": true}`, ".case", "Case says nothing of whole_word."),
		whenFault("case alone", `{"case": true}`, "", "The filter has no condition"),
		whenFault("too little alike", `{"fuzzy": {"phrases": ["refund"], "percent": 10}}`, ".fuzzy.percent", "10 percent is not between 60 and 99."),
		whenFault("no percent", `{"fuzzy": {"phrases": ["refund"], "percent": 0}}`, ".fuzzy.percent", "0 percent"),
		whenFault("a phrase too short for a mistake", `{"fuzzy": {"phrases": ["hi"], "percent": 80}}`, ".fuzzy.phrases[0]", "The phrase has 2 characters, of which 80 percent allow no mistake."),
		whenFault("nothing to resemble", `{"fuzzy": {"phrases": [], "percent": 80}}`, ".fuzzy.phrases", "The list is empty."),
		whenFault("a fuzzy phrase that is too long", `{"fuzzy": {"phrases": ["`+strings.Repeat("ab ", 30)+`"], "percent": 80}}`, ".fuzzy.phrases[0]", "The phrase is longer than 60 characters."),
		whenFault("an unknown language", `{"language": ["english"]}`, ".language[0]", `"english" cannot be met.`),
		whenFault("no language", `{"language": []}`, ".language", "The list is empty."),
		whenFault("no tag", `{"tags": []}`, ".tags", "The list is empty."),
		whenFault("an empty tag", `{"tags": ["vip", ""]}`, ".tags[1]", "“” is not a usable tag."),
		whenFault("an unknown team", `{"team": ["servise"]}`, ".team[0]", "There is no team with the id “servise”."),
		whenFault("a team without a name", `{"team": [""]}`, ".team[0]", "The team is missing."),
		whenFault("no team", `{"team": []}`, ".team", "The list is empty."),
		whenFault("an agent without a name", `{"assignee": [" "]}`, ".assignee[0]", "“ ” is not a usable agent."),
		whenFault("no agent", `{"assignee": []}`, ".assignee", "The list is empty."),
		whenFault("an unknown status", `{"status": ["closed"]}`, ".status[0]", `"closed" cannot be met.`),
		whenFault("an unknown priority", `{"priority": ["highest"]}`, ".priority[0]", `"highest" cannot be met.`),
		whenFault("started by nobody we know", `{"started_by": ["boss"]}`, ".started_by[0]", `"boss" cannot be met.`),
		whenFault("an unknown change", `{"changed": ["mind"]}`, ".changed[0]", `"mind" cannot be met.`),
		whenFault("since nothing", `{"since": {}}`, ".since", "No length of time is given."),
		whenFault("since some days", `{"since": {"above": "3 days"}}`, ".since.above", `"3 days" is no length of time.`),
		whenFault("since nothing in between", `{"since": {"above": "3h", "below": "2h"}}`, ".since", "Nothing is between the two limits."),
		whenFault("count of nothing", `{"count": {}}`, ".count", "No number is given."),
		whenFault("count above every first", `{"count": {"above": 0}}`, ".count.above", "The first message is number 1"),
		whenFault("count below the first", `{"count": {"below": 1}}`, ".count.below", "The first message is number 1"),
		whenFault("an attribute without a name", `{"attribute": {"present": true}}`, ".attribute.name", "The name of the attribute is missing."),
		whenFault("an attribute of which nothing is asked", `{"attribute": {"name": "plan"}}`, ".attribute", "0 things are asked"),
		whenFault("an attribute of which two things are asked", `{"attribute": {"name": "plan", "is": ["gold"], "within": "1h"}}`, ".attribute", "2 things are asked"),
		whenFault("an attribute before no date", `{"attribute": {"name": "renewal", "before": "soon"}}`, ".attribute.before", `"soon" is no date.`),
		whenFault("an attribute within no time", `{"attribute": {"name": "renewal", "within": "a week"}}`, ".attribute.within", `"a week" is no length of time.`),
		whenFault("an unknown state of a calendar", `{"hours": {"calendar": "shop", "is": "holidays"}}`, ".hours.is", "“holidays” is not a state of a calendar."),
		whenFault("two conditions in one", `{"tags": ["vip"], "team": ["service"]}`, "", "The condition has tags and team at once"),
		whenFault("four levels", `{"all": [{"any": [{"not": {"all": [{"tags": ["vip"]}]}}]}]}`, ".all[0].any[0].not", "The condition is nested more than 3 levels deep."),

		thenFault("an empty tag to take away", `{"untag": [""]}`, ".untag[0]", "“” is not a usable tag."),
		thenFault("a tag added and taken away", `{"tag": ["vip"], "untag": ["vip"]}`, ".untag[0]", "“vip” is added and taken away."),
		thenFault("an unknown priority to set", `{"priority": "highest"}`, ".priority", `"highest" is not known here.`),
		thenFault("an unknown status to set", `{"status": "new"}`, ".status", `"new" is not known here.`),
		thenFault("an agent called none", `{"assignee": "none"}`, ".assignee", "“none” is not a usable agent."),
		thenFault("muted for no time", `{"mute": "soon"}`, ".mute", `"soon" is no length of time.`),
		thenFault("muted for too long", `{"mute": "9999h"}`, ".mute", "“9999h” is longer than 366 days."),
		thenFault("blocked and muted", `{"block": true, "mute": "1h"}`, ".mute", "The contact is blocked for good"),
		thenFault("blocked and handed to people", `{"block": true, "hand_off": true}`, ".block", "The contact is blocked and handed to people"),
		thenFault("handed to people and resolved", `{"hand_off": true, "status": "resolved"}`, ".status", "The conversation is handed to people and resolved"),
		thenFault("ignored and assigned", `{"ignore": true, "assignee": "ann"}`, ".ignore", "The filter ignores the message and acts on it too."),
		thenFault("ignored and followed up", `{"ignore": true, "follow_up": {"after": "1h", "if": "open", "then": "hand_off"}}`, ".ignore", "The filter ignores"),
		thenFault("an unknown notice", `{"notify": ["bos"]}`, ".notify[0]", "There is no notice with the id “bos”."),
		thenFault("a notice without an id", `{"notify": [""]}`, ".notify[0]", "The notice is missing."),
		thenFault("a notice twice", `{"notify": ["boss", "boss"]}`, ".notify[1]", "“boss” is named twice."),
		thenFault("a note that is no Liquid", `{"note": "{{ contact.name "}`, ".note", ""),
		thenFault("a note with an unknown variable", `{"note": "{{ contact.nmae }}"}`, ".note", ""),
		thenFault("a note that is too long", `{"note": "`+strings.Repeat("x", 4001)+`"}`, ".note", "The note is longer than 4000 characters."),
		thenFault("a follow-up at no time", `{"follow_up": {"after": "", "if": "open", "then": "hand_off"}}`, ".follow_up.after", "It is not said when."),
		thenFault("a follow-up too late", `{"follow_up": {"after": "9999h", "if": "open", "then": "hand_off"}}`, ".follow_up.after", "“9999h” is longer than 30 days."),
		thenFault("a follow-up of no state", `{"follow_up": {"after": "1h", "if": "closed", "then": "hand_off"}}`, ".follow_up.if", `"closed" is not known here.`),
		thenFault("a follow-up that does nothing known", `{"follow_up": {"after": "1h", "if": "open", "then": "reply"}}`, ".follow_up.then", `"reply" is not known here.`),
		thenFault("a follow-up that tells nobody", `{"follow_up": {"after": "1h", "if": "open", "then": "notify"}}`, ".follow_up.notify", "Notices go with then: notify"),
		thenFault("a follow-up with an unknown notice", `{"follow_up": {"after": "1h", "if": "open", "then": "notify", "notify": ["x"]}}`, ".follow_up.notify[0]", "There is no notice with the id “x”."),

		{"a filter from no day", `{"filters": [{"id": "a", "from": "today", "when": {"contains": ["x"]}, "then": {"reply": "price"}}]}`, "filters[0].from", `"today" is no date.`, ""},
		{"a filter that ends before it begins", `{"filters": [{"id": "a", "from": "2026-10-02", "until": "2026-10-01", "when": {"contains": ["x"]}, "then": {"reply": "price"}}]}`, "filters[0].until", "The filter ends before it begins.", ""},
		{"two notices with one id", `{"notices": [{"id": "boss", "to": ["robot-shop"]}, {"id": "boss", "to": ["robot-shop"]}]}`, "notices[1].id", "The id “boss” is used by notices[0] too.", ""},
		{"a notice that nobody asks for", `{"notices": [{"to": ["robot-shop"]}]}`, "notices[0].on", "The notice tells of nothing.", ""},

		sampleFault("a sample since no time", `{"text": "price", "since": "long"}`, ".since", "“long” is not a length of time."),
		sampleFault("a sample with a number below one", `{"text": "price", "count": -1}`, ".count", "-1 is no number of a message."),
		sampleFault("a sample of an unknown team", `{"text": "price", "team": "x"}`, ".team", "There is no team with the id “x”."),
		sampleFault("a sample with an empty tag", `{"text": "price", "tags": [""]}`, ".tags[0]", "“” is not a usable tag."),
		sampleFault("a sample of an unknown status", `{"text": "price", "status": "new"}`, ".status", "“new” is not a status."),
		sampleFault("a sample of an unknown priority", `{"text": "price", "priority": "x"}`, ".priority", "“x” is not a priority."),
		sampleFault("a sample started by somebody", `{"text": "price", "started_by": "x"}`, ".started_by", "“x” is not a sender."),
		sampleFault("a sample with an unknown change", `{"text": "price", "changed": ["x"]}`, ".changed[0]", "“x” is not a part of a contact."),
		sampleFault("a sample whose language nobody can tell", `{"text": "12 price", "changed": ["language"], "at": "x"}`, ".at", "“x” is not a time."),
		sampleFault("a sample without a language that changed", `{"text": "12", "changed": ["language"]}`, ".changed", "The text gives no hint of a language"),
		sampleFault("a sample of a first contact who is known", `{"text": "price", "since": "1h", "first_contact": true}`, ".first_contact", "The contact writes for the first time and is known."),
		{"an example that expects an unknown priority", example(`{"text": "price"}`, `{"priority": "x"}`), "examples[0].expect.priority", "“x” is not a priority.", ""},
		{"an example that expects an unknown status", example(`{"text": "price"}`, `{"status": "x"}`), "examples[0].expect.status", "“x” is not a status.", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			faults := Check(with(t, c.change), withRobot(), noon)
			if len(faults) != 1 {
				t.Fatalf("got %d faults, want 1: %+v", len(faults), faults)
			}
			if f := faults[0]; f.Path != c.path || !strings.HasPrefix(f.Message, c.message) || f.Fix == "" {
				t.Errorf("got %+v, want %s: %s", f, c.path, c.message)
			}
		})
	}
}

// All that a filter can ask and do, at once, with examples that show each.
const rich = `{
  "teams": [{"id": "service", "name": "Our service team"}], ` + boss + `,
  "filters": [
    {"id": "late", "from": "2026-01-01", "until": "2030-12-31", "when": {"all": [{"tags": ["vip"]}, {"since": {"above": "2h"}}, {"not": {"priority": ["urgent"]}}]},
     "then": {"priority": "urgent", "assignee": "ann", "untag": ["cold"], "note": "{{ contact.name | default: 'somebody' }} waits", "notify": ["boss"],
       "follow_up": {"after": "2h", "if": "unanswered", "then": "notify", "notify": ["boss"]}}, "continue": true},
    {"id": "rude", "when": {"fuzzy": {"phrases": ["shut up"], "percent": 80}}, "then": {"mute": "24h", "ignore": true}},
    {"id": "spam", "when": {"all": [{"count": {"above": 20}}, {"started_by": ["customer"]}]}, "then": {"block": true}},
    {"id": "moved", "when": {"changed": ["number"]}, "then": {"reply": "price"}},
    {"id": "gold", "when": {"any": [{"attribute": {"name": "plan", "is": ["gold"]}}, {"attribute": {"name": "spent", "above": 1000}}]}, "then": {"reply": "price", "status": "resolved"}},
    {"id": "chinese", "when": {"language": ["zh-CN", "zh-TW"]}, "then": {"reply": "price"}},
    {"id": "order", "when": {"any": [{"starts_with": ["order"]}, {"ends_with": ["?"]}, {"contains": ["VIP"], "case": true}]}, "then": {"reply": "price"}},
    {"id": "held", "when": {"all": [{"team": ["service"]}, {"assignee": ["ann"]}, {"status": ["open"]}, {"hours": {"calendar": "shop", "is": "closed"}}]}, "then": {"reply": "price"}}
  ],
  "examples": [
    {"message": {"text": "hello", "tags": ["vip"], "since": "3h"}, "expect": {"filter": "fallback", "priority": "urgent", "assignee": "ann"}},
    {"message": {"text": "hello", "tags": ["vip"], "since": "1h"}, "expect": {"filter": "fallback"}},
    {"message": {"text": "shutup"}, "expect": {"filter": "rude", "outcome": "ignored"}},
    {"message": {"text": "x", "count": 21}, "expect": {"filter": "spam", "outcome": "ignored"}},
    {"message": {"text": "x", "count": 21, "started_by": "agent"}, "expect": {"filter": "fallback"}},
    {"message": {"text": "x", "changed": ["number"]}, "expect": {"filter": "moved"}},
    {"message": {"text": "x", "attributes": {"plan": "Gold"}}, "expect": {"filter": "gold", "status": "resolved"}},
    {"message": {"text": "x", "attributes": {"spent": "1200"}}, "expect": {"filter": "gold"}},
    {"message": {"text": "你好"}, "expect": {"filter": "chinese"}},
    {"message": {"text": "Order 12"}, "expect": {"filter": "order"}},
    {"message": {"text": "x", "team": "service", "assignee": "ann", "status": "open", "at": "2026-11-22T22:00:00+08:00"}, "expect": {"filter": "held"}}
  ]}`

func TestExamplesShowTheConversation(t *testing.T) {
	p := with(t, rich)
	for _, f := range Check(p, withRobot(), noon) {
		t.Errorf("%s: %s %s", f.Path, f.Message, f.Fix)
	}
	data, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	again, faults := Load(data)
	if diff := cmp.Diff(p, again); diff != "" || len(faults) > 0 {
		t.Errorf("written and read again it differs: %+v (-want +got):\n%s", faults, diff)
	}
}

func TestFiltersBehindWiderOnesOfTheNewKinds(t *testing.T) {
	for _, c := range []struct {
		name, first, second, dates string
		hidden                     bool
	}{
		{"starts with more", `{"starts_with": ["order"]}`, `{"starts_with": ["order 12"]}`, "", true},
		{"starts with less", `{"starts_with": ["order 12"]}`, `{"starts_with": ["order"]}`, "", false},
		{"starts with what is contained", `{"contains": ["der"]}`, `{"starts_with": ["order"]}`, "", true},
		{"ends with more", `{"ends_with": ["?"]}`, `{"exact": ["how much?"]}`, "", true},
		{"ends with what the other starts with", `{"starts_with": ["ab"]}`, `{"ends_with": ["ab"]}`, "", false},
		{"the same phrases as written", `{"contains": ["VIP", "Gold"], "case": true}`, `{"contains": ["VIP"], "case": true}`, "", true},
		{"as written behind exact", `{"exact": ["VIP"], "case": true}`, `{"contains": ["VIP"], "case": true}`, "", false},
		{"written otherwise", `{"contains": ["VIP"], "case": true}`, `{"contains": ["VIP"]}`, "", false},
		{"fewer tags", `{"tags": ["a", "b"]}`, `{"tags": ["a"]}`, "", true},
		{"more tags", `{"tags": ["a"]}`, `{"tags": ["a", "b"]}`, "", false},
		{"a holiday is closed", `{"hours": {"calendar": "shop", "is": "closed"}}`, `{"hours": {"calendar": "shop", "is": "holiday"}}`, "", true},
		{"closed is no holiday", `{"hours": {"calendar": "shop", "is": "holiday"}}`, `{"hours": {"calendar": "shop", "is": "closed"}}`, "", false},
		{"equal limits", `{"since": {"above": "1h"}}`, `{"all": [{"since": {"above": "1h"}}, {"tags": ["a"]}]}`, "", true},
		{"other limits", `{"since": {"above": "1h"}}`, `{"since": {"above": "2h"}}`, "", false},
		{"the first is only valid for a while", `{"tags": ["a"]}`, `{"tags": ["a"]}`, `"until": "2026-12-01", `, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := with(t, `{"filters": [{"id": "a", `+c.dates+`"when": `+c.first+`, "then": {"reply": "price"}}, {"id": "b", "when": `+c.second+`, "then": {"reply": "price"}}]}`)
			faults := Check(p, channels(), noon)
			if hidden := len(faults) == 1 && faults[0].Path == "filters[1]"; hidden != c.hidden || !c.hidden && len(faults) > 0 {
				t.Errorf("got %+v, want hidden: %v", faults, c.hidden)
			}
		})
	}
}

// The two never disagree on the newer kinds either.
func TestWhatPassesCompilesOfTheNewKinds(t *testing.T) {
	for _, when := range []string{`{"language": ["xx"]}`, `{"tags": ["a"]}`, `{"since": {"above": "x"}}`, `{"attribute": {"name": "a", "above": 1}}`, `{"attribute": {"name": "a"}}`,
		`{"fuzzy": {"phrases": ["refund"], "percent": 80}}`, `{"fuzzy": {"phrases": ["a"], "percent": 80}}`, `{"status": ["new"]}`, `{"count": {"above": -1}}`, `{"contains": ["a"], "case": true}`} {
		p := with(t, filterWith(when))
		faults := Check(p, channels(), noon)
		if _, err := decide.Compile(&p, 1); (err == nil) != (len(faults) == 0) {
			t.Errorf("%s: compiles: %v, faults: %+v", when, err, faults)
		}
	}
}

func TestATeamCalledNoneIsAmbiguousInConditions(t *testing.T) {
	p := with(t, `{"teams": [{"id": "none", "name": "None"}], "filters": [{"id": "a", "when": {"team": ["none"]}, "then": {"reply": "price"}}]}`)
	faults := Check(p, channels(), noon)
	if len(faults) != 1 || faults[0].Path != "filters[0].when.team[0]" {
		t.Errorf("got %+v", faults)
	}
}
