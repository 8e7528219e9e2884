package whatsapp

import (
	"frontdesk/shared/channel"
	"frontdesk/shared/message"
	"frontdesk/shared/wire"
)

// scrubber makes Meta's details fit for an error about a message.
func scrubber(ch channel.Channel, out message.Outgoing) func(string) string {
	return func(details string) string { return wire.Words(details, private(ch, out)) }
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
	if k.Link != nil {
		all = append(all, k.Link.URL, k.Link.Label)
	}
	for _, a := range k.Articles {
		all = append(all, a.Title, a.Description, a.URL)
	}
	if k.Media != nil {
		all = append(all, k.Media.URL, k.Media.Name)
	}
	if k.Approved != nil {
		all = append(all, filledIn(*k.Approved)...)
	}
	return all
}

// filledIn are the texts that an approved template is filled with.
func filledIn(a message.Approved) []string {
	all := a.Params
	for _, p := range a.Named {
		all = append(all[:len(all):len(all)], p.Text)
	}
	if a.Header != nil {
		all = append(all[:len(all):len(all)], a.Header.Text)
	}
	if a.Media != nil {
		all = append(all[:len(all):len(all)], a.Media.URL, a.Media.Name)
	}
	for _, b := range a.Buttons {
		all = append(all[:len(all):len(all)], b.URL)
	}
	return all
}
