package decide_test

import (
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/conversation"
	"frontdesk/shared/decide"
	"frontdesk/shared/message"
)

const (
	priceFilter  = `{"id": "price", "name": "Price", "when": {"contains": ["price"]}, "then": {"reply": "price", "tag": ["sales"]}}`
	refundFilter = `{"id": "refund", "name": "Refunds", "when": {"contains": ["refund"]}, "then": {"reply": "refund", "assign": "care", "hand_off": true}}`
	spamFilter   = `{"id": "spam", "when": {"contains": ["casino"]}, "then": {"ignore": true, "tag": ["spam"]}}`
	tagAll       = `{"id": "tag", "when": {"not": {"type": ["sticker"]}}, "then": {"tag": ["seen", "sales"]}, "continue": true}`
	teamAll      = `{"id": "team", "when": {"channel": ["wa-main"]}, "then": {"assign": "sales"}, "continue": true}`
	coolFilter   = `{"id": "cool", "when": {"contains": ["size"]}, "then": {"reply": "size", "tag": ["size"]}, "cooldown": "10m", "continue": true}`

	welcome      = `"welcome": {"reply": "hello"}`
	away         = `"away": {"reply": "closed", "calendar": "shop"}`
	fallback     = `"fallback": {"reply": "sorry"}`
	handingOff   = `"fallback": {"reply": "sorry", "assign": "care", "hand_off": true}`
	awayHandsOff = `"away": {"reply": "closed", "calendar": "shop", "assign": "sales", "hand_off": true}`
)

func TestDecide(t *testing.T) {
	fresh := conversation.Head{ID: "c1"}
	greeted := known()
	greeted.AwayUntil = tuesday
	cooled := known()
	cooled.Replied = map[string]time.Time{"cool": monday.Add(-4 * time.Minute), "price": monday.Add(time.Hour)}
	warm := known()
	warm.Replied = map[string]time.Time{"cool": monday.Add(-10 * time.Minute)}
	group := says("price")
	group.Group = "g1"
	asked := says("price")
	asked.Group, asked.Return = "g1", "https://qyapi.weixin.qq.com/x"
	unasked := asked
	unasked.Text = "hello"
	reaction := message.Inbound{Channel: "wa-main", Type: "reaction", Text: "👍 price"}
	unreadable := message.Inbound{Channel: "wa-main", Type: "unsupported"}

	for _, c := range []struct {
		name     string
		playbook []string
		head     conversation.Head
		message  message.Inbound
		now      time.Time
		want     decide.Decision
	}{
		{"a filter replies", []string{filters(priceFilter)}, known(), says("the price?"), monday,
			decide.Decision{Outcome: "replied", By: "price", Reply: "price", Tags: []string{"sales"}}},
		{"the first filter that matches stops the others", []string{filters(priceFilter, refundFilter)}, known(), says("refund the price"), monday,
			decide.Decision{Outcome: "replied", By: "price", Reply: "price", Tags: []string{"sales"}}},
		{"a filter replies and hands off", []string{filters(priceFilter, refundFilter)}, known(), says("refund!"), monday,
			decide.Decision{Outcome: "handed_off", By: "refund", Reply: "refund", Team: "care", HandOff: true, Reason: `Refunds: text contains "refund"`, ReasonZH: `Refunds：文本包含“refund”`}},
		{"tags add up, each once", []string{filters(tagAll, priceFilter)}, known(), says("price"), monday,
			decide.Decision{Outcome: "replied", By: "price", Reply: "price", Tags: []string{"seen", "sales"}}},
		{"the first team stays", []string{filters(teamAll, refundFilter)}, known(), says("refund"), monday,
			decide.Decision{Outcome: "handed_off", By: "refund", Reply: "refund", Team: "sales", HandOff: true, Reason: `Refunds: text contains "refund"`, ReasonZH: `Refunds：文本包含“refund”`}},
		{"a hand-off joins an earlier reply", []string{filters(coolFilter, refundFilter)}, known(), says("refund my size"), monday,
			decide.Decision{Outcome: "handed_off", By: "cool", Reply: "size", Tags: []string{"size"}, Team: "care", HandOff: true, Cooldown: 10 * time.Minute, Reason: `Refunds: text contains "refund"`, ReasonZH: `Refunds：文本包含“refund”`}},
		{"a hand-off without a reply", []string{filters(`{"id": "h", "when": {"exact": ["human"]}, "then": {"hand_off": true}}`), fallback}, known(), says("Human"), monday,
			decide.Decision{Outcome: "handed_off", By: "h", HandOff: true, Reason: `h: text is exactly "human"`, ReasonZH: `h：文本正是“human”`}},
		{"a filter that is off", []string{filters(`{"id": "off", "off": true, "when": {"contains": ["price"]}, "then": {"reply": "size"}}`, priceFilter)}, known(), says("price"), monday,
			decide.Decision{Outcome: "replied", By: "price", Reply: "price", Tags: []string{"sales"}}},

		{"ignored on purpose, with a tag and no fallback", []string{filters(spamFilter), fallback}, known(), says("CASINO"), monday,
			decide.Decision{Outcome: "ignored", By: "spam", Tags: []string{"spam"}}},
		{"ignoring ends the trying", []string{filters(strings.Replace(spamFilter, `"then"`, `"continue": true, "then"`, 1), priceFilter)}, known(), says("casino price"), monday,
			decide.Decision{Outcome: "ignored", By: "spam", Tags: []string{"spam"}}},
		{"ignoring does not take back a reply", []string{filters(coolFilter, spamFilter)}, known(), says("casino size"), monday,
			decide.Decision{Outcome: "replied", By: "cool", Reply: "size", Tags: []string{"size", "spam"}, Cooldown: 10 * time.Minute}},

		{"a cooldown is remembered with the reply", []string{filters(coolFilter)}, known(), says("size"), monday,
			decide.Decision{Outcome: "replied", By: "cool", Reply: "size", Tags: []string{"size"}, Cooldown: 10 * time.Minute}},
		{"in its cooldown a filter tags and nothing replies", []string{filters(coolFilter, strings.Replace(priceFilter, `["price"]`, `["size"]`, 1)), fallback}, cooled, says("size"), monday,
			decide.Decision{Outcome: "unanswered", By: "cool", Tags: []string{"size", "sales"}}},
		{"in its cooldown, but another filter hands off", []string{filters(coolFilter, refundFilter)}, cooled, says("size refund"), monday,
			decide.Decision{Outcome: "handed_off", By: "refund", Tags: []string{"size"}, Team: "care", HandOff: true, Reason: `Refunds: text contains "refund"`, ReasonZH: `Refunds：文本包含“refund”`}},
		{"the cooldown is over", []string{filters(coolFilter)}, warm, says("size"), monday,
			decide.Decision{Outcome: "replied", By: "cool", Reply: "size", Tags: []string{"size"}, Cooldown: 10 * time.Minute}},
		{"a filter that has no cooldown any more", []string{filters(priceFilter)}, cooled, says("price"), monday,
			decide.Decision{Outcome: "replied", By: "price", Reply: "price", Tags: []string{"sales"}}},

		{"the fallback", []string{filters(priceFilter), welcome, away, fallback}, known(), says("?"), monday,
			decide.Decision{Outcome: "replied", By: "fallback", Reply: "sorry"}},
		{"the fallback hands off", []string{filters(priceFilter), handingOff}, known(), says("?"), monday,
			decide.Decision{Outcome: "handed_off", By: "fallback", Reply: "sorry", Team: "care", HandOff: true, Reason: "fallback: no filter answered", ReasonZH: "兜底回复：没有规则作出回复"}},
		{"no fallback", []string{filters(priceFilter)}, known(), says("?"), monday,
			decide.Decision{Outcome: "unanswered", By: "none"}},
		{"a fallback that only assigns", []string{`"fallback": {"assign": "care"}`}, known(), says("?"), monday,
			decide.Decision{Outcome: "unanswered", By: "fallback", Team: "care"}},
		{"a filter that only tags is no answer", []string{filters(tagAll), fallback}, known(), says("?"), monday,
			decide.Decision{Outcome: "replied", By: "fallback", Reply: "sorry", Tags: []string{"seen", "sales"}}},
		{"a filter that only assigns is no answer, and its team stays", []string{filters(teamAll), handingOff}, known(), says("?"), monday,
			decide.Decision{Outcome: "handed_off", By: "fallback", Reply: "sorry", Team: "sales", HandOff: true, Reason: "fallback: no filter answered", ReasonZH: "兜底回复：没有规则作出回复"}},
		{"only an assignment", []string{filters(teamAll)}, known(), says("?"), monday,
			decide.Decision{Outcome: "unanswered", By: "team", Team: "sales"}},

		{"a new contact is welcomed", []string{welcome, away, fallback}, fresh, says("?"), monday,
			decide.Decision{Outcome: "replied", By: "welcome", Reply: "hello"}},
		{"a new contact whom a filter answers is not", []string{filters(priceFilter), welcome}, fresh, says("price"), monday,
			decide.Decision{Outcome: "replied", By: "price", Reply: "price", Tags: []string{"sales"}}},
		{"a new contact out of hours gets the away reply only", []string{welcome, away, fallback}, fresh, says("?"), night,
			decide.Decision{Outcome: "replied", By: "away", Reply: "closed", AwayUntil: tuesday}},

		{"away, and routed to the fallback's team", []string{away, handingOff}, known(), says("?"), night,
			decide.Decision{Outcome: "replied", By: "away", Reply: "closed", Team: "care", AwayUntil: tuesday}},
		{"away, with routing of its own", []string{awayHandsOff, handingOff}, known(), says("?"), night,
			decide.Decision{Outcome: "handed_off", By: "away", Reply: "closed", Team: "sales", HandOff: true, Reason: "away: no filter answered", ReasonZH: "非营业时间回复：没有规则作出回复", AwayUntil: tuesday}},
		{"away once per closed period", []string{away, fallback, welcome}, greeted, says("?"), night,
			decide.Decision{Outcome: "unanswered", By: "none"}},
		{"away again, without a fallback", []string{away}, greeted, says("?"), night,
			decide.Decision{Outcome: "unanswered", By: "none"}},
		{"away again: the fallback hands off without its reply", []string{away, handingOff}, greeted, says("?"), night,
			decide.Decision{Outcome: "handed_off", By: "fallback", Team: "care", HandOff: true, Reason: "fallback: no filter answered", ReasonZH: "兜底回复：没有规则作出回复"}},
		{"away in the next closed period", []string{away}, greeted, says("?"), night.AddDate(0, 0, 1),
			decide.Decision{Outcome: "replied", By: "away", Reply: "closed", AwayUntil: tuesday.AddDate(0, 0, 1)}},
		{"away over the weekend", []string{away}, known(), says("?"), time.Date(2026, 11, 28, 4, 0, 0, 0, time.UTC),
			decide.Decision{Outcome: "replied", By: "away", Reply: "closed", AwayUntil: time.Date(2026, 11, 30, 1, 0, 0, 0, time.UTC)}},
		{"filters answer at night", []string{filters(priceFilter), away}, greeted, says("price"), night,
			decide.Decision{Outcome: "replied", By: "price", Reply: "price", Tags: []string{"sales"}}},

		{"a message in a group that can be answered there", []string{filters(priceFilter), fallback}, known(), asked, monday,
			decide.Decision{Outcome: "replied", By: "price", Reply: "price", Tags: []string{"sales"}}},
		{"nobody is welcomed in a group", []string{filters(priceFilter, `{"id": "new", "when": {"first_contact": true}, "then": {"reply": "price"}}`), welcome}, fresh, unasked, monday,
			decide.Decision{Outcome: "unanswered", By: "none"}},
		{"a message in a group", []string{filters(priceFilter), fallback}, known(), group, monday,
			decide.Decision{Outcome: "ignored", By: "none"}},
		{"a reaction", []string{filters(priceFilter), fallback, away}, known(), reaction, monday,
			decide.Decision{Outcome: "ignored", By: "none"}},
		{"a reaction and a filter for reactions", []string{filters(priceFilter, `{"id": "r", "when": {"all": [{"type": ["reaction"]}, {"contains": ["👍"]}]}, "then": {"reply": "hello"}}`)}, known(), reaction, monday,
			decide.Decision{Outcome: "replied", By: "r", Reply: "hello"}},
		{"a reaction and a filter that excludes another type", []string{filters(`{"id": "r", "when": {"not": {"type": ["system"]}}, "then": {"reply": "hello"}}`)}, known(), reaction, monday,
			decide.Decision{Outcome: "ignored", By: "none"}},
		{"a reaction and a filter that names reactions only to exclude them", []string{filters(`{"id": "r", "when": {"any": [{"not": {"type": ["reaction"]}}, {"contains": ["👍"]}]}, "then": {"reply": "hello"}}`)}, known(), reaction, monday,
			decide.Decision{Outcome: "ignored", By: "none"}},
		{"an unsupported message goes the usual way", []string{filters(priceFilter), fallback}, known(), unreadable, monday,
			decide.Decision{Outcome: "replied", By: "fallback", Reply: "sorry"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := decide.Decide(book(t, c.playbook...), c.head, c.message, c.now)
			if got.Playbook != 7 {
				t.Errorf("got version %d, want 7", got.Playbook)
			}
			if got.Reply != "" && got.Language != "en" {
				t.Errorf("got language %q, want en", got.Language)
			}
			got.Playbook, got.Matched, got.Detected, got.Language = 0, nil, "", ""
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("decision differs (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDecideTraceNamesWhatActed(t *testing.T) {
	b := book(t, filters(tagAll, coolFilter, priceFilter))
	h := known()
	h.Replied = map[string]time.Time{"cool": monday.Add(-4 * time.Minute)}
	got := decide.Decide(b, h, says("size and price"), monday).Matched
	want := []decide.Step{
		{Filter: "tag", Matched: true, Why: "type is text, not sticker", WhyZH: "消息类型是 text，不是 sticker"},
		{Filter: "cool", Matched: true, Why: `text contains "size"; no reply: it answered this contact 4m0s ago and waits 10m0s`,
			WhyZH: `文本包含“size”；不回复：4 分钟前刚回复过该客户，冷却时间为 10 分钟`},
		{Filter: "price", Name: "Price", Matched: true, Why: `text contains "price"; no reply: filter cool has the reply and is in its cooldown`,
			WhyZH: `文本包含“price”；不回复：本应由规则 cool 回复，但它在冷却中`},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("trace differs (-want +got):\n%s", diff)
	}
}

func TestReplyLanguage(t *testing.T) {
	for _, c := range []struct{ name, languages, contact, text, want, detected string }{
		{"English", `["en", "zh-CN"]`, "", "price?", "en", "en"},
		{"simplified", `["en", "zh-CN", "zh-TW"]`, "", "请问price", "zh-CN", "zh-CN"},
		{"traditional", `["en", "zh-CN", "zh-TW"]`, "", "請問price", "zh-TW", "zh-TW"},
		{"traditional falls back to simplified before English", `["en", "zh-CN"]`, "", "請問price", "zh-CN", "zh-TW"},
		{"simplified falls back to traditional before English", `["en", "zh-TW"]`, "", "请问price", "zh-TW", "zh-CN"},
		{"no hint: the contact's language", `["en", "zh-CN"]`, "zh-CN", "1", "zh-CN", ""},
		{"no hint: the contact's region", `["zh-CN", "en"]`, "en-GB", "1", "en", ""},
		{"no hint: Hong Kong reads traditional", `["zh-CN", "zh-TW"]`, "zh-HK", "1", "zh-TW", ""},
		{"no hint: plain Chinese is simplified", `["zh-TW", "zh-CN"]`, "zh", "1", "zh-CN", ""},
		{"no hint at all: the first", `["zh-CN", "en"]`, "", "1", "zh-CN", ""},
		{"a language we do not have: the contact's", `["en", "zh-CN"]`, "zh-CN", "цена price", "zh-CN", "ru"},
		{"a language nobody has: the first", `["en", "zh-CN"]`, "", "цена price", "en", "ru"},
		{"a region of the playbook", `["zh-CN", "en-GB"]`, "", "price", "en-GB", "en"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := parse(t, `{"languages": `+c.languages+`, "templates": [{"id": "sorry"}], "fallback": {"reply": "sorry"}}`)
			b, err := decide.Compile(p, 1)
			if err != nil {
				t.Fatal(err)
			}
			h := known()
			h.Contact.Language = c.contact
			d := decide.Decide(b, h, says(c.text), monday)
			if d.Language != c.want || d.Detected != c.detected {
				t.Errorf("got %q, detected %q; want %q, %q", d.Language, d.Detected, c.want, c.detected)
			}
		})
	}
}

func TestACompanyThatNeverOpensSendsAwayOncePerContact(t *testing.T) {
	p := parse(t, `{"languages": ["en"], "templates": [{"id": "closed"}], "hours": [{"id": "c", "time_zone": "UTC"}], "away": {"reply": "closed", "calendar": "c"}}`)
	b, err := decide.Compile(p, 1)
	if err != nil {
		t.Fatal(err)
	}
	if d := decide.Decide(b, known(), says("?"), night); d.AwayUntil != night.Add(400*24*time.Hour) {
		t.Errorf("got %v, want 400 days later", d.AwayUntil)
	}
}

func TestOneBookAnswersManyAtOnce(t *testing.T) {
	b := book(t, filters(priceFilter, refundFilter), fallback)
	var all sync.WaitGroup
	for _, c := range [][2]string{{"price", "price"}, {"refund", "refund"}, {"?", "sorry"}, {"多少", "sorry"}} {
		for range 4 {
			all.Go(func() {
				for range 200 {
					if d := decide.Decide(b, known(), says(c[0]), monday); d.Reply != c[1] {
						t.Errorf("%q: got %q, want %q", c[0], d.Reply, c[1])
						return
					}
				}
			})
		}
	}
	all.Wait()
}

// The collector may empty a pool at any moment, and the race detector makes pools forget
// at random: so what counts is the least of many runs.
func TestAllocationsDoNotGrowWithTheFilters(t *testing.T) {
	count := func(n int) float64 {
		p := catalogue(n)
		b, err := decide.Compile(p, 1)
		if err != nil {
			t.Fatal(err)
		}
		match, _ := messages(p)
		m := says(match)
		least := math.Inf(1)
		for range 200 {
			least = min(least, testing.AllocsPerRun(1, func() { decide.Decide(b, known(), m, monday) }))
		}
		return least
	}
	if few, many := count(10), count(3000); many != few {
		t.Errorf("got %v allocations with 10 filters and %v with 3,000, want the same", few, many)
	}
}
