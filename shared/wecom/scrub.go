package wecom

import (
	"strings"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
	"frontdesk/shared/wire"
)

// scrubber makes WeCom's words (errmsg) fit for an error.
func scrubber(private []string) func(string) string {
	return func(words string) string {
		words, _, _ = strings.Cut(words, ", more info at")
		return wire.Words(words, private)
	}
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
	if k.Link != nil {
		all = append(all, k.Link.URL, k.Link.Label)
	}
	for _, a := range k.Articles {
		all = append(all, a.Title, a.Description, a.URL, a.Picture)
	}
	if k.Media != nil {
		all = append(all, k.Media.URL, k.Media.Name)
	}
	return all
}
