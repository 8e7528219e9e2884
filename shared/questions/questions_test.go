package questions_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"frontdesk/shared/conversation"
	"frontdesk/shared/questions"
)

const today = "2026-11-18"

// open is a message that no template answered.
func open(id, words string) conversation.Message {
	m := conversation.Message{ID: id, Direction: conversation.In, Channel: "wa-main", Type: "text", Text: words, Outcome: conversation.Unanswered, Filter: "none"}
	m.Facts.Day = today
	return m
}

// asked counts texts, each of a contact of its own, in this order.
func asked(texts ...string) questions.Row {
	c := questions.NewCounter()
	for i, s := range texts {
		c.Add(questions.Of(fmt.Sprintf("home-%03d", i), today, []conversation.Message{open(fmt.Sprintf("m%03d", i), s)})...)
	}
	rows := c.Rows()
	if len(rows) == 0 {
		return questions.Row{}
	}
	return rows[0]
}

func TestWhichMessagesAreQuestions(t *testing.T) {
	type edit = func(*conversation.Message)
	for _, c := range []struct {
		name string
		edit edit
		want bool
	}{
		{"no filter matched", func(*conversation.Message) {}, true},
		{"the fallback put it off", func(m *conversation.Message) { m.Filter, m.Outcome = "fallback", conversation.Replied }, true},
		{"the fallback handed it off", func(m *conversation.Message) { m.Filter, m.Outcome = "fallback", conversation.HandedOff }, true},
		{"the away reply put it off", func(m *conversation.Message) { m.Filter, m.Outcome = "away", conversation.Replied }, true},
		{"a template answered", func(m *conversation.Message) { m.Filter, m.Outcome = "price", conversation.Replied }, false},
		{"a filter handed it off", func(m *conversation.Message) { m.Filter, m.Outcome = "person", conversation.HandedOff }, false},
		{"a filter's cooldown", func(m *conversation.Message) { m.Filter = "price" }, false},
		{"ignored", func(m *conversation.Message) { m.Outcome = conversation.Ignored }, false},
		{"people are in charge", func(m *conversation.Message) { m.Outcome, m.Filter = conversation.Silent, "people" }, false},
		{"taken for a program", func(m *conversation.Message) { m.Filter = "loop" }, false},
		{"a rating", func(m *conversation.Message) { m.Facts.Rating = 5 }, false},
		{"in a group", func(m *conversation.Message) { m.Group = "g" }, false},
		{"a reaction", func(m *conversation.Message) { m.Type = "reaction" }, false},
		{"ours", func(m *conversation.Message) { m.Direction = conversation.Out }, false},
		{"of another day", func(m *conversation.Message) { m.Facts.Day = "2026-11-17" }, false},
	} {
		m := open("m", "where is my order")
		c.edit(&m)
		if got := len(questions.Of("home", today, []conversation.Message{m})) == 1; got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

func TestLikeQuestionsAreOneGroup(t *testing.T) {
	for _, c := range []struct {
		name   string
		groups [][]string
	}{
		{"English, with greetings, numbers and plurals", [][]string{
			{"where is my order", "Hi, where is my order 8841237?", "WHERE IS THE ORDER", "hello where are my orders please"},
			{"do you ship to Spain", "Can you ship to spain?", "ship to Spain"},
			{"how do I return shoes"},
		}},
		{"Chinese, simplified and traditional", [][]string{
			{"请问快递到哪里了", "快递到哪里", "我的快递到哪里了？", "快遞到哪裡了"},
			{"怎么退货", "如何退货", "我想退货"},
			{"有没有发票"},
		}},
		{"mixed", [][]string{
			{"iPhone 17 维修多少钱", "维修 iphone 多少钱"},
			{"refund 多久到账", "请问 refund 多久到账呢"},
		}},
		{"links, addresses and codes tell nothing", [][]string{
			{"is this yours https://example.com/a?b=1", "is this yours https://example.org/zz"},
			{"tracking code AB123456 stuck", "tracking code CD998877 stuck", "tracking code stuck zhang@example.com"},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var all []string
			want := map[int64]int{}
			for _, g := range c.groups {
				all = append(all, g...)
				want[int64(len(g))]++
			}
			got := map[int64]int{}
			row := asked(all...)
			for _, g := range row.Groups {
				got[g.Messages]++
			}
			if diff := cmp.Diff(want, got); diff != "" || row.Messages != int64(len(all)) {
				t.Errorf("groups by size (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWhatHasNoWords(t *testing.T) {
	picture := open("p1", "")
	picture.Type = "image"
	second := picture
	second.ID = "p2"
	c := questions.NewCounter()
	c.Add(questions.Of("a", today, []conversation.Message{picture, open("t", "???"), open("h", "hello!")})...)
	c.Add(questions.Of("b", today, []conversation.Message{second, open("t", "12345")})...)
	got := c.Rows()[0]
	if len(got.Groups) != 3 || got.Groups[0].Messages != 2 || got.Groups[1].Messages != 2 || got.Groups[2].Messages != 1 {
		t.Errorf("got %+v, want two pictures, two texts without words, one greeting", got)
	}
}

func TestARowHoldsNoText(t *testing.T) {
	body, err := json.Marshal(asked("my name is zhang, call 16505551234", "zhang from example.com"))
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"zhang", "1650", "example", "call"} {
		if strings.Contains(string(body), word) {
			t.Errorf("%q is in %s", word, body)
		}
	}
	var back questions.Row
	if err := json.Unmarshal(body, &back); err != nil || back.Groups[0].ID() == "" {
		t.Fatalf("reading it again: %v", err)
	}
	again, _ := json.Marshal(back)
	if string(again) != string(body) {
		t.Errorf("got %s, want %s", again, body)
	}
	for _, bad := range []string{`"!"`, `"AAAA"`, `"//////////8AAAAAAAAAAA"`} {
		if err := json.Unmarshal([]byte(`{"groups":[{"words":`+bad+`}]}`), &back); err == nil {
			t.Errorf("%s was read as words", bad)
		}
	}
}

func TestSamplesAreTheNewestOfDifferentContacts(t *testing.T) {
	c := questions.NewCounter()
	for i := range 9 {
		home := fmt.Sprint("home-", i/2)
		c.Add(questions.Of(home, today, []conversation.Message{open(fmt.Sprint("m", i), "where is my order")})...)
	}
	want := []questions.Sample{{"home-4", "m8"}, {"home-3", "m7"}, {"home-2", "m5"}, {"home-1", "m3"}, {"home-0", "m1"}}
	if diff := cmp.Diff(want, c.Rows()[0].Groups[0].Samples); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestDaysOfAWeekAddUp(t *testing.T) {
	one, two := asked("where is my order", "where is my order?", "return shoes"), asked("so where is the order", "gift card")
	two.Team = "care"
	got := questions.Together([]questions.Row{one, two})
	if got.Messages != 5 || len(got.Groups) != 3 || got.Groups[0].Messages != 3 || got.Groups[0].ID() != one.Groups[0].ID() {
		t.Errorf("got %+v", got)
	}
	if diff := cmp.Diff(got, questions.Together([]questions.Row{two, one})); diff != "" {
		t.Errorf("in another order:\n%s", diff)
	}
}

func TestTheOrderOfMessagesDoesNotMatter(t *testing.T) {
	words := []string{"where", "order", "refund", "shoes", "paris", "hello", "退货", "快递", "到", "哪里"}
	rapid.Check(t, func(r *rapid.T) {
		var all []questions.Question
		for i := range rapid.IntRange(1, 30).Draw(r, "messages") {
			s := strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 1, 5).Draw(r, "words"), " ")
			all = append(all, questions.Of(fmt.Sprint("h", i%7), today, []conversation.Message{open(fmt.Sprintf("m%02d", i), s)})...)
		}
		count := func(of []questions.Question) []questions.Row {
			c := questions.NewCounter()
			c.Add(of...)
			return c.Rows()
		}
		want, got := count(all), count(rapid.Permutation(all).Draw(r, "order"))
		if diff := cmp.Diff(want, got); diff != "" {
			r.Fatalf("(-in order +in another):\n%s", diff)
		}
		total := int64(0)
		for _, g := range want[0].Groups {
			total += g.Messages
		}
		if total != int64(len(all)) {
			r.Fatalf("got %d messages in groups of %d", total, len(all))
		}
	})
}

func TestMemoryIsBoundedAndWhatIsFrequentIsKept(t *testing.T) {
	c := questions.NewCounter()
	for i := range 3 * questions.MaxWordings {
		all := []conversation.Message{open("m", fmt.Sprintf("wording %s", letters(i)))}
		if i%100 == 0 {
			all = append(all, open("n", "where is my order"))
		}
		c.Add(questions.Of("home", today, all)...)
	}
	row := c.Rows()[0]
	if row.Messages != 3*questions.MaxWordings*101/100 || row.Groups[0].Messages < 3*questions.MaxWordings/100 && row.Groups[1].Messages < 3*questions.MaxWordings/100 {
		t.Errorf("got %d messages, groups of %d and %d", row.Messages, row.Groups[0].Messages, row.Groups[1].Messages)
	}
	if len(row.Groups) > questions.MaxGroups {
		t.Errorf("got %d groups, want at most %d", len(row.Groups), questions.MaxGroups)
	}
}

// letters is a number as a word.
func letters(n int) string {
	out := []byte("x")
	for ; n > 0; n /= 26 {
		out = append(out, byte('a'+n%26))
	}
	return string(out)
}

// BenchmarkAWeek groups 100,000 messages of as many wordings: seven days, then the week.
func BenchmarkAWeek(b *testing.B) {
	subjects := []string{"order", "parcel", "refund", "invoice", "shoes", "快递", "退货", "发票", "优惠券", "会员"}
	asks := []string{"where is my %s %s", "how long does the %s take %s", "%s 什么时候到 %s", "请问%s怎么办 %s"}
	var days [7][]conversation.Message
	for i := range 100_000 {
		s := fmt.Sprintf(asks[i%len(asks)], subjects[i/7%len(subjects)], letters(i%20_000))
		days[i%7] = append(days[i%7], open(fmt.Sprint("m", i), s))
	}
	b.ReportAllocs()
	for b.Loop() {
		var rows []questions.Row
		for _, day := range days {
			c := questions.NewCounter()
			c.Add(questions.Of("home", today, day)...)
			rows = append(rows, c.Rows()...)
		}
		if week := questions.Together(rows); week.Messages != 100_000 {
			b.Fatal(week.Messages)
		}
	}
}
