package render

import (
	"bytes"
	"strings"
	"unicode"
)

// output collects a rendered text. {{- takes white space away from the piece
// written last in the same block, -}} from the piece written next.
type output struct {
	text []byte
	held int  // from here on {{- may still trim
	trim bool // -}} waits for the next piece
	room int
}

// write reports whether the text before s has stayed within its room.
func (o *output) write(s string) bool {
	if o.trim {
		s, o.trim = strings.TrimLeftFunc(s, unicode.IsSpace), false
	} else if !o.settle() {
		return false
	}
	o.text = append(o.text, s...)
	return true
}

// settle puts what has been written out of the reach of {{-.
func (o *output) settle() bool {
	o.held = len(o.text)
	return o.held <= o.room
}

func (o *output) trimLeft() bool {
	last := bytes.TrimRightFunc(o.text[o.held:], unicode.IsSpace)
	o.text = o.text[:o.held+len(last)]
	return o.settle()
}
