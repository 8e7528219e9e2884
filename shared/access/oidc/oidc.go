// Package oidc lets people in who were signed in by an OpenID Connect provider,
// for a desk on one machine. (On AWS, API Gateway checks the token and package
// access reads its claims.)
//
// The provider is asked for its keys when the first token comes, not at the
// start: a desk must be able to answer customers while the sign-in is down. It is asked
// again when a token is signed with a key that is not known yet. As long as it cannot
// be asked, such a token is neither good nor bad: [access.ErrUnavailable].
package oidc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"frontdesk/shared/access"
)

const (
	// timeout bounds one question to the provider.
	timeout = 10 * time.Second
	// pause is for how long a provider that did not answer is not asked again, so that
	// requests do not queue up behind each other's time-outs.
	pause = 5 * time.Second
)

// Verifier checks tokens. Make it with [New].
type Verifier struct {
	// Factor is what is asked of a sign-in besides; nothing if not set.
	Factor access.Factor

	issuer, audience string
	client           *http.Client
	now              func() time.Time

	mu       sync.Mutex
	provider *provider
	failed   time.Time // when it did not answer last
}

// provider is what the issuer has told of itself.
type provider struct {
	keys       oidc.KeySet
	algorithms []string
}

// New returns a verifier of tokens that the issuer made for the audience. It
// asks nobody yet.
func New(issuer, audience string, now func() time.Time) *Verifier {
	return &Verifier{issuer: issuer, audience: audience, now: now, client: &http.Client{Timeout: timeout}}
}

// Authenticate tells who sends a request, by its bearer token: its signature by
// one of the issuer's keys, its issuer, audience and times, whether it shows a second
// factor, then roles and teams as [access.FromClaims] finds them.
func (v *Verifier) Authenticate(r *http.Request) (access.Identity, error) {
	raw, err := access.Bearer(r)
	if err != nil {
		return access.Identity{}, err
	}
	issuer, err := v.open(r.Context())
	if err != nil {
		return access.Identity{}, err
	}
	keys := &watched{KeySet: issuer.keys}
	token, err := oidc.NewVerifier(v.issuer, keys, &oidc.Config{
		ClientID: v.audience, Now: v.now, SupportedSigningAlgs: issuer.algorithms,
	}).Verify(r.Context(), raw)
	if err != nil {
		return access.Identity{}, refusal(err, keys.err)
	}
	var claims map[string]json.RawMessage
	if err := token.Claims(&claims); err != nil {
		return access.Identity{}, access.ErrToken
	}
	all := flat(claims)
	if err := v.Factor.Check(all); err != nil {
		return access.Identity{}, err
	}
	return access.FromClaims(all)
}

// open asks the provider for its addresses, once it answers.
func (v *Verifier) open(ctx context.Context) (*provider, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.provider != nil {
		return v.provider, nil
	}
	if since := v.now().Sub(v.failed); since >= 0 && since < pause {
		return nil, v.unavailable()
	}
	// The keys are fetched with this context for as long as we run, so it must
	// outlive the request.
	ctx = oidc.ClientContext(context.WithoutCancel(ctx), v.client)
	found, err := oidc.NewProvider(ctx, v.issuer)
	if err != nil {
		v.failed = v.now()
		return nil, v.unavailable()
	}
	var told struct {
		Keys       string   `json:"jwks_uri"`
		Algorithms []string `json:"id_token_signing_alg_values_supported"`
	}
	if err := found.Claims(&told); err != nil {
		return nil, v.unavailable()
	}
	v.provider = &provider{oidc.NewRemoteKeySet(ctx, told.Keys), slices.DeleteFunc(told.Algorithms, symmetric)}
	return v.provider, nil
}

func (v *Verifier) unavailable() error { return fmt.Errorf("%w (%s)", access.ErrUnavailable, v.issuer) }

// symmetric: none and HS… are for those who share a secret, which we do not.
func symmetric(algorithm string) bool {
	return algorithm == "none" || strings.HasPrefix(algorithm, "HS")
}

// watched is the issuer's keys for one token, and why they could not be had. The library
// passes on nothing but the text of an error.
type watched struct {
	oidc.KeySet
	err error
}

// VerifySignature keeps the error of fetching keys.
func (w *watched) VerifySignature(ctx context.Context, token string) ([]byte, error) {
	payload, err := w.KeySet.VerifySignature(ctx, token)
	if errors.Unwrap(err) != nil { // a signature that does not fit wraps nothing
		w.err = err
	}
	return payload, err
}

// refusal keeps what the library says away from the caller: it can hold claims.
// keys is why the issuer's keys could not be had.
func refusal(err, keys error) error {
	_, expired := errors.AsType[*oidc.TokenExpiredError](err)
	switch {
	case keys != nil:
		return access.ErrUnavailable
	case expired:
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
