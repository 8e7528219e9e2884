package shared

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestEveryAlarmIsInTheRunbook: the name of an alarm in the code is a heading of
// docs/operations.md, and the other way round. Where the code takes the name from
// a reason for which people got a conversation, every constant Reason… may be one,
// and each of them must be explained on the page.
func TestEveryAlarmIsInTheRunbook(t *testing.T) {
	page, err := os.ReadFile("../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	headed := map[string]bool{}
	for _, m := range regexp.MustCompile("(?m)^### `([a-z_]+)`").FindAllSubmatch(page, -1) {
		headed[string(m[1])] = true
	}
	c := readCode(t, "..")
	raised, reasons := c.alarms()
	if len(raised) < 10 || len(reasons) < 5 {
		t.Fatalf("found alarms %v and reasons %v: the search no longer finds them", raised, reasons)
	}
	for _, name := range raised {
		if !headed[name] {
			t.Errorf("the code raises the alarm %s: write a heading \"### `%s`\" in docs/operations.md", name, name)
		}
	}
	for _, name := range reasons {
		if !strings.Contains(string(page), "`"+name+"`") {
			t.Errorf("a conversation can be handed over for %s: docs/operations.md does not say what that is", name)
		}
	}
	for name := range headed {
		if !slices.Contains(raised, name) && !slices.Contains(reasons, name) {
			t.Errorf("docs/operations.md has a heading for %s, which no code raises", name)
		}
	}
}

// code is the program's own files, by folder.
type code struct {
	folders   map[string][]*ast.File
	constants map[string]string // name to value, of all folders
}

func readCode(t *testing.T, root string) code {
	t.Helper()
	c := code{map[string][]*ast.File{}, map[string]string{}}
	for _, top := range []string{"shared", "functions", "cmd"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				return err
			}
			c.folders[filepath.Dir(path)] = append(c.folders[filepath.Dir(path)], f)
			c.note(f)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// note keeps the constants of a file that are texts.
func (c code) note(f *ast.File) {
	ast.Inspect(f, func(n ast.Node) bool {
		v, ok := n.(*ast.ValueSpec)
		for i := 0; ok && i < len(v.Names) && i < len(v.Values); i++ {
			if text, ok := literal(v.Values[i]); ok {
				c.constants[v.Names[i].Name] = text
			}
		}
		return true
	})
}

// alarms returns the names that stand beside the word alarm in a call, and every
// reason.
func (c code) alarms() (raised, reasons []string) {
	found, why := map[string]bool{}, map[string]bool{}
	for name, value := range c.constants {
		if strings.HasPrefix(name, "Reason") {
			why[value] = true
		}
	}
	for folder := range c.folders {
		c.calls(folder, func(in *ast.FuncDecl, call *ast.CallExpr) {
			for i := 0; i+1 < len(call.Args); i++ {
				if word, _ := literal(call.Args[i]); word == "alarm" {
					c.values(folder, in, call.Args[i+1], found)
				}
			}
		})
	}
	return slices.Sorted(maps.Keys(found)), slices.Sorted(maps.Keys(why))
}

func (c code) calls(folder string, visit func(*ast.FuncDecl, *ast.CallExpr)) {
	for _, f := range c.folders[folder] {
		for _, d := range f.Decls {
			in, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			ast.Inspect(in, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok {
					visit(in, call)
				}
				return true
			})
		}
	}
}

// values finds what an expression can be: a text, a constant, what a variable of the
// function is set to, or what its callers pass.
func (c code) values(folder string, in *ast.FuncDecl, e ast.Expr, found map[string]bool) {
	if text, ok := literal(e); ok {
		found[text] = true
		return
	}
	if s, ok := e.(*ast.SelectorExpr); ok {
		e = s.Sel
	}
	name, ok := e.(*ast.Ident)
	if !ok {
		return
	}
	if value, ok := c.constants[name.Name]; ok {
		found[value] = true
		return
	}
	ast.Inspect(in, func(n ast.Node) bool {
		set, ok := n.(*ast.AssignStmt)
		for i := 0; ok && len(set.Lhs) == len(set.Rhs) && i < len(set.Lhs); i++ {
			if v, ok := set.Lhs[i].(*ast.Ident); ok && v.Name == name.Name {
				c.values(folder, in, set.Rhs[i], found)
			}
		}
		return true
	})
	if at := slices.Index(parameters(in), name.Name); at >= 0 {
		c.calls(folder, func(caller *ast.FuncDecl, call *ast.CallExpr) {
			if called(call) == in.Name.Name && at < len(call.Args) && caller != in {
				c.values(folder, caller, call.Args[at], found)
			}
		})
	}
}

func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}

func parameters(f *ast.FuncDecl) []string {
	var names []string
	for _, field := range f.Type.Params.List {
		for _, name := range field.Names {
			names = append(names, name.Name)
		}
	}
	return names
}

// called is the name of the function or method of a call.
func called(call *ast.CallExpr) string {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}
