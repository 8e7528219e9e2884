package publish

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
	"frontdesk/shared/render"
	"frontdesk/shared/wecom"
)

func (c *checker) menus() {
	first := map[string]int{}
	for i, m := range c.p.Menus {
		path := fmt.Sprintf("menus[%d]", i)
		c.ofKind(path+".channel", m.Channel, "a WeCom app", func(k message.Kind) bool { return k == message.WeComApp })
		if earlier, ok := first[m.Channel]; ok && m.Channel != "" {
			c.add(path+".channel", fmt.Sprintf("the app %s has a menu already (menus[%d])", quote(m.Channel), earlier), "make them one menu")
		} else {
			first[m.Channel] = i
		}
		l := level{path + ".buttons", wecom.MaxAppMenu, wecom.MaxAppMenuName, true}
		c.menuButtons(l, m.Channel, m.Buttons)
	}
}

// ofKind checks the id of a channel that must be of a certain kind.
func (c *checker) ofKind(path, id, what string, right func(message.Kind) bool) {
	i := slices.IndexFunc(c.channels, func(x Channel) bool { return x.ID == id })
	switch {
	case id == "":
		c.add(path, "the channel is missing", "name a channel that is "+what)
	case i < 0:
		c.exists(path, "channel", id, c.channelIDs)
	case !right(c.channels[i].Kind):
		c.add(path, fmt.Sprintf("the channel %s is not %s", quote(id), what), "name a channel that is")
	}
}

// level is one of the two levels of a menu: where it stands, how many buttons it has and
// how many bytes their names.
type level struct {
	path       string
	most, name int
	upper      bool
}

func (c *checker) menuButtons(l level, channel string, buttons []playbook.MenuButton) {
	if len(buttons) == 0 || len(buttons) > l.most {
		c.add(l.path, fmt.Sprintf("there are %d buttons", len(buttons)), fmt.Sprintf("have 1 to %d here", l.most))
	}
	for i, b := range buttons {
		path := fmt.Sprintf("%s[%d]", l.path, i)
		c.menuName(path+".name", b.Name, l.name)
		c.menuAction(path, channel, b)
		switch {
		case b.Buttons != nil && l.upper:
			c.menuButtons(level{path + ".buttons", wecom.MaxAppSubMenu, wecom.MaxAppSubName, false}, channel, b.Buttons)
		case b.Buttons != nil:
			c.add(path+".buttons", "the menu has a third level, and WeCom shows two", "move these buttons up")
		}
	}
}

func (c *checker) menuName(path, name string, most int) {
	switch {
	case strings.TrimSpace(name) == "":
		c.add(path, "the name is missing", "write what members are to read")
	case len(name) > most:
		c.add(path, fmt.Sprintf("the name has %d bytes", len(name)), fmt.Sprintf("write at most %d: a Chinese character has 3", most))
	case strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsGraphic(r) }) || strings.Contains(name, "{{") || strings.Contains(name, "{%"):
		c.add(path, "the name has Liquid or signs that nobody sees in it, and menus are shown as they stand", "write plain words")
	}
}

// menuAction holds that a button does one thing, and that it can be done.
func (c *checker) menuAction(path, channel string, b playbook.MenuButton) {
	var set []string
	for name, there := range map[string]bool{"choice": b.Choice != "", "url": b.URL != "", "buttons": b.Buttons != nil} {
		if there {
			set = append(set, name)
		}
	}
	slices.Sort(set)
	switch {
	case len(set) == 0:
		c.add(path, "the button does nothing", "give it choice, url or buttons")
	case len(set) > 1:
		c.add(path, "the button has "+strings.Join(set, " and ")+" at once", "keep one of them")
	case b.Choice != "":
		c.menuChoice(path+".choice", channel, b.Choice)
	case b.URL != "" && !render.Address(b.URL):
		c.add(path+".url", "this is not an https address", "write the whole address, as in https://shop.example/tea; nothing is filled in here")
	case len(b.URL) > wecom.MaxAppMenuLink:
		c.add(path+".url", fmt.Sprintf("the address has %d bytes", len(b.URL)), fmt.Sprintf("write at most %d", wecom.MaxAppMenuLink))
	}
}

// menuChoice refuses what no filter ever answers: members would be told that they were not
// understood by a button of ours.
func (c *checker) menuChoice(path, channel, choice string) {
	click := tap{channel: channel, kind: "click", choice: choice}
	switch {
	case strings.TrimSpace(choice) == "" || len(choice) > wecom.MaxAppMenuKey:
		c.add(path, fmt.Sprintf("the choice has %d bytes", len(choice)), fmt.Sprintf("write 1 to %d", wecom.MaxAppMenuKey))
	case rating(choice):
		c.add(path, quote(choice)+" is a rating, which never reaches filters", "choose another word")
	case !c.answerers().answer(click):
		c.add(path, "no filter answers the choice "+quote(choice)+" of this app", c.suggest(choice, c.chosen(), "add a filter whose condition is choice: "+choice))
	}
}

// chosen are all choices that filters name.
func (c *checker) chosen() []string {
	var all []string
	var collect func(x *playbook.Condition)
	collect = func(x *playbook.Condition) {
		all = append(all, x.Choice...)
		for _, list := range [...][]playbook.Condition{x.All, x.Any} {
			for i := range list {
				collect(&list[i])
			}
		}
		if x.Not != nil {
			collect(x.Not)
		}
	}
	for i := range c.p.Filters {
		collect(&c.p.Filters[i].When)
	}
	return all
}
