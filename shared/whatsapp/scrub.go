package whatsapp

import (
	"regexp"
	"strings"
	"unicode"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
)

// longNumber finds what may be a phone number or an id of a person.
var longNumber = regexp.MustCompile(`[+0-9][0-9 ()-]{4,}[0-9]`)

const (
	// maxDetails is how many characters of Meta's words an error holds.
	maxDetails = 300
	// window is how many characters in a row count as repeating.
	window = 8
)

// scrubber returns a function that makes Meta's details fit for an error. Details
// name the wrong parameter, which nobody should have to guess, but may repeat a
// value: long numbers are masked, and details that repeat anything of the
// message, the person or the credentials are left out altogether.
func scrubber(ch channel.Channel, out message.Outgoing) func(string) string {
	return func(details string) string {
		for _, s := range private(ch, out) {
			if repeats(details, s) {
				return "(the details repeat what the message holds and are left out)"
			}
		}
		details = longNumber.ReplaceAllString(details, "…")
		details = strings.Map(printable, details)
		if runes := []rune(details); len(runes) > maxDetails {
			details = string(runes[:maxDetails]) + "…"
		}
		return details
	}
}

func printable(r rune) rune {
	if unicode.IsPrint(r) {
		return r
	}
	return ' '
}

// private lists what must not be shown. Phone numbers are masked by their form.
func private(ch channel.Channel, out message.Outgoing) []string {
	k := out.Content
	all := []string{
		ch.Token.Reveal(), out.To.UserID, out.To.ParentID, out.To.Name, out.To.Username, out.ReplyTo,
		k.Header, k.Text, k.Footer, k.Open,
	}
	for _, b := range k.Buttons {
		all = append(all, b.ID, b.Title)
	}
	for _, s := range k.Sections {
		all = append(all, s.Title)
		for _, r := range s.Rows {
			all = append(all, r.ID, r.Title, r.Description)
		}
	}
	if k.Approved != nil {
		all = append(all, k.Approved.Params...)
	}
	return all
}

// repeats reports that details hold s, or any 8 characters in a row of it.
func repeats(details, s string) bool {
	runes := []rune(s)
	if len(runes) <= window {
		return s != "" && strings.Contains(details, s)
	}
	for i := range len(runes) - window + 1 {
		if strings.Contains(details, string(runes[i:i+window])) {
			return true
		}
	}
	return false
}
