package render

import (
	"math"
	"net/url"
	"strings"
	"sync"
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

// maxArgs is how many values a filter takes at most.
const maxArgs = 2

// filterFunc turns a value into another one, in the words of a language. Its
// error is a [reason].
type filterFunc func(n *names, v value, args []value) (value, error)

// filterDef is a filter and what it takes. They differ from Shopify's where those
// read the clock, repeat without bounds or cut characters in half.
type filterDef struct {
	name     string
	in       []kind
	out      kind
	min, max int
	usage    string
	run      filterFunc
}

// allFilters is the whole list, in the order in which it is shown.
var allFilters = sync.OnceValue(func() []filterDef {
	texts := []kind{kindText, kindNumber, kindNothing}
	numbers := []kind{kindText, kindNumber}
	lists := []kind{kindList}
	every := []kind{kindText, kindNumber, kindYesNo, kindTime, kindList, kindNothing}
	return []filterDef{
		{"default", every, kindAny, 1, 1, `write {{ contact.name | default: "friend" }}`, defaultTo},
		{"date", []kind{kindTime, kindText}, kindText, 0, 1, `write {{ now | date: "%d %B, %H:%M" }}`, date},
		{"number", numbers, kindText, 0, 1, "write {{ price | number: 2 }} for two decimals", numberForPeople},
		{"append", texts, kindText, 1, 1, `write | append: "text"`, text2(func(s, t string) string { return s + t })},
		{"prepend", texts, kindText, 1, 1, `write | prepend: "text"`, text2(func(s, t string) string { return t + s })},
		{"remove", texts, kindText, 1, 1, `write | remove: "text"`, text2(func(s, t string) string { return strings.ReplaceAll(s, t, "") })},
		{"replace", texts, kindText, 2, 2, `write | replace: "old", "new"`, replace},
		{"upcase", texts, kindText, 0, 0, "write | upcase", text1(strings.ToUpper)},
		{"downcase", texts, kindText, 0, 0, "write | downcase", text1(strings.ToLower)},
		{"capitalize", texts, kindText, 0, 0, "write | capitalize", text1(capitalize)},
		{"strip", texts, kindText, 0, 0, "write | strip", text1(strings.TrimSpace)},
		{"truncate", texts, kindText, 1, 2, `write | truncate: 20, or | truncate: 20, "…"`, truncate},
		{"url_encode", texts, kindText, 0, 0, "write | url_encode", text1(url.QueryEscape)},
		{"split", texts, kindList, 1, 1, `write | split: ","`, split},
		{"join", lists, kindText, 0, 1, `write | join: ", "`, join},
		{"first", lists, kindAny, 0, 0, "write | first behind a list", first},
		{"last", lists, kindAny, 0, 0, "write | last behind a list", last},
		{"size", []kind{kindText, kindList, kindNothing}, kindNumber, 0, 0, "write | size", size},
		{"plus", numbers, kindNumber, 1, 1, "write | plus: 1", arithmetic(func(a, b float64) float64 { return a + b })},
		{"minus", numbers, kindNumber, 1, 1, "write | minus: 1", arithmetic(func(a, b float64) float64 { return a - b })},
		{"times", numbers, kindNumber, 1, 1, "write | times: 2", arithmetic(func(a, b float64) float64 { return a * b })},
		{"divided_by", numbers, kindNumber, 1, 1, "write | divided_by: 2", arithmetic(func(a, b float64) float64 { return a / b })},
		{"modulo", numbers, kindNumber, 1, 1, "write | modulo: 2", arithmetic(math.Mod)},
		{"round", numbers, kindNumber, 0, 1, "write | round, or | round: 2", round},
	}
})

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

func text1(f func(string) string) filterFunc {
	return func(_ *names, v value, _ []value) (value, error) { return textValue(f(v.asText())), nil }
}

func text2(f func(a, b string) string) filterFunc {
	return func(_ *names, v value, args []value) (value, error) {
		return textValue(f(v.asText(), args[0].asText())), nil
	}
}

func defaultTo(_ *names, v value, args []value) (value, error) {
	if v.empty() {
		return args[0], nil
	}
	return v, nil
}

func replace(_ *names, v value, args []value) (value, error) {
	s, old, with := v.asText(), args[0].asText(), args[1].asText()
	if old == "" {
		return textValue(s), nil
	}
	if len(s)+strings.Count(s, old)*(len(with)-len(old)) > maxValue {
		return value{}, reason("a text inside the template grew too long")
	}
	return textValue(strings.ReplaceAll(s, old, with)), nil
}

func capitalize(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}

// truncate cuts to a number of characters, the ending included.
func truncate(_ *names, v value, args []value) (value, error) {
	n, err := args[0].asNumber()
	if err != nil || n < 0 {
		return value{}, reason("truncate was not given a length")
	}
	ending := "…"
	if len(args) > 1 {
		ending = args[1].asText()
	}
	limit := int(min(n, maxValue))
	s := []rune(v.asText())
	if len(s) <= limit {
		return textValue(string(s)), nil
	}
	keep := max(limit-utf8.RuneCountInString(ending), 0)
	return textValue(string(s[:keep]) + ending), nil
}

func split(_ *names, v value, args []value) (value, error) {
	s := v.asText()
	if s == "" {
		return listValue(nil), nil
	}
	list := strings.SplitN(s, args[0].asText(), maxItems+1)
	if len(list) > maxItems {
		return value{}, reason("a list inside the template grew too long")
	}
	return listValue(list), nil
}

func (v value) asList() ([]string, error) {
	if v.kind != kindList {
		return nil, reason("a list filter was given something that is not a list")
	}
	return v.list, nil
}

func join(_ *names, v value, args []value) (value, error) {
	list, err := v.asList()
	between := " "
	if len(args) > 0 {
		between = args[0].asText()
	}
	if len(list)*len(between) > maxValue {
		return value{}, reason("a text inside the template grew too long")
	}
	return textValue(strings.Join(list, between)), err
}

func first(_ *names, v value, _ []value) (value, error) {
	list, err := v.asList()
	if len(list) == 0 {
		return nothing(), err
	}
	return textValue(list[0]), nil
}

func last(_ *names, v value, _ []value) (value, error) {
	list, err := v.asList()
	if len(list) == 0 {
		return nothing(), err
	}
	return textValue(list[len(list)-1]), nil
}

func size(_ *names, v value, _ []value) (value, error) {
	if v.kind == kindList {
		return wholeValue(len(v.list)), nil
	}
	return wholeValue(utf8.RuneCountInString(v.asText())), nil
}
