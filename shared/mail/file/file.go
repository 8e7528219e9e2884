// Package file keeps mails as .eml files in a folder instead of sending them:
// the mail of one machine, and its mailbox page. Folder and files can be read by
// their owner only. A file appears whole or not at all; a mail with the id of an
// earlier one replaces it. An id that is not one of ours is refused ([ErrID]), so
// that no path can be smuggled in.
package file

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	frontdesk "frontdesk/shared/mail"
)

var (
	// ErrID says that an id is not of the form that [Box.List] gives.
	ErrID = errors.New("not the id of a mail")
	// ErrNotFound says that there is no mail of this id.
	ErrNotFound = errors.New("no such mail")
)

const suffix = ".eml"

// Box is a folder of mails. Make it with [Open].
type Box struct{ dir string }

// Open makes the folder if need be and takes it for its owner alone.
func Open(dir string) (*Box, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the mailbox: %w", err)
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		return nil, fmt.Errorf("close the mailbox to others: %w", err)
	}
	return &Box{dir}, nil
}

// Send puts a mail into the folder.
func (b *Box) Send(ctx context.Context, e frontdesk.Envelope) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("write a mail: %w", err)
	}
	if err := b.write(id(e.ID), e.MIME); err != nil {
		return fmt.Errorf("write a mail: %w", err)
	}
	return nil
}

// write makes a file whole: a temporary one (which is made 0600), then a rename.
func (b *Box) write(id string, raw []byte) error {
	f, err := os.CreateTemp(b.dir, ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // gone after the rename
	_, err = f.Write(raw)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), filepath.Join(b.dir, id+suffix))
}

// Entry is a mail in the list. Headers are decoded; those that a damaged file
// lacks are empty.
type Entry struct {
	ID      string
	Date    time.Time
	From    string
	To      string
	Subject string
}

// Mail is a mail read back: Raw is what was sent.
type Mail struct {
	Entry
	Raw []byte
}

// List returns all mails, the newest first.
func (b *Box) List() ([]Entry, error) {
	files, err := os.ReadDir(b.dir)
	if err != nil {
		return nil, fmt.Errorf("list mails: %w", err)
	}
	out := []Entry{}
	for _, f := range files {
		id, ours := strings.CutSuffix(f.Name(), suffix)
		if !ours || !valid(id) {
			continue
		}
		m, err := b.Read(id)
		if errors.Is(err, ErrNotFound) {
			continue // removed just now
		}
		if err != nil {
			return nil, err
		}
		out = append(out, m.Entry)
	}
	slices.SortStableFunc(out, func(x, y Entry) int {
		return cmp.Or(y.Date.Compare(x.Date), cmp.Compare(x.ID, y.ID))
	})
	return out, nil
}

// Read returns one mail. [ErrID], [ErrNotFound].
func (b *Box) Read(id string) (Mail, error) {
	if !valid(id) {
		return Mail{}, ErrID
	}
	raw, err := os.ReadFile(filepath.Join(b.dir, id+suffix))
	if errors.Is(err, fs.ErrNotExist) {
		return Mail{}, ErrNotFound
	}
	if err != nil {
		return Mail{}, fmt.Errorf("read a mail: %w", err)
	}
	return Mail{entry(id, raw), raw}, nil
}

// entry reads the headers of a mail, as far as they can be read.
func entry(id string, raw []byte) Entry {
	e := Entry{ID: id}
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return e
	}
	e.Date, _ = m.Header.Date()
	e.From, e.To, e.Subject = decoded(m, "From"), decoded(m, "To"), decoded(m, "Subject")
	return e
}

func decoded(m *mail.Message, header string) string {
	s, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get(header))
	if err != nil {
		return m.Header.Get(header)
	}
	return s
}

// id is a file's name made from a message id: safe as a path and in a URL.
func id(messageID string) string {
	sum := sha256.Sum256([]byte(messageID))
	return hex.EncodeToString(sum[:12])
}

func valid(id string) bool {
	b, err := hex.DecodeString(id)
	return err == nil && len(b) == 12 && id == hex.EncodeToString(b)
}
