package text

import (
	_ "embed" // for the table
	"slices"
	"sort"
	"strings"
	"unicode"
)

//go:generate go run maketrigrams.go

// The commonest trigrams of each language, as whatlanggo/README.md describes them. MIT
// License; see whatlanggo/LICENSE. Nothing of it is unpacked: it is read where it lies, so
// that a program that never asks for a language pays nothing at its start.
//
//go:embed whatlanggo/trigrams.bin
var trigramTable string

// How the library whatlanggo reckons: a text scores by how alike the order of its trigrams
// is to a profile's.
const (
	profileSize  = 300 // trigrams of a profile, and the most that one of them scores
	scoreAlone   = 500 // makes a language sure that is the only one to score
	sureFrom     = 0.8
	mostTrigrams = mostDetected + 1
)

// The form of the table.
const (
	entrySize     = 8 // a trigram and the number of its first place
	profileDepths = 512
)

// trigram is three characters in 21 bits each, so that numbers sort as the texts do.
type trigram = uint64

// profileScores says how well a text fits each profile.
type profileScores [len(profileTags)]int

// byTrigrams compares which letters follow each other in a text with the profiles of the
// languages in its script. It returns "" when none fits clearly better than the others.
func byTrigrams(s string) string {
	if len(s) > mostDetected {
		s = strings.ToValidUTF8(s[:mostDetected], "")
	}
	sc := commonestScript(s)
	from, to := profilesOf[sc][0], profilesOf[sc][1]
	if from == to {
		return tagOf(sc)
	}
	var scores profileScores
	different := scores.score(s)
	best, sure := surest(scores[from:to], different)
	if !sure || !slices.Contains(Languages(), profileTags[from+best]) {
		return ""
	}
	return profileTags[from+best]
}

// commonestScript returns the script of most letters; noScript stands for all those that
// [Language] does not know.
func commonestScript(s string) script {
	var n [scripts]int
	for _, r := range s {
		switch sc := scriptOf(r); {
		case sc != noScript, unicode.IsLetter(r):
			n[sc]++
		case unicode.Is(unicode.M, r) && unicode.Is(unicode.Devanagari, r): // its vowels
			n[devanagari]++
		}
	}
	best := noScript
	for sc := range scripts {
		if n[sc] > n[best] {
			best = sc
		}
	}
	return best
}

// score fills in how well a text fits each profile, and returns how many different trigrams
// it has. The commonest counts as the first and, of those that are equally common, the
// last of the alphabet.
func (p *profileScores) score(s string) (different int) {
	var found, order [mostTrigrams]trigram
	all := trigramsOf(s, found[:0])
	slices.Sort(all)
	for at := 0; at < len(all); different++ {
		times := 1
		for at+times < len(all) && all[at+times] == all[at] {
			times++
		}
		order[different] = uint64(times)<<16 | uint64(at)
		at += times
	}
	slices.Sort(order[:different])
	for i, o := range order[:different] {
		p.add(all[o&0xFFFF], different-1-i)
	}
	return different
}

// trigramsOf appends each three characters in a row, in small letters and with everything
// between words as one space.
func trigramsOf(s string, all []trigram) []trigram {
	before, middle := ' ', ' '
	next := func(after rune) {
		if middle != ' ' || before != ' ' && after != ' ' {
			all = append(all, trigramOf(before, middle, after))
		}
		before, middle = middle, after
	}
	for _, r := range s {
		next(letterOrSpace(r))
	}
	next(' ')
	return all
}

func trigramOf(a, b, c rune) trigram {
	return trigram(a)<<42 | trigram(b)<<21 | trigram(c)
}

func letterOrSpace(r rune) rune {
	switch {
	case r >= 'a' && r <= 'z':
		return r
	case unicode.IsSpace(r), unicode.IsPunct(r), unicode.IsSymbol(r), unicode.IsDigit(r):
		return ' '
	}
	return unicode.ToLower(r)
}

// add gives points to each profile that has a trigram: the more, the nearer its depth in
// the profile is to its depth in the text.
func (p *profileScores) add(t trigram, depth int) {
	for at, end := placesOf(t); at < end; at++ {
		place := twoBytes(placesFrom() + 2*at)
		away := depth - place%profileDepths
		p[place/profileDepths] += profileSize - max(away, -away)
	}
}

// surest returns the profile that a text of so many different trigrams fits best, and
// whether it fits clearly better than the second.
func surest(scores []int, grams int) (best int, sure bool) {
	second := 0
	for i, score := range scores[1:] {
		if score > scores[best] {
			best, score = i+1, scores[best]
		}
		second = max(second, score)
	}
	if second == 0 {
		return best, scores[best] >= scoreAlone
	}
	lead := float64(scores[best]-second) / float64(second)
	return best, lead/(12/float64(grams)+0.05) > sureFrom
}

// placesOf returns the first place of a trigram in the table, and the one after its last.
func placesOf(t trigram) (from, to int) {
	entries := twoBytes(0)
	i := sort.Search(entries, func(i int) bool { return trigramAt(i) >= t })
	if i == entries || trigramAt(i) != t {
		return 0, 0
	}
	to = (len(trigramTable) - placesFrom()) / 2
	if i+1 < entries {
		to = firstPlace(i + 1)
	}
	return firstPlace(i), to
}

func trigramAt(i int) trigram {
	at := 2 + i*entrySize
	return trigramOf(rune(twoBytes(at)), rune(twoBytes(at+2)), rune(twoBytes(at+4)))
}

func firstPlace(i int) int { return twoBytes(2 + i*entrySize + 6) }

// placesFrom returns at which byte the places begin.
func placesFrom() int { return 2 + twoBytes(0)*entrySize }

func twoBytes(at int) int { return int(trigramTable[at])<<8 | int(trigramTable[at+1]) }
