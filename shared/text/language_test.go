package text_test

import (
	"testing"

	"frontdesk/shared/text"
)

func TestLanguage(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"English", "hi what is the price?", "en"},
		{"simplified", "请问多少钱?", "zh-CN"},
		{"traditional", "請問多少錢?", "zh-TW"},
		{"characters that both share", "你好", "zh-CN"},
		{"one traditional character is enough", "你好, 謝", "zh-TW"},
		{"traditional character that only looks simplified in a name list", "以後", "zh-TW"},
		{"traditional form that simplified writing keeps", "乾隆", "zh-CN"},
		{"Chinese with a brand name", "iPhone 15 多少钱", "zh-CN"},
		{"Bopomofo", "ㄅㄆ", "zh-TW"},
		{"Japanese", "これはいくらですか", "ja"},
		{"Japanese with Chinese characters", "値段は幾らですか", "ja"},
		{"half-width kana", "ｶﾀｶﾅ", "ja"},
		{"a decorative kana in Chinese", "鲜の每日", "zh-CN"},
		{"Korean", "가격이 얼마예요", "ko"},
		{"Russian", "сколько стоит iPhone", "ru"},
		{"Arabic", "كم السعر", "ar"},
		{"Thai", "ราคาเท่าไหร่", "th"},
		{"Hebrew", "כמה זה עולה", "he"},
		{"Greek", "πόσο κάνει", "el"},
		{"Hindi", "कीमत क्या है", "hi"},
		{"full-width letters", "ＯＫ", "en"},
		{"letters with accents", "é", "en"},
		{"rare Chinese characters", "𠮷", "zh-CN"},
		{"a script we do not name", "ասա", ""},
		{"digits", "12345", ""},
		{"an order number", "CL-216747", ""},
		{"an order number in Chinese", "订单CL-216747", "zh-CN"},
		{"an order number in English", "my order CL-216747?", "en"},
		{"emoji", "👍🏽 ❤️", ""},
		{"punctuation", "？！...", ""},
		{"empty", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := text.Language(c.in); got != c.want {
				t.Errorf("Language(%q): got %q, want %q", c.in, got, c.want)
			}
		})
	}
}

func BenchmarkLanguage(b *testing.B) {
	for _, c := range []struct{ name, text string }{{"english", english}, {"chinese", chinese}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				text.Language(c.text)
			}
		})
	}
}
