package qyapi

import (
	"crypto/subtle"
	"time"
)

// tokenLife is expires_in (W:91039).
const tokenLife = 7200 * time.Second

type token struct {
	app   *app
	till  time.Time
	value string
}

// identify finds the app of a call by its access token. The caller holds the lock.
func (s *Sandbox) identify(c *caller) *refusal {
	given := c.query.Get("access_token")
	if given == "" {
		return refuse(41001, "access_token missing")
	}
	t := s.tokens[given]
	switch {
	case t == nil:
		return refuse(40014, "invalid access_token")
	case !s.cfg.Now().Before(t.till):
		return refuse(42001, "access_token expired")
	}
	c.app = t.app
	return nil
}

// getToken: W:91039.
func getToken(s *Sandbox, c *caller) (answer, *refusal) {
	corp, secret := c.query.Get("corpid"), c.query.Get("corpsecret")
	if r := first(need(41002, "corpid", corp), need(41004, "corpsecret", secret)); r != nil {
		return nil, r
	}
	if corp != s.cfg.CorpID {
		return nil, refuse(40013, "invalid corpid")
	}
	now := s.cfg.Now()
	if s.shutOut(c.from, now, 0) {
		return nil, refuse(45009, "too many wrong secrets from this address")
	}
	a := s.bySecret(secret)
	if a == nil {
		s.shutOut(c.from, now, 1)
		return nil, refuse(40001, "invalid credential")
	}
	if !s.rates.spend(bound{rateKey{"gettoken", a.id()}, s.cfg.Limits.Tokens, time.Minute, true}, now, 1) {
		return nil, refuse(45009, "api freq out of limit")
	}
	t, err := s.issue(a, now)
	if err != nil {
		return nil, noID(err)
	}
	s.tell(Event{Kind: TokenGiven, Where: a.id()})
	return answer{"access_token": t.value, "expires_in": int(t.till.Sub(now) / time.Second)}, nil
}

// shutOut counts wrong secrets of an address and reports whether they are too many.
func (s *Sandbox) shutOut(from string, now time.Time, wrong int) bool {
	if s.cfg.Unsure.WrongSecrets == 0 {
		return false
	}
	b := bound{rateKey{"secret", from}, s.cfg.Unsure.WrongSecrets, time.Hour, true}
	if wrong > 0 {
		s.rates.spend(b, now, wrong)
		return false
	}
	c := s.rates[b.key]
	return c != nil && len(c.past) >= b.limit && now.Before(c.past[0].Add(b.span))
}

func (s *Sandbox) bySecret(secret string) *app {
	var found *app
	for _, a := range s.apps {
		if subtle.ConstantTimeCompare([]byte(a.Secret), []byte(secret)) == 1 {
			found = a
		}
	}
	return found
}

// issue gives the app's living token again, or a new one.
func (s *Sandbox) issue(a *app, now time.Time) (*token, error) {
	for value, t := range s.tokens {
		switch {
		case t.app != a:
		case now.Before(t.till) && s.cfg.Unsure.Tokens == SameAgain:
			return t, nil
		case now.Before(t.till) && s.cfg.Unsure.Tokens == NewEndsOld, now.After(t.till.Add(day)):
			delete(s.tokens, value)
		}
	}
	value, err := s.id("sandbox-token-")
	if err != nil {
		return nil, err
	}
	t := &token{app: a, till: now.Add(tokenLife), value: value}
	s.tokens[value] = t
	return t, nil
}

// ExpireTokens ends every access token now, as WeCom may do (W:91039): the next call
// with one is answered 42001, or 40014 when they are forgotten altogether.
func (s *Sandbox) ExpireTokens(forget bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for value, t := range s.tokens {
		if t.till = s.cfg.Now(); forget {
			delete(s.tokens, value)
		}
	}
}
