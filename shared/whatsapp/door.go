// Package whatsapp speaks with Meta's WhatsApp Business Cloud API.
//
// In: [Door.Subscribe] answers the check of the webhook address, [Door.Verify]
// finds out whose app secret signed a body, and [Door.Parse] turns the body into
// messages, receipts and notices, in this order and never the other way round: no
// byte is decoded before its signature holds.
//
// Out: [Sender.Send] checks a reply against Meta's limits, sends it, and says of
// each failure what to do about it ([Codes]).
//
// It refuses unsigned bodies and bodies that are not a JSON object. It never
// refuses what it does not know: unknown types and fields are kept, and an update
// that cannot be read is set aside ([Stray]) without losing its neighbours.
//
// Sources: Meta, pages webhooks, messages, business-scoped-user-ids and
// error-codes of the WhatsApp Business Platform documentation.
package whatsapp

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
)

// SignatureHeader carries the signature of a webhook's body.
const SignatureHeader = "X-Hub-Signature-256"

const signaturePrefix = "sha256="

// Door knows every WhatsApp channel and the secrets that webhooks are signed with.
// It is safe for concurrent use.
type Door struct {
	signers []*signer
	// numbers maps every phone_number_id to its channel, whoever signs for it;
	// accounts holds every business_id.
	numbers  map[string]string
	accounts map[string]bool
	verify   []channel.Secret
}

// signer is one distinct app secret and the channels it may speak for.
type signer struct {
	secret   []byte
	numbers  map[string]string // phone_number_id → channel id
	accounts map[string]bool
}

// Signed is proof that a body was signed, and by whom. The zero value speaks for
// no channel.
type Signed struct{ by *signer }

// Channels returns the ids of the channels that the signer may speak for, sorted.
func (s Signed) Channels() []string {
	if s.by == nil {
		return nil
	}
	var ids []string
	for _, id := range s.by.numbers {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// Format prints none of the secrets: fmt does not ask unexported fields how they want
// to be printed.
func (d *Door) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "whatsapp.Door") }

// NewDoor takes all channels and keeps those of kind whatsapp.
func NewDoor(channels []channel.Channel) *Door {
	d := &Door{numbers: map[string]string{}, accounts: map[string]bool{}}
	for _, ch := range channels {
		if ch.Kind != message.WhatsApp {
			continue
		}
		d.numbers[ch.PhoneNumberID] = ch.ID
		d.accounts[ch.BusinessID] = ch.BusinessID != ""
		d.verify = append(d.verify, ch.VerifyToken)
		for _, secret := range ch.AppSecrets {
			s := d.signer([]byte(secret.Reveal()))
			s.numbers[ch.PhoneNumberID] = ch.ID
			s.accounts[ch.BusinessID] = ch.BusinessID != ""
		}
	}
	return d
}

// signer returns the one signer of a secret: channels of one app share it.
func (d *Door) signer(secret []byte) *signer {
	for _, s := range d.signers {
		if string(s.secret) == string(secret) {
			return s
		}
	}
	s := &signer{secret: secret, numbers: map[string]string{}, accounts: map[string]bool{}}
	d.signers = append(d.signers, s)
	return s
}

// Subscribe answers the GET with which Meta checks the webhook address: ok and the
// challenge to send back alone, or not ok (answer 403). Meta,
// create-webhook-endpoint page.
func (d *Door) Subscribe(query url.Values) (challenge string, ok bool) {
	given := sha256.Sum256([]byte(query.Get("hub.verify_token")))
	match := 0
	for _, token := range d.verify { // all of them, so that time tells nothing
		want := sha256.Sum256([]byte(token.Reveal()))
		known := subtle.ConstantTimeCompare(given[:], want[:])
		if token == "" {
			known = 0
		}
		match |= known
	}
	challenge = query.Get("hub.challenge")
	if match == 0 || query.Get("hub.mode") != "subscribe" || challenge == "" {
		return "", false
	}
	return challenge, true
}

// Verify checks the value of [SignatureHeader] against the raw body: "sha256="
// and the HMAC-SHA256 in 64 hex digits, of either case. Every app secret is
// tried; the result says which channels its owner may speak for.
func (d *Door) Verify(body []byte, signature string) (Signed, bool) {
	digits, ok := strings.CutPrefix(signature, signaturePrefix)
	var given [sha256.Size]byte
	if !ok || len(digits) != hex.EncodedLen(len(given)) {
		return Signed{}, false
	}
	if _, err := hex.Decode(given[:], []byte(digits)); err != nil {
		return Signed{}, false
	}
	for _, s := range d.signers {
		mac := hmac.New(sha256.New, s.secret)
		mac.Write(body)
		var sum [sha256.Size]byte
		if hmac.Equal(mac.Sum(sum[:0]), given[:]) {
			return Signed{by: s}, true
		}
	}
	return Signed{}, false
}

// Trust stands for a signature that was checked before, over every channel: for
// deliveries that were kept and are put back by an operator.
func (d *Door) Trust() Signed {
	return Signed{by: &signer{numbers: d.numbers, accounts: d.accounts}}
}

// Sign returns the header's value for a body, as Meta makes it: for the sandbox
// and for tests.
func Sign(body []byte, appSecret channel.Secret) string {
	mac := hmac.New(sha256.New, []byte(appSecret.Reveal()))
	mac.Write(body)
	return signaturePrefix + hex.EncodeToString(mac.Sum(nil))
}
