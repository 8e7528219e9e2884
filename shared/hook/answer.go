package hook

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"frontdesk/shared/message"
)

// longestAfter bounds what an answer can ask for.
const longestAfter = 24 * time.Hour

// verdict says what an answer means; nil when the message was taken.
func verdict(resp *http.Response, now time.Time) *message.SendError {
	code := resp.StatusCode
	failed := &message.SendError{Class: message.Bug, Code: code, Reason: "the webhook's address refuses the message"}
	switch {
	case code >= 200 && code < 300:
		return nil
	case code >= 300 && code < 400:
		failed.Reason = "the webhook's address leads elsewhere; set the new one"
	case code == http.StatusGone:
		failed.Class, failed.Reason = message.Stop, "the receiver wants no more webhooks"
	case later(code):
		failed.Class, failed.Reason = message.Retry, "the webhook's address takes nothing now"
		failed.After = after(resp.Header.Get("Retry-After"), now)
	}
	return failed
}

func later(code int) bool {
	switch code {
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
		return true
	}
	return code >= 500
}

// after reads Retry-After: seconds or a date (RFC 9110, 10.2.3); 0 for what is neither.
func after(value string, now time.Time) time.Duration {
	value = strings.TrimSpace(value)
	if n, err := strconv.ParseUint(value, 10, 63); err == nil {
		return time.Duration(min(n, uint64(longestAfter/time.Second))) * time.Second
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	return min(max(at.Sub(now), 0), longestAfter)
}
