// Package ses sends mails through Amazon SES as they are (SendRawEmail). It
// refuses nothing of its own; what SES refuses comes back as an [*Error] that
// names SES's error code and nothing else, for its messages quote addresses.
package ses

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ses"
	"github.com/aws/aws-sdk-go-v2/service/ses/types"
	"github.com/aws/smithy-go"

	"frontdesk/shared/mail"
)

// API is the one call of SES that is made. [*ses.Client] has it.
type API interface {
	SendRawEmail(context.Context, *ses.SendRawEmailInput, ...func(*ses.Options)) (*ses.SendRawEmailOutput, error)
}

// Sender sends through SES.
type Sender struct {
	API API
	// ConfigurationSet is where SES reports bounces and complaints; may be empty.
	ConfigurationSet string
}

// Once keeps the SDK from sending a mail again by itself when no answer came: SES may have
// taken it. Pass it to [ses.NewFromConfig].
func Once(o *ses.Options) { o.Retryer = aws.NopRetryer{} }

// New makes a sender; configurationSet may be empty.
func New(api API, configurationSet string) *Sender {
	return &Sender{API: api, ConfigurationSet: configurationSet}
}

// Error is why SES did not take a mail.
type Error struct {
	// Code is SES's own (MessageRejected, Throttling…); empty when no answer came.
	Code string
	// cause is kept only when it is the end of the context.
	cause error
	// unsent is true when SES has surely not taken the mail.
	unsent bool
}

func (e *Error) Error() string {
	switch {
	case e.Code != "":
		return "SES refused the mail: " + e.Code
	case e.cause != nil:
		return fmt.Sprintf("send through SES: %v", e.cause)
	}
	return "send through SES: no answer"
}

// Unknown reports that SES may have taken the mail: no answer came on a connection that stood,
// or SES failed on its way.
func (e *Error) Unknown() bool { return !e.unsent }

// Unwrap returns context.Canceled or context.DeadlineExceeded, or nil.
func (e *Error) Unwrap() error { return e.cause }

// Send sends one mail. SES may have sent it although an error without a code
// comes back.
func (s *Sender) Send(ctx context.Context, e mail.Envelope) error {
	in := &ses.SendRawEmailInput{
		Source:       aws.String(e.From),
		Destinations: []string{e.To},
		RawMessage:   &types.RawMessage{Data: e.MIME},
	}
	if s.ConfigurationSet != "" {
		in.ConfigurationSetName = aws.String(s.ConfigurationSet)
	}
	if _, err := s.API.SendRawEmail(ctx, in); err != nil {
		return scrub(err)
	}
	return nil
}

func scrub(err error) *Error {
	var refused smithy.APIError
	if errors.As(err, &refused) {
		return &Error{Code: refused.ErrorCode(), unsent: decided(refused)}
	}
	for _, end := range []error{context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, end) {
			return &Error{cause: end, unsent: undialled(err)}
		}
	}
	return &Error{unsent: undialled(err)}
}

// decided reports that SES looked at the mail and did not take it. Fault is the server's for
// answers of 500 and more, of which one is as clear: too much at once.
func decided(err smithy.APIError) bool {
	switch err.ErrorCode() {
	case "Throttling", "ThrottlingException", "ServiceUnavailable":
		return true
	case "InternalFailure", "InternalServerError", "InternalError":
		return false
	}
	return err.ErrorFault() != smithy.FaultServer
}

// undialled reports that there was no connection to SES.
func undialled(err error) bool {
	var at *net.OpError
	return errors.As(err, &at) && at.Op == "dial"
}
