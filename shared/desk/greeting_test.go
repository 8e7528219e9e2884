package desk_test

import (
	"testing"

	"frontdesk/shared/live"
)

// Out of hours a new contact may be greeted in the same message, and nobody else is.
func TestGreetingAndAwayInOneMessage(t *testing.T) {
	w := newWorld(t)
	w.publish(`{"away": {"reply": "team", "calendar": "sunday", "new_contact": "both"}, "welcome": {"reply": "price"},` +
		`"hours": [{"id": "sunday", "time_zone": "Asia/Shanghai", "weekly": {"sun": ["09:00-10:00"]}}],` + book[1:len(book)-len(`"hours": [], "teams": [{"id": "care", "name": "Care"}]
}`)] + `"teams": [{"id": "care", "name": "Care"}]}`)
	w.pass(live.MaxAge)
	w.mustHandle(w.says("A", "hello?"))
	w.mustHandle(w.says("B", "hello?"))
	if len(w.sent) != 1 || w.sent[0].Content.Text != "Hello Sheena, tea is 9 a box.\n\nA colleague will answer." {
		t.Errorf("got %+v, want one message with both texts", w.sent)
	}
}
