package text

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// saidInTheDemo are what customers write in the demo and the phrases of its filters.
func saidInTheDemo(t testing.TB) []string {
	data, err := os.ReadFile("../demo/playbook.json")
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(string(data), `"`)
	var texts []string
	for i := 1; i < len(parts); i += 60 {
		texts = append(texts, parts[i])
	}
	return texts
}

// The index finds a phrase exactly where strings.Contains does, and a word only
// where it finds the phrase.
func FuzzIndex(f *testing.F) {
	texts := saidInTheDemo(f)
	for i, s := range texts {
		f.Add(s+" and how much is the longjing, 请问多少钱?", s, texts[(i+7)%len(texts)])
	}
	f.Add("category", "cat", "category")
	f.Add("aaaaaaaaaaaaaaaaa", "aaaaaaaa", "aaaaaaaaa")
	f.Add("\xff", "\xff", "�")
	f.Fuzz(func(t *testing.T, said, a, b string) {
		var phrases []string
		for _, p := range []string{Fold(a), Fold(b), Fold(a + b), Fold(a[:len(a)/2])} {
			if p != "" && !slices.Contains(phrases, p) {
				phrases = append(phrases, p)
			}
		}
		folded := Fold(said)
		var found Found
		NewIndex(phrases).Find([]byte(folded), &found)
		for i, p := range phrases {
			want := strings.Contains(folded, p)
			if got := found.Contains(int32(i)); got != want {
				t.Errorf("%q in %q: got %v, want %v", p, folded, got, want)
			}
			if slices.Contains(found.All(), int32(i)) != want || found.Word(int32(i)) && !want {
				t.Errorf("%q in %q: the list or the word says something else", p, folded)
			}
		}
	})
}

// A guess is a language that there is or none, whatever the text; signs alone
// change none, and what is written twice is in the language that it was in once.
func FuzzLanguage(f *testing.F) {
	for _, s := range saidInTheDemo(f) {
		f.Add(s)
	}
	for _, s := range []string{"iPhone 多少钱", "請問", "鲜の每日", "こんにちは", "CL-216747", "สวัสดี", "\xff\xfe", "👩‍👩‍👧", "乾"} {
		f.Add(s)
	}
	tags := []string{"", "en", "zh-CN", "zh-TW", "ja", "ko", "ru", "ar", "he", "el", "hi", "th"}
	f.Fuzz(func(t *testing.T, s string) {
		got := Language(s)
		if !slices.Contains(tags, got) {
			t.Errorf("got %q", got)
		}
		if signs := Language("!? " + s + " 123 …"); signs != got {
			t.Errorf("got %q, and %q between signs", got, signs)
		}
		if kana := strings.ContainsFunc(s, func(r rune) bool { return scriptOf(r) == kana }); !kana && Language(s+"\n"+s) != got {
			t.Errorf("got %q, and %q when it is written twice", got, Language(s+"\n"+s))
		}
	})
}
