package wecom

import (
	"regexp"
	"strings"
	"unicode"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
)

// longNumber finds what may be a phone number, an id of a person or a trace number.
var longNumber = regexp.MustCompile(`[+0-9][0-9 ()-]{4,}[0-9]`)

const (
	// maxDetails is how many characters of WeCom's words an error holds.
	maxDetails = 300
	// window is how many characters in a row count as repeating.
	window = 8
	// shortest is how many bytes tell anything of anybody: every answer holds the word
	// "hint", and so the message "hi".
	shortest = 4
)

// scrubber returns a function that makes WeCom's words (errmsg) fit for an error.
// They name the wrong parameter, which nobody should have to guess, but may repeat a
// value: long numbers are masked, and words that repeat anything private are left out
// altogether.
func scrubber(private []string) func(string) string {
	return func(words string) string {
		for _, s := range private {
			if len(s) >= shortest && repeats(words, s) {
				return "(the details repeat what was sent and are left out)"
			}
		}
		words, _, _ = strings.Cut(words, ", more info at")
		words = longNumber.ReplaceAllString(words, "…")
		words = strings.Map(printable, words)
		if runes := []rune(words); len(runes) > maxDetails {
			words = string(runes[:maxDetails]) + "…"
		}
		return words
	}
}

func printable(r rune) rune {
	if unicode.IsPrint(r) {
		return r
	}
	return ' '
}

// credentials lists a channel's secrets.
func credentials(ch channel.Channel) []string {
	all := []string{ch.Secret.Reveal(), ch.Token.Reveal(), ch.AESKey.Reveal()}
	for _, key := range ch.CallbackKeys {
		all = append(all, key.Token.Reveal(), key.AESKey.Reveal())
	}
	return all
}

// private lists what an error about a message must not repeat.
func private(out message.Outgoing) []string {
	k := out.Content
	all := []string{out.To.UserID, out.To.Name, out.To.Username, out.To.Phone, k.Header, k.Text, k.Footer, k.Open}
	for _, b := range choices(k) {
		all = append(all, b.ID, b.Title, b.Description)
	}
	for _, s := range k.Sections {
		all = append(all, s.Title)
	}
	return all
}

// repeats reports that words hold s, or any 8 characters in a row of it.
func repeats(words, s string) bool {
	runes := []rune(s)
	if len(runes) <= window {
		return s != "" && strings.Contains(words, s)
	}
	for i := range len(runes) - window + 1 {
		if strings.Contains(words, string(runes[i:i+window])) {
			return true
		}
	}
	return false
}
