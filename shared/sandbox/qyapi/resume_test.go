package qyapi

import (
	"context"
	"errors"
	"testing"
	"time"
)

// TestACursorStaysGoodInTheNextSandbox: what an earlier one gave is taken, and only
// what is stored afterwards comes.
func TestACursorStaysGoodInTheNextSandbox(t *testing.T) {
	before := play(t, nil)
	for range 3 {
		before.wrote()
	}
	cursor := before.want(0, before.call("kf/sync_msg", syncBodyOf("", "", 1000))).text("next_cursor")

	after := play(t, nil)
	after.want(50100, after.call("kf/sync_msg", syncBodyOf(cursor, "", 1000)))
	after.must(after.Resume(service, cursor))
	got := after.want(0, after.call("kf/sync_msg", syncBodyOf(cursor, "", 1000)))
	if list := got["msg_list"].([]any); len(list) != 0 || got.text("next_cursor") != cursor {
		t.Errorf("got %v, want nothing new and the same cursor", got)
	}
	after.wrote()
	got = after.want(0, after.call("kf/sync_msg", syncBodyOf(cursor, "", 1000)))
	if list := got["msg_list"].([]any); len(list) != 1 {
		t.Errorf("got %d items, want the new one", len(list))
	}
	after.must(after.Resume(service, ""))
	after.must(after.Resume(service, before.accounts[service].cursor(1)))
	after.want(0, after.call("kf/sync_msg", syncBodyOf(got.text("next_cursor"), "", 1000)))
}

func TestWhatNobodyCanResume(t *testing.T) {
	st := play(t, nil)
	for name, err := range map[string]error{
		"another account":             st.Resume("wkNobody", ""),
		"a cursor of somebody else":   st.Resume(service, "next-1"),
		"a broken cursor":             st.Resume(service, cursorHead+"!"),
		"somebody who is no servicer": st.ResumeSession(Thread{service, robin.ExternalUserID}, StatePerson, "wang"),
		"a session elsewhere":         st.ResumeSession(Thread{"wkNobody", robin.ExternalUserID}, StatePool, ""),
	} {
		if !errors.Is(err, ErrUnknown) {
			t.Errorf("%s: got %v, want ErrUnknown", name, err)
		}
	}
}

// TestASessionGoesOn: its window, its state and its servicer are those from before, and
// nobody is greeted again.
func TestASessionGoesOn(t *testing.T) {
	st := play(t, nil)
	thread := Thread{service, robin.ExternalUserID}
	st.must(st.Remember(service, robin, st.now().Add(-time.Hour)))
	st.must(st.ResumeSession(thread, StatePerson, "zhang"))
	if state, who := st.State(thread); state != StatePerson || who != "zhang" {
		t.Errorf("got state %d with %q, want %d with zhang", state, who, StatePerson)
	}
	if code, err := st.EnterSession(context.Background(), service, robin, Entry{}); code != "" || err != nil {
		t.Errorf("got a welcome code (%v), want none for somebody who was answered", err)
	}
	st.must(st.EndSession(context.Background(), thread))
	st.wrote()
	st.want(0, st.call("kf/send_msg", toKF(robin, `"msgid":"reply1",`+textObject("hi"))))
}
