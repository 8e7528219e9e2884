package demo

import (
	"slices"

	"frontdesk/shared/playbook"
)

// The channels that the playbook of the demo names, besides the one that everybody of the
// past writes to.
const (
	Service = "kf-main"  // WeChat customer service
	Staff   = "app-main" // an app for the staff
)

// fitting is the playbook for the channels that are there: it loses the menus, filters and
// examples of a channel that is not, which nobody could publish.
func fitting(p playbook.Playbook, channels []string) playbook.Playbook {
	there := func(id string) bool { return slices.Contains(channels, id) }
	p.Menus = slices.DeleteFunc(p.Menus, func(m playbook.Menu) bool { return !there(m.Channel) })
	p.Filters = slices.DeleteFunc(p.Filters, func(f playbook.Filter) bool {
		on := named(f.When)
		return len(on) > 0 && !slices.ContainsFunc(on, there)
	})
	p.Examples = slices.DeleteFunc(p.Examples, func(e playbook.Example) bool { return e.Message.Channel != "" && !there(e.Message.Channel) })
	return p
}

// named are the channels that a condition of this playbook names: alone, or as one of all.
func named(c playbook.Condition) []string {
	for _, one := range append(slices.Clone(c.All), c) {
		if len(one.Channel) > 0 {
			return one.Channel
		}
	}
	return nil
}
