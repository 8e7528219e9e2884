package record

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"frontdesk/shared/table"
)

// partSize is how many characters of a text go into one item.
const partSize = table.MaxBody - 1000

// maxText bounds what a packed text may unpack to: 32 MB.
const maxText = 32 << 20

// plainSize is up to how many bytes a text is kept as it is: packing it would
// cost more than it saves.
const plainSize = 2000

// packed is a text of any size: as it is when it is short, else compressed and
// written as Base64, inside the item itself while it fits there, else cut into
// parts that are kept under its hash.
type packed struct {
	Plain string `json:"plain,omitempty"`
	Data  string `json:"data,omitempty"`
	Hash  string `json:"hash,omitempty"`
	N     int    `json:"parts,omitempty"`
}

// pack stores data's parts, if it needs any, and returns what to keep.
// One write per part of about 380 KB. Parts expire with what they belong to.
func (s *Store) pack(ctx context.Context, data []byte, expires time.Time) (packed, error) {
	if len(data) <= plainSize && utf8.Valid(data) {
		return packed{Plain: string(data)}, nil
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(data) // a bytes.Buffer does not fail
	_ = z.Close()
	text := base64.StdEncoding.EncodeToString(b.Bytes())
	if len(text) <= partSize/2 {
		return packed{Data: text}, nil
	}
	sum := sha256.Sum256(data)
	p := packed{Hash: hex.EncodeToString(sum[:])}
	for ; text != ""; p.N++ {
		n := min(partSize, len(text))
		body, _ := json.Marshal(text[:n])
		it := table.Item{Key: partKey(p.Hash, p.N), Body: string(body), Expires: expires}
		if err := s.Table.Put(ctx, it, table.Condition{}); err != nil {
			return packed{}, fmt.Errorf("store part %d: %w", p.N, err)
		}
		text = text[n:]
	}
	return p, nil
}

func partKey(hash string, n int) table.Key {
	return table.Key{PK: "PART#" + hash, SK: fmt.Sprintf("%05d", n)}
}

// unpack undoes pack. One read per page when there are parts.
func (s *Store) unpack(ctx context.Context, p packed) ([]byte, error) {
	if p.Data == "" && p.Hash == "" {
		return []byte(p.Plain), nil
	}
	text := p.Data
	if p.Hash != "" {
		var b strings.Builder
		err := each(ctx, s, table.Query{PK: "PART#" + p.Hash}, func(_ table.Item, part string) bool {
			b.WriteString(part)
			return true
		})
		if err != nil {
			return nil, fmt.Errorf("read parts: %w", err)
		}
		text = b.String()
	}
	z, err := gzip.NewReader(base64.NewDecoder(base64.StdEncoding, strings.NewReader(text)))
	if err != nil {
		return nil, fmt.Errorf("unpack: %w", err)
	}
	data, err := io.ReadAll(io.LimitReader(z, maxText+1))
	if err != nil {
		return nil, fmt.Errorf("unpack: %w", err)
	}
	if len(data) > maxText {
		return nil, fmt.Errorf("unpack: more than %d bytes", maxText)
	}
	return data, nil
}

// unpart deletes the parts of a packed text.
func (s *Store) unpart(ctx context.Context, p packed) error {
	for n := range p.N {
		if err := s.Table.Delete(ctx, partKey(p.Hash, n), table.Condition{}); err != nil {
			return fmt.Errorf("delete part %d: %w", n, err)
		}
	}
	return nil
}
