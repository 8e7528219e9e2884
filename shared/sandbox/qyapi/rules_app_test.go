package qyapi

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestRulesOfAppsOverTime holds what apps, chats and robots may do over time.
func TestRulesOfAppsOverTime(t *testing.T) {
	ctx := context.Background()
	run(t, []scene{
		{"a member gets 30 a minute, the rest is lost without a word", "W:90454", nil, func(st *stage) {
			for range 31 {
				st.sends(0)
			}
			sent := st.Sent()
			if last := sent[30]; len(sent[29].To) != 1 || len(last.To) != 0 || len(last.Dropped) != 1 {
				t.Errorf("got %+v, want it dropped", last)
			}
			st.want(0, st.call("message/send", toApp("li", textObject("hi"))))
			st.pass(time.Minute)
			st.sends(0)
			if sent := st.Sent(); len(sent[31].To) != 1 || len(sent[32].To) != 1 {
				t.Error("another member, or the next minute, lost a message too")
			}
		}},
		{"a member gets 1,000 an hour", "W:90454", func(c *Config) { c.Limits.PerMember = -1 }, func(st *stage) {
			for range 1001 {
				st.sends(0)
			}
			if sent := st.Sent(); len(sent[999].To) != 1 || len(sent[1000].To) != 0 {
				t.Error("want exactly 1,000 to arrive")
			}
		}},
		{"an app reaches 200 times as many as there are accounts", "W:90454", func(c *Config) { c.Limits.Ceiling = 1; c.Limits.PerMember = -1 }, func(st *stage) {
			for range 200 {
				st.sends(0)
			}
			st.sends(45009)
		}},
		{"the duplicate check", "W:90236", nil, func(st *stage) {
			body := toApp("zhang", `"enable_duplicate_check":1,"duplicate_check_interval":60,`+textObject("hi"))
			st.want(0, st.call("message/send", body))
			st.want(0, st.call("message/send", body))
			st.want(0, st.call("message/send", strings.Replace(body, "hi", "ho", 1)))
			st.want(0, st.call("message/send", strings.Replace(body, "zhang", "li", 1)))
			if n := len(st.Sent()); n != 3 {
				t.Errorf("got %d messages, want 3: the second was suppressed", n)
			}
			st.pass(time.Minute)
			st.want(0, st.call("message/send", body))
			if n := len(st.Sent()); n != 4 {
				t.Errorf("got %d messages, want 4 after the interval", n)
			}
		}},
		{"without the check nothing is suppressed", "W:90236", nil, func(st *stage) {
			st.sends(0)
			st.sends(0)
			if n := len(st.Sent()); n != 2 {
				t.Errorf("got %d messages, want 2", n)
			}
		}},
		{"a markdown is cut instead", "B6 (?)", func(c *Config) { c.Unsure.CutMarkdown = true }, func(st *stage) {
			st.want(0, st.call("message/send", toApp("zhang", `"msgtype":"markdown","markdown":{"content":"`+x(2049)+`"}`)))
			if n := len(st.Sent()[0].Text); n != 2048 {
				t.Errorf("got %d bytes, want 2048", n)
			}
		}},
		{"a text is cut on a character's border", "W:90236", nil, func(st *stage) {
			st.want(0, st.call("message/send", toApp("zhang", textObject(strings.Repeat("茶", 683)))))
			if n := len(st.Sent()[0].Text); n != 2046 {
				t.Errorf("got %d bytes, want 2046", n)
			}
		}},
		{"who has no licence, and who is not visible", "W:90236", func(c *Config) { c.Apps[0].Visible = []string{"zhang", "guest"} }, func(st *stage) {
			got := st.want(0, st.call("message/send", toApp("zhang|guest|Li", textObject("hi"))))
			if got.text("unlicenseduser") != "guest" || got.text("invaliduser") != "li" {
				t.Errorf("got %v", got)
			}
		}},
		{"a disabled app", "W:90313", func(c *Config) { c.Apps[0].Disabled = true }, func(st *stage) { st.sends(50003) }},
		{"recalling within 24 hours", "W:94867", nil, func(st *stage) {
			id := st.sends(0).text("msgid")
			st.pass(time.Hour)
			st.want(0, st.call("message/recall", `{"msgid":"`+id+`"}`))
			if !st.Sent()[0].Recalled {
				t.Error("the message is still there")
			}
		}},
		{"recalling after 24 hours", "W:94867", nil, func(st *stage) {
			id := st.sends(0).text("msgid")
			st.pass(24*time.Hour + time.Second)
			st.token = ""
			st.want(42052, st.call("message/recall", `{"msgid":"`+id+`"}`))
		}},
		{"a task_id is used once", "W:90236", nil, func(st *stage) {
			body := toApp("zhang", cardObject(buttonCard, `,"task_id":"t1"`+cardButtons(1)))
			st.want(0, st.call("message/send", body))
			st.want(42014, st.call("message/send", body))
		}},
		{"a response_code is used once", "B6", nil, func(st *stage) {
			code := st.want(0, st.call("message/send", toApp("zhang", cardObject(buttonCard, `,"task_id":"t1"`+cardButtons(1))))).text("response_code")
			body := `{"agentid":1000002,"userids":["zhang"],"response_code":"` + code + `","button":{"replace_name":"Done"}}`
			st.want(82102, st.call("message/update_template_card", strings.Replace(body, "zhang", "li", 1)))
			st.want(0, st.call("message/update_template_card", body))
			st.want(60140, st.call("message/update_template_card", body))
		}},
		{"a response_code holds for 72 hours", "B6", nil, func(st *stage) {
			st.want(0, st.call("message/send", toApp("zhang", cardObject(buttonCard, `,"task_id":"t1"`+cardButtons(1)))))
			code, err := st.Tap(ctx, desk, "zhang", Tap{TaskID: "t1", Key: "k0"})
			st.must(err)
			st.pass(72 * time.Hour)
			st.token = ""
			st.want(60140, st.call("message/update_template_card", `{"agentid":1000002,"response_code":"`+code+`","button":{"replace_name":"Done"}}`))
		}},
		{"a robot says 20 a minute", "W:91770", nil, func(st *stage) {
			say := func(code int) {
				st.want(code, st.do(http.MethodPost, "webhook/send?key=robot-key", "{"+textObject("hi")+"}"))
			}
			for range 20 {
				say(0)
			}
			say(45009)
			st.pass(time.Minute)
			say(0)
			if from := st.Sent()[0].From; strings.Contains(from, "key") {
				t.Errorf("got %q: the key is a secret", from)
			}
		}},
		{"a chat of our own, and another app's", "W:90244", nil, func(st *stage) {
			st.want(0, st.call("appchat/create", `{"name":"Team","userlist":["zhang","li"],"chatid":"team1"}`))
			st.want(86215, st.call("appchat/create", `{"name":"Team","userlist":["zhang","li"],"chatid":"team1"}`))
			st.want(0, st.call("appchat/send", `{"chatid":"team1",`+textObject("hi")+`}`))
			st.want(0, st.call("appchat/update", `{"chatid":"team1","del_user_list":["li"],"add_user_list":["wang"]}`))
			st.want(86005, st.call("appchat/update", `{"chatid":"team1","owner":"li"}`))
			got := st.want(0, st.ask("appchat/get?chatid=team1"))
			if list := fmt.Sprint(got["chat_info"].(map[string]any)["userlist"]); list != "[zhang wang]" {
				t.Errorf("got members %s", list)
			}
			st.token = st.get("gettoken?corpid=" + corp + "&corpsecret=other-secret").text("access_token")
			st.want(86008, st.call("appchat/send", `{"chatid":"team1",`+textObject("hi")+`}`))
		}},
		{"too many chats in a day", "W:90454", func(c *Config) { c.Limits.ChatsPerDay = 1 }, func(st *stage) {
			st.want(0, st.call("appchat/create", `{"userlist":["zhang","li"]}`))
			st.want(45009, st.call("appchat/create", `{"userlist":["zhang","li"]}`))
		}},
		{"a member gets 200 a minute from chats", "W:90454", nil, func(st *stage) {
			st.want(0, st.call("appchat/create", `{"userlist":["zhang","li"],"chatid":"team1"}`))
			for range 201 {
				st.want(0, st.call("appchat/send", `{"chatid":"team1",`+textObject("hi")+`}`))
			}
			if sent := st.Sent(); len(sent[199].To) != 2 || len(sent[200].Dropped) != 2 {
				t.Error("want exactly 200 to arrive")
			}
		}},
		{"a menu is kept, shown and deleted", "B12", nil, func(st *stage) {
			st.want(46003, st.ask("menu/get?agentid=1000002"))
			st.want(0, st.call("menu/create?agentid=1000002", menu(clickButton("Tea", "tea"))))
			if got := st.want(0, st.ask("menu/get?agentid=1000002")); fmt.Sprint(got["button"]) != "[map[key:tea name:Tea type:click]]" {
				t.Errorf("got %v", got)
			}
			st.want(0, st.ask("menu/delete?agentid=1000002"))
			st.want(46003, st.ask("menu/get?agentid=1000002"))
		}},
		{"lower names as short as upper ones", "B12 (?)", func(c *Config) { c.Unsure.SubName = 16 }, func(st *stage) {
			st.want(40025, st.call("menu/create?agentid=1000002", menu(`{"name":"Tea","sub_button":[`+clickButton(x(17), "1")+`]}`)))
		}},
	})
}
