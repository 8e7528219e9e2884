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
	"reflect"
	"slices"
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
	away         bool
	asked, calls int
	// kid names its key.
	kid string
}

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	i := &issuer{key: key, kid: "k1"}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		i.asked++
		write(w, map[string]any{"issuer": i.URL, "jwks_uri": i.URL + "/keys", "id_token_signing_alg_values_supported": []string{"RS256"}})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		key := i.key
		e := big.NewInt(int64(key.E)).Bytes()
		write(w, map[string]any{"keys": []any{map[string]string{
			"kty": "RSA", "alg": "RS256", "use": "sig", "kid": i.kid, "n": b64(key.N.Bytes()), "e": b64(e),
		}}})
	})
	i.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i.calls++
		if i.away {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(i.Close)
	return i
}

// turn gives it a new key under a new name.
func (i *issuer) turn(t *testing.T) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	i.key, i.kid = key, "k2"
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
	text := b64([]byte(`{"alg":"RS256","kid":"`+i.kid+`","typ":"JWT"}`)) + "." + b64(body)
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
		{"by our own claim", i.token(t, i.key, role), access.Identity{Name: "li@example.com", Roles: []string{"admin"}}, nil},
		{"by a group", i.token(t, i.key, map[string]any{"groups": []string{"staff", "frontdesk-viewer"}}), access.Identity{Name: "li@example.com", Roles: []string{"viewer"}}, nil},
		{"by a Cognito group", i.token(t, i.key, map[string]any{"cognito:groups": []string{"frontdesk-admin"}, "email": nil}), access.Identity{Name: "s1", Roles: []string{"admin"}}, nil},
		{"for several audiences", i.token(t, i.key, map[string]any{"aud": []string{"x", "frontdesk"}, "role": "viewer"}), access.Identity{Name: "li@example.com", Roles: []string{"viewer"}}, nil},
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
			if !reflect.DeepEqual(got, c.want) || !errors.Is(err, c.err) {
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
	now := noon
	v := oidc.New(i.URL, "frontdesk", func() time.Time { return now })
	token := i.token(t, i.key, map[string]any{"role": "admin"})
	for range 3 {
		if _, err := ask(v, token); !errors.Is(err, access.ErrUnavailable) {
			t.Errorf("got %v, want ErrUnavailable", err)
		}
	}
	if i.calls != 1 {
		t.Errorf("got %d calls, want one: the others would only wait behind each other", i.calls)
	}
	i.away, now = false, noon.Add(5*time.Second)
	if got, err := ask(v, token); err != nil || !slices.Equal(got.Roles, []string{"admin"}) {
		t.Errorf("got %+v, %v once it is back, want the admin", got, err)
	}
}

// A provider that changes its keys and cannot be asked for the new ones leaves a token
// neither good nor bad; a signature that does not fit stays bad.
func TestKeysThatCannotBeRenewed(t *testing.T) {
	i := newIssuer(t)
	v := oidc.New(i.URL, "frontdesk", func() time.Time { return noon })
	role := map[string]any{"role": "admin"}
	if _, err := ask(v, i.token(t, i.key, role)); err != nil {
		t.Fatal(err)
	}
	old := i.key
	i.turn(t)
	renewed := i.token(t, i.key, role)
	i.away = true
	if _, err := ask(v, renewed); !errors.Is(err, access.ErrUnavailable) || strings.Contains(err.Error(), renewed) {
		t.Errorf("got %v for a new key while the provider is away, want ErrUnavailable", err)
	}
	i.kid = "k1"
	if _, err := ask(v, i.token(t, old, role)); err != nil {
		t.Errorf("got %v for the key that is known, want it let in", err)
	}
	i.away, i.kid = false, "k2"
	if got, err := ask(v, renewed); err != nil || !slices.Equal(got.Roles, []string{"admin"}) {
		t.Errorf("got %+v, %v once it is back, want the admin", got, err)
	}
	if _, err := ask(v, i.token(t, old, role)); !errors.Is(err, access.ErrToken) {
		t.Errorf("got %v for a signature of another key, want ErrToken", err)
	}
}

func TestASecondFactorIsAsked(t *testing.T) {
	i := newIssuer(t)
	v := oidc.New(i.URL, "frontdesk", func() time.Time { return noon })
	v.Factor = access.Factor{Required: true}
	for name, c := range map[string]struct {
		claims map[string]any
		want   error
	}{
		"a password":                     {map[string]any{"role": "admin", "amr": []string{"pwd"}}, access.ErrOneFactor},
		"a password and a code":          {map[string]any{"role": "admin", "amr": []string{"pwd", "otp"}}, nil},
		"nothing told":                   {map[string]any{"role": "admin"}, access.ErrOneFactor},
		"nothing told, and no role":      {nil, access.ErrOneFactor},
		"a second factor, and no role":   {map[string]any{"amr": []string{"mfa"}}, access.ErrNoRole},
		"Okta's class of authentication": {map[string]any{"role": "admin", "acr": "urn:okta:loa:2fa:any"}, nil},
	} {
		if _, err := ask(v, i.token(t, i.key, c.claims)); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", name, err, c.want)
		}
	}
}
