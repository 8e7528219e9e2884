package whatsapp

import (
	"fmt"
	"testing"
)

func BenchmarkVerifyAndParseOneText(b *testing.B) {
	d, body := testDoor(), sample(b, "signed_text")
	b.ReportAllocs()
	for b.Loop() {
		signed, ok := d.Verify(body, vector)
		p, err := d.Parse(signed, body)
		if !ok || err != nil || len(p.Inbound) != 1 {
			b.Fatal("not parsed")
		}
	}
}

func BenchmarkParseOneText(b *testing.B) {
	d, body := testDoor(), sample(b, "signed_text")
	signed, _ := d.Verify(body, vector)
	b.ReportAllocs()
	for b.Loop() {
		if p, err := d.Parse(signed, body); err != nil || len(p.Inbound) != 1 {
			b.Fatal("not parsed")
		}
	}
}

func BenchmarkVerifyAndParseThousandUpdates(b *testing.B) {
	for _, size := range []int{50, 2750} {
		body := batch(1000, size)
		signature := Sign(body, secret)
		d := testDoor()
		b.Run(fmt.Sprintf("%dKB", len(body)/1000), func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				signed, ok := d.Verify(body, signature)
				p, err := d.Parse(signed, body)
				if !ok || err != nil || len(p.Inbound) != 667 {
					b.Fatal("not parsed")
				}
			}
		})
	}
}
