package text_test

import (
	"bufio"
	"os"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"frontdesk/shared/text"
)

func TestFold(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"nothing to do", "hi what is the price?", "hi what is the price?"},
		{"empty", "", ""},
		{"only white space", " \t\n\u3000", ""},
		{"case", "Hello WORLD", "hello world"},
		{"case of other scripts", "ПРИВЕТ ΣΊΣΥΦΟΣ", "привет σίσυφοσ"},
		{"sharp s, as full case folding says", "STRASSE Straße", "strasse strasse"},
		{"full-width letters and digits", "ＰＲＩＣＥ　１２３", "price 123"},
		{"full-width punctuation", "多少钱？！：（）", "多少钱?!:()"},
		{"Chinese full stop stays", "好。", "好。"},
		{"traditional to simplified", "請問這個價錢是多少", "请问这个价钱是多少"},
		{"traditional with several simplified forms takes the first", "乾杯 後天 皇后", "干杯 后天 皇后"},
		{"a chain of replacements is followed to its end", "薴", "苎"},
		{"compatibility ideograph, then simplified", "\uF900", "岂"},
		{"half-width katakana", "ｶﾞｷﾞ", "ガギ"},
		{"ligatures, circled digits, units", "ﬁne ① ㎏ ℃", "fine 1 kg °c"},
		{"composed and decomposed are the same", "e\u0301 é", "é é"},
		{"Hangul from its parts", "\u1100\u1161\u11A8", "각"},
		{"dots that are one character", "等等……", "等等......"},
		{"white space runs", "  how \t\r\n much\u00A0 \u2003is\u2028it  ", "how much is it"},
		{"zero-width characters", "pr\u200Bi\u200Dc\uFEFFe\u00AD", "price"},
		{"a zero-width character between two spaces", "a \u200B b", "a b"},
		{"emoji with variation selector and joiner", "❤️ 👨‍👩‍👧", "❤ 👨👩👧"},
		{"skin tone and flag stay", "👍🏽 🇨🇳", "👍🏽 🇨🇳"},
		{"broken UTF-8 becomes the replacement character", "a\xffb", "a\uFFFDb"},
		{"control characters stay", "a\x00b\x01", "a\x00b\x01"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := text.Fold(c.in); got != c.want {
				t.Errorf("Fold(%q): got %q, want %q", c.in, got, c.want)
			}
			if got := string(text.AppendFold([]byte("x "), c.in)); got != "x "+c.want {
				t.Errorf("AppendFold: got %q, want %q", got, "x "+c.want)
			}
		})
	}
}

// reference folds the way Unicode and OpenCC say it, with no thought of speed.
func reference(s string, simplified map[rune]rune) string {
	s = cases.Fold().String(norm.NFKD.String(strings.ToValidUTF8(s, "\uFFFD")))
	s = strings.Map(func(r rune) rune {
		switch {
		case ignorable(r):
			return -1
		case unicode.IsSpace(r):
			return ' '
		case simplified[r] != 0:
			return simplified[r]
		case r >= 0xAB70 && r <= 0xABBF: // Cherokee folds to capitals
			return r - 0xAB70 + 0x13A0
		case r >= 0x13F8 && r <= 0x13FD:
			return r - 8
		}
		return r
	}, s)
	return strings.Join(strings.FieldsFunc(norm.NFKC.String(s), func(r rune) bool { return r == ' ' }), " ")
}

func ignorable(r rune) bool {
	if unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) || r >= 0xE0000 && r <= 0xE0FFF {
		return true
	}
	visible := unicode.Is(unicode.Prepended_Concatenation_Mark, r) || r >= 0xFFF9 && r <= 0xFFFB || r >= 0x13430 && r <= 0x1343F
	return unicode.Is(unicode.Cf, r) && !visible
}

// pairs reads OpenCC's file as it is documented: the first simplified character
// counts.
func pairs(t *testing.T) map[rune]rune {
	f, err := os.Open("opencc/TSCharacters.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	to := map[rune]rune{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) < 2 || fields[0] == "#" {
			continue
		}
		a, _ := utf8.DecodeRuneInString(fields[0])
		b, _ := utf8.DecodeRuneInString(fields[1])
		if a != b && a <= 0xFFFF && b <= 0xFFFF {
			to[a] = b
		}
	}
	to['薴'] = '苎' // the one chain: 薴 → 苧 → 苎
	return to
}

func TestFoldIsUnicodesFoldingForEveryCharacter(t *testing.T) {
	simplified, bad := pairs(t), 0
	if len(simplified) < 2500 {
		t.Fatalf("got %d pairs of characters, want all of OpenCC's", len(simplified))
	}
	for r := rune(0); r <= 0xE1000; r++ {
		if r == 0x40000 {
			r = 0xE0000 // nothing is assigned between
		}
		s := string(r)
		if r%5 == 0 || r > 0xF00 && r < 0x1200 {
			s = "e" + s + "\u0301" // with neighbours that it could join
		}
		if got, want := text.Fold(s), reference(s, simplified); got != want && bad < 20 {
			bad++
			t.Errorf("Fold(%q %U): got %q, want %q", s, r, got, want)
		}
	}
}

// texts draws texts from the corners that matter: both Chinese scripts, marks
// that join, characters that vanish, and anything at all.
func texts() *rapid.Generator[string] {
	some := rapid.SampledFrom([]rune("aAbzZ 09é\u0301\u0345ßẞﬁＡ１　價价錢钱後ｶﾞ가\u11A8\u200B\u200D\uFE0F👍🏽❤\n\t。，…①㎏Σς\u0130ı"))
	return rapid.OneOf(rapid.StringOf(some), rapid.String())
}

func TestFoldIsUnicodesFoldingForTexts(t *testing.T) {
	simplified := pairs(t)
	rapid.Check(t, func(t *rapid.T) {
		s := texts().Draw(t, "text")
		if got, want := text.Fold(s), reference(s, simplified); got != want {
			t.Fatalf("Fold(%q): got %q, want %q", s, got, want)
		}
	})
}

func TestFoldingTwiceChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		once := text.Fold(texts().Draw(t, "text"))
		if twice := text.Fold(once); twice != once {
			t.Fatalf("got %q, want %q", twice, once)
		}
	})
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"", "Hello", "請問多少錢？", "e\u0301\u0323", "ｶﾞ", "\xff\xe4\xbd", "❤️‍🔥", "ŉ ǰ ΐ", " ̈"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := text.Fold(s)
		if !utf8.ValidString(once) {
			t.Fatalf("Fold(%q) is not UTF-8: %q", s, once)
		}
		if twice := text.Fold(once); twice != once {
			t.Fatalf("folding %q twice: got %q, want %q", s, twice, once)
		}
		if once != strings.TrimSpace(once) || strings.Contains(once, "  ") {
			t.Fatalf("Fold(%q) keeps white space: %q", s, once)
		}
	})
}

func TestFoldIntoTheCallersBufferAllocatesNothing(t *testing.T) {
	buf := make([]byte, 0, 1024)
	for _, s := range []string{english, chinese, full, traditional} {
		if n := testing.AllocsPerRun(100, func() { buf = text.AppendFold(buf[:0], s) }); n != 0 {
			t.Errorf("%q: got %v allocations, want 0", s, n)
		}
	}
}

// Messages of 100 characters.
var (
	english     = "Hello there, I saw your shop online and would like to know when the parcel with my order will arrive"
	chinese     = strings.Repeat("你好我想问一下这个商品什么时候可以发货谢谢", 5)[:300]
	traditional = strings.Repeat("你好我想問一下這個商品什麼時候可以發貨謝謝", 5)[:300]
	full        = strings.Repeat("Ｈｅｌｌｏ，", 17)[:300]
	marks       = strings.Repeat("Cafe\u0301 ", 17)[:100]
)

func BenchmarkFold(b *testing.B) {
	for _, c := range []struct{ name, text string }{
		{"english", english}, {"chinese", chinese}, {"traditional", traditional}, {"full width", full}, {"marks", marks},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			buf := make([]byte, 0, 1024)
			for b.Loop() {
				buf = text.AppendFold(buf[:0], c.text)
			}
		})
	}
}
