package render

import (
	"fmt"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// reason is why a filter could not do its work. It never holds a value: values
// may be what a contact typed.
type reason string

func (r reason) Error() string { return string(r) }

const (
	maxValue = 16 << 10 // bytes of one text inside a template (4,096 characters at most)
	maxItems = 5_000    // items of one list
)

// filterFunc turns a value into another one.
type filterFunc = func(value any, args ...any) (any, error)

// filterDef is a filter and what it takes. All filters are ours: the engine's
// own read the clock, repeat without bounds or cut characters in half.
type filterDef struct {
	name     string
	in       []kind
	out      kind
	min, max int
	usage    string
	run      func(*names) filterFunc
}

// allFilters is the whole list, in the order in which it is shown.
func allFilters() []filterDef {
	texts := []kind{kindText, kindNumber, kindNothing}
	numbers := []kind{kindText, kindNumber}
	lists := []kind{kindList}
	every := []kind{kindText, kindNumber, kindYesNo, kindTime, kindList, kindNothing}
	return []filterDef{
		{"default", every, kindAny, 1, 1, `write {{ contact.name | default: "friend" }}`, plain(defaultTo)},
		{"date", []kind{kindTime, kindText}, kindText, 0, 1, `write {{ now | date: "%d %B, %H:%M" }}`, dateFilter},
		{"number", numbers, kindText, 0, 1, "write {{ price | number: 2 }} for two decimals", numberFilter},
		{"append", texts, kindText, 1, 1, `write | append: "text"`, plain(text2(func(s, t string) string { return s + t }))},
		{"prepend", texts, kindText, 1, 1, `write | prepend: "text"`, plain(text2(func(s, t string) string { return t + s }))},
		{"remove", texts, kindText, 1, 1, `write | remove: "text"`, plain(text2(func(s, t string) string { return strings.ReplaceAll(s, t, "") }))},
		{"replace", texts, kindText, 2, 2, `write | replace: "old", "new"`, plain(replace)},
		{"upcase", texts, kindText, 0, 0, "write | upcase", plain(text1(strings.ToUpper))},
		{"downcase", texts, kindText, 0, 0, "write | downcase", plain(text1(strings.ToLower))},
		{"capitalize", texts, kindText, 0, 0, "write | capitalize", plain(text1(capitalize))},
		{"strip", texts, kindText, 0, 0, "write | strip", plain(text1(strings.TrimSpace))},
		{"truncate", texts, kindText, 1, 2, `write | truncate: 20, or | truncate: 20, "…"`, plain(truncate)},
		{"url_encode", texts, kindText, 0, 0, "write | url_encode", plain(text1(url.QueryEscape))},
		{"split", texts, kindList, 1, 1, `write | split: ","`, plain(split)},
		{"join", lists, kindText, 0, 1, `write | join: ", "`, plain(join)},
		{"first", lists, kindAny, 0, 0, "write | first behind a list", plain(first)},
		{"last", lists, kindAny, 0, 0, "write | last behind a list", plain(last)},
		{"size", []kind{kindText, kindList, kindNothing}, kindNumber, 0, 0, "write | size", plain(size)},
		{"plus", numbers, kindNumber, 1, 1, "write | plus: 1", plain(arithmetic(func(a, b float64) float64 { return a + b }))},
		{"minus", numbers, kindNumber, 1, 1, "write | minus: 1", plain(arithmetic(func(a, b float64) float64 { return a - b }))},
		{"times", numbers, kindNumber, 1, 1, "write | times: 2", plain(arithmetic(func(a, b float64) float64 { return a * b }))},
		{"divided_by", numbers, kindNumber, 1, 1, "write | divided_by: 2", plain(arithmetic(func(a, b float64) float64 { return a / b }))},
		{"modulo", numbers, kindNumber, 1, 1, "write | modulo: 2", plain(arithmetic(math.Mod))},
		{"round", numbers, kindNumber, 0, 1, "write | round, or | round: 2", plain(round)},
	}
}

func findFilter(name string) (filterDef, bool) {
	for _, f := range allFilters() {
		if f.name == name {
			return f, true
		}
	}
	return filterDef{}, false
}

func filterNames() []string {
	var list []string
	for _, f := range allFilters() {
		list = append(list, f.name)
	}
	return list
}

// plain makes a filter that is the same in all languages, and bounds what it gives.
func plain(f filterFunc) func(*names) filterFunc {
	return func(*names) filterFunc {
		return func(value any, args ...any) (any, error) {
			out, err := f(value, args...)
			if s, ok := out.(string); ok && len(s) > maxValue {
				return nil, reason("a text inside the template grew too long")
			}
			return out, err
		}
	}
}

func text1(f func(string) string) filterFunc {
	return func(v any, _ ...any) (any, error) { return f(asText(v)), nil }
}

func text2(f func(a, b string) string) filterFunc {
	return func(v any, args ...any) (any, error) { return f(asText(v), asText(arg(args, 0))), nil }
}

func arg(args []any, i int) any {
	if i < len(args) {
		return args[i]
	}
	return nil
}

func asText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case time.Time:
		return v.Format(time.RFC3339)
	}
	return fmt.Sprint(v)
}

func asNumber(v any) (float64, error) {
	switch v := v.(type) {
	case int:
		return float64(v), nil
	case float64:
		return v, nil
	case string:
		n, err := strconv.ParseFloat(strings.TrimSpace(v), 64)
		if err == nil && !math.IsNaN(n) && !math.IsInf(n, 0) {
			return n, nil
		}
	}
	return 0, reason("a number filter was given something that is not a number")
}

func defaultTo(v any, args ...any) (any, error) {
	if v == nil || v == false || v == "" {
		return arg(args, 0), nil
	}
	if list, ok := v.([]string); ok && len(list) == 0 {
		return arg(args, 0), nil
	}
	return v, nil
}

func replace(v any, args ...any) (any, error) {
	s, old, with := asText(v), asText(arg(args, 0)), asText(arg(args, 1))
	if old == "" {
		return s, nil
	}
	if len(s)+strings.Count(s, old)*(len(with)-len(old)) > maxValue {
		return nil, reason("a text inside the template grew too long")
	}
	return strings.ReplaceAll(s, old, with), nil
}

func capitalize(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}

// truncate cuts to a number of characters, the ending included.
func truncate(v any, args ...any) (any, error) {
	limit, err := asNumber(arg(args, 0))
	if err != nil || limit < 0 {
		return nil, reason("truncate was not given a length")
	}
	ending := "…"
	if len(args) > 1 {
		ending = asText(args[1])
	}
	s := []rune(asText(v))
	if len(s) <= int(min(limit, maxValue)) {
		return string(s), nil
	}
	keep := max(int(limit)-utf8.RuneCountInString(ending), 0)
	return string(s[:keep]) + ending, nil
}

func split(v any, args ...any) (any, error) {
	s := asText(v)
	if s == "" {
		return []string{}, nil
	}
	list := strings.SplitN(s, asText(arg(args, 0)), maxItems+1)
	if len(list) > maxItems {
		return nil, reason("a list inside the template grew too long")
	}
	return list, nil
}

func asList(v any) ([]string, error) {
	if list, ok := v.([]string); ok {
		return list, nil
	}
	return nil, reason("a list filter was given something that is not a list")
}

func join(v any, args ...any) (any, error) {
	list, err := asList(v)
	between := " "
	if len(args) > 0 {
		between = asText(args[0])
	}
	if len(list)*len(between) > maxValue {
		return nil, reason("a text inside the template grew too long")
	}
	return strings.Join(list, between), err
}

func first(v any, _ ...any) (any, error) {
	list, err := asList(v)
	if len(list) == 0 {
		return nil, err
	}
	return list[0], nil
}

func last(v any, _ ...any) (any, error) {
	list, err := asList(v)
	if len(list) == 0 {
		return nil, err
	}
	return list[len(list)-1], nil
}

func size(v any, _ ...any) (any, error) {
	if list, ok := v.([]string); ok {
		return len(list), nil
	}
	return utf8.RuneCountInString(asText(v)), nil
}
