package rollup_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/conversation"
	"frontdesk/shared/message"
	"frontdesk/shared/rollup"
)

// What is by or to a test contact is in no figure; what they wrote before is.
func TestTestMessagesCountNowhere(t *testing.T) {
	test := func(m *conversation.Message) { m.Facts.Test = true }
	before := []conversation.Message{in("a", "09:00"), reply("a", "09:01")}
	after := []conversation.Message{
		in("b", "10:00", test, came(conversation.HandedOff)), person("p", "10:30", 30, test), in("c", "11:00", test, rates(5)), reply("c", "11:01", test),
	}
	receipts := []conversation.Receipt{receipt("re-a", message.Read), receipt("re-c", message.Failed, 131026), receipt("p", message.Read)}
	want := rollup.DeskDay("home", today, before, receipts)
	got := rollup.DeskDay("home", today, append(before, after...), receipts)
	if d := cmp.Diff(want, got); d != "" || len(want.Teams) != 1 {
		t.Errorf("figures of a day with test messages (-without +with):\n%s", d)
	}
	none := rollup.New(today)
	if err := none.Add(rollup.DeskDay("home", today, after, receipts)); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(rollup.New(today).Rows(), none.Rows(), cmp.AllowUnexported(rollup.Sketch{})); d != "" {
		t.Errorf("rows of test messages alone (-of a day without any +got):\n%s", d)
	}
}
