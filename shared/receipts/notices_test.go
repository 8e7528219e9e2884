package receipts_test

import (
	"context"
	"testing"

	"frontdesk/shared/conversation"
	"frontdesk/shared/live"
	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
	"frontdesk/shared/record"
)

func TestTeamsAreToldOfAReplyThatDidNotArrive(t *testing.T) {
	w, ctx := newWorld(t, noon), context.Background()
	w.Live = &live.Cache{Store: w.Store}
	p := playbook.Playbook{Languages: []string{"en"}, Notices: []playbook.Notice{{On: []string{"failed"}, To: []string{"robot"}}}}
	if err := w.Store.Publish(ctx, p, record.VersionInfo{Number: 1, At: noon}, record.Audit{ID: "1", At: noon}); err != nil {
		t.Fatal(err)
	}
	head := conversation.Head{ID: home, Home: home, Channel: "wa-main", Status: conversation.Resolved}
	if err := w.Store.Record(ctx, record.Turn{Head: head}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := w.handle(t, receipt(message.Failed)); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := w.Store.Waiting(ctx, "robot", 10)
	if err != nil || len(rows) != 1 || rows[0].Reason != "delivery_failed" || rows[0].Event != "failed" {
		t.Errorf("got %+v, %v, want one notice however often the receipt comes", rows, err)
	}
}
