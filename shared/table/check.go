package table

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// The sizes that both engines refuse to exceed. They are DynamoDB's limits
// (AWS, "Quotas in Amazon DynamoDB"), the last one with room for its own bookkeeping.
const (
	// MaxPK and MaxSK are the longest keys in bytes.
	MaxPK, MaxSK = 2048, 1024
	// MaxKeys is how many keys one Get may name.
	MaxKeys = 100
	// MaxTransact is how many bytes of keys and bodies one transaction may hold.
	MaxTransact = 4_000_000
)

// ErrInvalid: the call itself is wrong (an empty key, text that is not UTF-8, a
// key twice in one transaction). Nothing was done, and repeating it does not help.
var ErrInvalid = errors.New("not a valid call of the table")

// Seconds returns Expires as both engines store it: whole seconds since 1970,
// 0 for never.
func (i Item) Seconds() int64 {
	if i.Expires.IsZero() {
		return 0
	}
	return max(i.Expires.Unix(), 1)
}

// CheckKey says why a key cannot be used: [ErrInvalid] or [ErrTooLarge]. A PK
// may hold no zero byte; an SK may.
func CheckKey(k Key) error {
	if err := CheckPK(k.PK); err != nil {
		return err
	}
	return checkText("sort key", k.SK, MaxSK)
}

// CheckPK is [CheckKey] for the partition alone.
func CheckPK(pk string) error {
	if strings.IndexByte(pk, 0) >= 0 {
		return fmt.Errorf("the partition key holds a zero byte: %w", ErrInvalid)
	}
	return checkText("partition key", pk, MaxPK)
}

func checkText(what, s string, most int) error {
	switch {
	case s == "":
		return fmt.Errorf("the %s is empty: %w", what, ErrInvalid)
	case len(s) > most:
		return fmt.Errorf("the %s has %d bytes of at most %d: %w", what, len(s), most, ErrTooLarge)
	case !utf8.ValidString(s):
		return fmt.Errorf("the %s is not UTF-8: %w", what, ErrInvalid)
	}
	return nil
}

// CheckKeys checks the keys of one Get.
func CheckKeys(keys []Key) error {
	if len(keys) > MaxKeys {
		return fmt.Errorf("get %d items of at most %d: %w", len(keys), MaxKeys, ErrTooLarge)
	}
	for _, k := range keys {
		if err := CheckKey(k); err != nil {
			return fmt.Errorf("get: %w", err)
		}
	}
	return nil
}

// CheckQuery checks the partition and the limit of a query.
func CheckQuery(q Query) error {
	if err := CheckPK(q.PK); err != nil {
		return fmt.Errorf("query: %w", err)
	}
	if q.Limit < 0 {
		return fmt.Errorf("query: the limit is negative: %w", ErrInvalid)
	}
	return nil
}

// CheckWrites checks the steps of one transaction: their number, their sizes,
// their keys, and that no key occurs twice.
func CheckWrites(writes []Write) error {
	if len(writes) > MaxWrites {
		return fmt.Errorf("transaction of %d steps, at most %d: %w", len(writes), MaxWrites, ErrTooLarge)
	}
	total := 0
	for i, w := range writes {
		if err := checkWrite(w); err != nil {
			return fmt.Errorf("write step %d: %w", i+1, err)
		}
		if hasKey(writes[:i], w.Item.Key) {
			return fmt.Errorf("write step %d: its key occurs twice: %w", i+1, ErrInvalid)
		}
		total += len(w.Item.PK) + len(w.Item.SK) + len(w.Item.Body)
	}
	if total > MaxTransact {
		return fmt.Errorf("transaction of %d bytes, at most %d: %w", total, MaxTransact, ErrTooLarge)
	}
	return nil
}

func checkWrite(w Write) error {
	if w.Delete && w.Check {
		return fmt.Errorf("a step deletes or checks, not both: %w", ErrInvalid)
	}
	if err := CheckKey(w.Item.Key); err != nil {
		return err
	}
	if w.Delete || w.Check {
		return nil
	}
	if n := len(w.Item.Body); n > MaxBody {
		return fmt.Errorf("the body has %d bytes of at most %d: %w", n, MaxBody, ErrTooLarge)
	}
	if !utf8.ValidString(w.Item.Body) {
		return fmt.Errorf("the body is not UTF-8: %w", ErrInvalid)
	}
	return nil
}

func hasKey(writes []Write, k Key) bool {
	for _, w := range writes {
		if w.Item.Key == k {
			return true
		}
	}
	return false
}
