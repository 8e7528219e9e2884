package publish

import (
	"encoding/json"
	"strings"
	"testing"

	"frontdesk/shared/playbook"
)

// What an admin reads about a file or an approved template that some channel would not take. The
// company has WhatsApp, an app, customer service and an AI bot.
func TestFaultsOfFiles(t *testing.T) {
	const at = "templates[0].variants[0]"
	const wa = `"only": ["whatsapp"], `
	long := strings.Repeat("茶", 1025)
	for _, c := range []struct{ name, variant, path, message string }{
		{"a picture", `"shape": "image", "media": {"url": "https://shop.example/a.png"}`, "", ""},
		{"a picture without an ending", `"shape": "image", "media": {"url": "https://shop.example/a"}`, "", ""},
		{"a picture that a program makes", `"shape": "image", "media": {"url": "https://shop.example/a.php"}`, "", ""},
		{"a document of any type", `"shape": "document", "media": {"url": "https://shop.example/a.gif", "name": "a.gif"}`, "", ""},
		{"a recording for all", `"shape": "audio", "media": {"url": "https://shop.example/a.amr"}`, "", ""},
		{"a picture with words at WhatsApp", wa + `"shape": "image", "text": "{{ contact.name }}", "media": {"url": "https://shop.example/a.png"}`, "", ""},
		{"a picture with words and no media", wa + `"shape": "image", "text": "x"`, at + ".media", "The shape needs media."},
		{"a text with a file", `"shape": "text", "text": "x", "media": {"url": "https://shop.example/a.png"}`, at + ".media", "The shape has no media."},
		{"a list with a file", `"shape": "list", "text": "x", "open": "o", "sections": [{"rows": [{"id": "a", "title": "A"}]}], "media": {"url": "https://shop.example/a.png"}`, at + ".media", "The shape has no media."},
		{"a recording with words", wa + `"shape": "audio", "text": "x", "media": {"url": "https://shop.example/a.amr"}`, at + ".text", "The shape has no text."},
		{"words that customer service does not show", `"only": ["wecom_kf"], "shape": "image", "text": "x", "media": {"url": "https://shop.example/a.png"}`, at + ".text", "WeChat customer service shows no words with this kind of file."},
		{"words that an app does not show", `"only": ["wecom_app"], "shape": "document", "text": "x", "media": {"url": "https://shop.example/a.pdf"}`, at + ".text", "A WeCom app shows no words with this kind of file."},
		{"words below a film of an app", `"only": ["wecom_app"], "shape": "video", "text": "x", "media": {"url": "https://shop.example/a.mp4"}`, "", ""},
		{"too many words below it", `"only": ["wecom_app"], "shape": "video", "text": "{{ message.text }}", "media": {"url": "https://shop.example/a.mp4"}`, at + ".text", "and a WeCom app takes 512."},
		{"too long a caption", wa + `"shape": "image", "text": "` + long + `", "media": {"url": "https://shop.example/a.png"}`, at + ".text", "can reach 1025 characters, and WhatsApp takes 1024."},
		{"a caption that a long message makes too long", wa + `"shape": "video", "text": "{{ message.text }}", "media": {"url": "https://shop.example/a.mp4"}`, at + ".text", "can reach 4096 characters, and WhatsApp takes 1024."},
		{"no address", `"shape": "image", "media": {}`, at + ".media.url", "The file has no address."},
		{"no https", `"shape": "image", "media": {"url": "http://shop.example/a.png"}`, at + ".media.url", "does not come out as an https address"},
		{"an unknown variable in the address", `"shape": "image", "media": {"url": "https://shop.example/{{ sku }}.png"}`, at + ".media.url", "sku"},
		{"an unknown filter in the name", `"shape": "document", "media": {"url": "https://shop.example/a.pdf", "name": "{{ now | dat }}"}`, at + ".media.name", "dat"},
		{"an address that grows too long", `"shape": "image", "media": {"url": "https://shop.example/a?{{ message.text | truncate: 1500 | url_encode }}"}`, at + ".media.url", "can reach"},
		{"an address and an id", wa + `"shape": "image", "media": {"url": "https://shop.example/a.png", "id": "7"}`, at + ".media.id", "The file has an address and an id."},
		{"an id of WhatsApp", wa + `"shape": "image", "media": {"id": "1013859600285441"}`, "", ""},
		{"an id that is none", wa + `"shape": "image", "media": {"id": "abc"}`, at + ".media.id", "is not the id of a file at WhatsApp"},
		{"an id for others, too", `"shape": "image", "media": {"id": "7"}`, at + ".media.id", "Only WhatsApp knows this id"},
		{"a picture that is no JPEG", wa + `"shape": "image", "media": {"url": "https://shop.example/a.WEBP?x=1"}`, at + ".media.url", "ends in .webp, and WhatsApp takes as image only jpg, jpeg, png"},
		{"a film of WhatsApp alone", `"shape": "video", "media": {"url": "https://shop.example/a.3gp"}`, at + ".media.url", "WeChat customer service takes as video only mp4"},
		{"a recording of WhatsApp alone", `"shape": "audio", "media": {"url": "https://shop.example/a.mp3"}`, at + ".media.url", "takes as audio only amr"},
		{"a name for a picture", `"shape": "image", "media": {"url": "https://shop.example/a.png", "name": "a.png"}`, at + ".media.name", "Only a document is shown under a name."},
		{"another kind than the shape", `"shape": "image", "media": {"kind": "video", "url": "https://shop.example/a.png"}`, at + ".media.kind", "says already"},
		{"a picture above buttons", wa + `"shape": "buttons", "text": "x", "media": {"kind": "image", "url": "https://shop.example/a.png"}, "buttons": [{"id": "a", "title": "A"}]`, "", ""},
		{"a picture above a card", wa + `"shape": "card", "text": "x", "media": {"kind": "image", "url": "https://shop.example/a.png"}, "link": {"url": "https://shop.example/"}`, "", ""},
		{"a picture above buttons everywhere", `"shape": "buttons", "text": "x", "media": {"kind": "image", "url": "https://shop.example/a.png"}, "buttons": [{"id": "a", "title": "A"}]`, at + ".media", "Only WhatsApp shows a file above buttons"},
		{"a picture and a title", wa + `"shape": "buttons", "header": "h", "text": "x", "media": {"kind": "image", "url": "https://shop.example/a.png"}, "buttons": [{"id": "a", "title": "A"}]`, at + ".header", "A text and a file are both to stand above this message."},
		{"a recording above buttons", wa + `"shape": "buttons", "text": "x", "media": {"kind": "audio", "url": "https://shop.example/a.amr"}, "buttons": [{"id": "a", "title": "A"}]`, at + ".media.kind", "audio"},

		{"a whole approved template", `"shape": "approved", "approved": {"name": "a", "language": "en", "named": [{"name": "first_name", "text": "{{ contact.name | default: \"friend\" }}"}], "media": {"kind": "image", "url": "https://shop.example/a.png"}, "buttons": [{"index": 0, "url": "{{ channel }}"}, {"index": 1, "payload": "menu"}]}`, "", ""},
		{"numbers and names", `"shape": "approved", "approved": {"name": "a", "language": "en", "params": ["x"], "named": [{"name": "n", "text": "x"}]}`, at + ".approved.named", "no template has both"},
		{"a name that is none", `"shape": "approved", "approved": {"name": "a", "language": "en", "named": [{"name": "First", "text": "x"}]}`, at + ".approved.named[0].name", "is not a name that a parameter can have"},
		{"a name twice", `"shape": "approved", "approved": {"name": "a", "language": "en", "named": [{"name": "n", "text": "x"}, {"name": "n", "text": "x"}]}`, at + ".approved.named[1].name", "is filled twice"},
		{"an empty named parameter", `"shape": "approved", "approved": {"name": "a", "language": "en", "named": [{"name": "n", "text": "{{ contact.name }}"}]}`, at + ".approved.named[0].text", "comes out empty"},
		{"a named parameter that grows too long", `"shape": "approved", "approved": {"name": "a", "language": "en", "named": [{"name": "n", "text": "{{ message.text }}"}]}`, at + ".approved.named[0].text", "takes 1024"},
		{"a header that grows too long", `"shape": "approved", "approved": {"name": "a", "language": "en", "header": {"text": "Hello {{ contact.name }}"}}`, at + ".approved.header.text", "can reach 66 characters, and WhatsApp takes 60."},
		{"a text and a file in the header", `"shape": "approved", "approved": {"name": "a", "language": "en", "header": {"text": "x"}, "media": {"kind": "image", "url": "https://shop.example/a.png"}}`, at + ".approved.header", "A text and a file are both"},
		{"a header of another kind", `"shape": "approved", "approved": {"name": "a", "language": "en", "media": {"kind": "audio", "url": "https://shop.example/a.amr"}}`, at + ".approved.media.kind", "audio"},
		{"a header's file of another type", `"shape": "approved", "approved": {"name": "a", "language": "en", "media": {"kind": "video", "url": "https://shop.example/a.mov"}}`, at + ".approved.media.url", "ends in .mov"},
		{"a button that nothing fills", `"shape": "approved", "approved": {"name": "a", "language": "en", "buttons": [{"index": 0}]}`, at + ".approved.buttons[0]", "Nothing fills this button."},
		{"a button with both", `"shape": "approved", "approved": {"name": "a", "language": "en", "buttons": [{"index": 0, "url": "x", "payload": "y"}]}`, at + ".approved.buttons[0]", "the end of an address or a payload"},
		{"a button twice", `"shape": "approved", "approved": {"name": "a", "language": "en", "buttons": [{"index": 0, "url": "x"}, {"index": 0, "url": "x"}]}`, at + ".approved.buttons[1].index", "filled twice"},
		{"the eleventh button", `"shape": "approved", "approved": {"name": "a", "language": "en", "buttons": [{"index": 10, "url": "x"}]}`, at + ".approved.buttons[0].index", "no template has a button 10"},
		{"an unknown variable in a button", `"shape": "approved", "approved": {"name": "a", "language": "en", "buttons": [{"index": 0, "url": "{{ sku }}"}]}`, at + ".approved.buttons[0].url", "sku"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, faults := Load([]byte(bookOf(c.variant)))
			faults = append(faults, Check(p, company(), noon)...)
			about := faultsAt(faults, at)
			if c.path == "" {
				if len(about) > 0 {
					t.Errorf("got %+v, want no fault", about)
				}
				return
			}
			for _, f := range about {
				if f.Path == c.path && strings.Contains(strings.ToLower(f.Message), strings.ToLower(c.message)) && f.Fix != "" {
					return
				}
			}
			t.Errorf("got %+v, want %q at %s", about, c.message, c.path)
		})
	}
}

// bookOf is a playbook with one template, which has this variant and a plain one.
func bookOf(variant string) string {
	plain := `, {"language": "en", "shape": "text", "text": "x"}`
	if !strings.Contains(variant, `"only"`) && !strings.Contains(variant, `"approved"`) {
		plain = ""
	}
	return `{"languages": ["en"], "templates": [{"id": "t", "name": "T", "variants": [{"language": "en", ` + variant + `}` + plain + `]}],
		"filters": [{"id": "f", "name": "F", "when": {"exact": ["a"]}, "then": {"reply": "t"}}], "hours": [], "teams": []}`
}

func faultsAt(all []playbook.Fault, path string) []playbook.Fault {
	var about []playbook.Fault
	for _, f := range all {
		if strings.HasPrefix(f.Path, path) {
			about = append(about, f)
		}
	}
	return about
}

// What was stored before there were files is read as it was written.
func TestOldTemplatesAreStillRead(t *testing.T) {
	old := `{"language":"en","shape":"approved","approved":{"name":"a","language":"en","params":["{{ contact.name | default: \"friend\" }}"]}}`
	var v playbook.Variant
	if err := json.Unmarshal([]byte(old), &v); err != nil {
		t.Fatal(err)
	}
	var again strings.Builder
	e := json.NewEncoder(&again)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil || strings.TrimSpace(again.String()) != old {
		t.Errorf("got %s, want it unchanged: %v", again.String(), err)
	}
}
