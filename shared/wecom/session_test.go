package wecom

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"frontdesk/shared/message"

	"github.com/google/go-cmp/cmp"
)

func TestSyncMsg(t *testing.T) {
	ctx := context.Background()
	t.Run("a page", func(t *testing.T) {
		q := newQyapi(t, `{"errcode":0,"errmsg":"ok","next_cursor":"cursor-2","has_more":1,"msg_list":[{"msgid":"a"},{"msgid":"b","new":[1]}]}`)
		got, err := q.sender().SyncMsg(ctx, kfChannel(q.URL), "cursor-1", "token-1", 5000)
		want := Page{Next: "cursor-2", HasMore: true, Items: []json.RawMessage{json.RawMessage(`{"msgid":"a"}`), json.RawMessage(`{"msgid":"b","new":[1]}`)}}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
		body := `{"cursor":"cursor-1","token":"token-1","limit":1000,"voice_format":0,"open_kfid":"wkAJ2GCAAAexample"}`
		if c := q.calls[0]; c.path != "POST /cgi-bin/kf/sync_msg" || c.body != body {
			t.Errorf("got %s %s, want %s", c.path, c.body, body)
		}
	})
	t.Run("nothing new: the cursor stays", func(t *testing.T) {
		q := newQyapi(t, `{"errcode":0,"errmsg":"ok","has_more":0,"msg_list":[]}`)
		got, err := q.sender().SyncMsg(ctx, kfChannel(q.URL), "cursor-1", "", 1)
		if err != nil || got.Next != "cursor-1" || got.HasMore || len(got.Items) != 0 {
			t.Errorf("got %+v and %v", got, err)
		}
	})
	t.Run("a token that has run out is left out", func(t *testing.T) {
		q := newQyapi(t, `{"errcode":95007,"errmsg":"invalid msg token"}`, `{"errcode":0,"next_cursor":"cursor-2"}`)
		got, err := q.sender().SyncMsg(ctx, kfChannel(q.URL), "cursor-1", "token-1", 10)
		if err != nil || got.Next != "cursor-2" || len(q.calls) != 2 || strings.Contains(q.calls[1].body, "token") {
			t.Errorf("got %+v and %v after %+v", got, err, q.calls)
		}
	})
	t.Run("errors", func(t *testing.T) {
		for answer, want := range map[string]message.Class{
			`{"errcode":45009}`: message.Slow, `{"errcode":95000}`: message.Stop, `<html>`: message.Retry, `{"errcode":0,"msg_list":{}}`: message.Retry,
		} {
			q := newQyapi(t, answer)
			_, err := q.sender().SyncMsg(ctx, kfChannel(q.URL), "", "", 10)
			if got := sendError(t, err).Class; got != want {
				t.Errorf("%s: got %s, want %s", answer, got, want)
			}
		}
	})
	t.Run("refused without a call", func(t *testing.T) {
		q := newQyapi(t, `{"errcode":0}`)
		for _, c := range []struct{ cursor, token string }{{strings.Repeat("c", MaxSyncCursor+1), ""}, {"", strings.Repeat("t", MaxSyncToken+1)}} {
			_, err := q.sender().SyncMsg(ctx, kfChannel(q.URL), c.cursor, c.token, 10)
			if got := sendError(t, err).Class; got != message.Bug || len(q.calls) != 0 {
				t.Errorf("got %s after %d calls, want bug and none", got, len(q.calls))
			}
		}
		_, err := q.sender().SyncMsg(ctx, appChannel(q.URL), "", "", 10)
		if got := sendError(t, err).Class; got != message.Bug {
			t.Errorf("an app: got %s, want bug", got)
		}
	})
}

func TestSendOnEvent(t *testing.T) {
	ctx := context.Background()
	q := newQyapi(t, accepted)
	id, err := q.sender().SendOnEvent(ctx, kfChannel(q.URL), "code-1", message.Outgoing{Ref: theRef, Content: ofShape(message.ShapeButtons)})
	if err != nil || id != "msg-1" {
		t.Fatalf("got %q and %v", id, err)
	}
	want := recorded{"POST /cgi-bin/kf/send_msg_on_event", markToken + "1", `{"code":"code-1","msgid":"` + theReply + `","msgtype":"msgmenu","msgmenu":{"head_content":"What do you need?",` +
		`"list":[{"type":"click","click":{"id":"price","content":"Prices"}},{"type":"click","click":{"id":"hours","content":"Hours"}}]}}`}
	if q.calls[0] != want {
		t.Errorf("got  %+v\nwant %+v", q.calls[0], want)
	}
	q = newQyapi(t, `{"errcode":40058,"errmsg":"bad code MARKEDcode1234567"}`)
	_, err = q.sender().SendOnEvent(ctx, kfChannel(q.URL), "MARKEDcode1234567", marked())
	if failed := sendError(t, err); failed.Code != 40058 {
		t.Errorf("got %v", failed)
	}
	for name, c := range map[string]struct {
		code  string
		k     message.Content
		class message.Class
	}{
		"no code":              {"", ofShape(message.ShapeText), message.Bug},
		"no text":              {"code", message.Content{Shape: message.ShapeText}, message.Bug},
		"an approved template": {"code", message.Content{Shape: message.ShapeApproved}, message.Drop},
	} {
		if _, err := q.sender().SendOnEvent(ctx, kfChannel(q.URL), c.code, message.Outgoing{Content: c.k}); sendError(t, err).Class != c.class {
			t.Errorf("%s: got %v, want %s", name, err, c.class)
		}
	}
}

func TestStates(t *testing.T) {
	ctx := context.Background()
	q := newQyapi(t, `{"errcode":0,"errmsg":"ok","service_state":3,"servicer_userid":"zhangsan"}`, `{"errcode":0,"errmsg":"ok","msg_code":"code-1"}`, `{"errcode":0}`, `{"errcode":95019,"errmsg":"offline"}`, `<html>`)
	s, ch := q.sender(), kfChannel(q.URL)
	state, servicer, err := s.GetState(ctx, ch, "wm1")
	if err != nil || state != Person || servicer != "zhangsan" {
		t.Errorf("got %d, %q, %v", state, servicer, err)
	}
	code, err := s.TransState(ctx, ch, "wm1", Pool, "")
	if err != nil || code != "code-1" {
		t.Errorf("got %q, %v", code, err)
	}
	if _, err = s.TransState(ctx, ch, "wm1", Untouched, ""); err != nil {
		t.Error(err)
	}
	if _, err = s.TransState(ctx, ch, "wm1", Person, "zhangsan"); sendError(t, err).Class != message.Drop {
		t.Errorf("got %v, want a drop: the servicer is off duty", err)
	}
	if _, err = s.TransState(ctx, ch, "wm1", Ended, ""); sendError(t, err).Class != message.Unknown {
		t.Errorf("got %v, want unknown", err)
	}
	want := []recorded{
		{"POST /cgi-bin/kf/service_state/get", markToken + "1", `{"open_kfid":"wkAJ2GCAAAexample","external_userid":"wm1"}`},
		{"POST /cgi-bin/kf/service_state/trans", markToken + "1", `{"open_kfid":"wkAJ2GCAAAexample","external_userid":"wm1","service_state":2}`},
		{"POST /cgi-bin/kf/service_state/trans", markToken + "1", `{"open_kfid":"wkAJ2GCAAAexample","external_userid":"wm1","service_state":0}`},
		{"POST /cgi-bin/kf/service_state/trans", markToken + "1", `{"open_kfid":"wkAJ2GCAAAexample","external_userid":"wm1","service_state":3,"servicer_userid":"zhangsan"}`},
		{"POST /cgi-bin/kf/service_state/trans", markToken + "1", `{"open_kfid":"wkAJ2GCAAAexample","external_userid":"wm1","service_state":4}`},
	}
	if diff := cmp.Diff(want, q.calls, cmp.AllowUnexported(recorded{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, _, err = s.GetState(ctx, appChannel(q.URL), "wm1"); sendError(t, err).Class != message.Bug {
		t.Errorf("an app: got %v, want a bug", err)
	}
}
