package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdesk/shared/playbook"
	"frontdesk/shared/publish"
)

// bookWithHours is testBook with a calendar that has one date of its own.
var bookWithHours = strings.Replace(testBook, `"hours": []`, `"hours": [{"id": "shop", "name": "Shop", "time_zone": "Asia/Shanghai",
    "weekly": {"mon": ["09:00-18:00"], "tue": ["10:00-16:00"]}, "exceptions": [{"date": "2026-10-03", "name": "Our fair", "spans": ["10:00-14:00"]}]}]`, 1)

const (
	chinese     = "../../shared/ical/testdata/apple-cn.ics"
	chineseJSON = "../../shared/holidays/testdata/sample-2026.json"
)

// What people see who keep their playbook as YAML, and who bring holidays into it.
func TestYAMLAndHoursCommand(t *testing.T) {
	c := newCounter(t)
	c.must("playbook", "push", c.file("book.json", bookWithHours))
	var said strings.Builder
	say := func(args ...string) {
		printed, _ := c.run(args...)
		fmt.Fprintf(&said, "$ frontdesk %s\n%s\n", strings.Join(args, " "), printed)
	}
	book := filepath.Join(c.folder, "book.yaml")
	say("playbook", "pull", book)
	text, err := os.ReadFile(book)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(&said, "$ cat %s\n%s\n", book, text)
	say("playbook", "test", book)
	say("playbook", "push", book, "--publish", "--note", "from YAML")
	slips := strings.NewReplacer("reply: menu", "reply: meny", "whole_word: [price]", "whole_wrod: [price]", "hand_off: true", "hand_off: yes").Replace(string(text))
	broken := c.file("slips.yaml", slips)
	say("playbook", "test", broken)
	say("playbook", "push", "--force", broken)
	say("playbook", "push", c.file("tab.yaml", "languages:\n\t- en\n"))
	span := []string{"--from", "2026-09-15", "--to", "2026-10-31", "--calendar", "shop"}
	hours := func(more ...string) { say(append(append([]string{"playbook", "hours", chinese}, span...), more...)...) }
	hours("--in", book, "--dry-run")
	hours("--in", book)
	hours("--in", book)
	say("playbook", "test", book)
	hours("--in", book, "--replace", "--workday", "tue")
	hours("--workday", "sun")
	hours()
	say("playbook", "hours", chinese, "--calendar", "shpo")
	say("playbook", "hours", c.file("broken.ics", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE\nEND:VEVENT\nEND:VCALENDAR\n"), "--calendar", "shop")
	say("playbook", "hours", c.file("broken.json", "{\"days\": [\n{\"date\": \"2026-10-32\", \"isOffDay\": true}\n]}"), "--calendar", "shop")
	say(append([]string{"playbook", "hours", chineseJSON, "--dry-run"}, span...)...)
	say("playbook", "hours", chinese)
	say("playbook", "test", book, "--calendar", "shop")
	commented := c.file("commented.yaml", "# our own\n"+string(text))
	hours("--in", commented)
	if after, _ := os.ReadFile(commented); string(after) != "# our own\n"+string(text) {
		t.Error("a file with comments was changed")
	}
	c.goldenText("yaml.txt", said.String())
}

// A draft that went through a YAML file is the draft that it was.
func TestWhatIsPulledAsYAMLCanBePushed(t *testing.T) {
	c := newCounter(t)
	demo, err := os.ReadFile(demoBook)
	if err != nil {
		t.Fatal(err)
	}
	c.must("playbook", "push", c.file("book.json", string(demo)))
	first := c.must("playbook", "pull")
	book := filepath.Join(c.folder, "book.yml")
	c.must("playbook", "pull", book)
	c.must("playbook", "push", book)
	if second := c.must("playbook", "pull"); second != first {
		t.Error("the draft has changed on its way")
	}
}

// Holidays in a JSON file: what was there stays, the days are in order, and it can go live.
func TestHoursIntoAJSONFile(t *testing.T) {
	c := newCounter(t)
	book := c.file("book.json", bookWithHours)
	c.must("playbook", "hours", chinese, "--calendar", "shop", "--in", book, "--from", "2026-01-01", "--to", "2026-12-31")
	data, err := os.ReadFile(book)
	if err != nil {
		t.Fatal(err)
	}
	p, faults := publish.Load(data)
	if len(faults) > 0 {
		t.Fatalf("got %+v", faults)
	}
	open, before := map[string]playbook.Exception{}, ""
	for _, e := range p.Hours[0].Exceptions {
		if e.Date <= before {
			t.Errorf("%s stands behind %s", e.Date, before)
		}
		open[e.Date], before = e, e.Date
	}
	for date, want := range map[string]string{"2026-10-01": "closed", "2026-10-10": "open 09:00-18:00", "2026-10-03": "open 10:00-14:00"} {
		if got := openAt(open[date]); got != want {
			t.Errorf("%s: got %s, want %s", date, got, want)
		}
	}
	if len(open) != 39 {
		t.Errorf("got %d dates, want the 33 days off and 6 workdays of 2026", len(open))
	}
	c.must("playbook", "test", book)
}

// The two kinds of file that are around bring the same dates; only the names differ.
func TestHoursOfBothKindsOfFile(t *testing.T) {
	c := newCounter(t)
	var got [2][]playbook.Exception
	for i, file := range []string{"../../shared/holidays/testdata/sample-2026.ics", chineseJSON} {
		book := c.file(fmt.Sprintf("book%d.json", i), bookWithHours)
		c.must("playbook", "hours", file, "--calendar", "shop", "--in", book, "--from", "2026-01-01", "--to", "2026-12-31", "--replace")
		c.must("playbook", "test", book)
		data, err := os.ReadFile(book)
		if err != nil {
			t.Fatal(err)
		}
		p, faults := publish.Load(data)
		if len(faults) > 0 {
			t.Fatalf("got %+v", faults)
		}
		got[i] = p.Hours[0].Exceptions
	}
	if len(got[0]) != 39 || len(got[1]) != 39 {
		t.Fatalf("got %d and %d dates, want 39", len(got[0]), len(got[1]))
	}
	for i, e := range got[0] {
		if j := got[1][i]; e.Date != j.Date || openAt(e) != openAt(j) {
			t.Errorf("got %s %s of iCal and %s %s of JSON", e.Date, openAt(e), j.Date, openAt(j))
		}
	}
}
