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
