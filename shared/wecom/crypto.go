package wecom

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"slices"

	"frontdesk/shared/channel"
)

// The layout of an encrypted message (W:90968): 16 random bytes, 4 bytes of
// length, the message, the receiver's id, and 1 to 32 bytes of padding.
const (
	randomSize = 16
	headSize   = randomSize + 4
	padSize    = 32
)

// Pair is a Token and an EncodingAESKey: what one callback address is signed and
// encrypted with. It is safe for concurrent use.
type Pair struct {
	token []byte
	block cipher.Block
	iv    [aes.BlockSize]byte
}

// NewPair reads the EncodingAESKey: 43 characters of Base64 for 32 bytes. The last
// character has two bits to spare, and those of real keys are often not zero.
func NewPair(key channel.CallbackKey) (*Pair, error) {
	raw, err := base64.StdEncoding.DecodeString(key.AESKey.Reveal() + "=")
	if err != nil || len(raw) != 32 {
		return nil, BadKey
	}
	block, err := aes.NewCipher(raw)
	if err != nil {
		return nil, BadKey
	}
	p := &Pair{token: []byte(key.Token.Reveal()), block: block}
	copy(p.iv[:], raw)
	return p, nil
}

// Format hides the keys from every verb of package fmt.
func (p *Pair) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[hidden]") }

// digest is the SHA-1 of token, timestamp, nonce and ciphertext, sorted as bytes
// and joined.
func (p *Pair) digest(timestamp, nonce string, encrypted []byte) [sha1.Size]byte {
	parts := [4][]byte{p.token, []byte(timestamp), []byte(nonce), encrypted}
	slices.SortFunc(parts[:], bytes.Compare)
	joined := make([]byte, 0, len(p.token)+len(timestamp)+len(nonce)+len(encrypted))
	for _, part := range parts {
		joined = append(joined, part...)
	}
	return sha1.Sum(joined)
}

// Sign returns msg_signature: 40 lower-case hex digits.
func (p *Pair) Sign(timestamp, nonce, encrypted string) string {
	sum := p.digest(timestamp, nonce, []byte(encrypted))
	return hex.EncodeToString(sum[:])
}

// Verify checks the signature of a query over a ciphertext, in constant time.
func (p *Pair) Verify(q Query, encrypted []byte) bool {
	var given [sha1.Size]byte
	if len(q.Signature) != hex.EncodedLen(len(given)) {
		return false
	}
	if _, err := hex.Decode(given[:], []byte(q.Signature)); err != nil {
		return false
	}
	sum := p.digest(q.Timestamp, q.Nonce, encrypted)
	return subtle.ConstantTimeCompare(sum[:], given[:]) == 1
}

// Decrypt returns the message in a ciphertext, whose signature has been verified
// before: so nobody without the token learns which step failed. receiver is the
// CorpID of apps and customer service, and empty for an AI bot. The result may
// hold any bytes.
func (p *Pair) Decrypt(encrypted []byte, receiver string) ([]byte, error) {
	buf := make([]byte, base64.StdEncoding.DecodedLen(len(encrypted)))
	n, err := base64.StdEncoding.Decode(buf, encrypted)
	if err != nil {
		return nil, BadBase64
	}
	buf = buf[:n]
	if n == 0 || n%aes.BlockSize != 0 {
		return nil, BadDecrypt
	}
	cipher.NewCBCDecrypter(p.block, p.iv[:]).CryptBlocks(buf, buf)
	if buf = unpad(buf); buf == nil {
		return nil, BadDecrypt
	}
	return unwrap(buf, receiver)
}

// unpad takes the padding off; nil when it is not 1 to 32 equal bytes that say
// their own number.
func unpad(buf []byte) []byte {
	n := int(buf[len(buf)-1])
	if n < 1 || n > padSize || n > len(buf) {
		return nil
	}
	body, pad := buf[:len(buf)-n], buf[len(buf)-n:]
	for _, b := range pad {
		if int(b) != n {
			return nil
		}
	}
	return body
}

func unwrap(buf []byte, receiver string) ([]byte, error) {
	if len(buf) < headSize {
		return nil, BadBuffer
	}
	length := uint64(binary.BigEndian.Uint32(buf[randomSize:]))
	rest := buf[headSize:]
	if length > uint64(len(rest)) {
		return nil, BadBuffer
	}
	msg, id := rest[:length:length], rest[length:]
	if subtle.ConstantTimeCompare(id, []byte(receiver)) != 1 {
		return nil, BadReceiver
	}
	return msg, nil
}

// Encrypt is the other way round, for replies and for the sandbox.
func (p *Pair) Encrypt(random [randomSize]byte, msg []byte, receiver string) string {
	size := headSize + len(msg) + len(receiver)
	pad := padSize - size%padSize
	buf := make([]byte, 0, size+pad)
	buf = append(buf, random[:]...)
	buf = binary.BigEndian.AppendUint32(buf, uint32(len(msg)))
	buf = append(buf, msg...)
	buf = append(buf, receiver...)
	buf = append(buf, bytes.Repeat([]byte{byte(pad)}, pad)...)
	cipher.NewCBCEncrypter(p.block, p.iv[:]).CryptBlocks(buf, buf)
	return base64.StdEncoding.EncodeToString(buf)
}
