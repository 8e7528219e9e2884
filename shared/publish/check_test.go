package publish

import (
	"encoding/json"
	"strings"
	"testing"

	"frontdesk/shared/playbook"
)

// base is a small playbook without a fault. Every case below changes one of its
// top-level fields, written as an admin writes it.
const base = `{
  "languages": ["en"],
  "templates": [{"id": "price", "variants": [{"language": "en", "shape": "text", "text": "A tin is ¥128."}]}],
  "filters": [{"id": "price", "when": {"contains": ["price"]}, "then": {"reply": "price"}}],
  "hours": [{"id": "shop", "time_zone": "Asia/Shanghai", "weekly": {"mon": ["09:00-18:00"]}}],
  "teams": [{"id": "service", "name": "Our service team"}],
  "fallback": {"reply": "price"}
}`

// failer is what ordinary tests and rapid have in common.
type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

// with loads base with some of its fields replaced. Load must find no fault.
func with(t failer, change string) playbook.Playbook {
	t.Helper()
	fields := map[string]json.RawMessage{}
	for _, text := range []string{base, change} {
		if err := json.Unmarshal([]byte(text), &fields); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
	data, err := json.Marshal(fields)
	if err != nil {
		t.Fatalf("%v", err)
	}
	p, faults := Load(data)
	if len(faults) > 0 {
		t.Fatalf("Load: %+v", faults)
	}
	return p
}

func filterWith(when string) string {
	return `{"filters": [{"id": "a", "when": ` + when + `, "then": {"reply": "price"}}]}`
}

func filterThen(then string) string {
	return `{"filters": [{"id": "a", "when": {"contains": ["price"]}, "then": ` + then + `}]}`
}

func variant(fields string) string {
	return `{"templates": [{"id": "price", "variants": [{"language": "en", ` + fields + `}]}]}`
}

func weekly(spans string) string {
	return `{"hours": [{"id": "shop", "time_zone": "UTC", "weekly": ` + spans + `}]}`
}

func example(message, expect string) string {
	return `{"examples": [{"message": ` + message + `, "expect": ` + expect + `}]}`
}

// fault is a case: a change that brings exactly one fault.
type fault struct{ name, change, path, message, fix string }

// Every kind of fault, one case each: what is written, where the fault is, what it says.
func TestFaults(t *testing.T) {
	for _, group := range [][]fault{settingFaults(), hoursFaults(), templateFaults(), filterFaults(), reachFaults(), exampleFaults(), momentFaults()} {
		for _, c := range group {
			t.Run(c.name, func(t *testing.T) {
				faults := Check(with(t, c.change), channels(), noon)
				if len(faults) != 1 {
					t.Fatalf("got %d faults, want 1: %+v", len(faults), faults)
				}
				f := faults[0]
				if f.Path != c.path {
					t.Errorf("got path %s, want %s", f.Path, c.path)
				}
				if f.Message != c.message {
					t.Errorf("got  %s\nwant %s", f.Message, c.message)
				}
				if !strings.Contains(strings.ToLower(f.Fix), strings.ToLower(c.fix)) || f.Fix == "" {
					t.Errorf("got fix %q, want it to hold %q", f.Fix, c.fix)
				}
			})
		}
	}
}

func TestBaseHasNoFault(t *testing.T) {
	if faults := Check(with(t, `{}`), channels(), noon); len(faults) > 0 {
		t.Errorf("got %+v", faults)
	}
}

func settingFaults() []fault {
	return []fault{
		{"no language", `{"languages": []}`, "languages", "There is no language.", `["en", "zh-CN"]`},
		{"a word that is no language", `{"languages": ["en", "english!"]}`,
			"languages[1]", "“english!” is not a language.", "such as en"},
		{"a language twice", `{"languages": ["en", "en"]}`, "languages[1]", "The language “en” is listed twice.", "Remove one."},
		{"a variable whose name is no name", `{"variables": {"2 prices": "x"}}`, `variables["2 prices"]`, "“2 prices” is not a usable name.", "a letter first"},
		{"a variable called like a built-in", `{"variables": {"contact": "x"}}`, "variables.contact", "“contact” means something else in templates already.", "our_contact"},
		{"a variable with Liquid in it", `{"variables": {"shop": "{{ contact.name }}"}}`, "variables.shop", "The value has Liquid in it, which would be sent as it stands.", "only templates"},
		{"a variable that is a whole letter", `{"variables": {"shop": "` + strings.Repeat("x", 1025) + `"}}`, "variables.shop", "The value is longer than 1,024 characters.", "template"},
		{"an id with capitals", `{"teams": [{"id": "Service", "name": "S"}]}`, "teams[0].id", "“Service” is not a usable id.", "small letters"},
		{"an id that is too long", `{"teams": [{"id": "` + strings.Repeat("a", 41) + `", "name": "S"}]}`, "teams[0].id", "“" + strings.Repeat("a", 40) + "…” is not a usable id.", "1 to 40"},
		{"an id that is missing", `{"teams": [{"name": "S"}]}`, "teams[0].id", "The id is missing.", "small letters"},
		{"an id twice", `{"teams": [{"id": "a", "name": "A"}, {"id": "a", "name": "B"}]}`, "teams[1].id", "The id “a” is used by teams[0] too.", "its own id"},
		{"a team without a name", `{"teams": [{"id": "a"}]}`, "teams[0].name", "The team has no name.", "name that people use"},
		{"a team with an unknown calendar", `{"teams": [{"id": "a", "name": "A", "calendar": "shopp"}]}`, "teams[0].calendar", "There is no calendar with the id “shopp”.", "Did you mean shop?"},
		{"a moment that does nothing", `{"welcome": {}}`, "welcome", "Welcome does nothing.", "reply"},
		{"a moment with an unknown template", `{"welcome": {"reply": "prise"}}`, "welcome.reply", "There is no template with the id “prise”.", "Did you mean price?"},
		{"a moment with an unknown team", `{"fallback": {"assign": "sales"}}`, "fallback.assign", "There is no team with the id “sales”.", "team that exists"},
		{"away without a calendar", `{"away": {"reply": "price"}}`, "away.calendar", "Away does not say when the company is closed.", "name a calendar"},
		{"away with an unknown calendar", `{"away": {"reply": "price", "calendar": "x"}}`, "away.calendar", "There is no calendar with the id “x”.", "exists"},
		{"welcome with a calendar", `{"welcome": {"reply": "price", "calendar": "shop"}}`, "welcome.calendar", "Welcome does not depend on hours.", "only away"},
	}
}

func hoursFaults() []fault {
	return []fault{
		{"no time zone", `{"hours": [{"id": "shop", "weekly": {"mon": ["09:00-18:00"]}}]}`, "hours[0].time_zone", "The time zone is missing.", "Asia/Shanghai"},
		{"an unknown time zone", `{"hours": [{"id": "shop", "time_zone": "Asia/Shangai", "weekly": {"mon": ["09:00-18:00"]}}]}`, "hours[0].time_zone", "“Asia/Shangai” is not a time zone.", "IANA"},
		{"the machine's time zone", `{"hours": [{"id": "shop", "time_zone": "Local", "weekly": {"mon": ["09:00-18:00"]}}]}`, "hours[0].time_zone", "“Local” is not a time zone.", "IANA"},
		{"a day that is no day", weekly(`{"mon": ["09:00-18:00"], "tues": ["09:00-18:00"]}`), "hours[0].weekly.tues", "“tues” is not a day of the week.", "Did you mean tue?"},
		{"a span that is none", weekly(`{"mon": ["9-18"]}`), "hours[0].weekly.mon[0]", "“9-18” is not a span of time.", "09:00-18:00"},
		{"a span with an hour too many", weekly(`{"tue": ["10:00-25:00"], "mon": ["09:00-18:00"]}`), "hours[0].weekly.tue[0]", "“10:00-25:00” is not a span of time.", ""},
		{"a span with too many minutes", weekly(`{"mon": ["09:00-18:00", "20:00-20:60"]}`), "hours[0].weekly.mon[1]", "“20:00-20:60” is not a span of time.", ""},
		{"a span of no length", weekly(`{"mon": ["09:00-18:00", "20:00-20:00"]}`), "hours[0].weekly.mon[1]", "“20:00-20:00” is not a span of time.", "00:00-24:00"},
		{"spans of one day that overlap", weekly(`{"mon": ["09:00-13:00", "12:00-18:00"]}`), "hours[0].weekly.mon[1]", "The span overlaps with another one.", "one span"},
		{"a night that runs into the next morning's span", weekly(`{"mon": ["20:00-09:30"], "tue": ["09:00-18:00"]}`), "hours[0].weekly.tue[0]", "The span overlaps with another one.", ""},
		{"a Sunday night that runs into Monday", weekly(`{"sun": ["20:00-09:30"], "mon": ["09:00-18:00"]}`), "hours[0].weekly.mon[0]", "The span overlaps with another one.", ""},
		{"a calendar that is never open", weekly(`{}`), "hours[0].weekly", "The calendar is never open.", "write the hours"},
		{"an exception on a day that does not exist", `{"hours": [{"id": "shop", "time_zone": "UTC", "weekly": {"mon": ["09:00-18:00"]}, "exceptions": [{"date": "2026-02-30"}]}]}`,
			"hours[0].exceptions[0].date", "“2026-02-30” is not a date.", "existing day"},
		{"two exceptions for one day", `{"hours": [{"id": "shop", "time_zone": "UTC", "weekly": {"mon": ["09:00-18:00"]}, "exceptions": [{"date": "2026-10-01"}, {"date": "2026-10-01", "spans": ["10:00-12:00"]}]}]}`,
			"hours[0].exceptions[1].date", "2026-10-01 is listed twice.", "one exception"},
		{"an exception whose spans overlap", `{"hours": [{"id": "shop", "time_zone": "UTC", "weekly": {"mon": ["09:00-18:00"]}, "exceptions": [{"date": "2026-10-01", "spans": ["10:00-12:00", "11:00-13:00"]}]}]}`,
			"hours[0].exceptions[0].spans[1]", "The span overlaps with another one.", ""},
	}
}

func templateFaults() []fault {
	text := `"shape": "text", "text": "x"`
	buttons := func(list string) string { return variant(`"shape": "buttons", "text": "x", "buttons": [` + list + `]`) }
	list := func(sections string) string {
		return variant(`"shape": "list", "text": "x", "open": "Open", "sections": [` + sections + `]`)
	}
	approved := func(name, locale string) string {
		return `{"templates": [{"id": "price", "variants": [{"language": "en", ` + text + `}, {"language": "en", "shape": "approved", "approved": {"name": "` + name + `", "language": "` + locale + `"}}]}]}`
	}
	const at = "templates[0].variants[0]"
	return []fault{
		{"a language is missing", `{"languages": ["en", "zh-CN"]}`, "templates[0].variants", "The template has nothing to send in “zh-CN”.", "add a variant"},
		{"two variants of one language", `{"templates": [{"id": "price", "variants": [{"language": "en", ` + text + `}, {"language": "en", ` + text + `}]}]}`,
			"templates[0].variants[1]", "“en” has a variant for every kind of channel already (variants[0]).", "keep one"},
		{"two approved variants of one language", `{"templates": [{"id": "price", "variants": [{"language": "en", ` + text + `}, {"language": "en", "shape": "approved", "approved": {"name": "a", "language": "en"}}, {"language": "en", "shape": "approved", "approved": {"name": "b", "language": "en"}}]}]}`,
			"templates[0].variants[2]", "“en” has an approved variant already (variants[1]).", "keep one"},
		{"a language written another way", `{"templates": [{"id": "price", "variants": [{"language": "en", ` + text + `}, {"language": "zh-cn", ` + text + `}]}]}`,
			"templates[0].variants[1].language", "“zh-cn” is not how this language is written.", "write zh-CN"},
		{"a variant without a language", `{"templates": [{"id": "price", "variants": [{"language": "en", ` + text + `}, {` + text + `}]}]}`,
			"templates[0].variants[1].language", "The language is missing.", "such as en"},
		{"an unknown shape", variant(`"shape": "button", "text": "x"`), at + ".shape", "“button” is not a shape.", "Did you mean buttons?"},
		{"no shape", variant(`"text": "x"`), at + ".shape", "The shape is missing.", "text, buttons, list, card, news, markdown, image, video, document, audio, approved"},
		{"a text without text", variant(`"shape": "text"`), at + ".text", "The shape needs text.", "add text"},
		{"a text of nothing but space", variant(`"shape": "text", "text": " \n"`), at + ".text", "Line 1 of the text comes out empty.", "in every case"},
		{"a text with a header", variant(`"shape": "text", "text": "x", "header": "h"`), at + ".header", "The shape has no header.", "remove header"},
		{"a text with buttons", variant(`"shape": "text", "text": "x", "buttons": [{"id": "a", "title": "A"}]`), at + ".buttons", "The shape has no buttons.", "another shape"},
		{"buttons without buttons", variant(`"shape": "buttons", "text": "x"`), at + ".buttons", "The shape needs buttons.", "add buttons"},
		{"four buttons", buttons(`{"id": "a", "title": "A"}, {"id": "b", "title": "B"}, {"id": "c", "title": "C"}, {"id": "d", "title": "D"}`), at + ".buttons", "There are 4 buttons.", "at most 3"},
		{"two buttons with one id", buttons(`{"id": "a", "title": "A"}, {"id": "a", "title": "B"}`), at + ".buttons[1].id", "The id “a” is used twice in this message.", "its own id"},
		{"two buttons with one title", buttons(`{"id": "a", "title": "A"}, {"id": "b", "title": "A"}`), at + ".buttons[1].title", "The title “A” is used twice.", "its own title"},
		{"a button without an id", buttons(`{"id": "", "title": "A"}`), at + ".buttons[0].id", "The id is missing.", "menu_price"},
		{"a button without a title", buttons(`{"id": "a", "title": ""}`), at + ".buttons[0].title", "The title is missing.", "read"},
		{"a button with a description", buttons(`{"id": "a", "title": "A", "description": "x"}`), at + ".buttons[0].description", "A button has no description.", "use a list"},
		{"a button id that is too long", buttons(`{"id": "` + strings.Repeat("a", 257) + `", "title": "A"}`), at + ".buttons[0].id", "The id has 257 characters.", "at most 256"},
		{"a button title that is too long", buttons(`{"id": "a", "title": "Talk to somebody in person"}`), at + ".buttons[0].title", "The text can reach 26 characters, and WhatsApp takes 20.", "shorten"},
		{"a long body above buttons", variant(`"shape": "buttons", "text": "` + strings.Repeat("茶", 1025) + `", "buttons": [{"id": "a", "title": "A"}]`), at + ".text", "The text can reach 1025 characters, and WhatsApp takes 1024.", ""},
		{"a list without a label", variant(`"shape": "list", "text": "x", "sections": [{"rows": [{"id": "a", "title": "A"}]}]`), at + ".open", "The shape needs open.", "add open"},
		{"a list without sections", variant(`"shape": "list", "text": "x", "open": "Open"`), at + ".sections", "The shape needs sections.", "add sections"},
		{"a section without rows", list(`{"rows": []}`), at + ".sections[0].rows", "The section has no rows.", "add a row"},
		{"a section without a title beside another", list(`{"title": "A", "rows": [{"id": "a", "title": "A"}]}, {"rows": [{"id": "b", "title": "B"}]}`), at + ".sections[1].title", "The section has no title.", "every section"},
		{"one row id in two sections", list(`{"title": "A", "rows": [{"id": "a", "title": "A"}]}, {"title": "B", "rows": [{"id": "a", "title": "A"}]}`), at + ".sections[1].rows[0].id", "The id “a” is used twice in this message.", ""},
		{"eleven rows", list(`{"title": "A", "rows": [` + rows("a", 6) + `]}, {"title": "B", "rows": [` + rows("b", 5) + `]}`), at + ".sections", "The list has 11 rows.", "at most 10"},
		{"a row's description that is too long", list(`{"rows": [{"id": "a", "title": "A", "description": "` + strings.Repeat("x", 73) + `"}]}`), at + ".sections[0].rows[0].description", "The text can reach 73 characters, and WhatsApp takes 72.", ""},
		{"a row's title that is too long", list(`{"rows": [{"id": "a", "title": "` + strings.Repeat("x", 25) + `"}]}`), at + ".sections[0].rows[0].title", "The text can reach 25 characters, and WhatsApp takes 24.", ""},
		{"a section's title that is too long", list(`{"title": "` + strings.Repeat("x", 25) + `", "rows": [{"id": "a", "title": "A"}]}`), at + ".sections[0].title", "The text can reach 25 characters, and WhatsApp takes 24.", ""},
		{"an approved variant that names nothing", `{"templates": [{"id": "price", "variants": [{"language": "en", ` + text + `}, {"language": "en", "shape": "approved"}]}]}`, "templates[0].variants[1].approved", "The shape needs approved.", ""},
		{"an approved name with capitals", approved("Order Update", "en"), "templates[0].variants[1].approved.name", "“Order Update” is not a name that a WhatsApp template can have.", "WhatsApp Manager"},
		{"an approved locale of ours", approved("a", "zh-CN"), "templates[0].variants[1].approved.language", "“zh-CN” is not a locale of a WhatsApp template.", "zh_CN"},
		{"an approved parameter that comes out empty", `{"templates": [{"id": "price", "variants": [{"language": "en", ` + text + `}, {"language": "en", "shape": "approved", "approved": {"name": "a", "language": "en", "params": ["{{ contact.name }}"]}}]}]}`,
			"templates[0].variants[1].approved.params[0]", "Line 1 of the text comes out empty.", "every case"},
		{"a text over 4,096 characters", variant(`"shape": "text", "text": "` + strings.Repeat("x", 4097) + `"`), at + ".text", "The text can reach 4097 characters, and WhatsApp takes 4096.", ""},
		{"a title that a long name bursts", buttons(`{"id": "a", "title": "Hi {{ contact.name }}"}`), at + ".buttons[0].title", "The text can reach 63 characters, and WhatsApp takes 20.", "truncate"},
		{"a text that a long message bursts", variant(`"shape": "text", "text": "You wrote: {{ message.text }}"`), at + ".text", "The text can reach 4107 characters, and WhatsApp takes 4096.", "truncate"},
		{"an unknown name", variant(`"shape": "text", "text": "Hello\n{{ contact.nam }}"`), at + ".text", "Line 2 of the text uses “contact.nam”, which does not exist here.", "Did you mean contact.name?"},
		{"an unknown name in a branch", variant(`"shape": "text", "text": "{% if first_contact %}a{% else %}{{ discount }}{% endif %}"`), at + ".text", "Line 1 of the text uses “discount”, which does not exist here.", ""},
		{"Liquid that breaks off", variant(`"shape": "text", "text": "{% if first_contact %}Hello"`), at + ".text", "Line 1 of the text opens if and never closes it.", "endif"},
		{"a text that is empty for some", variant(`"shape": "text", "text": "{% if first_contact %}Hello{% endif %}"`), at + ".text", "Line 1 of the text comes out empty.", ""},
		{"a sum with a name", variant(`"shape": "text", "text": "{{ contact.name | plus: 1 }}"`), at + ".text", "Line 1 of the text stops at the filter “plus”: a number filter was given something that is not a number.", "default"},
	}
}

func rows(prefix string, n int) string {
	var list []string
	for i := range n {
		id := prefix + string(rune('0'+i))
		list = append(list, `{"id": "`+id+`", "title": "`+id+`"}`)
	}
	return strings.Join(list, ", ")
}

func filterFaults() []fault {
	const when, then = "filters[0].when", "filters[0].then"
	return []fault{
		{"no condition", filterWith(`{}`), when, "The filter has no condition, so it would match every message.", "fallback"},
		{"an empty condition inside", filterWith(`{"any": [{"contains": ["a"]}, {}]}`), when + ".any[1]", "The condition is empty.", "remove it"},
		{"two conditions at once", filterWith(`{"contains": ["a"], "type": ["text"]}`), when, "The condition has contains and type at once, so it is not clear whether one or all must hold.", "all or any"},
		{"an empty list of phrases", filterWith(`{"contains": []}`), when + ".contains", "The list is empty.", "add an entry"},
		{"an empty list of conditions", filterWith(`{"not": {"all": []}}`), when + ".not.all", "The list is empty.", ""},
		{"four levels deep", filterWith(`{"all": [{"any": [{"not": {"all": [{"contains": ["a"]}]}}]}]}`), when + ".all[0].any[0].not", "The condition is nested more than 3 levels deep.", "split"},
		{"an empty phrase", filterWith(`{"whole_word": ["a", " "]}`), when + ".whole_word[1]", "The phrase is empty, so it would be found in every message.", "word"},
		{"a phrase that nobody sees", filterWith(`{"contains": ["\u200b"]}`), when + ".contains[0]", "The phrase is empty, so it would be found in every message.", ""},
		{"a bad pattern", filterWith(`{"any": [{"contains": ["a"]}, {"regex": "cl[0-9"}]}`), when + ".any[1].regex", "The pattern cannot be read: missing closing ]: `[0-9`.", "brackets"},
		{"a pattern that is too long", filterWith(`{"regex": "` + strings.Repeat("a", 1001) + `"}`), when + ".regex", "The pattern is longer than 1,000 characters.", "contains"},
		{"a pattern that matches nothing at all", filterWith(`{"regex": "(price)*"}`), when + ".regex", "The pattern can match nothing at all, so it would match every text.", "at least one"},
		{"an unknown channel", filterWith(`{"channel": ["wa-mian"]}`), when + ".channel[0]", "There is no channel with the id “wa-mian”.", "Did you mean wa-main?"},
		{"a channel without an id", filterWith(`{"channel": [""]}`), when + ".channel[0]", "The channel is missing.", ""},
		{"an unknown type of message", filterWith(`{"type": ["picture"]}`), when + ".type[0]", "“picture” is not a type of message.", "image"},
		{"an empty choice", filterWith(`{"choice": [""]}`), when + ".choice[0]", "The choice is empty.", "button"},
		{"an unknown calendar", filterWith(`{"hours": {"calendar": "shp", "is": "open"}}`), when + ".hours.calendar", "“shp” is not a calendar.", "Did you mean shop?"},
		{"a state that no calendar has", filterWith(`{"hours": {"calendar": "shop", "is": "close"}}`), when + ".hours.is", "“close” is not a state of a calendar.", "closed"},
		{"an action that does nothing", filterThen(`{}`), then, "The filter does nothing.", "reply"},
		{"ignore with a reply", filterThen(`{"ignore": true, "reply": "price"}`), then + ".ignore", "The filter ignores the message and acts on it too.", "tag"},
		{"ignore that continues", `{"filters": [{"id": "a", "when": {"contains": ["x"]}, "then": {"ignore": true}, "continue": true}]}`, "filters[0].continue", "The filter ignores the message, which ends the trying, and continues too.", "remove"},
		{"an unknown template", filterThen(`{"reply": "pricelist"}`), then + ".reply", "There is no template with the id “pricelist”.", "Did you mean price?"},
		{"an unknown team", filterThen(`{"assign": "servise"}`), then + ".assign", "There is no team with the id “servise”.", "Did you mean service?"},
		{"an empty tag", filterThen(`{"tag": ["a", ""]}`), then + ".tag[1]", "“” is not a usable tag.", "1 to 40"},
		{"a cooldown that is no time", `{"filters": [{"id": "a", "when": {"contains": ["x"]}, "then": {"reply": "price"}, "cooldown": "1 day"}]}`, "filters[0].cooldown", "“1 day” is not a length of time.", "24h"},
		{"a cooldown below zero", `{"filters": [{"id": "a", "when": {"contains": ["x"]}, "then": {"reply": "price"}, "cooldown": "-5m"}]}`, "filters[0].cooldown", "“-5m” is no time at all.", "above zero"},
		{"a cooldown of months", `{"filters": [{"id": "a", "when": {"contains": ["x"]}, "then": {"reply": "price"}, "cooldown": "721h"}]}`, "filters[0].cooldown", "“721h” is longer than 30 days.", "720h"},
		{"a filter called like a moment", `{"filters": [{"id": "away", "when": {"contains": ["x"]}, "then": {"reply": "price"}}]}`, "filters[0].id", "“away” means something else in decisions and reports.", "away_words"},
		{"a fault in a filter that is off", `{"filters": [{"id": "a", "off": true, "when": {}, "then": {"reply": "price"}}]}`, when, "The filter has no condition, so it would match every message.", ""},
	}
}

func reachFaults() []fault {
	two := func(first, second string) string {
		return `{"filters": [{"id": "a", "when": ` + first + `, "then": {"reply": "price"}}, {"id": "b", "when": ` + second + `, "then": {"reply": "price"}}]}`
	}
	const message = "The filter “b” can never act, because filters[0] “a” matches everything that it matches and stops."
	var faults []fault
	for name, c := range reachable {
		if c.hidden {
			faults = append(faults, fault{"unreachable: " + name, two(c.first, c.second), "filters[1]", message, "put it before"})
		}
	}
	return faults
}

// reachable are pairs of conditions, and whether the second can never act behind the first.
var reachable = map[string]struct {
	first, second string
	hidden        bool
}{
	"the same":                         {`{"regex": "cl[0-9]+"}`, `{"regex": "cl[0-9]+"}`, true},
	"a longer phrase":                  {`{"contains": ["price"]}`, `{"contains": ["price list", "the prices"]}`, true},
	"a longer phrase, written wider":   {`{"contains": ["价钱"]}`, `{"contains": ["價錢多少"]}`, true},
	"one phrase is new":                {`{"contains": ["price"]}`, `{"contains": ["price list", "cost"]}`, false},
	"a shorter phrase":                 {`{"contains": ["price list"]}`, `{"contains": ["price"]}`, false},
	"a whole word that is contained":   {`{"contains": ["cat"]}`, `{"whole_word": ["category"]}`, true},
	"contains behind a whole word":     {`{"whole_word": ["cat"]}`, `{"contains": ["cat"]}`, false},
	"a longer whole phrase":            {`{"whole_word": ["cat"]}`, `{"whole_word": ["category"]}`, false},
	"exact behind the same whole word": {`{"whole_word": ["hello"]}`, `{"exact": ["Hello"]}`, true},
	"exact behind contains":            {`{"contains": ["hello"]}`, `{"exact": ["hello there"]}`, true},
	"exact behind another exact":       {`{"exact": ["hello"]}`, `{"exact": ["hello there"]}`, false},
	"a subset of types":                {`{"type": ["image", "video"]}`, `{"type": ["video"]}`, true},
	"a superset of types":              {`{"type": ["video"]}`, `{"type": ["image", "video"]}`, false},
	"a subset of choices":              {`{"choice": ["a", "b"]}`, `{"choice": ["b"]}`, true},
	"a subset of channels":             {`{"channel": ["wa-main", "wa-second"]}`, `{"channel": ["wa-main"]}`, true},
	"types are not choices":            {`{"choice": ["text"]}`, `{"type": ["text"]}`, false},
	"first contacts":                   {`{"first_contact": true}`, `{"first_contact": true}`, true},
	"returning contacts":               {`{"first_contact": true}`, `{"first_contact": false}`, false},
	"the same hours":                   {`{"hours": {"calendar": "shop", "is": "open"}}`, `{"hours": {"calendar": "shop", "is": "open"}}`, true},
	"other hours":                      {`{"hours": {"calendar": "shop", "is": "open"}}`, `{"hours": {"calendar": "shop", "is": "closed"}}`, false},
	"one more condition":               {`{"contains": ["price"]}`, `{"all": [{"type": ["text"]}, {"contains": ["price"]}]}`, true},
	"one condition less":               {`{"all": [{"type": ["text"]}, {"contains": ["price"]}]}`, `{"contains": ["price"]}`, false},
	"more of all":                      {`{"all": [{"type": ["text"]}, {"contains": ["price"]}]}`, `{"all": [{"contains": ["price"]}, {"first_contact": true}, {"type": ["text"]}]}`, true},
	"less of any":                      {`{"any": [{"choice": ["a"]}, {"contains": ["price"]}]}`, `{"contains": ["price"]}`, true},
	"any of less":                      {`{"any": [{"choice": ["a", "b"]}, {"contains": ["price"]}]}`, `{"any": [{"choice": ["b"]}, {"contains": ["prices"]}]}`, true},
	"more of any":                      {`{"contains": ["price"]}`, `{"any": [{"choice": ["a"]}, {"contains": ["price"]}]}`, false},
	"not of a wider condition":         {`{"not": {"contains": ["price list"]}}`, `{"not": {"contains": ["price"]}}`, true},
	"not of a narrower condition":      {`{"not": {"contains": ["price"]}}`, `{"not": {"contains": ["price list"]}}`, false},
	"a reaction behind words":          {`{"contains": ["thanks"]}`, `{"all": [{"type": ["reaction"]}, {"contains": ["thanks"]}]}`, false},
	"a reaction behind reactions":      {`{"type": ["reaction", "text"]}`, `{"all": [{"type": ["reaction"]}, {"contains": ["thanks"]}]}`, true},
}

func TestReachableFiltersAreNotRefused(t *testing.T) {
	for name, c := range reachable {
		if c.hidden {
			continue
		}
		p := with(t, `{"filters": [{"id": "a", "when": `+c.first+`, "then": {"reply": "price"}}, {"id": "b", "when": `+c.second+`, "then": {"reply": "price"}}]}`)
		if faults := Check(p, channels(), noon); len(faults) > 0 {
			t.Errorf("%s: got %+v, want no fault", name, faults)
		}
	}
}

func TestOnlyFiltersThatStopHideOthers(t *testing.T) {
	for name, c := range map[string]struct {
		first  string
		hidden bool
	}{
		"off":                                 {`"off": true, "then": {"reply": "price"}`, false},
		"continues":                           {`"continue": true, "then": {"reply": "price"}`, false},
		"has a cooldown, and stops in it too": {`"cooldown": "10m", "then": {"reply": "price"}`, true},
		"only tags, and stops":                {`"then": {"tag": ["x"]}`, true},
	} {
		p := with(t, `{"filters": [{"id": "a", "when": {"contains": ["price"]}, `+c.first+`}, {"id": "b", "when": {"contains": ["price"]}, "then": {"reply": "price"}}]}`)
		if got := len(Check(p, channels(), noon)) > 0; got != c.hidden {
			t.Errorf("%s: got unreachable %v, want %v", name, got, c.hidden)
		}
	}
}

func exampleFaults() []fault {
	const at = "examples[0]"
	return []fault{
		{"an example that fails", example(`{"text": "what does it cost?"}`, `{"filter": "price"}`), at + ".expect.filter", "The example expects “price” but got “fallback”. “fallback” matched: no filter answered.", "change the example"},
		{"an example answered by another filter", `{"filters": [{"id": "words", "when": {"contains": ["price"]}, "then": {"reply": "price"}}, {"id": "list", "when": {"contains": ["list"]}, "then": {"reply": "price"}}], "examples": [{"message": {"text": "the price list"}, "expect": {"filter": "list"}}]}`,
			at + ".expect.filter", "The example expects “list” but got “words”. “words” matched: text contains \"price\".", ""},
		{"an example with another outcome", example(`{"text": "price?"}`, `{"outcome": "handed_off"}`), at + ".expect.outcome", "The example expects “handed_off” but got “replied”. “price” matched: text contains \"price\".", ""},
		{"an example with another team", example(`{"text": "price?"}`, `{"team": "service"}`), at + ".expect.team", "The example expects “service” but got nothing. “price” matched: text contains \"price\".", ""},
		{"an example that expects nothing", example(`{"text": "price?"}`, `{}`), at + ".expect", "The example expects nothing, so it cannot fail.", "name"},
		{"an example without a message", example(`{}`, `{"filter": "none"}`), at + ".message", "The message is empty.", "customer"},
		{"an example on an unknown channel", example(`{"text": "price?", "channel": "x"}`, `{"filter": "price"}`), at + ".message.channel", "There is no channel with the id “x”.", ""},
		{"an example of an unknown type", example(`{"type": "txt"}`, `{"filter": "price"}`), at + ".message.type", "“txt” is not a type of message.", "text"},
		{"an example at no time", example(`{"text": "price?", "at": "tomorrow"}`, `{"filter": "price"}`), at + ".message.at", "“tomorrow” is not a time.", "2026-11-22T09:30:00+08:00"},
		{"an example with an unknown filter", example(`{"text": "price?"}`, `{"filter": "prise"}`), at + ".expect.filter", "There is no filter with the id “prise”.", "Did you mean price?"},
		{"an example with an unknown template", example(`{"text": "price?"}`, `{"template": "x"}`), at + ".expect.template", "There is no template with the id “x”.", ""},
		{"an example with an unknown team", example(`{"text": "price?"}`, `{"team": "x"}`), at + ".expect.team", "There is no team with the id “x”.", ""},
		{"an example with an unknown language", example(`{"text": "price?"}`, `{"language": "fr"}`), at + ".expect.language", "“fr” is not a language of the playbook.", "en"},
		{"an example with an unknown outcome", example(`{"text": "price?"}`, `{"outcome": "answered"}`), at + ".expect.outcome", "“answered” is not an outcome.", "unanswered"},
	}
}
