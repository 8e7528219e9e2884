package whatsapp

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"frontdesk/shared/message"
)

// answer is what the Graph API, or something before it, said.
type answer struct {
	status int
	header http.Header
	body   []byte
	cut    error // the connection broke while reading the body
	// scrub takes out of Meta's words what must not be in an error.
	scrub func(string) string
}

// graphError is the error of an answer. Meta, support/error-codes page: decide on
// the code; details explain it.
type graphError struct {
	Code    *int
	Message string
	Details string
}

// read returns the id of the accepted message, or why there is none.
func (a answer) read() (id string, failed *message.SendError) {
	valid := a.cut == nil && json.Valid(a.body)
	doc := a.body
	if !valid {
		doc = nil
	}
	doc = skip(doc)
	if e := field(doc, "error"); first(e) == '{' {
		return "", a.refused(readError(e))
	}
	if a.status/100 != 2 {
		return "", a.strange()
	}
	for m := list(field(doc, "messages")); m.next(); {
		if id = text(field(m.value, "id")); id != "" {
			return id, nil
		}
	}
	return "", &message.SendError{Class: message.Unknown, Reason: "the API accepted the message, but its answer has no message id"}
}

func readError(raw []byte) graphError {
	e := graphError{Message: text(field(raw, "message")), Details: text(field(field(raw, "error_data"), "details"))}
	if code, ok := integer(field(raw, "code")); ok {
		n := int(code)
		e.Code = &n
	}
	return e
}

// refused is the error of an answer that has one in Graph's own form: the message
// did not go out.
func (a answer) refused(e graphError) *message.SendError {
	failed := &message.SendError{Class: a.byStatus(), Reason: "a code we do not know", After: a.retryAfter()}
	if a.status/100 == 2 { // neither accepted nor refused in any documented way
		failed.Class = message.Unknown
	}
	if e.Code != nil {
		failed.Code = *e.Code
		if c, known := Explain(*e.Code); known {
			failed.Class, failed.Reason = c.Class, c.Meaning
		}
	}
	if details := or(e.Details, e.Message); details != "" {
		failed.Reason += ": " + a.scrub(details)
	}
	return failed
}

// byStatus is the class of a code that is not in the table.
func (a answer) byStatus() message.Class {
	switch {
	case a.status == http.StatusTooManyRequests, a.status >= 500:
		return message.Retry
	case a.status == http.StatusUnauthorized, a.status == http.StatusForbidden:
		return message.Stop
	}
	return message.Bug
}

// strange is the error of an answer that Graph did not write: a proxy, a gateway
// or a wrong address. Behind a 5xx or 408 the message may have gone out; where
// nobody at the address speaks Graph, an operator must look.
func (a answer) strange() *message.SendError {
	failed := &message.SendError{Class: message.Stop, After: a.retryAfter()}
	switch {
	case a.status >= 500, a.status == http.StatusRequestTimeout, a.cut != nil:
		failed.Class = message.Unknown
	case a.status == http.StatusTooManyRequests:
		failed.Class = message.Retry
	}
	failed.Reason = "status " + strconv.Itoa(a.status) + " without an answer of the Graph API"
	return failed
}

// maxAfter bounds what we let a server make us wait.
const maxAfter = 24 * time.Hour

// retryAfter reads Retry-After: seconds, or a date, which is taken relative to
// the answer's own Date so that clocks need not agree.
func (a answer) retryAfter() time.Duration {
	value := strings.TrimSpace(a.header.Get("Retry-After"))
	if s, err := strconv.ParseInt(value, 10, 64); err == nil {
		return bounded(time.Duration(min(max(s, 0), int64(maxAfter/time.Second))) * time.Second)
	}
	until, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	now, err := http.ParseTime(a.header.Get("Date"))
	if err != nil {
		return 0
	}
	return bounded(until.Sub(now))
}

func bounded(d time.Duration) time.Duration { return min(max(d, 0), maxAfter) }
