package message

import (
	"strings"
	"testing"
)

// The name of a document keeps its ending, by which its reader's program is chosen.
func TestTheNameOfADocumentKeepsItsEnding(t *testing.T) {
	for name, want := range map[string]string{
		strings.Repeat("a", 300) + ".pdf": strings.Repeat("a", 236) + ".pdf",
		strings.Repeat("茶", 100) + ".pdf": strings.Repeat("茶", 78) + ".pdf",
		"a." + strings.Repeat("b", 300):   "a." + strings.Repeat("b", 238),
		"Teas.pdf":                        "Teas.pdf",
	} {
		if got := (Media{Name: name}).ShortName(240); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

// A file as words: its name, if it has one, and below it the address.
func TestAFileAsWords(t *testing.T) {
	for want, m := range map[string]Media{
		"https://shop.example/a.pdf":           {URL: "https://shop.example/a.pdf"},
		"Teas.pdf\nhttps://shop.example/a.pdf": {URL: "https://shop.example/a.pdf", Name: "Teas.pdf"},
	} {
		if got := m.Lines(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	for shape, want := range map[Shape]bool{ShapeImage: true, ShapeAudio: true, ShapeText: false, ShapeCard: false} {
		if shape.File() != want {
			t.Errorf("%s is a file: got %v, want %v", shape, shape.File(), want)
		}
	}
}
