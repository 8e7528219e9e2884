package qyapi

import (
	"context"
	"testing"
	"time"
)

func TestATextGoesThrough(t *testing.T) {
	st := play(t, nil)
	ctx := context.Background()
	if _, err := st.WriteApp(ctx, desk, "zhang", Text("hello")); err != nil {
		t.Fatal(err)
	}
	got := st.want(0, st.call("message/send", toApp("zhang|nobody", textObject("hi"))))
	if got.text("invaliduser") != "nobody" || got.text("msgid") == "" {
		t.Errorf("got %v, want a msgid and nobody in invaliduser", got)
	}
	sent := st.Sent()
	if len(sent) != 1 || sent[0].Text != "hi" || len(sent[0].To) != 1 || sent[0].Via != ViaApp {
		t.Errorf("got %+v", sent)
	}
	if len(st.posted) != 1 {
		t.Errorf("got %d callbacks, want 1", len(st.posted))
	}
}

func TestACustomerIsPulledAndAnswered(t *testing.T) {
	st := play(t, nil)
	ctx := context.Background()
	id, err := st.WriteKF(ctx, service, robin, KFText("hello"))
	if err != nil {
		t.Fatal(err)
	}
	got := st.want(0, st.call("kf/sync_msg", `{"open_kfid":"`+service+`"}`))
	list := got["msg_list"].([]any)
	if len(list) != 1 || list[0].(map[string]any)["msgid"] != id {
		t.Fatalf("got %v", got)
	}
	answer := st.want(0, st.call("kf/send_msg", toKF(robin, `"msgid":"reply1",`+textObject("hi"))))
	if answer.text("msgid") != "reply1" {
		t.Errorf("got %v, want our own msgid", answer)
	}
	st.pass(time.Hour)
	if len(st.posted) != 1 {
		t.Errorf("got %d callbacks, want 1: what we send does not come back", len(st.posted))
	}
}
