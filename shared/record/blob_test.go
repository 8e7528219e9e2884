package record

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"frontdesk/shared/table/bolt"
)

func openStore(t testing.TB) *Store {
	t.Helper()
	db, err := bolt.Open(filepath.Join(t.TempDir(), "desk.db"), bolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return New(db)
}

// What stands in the table is unpacked or refused, within a bound.
func FuzzUnpack(f *testing.F) {
	s := openStore(f)
	ctx := context.Background()
	for _, data := range [][]byte{nil, []byte("short"), bytes.Repeat([]byte("a long one "), 1000), {0xff, 0xfe}} {
		p, err := s.pack(ctx, data, time.Time{})
		if err != nil {
			f.Fatal(err)
		}
		text, _ := json.Marshal(p)
		f.Add(string(text))
	}
	f.Add(`{"data":"H4sIAAAAAAAA"}`)
	f.Add(`{"hash":"gone","parts":3}`)
	f.Fuzz(func(t *testing.T, text string) {
		var p packed
		if json.Unmarshal([]byte(text), &p) != nil {
			return
		}
		if data, err := s.unpack(ctx, p); err == nil && len(data) > maxText {
			t.Errorf("got %d bytes, want at most %d", len(data), maxText)
		}
	})
}

func TestATextOfAnySizeComesBack(t *testing.T) {
	s, ctx := openStore(t), context.Background()
	for _, size := range []int{0, 1, plainSize, plainSize + 1, 300_000, 2_000_000} {
		data := make([]byte, size)
		_, _ = io.ReadFull(rand.NewChaCha8([32]byte{1}), data) // does not shrink
		p, err := s.pack(ctx, data, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := s.unpack(ctx, p); err != nil || !bytes.Equal(got, data) {
			t.Errorf("%d bytes: got %d, %v", size, len(got), err)
		}
	}
}

func TestATextThatUnpacksToGigabytesIsRefused(t *testing.T) {
	s, ctx := openStore(t), context.Background()
	p, err := s.pack(ctx, make([]byte, maxText+maxText/2), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := s.unpack(ctx, p); err == nil {
		t.Errorf("got %d bytes, want it refused", len(got))
	}
}
