package mail

import (
	"maps"

	"frontdesk/shared/unit"
)

// The languages that mails are written in.
const (
	English = unit.English
	Chinese = unit.Chinese
)

// language is the supported one for a recipient's tag.
func language(tag string) string { return unit.Language(tag) }

// words are all texts of a mail in one language, by key. {1}, {2} are filled in
// by [printer.say].
func words(lang string) map[string]string {
	all, more := english(), englishOwn()
	if lang == Chinese {
		all, more = chinese(), chineseOwn()
	}
	maps.Copy(all, more)
	maps.Copy(all, said(lang))
	return all
}

func english() map[string]string {
	return map[string]string{
		"brand": "Frontdesk", "week": "Week {1}",
		"dates.month": "{1}–{2} {3} {4}", "dates.year": "{1} {2} – {3} {4} {5}", "dates.years": "{1} {2} {3} – {4} {5} {6}",
		"months":   "January,February,March,April,May,June,July,August,September,October,November,December",
		"weekdays": "Monday,Tuesday,Wednesday,Thursday,Friday,Saturday,Sunday", "short": "Mon,Tue,Wed,Thu,Fri,Sat,Sun",
		"and": " and ", "comma": ", ", "gap": " ", "hour": "{1} {2}:00–{3}:00",
		"hello": "Hello {1},",

		"verdict.good": "{1} was a good week.", "verdict.fair": "{1} was fair, with something to look at.", "verdict.poor": "{1} needs a look.",
		"verdict.quiet": "{1} was quiet.", "verdict.empty": "{1} has no figures yet.",
		"say.contained":  "Templates alone answered {1} of the conversations that needed an answer.",
		"say.unanswered": "{1} conversations ({2}) got no answer.", "say.failed": "{1} of our messages ({2}) could not be delivered.",
		"say.dropped": "The share that templates answered fell by {1}.", "say.slow": "People took {1} to answer first (median), {2} the week before.",
		"say.waiting": "{1} conversations that were handed off ended the day still waiting for a person.",
		"say.all":     "Every conversation that needed an answer got one.", "say.nobody": "Nobody wrote anything that needed an answer.",
		"missing": "No figures yet for {1}.", "same": "Compared with the same days of the week before.",

		"contained": "answered by templates alone", "contained.title": "Answered by templates alone", "by.templates": "Templates", "by.people": "People", "by.nobody": "Unanswered", "by.quiet": "No answer needed",
		"conversations": "Conversations", "customers": "Customers", "customers.new": "{1} new",
		"messages.note": "{1} in, {2} out", "first.bot": "First reply, templates", "first.people": "First reply, people",
		"p90": "9 of 10 within {1}", "open": "{1} in business hours", "none": "–", "nobody": "none this week",
		"before": "vs last week", "unchanged": "unchanged", "new": "new",

		"look.title": "To look at", "look.unanswered": "Conversations with a message that nobody answered",
		"look.waiting": "Handed off, still waiting for a person at the end of a day", "look.failed": "Messages that could not be delivered",
		"look.unproven": "Replies that may have gone out twice", "look.none": "Nothing. Every message was answered and delivered.",

		"days.title": "Day by day", "days.missing": "no figures yet", "trend.title": "Eight weeks", "trend.note": "Conversations, and the share answered by templates alone",
		"heat.title": "When customers write", "heat.busiest": "Busiest: {1} ({2} messages).",
		"filters.title": "What customers asked", "filters.note": "Messages by the filter that decided them",
		"times.title": "How long customers waited", "times.note": "For the first answer, and for any, by templates and by people",
		"median": "half within", "median.open": "half within {1} in business hours", "most": "9 of 10 within", "reply.bot": "Every reply, templates", "reply.people": "Every reply, people",
		"failures.title": "Why messages failed", "failures.note": "Messages that could not be delivered, by reason",
		"templates.title": "What was answered", "templates.note": "Messages by template", "read": "read", "failed": "failed",
		"channels.title": "Channels", "teams.title": "Teams", "team.none": "No team", "more": "and {1} more",
		"column.people": "Reply by people",
		"welcome":       "Welcome", "away": "Away reply", "fallback": "Fallback",

		"counted": "A conversation counts once on every day on which its customer wrote; a customer once a week. Shares are made from totals, medians from all answers of the week.",
		"zone":    "Days and weeks in {1} time.", "link": "Open the full report", "why": "You get this mail because your address is on the list of recipients.", "unsubscribe": "Unsubscribe",
	}
}

func chinese() map[string]string {
	return map[string]string{
		"brand": "Frontdesk 前台", "week": "第 {1} 周",
		"dates.month": "{4}年{3}{1}日至{2}日", "dates.year": "{5}年{2}{1}日至{4}{3}日", "dates.years": "{3}年{2}{1}日至{6}年{5}{4}日",
		"months":   "1月,2月,3月,4月,5月,6月,7月,8月,9月,10月,11月,12月",
		"weekdays": "星期一,星期二,星期三,星期四,星期五,星期六,星期日", "short": "周一,周二,周三,周四,周五,周六,周日",
		"and": "和", "comma": "、", "gap": "", "hour": "{1} {2}:00–{3}:00",
		"hello": "{1}，您好！",

		"verdict.good": "{1}很顺利。", "verdict.fair": "{1}尚可，有几处值得留意。", "verdict.poor": "{1}需要关注。",
		"verdict.quiet": "{1}很安静。", "verdict.empty": "{1}还没有数据。",
		"say.contained":  "需要答复的会话中，{1} 由模板直接解答。",
		"say.unanswered": "{1} 个会话（{2}）没有得到答复。", "say.failed": "我们发出的消息有 {1} 条（{2}）未能送达。",
		"say.dropped": "由模板直接解答的比例下降了 {1}。", "say.slow": "人工首次回复的中位数为 {1}，上周为 {2}。",
		"say.waiting": "{1} 个转人工的会话到当天结束时仍在等待。",
		"say.all":     "需要答复的会话都得到了答复。", "say.nobody": "没有客户发来需要答复的消息。",
		"missing": "{1}的数据尚未生成。", "same": "与上一周的相同几天比较。",

		"contained": "由模板直接解答", "contained.title": "由模板直接解答的会话", "by.templates": "模板", "by.people": "人工", "by.nobody": "未答复", "by.quiet": "无需答复",
		"conversations": "会话", "customers": "客户", "customers.new": "新客户 {1} 位",
		"messages.note": "收到 {1}，发出 {2}", "first.bot": "模板首次回复", "first.people": "人工首次回复",
		"p90": "九成在 {1}内", "open": "工作时间内 {1}", "none": "–", "nobody": "本周没有",
		"before": "较上周", "unchanged": "持平", "new": "新增",

		"look.title": "值得留意", "look.unanswered": "有消息没人答复的会话",
		"look.waiting": "已转人工、当天结束时仍在等待的会话", "look.failed": "未能送达的消息",
		"look.unproven": "可能重复发出的回复", "look.none": "没有。所有消息都已答复并送达。",

		"days.title": "每日情况", "days.missing": "尚无数据", "trend.title": "近八周", "trend.note": "会话数，以及由模板直接解答的比例",
		"heat.title": "客户何时来信", "heat.busiest": "最忙时段：{1}（{2} 条消息）。",
		"filters.title": "客户问了什么", "filters.note": "按命中的过滤规则统计的消息数",
		"times.title": "客户等了多久", "times.note": "首次回复与每次回复的等待时间，模板与人工分列",
		"median": "半数不超过", "median.open": "工作时间内半数不超过 {1}", "most": "九成不超过", "reply.bot": "模板每次回复", "reply.people": "人工每次回复",
		"failures.title": "消息为何失败", "failures.note": "未能送达的消息，按原因统计",
		"templates.title": "回复了什么", "templates.note": "按模板统计的消息数", "read": "已读", "failed": "失败",
		"channels.title": "渠道", "teams.title": "团队", "team.none": "未分配团队", "more": "另有 {1} 个",
		"column.people": "人工回复",
		"welcome":       "欢迎语", "away": "非工作时间回复", "fallback": "兜底回复",

		"counted": "客户当天来信，会话当天计一次；客户每周计一次。比例由总数计算，中位数取自全周所有答复。",
		"zone":    "日和周按 {1} 时区计算。", "link": "查看完整报告", "why": "您在收件人名单中，因此收到这封邮件。", "unsubscribe": "退订",
	}
}

// reason says in Chinese what an error code of WhatsApp means. In English
// [report.Reason] does.
func reason(code int) string {
	switch code {
	case 131026:
		return "对方无法通过 WhatsApp 接收"
	case 131047:
		return "服务窗口已关闭（超过 24 小时）"
	case 131049, 131048:
		return "被 WhatsApp 的营销或垃圾信息限制拦下"
	case 131050:
		return "客户已退订营销消息"
	case 131021:
		return "发给了我们自己的号码"
	case 130472:
		return "客户在 WhatsApp 的实验名单中"
	case 130497:
		return "该国家或地区不可发送"
	case 130429, 131056:
		return "发送过快"
	case 131031, 131042:
		return "账号受限或未付款"
	case 131051, 131053:
		return "消息类型或媒体不被接受"
	case 132000, 132001, 132005, 132007, 132012:
		return "审批模板与内容不符"
	case 132015, 132016:
		return "审批模板被暂停或停用"
	case 100, 131008, 131009, 135000:
		return "我们的请求有误"
	case 131000:
		return "WhatsApp 故障"
	case 0:
		return "未说明原因"
	}
	return "其他原因"
}
