package decide_test

import (
	"strings"
	"testing"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/decide"
	"frontdesk/shared/message"
)

func TestConditions(t *testing.T) {
	image := message.Inbound{Channel: "wa-main", Type: "image", Text: "Look: the PRICE tag"}
	tapped := message.Inbound{Channel: "wa-main", Type: "interactive", Text: "Medium", Choice: "size_m"}
	location := message.Inbound{Channel: "wa-main", Type: "location"}
	for _, c := range []struct {
		name, when string
		m          message.Inbound
		want       bool
	}{
		{"contains", `{"contains": ["price"]}`, says("what is the price?"), true},
		{"contains, not", `{"contains": ["price"]}`, says("what is it?"), false},
		{"contains, in capitals on both sides", `{"contains": ["PriCe"]}`, says("WHAT IS THE PRICE"), true},
		{"contains, inside a word", `{"contains": ["rice"]}`, says("price"), true},
		{"contains any of several", `{"contains": ["cost", "how much", "price"]}`, says("How   much?"), true},
		{"contains Chinese", `{"contains": ["多少钱"]}`, says("请问多少钱?"), true},
		{"the customer writes traditional characters", `{"contains": ["多少钱"]}`, says("請問多少錢？"), true},
		{"the admin writes traditional characters", `{"contains": ["多少錢"]}`, says("请问多少钱"), true},
		{"the customer writes full width", `{"contains": ["a4 paper"]}`, says("Ａ４　ｐａｐｅｒ"), true},
		{"contains, in the caption of an image", `{"contains": ["price"]}`, image, true},
		{"contains, when there is no text", `{"contains": ["price"]}`, location, false},

		{"whole word", `{"whole_word": ["cat"]}`, says("my cat, Tom"), true},
		{"whole word inside another", `{"whole_word": ["cat"]}`, says("category"), false},
		{"whole word in Chinese is contains", `{"whole_word": ["退款"]}`, says("我要退款啊"), true},

		{"exact", `{"exact": ["1"]}`, says(" １ "), true},
		{"exact, with more", `{"exact": ["1"]}`, says("1 please"), false},
		{"exact, one of several", `{"exact": ["yes", "是", "ok"]}`, says("OK"), true},
		{"exact, when there is no text", `{"exact": ["ok"]}`, location, false},

		{"regex", `{"regex": "order\\s*#?\\d{4,}"}`, says("My ORDER #12345"), true},
		{"regex, not", `{"regex": "order\\s*#?\\d{4,}"}`, says("my order 12"), false},
		{"regex in capitals", `{"regex": "^ORDER"}`, says("order 1"), true},
		{"regex in traditional characters", `{"regex": "價.?錢"}`, says("价钱"), true},
		{"regex with a class of traditional characters", `{"regex": "[價錢]$"}`, says("多少錢"), true},
		{"regex in full width", `{"regex": "ＶＩＰ"}`, says("I am a vip"), true},
		{"regex of alternatives", `{"regex": "refund|money back|退款"}`, says("I want my Money Back"), true},
		{"regex of digits only", `{"regex": "\\b\\d{6}\\b"}`, says("code 123456"), true},
		{"regex that a space ends", `{"regex": "vip "}`, says("vip"), false},
		{"regex with an optional part", `{"regex": "(?:very )?cheap+"}`, says("cheappp"), true},
		{"regex with a repeated part", `{"regex": "(?:ha){2,}"}`, says("haha"), true},
		{"regex with a part that may be repeated", `{"regex": "(?:ha){0,2}x"}`, says("x"), true},
		{"regex of which one alternative has no letters", `{"regex": "refund|\\d{5}"}`, says("12345"), true},
		{"regex with an invisible character", `{"regex": "a\u200bb\u200b"}`, says("ab"), true},
		{"regex that is only an invisible character", `{"regex": "\u200b"}`, says("ab"), true},
		{"regex that matches nothing, on no text", `{"regex": "^$"}`, location, false},

		{"channel", `{"channel": ["kf-main", "wa-main"]}`, says("x"), true},
		{"channel, another", `{"channel": ["kf-main"]}`, says("x"), false},
		{"type", `{"type": ["image", "video"]}`, image, true},
		{"type, another", `{"type": ["image"]}`, says("image"), false},
		{"choice", `{"choice": ["size_s", "size_m"]}`, tapped, true},
		{"choice, another", `{"choice": ["size_l"]}`, tapped, false},
		{"choice, nothing tapped", `{"choice": ["size_l"]}`, says("size_l"), false},
		{"first contact, false", `{"first_contact": false}`, says("x"), true},
		{"first contact, true", `{"first_contact": true}`, says("x"), false},
		{"hours, open", `{"hours": {"calendar": "shop", "is": "open"}}`, says("x"), true},
		{"hours, closed", `{"hours": {"calendar": "shop", "is": "closed"}}`, says("x"), false},

		{"all", `{"all": [{"contains": ["price"]}, {"type": ["image"]}]}`, image, true},
		{"all, but one", `{"all": [{"contains": ["price"]}, {"type": ["image"]}]}`, says("price"), false},
		{"any", `{"any": [{"contains": ["price"]}, {"type": ["image"]}]}`, says("price"), true},
		{"any, none", `{"any": [{"contains": ["price"]}, {"type": ["image"]}]}`, says("x"), false},
		{"not", `{"not": {"contains": ["price"]}}`, says("x"), true},
		{"not, but it is", `{"not": {"contains": ["price"]}}`, says("price"), false},
		{"not, of a message without text", `{"not": {"contains": ["price"]}}`, location, true},
		{"three levels", `{"all": [{"any": [{"contains": ["price"]}, {"exact": ["?"]}]}, {"not": {"any": [{"type": ["image"]}, {"choice": ["x"]}]}}]}`, says("?"), true},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := book(t, filters(`{"id": "f", "when": `+c.when+`, "then": {"reply": "price"}}`))
			d := decide.Decide(b, known(), c.m, monday)
			if got := d.By == "f" && d.Reply == "price" && d.Outcome == conversation.Replied; got != c.want {
				t.Errorf("got %v (%+v), want %v", got, d, c.want)
			}
			steps := decide.Explain(b, known(), c.m, monday)
			if steps[0].Matched != c.want || steps[0].Why == "" {
				t.Errorf("Explain got %+v, want matched %v", steps[0], c.want)
			}
		})
	}
}

// The failures that users of other systems reported; see their issue trackers.

func TestLibredeskARuleWithNoConditionsMatchedEverything(t *testing.T) {
	for _, when := range []string{`{}`, `{"all": []}`, `{"any": []}`, `{"not": {}}`, `{"contains": []}`, `{"contains": [""]}`, `{"whole_word": ["\u200b"]}`, `{"exact": [" "]}`, `{"type": []}`} {
		refused(t, shop+`, `+filters(`{"id": "f", "when": `+when+`, "then": {"reply": "price"}}`)+`}`, "filters[0].when")
	}
}

func TestLibredeskAValueThatDoesNotParseMatched(t *testing.T) {
	refused(t, shop+`, `+filters(`{"id": "f", "when": {"contains": ["x"]}, "then": {}, "cooldown": "soon"}`)+`}`, `filters[0].cooldown: "soon" is no length of time`)
	refused(t, shop+`, `+filters(`{"id": "f", "when": {"hours": {"calendar": "shop", "is": "opne"}}, "then": {}}`)+`}`, `filters[0].when.hours.is: "opne" is no state`)
}

func TestLibredeskARuleWithManyGroupsWasSkippedInSilence(t *testing.T) {
	groups := strings.Repeat(`{"any": [{"contains": ["x"]}, {"all": [{"contains": ["price"]}, {"not": {"exact": ["y"]}}]}]}, `, 20)
	b := book(t, filters(`{"id": "f", "when": {"all": [`+groups+`{"contains": ["price"]}]}, "then": {"reply": "price"}}`))
	if d := decide.Decide(b, known(), says("price"), monday); d.By != "f" {
		t.Errorf("got %+v, want the filter with 21 groups", d)
	}
}

func TestMinifluxAWrongRuleIsRefusedAndNotIgnored(t *testing.T) {
	refused(t, shop+`, `+filters(`{"id": "f", "when": {"regex": "(price"}, "then": {"reply": "price"}}`)+`}`, "filters[0].when.regex: error parsing regexp: missing closing )")
}

func TestChatwoot4791And8110And6851KeywordMatching(t *testing.T) {
	b := book(t, filters(`{"id": "f", "when": {"whole_word": ["Cat", "hello"]}, "then": {"reply": "price"}}`))
	for text, want := range map[string]string{
		"CAT": "f", "hello, is anybody there?": "f", "which category is it": decide.ByNone, "a cat.": "f", "othello": decide.ByNone, "Hello!": "f",
	} {
		if d := decide.Decide(b, known(), says(text), monday); d.By != want {
			t.Errorf("%q: got %s, want %s", text, d.By, want)
		}
	}
}

func TestChatwoot4504SeveralRulesAnsweredTheSameMessage(t *testing.T) {
	b := book(t, filters(
		`{"id": "a", "when": {"contains": ["price"]}, "then": {"reply": "price", "assign": "sales"}, "continue": true}`,
		`{"id": "b", "when": {"contains": ["size"]}, "then": {"reply": "size", "assign": "care"}, "continue": true}`,
	), `"fallback": {"reply": "sorry"}`)
	d := decide.Decide(b, known(), says("price and size"), monday)
	if d.Reply != "price" || d.By != "a" || d.Team != "sales" || ids(d.Matched) != "a b" {
		t.Errorf("got %+v, want one reply, price, and team sales", d)
	}
	if why := d.Matched[1].Why; !strings.Contains(why, "no reply: filter a has replied already") {
		t.Errorf("the trace does not say why the second reply is not sent: %q", why)
	}
}

func TestChatwoot9293AwayMessageWhileTheBotWasAnswering(t *testing.T) {
	b := book(t, filters(`{"id": "f", "when": {"contains": ["price"]}, "then": {"reply": "price"}}`), `"away": {"reply": "closed", "calendar": "shop"}`)
	d := decide.Decide(b, known(), says("price"), night)
	if d.Reply != "price" || !d.AwayUntil.IsZero() {
		t.Errorf("got %+v, want the filter's reply and no away reply", d)
	}
}

func TestChatwoot15251TemplatesStaySilentWhilePeopleAreInCharge(t *testing.T) {
	b := book(t, filters(`{"id": "f", "when": {"contains": ["price"]}, "then": {"reply": "price", "tag": ["price"], "assign": "sales"}}`), `"fallback": {"reply": "sorry"}`)
	h := known()
	h.HandedOff = monday.Add(-time.Hour)
	d := decide.Decide(b, h, says("price"), monday)
	if d.Outcome != conversation.Silent || d.By != decide.ByPeople || d.Reply != "" || d.Team != "" || d.Tags != nil || d.Matched != nil {
		t.Errorf("got %+v, want silence and no change", d)
	}
}

func TestChatwoot9224ARuleFiredOnChatsThatAnAgentHadStarted(t *testing.T) {
	b := book(t, filters(`{"id": "f", "when": {"all": [{"contains": ["price"]}, {"not": {"started_by": ["agent"]}}]}, "then": {"reply": "price"}}`))
	for by, want := range map[string]string{"": "f", "customer": "f", "bot": "f", "agent": decide.ByNone} {
		h := known()
		h.Status, h.StartedBy, h.Count = conversation.Open, by, 1
		if d := decide.Decide(b, h, says("price"), monday); d.By != want {
			t.Errorf("started by %q: got %s, want %s", by, d.By, want)
		}
	}
}

func TestLibredeskGreaterThanSomethingThatIsNoNumberMatched(t *testing.T) {
	b := book(t, filters(`{"id": "f", "when": {"attribute": {"name": "spent", "above": 100}}, "then": {"reply": "price"}}`))
	for value, want := range map[string]string{"1200": "f", "99": decide.ByNone, "a lot": decide.ByNone, "": decide.ByNone, "NaN": decide.ByNone, "Inf": decide.ByNone} {
		h := known()
		h.Contact.Attributes = map[string]string{"spent": value}
		if d := decide.Decide(b, h, says("x"), monday); d.By != want {
			t.Errorf("%q above 100: got %s, want %s", value, d.By, want)
		}
	}
}
