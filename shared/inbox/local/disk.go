package local

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"frontdesk/shared/table/bolt"
)

// disk keeps a queue's records in one bucket, keyed by a number that grows with
// each job (8 bytes, big-endian), so that reading in key order is reading in the order of Put.
type disk struct {
	db     *bolt.DB
	bucket []byte
}

// errGone: the record is not there any more.
var errGone = errors.New("the job is not stored")

func (d disk) create() error {
	return d.db.Do(context.Background(), func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucketIfNotExists(d.bucket)
		return err
	})
}

// append keeps the values under consecutive numbers in one commit.
func (d disk) append(ctx context.Context, values [][]byte) (first uint64, err error) {
	err = d.db.Do(ctx, func(tx *bbolt.Tx) error {
		b := tx.Bucket(d.bucket)
		b.FillPercent = 0.95 // keys only grow, so half-empty pages would stay half empty
		first = b.Sequence() + 1
		for i, value := range values {
			if err := b.Put(key(first+uint64(i)), value); err != nil {
				return err
			}
		}
		return b.SetSequence(first + uint64(len(values)) - 1)
	})
	return first, err
}

// read returns one record, or errGone.
func (d disk) read(seq uint64) (r record, err error) {
	err = d.db.View(func(tx *bbolt.Tx) error {
		value := tx.Bucket(d.bucket).Get(key(seq))
		if value == nil {
			return errGone
		}
		r, err = decode(value)
		return err
	})
	return r, err
}

// count keeps how many attempts the job has had and when the next is due.
func (d disk) count(ctx context.Context, seq uint64, r record) error {
	return d.db.Do(ctx, func(tx *bbolt.Tx) error {
		b := tx.Bucket(d.bucket)
		if b.Get(key(seq)) == nil {
			return errGone
		}
		return b.Put(key(seq), r.encode())
	})
}

// remove deletes the records in one commit.
func (d disk) remove(seqs []uint64) error {
	return d.db.Do(context.Background(), d.deleting(seqs))
}

// removeSoon is remove in the next commit of what nobody waits for.
func (d disk) removeSoon(seqs []uint64) error {
	return d.db.Patient().Do(context.Background(), d.deleting(seqs))
}

func (d disk) deleting(seqs []uint64) func(*bbolt.Tx) error {
	return func(tx *bbolt.Tx) error {
		b := tx.Bucket(d.bucket)
		for _, seq := range seqs {
			if err := b.Delete(key(seq)); err != nil {
				return err
			}
		}
		return nil
	}
}

// each calls found for every record in order. The record's body is not set.
func (d disk) each(found func(seq uint64, r record)) error {
	return d.db.View(func(tx *bbolt.Tx) error {
		return tx.Bucket(d.bucket).ForEach(func(k, value []byte) error {
			r, err := decodeHead(value)
			if err == nil && len(k) != 8 {
				err = bolt.ErrDamaged
			}
			if err != nil {
				return fmt.Errorf("read stored job %x: %w", k, err)
			}
			found(binary.BigEndian.Uint64(k), r)
			return nil
		})
	})
}

// oldest returns when the first record was put that skip does not hold; zero if none.
func (d disk) oldest(skip func(seq uint64) bool) (put time.Time, err error) {
	err = d.db.View(func(tx *bbolt.Tx) error {
		c := tx.Bucket(d.bucket).Cursor()
		k, value := c.First()
		for k != nil && skip(binary.BigEndian.Uint64(k)) {
			k, value = c.Next()
		}
		if k == nil {
			return nil
		}
		r, err := decodeHead(value)
		put = r.put
		return err
	})
	return put, err
}

func key(seq uint64) []byte { return binary.BigEndian.AppendUint64(nil, seq) }
