package wecom

import (
	"context"
	"net/http"
	"sync"
	"time"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
)

// Tokens hands out access tokens. WeCom gives one per company and secret and limits
// how often it is asked (W:91039), so each is fetched once, however many goroutines
// and processes want it: whoever gets the lease in the store fetches, the others wait
// for what it writes. It is safe for concurrent use; its fields must not change.
type Tokens struct {
	// Store is required; processes that share a secret share the store.
	Store TokenStore
	// HTTP fetches; nil is http.DefaultClient.
	HTTP *http.Client
	// Now and Sleep come from outside; nil is the machine's clock.
	Now   func() time.Time
	Sleep func(context.Context, time.Duration)

	mu   sync.Mutex
	held map[string]*holder
}

const (
	// leaseTime is how long fetching may take before somebody else does it; a fetch
	// gives up earlier.
	leaseTime = 6 * time.Second
	fetchTime = 5 * time.Second
	// patience is how long a token is waited for: longer than the lease of a holder
	// that died, and with a send still shorter than the desk's claim.
	patience = 8 * time.Second
	// breather is how long nobody asks after WeCom refused to give a token. Wrong
	// secrets that are repeated often get the address blocked.
	breather = 30 * time.Second
	// poll is the first pause between two looks at the store, pollMost the longest.
	poll     = 50 * time.Millisecond
	pollMost = 400 * time.Millisecond
)

// holder is the copy in memory, and the place of the one goroutine that renews it.
type holder struct {
	busy  chan struct{}
	mu    sync.Mutex
	token Token
}

func (h *holder) get() Token {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.token
}

func (h *holder) set(t Token) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.token = t
}

// Get returns the access token of a channel. Errors are [*message.SendError].
func (t *Tokens) Get(ctx context.Context, ch channel.Channel) (Token, error) {
	return result(t.obtain(ctx, wanted{ch: ch, key: tokenKey(ch)}))
}

// Renew returns another token than the one that was refused with 40014, 42001 or
// their like. However many were refused with it, a new one is fetched once.
func (t *Tokens) Renew(ctx context.Context, ch channel.Channel, refused Token) (Token, error) {
	return result(t.obtain(ctx, wanted{ch: ch, key: tokenKey(ch), refused: refused.Value}))
}

// result keeps a nil *SendError from becoming an error.
func result(t Token, failed *message.SendError) (Token, error) {
	if failed != nil {
		return Token{}, failed
	}
	return t, nil
}

// wanted is what a caller asks for.
type wanted struct {
	ch      channel.Channel
	key     string
	refused channel.Secret
}

func (t *Tokens) obtain(ctx context.Context, w wanted) (Token, *message.SendError) {
	h := t.holder(w.key)
	if held := h.get(); good(held, w.refused, t.now()) && !due(held, t.now()) {
		return held, nil
	}
	select {
	case h.busy <- struct{}{}:
	default:
		if held := h.get(); good(held, w.refused, t.now()) {
			return held, nil // old, but somebody is at it
		}
		select {
		case h.busy <- struct{}{}:
		case <-ctx.Done():
			return Token{}, noToken(ctx.Err())
		}
	}
	defer func() { <-h.busy }()
	if held := h.get(); good(held, w.refused, t.now()) && !due(held, t.now()) {
		return held, nil
	}
	got, failed := t.share(ctx, w)
	if failed == nil {
		h.set(got)
	}
	return got, failed
}

func (t *Tokens) holder(key string) *holder {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.held == nil {
		t.held = map[string]*holder{}
	}
	if t.held[key] == nil {
		t.held[key] = &holder{busy: make(chan struct{}, 1)}
	}
	return t.held[key]
}

// share takes the token that the store has, or waits for the one that is being
// fetched, or takes the lease and fetches it.
func (t *Tokens) share(ctx context.Context, w wanted) (Token, *message.SendError) {
	began, pause := t.now(), poll
	stored, err := t.Store.Token(ctx, w.key)
	for err == nil {
		now := t.now()
		switch {
		case good(stored, w.refused, now) && (!due(stored, now) || leased(stored, now)):
			return stored, nil
		case leased(stored, now) && stored.Code != 0:
			return Token{}, refusedBefore(stored, now)
		case leased(stored, now):
			if now.Sub(began) > patience || ctx.Err() != nil {
				return Token{}, noToken(ctx.Err())
			}
			t.sleep(ctx, pause)
			pause = min(2*pause, pollMost)
			stored, err = t.Store.Token(ctx, w.key)
			continue
		}
		var won bool
		if stored, won, err = t.Store.SetToken(ctx, w.key, lease(stored, w.refused, now)); err == nil && won {
			return t.fetch(ctx, w, stored)
		}
	}
	return Token{}, &message.SendError{Class: message.Retry, Reason: "the shared access token could not be read or written", Err: err}
}

// lease is the token while somebody fetches the next one. A refused one is taken out,
// so that nobody uses it.
func lease(t Token, refused channel.Secret, now time.Time) Token {
	if t.Value == refused {
		t.Value, t.Until = "", time.Time{}
	}
	t.Lease, t.Code = now.Add(leaseTime), 0
	return t
}

// fetch asks WeCom for a token as the one that has the lease, and writes what came.
func (t *Tokens) fetch(ctx context.Context, w wanted, lease Token) (Token, *message.SendError) {
	next, failed := t.ask(ctx, w, lease)
	// Whoever waits must hear of it even when this caller has gone.
	save, cancel := context.WithTimeout(context.WithoutCancel(ctx), fetchTime)
	defer cancel()
	stored, won, err := t.Store.SetToken(save, w.key, next)
	now := t.now()
	switch {
	case err == nil && !won && good(stored, w.refused, now):
		return stored, nil // the lease ran out meanwhile, and somebody else was faster
	case failed == nil || good(next, w.refused, now): // new, or old but good enough until the next try
		next.Version = stored.Version
		return next, nil
	}
	return Token{}, failed
}

func (t *Tokens) now() time.Time {
	if t.Now != nil {
		return t.Now()
	}
	return time.Now()
}

func (t *Tokens) sleep(ctx context.Context, d time.Duration) {
	if t.Sleep != nil {
		t.Sleep(ctx, d)
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
