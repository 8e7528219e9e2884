package decide

import (
	"bytes"
	"fmt"
	"slices"
	"unicode/utf8"

	"frontdesk/shared/text"
)

// The bounds of a fuzzy phrase.
const (
	// MaxFuzzy is its length in characters: comparing costs the product of its length and
	// the text's in the worst case.
	MaxFuzzy = 60
	// MinPercent and MaxPercent bound how similar a text must be.
	MinPercent = 60
	MaxPercent = 99
)

// similar is a folded phrase that the text may hold with typing mistakes.
type similar struct {
	phrase   []rune
	reversed []rune
	mistakes int
	// Whatever resembles the phrase has one of its pieces (see pieces).
	pieces []piece
}

// piece is a part of a fuzzy phrase.
type piece struct {
	id   int32 // number of the phrase in the index
	text string
	at   int // where it begins in the phrase, in characters
	sure int // how many of its characters are the phrase's
}

// Mistakes returns how many typing mistakes a fuzzy phrase of so many characters allows.
func Mistakes(length, percent int) int { return length * (100 - percent) / 100 }

func (c *compiler) fuzzy(n *node, at *place) {
	m := n.Fuzzy
	if len(m.Phrases) == 0 {
		c.empty(at.key("phrases"))
	}
	if m.Percent < MinPercent || m.Percent > MaxPercent {
		c.fault(at.key("percent"), fmt.Sprintf("%d percent is not between %d and %d", m.Percent, MinPercent, MaxPercent), "write 80 for one mistake in five letters")
		return
	}
	for i, p := range m.Phrases {
		folded, ok := c.fold(p, at, "phrases", i)
		runes := []rune(folded)
		switch most := Mistakes(len(runes), m.Percent); {
		case !ok:
		case len(runes) > MaxFuzzy:
			c.fault(at.at("phrases", i), fmt.Sprintf("the phrase is longer than %d characters", MaxFuzzy), "keep the few words that matter")
		case most == 0:
			c.fault(at.at("phrases", i), fmt.Sprintf("the phrase has %d characters, of which %d percent allow no mistake", len(runes), m.Percent),
				"write fewer percent, a longer phrase, or use whole_word")
		default:
			n.similar = append(n.similar, c.similar(runes, most))
		}
	}
}

func (c *compiler) similar(phrase []rune, mistakes int) similar {
	s := similar{phrase: phrase, reversed: slices.Clone(phrase), mistakes: mistakes, pieces: pieces(phrase, mistakes)}
	slices.Reverse(s.reversed)
	for i := range s.pieces {
		s.pieces[i].id = c.phrase(s.pieces[i].text)
	}
	return s
}

// pieces cuts a phrase into one piece more than it may have mistakes, of which a mistake
// spoils one. Only two letters that change places where two pieces meet spoil both; so
// each piece counts, too, with its last letter exchanged for the first one of the next
// piece. One of all these is in every text that resembles the phrase: mistakes that spoil
// every piece include exchanges where pieces meet, and among those is one whose left piece
// has no other mistake.
func pieces(phrase []rune, mistakes int) []piece {
	var all []piece
	n := mistakes + 1
	for i := range n {
		from, to := len(phrase)*i/n, len(phrase)*(i+1)/n
		all = append(all, piece{text: string(phrase[from:to]), at: from, sure: to - from})
		if i < mistakes {
			all = append(all, piece{text: string(phrase[from:to-1]) + string(phrase[to]), at: from, sure: to - from - 1})
		}
	}
	return all
}

// letters is a folded text, character by character.
type letters struct {
	runes []rune
	// border says where words begin and end: border[i] is the place before runes[i].
	border []bool
	place  []int32 // by byte of the text: which character it belongs to
	signs  uint64  // a bit for each character, by its last six bits
	read   bool
	rows   [3][MaxFuzzy + 1]int8
}

func (l *letters) fill(folded []byte) {
	l.read, l.signs, l.runes, l.border, l.place = true, 0, l.runes[:0], l.border[:0], l.place[:0]
	before := false
	for at := 0; at < len(folded); {
		r, size := utf8.DecodeRune(folded[at:])
		now := text.InWord(r)
		for range size {
			l.place = append(l.place, int32(len(l.runes)))
		}
		l.runes, l.border = append(l.runes, r), append(l.border, !before || !now)
		l.signs |= 1 << (r & 63)
		before = now
		at += size
	}
	l.border = append(l.border, true)
}

// in reports whether a part of the text, between two borders of words, is the phrase with
// few enough mistakes. It looks around every place where a piece stands: what resembles
// the phrase there begins and ends at most so many characters off as there are mistakes.
func (s *similar) in(v *view) bool {
	for i := range s.pieces {
		p := &s.pieces[i]
		if !v.found.Contains(p.id) {
			continue
		}
		if !v.letters.read {
			v.letters.fill(v.folded)
		}
		if s.lacks(v.letters.signs) {
			return false
		}
		if s.around(p, v) {
			return true
		}
	}
	return false
}

// lacks reports whether more characters of the phrase than may be mistaken are nowhere in
// a text that has these signs.
func (s *similar) lacks(signs uint64) bool {
	missing := 0
	for _, r := range s.phrase {
		if signs&(1<<(r&63)) == 0 {
			missing++
		}
	}
	return missing > s.mistakes
}

// around compares what stands behind and before each place of a piece with the rest of the
// phrase.
func (s *similar) around(p *piece, v *view) bool {
	l := &v.letters
	for at := 0; ; at++ {
		next := bytes.Index(v.folded[at:], []byte(p.text))
		if next < 0 {
			return false
		}
		at += next
		place := int(l.place[at])
		left := l.compare(s.phrase[p.at+p.sure:], place+p.sure, 1, s.mistakes)
		if left >= 0 && l.compare(s.reversed[len(s.phrase)-p.at:], place-1, -1, left) >= 0 {
			return true
		}
	}
}

// compare reads the text from a place on, forwards (1) or backwards (-1), and returns how
// many of the mistakes are left when a phrase is compared with what ends there at a border
// of a word; -1 when they are too few. After each character a row holds, for every
// beginning of the phrase, how many are left, and one more (optimal string alignment).
func (l *letters) compare(phrase []rune, at, step, mistakes int) (left int) {
	clear(l.rows[:])
	for i := range min(mistakes, len(phrase)) + 1 {
		l.rows[0][i] = int8(mistakes + 1 - i)
	}
	edge := max(step, 0) // from a character to the border behind it
	best := int8(0)
	if l.border[at+1-edge] {
		best = l.rows[0][len(phrase)]
	}
	last, before := min(mistakes, len(phrase)), -1 // places of the last numbers above 0, in the row and in the one before it
	for n := 1; at >= 0 && at < len(l.runes) && (last >= 0 || before >= 0); n, at = n+1, at+step {
		was := rune(-1)
		if n > 1 {
			was = l.runes[at-step]
		}
		last, before = l.row(n, phrase, l.runes[at], was, max(last+1, before+2)), last
		if l.border[at+edge] {
			best = max(best, l.rows[n%3][len(phrase)])
		}
	}
	return int(best) - 1
}

// row writes the row after a character, up to a place and as long as numbers are left
// behind it; was is the character before it. It returns the place of the last number above
// 0; -1 for none.
func (l *letters) row(n int, phrase []rune, r, was rune, until int) (last int) {
	now, one, two := &l.rows[n%3], &l.rows[(n+2)%3], &l.rows[(n+1)%3]
	clear(now[:])
	now[0] = max(one[0]-1, 0)
	last = min(int(now[0]), 1) - 1
	for i := 1; i <= len(phrase) && (i <= until || now[i-1] > 1); i++ {
		left := max(one[i]-1, now[i-1]-1, 0)
		switch p := phrase[i-1]; {
		case p == r:
			left = max(left, one[i-1])
		case i > 1 && p == was && phrase[i-2] == r:
			left = max(left, one[i-1]-1, two[i-2]-1)
		default:
			left = max(left, one[i-1]-1)
		}
		if now[i] = left; left > 0 {
			last = i
		}
	}
	return last
}
