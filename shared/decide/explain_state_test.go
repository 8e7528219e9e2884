package decide_test

import (
	"strings"
	"testing"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/decide"
)

// Each condition, with what is said of it for a customer that much is known of and the
// message "the price is?" on Monday. It is never told what the customer wrote or what an
// attribute holds.
func TestExplainConditionsOnTheConversation(t *testing.T) {
	for _, c := range []struct{ when, en, zh string }{
		{`{"starts_with": ["the"]}`, `text starts with "the"`, `文本以“the”开头`},
		{`{"starts_with": ["hi"]}`, `text does not start with "hi"`, `文本不以“hi”开头`},
		{`{"starts_with": ["hi", "ho"]}`, `text starts with none of "hi", "ho"`, `文本不以“hi”、“ho”中任何一个开头`},
		{`{"ends_with": ["?"]}`, `text ends with "?"`, `文本以“?”结尾`},
		{`{"ends_with": ["!"]}`, `text does not end with "!"`, `文本不以“!”结尾`},
		{`{"ends_with": ["!", "。"]}`, `text ends with none of "!", "。"`, `文本不以“!”、“。”中任何一个结尾`},
		{`{"fuzzy": {"phrases": ["prize"], "percent": 80}}`, `text has something like "prize" (by 80 percent or more)`, `文本中有与“prize”相近的内容（相似度至少 80%）`},
		{`{"fuzzy": {"phrases": ["refund", "return"], "percent": 80}}`, `text has nothing like "refund", "return" (by 80 percent or more)`, `文本中没有与“refund”、“return”相近的内容（相似度至少 80%）`},
		{`{"contains": ["Price"], "case": true}`, `text does not contain "Price", as it is written`, `文本不包含“Price”（区分大小写）`},
		{`{"language": ["en"]}`, `the message is in en`, `消息语言是 en`},
		{`{"language": ["fr", "de"]}`, `the message is in en, not fr or de`, `消息语言是 en，不是 fr、de`},
		{`{"tags": ["gold", "vip"]}`, `the conversation has the tag vip`, `会话有标签 vip`},
		{`{"tags": ["gold", "silver"]}`, `the conversation does not have the tag gold or silver`, `会话没有标签 gold、silver`},
		{`{"team": ["sales"]}`, `team is sales`, `所属团队是 sales`},
		{`{"team": ["care"]}`, `team is sales, not care`, `所属团队是 sales，不是 care`},
		{`{"assignee": ["ann"]}`, `agent is ann`, `负责客服是 ann`},
		{`{"assignee": ["bo"]}`, `agent is ann, not bo`, `负责客服是 ann，不是 bo`},
		{`{"status": ["open"]}`, `the conversation is open`, `会话状态是进行中`},
		{`{"status": ["new", "resolved"]}`, `the conversation is open, not new or resolved`, `会话状态是进行中，不是新会话、已解决`},
		{`{"priority": ["high"]}`, `priority is high`, `优先级是高`},
		{`{"priority": ["low", "normal"]}`, `priority is high, not low or normal`, `优先级是高，不是低、普通`},
		{`{"started_by": ["agent"]}`, `the spell was started by the agent`, `本次会话由客服发起`},
		{`{"started_by": ["customer", "bot"]}`, `the spell was started by the agent, not the customer or bot`, `本次会话由客服发起，不是由客户、机器人发起`},
		{`{"since": {"above": "1h"}}`, `the contact last wrote 2h0m0s ago`, `该客户上次发消息是在 2 小时前`},
		{`{"since": {"above": "3h", "below": "24h"}}`, `the contact last wrote 2h0m0s ago, where the filter asks for more than 3h0m0s and less than 24h0m0s`, `该客户上次发消息是在 2 小时前，规则要求大于 3 小时 且小于 24 小时`},
		{`{"count": {"above": 1}}`, `this is message 4 of the spell`, `这是本次会话的第 4 条消息`},
		{`{"count": {"below": 3}}`, `this is message 4 of the spell, where the filter asks for less than 3`, `这是本次会话的第 4 条消息，规则要求小于 3`},
		{`{"changed": ["name"]}`, `the contact's name has changed`, `该客户的名称有变化`},
		{`{"changed": ["number", "language"]}`, `the contact's number or language has not changed`, `该客户的号码、语言没有变化`},
		{`{"attribute": {"name": "plan", "is": ["gold"]}}`, `attribute plan is gold`, `属性 plan 是 gold`},
		{`{"attribute": {"name": "plan", "is": ["silver", "lead"]}}`, `attribute plan is not silver or lead`, `属性 plan 不是 silver、lead`},
		{`{"attribute": {"name": "plan", "present": true}}`, `the contact has the attribute plan`, `该客户有属性 plan`},
		{`{"attribute": {"name": "city", "present": true}}`, `the contact does not have the attribute city`, `该客户没有属性 city`},
		{`{"attribute": {"name": "spent", "above": 1000, "below": 2000}}`, `attribute spent is more than 1000 and less than 2000`, `属性 spent 大于 1000 且小于 2000`},
		{`{"attribute": {"name": "spent", "below": 0.5}}`, `attribute spent is not less than 0.5`, `属性 spent 并非小于 0.5`},
		{`{"attribute": {"name": "renewal", "after": "2026-11-01", "before": "2026-12-01"}}`, `attribute renewal is after 2026-11-01 and before 2026-12-01`, `属性 renewal 晚于 2026-11-01 且早于 2026-12-01`},
		{`{"attribute": {"name": "renewal", "after": "2026-12-01"}}`, `attribute renewal is not after 2026-12-01`, `属性 renewal 并非晚于 2026-12-01`},
		{`{"attribute": {"name": "renewal", "within": "72h"}}`, `attribute renewal is a date at most 72h0m0s away`, `属性 renewal 的日期距现在不超过 72 小时`},
		{`{"attribute": {"name": "renewal", "within": "1h"}}`, `attribute renewal is not a date at most 1h0m0s away`, `属性 renewal 的日期距现在并非不超过 1 小时`},
		{`{"hours": {"calendar": "shop", "is": "holiday"}}`, `calendar shop is open`, `按营业时间表 shop 现在营业`},
		{`{"not": {"tags": ["vip"]}}`, `the conversation has the tag vip, which rules it out`, `会话有标签 vip，因此不符合`},
	} {
		b := book(t, filters(`{"id": "f", "when": `+c.when+`, "then": {}}`))
		m := says("the price is?")
		m.From.Name = "Zhang San"
		s := decide.Explain(b, customer(), m, monday)[0]
		if s.Why != c.en || s.WhyZH != c.zh {
			t.Errorf("%s:\ngot  {`%s`, `%s`, `%s`},\nwant %s, %s", c.when, c.when, s.Why, s.WhyZH, c.en, c.zh)
		}
		if strings.Contains(s.Why+s.WhyZH, "Zhang") || strings.Contains(s.Why, "1200") {
			t.Errorf("%s tells what is the customer's: %s", c.when, s.Why)
		}
	}
}

func TestExplainConditionsOnANewContact(t *testing.T) {
	for _, c := range []struct{ when, en, zh string }{
		{`{"language": ["en", "fr"]}`, "it is not sure what language the message is in, so it is not en or fr", "消息语言无法确定，不按 en、fr 处理"},
		{`{"team": ["sales"]}`, "the conversation is with no team", "会话没有分配团队"},
		{`{"assignee": ["none"]}`, "the conversation is with no agent", "会话没有分配客服"},
		{`{"since": {"below": "1h"}}`, "the contact has never written before", "该客户以前没有发过消息"},
		{`{"attribute": {"name": "spent", "above": 0}}`, "the contact does not have the attribute spent", "该客户没有属性 spent"},
	} {
		b := book(t, filters(`{"id": "f", "when": `+c.when+`, "then": {}}`))
		if s := decide.Explain(b, conversation.Head{}, says("ok"), monday)[0]; s.Why != c.en || s.WhyZH != c.zh {
			t.Errorf("%s: got %q, %q; want %q, %q", c.when, s.Why, s.WhyZH, c.en, c.zh)
		}
	}
}

func TestExplainDatesAndHolidays(t *testing.T) {
	b := book(t, filters(
		`{"id": "early", "from": "2026-12-01", "when": {"contains": ["x"]}, "then": {}}`,
		`{"id": "late", "until": "2026-11-01", "when": {"contains": ["x"]}, "then": {}}`,
		`{"id": "closed", "when": {"all": [{"not": {"hours": {"calendar": "shop", "is": "holiday"}}}, {"contains": ["y"]}]}, "then": {}}`))
	for _, c := range []struct {
		filter int
		now    time.Time
		en, zh string
	}{
		{0, monday, "the filter is valid from 2026-12-01", "规则从 2026-12-01 起生效"},
		{1, monday, "the filter was valid until 2026-11-01", "规则的有效期到 2026-11-01 为止"},
		{2, holiday, "calendar shop has a holiday, which rules it out", "按营业时间表 shop 今天是假日，因此不符合"},
	} {
		if s := decide.Explain(b, known(), says("x"), c.now)[c.filter]; s.Why != c.en || s.WhyZH != c.zh {
			t.Errorf("got %q, %q; want %q, %q", s.Why, s.WhyZH, c.en, c.zh)
		}
	}
}
