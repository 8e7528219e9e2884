package render

import "testing"

const typical = `{% if first_contact %}Welcome to {{ shop }}, {% endif %}{{ contact.name | default: "friend" }}!

Our teas start at ¥{{ price }} per tin. Today, {{ now | date: "%A" }}, we are open until 20:00.`

func BenchmarkReplyTypical(b *testing.B) {
	set := New(one("en", typical))
	v := Values{ContactName: "Ada", FirstContact: true, Now: sunday}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := set.Reply("t", "en", true, v); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReplyPlain(b *testing.B) {
	set := New(one("en", "We are open from ten to eight."))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := set.Reply("t", "en", true, Values{}); err != nil {
			b.Fatal(err)
		}
	}
}

// The first reply of a function parses one variant.
func BenchmarkFirstReply(b *testing.B) {
	p := one("en", typical)
	v := Values{ContactName: "Ada", FirstContact: true, Now: sunday}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := New(p).Reply("t", "en", true, v); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkNew1000Templates(b *testing.B) {
	p := one("en", typical)
	for range 999 {
		p.Templates = append(p.Templates, p.Templates[0])
	}
	b.ReportAllocs()
	for b.Loop() {
		New(p)
	}
}

// The dearest reply: filters work on almost all the text that they may (4 MB), each time on
// one as long as a contact can write.
func BenchmarkReplyWorst(b *testing.B) {
	set := New(one("en", `{% assign a = message.text %}{% for x in (1..60) %}{% assign a = message.text | upcase | downcase | replace: "a", "bc" | replace: "bc", "a" | upcase | downcase | strip | url_encode | upcase | downcase | upcase | downcase | upcase | downcase %}{% endfor %}.`))
	text := make([]rune, 4096)
	for i := range text {
		text[i] = 'a'
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := set.Reply("t", "en", true, Values{Text: string(text)}); err != nil {
			b.Fatal(err)
		}
	}
}
