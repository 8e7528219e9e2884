package publish

import (
	"strings"
	"testing"

	"frontdesk/shared/playbook"
)

// What has gone wrong in other systems, one test each.

// refused publishes a change and wants one fault with the text.
func refused(t *testing.T, change, want string) {
	t.Helper()
	for _, f := range Check(with(t, change), channels(), noon) {
		if strings.Contains(f.Message, want) {
			return
		}
	}
	t.Errorf("it may go live, and must not: %s", change)
}

// libredesk: a rule with no conditions matched everything.
func TestARuleWithoutConditionsIsRefused(t *testing.T) {
	refused(t, filterWith(`{}`), "no condition")
	refused(t, filterWith(`{"any": []}`), "empty")
	refused(t, filterWith(`{"contains": [""]}`), "empty")
}

// libredesk: a comparison with something that is no number matched.
func TestAComparisonThatCannotWorkIsRefused(t *testing.T) {
	refused(t, variant(`"shape": "text", "text": "{% if message.text > 100 %}a{% else %}b{% endif %}"`), "never true")
	refused(t, variant(`"shape": "text", "text": "{{ contact.name | times: 2 }}"`), "not a number")
}

// libredesk: a rule with too many groups was skipped in silence.
func TestARuleThatIsNestedTooDeeplyIsRefused(t *testing.T) {
	refused(t, filterWith(`{"all": [{"all": [{"all": [{"all": [{"contains": ["a"]}]}]}]}]}`), "more than 3 levels")
}

// miniflux: one misspelt field in a rule blocked everything, in silence.
func TestAMisspeltFieldIsRefused(t *testing.T) {
	_, faults := Load([]byte(`{"filters": [{"id": "a", "when": {"contians": ["price"]}, "then": {"reply": "price"}}]}`))
	if len(faults) != 1 || faults[0].Fix != "Did you mean contains?" {
		t.Errorf("got %+v", faults)
	}
}

// libredesk: rendering failed and the customer got the raw template text.
func TestATemplateThatCannotBeFilledInIsRefused(t *testing.T) {
	for _, text := range []string{"Dear {{ contact.name", "Dear {{ contact.first_name }}", "Dear {% if contact.name != '' %}you", "Dear {{ contact.name | titlecase }}"} {
		refused(t, variant(`"shape": "text", "text": "`+text+`"`), "Line 1 of the text")
	}
}

// alertmanager: a typing mistake in a template became an empty word.
func TestAMissingNameIsNoEmptyWord(t *testing.T) {
	refused(t, variant(`"shape": "text", "text": "{% unless first_contact %}See you at {{ adress }}{% else %}Hi{% endunless %}"`), "“adress”")
}

// chatwoot#4791, #8110, #6851: keyword matching failed on case, commas, and
// "cat" inside "category".
func TestKeywordsAreFoundAsPeopleWriteThem(t *testing.T) {
	p := with(t, `{"filters": [{"id": "cat", "when": {"whole_word": ["cat"]}, "then": {"reply": "price"}}, {"id": "price", "when": {"contains": ["price"]}, "then": {"reply": "price"}}]}`)
	for text, want := range map[string]string{"My CAT, please": "cat", "cat,dog": "cat", "which category?": "fallback", "PRICE?": "price", "the,price,please": "price", "ｐｒｉｃｅ": "price"} {
		if d, _ := answer(t, p, playbook.Sample{Text: text}); d.By != want {
			t.Errorf("%s: got %s, want %s", text, d.By, want)
		}
	}
}

// chatwoot#4504: several rules answered the same message.
func TestOneReplyToAMessage(t *testing.T) {
	p := with(t, `{"templates": [{"id": "price", "variants": [{"language": "en", "shape": "text", "text": "first"}]}, {"id": "second", "variants": [{"language": "en", "shape": "text", "text": "second"}]}],
		"filters": [{"id": "a", "when": {"contains": ["price"]}, "then": {"reply": "price"}, "continue": true}, {"id": "b", "when": {"contains": ["price"]}, "then": {"reply": "second", "tag": ["x"]}}]}`)
	if d, c := answer(t, p, playbook.Sample{Text: "price"}); d.Reply != "price" || c.Text != "first" || len(d.Tags) != 1 {
		t.Errorf("got %+v, %q", d, c.Text)
	}
}

// chatwoot#9293: the away message was sent while a filter was answering.
func TestNoAwayReplyBesideAnAnswer(t *testing.T) {
	p := shop(t)
	d, c := answer(t, p, playbook.Sample{Text: "how much is the longjing?", At: "2026-11-18T22:30:00+08:00"})
	if d.Reply != "price" || !d.AwayUntil.IsZero() || strings.Contains(c.Text, "closed right now") {
		t.Errorf("got %+v, %q", d, c.Text)
	}
}

// chatwoot#8503 and others: outside the window nothing was delivered, and the
// error blamed the template. A template may lack an approved variant; what has
// one must be able to send it.
func TestApprovedVariantsCanBeSent(t *testing.T) {
	refused(t, `{"templates": [{"id": "price", "variants": [{"language": "en", "shape": "text", "text": "x"}, {"language": "en", "shape": "approved", "approved": {"name": "hello", "language": "en", "params": ["{{ contact.name }}"]}}]}]}`, "comes out empty")
}

// chatwoot `send_email_to_team`: an id inside an action was not checked.
func TestIdsInActionsExist(t *testing.T) {
	refused(t, filterThen(`{"assign": "nobody"}`), "no team")
	refused(t, filterThen(`{"reply": "nobody"}`), "no template")
}

// ntfy: chained replacing expanded placeholders that a user typed.
func TestWhatACustomerTypesIsNeverFilledIn(t *testing.T) {
	p := with(t, `{"variables": {"secret": "hidden"}, "templates": [{"id": "price", "variants": [{"language": "en", "shape": "text", "text": "You wrote: {{ message.text | truncate: 100 }}"}]}]}`)
	if _, c := answer(t, p, playbook.Sample{Text: "price {{ secret }} {% raw %}"}); c.Text != "You wrote: price {{ secret }} {% raw %}" {
		t.Errorf("got %q", c.Text)
	}
}
