package render

import (
	"slices"
	"strings"
	"unicode"
)

// maxWord is the longest word that is looked at, in bytes: the work grows with
// the product of two lengths.
const maxWord = 60

// Closest returns the name that a word may be a slip of, or "". Capitals,
// spaces, hyphens and underscores do not count.
func Closest(word string, names []string) string {
	if len(word) > maxWord {
		return ""
	}
	w := bare(word)
	best, least := "", 1+len(w)/3
	for _, name := range slices.Sorted(slices.Values(names)) {
		if len(name) > 2*maxWord {
			continue
		}
		if d := distance(w, bare(name)); d <= least && d < len(name) {
			best, least = name, d-1
		}
	}
	return best
}

func bare(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || r == ' ' {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}

// distance is the number of letters to insert, remove or replace (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
