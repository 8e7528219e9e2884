package render_test

import (
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// What looks methods up by name makes the linker keep every exported method of
// every type, which is 1.9 MB of each function that renders.
func TestNothingLooksMethodsUpByName(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	read := 0
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		read++
		for _, spec := range file.Imports {
			name, _ := strconv.Unquote(spec.Path.Value)
			if slices.Contains([]string{"reflect", "text/template", "html/template"}, name) || strings.HasPrefix(name, "github.com/") {
				t.Errorf("%s imports %s", path, name)
			}
		}
	}
	if read == 0 {
		t.Error("no file was read, so nothing was shown")
	}
}
