package record_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"frontdesk/shared/conversation"
	"frontdesk/shared/message"
	"frontdesk/shared/record"
)

// What is left out of a message that is read for figures alone. A field that is neither
// here nor read fails the test: decide whether a figure needs it.
var notCounted = cmpopts.IgnoreFields(conversation.Message{}, "ChannelID", "Choice", "Body", "Extra", "ReplyTo", "Content", "Withheld", "By",
	"Language", "Playbook", "Draft", "Effects", "Claim")

func TestWhatFiguresAreMadeOfIsReadWhole(t *testing.T) {
	s, ctx := open(t), context.Background()
	asked := inbound(home, 1)
	asked.Conversation, asked.Group, asked.Outcome, asked.Filter = home, "a group", conversation.Replied, "prices"
	asked.Facts = conversation.Facts{Day: "2026-11-18", Week: "2026-W47", Hour: 12, Team: "care", Opened: true, FirstOfWeek: true, Tags: []string{"tea"}, Language: "en"}
	reply := conversation.Message{
		ID: conversation.NewID(noon.Add(2*time.Minute), []byte("reply")), Conversation: home, Channel: "wa-main", Direction: conversation.Out,
		Source: conversation.ByFilter, At: noon.Add(2 * time.Minute), Type: "text", InReplyTo: asked.ID, Template: "prices", Unproven: 1,
		Facts: conversation.Facts{Day: "2026-11-18", Answers: true, First: true, Waited: 60_000, WaitedOpen: 30_000, ByBot: true},
	}
	failed := conversation.Receipt{ReplyID: reply.ID, Receipt: message.Receipt{Status: message.Failed, Time: noon, Faults: []message.Fault{{Code: 131026, Title: "no"}}}}
	read := conversation.Receipt{ReplyID: reply.ID, Receipt: message.Receipt{Status: message.Read, Time: noon, Pricing: &message.Pricing{Billable: true, Category: "utility"}}}
	delivered := conversation.Receipt{ReplyID: reply.ID, Receipt: message.Receipt{Status: message.Delivered, Time: noon, Participant: "somebody"}}
	ended := conversation.Receipt{ReplyID: conversation.NewID(noon.Add(3*time.Minute), []byte("ended")), Receipt: message.Receipt{Status: conversation.StatusEnded},
		Ended: &conversation.Ended{Day: "2026-11-18", Team: "care", Took: 5}}
	head := conversation.Head{ID: home, Home: home, Channel: "wa-main", LastInbound: noon}
	if err := s.Record(ctx, record.Turn{Head: head, New: []conversation.Message{asked, reply}, Receipts: []conversation.Receipt{failed, read, delivered, ended}}); err != nil {
		t.Fatal(err)
	}
	messages, receipts, err := s.Counted(ctx, home, noon, noon.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	version := cmpopts.IgnoreFields(conversation.Message{}, "Version")
	if d := cmp.Diff([]conversation.Message{asked, reply}, messages, notCounted, version); d != "" {
		t.Errorf("messages (-want +got):\n%s", d)
	}
	who := cmpopts.IgnoreFields(message.Receipt{}, "Time", "Participant")
	if d := cmp.Diff([]conversation.Receipt{failed, read, delivered, ended}, receipts, who, cmpopts.SortSlices(func(a, b conversation.Receipt) bool { return a.Status < b.Status })); d != "" {
		t.Errorf("receipts (-want +got):\n%s", d)
	}
	if messages, receipts, err = s.Counted(ctx, home, noon.Add(time.Hour), noon.Add(2*time.Hour)); err != nil || len(messages)+len(receipts) != 0 {
		t.Errorf("got %v, %v, %v, want nothing of an hour later", messages, receipts, err)
	}
}
