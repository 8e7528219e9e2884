package desk_test

import (
	"strings"
	"testing"

	"frontdesk/shared/message"
)

// Who is blocked wakes nobody, whatever the same message brings about besides.
func TestWhoIsBlockedIsHandedToNobody(t *testing.T) {
	for name, c := range map[string]struct {
		book, text string
		fails      bool
	}{
		"another filter hands the same message off": {
			strings.Replace(book, `"filters": [`, `"filters": [{"id": "b", "name": "B", "when": {"contains": ["lottery"]}, "then": {"block": true}, "continue": true},`, 1), "lottery for a person", false},
		"the last reply is refused": {
			strings.Replace(book, `"then": {"reply": "price", "tag": ["prices"]}`, `"then": {"reply": "price", "block": true}`, 1), "price", true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.publish(c.book)
			if c.fails {
				w.answer = func(message.Outgoing) error { return &message.SendError{Class: message.Drop, Reason: "no"} }
			}
			_ = w.handle(w.says("1", c.text), 1)
			if h := w.head(sheena); h.Contact.Blocked == 0 || !h.HandedOff.IsZero() || !h.WaitingSince.IsZero() {
				t.Errorf("got blocked %d, handed off %v (%s), waiting since %v, want them blocked and nobody called", h.Contact.Blocked, h.HandedOff, h.Reason, h.WaitingSince)
			}
		})
	}
}
