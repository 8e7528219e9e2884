package mail

// said are the texts that no chart shows, so that the font of charts needs none of their
// characters: subjects, and what only the edition of a team has.
func said(lang string) map[string]string {
	if lang == Chinese {
		return map[string]string{
			"test":    "测试：",
			"subject": "{1}：{2} 由模板直接解答{3}，{4} 个会话{5}", "subject.changed": "（{1}）",
			"subject.people": "{1}：人工首次回复 {2}{3}，{4} 个会话当天没有等到人工",
			"subject.quiet":  "{1}：{2} 个会话，都无需答复", "subject.none": "{1}：没有会话", "subject.scope": "{1}（{2}）",

			"every.people": "人工每次回复", "handed": "转人工", "handed.note": "占需要答复的会话 {1}",
			"left": "当天没有等到人工", "left.note": "转人工后，到当天结束仍在等待",
			"agents.title": "谁答复了", "agents.note": "每位同事发出的消息，其中答复客户的，以及客户等待的中位数",
			"agent.messages": "消息", "agent.answers": "答复", "agent.reply": "等待", "agent.resolved": "已解决", "agent.other": "其他人",
			"promises.title": "对客户的承诺", "promise.first": "首次回复", "promise.next": "后续回复", "promise.resolution": "解决问题",
			"promise.kept": "{2} 次中做到 {1} 次（{3}）",
		}
	}
	return map[string]string{
		"test":    "Test: ",
		"subject": "{1}: {2} answered by templates{3}, {4} conversations{5}", "subject.changed": " ({1})",
		"subject.people": "{1}: people first replied in {2}{3}, {4} left waiting",
		"subject.quiet":  "{1}: {2} conversations, none needed an answer", "subject.none": "{1}: no conversations", "subject.scope": "{1}, {2}",

		"every.people": "Every reply, people", "handed": "Handed to people", "handed.note": "{1} of those that needed an answer",
		"left": "Left waiting", "left.note": "handed off, and no person by the end of the day",
		"agents.title": "Who answered", "agents.note": "What each colleague sent, how much of it answered customers, and their median wait",
		"agent.messages": "Messages", "agent.answers": "Answers", "agent.reply": "Wait", "agent.resolved": "Resolved", "agent.other": "Others",
		"promises.title": "Promises to customers", "promise.first": "First reply", "promise.next": "Next replies", "promise.resolution": "Resolution",
		"promise.kept": "{1} of {2} kept ({3})",
	}
}
