package publish

import "strings"

func kindFaults() []fault {
	const at = "templates[0].variants[0]"
	return []fault{
		{"an unknown kind", variants(plain+`, "only": ["wecom"]`, plain), at + ".only[0]", "“wecom” is not a kind of channel.", "wecom_kf"},
		{"a kind that nobody writes to", variants(plain+`, "only": ["wecom_robot"]`, plain), at + ".only[0]", "Nobody writes to a channel of kind wecom_robot, so it never gets a reply.", "notices"},
		{"a program", variants(plain+`, "only": ["webhook"]`, plain), at + ".only[0]", "Nobody writes to a channel of kind webhook, so it never gets a reply.", "notices"},
		{"a kind twice", variants(plain+`, "only": ["wecom_app", "wecom_app"]`, plain), at + ".only[1]", "“wecom_app” is named twice.", "Remove one"},
		{"two variants for one kind", variants(plain+`, "only": ["wecom_app"]`, plain+`, "only": ["wecom_kf", "wecom_app"]`, plain), "templates[0].variants[1]", "“en” has a variant for wecom_app already (variants[0]).", "different kinds"},
		{"a kind without a variant", variants(plain + `, "only": ["whatsapp", "wecom_app", "wecom_bot"]`), "templates[0].variants", "The template has nothing to send to wecom_kf in “en”.", "without only"},
		{"two kinds without a variant", variants(plain + `, "only": ["whatsapp", "wecom_app"]`), "templates[0].variants", "The template has nothing to send to wecom_kf and wecom_bot in “en”.", "names this kind"},
		{"Markdown for everybody", variants(`"shape": "markdown", "text": "**x**"`), at + ".only", "Only wecom_app and wecom_bot show Markdown, and the variant is for other kinds of channel, too.", "another variant"},
		{"Markdown for a customer", variants(`"shape": "markdown", "text": "**x**", "only": ["wecom_app", "wecom_kf"]`, plain), at + ".only", "Only wecom_app and wecom_bot show Markdown, and the variant is for other kinds of channel, too.", "another variant"},
		{"an approved variant for an app", variants(`"shape": "approved", "only": ["wecom_app"], "approved": {"name": "a", "language": "en"}`, plain), at + ".only", "The shape has no only.", "Remove only"},
		{"Markdown with a header", variants(`"shape": "markdown", "text": "x", "header": "h", "only": ["wecom_app"]`, plain), at + ".header", "The shape has no header.", ""},
		{"four buttons on WhatsApp and an app", variants(`"shape": "buttons", "text": "x", "buttons": [{"id": "a", "title": "A"}, {"id": "b", "title": "B"}, {"id": "c", "title": "C"}, {"id": "d", "title": "D"}]`),
			at + ".buttons", "There are 4 buttons.", "at most 3"},
		{"an id that only customer service finds long", variants(`"shape": "buttons", "text": "x", "buttons": [{"id": "` + strings.Repeat("i", 65) + `", "title": "A"}]`), at + ".buttons[0].id", "The id has 65 bytes.", "WeChat customer service"},
		{"an id in Chinese, which is longer in bytes", variants(`"shape": "buttons", "text": "x", "buttons": [{"id": "` + strings.Repeat("价", 22) + `", "title": "A"}]`), at + ".buttons[0].id", "The id has 66 bytes.", "at most 64"},
	}
}

func linkFaults() []fault {
	const at = "templates[0].variants[0]"
	const noAddress = "Line 1 of the text does not come out as an https address."
	nine := strings.TrimSuffix(strings.Repeat(longjing+", ", 9), ", ")
	return []fault{
		{"a card without a link", variants(`"shape": "card", "header": "h", "text": "x"`), at + ".link", "The shape needs link.", "add link"},
		{"a card without a title", variants(`"shape": "card", "text": "x", "link": {"url": "https://shop.example"}`), at + ".header", "The shape needs header.", "add header"},
		{"a link to nowhere", card(`"link": {"url": " ", "label": "Open"}`), at + ".link.url", "The link has no address.", "https"},
		{"a link that is not encrypted", card(`"link": {"url": "http://shop.example"}`), at + ".link.url", noAddress, "https"},
		{"a script", card(`"link": {"url": "javascript:alert(1)"}`), at + ".link.url", noAddress, "https"},
		{"a link that a message decides", card(`"link": {"url": "{{ message.text }}"}`), at + ".link.url", noAddress, "url_encode"},
		{"a link with Liquid that is wrong", card(`"link": {"url": "https://shop.example/{{ nobody }}"}`), at + ".link.url", "Line 1 of the text uses “nobody”, which does not exist here.", ""},
		{"a text with a link", variants(plain + `, "link": {"url": "https://shop.example"}`), at + ".link", "The shape has no link.", "another shape"},
		{"news without articles", variants(`"shape": "news"`), at + ".articles", "The shape needs articles.", "add articles"},
		{"news with a text", variants(`"shape": "news", "text": "x", "articles": [` + longjing + `]`), at + ".text", "The shape has no text.", "remove text"},
		{"nine articles", news(nine), at + ".articles", "There are 9 articles.", "at most 8"},
		{"an article without a title", news(`{"url": "https://shop.example"}`), at + ".articles[0].title", "The title is missing.", ""},
		{"an article without an address", news(longjing, `{"title": "x"}`), at + ".articles[1].url", "The article has no address.", "https"},
		{"a picture that is not encrypted", news(`{"title": "x", "url": "https://shop.example", "picture": "http://shop.example/x.jpg"}`), at + ".articles[0].picture", noAddress, "https"},
	}
}

func measureFaults() []fault {
	const at = "templates[0].variants[0]"
	long := func(n int) string { return strings.Repeat("茶", n) }
	return []fault{
		{"a text that is too long in bytes", variants(`"shape": "text", "only": ["wecom_kf"], "text": "`+long(683)+`"`, plain), at + ".text", "The text can reach 2049 bytes, and WeChat customer service takes 2048.", "shorten"},
		{"what a contact wrote", variants(`"shape": "text", "only": ["wecom_app"], "text": "{{ message.text }}."`, plain), at + ".text", "The text can reach 12289 bytes, and a WeCom app takes 2048.", "truncate"},
		{"Markdown that is too long", variants(`"shape": "markdown", "only": ["wecom_app"], "text": "`+long(683)+`"`, plain), at + ".text", "The text can reach 2049 bytes, and a WeCom app takes 2048.", ""},
		{"a title of a card", variants(`"shape": "card", "only": ["wecom_app"], "header": "`+long(43)+`", "text": "x", "link": {"url": "https://shop.example"}`, plain), at + ".header", "The text can reach 129 bytes, and a WeCom app takes 128.", ""},
		{"a card's text with its footer", variants(`"shape": "card", "only": ["wecom_app"], "header": "x", "text": "`+long(160)+`", "footer": "`+long(11)+`", "link": {"url": "https://shop.example"}`, plain), at + ".text", "The text can reach 515 bytes, and a WeCom app takes 512.", ""},
		{"a card's label", card(`"link": {"url": "https://shop.example", "label": "Go there"}`), at + ".link.label", "The text can reach 8 characters, and a WeCom app takes 4.", "a variant of its own"},
		{"a card's label on WhatsApp", variants(`"shape": "card", "only": ["whatsapp"], "header": "x", "text": "x", "link": {"url": "https://shop.example", "label": "`+long(21)+`"}`, plain), at + ".link.label", "The text can reach 21 characters, and WhatsApp takes 20.", ""},
		{"a card's text on WhatsApp", variants(`"shape": "card", "only": ["whatsapp"], "header": "x", "text": "`+long(1025)+`", "link": {"url": "https://shop.example"}`, plain), at + ".text", "The text can reach 1025 characters, and WhatsApp takes 1024.", ""},
		{"an address inside a text", variants(`"shape": "card", "only": ["wecom_kf"], "header": "x", "text": "x", "link": {"url": "https://shop.example/`+strings.Repeat("a", 1024)+`"}`, plain), at + ".link.url", "The text can reach 1045 bytes, and WeChat customer service takes 1024.", ""},
		{"articles as a text", variants(`"shape": "news", "only": ["wecom_kf"], "articles": [{"title": "`+long(40)+`", "description": "`+long(650)+`", "url": "https://shop.example"}]`, plain), at + ".articles", "The text can reach 2092 bytes, and WeChat customer service takes 2048.", ""},
		{"an article's description", variants(`"shape": "news", "only": ["wecom_app"], "articles": [{"title": "x", "description": "`+long(171)+`", "url": "https://shop.example"}]`, plain), at + ".articles[0].description", "The text can reach 513 bytes, and a WeCom app takes 512.", ""},
		{"a menu's head", variants(`"shape": "buttons", "only": ["wecom_kf"], "text": "`+long(342)+`", "buttons": [{"id": "a", "title": "A"}]`, plain), at + ".text", "The text can reach 1026 bytes, and WeChat customer service takes 1024.", ""},
		{"a menu's item", variants(`"shape": "list", "only": ["wecom_kf"], "text": "x", "open": "x", "sections": [{"rows": [{"id": "a", "title": "`+long(20)+`", "description": "`+long(30)+`"}]}]`, plain), at + ".sections[0].rows[0].description", "The text can reach 154 bytes, and WeChat customer service takes 128.", ""},
		{"an answer of a bot", variants(`"shape": "markdown", "only": ["wecom_bot"], "text": "`+long(6827)+`"`, plain), at + ".text", "The text can reach 20481 bytes, and an AI bot takes 20480.", ""},
	}
}

func menuFaults() []fault {
	const at = "menus[0].buttons"
	prices := `{"name": "Prices", "choice": "price"}`
	below := func(buttons string) string { return menu(`{"name": "More", "buttons": [` + buttons + `]}`) }
	return []fault{
		{"a menu of no channel", `{` + tapped + `, "menus": [{"buttons": [` + prices + `]}]}`, "menus[0].channel", "The channel is missing.", "WeCom app"},
		{"a menu of a channel that is not there", `{` + tapped + `, "menus": [{"channel": "app-mian", "buttons": [` + prices + `]}]}`, "menus[0].channel", "There is no channel with the id “app-mian”.", "app-main"},
		{"a menu of a number", `{` + tapped + `, "menus": [{"channel": "wa-main", "buttons": [` + prices + `]}]}`, "menus[0].channel", "The channel “wa-main” is not a WeCom app.", "name a channel"},
		{"two menus of one app", `{` + tapped + `, "menus": [{"channel": "app-main", "buttons": [` + prices + `]}, {"channel": "app-main", "buttons": [` + prices + `]}]}`, "menus[1].channel", "The app “app-main” has a menu already (menus[0]).", "one menu"},
		{"a menu without buttons", menu(``), at, "There are 0 buttons.", "1 to 3"},
		{"four buttons", menu(prices + `,` + prices + `,` + prices + `,` + prices), at, "There are 4 buttons.", "1 to 3"},
		{"six buttons below one", below(strings.TrimSuffix(strings.Repeat(prices+",", 6), ",")), at + "[0].buttons", "There are 6 buttons.", "1 to 5"},
		{"no buttons below one", below(``), at + "[0].buttons", "There are 0 buttons.", "1 to 5"},
		{"three levels", below(`{"name": "x", "buttons": [` + prices + `]}`), at + "[0].buttons[0].buttons", "The menu has a third level, and WeCom shows two.", "move"},
		{"no name", menu(`{"name": " ", "choice": "price"}`), at + "[0].name", "The name is missing.", "read"},
		{"a name of six characters", menu(`{"name": "学习资料大全", "choice": "price"}`), at + "[0].name", "The name has 18 bytes.", "at most 16"},
		{"a name below of 14 characters", below(`{"name": "学习资料大全学习资料大全学习", "choice": "price"}`), at + "[0].buttons[0].name", "The name has 42 bytes.", "at most 40"},
		{"a name with Liquid", menu(`{"name": "{{ shop }}", "choice": "price"}`), at + "[0].name", "The name has Liquid or signs that nobody sees in it, and menus are shown as they stand.", "plain"},
		{"a button that does nothing", menu(`{"name": "x"}`), at + "[0]", "The button does nothing.", "choice, url or buttons"},
		{"a button that does two things", menu(`{"name": "x", "choice": "price", "url": "https://shop.example"}`), at + "[0]", "The button has choice and url at once.", "keep one"},
		{"a choice that is too long", menu(`{"name": "x", "choice": "` + strings.Repeat("c", 129) + `"}`), at + "[0].choice", "The choice has 129 bytes.", "1 to 128"},
		{"a choice that nobody answers", menu(`{"name": "x", "choice": "prices"}`), at + "[0].choice", "No filter answers the choice “prices” of this app.", "Did you mean price?"},
		{"a choice that is a rating", menu(`{"name": "x", "choice": "survey:3"}`), at + "[0].choice", "“survey:3” is a rating, which never reaches filters.", "another word"},
		{"an address that is not encrypted", menu(`{"name": "x", "url": "http://shop.example"}`), at + "[0].url", "This is not an https address.", "https"},
		{"an address that is too long", menu(`{"name": "x", "url": "https://shop.example/` + strings.Repeat("a", 1024) + `"}`), at + "[0].url", "The address has 1045 bytes.", "at most 1024"},
	}
}

func surveyFaults() []fault {
	const ask = "templates[1].variants[0]"
	one, five := `{"id": "survey:1", "title": "Bad"}`, `{"id": "survey:5", "title": "Good"}`
	return []fault{
		{"a survey that asks nothing", `{"survey": {"ask": ""}}`, "survey.ask", "The survey asks nothing.", "name the template"},
		{"a survey with an unknown template", `{"survey": {"ask": "prise"}}`, "survey.ask", "There is no template with the id “prise”.", "price"},
		{"thanks with an unknown template", strings.Replace(survey(one+","+five), `"thanks": "price"`, `"thanks": "danke"`, 1), "survey.thanks", "There is no template with the id “danke”.", ""},
		{"thanks that ask again", strings.Replace(survey(one+","+five), `"thanks": "price"`, `"thanks": "ask"`, 1), "survey.thanks", "The survey thanks with its question, and so would never end.", "another"},
		{"a question without anything to tap", `{"survey": {"ask": "price"}}`, "templates[0].variants[0].shape", "The survey asks with this template, so it needs something to tap.", "buttons or a list"},
		{"one rating", survey(one), ask + ".buttons[0].id", "The survey offers one rating.", "two to five"},
		{"a choice that is no rating", survey(one + `,` + five + `, {"id": "later", "title": "Later"}`), ask + ".buttons[2].id", "“later” is not a rating, and the survey asks with this template.", "survey:1"},
		{"a sixth rating", survey(one + `, {"id": "survey:6", "title": "Best"}`), ask + ".buttons[1].id", "“survey:6” is not a rating, and the survey asks with this template.", "survey:5"},
		{"a rating twice", survey(one + `, {"id": "survey:1", "title": "Worse"}`), ask + ".buttons[1].id", "The id “survey:1” is used twice in this message.", ""},
		{"a rating in another template", variants(`"shape": "buttons", "text": "x", "buttons": [` + one + `]`), "templates[0].variants[0].buttons[0].id", "“survey:1” is a rating, and the survey does not ask with this template.", "another id"},
		{"a rating in a list of another template", variants(`"shape": "list", "text": "x", "open": "x", "sections": [{"rows": [` + one + `]}]`), "templates[0].variants[0].sections[0].rows[0].id", "“survey:1” is a rating, and the survey does not ask with this template.", "another id"},
		{"a filter for a rating", filterWith(`{"choice": ["x", "survey:1"]}`), "filters[0].when.choice[1]", "“survey:1” is a rating, which never reaches filters.", "survey says"},
	}
}

func noticeFaults() []fault {
	const at = "notices[0]"
	notice := func(fields string) string { return `{"notices": [{` + fields + `}]}` }
	rest := `"on": ["failed"], "to": ["robot-sales"]`
	return []fault{
		{"a notice of nothing", notice(`"to": ["robot-sales"]`), at + ".on", "The notice tells of nothing.", "hand_off"},
		{"a notice of something unknown", notice(`"on": ["handoff"], "to": ["robot-sales"]`), at + ".on[0]", "“handoff” is not an event.", "hand_off"},
		{"a notice of one thing twice", notice(`"on": ["failed", "failed"], "to": ["robot-sales"]`), at + ".on[1]", "“failed” is named twice.", ""},
		{"a notice to nobody", notice(`"on": ["failed"]`), at + ".to", "The notice goes to nobody.", "wecom_robot, wecom_group or webhook"},
		{"a notice to a channel that is not there", notice(`"on": ["failed"], "to": ["robot-x"]`), at + ".to[0]", "There is no channel with the id “robot-x”.", ""},
		{"a notice to customers", notice(`"on": ["failed"], "to": ["kf-main"]`), at + ".to[0]", "The channel “kf-main” is not a robot or a group chat of WeCom, or a webhook.", "name a channel"},
		{"a notice to one twice", notice(`"on": ["failed"], "to": ["robot-sales", "robot-sales"]`), at + ".to[1]", "“robot-sales” is named twice.", ""},
		{"a notice of an unknown team", notice(rest + `, "teams": ["sales"]`), at + ".teams[0]", "“sales” is not a team.", "service"},
		{"the weekly card of a team", notice(`"on": ["weekly"], "to": ["robot-sales"], "teams": ["service"]`), at + ".teams", "The weekly card is about all teams.", "of its own"},
		{"quiet hours without a calendar", notice(rest + `, "quiet": {"calendar": ""}`), at + ".quiet.calendar", "It is not said when it is quiet.", "calendar"},
		{"quiet hours of an unknown calendar", notice(rest + `, "quiet": {"calendar": "shopp"}`), at + ".quiet.calendar", "There is no calendar with the id “shopp”.", "shop"},
		{"a weekly card with quiet hours", notice(`"on": ["weekly"], "to": ["robot-sales"], "quiet": {"calendar": "shop"}`), at + ".quiet", "The weekly card comes when its recipients chose, so it is never kept back.", "of its own"},
		{"a notice in French", notice(rest + `, "language": "fr"`), at + ".language", "“fr” is not a language of notices.", "en, zh-CN"},
		{"a member who is none", notice(rest + `, "mention": ["zhang", "张三"]`), at + ".mention[1]", "“张三” is not a userid of WeCom.", "account"},
		{"a member twice", notice(rest + `, "mention": ["zhang", "zhang"]`), at + ".mention[1]", "“zhang” is named twice.", ""},
		{"too many members", notice(rest + `, "mention": ["` + strings.TrimSuffix(strings.Repeat(`a","`, 101), `","`) + `"]`), at + ".mention", "There are 101 members.", "at most 100"},
		{"everybody as a servicer", `{"teams": [{"id": "service", "name": "S", "servicers": ["@all"]}]}`, "teams[0].servicers[0]", "“@all” is not a userid of WeCom.", ""},
		{"a servicer twice", `{"teams": [{"id": "service", "name": "S", "servicers": ["zhang", "zhang"]}]}`, "teams[0].servicers[1]", "“zhang” is named twice.", ""},
		{"a servicer with a space", `{"teams": [{"id": "service", "name": "S", "servicers": ["zhang san"]}]}`, "teams[0].servicers[0]", "“zhang san” is not a userid of WeCom.", ""},
	}
}
