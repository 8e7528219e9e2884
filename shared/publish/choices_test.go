package publish

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"frontdesk/shared/conversation"
	"frontdesk/shared/decide"
	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
)

// offering is a template with one choice, by the shape that it stands in.
func offering(shape, title string) string {
	choice := `{"id": "teas", "title": "` + title + `"}`
	switch shape {
	case "buttons":
		return variants(`"shape": "buttons", "text": "x", "buttons": [` + choice + `]`)
	case "list":
		return variants(`"shape": "list", "text": "x", "open": "Show", "sections": [{"rows": [` + choice + `]}]`)
	}
	return variants(plain, `"shape": "approved", "approved": {"name": "n", "language": "en", "buttons": [{"index": 0, "payload": "teas"}]}`)
}

// unanswered are the notes on choices of a playbook that may go live.
func unanswered(t *testing.T, p playbook.Playbook, channels []Channel) []playbook.Fault {
	t.Helper()
	if faults := Check(p, channels, noon); len(faults) > 0 {
		t.Fatalf("got faults %+v", faults)
	}
	return slices.DeleteFunc(Notes(p, channels), func(f playbook.Fault) bool { return strings.HasPrefix(f.Message, "Nothing sends") })
}

// What a filter must ask for so that a choice is answered, on a channel of each kind.
func TestChoicesAreAnswered(t *testing.T) {
	for _, c := range []struct {
		name, shape, title, when string
		// on are the kinds on which the filter answers.
		on string
	}{
		{"by its id", "buttons", "Our teas", `{"choice": ["teas"]}`, "whatsapp wecom_kf wecom_app wecom_bot"},
		{"a row, by its id", "list", "Our teas", `{"choice": ["x", "teas"]}`, "whatsapp wecom_kf wecom_app wecom_bot"},
		{"a button of an approved template, by its payload", "approved", "", `{"choice": ["teas"]}`, "whatsapp"},
		{"by another id", "buttons", "Our teas", `{"choice": ["tea"]}`, ""},
		{"by its title, where the channel sends it", "buttons", "Our Teas", `{"contains": ["teas"]}`, "whatsapp wecom_kf"},
		{"a row, by its title", "list", "茶單", `{"exact": ["茶单"]}`, "whatsapp wecom_kf"},
		{"by other words", "buttons", "Our teas", `{"whole_word": ["coffee"]}`, ""},
		{"by words of a button that only Meta knows", "approved", "", `{"contains": ["teas"]}`, "whatsapp"},
		{"by a title with Liquid, which may be anything", "buttons", `{{ now | date: \"%d\" }}`, `{"contains": ["teas"]}`, "whatsapp wecom_kf"},
		{"by the way in which it comes", "buttons", "Our teas", `{"type": ["interactive"]}`, "whatsapp"},
		{"a button of an approved template, by the way in which it comes", "approved", "", `{"type": ["button"]}`, "whatsapp"},
		{"by the way in which taps on cards come", "list", "Our teas", `{"type": ["template_card_event"]}`, "wecom_app wecom_bot"},
		{"by a tap on a menu, which is another thing", "buttons", "Our teas", `{"type": ["click"]}`, ""},
		{"as long as the conversation is so", "buttons", "Our teas", `{"all": [{"choice": ["teas"]}, {"tags": ["vip"]}, {"team": ["none"]}]}`, "whatsapp wecom_kf wecom_app wecom_bot"},
		{"in one language", "buttons", "Our teas", `{"language": ["en"]}`, "whatsapp wecom_kf"},
		{"by a word to opt out, before any filter", "buttons", "Stop", `{"choice": ["x"]}`, "whatsapp wecom_kf"},
		{"not at all", "buttons", "Our teas", `{"not": {"any": [{"type": ["image"]}, {"choice": ["teas"]}]}}`, ""},
	} {
		for _, ch := range company() {
			if ch.Kind.Notices() || c.shape == "approved" && ch.Kind != message.WhatsApp {
				continue
			}
			want := slices.Contains(strings.Fields(c.on), string(ch.Kind))
			faults := unanswered(t, with(t, beside(offering(c.shape, c.title), c.when)), []Channel{ch})
			if got := len(faults) == 0; got != want || len(faults) > 1 {
				t.Errorf("%s, on %s: got %+v, want it answered: %v", c.name, ch.Kind, faults, want)
			}
		}
	}
}

// Where a choice that nobody answers stands, what is wrong with it and what to do.
func TestChoicesThatNobodyAnswers(t *testing.T) {
	const message = "No filter answers the choice “teas” when it is tapped."
	for shape, path := range map[string]string{
		"buttons": "variants[0].buttons[0].id", "list": "variants[0].sections[0].rows[0].id", "approved": "variants[1].approved.buttons[0].payload",
	} {
		faults := unanswered(t, with(t, beside(offering(shape, "Our teas"), `{"choice": ["tea"]}`)), company())
		if len(faults) != 1 || faults[0].Path != "templates[0]."+path || faults[0].Message != message || faults[0].Fix != "Did you mean tea?" {
			t.Errorf("%s: got %+v, want %s: %s", shape, faults, path, message)
		}
	}
}

func TestOneFaultForAChoiceInManyLanguages(t *testing.T) {
	p := with(t, beside(offering("buttons", "Our teas"), `{"choice": ["x"]}`))
	v := p.Templates[0].Variants[0]
	v.Language = "zh-CN"
	p.Templates[0].Variants = append(p.Templates[0].Variants, v)
	if faults := unanswered(t, p, company()); len(faults) != 1 {
		t.Errorf("got %+v, want one fault for one choice", faults)
	}
}

// A fallback says that nobody understood, so it answers no button of ours. What only tags
// and goes on does not either.
func TestWhatDoesNotAnswerAChoice(t *testing.T) {
	p := with(t, beside(offering("buttons", "Our teas"), `{"type": ["interactive", "text", "template_card_event"]}`))
	p.Fallback = &playbook.Moment{Reply: "price"}
	if faults := unanswered(t, p, company()); len(faults) != 0 {
		t.Fatalf("got %+v, want none while a filter replies", faults)
	}
	for name, change := range map[string]func(f *playbook.Filter){
		"only the fallback":       func(f *playbook.Filter) { f.When = playbook.Condition{Choice: []string{"x"}} },
		"a filter that is off":    func(f *playbook.Filter) { f.Off = true },
		"a filter that only tags": func(f *playbook.Filter) { f.Then, f.Continue = playbook.Action{Tag: []string{"tapped"}}, true },
	} {
		q := p
		q.Filters = slices.Clone(p.Filters)
		change(&q.Filters[0])
		if faults := unanswered(t, q, company()); len(faults) != 1 {
			t.Errorf("%s: got %+v, want one fault", name, faults)
		}
	}
	p.Filters[0].Then = playbook.Action{HandOff: true}
	if faults := unanswered(t, p, company()); len(faults) != 0 {
		t.Errorf("a filter that hands off: got %+v, want none", faults)
	}
}

// A variant for a kind of channel that is not there offers nobody anything.
func TestChoicesThatNobodyCanTap(t *testing.T) {
	p := with(t, beside(variants(`"shape": "buttons", "text": "x", "only": ["wecom_kf"], "buttons": [{"id": "teas", "title": "T"}]`, plain), `{"choice": ["x"]}`))
	if faults := unanswered(t, p, []Channel{{"wa-main", message.WhatsApp}}); len(faults) != 0 {
		t.Errorf("got %+v, want none", faults)
	}
}

// What is said to be never answered is never answered, whoever taps and whenever.
func TestNobodyAnswersIsTrue(t *testing.T) {
	no, two := false, 2
	leaf := rapid.SampledFrom([]playbook.Condition{
		{Choice: []string{"a"}}, {Choice: []string{"b", "a"}}, {Choice: []string{"b"}}, {Type: []string{"click", "text"}}, {Type: []string{"interactive"}},
		{Channel: []string{"app-main"}}, {Channel: []string{"kf-main"}}, {Contains: []string{"a"}}, {Contains: []string{"tea"}}, {Exact: []string{"OUR TEA"}},
		{WholeWord: []string{"te"}}, {StartsWith: []string{"our"}}, {EndsWith: []string{"our"}}, {Contains: []string{"Tea"}, Case: true}, {Contains: []string{"tea"}, Case: true},
		{Regex: "a+"}, {Regex: "^$"}, {Fuzzy: &playbook.FuzzyMatch{Phrases: []string{"our teas"}, Percent: 70}}, {Language: []string{"en"}},
		{FirstContact: new(bool)}, {Tags: []string{"vip"}}, {Team: []string{playbook.None}}, {Status: []string{"new"}}, {Priority: []string{"normal"}},
		{Count: &playbook.CountMatch{Below: &two}}, {Attribute: &playbook.AttributeMatch{Name: "city", Present: &no}},
		{Hours: &playbook.HoursMatch{Calendar: "shop", Is: "open"}},
	})
	condition := rapid.Custom(func(t *rapid.T) playbook.Condition {
		list := rapid.SliceOfN(leaf, 1, 3).Draw(t, "list")
		return rapid.SampledFrom([]playbook.Condition{list[0], {All: list}, {Any: list}, {Not: &list[0]}, {Not: &playbook.Condition{Any: list}}, {Not: &playbook.Condition{All: list}}}).Draw(t, "condition")
	})
	taps := rapid.SampledFrom([]tap{{"app-main", "click", "a", ""}, {"wa-main", "interactive", "a", "Our tea"}, {"kf-main", "text", "a", "our tea"}})
	never, base := 0, with(t, `{"filters": []}`)
	rapid.Check(t, func(t *rapid.T) {
		p, when, tap := base, condition.Draw(t, "when"), taps.Draw(t, "tap")
		p.Filters = []playbook.Filter{{ID: "f", When: when, Then: playbook.Action{Reply: "price"}}}
		book, err := decide.Compile(&p, 1)
		if err != nil {
			t.Fatal(err)
		}
		may := answerers{fold(when)}.answer(tap)
		for _, state := range []conversation.Head{{}, {Tags: []string{"vip"}, Team: "service", Status: conversation.Open, Priority: "high"}} {
			for day := range 7 {
				at := noon.AddDate(0, 0, day)
				head, inbound := Situation(playbook.Sample{Channel: tap.channel, Type: tap.kind, Choice: tap.choice, Text: tap.words, FirstContact: state.Team == ""}, at)
				head.Tags, head.Team, head.Status, head.Priority = state.Tags, state.Team, state.Status, state.Priority
				if d := decide.Decide(book, head, inbound, at); d.By == "f" && !may {
					t.Fatalf("%+v answers a tap, and was said never to", when)
				}
			}
		}
		if !may {
			never++
		}
	})
	if never == 0 {
		t.Error("no condition was ever said to be never met, so nothing was shown")
	}
}

// A template that nothing sends is to be known, and keeps nothing back.
func TestTemplatesThatNothingSends(t *testing.T) {
	p := with(t, `{"filters": [{"id": "f", "when": {"choice": ["a"]}, "then": {"reply": "by_filter"}}]}`)
	p.Welcome, p.Away, p.Fallback = &playbook.Moment{Reply: "welcome"}, &playbook.Moment{Reply: "away"}, &playbook.Moment{Reply: "fallback"}
	p.Survey = &playbook.Survey{Ask: "ask", Thanks: "thanks"}
	p.Safety = &playbook.Safety{OptOut: &playbook.OptOut{Confirm: "stopped", ConfirmBack: "started"}}
	p.Templates = nil
	for _, id := range []string{"by_filter", "welcome", "lost", "away", "fallback", "ask", "thanks", "stopped", "started", "forgotten"} {
		p.Templates = append(p.Templates, playbook.Template{ID: id})
	}
	notes := Notes(p, nil)
	if len(notes) != 2 || notes[0].Path != "templates[2]" || notes[1].Path != "templates[9]" || notes[0].Message != "Nothing sends the template “lost”." {
		t.Errorf("got %+v, want the templates lost and forgotten", notes)
	}
	if notes := Notes(playbook.Playbook{Templates: []playbook.Template{{ID: "only"}}}, nil); len(notes) != 1 {
		t.Errorf("got %+v, want one note for a playbook without anything else", notes)
	}
}
