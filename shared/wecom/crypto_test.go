package wecom

import (
	"bytes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"

	"frontdesk/shared/channel"

	"pgregory.net/rapid"
)

// The published sample of W:90968.
const (
	vectorToken     = "QDG6eK"
	vectorKey       = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
	vectorCorp      = "wx5823bf96d3bd56c7"
	vectorTimestamp = "1409659589"
	vectorNonce     = "263014780"
	vectorSignature = "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3"
	vectorEcho      = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="
	vectorAnswer    = "1616140317555161061"
	vectorRandom    = "c41b64491c2468d0"
)

// otherKey is another EncodingAESKey, and spareKey the published one with other
// spare bits at its end: the same 32 bytes.
const (
	otherKey = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ"
	spareKey = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2A"
)

func testPair(t testing.TB, token, aesKey string) *Pair {
	t.Helper()
	p, err := NewPair(channel.CallbackKey{Token: channel.Secret(token), AESKey: channel.Secret(aesKey)})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestThePublishedVectorHoldsExactly(t *testing.T) {
	p := testPair(t, vectorToken, vectorKey)
	if got := p.Sign(vectorTimestamp, vectorNonce, vectorEcho); got != vectorSignature {
		t.Errorf("signature: got %s, want %s", got, vectorSignature)
	}
	q := Query{Signature: vectorSignature, Timestamp: vectorTimestamp, Nonce: vectorNonce, Echo: vectorEcho}
	if !p.Verify(q, []byte(vectorEcho)) {
		t.Error("the published signature is refused")
	}
	plain, err := p.Decrypt([]byte(vectorEcho), vectorCorp)
	if err != nil || string(plain) != vectorAnswer {
		t.Errorf("answer: got %q and %v, want %q", plain, err, vectorAnswer)
	}
	if got := p.Encrypt([16]byte([]byte(vectorRandom)), []byte(vectorAnswer), vectorCorp); got != vectorEcho {
		t.Errorf("ciphertext: got %s, want %s", got, vectorEcho)
	}
}

func TestAKeyWithNonZeroSpareBitsIsTheSameKey(t *testing.T) {
	if _, err := base64.StdEncoding.Strict().DecodeString(vectorKey + "="); err == nil {
		t.Fatal("the published key has no spare bits set: choose another one for this test")
	}
	plain, err := testPair(t, vectorToken, spareKey).Decrypt([]byte(vectorEcho), vectorCorp)
	if err != nil || string(plain) != vectorAnswer {
		t.Errorf("got %q and %v, want %q", plain, err, vectorAnswer)
	}
}

func TestKeysThatAreNone(t *testing.T) {
	for name, key := range map[string]string{
		"empty": "", "one short": vectorKey[1:], "one too many": vectorKey + "A", "not Base64": strings.Repeat("*", 43), "with its padding": vectorKey + "=",
	} {
		_, err := NewPair(channel.CallbackKey{Token: "t", AESKey: channel.Secret(key)})
		if !errors.Is(err, BadKey) {
			t.Errorf("%s: got %v, want %v", name, err, BadKey)
		}
	}
}

func TestSignaturesThatAreRefused(t *testing.T) {
	good := Query{Signature: vectorSignature, Timestamp: vectorTimestamp, Nonce: vectorNonce}
	for _, c := range []struct {
		name   string
		change func(*Query)
		want   bool
	}{
		{"as published", func(*Query) {}, true},
		{"in capitals", func(q *Query) { q.Signature = strings.ToUpper(q.Signature) }, true},
		{"one digit changed", func(q *Query) { q.Signature = "6" + q.Signature[1:] }, false},
		{"the last digit changed", func(q *Query) { q.Signature = q.Signature[:39] + "4" }, false},
		{"cut off", func(q *Query) { q.Signature = q.Signature[:38] }, false},
		{"too long", func(q *Query) { q.Signature += "00" }, false},
		{"empty", func(q *Query) { q.Signature = "" }, false},
		{"no hex", func(q *Query) { q.Signature = strings.Repeat("z", 40) }, false},
		{"another time", func(q *Query) { q.Timestamp = "1409659590" }, false},
		{"another nonce", func(q *Query) { q.Nonce = "263014781" }, false},
	} {
		q := good
		c.change(&q)
		if got := testPair(t, vectorToken, vectorKey).Verify(q, []byte(vectorEcho)); got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
	if testPair(t, "QDG6eL", vectorKey).Verify(good, []byte(vectorEcho)) {
		t.Error("another token: accepted")
	}
}

func TestWhatIsEncryptedIsDecrypted(t *testing.T) {
	p := testPair(t, vectorToken, vectorKey)
	pads := map[int]bool{}
	rapid.Check(t, func(t *rapid.T) {
		msg := rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(t, "msg")
		receiver := rapid.StringN(0, 20, 64).Draw(t, "receiver")
		random := [16]byte(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "random"))
		encrypted := p.Encrypt(random, msg, receiver)
		raw, err := base64.StdEncoding.DecodeString(encrypted)
		if err != nil || len(raw)%32 != 0 {
			t.Fatalf("got %d bytes and %v, want a multiple of 32 in Base64", len(raw), err)
		}
		pads[len(raw)-20-len(msg)-len(receiver)] = true
		got, err := p.Decrypt([]byte(encrypted), receiver)
		if err != nil || !bytes.Equal(got, msg) {
			t.Fatalf("got %q and %v, want %q", got, err, msg)
		}
		if got, err := p.Decrypt([]byte(encrypted), receiver+"x"); !errors.Is(err, BadReceiver) || got != nil {
			t.Fatalf("another receiver: got %q and %v, want %v", got, err, BadReceiver)
		}
	})
	for n := range pads {
		if n < 1 || n > 32 {
			t.Errorf("a padding of %d bytes was made", n)
		}
	}
	if !pads[17] && !pads[32] && !pads[20] {
		t.Errorf("only paddings up to 16 were tried: %v", pads)
	}
}

// encryptRaw encrypts bytes as they are, padding included.
func encryptRaw(p *Pair, raw []byte) []byte {
	out := make([]byte, len(raw))
	cipher.NewCBCEncrypter(p.block, p.iv[:]).CryptBlocks(out, raw)
	return []byte(base64.StdEncoding.EncodeToString(out))
}

// layout builds a plaintext with a length field of its own and a padding of one's
// own.
func layout(length uint32, body, pad string) []byte {
	raw := append([]byte(vectorRandom), binary.BigEndian.AppendUint32(nil, length)...)
	return append(append(raw, body...), pad...)
}

func TestEveryBoundOfAPlaintextIsChecked(t *testing.T) {
	p := testPair(t, vectorToken, vectorKey)
	repeat := func(b byte, n int) string { return strings.Repeat(string([]byte{b}), n) }
	for _, c := range []struct {
		name string
		raw  []byte
		want error
	}{
		{"a message of one byte", layout(1, "xC", repeat(10, 10)), nil},
		{"no message", layout(0, "C", repeat(11, 11)), nil},
		{"padding of 32", layout(11, "01234567890C", repeat(32, 32)), nil},
		{"padding of 0", layout(1, "xC", repeat(0, 10)), BadDecrypt},
		{"padding of 33", layout(10, "0123456789C", repeat(33, 33)), BadDecrypt},
		{"padding that is not all equal", layout(1, "xC", "\x09"+repeat(10, 9)), BadDecrypt},
		{"padding above the size", []byte(repeat(32, 16)), BadDecrypt},
		{"nothing but padding", []byte(repeat(16, 16)), BadBuffer},
		{"shorter than its head", append([]byte(vectorRandom+"abc"), repeat(13, 13)...), BadBuffer},
		{"a length one above the rest", layout(3, "xC", repeat(10, 10)), BadBuffer},
		{"the largest length", layout(1<<32-1, "xC", repeat(10, 10)), BadBuffer},
		{"a length with the sign bit", layout(1<<31, "xC", repeat(10, 10)), BadBuffer},
		{"a length that takes the receiver in", layout(2, "xC", repeat(10, 10)), BadReceiver},
		{"no receiver", layout(1, "x", repeat(11, 11)), BadReceiver},
		{"another receiver", layout(1, "xD", repeat(10, 10)), BadReceiver},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := p.Decrypt(encryptRaw(p, c.raw), "C"); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

func TestCiphertextsThatAreNone(t *testing.T) {
	p := testPair(t, vectorToken, vectorKey)
	for _, c := range []struct {
		name, encrypted string
		want            error
	}{
		{"nothing", "", BadDecrypt},
		{"not Base64", "a b c d ?", BadBase64},
		{"a plus that became a space", strings.ReplaceAll(vectorEcho, "+", " "), BadBase64},
		{"without its padding", strings.TrimRight(vectorEcho, "="), BadBase64},
		{"15 bytes", base64.StdEncoding.EncodeToString(make([]byte, 15)), BadDecrypt},
		{"17 bytes", base64.StdEncoding.EncodeToString(make([]byte, 17)), BadDecrypt},
		{"encrypted with another key", testPair(t, vectorToken, otherKey).Encrypt([16]byte{1}, []byte("hello"), vectorCorp), BadDecrypt},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, err := p.Decrypt([]byte(c.encrypted), vectorCorp); !errors.Is(err, c.want) {
				t.Errorf("got %q and %v, want %v", got, err, c.want)
			}
		})
	}
}

func TestAnAIBotHasAnEmptyReceiver(t *testing.T) {
	p := testPair(t, vectorToken, vectorKey)
	encrypted := []byte(p.Encrypt([16]byte{}, []byte("{}"), ""))
	if got, err := p.Decrypt(encrypted, ""); err != nil || string(got) != "{}" {
		t.Errorf("got %q and %v, want {}", got, err)
	}
	if _, err := p.Decrypt([]byte(vectorEcho), ""); !errors.Is(err, BadReceiver) {
		t.Errorf("a company's callback read as a bot's: got %v, want %v", err, BadReceiver)
	}
}

func TestRefusalsAreExplainedAndHoldNoSecret(t *testing.T) {
	for code := BadProtocol; code <= BadSignature; code++ {
		if code.Meaning() == "unknown" || !strings.Contains(code.Error(), fmt.Sprint(int(code))) {
			t.Errorf("%d: got %q, want its meaning and its number", int(code), code.Error())
		}
	}
	if got := Refusal(-1).Meaning(); got != "unknown" {
		t.Errorf("a number of no meaning: got %q", got)
	}
}

func TestKeysAreNeverPrinted(t *testing.T) {
	p := testPair(t, vectorToken, vectorKey)
	d := testDoor(t)
	q, body := p.Seal([16]byte{}, []byte("<xml></xml>"), vectorCorp, "1", "2").Post(vectorCorp, "1000002")
	o, err := d.Open("app-main", q, body)
	if err != nil {
		t.Fatal(err)
	}
	token := fmt.Sprint([]byte(vectorToken))
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
		out := fmt.Sprintf(verb+verb+verb+verb, p, d, *d, o)
		if strings.Contains(out, vectorToken) || strings.Contains(out, vectorKey) || strings.Contains(out, token) || strings.Contains(out, "<xml>") {
			t.Errorf("%s shows a key or a callback: %s", verb, out)
		}
	}
}
