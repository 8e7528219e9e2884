// Package oidc lets people in who were signed in by an OpenID Connect provider,
// for a desk on one machine. (On AWS, API Gateway checks the token and package
// access reads its claims.)
//
// The provider is asked for its keys when the first token comes, not at the
// start: a desk must be able to answer customers while the sign-in is down.
package oidc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"frontdesk/shared/access"
)

// timeout bounds one question to the provider.
const timeout = 10 * time.Second

// Verifier checks tokens. Make it with [New].
type Verifier struct {
	issuer, audience string
	client           *http.Client
	now              func() time.Time

	mu       sync.Mutex
	verifier *oidc.IDTokenVerifier
}

// New returns a verifier of tokens that the issuer made for the audience. It
// asks nobody yet.
func New(issuer, audience string, now func() time.Time) *Verifier {
	return &Verifier{issuer: issuer, audience: audience, now: now, client: &http.Client{Timeout: timeout}}
}

// Authenticate tells who sends a request, by its bearer token: its signature by
// one of the issuer's keys, its issuer, audience and times, then its role as
// [access.FromClaims] finds it.
func (v *Verifier) Authenticate(r *http.Request) (access.Identity, error) {
	raw, err := access.Bearer(r)
	if err != nil {
		return access.Identity{}, err
	}
	verifier, err := v.open(r.Context())
	if err != nil {
		return access.Identity{}, err
	}
	token, err := verifier.Verify(r.Context(), raw)
	if err != nil {
		return access.Identity{}, refusal(err)
	}
	var claims map[string]json.RawMessage
	if err := token.Claims(&claims); err != nil {
		return access.Identity{}, access.ErrToken
	}
	return access.FromClaims(flat(claims))
}

// open asks the provider for its addresses, once it answers.
func (v *Verifier) open(ctx context.Context) (*oidc.IDTokenVerifier, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.verifier != nil {
		return v.verifier, nil
	}
	// The keys are fetched with this context for as long as we run, so it must
	// outlive the request.
	ctx = oidc.ClientContext(context.WithoutCancel(ctx), v.client)
	provider, err := oidc.NewProvider(ctx, v.issuer)
	if err != nil {
		return nil, fmt.Errorf("%w (%s)", access.ErrUnavailable, v.issuer)
	}
	v.verifier = provider.VerifierContext(ctx, &oidc.Config{ClientID: v.audience, Now: v.now})
	return v.verifier, nil
}

// refusal keeps what the library says away from the caller: it can hold claims.
func refusal(err error) error {
	if _, expired := errors.AsType[*oidc.TokenExpiredError](err); expired {
		return access.ErrExpired
	}
	return access.ErrToken
}

// flat writes claims as API Gateway does, so that both ways read the same.
func flat(claims map[string]json.RawMessage) map[string]string {
	out := make(map[string]string, len(claims))
	for name, raw := range claims {
		var list []string
		var text string
		switch {
		case json.Unmarshal(raw, &text) == nil:
			out[name] = text
		case json.Unmarshal(raw, &list) == nil:
			out[name] = fmt.Sprint(list)
		default:
			out[name] = string(raw)
		}
	}
	return out
}
