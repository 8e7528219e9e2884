package soak

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

// The marks between which the figures stand in a document.
const (
	figuresBegin = "<!-- figures: begin -->\n"
	figuresEnd   = "<!-- figures: end -->"
)

var errNoFigures = errors.New("the document has no place for figures")

// WriteFigures replaces the figures in a document.
func WriteFigures(path, figures string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("write figures: %w", err)
	}
	before, rest, ok := strings.Cut(string(text), figuresBegin)
	_, after, ok2 := strings.Cut(rest, figuresEnd)
	if !ok || !ok2 {
		return fmt.Errorf("write figures into %s: %w", path, errNoFigures)
	}
	if err := os.WriteFile(path, []byte(before+figuresBegin+figures+figuresEnd+after), 0o644); err != nil {
		return fmt.Errorf("write figures: %w", err)
	}
	return nil
}
