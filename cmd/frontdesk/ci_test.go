package main

import (
	"strings"
	"testing"
)

// What a company's own CI relies on: a file that cannot go live is an error without a desk,
// one that can is none, and what is pushed in between by somebody else is not wiped out.
func TestACompanysOwnCI(t *testing.T) {
	c := newCounter(t)
	good := c.file("playbook.json", testBook)
	bad := c.file("bad.json", strings.Replace(testBook, `"expect": {"filter": "price"}`, `"expect": {"filter": "menu"}`, 1))
	desk := c.env["FRONTDESK_URL"]
	c.env["FRONTDESK_URL"] = "http://127.0.0.1:1" // nobody is there
	c.must("playbook", "test", good)
	if printed, err := c.run("playbook", "test", bad); err == nil || !strings.Contains(printed, "examples[0]") {
		t.Errorf("got %v, %s of a failing example, want an error that names it", err, printed)
	}
	c.env["FRONTDESK_URL"] = desk
	c.must("playbook", "diff", good)
	c.must("playbook", "push", good, "--publish", "--note", "0123abc")
	if printed, err := c.run("playbook", "push", bad, "--publish"); err == nil {
		t.Errorf("got %s, want a failing example refused", printed)
	}
	if _, err := c.run("playbook", "push", good, "--publish"); err == nil {
		t.Error("got a draft overwritten that somebody has changed since, want an error")
	}
	if version, _ := c.store.Live(t.Context()); version != 1 {
		t.Errorf("got version %d live, want 1", version)
	}
}
