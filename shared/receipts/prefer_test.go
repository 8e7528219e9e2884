package receipts_test

import (
	"context"
	"testing"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/message"
	"frontdesk/shared/record"
)

// wish is the notice of one contact's wish.
func wish(p message.Person, stop bool, at time.Time) message.Report {
	return message.Report{Notice: &message.Notice{
		Account: "102290129340398", Channel: "wa-main", Field: "user_preferences", Time: at, Value: []byte("{}"),
		Preferences: []message.Preference{{From: p, Stop: stop, Time: at}},
	}}
}

func TestWhatAContactWantsIsKept(t *testing.T) {
	phone := message.Person{Phone: "16505551234"}
	both := message.Person{UserID: "US.13491208655302741918", Phone: "16505551234"}
	cases := []struct {
		name  string
		known *message.Person // who has written before
		tell  []message.Report
		want  bool // stopped
	}{
		{"stop", &phone, []message.Report{wish(phone, true, noon)}, true},
		{"stop, told twice", &phone, []message.Report{wish(phone, true, noon), wish(phone, true, noon)}, true},
		{"stop and resume", &phone, []message.Report{wish(phone, true, noon), wish(phone, false, noon.Add(time.Second))}, false},
		{"resume overtakes stop", &phone, []message.Report{wish(phone, false, noon.Add(time.Second)), wish(phone, true, noon)}, false},
		{"known by number alone, told with a user id", &phone, []message.Report{wish(both, true, noon)}, true},
		{"has never written", nil, []message.Report{wish(both, true, noon)}, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w, ctx := newWorld(t, noon), context.Background()
			id := conversation.ID("wa-main", both)
			if c.known != nil {
				id = conversation.ID("wa-main", *c.known)
				if err := w.Store.Record(ctx, record.Turn{Head: conversation.Head{ID: id, Home: id, Channel: "wa-main", First: noon}}); err != nil {
					t.Fatal(err)
				}
			}
			for _, r := range c.tell {
				if err := w.handle(t, r); err != nil {
					t.Fatal(err)
				}
			}
			h, err := w.Store.Head(ctx, id)
			if err != nil || h.Marketing.Stopped != c.want || h.New() != (c.known == nil) {
				t.Errorf("got %+v, %v, want stopped %v", h, err, c.want)
			}
		})
	}
}

func TestTheLimitThatAnAccountIsToldHolds(t *testing.T) {
	w, ctx := newWorld(t, noon), context.Background()
	told := message.Report{Notice: &message.Notice{Account: "102290129340398", Field: "business_capability_update", Time: noon, Value: []byte("{}"), People: 2}}
	if err := w.handle(t, told); err != nil {
		t.Fatal(err)
	}
	for i, want := range []bool{true, true, false} {
		if got, err := w.Store.Reach(ctx, "102290129340398", 0, noon); got != want || err != nil {
			t.Errorf("person %d: got %v, %v, want %v", i+1, got, err, want)
		}
	}
	if got, err := w.Store.Reach(ctx, "another", 0, noon); !got || err != nil {
		t.Errorf("another portfolio: got %v, %v, want it to have its own limit", got, err)
	}
}
