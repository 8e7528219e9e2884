package text

import (
	"encoding/binary"
	"math/bits"
)

// Index finds which of many phrases are in a text, in one pass.
//
// It is a trie whose edges are chunks of up to eight bytes, kept in one hash
// table; a bit filter small enough for the processor's nearest cache answers
// most questions with no. The work for a text is bounded by its length times
// the length of the longest phrase that stands there, however many phrases there
// are and however they share their beginnings. An Index never changes and may be
// used by many at once.
type Index struct {
	filter      []uint64
	filterShift uint
	edges       []edge
	edgeShift   uint
	// lengths has, for each state, bit n-1 set when a chunk of n bytes leaves it.
	lengths []uint8
	phrases int
}

// edge leads from one state to the next by a chunk of bytes.
type edge struct {
	chunk uint64
	from  uint32 // state*8 + length-1, plus 1; 0 is an empty place
	next  int32  // state; 0 for none
	found int32  // phrase that ends here; -1 for none
}

// NewIndex returns an index of folded phrases. The number of a phrase is its
// place in the list. The phrases are all different; an empty one is never found.
func NewIndex(phrases []string) *Index {
	n := 0
	for _, p := range phrases {
		n += (len(p) + 7) / 8
	}
	size := uint(bits.Len(uint(n*3/2 + 4)))
	x := &Index{
		filter: make([]uint64, max(1<<size*8/64, 1)), filterShift: 64 - size - 3,
		edges: make([]edge, 1<<size), edgeShift: 64 - size,
		lengths: make([]uint8, 1, n+1), phrases: len(phrases),
	}
	for i, p := range phrases {
		x.add(p, int32(i))
	}
	return x
}

func (x *Index) add(phrase string, id int32) {
	state := uint32(0)
	for len(phrase) > 8 {
		e := x.reach(state, 8, phrase)
		if e.next == 0 {
			e.next = int32(len(x.lengths))
			x.lengths = append(x.lengths, 0)
		}
		state, phrase = uint32(e.next), phrase[8:]
	}
	if phrase != "" {
		x.reach(state, len(phrase), phrase).found = id
	}
}

// reach returns the edge for the first n bytes of s, made when it is not there.
func (x *Index) reach(state uint32, n int, s string) *edge {
	var b [8]byte
	copy(b[:], s[:n])
	chunk, from := binary.LittleEndian.Uint64(b[:]), state<<3+uint32(n)
	x.lengths[state] |= 1 << (n - 1)
	h := hash(chunk, from)
	bit := h >> x.filterShift
	x.filter[bit>>6] |= 1 << (bit & 63)
	for i := h >> x.edgeShift; ; i = (i + 1) & uint64(len(x.edges)-1) {
		e := &x.edges[i]
		if e.from == 0 {
			*e = edge{chunk: chunk, from: from, found: -1}
		}
		if e.from == from && e.chunk == chunk {
			return e
		}
	}
}

// edge returns the edge for a chunk, or nil.
func (x *Index) edge(chunk uint64, from uint32) *edge {
	h := hash(chunk, from)
	bit := h >> x.filterShift
	if x.filter[bit>>6]&(1<<(bit&63)) == 0 {
		return nil
	}
	return x.lookup(h, chunk, from)
}

func (x *Index) lookup(h, chunk uint64, from uint32) *edge {
	for i := h >> x.edgeShift; ; i = (i + 1) & uint64(len(x.edges)-1) {
		e := &x.edges[i]
		if e.from == from && e.chunk == chunk {
			return e
		}
		if e.from == 0 {
			return nil
		}
	}
}

func hash(chunk uint64, from uint32) uint64 {
	h := (chunk ^ uint64(from)*0x9E3779B97F4A7C15) * 0xD6E8FEB86659FD93
	return (h ^ h>>32) * 0x9E3779B97F4A7C15
}

// Find finds every phrase in a folded text and writes it to f, whose earlier
// contents go.
func (x *Index) Find(folded []byte, f *Found) {
	f.reset(x.phrases)
	if x.lengths[0] == 0 {
		return
	}
	for at := range folded {
		if folded[at]&0xC0 != 0x80 { // no phrase begins inside a character
			x.findAt(folded, at, f)
		}
	}
}

// findAt finds the phrases that begin at one place.
func (x *Index) findAt(t []byte, start int, f *Found) {
	state, at := uint32(0), start
	for {
		chunk, have := load(t, at)
		next := uint32(0)
		for m := x.lengths[state] & uint8(1<<have-1); m != 0; m &= m - 1 {
			n := bits.TrailingZeros8(m) + 1
			e := x.edge(chunk&(1<<(8*n)-1), state<<3+uint32(n))
			if e == nil {
				continue
			}
			if e.found >= 0 {
				f.add(e.found, t, start, at+n)
			}
			if n == 8 {
				next = uint32(e.next)
			}
		}
		if next == 0 {
			return
		}
		state, at = next, at+8
	}
}

// load returns the next eight bytes, or as many as there are.
func load(t []byte, at int) (chunk uint64, have int) {
	if at+8 <= len(t) {
		return binary.LittleEndian.Uint64(t[at:]), 8
	}
	var b [8]byte
	n := copy(b[:], t[at:])
	return binary.LittleEndian.Uint64(b[:]), n
}

// Found is which phrases of an [Index] a text holds. The zero value is ready for
// [Index.Find] and can be used again for the next text.
type Found struct {
	in, word []uint64
	all      []int32
}

// Contains reports whether the phrase stands in the text.
func (f *Found) Contains(phrase int32) bool { return f.in[phrase>>6]&(1<<(phrase&63)) != 0 }

// Word reports whether it stands there as whole words: neither end of it is in
// the middle of a word. In scripts without spaces that is wherever it stands.
func (f *Found) Word(phrase int32) bool { return f.word[phrase>>6]&(1<<(phrase&63)) != 0 }

// All returns the phrases that stand in the text, each once. It is overwritten
// by the next Find.
func (f *Found) All() []int32 { return f.all }

func (f *Found) reset(phrases int) {
	n := (phrases + 63) / 64
	if len(f.in) != n {
		f.in, f.word = make([]uint64, n), make([]uint64, n)
	}
	clear(f.in)
	clear(f.word)
	f.all = f.all[:0]
}

func (f *Found) add(phrase int32, t []byte, start, end int) {
	if !f.Contains(phrase) {
		f.in[phrase>>6] |= 1 << (phrase & 63)
		f.all = append(f.all, phrase)
	}
	if !f.Word(phrase) && wordAt(t, start, end) {
		f.word[phrase>>6] |= 1 << (phrase & 63)
	}
}
