// Package wire knows how far a call of a channel's API came, and what an error about it
// may say: causes that we know by value, and the channel's words without numbers and
// without anything of what was sent.
package wire

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http/httptrace"
	"os"
	"sync/atomic"
	"syscall"

	"frontdesk/shared/message"
)

// Trace watches how far a request came.
type Trace struct{ dialled, reached atomic.Bool }

// Watch counts a request as possibly arrived from the moment it has a connection
// until writing it is known to have failed. Waiting for "written" instead would
// miss a request that is cut off between the write and the news of it. A write
// that failed leaves an incomplete body behind, which no server acts on.
func (t *Trace) Watch(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn:      func(string) { t.dialled.Store(true) },
		GotConn:      func(httptrace.GotConnInfo) { t.reached.Store(true) },
		WroteRequest: func(i httptrace.WroteRequestInfo) { t.reached.Store(i.Err == nil) },
	})
}

// MayHaveArrived trusts the trace, and without one (a transport that gives none)
// only an error that says that there never was a connection.
func (t *Trace) MayHaveArrived(err error) bool {
	if t.dialled.Load() {
		return t.reached.Load()
	}
	var op *net.OpError
	var lookup *net.DNSError
	dial := errors.As(err, &op) && op.Op == "dial"
	return !dial && !errors.As(err, &lookup) && !errors.Is(err, syscall.ECONNREFUSED)
}

// NoAnswer is the error of a call without an answer. The errors of net/http hold
// the URL, which may hold a token, and a proxy's or a transport's may hold anything, so only causes that
// we know by value are passed on.
func NoAnswer(err error, mayHaveArrived bool) *message.SendError {
	e := &message.SendError{Class: message.Retry, Reason: "the API could not be reached", Err: Cause(err)}
	if mayHaveArrived {
		e.Class, e.Reason = message.Unknown, "no answer came, the message may have gone out"
	}
	return e
}

// Cause returns what is wrong, as an error that holds nothing of the request.
func Cause(err error) error {
	for _, known := range []error{
		context.Canceled, context.DeadlineExceeded, os.ErrDeadlineExceeded, io.ErrUnexpectedEOF, io.EOF,
		syscall.ECONNREFUSED, syscall.ECONNRESET, syscall.EPIPE, syscall.EHOSTUNREACH, syscall.ENETUNREACH, net.ErrClosed,
	} {
		if errors.Is(err, known) {
			return known
		}
	}
	var lookup *net.DNSError
	var certificate *tls.CertificateVerificationError
	var timeout net.Error
	switch {
	case errors.As(err, &lookup):
		return errors.New("the name of the API host could not be resolved")
	case errors.As(err, &certificate):
		return errors.New("the API host's certificate is not trusted")
	case errors.As(err, &timeout) && timeout.Timeout():
		return os.ErrDeadlineExceeded
	}
	return fmt.Errorf("transport error of type %T", innermost(err))
}

func innermost(err error) error {
	for {
		next := errors.Unwrap(err)
		if next == nil {
			return err
		}
		err = next
	}
}
