package decide

// The languages of explanations: the columns of [sentences].
const (
	inEnglish = iota
	inChinese
	columns
)

// texts is one text in every language.
type texts [columns]string

// sentence is the row of a sentence, or of a piece of one, in [sentences].
type sentence int

const (
	peopleInCharge sentence = iota
	writtenInGroup
	noContactInGroup
	needsNoAnswer
	noFilterAnswered
	newAndUnanswered
	closedAndUnanswered
	awayHasBeenSent
	fallbackRoutes

	switchedOff
	forNamedTypes
	ignoredOnPurpose
	notIgnored
	hasReplied
	holdsReply
	coolsDown

	hasPhrase
	lacksPhrase
	lacksPhrases
	hasWord
	lacksWord
	lacksWords
	isPhrase
	isNotPhrase
	isNoPhrase
	fitsPattern
	missesPattern
	channelHolds
	channelDiffers
	typeHolds
	typeDiffers
	choiceHolds
	choiceDiffers
	nothingTapped
	neverWritten
	writtenBefore
	greetedOnOpening
	calendarOpen
	calendarClosed

	rulesOut
	andAlso
	orElse
	moreReasons

	beginQuote
	endQuote
	nextQuote
	moreQuotes
	nextName
	moreNames
	colon
	nameOfWelcome
	nameOfAway
	nameOfFallback
	rows
)

// sentences are all texts of explanations. {1} and {2} are filled in by
// [telling.say]. Of a "more" {1} is how many are not shown, {2} how many there are.
var sentences = [rows]texts{
	peopleInCharge:      {"people are in charge of the conversation, so templates stay silent", "会话由人工接待，模板不自动回复"},
	noContactInGroup:    {"what is written in a group makes nobody a new contact", "群消息不算首次联系"},
	writtenInGroup:      {"the message was written in a group, where templates do not answer", "这是一条群消息，模板不在群里回复"},
	needsNoAnswer:       {"messages of type {1} need no answer", "{1} 类型的消息不需要回复"},
	noFilterAnswered:    {"no filter answered", "没有规则作出回复"},
	newAndUnanswered:    {"no filter answered, and the contact has never written before", "没有规则作出回复，且该客户以前没有发过消息"},
	closedAndUnanswered: {"no filter answered, and calendar {1} is closed", "没有规则作出回复，且按营业时间表 {1} 现在不营业"},
	awayHasBeenSent:     {"calendar {1} is closed; no reply: the away reply has been sent in this closed period", "按营业时间表 {1} 现在不营业；不回复：本次非营业时段已发过非营业时间回复"},
	fallbackRoutes:      {"routes what nobody answers out of hours, without its reply", "非营业时段无人答复的消息按兜底设置分派，不发送兜底回复"},

	switchedOff:      {"the filter is switched off", "规则已停用"},
	forNamedTypes:    {"messages of type {1} are for filters that name this type", "{1} 类型的消息只由指明该类型的规则处理"},
	ignoredOnPurpose: {"; ignored on purpose", "；按规则忽略"},
	notIgnored:       {"; not ignored: an earlier filter has answered", "；不忽略：前面的规则已经处理"},
	hasReplied:       {"; no reply: filter {1} has replied already", "；不回复：规则 {1} 已经回复"},
	holdsReply:       {"; no reply: filter {1} has the reply and is in its cooldown", "；不回复：本应由规则 {1} 回复，但它在冷却中"},
	coolsDown:        {"; no reply: it answered this contact {1} ago and waits {2}", "；不回复：{1}前刚回复过该客户，冷却时间为 {2}"},

	hasPhrase:        {"text contains {1}", "文本包含{1}"},
	lacksPhrase:      {"text does not contain {1}", "文本不包含{1}"},
	lacksPhrases:     {"text contains none of {1}", "文本不包含{1}"},
	hasWord:          {"text has the word {1}", "文本中有单词{1}"},
	lacksWord:        {"text does not have the word {1}", "文本中没有单词{1}"},
	lacksWords:       {"text has none of the words {1}", "文本中没有单词{1}"},
	isPhrase:         {"text is exactly {1}", "文本正是{1}"},
	isNotPhrase:      {"text is not exactly {1}", "文本不是{1}"},
	isNoPhrase:       {"text is exactly none of {1}", "文本不是{1}之一"},
	fitsPattern:      {"text matches the pattern {1}", "文本匹配正则表达式 {1}"},
	missesPattern:    {"text does not match the pattern {1}", "文本不匹配正则表达式 {1}"},
	channelHolds:     {"channel is {1}", "渠道是 {1}"},
	channelDiffers:   {"channel is {1}, not {2}", "渠道是 {1}，不是 {2}"},
	typeHolds:        {"type is {1}", "消息类型是 {1}"},
	typeDiffers:      {"type is {1}, not {2}", "消息类型是 {1}，不是 {2}"},
	choiceHolds:      {"choice is {1}", "点选的是 {1}"},
	choiceDiffers:    {"choice is {1}, not {2}", "点选的是 {1}，不是 {2}"},
	nothingTapped:    {"no button or list row was tapped", "没有点选按钮或列表项"},
	neverWritten:     {"the contact has never written before", "该客户以前没有发过消息"},
	writtenBefore:    {"the contact has written before", "该客户以前发过消息"},
	greetedOnOpening: {"the contact was welcomed on opening the chat", "该客户打开会话时已收到欢迎语"},
	calendarOpen:     {"calendar {1} is open", "按营业时间表 {1} 现在营业"},
	calendarClosed:   {"calendar {1} is closed", "按营业时间表 {1} 现在不营业"},

	rulesOut:    {", which rules it out", "，因此不符合"},
	andAlso:     {" and ", "，且"},
	orElse:      {"; ", "；"},
	moreReasons: {" and {1} more", "，另有 {1} 项"},

	beginQuote:     {`"`, "“"},
	endQuote:       {`"`, "”"},
	nextQuote:      {", ", "、"},
	moreQuotes:     {" and {1} more", "等 {2} 个词"},
	nextName:       {" or ", "、"},
	moreNames:      {" and {1} more", " 等 {2} 项"},
	colon:          {": ", "："},
	nameOfWelcome:  {ByWelcome, "欢迎语"},
	nameOfAway:     {ByAway, "非营业时间回复"},
	nameOfFallback: {ByFallback, "兜底回复"},
}

// units are what a language calls hours, minutes and seconds. Without them spans
// of time are written as Go does (4m0s).
var units = [columns][3]string{inChinese: {" 小时", " 分钟", " 秒"}}

// nameOf is what a moment is called.
func nameOf(by string) texts {
	switch by {
	case ByWelcome:
		return sentences[nameOfWelcome]
	case ByAway:
		return sentences[nameOfAway]
	}
	return sentences[nameOfFallback]
}
