package decide_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/decide"
	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
)

// mixed is a playbook with n filters of all kinds: half of them ask for phrases alone, the
// others for something of the conversation, alone or beside a phrase.
func mixed(n int) *playbook.Playbook {
	p := catalogue(n)
	p.Teams = []playbook.Team{{ID: "sales"}, {ID: "care"}}
	p.Hours = []playbook.Calendar{{ID: "shop", TimeZone: "Asia/Shanghai", Weekly: map[string][]string{"mon": {"09:00-18:00"}}}}
	r := rand.New(rand.NewPCG(3, 4))
	for i := range p.Filters {
		f := &p.Filters[i]
		if i == n-1 || i%2 == 0 {
			continue
		}
		alone := kindOf(i, r)
		f.When = alone
		if i%4 == 1 {
			f.When = playbook.Condition{All: []playbook.Condition{{Contains: []string{catalogueWord(r) + " " + articleName(r), articleName(r)}}, alone}}
		}
		f.Then = playbook.Action{Tag: []string{"seen"}, Priority: "high"}
	}
	return p
}

func catalogueWord(r *rand.Rand) string {
	words := strings.Fields(english)
	return words[r.IntN(len(words))]
}

// articleName is a word that stands in no message.
func articleName(r *rand.Rand) string {
	var name []byte
	for range 3 + r.IntN(2) {
		name = append(name, "bdfgklmnprst"[r.IntN(12)], "aeiou"[r.IntN(5)])
	}
	return string(name)
}

// kindOf is a condition that does not hold of the customer of the benchmark, of each kind
// in turn.
func kindOf(i int, r *rand.Rand) playbook.Condition {
	n := strconv.Itoa(i)
	above, number := 1000+i, float64(2000+i)
	yes := true
	kinds := []playbook.Condition{
		{StartsWith: []string{"order " + n}}, {EndsWith: []string{"number " + n}}, {Case: true, Contains: []string{"VIP" + n}},
		{Exact: []string{"menu " + n}}, {WholeWord: []string{"item" + n}}, {Fuzzy: &playbook.FuzzyMatch{Phrases: []string{catalogueWord(r) + " " + articleName(r)}, Percent: 80}},
		{Regex: `code\s*` + n + `\b`}, {Language: []string{"fr", "de"}}, {Tags: []string{"tag" + n}}, {Team: []string{"care"}},
		{Assignee: []string{"agent" + n}}, {Status: []string{"new"}}, {Priority: []string{"urgent"}}, {StartedBy: []string{"bot"}},
		{Attribute: &playbook.AttributeMatch{Name: "plan" + n, Is: []string{"gold"}}}, {Attribute: &playbook.AttributeMatch{Name: "spent", Above: &number}},
		{Since: &playbook.SpanMatch{Above: strconv.Itoa(1000+i) + "h"}}, {Count: &playbook.CountMatch{Above: &above}}, {Changed: []string{"number"}},
		{FirstContact: &yes}, {Hours: &playbook.HoursMatch{Calendar: "shop", Is: "holiday"}}, {Choice: []string{"choice" + n}},
		{Type: []string{"image", "video"}}, {Channel: []string{"kf-" + n}}, {Not: &playbook.Condition{Team: []string{"sales"}}},
	}
	if i/2%len(kinds) == 6 && i > 9_000 { // the steps of all patterns are bounded
		return playbook.Condition{Exact: []string{"code " + n}}
	}
	return kinds[i/2%len(kinds)]
}

// regular is the customer of the benchmark.
func regular() conversation.Head {
	h := known()
	h.Team, h.Assignee, h.Tags, h.Status, h.Priority = "sales", "ann", []string{"vip", "wholesale"}, conversation.Resolved, "high"
	h.LastInbound, h.Count = monday.Add(-time.Hour), 2
	h.Contact.Person, h.Contact.Language = message.Person{Name: "zhang", Phone: "16505551234"}, "zh-CN"
	h.Contact.Attributes = map[string]string{"plan": "gold", "spent": "1200.50", "city": "Hangzhou"}
	return h
}

// BenchmarkDecideMixed has filters of all kinds. The bounds: 10 µs at 1,000 filters, 20 µs
// at 10,000, and as many allocations at both.
func BenchmarkDecideMixed(b *testing.B) {
	for _, n := range []int{100, 1000, 10_000} {
		p := mixed(n)
		bk, err := decide.Compile(p, 1)
		if err != nil {
			b.Fatal(err)
		}
		match, none := messages(p)
		englishText := strings.Repeat("what is the price of the order and when can the parcel arrive ", 2)[:100]
		for _, c := range []struct {
			name, text string
			match      bool
		}{{"match", match, true}, {"none", none, false}, {"english", englishText, false}} {
			b.Run(fmt.Sprintf("%d/%s", n, c.name), func(b *testing.B) {
				h, m := regular(), message.Inbound{Channel: "wa-main", Type: "text", Text: c.text, From: message.Person{Phone: "16505551234"}}
				if d := decide.Decide(bk, h, m, monday); (d.Reply != "") != c.match || len(d.Matched) > 1 {
					b.Fatalf("got %+v, want a match: %v", d, c.match)
				}
				b.ReportAllocs()
				for b.Loop() {
					decide.Decide(bk, h, m, monday)
				}
			})
		}
	}
}

func BenchmarkCompileMixed10000(b *testing.B) {
	p := mixed(10_000)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := decide.Compile(p, 1); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDecideInAnotherLanguage is a message whose language takes long to tell, with a
// filter that has to know it.
func BenchmarkDecideInAnotherLanguage(b *testing.B) {
	p := catalogue(1000)
	p.Filters[0].When = playbook.Condition{Language: []string{"de"}}
	bk, err := decide.Compile(p, 1)
	if err != nil {
		b.Fatal(err)
	}
	decides(b, bk, "Bonjour, je voudrais savoir le prix de ce produit", false)
}
