package main

import (
	"slices"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
	"frontdesk/shared/publish"
	"frontdesk/shared/sandbox"
)

// names are the display names of channels: their ids until there is better.
func names(channels []channel.Channel) map[string]string {
	out := map[string]string{}
	for _, ch := range channels {
		out[ch.ID] = ch.ID
	}
	return out
}

// demoChannels are the channels of a demo.
func demoChannels() []publish.Channel {
	return []publish.Channel{{ID: demoChannel, Kind: message.WhatsApp}, {ID: demoService, Kind: message.WeComKF}, {ID: demoStaff, Kind: message.WeComApp}}
}

// accounts are the ids of the channels that must be fetched.
func accounts(channels []channel.Channel) []string {
	var out []string
	for _, ch := range channels {
		if ch.Kind == message.WeComKF {
			out = append(out, ch.ID)
		}
	}
	return out
}

// played lists the WhatsApp templates that a playbook names, so that the
// sandbox plays them as approved.
func played(p *playbook.Playbook) []sandbox.Template {
	var out []sandbox.Template
	for _, t := range p.Templates {
		for _, v := range t.Variants {
			if v.Approved == nil {
				continue
			}
			one := sandbox.Template{Name: v.Approved.Name, Language: v.Approved.Language, Params: len(v.Approved.Params), Category: v.Approved.Category}
			if !slices.ContainsFunc(out, func(t sandbox.Template) bool { return t.Name == one.Name && t.Language == one.Language }) {
				out = append(out, one)
			}
		}
	}
	return out
}
