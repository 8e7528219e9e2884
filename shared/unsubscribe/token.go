// Package unsubscribe is the link in a weekly mail by which its reader gets no more of them:
// how it is signed, and the page behind it.
//
// The link follows RFC 8058: a mail client POSTs to it without asking anybody, and that is
// enough. GET changes nothing, because scanners open every link of a mail; it shows a button.
//
// The link holds a keyed hash of the recipient's id and address and a signature of that hash,
// and nothing of the person. What was not signed with our key is refused before anything is
// read. With another address a recipient has another link: what is in the mails of whoever had
// the place before stops nobody else's.
package unsubscribe

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"
)

// Path is where the page is; the token follows.
const Path = "/unsubscribe/"

// KeySize is the size of a key in bytes.
const KeySize = 32

// ErrToken says that a token was not made with our key.
var ErrToken = errors.New("not a link to unsubscribe")

const half = 16 // bytes of the hash, and of its signature

// Token is the end of the link of a recipient at an address, in whatever case it is written: 43
// characters, the same whenever it is made.
func Token(key []byte, recipient, address string) string {
	name := mac(key, "recipient", []byte(recipient+"\x00"+strings.ToLower(address)))
	return base64.RawURLEncoding.EncodeToString(append(name, mac(key, "link", name)...))
}

// Check reports with [ErrToken] that a token was not made with a key.
func Check(key []byte, token string) error {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) != 2*half || !hmac.Equal(raw[half:], mac(key, "link", raw[:half])) {
		return ErrToken
	}
	return nil
}

func mac(key []byte, use string, data []byte) []byte {
	h := hmac.New(sha256.New, key)
	_, _ = h.Write(append([]byte(use+"\x00"), data...)) // a hash does not fail
	return h.Sum(nil)[:half]
}
