package channel

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/url"
	"regexp"
	"strings"
)

// The length of a webhook's secret in bytes (Standard Webhooks 1.0.0, signature scheme).
const (
	minKey = 24
	maxKey = 64
)

// maxHookURL is how many bytes a webhook's address may have.
const maxHookURL = 2048

// hostForm is a name with a dot in it that no part of the system reads as an address:
// 127.1 and 0x7f.1 are no names. Where a name leads is seen when it is dialled.
var hostForm = regexp.MustCompile(`^([A-Za-z0-9_-]{1,63}\.)+[A-Za-z][A-Za-z0-9-]{0,62}\.?$`)

var errSigningKey = errors.New("a webhook's secret must be whsec_ and 24 to 64 random bytes in base64")

// SigningKey reads a webhook's secret: whsec_ and base64. Its error holds nothing of it.
func SigningKey(s Secret) ([]byte, error) {
	text, marked := strings.CutPrefix(s.Reveal(), "whsec_")
	key, err := base64.StdEncoding.DecodeString(text)
	if !marked || err != nil || len(key) < minKey || len(key) > maxKey {
		return nil, errSigningKey
	}
	return key, nil
}

func (c *checker) webhook(e *entry, ch *Channel) {
	const fix = "make one with: echo whsec_$(openssl rand -base64 32), and enter the same at the receiver"
	ch.URL = c.hookURL(e)
	ch.HookSecrets = distinct(c.secrets(e, "secret", secretForm, fix))
	for _, s := range ch.HookSecrets {
		if _, err := SigningKey(s); err != nil {
			c.add(*e, "secret", "is not whsec_ and 24 to 64 bytes in base64", fix)
		}
	}
}

// hookURL reads where to post. What it takes, package hook takes, too.
func (c *checker) hookURL(e *entry) Secret {
	const fix = "write the https address of your receiver, with a public name such as hooks.example.com"
	raw, given := e.fields["url"]
	if !given {
		c.add(*e, "url", "is missing", fix)
		return ""
	}
	var s string
	if json.Unmarshal(raw, &s) != nil {
		c.add(*e, "url", "is not a string", fix)
		return ""
	}
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Scheme != "https" || u.Host == "" || len(s) > maxHookURL:
		c.add(*e, "url", "is not an https address", fix)
	case u.User != nil || u.Fragment != "":
		c.add(*e, "url", "must have neither a user nor a #fragment", fix)
	case !hostForm.MatchString(u.Hostname()):
		c.add(*e, "url", "names an address or this machine, not a public name", fix)
	default:
		return Secret(s)
	}
	return ""
}
