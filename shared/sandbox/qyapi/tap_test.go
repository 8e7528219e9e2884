package qyapi

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func TestATapSaysWhatWasChosen(t *testing.T) {
	for _, c := range []struct {
		name, card string
		tap        Tap
		want       []string
	}{
		{"a button", cardObject(buttonCard, `,"task_id":"t1"`+cardButtons(2)), Tap{TaskID: "t1", Key: "k1"},
			[]string{"template_card_event", "<EventKey><![CDATA[k1]]>", "<TaskId><![CDATA[t1]]>", "<CardType><![CDATA[button_interaction]]>", "<ResponseCode>"}},
		{"a vote", cardObject(voteCard, `,"task_id":"t1","checkbox":{`+options(3)+`},"submit_button":{"text":"OK","key":"ok"}`), Tap{TaskID: "t1", Key: "ok", Options: map[string][]string{"q": {"o1", "o2"}}},
			[]string{"template_card_event", "<EventKey><![CDATA[ok]]>", "<QuestionKey><![CDATA[q]]></QuestionKey><OptionIds><OptionId><![CDATA[o1]]></OptionId><OptionId><![CDATA[o2]]></OptionId></OptionIds>"}},
		{"an entry of the card's menu", cardObject(textNotice, `,"task_id":"t1","action_menu":{"desc":"more","action_list":[{"text":"Mute","key":"mute"}]},"card_action":{"type":1,"url":"https://shop.example/"}`), Tap{TaskID: "t1", Key: "mute"},
			[]string{"template_card_menu_event", "<EventKey><![CDATA[mute]]>"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := play(t, nil)
			ctx := context.Background()
			st.want(0, st.call("message/send", toApp("zhang", c.card)))
			if _, err := st.Tap(ctx, desk, "li", c.tap); err == nil {
				t.Error("somebody who never got the card could tap")
			}
			code, err := st.Tap(ctx, desk, "zhang", c.tap)
			st.must(err)
			for _, part := range append(c.want, code) {
				if !strings.Contains(st.opened(), part) {
					t.Errorf("got %s, want %s in it", st.opened(), part)
				}
			}
			st.want(0, st.call("message/update_template_card", `{"agentid":1000002,"response_code":"`+code+`","template_card":{"card_type":"text_notice","main_title":{"title":"Thanks"},"card_action":{"type":1,"url":"https://shop.example/"}}}`))
			if m := st.Sent()[0]; m.Text != "Thanks" || len(m.Choices) != 0 {
				t.Errorf("got %+v, want the new card", m)
			}
			if _, err := st.Tap(ctx, desk, "zhang", c.tap); err == nil {
				t.Error("a button that is gone could be tapped")
			}
		})
	}
}

func TestRulesOfCardChanges(t *testing.T) {
	st := play(t, nil)
	update := "message/update_template_card"
	st.want(41011, st.call(update, `{"response_code":"x","button":{"replace_name":"Done"}}`))
	st.want(60140, st.call(update, `{"agentid":1000002,"button":{"replace_name":"Done"}}`))
	st.want(42018, st.call(update, `{"agentid":1000002,"response_code":"x","button":{}}`))
	st.want(42027, st.call(update, `{"agentid":1000002,"response_code":"x","template_card":{}}`))
	code := st.want(0, st.call("message/send", toApp("zhang", cardObject(buttonCard, `,"task_id":"t1"`+cardButtons(1))))).text("response_code")
	st.want(301002, st.call(update, `{"agentid":1000003,"response_code":"x","button":{"replace_name":"Done"}}`))
	st.token = st.get("gettoken?corpid=" + corp + "&corpsecret=other-secret").text("access_token")
	st.want(60140, st.call(update, `{"agentid":1000003,"response_code":"`+code+`","button":{"replace_name":"Done"}}`))
}

// TestWhatPeopleSee is the text of each type, and what can be tapped in it.
func TestWhatPeopleSee(t *testing.T) {
	for object, want := range map[string]string{
		textObject("hi"): "hi []",
		`"msgtype":"news","news":{"articles":[{"title":"a","url":"https://a.example/"},{"title":"b","url":"https://b.example/"}]}`: "a\nb [{https://a.example/ a} {https://b.example/ b}]",
		`"msgtype":"mpnews","mpnews":{"articles":[{"title":"a","thumb_media_id":"m","content":"c"}]}`:                              "a []",
		`"msgtype":"textcard","textcard":{"title":"t","description":"d","url":"https://a.example/","btntxt":"Go"}`:                 "t\nd [{https://a.example/ Go}]",
		`"msgtype":"image","image":{"media_id":"m"}`:                                                                               "[media] []",
		`"msgtype":"video","video":{"media_id":"m","title":"t"}`:                                                                   "t []",
		cardObject(buttonCard, `,"sub_title_text":"s","task_id":"t1"`+cardButtons(1)):                                              "Tea\ns [{k0 b0}]",
	} {
		st := play(t, nil)
		st.want(0, st.call("message/send", toApp("zhang", object)))
		if m := st.Sent()[0]; fmt.Sprint(m.Text, " ", m.Choices) != want {
			t.Errorf("got %q %v, want %q", m.Text, m.Choices, want)
		}
	}
}

func TestAMenuCanBeLookedAt(t *testing.T) {
	st := play(t, nil)
	st.want(0, st.call("menu/create?agentid=1000002", menu(clickButton("Tea", "tea"))))
	if got := string(st.Menu(desk)); got != menu(clickButton("Tea", "tea")) {
		t.Errorf("got %s", got)
	}
	if st.Menu(7) != nil || st.Menu(other) != nil {
		t.Error("got a menu that nobody made")
	}
	if err := st.Click(context.Background(), desk, "zhang", "tea"); err != nil || !strings.Contains(st.opened(), "<Event><![CDATA[click]]></Event><EventKey><![CDATA[tea]]>") {
		t.Errorf("got %v", err)
	}
}

// FuzzRequests lets any body go through every call: it is answered with JSON, and
// what is refused leaves no trace.
func FuzzRequests(f *testing.F) {
	paths := []string{"message/send", "kf/send_msg", "kf/send_msg_on_event", "kf/sync_msg", "kf/service_state/trans", "webhook/send?key=robot-key",
		"appchat/create", "appchat/send", "menu/create?agentid=1000002", "message/update_template_card", "externalcontact/groupchat/statistic"}
	f.Add(0, toApp("zhang|@all", cardObject(voteCard, `,"task_id":"t1","checkbox":{`+options(3)+`},"submit_button":{"text":"OK","key":"ok"}`)))
	f.Add(1, toKF(robin, kfMenuObject(menuItems(2, "click", `"id":"1","content":"Yes"`))))
	f.Add(2, `{"code":"x",`+textObject("hi")+`}`)
	f.Add(3, syncBodyOf("4gw7MepFLfgF2VC5zz", "", 7))
	f.Add(4, trans(3, "zhang"))
	f.Add(5, robotPicture([]byte("png"), ""))
	f.Add(6, `{"name":"Team","userlist":["zhang","li"]}`)
	f.Add(7, `{"chatid":"x","msgtype":"news","news":{"articles":[`+articles(2)+`]}}`)
	f.Add(8, menu(clickButton("Tea", "tea")))
	f.Add(9, `{"agentid":1000002,"response_code":"x","template_card":null}`)
	f.Add(10, `{"day_begin_time":1795276800,"owner_filter":{"userid_list":["zhang"]},"order_by":4}`)
	f.Fuzz(func(t *testing.T, path int, body string) {
		st := play(t, nil)
		got := st.call(paths[abs(path)%len(paths)], body)
		if got.code() != 0 && len(st.Sent()) != 0 {
			t.Error("a refused call left a trace in the books")
		}
		if got.code() == 0 && !json.Valid([]byte(body)) {
			t.Error("a body that is no JSON was accepted")
		}
	})
}

func abs(n int) int { return max(n, -(n + 1)) }
