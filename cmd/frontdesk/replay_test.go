package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/message"
	"frontdesk/shared/record"
	"frontdesk/shared/week"
)

// wrote stores what a customer wrote some time ago.
func (c *counter) wrote(phone string, ago time.Duration, text string) {
	c.t.Helper()
	at := c.now.Add(-ago).Truncate(time.Minute)
	from := message.Person{Phone: phone}
	m := message.Inbound{Channel: demoChannel, ID: "wamid." + phone, From: from, Time: at}
	home := conversation.ID(demoChannel, from)
	stored := conversation.Message{
		ID: conversation.InboundID(m), Conversation: home, Channel: demoChannel, ChannelID: m.ID, Direction: conversation.In,
		At: at, Type: "text", Text: text, Outcome: conversation.Replied, Facts: conversation.Facts{Day: week.Day(at, time.UTC), FirstEver: true},
	}
	err := c.store.Record(c.t.Context(), record.Turn{
		Head: conversation.Head{ID: home, Home: home, Channel: demoChannel}, Home: home, New: []conversation.Message{stored}, Days: []string{stored.Facts.Day},
	})
	if err != nil {
		c.t.Fatal(err)
	}
}

func TestReplayCommand(t *testing.T) {
	c := newCounter(t)
	c.must("playbook", "push", c.file("book.json", testBook), "--publish")
	for i, text := range []string{"the price?", "a person please", "what is the price", "hello"} {
		c.wrote(fmt.Sprintf("1650555%04d", 100+i), time.Duration(i+1)*time.Hour, text)
	}
	draft := strings.Replace(testBook, `"whole_word": ["person"]`, `"whole_word": ["human"]`, 1)
	draft = strings.Replace(draft, `"then": {"reply": "price"}`, `"then": {"reply": "menu", "assign": "care"}`, 1)
	c.must("playbook", "push", "--force", c.file("draft.json", draft))
	var said strings.Builder
	for _, args := range [][]string{
		{"playbook", "replay"}, {"playbook", "replay", "--days", "1", "--on", "1"}, {"playbook", "replay", "--on", "9"},
		{"playbook", "replay", "--days", "90"}, {"playbook", "replay", "book.json"}, {"playbook", "pull", "--days", "3"},
	} {
		printed, _ := c.run(args...)
		fmt.Fprintf(&said, "$ frontdesk %s\n%s\n", strings.Join(args, " "), printed)
	}
	c.goldenText("replay.txt", said.String())
}
