package mail

// englishOwn and chineseOwn are the texts of satisfaction and of what channels counted
// themselves.
func englishOwn() map[string]string {
	return map[string]string{
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
	}
}

func chineseOwn() map[string]string {
	return map[string]string{
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
	}
}
