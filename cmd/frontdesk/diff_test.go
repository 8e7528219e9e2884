package main

import (
	"fmt"
	"strings"
	"testing"
)

// What has changed is read in both languages, of what the desk has and of a file.
func TestPlaybookDiffCommand(t *testing.T) {
	c := newCounter(t)
	c.must("playbook", "push", c.file("book.json", testBook), "--publish")
	dearer := c.file("dearer.json", strings.Replace(testBook, "9 a box", "11 a box", 1))
	var said strings.Builder
	say := func(args ...string) {
		printed, _ := c.run(args...)
		fmt.Fprintf(&said, "$ frontdesk %s\n%s\n", strings.Join(args, " "), printed)
	}
	say("playbook", "diff")
	say("playbook", "diff", dearer)
	c.must("playbook", "push", dearer)
	say("playbook", "diff", "--language", "zh-CN")
	say("playbook", "push", dearer, "--publish")
	say("playbook", "diff", "--from", "1", "--to", "live")
	say("playbook", "diff", dearer, "--from", "draft")
	say("playbook", "diff", "--from", "9")
	say("playbook", "diff", dearer, "--to", "live")
	say("playbook", "diff", c.file("malformed.json", `{"filtres": []}`))
	c.goldenText("diff.txt", said.String())
}
