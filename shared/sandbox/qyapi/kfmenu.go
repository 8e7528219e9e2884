package qyapi

import (
	"encoding/json"
	"strings"
)

// kfMenu is a msgmenu (B9).
type kfMenu struct {
	Head string       `json:"head_content"`
	List []kfMenuItem `json:"list"`
	Tail string       `json:"tail_content"`
}

type kfMenuItem struct {
	Type  string `json:"type"`
	Click struct {
		ID      string `json:"id"`
		Content string `json:"content"`
	} `json:"click"`
	View struct {
		URL     string `json:"url"`
		Content string `json:"content"`
	} `json:"view"`
	Mini struct {
		AppID   string `json:"appid"`
		Path    string `json:"pagepath"`
		Content string `json:"content"`
	} `json:"miniprogram"`
	Text struct {
		Content string `json:"content"`
	} `json:"text"`
}

// menuShape reads a menu: at most 10 items (95008), of known types (95009).
func (s *Sandbox) menuShape(raw json.RawMessage) (seen, *refusal) {
	var b kfMenu
	if json.Unmarshal(raw, &b) != nil {
		return seen{}, refuse(40058, "invalid Request Parameter: msgmenu cannot be read")
	}
	if len(b.List) > 10 {
		return seen{}, refuse(95008, "menu item count exceeds 10")
	}
	if b.Head == "" && len(b.List) == 0 && b.Tail == "" {
		return seen{}, refuse(40063, "msgmenu is empty")
	}
	if r := first(within(45002, "head_content", b.Head, 1024), within(45002, "tail_content", b.Tail, 1024)); r != nil {
		return seen{}, r
	}
	v := seen{text: b.Head}
	for _, item := range b.List {
		line, choice, r := item.read(s.cfg.Unsure.MenuText)
		if r != nil {
			return seen{}, r
		}
		if choice.Title != "" {
			v.choices = append(v.choices, choice)
		}
		v.text += "\n" + line
	}
	v.text = strings.Trim(v.text+"\n"+b.Tail, "\n")
	return v, nil
}

// sized refuses a text that is empty or longer than so many bytes.
func sized(name, value string, size int) *refusal {
	return first(need(40063, name, value), within(45002, name, value, size))
}

// read returns the line that is shown, and what a tap on it sends back.
func (i kfMenuItem) read(text bool) (string, Choice, *refusal) {
	switch {
	case i.Type == "click":
		return i.Click.Content, Choice{i.Click.ID, i.Click.Content}, first(sized("click.content", i.Click.Content, 128), within(45002, "click.id", i.Click.ID, 64))
	case i.Type == "view":
		return i.View.Content, Choice{}, first(sized("view.url", i.View.URL, 2048), sized("view.content", i.View.Content, 1024), webAddress("view.url", i.View.URL))
	case i.Type == "miniprogram":
		return i.Mini.Content, Choice{}, first(sized("miniprogram.appid", i.Mini.AppID, 32), sized("miniprogram.pagepath", i.Mini.Path, 1024), sized("miniprogram.content", i.Mini.Content, 1024))
	case i.Type == "text" && text:
		return i.Text.Content, Choice{}, sized("text.content", i.Text.Content, 256)
	}
	return "", Choice{}, refuse(95009, "invalid menu item type")
}
