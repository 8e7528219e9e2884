package text_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"frontdesk/shared/text"
)

// spaced reports whether a character belongs to a word that spaces set apart.
func spaced(r rune) bool {
	without := unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
	return (unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r)) && !without && r != 'ー'
}

// naiveWord looks at every place where phrase stands.
func naiveWord(s, phrase string) bool {
	for i := range s {
		if !strings.HasPrefix(s[i:], phrase) {
			continue
		}
		before, _ := utf8.DecodeLastRuneInString(s[:i])
		first, _ := utf8.DecodeRuneInString(phrase)
		last, _ := utf8.DecodeLastRuneInString(phrase)
		after, _ := utf8.DecodeRuneInString(s[i+len(phrase):])
		left := i == 0 || !spaced(before) || !spaced(first)
		right := i+len(phrase) == len(s) || !spaced(last) || !spaced(after)
		if left && right {
			return true
		}
	}
	return false
}

func TestWholeWords(t *testing.T) {
	for _, c := range []struct {
		name, text, phrase string
		contains, word     bool
	}{
		{"the whole text", "cat", "cat", true, true},
		{"chatwoot#4791: cat inside category", "which category is it", "cat", true, false},
		{"at the end of a word", "bobcat", "cat", true, false},
		{"between punctuation", "(cat)!", "cat", true, true},
		{"chatwoot#8110: a comma after the word", "hello, is anybody there", "hello", true, true},
		{"a phrase that ends in a comma", "hello, you", "hello,", true, true},
		{"a second place that is a word", "category cat", "cat", true, true},
		{"next to a digit", "cat5", "cat", true, false},
		{"next to an underscore", "cat_5", "cat", true, true},
		{"several words", "is it in stock now", "in stock", true, true},
		{"several words, cut", "is it in stocking", "in stock", true, false},
		{"Chinese has no word ends", "请问多少钱啊", "多少钱", true, true},
		{"English inside Chinese", "我要price表", "price", true, true},
		{"ends in Chinese, begins inside a word", "myiphone手机壳", "iphone手机", true, false},
		{"Korean has words", "가격이", "가격", true, false},
		{"Thai has none", "ราคาเท่าไหร่", "ราคา", true, true},
		{"an accent goes on", "résumé", "r", true, false},
		{"not there", "dog", "cat", false, false},
		{"longer than the text", "cat", "category", false, false},
		{"longer than eight bytes", "where is my package", "where is my package", true, true},
		{"the first eight bytes only", "where is it", "where is my", false, false},
		{"exactly eight bytes", "discount", "discount", true, true},
		{"empty text", "", "cat", false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var f text.Found
			text.NewIndex([]string{c.phrase}).Find([]byte(c.text), &f)
			if f.Contains(0) != c.contains || f.Word(0) != c.word {
				t.Errorf("got contains %v, word %v; want %v, %v", f.Contains(0), f.Word(0), c.contains, c.word)
			}
			if got := naiveWord(c.text, c.phrase); got != c.word {
				t.Errorf("the naive search says %v", got)
			}
		})
	}
}

func TestIndexFindsWhatANaiveSearchFinds(t *testing.T) {
	letters := rapid.SampledFrom([]rune("aab c1,多少钱가"))
	rapid.Check(t, func(t *rapid.T) {
		phrases := rapid.SliceOfNDistinct(rapid.StringOfN(letters, 1, 20, -1), 0, 60, rapid.ID).Draw(t, "phrases")
		s := rapid.StringOfN(letters, 0, 60, -1).Draw(t, "text")
		if len(phrases) > 0 && rapid.Bool().Draw(t, "insert") {
			s += rapid.SampledFrom(phrases).Draw(t, "phrase")
		}
		var f text.Found
		index := text.NewIndex(phrases)
		index.Find([]byte("多少钱 left over from the last text"), &f)
		index.Find([]byte(s), &f)
		checkFound(t, &f, s, phrases)
	})
}

func checkFound(t *rapid.T, f *text.Found, s string, phrases []string) {
	var want []int32
	for i, p := range phrases {
		id := int32(i)
		if strings.Contains(s, p) {
			want = append(want, id)
		}
		if f.Contains(id) != strings.Contains(s, p) || f.Word(id) != naiveWord(s, p) {
			t.Fatalf("%q in %q: got contains %v, word %v", p, s, f.Contains(id), f.Word(id))
		}
	}
	got := slices.Sorted(slices.Values(f.All()))
	if !slices.Equal(got, want) {
		t.Fatalf("in %q: got phrases %v, want %v", s, got, want)
	}
}

func TestAnEmptyPhraseIsNeverFound(t *testing.T) {
	var f text.Found
	text.NewIndex([]string{"", "a"}).Find([]byte("a"), &f)
	if f.Contains(0) || !f.Contains(1) {
		t.Errorf("got empty %v, a %v; want false, true", f.Contains(0), f.Contains(1))
	}
}

// BenchmarkIndexAdversarial is the worst an admin and a customer can do
// together: nested phrases over one letter and the longest message of it.
func BenchmarkIndexAdversarial(b *testing.B) {
	var nested, shared []string
	for i := range 200 {
		nested = append(nested, strings.Repeat("a", i+1))
	}
	for i := range 10_000 {
		shared = append(shared, fmt.Sprintf("how do i reset the password of account %d", i))
	}
	for _, c := range []struct {
		name    string
		phrases []string
		text    string
	}{
		{"200 nested phrases, 4096 letters", nested, strings.Repeat("a", 4096)},
		{"10000 phrases with one beginning", shared, strings.Repeat("how do i reset the password of account ", 3)[:100]},
	} {
		b.Run(c.name, func(b *testing.B) {
			index, folded, f := text.NewIndex(c.phrases), []byte(c.text), text.Found{}
			b.ReportAllocs()
			for b.Loop() {
				index.Find(folded, &f)
			}
		})
	}
}
