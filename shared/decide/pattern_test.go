package decide

import (
	"errors"
	"os"
	"regexp/syntax"
	"runtime"
	"slices"
	"strings"
	"testing"

	"frontdesk/shared/playbook"
	"frontdesk/shared/text"
)

func TestPatternsThatCostTooMuchAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		pattern string
		want    error
	}{
		"10,000 characters":                   {strings.Repeat("a", 10_000), ErrLongPattern},
		"a megabyte":                          {strings.Repeat("(", 1<<20), ErrLongPattern},
		"a count of a count":                  {"((a{10}){10}){30}", nil},
		"counts side by side":                 {strings.Repeat(".{1000}", 100), ErrManySteps},
		"letters of all alphabets by count":   {strings.Repeat(`\pL{900}`, 9), ErrManySteps},
		"counts of alternatives":              {"(price|prices|how much|多少钱){200}", ErrManySteps},
		"at least a thousand, several times":  {"(?:ab){1000,}(?:ab){1000,}", ErrManySteps},
		"up to a thousand, of what may be":    {"(?:a?b?c?){0,1000}", ErrManySteps},
		"a character that folds to eighteen":  {strings.Repeat("ﷺ", 1000), ErrManySteps},
		"a thousand letters":                  {strings.Repeat("a", 1000), nil},
		"a thousand characters with signs":    {strings.Repeat("a?.*", 250), nil},
		"a hundred alternatives":              {strings.Repeat("price|", 100) + "cost", nil},
		"a hundred digits":                    {`\d{100}`, nil},
		"a class of everything, in both case": {`[\x{0}-\x{10ffff}]`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			re, steps, err := Pattern(c.pattern)
			runtime.ReadMemStats(&after)
			if c.want != nil && !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
			if re != nil && steps > MaxSteps {
				t.Errorf("got a pattern of %d steps", steps)
			}
			if cost := after.TotalAlloc - before.TotalAlloc; cost > 8<<20 {
				t.Errorf("it took %d KB", cost>>10)
			}
		})
	}
}

// Two that package regexp refuses itself.
func TestPatternsThatRE2DoesNotTake(t *testing.T) {
	for _, pattern := range []string{"(a{1000}){1000}", "a{1001}", strings.Repeat("(a|", 400), "(?=a)", `\1`, "a**"} {
		if re, _, err := Pattern(pattern); err == nil {
			t.Errorf("%.20s: got %v", pattern, re)
		}
	}
}

// The steps that are counted beforehand are at least those that the compiled
// program has, so that a refusal comes before the memory is taken.
func stepsSuffice(t *testing.T, pattern string) {
	t.Helper()
	tree, err := parsePattern(pattern)
	if err != nil {
		return
	}
	prog, err := syntax.Compile(tree.Simplify())
	if err != nil {
		t.Fatalf("%q passed and cannot be compiled: %v", pattern, err)
	}
	const ends = 4 // a program's own first and last steps
	if _, steps, _ := Pattern(pattern); len(prog.Inst) > steps+ends {
		t.Errorf("%q has %d steps, and %d were counted", pattern, len(prog.Inst), steps)
	}
}

// A pattern is refused or has bounded steps, and a text that it matches has one
// phrase of each list that says which texts need not be searched.
func FuzzPattern(f *testing.F) {
	for _, c := range []struct{ pattern, text string }{
		{`order\s*#?\d{4,}`, "My ORDER #12345"}, {"價.?錢", "价钱"}, {"[價錢]$", "多少錢"}, {"ＶＩＰ", "I am a vip"}, {"refund|money back|退款", "I want my Money Back"},
		{`\b\d{6}\b`, "code 123456"}, {"(?:ha){2,}", "haha"}, {"(?:ha){0,2}x", "x"}, {"a\u200bb", "ab"}, {"(?:very )?cheap+", "cheappp"}, {"σ", "ς"}, {"㍿{3}", "株式会社株式会社株式会社"},
		{"(?:㍿|a)b?", "株式会社b"}, {"(a{1000}){1000}", ""}, {strings.Repeat(".{1000}", 100), "a"}, {"e\u0301?", "é"}, {" vip ", "a vip b"}, {"ß|ẞ", "STRASSE"}, {"(?i)[k-ſ]x", "kx"}, {"a^b|$", "ab"},
	} {
		f.Add(c.pattern, c.text)
	}
	if shop, err := os.ReadFile("../demo/playbook.json"); err == nil {
		for line := range strings.Lines(string(shop)) {
			if _, pattern, ok := strings.Cut(line, `"regex": "`); ok {
				pattern, _, _ = strings.Cut(pattern, `"`)
				f.Add(strings.ReplaceAll(pattern, `\\`, `\`), "is order CL-216747 on its way?")
			}
		}
	}
	f.Fuzz(func(t *testing.T, pattern, says string) {
		if len(says) > 4096 {
			return
		}
		stepsSuffice(t, pattern)
		re, literals, err := new(compiler).compilePattern(pattern)
		if err != nil {
			return
		}
		folded := text.Fold(says)
		if !re.MatchString(folded) {
			return
		}
		for _, list := range literals {
			if !slices.ContainsFunc(list, func(s string) bool { return strings.Contains(folded, s) }) {
				t.Errorf("%q matches %q, which has none of %q", pattern, folded, list)
			}
		}
	})
}

// A draft that nobody has checked yet is compiled too: its patterns are bounded
// together before their memory is taken.
func TestPatternsAreBoundedTogether(t *testing.T) {
	p := &playbook.Playbook{Languages: []string{"en"}}
	for range 10_000 {
		p.Filters = append(p.Filters, playbook.Filter{When: playbook.Condition{Regex: "a.{900}"}})
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := Compile(p, 1)
	runtime.ReadMemStats(&after)
	if faults := Faults(err); len(faults) == 0 || faults[0].Path != "filters[55].when.regex" || !strings.Contains(faults[0].Message, "50,000 steps") {
		t.Errorf("got %+v", faults[:min(len(faults), 1)])
	}
	if cost := after.TotalAlloc - before.TotalAlloc; cost > 64<<20 {
		t.Errorf("it took %d MB", cost>>20)
	}
}
