package decide_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/conversation"
	"frontdesk/shared/decide"
	"frontdesk/shared/message"
)

func TestExplain(t *testing.T) {
	b := book(t, filters(
		`{"id": "off", "off": true, "when": {"contains": ["price"]}, "then": {}}`,
		`{"id": "phrases", "when": {"contains": ["a1", "b2", "c3", "d4", "e5"]}, "then": {}}`,
		`{"id": "one", "when": {"contains": ["a1"]}, "then": {}}`,
		`{"id": "word", "when": {"whole_word": ["rice"]}, "then": {}}`,
		`{"id": "words", "when": {"whole_word": ["rice", "ice"]}, "then": {}}`,
		`{"id": "exact", "when": {"exact": ["price"]}, "then": {}}`,
		`{"id": "exacts", "when": {"exact": ["price", "cost"]}, "then": {}}`,
		`{"id": "regex", "when": {"regex": "\\d+"}, "then": {}}`,
		`{"id": "channel", "when": {"channel": ["kf-main"]}, "then": {}}`,
		`{"id": "type", "when": {"type": ["image", "video"]}, "then": {}}`,
		`{"id": "choice", "when": {"choice": ["x"]}, "then": {}}`,
		`{"id": "first", "when": {"first_contact": true}, "then": {}}`,
		`{"id": "hours", "when": {"hours": {"calendar": "shop", "is": "closed"}}, "then": {}}`,
		`{"id": "all", "when": {"all": [{"type": ["text"]}, {"contains": ["a1"]}, {"exact": ["b"]}]}, "then": {}}`,
		`{"id": "any", "when": {"any": [{"type": ["image"]}, {"contains": ["a1"]}]}, "then": {}}`,
		`{"id": "not", "when": {"not": {"contains": ["price"]}}, "then": {}}`,
		`{"id": "yes", "name": "Yes", "when": {"all": [{"any": [{"contains": ["cost"]}, {"regex": "p.ice"}]}, {"not": {"type": ["image"]}}, {"whole_word": ["the"]}, {"channel": ["wa-main"]}]}, "then": {"tag": ["t"]}, "continue": true}`,
		`{"id": "hoursYes", "when": {"all": [{"hours": {"calendar": "shop", "is": "open"}}, {"first_contact": false}]}, "then": {"assign": "sales"}}`,
		`{"id": "late", "when": {"contains": ["price"]}, "then": {}}`,
	), welcome, away, fallback)
	got, chinese := []string{}, []string{}
	for _, s := range decide.Explain(b, known(), says("the price is?"), monday) {
		yes, yesZH := "no:  ", "否："
		if s.Matched {
			yes, yesZH = "yes: ", "是："
		}
		got = append(got, s.Filter+" "+yes+s.Why)
		chinese = append(chinese, s.Filter+" "+yesZH+s.WhyZH)
	}
	want := []string{
		`off no:  the filter is switched off`,
		`phrases no:  text contains none of "a1", "b2", "c3" and 2 more`,
		`one no:  text does not contain "a1"`,
		`word no:  text does not have the word "rice"`,
		`words no:  text has none of the words "rice", "ice"`,
		`exact no:  text is not exactly "price"`,
		`exacts no:  text is exactly none of "price", "cost"`,
		`regex no:  text does not match the pattern \d+`,
		`channel no:  channel is wa-main, not kf-main`,
		`type no:  type is text, not image or video`,
		`choice no:  no button or list row was tapped`,
		`first no:  the contact has written before`,
		`hours no:  calendar shop is open`,
		`all no:  text does not contain "a1"`,
		`any no:  type is text, not image; text does not contain "a1"`,
		`not no:  text contains "price", which rules it out`,
		`yes yes: text matches the pattern p.ice and type is text, not image and text has the word "the" and 1 more`,
		`hoursYes yes: calendar shop is open and the contact has written before`,
		`away no:  calendar shop is open`,
		`welcome no:  the contact has written before`,
		`fallback yes: no filter answered`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("explanation differs (-want +got):\n%s", diff)
	}
	wantChinese := []string{
		`off 否：规则已停用`,
		`phrases 否：文本不包含“a1”、“b2”、“c3”等 5 个词`,
		`one 否：文本不包含“a1”`,
		`word 否：文本中没有单词“rice”`,
		`words 否：文本中没有单词“rice”、“ice”`,
		`exact 否：文本不是“price”`,
		`exacts 否：文本不是“price”、“cost”之一`,
		`regex 否：文本不匹配正则表达式 \d+`,
		`channel 否：渠道是 wa-main，不是 kf-main`,
		`type 否：消息类型是 text，不是 image、video`,
		`choice 否：没有点选按钮或列表项`,
		`first 否：该客户以前发过消息`,
		`hours 否：按营业时间表 shop 现在营业`,
		`all 否：文本不包含“a1”`,
		`any 否：消息类型是 text，不是 image；文本不包含“a1”`,
		`not 否：文本包含“price”，因此不符合`,
		`yes 是：文本匹配正则表达式 p.ice，且消息类型是 text，不是 image，且文本中有单词“the”，另有 1 项`,
		`hoursYes 是：按营业时间表 shop 现在营业，且该客户以前发过消息`,
		`away 否：按营业时间表 shop 现在营业`,
		`welcome 否：该客户以前发过消息`,
		`fallback 是：没有规则作出回复`,
	}
	if diff := cmp.Diff(wantChinese, chinese); diff != "" {
		t.Errorf("the Chinese explanation differs (-want +got):\n%s", diff)
	}
}

func TestExplainWhatNoFilterIsAskedAbout(t *testing.T) {
	inCharge, greeted := known(), known()
	inCharge.HandedOff, greeted.AwayUntil = monday, tuesday
	group, tapped := says("x"), says("x")
	group.Group, tapped.Choice = "g", "b1"
	asked := group
	asked.Return = "https://qyapi.weixin.qq.com/x"
	b := book(t, filters(priceFilter, `{"id": "b2", "when": {"choice": ["b2"]}, "then": {}}`, `{"id": "new", "when": {"first_contact": false}, "then": {}}`), welcome, away, handingOff)
	for _, c := range []struct {
		name string
		head conversation.Head
		m    message.Inbound
		now  time.Time
		want string
		zh   string
	}{
		{"people in charge", inCharge, says("x"), monday, "people: people are in charge",
			"people: 会话由人工接待，模板不自动回复"},
		{"a group", known(), group, monday, "none: the message was written in a group",
			"none: 这是一条群消息，模板不在群里回复"},
		{"a group that can be answered", conversation.Head{}, asked, monday, "new: what is written in a group makes nobody a new contact",
			"new: 群消息不算首次联系"},
		{"a reaction", known(), message.Inbound{Type: "reaction"}, monday, "price: messages of type reaction are for filters that name this type",
			"price: reaction 类型的消息只由指明该类型的规则处理"},
		{"a reaction, at the end", known(), message.Inbound{Type: "reaction"}, monday, "none: messages of type reaction need no answer",
			"none: reaction 类型的消息不需要回复"},
		{"another button", known(), tapped, monday, "b2: choice is b1, not b2",
			"b2: 点选的是 b1，不是 b2"},
		{"a new contact", conversation.Head{}, says("x"), monday, "new: the contact has never written before",
			"new: 该客户以前没有发过消息"},
		{"welcome", conversation.Head{}, says("x"), monday, "welcome: no filter answered, and the contact has never written before",
			"welcome: 没有规则作出回复，且该客户以前没有发过消息"},
		{"away again", greeted, says("x"), night, "away: calendar shop is closed; no reply: the away reply has been sent in this closed period",
			"away: 按营业时间表 shop 现在不营业；不回复：本次非营业时段已发过非营业时间回复"},
		{"away again, the fallback's routing", greeted, says("x"), night, "fallback: routes what nobody answers out of hours",
			"fallback: 非营业时段无人答复的消息按兜底设置分派，不发送兜底回复"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.now == night {
				c.head.First, c.head.Version = time.Time{}, 0 // the last filter would answer
			}
			var got, chinese []string
			for _, s := range decide.Explain(b, c.head, c.m, c.now) {
				got = append(got, s.Filter+": "+s.Why)
				chinese = append(chinese, s.Filter+": "+s.WhyZH)
			}
			if !slices.Contains(chinese, c.zh) {
				t.Errorf("got %q, want %q among them", chinese, c.zh)
			}
			if !strings.Contains(strings.Join(got, "\n"), c.want) {
				t.Errorf("got %q, want %q among them", got, c.want)
			}
		})
	}
}

func TestExplanationsDoNotRepeatWhatTheCustomerWrote(t *testing.T) {
	b := book(t, filters(
		`{"id": "a", "when": {"any": [{"contains": ["x1"]}, {"regex": "my secret"}, {"exact": ["x2"]}]}, "then": {"hand_off": true}}`), fallback)
	m := says("my secret is 4711")
	d := decide.Decide(b, known(), m, monday)
	for _, s := range append(decide.Explain(b, known(), m, monday), decide.Step{Why: d.Reason, WhyZH: d.ReasonZH}) {
		if strings.Contains(s.Why+s.WhyZH, "4711") {
			t.Errorf("the customer's text is in %q", s.Why+s.WhyZH)
		}
	}
}

func TestWhatActedIsToldInBothLanguages(t *testing.T) {
	const reply = `{"id": "a", "when": {"exact": ["x"]}, "then": {"reply": "price"}, "continue": true}`
	for _, c := range []struct{ name, first, second, why, zh string }{
		{"a later reply", reply, `{"id": "b", "when": {"channel": ["wa-main"]}, "then": {"reply": "size"}}`,
			`channel is wa-main; no reply: filter a has replied already`, `渠道是 wa-main；不回复：规则 a 已经回复`},
		{"ignored", tagAll, `{"id": "b", "when": {"type": ["text"]}, "then": {"ignore": true}}`,
			`type is text; ignored on purpose`, `消息类型是 text；按规则忽略`},
		{"not ignored", reply, `{"id": "b", "when": {"choice": ["c"]}, "then": {"ignore": true}}`,
			`choice is c; not ignored: an earlier filter has answered`, `点选的是 c；不忽略：前面的规则已经处理`},
		{"a closed calendar", reply, `{"id": "b", "when": {"hours": {"calendar": "shop", "is": "closed"}}, "then": {}}`,
			`calendar shop is closed`, `按营业时间表 shop 现在不营业`},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := says("x")
			m.Choice = "c"
			d := decide.Decide(book(t, filters(c.first, c.second)), known(), m, night)
			want := decide.Step{Filter: "b", Matched: true, Why: c.why, WhyZH: c.zh}
			if diff := cmp.Diff(want, d.Matched[len(d.Matched)-1]); diff != "" {
				t.Errorf("step differs (-want +got):\n%s", diff)
			}
		})
	}
}

func TestClosedMomentInBothLanguages(t *testing.T) {
	steps := decide.Explain(book(t, away), known(), says("?"), night)
	want := []decide.Step{{Filter: decide.ByAway, Matched: true, Why: "no filter answered, and calendar shop is closed", WhyZH: "没有规则作出回复，且按营业时间表 shop 现在不营业"}}
	if diff := cmp.Diff(want, steps); diff != "" {
		t.Errorf("explanation differs (-want +got):\n%s", diff)
	}
}
