package render

import (
	"slices"
	"strings"
)

// compare answers a == b and its like. Values of different kinds are not equal,
// and neither is before the other.
func compare(a value, op string, b value) bool {
	switch op {
	case "==":
		return equal(a, b)
	case "!=":
		return !equal(a, b)
	case "<":
		return less(a, b)
	case "<=":
		return less(a, b) || equal(a, b)
	case ">":
		return less(b, a)
	case ">=":
		return less(b, a) || equal(a, b)
	}
	return contains(a, b)
}

func equal(a, b value) bool {
	if a.kind != b.kind {
		return false
	}
	switch a.kind {
	case kindText:
		return a.text == b.text
	case kindNumber:
		return a.number == b.number
	case kindYesNo:
		return a.yes == b.yes
	case kindTime:
		return a.time.Equal(b.time)
	case kindList:
		return slices.Equal(a.list, b.list)
	}
	return true // nothing is nothing
}

// less orders texts by their bytes, numbers, and no before yes.
func less(a, b value) bool {
	if a.kind != b.kind {
		return false
	}
	switch a.kind {
	case kindText:
		return a.text < b.text
	case kindNumber:
		return a.number < b.number
	case kindYesNo:
		return !a.yes && b.yes
	}
	return false
}

// contains looks for a text in a text or for an item in a list. Nothing holds
// nil, and a moment holds nothing.
func contains(a, b value) bool {
	switch a.kind {
	case kindText:
		return b.kind != kindNothing && strings.Contains(a.text, b.asText())
	case kindList:
		return b.kind == kindText && slices.Contains(a.list, b.text)
	}
	return false
}
