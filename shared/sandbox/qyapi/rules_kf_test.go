package qyapi

import (
	"context"
	"fmt"
	"testing"
	"time"
)

// trans is a transition of Robin's session.
func trans(state int, servicer string) string {
	return fmt.Sprintf(`{"open_kfid":"%s","external_userid":"%s","service_state":%d,"servicer_userid":"%s"}`, service, robin.ExternalUserID, state, servicer)
}

// wrote lets Robin write.
func (st *stage) wrote() {
	st.t.Helper()
	if _, err := st.WriteKF(context.Background(), service, robin, KFText("hello")); err != nil {
		st.t.Fatal(err)
	}
}

func (st *stage) must(err error) {
	st.t.Helper()
	if err != nil {
		st.t.Fatal(err)
	}
}

// answers sends a text to Robin.
func (st *stage) answers(code int) replied {
	st.t.Helper()
	return st.want(code, st.call("kf/send_msg", toKF(robin, textObject("hi"))))
}

func (st *stage) sends(code int) replied {
	st.t.Helper()
	return st.want(code, st.call("message/send", toApp("zhang", textObject("hi"))))
}

const getDesk = "gettoken?corpid=" + corp + "&corpsecret=desk-secret"

// TestRulesOfCustomerService holds the budget, the states and the codes.
func TestRulesOfCustomerService(t *testing.T) {
	ctx := context.Background()
	run(t, []scene{
		{"five messages after each of the customer's", "W:94677", nil, func(st *stage) {
			st.wrote()
			for range 5 {
				st.answers(0)
			}
			st.answers(95001)
			st.wrote()
			st.answers(0)
		}},
		{"48 hours after the customer's last one", "W:94677", nil, func(st *stage) {
			st.wrote()
			st.pass(48 * time.Hour)
			st.token = ""
			st.answers(0)
			st.pass(time.Second)
			st.answers(95002)
		}},
		{"a customer who is known and never wrote", "W:94677", nil, func(st *stage) { st.answers(95002) }},
		{"a window from before", "W:94677", nil, func(st *stage) {
			st.must(st.Remember(service, robin, st.now().Add(-time.Hour)))
			st.answers(0)
		}},
		{"the budget as a state", "B9 (?)", func(c *Config) { c.Unsure.OverBudget = ByState }, func(st *stage) {
			st.answers(95018)
			st.wrote()
			for range 5 {
				st.answers(0)
			}
			st.answers(95018)
		}},
		{"the budget as an event", "B9 (?)", func(c *Config) { c.Unsure.OverBudget = FailsLater }, func(st *stage) {
			st.answers(0)
			st.wrote()
			for range 6 {
				st.answers(0)
			}
			st.pass(time.Second)
			var fates []string
			for _, i := range st.pull() {
				if e, ok := i["event"].(map[string]any); ok {
					fates = append(fates, fmt.Sprint(e["event_type"], e["fail_type"]))
				}
			}
			if got := fmt.Sprint(fates); got != "[msg_send_fail4 msg_send_fail6]" {
				t.Errorf("got %s", got)
			}
		}},
		{"a repeated msgid is sent twice", "B9 (?)", nil, func(st *stage) { st.twice(0, 2) }},
		{"a repeated msgid is ignored", "B9 (?)", func(c *Config) { c.Unsure.RepeatedID = SentOnce }, func(st *stage) { st.twice(0, 1) }},
		{"a repeated msgid is refused", "B9 (?)", func(c *Config) { c.Unsure.RepeatedID = RefusedSecond }, func(st *stage) { st.twice(40035, 1) }},
		{"a repeated msgid is refused with another code", "B9 (?)", func(c *Config) { c.Unsure.RepeatedID, c.Unsure.RepeatedCode = RefusedSecond, 95099 }, func(st *stage) { st.twice(95099, 1) }},
		{"newer menus have text", "B9 (?)", func(c *Config) { c.Unsure.MenuText = true }, func(st *stage) {
			st.wrote()
			st.want(0, st.call("kf/send_msg", toKF(robin, kfMenuObject(menuItems(1, "text", `"content":"and"`)))))
		}},

		{"a servicer has the session", "W:94669", nil, func(st *stage) {
			st.wrote()
			st.want(0, st.call("kf/service_state/trans", trans(3, "zhang")))
			st.answers(95018)
			got := st.want(0, st.call("kf/service_state/get", trans(0, "")))
			if got["service_state"] != 3.0 || got["servicer_userid"] != "zhang" {
				t.Errorf("got %v", got)
			}
		}},
		{"the bot has the session", "W:94669", nil, func(st *stage) {
			st.wrote()
			st.want(0, st.call("kf/service_state/trans", trans(1, "")))
			st.answers(0)
		}},
		{"a session that waits takes one text with its code", "W:95122", nil, func(st *stage) {
			st.wrote()
			code := st.want(0, st.call("kf/service_state/trans", trans(2, ""))).text("msg_code")
			st.answers(95018)
			st.want(40008, st.onEvent(code, kfMenuObject(menuItems(1, "click", `"id":"1","content":"Yes"`))))
			st.pass(47 * time.Hour)
			st.token = ""
			st.want(0, st.onEvent(code, textObject("please wait")))
			st.want(41051, st.onEvent(code, textObject("please wait")))
		}},
		{"a code holds only in its state", "W:95122", nil, func(st *stage) {
			st.wrote()
			code := st.want(0, st.call("kf/service_state/trans", trans(2, ""))).text("msg_code")
			st.want(0, st.call("kf/service_state/trans", trans(4, "")))
			st.want(95018, st.onEvent(code, textObject("please wait")))
		}},
		{"a session that ends takes a menu within 20 s", "W:95122", nil, func(st *stage) {
			st.wrote()
			code := st.want(0, st.call("kf/service_state/trans", trans(4, ""))).text("msg_code")
			st.answers(95018)
			st.want(0, st.onEvent(code, kfMenuObject(menuItems(1, "click", `"id":"1","content":"Good"`))))
			st.want(95016, st.call("kf/service_state/trans", trans(1, "")))
			st.wrote() // a new session
			st.answers(0)
		}},
		{"an ended session by its other code", "B8 (?)", func(c *Config) { c.Unsure.StaysEnded = true }, func(st *stage) {
			st.wrote()
			st.want(0, st.call("kf/service_state/trans", trans(4, "")))
			st.want(95013, st.call("kf/service_state/trans", trans(1, "")))
			st.answers(95013)
		}},
		{"after 20 s the code of the end is over", "W:95122", nil, func(st *stage) {
			st.wrote()
			code := st.want(0, st.call("kf/service_state/trans", trans(4, ""))).text("msg_code")
			st.pass(20 * time.Second)
			st.want(41050, st.onEvent(code, textObject("bye")))
		}},
		{"a servicer off duty", "W:94669", nil, func(st *stage) {
			st.wrote()
			st.must(st.OnDuty(ctx, service, "zhang", false))
			st.want(95019, st.call("kf/service_state/trans", trans(3, "zhang")))
			got := st.want(0, st.ask("kf/servicer/list?open_kfid="+service))
			if list := fmt.Sprint(got["servicer_list"]); list != "[map[status:1 userid:zhang] map[status:0 userid:li]]" {
				t.Errorf("got %s", list)
			}
			st.must(st.OnDuty(ctx, service, "zhang", true))
			st.want(0, st.call("kf/service_state/trans", trans(3, "zhang")))
		}},

		{"a welcome within 20 s, once", "W:95122", nil, func(st *stage) {
			code := st.enters()
			st.pass(19 * time.Second)
			st.want(0, st.onEvent(code, textObject("welcome")))
			st.want(41051, st.onEvent(code, textObject("welcome")))
		}},
		{"a welcome after 20 s", "W:95122", nil, func(st *stage) {
			code := st.enters()
			st.pass(20 * time.Second)
			st.want(41050, st.onEvent(code, textObject("welcome")))
		}},
		{"no second welcome within 48 hours", "W:95122", nil, func(st *stage) {
			st.want(0, st.onEvent(st.enters(), textObject("welcome")))
			if st.enters() != "" {
				t.Error("got a second code")
			}
			st.pass(48*time.Hour + time.Second)
			if st.enters() == "" {
				t.Error("got no code after 48 hours")
			}
		}},
		{"no welcome after a message of ours", "W:95122", nil, func(st *stage) {
			st.wrote()
			st.answers(0)
			if st.enters() != "" {
				t.Error("got a code")
			}
		}},
		{"the console greets by itself", "W:95122", func(c *Config) { c.Accounts[0].NativeWelcome = true }, func(st *stage) {
			if st.enters() != "" {
				t.Error("got a code")
			}
		}},
		{"a welcome is not counted among the five", "W:95122", nil, func(st *stage) {
			st.want(0, st.onEvent(st.enters(), textObject("welcome")))
			st.wrote()
			for range 5 {
				st.answers(0)
			}
			st.answers(95001)
		}},
		{"another app's code", "W:95122", nil, func(st *stage) {
			code := st.enters()
			st.token = st.get("gettoken?corpid=" + corp + "&corpsecret=other-secret").text("access_token")
			st.want(41050, st.onEvent(code, textObject("welcome")))
		}},
	})
}

// enters lets Robin open the chat and returns the welcome_code.
func (st *stage) enters() string {
	st.t.Helper()
	code, err := st.EnterSession(context.Background(), service, robin, Entry{Scene: "shop"})
	st.must(err)
	return code
}

func (st *stage) onEvent(code, object string) replied {
	return st.call("kf/send_msg_on_event", `{"code":"`+code+`",`+object+`}`)
}

// twice sends one msgid two times.
func (st *stage) twice(code, arrived int) {
	st.t.Helper()
	st.wrote()
	st.want(0, st.call("kf/send_msg", toKF(robin, `"msgid":"r1",`+textObject("hi"))))
	st.want(code, st.call("kf/send_msg", toKF(robin, `"msgid":"r1",`+textObject("hi"))))
	if n := len(st.Sent()); n != arrived {
		st.t.Errorf("got %d messages, want %d", n, arrived)
	}
}

// pull fetches everything that is stored.
func (st *stage) pull() []map[string]any {
	st.t.Helper()
	var all []map[string]any
	cursor := ""
	for {
		got := st.want(0, st.call("kf/sync_msg", `{"open_kfid":"`+service+`","cursor":"`+cursor+`"}`))
		for _, i := range got["msg_list"].([]any) {
			all = append(all, i.(map[string]any))
		}
		if cursor = got.text("next_cursor"); got["has_more"] != 1.0 {
			return all
		}
	}
}

// TestEveryTransition goes through all 25 moves of a session's state.
func TestEveryTransition(t *testing.T) {
	allowed := map[int][]int{0: {1, 2, 3, 4}, 1: {1, 2, 3, 4}, 2: {2, 3, 4}, 3: {3, 4}}
	for from := range 5 {
		for to := range 5 {
			st := play(t, nil)
			st.wrote()
			if from != 0 {
				st.want(0, st.call("kf/service_state/trans", trans(from, "zhang")))
			}
			want := 95016
			for _, ok := range allowed[from] {
				if ok == to {
					want = 0
				}
			}
			st.want(want, st.call("kf/service_state/trans", trans(to, "li")))
		}
	}
}
