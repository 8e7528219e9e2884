package soak

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

var errNoFigures = errors.New("the document has no place for figures")

// WriteFigures replaces the figures of one run in a document. They stand between two
// marks with its name; the marks must be there.
func WriteFigures(path, run, figures string) error {
	begin, end := "<!-- figures of "+run+": begin -->\n", "<!-- figures of "+run+": end -->"
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("write figures: %w", err)
	}
	before, rest, ok := strings.Cut(string(text), begin)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		return fmt.Errorf("write figures of %s into %s: %w", run, path, errNoFigures)
	}
	if err := os.WriteFile(path, []byte(before+begin+figures+end+after), 0o644); err != nil {
		return fmt.Errorf("write figures: %w", err)
	}
	return nil
}
