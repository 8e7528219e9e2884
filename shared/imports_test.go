// Package shared holds the test of how the packages below it may import each
// other: data flows one way, and what decides knows no store, no cloud, no clock.
package shared

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// allowed lists, for every package of ours, which others of ours it may import.
// A new import is a decision: add it here, with a look at which way data flows.
// Paths are relative to frontdesk/shared.
var allowed = map[string]string{
	// Words.
	"message":      "",
	"budget":       "",
	"conversation": "budget message",
	"playbook":     "",
	"week":         "",
	"config":       "",
	"access":       "",
	"access/oidc":  "access",

	// Pure steps.
	"text":       "",
	"decide":     "conversation message playbook text",
	"render":     "message playbook",
	"compare":    "playbook",
	"publish":    "conversation decide message playbook render text wecom whatsapp",
	"rollup":     "conversation message week",
	"questions":  "conversation text",
	"review":     "compare playbook rollup unit",
	"report":     "rollup week",
	"unit":       "",
	"chart":      "unit",
	"chart/line": "chart",
	"mail":       "chart report week rollup unit",
	"assign":     "",
	"sla":        "conversation playbook",

	// Channels.
	"channel":  "message",
	"wire":     "message",
	"whatsapp": "channel message wire",
	"wecom":    "channel message wire",
	"ical":     "",
	"holidays": "ical playbook",
	"send":     "budget channel message wecom whatsapp",

	// What is stored, and queues.
	"table":        "",
	"table/bolt":   "table",
	"table/dynamo": "table",
	"record":       "budget channel conversation message playbook table",
	"live":         "decide playbook record render",
	"inbox":        "",
	"inbox/local":  "inbox table/bolt",
	"inbox/sqs":    "inbox",
	"errand":       "inbox",
	"deadletter":   "inbox record",
	"mail/file":    "mail",
	"unsubscribe":  "",
	"mail/ses":     "mail",
	"mail/smtp":    "mail",

	// What is done.
	"intake":    "conversation deadletter inbox message",
	"menus":     "channel errand inbox live message playbook record wecom",
	"webhook":   "deadletter inbox intake message wecom whatsapp",
	"desk":      "budget conversation decide inbox live message notice playbook record render sla table week",
	"pull":      "channel conversation desk errand inbox intake live message record render wecom",
	"receipts":  "conversation inbox live message notice record sla week",
	"greeting":  "conversation live message record render wecom",
	"dryrun":    "conversation decide message playbook record week",
	"approved":  "channel errand inbox live message playbook record render week whatsapp",
	"figures":   "channel errand inbox live message record rollup wecom week",
	"hook":      "channel message wire",
	"due":       "conversation live notice record sla table",
	"rota":      "assign conversation errand inbox live message playbook record table",
	"notice":    "channel conversation errand hook inbox message playbook record table wecom",
	"erase":     "record rollup",
	"clockwork": "conversation live mail notice questions playbook record report review rollup unsubscribe unit week",
	"admin":     "access approved budget chart clockwork compare conversation deadletter decide desk dryrun erase live mail message playbook publish questions record render report review table week whatsapp",

	// Edges.
	"apigateway":    "",
	"cloud":         "channel config deadletter inbox/sqs live record table/dynamo",
	"sandbox/feed":  "",
	"sandbox":       "message sandbox/feed",
	"sandbox/qyapi": "channel message sandbox/feed wecom",
	"playground":    "conversation decide message sandbox sandbox/qyapi",
	"demo":          "clockwork conversation decide desk inbox live message playbook publish receipts record render week",
}

// forTests are packages that only tests and benchmarks use.
var forTests = []string{"inbox/inboxtest", "lambdatest", "table/dynamo/local", "table/tabletest"}

// pure are the packages that take time, ids and chance from outside and touch
// nothing: no network, no files, no cloud, no store.
var pure = []string{"message", "budget", "conversation", "playbook", "text", "decide", "render", "compare", "publish", "week", "rollup", "questions", "review", "report", "unit", "chart", "chart/line", "mail", "ical", "holidays", "assign", "sla"}

// impure are imports that no pure package may have.
var impure = []string{"os", "net", "net/http", "crypto/rand", "math/rand", "math/rand/v2", "log", "log/slog", "database/sql", "os/exec",
	"github.com/aws/", "go.etcd.io/", "github.com/danielgtaylor/"}

// file is one Go file that is not a test.
type file struct {
	pkg  string
	path string
	ast  *ast.File
}

func files(t *testing.T) []file {
	t.Helper()
	var all []file
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		if parsed.Name.Name != "main" { // generators
			all = append(all, file{filepath.ToSlash(filepath.Dir(path)), path, parsed})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func imports(f file) []string {
	var out []string
	for _, spec := range f.ast.Imports {
		path, _ := strconv.Unquote(spec.Path.Value)
		out = append(out, path)
	}
	return out
}

func TestEveryImportIsAllowed(t *testing.T) {
	for _, f := range files(t) {
		if slices.Contains(forTests, f.pkg) {
			continue
		}
		list, known := allowed[f.pkg]
		if !known {
			t.Errorf("%s: package %s is not in the list", f.path, f.pkg)
			continue
		}
		for _, path := range imports(f) {
			ours, ok := strings.CutPrefix(path, "frontdesk/shared/")
			if ok && !slices.Contains(strings.Fields(list), ours) {
				t.Errorf("%s: %s must not import %s", f.path, f.pkg, ours)
			}
		}
	}
}

func TestTheListHasNoCircleAndNothingThatIsGone(t *testing.T) {
	used := map[string]bool{}
	for _, f := range files(t) {
		used[f.pkg] = true
	}
	var visit func(pkg string, above []string)
	visit = func(pkg string, above []string) {
		if slices.Contains(above, pkg) {
			t.Fatalf("a circle of imports: %v", append(above, pkg))
		}
		for _, next := range strings.Fields(allowed[pkg]) {
			visit(next, append(slices.Clip(above), pkg))
		}
	}
	for pkg := range allowed {
		if !used[pkg] {
			t.Errorf("the list names %s, which does not exist", pkg)
		}
		visit(pkg, nil)
	}
}

func TestPurePackagesTouchNothing(t *testing.T) {
	for _, f := range files(t) {
		if !slices.Contains(pure, f.pkg) {
			continue
		}
		for _, path := range imports(f) {
			for _, bad := range impure {
				if path == bad || strings.HasSuffix(bad, "/") && strings.HasPrefix(path, bad) {
					t.Errorf("%s: a pure package imports %s", f.path, path)
				}
			}
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == "time" && slices.Contains([]string{"Now", "Since", "Until", "Sleep", "After", "NewTimer"}, sel.Sel.Name) {
				t.Errorf("%s: a pure package asks the clock (time.%s)", f.path, sel.Sel.Name)
			}
			return true
		})
	}
}

func TestOnlyMainEndsTheProgramAndNothingHappensOnImport(t *testing.T) {
	for _, f := range files(t) {
		for _, decl := range f.ast.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && fn.Name.Name == "init" && fn.Recv == nil {
				t.Errorf("%s: has an init function", f.path)
			}
		}
		if slices.Contains(forTests, f.pkg) {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			switch fn := call.Fun.(type) {
			case *ast.Ident:
				if fn.Name == "panic" {
					t.Errorf("%s: panics", f.path)
				}
			case *ast.SelectorExpr:
				if x, ok := fn.X.(*ast.Ident); ok && (x.Name == "os" && fn.Sel.Name == "Exit" || x.Name == "log" && strings.HasPrefix(fn.Sel.Name, "Fatal")) {
					t.Errorf("%s: ends the program", f.path)
				}
			}
			return true
		})
	}
}
