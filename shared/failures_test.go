package shared

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every test that docs/failures.md names exists in the folder that it is said to be in.
func TestEveryFailureHasItsTests(t *testing.T) {
	page, err := os.ReadFile("../docs/failures.md")
	if err != nil {
		t.Fatal(err)
	}
	word := regexp.MustCompile("`([a-z][a-z/-]*)`|\\b(Test[A-Z]\\w*)")
	rows := 0
	for line := range strings.Lines(string(page)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if !strings.HasPrefix(line, "| ") || len(cells) != 3 || strings.TrimSpace(cells[2]) == "tests" {
			continue
		}
		rows++
		folder, named := "", 0
		for _, m := range word.FindAllStringSubmatch(cells[2], -1) {
			if m[1] != "" {
				folder = m[1]
				continue
			}
			named++
			if !hasTest(t, folder, m[2]) {
				t.Errorf("%s: there is no %s in %q", strings.TrimSpace(cells[0]), m[2], folder)
			}
		}
		if named == 0 {
			t.Errorf("%s: no test is named", strings.TrimSpace(cells[0]))
		}
	}
	if rows < 27 {
		t.Errorf("got %d failures, want all that we know of", rows)
	}
}

// hasTest looks for a test's first line in the tests of a folder.
func hasTest(t *testing.T, folder, name string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", folder, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(source), "\nfunc "+name+"(t *testing.T)") {
			return true
		}
	}
	return false
}
