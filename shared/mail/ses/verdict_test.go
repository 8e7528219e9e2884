package ses_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"testing"

	awsses "github.com/aws/aws-sdk-go-v2/service/ses"
	"github.com/aws/smithy-go"

	"frontdesk/shared/mail/ses"
)

func TestWhetherSESMayHaveTakenAMailThatFailed(t *testing.T) {
	dial := &net.OpError{Op: "dial", Err: errors.New("refused")}
	read := &net.OpError{Op: "read", Err: errors.New("reset")}
	tests := []struct {
		name    string
		err     error
		unknown bool
	}{
		{"SES said no", &smithy.GenericAPIError{Code: "MessageRejected", Fault: smithy.FaultClient}, false},
		{"too many at once", &smithy.GenericAPIError{Code: "Throttling", Fault: smithy.FaultClient}, false},
		{"SES is too busy", &smithy.GenericAPIError{Code: "ServiceUnavailable", Fault: smithy.FaultServer}, false},
		{"SES failed on its way", &smithy.GenericAPIError{Code: "InternalFailure", Fault: smithy.FaultServer}, true},
		{"no connection", fmt.Errorf("send: %w", dial), false},
		{"the time was up before there was a connection", errors.Join(context.DeadlineExceeded, dial), false},
		{"the connection broke", fmt.Errorf("send: %w", read), true},
		{"no answer in time", context.DeadlineExceeded, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := ses.Sender{API: api(func(*awsses.SendRawEmailInput) error { return tt.err })}
			var e *ses.Error
			if err := s.Send(t.Context(), letter); !errors.As(err, &e) || e.Unknown() != tt.unknown {
				t.Errorf("got %v, want unknown %v", err, tt.unknown)
			}
		})
	}
}

func TestTheSDKSendsNothingAgainByItself(t *testing.T) {
	var o awsses.Options
	ses.Once(&o)
	if n := o.Retryer.MaxAttempts(); n != 1 {
		t.Errorf("got %d attempts, want one", n)
	}
}
