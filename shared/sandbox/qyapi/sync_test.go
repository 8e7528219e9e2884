package qyapi

import (
	"context"
	"fmt"
	"testing"
	"time"

	"frontdesk/shared/wecom"
)

// opened is what the newest callback says, decrypted.
func (st *stage) opened() string {
	st.t.Helper()
	st.mu.Lock()
	defer st.mu.Unlock()
	return string(st.plain(st.posted[len(st.posted)-1]))
}

func (st *stage) plain(cb Callback) []byte {
	st.t.Helper()
	pair, err := wecom.NewPair(key)
	st.must(err)
	encrypted, err := wecom.Unwrap(cb.Body)
	st.must(err)
	if !pair.Verify(cb.Query, encrypted) {
		st.t.Fatal("the signature does not match")
	}
	plain, err := pair.Decrypt(encrypted, corp)
	st.must(err)
	return plain
}

// between cuts what stands between two marks.
func between(s, from, to string) string {
	for i := range s {
		if len(s) >= i+len(from) && s[i:i+len(from)] == from {
			rest := s[i+len(from):]
			for j := range rest {
				if len(rest) >= j+len(to) && rest[j:j+len(to)] == to {
					return rest[:j]
				}
			}
		}
	}
	return ""
}

func syncBodyOf(cursor, token string, limit int) string {
	return fmt.Sprintf(`{"open_kfid":"%s","cursor":"%s","token":"%s","limit":%d}`, service, cursor, token, limit)
}

func TestTheTokenOfACallbackHoldsTenMinutes(t *testing.T) {
	st := play(t, func(c *Config) { c.Limits.Bare = 2 })
	st.wrote()
	token := between(st.opened(), "<Token><![CDATA[", "]]>")
	for range 20 { // with a token there is no strict limit
		st.want(0, st.call("kf/sync_msg", syncBodyOf("", token, 1)))
	}
	st.want(0, st.call("kf/sync_msg", syncBodyOf("", "", 1)))
	st.want(0, st.call("kf/sync_msg", syncBodyOf("", "", 1)))
	st.want(45009, st.call("kf/sync_msg", syncBodyOf("", "", 1)))
	st.pass(10*time.Minute - time.Second)
	st.want(0, st.call("kf/sync_msg", syncBodyOf("", token, 1)))
	st.pass(time.Second)
	st.want(95007, st.call("kf/sync_msg", syncBodyOf("", token, 1)))
}

func TestPagesFollowTheCursor(t *testing.T) {
	st := play(t, nil)
	for range 5 {
		st.wrote()
	}
	first := st.want(0, st.call("kf/sync_msg", syncBodyOf("", "", 3)))
	if n := len(first["msg_list"].([]any)); n != 3 || first["has_more"] != 1.0 {
		t.Errorf("got %d and has_more %v, want 3 and 1", n, first["has_more"])
	}
	second := st.want(0, st.call("kf/sync_msg", syncBodyOf(first.text("next_cursor"), "", 3)))
	if n := len(second["msg_list"].([]any)); n != 2 || second["has_more"] != 0.0 {
		t.Errorf("got %d and has_more %v, want 2 and 0", n, second["has_more"])
	}
	again := st.want(0, st.call("kf/sync_msg", syncBodyOf(first.text("next_cursor"), "", 3)))
	if fmt.Sprint(again["msg_list"]) != fmt.Sprint(second["msg_list"]) {
		t.Error("the same cursor gives other messages after a crash")
	}
	last := st.want(0, st.call("kf/sync_msg", syncBodyOf(second.text("next_cursor"), "", 3)))
	if n := len(last["msg_list"].([]any)); n != 0 || last.text("next_cursor") != second.text("next_cursor") {
		t.Errorf("got %v, want nothing and the same cursor", last)
	}
}

func TestMessagesAreForgottenAfterThreeDays(t *testing.T) {
	st := play(t, nil)
	st.wrote()
	st.pass(72 * time.Hour)
	st.token = ""
	if n := len(st.pull()); n != 1 {
		t.Errorf("got %d after exactly 3 days, want 1", n)
	}
	st.pass(time.Second)
	if n := len(st.pull()); n != 0 {
		t.Errorf("got %d after 3 days, want none", n)
	}
	st.wrote()
	if n := len(st.pull()); n != 1 {
		t.Errorf("got %d, want the new one only", n)
	}
}

func TestAnEmptyPageMaySayThatThereIsMore(t *testing.T) {
	st := play(t, func(c *Config) { c.Unsure.HollowPages = 2 })
	for range 3 {
		st.wrote()
	}
	hollow := 0
	cursor := ""
	for i := 0; i < 6; i++ {
		got := st.want(0, st.call("kf/sync_msg", syncBodyOf(cursor, "", 1)))
		cursor = got.text("next_cursor")
		if got["has_more"] == 1.0 && len(got["msg_list"].([]any)) == 0 {
			hollow++
		}
	}
	if hollow != 3 {
		t.Errorf("got %d empty pages among 6, want 3", hollow)
	}
	if got := st.want(0, st.call("kf/sync_msg", syncBodyOf(cursor, "", 1))); len(got["msg_list"].([]any)) != 0 {
		t.Error("an empty page moved the cursor")
	}
}

// TestAServicersSideComesThroughThePull: what people do in the client is stored as
// origin 4 and 5; what we send is not.
func TestAServicersSideComesThroughThePull(t *testing.T) {
	st := play(t, nil)
	ctx := context.Background()
	id, err := st.WriteKF(ctx, service, robin, KFMenu("help", "Help"))
	st.must(err)
	st.answers(0)
	st.want(0, st.call("kf/service_state/trans", trans(2, "")))
	st.must(st.Take(ctx, Thread{service, robin.ExternalUserID}, "zhang"))
	if _, err := st.Answer(ctx, Thread{service, robin.ExternalUserID}, "li", KFText("no")); err == nil {
		t.Error("somebody who does not serve the customer could answer")
	}
	answer, err := st.Answer(ctx, Thread{service, robin.ExternalUserID}, "zhang", KFText("yes"))
	st.must(err)
	st.must(st.Hand(ctx, Thread{service, robin.ExternalUserID}, "li"))
	st.must(st.EndSession(ctx, Thread{service, robin.ExternalUserID}))
	st.must(st.Reopen(ctx, Thread{service, robin.ExternalUserID}, "li"))
	st.must(st.RecallKF(ctx, Thread{service, robin.ExternalUserID}, id))
	st.must(st.RecallAnswer(ctx, Thread{service, robin.ExternalUserID}, "zhang", answer))
	st.must(st.Reject(ctx, Thread{service, robin.ExternalUserID}, true))
	if _, err := st.WriteKF(ctx, service, robin, KFText("hello?")); err == nil {
		t.Error("a rejected customer could write")
	}
	st.must(st.Reject(ctx, Thread{service, robin.ExternalUserID}, false))
	st.wrote()
	var got []string
	for _, i := range st.pull() {
		e, _ := i["event"].(map[string]any)
		got = append(got, fmt.Sprintf("%v %v %v %v", i["origin"], i["msgtype"], e["event_type"], e["change_type"]))
	}
	want := []string{
		"3 text <nil> <nil>", "4 event session_status_change 1", "5 text <nil> <nil>", "4 event session_status_change 2",
		"4 event session_status_change 3", "4 event session_status_change 4", "4 event user_recall_msg <nil>", "4 event servicer_recall_msg <nil>",
		"4 event reject_customer_msg_switch_change <nil>", "4 event reject_customer_msg_switch_change <nil>", "3 text <nil> <nil>",
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if len(st.posted) != len(want) {
		t.Errorf("got %d callbacks, want one for each of %d", len(st.posted), len(want))
	}
}

// TestACodeOfTheEndComesWithTheEvent: the servicer ends, and we may ask how it was.
func TestACodeOfTheEndComesWithTheEvent(t *testing.T) {
	st := play(t, nil)
	st.wrote()
	st.want(0, st.call("kf/service_state/trans", trans(3, "zhang")))
	st.must(st.EndSession(context.Background(), Thread{service, robin.ExternalUserID}))
	all := st.pull()
	code, _ := all[len(all)-1]["event"].(map[string]any)["msg_code"].(string)
	st.want(0, st.onEvent(code, kfMenuObject(menuItems(3, "click", `"id":"good","content":"Good"`))))
	if state, _ := st.State(Thread{service, robin.ExternalUserID}); state != StateEnded {
		t.Errorf("got state %d", state)
	}
}

// TestABacklogIsPulledByOneCallback: 10,000 messages of a day on which nobody
// answered.
func TestABacklogIsPulledByOneCallback(t *testing.T) {
	st := play(t, nil)
	var letters []Letter
	for i := range 10_000 {
		letters = append(letters, Letter{Customer{ExternalUserID: fmt.Sprintf("wmEXAMPLE%05d", i%700)}, KFText(fmt.Sprint(i))})
	}
	ids, err := st.Backlog(service, letters...)
	st.must(err)
	st.pass(24 * time.Hour)
	if len(st.posted) != 0 {
		t.Fatalf("got %d callbacks, want none yet", len(st.posted))
	}
	st.must(st.Ring(context.Background(), service))
	token := between(st.opened(), "<Token><![CDATA[", "]]>")
	cursor, at, calls := "", 0, 0
	for more := 1.0; more == 1; calls++ {
		got := st.want(0, st.call("kf/sync_msg", syncBodyOf(cursor, token, 1000)))
		cursor, more = got.text("next_cursor"), got["has_more"].(float64)
		for _, i := range got["msg_list"].([]any) {
			if i.(map[string]any)["msgid"] != ids[at] {
				t.Fatalf("message %d is not in its place", at)
			}
			at++
		}
	}
	if at != 10_000 || calls != 10 {
		t.Errorf("got %d messages in %d calls, want 10,000 in 10", at, calls)
	}
}
