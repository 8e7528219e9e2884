package wecom

import (
	"errors"
	"net/url"
	"strings"
	"testing"
)

func TestTheQueryOfACallback(t *testing.T) {
	whole := Query{Signature: vectorSignature, Timestamp: vectorTimestamp, Nonce: vectorNonce, Echo: vectorEcho}
	post := whole
	post.Echo = ""
	base := "msg_signature=" + vectorSignature + "&timestamp=" + vectorTimestamp + "&nonce=" + vectorNonce
	for _, c := range []struct {
		name, raw string
		want      Query
		err       error
	}{
		{"a POST", base, post, nil},
		{"a GET, percent-encoded", base + "&echostr=" + url.QueryEscape(vectorEcho), whole, nil},
		{"a plus that was not encoded", base + "&echostr=" + vectorEcho, whole, nil},
		{"fields that we do not know", "a=1&" + base + "&b", post, nil},
		{"any order", "nonce=" + vectorNonce + "&timestamp=" + vectorTimestamp + "&msg_signature=" + vectorSignature, post, nil},
		{"nothing", "", Query{}, ErrQuery},
		{"no signature", "timestamp=1&nonce=2", Query{}, ErrQuery},
		{"no time", "msg_signature=1&nonce=2", Query{}, ErrQuery},
		{"no nonce", "msg_signature=1&timestamp=2", Query{}, ErrQuery},
		{"a field twice", base + "&nonce=1", Query{}, ErrQuery},
		{"a broken percent sign", base + "&echostr=%zz", Query{}, ErrQuery},
		{"too long", base + "&a=" + strings.Repeat("x", maxQuery), Query{}, ErrQuery},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := ParseQuery(c.raw)
			if got != c.want || !errors.Is(err, c.err) {
				t.Errorf("got %+v and %v, want %+v and %v", got, err, c.want, c.err)
			}
		})
	}
	if got, err := ParseQuery(whole.Encode()); got != whole || err != nil {
		t.Errorf("written and read: got %+v and %v, want %+v", got, err, whole)
	}
}
