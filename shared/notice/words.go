package notice

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"frontdesk/shared/record"
)

// The languages that notices are written in.
const (
	English = "en"
	Chinese = "zh-CN"
)

// language is the one that a notice asks for, else the playbook's first: Chinese for
// every kind of Chinese, else English.
func language(asked string, book []string) string {
	if asked == "" && len(book) > 0 {
		asked = book[0]
	}
	if t := strings.ToLower(asked); t == "zh" || strings.HasPrefix(t, "zh-") {
		return Chinese
	}
	return English
}

// words are all texts of notices in one language, by key. {1}, {2} are filled in. They are
// those of the weekly mail and of what the desk says elsewhere.
func words(lang string) map[string]string {
	if lang == Chinese {
		return chinese()
	}
	return english()
}

func english() map[string]string {
	return map[string]string{
		"hand_off": "Please answer a customer", "hand_off.team": "{1}: please answer a customer",
		"failed": "A reply did not go out: please answer the customer", "failed.team": "{1}: a reply did not go out, please answer the customer",
		"filter": "Please look at a conversation", "filter.team": "{1}: please look at a conversation",
		"sum": "{1} conversations were handed off: please look who still waits", "sum.team": "{1}: {2} conversations were handed off, please look who still waits",
		"one": "A conversation was handed off: please look whether the customer still waits", "one.team": "{1}: a conversation was handed off, please look whether the customer still waits",
		"promise_warning": "A promise to a customer is about to be broken", "promise_warning.team": "{1}: a promise to a customer is about to be broken",
		"promise_broken": "A promise to a customer is broken", "promise_broken.team": "{1}: a promise to a customer is broken",
		"follow_up": "Please look at a conversation again", "follow_up.team": "{1}: please look at a conversation again",
		"sum.look": "{1} conversations need a look", "sum.look.team": "{1}: {2} conversations need a look",
		"look": "A conversation needs a look", "look.team": "{1}: a conversation needs a look",
		"until": "Promised by", "first_reply": "first answer of a person", "next_reply": "next answer", "resolution": "until it is done",
		"channel": "Channel", "since": "Waiting since", "why": "Why", "conversation": "Conversation", "open": "Open",
		"count.failed": "Replies that did not go out", "team.none": "No team", "more": "Other teams", "quiet": "Sent", "quiet.over": "after quiet hours", "day": "{1} {2} {3}",
		"months": "January,February,March,April,May,June,July,August,September,October,November,December",
		"by":     "filter “{1}”", "welcome": "welcome", "away": "away reply", "fallback": "no filter answered",
		"render_failed": "the template could not be filled in", "window_shut": "the service window is shut",
		"send_failed": "the channel refused the reply", "gave_up": "the message was given up after many tries",
		"send_unknown": "nobody knows whether the reply went out", "opted_out": "the customer wants no marketing",
		"portfolio_limit": "the company may not write to more people today", "delivery_failed": "the reply was not delivered",
		"replies_used_up": "the channel takes no more replies until the customer writes again", "session_over": "the session is over until the customer writes again",
	}
}

func chinese() map[string]string {
	return map[string]string{
		"hand_off": "请答复一位客户", "hand_off.team": "{1}：请答复一位客户",
		"failed": "一条回复未能发出，请答复客户", "failed.team": "{1}：一条回复未能发出，请答复客户",
		"filter": "请查看一个会话", "filter.team": "{1}：请查看一个会话",
		"sum": "{1} 个会话已转人工，请查看谁仍在等待", "sum.team": "{1}：{2} 个会话已转人工，请查看谁仍在等待",
		"one": "一个会话已转人工，请查看客户是否仍在等待", "one.team": "{1}：一个会话已转人工，请查看客户是否仍在等待",
		"promise_warning": "对一位客户的服务承诺即将超时", "promise_warning.team": "{1}：对一位客户的服务承诺即将超时",
		"promise_broken": "对一位客户的服务承诺已超时", "promise_broken.team": "{1}：对一位客户的服务承诺已超时",
		"follow_up": "请再次查看一个会话", "follow_up.team": "{1}：请再次查看一个会话",
		"sum.look": "{1} 个会话需要查看", "sum.look.team": "{1}：{2} 个会话需要查看",
		"look": "一个会话需要查看", "look.team": "{1}：一个会话需要查看",
		"until": "承诺时限", "first_reply": "人工首次答复", "next_reply": "下一次答复", "resolution": "解决",
		"channel": "渠道", "since": "等待自", "why": "原因", "conversation": "会话", "open": "打开",
		"count.failed": "未能发出的回复", "team.none": "未分配团队", "more": "其他团队", "quiet": "发送", "quiet.over": "免打扰时段结束后", "day": "{2}{1}日 {3}",
		"months": "1月,2月,3月,4月,5月,6月,7月,8月,9月,10月,11月,12月",
		"by":     "过滤规则“{1}”", "welcome": "欢迎语", "away": "非营业时间回复", "fallback": "没有规则作出回复",
		"render_failed": "模板无法填写", "window_shut": "服务窗口已关闭",
		"send_failed": "渠道拒绝了回复", "gave_up": "消息多次尝试后被放弃",
		"send_unknown": "无法确认回复是否已发出", "opted_out": "客户已退订营销消息",
		"portfolio_limit": "公司今天不能再联系更多人", "delivery_failed": "回复未能送达",
		"replies_used_up": "客户再次来信之前，渠道不再接受回复", "session_over": "客户再次来信之前，会话已结束",
	}
}

// Failure reports whether a reason of the desk, or of the receipts, says that a reply did
// not reach the customer.
func Failure(reason string) bool {
	switch reason {
	case "render_failed", "window_shut", "send_failed", "gave_up", "send_unknown", "opted_out", "portfolio_limit", "delivery_failed",
		"replies_used_up", "session_over":
		return true
	}
	return false
}

// printer writes in one language.
type printer struct {
	text map[string]string
	zone *time.Location
}

// say fills the values into the text of a key, once.
func (p printer) say(key string, values ...string) string {
	pairs := make([]string, 0, 2*len(values))
	for i, v := range values {
		pairs = append(pairs, "{"+strconv.Itoa(i+1)+"}", v)
	}
	return strings.NewReplacer(pairs...).Replace(p.text[key])
}

// titled is the text of a key, for a team when there is one.
func (p printer) titled(key, team string, values ...string) string {
	if team == "" {
		return p.say(key, values...)
	}
	return p.say(key+".team", append([]string{team}, values...)...)
}

// moment is a time as people say it: with its day when that is not today.
func (p printer) moment(at, now time.Time) string {
	at, now = at.In(p.zone), now.In(p.zone)
	clock := at.Format("15:04")
	if at.Format(time.DateOnly) == now.Format(time.DateOnly) {
		return clock
	}
	month := strings.Split(p.text["months"], ",")[at.Month()-1]
	return p.say("day", strconv.Itoa(at.Day()), month, clock)
}

// why is why people must answer; empty for a reason without words.
func (p printer) why(n record.TeamNotice) string {
	switch n.Filter {
	case "":
		return p.text[cmp.Or(reason(n.Reason), "none")]
	case "welcome", "away", "fallback":
		return p.text[n.Filter]
	}
	return p.say("by", n.Filter)
}

// reason keeps other keys out.
func reason(word string) string {
	if Failure(word) || promise(word) {
		return word
	}
	return ""
}

// promise reports whether a word names what a team promises.
func promise(word string) bool {
	return word == "first_reply" || word == "next_reply" || word == "resolution"
}
