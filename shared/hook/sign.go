package hook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"

	"frontdesk/shared/channel"
)

// The length of a secret in bytes (Standard Webhooks, signature scheme).
const (
	minKey = 24
	maxKey = 64
)

// key reads a secret: whsec_ and base64.
func key(s channel.Secret) ([]byte, error) {
	text, marked := strings.CutPrefix(s.Reveal(), "whsec_")
	k, err := base64.StdEncoding.DecodeString(text)
	if !marked || err != nil || len(k) < minKey || len(k) > maxKey {
		return nil, errors.New("a webhook's secret must be whsec_ and 24 to 64 random bytes in base64")
	}
	return k, nil
}

// sign returns a signature for each secret, which must have passed [Check].
func sign(secrets []channel.Secret, id, timestamp string, body []byte) string {
	all := make([]string, 0, len(secrets))
	for _, s := range secrets {
		k, err := key(s)
		if err != nil {
			continue
		}
		mac := hmac.New(sha256.New, k)
		mac.Write([]byte(id + "." + timestamp + "."))
		mac.Write(body)
		all = append(all, "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	}
	return strings.Join(all, " ")
}
