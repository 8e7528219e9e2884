package qyapi

import (
	"context"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
)

// cardObject is a template card with more fields.
func cardObject(kind, more string) string {
	return `"msgtype":"template_card","template_card":{"card_type":"` + kind + `","main_title":{"title":"Tea"}` + more + `}`
}

func cardButtons(n int) string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf(`{"text":"b%d","key":"k%d"}`, i, i))
	}
	return `,"button_list":[` + strings.Join(all, ",") + `]`
}

func options(n int) string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf(`{"id":"o%d","text":"o%d"}`, i, i))
	}
	return `"question_key":"q","option_list":[` + strings.Join(all, ",") + `]`
}

func articles(n int) string {
	return strings.TrimSuffix(strings.Repeat(`{"title":"t","url":"https://shop.example/"},`, n), ",")
}

func menuItems(n int, kind, fields string) string {
	return strings.TrimSuffix(strings.Repeat(`{"type":"`+kind+`","`+kind+`":{`+fields+`}},`, n), ",")
}

func kfMenuObject(list string) string {
	return `"msgtype":"msgmenu","msgmenu":{"head_content":"Which?","list":[` + list + `]}`
}

func robotPicture(data []byte, sum string) string {
	if sum == "" {
		h := md5.Sum(data)
		sum = hex.EncodeToString(h[:])
	}
	return `{"msgtype":"image","image":{"base64":"` + base64.StdEncoding.EncodeToString(data) + `","md5":"` + sum + `"}}`
}

func menu(buttons ...string) string { return `{"button":[` + strings.Join(buttons, ",") + `]}` }

func clickButton(name, key string) string {
	return `{"type":"click","name":"` + name + `","key":"` + key + `"}`
}

// TestRules holds every rule of one request: code 0 means accepted. Each case begins
// with a fresh sandbox, in which the customer Robin has just written.
func TestRules(t *testing.T) {
	const (
		pageSend    = "W:90236, message/send, and B6"
		pageCards   = "W:90236, template_card, and B6"
		pageRecall  = "W:94867"
		pageMenu    = "B12"
		pageChat    = "W:90244 and W:90245"
		pageRobot   = "W:91770"
		pageKF      = "W:94677, kf/send_msg, and B9"
		pageSync    = "W:94670, kf/sync_msg"
		pageState   = "W:94669, kf/service_state"
		pageLists   = "B9, other calls"
		pageStats   = "W:95489, W:95490, W:96358, W:96359"
		pageCodes   = "W:90313"
		welcomeNone = `{"code":"none",`
	)
	send, kf, robot := "message/send", "kf/send_msg", "webhook/send?key=robot-key"
	cases := []struct {
		name, source, call, body string
		code                     int
	}{
		{"a text", pageSend, send, toApp("zhang", textObject("hi")), 0},
		{"a text that is too long is cut", pageSend, send, toApp("zhang", textObject(x(2049))), 0},
		{"an empty text", pageSend, send, toApp("zhang", textObject("")), 44004},
		{"a text without its object", pageSend, send, toApp("zhang", `"msgtype":"text"`), 40063},
		{"an unknown type", pageCodes, send, toApp("zhang", `"msgtype":"poll","poll":{}`), 40008},
		{"broken JSON", pageCodes, send, `{"touser":`, 40058},
		{"a number where a text belongs", pageCodes, send, toApp("zhang", `"msgtype":"text","text":{"content":7}`), 40058},
		{"unknown keys are ignored", pageCodes, send, toApp("zhang", `"safe":0,"new":1,`+textObject("hi")), 0},
		{"no agentid", pageCodes, send, `{"touser":"zhang",` + textObject("hi") + `}`, 41011},
		{"another app's agentid", pageCodes, send, strings.Replace(toApp("zhang", textObject("hi")), "1000002", "1000003", 1), 301002},
		{"nobody to send to", pageCodes, send, `{"agentid":1000002,` + textObject("hi") + `}`, 82001},
		{"nobody who exists", pageSend, send, toApp("nobody", textObject("hi")), 81013},
		{"some who exist", pageSend, send, toApp("nobody|zhang", textObject("hi")), 0},
		{"everybody", pageSend, send, toApp("@all", textObject("hi")), 0},
		{"ids are the same in upper case", pageSend, send, toApp("ZHANG", textObject("hi")), 0},
		{"a department", pageSend, send, `{"toparty":"1","agentid":1000002,` + textObject("hi") + `}`, 0},
		{"a department that is not there", pageSend, send, `{"toparty":"9","agentid":1000002,` + textObject("hi") + `}`, 81013},
		{"a tag", pageSend, send, `{"totag":"7","agentid":1000002,` + textObject("hi") + `}`, 0},
		{"1,000 members", pageSend, send, toApp("zhang"+strings.Repeat("|n", 999), textObject("hi")), 0},
		{"1,001 members", pageSend, send, toApp("zhang"+strings.Repeat("|n", 1000), textObject("hi")), 40032},
		{"101 departments", pageSend, send, `{"toparty":"1` + strings.Repeat("|9", 100) + `","agentid":1000002,` + textObject("hi") + `}`, 82002},
		{"101 tags", pageSend, send, `{"totag":"7` + strings.Repeat("|9", 100) + `","agentid":1000002,` + textObject("hi") + `}`, 82003},
		{"a duplicate check of 4 hours", pageSend, send, toApp("zhang", `"enable_duplicate_check":1,"duplicate_check_interval":14400,`+textObject("hi")), 0},
		{"a duplicate check of more", pageSend, send, toApp("zhang", `"enable_duplicate_check":1,"duplicate_check_interval":14401,`+textObject("hi")), 40058},

		{"a markdown of 2,048 bytes", pageSend, send, toApp("zhang", `"msgtype":"markdown","markdown":{"content":"`+x(2048)+`"}`), 0},
		{"a markdown of 2,049 bytes", pageSend, send, toApp("zhang", `"msgtype":"markdown","markdown":{"content":"`+x(2049)+`"}`), 45002},
		{"a markdown of 683 Chinese characters, 2,049 bytes", pageSend, send, toApp("zhang", `"msgtype":"markdown","markdown":{"content":"`+strings.Repeat("茶", 683)+`"}`), 45002},
		{"an empty markdown", pageSend, send, toApp("zhang", `"msgtype":"markdown","markdown":{"content":""}`), 44004},
		{"a text card", pageSend, send, toApp("zhang", `"msgtype":"textcard","textcard":{"title":"t","description":"d","url":"https://shop.example/"}`), 0},
		{"a text card without a title", pageSend, send, toApp("zhang", `"msgtype":"textcard","textcard":{"description":"d","url":"https://shop.example/"}`), 41016},
		{"a text card without a description", pageSend, send, toApp("zhang", `"msgtype":"textcard","textcard":{"title":"t","url":"https://shop.example/"}`), 41033},
		{"a text card without an address", pageSend, send, toApp("zhang", `"msgtype":"textcard","textcard":{"title":"t","description":"d"}`), 41010},
		{"a text card to no web address", pageSend, send, toApp("zhang", `"msgtype":"textcard","textcard":{"title":"t","description":"d","url":"shop"}`), 45034},
		{"a text card with an address of 2,049 bytes", pageSend, send, toApp("zhang", `"msgtype":"textcard","textcard":{"title":"t","description":"d","url":"https://`+x(2041)+`"}`), 40039},
		{"news of eight articles", pageSend, send, toApp("zhang", `"msgtype":"news","news":{"articles":[`+articles(8)+`]}`), 0},
		{"news of nine articles", pageSend, send, toApp("zhang", `"msgtype":"news","news":{"articles":[`+articles(9)+`]}`), 45008},
		{"news of none", pageSend, send, toApp("zhang", `"msgtype":"news","news":{"articles":[]}`), 45008},
		{"news without a title", pageSend, send, toApp("zhang", `"msgtype":"news","news":{"articles":[{"url":"https://shop.example/"}]}`), 41016},
		{"mpnews", pageSend, send, toApp("zhang", `"msgtype":"mpnews","mpnews":{"articles":[{"title":"t","thumb_media_id":"m","content":"c"}]}`), 0},
		{"mpnews without its picture", pageSend, send, toApp("zhang", `"msgtype":"mpnews","mpnews":{"articles":[{"title":"t","content":"c"}]}`), 41006},
		{"an image", pageSend, send, toApp("zhang", `"msgtype":"image","image":{"media_id":"m"}`), 0},
		{"an image from nowhere", pageSend, send, toApp("zhang", `"msgtype":"image","image":{}`), 41006},
		{"a voice recording", pageSend, send, toApp("zhang", `"msgtype":"voice","voice":{"media_id":"m"}`), 0},
		{"a file", pageSend, send, toApp("zhang", `"msgtype":"file","file":{"media_id":"m"}`), 0},
		{"a video", pageSend, send, toApp("zhang", `"msgtype":"video","video":{"media_id":"m","title":"t"}`), 0},
		{"a mini program notice", pageSend, send, toApp("zhang", `"msgtype":"miniprogram_notice","miniprogram_notice":{"appid":"a","title":"t"}`), 0},
		{"a mini program notice without its program", pageSend, send, toApp("zhang", `"msgtype":"miniprogram_notice","miniprogram_notice":{"title":"t"}`), 90200},

		{"a card with six buttons", pageCards, send, toApp("zhang", cardObject(buttonCard, `,"task_id":"t1"`+cardButtons(6))), 0},
		{"a card with seven buttons", pageCards, send, toApp("zhang", cardObject(buttonCard, `,"task_id":"t1"`+cardButtons(7))), 42017},
		{"a card without buttons", pageCards, send, toApp("zhang", cardObject(buttonCard, `,"task_id":"t1"`)), 42017},
		{"a button without a text", pageCards, send, toApp("zhang", cardObject(buttonCard, `,"task_id":"t1","button_list":[{"key":"k"}]`)), 42018},
		{"a button without a key", pageCards, send, toApp("zhang", cardObject(buttonCard, `,"task_id":"t1","button_list":[{"text":"b"}]`)), 42019},
		{"two buttons with one key", pageCards, send, toApp("zhang", cardObject(buttonCard, `,"task_id":"t1","button_list":[{"text":"a","key":"k"},{"text":"b","key":"k"}]`)), 42020},
		{"a card without a task_id", pageCards, send, toApp("zhang", cardObject(buttonCard, cardButtons(1))), 42014},
		{"a task_id of 129 bytes", pageCards, send, toApp("zhang", cardObject(buttonCard, `,"task_id":"`+x(129)+`"`+cardButtons(1))), 42014},
		{"a task_id with a dot", pageCards, send, toApp("zhang", cardObject(buttonCard, `,"task_id":"a.b"`+cardButtons(1))), 42014},
		{"a card of another kind", pageCards, send, toApp("zhang", cardObject("carousel", "")), 42027},
		{"a card without a title", pageCards, send, toApp("zhang", strings.Replace(cardObject(buttonCard, `,"task_id":"t1"`+cardButtons(1)), "Tea", "", 1)), 42033},
		{"a notice", pageCards, send, toApp("zhang", cardObject(textNotice, `,"card_action":{"type":1,"url":"https://shop.example/"}`)), 0},
		{"a notice that leads nowhere", pageCards, send, toApp("zhang", cardObject(textNotice, "")), 42045},
		{"a notice with an action of type 0", pageCards, send, toApp("zhang", cardObject(textNotice, `,"card_action":{"type":0}`)), 42046},
		{"a news notice", pageCards, send, toApp("zhang", cardObject(newsNotice, `,"card_action":{"type":2,"appid":"a"},"card_image":{"url":"https://shop.example/1.png"}`)), 0},
		{"a news notice without a picture", pageCards, send, toApp("zhang", cardObject(newsNotice, `,"card_action":{"type":2,"appid":"a"}`)), 42028},
		{"a vote of 20", pageCards, send, toApp("zhang", cardObject(voteCard, `,"task_id":"t1","checkbox":{`+options(20)+`},"submit_button":{"text":"OK","key":"ok"}`)), 0},
		{"a vote of 21", pageCards, send, toApp("zhang", cardObject(voteCard, `,"task_id":"t1","checkbox":{`+options(21)+`},"submit_button":{"text":"OK","key":"ok"}`)), 42039},
		{"a vote that nobody can submit", pageCards, send, toApp("zhang", cardObject(voteCard, `,"task_id":"t1","checkbox":{`+options(2)+`}`)), 42042},
		{"a vote on nothing", pageCards, send, toApp("zhang", cardObject(voteCard, `,"task_id":"t1","submit_button":{"text":"OK","key":"ok"}`)), 42037},
		{"two equal options", pageCards, send, toApp("zhang", cardObject(voteCard, `,"task_id":"t1","checkbox":{"question_key":"q","option_list":[{"id":"o","text":"a"},{"id":"o","text":"b"}]},"submit_button":{"text":"OK","key":"ok"}`)), 42040},
		{"three questions", pageCards, send, toApp("zhang", cardObject(severalCard, `,"task_id":"t1","select_list":[{`+options(10)+`},{`+options(1)+`},{`+options(1)+`}],"submit_button":{"text":"OK","key":"ok"}`)), 0},
		{"four questions", pageCards, send, toApp("zhang", cardObject(severalCard, `,"task_id":"t1","select_list":[{`+options(1)+`},{`+options(1)+`},{`+options(1)+`},{`+options(1)+`}],"submit_button":{"text":"OK","key":"ok"}`)), 42038},
		{"a menu on a card", pageCards, send, toApp("zhang", cardObject(textNotice, `,"task_id":"t1","action_menu":{"desc":"more","action_list":[{"text":"Mute","key":"mute"}]},"card_action":{"type":1,"url":"https://shop.example/"}`)), 0},
		{"a menu on a card without a task_id", pageCards, send, toApp("zhang", cardObject(textNotice, `,"action_menu":{"desc":"more","action_list":[{"text":"Mute","key":"mute"}]},"card_action":{"type":1,"url":"https://shop.example/"}`)), 42014},
		{"changing a card with a code of nobody", pageCodes, "message/update_template_card", `{"agentid":1000002,"response_code":"x","button":{"replace_name":"Done"}}`, 60140},

		{"recalling what was never sent", pageRecall, "message/recall", `{"msgid":"none"}`, 40058},
		{"recalling nothing", pageRecall, "message/recall", `{}`, 40063},

		{"a menu", pageMenu, "menu/create?agentid=1000002", menu(clickButton("Tea", "tea")), 0},
		{"a menu of three", pageMenu, "menu/create?agentid=1000002", menu(clickButton("1", "1"), clickButton("2", "2"), clickButton("3", "3")), 0},
		{"a menu of four", pageMenu, "menu/create?agentid=1000002", menu(clickButton("1", "1"), clickButton("2", "2"), clickButton("3", "3"), clickButton("4", "4")), 40016},
		{"a menu of none", pageMenu, "menu/create?agentid=1000002", menu(), 40016},
		{"five buttons below", pageMenu, "menu/create?agentid=1000002", menu(`{"name":"Tea","sub_button":[` + strings.TrimSuffix(strings.Repeat(clickButton("1", "1")+",", 5), ",") + `]}`), 0},
		{"six buttons below", pageMenu, "menu/create?agentid=1000002", menu(`{"name":"Tea","sub_button":[` + strings.TrimSuffix(strings.Repeat(clickButton("1", "1")+",", 6), ",") + `]}`), 40023},
		{"a third level", pageMenu, "menu/create?agentid=1000002", menu(`{"name":"Tea","sub_button":[{"name":"x","sub_button":[` + clickButton("1", "1") + `]}]}`), 40022},
		{"a name of 16 bytes", pageMenu, "menu/create?agentid=1000002", menu(clickButton(x(16), "tea")), 0},
		{"a name of 17 bytes", pageMenu, "menu/create?agentid=1000002", menu(clickButton(x(17), "tea")), 40018},
		{"a lower name of 40 bytes", pageMenu, "menu/create?agentid=1000002", menu(`{"name":"Tea","sub_button":[` + clickButton(x(40), "1") + `]}`), 0},
		{"a lower name of 41 bytes", pageMenu, "menu/create?agentid=1000002", menu(`{"name":"Tea","sub_button":[` + clickButton(x(41), "1") + `]}`), 40025},
		{"no name", pageMenu, "menu/create?agentid=1000002", menu(clickButton("", "tea")), 41102},
		{"a key of 129 bytes", pageMenu, "menu/create?agentid=1000002", menu(clickButton("Tea", x(129))), 40019},
		{"a menu link without a scheme", pageMenu, "menu/create?agentid=1000002", menu(`{"type":"view","name":"Tea","url":"shop"}`), 40020},
		{"a menu button of another type", pageMenu, "menu/create?agentid=1000002", menu(`{"type":"dance","name":"Tea"}`), 40017},
		{"a menu of another app", pageMenu, "menu/create?agentid=1000003", menu(clickButton("Tea", "tea")), 301002},
		{"a menu of no app", pageMenu, "menu/create", menu(clickButton("Tea", "tea")), 41011},

		{"a chat", pageChat, "appchat/create", `{"name":"Team","owner":"zhang","userlist":["zhang","li"],"chatid":"team1"}`, 0},
		{"a chat of one", pageChat, "appchat/create", `{"userlist":["zhang"]}`, 86006},
		{"a chat of strangers", pageChat, "appchat/create", `{"userlist":["zhang","nobody"]}`, 86216},
		{"a chat whose owner is outside", pageChat, "appchat/create", `{"owner":"wang","userlist":["zhang","li"]}`, 86005},
		{"a chat's name of 51 characters", pageChat, "appchat/create", `{"name":"` + strings.Repeat("茶", 51) + `","userlist":["zhang","li"]}`, 86004},
		{"a chatid with a dash", pageChat, "appchat/create", `{"userlist":["zhang","li"],"chatid":"team-1"}`, 86001},
		{"writing to no chat", pageChat, "appchat/send", `{"chatid":"none",` + textObject("hi") + `}`, 86003},
		{"a card to a chat", pageChat, "appchat/send", `{"chatid":"none",` + cardObject(textNotice, "") + `}`, 86214},

		{"a robot's text", pageRobot, robot, `{` + textObject("hi") + `}`, 0},
		{"a robot's markdown of 4,096 bytes", pageRobot, robot, `{"msgtype":"markdown","markdown":{"content":"` + x(4096) + `"}}`, 0},
		{"a robot's markdown of 4,097 bytes", pageRobot, robot, `{"msgtype":"markdown_v2","markdown_v2":{"content":"` + x(4097) + `"}}`, 40058},
		{"a robot's image", pageRobot, robot, robotPicture([]byte("png"), ""), 0},
		{"a robot's image with another MD5", pageRobot, robot, robotPicture([]byte("png"), x(32)), 301019},
		{"a robot's image of more than 2 MB", pageRobot, robot, robotPicture(make([]byte, 2<<20+1), ""), 40009},
		{"a robot's news", pageRobot, robot, `{"msgtype":"news","news":{"articles":[` + articles(1) + `]}}`, 0},
		{"a robot's file", pageRobot, robot, `{"msgtype":"file","file":{"media_id":"m"}}`, 0},
		{"a robot's card", pageRobot, robot, `{` + cardObject(textNotice, `,"card_action":{"type":1,"url":"https://shop.example/"}`) + `}`, 0},
		{"a robot's card with buttons", pageRobot, robot, `{` + cardObject(buttonCard, `,"task_id":"t1"`+cardButtons(1)) + `}`, 42027},
		{"a robot's old format", pageRobot, robot, `{"msg_type":"text","content":{"text":"hi"}}`, 40008},
		{"a robot that is gone", pageRobot, "webhook/send?key=nobody", `{` + textObject("hi") + `}`, 93000},
		{"a robot that is stopped", pageRobot, "webhook/send?key=stopped-key", `{` + textObject("hi") + `}`, 93004},

		{"an answer to a customer", pageKF, kf, toKF(robin, textObject("hi")), 0},
		{"our id of 32", pageKF, kf, toKF(robin, `"msgid":"`+x(32)+`",`+textObject("hi")), 0},
		{"our id of 33", pageKF, kf, toKF(robin, `"msgid":"`+x(33)+`",`+textObject("hi")), 40058},
		{"our id with a dot", pageKF, kf, toKF(robin, `"msgid":"a.b",`+textObject("hi")), 40058},
		{"a text of 2,048 bytes to a customer", pageKF, kf, toKF(robin, textObject(x(2048))), 0},
		{"a text of 2,049 bytes to a customer", pageKF, kf, toKF(robin, textObject(x(2049))), 45002},
		{"somebody who never wrote", pageKF, kf, toKF(wren, textObject("hi")), 40096},
		{"nobody", pageKF, kf, toKF(Customer{}, textObject("hi")), 40063},
		{"an account that is none", pageKF, kf, strings.Replace(toKF(robin, textObject("hi")), service, "x1", 1), 95000},
		{"an account of nobody", pageKF, kf, strings.Replace(toKF(robin, textObject("hi")), service, "wk1", 1), 95004},
		{"an account of another app", pageCodes, kf, strings.Replace(toKF(robin, textObject("hi")), service, "wkAJ2GCAAAother", 1), 48007},
		{"markdown to a customer", pageKF, kf, toKF(robin, `"msgtype":"markdown","markdown":{"content":"x"}`), 40008},
		{"an image to a customer", pageKF, kf, toKF(robin, `"msgtype":"image","image":{"media_id":"m"}`), 0},
		{"a link to a customer", pageKF, kf, toKF(robin, `"msgtype":"link","link":{"title":"t","url":"https://shop.example/","thumb_media_id":"m"}`), 0},
		{"a link without its picture", pageKF, kf, toKF(robin, `"msgtype":"link","link":{"title":"t","url":"https://shop.example/"}`), 41006},
		{"a link's title of 129 bytes", pageKF, kf, toKF(robin, `"msgtype":"link","link":{"title":"`+x(129)+`","url":"https://shop.example/","thumb_media_id":"m"}`), 45002},
		{"a link's description of 513 bytes", pageKF, kf, toKF(robin, `"msgtype":"link","link":{"title":"t","desc":"`+x(513)+`","url":"https://shop.example/","thumb_media_id":"m"}`), 45004},
		{"a mini program to a customer", pageKF, kf, toKF(robin, `"msgtype":"miniprogram","miniprogram":{"appid":"a","pagepath":"p","thumb_media_id":"m","title":"t"}`), 0},
		{"a place", pageKF, kf, toKF(robin, `"msgtype":"location","location":{"latitude":31.2,"longitude":121.4}`), 0},
		{"a place off the globe", pageKF, kf, toKF(robin, `"msgtype":"location","location":{"latitude":91,"longitude":0}`), 95022},
		{"a menu of ten", pageKF, kf, toKF(robin, kfMenuObject(menuItems(10, "click", `"id":"1","content":"Yes"`))), 0},
		{"a menu of eleven", pageKF, kf, toKF(robin, kfMenuObject(menuItems(11, "click", `"id":"1","content":"Yes"`))), 95008},
		{"a menu item of 128 bytes", pageKF, kf, toKF(robin, kfMenuObject(menuItems(1, "click", `"id":"1","content":"`+x(128)+`"`))), 0},
		{"a menu item of 129 bytes", pageKF, kf, toKF(robin, kfMenuObject(menuItems(1, "click", `"id":"1","content":"`+x(129)+`"`))), 45002},
		{"a menu id of 65 bytes", pageKF, kf, toKF(robin, kfMenuObject(menuItems(1, "click", `"id":"`+x(65)+`","content":"Yes"`))), 45002},
		{"a menu item without a content", pageKF, kf, toKF(robin, kfMenuObject(menuItems(1, "click", `"id":"1"`))), 40063},
		{"a menu link to a customer", pageKF, kf, toKF(robin, kfMenuObject(menuItems(1, "view", `"url":"https://shop.example/","content":"Shop"`))), 0},
		{"a menu item of another type", pageKF, kf, toKF(robin, kfMenuObject(menuItems(1, "dance", ``))), 95009},
		{"a menu's head of 1,025 bytes", pageKF, kf, toKF(robin, strings.Replace(kfMenuObject(menuItems(1, "click", `"id":"1","content":"Yes"`)), "Which?", x(1025), 1)), 45002},
		{"a welcome with a code of nobody", pageKF, "kf/send_msg_on_event", welcomeNone + textObject("hi") + `}`, 41050},
		{"a welcome without a code", pageKF, "kf/send_msg_on_event", `{` + textObject("hi") + `}`, 41049},
		{"a welcome with a picture", pageKF, "kf/send_msg_on_event", welcomeNone + `"msgtype":"image","image":{"media_id":"m"}}`, 40008},

		{"pulling", pageSync, "kf/sync_msg", `{"open_kfid":"` + service + `","limit":1000}`, 0},
		{"pulling 1,001", pageSync, "kf/sync_msg", `{"open_kfid":"` + service + `","limit":1001}`, 40058},
		{"pulling no account", pageSync, "kf/sync_msg", `{}`, 40063},
		{"pulling another app's account", pageCodes, "kf/sync_msg", `{"open_kfid":"wkAJ2GCAAAother"}`, 48007},
		{"pulling with a cursor of 65 bytes", pageSync, "kf/sync_msg", `{"open_kfid":"` + service + `","cursor":"` + x(65) + `"}`, 40058},
		{"pulling with a made-up cursor", pageCodes, "kf/sync_msg", `{"open_kfid":"` + service + `","cursor":"x"}`, 50100},
		{"pulling with a made-up token", pageSync, "kf/sync_msg", `{"open_kfid":"` + service + `","token":"x"}`, 95007},
		{"pulling voices as text", pageSync, "kf/sync_msg", `{"open_kfid":"` + service + `","voice_format":2}`, 40058},

		{"a session's state", pageState, "kf/service_state/get", `{"open_kfid":"` + service + `","external_userid":"wmEXAMPLE0001"}`, 0},
		{"a stranger's state", pageState, "kf/service_state/get", `{"open_kfid":"` + service + `","external_userid":"wm9"}`, 40096},
		{"to the bot", pageState, "kf/service_state/trans", `{"open_kfid":"` + service + `","external_userid":"wmEXAMPLE0001","service_state":1}`, 0},
		{"to a servicer", pageState, "kf/service_state/trans", `{"open_kfid":"` + service + `","external_userid":"wmEXAMPLE0001","service_state":3,"servicer_userid":"zhang"}`, 0},
		{"to somebody who serves nobody", pageState, "kf/service_state/trans", `{"open_kfid":"` + service + `","external_userid":"wmEXAMPLE0001","service_state":3,"servicer_userid":"wang"}`, 95014},
		{"to the state it is in", pageState, "kf/service_state/trans", `{"open_kfid":"` + service + `","external_userid":"wmEXAMPLE0001","service_state":0}`, 95016},
		{"to no state", pageState, "kf/service_state/trans", `{"open_kfid":"` + service + `","external_userid":"wmEXAMPLE0001"}`, 40058},

		{"the accounts", pageLists, "kf/account/list", `{"limit":100}`, 0},
		{"101 accounts", pageLists, "kf/account/list", `{"limit":101}`, 40058},
		{"a link to an account", pageLists, "kf/add_contact_way", `{"open_kfid":"` + service + `","scene":"shop_1"}`, 0},
		{"a link with a strange scene", pageLists, "kf/add_contact_way", `{"open_kfid":"` + service + `","scene":"shop 1"}`, 40058},
		{"customers", pageLists, "kf/customer/batchget", `{"external_userid_list":["wmEXAMPLE0001","wm9"]}`, 0},
		{"no customers", pageLists, "kf/customer/batchget", `{"external_userid_list":[]}`, 40058},
		{"101 customers", pageLists, "kf/customer/batchget", `{"external_userid_list":["x"` + strings.Repeat(`,"x"`, 100) + `]}`, 40058},

		{"figures of a day", pageStats, "kf/get_corp_statistic", span(1763740800, 1763740800+86399), 40058}, // a year ago
		{"figures without times", pageStats, "kf/get_corp_statistic", `{}`, 40058},
		{"figures of 32 days", pageStats, "kf/get_servicer_statistic", span(1795276800-32*86400, 1795276800), 40058},
		{"behaviour of nobody", pageStats, "externalcontact/get_user_behavior_data", span(1795276800, 1795276800), 40058},
		{"behaviour of 31 days", pageStats, "externalcontact/get_user_behavior_data", `{"userid":["zhang"],` + span(1795276800-30*86400, 1795276800)[1:], 40058},
		{"groups of nobody", pageStats, "externalcontact/groupchat/statistic", `{"day_begin_time":1795276800}`, 40058},
		{"groups in an order that is none", pageStats, "externalcontact/groupchat/statistic", `{"day_begin_time":1795276800,"owner_filter":{"userid_list":["zhang"]},"order_by":5}`, 40058},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			st := play(t, nil)
			if _, err := st.WriteKF(context.Background(), service, robin, KFText("hello")); err != nil {
				t.Fatal(err)
			}
			st.auth()
			before := len(st.Sent())
			got := st.call(c.call, c.body)
			if got.code() != c.code {
				t.Errorf("%s: got errcode %d (%v), want %d", c.source, got.code(), got["errmsg"], c.code)
			}
			if c.code != 0 && len(st.Sent()) != before {
				t.Error("a refused call left a trace in the books")
			}
		})
	}
}

func span(from, to int64) string { return fmt.Sprintf(`{"start_time":%d,"end_time":%d}`, from, to) }
