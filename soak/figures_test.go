package soak_test

import (
	"os"
	"path/filepath"
	"testing"

	"frontdesk/soak"
)

func TestFiguresAreWrittenBetweenTheirMarks(t *testing.T) {
	path := filepath.Join(t.TempDir(), "page.md")
	page := "# Page\n<!-- figures of bolt: begin -->\nold\n<!-- figures of bolt: end -->\n<!-- figures of bolt, app-plain: begin -->\n<!-- figures of bolt, app-plain: end -->\nend\n"
	if err := os.WriteFile(path, []byte(page), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, run := range []string{"bolt", "bolt, app-plain"} {
		if err := soak.WriteFigures(path, run, "new of "+run+"\n"); err != nil {
			t.Fatal(err)
		}
	}
	want := "# Page\n<!-- figures of bolt: begin -->\nnew of bolt\n<!-- figures of bolt: end -->\n" +
		"<!-- figures of bolt, app-plain: begin -->\nnew of bolt, app-plain\n<!-- figures of bolt, app-plain: end -->\nend\n"
	got, err := os.ReadFile(path)
	if err != nil || string(got) != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
	if err := soak.WriteFigures(path, "dynamodb", "x"); err == nil {
		t.Error("got no error for a run without a place in the page")
	}
}
