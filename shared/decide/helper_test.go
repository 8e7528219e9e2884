package decide_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/decide"
	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
)

// shop is the part of a playbook that the cases share. Its company is open from
// Monday to Friday, 9 to 18 o'clock in Shanghai.
const shop = `{
	"languages": ["en", "zh-CN"],
	"templates": [{"id": "price"}, {"id": "size"}, {"id": "hello"}, {"id": "closed"}, {"id": "sorry"}, {"id": "refund"}],
	"teams": [{"id": "sales"}, {"id": "care"}],
	"hours": [{"id": "shop", "time_zone": "Asia/Shanghai", "weekly": {
		"mon": ["09:00-18:00"], "tue": ["09:00-18:00"], "wed": ["09:00-18:00"], "thu": ["09:00-18:00"], "fri": ["09:00-18:00"]},
		"exceptions": [{"date": "2026-11-26"}]}]`

var (
	// monday is a Monday noon in Shanghai, night the evening of it.
	monday = time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)
	night  = time.Date(2026, 11, 23, 14, 0, 0, 0, time.UTC)
	// tuesday is when the shop opens after that night.
	tuesday = time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC)
	// holiday is a Thursday on which the shop is closed.
	holiday = time.Date(2026, 11, 26, 4, 0, 0, 0, time.UTC)
)

// parse reads a playbook as strictly as the API does.
func parse(t testing.TB, text string) *playbook.Playbook {
	t.Helper()
	p := new(playbook.Playbook)
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(p); err != nil {
		t.Fatalf("read playbook: %v\n%s", err, text)
	}
	return p
}

// book compiles the shop with more fields, such as `"filters": […]`.
func book(t testing.TB, more ...string) *decide.Book {
	t.Helper()
	text := strings.Join(append([]string{shop}, more...), ", ") + "}"
	b, err := decide.Compile(parse(t, text), 7)
	if err != nil {
		t.Fatalf("compile: %v", err)
	}
	return b
}

// filters writes a list of filters from those that admins write.
func filters(list ...string) string { return `"filters": [` + strings.Join(list, ", ") + `]` }

// known is a contact who has written before.
func known() conversation.Head {
	return conversation.Head{ID: "c1", First: monday.AddDate(0, -1, 0), Version: 3}
}

// says is a text message.
func says(text string) message.Inbound {
	return message.Inbound{Channel: "wa-main", ID: "wamid.1", Type: "text", Text: text, From: message.Person{Phone: "16505551234"}}
}

// ids lists the filters of steps.
func ids(steps []decide.Step) string {
	var out []string
	for _, s := range steps {
		out = append(out, s.Filter)
	}
	return strings.Join(out, " ")
}
