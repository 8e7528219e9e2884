package bolt

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"strings"
	"time"

	"go.etcd.io/bbolt"

	"frontdesk/shared/table"
)

// Items lie in one bucket under PK 0x00 SK. A value is a header of big-endian
// numbers and the body: checksum of all the rest and of the key (4 bytes,
// CRC-32C), version (8), expiry in seconds since 1970 or 0 (8).
//
// The items' bucket keeps their number as its sequence, so that a lost one is noticed.
//
// A second bucket lists what expires, under the expiry (8 bytes) and the item's
// key, with empty values. The names carry the number of this format.
var (
	itemsBucket  = []byte("items/1")
	expiryBucket = []byte("expiry/1")
	castagnoli   = crc32.MakeTable(crc32.Castagnoli)
)

const header = 4 + 8 + 8

func itemKey(k table.Key) []byte {
	b := make([]byte, 0, len(k.PK)+1+len(k.SK))
	b = append(b, k.PK...)
	b = append(b, 0)
	return append(b, k.SK...)
}

func expiryKey(seconds int64, key []byte) []byte {
	b := make([]byte, 8, 8+len(key))
	binary.BigEndian.PutUint64(b, uint64(seconds))
	return append(b, key...)
}

// stored is an item as it lies in the file; body points into the file.
type stored struct {
	version, expires int64
	body             []byte
}

func (s stored) alive(now int64) bool { return s.version > 0 && (s.expires == 0 || s.expires > now) }

func encode(key []byte, version, expires int64, body string) []byte {
	b := make([]byte, header, header+len(body))
	binary.BigEndian.PutUint64(b[4:], uint64(version))
	binary.BigEndian.PutUint64(b[12:], uint64(expires))
	b = append(b, body...)
	binary.BigEndian.PutUint32(b, checksum(key, b[4:]))
	return b
}

// decode reads a value; the zero stored for a key that is not there.
func decode(key, value []byte) (stored, error) {
	if value == nil {
		return stored{}, nil
	}
	if len(value) < header || binary.BigEndian.Uint32(value) != checksum(key, value[4:]) {
		return stored{}, fmt.Errorf("an item is not what was written: %w", ErrDamaged)
	}
	return stored{
		version: int64(binary.BigEndian.Uint64(value[4:])),
		expires: int64(binary.BigEndian.Uint64(value[12:])),
		body:    value[header:],
	}, nil
}

func checksum(key, rest []byte) uint32 {
	return crc32.Update(crc32.Checksum(key, castagnoli), castagnoli, rest)
}

func (s stored) item(k table.Key) table.Item {
	item := table.Item{Key: k, Body: string(s.body), Version: s.version}
	if s.expires != 0 {
		item.Expires = time.Unix(s.expires, 0).UTC()
	}
	return item
}

func splitKey(key []byte) table.Key {
	pk, sk, _ := strings.Cut(string(key), "\x00")
	return table.Key{PK: pk, SK: sk}
}

// space is the table inside one transaction.
type space struct {
	items, expiry *bbolt.Bucket
	now           int64 // seconds since 1970
}

func openSpace(tx *bbolt.Tx, now time.Time) space {
	return space{items: tx.Bucket(itemsBucket), expiry: tx.Bucket(expiryBucket), now: now.Unix()}
}

// put replaces old, which is what lies under key now, and keeps the list of what expires.
func (s space) put(key []byte, old stored, item table.Item) error {
	version := int64(1)
	if old.alive(s.now) {
		version = old.version + 1
	}
	expires := item.Seconds()
	if err := s.reschedule(key, old.expires, expires); err != nil {
		return err
	}
	if old.version == 0 {
		if err := s.count(1); err != nil {
			return err
		}
	}
	return s.items.Put(key, encode(key, version, expires, item.Body))
}

func (s space) count(change int) error {
	return s.items.SetSequence(uint64(int64(s.items.Sequence()) + int64(change)))
}

func (s space) delete(key []byte, old stored) error {
	if old.version == 0 {
		return nil
	}
	if err := s.count(-1); err != nil {
		return err
	}
	if err := s.reschedule(key, old.expires, 0); err != nil {
		return err
	}
	return s.items.Delete(key)
}

func (s space) reschedule(key []byte, from, to int64) error {
	if from == to {
		return nil
	}
	if from != 0 {
		if err := s.expiry.Delete(expiryKey(from, key)); err != nil {
			return err
		}
	}
	if to == 0 {
		return nil
	}
	return s.expiry.Put(expiryKey(to, key), nil)
}
