package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/admin"
	"frontdesk/shared/deadletter"
	"frontdesk/shared/inbox"
	"frontdesk/shared/table"
)

// bury keeps a dead letter.
func (c *counter) bury(queue, job, body, reason string) {
	c.t.Helper()
	if err := c.keeper.Bury(c.t.Context(), queue, inbox.Job{ID: job, Group: "home", Body: []byte(body)}, reason); err != nil {
		c.t.Fatal(err)
	}
}

func TestDeadlettersCommand(t *testing.T) {
	c := newCounter(t)
	var said strings.Builder
	say := func(args ...string) string {
		printed, _ := c.run(args...)
		fmt.Fprintf(&said, "$ frontdesk %s\n%s\n", strings.Join(args, " "), printed)
		return printed
	}
	say("deadletters", "list")
	c.bury("inbox", "wa-main/wamid.HBgLMTY1MDU1NTEyMzQ=", `{"text": "my secret question"}`, "the desk gave up")
	c.bury("inbox", "b", "two", "the desk gave up")
	c.bury("receipts", "c", "three", "to +16505551234: refused")
	listed := say("deadletters", "list")
	first, _, _ := strings.Cut(listed, " ")
	say("deadletters", "list", "--count")
	say("deadletters", "list", "--queue", "receipts")
	say("deadletters", "list", "--reason", "gave up", "--count")
	say("deadletters", "show", first)
	say("deadletters", "retry", first)
	say("deadletters", "retry", first)
	say("deadletters", "retry", "--reason", "gave up")
	say("deadletters", "retry", "--all")
	left, _, _ := strings.Cut(say("deadletters", "list"), " ")
	say("deadletters", "drop", left)
	say("deadletters", "retry", "--all")
	say("deadletters", "retry")
	c.goldenText("deadletters.txt", said.String())
	if d := cmp.Diff([]string{`{"text": "my secret question"}`, "two"}, c.back); d != "" {
		t.Errorf("put back (-want +got):\n%s", d)
	}
	for _, private := range []string{"HBgL", "secret question", "16505551234", "home"} {
		if strings.Contains(strings.ReplaceAll(listed, "home", ""), private) {
			t.Errorf("got %q in the list, want nothing of anybody", private)
		}
	}
}

// TestUsesOfDeadletters: words and flags that do not belong together are refused
// before anything is asked.
func TestUsesOfDeadletters(t *testing.T) {
	c := newCounter(t)
	c.server.Close()
	for _, line := range []string{
		"", "bury", "list x", "list --all", "show", "show x --all", "show x --reason y", "show x y", "show x --count",
		"retry", "retry x --all", "retry x --queue inbox", "retry --all --reason y", "retry --all --count",
		"drop", "drop --all", "drop --reason y", "drop x --json", "drop x y",
	} {
		printed, err := c.run(append([]string{"deadletters"}, strings.Fields(line)...)...)
		if err == nil || !strings.Contains(printed, "usage: ") {
			t.Errorf("deadletters %s: got %q, want how it is used", line, printed)
		}
	}
}

// TestDeadlettersForScripts: JSON on standard output, and the end status.
func TestDeadlettersForScripts(t *testing.T) {
	c := newCounter(t)
	read := func(out any, wantErr bool, args ...string) {
		t.Helper()
		printed, err := c.run(append([]string{"deadletters", "--json"}, args...)...)
		if (err != nil) != wantErr {
			t.Errorf("%v: got error %v, want one: %t", args, err, wantErr)
		}
		if err := json.NewDecoder(strings.NewReader(printed)).Decode(out); err != nil {
			t.Errorf("%v: got %q, want JSON first: %v", args, printed, err)
		}
	}
	var list []admin.DeadLetter
	read(&list, false, "list")
	if list == nil {
		t.Error("no dead letters: got null, want []")
	}
	c.bury("inbox", "a", "one", "the desk gave up")
	c.bury("receipts", "b", "two", "gave up after 12 attempts")
	read(&list, false, "list")
	if len(list) != 2 || list[0].Queue != "inbox" || list[0].Body != "" {
		t.Fatalf("list: got %+v", list)
	}
	var one admin.DeadLetter
	if read(&one, false, "show", list[0].ID); one.Body != "one" {
		t.Errorf("show: got %+v", one)
	}
	var counts []deadCount
	read(&counts, false, "list", "--count")
	if d := cmp.Diff([]deadCount{{"inbox", "the desk gave up", 1}, {"receipts", "gave up after 12 attempts", 1}}, counts); d != "" {
		t.Errorf("list --count (-want +got):\n%s", d)
	}
	var done admin.Retried
	if read(&done, true, "retry", "--all"); len(done.PutBack) != 1 || len(done.Left) != 1 || done.Left[0].ID != list[1].ID {
		t.Errorf("retry --all: got %+v", done)
	}
	if read(&done, false, "retry", list[0].ID); len(done.Gone) != 1 {
		t.Errorf("retry of one that is gone: got %+v", done)
	}
}

// TestThousandsAfterAnOutage: they come back in the order of their deaths, and a
// queue that is full in the middle loses and reorders none.
func TestThousandsAfterAnOutage(t *testing.T) {
	c := newCounter(t)
	const n = 450
	var want []string
	for i := range n {
		body := fmt.Sprint("message ", i)
		want = append(want, body)
		c.bury(deadletter.Inbox, fmt.Sprint("job ", i), body, "the desk gave up: the channel is down")
	}
	full := false
	c.keeper.Back[deadletter.Inbox] = func(_ context.Context, job inbox.Job) error {
		if len(c.back) == 250 && !full {
			full = true // for this one job
			return table.ErrBusy
		}
		c.back = append(c.back, string(job.Body))
		return nil
	}
	printed, err := c.run("deadletters", "retry", "--reason", "the channel is down")
	if err == nil || !strings.Contains(printed, "250 dead letters put back.") || !strings.Contains(printed, "200 of 450 dead letters could not be put back") {
		t.Errorf("a queue that is full: got %v, %s", err, printed)
	}
	if printed := c.must("deadletters", "retry", "--reason", "the channel is down"); !strings.Contains(printed, "200 dead letters put back.") {
		t.Errorf("when there is room again: got %s", printed)
	}
	if d := cmp.Diff(want, c.back); d != "" {
		t.Errorf("put back, in order (-want +got):\n%s", d)
	}
}
