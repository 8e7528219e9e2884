package mail

import "strings"

// The languages that mails are written in.
const (
	English = "en"
	Chinese = "zh-CN"
)

// language is the supported one for a recipient's tag: Chinese for every kind of
// Chinese, else English.
func language(tag string) string {
	if t := strings.ToLower(tag); t == "zh" || strings.HasPrefix(t, "zh-") {
		return Chinese
	}
	return English
}

// words are all texts of a mail in one language, by key. {1}, {2} are filled in
// by [printer.say].
func words(lang string) map[string]string {
	if lang == Chinese {
		return chinese()
	}
	return english()
}

func english() map[string]string {
	return map[string]string{
		"brand": "Frontdesk", "week": "Week {1}",
		"dates.month": "{1}–{2} {3} {4}", "dates.year": "{1} {2} – {3} {4} {5}", "dates.years": "{1} {2} {3} – {4} {5} {6}",
		"months":   "January,February,March,April,May,June,July,August,September,October,November,December",
		"weekdays": "Monday,Tuesday,Wednesday,Thursday,Friday,Saturday,Sunday", "short": "Mon,Tue,Wed,Thu,Fri,Sat,Sun",
		"and": " and ", "comma": ", ", "gap": " ", "percent": "{1} %", "points": "{1} pts", "hour": "{1} {2}:00–{3}:00",
		"ms": "{1} ms", "s": "{1} s", "min": "{1} min", "h": "{1} h", "h.min": "{1} h {2} min", "d": "{1} d", "d.h": "{1} d {2} h",
		"subject": "{1}: {2} conversations, {3} answered by templates", "subject.scope": "{1}, {2}: {3} conversations, {4} answered by templates",
		"subject.none": "{1}: no conversations", "hello": "Hello {1},",

		"verdict.good": "{1} was a good week.", "verdict.fair": "{1} was fair, with something to look at.", "verdict.poor": "{1} needs a look.",
		"verdict.quiet": "{1} was quiet.", "verdict.empty": "{1} has no figures yet.",
		"say.contained":  "Templates alone answered {1} of the conversations that needed an answer.",
		"say.unanswered": "{1} conversations ({2}) got no answer.", "say.failed": "{1} of our messages ({2}) could not be delivered.",
		"say.dropped": "The share that templates answered fell by {1}.", "say.slow": "People took {1} to answer first (median), {2} the week before.",
		"say.waiting": "{1} conversations that were handed off ended the day still waiting for a person.",
		"say.all":     "Every conversation that needed an answer got one.", "say.nobody": "Nobody wrote anything that needed an answer.",
		"missing": "No figures yet for {1}.", "same": "Compared with the same days of the week before.",

		"contained": "answered by templates alone", "by.templates": "Templates", "by.people": "People", "by.nobody": "Unanswered",
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
		"templates.title": "What was answered", "templates.note": "Messages by template", "read": "read", "failed": "failed",
		"channels.title": "Channels", "teams.title": "Teams", "team.none": "No team", "more": "and {1} more",
		"column.people": "Reply by people",
		"welcome":       "Welcome", "away": "Away reply", "fallback": "Fallback",

		"rated.title": "Satisfaction", "rated.share": "satisfied (4 or 5 of 5)",
		"rated":       "{1} of {2} questions answered ({3}), mean {4}.",
		"rated.more":  "{1} answers, more than the {2} questions of this week: some were asked last week. Mean {3}.",
		"rated.split": "4 or 5: {1}, 3: {2}, 1 or 2: {3}.",
		"rated.none":  "{1} questions asked, none answered.",

		"own.title": "WeCom's own figures", "own.ours": "Ours", "own.theirs": "WeCom", "own.days": "{1} of 7 days",
		"own.note":     "What WeCom counted itself, beside our count. WeCom's days are those of China (UTC+8), ours the company's.",
		"own.messages": "Messages from customers", "own.messages.why": "WeCom: what customers sent in its sessions. Ours: all that reached the desk. What templates and people sent is in neither.",
		"own.sessions": "Sessions, conversations", "own.sessions.why": "WeCom: sessions with the assistant or a servicer in which the customer wrote; whoever comes back after the end counts again. Ours: a conversation once on every day on which the customer wrote.",
		"own.customers": "Customers", "own.customers.why": "WeCom: each customer who wrote once a day, so days do not add up to a week. Ours: each once in the week.",
		"own.bot": "With the assistant, with templates alone", "own.bot.why": "WeCom: sessions that the assistant had; what is sent through the API counts as the assistant, also when people help later. Ours: templates alone.",
		"own.people": "With people", "own.people.why": "WeCom: sessions given to a servicer in which the customer wrote. Ours: also those that still wait, or were answered outside WeCom.",
		"own.answered": "Answered by people the same day", "own.answered.why": "WeCom: share of sessions with messages to a servicer that the servicer answered before midnight, lowest and highest day. Ours: share of handed-off conversations that did not end a day waiting.",
		"own.reply": "First reply by people", "own.reply.why": "WeCom: a day's mean of servicers alone, lowest and highest day; a wait that passes midnight is in no mean. Ours: the week's median from the first unanswered message on, nights included.",
		"own.satisfied": "Satisfied", "own.satisfied.why": "WeCom: the best of three answers to its own question, which is off while an API assigns sessions. Ours: 4 and 5 of 5.",
		"own.contact": "Chats between members and customers do not pass through Frontdesk, so we have no count of them. WeCom was asked for the servicers of the playbook's teams.",
		"own.chats":   "Chats with customers", "own.chats.why": "1:1 chats in which a member wrote, each once a day, so days do not add up.",
		"own.sent": "Messages that members sent", "own.sent.why": "In 1:1 chats with customers; groups are not in.",
		"own.share": "Chats answered the same day", "own.share.why": "Share of chats begun by customers that a member answered before midnight, lowest and highest day.",
		"own.wait": "First reply by members", "own.wait.why": "A day's mean, in whole minutes and of the same day only, lowest and highest day.",
		"own.added": "Customers won, lost", "own.added.why": "Added by members; deleted or blocked a member.",
		"own.groups": "Customer groups", "own.groups.why": "As of the last day; new ones of all days.",
		"own.members": "People in customer groups", "own.members.why": "As of the last day; who joined on all days.",
		"own.daily": "{1} a day, at most {2}", "own.spread": "{1} to {2}", "own.of": "{1} of {2}", "own.change": "{1}, {2}", "own.total": "{1}, {2} new",

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
		"and": "和", "comma": "、", "gap": "", "percent": "{1}%", "points": "{1} 个百分点", "hour": "{1} {2}:00–{3}:00",
		"ms": "{1} 毫秒", "s": "{1} 秒", "min": "{1} 分钟", "h": "{1} 小时", "h.min": "{1} 小时 {2} 分", "d": "{1} 天", "d.h": "{1} 天 {2} 小时",
		"subject": "{1}：{2} 个会话，{3} 由模板直接解答", "subject.scope": "{1}（{2}）：{3} 个会话，{4} 由模板直接解答",
		"subject.none": "{1}：没有会话", "hello": "{1}，您好！",

		"verdict.good": "{1}很顺利。", "verdict.fair": "{1}尚可，有几处值得留意。", "verdict.poor": "{1}需要关注。",
		"verdict.quiet": "{1}很安静。", "verdict.empty": "{1}还没有数据。",
		"say.contained":  "需要答复的会话中，{1} 由模板直接解答。",
		"say.unanswered": "{1} 个会话（{2}）没有得到答复。", "say.failed": "我们发出的消息有 {1} 条（{2}）未能送达。",
		"say.dropped": "由模板直接解答的比例下降了 {1}。", "say.slow": "人工首次回复的中位数为 {1}，上周为 {2}。",
		"say.waiting": "{1} 个转人工的会话到当天结束时仍在等待。",
		"say.all":     "需要答复的会话都得到了答复。", "say.nobody": "没有客户发来需要答复的消息。",
		"missing": "{1}的数据尚未生成。", "same": "与上一周的相同几天比较。",

		"contained": "由模板直接解答", "by.templates": "模板", "by.people": "人工", "by.nobody": "未答复",
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
		"templates.title": "回复了什么", "templates.note": "按模板统计的消息数", "read": "已读", "failed": "失败",
		"channels.title": "渠道", "teams.title": "团队", "team.none": "未分配团队", "more": "另有 {1} 个",
		"column.people": "人工回复",
		"welcome":       "欢迎语", "away": "非工作时间回复", "fallback": "兜底回复",

		"rated.title": "满意度", "rated.share": "满意（5 分制中打 4 分或 5 分）",
		"rated":       "{2} 次询问中 {1} 次得到评分（{3}），平均 {4} 分。",
		"rated.more":  "收到 {1} 个评分，多于本周的 {2} 次询问：有些是上周问的。平均 {3} 分。",
		"rated.split": "4–5 分：{1} 个，3 分：{2} 个，1–2 分：{3} 个。",
		"rated.none":  "询问了 {1} 次，尚无评分。",

		"own.title": "企业微信自己的统计", "own.ours": "我们", "own.theirs": "企业微信", "own.days": "7 天中有 {1} 天",
		"own.note":     "企业微信自己统计的数字，与我们的并列。企业微信按中国时间（UTC+8）的自然日统计，我们按公司时区。",
		"own.messages": "客户消息", "own.messages.why": "企业微信：客户在会话中发送的消息数。我们：到达前台的所有客户消息。模板和人工发出的消息双方都不计。",
		"own.sessions": "咨询会话、会话", "own.sessions.why": "企业微信：客户发过消息、由智能助手或接待人员接待的会话；结束后再来的另计一次。我们：客户当天来信，会话当天计一次。",
		"own.customers": "客户", "own.customers.why": "企业微信：来信的客户每天计一次，各天不能相加成一周。我们：每位客户每周计一次。",
		"own.bot": "智能助手接待、仅由模板解答", "own.bot.why": "企业微信：由智能助手接待的会话；通过接口发送的算智能助手，之后有人工参与也算。我们：仅由模板解答的会话。",
		"own.people": "人工接待", "own.people.why": "企业微信：分配给接待人员且客户发过消息的会话。我们：还包括仍在等待的，以及在企业微信之外答复的。",
		"own.answered": "人工当天回复", "own.answered.why": "企业微信：客户给接待人员发过消息的会话中，零点前得到回复的比例（最低日至最高日）。我们：转人工的会话中，当天结束时没有在等待的比例。",
		"own.reply": "人工首次回复", "own.reply.why": "企业微信：只算接待人员，为当天的平均值（最低日至最高日），跨过零点的等待不计。我们：从第一条未答复消息算起的全周中位数，夜间也计入。",
		"own.satisfied": "满意", "own.satisfied.why": "企业微信：自带评价三个选项中的“满意”；由接口分配会话时自带评价停用。我们：5 分制中的 4 分和 5 分。",
		"own.contact": "成员与客户的单聊不经过前台，因此我们没有对应的数字。统计对象是剧本中各团队的接待人员。",
		"own.chats":   "与客户的单聊", "own.chats.why": "成员发过消息的单聊，每天计一次，各天不能相加。",
		"own.sent": "成员发送的消息", "own.sent.why": "在与客户的单聊中，不含群聊。",
		"own.share": "当天已回复的单聊", "own.share.why": "客户主动发起的单聊中，零点前得到成员回复的比例（最低日至最高日）。",
		"own.wait": "成员首次回复", "own.wait.why": "当天的平均值，精确到分钟，只计当天（最低日至最高日）。",
		"own.added": "新增客户、流失客户", "own.added.why": "成员新添加的客户；删除或拉黑成员的客户。",
		"own.groups": "客户群", "own.groups.why": "截至最后一天的总数；新增为各天之和。",
		"own.members": "客户群人数", "own.members.why": "截至最后一天的总数；新增为各天之和。",
		"own.daily": "日均 {1}，最多 {2}", "own.spread": "{1} 至 {2}", "own.of": "{1}（共 {2}）", "own.change": "{1}、{2}", "own.total": "{1}，新增 {2}",

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
