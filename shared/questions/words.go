package questions

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"frontdesk/shared/text"
)

// wording is the different words of a message as hashes, in ascending order.
type wording []uint64

// wordingOf makes a message comparable. One without any word is known by its type.
func wordingOf(s, kind string) wording {
	var words, small wording
	for t := range tokens(text.Fold(s)) {
		if t.small {
			small = append(small, t.hash())
		} else {
			words = append(words, t.hash())
		}
	}
	switch {
	case len(words) == 0 && len(small) > 0: // nothing but a greeting
		words = small
	case len(words) == 0:
		words = wording{token{text: "\x00" + kind}.hash()}
	}
	slices.Sort(words)
	words = slices.Compact(words)
	return slices.Clip(words[:min(len(words), maxWords)])
}

// token is one word of a folded text, or two neighbouring characters of a script without
// spaces. A small one says nothing of what is asked.
type token struct {
	text  string
	small bool
}

func (t token) hash() uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(singular(t.text)))
	return h.Sum64()
}

// singular takes an s off an English word: prices is price.
func singular(word string) string {
	if len(word) > 3 && strings.HasSuffix(word, "s") && !strings.HasSuffix(word, "ss") {
		return word[:len(word)-1]
	}
	return word
}

// tokens goes through the words of a folded text. Links, mail addresses and whatever has a
// digit in it are left out: they differ for everybody.
func tokens(folded string) func(yield func(token) bool) {
	return func(yield func(token) bool) {
		for field := range strings.FieldsSeq(folded) {
			if strings.Contains(field, "://") || strings.Contains(field, "@") || strings.HasPrefix(field, "www.") {
				continue
			}
			for run := range runs(field) {
				if !run.each(yield) {
					return
				}
			}
		}
	}
}

// run is characters of one kind: a word, or a piece of a text without spaces.
type run struct {
	text   string
	spaced bool
}

// runs divides a field at whatever is no letter and where the kind of script changes.
func runs(field string) func(yield func(run) bool) {
	return func(yield func(run) bool) {
		start, was := 0, apart
		for i, r := range field {
			if is := kindOf(r); is != was {
				if was != apart && !yield(run{field[start:i], was == inWord}) {
					return
				}
				start, was = i, is
			}
		}
		if was != apart {
			yield(run{field[start:], was == inWord})
		}
	}
}

// The kinds of characters.
const (
	apart    = iota // between words
	inWord          // of a script with spaces, and digits
	inScript        // of a script without spaces
)

func kindOf(r rune) int {
	switch {
	case text.InWord(r), r == '\'', r == '’':
		return inWord
	case unicode.IsLetter(r):
		return inScript
	}
	return apart
}

func (r run) each(yield func(token) bool) bool {
	if r.spaced {
		word := strings.Trim(strings.TrimSuffix(strings.ReplaceAll(r.text, "’", "'"), "'s"), "'")
		if word == "" || strings.ContainsFunc(word, unicode.IsNumber) {
			return true
		}
		return yield(token{word, small(word)})
	}
	rest := r.text
	for rest != "" {
		piece, small, after := cutSmall(rest)
		if !pairs(piece, yield) || small != "" && !yield(token{small, true}) {
			return false
		}
		rest = after
	}
	return true
}

// pairs yields the pairs of neighbouring characters, and a single one as it is.
func pairs(piece string, yield func(token) bool) bool {
	chars := []rune(piece)
	if len(chars) == 1 {
		return yield(token{text: piece})
	}
	for i := range max(len(chars)-1, 0) {
		if !yield(token{text: string(chars[i : i+2])}) {
			return false
		}
	}
	return true
}

// alike is the share of the words of either that are in both: 0 to 1.
func alike(a, b wording) float64 {
	both := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			both, i, j = both+1, i+1, j+1
		case a[i] < b[j]:
			i++
		default:
			j++
		}
	}
	if both == 0 {
		return 0
	}
	return float64(both) / float64(len(a)+len(b)-both)
}

// sum is one number for a whole wording.
func (w wording) sum() uint64 {
	h := fnv.New64a()
	_, _ = h.Write(w.bytes())
	return h.Sum64()
}

func (w wording) id() string { return "q" + strconv.FormatUint(w.sum(), 36) }

func (w wording) bytes() []byte {
	out := make([]byte, 0, len(w)*8)
	for _, n := range w {
		out = binary.BigEndian.AppendUint64(out, n)
	}
	return out
}

// MarshalText writes the hashes in base64.
func (w wording) MarshalText() ([]byte, error) {
	return base64.RawStdEncoding.AppendEncode(nil, w.bytes()), nil
}

var errWording = errors.New("these are no hashes of words")

// UnmarshalText reads what MarshalText wrote.
func (w *wording) UnmarshalText(data []byte) error {
	raw, err := base64.RawStdEncoding.AppendDecode(nil, data)
	if err != nil || len(raw)%8 != 0 || len(raw) > maxWords*8 {
		return errWording
	}
	*w = make(wording, 0, len(raw)/8)
	for ; len(raw) > 0; raw = raw[8:] {
		*w = append(*w, binary.BigEndian.Uint64(raw))
	}
	if !slices.IsSorted(*w) {
		return errWording
	}
	return nil
}
