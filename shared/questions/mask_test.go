package questions_test

import (
	"strings"
	"testing"
	"unicode"

	"frontdesk/shared/questions"
)

func TestMask(t *testing.T) {
	k := questions.NewMasker()
	for _, c := range []struct{ name, text, want string }{
		{"nothing to hide", "where is my order?", "where is my order?"},
		{"a phone number", "call me at +1 (650) 555-1234 please", "call me at *** please"},
		{"glued to Chinese", "我的电话13800001234谢谢", "我的电话***谢谢"},
		{"full width", "电话１３８００００１２３４", "电话***"},
		{"with other signs between", "138*001*380*00 or 138~001~380~00 or 138=001=380=00", "*** or *** or ***"},
		{"with wide signs between", "电话138｜001｜380｜00，谢谢", "电话***，谢谢"},
		{"with three signs between", "138 * 001 * 380", "***"},
		{"with characters that nobody sees", "1\u200b3\u200b8\u200b0\u200b0", "***"},
		{"in Chinese characters", "幺三八零零一二三", "***"},
		{"a mail address", "write to zhang@example.com!", "write to ***"},
		{"links", "see https://example.com/x?y=1 or www.example.org or example.cn/a", "see *** or *** or ***"},
		{"an order number", "order AB12C345 is late", "order *** is late"},
		{"a short number", "2 shirts of size 38", "2 shirts of size 38"},
		{"the contact's name", "This is Zhang San, ZHANG again", "This is ***, *** again"},
		{"two lines", "one\ntwo\tthree", "one two three"},
	} {
		if got := k.Mask(c.text, "Zhang San"); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
	if got := k.Mask(strings.Repeat("好", 300)); len([]rune(got)) != 120 || !strings.HasSuffix(got, "…") {
		t.Errorf("got %d characters", len([]rune(got)))
	}
	if got := k.Mask("我是张三丰", "张三丰"); got != "我是***" {
		t.Errorf("got %q", got)
	}
}

// secretive looks for what must not be seen, character by character.
func secretive(s string) string {
	if strings.Contains(s, "@") && strings.ContainsFunc(s[strings.Index(s, "@")+1:min(len(s), strings.Index(s, "@")+2)], func(r rune) bool { return !unicode.IsSpace(r) }) {
		return "an address"
	}
	if strings.Contains(strings.ToLower(s), "://") && strings.Contains(strings.ToLower(s), "http") {
		return "a link"
	}
	digits := 0
	for _, r := range s {
		switch {
		case unicode.IsNumber(r):
			digits++
		case strings.ContainsRune(" ()-.+/", r):
		default:
			digits = 0
		}
		if digits >= 5 {
			return "a number"
		}
	}
	return ""
}

func FuzzMask(f *testing.F) {
	for _, s := range []string{"call +1 650 555 1234", "zhang@example.com", "https://example.com/1", "１３８００００１２３４", "a1b2c3d4", "1@2@3 4 5", "http://\n://", "1 2 3 4 example.com 5"} {
		f.Add(s, "Zhang San")
	}
	k := questions.NewMasker()
	f.Fuzz(func(t *testing.T, s, name string) {
		got := k.Mask(s, name)
		if what := secretive(got); what != "" {
			t.Errorf("%s survives in %q", what, got)
		}
		if strings.ContainsAny(got, "\n\r\t\x00") {
			t.Errorf("more than one line: %q", got)
		}
		if len(strings.Fields(name)) == 1 && len([]rune(name)) >= 3 && !strings.ContainsAny(name, "*…") && name == strings.ToLower(name) && isLetters(name) && strings.Contains(strings.ToLower(got), name) {
			t.Errorf("the name %q survives in %q", name, got)
		}
	})
}

func isLetters(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < 'a' || r > 'z' })
}

func TestPhrasesFindTheSamples(t *testing.T) {
	for _, c := range []struct {
		name    string
		samples []string
		want    []string
	}{
		{"what all have, and most of it", []string{"where is my order 8841237?", "hi where is my order", "where is my order now"}, []string{"where is my order"}},
		{"Chinese", []string{"请问怎么退货呢", "我想退货", "退货！"}, []string{"退货"}},
		{"two wordings", []string{"do you ship to Spain", "delivery abroad"}, nil},
		{"numbers are no phrase", []string{"12345", "https://example.com"}, []string{}},
		{"nor is the contact's name", []string{"zhang refund", "refund zhang"}, []string{"refund"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := questions.Phrases(c.samples, "Zhang")
			if c.want != nil && strings.Join(got.All(), "|") != strings.Join(c.want, "|") {
				t.Errorf("got %q, want %q", got.All(), c.want)
			}
			for _, s := range c.samples {
				caught := strings.Contains(s, "12345") || strings.Contains(s, "https")
				for _, p := range got.All() {
					caught = caught || strings.Contains(strings.ToLower(s), p)
				}
				if !caught {
					t.Errorf("%q has none of %q", s, got.All())
				}
			}
		})
	}
}
