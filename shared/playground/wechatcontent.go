package playground

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"frontdesk/shared/message"
	"frontdesk/shared/sandbox/qyapi"
)

// shownTo finds a message that this person got.
func shownTo(sb *qyapi.Sandbox, id string, who persona) (qyapi.SentMessage, bool) {
	m, found := sb.Find(id)
	return m, found && slices.Contains(m.To, who.customer.UserID)
}

// contentOf is what people see of a message. What cannot be read is shown as the
// sandbox words it.
func contentOf(m qyapi.SentMessage) *content {
	if file, ok := fileOf(m); ok {
		return file
	}
	c := &content{}
	read := map[string]func(*content, json.RawMessage) error{
		"msgmenu": readMenu, "template_card": readCard, "textcard": readTextCard, "link": readLink, "news": readNews,
	}[m.Type]
	if read != nil && read(c, m.Body) == nil {
		return c
	}
	c.Content = message.Content{Shape: message.ShapeText, Text: m.Text}
	if m.Type == "markdown" {
		c.Shape = message.ShapeMarkdown
	}
	return c
}

// choices are all that can be tapped.
func (c *content) choices() []message.Choice {
	all := slices.Clone(c.Buttons)
	for _, s := range c.Sections {
		all = append(all, s.Rows...)
	}
	return all
}

// readMenu reads a msgmenu (WeCom, B9).
func readMenu(c *content, raw json.RawMessage) error {
	var b struct {
		Head string `json:"head_content"`
		Tail string `json:"tail_content"`
		List []struct {
			Type  string
			Click struct{ ID, Content string }
			View  struct{ URL, Content string }
			Mini  struct{ Content string } `json:"miniprogram"`
			Text  struct{ Content string }
		}
	}
	err := json.Unmarshal(raw, &b)
	c.Shape, c.Text, c.Footer = message.ShapeButtons, b.Head, b.Tail
	for _, i := range b.List {
		one := menuLine{Title: i.Click.Content + i.View.Content + i.Mini.Content + i.Text.Content, ID: i.Click.ID, URL: web(i.View.URL)}
		if i.Type == "click" && one.ID == "" { // it can be tapped all the same
			one.ID = one.Title
		}
		c.Lines = append(c.Lines, one)
	}
	return err
}

// readCard reads a template_card of any card_type (B6).
func readCard(c *content, raw json.RawMessage) error {
	var b templateCard
	err := json.Unmarshal(raw, &b)
	c.Shape, c.Header = message.ShapeButtons, b.Main.Title
	parts := []string{b.Main.Desc, b.Sub}
	for _, l := range b.Horizontal {
		parts = append(parts, l.Key+"  "+l.Value)
	}
	c.Text = strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "\n")
	for _, one := range b.Buttons {
		if one.URL != "" {
			c.Lines = append(c.Lines, menuLine{Title: one.Text, URL: web(one.URL)})
			continue
		}
		c.Buttons = append(c.Buttons, message.Choice{ID: one.Key, Title: one.Text})
	}
	for _, j := range b.Jumps {
		c.Lines = append(c.Lines, menuLine{Title: j.Title, URL: web(j.URL)})
	}
	if len(b.Box.Options) > 0 {
		c.Shape, c.Open = message.ShapeList, b.Submit.Text
		c.Sections = []message.Section{{Rows: b.rows()}}
	}
	if u := web(b.Action.URL); u != "" {
		c.Link = &message.Link{URL: u}
	}
	return err
}

// templateCard are the parts of a template_card that we send or show.
type templateCard struct {
	Main struct{ Title, Desc string } `json:"main_title"`
	Sub  string                       `json:"sub_title_text"`
	// Horizontal are facts: a name and a value.
	Horizontal []struct {
		Key   string `json:"keyname"`
		Value string `json:"value"`
	} `json:"horizontal_content_list"`
	Buttons []struct{ Text, Key, URL string } `json:"button_list"`
	Jumps   []struct{ Title, URL string }     `json:"jump_list"`
	Action  struct{ URL string }              `json:"card_action"`
	Box     struct {
		Question string                      `json:"question_key"`
		Options  []struct{ ID, Text string } `json:"option_list"`
	} `json:"checkbox"`
	Submit struct{ Text, Key string } `json:"submit_button"`
}

func (b *templateCard) rows() []message.Choice {
	var rows []message.Choice
	for _, o := range b.Box.Options {
		rows = append(rows, message.Choice{ID: o.ID, Title: o.Text})
	}
	return rows
}

// vote finds the question of a vote with this option, and the key that submits it.
func vote(m qyapi.SentMessage, option string) (question, submit string, ok bool) {
	var b templateCard
	if json.Unmarshal(m.Body, &b) != nil {
		return "", "", false
	}
	has := slices.ContainsFunc(b.rows(), func(c message.Choice) bool { return c.ID == option })
	return b.Box.Question, b.Submit.Key, has
}

func chosen(options map[string][]string, id string) bool {
	for _, ids := range options {
		if slices.Contains(ids, id) {
			return true
		}
	}
	return false
}

// readTextCard reads a textcard of an app, readLink a link of customer service.
func readTextCard(c *content, raw json.RawMessage) error {
	var b struct {
		Title, Description, URL string
		Button                  string `json:"btntxt"`
	}
	err := json.Unmarshal(raw, &b)
	c.Shape, c.Header, c.Text = message.ShapeCard, b.Title, b.Description
	c.Link = &message.Link{URL: web(b.URL), Label: b.Button}
	return err
}

func readLink(c *content, raw json.RawMessage) error {
	var b struct{ Title, Desc, URL string }
	err := json.Unmarshal(raw, &b)
	c.Shape, c.Header, c.Text = message.ShapeCard, b.Title, b.Desc
	c.Link = &message.Link{URL: web(b.URL)}
	return err
}

func readNews(c *content, raw json.RawMessage) error {
	var b struct {
		Articles []struct{ Title, Description, URL string }
	}
	err := json.Unmarshal(raw, &b)
	c.Shape = message.ShapeNews
	for _, a := range b.Articles {
		c.Articles = append(c.Articles, message.Article{Title: a.Title, Description: a.Description, URL: web(a.URL)})
	}
	return err
}

// web keeps an address that a browser may open, and nothing else.
func web(address string) string {
	if strings.HasPrefix(address, "https://") || strings.HasPrefix(address, "http://") {
		return address
	}
	return ""
}

// menu is the menu of the app as it is now (B12).
func (p weChat) menu() []menuTop {
	agent, err := strconv.ParseInt(p.where, 10, 64)
	if err != nil {
		return nil // an account of customer service has none
	}
	type button struct {
		Type, Name, Key, URL string
		Below                []button `json:"sub_button"`
	}
	var b struct{ Button []button }
	if raw := p.sandbox.Menu(agent); raw == nil || json.Unmarshal(raw, &b) != nil {
		return nil
	}
	var tops []menuTop
	for _, one := range b.Button {
		top := menuTop{menuLine: menuLine{one.Key, one.Name, web(one.URL)}}
		for _, sub := range one.Below {
			top.Below = append(top.Below, menuLine{sub.Key, sub.Name, web(sub.URL)})
		}
		tops = append(tops, top)
	}
	return tops
}
