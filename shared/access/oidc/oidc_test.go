package oidc_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"frontdesk/shared/access"
	"frontdesk/shared/access/oidc"
)

var noon = time.Date(2026, 11, 22, 4, 0, 0, 0, time.UTC)

// issuer is an OpenID Connect provider on loopback that signs with RS256.
type issuer struct {
	*httptest.Server
	key *rsa.PrivateKey
	// away makes it answer nothing but 503. asked counts its discoveries.
	away  bool
	asked int
}

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	i := &issuer{key: key}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		i.asked++
		write(w, map[string]any{"issuer": i.URL, "jwks_uri": i.URL + "/keys", "id_token_signing_alg_values_supported": []string{"RS256"}})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		e := big.NewInt(int64(key.E)).Bytes()
		write(w, map[string]any{"keys": []any{map[string]string{
			"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "k1", "n": b64(key.N.Bytes()), "e": b64(e),
		}}})
	})
	i.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if i.away {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(i.Close)
	return i
}

func write(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// token signs claims; nil deletes one of the usual ones.
func (i *issuer) token(t *testing.T, key *rsa.PrivateKey, claims map[string]any) string {
	t.Helper()
	all := map[string]any{"iss": i.URL, "aud": "frontdesk", "sub": "s1", "email": "li@example.com", "exp": noon.Add(time.Hour).Unix(), "iat": noon.Unix()}
	for name, v := range claims {
		all[name] = v
		if v == nil {
			delete(all, name)
		}
	}
	body, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	text := b64([]byte(`{"alg":"RS256","kid":"k1","typ":"JWT"}`)) + "." + b64(body)
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return text + "." + b64(signature)
}

func ask(v *oidc.Verifier, token string) (access.Identity, error) {
	r := httptest.NewRequest("GET", "/v1/playbook", nil)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	return v.Authenticate(r)
}

func TestWhoIsLetIn(t *testing.T) {
	i := newIssuer(t)
	v := oidc.New(i.URL, "frontdesk", func() time.Time { return noon })
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	role := map[string]any{"frontdesk_role": "admin"}
	unsigned := b64([]byte(`{"alg":"none"}`)) + "." + strings.Split(i.token(t, i.key, role), ".")[1] + "."
	for _, c := range []struct {
		name, token string
		want        access.Identity
		err         error
	}{
		{"by our own claim", i.token(t, i.key, role), access.Identity{Name: "li@example.com", Role: "admin"}, nil},
		{"by a group", i.token(t, i.key, map[string]any{"groups": []string{"staff", "frontdesk-viewer"}}), access.Identity{Name: "li@example.com", Role: "viewer"}, nil},
		{"by a Cognito group", i.token(t, i.key, map[string]any{"cognito:groups": []string{"frontdesk-admin"}, "email": nil}), access.Identity{Name: "s1", Role: "admin"}, nil},
		{"for several audiences", i.token(t, i.key, map[string]any{"aud": []string{"x", "frontdesk"}, "role": "viewer"}), access.Identity{Name: "li@example.com", Role: "viewer"}, nil},
		{"without a role", i.token(t, i.key, nil), access.Identity{Name: "li@example.com"}, access.ErrNoRole},
		{"without a token", "", access.Identity{}, access.ErrNoToken},
		{"with a token of another audience", i.token(t, i.key, map[string]any{"aud": "shop", "role": "admin"}), access.Identity{}, access.ErrToken},
		{"with a token of another issuer", i.token(t, i.key, map[string]any{"iss": "https://other.example.com", "role": "admin"}), access.Identity{}, access.ErrToken},
		{"with another key", i.token(t, other, role), access.Identity{}, access.ErrToken},
		{"without a signature", unsigned, access.Identity{}, access.ErrToken},
		{"expired", i.token(t, i.key, map[string]any{"exp": noon.Add(-time.Minute).Unix(), "role": "admin"}), access.Identity{}, access.ErrExpired},
		{"nonsense", "a.b.c", access.Identity{}, access.ErrToken},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := ask(v, c.token)
			if got != c.want || !errors.Is(err, c.err) {
				t.Errorf("got %+v, %v, want %+v, %v", got, err, c.want, c.err)
			}
			if err != nil && c.token != "" && strings.Contains(err.Error(), c.token) {
				t.Error("got the token in the error")
			}
		})
	}
	if i.asked != 1 {
		t.Errorf("got %d discoveries, want 1", i.asked)
	}
}

func TestAProviderThatIsAwayAtFirst(t *testing.T) {
	i := newIssuer(t)
	i.away = true
	v := oidc.New(i.URL, "frontdesk", func() time.Time { return noon })
	token := i.token(t, i.key, map[string]any{"role": "admin"})
	if _, err := ask(v, token); !errors.Is(err, access.ErrUnavailable) {
		t.Errorf("got %v, want ErrUnavailable", err)
	}
	i.away = false
	if got, err := ask(v, token); err != nil || got.Role != "admin" {
		t.Errorf("got %+v, %v once it is back, want the admin", got, err)
	}
}
