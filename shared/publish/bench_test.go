package publish

import (
	"fmt"
	"os"
	"testing"
	"time"

	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
)

func BenchmarkLoadShop(b *testing.B) {
	data, err := os.ReadFile("testdata/shop.json")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, faults := Load(data); len(faults) > 0 {
			b.Fatal(faults)
		}
	}
}

func BenchmarkCheckShop(b *testing.B) {
	p := shop(b)
	b.ReportAllocs()
	for b.Loop() {
		if faults := Check(p, channels(), noon); len(faults) > 0 {
			b.Fatal(faults)
		}
	}
}

// A large company: 10,000 filters and 1,000 templates in two languages.
func BenchmarkCheckLarge(b *testing.B) {
	p := large(10_000, 1_000)
	b.ReportAllocs()
	for b.Loop() {
		if faults := Check(p, channels(), noon); len(faults) > 0 {
			b.Fatal(faults[0])
		}
	}
}

func large(filters, templates int) playbook.Playbook {
	p := playbook.Playbook{Languages: []string{"en", "zh-CN"}}
	for i := range templates {
		p.Templates = append(p.Templates, playbook.Template{ID: fmt.Sprintf("t%d", i), Variants: []playbook.Variant{
			{Language: "en", Shape: "text", Text: "Hello {{ contact.name | default: \"friend\" }}, this is answer " + fmt.Sprint(i)},
			{Language: "zh-CN", Shape: "text", Text: "{{ contact.name | default: \"朋友\" }}，您好"},
		}})
	}
	for i := range filters {
		p.Filters = append(p.Filters, playbook.Filter{
			ID:   fmt.Sprintf("f%d", i),
			When: playbook.Condition{Contains: []string{fmt.Sprintf("question %05d", i), fmt.Sprintf("问题%05d", i)}},
			Then: playbook.Action{Reply: fmt.Sprintf("t%d", i%templates)},
		})
	}
	return p
}

// shop is the believable playbook that the demo starts with.
func shop(t testing.TB) playbook.Playbook {
	t.Helper()
	data, err := os.ReadFile("testdata/shop.json")
	if err != nil {
		t.Fatal(err)
	}
	p, faults := Load(data)
	if len(faults) > 0 {
		t.Fatalf("the shop's playbook cannot be loaded: %+v", faults)
	}
	return p
}

func channels() []Channel {
	return []Channel{{"wa-main", message.WhatsApp}, {"wa-second", message.WhatsApp}}
}

// noon is a Wednesday on which the shop is open.
var noon = time.Date(2026, 11, 18, 12, 0, 0, 0, time.FixedZone("", 8*3600))
