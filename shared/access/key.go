package access

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// KeyFile is the name of the key in the data folder.
const KeyFile = "token.key"

// keySize is HMAC-SHA256's own, in bytes.
const keySize = 32

// ErrKey says that the key file cannot be trusted. It is never overwritten.
var ErrKey = errors.New("the token key cannot be used")

// ErrNoKey says that this machine has no key yet.
var ErrNoKey = errors.New("there is no token key")

// ReadKey reads the key that signs this machine's tokens from a data folder: 32
// bytes in hex, in a file that only its owner can read. [ErrNoKey], [ErrKey].
func ReadKey(folder string) ([]byte, error) {
	path := filepath.Join(folder, KeyFile)
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w at %s: start the desk there, or name its folder in FRONTDESK_DATA", ErrNoKey, path)
	}
	if err != nil {
		return nil, fmt.Errorf("read the token key: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%w: others can read %s; run chmod 600 on it, or delete it to have a new one made", ErrKey, path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the token key: %w", err)
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(key) != keySize {
		return nil, fmt.Errorf("%w: %s is damaged; delete it to have a new one made, which ends all tokens", ErrKey, path)
	}
	return key, nil
}

// Key is [ReadKey], and makes the key when there is none. Two programs that do
// so at once end up with the same key.
func Key(folder string, entropy io.Reader) ([]byte, error) {
	key, err := ReadKey(folder)
	if !errors.Is(err, ErrNoKey) {
		return key, err
	}
	if err := makeKey(folder, entropy); err != nil {
		return nil, fmt.Errorf("make the token key: %w", err)
	}
	return ReadKey(folder)
}

// makeKey writes a whole key under another name and links it into place, so that
// nobody reads half of one.
func makeKey(folder string, entropy io.Reader) error {
	key := make([]byte, keySize)
	if _, err := io.ReadFull(entropy, key); err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	draft, err := os.CreateTemp(folder, KeyFile+".*") // 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(draft.Name()) }()
	_, err = io.WriteString(draft, hex.EncodeToString(key)+"\n")
	if err := errors.Join(err, draft.Sync(), draft.Close()); err != nil {
		return err
	}
	err = os.Link(draft.Name(), filepath.Join(folder, KeyFile))
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}
