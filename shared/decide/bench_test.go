package decide_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"frontdesk/shared/decide"
	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
)

const (
	english = "the order price size colour parcel arrive return refund shop open today cheap gift card number address change cancel when where how much stock"
	han     = "请问多少钱什么时候发货可以退款吗尺码颜色快递单号地址优惠券会员积分售后客服营业时间发票订单取消修改数量库存新款"
)

// catalogue is a playbook with n filters, each with three phrases, half of the
// filters English and half Chinese, as a shop with many products has them.
func catalogue(n int) *playbook.Playbook {
	r := rand.New(rand.NewPCG(1, 2))
	words, hanzi := strings.Fields(english), []rune(han)
	p := &playbook.Playbook{Languages: []string{"en", "zh-CN"}, Templates: []playbook.Template{{ID: "t"}}}
	for i := range n {
		var phrases []string
		for k := range 3 {
			s := words[r.IntN(len(words))] + " " + words[r.IntN(len(words))] + " " + strconv.Itoa(i*3+k)
			if i%2 == 1 {
				at := r.IntN(len(hanzi) - 4)
				s = string(hanzi[at:at+2+r.IntN(3)]) + string(rune(0x4E00+r.IntN(20000))) + string(rune(0x4E00+i))
			}
			phrases = append(phrases, s)
		}
		p.Filters = append(p.Filters, playbook.Filter{
			ID: fmt.Sprintf("f%d", i), When: playbook.Condition{Contains: phrases}, Then: playbook.Action{Reply: "t"},
		})
	}
	return p
}

// Two messages of 100 characters, Chinese and English mixed.
func messages(p *playbook.Playbook) (match, none string) {
	none = "你好, I saw your shop online. 请问这个商品什么时候发货? When can the parcel arrive and how much is it? 我想要红色的那一件, 谢谢你们的帮助!"
	none = string([]rune(none + strings.Repeat("好", 100))[:100])
	last := p.Filters[len(p.Filters)-1].When.Contains[2]
	match = string([]rune(none)[:100-len([]rune(last))]) + last
	return match, none
}

func BenchmarkDecide(b *testing.B) {
	for _, n := range []int{10, 100, 1000, 10_000} {
		p := catalogue(n)
		bk, err := decide.Compile(p, 1)
		if err != nil {
			b.Fatal(err)
		}
		match, none := messages(p)
		for name, text := range map[string]string{"match": match, "none": none} {
			b.Run(fmt.Sprintf("%d/%s", n, name), func(b *testing.B) { decides(b, bk, text, name == "match") })
		}
	}
}

// decides measures one message, after checking that it comes out as meant.
func decides(b *testing.B, bk *decide.Book, text string, match bool) {
	h, m := known(), message.Inbound{Channel: "wa-main", Type: "text", Text: text}
	if d := decide.Decide(bk, h, m, monday); (d.Reply != "") != match {
		b.Fatalf("got %+v, want a match: %v", d, match)
	}
	b.ReportAllocs()
	for b.Loop() {
		decide.Decide(bk, h, m, monday)
	}
}

func BenchmarkCompile10000(b *testing.B) {
	p := catalogue(10_000)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := decide.Compile(p, 1); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkAdversarial has 10,000 filters that an index could stumble over.
func BenchmarkAdversarial(b *testing.B) {
	for _, c := range []struct {
		name string
		when func(i int) playbook.Condition
	}{
		{"one beginning", func(i int) playbook.Condition {
			return playbook.Condition{Contains: []string{fmt.Sprintf("how much is the article number %d", i)}}
		}},
		{"one letter and another phrase", func(i int) playbook.Condition {
			return playbook.Condition{All: []playbook.Condition{{Contains: []string{"a"}}, {Contains: []string{fmt.Sprintf("article %d", i)}}}}
		}},
		{"one letter and hours", func(int) playbook.Condition {
			return playbook.Condition{All: []playbook.Condition{{Contains: []string{"a"}}, {Hours: &playbook.HoursMatch{Calendar: "c", Is: "closed"}}}}
		}},
		{"regular expressions", func(i int) playbook.Condition {
			if i >= 2_000 { // more are refused: their steps are bounded
				return playbook.Condition{Contains: []string{fmt.Sprintf("article %d", i)}}
			}
			return playbook.Condition{Regex: fmt.Sprintf(`article\s*(no\.?)?\s*x%d\b`, i)}
		}},
		{"buttons", func(i int) playbook.Condition { return playbook.Condition{Choice: []string{strconv.Itoa(i)}} }},
	} {
		p := catalogue(10_000)
		week := map[string][]string{}
		for _, d := range []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} {
			week[d] = []string{"00:00-24:00"}
		}
		p.Hours = []playbook.Calendar{{ID: "c", TimeZone: "Asia/Shanghai", Weekly: week}}
		for i := range p.Filters {
			p.Filters[i].When = c.when(i)
		}
		b.Run(c.name, func(b *testing.B) {
			bk, err := decide.Compile(p, 1)
			if err != nil {
				b.Fatal(err)
			}
			text := strings.Repeat("how much is the article number x ", 4)[:100]
			decides(b, bk, text, false)
		})
	}
}

func BenchmarkOpen(b *testing.B) {
	bk := book(b)
	b.ReportAllocs()
	for b.Loop() {
		bk.Open("shop", monday)
	}
}
