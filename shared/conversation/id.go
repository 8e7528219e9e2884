package conversation

import (
	"crypto/sha256"
	"encoding/base32"
	"strings"
	"time"

	"frontdesk/shared/message"
)

// ids are written in lower-case base32hex: letters and digits whose order as
// text is their order as numbers, safe in URLs, queue groups and channel references.
var ids = base32.HexEncoding.WithPadding(base32.NoPadding)

// ID returns the id of the conversation between a person and a channel: 26
// letters and digits made from a hash, so that neither number nor name shows in
// a log or a URL. The same person on the same channel always gets the same id.
func ID(channel string, p message.Person) string {
	key := p.UserID
	if key == "" {
		key = "+" + p.Phone
	}
	return digest(channel+"\x00"+key, 16)
}

// NewID returns a message id for a time and 6 bytes of entropy: 20
// characters that sort by time in milliseconds.
func NewID(at time.Time, entropy []byte) string {
	ms := uint64(max(at.UnixMilli(), 0))
	var b [12]byte // 48 bits of time, 48 bits of entropy
	for i := range 6 {
		b[5-i] = byte(ms >> (8 * i))
	}
	copy(b[6:], entropy)
	return strings.ToLower(ids.EncodeToString(b[:]))[:20]
}

// InboundID returns the message id of an inbound message: the same for every
// delivery of it, because it is made of the channel's time and id alone.
func InboundID(m message.Inbound) string {
	sum := sha256.Sum256([]byte(m.Channel + "\x00" + m.ID))
	return NewID(m.Time, sum[:])
}

// IDTime returns the time in a message id, in UTC; zero when id is not one.
func IDTime(id string) time.Time {
	b, err := ids.DecodeString(strings.ToUpper(id))
	if err != nil || len(b) < 6 {
		return time.Time{}
	}
	var ms int64
	for i := range 6 {
		ms = ms<<8 | int64(b[i])
	}
	return time.UnixMilli(ms).UTC()
}

// IDBound returns the lowest message id of a time, for ranges.
func IDBound(at time.Time) string { return NewID(at, nil) }

// Ref is what goes to the channel with a reply and comes back in receipts.
func Ref(home, replyID string) string { return home + "." + replyID }

// ParseRef splits what [Ref] made.
func ParseRef(ref string) (home, replyID string, ok bool) {
	home, replyID, ok = strings.Cut(ref, ".")
	if !ok || len(home) != idLength || !IsMessageID(replyID) {
		return "", "", false
	}
	return home, replyID, true
}

func digest(s string, n int) string {
	sum := sha256.Sum256([]byte(s))
	return strings.ToLower(ids.EncodeToString(sum[:n]))
}

// The lengths of the id of a conversation and of a message.
const (
	idLength        = 26
	messageIDLength = 20
)

// IsMessageID reports whether a text has the form of a message id. A digest of ours that
// went out with something else has not.
func IsMessageID(id string) bool { return len(id) == messageIDLength && !IDTime(id).IsZero() }

// ReceiptGroup is the queue group of the receipts of one reply.
func ReceiptGroup(home, replyID string) string { return home + "-" + replyID }
