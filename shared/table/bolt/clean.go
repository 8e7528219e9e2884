package bolt

import (
	"fmt"
	"os"
	"path/filepath"
)

// A store that was closed in order has a note beside it, which holds the size
// and the time of change that the file then had. No note, or another size or
// time, means a crash or a file changed from outside: everything is checked.

func notePath(path string) string { return path + ".clean" }

func stamp(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%d bytes, changed %d\n", info.Size(), info.ModTime().UnixNano()), nil
}

func closedCleanly(path string) bool {
	note, err := os.ReadFile(notePath(path))
	if err != nil {
		return false
	}
	now, err := stamp(path)
	return err == nil && now == string(note)
}

func rememberClean(path string) error {
	note, err := stamp(path)
	if err == nil {
		err = os.WriteFile(notePath(path), []byte(note), 0o600)
	}
	if err != nil {
		return fmt.Errorf("note the clean close of the store: %w", err)
	}
	return nil
}

// forgetClean removes the note for as long as the store is open. That must
// survive a power cut, hence the folder is forced to disk too.
func forgetClean(path string) error {
	err := os.Remove(notePath(path))
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}

// Move gives a closed store another name in the same folder, with its note: how a
// store that was filled aside is put in place whole.
func Move(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return fmt.Errorf("move the store: %w", err)
	}
	if err := os.Rename(notePath(from), notePath(to)); err != nil && !os.IsNotExist(err) {
		return fmt.Errorf("move the note of the store: %w", err)
	}
	return syncFolder(filepath.Dir(to))
}
