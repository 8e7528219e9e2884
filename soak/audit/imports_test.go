package audit_test

import (
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// The auditor must not know how the program decides and stores: what both believe
// wrongly, neither would find.
func TestTheAuditorSharesNoCodeWithWhatItAudits(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) < 3 {
		t.Fatalf("got %d files, error %v", len(files), err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range f.Imports {
			path, _ := strconv.Unquote(spec.Path.Value)
			if strings.Contains(path, ".") || strings.HasPrefix(path, "frontdesk/") && path != "frontdesk/shared/table" {
				t.Errorf("%s imports %s, allowed are the standard library and the table", name, path)
			}
		}
	}
}
