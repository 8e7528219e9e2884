package access

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// Signer makes and checks the tokens of one machine.
//
// A token is PAYLOAD.SIGNATURE, both in base64url without padding. The payload
// is JSON: {"id": random, "name": who, "role": a role's id, "teams": ids or left out, "exp":
// seconds since 1970}. The signature is HMAC-SHA256 of the encoded payload under the key.
// Whether there is such a role is for the caller to find out, each time that it is used.
// A token cannot be taken back alone; a new key makes all of them invalid.
type Signer struct {
	Key     []byte
	Now     func() time.Time
	Entropy io.Reader
}

type payload struct {
	ID    string   `json:"id"`
	Name  string   `json:"name"`
	Role  string   `json:"role"`
	Teams []string `json:"teams,omitempty"`
	Exp   int64    `json:"exp"`
}

// maxToken bounds what is looked at.
const maxToken = 4096

var encoding = base64.RawURLEncoding.Strict()

// Sign makes a token that lives for a while, for somebody with exactly one role.
func (s Signer) Sign(who Identity, life time.Duration) (string, error) {
	if len(who.Roles) != 1 || !IsRoleID(who.Roles[0]) {
		return "", fmt.Errorf("a token is for one role, not for %q: use %s, or the id of a role of your own", who.Roles, strings.Join(Roles(), ", "))
	}
	if life <= 0 {
		return "", fmt.Errorf("a token must live for some time, not %s", life)
	}
	id := make([]byte, 9)
	if _, err := io.ReadFull(s.Entropy, id); err != nil {
		return "", fmt.Errorf("make a token: %w", err)
	}
	raw, err := json.Marshal(payload{
		ID: hex.EncodeToString(id), Name: Name(who.Name), Role: who.Roles[0], Teams: Teams(who.Teams), Exp: s.Now().Add(life).Unix(),
	})
	if err != nil {
		return "", fmt.Errorf("make a token: %w", err)
	}
	text := encoding.EncodeToString(raw)
	if token := text + "." + encoding.EncodeToString(s.mac(text)); len(token) <= maxToken {
		return token, nil
	}
	return "", errors.New("the token would be too long: name fewer teams")
}

func (s Signer) mac(text string) []byte {
	h := hmac.New(sha256.New, s.Key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

// Verify tells who a token was made for: [ErrToken] when it was not made with
// this key or names nothing that could be a role, [ErrExpired] when it is too old.
func (s Signer) Verify(token string) (Identity, error) {
	text, signature, ok := strings.Cut(token, ".")
	if !ok || len(token) > maxToken || strings.ContainsAny(token, "\r\n") { // which the decoder passes over
		return Identity{}, ErrToken
	}
	got, err := encoding.DecodeString(signature)
	if err != nil || len(s.Key) == 0 || !hmac.Equal(got, s.mac(text)) {
		return Identity{}, ErrToken
	}
	p, err := open(text)
	if err != nil || !IsRoleID(p.Role) {
		return Identity{}, ErrToken
	}
	if s.Now().Unix() >= p.Exp {
		return Identity{}, ErrExpired
	}
	return Identity{Name: p.Name, Roles: []string{p.Role}, Teams: p.Teams}, nil
}

func open(text string) (payload, error) {
	var p payload
	raw, err := encoding.DecodeString(text)
	if err != nil {
		return p, err
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	return p, decoder.Decode(&p)
}

// Authenticate tells who sends a request with a token of this machine.
func (s Signer) Authenticate(r *http.Request) (Identity, error) {
	token, err := Bearer(r)
	if err != nil {
		return Identity{}, err
	}
	return s.Verify(token)
}
