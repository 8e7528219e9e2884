package decide_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/conversation"
	"frontdesk/shared/decide"
	"frontdesk/shared/message"
)

func TestExplain(t *testing.T) {
	b := book(t, filters(
		`{"id": "off", "off": true, "when": {"contains": ["price"]}, "then": {}}`,
		`{"id": "phrases", "when": {"contains": ["a1", "b2", "c3", "d4", "e5"]}, "then": {}}`,
		`{"id": "one", "when": {"contains": ["a1"]}, "then": {}}`,
		`{"id": "word", "when": {"whole_word": ["rice"]}, "then": {}}`,
		`{"id": "words", "when": {"whole_word": ["rice", "ice"]}, "then": {}}`,
		`{"id": "exact", "when": {"exact": ["price"]}, "then": {}}`,
		`{"id": "exacts", "when": {"exact": ["price", "cost"]}, "then": {}}`,
		`{"id": "regex", "when": {"regex": "\\d+"}, "then": {}}`,
		`{"id": "channel", "when": {"channel": ["kf-main"]}, "then": {}}`,
		`{"id": "type", "when": {"type": ["image", "video"]}, "then": {}}`,
		`{"id": "choice", "when": {"choice": ["x"]}, "then": {}}`,
		`{"id": "first", "when": {"first_contact": true}, "then": {}}`,
		`{"id": "hours", "when": {"hours": {"calendar": "shop", "is": "closed"}}, "then": {}}`,
		`{"id": "all", "when": {"all": [{"type": ["text"]}, {"contains": ["a1"]}, {"exact": ["b"]}]}, "then": {}}`,
		`{"id": "any", "when": {"any": [{"type": ["image"]}, {"contains": ["a1"]}]}, "then": {}}`,
		`{"id": "not", "when": {"not": {"contains": ["price"]}}, "then": {}}`,
		`{"id": "yes", "name": "Yes", "when": {"all": [{"any": [{"contains": ["cost"]}, {"regex": "p.ice"}]}, {"not": {"type": ["image"]}}, {"whole_word": ["the"]}, {"channel": ["wa-main"]}]}, "then": {"tag": ["t"]}, "continue": true}`,
		`{"id": "hoursYes", "when": {"all": [{"hours": {"calendar": "shop", "is": "open"}}, {"first_contact": false}]}, "then": {"assign": "sales"}}`,
		`{"id": "late", "when": {"contains": ["price"]}, "then": {}}`,
	), welcome, away, fallback)
	got := []string{}
	for _, s := range decide.Explain(b, known(), says("the price is?"), monday) {
		yes := "no:  "
		if s.Matched {
			yes = "yes: "
		}
		got = append(got, s.Filter+" "+yes+s.Why)
	}
	want := []string{
		`off no:  the filter is switched off`,
		`phrases no:  text contains none of "a1", "b2", "c3" and 2 more`,
		`one no:  text does not contain "a1"`,
		`word no:  text does not have the word "rice"`,
		`words no:  text has none of the words "rice", "ice"`,
		`exact no:  text is not exactly "price"`,
		`exacts no:  text is exactly none of "price", "cost"`,
		`regex no:  text does not match the pattern \d+`,
		`channel no:  channel is wa-main, not kf-main`,
		`type no:  type is text, not image or video`,
		`choice no:  no button or list row was tapped`,
		`first no:  the contact has written before`,
		`hours no:  calendar shop is open`,
		`all no:  text does not contain "a1"`,
		`any no:  type is text, not image; text does not contain "a1"`,
		`not no:  text contains "price", which rules it out`,
		`yes yes: text matches the pattern p.ice and type is text, not image and text has the word "the" and 1 more`,
		`hoursYes yes: calendar shop is open and the contact has written before`,
		`away no:  calendar shop is open`,
		`welcome no:  the contact has written before`,
		`fallback yes: no filter answered`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("explanation differs (-want +got):\n%s", diff)
	}
}

func TestExplainWhatNoFilterIsAskedAbout(t *testing.T) {
	inCharge, greeted := known(), known()
	inCharge.HandedOff, greeted.AwayUntil = monday, tuesday
	group, tapped := says("x"), says("x")
	group.Group, tapped.Choice = "g", "b1"
	b := book(t, filters(priceFilter, `{"id": "b2", "when": {"choice": ["b2"]}, "then": {}}`, `{"id": "new", "when": {"first_contact": false}, "then": {}}`), welcome, away, handingOff)
	for _, c := range []struct {
		name string
		head conversation.Head
		m    message.Inbound
		now  time.Time
		want string
	}{
		{"people in charge", inCharge, says("x"), monday, "people: people are in charge"},
		{"a group", known(), group, monday, "none: the message was written in a group"},
		{"a reaction", known(), message.Inbound{Type: "reaction"}, monday, "price: messages of type reaction are for filters that name this type"},
		{"a reaction, at the end", known(), message.Inbound{Type: "reaction"}, monday, "none: messages of type reaction need no answer"},
		{"another button", known(), tapped, monday, "b2: choice is b1, not b2"},
		{"a new contact", conversation.Head{}, says("x"), monday, "new: the contact has never written before"},
		{"welcome", conversation.Head{}, says("x"), monday, "welcome: no filter answered, and the contact has never written before"},
		{"away again", greeted, says("x"), night, "away: calendar shop is closed; no reply: the away reply has been sent in this closed period"},
		{"away again, the fallback's routing", greeted, says("x"), night, "fallback: routes what nobody answers out of hours"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.now == night {
				c.head.First, c.head.Version = time.Time{}, 0 // the last filter would answer
			}
			var got []string
			for _, s := range decide.Explain(b, c.head, c.m, c.now) {
				got = append(got, s.Filter+": "+s.Why)
			}
			if !strings.Contains(strings.Join(got, "\n"), c.want) {
				t.Errorf("got %q, want %q among them", got, c.want)
			}
		})
	}
}

func TestExplanationsDoNotRepeatWhatTheCustomerWrote(t *testing.T) {
	b := book(t, filters(
		`{"id": "a", "when": {"any": [{"contains": ["x1"]}, {"regex": "my secret"}, {"exact": ["x2"]}]}, "then": {"hand_off": true}}`), fallback)
	m := says("my secret is 4711")
	d := decide.Decide(b, known(), m, monday)
	for _, s := range append(decide.Explain(b, known(), m, monday), decide.Step{Why: d.Reason}) {
		if strings.Contains(s.Why, "4711") {
			t.Errorf("the customer's text is in %q", s.Why)
		}
	}
}
