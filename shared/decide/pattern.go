package decide

import (
	"errors"
	"regexp"
	"regexp/syntax"
	"slices"
	"unicode/utf8"

	"frontdesk/shared/text"
)

// The bounds of a pattern. Searching a text takes at most as many steps as the
// pattern has, for each of its characters.
const (
	// MaxPattern is the length of a pattern, in characters.
	MaxPattern = 1_000
	// MaxSteps is how many steps a pattern may have once its counts are unrolled:
	// a{100} has a hundred. Without counts none of 1,000 characters has as many.
	MaxSteps = 2_500
	// MaxAllSteps is how many all patterns of a playbook may have together.
	MaxAllSteps = 50_000
)

// Why a pattern that RE2 knows is refused.
var (
	ErrLongPattern = errors.New("the pattern is longer than 1,000 characters")
	ErrManySteps   = errors.New("the pattern has more than 2,500 steps once its counts are unrolled")
	errAllSteps    = errors.New("the patterns of all filters have more than 50,000 steps up to here")
)

// Pattern compiles a regular expression as the filters of a [Book] do, and returns
// how many steps it has. The error is [ErrLongPattern], [ErrManySteps] or what
// package regexp says of the pattern.
func Pattern(pattern string) (re *regexp.Regexp, steps int, err error) {
	tree, err := parsePattern(pattern)
	if err != nil {
		return nil, 0, err
	}
	re, err = regexp.Compile(tree.String())
	return re, stepsOf(tree), err
}

// parsePattern reads a pattern and folds it. Nothing is unrolled before the steps
// are counted.
func parsePattern(pattern string) (*syntax.Regexp, error) {
	if utf8.RuneCountInString(pattern) > MaxPattern {
		return nil, ErrLongPattern
	}
	tree, err := syntax.Parse(pattern, syntax.Perl|syntax.FoldCase)
	if err != nil {
		return nil, err
	}
	foldTree(tree)
	if stepsOf(tree) > MaxSteps {
		return nil, ErrManySteps
	}
	return tree, nil
}

// stepsOf counts the steps of a pattern, up to one more than it may have.
func stepsOf(re *syntax.Regexp) int {
	sum := ownSteps(re)
	for _, sub := range re.Sub {
		sum = min(sum+stepsOf(sub), MaxSteps+1)
	}
	if re.Op == syntax.OpRepeat {
		sum *= max(re.Min, re.Max, 1)
	}
	return min(sum, MaxSteps+1)
}

// ownSteps are those of a node without the nodes inside it.
func ownSteps(re *syntax.Regexp) int {
	switch re.Op {
	case syntax.OpLiteral:
		return len(re.Rune)
	case syntax.OpConcat:
		return 0
	case syntax.OpCapture:
		return 2
	case syntax.OpAlternate:
		return len(re.Sub)
	case syntax.OpRepeat:
		if re.Min == re.Max {
			return 0
		}
	}
	return 1
}

// compilePattern compiles a regular expression for folded text: case is
// ignored, and the characters that it spells out are folded as the text is. Of
// each of the literal lists at least one phrase is in every text that matches, so
// that most texts need not be searched with it.
func (c *compiler) compilePattern(pattern string) (re *regexp.Regexp, literals [][]string, err error) {
	tree, err := parsePattern(pattern)
	if err != nil {
		return nil, nil, err
	}
	if c.steps += stepsOf(tree); c.steps > MaxAllSteps {
		return nil, nil, errAllSteps
	}
	re, err = regexp.Compile(tree.String())
	if err != nil {
		return nil, nil, err
	}
	return re, required(tree), nil
}

func foldTree(re *syntax.Regexp) {
	switch re.Op {
	case syntax.OpLiteral:
		re.Rune = foldLiteral(re.Rune)
		if len(re.Rune) == 0 {
			re.Op = syntax.OpEmptyMatch
		}
	case syntax.OpCharClass:
		re.Rune = foldClass(re.Rune)
	}
	for _, sub := range re.Sub {
		foldTree(sub)
	}
}

// foldLiteral folds characters without trimming: a space at either end means
// something in a pattern.
func foldLiteral(runes []rune) []rune {
	fenced := []rune(text.Fold("|" + string(runes) + "|"))
	return fenced[1 : len(fenced)-1]
}

// maxClass is how many characters a class may spell out to have them folded; a
// larger one is a range of an alphabet.
const maxClass = 256

// foldClass adds the folded form of each character of a small class.
func foldClass(ranges []rune) []rune {
	size := 0
	for i := 0; i < len(ranges); i += 2 {
		size += int(ranges[i+1]-ranges[i]) + 1
	}
	if size > maxClass {
		return ranges
	}
	out := slices.Clone(ranges)
	for i := 0; i < len(ranges); i += 2 {
		for r := ranges[i]; r <= ranges[i+1]; r++ {
			if folded := foldLiteral([]rune{r}); len(folded) == 1 && folded[0] != r {
				out = append(out, folded[0], folded[0])
			}
		}
	}
	return out
}

// required returns lists of folded phrases: a text that matches has at least one
// phrase of each list.
func required(re *syntax.Regexp) [][]string {
	switch re.Op {
	case syntax.OpLiteral:
		if s := text.Fold(string(re.Rune)); s != "" {
			return [][]string{{s}}
		}
	case syntax.OpCapture, syntax.OpPlus:
		return required(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min > 0 {
			return required(re.Sub[0])
		}
	case syntax.OpConcat:
		var lists [][]string
		for _, part := range re.Sub {
			lists = append(lists, required(part)...)
		}
		return lists
	case syntax.OpAlternate:
		return alternatives(re.Sub)
	}
	return nil
}

// alternatives returns one list, of what each alternative requires at its
// longest; none when one alternative requires nothing.
func alternatives(parts []*syntax.Regexp) [][]string {
	var list []string
	for _, part := range parts {
		lists := required(part)
		if len(lists) == 0 {
			return nil
		}
		list = append(list, slices.MaxFunc(lists, func(a, b []string) int { return shortest(a) - shortest(b) })...)
	}
	return [][]string{list}
}

// shortest returns the length in characters of the shortest phrase.
func shortest(phrases []string) int {
	n := utf8.RuneCountInString(phrases[0])
	for _, p := range phrases[1:] {
		n = min(n, utf8.RuneCountInString(p))
	}
	return n
}
