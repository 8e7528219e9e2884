package smtp_test

import (
	"errors"
	"testing"

	"frontdesk/shared/mail/smtp"
)

func TestWhatIsKnownOfAMailThatDidNotGo(t *testing.T) {
	tests := []struct {
		name               string
		answers            map[string]string
		unknown, permanent bool
	}{
		{"no such mailbox", map[string]string{"RCPT": "550 5.1.1 no such user"}, false, true},
		{"no such mailbox, in an old server's words", map[string]string{"RCPT": "550 no such user"}, false, true},
		{"a mailbox that was shut", map[string]string{"RCPT": "550 5.2.1 disabled"}, false, true},
		{"we may not relay: nothing about the address", map[string]string{"RCPT": "550 5.7.1 relaying denied"}, false, false},
		{"the same in an old server's words", map[string]string{"RCPT": "550 Relay access denied"}, false, false},
		{"taken for spam", map[string]string{"RCPT": "554 5.7.1 blocked"}, false, false},
		{"the sender is not known", map[string]string{"RCPT": "550 5.1.8 bad sender"}, false, false},
		{"later, please", map[string]string{"RCPT": "450 4.2.1 try again"}, false, false},
		{"the sender is refused", map[string]string{"MAIL": "550 5.1.1 who are you"}, false, false},
		{"refused when it was whole: surely not taken", map[string]string{".": "554 5.6.0 no"}, false, false},
		{"no word of sense when it was whole: perhaps taken", map[string]string{".": "what"}, true, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			mailServer := server{answers: tt.answers}
			s := sender(t, "smtp://127.0.0.1")
			s.Dial = to(mailServer.start(t))
			err := s.Send(t.Context(), letter)
			var e *smtp.Error
			if !errors.As(err, &e) || e.Unknown() != tt.unknown || e.Permanent() != tt.permanent {
				t.Errorf("got %v, want unknown %v, permanent %v", err, tt.unknown, tt.permanent)
			}
		})
	}
}
