package ses_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	awsses "github.com/aws/aws-sdk-go-v2/service/ses"
	"github.com/aws/smithy-go"

	"frontdesk/shared/mail"
	"frontdesk/shared/mail/ses"
)

type api func(*awsses.SendRawEmailInput) error

func (f api) SendRawEmail(_ context.Context, in *awsses.SendRawEmailInput, _ ...func(*awsses.Options)) (*awsses.SendRawEmailOutput, error) {
	return &awsses.SendRawEmailOutput{}, f(in)
}

var letter = mail.Envelope{From: "desk@example.com", To: "pat@example.com", MIME: []byte("Subject: Week 47\r\n\r\nsecret figures"), ID: "1@example.com"}

func TestSendsTheMailAsItIs(t *testing.T) {
	for _, set := range []string{"", "weekly"} {
		var got *awsses.SendRawEmailInput
		s := ses.New(api(func(in *awsses.SendRawEmailInput) error { got = in; return nil }), set)
		if err := s.Send(t.Context(), letter); err != nil {
			t.Fatal(err)
		}
		if string(got.RawMessage.Data) != string(letter.MIME) || *got.Source != letter.From || len(got.Destinations) != 1 || got.Destinations[0] != letter.To {
			t.Errorf("got %+v, want the envelope as it is", got)
		}
		if name := got.ConfigurationSetName; (name == nil) != (set == "") || name != nil && *name != set {
			t.Errorf("configuration set: got %v, want %q", name, set)
		}
	}
}

func TestErrorsSayWhyAndNeverWho(t *testing.T) {
	for _, c := range []struct {
		name  string
		err   error
		want  string
		cause error
	}{
		{"an unverified address", &smithy.GenericAPIError{Code: "MessageRejected", Message: "Email address is not verified: pat@example.com"},
			"SES refused the mail: MessageRejected", nil},
		{"the time is up", fmt.Errorf("to pat@example.com: %w", context.DeadlineExceeded), "send through SES: context deadline exceeded", context.DeadlineExceeded},
		{"stopped", fmt.Errorf("to pat@example.com: %w", context.Canceled), "send through SES: context canceled", context.Canceled},
		{"no connection", errors.New("dial pat@example.com secret figures"), "send through SES: no answer", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := ses.Sender{API: api(func(*awsses.SendRawEmailInput) error { return c.err })}
			err := s.Send(t.Context(), letter)
			if err == nil || err.Error() != c.want {
				t.Fatalf("got %v, want %q", err, c.want)
			}
			if c.cause != nil && !errors.Is(err, c.cause) {
				t.Errorf("got %v, want it to be %v", err, c.cause)
			}
			if dump := fmt.Sprintf("%v %+v %#v", err, err, err); strings.Contains(dump, "pat@") || strings.Contains(dump, "secret") {
				t.Errorf("the error tells too much: %s", dump)
			}
		})
	}
}
