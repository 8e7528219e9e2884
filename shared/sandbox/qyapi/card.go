package qyapi

import (
	"regexp"
	"slices"
)

// card is a template_card of any card_type (B6). Its codes are those that W:90313
// lists for cards; which of them WeCom picks for which fault is not documented.
type card struct {
	Type      string    `json:"card_type"`
	TaskID    string    `json:"task_id"`
	MainTitle cardTitle `json:"main_title"`
	SubTitle  string    `json:"sub_title_text"`
	Action    *struct {
		Type  int    `json:"type"`
		URL   string `json:"url"`
		AppID string `json:"appid"`
	} `json:"card_action"`
	Image *struct {
		URL string `json:"url"`
	} `json:"card_image"`
	Menu *struct {
		Desc string       `json:"desc"`
		List []cardButton `json:"action_list"`
	} `json:"action_menu"`
	Selection *cardSelect  `json:"button_selection"`
	Buttons   []cardButton `json:"button_list"`
	Checkbox  *cardSelect  `json:"checkbox"`
	Selects   []cardSelect `json:"select_list"`
	Submit    *cardButton  `json:"submit_button"`
	Lines     []struct {
		Key   string `json:"keyname"`
		Value string `json:"value"`
	} `json:"horizontal_content_list"`
	Jumps []struct {
		Title string `json:"title"`
		URL   string `json:"url"`
	} `json:"jump_list"`
}

type cardTitle struct {
	Title string `json:"title"`
	Desc  string `json:"desc"`
}

type cardButton struct {
	Type int    `json:"type"` // 0 calls back with key, 1 opens url
	Text string `json:"text"`
	Key  string `json:"key"`
	URL  string `json:"url"`
}

type cardSelect struct {
	Question string `json:"question_key"`
	Mode     int    `json:"mode"`
	Options  []struct {
		ID   string `json:"id"`
		Text string `json:"text"`
	} `json:"option_list"`
}

// All values of card_type; the interactive ones need a task_id.
const (
	textNotice  = "text_notice"
	newsNotice  = "news_notice"
	buttonCard  = "button_interaction"
	voteCard    = "vote_interaction"
	severalCard = "multiple_interaction"
)

var taskID = regexp.MustCompile(`^[0-9a-zA-Z_@-]{1,128}$`)

func (b *card) check() *refusal {
	if r := b.names(); r != nil {
		return r
	}
	switch b.Type {
	case textNotice, newsNotice:
		return b.notice()
	case buttonCard:
		return first(buttons(b.Buttons, 6), b.Selection.check(10))
	case voteCard:
		if b.Checkbox == nil {
			return refuse(42037, "the card has no checkbox")
		}
		return first(b.Checkbox.check(20), b.submit())
	default:
		return b.several()
	}
}

// names checks what all cards share.
func (b *card) names() *refusal {
	interactive := b.Type == buttonCard || b.Type == voteCard || b.Type == severalCard
	switch {
	case !interactive && b.Type != textNotice && b.Type != newsNotice:
		return refuse(42027, "card_type is not valid")
	case (interactive || b.Menu != nil || b.TaskID != "") && !taskID.MatchString(b.TaskID):
		return refuse(42014, "task_id is missing or not valid")
	case b.Type != textNotice && b.MainTitle.Title == "", b.MainTitle.Title == "" && b.SubTitle == "":
		return refuse(42033, "the card has no title")
	case len(b.Lines) > 6:
		return refuse(42043, "horizontal_content_list has more than 6 entries")
	case len(b.Jumps) > 3:
		return refuse(42044, "jump_list has more than 3 entries")
	}
	if b.Menu != nil {
		return buttons(b.Menu.List, 3)
	}
	return nil
}

func (b *card) notice() *refusal {
	switch {
	case b.Action == nil:
		return refuse(42045, "the card has no card_action")
	case b.Action.Type == 1 && b.Action.URL == "", b.Action.Type == 2 && b.Action.AppID == "", b.Action.Type < 1 || b.Action.Type > 2:
		return refuse(42046, "card_action needs type 1 with a url or type 2 with an appid")
	case b.Type == newsNotice && (b.Image == nil || b.Image.URL == ""):
		return refuse(42028, "a news_notice has no card_image")
	}
	return webAddress("card_action.url", b.Action.URL)
}

func (b *card) several() *refusal {
	if len(b.Selects) < 1 || len(b.Selects) > 3 {
		return refuse(42038, "select_list has %d entries, 1 to 3 are allowed", len(b.Selects))
	}
	for i := range b.Selects {
		if r := b.Selects[i].check(10); r != nil {
			return r
		}
	}
	return b.submit()
}

func (b *card) submit() *refusal {
	if b.Submit == nil || b.Submit.Text == "" || b.Submit.Key == "" {
		return refuse(42042, "the card has no submit_button with text and key")
	}
	return nil
}

// buttons: 1 to a number of them, each with a text and its own key or an address.
func buttons(all []cardButton, most int) *refusal {
	if len(all) < 1 || len(all) > most {
		return refuse(42017, "the card has %d buttons, 1 to %d are allowed", len(all), most)
	}
	var keys []string
	for _, b := range all {
		switch {
		case b.Text == "":
			return refuse(42018, "a button of the card has no text")
		case b.Type == 1 && b.URL == "", b.Type == 0 && (b.Key == "" || len(b.Key) > 1024):
			return refuse(42019, "a button of the card has no key of 1 to 1024 bytes, or no url")
		case b.Key != "" && slices.Contains(keys, b.Key):
			return refuse(42020, "two buttons of the card have the same key")
		}
		keys = append(keys, b.Key)
	}
	return nil
}

func (c *cardSelect) check(most int) *refusal {
	if c == nil {
		return nil
	}
	if c.Question == "" || len(c.Options) < 1 || len(c.Options) > most {
		return refuse(42039, "a question of the card has no question_key, or %d options where 1 to %d are allowed", len(c.Options), most)
	}
	var ids []string
	for _, o := range c.Options {
		if o.ID == "" || o.Text == "" || len(o.ID) > 128 || slices.Contains(ids, o.ID) {
			return refuse(42040, "an option of the card has no text or no id of its own of 1 to 128 bytes")
		}
		ids = append(ids, o.ID)
	}
	return nil
}

// see lists what can be tapped: buttons, menu entries, and options with the button
// that submits them.
func (b *card) see() seen {
	v := seen{text: b.MainTitle.Title, taskID: b.TaskID}
	for _, more := range []string{b.MainTitle.Desc, b.SubTitle} {
		if more != "" {
			v.text += "\n" + more
		}
	}
	taps := slices.Clone(b.Buttons)
	if b.Menu != nil {
		taps = append(taps, b.Menu.List...)
	}
	if b.Submit != nil {
		taps = append(taps, *b.Submit)
	}
	for _, t := range taps {
		if t.Type == 0 {
			v.choices = append(v.choices, Choice{t.Key, t.Text})
		}
	}
	return v
}
