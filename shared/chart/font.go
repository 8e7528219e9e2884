package chart

import (
	_ "embed"
	"encoding/base64"
	"strings"

	"frontdesk/shared/unit"
)

// The font has the Chinese characters of our own labels and nothing else, so that they
// show on a machine without Chinese fonts: scripts/chartfont makes it, and a test of
// package mail says when it has to be made again. What admins wrote in other characters
// needs the reader's own fonts, which come first.
//
//go:embed font/sc.woff2
var chinese string

//go:embed font/characters.txt
var characters string

// Shows reports whether the font that a Chinese SVG brings along has a character; what is
// not Chinese is in every font.
func Shows(r rune) bool { return r < 0x2e80 || strings.ContainsRune(characters, r) }

// face brings the font along; nothing for English.
func face(lang string) markup {
	if unit.Language(lang) != unit.Chinese {
		return ""
	}
	return markup("@font-face{font-family:FrontdeskSC;src:url(data:font/woff2;base64," + base64.StdEncoding.EncodeToString([]byte(chinese)) + ") format('woff2')}")
}
