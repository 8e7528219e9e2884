package ses_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/mail/ses"
)

func sample(t testing.TB, name string) string {
	t.Helper()
	raw, err := os.ReadFile("../../../events/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestWhatSESTellsOfAMail(t *testing.T) {
	bounce, complaint := sample(t, "mail-bounce.json"), sample(t, "mail-complaint.json")
	tests := []struct {
		name, raw string
		want      ses.Event
	}{
		{"nobody has this address", bounce, ses.Event{Addresses: []string{"boss@example.com"}}},
		{"the mailbox is full: nothing to stop", strings.Replace(bounce, "Permanent", "Transient", 1), ses.Event{}},
		{"nobody knows why: nothing to stop", strings.Replace(bounce, "Permanent", "Undetermined", 1), ses.Event{}},
		{"SES itself keeps it back", strings.Replace(bounce, `"General"`, `"OnAccountSuppressionList"`, 1), ses.Event{Addresses: []string{"boss@example.com"}}},
		{"with a name", strings.Replace(bounce, `"emailAddress": "boss@example.com"`, `"emailAddress": "The boss <boss@example.com>"`, 1), ses.Event{Addresses: []string{"boss@example.com"}}},
		{"called spam", complaint, ses.Event{Complaint: true, Addresses: []string{"boss@example.com"}}},
		{"called no spam after all", strings.Replace(complaint, `"abuse"`, `"not-spam"`, 1), ses.Event{Complaint: true}},
		{"a complaint that does not say of what kind", strings.Replace(complaint, `"complaintFeedbackType": "abuse",`, "", 1), ses.Event{Complaint: true, Addresses: []string{"boss@example.com"}}},
		{"delivered", strings.Replace(bounce, `"eventType": "Bounce"`, `"eventType": "Delivery"`, 1), ses.Event{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ses.ParseEvent([]byte(tt.raw))
			if err != nil || !cmp.Equal(got, tt.want) {
				t.Errorf("got %+v, %v, want %+v", got, err, tt.want)
			}
		})
	}
}

func TestWhatIsNoEventOfSESIsRefused(t *testing.T) {
	for _, raw := range []string{"", "{}", "[]", `{"source":"aws.ec2","detail":{"eventType":"Bounce"}}`, `{"source":"aws.ses"}`, `{"source":"aws.ses","detail":{}}`} {
		if got, err := ses.ParseEvent([]byte(raw)); !errors.Is(err, ses.ErrEvent) {
			t.Errorf("%s: got %+v, %v, want ErrEvent", raw, got, err)
		}
	}
}

func FuzzParseEvent(f *testing.F) {
	f.Add([]byte(sample(f, "mail-bounce.json")))
	f.Add([]byte(sample(f, "mail-complaint.json")))
	f.Fuzz(func(t *testing.T, raw []byte) {
		got, err := ses.ParseEvent(raw)
		if err != nil && !errors.Is(err, ses.ErrEvent) {
			t.Errorf("got %v, want ErrEvent alone", err)
		}
		for _, a := range got.Addresses {
			if a == "" || err != nil {
				t.Errorf("got the address %q with %v", a, err)
			}
		}
	})
}
