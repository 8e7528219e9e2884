package wecom

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
)

// MenuButton is one button of an app's menu. It opens Buttons, or a tap sends Key as an
// event of type click, or opens URL: one of the three.
type MenuButton struct {
	Name, Key, URL string
	Buttons        []MenuButton
}

// The wire form of a menu. W:90231.
type menuRequest struct {
	Buttons []wireButton `json:"button"`
}

type wireButton struct {
	Type  string       `json:"type,omitempty"`
	Name  string       `json:"name"`
	Key   string       `json:"key,omitempty"`
	URL   string       `json:"url,omitempty"`
	Lower []wireButton `json:"sub_button,omitempty"`
}

// SetMenu gives an app its menu, in place of the one that it has (menu/create, W:90231).
// Members see it when they open the app again. The app must receive callbacks. Doing it
// twice does no harm; every error is a *[message.SendError] and never Unknown.
func (s *Sender) SetMenu(ctx context.Context, ch channel.Channel, buttons []MenuButton) error {
	return s.menu(ctx, ch, menuFault(buttons), call{path: "menu/create", body: menuRequest{wired(buttons)}, private: menuWords(buttons)})
}

// noMenu is the code of an app that has none.
const noMenu = 46003

// DeleteMenu takes an app's menu away (menu/delete, W:90233). That it has none is no error.
func (s *Sender) DeleteMenu(ctx context.Context, ch channel.Channel) error {
	return s.menu(ctx, ch, "", call{path: "menu/delete"})
}

func (s *Sender) menu(ctx context.Context, ch channel.Channel, fault string, c call) error {
	if ch.Kind != message.WeComApp {
		fault = "only apps have a menu"
	}
	if fault != "" {
		return &message.SendError{Class: message.Bug, Reason: fault}
	}
	ctx, cancel := context.WithTimeout(ctx, whole)
	defer cancel()
	c.ch, c.query, c.repeatable = ch, "&agentid="+strconv.FormatInt(ch.AgentID, 10), true
	failed := s.do(ctx, c, &struct{}{})
	if failed == nil || c.body == nil && failed.Code == noMenu { // a nil *SendError must not become an error
		return nil
	}
	return failed
}

func wired(buttons []MenuButton) []wireButton {
	var all []wireButton
	for _, b := range buttons {
		w := wireButton{Name: b.Name, Key: b.Key, URL: b.URL, Lower: wired(b.Buttons)}
		switch {
		case b.Key != "":
			w.Type = "click"
		case b.URL != "":
			w.Type = "view"
		}
		all = append(all, w)
	}
	return all
}

// menuWords are what no error about a menu needs to repeat.
func menuWords(buttons []MenuButton) []string {
	var all []string
	for _, b := range buttons {
		all = append(append(all, b.Name, b.Key, b.URL), menuWords(b.Buttons)...)
	}
	return all
}

// menuFault says why a menu cannot be one; "" when it can.
func menuFault(buttons []MenuButton) string {
	var c check
	c.must(len(buttons) > 0 && len(buttons) <= MaxAppMenu, fmt.Sprintf("the menu has %d buttons, 1 to %d are allowed", len(buttons), MaxAppMenu))
	for _, upper := range buttons {
		c.menuButton(upper, MaxAppMenuName)
		c.must(len(upper.Buttons) <= MaxAppSubMenu, fmt.Sprintf("a menu button has %d buttons below it, at most %d are allowed", len(upper.Buttons), MaxAppSubMenu))
		for _, lower := range upper.Buttons {
			c.menuButton(lower, MaxAppSubName)
			c.must(len(lower.Buttons) == 0, "the menu has more than two levels")
		}
	}
	return c.fault
}

func (c *check) menuButton(b MenuButton, name int) {
	does := 0
	for _, one := range []bool{b.Key != "", b.URL != "", len(b.Buttons) > 0} {
		if one {
			does++
		}
	}
	c.must(does == 1, "a menu button needs a key, an address or buttons below it, and only one of these")
	c.must(strings.TrimSpace(b.Name) != "" && len(b.Name) <= name, fmt.Sprintf("the name of a menu button has %d bytes, 1 to %d are allowed", len(b.Name), name))
	c.must(len(b.Key) <= MaxAppMenuKey, fmt.Sprintf("the key of a menu button has %d bytes, at most %d are allowed", len(b.Key), MaxAppMenuKey))
	if b.URL != "" {
		c.address(b.URL, MaxAppMenuLink)
	}
}
