package text_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"frontdesk/shared/text"
)

func TestDetect(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"English", "Hello, what is the price?", "en"},
		{"English in one word", "refund?", "en"},
		{"English with an apostrophe", "I'd like to return the shoes I bought yesterday", "en"},
		{"English in full width is not among the common words", "ＰＲＩＣＥ", ""},
		{"simplified Chinese", "请问多少钱?", "zh-CN"},
		{"traditional Chinese", "請問多少錢?", "zh-TW"},
		{"Chinese with a brand name", "iPhone 15 多少钱", "zh-CN"},
		{"Japanese", "これはいくらですか", "ja"},
		{"Korean", "가격이 얼마예요", "ko"},
		{"Thai", "ราคาเท่าไหร่", "th"},
		{"Greek", "πόσο κάνει", "el"},
		{"Hebrew", "כמה זה עולה", "he"},
		{"French", "Bonjour, je voudrais savoir le prix de ce produit", "fr"},
		{"Spanish", "Buenos días, me gustaría saber cuánto cuesta el envío a mi ciudad y cuándo llega el pedido que hice la semana pasada", "es"},
		{"German", "Guten Tag, ich möchte meine Bestellung zurückgeben, weil die Schuhe leider zu klein sind", "de"},
		{"Vietnamese", "Xin chào, giá bao nhiêu", "vi"},
		{"Russian", "Здравствуйте! Подскажите, пожалуйста, что делать, если посылка не пришла в указанный срок, и можно ли получить возврат денег", "ru"},
		{"Ukrainian", "Доброго дня! Підкажіть, будь ласка, що робити, якщо посилка не прийшла у вказаний термін, і чи можна отримати повернення коштів", "uk"},
		{"Russian, not told clearly enough from Bulgarian", "сколько стоит доставка", ""},
		{"Kazakh, which has letters that Russian has not", "Сәлеметсіз бе, бұл тауардың бағасы қанша екенін айтыңызшы", ""},
		{"Bulgarian, too much like Macedonian to be sure", "Здравейте, бих искал да знам колко струва доставката и кога ще пристигне поръчката ми", ""},
		{"Persian", "سلام، می\u200cخواهم بدانم قیمت این محصول چقدر است و چه زمانی ارسال می\u200cشود", "fa"},
		{"Arabic", "مرحبا، أريد أن أعرف سعر هذا المنتج وموعد التوصيل", "ar"},
		{"too short to tell French", "prix?", ""},
		{"too short to tell Spanish", "cuanto", ""},
		{"a greeting that many write", "hi", ""},
		{"ok", "ok", ""},
		{"a brand", "Apple iPhone 15 Pro Max", ""},
		{"pinyin", "ni hao duo shao qian", ""},
		{"an English word in a French sentence", "je veux the menu du jour", ""},
		{"too short to tell Russian from Ukrainian", "так", ""},
		{"a language that the library knows and we do not name", "Saluton, mi volas scii kiom kostas tiu libro kaj kiam vi povas sendi ĝin al mi", ""},
		{"digits", "12345", ""},
		{"an order number", "CL-216747", ""},
		{"emoji", "👍🏽 ❤️", ""},
		{"empty", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := text.Detect(c.in); got != c.want {
				t.Errorf("Detect(%q): got %q, want %q", c.in, got, c.want)
			}
		})
	}
}

// What is quick to tell is told as the whole does, and only languages with a name come out.
func TestDetectAgreesWithQuick(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "text")
		all, script := text.Detect(s), text.Language(s)
		if tag, sure := text.Quick(s, script); sure && tag != all || tag != "" && !sure {
			t.Fatalf("%q: got %q and sure %v, Detect says %q", s, tag, sure, all)
		}
		if all != "" && !slices.Contains(text.Languages(), all) {
			t.Fatalf("%q: got %q, which is not among the languages", s, all)
		}
	})
}

func FuzzDetect(f *testing.F) {
	for _, s := range []string{"Bonjour, je voudrais savoir", "请问多少钱", "refund?", "\xff\xfe", "сколько стоит", "a\u0301e\u0301 the"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if tag := text.Detect(s); tag != "" && !slices.Contains(text.Languages(), tag) {
			t.Errorf("Detect(%q): got %q", s, tag)
		}
	})
}

func BenchmarkDetect(b *testing.B) {
	for _, c := range []struct{ name, text string }{{"english", english}, {"chinese", chinese}, {"french", "Bonjour, je voudrais savoir le prix de ce produit"}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				text.Detect(c.text)
			}
		})
	}
}
