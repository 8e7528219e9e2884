package qyapi

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
)

// menuBody is the request of menu/create (B12).
type menuBody struct {
	Buttons []menuButton `json:"button"`

	raw []byte
}

type menuButton struct {
	Type     string       `json:"type"`
	Name     string       `json:"name"`
	Key      string       `json:"key"`
	URL      string       `json:"url"`
	AppID    string       `json:"appid"`
	PagePath string       `json:"pagepath"`
	Lower    []menuButton `json:"sub_button"`
}

// UnmarshalJSON keeps the menu as it was sent, too.
func (b *menuBody) UnmarshalJSON(data []byte) error {
	type plain menuBody
	b.raw = bytes.Clone(data)
	return json.Unmarshal(data, (*plain)(b))
}

func (b *menuBody) about() Request { return Request{Type: "menu"} }

func (b *menuBody) check(s *Sandbox) *refusal {
	if bytes.Contains(b.raw, []byte(`\u`)) {
		return refuse(40033, "invalid charset: \\uxxxx is not taken")
	}
	if len(b.Buttons) < 1 || len(b.Buttons) > 3 {
		return refuse(40016, "invalid button count")
	}
	for _, upper := range b.Buttons {
		if r := upper.check(16, 40017); r != nil {
			return r
		}
		if upper.Lower != nil && len(upper.Lower) == 0 || len(upper.Lower) > 5 {
			return refuse(40023, "invalid sub button count")
		}
		for _, lower := range upper.Lower {
			if lower.Lower != nil {
				return refuse(40022, "invalid button level")
			}
			if r := lower.check(s.cfg.Unsure.SubName, 40024); r != nil {
				return r
			}
		}
	}
	return nil
}

// check holds the rules of one button. Its codes are those of the type; name, key
// and link follow it in this order (W:90313).
func (b menuButton) check(name, kind int) *refusal {
	keyed := []string{"click", "scancode_push", "scancode_waitmsg", "pic_sysphoto", "pic_photo_or_album", "pic_weixin", "location_select"}
	switch {
	case b.Name == "":
		return refuse(41102, "a menu button has no name")
	case len(b.Name) > name:
		return refuse(kind+1, "a menu button's name is longer than %d bytes", name)
	case len(b.Lower) > 0 || b.Lower != nil:
		return nil
	case slices.Contains(keyed, b.Type):
		if b.Key == "" || len(b.Key) > 128 {
			return refuse(kind+2, "a menu button's key must have 1 to 128 bytes")
		}
	case b.Type == "view":
		if webAddress("url", b.URL) != nil || b.URL == "" || len(b.URL) > 1024 {
			return refuse(kind+3, "a menu button's url must have 1 to 1024 bytes and a scheme")
		}
	case b.Type == "view_miniprogram":
		return first(need(40063, "appid", b.AppID), need(40063, "pagepath", b.PagePath))
	default:
		return refuse(kind, "invalid button type")
	}
	return nil
}

// menuOwner checks that the agentid in the query is the caller's.
func menuOwner(c *caller) *refusal {
	agent, err := strconv.ParseInt(c.query.Get("agentid"), 10, 64)
	switch {
	case c.query.Get("agentid") == "":
		return refuse(41011, "missing agentid")
	case err != nil:
		return refuse(40056, "invalid agentid")
	case agent != c.app.AgentID:
		return refuse(301002, "the access token is not that of this agentid")
	}
	return nil
}

func menuCreate(s *Sandbox, c *caller, b *menuBody) (answer, *refusal) {
	if r := menuOwner(c); r != nil {
		return nil, r
	}
	c.app.menu = b.raw
	s.tell(Event{Kind: MenuChanged, Where: c.app.id(), Count: len(b.Buttons)})
	return nil, nil
}

func menuGet(s *Sandbox, c *caller) (answer, *refusal) {
	if r := menuOwner(c); r != nil {
		return nil, r
	}
	a := answer{}
	if c.app.menu == nil {
		return nil, refuse(46003, "menu no exist")
	}
	if json.Unmarshal(c.app.menu, &a) != nil {
		return nil, refuse(-1, "system busy")
	}
	return a, nil
}

func menuDelete(s *Sandbox, c *caller) (answer, *refusal) {
	if r := menuOwner(c); r != nil {
		return nil, r
	}
	c.app.menu = nil
	s.tell(Event{Kind: MenuChanged, Where: c.app.id()})
	return nil, nil
}

// Menu returns the menu of an app as it was created; nil when there is none.
func (s *Sandbox) Menu(agent int64) json.RawMessage {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.apps[agent]; a != nil {
		return a.menu
	}
	return nil
}
