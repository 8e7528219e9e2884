package wecom

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk/shared/message"
)

func TestEightSendersInThreeProcessesFetchOneToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, store := &cloud{}, &Memory{}
		var all sync.WaitGroup
		for range 3 {
			p := c.process(store)
			for range 8 {
				all.Go(func() {
					if err := send(p); err != nil {
						t.Error(err)
					}
				})
			}
		}
		all.Wait()
		if c.fetches != 1 || c.calls != 24 {
			t.Errorf("got %d fetches for %d sends, want 1 for 24", c.fetches, c.calls)
		}
	})
}

// counted is a store that counts reads, and writes nothing for a caller who has gone.
type counted struct {
	TokenStore
	reads atomic.Int32
}

func (s *counted) Token(ctx context.Context, key string) (Token, error) {
	s.reads.Add(1)
	return s.TokenStore.Token(ctx, key)
}

func (s *counted) SetToken(ctx context.Context, key string, t Token) (Token, bool, error) {
	if ctx.Err() != nil {
		return Token{}, false, ctx.Err()
	}
	return s.TokenStore.SetToken(ctx, key, t)
}

func TestAProcessReadsTheStoreOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, store := &cloud{}, &counted{TokenStore: &Memory{}}
		p := c.process(store)
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if err := send(p); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if got := store.reads.Load(); got != 1 || c.fetches != 1 {
			t.Errorf("got %d reads and %d fetches for 8 senders, want 1 and 1", got, c.fetches)
		}
	})
}

func TestATokenIsKeptThoughItsCallerHasGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, store := &cloud{}, &counted{TokenStore: &Memory{}}
		ctx, leave := context.WithCancel(context.Background())
		hurried := &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			defer leave()
			return c.RoundTrip(r)
		})}
		p := &Sender{HTTP: hurried, Tokens: &Tokens{Store: store, HTTP: hurried}}
		_, err := p.Send(ctx, appChannel("https://qyapi.example"), marked())
		if failed := sendError(t, err); failed.Class != message.Retry {
			t.Errorf("got %v, want a retry: nothing was sent", failed)
		}
		if err := send(c.process(store)); err != nil || c.fetches != 1 {
			t.Errorf("the next: got %v after %d fetches, want 1", err, c.fetches)
		}
	})
}

// mortal is a store whose process dies after some writes: nothing that it would write
// later arrives.
type mortal struct {
	TokenStore
	writes atomic.Int32
}

func (m *mortal) SetToken(ctx context.Context, key string, t Token) (Token, bool, error) {
	if m.writes.Add(-1) < 0 {
		<-ctx.Done()
		return Token{}, false, ctx.Err()
	}
	return m.TokenStore.SetToken(ctx, key, t)
}

func TestALeaseWhoseHolderDiesEndsByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, store := &cloud{}, &Memory{}
		dying := &mortal{TokenStore: store}
		dying.writes.Store(1) // the lease, and then no more
		hung := &Sender{Tokens: &Tokens{Store: dying, HTTP: &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		})}}}
		ctx, kill := context.WithCancel(context.Background())
		var all sync.WaitGroup
		all.Go(func() { _, _ = hung.Tokens.Get(ctx, appChannel("https://qyapi.example")) })
		synctest.Wait() // it has the lease
		began := time.Now()
		kill()
		for range 2 {
			p := c.process(store)
			for range 8 {
				all.Go(func() {
					if err := send(p); err != nil {
						t.Error(err)
					}
				})
			}
		}
		all.Wait()
		if c.fetches != 1 || c.calls != 16 {
			t.Errorf("got %d fetches for %d sends, want 1 for 16", c.fetches, c.calls)
		}
		if took := time.Since(began); took > whole {
			t.Errorf("took %v, want no more than a send may", took)
		}
	})
}

func TestARevokedTokenIsRefreshedOnceWhileManySend(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, store := &cloud{}, &Memory{}
		processes := []*Sender{c.process(store), c.process(store), c.process(store)}
		for _, p := range processes {
			if err := send(p); err != nil {
				t.Fatal(err)
			}
		}
		var all sync.WaitGroup
		for i := range 50 {
			all.Go(func() {
				time.Sleep(time.Duration(i) * 10 * time.Millisecond)
				if err := send(processes[i%3]); err != nil {
					t.Error(err)
				}
			})
		}
		time.Sleep(250 * time.Millisecond)
		c.revoke()
		all.Wait()
		if c.fetches != 2 {
			t.Errorf("got %d fetches, want the first and one refresh", c.fetches)
		}
	})
}

func TestATokenIsReplacedBeforeItsEndAndNobodyWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, store := &cloud{}, &Memory{}
		p := c.process(store)
		if err := send(p); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2*time.Hour - early)
		c.same = true // the old one still works
		began := time.Now()
		var waited atomic.Int32
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if err := send(p); err != nil {
					t.Error(err)
				}
				if time.Since(began) > delay {
					waited.Add(1)
				}
			})
		}
		all.Wait()
		if c.fetches != 2 || waited.Load() != 1 {
			t.Errorf("got %d fetches while %d sends waited, want one more, and only the one that fetches waits", c.fetches, waited.Load())
		}
	})
}

func TestTheOldTokenGivenAgainIsNotFetchedAgainAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, store := &cloud{life: time.Minute}, &Memory{}
		p := c.process(store)
		for range 10 {
			if err := send(p); err != nil {
				t.Fatal(err)
			}
		}
		if c.fetches != 1 {
			t.Errorf("got %d fetches for ten sends, want 1", c.fetches)
		}
		time.Sleep(time.Minute)
		if err := send(p); err != nil || c.fetches != 2 {
			t.Errorf("after its end: got %v and %d fetches, want 2", err, c.fetches)
		}
	})
}

func TestARefusalOfGettokenIsAStopAndIsNotRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, store := &cloud{refuse: `{"errcode":40001,"errmsg":"invalid credential MARKEDsecret0123456789, hint: [1780000000123456789]"}`}, &Memory{}
		var all sync.WaitGroup
		for range 3 {
			p := c.process(store)
			for range 8 {
				all.Go(func() {
					if failed := sendError(t, send(p)); failed.Class != message.Stop || failed.Code != 40001 {
						t.Errorf("got %v, want a stop with 40001", failed)
					}
				})
			}
		}
		all.Wait()
		if c.fetches != 1 || c.calls != 0 {
			t.Errorf("got %d fetches and %d sends, want 1 and 0", c.fetches, c.calls)
		}
		time.Sleep(breather)
		c.refuse = ""
		if err := send(c.process(store)); err != nil {
			t.Errorf("after an operator acted: %v", err)
		}
	})
}

func TestWhatGettokenAnswers(t *testing.T) {
	for _, c := range []struct {
		name, answer string
		class        message.Class
		code         int
	}{
		{"too often", `{"errcode":45009,"errmsg":"reach max api daily quota limit"}`, message.Slow, 45009},
		{"busy", `{"errcode":-1,"errmsg":"system busy"}`, message.Retry, -1},
		{"wrong company", `{"errcode":40013,"errmsg":"invalid corpid"}`, message.Stop, 40013},
		{"an expired token makes no sense here", `{"errcode":42001}`, message.Stop, 42001},
		{"unknown", `{"errcode":999999}`, message.Stop, 999999},
		{"no secret", `{"errcode":41004}`, message.Stop, 41004},
		{"no token", `{"errcode":0,"errmsg":"ok"}`, message.Retry, 0},
		{"no JSON", `<html>`, message.Retry, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, store := &cloud{refuse: c.answer}, &Memory{}
				if failed := sendError(t, send(w.process(store))); failed.Class != c.class || failed.Code != c.code {
					t.Errorf("got %v, want %s with %d", failed, c.class, c.code)
				}
			})
		})
	}
}

func TestATokenThatIsRefusedAndGivenAgainIsAStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, store := &cloud{}, &Memory{}
		p := c.process(store)
		token, err := p.Tokens.Get(context.Background(), appChannel("https://qyapi.example"))
		if err != nil {
			t.Fatal(err)
		}
		c.same = true
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				_, err := p.Tokens.Renew(context.Background(), appChannel("https://qyapi.example"), token)
				if failed := sendError(t, err); failed.Class != message.Stop || failed.Code != notValid {
					t.Errorf("got %v, want a stop", failed)
				}
			})
		}
		all.Wait()
		if c.fetches != 2 {
			t.Errorf("got %d fetches, want 2", c.fetches)
		}
	})
}

func TestAFailingStoreIsARetry(t *testing.T) {
	s := &Sender{Tokens: &Tokens{Store: broken{}}}
	_, err := s.Tokens.Get(context.Background(), appChannel("https://qyapi.example"))
	if failed := sendError(t, err); failed.Class != message.Retry || !errors.Is(err, errBroken) {
		t.Errorf("got %v, want a retry", failed)
	}
}

var errBroken = errors.New("the table is busy")

type broken struct{}

func (broken) Token(context.Context, string) (Token, error) { return Token{}, errBroken }
func (broken) SetToken(context.Context, string, Token) (Token, bool, error) {
	return Token{}, false, errBroken
}

func TestWaitingForATokenEndsWithItsCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &Memory{}
		key := tokenKey(appChannel(""))
		if _, won, _ := store.SetToken(context.Background(), key, Token{Lease: time.Now().Add(time.Minute)}); !won {
			t.Fatal("no lease")
		}
		c := &cloud{}
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_, err := c.process(store).Send(ctx, appChannel("https://qyapi.example"), marked())
		if failed := sendError(t, err); failed.Class != message.Retry || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want a retry because time ran out", failed)
		}
	})
}

func TestAKeyShowsNeitherCompanyNorSecret(t *testing.T) {
	one, two := appChannel(""), appChannel("")
	two.Secret = "another"
	key := tokenKey(one)
	if strings.Contains(key, vectorCorp) || strings.Contains(key, "MARKED") || len(key) != 32 {
		t.Errorf("got key %q", key)
	}
	if key == tokenKey(two) {
		t.Error("two secrets have one key")
	}
	kf := kfChannel("")
	if key != tokenKey(kf) {
		t.Error("two channels of one secret have two keys, want them to share a token")
	}
}

func TestALifeIsBelievedWithinBounds(t *testing.T) {
	for seconds, want := range map[int64]time.Duration{7200: 2 * time.Hour, 0: usualLife, -1: usualLife, 60: time.Minute, 1 << 62: longestLife} {
		if got := life(seconds); got != want {
			t.Errorf("%d: got %v, want %v", seconds, got, want)
		}
	}
}
