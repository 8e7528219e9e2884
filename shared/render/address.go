package render

import (
	"net/url"
	"strings"
	"unicode"
)

// Address reports whether a text is an address that may be sent: https, with a host,
// without a password in front of it, and without spaces or signs that nobody sees. A value
// in a template could make anything else of it: javascript:, or a page that is not encrypted.
func Address(text string) bool {
	if strings.ContainsFunc(text, func(r rune) bool { return r == ' ' || !unicode.IsPrint(r) }) {
		return false
	}
	u, err := url.Parse(text)
	return err == nil && u.Scheme == "https" && u.Hostname() != "" && u.User == nil
}
