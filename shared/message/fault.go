package message

import (
	"fmt"
	"time"
)

// Class says what to do about a send that failed. It is decided once, by the
// adapter that knows the channel's error codes, and travels with the error.
type Class string

// The classes of failure.
const (
	// Retry: nothing was sent; the same payload may go out after a pause.
	Retry Class = "retry"
	// Slow: nothing was sent; the whole channel is asked for more than it takes.
	Slow Class = "slow"
	// RetryPair: only this recipient must wait (WhatsApp 131056).
	RetryPair Class = "retry_pair"
	// RetryLong: not within hours (marketing caps, spam rate); never loop.
	RetryLong Class = "retry_long"
	// Refresh: nothing was sent because the access token has run out; fetch a new
	// one and send once more. Refused again with a fresh token, it is a [Stop].
	Refresh Class = "refresh"
	// SwitchForm: this form cannot be sent now; another may (WhatsApp 131047:
	// the service window is shut, use the approved template).
	SwitchForm Class = "switch_form"
	// Drop: this recipient cannot be reached with it; keep the reason.
	Drop Class = "drop"
	// OptedOut: this contact wants no marketing, now and later.
	OptedOut Class = "opted_out"
	// Bug: our request was wrong; alert, do not repeat.
	Bug Class = "bug"
	// Stop: the channel is unusable until an operator acts (token, permission,
	// account locked).
	Stop Class = "stop"
	// Unknown: the request may have been carried out (time-out, connection cut).
	// Look for a receipt before sending again.
	Unknown Class = "unknown"
)

// SendError is why a send failed. Its text never holds a token, an address or
// what the message said.
type SendError struct {
	Class Class
	// Code is the channel's own error code; 0 when there was none.
	Code int
	// Reason is the channel's title or a plain sentence of ours.
	Reason string
	// After is how long the channel asked us to wait (Retry-After); 0 if it did not.
	After time.Duration
	// Shared says that the whole channel is concerned, not this message: it waits, and
	// the attempt does not count against it.
	Shared bool
	// Err is the cause, scrubbed by the adapter; may be nil.
	Err error
}

func (e *SendError) Error() string {
	switch {
	case e.Code != 0:
		return fmt.Sprintf("send refused with code %d (%s): %s", e.Code, e.Class, e.Reason)
	case e.Err != nil:
		return fmt.Sprintf("send failed (%s): %s: %v", e.Class, e.Reason, e.Err)
	}
	return fmt.Sprintf("send failed (%s): %s", e.Class, e.Reason)
}

// Unwrap returns the cause.
func (e *SendError) Unwrap() error { return e.Err }
