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
	contactIsBlocked
	contactIsMuted
	noFilterAnswered
	newAndUnanswered
	closedAndUnanswered
	awayHasBeenSent
	closedGreetsNew
	greetsBefore
	hoursOfTeam
	hoursOfChannel
	fallbackRoutes

	wantsNothing
	wantsNothingYet
	wantsAgain
	hasReturned
	talksLikeProgram
	sameAgain
	fasterThanTyping
	pausesForProgram
	hasEnough
	alsoAnswered
	oneReplyAtATime

	switchedOff
	notYetValid
	noLongerValid
	forNamedTypes
	ignoredOnPurpose
	notIgnored
	hasReplied
	mutedReply
	holdsReply
	coolsDown
	takesTag
	givesAgent
	setsPriority
	setsStatus
	staysAsSet
	leavesNote
	mutesContact
	blocksContact
	sendsNotice
	looksAgain

	hasPhrase
	lacksPhrase
	lacksPhrases
	hasWord
	lacksWord
	lacksWords
	isPhrase
	isNotPhrase
	isNoPhrase
	startsSo
	startsNotSo
	startsWithNone
	endsSo
	endsNotSo
	endsWithNone
	resemblesPhrase
	resemblesNot
	resemblesNone
	byPercent
	asWritten
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
	calendarHoliday
	calendarNoHoliday
	languageHolds
	languageDiffers
	languageUnsure
	hasTag
	hasNoTag
	teamHolds
	teamDiffers
	withNoTeam
	agentHolds
	agentDiffers
	withNoAgent
	statusHolds
	statusDiffers
	priorityHolds
	priorityDiffers
	startedHolds
	startedDiffers
	hasChanged
	hasNotChanged
	lastCame
	numberOfSpell
	asksFor
	moreThan
	lessThan
	laterThan
	earlierThan
	andLimit
	hasAttribute
	lacksAttribute
	attributeIsOne
	attributeIsNone
	attributeIsSo
	attributeIsNot
	attributeWithin
	attributeNotWithin

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
	nameOfLoop
	nameOfCap
	rows
)

// sentences are all texts of explanations. {1} and {2} are filled in by
// [telling.say]. Of a "more" {1} is how many are not shown, {2} how many there are.
var sentences = [rows]texts{
	peopleInCharge:      {"people are in charge of the conversation, so templates stay silent", "会话由人工接待，模板不自动回复"},
	noContactInGroup:    {"what is written in a group makes nobody a new contact", "群消息不算首次联系"},
	writtenInGroup:      {"the message was written in a group, where templates do not answer", "这是一条群消息，模板不在群里回复"},
	contactIsBlocked:    {"the contact is blocked", "该客户已被屏蔽"},
	contactIsMuted:      {"the contact is muted, so templates stay silent, and no filter calls people", "该客户处于静默期，模板不自动回复，也没有规则转人工"},
	needsNoAnswer:       {"messages of type {1} need no answer", "{1} 类型的消息不需要回复"},
	noFilterAnswered:    {"no filter answered", "没有规则作出回复"},
	newAndUnanswered:    {"no filter answered, and the contact has never written before", "没有规则作出回复，且该客户以前没有发过消息"},
	closedAndUnanswered: {"no filter answered, and calendar {1} is closed", "没有规则作出回复，且按营业时间表 {1} 现在不营业"},
	awayHasBeenSent:     {"calendar {1} is closed; no reply: the away reply has been sent in this closed period", "按营业时间表 {1} 现在不营业；不回复：本次非营业时段已发过非营业时间回复"},
	closedGreetsNew:     {"calendar {1} is closed, and new contacts are greeted instead", "按营业时间表 {1} 现在不营业，新客户改为收到欢迎语"},
	greetsBefore:        {"the contact has never written before: the welcome goes before the away reply, in one message", "该客户以前没有发过消息：欢迎语与非营业时间回复合为一条，欢迎语在前"},
	hoursOfTeam:         {" (hours of the team {1})", "（团队 {1} 的营业时间）"},
	hoursOfChannel:      {" (hours of this channel)", "（该渠道的营业时间）"},
	fallbackRoutes:      {"routes what nobody answers out of hours, without its reply", "非营业时段无人答复的消息按兜底设置分派，不发送兜底回复"},

	wantsNothing:     {"the contact opts out with this word: nothing is sent without being asked from now on", "客户用这个词退订：今后不再主动发送"},
	wantsNothingYet:  {"the contact has opted out before, and that was confirmed", "客户此前已退订并已确认"},
	wantsAgain:       {"the contact opts in again with this word", "客户用这个词恢复订阅"},
	hasReturned:      {"people have left the conversation alone for {1}, so templates answer again", "人工已有{1}没有处理会话，模板恢复自动回复"},
	talksLikeProgram: {"the contact answers like a program", "对方像程序一样回复"},
	sameAgain:        {": the same words {1} times in a row", "：连续 {1} 次发送相同内容"},
	fasterThanTyping: {": {1} times in a row faster than anybody types", "：连续 {1} 次回复快于人工输入"},
	pausesForProgram: {"no reply: the contact was taken for a program {1} ago, and replies pause for {2}", "不回复：{1}前判定对方是程序，自动回复暂停 {2}"},
	hasEnough:        {"no reply: the contact has had {1} automatic replies within {2}", "不回复：{2}内已自动回复该客户 {1} 次"},
	alsoAnswered:     {"no reply: the same reply went out moments ago and answers this message as well", "不回复：刚刚发过同样的回复，同时回答了这条消息"},
	oneReplyAtATime:  {"no reply: another reply went out moments ago, and this one answers nothing", "不回复：刚刚发过其他回复，而这条回复没有回答问题"},

	switchedOff:      {"the filter is switched off", "规则已停用"},
	notYetValid:      {"the filter is valid from {1}", "规则从 {1} 起生效"},
	noLongerValid:    {"the filter was valid until {1}", "规则的有效期到 {1} 为止"},
	forNamedTypes:    {"messages of type {1} are for filters that name this type", "{1} 类型的消息只由指明该类型的规则处理"},
	ignoredOnPurpose: {"; ignored on purpose", "；按规则忽略"},
	notIgnored:       {"; not ignored: an earlier filter has answered", "；不忽略：前面的规则已经处理"},
	hasReplied:       {"; no reply: filter {1} has replied already", "；不回复：规则 {1} 已经回复"},
	mutedReply:       {"; no reply: the contact is muted", "；不回复：该客户处于静默期"},
	holdsReply:       {"; no reply: filter {1} has the reply and is in its cooldown", "；不回复：本应由规则 {1} 回复，但它在冷却中"},
	coolsDown:        {"; no reply: it answered this contact {1} ago and waits {2}", "；不回复：{1}前刚回复过该客户，冷却时间为 {2}"},

	takesTag:      {"; takes away the tag {1}", "；移除标签 {1}"},
	givesAgent:    {"; assigns to the agent {1}", "；分配给客服 {1}"},
	setsPriority:  {"; sets priority to {1}", "；优先级设为{1}"},
	setsStatus:    {"; sets the conversation to {1}", "；会话状态设为{1}"},
	staysAsSet:    {"; not {1}: an earlier filter has said {2}", "；不改为{1}：前面的规则已设为{2}"},
	leavesNote:    {"; leaves a private note", "；添加内部备注"},
	mutesContact:  {"; no automatic replies to this contact for {1}", "；{1}内不自动回复该客户"},
	blocksContact: {"; blocks the contact", "；屏蔽该客户"},
	sendsNotice:   {"; sends the notice {1}", "；发送通知 {1}"},
	looksAgain:    {"; looks at the conversation again in {1}", "；{1}后再次检查会话"},

	hasPhrase:        {"text contains {1}", "文本包含{1}"},
	lacksPhrase:      {"text does not contain {1}", "文本不包含{1}"},
	lacksPhrases:     {"text contains none of {1}", "文本不包含{1}"},
	hasWord:          {"text has the word {1}", "文本中有单词{1}"},
	lacksWord:        {"text does not have the word {1}", "文本中没有单词{1}"},
	lacksWords:       {"text has none of the words {1}", "文本中没有单词{1}"},
	isPhrase:         {"text is exactly {1}", "文本正是{1}"},
	isNotPhrase:      {"text is not exactly {1}", "文本不是{1}"},
	isNoPhrase:       {"text is exactly none of {1}", "文本不是{1}之一"},
	startsSo:         {"text starts with {1}", "文本以{1}开头"},
	startsNotSo:      {"text does not start with {1}", "文本不以{1}开头"},
	startsWithNone:   {"text starts with none of {1}", "文本不以{1}中任何一个开头"},
	endsSo:           {"text ends with {1}", "文本以{1}结尾"},
	endsNotSo:        {"text does not end with {1}", "文本不以{1}结尾"},
	endsWithNone:     {"text ends with none of {1}", "文本不以{1}中任何一个结尾"},
	resemblesPhrase:  {"text has something like {1}", "文本中有与{1}相近的内容"},
	resemblesNot:     {"text has nothing like {1}", "文本中没有与{1}相近的内容"},
	resemblesNone:    {"text has nothing like {1}", "文本中没有与{1}相近的内容"},
	byPercent:        {" (by {1} percent or more)", "（相似度至少 {1}%）"},
	asWritten:        {", as it is written", "（区分大小写）"},
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

	calendarHoliday:   {"calendar {1} has a holiday", "按营业时间表 {1} 今天是假日"},
	calendarNoHoliday: {"calendar {1} is closed, but has no holiday", "按营业时间表 {1} 现在不营业，但今天不是假日"},

	languageHolds:   {"the message is in {1}", "消息语言是 {1}"},
	languageDiffers: {"the message is in {1}, not {2}", "消息语言是 {1}，不是 {2}"},
	languageUnsure:  {"it is not sure what language the message is in, so it is not {1}", "消息语言无法确定，不按 {1} 处理"},
	hasTag:          {"the conversation has the tag {1}", "会话有标签 {1}"},
	hasNoTag:        {"the conversation does not have the tag {1}", "会话没有标签 {1}"},
	teamHolds:       {"team is {1}", "所属团队是 {1}"},
	teamDiffers:     {"team is {1}, not {2}", "所属团队是 {1}，不是 {2}"},
	withNoTeam:      {"the conversation is with no team", "会话没有分配团队"},
	agentHolds:      {"agent is {1}", "负责客服是 {1}"},
	agentDiffers:    {"agent is {1}, not {2}", "负责客服是 {1}，不是 {2}"},
	withNoAgent:     {"the conversation is with no agent", "会话没有分配客服"},
	statusHolds:     {"the conversation is {1}", "会话状态是{1}"},
	statusDiffers:   {"the conversation is {1}, not {2}", "会话状态是{1}，不是{2}"},
	priorityHolds:   {"priority is {1}", "优先级是{1}"},
	priorityDiffers: {"priority is {1}, not {2}", "优先级是{1}，不是{2}"},
	startedHolds:    {"the spell was started by the {1}", "本次会话由{1}发起"},
	startedDiffers:  {"the spell was started by the {1}, not the {2}", "本次会话由{1}发起，不是由{2}发起"},
	hasChanged:      {"the contact's {1} has changed", "该客户的{1}有变化"},
	hasNotChanged:   {"the contact's {1} has not changed", "该客户的{1}没有变化"},
	lastCame:        {"the contact last wrote {1} ago", "该客户上次发消息是在 {1}前"},
	numberOfSpell:   {"this is message {1} of the spell", "这是本次会话的第 {1} 条消息"},
	asksFor:         {", where the filter asks for", "，规则要求"},
	moreThan:        {" more than {1}", "大于 {1}"},
	lessThan:        {" less than {1}", "小于 {1}"},
	laterThan:       {" after {1}", "晚于 {1}"},
	earlierThan:     {" before {1}", "早于 {1}"},
	andLimit:        {" and", " 且"},

	hasAttribute:       {"the contact has the attribute {1}", "该客户有属性 {1}"},
	lacksAttribute:     {"the contact does not have the attribute {1}", "该客户没有属性 {1}"},
	attributeIsOne:     {"attribute {1} is {2}", "属性 {1} 是 {2}"},
	attributeIsNone:    {"attribute {1} is not {2}", "属性 {1} 不是 {2}"},
	attributeIsSo:      {"attribute {1} is", "属性 {1} "},
	attributeIsNot:     {"attribute {1} is not", "属性 {1} 并非"},
	attributeWithin:    {"attribute {1} is a date at most {2} away", "属性 {1} 的日期距现在不超过 {2}"},
	attributeNotWithin: {"attribute {1} is not a date at most {2} away", "属性 {1} 的日期距现在并非不超过 {2}"},

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
	nameOfLoop:     {ByLoop, "循环保护"},
	nameOfCap:      {byCap, "回复上限"},
}

// units are what a language calls hours, minutes and seconds. Without them spans
// of time are written as Go does (4m0s).
var units = [columns][3]string{inChinese: {" 小时", " 分钟", " 秒"}}

// inChineseWords are the words that conditions and actions name, in Chinese.
var inChineseWords = map[string]string{
	"new": "新会话", "open": "进行中", "resolved": "已解决",
	"low": "低", "normal": "普通", "high": "高", "urgent": "紧急",
	"customer": "客户", "bot": "机器人", "agent": "客服",
	"name": "名称", "number": "号码", "language": "语言",
}

// nameOf is what a moment is called.
func nameOf(by string) texts {
	switch by {
	case ByWelcome:
		return sentences[nameOfWelcome]
	case ByAway:
		return sentences[nameOfAway]
	case ByLoop:
		return sentences[nameOfLoop]
	case byCap:
		return sentences[nameOfCap]
	}
	return sentences[nameOfFallback]
}
