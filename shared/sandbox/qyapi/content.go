package qyapi

import (
	"encoding/json"
	"strings"

	"frontdesk/shared/wecom"
)

// content is a message of any shape, taken apart and checked.
type content struct {
	kind string
	raw  json.RawMessage
	seen
}

// seen is what people see of a message.
type seen struct {
	text    string
	choices []Choice
	taskID  string
}

// shape reads the object of one type.
type shape func(raw json.RawMessage) (seen, *refusal)

// fields are the objects of a request by their name.
type fields map[string]json.RawMessage

// object is a part of a message that knows its rules.
type object interface {
	check() *refusal
	see() seen
}

// of is the shape that an object's type describes.
func of[B any, P interface {
	*B
	object
}](raw json.RawMessage) (seen, *refusal) {
	b := P(new(B))
	if err := json.Unmarshal(raw, b); err != nil {
		return seen{}, refuse(40058, "invalid Request Parameter: the object of the msgtype cannot be read")
	}
	if r := b.check(); r != nil {
		return seen{}, r
	}
	return b.see(), nil
}

// parseContent finds the object that stands under the name of the type.
func parseContent(kind string, all fields, shapes map[string]shape) (content, *refusal) {
	read, known := shapes[kind]
	if !known {
		return content{}, refuse(40008, "invalid message type")
	}
	raw := all[kind]
	if len(raw) == 0 || string(raw) == "null" {
		return content{}, refuse(40063, "some parameters are empty: there is no object under the msgtype")
	}
	what, r := read(raw)
	return content{kind, raw, what}, r
}

// webAddress needs a scheme (45034) and at most 2048 bytes (40039); it may be empty
// where the caller does not need it.
func webAddress(name, value string) *refusal {
	if value != "" && !strings.HasPrefix(value, "https://") && !strings.HasPrefix(value, "http://") {
		return refuse(45034, "%s has no scheme", name)
	}
	return within(40039, name, value, 2048)
}

// cutText is a text of apps and robots: WeCom shows 2048 bytes and cuts the rest (B6).
type cutText struct {
	Content string `json:"content"`
}

func (b *cutText) check() *refusal { return need(44004, "text.content", b.Content) }
func (b *cutText) see() seen       { return seen{text: wecom.Cut(b.Content, wecom.MaxText)} }

// fullText is a text that is refused when it is longer than 2048 bytes (B9, B12).
type fullText struct {
	Content string `json:"content"`
}

func (b *fullText) check() *refusal {
	return first(need(44004, "text.content", b.Content), within(45002, "text.content", b.Content, 2048))
}
func (b *fullText) see() seen { return seen{text: b.Content} }

// media is an image, voice or file that was uploaded.
type media struct {
	MediaID string `json:"media_id"`
}

func (b *media) check() *refusal { return need(41006, "media_id", b.MediaID) }
func (b *media) see() seen       { return seen{text: "[media]"} }

// video: B6.
type video struct {
	media
	Title       string `json:"title"`
	Description string `json:"description"`
}

func (b *video) see() seen { return seen{text: orElse(b.Title, "[media]")} }

// textCard has title, description and address, all of which are needed (page of
// message types; sizes by memory (?)).
type textCard struct {
	Title       string `json:"title"`
	Description string `json:"description"`
	URL         string `json:"url"`
	Button      string `json:"btntxt"`
}

func (b *textCard) check() *refusal {
	return first(
		need(41016, "textcard.title", b.Title), need(41033, "textcard.description", b.Description),
		need(41010, "textcard.url", b.URL), webAddress("textcard.url", b.URL))
}

// see cuts title and description as WeCom does, at 128 and 512.
func (b *textCard) see() seen {
	return seen{text: wecom.Cut(b.Title, 128) + "\n" + wecom.Cut(b.Description, 512),
		choices: []Choice{{b.URL, orElse(b.Button, "详情")}}}
}

// news holds 1 to 8 articles.
type news struct {
	Articles []article `json:"articles"`
}

type article struct {
	Title       string `json:"title"`
	Description string `json:"description"`
	URL         string `json:"url"`
	PicURL      string `json:"picurl"`
	AppID       string `json:"appid"`
}

func (b *news) check() *refusal {
	if len(b.Articles) < 1 || len(b.Articles) > 8 {
		return refuse(45008, "news has %d articles, 1 to 8 are allowed", len(b.Articles))
	}
	for _, a := range b.Articles {
		if r := first(need(41016, "an article's title", a.Title), need(41010, "an article's url", a.URL+a.AppID), webAddress("an article's url", a.URL)); r != nil {
			return r
		}
	}
	return nil
}

func (b *news) see() seen {
	var v seen
	for _, a := range b.Articles {
		v.text = strings.TrimPrefix(v.text+"\n"+wecom.Cut(a.Title, 128), "\n")
		v.choices = append(v.choices, Choice{a.URL, a.Title})
	}
	return v
}

// mpNews holds 1 to 8 articles that are kept at WeCom.
type mpNews struct {
	Articles []struct {
		Title   string `json:"title"`
		Thumb   string `json:"thumb_media_id"`
		Content string `json:"content"`
	} `json:"articles"`
}

func (b *mpNews) check() *refusal {
	if len(b.Articles) < 1 || len(b.Articles) > 8 {
		return refuse(45008, "mpnews has %d articles, 1 to 8 are allowed", len(b.Articles))
	}
	for _, a := range b.Articles {
		if r := first(need(41016, "an article's title", a.Title), need(41006, "an article's thumb_media_id", a.Thumb), need(44004, "an article's content", a.Content)); r != nil {
			return r
		}
	}
	return nil
}

func (b *mpNews) see() seen {
	var titles []string
	for _, a := range b.Articles {
		titles = append(titles, a.Title)
	}
	return seen{text: strings.Join(titles, "\n")}
}

// miniNotice is a notice of a mini program.
type miniNotice struct {
	AppID string `json:"appid"`
	Title string `json:"title"`
	Items []struct {
		Key   string `json:"key"`
		Value string `json:"value"`
	} `json:"content_item"`
}

func (b *miniNotice) check() *refusal {
	if len(b.Items) > 10 {
		return refuse(90206, "miniprogram_notice has more than 10 items")
	}
	return first(need(90200, "miniprogram_notice.appid", b.AppID), need(90202, "miniprogram_notice.title", b.Title))
}
func (b *miniNotice) see() seen { return seen{text: b.Title} }

// markdown has a limit in bytes that depends on who sends it.
func markdown(code, size int, cut bool) shape {
	return func(raw json.RawMessage) (seen, *refusal) {
		var b fullText
		if json.Unmarshal(raw, &b) != nil {
			return seen{}, refuse(40058, "invalid Request Parameter: markdown.content is no text")
		}
		if r := need(44004, "markdown.content", b.Content); r != nil {
			return seen{}, r
		}
		if cut {
			b.Content = wecom.Cut(b.Content, size)
		}
		return seen{text: b.Content}, within(code, "markdown.content", b.Content, size)
	}
}

// appShapes are those of message/send (B6).
func (s *Sandbox) appShapes() map[string]shape {
	shapes := chatShapes()
	shapes["markdown"] = markdown(45002, 2048, s.cfg.Unsure.CutMarkdown)
	shapes["miniprogram_notice"] = of[miniNotice]
	shapes["template_card"] = of[card]
	return shapes
}

// chatShapes are those of appchat/send (W:90245).
func chatShapes() map[string]shape {
	return map[string]shape{
		"text": of[cutText], "markdown": markdown(45002, 2048, false), "textcard": of[textCard], "news": of[news],
		"mpnews": of[mpNews], "image": of[media], "voice": of[media], "file": of[media], "video": of[video],
	}
}
