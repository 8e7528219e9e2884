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
	if k.Approved != nil {
		all = append(all, k.Approved.Params...)
	}
	return all
}
