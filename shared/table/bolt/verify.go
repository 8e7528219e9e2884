package bolt

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// verify reads the whole file without writing to it and reports the first damage.
// The order matters: bbolt trusts the numbers inside a file and would run astray on
// wrong ones, so the pages are walked by our own bounded reader before bbolt's
// check of the tree, and that before the items.
func verify(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("open the store: %w", err)
	}
	if info.Size() == 0 {
		return advise(path, fmt.Errorf("%w: it is empty", ErrDamaged))
	}
	return advise(path, guarded(func() error { return verifyFile(path) }))
}

func verifyFile(path string) error {
	// Read-only takes a shared lock, so nobody writes meanwhile, and reads only the first pages.
	b, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true, Timeout: lockPatience})
	if err != nil {
		return err
	}
	defer b.Close()
	if err := walkFile(path); err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return b.View(func(tx *bbolt.Tx) error {
		if err := checkTree(tx); err != nil {
			return fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		if err := hasBuckets(tx); err != nil {
			return err
		}
		return checkItems(tx)
	})
}

// checkTree is bbolt's own check: order of keys, pages used twice, pages lost.
func checkTree(tx *bbolt.Tx) error {
	var first error
	for err := range tx.Check() { // to the end, or its goroutine never does
		if first == nil {
			first = err
		}
	}
	return first
}

func hasBuckets(tx *bbolt.Tx) error {
	if tx.Bucket(itemsBucket) == nil || tx.Bucket(expiryBucket) == nil {
		return fmt.Errorf("%w: it is not a store of this version of frontdesk", ErrDamaged)
	}
	return nil
}

// checkItems checks every item against its checksum, their number, and that the list
// of what expires names exactly the items that do.
func checkItems(tx *bbolt.Tx) error {
	items, expiry := tx.Bucket(itemsBucket), tx.Bucket(expiryBucket)
	found, expiring := uint64(0), 0
	err := items.ForEach(func(key, value []byte) error {
		found++
		it, err := decode(key, value)
		if err != nil || it.expires == 0 {
			return err
		}
		expiring++
		if expiry.Get(expiryKey(it.expires, key)) == nil {
			return fmt.Errorf("%w: the list of what expires lacks an item", ErrDamaged)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if want := items.Sequence(); found != want {
		return fmt.Errorf("%w: it has %d items of %d", ErrDamaged, found, want)
	}
	if n := expiry.Stats().KeyN; n != expiring {
		return fmt.Errorf("%w: the list of what expires has %d entries for %d items", ErrDamaged, n, expiring)
	}
	return nil
}

// advise turns what went wrong at opening into a sentence that helps.
func advise(path string, err error) error {
	var pathErr *fs.PathError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, bolterrors.ErrTimeout):
		return fmt.Errorf("%w %s; stop it, or set FRONTDESK_DATA to another folder", ErrInUse, path)
	case errors.As(err, &pathErr):
		return fmt.Errorf("open the store: %w", err)
	case !errors.Is(err, ErrDamaged):
		err = fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return fmt.Errorf("%w (file %s). It has not been touched: put a backup in its place, "+
		"or move it away to start with an empty store", err, path)
}
