package wecom

import (
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Query is what WeCom adds to the callback address. Echo is there only when it
// checks the address (GET).
type Query struct{ Signature, Timestamp, Nonce, Echo string }

// maxQuery bounds the query string in bytes; WeCom's have about 300.
const maxQuery = 4096

// ErrQuery says that a query string is not that of a callback.
var ErrQuery = errors.New("the query has no msg_signature, timestamp and nonce, or has one of them twice, or is malformed")

// ParseQuery reads a raw query string. Percent signs are decoded once, and a plus
// stays a plus: it belongs to the Base64 of echostr (W:90930).
func ParseQuery(raw string) (Query, error) {
	if len(raw) > maxQuery {
		return Query{}, ErrQuery
	}
	var q Query
	for raw != "" {
		var part string
		part, raw, _ = strings.Cut(raw, "&")
		name, value, _ := strings.Cut(part, "=")
		if err := q.set(name, value); err != nil {
			return Query{}, err
		}
	}
	if q.Signature == "" || q.Timestamp == "" || q.Nonce == "" {
		return Query{}, ErrQuery
	}
	return q, nil
}

func (q *Query) set(name, value string) error {
	field := q.field(name)
	if field == nil {
		return nil
	}
	decoded, err := url.PathUnescape(value)
	if err != nil || *field != "" {
		return ErrQuery
	}
	*field = decoded
	return nil
}

func (q *Query) field(name string) *string {
	switch name {
	case "msg_signature":
		return &q.Signature
	case "timestamp":
		return &q.Timestamp
	case "nonce":
		return &q.Nonce
	case "echostr":
		return &q.Echo
	}
	return nil
}

// time is the timestamp, in UTC; zero when it is none.
func (q Query) time() time.Time {
	n, err := strconv.ParseInt(q.Timestamp, 10, 64)
	if err != nil || n <= 0 || n > lastSecond {
		return time.Time{}
	}
	return time.Unix(n, 0).UTC()
}

// Encode writes the query as WeCom does, for the sandbox.
func (q Query) Encode() string {
	s := "msg_signature=" + escape(q.Signature) + "&timestamp=" + escape(q.Timestamp) + "&nonce=" + escape(q.Nonce)
	if q.Echo != "" {
		s += "&echostr=" + escape(q.Echo)
	}
	return s
}

// escape leaves no plus, which [ParseQuery] would take as one.
func escape(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
