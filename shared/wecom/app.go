package wecom

import (
	"strings"
	"unicode/utf8"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
)

// The wire form of a message of an app. W:90236.
type appRequest struct {
	To       string    `json:"touser"`
	Type     string    `json:"msgtype"`
	Agent    int64     `json:"agentid"`
	Text     *content  `json:"text,omitempty"`
	Markdown *content  `json:"markdown,omitempty"`
	Link     *textCard `json:"textcard,omitempty"`
	News     *news     `json:"news,omitempty"`
	Card     *card     `json:"template_card,omitempty"`
	fileRequest
	Check    int `json:"enable_duplicate_check,omitempty"`
	Interval int `json:"duplicate_check_interval,omitempty"`
}

type content struct {
	Content string `json:"content"`
}

type news struct {
	Articles []article `json:"articles"`
}

type article struct {
	Title   string `json:"title"`
	Text    string `json:"description,omitempty"`
	URL     string `json:"url"`
	Picture string `json:"picurl,omitempty"`
}

type card struct {
	Type     string       `json:"card_type"`
	Title    title        `json:"main_title"`
	Text     string       `json:"sub_title_text,omitempty"`
	Task     string       `json:"task_id"`
	Buttons  []cardButton `json:"button_list,omitempty"`
	Question *question    `json:"checkbox,omitempty"`
	Submit   *cardButton  `json:"submit_button,omitempty"`
}

type title struct {
	Title string `json:"title"`
	Desc  string `json:"desc,omitempty"`
}

type cardButton struct {
	Text string `json:"text"`
	Key  string `json:"key"`
}

type question struct {
	Key     string   `json:"question_key"`
	Mode    int      `json:"mode"`
	Options []option `json:"option_list"`
}

type option struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

// submitKey marks a vote of ours: its one chosen option is the answer.
const submitKey = "frontdesk-list"

// appMessage writes a message that has passed the checks.
//
// The duplicate check drops the same content to the same person within its interval.
// It is the only idempotency aid of this call, and it also drops what is meant twice:
// the same answer to a question asked again. So it is off unless the channel's
// settings ask for it.
func appMessage(ch channel.Channel, out message.Outgoing) appRequest {
	r := appRequest{To: out.To.UserID, Agent: ch.AgentID, Type: "template_card"}
	if ch.DuplicateCheck > 0 {
		r.Check, r.Interval = 1, ch.DuplicateCheck
	}
	switch out.Content.Shape {
	case message.ShapeButtons:
		r.Card = buttonCard(out)
	case message.ShapeList:
		r.Card = voteCard(out)
	case message.ShapeMarkdown:
		r.Type, r.Markdown = "markdown", &content{shorten(out.Content.Text, MaxAppMarkdown)}
	case message.ShapeCard:
		r.Type, r.Link = "textcard", linkCard(out.Content)
	case message.ShapeNews:
		r.Type, r.News = "news", newsOf(out.Content.Articles)
	default:
		r.Type, r.Text = "text", &content{fitted(out.Content, MaxText)}
	}
	return r
}

func buttonCard(out message.Outgoing) *card {
	c := &card{Type: "button_interaction", Task: TaskID(out.Ref)}
	c.Title.Title, c.Text = headed(out.Content)
	for _, b := range out.Content.Buttons {
		c.Buttons = append(c.Buttons, cardButton{b.Title, b.ID})
	}
	return c
}

// voteCard is a list with one choice: up to 20 options and the button that submits.
// multiple_interaction will not do: it has up to three questions of 10 options, all to
// be answered. Titles of sections have no place on the card.
func voteCard(out message.Outgoing) *card {
	c := &card{Type: "vote_interaction", Task: TaskID(out.Ref), Submit: &cardButton{out.Content.Open, submitKey}}
	c.Title.Title, c.Title.Desc = headed(out.Content)
	c.Question = &question{Key: submitKey}
	for _, row := range choices(out.Content) {
		c.Question.Options = append(c.Question.Options, option{row.ID, described(row)})
	}
	return c
}

// linkCard is a text card: all of it opens the address.
func linkCard(k message.Content) *textCard {
	return &textCard{
		Title: shorten(k.Header, MaxCardTitle), Text: shorten(Below(k), MaxCardText),
		URL: k.Link.URL, Button: strings.TrimSpace(first(k.Link.Label, MaxCardOpen)),
	}
}

// Below is what stands below the title of a card.
func Below(k message.Content) string {
	if k.Footer == "" {
		return k.Text
	}
	return k.Text + "\n\n" + k.Footer
}

// first returns the first characters of a text.
func first(text string, characters int) string {
	for i := range text {
		if characters == 0 {
			return text[:i]
		}
		characters--
	}
	return text
}

func newsOf(articles []message.Article) *news {
	n := &news{}
	for _, a := range articles {
		n.Articles = append(n.Articles, article{
			Title: shorten(a.Title, MaxCardTitle), Text: shorten(a.Description, MaxCardText), URL: a.URL, Picture: a.Picture,
		})
	}
	return n
}

// headed divides a content into the title of a card and the text below. A card must
// have a title: without a header a short text is the title itself, and a long one
// lends its first line.
func headed(k message.Content) (head, body string) {
	body = Below(k)
	if k.Header != "" {
		return k.Header, body
	}
	line, rest, _ := strings.Cut(body, "\n")
	if utf8.RuneCountInString(line) <= AdvisedCardTitle {
		return line, strings.TrimLeft(rest, "\n")
	}
	return string([]rune(line)[:AdvisedCardTitle-1]) + "…", body
}

// choices are the buttons of a content, or the rows of all its sections.
func choices(k message.Content) []message.Choice {
	all := k.Buttons
	for _, s := range k.Sections {
		all = append(all[:len(all):len(all)], s.Rows...)
	}
	return all
}

// between stands between the title of a choice and its description.
const between = " · "

func described(c message.Choice) string {
	if c.Description == "" {
		return c.Title
	}
	return c.Title + between + c.Description
}

// joined is a content as one text.
func joined(k message.Content) string {
	var parts []string
	if k.Text != "" {
		parts = []string{k.Text}
	}
	if k.Header != "" {
		parts = append([]string{k.Header}, parts...)
	}
	if k.Footer != "" {
		parts = append(parts, k.Footer)
	}
	return strings.Join(parts, "\n\n")
}

// shorten cuts a text to a number of bytes, at the end of a character and with "…".
func shorten(text string, size int) string {
	const more = "…"
	if len(text) <= size {
		return text
	}
	return Cut(text, size-len(more)) + more
}
