package wecom

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"sync"
	"time"

	"frontdesk/shared/channel"
)

// Token is the access token of a company and a secret, as all processes share it.
type Token = channel.AccessToken

const (
	// early is how long before its end a token is replaced. The old one stays in use
	// while somebody fetches the new one.
	early = 5 * time.Minute
	// skew is how far clocks may differ at the end of a token.
	skew = 5 * time.Second
)

// good reports a token that may be used now, and is not the one that was refused.
func good(t Token, refused channel.Secret, now time.Time) bool {
	return t.Value != "" && t.Value != refused && now.Before(t.Until.Add(-skew))
}

func due(t Token, now time.Time) bool { return !now.Before(t.Until.Add(-early)) }

// leased also ends a lease that a clock running ahead made too long.
func leased(t Token, now time.Time) bool {
	return now.Before(t.Lease) && t.Lease.Sub(now) <= time.Hour
}

// TokenStore keeps tokens where every process sees them.
type TokenStore interface {
	// Token reads a token; the zero one when there is none.
	Token(ctx context.Context, key string) (Token, error)
	// SetToken writes a token at the version it was read with and returns it with its
	// new one. When somebody else was first it returns theirs and false.
	SetToken(ctx context.Context, key string, t Token) (Token, bool, error)
}

// tokenKey stands for a company and a secret; neither can be read from it.
func tokenKey(ch channel.Channel) string {
	sum := sha256.Sum256([]byte("access token\x00" + ch.CorpID + "\x00" + ch.Secret.Reveal()))
	return hex.EncodeToString(sum[:16])
}

// Memory is a [TokenStore] for one process, and for tests. The zero value is empty.
type Memory struct {
	mu     sync.Mutex
	tokens map[string]Token
}

// Token reads a token.
func (m *Memory) Token(_ context.Context, key string) (Token, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.tokens[key], nil
}

// SetToken writes a token at its version.
func (m *Memory) SetToken(_ context.Context, key string, t Token) (Token, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if now := m.tokens[key]; now.Version != t.Version {
		return now, false, nil
	}
	if m.tokens == nil {
		m.tokens = map[string]Token{}
	}
	t.Version++
	m.tokens[key] = t
	return t, true, nil
}
