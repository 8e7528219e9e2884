package qyapi

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"
)

// dayOf asks for one day's figures of a call.
func (st *stage) dayOf(call string, day time.Time, more string) string {
	st.t.Helper()
	got := st.want(0, st.call(call, fmt.Sprintf(`{%s"start_time":%d,"end_time":%d,"day_begin_time":%d}`, more, day.Unix(), day.Unix()+86399, day.Unix())))
	for _, name := range []string{"statistic_list", "behavior_data", "items"} {
		list, ok := got[name].([]any)
		if !ok {
			continue
		}
		if len(list) == 0 {
			return ""
		}
		one := list[0].(map[string]any)
		for _, inner := range []string{"statistic", "data"} {
			if in, ok := one[inner].(map[string]any); ok {
				one = in
			}
		}
		b, err := json.Marshal(one)
		st.must(err)
		return string(b)
	}
	return "no list"
}

// TestFiguresAreWhatHappened: the figures of a day are there at 06:00 of the next.
func TestFiguresAreWhatHappened(t *testing.T) {
	st := play(t, nil) // 10:00 in China
	ctx := context.Background()
	today := time.Date(2026, 11, 22, 0, 0, 0, 0, st.stats.zone)
	st.wrote()
	st.wrote()
	_, err := st.WriteKF(ctx, service, wren, KFText("hello"))
	st.must(err)
	st.want(0, st.call("kf/service_state/trans", trans(3, "zhang")))
	st.wrote()
	st.pass(2 * time.Minute)
	_, err = st.Answer(ctx, Thread{service, robin.ExternalUserID}, "zhang", KFText("yes"))
	st.must(err)
	st.wrote() // and gets no answer
	st.must(st.EndSession(ctx, Thread{service, robin.ExternalUserID}))
	st.wrote() // a new session
	st.must(st.Reject(ctx, Thread{service, wren.ExternalUserID}, true))
	_, err = st.WriteKF(ctx, service, wren, KFText("hello?"))
	if err == nil {
		t.Error("a rejected customer could write")
	}
	st.must(st.AddContact(ctx, desk, Contact{"zhang", robin.ExternalUserID}, true))
	st.must(st.AddContact(ctx, desk, Contact{"zhang", robin.ExternalUserID}, false))
	st.must(st.OpenGroup(ctx, desk, Group{"g1", "zhang", 3}))
	st.must(st.JoinGroup(ctx, desk, "g1", 2))
	st.must(st.JoinGroup(ctx, desk, "g1", -1))
	st.must(st.TalkInGroup("g1", "zhang", 4))
	st.must(st.TalkInGroup("g1", "robin", 1))
	st.pass(time.Date(2026, 11, 23, 5, 59, 59, 0, st.stats.zone).Sub(st.now()))
	st.token = ""
	const zeros = `{"ai_session_reply_cnt":0,"customer_cnt":0,"customer_msg_cnt":0,"msg_rejected_customer_cnt":0,"session_cnt":0,"upgrade_service_customer_cnt":0}`
	if got := st.dayOf("kf/get_corp_statistic", today, ""); got != zeros {
		t.Errorf("before 06:00: got %s, want zeros", got)
	}
	st.pass(time.Second)
	for _, c := range []struct{ call, more, want string }{
		{"kf/get_corp_statistic", `"open_kfid":"` + service + `",`,
			`{"ai_session_reply_cnt":0,"customer_cnt":2,"customer_msg_cnt":6,"msg_rejected_customer_cnt":1,"session_cnt":3,"upgrade_service_customer_cnt":0}`},
		{"kf/get_servicer_statistic", `"servicer_userid":"zhang",`,
			`{"customer_cnt":1,"customer_msg_cnt":2,"first_reply_average_sec":120,"msg_rejected_customer_cnt":0,"reply_rate":0.5,"satisfaction_investgate_cnt":0,"session_cnt":1,"upgrade_service_customer_cnt":0}`},
		{"externalcontact/get_user_behavior_data", `"userid":["zhang"],`,
			fmt.Sprintf(`{"avg_reply_time":2,"chat_cnt":1,"message_cnt":1,"negative_feedback_cnt":1,"new_apply_cnt":0,"new_contact_cnt":1,"reply_percentage":50,"stat_time":%d}`, today.Unix())},
		{"externalcontact/get_user_behavior_data", `"userid":["wang"],`, // nobody wrote to wang
			fmt.Sprintf(`{"chat_cnt":0,"message_cnt":0,"negative_feedback_cnt":0,"new_apply_cnt":0,"new_contact_cnt":0,"stat_time":%d}`, today.Unix())},
		{"externalcontact/get_user_behavior_data", `"partyid":[2],`,
			fmt.Sprintf(`{"chat_cnt":0,"message_cnt":0,"negative_feedback_cnt":0,"new_apply_cnt":0,"new_contact_cnt":0,"stat_time":%d}`, today.Unix())},
		{"externalcontact/groupchat/statistic", `"owner_filter":{"userid_list":["li","zhang"]},"order_by":2,`,
			`{"chat_has_msg":1,"chat_total":1,"member_has_msg":2,"member_total":4,"migrate_trainee_chat_cnt":0,"msg_total":5,"new_chat_cnt":1,"new_member_cnt":5}`},
		{"externalcontact/groupchat/statistic_group_by_day", `"owner_filter":{"userid_list":["zhang"]},`,
			`{"chat_has_msg":1,"chat_total":1,"member_has_msg":2,"member_total":4,"migrate_trainee_chat_cnt":0,"msg_total":5,"new_chat_cnt":1,"new_member_cnt":5}`},
	} {
		if got := st.dayOf(c.call, today, c.more); got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.call, got, c.want)
		}
	}
}

// A day on which nothing happened has an entry without a statistic; a day that is not
// computed yet may be left out altogether.
func TestDaysWithoutFigures(t *testing.T) {
	st := play(t, func(c *Config) { c.Unsure.EarlyLeftOut = true })
	today := time.Date(2026, 11, 22, 0, 0, 0, 0, st.stats.zone)
	for _, c := range []struct {
		name string
		day  time.Time
		want string
	}{
		{"nothing happened", today.AddDate(0, 0, -3), `{"errcode":0,"errmsg":"ok","statistic_list":[{"stat_time":1795017600}]}`},
		{"not computed yet", today, `{"errcode":0,"errmsg":"ok","statistic_list":[]}`},
	} {
		for _, call := range []string{"kf/get_corp_statistic", "kf/get_servicer_statistic"} {
			got, err := json.Marshal(st.want(0, st.call(call, fmt.Sprintf(`{"open_kfid":%q,"start_time":%d,"end_time":%d}`, service, c.day.Unix(), c.day.Unix()))))
			st.must(err)
			if string(got) != c.want {
				t.Errorf("%s, %s: got %s, want %s", c.name, call, got, c.want)
			}
		}
	}
}

// TestOwnersComeInPages: offset and limit of groupchat/statistic.
func TestOwnersComeInPages(t *testing.T) {
	st := play(t, nil)
	st.must(st.OpenGroup(context.Background(), desk, Group{"g1", "li", 3}))
	st.pass(30 * time.Hour)
	begin := st.stats.day(st.now().Add(-30 * time.Hour)).Unix()
	body := fmt.Sprintf(`{"day_begin_time":%d,"owner_filter":{"userid_list":["zhang","li","wang"]},"order_by":1,"limit":2,"offset":%%d}`, begin)
	first := st.want(0, st.call("externalcontact/groupchat/statistic", fmt.Sprintf(body, 0)))
	rest := st.want(0, st.call("externalcontact/groupchat/statistic", fmt.Sprintf(body, 2)))
	if first["total"] != 3.0 || first["next_offset"] != 2.0 || rest["next_offset"] != 3.0 || len(rest["items"].([]any)) != 1 {
		t.Errorf("got %v and %v", first, rest)
	}
	if owner := first["items"].([]any)[0].(map[string]any)["owner"]; owner != "li" {
		t.Errorf("got %v first, want the owner with most new chats", owner)
	}
}
