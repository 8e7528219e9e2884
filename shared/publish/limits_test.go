package publish

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"frontdesk/shared/message"
	"frontdesk/shared/render"
)

// limited is one field of one shape on one kind of channel: the variant with a text in the
// field's place, and how much of it is taken there.
type limited struct {
	kind  message.Kind
	field string
	// fields is the variant; § is the text.
	fields string
	most   int
}

const (
	open2   = `"link": {"url": "https://s.example/", "label": "Open"}`
	one     = `"buttons": [{"id": "a", "title": "A"}]`
	showing = `"open": "Show", "sections": [{"rows": [{"id": "a", "title": "A"}]}]`
	filed   = `"media": {"url": "https://s.example/a.`
)

// leftOut reports a field that is not in the message when it is too long: descriptions of
// articles in a text. The name of a file at WeCom is in its upload.
func (l limited) leftOut() bool {
	return l.kind != message.WhatsApp && l.field == "media.name" || l.kind == message.WeComKF && l.field == "articles"
}

// onWhatsApp are characters, as Meta counts them.
var onWhatsApp = []limited{
	{message.WhatsApp, "text", `"shape": "text", "text": "§"`, 4096},
	{message.WhatsApp, "text", `"shape": "buttons", "text": "§", ` + one, 1024},
	{message.WhatsApp, "header", `"shape": "buttons", "text": "x", "header": "§", ` + one, 60},
	{message.WhatsApp, "footer", `"shape": "buttons", "text": "x", "footer": "§", ` + one, 60},
	{message.WhatsApp, "buttons[0].title", `"shape": "buttons", "text": "x", "buttons": [{"id": "a", "title": "§"}]`, 20},
	{message.WhatsApp, "text", `"shape": "list", "text": "§", ` + showing, 4096},
	{message.WhatsApp, "header", `"shape": "list", "text": "x", "header": "§", ` + showing, 60},
	{message.WhatsApp, "footer", `"shape": "list", "text": "x", "footer": "§", ` + showing, 60},
	{message.WhatsApp, "open", `"shape": "list", "text": "x", "open": "§", "sections": [{"rows": [{"id": "a", "title": "A"}]}]`, 20},
	{message.WhatsApp, "sections[0].title", `"shape": "list", "text": "x", "open": "Show", "sections": [{"title": "§", "rows": [{"id": "a", "title": "A"}]}]`, 24},
	{message.WhatsApp, "sections[0].rows[0].title", `"shape": "list", "text": "x", "open": "Show", "sections": [{"rows": [{"id": "a", "title": "§"}]}]`, 24},
	{message.WhatsApp, "sections[0].rows[0].description", `"shape": "list", "text": "x", "open": "Show", "sections": [{"rows": [{"id": "a", "title": "A", "description": "§"}]}]`, 72},
	{message.WhatsApp, "text", `"shape": "card", "header": "H", "text": "§", ` + open2, 1024},
	{message.WhatsApp, "header", `"shape": "card", "header": "§", "text": "x", ` + open2, 60},
	{message.WhatsApp, "footer", `"shape": "card", "header": "H", "text": "x", "footer": "§", ` + open2, 60},
	{message.WhatsApp, "link.label", `"shape": "card", "header": "H", "text": "x", "link": {"url": "https://s.example/", "label": "§"}`, 20},
	{message.WhatsApp, "link.url", `"shape": "card", "header": "H", "text": "x", "link": {"url": "https://s.example/§"}`, 2000 - len("https://s.example/")},
	{message.WhatsApp, "articles", `"shape": "news", "articles": [{"title": "§", "url": "https://s.example/"}]`, 4096 - len("\nhttps://s.example/")},
	{message.WhatsApp, "text", `"shape": "image", "text": "§", ` + filed + `png"}`, 1024},
	{message.WhatsApp, "text", `"shape": "video", "text": "§", ` + filed + `mp4"}`, 1024},
	{message.WhatsApp, "text", `"shape": "document", "text": "§", ` + filed + `pdf"}`, 1024},
	{message.WhatsApp, "media.url", `"shape": "audio", "media": {"url": "https://s.example/§"}`, 2000 - len("https://s.example/")},
	{message.WhatsApp, "approved.params[0]", `"shape": "approved", "approved": {"name": "n", "language": "en", "params": ["§"]}`, 1024},
	{message.WhatsApp, "approved.named[0].text", `"shape": "approved", "approved": {"name": "n", "language": "en", "named": [{"name": "a", "text": "§"}]}`, 1024},
	{message.WhatsApp, "approved.header.text", `"shape": "approved", "approved": {"name": "n", "language": "en", "header": {"text": "§"}}`, 60},
	{message.WhatsApp, "approved.media.url", `"shape": "approved", "approved": {"name": "n", "language": "en", "media": {"kind": "image", "url": "https://s.example/§"}}`, 2000 - len("https://s.example/")},
	{message.WhatsApp, "approved.buttons[0].url", `"shape": "approved", "approved": {"name": "n", "language": "en", "buttons": [{"index": 0, "url": "§"}]}`, 2000},
}

// inBytes are bytes, as WeCom counts them, and the bytes of a file's name at WhatsApp.
var inBytes = []limited{
	{message.WhatsApp, "media.name", `"shape": "document", "media": {"url": "https://s.example/a.pdf", "name": "§"}`, 240},

	{message.WeComKF, "text", `"shape": "text", "text": "§"`, 2048},
	{message.WeComKF, "text", `"shape": "buttons", "header": "H", "text": "§", ` + one, 1024 - len("H\n\n")},
	{message.WeComKF, "footer", `"shape": "buttons", "text": "x", "footer": "§", ` + one, 1024},
	{message.WeComKF, "buttons[0].title", `"shape": "buttons", "text": "x", "buttons": [{"id": "a", "title": "§"}]`, 128},
	{message.WeComKF, "text", `"shape": "list", "text": "§", ` + showing, 1024},
	{message.WeComKF, "footer", `"shape": "list", "text": "x", "footer": "§", ` + showing, 1024},
	{message.WeComKF, "sections[0].rows[0].description", `"shape": "list", "text": "x", "open": "Show", "sections": [{"rows": [{"id": "a", "title": "§"}]}]`, 128},
	{message.WeComKF, "sections[0].rows[0].description", `"shape": "list", "text": "x", "open": "Show", "sections": [{"rows": [{"id": "a", "title": "A", "description": "§"}]}]`, 128 - len("A · ")},
	{message.WeComKF, "text", `"shape": "card", "header": "H", "text": "§", ` + open2, 2048 - len("H\n\n\n\nOpen\nhttps://s.example/")},
	{message.WeComKF, "link.url", `"shape": "card", "header": "H", "text": "x", "link": {"url": "https://s.example/§"}`, 1024 - len("https://s.example/")},
	{message.WeComKF, "articles", `"shape": "news", "articles": [{"title": "T", "description": "§", "url": "https://s.example/"}]`, 2048 - len("T\n\nhttps://s.example/")},
	{message.WeComKF, "articles[0].url", `"shape": "news", "articles": [{"title": "T", "url": "https://s.example/§"}]`, 1024 - len("https://s.example/")},
	{message.WeComKF, "media.url", `"shape": "image", "media": {"url": "https://s.example/§"}`, 1024 - len("https://s.example/")},
	{message.WeComKF, "media.url", `"shape": "video", "media": {"url": "https://s.example/§"}`, 1024 - len("https://s.example/")},
	{message.WeComKF, "media.url", `"shape": "audio", "media": {"url": "https://s.example/§"}`, 1024 - len("https://s.example/")},
	{message.WeComKF, "media.name", `"shape": "document", "media": {"url": "https://s.example/a.pdf", "name": "§"}`, 240},

	{message.WeComApp, "text", `"shape": "text", "text": "§"`, 2048},
	{message.WeComApp, "text", `"shape": "markdown", "only": ["wecom_app"], "text": "§"`, 2048},
	{message.WeComApp, "header", `"shape": "card", "header": "§", "text": "x", ` + open2, 128},
	{message.WeComApp, "text", `"shape": "card", "header": "H", "text": "§", "footer": "F", ` + open2, 512 - len("\n\nF")},
	{message.WeComApp, "link.label", `"shape": "card", "header": "H", "text": "x", "link": {"url": "https://s.example/", "label": "§"}`, 4},
	{message.WeComApp, "link.url", `"shape": "card", "header": "H", "text": "x", "link": {"url": "https://s.example/§"}`, 2048 - len("https://s.example/")},
	{message.WeComApp, "articles[0].title", `"shape": "news", "articles": [{"title": "§", "url": "https://s.example/"}]`, 128},
	{message.WeComApp, "articles[0].description", `"shape": "news", "articles": [{"title": "T", "description": "§", "url": "https://s.example/"}]`, 512},
	{message.WeComApp, "articles[0].url", `"shape": "news", "articles": [{"title": "T", "url": "https://s.example/§"}]`, 2048 - len("https://s.example/")},
	{message.WeComApp, "articles[0].picture", `"shape": "news", "articles": [{"title": "T", "url": "https://s.example/", "picture": "https://s.example/§"}]`, 2048 - len("https://s.example/")},
	{message.WeComApp, "text", `"shape": "video", "text": "§", ` + filed + `mp4"}`, 512},
	{message.WeComApp, "media.url", `"shape": "image", "media": {"url": "https://s.example/§"}`, 1024 - len("https://s.example/")},
	{message.WeComApp, "media.name", `"shape": "document", "media": {"url": "https://s.example/a.pdf", "name": "§"}`, 240},

	{message.WeComBot, "text", `"shape": "text", "text": "§"`, 20480},
	{message.WeComBot, "text", `"shape": "markdown", "only": ["wecom_bot"], "text": "§"`, 20480},
	{message.WeComBot, "text", `"shape": "buttons", "header": "H", "text": "§", ` + one, 20480 - len("H\n\n")},
	{message.WeComBot, "text", `"shape": "card", "header": "H", "text": "§", ` + open2, 20480 - len("H\n\n\n\nOpen\nhttps://s.example/")},
}

// faultsOf are those of a playbook for one channel whose one template has these fields. An
// approved variant needs another one beside it.
func faultsOf(t *testing.T, l limited, text string) (faults []string, path string) {
	t.Helper()
	fields, at := strings.Replace(l.fields, "§", text, 1), 0
	list := []string{fields}
	if strings.Contains(fields, `"approved"`) {
		list, at = []string{plain, fields}, 1
	}
	p := with(t, beside(variants(list...), `{"not": {"type": ["image"]}}`))
	for _, f := range Check(p, []Channel{{"main", l.kind}}, noon) {
		faults = append(faults, f.Path+"|"+f.Message+"|"+f.Fix)
	}
	return faults, fmt.Sprintf("templates[0].variants[%d].%s", at, l.field)
}

// limits says that a text of so many units is taken, and one unit more is a fault with its
// path, the limit and what to do.
func limits(t *testing.T, list []limited, unit string, size func(string) int) {
	for _, l := range list {
		t.Run(string(l.kind)+" "+l.fields[:20]+" "+l.field, func(t *testing.T) {
			text := strings.Repeat(unit, l.most/size(unit)) + strings.Repeat("a", l.most%size(unit))
			if faults, _ := faultsOf(t, l, text); len(faults) != 0 {
				t.Errorf("%d: got %.300v, want that it just fits", l.most, faults)
			}
			faults, path := faultsOf(t, l, text+"a")
			if len(faults) != 1 || !strings.HasPrefix(faults[0], path+"|The text can reach ") || !strings.HasSuffix(faults[0], "|Shorten it; cut what a contact wrote with | truncate: 20.") {
				t.Errorf("%d: got %.300v, want one fault at %s", l.most+1, faults, path)
			}
			if len(faults) == 1 && !strings.Contains(faults[0], "and "+kindName(l.kind)+" takes ") {
				t.Errorf("got %s, want that it names %s", faults[0], kindName(l.kind))
			}
		})
	}
}

func TestCharactersThatJustFit(t *testing.T) {
	for _, unit := range []string{"a", "茶"} {
		var list []limited
		for _, l := range onWhatsApp {
			if unit == "a" || !strings.Contains(l.fields, "/§") {
				list = append(list, l)
			}
		}
		limits(t, list, unit, utf8.RuneCountInString)
	}
}

func TestBytesThatJustFit(t *testing.T) {
	for _, l := range inBytes {
		unit := "茶"
		if strings.Contains(l.fields, "/§") || l.most < 5 {
			unit = "a"
		}
		limits(t, []limited{l}, unit, func(s string) int { return len(s) })
	}
}

// The longest name counts, and all that a contact can write.
func TestTheLongestNameCounts(t *testing.T) {
	for _, c := range []struct {
		kind  message.Kind
		value string
		most  int
	}{
		{message.WhatsApp, "{{ contact.name }}", 4096 - 60},
		{message.WeComKF, "{{ contact.name }}", 2048 - 180},
		{message.WeComApp, "{{ contact.name }}", 2048 - 180},
		{message.WhatsApp, "{{ message.text | truncate: 100 }}", 4096 - 100},
		{message.WhatsApp, `{{ message.text | default: "x" }}`, 0},
		{message.WhatsApp, `{{ now | date }}`, 4096 - len("30 September 2026")},
	} {
		l := limited{c.kind, "text", `"shape": "text", "text": "§"`, c.most}
		value := strings.ReplaceAll(c.value, `"`, `\"`)
		if faults, _ := faultsOf(t, l, strings.Repeat("a", c.most)+value); len(faults) != 0 {
			t.Errorf("%s beside %d: got %.300v, want that it just fits", c.value, c.most, faults)
		}
		if faults, path := faultsOf(t, l, strings.Repeat("a", c.most+1)+value); len(faults) != 1 || !strings.HasPrefix(faults[0], path+"|") {
			t.Errorf("%s beside %d: got %.300v, want one fault", c.value, c.most+1, faults)
		}
	}
}

// Names and messages that are longer than any sample are cut between characters on every
// channel, whatever the shape: no channel refuses them, nobody sees a template.
func TestWhatIsLongerThanAnySampleIsCut(t *testing.T) {
	values := render.Values{ContactName: strings.Repeat("名", 4000), Text: strings.Repeat("字", 4000), Now: noon, Channel: "main"}
	for _, l := range append(append([]limited(nil), onWhatsApp...), inBytes...) {
		if strings.Contains(l.fields, "/§") || strings.HasSuffix(l.field, "url") {
			continue
		}
		fields := strings.Replace(l.fields, "§", "Hi {{ contact.name }}", 1)
		p := with(t, variants(fields))
		values.Kind = l.kind
		content, err := render.New(&p).Reply("price", "en", !strings.Contains(fields, `"approved"`), values)
		if err != nil {
			t.Errorf("%s, %s: %v", l.kind, fields, err)
			continue
		}
		body := string(send(t, l.kind, content))
		if !utf8.ValidString(body) || strings.ContainsRune(body, utf8.RuneError) || strings.Contains(body, "{{ ") || !l.leftOut() && !strings.Contains(body, "Hi 名") {
			t.Errorf("%s, %s: got %.300s", l.kind, fields, body)
		}
		if l.kind != message.WeComBot && strings.Count(body, "名") > l.most {
			t.Errorf("%s, %s: got %d characters of the name, want at most %d", l.kind, fields, strings.Count(body, "名"), l.most)
		}
	}
}
