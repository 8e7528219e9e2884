package wecom

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
	"frontdesk/shared/wire"
)

const (
	// usualLife is how long a token lives when the answer does not say it (W:91039).
	usualLife = 7200 * time.Second
	// longestLife bounds what we believe.
	longestLife = 24 * time.Hour
	// notValid is the code of a token that WeCom refuses and yet gives again.
	notValid = 40014
)

// granted is the answer of gettoken.
type granted struct {
	Token  string `json:"access_token"`
	Expiry int64  `json:"expires_in"`
}

// ask calls gettoken and returns what is to be written: the new token, or the old one
// with how long nobody shall ask again.
func (t *Tokens) ask(ctx context.Context, w wanted, lease Token) (Token, *message.SendError) {
	ctx, cancel := context.WithTimeout(ctx, fetchTime)
	defer cancel()
	began := t.now()
	g, failed := t.gettoken(ctx, w.ch)
	if failed == nil && channel.Secret(g.Token) == w.refused {
		failed = &message.SendError{Class: message.Stop, Code: notValid, Reason: "WeCom gives the same access token again that it refuses"}
	}
	next := lease
	if failed != nil {
		next.Lease, next.Code = t.now().Add(pauseAfter(failed)), failed.Code
		return next, failed
	}
	next.Value, next.Until = channel.Secret(g.Token), began.Add(life(g.Expiry))
	next.Lease, next.Code = time.Time{}, 0
	if due(next, t.now()) { // WeCom may give the old token again until it has run out
		next.Lease = earlier(t.now().Add(breather), next.Until.Add(-skew))
	}
	return next, nil
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// pauseAfter is short when WeCom did not answer, and at least a breather when it
// refused.
func pauseAfter(failed *message.SendError) time.Duration {
	if failed.Code == 0 {
		return time.Second
	}
	return min(max(failed.After, breather), time.Hour)
}

func life(seconds int64) time.Duration {
	if seconds <= 0 {
		return usualLife
	}
	return min(time.Duration(min(seconds, int64(longestLife/time.Second)))*time.Second, longestLife)
}

// gettoken has the secret in its URL, because WeCom wants it there (W:91039). Nothing
// of the URL leaves this function.
func (t *Tokens) gettoken(ctx context.Context, ch channel.Channel) (granted, *message.SendError) {
	query := url.Values{"corpid": {ch.CorpID}, "corpsecret": {ch.Secret.Reveal()}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, ch.APIURL+"/cgi-bin/gettoken?"+query.Encode(), nil)
	if err != nil {
		return granted{}, badAddress()
	}
	a, failed := exchange(t.HTTP, req, true)
	if failed != nil {
		return granted{}, failed
	}
	a.scrub, a.explain, a.repeatable = scrubber(credentials(ch)), ExplainToken, true
	var g granted
	if failed = a.read(&g); failed != nil {
		if failed.Class == message.Bug { // a code that we do not know
			failed.Class = message.Stop
		}
		return granted{}, failed
	}
	if g.Token == "" {
		return granted{}, &message.SendError{Class: message.Retry, Reason: "the answer holds no access token"}
	}
	return g, nil
}

// refusedBefore repeats why WeCom gave no token, without asking it again.
func refusedBefore(t Token, now time.Time) *message.SendError {
	failed := &message.SendError{Class: message.Stop, Code: t.Code, Reason: "WeCom gave no access token: " + unknownCode, After: t.Lease.Sub(now)}
	if c, known := ExplainToken(t.Code); known {
		failed.Class, failed.Reason = c.Class, "WeCom gave no access token: "+c.Meaning
	}
	return failed
}

// noToken is the error of a caller who waited long enough: nothing was sent.
func noToken(err error) *message.SendError {
	failed := &message.SendError{Class: message.Retry, Reason: "the access token was still being fetched"}
	if err != nil {
		failed.Err = wire.Cause(err)
	}
	return failed
}
