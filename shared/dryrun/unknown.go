package dryrun

// Words say one thing in each language of the product.
type Words struct {
	EN string `json:"en"`
	ZH string `json:"zh"`
}

// Unknown is what no replay can know, so that its counts are read with care.
func Unknown() []Words {
	return []Words{
		{"Name, attributes and number of a contact are taken as they are now, not as they were when the message came.",
			"联系人的姓名、属性和号码按现在的记录计算，而不是消息到达时的记录。"},
		{"Priority, assignee and who started the conversation are not known before the first message of these days; nor how many messages the contact had written by then.",
			"在所选日期的第一条消息之前，会话的优先级、负责人、由谁发起，以及联系人已写了多少条消息，都无从得知。"},
		{"Tags that people set or removed by hand, and muting by hand, show from the next message that was stored with them; before that they are taken as they are now.",
			"人工添加或移除的标签以及人工静音，从下一条带有相应记录的消息起才算数；在那之前按现在的状态计算。"},
		{"What the other playbook alone would have tagged, routed, muted or handed to people is told of that message, but the messages after it are judged as the conversation really went.",
			"只有另一个剧本才会做的打标签、分组、静音或转人工，只计在那一条消息上；之后的消息仍按会话的真实经过判断。"},
		{"While people were in charge nothing is judged, also where the other playbook would have taken the conversation back sooner.",
			"人工接待期间的消息不作判断，即使另一个剧本会更早收回会话。"},
		{"Whether a reply could have been rendered and sent is not tried: media and approved templates that have changed, a shut window, the channel's limits.",
			"不检验回复能否生成和送达：已变更的媒体和已审核模板、已关闭的服务窗口、渠道的限额等均不计入。"},
	}
}
