package publish

import (
	"fmt"
	"strings"
	"testing"

	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
)

// company are channels of every kind.
func company() []Channel {
	return []Channel{{"wa-main", message.WhatsApp}, {"kf-main", message.WeComKF}, {"app-main", message.WeComApp}, {"app-two", message.WeComApp},
		{"bot-main", message.WeComBot}, {"robot-sales", message.WeComRobot}, {"group-sales", message.WeComGroup}, {"crm", message.Webhook}}
}

// variants is a change: one template with these variants, each in English.
func variants(list ...string) string {
	return `{"templates": [{"id": "price", "variants": [{"language": "en", ` + strings.Join(list, `}, {"language": "en", `) + `}]}]}`
}

// beside puts one filter, which replies with prices, into a change.
func beside(change, when string) string {
	return strings.TrimSuffix(change, "}") + `, "filters": [{"id": "f", "when": ` + when + `, "then": {"reply": "price"}}]}`
}

const plain = `"shape": "text", "text": "x"`

func card(fields string) string {
	return variants(`"shape": "card", "header": "Teas", "text": "All of them", ` + fields)
}

func news(articles ...string) string {
	return variants(`"shape": "news", "articles": [` + strings.Join(articles, ", ") + `]`)
}

const longjing = `{"title": "Longjing", "url": "https://shop.example/longjing"}`

// noFaults are changes that may go live on channels of every kind.
func noFaults() map[string]string {
	six := make([]string, 6)
	for i := range six {
		six[i] = fmt.Sprintf(`{"id": "b%d", "title": "B%d"}`, i, i)
	}
	return map[string]string{
		"a card":                            card(`"footer": "Until Sunday", "link": {"url": "https://shop.example/?q={{ message.text | truncate: 20 | url_encode }}", "label": "Open"}`),
		"a card without a label":            card(`"link": {"url": "https://shop.example/"}`),
		"news":                              news(longjing, `{"title": "Pu'er", "description": "Dark", "url": "https://shop.example/puer", "picture": "https://shop.example/puer.jpg"}`),
		"Markdown for those who show it":    variants(`"shape": "markdown", "text": "**x**", "only": ["wecom_app", "wecom_bot"]`, plain),
		"one variant for each kind":         variants(plain+`, "only": ["whatsapp"]`, plain+`, "only": ["wecom_kf", "wecom_bot"]`, plain+`, "only": ["wecom_app"]`),
		"six buttons on an app":             beside(variants(`"shape": "buttons", "text": "x", "only": ["wecom_app"], "buttons": [`+strings.Join(six, ",")+`]`, plain), `{"type": ["template_card_event"]}`),
		"more for an app than for WhatsApp": variants(`"shape": "text", "only": ["whatsapp"], "text": "`+strings.Repeat("茶", 2000)+`"`, plain),
		"a text that only some kinds get":   variants(`"shape": "text", "text": "`+strings.Repeat("茶", 683)+`"`, plain+`, "only": ["wecom_kf", "wecom_app"]`),
		"a menu":                            menu(`{"name": "Prices", "choice": "price"}, {"name": "More", "buttons": [{"name": "Shop", "url": "https://shop.example/"}, {"name": "Prices", "choice": "price"}]}`),
		"a survey":                          survey(`{"id": "survey:1", "title": "Bad"}, {"id": "survey:5", "title": "Good"}`),
		"notices":                           `{"notices": [{"on": ["hand_off", "failed"], "teams": ["service"], "to": ["robot-sales", "group-sales", "crm"], "language": "zh-CN", "mention": ["zhang.san@shop", "@all"]}, {"on": ["weekly"], "to": ["robot-sales"]}]}`,
		"servicers":                         `{"teams": [{"id": "service", "name": "S", "servicers": ["zhang", "Li-4_x"]}]}`,
	}
}

const tapped = `"filters": [{"id": "price", "when": {"choice": ["price"]}, "then": {"reply": "price"}}]`

func menu(buttons string) string {
	return `{` + tapped + `, "menus": [{"channel": "app-main", "buttons": [` + buttons + `]}]}`
}

func survey(choices string) string {
	return `{"survey": {"ask": "ask", "thanks": "price"}, "templates": [{"id": "price", "variants": [{"language": "en", ` + plain + `}]},
		{"id": "ask", "variants": [{"language": "en", "shape": "buttons", "text": "How was it?", "buttons": [` + choices + `]}]}]}`
}

func TestWhatMayGoLiveEverywhere(t *testing.T) {
	for name, change := range noFaults() {
		for _, f := range Check(with(t, change), company(), noon) {
			t.Errorf("%s: %s: %s %s", name, f.Path, f.Message, f.Fix)
		}
	}
}

func TestFaultsOnEveryKindOfChannel(t *testing.T) {
	for _, group := range [][]fault{kindFaults(), linkFaults(), measureFaults(), menuFaults(), surveyFaults(), noticeFaults()} {
		for _, c := range group {
			t.Run(c.name, func(t *testing.T) {
				faults := Check(with(t, c.change), company(), noon)
				if len(faults) != 1 {
					t.Fatalf("got %d faults, want 1: %+v", len(faults), faults)
				}
				if f := faults[0]; f.Path != c.path || f.Message != c.message || !strings.Contains(strings.ToLower(f.Fix), strings.ToLower(c.fix)) || f.Fix == "" {
					t.Errorf("got  %s: %s %s\nwant %s: %s … %s", f.Path, f.Message, f.Fix, c.path, c.message, c.fix)
				}
			})
		}
	}
}

// A survey must ask in every language.
func TestASurveyAsksInEveryLanguage(t *testing.T) {
	p := with(t, survey(`{"id": "survey:1", "title": "Bad"}, {"id": "survey:5", "title": "Good"}`))
	p.Languages = append(p.Languages, "zh-CN")
	for i := range p.Templates {
		v := p.Templates[i].Variants[0]
		v.Language, v.Shape, v.Text, v.Buttons = "zh-CN", "text", "满意吗？", nil
		p.Templates[i].Variants = append(p.Templates[i].Variants, v)
	}
	faults := Check(p, company(), noon)
	if len(faults) != 1 || faults[0].Path != "templates[1].variants[1].shape" {
		t.Errorf("got %+v, want that the Chinese question has nothing to tap", faults)
	}
}

// What a menu's tap can be answered by, in ways that only deciding shows.
func TestMenusAreAnsweredInManyWays(t *testing.T) {
	tap := menu(`{"name": "x", "choice": "report"}`)
	for when, answered := range map[string]bool{
		`{"choice": ["report"]}`:                                                true,
		`{"type": ["click"]}`:                                                   true,
		`{"channel": ["app-main"]}`:                                             true,
		`{"not": {"type": ["text"]}}`:                                           true,
		`{"first_contact": true}`:                                               true,
		`{"any": [{"contains": ["x"]}, {"choice": ["report"]}]}`:                true,
		`{"all": [{"channel": ["app-main"]}, {"choice": ["x", "report"]}]}`:     true,
		`{"all": [{"channel": ["app-two"]}, {"choice": ["report"]}]}`:           false,
		`{"all": [{"type": ["interactive"]}, {"choice": ["report"]}]}`:          false,
		`{"contains": ["report"]}`:                                              false,
		`{"exact": ["report"]}`:                                                 false,
		`{"not": {"any": [{"type": ["text"]}, {"choice": ["report"]}]}}`:        false,
		`{"not": {"all": [{"type": ["click"]}, {"first_contact": true}]}}`:      true,
		`{"all": [{"not": {"choice": ["report"]}}, {"channel": ["app-main"]}]}`: false,
	} {
		change := strings.Replace(tap, `{"choice": ["price"]}`, when, 1)
		if faults := Check(with(t, change), company(), noon); (len(faults) == 0) != answered {
			t.Errorf("%s: got %+v, want it answered: %v", when, faults, answered)
		}
	}
	off := strings.Replace(strings.Replace(tap, `"choice": ["price"]`, `"choice": ["report"]`, 1), `{"id": "price", "when"`, `{"id": "price", "off": true, "when"`, 1)
	if faults := Check(with(t, off), company(), noon); len(faults) != 1 {
		t.Errorf("a filter that is off: got %+v, want one fault", faults)
	}
}

// A template's variant for one kind of channel is what its examples get.
func TestExamplesGetTheVariantOfTheirChannel(t *testing.T) {
	p := with(t, variants(`"shape": "text", "text": "for the app", "only": ["wecom_app"]`, `"shape": "text", "text": "for all"`))
	for channel, want := range map[string]string{"app-main": "for the app", "kf-main": "for all", "": "for all"} {
		p.Examples = []playbook.Example{{Message: playbook.Sample{Text: "price", Channel: channel}}}
		book, set := compiled(t, &p)
		if r := (Runner{book, set, &p, company(), noon}).All()[0]; r.Content.Text != want {
			t.Errorf("on %q: got %q, want %q", channel, r.Content.Text, want)
		}
	}
}

// All rows of an event are written together with it, so there is a bound on them.
func TestAnEventIsToldToFiftyChannelsAtMost(t *testing.T) {
	for n, want := range map[int]int{50: 0, 51: 1} {
		channels, p := company(), with(t, `{}`)
		for i := range n {
			id := fmt.Sprintf("robot-%d", i)
			channels = append(channels, Channel{id, message.WeComRobot})
			p.Notices = append(p.Notices, playbook.Notice{On: []string{"hand_off"}, To: []string{id}}, playbook.Notice{On: []string{"weekly"}, To: []string{"robot-0"}})
		}
		faults := Check(p, channels, noon)
		if len(faults) != want || want == 1 && faults[0].Path != "notices" {
			t.Errorf("%d channels: got %+v, want %d faults", n, faults, want)
		}
	}
}
