package render

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
)

// several is a template "t" with these variants.
func several(variants ...playbook.Variant) *playbook.Playbook {
	p := one("en", "")
	p.Languages = []string{"en", "zh-CN"}
	p.Templates[0].Variants = variants
	return p
}

// says is a variant whose text tells which one it is.
func says(text, language string, only ...string) playbook.Variant {
	return playbook.Variant{Language: language, Shape: "text", Text: text, Only: only}
}

func TestTheVariantOfAKindOfChannel(t *testing.T) {
	approved := playbook.Variant{Language: "en", Shape: "approved", Approved: &playbook.Approved{Name: "approved", Language: "en"}}
	set := New(several(says("all", "en"), says("app", "en", "wecom_app", "wecom_bot"), approved, says("中文", "zh-CN"), says("中文客服", "zh-CN", "wecom_kf")))
	for _, c := range []struct {
		name, language string
		kind           message.Kind
		want           string
	}{
		{"the one that names the kind", "en", message.WeComApp, "app"},
		{"the one that names it among others", "en", message.WeComBot, "app"},
		{"the one for all kinds", "en", message.WhatsApp, "all"},
		{"without a kind, the one for all kinds", "en", "", "all"},
		{"in another language", "zh-CN", message.WeComKF, "中文客服"},
		{"in another language, for all kinds", "zh-CN", message.WeComApp, "中文"},
		{"language comes before kind", "zh-TW", message.WeComApp, "中文"},
		{"a language that nobody wrote", "fr", message.WeComApp, "app"},
	} {
		got, err := set.Reply("t", c.language, true, Values{Kind: c.kind})
		if err != nil || got.Text != c.want {
			t.Errorf("%s: got %q, %v, want %q", c.name, got.Text, err, c.want)
		}
	}
	if got, err := set.Reply("t", "en", false, Values{Kind: message.WhatsApp}); err != nil || got.Approved == nil {
		t.Errorf("outside the window: got %+v, %v, want the approved variant", got, err)
	}
}

func TestOnlyWhatsAppTakesAnApprovedVariant(t *testing.T) {
	approved := playbook.Variant{Language: "en", Shape: "approved", Approved: &playbook.Approved{Name: "hello", Language: "en"}}
	set := New(&playbook.Playbook{Languages: []string{"en"}, Templates: []playbook.Template{{ID: "t", Variants: []playbook.Variant{
		{Language: "en", Shape: "text", Text: "hello"}, approved,
	}}}})
	for kind, want := range map[message.Kind]error{"": nil, message.WhatsApp: nil, message.WeComKF: ErrNoApproved, message.WeComApp: ErrNoApproved, message.WeComBot: ErrNoApproved} {
		if _, err := set.Reply("t", "en", false, Values{Kind: kind}); !errors.Is(err, want) {
			t.Errorf("%q: got %v outside the window, want %v", kind, err, want)
		}
	}
}

func TestAVariantForOtherKindsIsNeverTaken(t *testing.T) {
	set := New(several(says("app", "en", "wecom_app"), says("bot", "en", "wecom_bot")))
	if _, err := set.Reply("t", "en", true, Values{Kind: message.WhatsApp}); !errors.Is(err, ErrNoTemplate) {
		t.Errorf("got %v, want that there is nothing for WhatsApp", err)
	}
	if got, err := set.Reply("t", "en", true, Values{}); err != nil || got.Text != "app" {
		t.Errorf("without a kind: got %q, %v, want the first", got.Text, err)
	}
	if _, err := set.Reply("t", "en", false, Values{}); !errors.Is(err, ErrNoApproved) {
		t.Errorf("outside the window: got %v, want that nothing is approved", err)
	}
}

// Whichever variants there are, what is chosen is for the kind, and is in the language when
// anything for the kind is.
func TestWhatIsChosenFits(t *testing.T) {
	kinds := []string{"whatsapp", "wecom_kf", "wecom_app", "wecom_bot"}
	languages := rapid.SampledFrom([]string{"en", "zh-CN", "zh-TW", "fr"})
	rapid.Check(t, func(t *rapid.T) {
		var variants []playbook.Variant
		for range rapid.IntRange(1, 6).Draw(t, "variants") {
			only := rapid.SliceOfNDistinct(rapid.SampledFrom(kinds), 0, 3, rapid.ID[string]).Draw(t, "only")
			variants = append(variants, says(strings.Join(only, " ")+".", languages.Draw(t, "language"), only...))
		}
		kind, language := rapid.SampledFrom(kinds).Draw(t, "kind"), languages.Draw(t, "reader")
		fits := func(v playbook.Variant) bool { return len(v.Only) == 0 || strings.Contains(v.Text, kind) }
		best := 0 // 1 for any, 2 in the language, 3 in the language and for this kind alone
		for _, v := range variants {
			switch {
			case !fits(v):
			case v.Language == language && len(v.Only) > 0:
				best = max(best, 3)
			case v.Language == language:
				best = max(best, 2)
			default:
				best = max(best, 1)
			}
		}
		chosen := choose(New(several(variants...)).templates["t"], wanted{open: true, kind: message.Kind(kind)}, language, "en")
		switch {
		case chosen == nil && best > 0, chosen != nil && best == 0:
			t.Fatalf("got %v, want something: %v", chosen, best > 0)
		case chosen == nil:
			return
		case !fits(chosen.data):
			t.Fatalf("got a variant for %v, want one for %s", chosen.data.Only, kind)
		case best > 1 && chosen.data.Language != language, best == 3 && len(chosen.data.Only) == 0:
			t.Fatalf("got %s for %v, want the one for %s in %s", chosen.data.Language, chosen.data.Only, kind, language)
		}
	})
}

func card(url string) *playbook.Playbook {
	return several(playbook.Variant{Language: "en", Shape: "card", Header: "{{ shop }}", Text: "For {{ contact.name }}", Footer: "Until {{ price }}", Link: &playbook.Link{URL: url, Label: "{{ contact.name }}"}})
}

func TestCardsAndNews(t *testing.T) {
	v := Values{ContactName: "Ada", Text: "green & black"}
	got, err := New(card(" https://shop.example/?q={{ message.text | url_encode }}\n")).Reply("t", "en", true, v)
	want := message.Content{Shape: message.ShapeCard, Header: "Cloud & Leaf", Text: "For Ada", Footer: "Until 1234.5", Link: &message.Link{URL: "https://shop.example/?q=green+%26+black", Label: "Ada"}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v, the card (-want +got):\n%s", err, diff)
	}
	news := several(playbook.Variant{Language: "en", Shape: "news", Articles: []playbook.Article{
		{Title: "{{ shop }}", Description: "For {{ contact.name }}", URL: "https://shop.example/{{ contact.name }}", Picture: "https://shop.example/{{ contact.name }}.jpg"},
		{Title: "More", URL: "https://shop.example/more", Picture: "{% if first_contact %}https://shop.example/new.jpg{% endif %}"},
	}})
	got, err = New(news).Reply("t", "en", true, v)
	want = message.Content{Shape: message.ShapeNews, Articles: []message.Article{
		{Title: "Cloud & Leaf", Description: "For Ada", URL: "https://shop.example/Ada", Picture: "https://shop.example/Ada.jpg"},
		{Title: "More", URL: "https://shop.example/more"},
	}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v, the news (-want +got):\n%s", err, diff)
	}
}

func TestALinkWithoutALabelIsCalledSomething(t *testing.T) {
	for language, want := range map[string]string{"en": "Open", "fr": "Open", "zh-CN": "查看", "zh-TW": "查看"} {
		p := card("https://shop.example/")
		p.Templates[0].Variants[0].Language, p.Templates[0].Variants[0].Link.Label = language, "{% if first_contact %}New{% endif %} "
		got, err := New(p).Reply("t", language, true, Values{ContactName: "Ada"})
		if err != nil || got.Link.Label != want {
			t.Errorf("%s: got %+v, %v, want %q", language, got.Link, err, want)
		}
	}
}

func TestAnAddressIsHTTPSAfterRendering(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		ok   bool
	}{
		"https":                        {"https://shop.example/a?b=c#d", true},
		"in capitals":                  {"HTTPS://shop.example", true},
		"with a port":                  {"https://shop.example:8443/", true},
		"in Chinese":                   {"https://茶.example/龙井", true},
		"not encrypted":                {"http://shop.example/", false},
		"a script":                     {"javascript:alert(1)//https://", false},
		"data":                         {"data:text/html,<b>", false},
		"no scheme":                    {"shop.example/a", false},
		"only a scheme":                {"https://", false},
		"only a port":                  {"https://:443/", false},
		"a name before the host":       {"https://shop.example@evil.example/", false},
		"a password before the host":   {"https://a:b@evil.example/", false},
		"a backslash":                  {`https://evil.example\.shop.example/`, false},
		"two addresses":                {"https://shop.example/ https://evil.example/", false},
		"a line break":                 {"https://shop.example/\nhttps://evil.example/", false},
		"signs that turn it round":     {"https://shop.example/\u202egpj.exe", false},
		"a scheme behind another text": {"see https://shop.example/", false},
		"nothing":                      {"", false},
	} {
		if got := Address(c.text); got != c.ok {
			t.Errorf("%s: got %v, want %v", name, got, c.ok)
		}
	}
	for name, c := range map[string]struct{ url, reason string }{
		"what a contact wrote": {"{{ message.text }}", "does not come out as an https address"},
		"nothing":              {"{% if first_contact %}https://shop.example{% endif %}", "comes out empty"},
		"a plain page":         {"http://shop.example/", "does not come out as an https address"},
	} {
		_, err := New(card(c.url)).Reply("t", "en", true, Values{ContactName: "Ada", Text: "javascript:marked-7c1f"})
		bad, ok := errors.AsType[*Error](err)
		if !ok || bad.Field != "link.url" || bad.Reason != c.reason || strings.Contains(err.Error(), "marked-7c1f") {
			t.Errorf("%s: got %v, want link.url refused without its value", name, err)
		}
	}
	news := several(playbook.Variant{Language: "en", Shape: "news", Articles: []playbook.Article{{Title: "x", URL: "https://shop.example"}, {Title: "x", URL: "https://shop.example", Picture: "{{ message.text }}"}}})
	if _, err := New(news).Reply("t", "en", true, Values{Text: "file:///etc/passwd"}); err == nil || !strings.Contains(err.Error(), "articles[1].picture") {
		t.Errorf("got %v, want the picture refused", err)
	}
}

// An address that passes is one that a browser opens encrypted, at the host that is read.
func FuzzAddress(f *testing.F) {
	for _, seed := range []string{"https://shop.example/a?b=c", "http://shop.example", "javascript:alert(1)", "https://a@b", "https:///x", "https://\u202e", "HTTPS://X", "https://[::1]/", `https://a\b`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !Address(text) {
			return
		}
		host, _, _ := strings.Cut(strings.TrimPrefix(strings.ToLower(text), "https://"), "/")
		if !strings.HasPrefix(strings.ToLower(text), "https://") || host == "" || strings.ContainsAny(text, " \t\r\n") {
			t.Errorf("%q passes", text)
		}
		if before, _, _ := strings.Cut(host, "?"); strings.ContainsAny(strings.SplitN(before, "#", 2)[0], `@\`) {
			t.Errorf("%q hides its host", text)
		}
	})
}

func BenchmarkReplyCard(b *testing.B) {
	set := New(card("https://shop.example/?q={{ message.text | url_encode }}"))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := set.Reply("t", "en", true, Values{ContactName: "Ada", Text: "green tea", Kind: message.WeComApp}); err != nil {
			b.Fatal(err)
		}
	}
}
