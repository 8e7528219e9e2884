package wecom

import (
	"strconv"
	"time"
	"unicode/utf8"
)

// Reply writes the XML that answers a callback within its 5 s, before [Pair.Seal]
// encrypts it. Prefer a message of its own: a reply cannot be repeated.
// W:90241, W:96469.
type Reply struct {
	// To is the member, From the CorpID.
	To, From string
	At       time.Time
}

// Article is one entry of a news reply.
type Article struct{ Title, Description, PicURL, URL string }

// MaxArticles is how many entries a news reply can have.
const MaxArticles = 8

// Text answers with a text, cut to [MaxText].
func (r Reply) Text(content string) []byte {
	return r.encode("text", Element{Name: "Content", Text: Cut(content, MaxText)})
}

// Image answers with an uploaded picture.
func (r Reply) Image(mediaID string) []byte {
	return r.encode("image", Element{Name: "Image", Elements: []Element{{Name: "MediaId", Text: mediaID}}})
}

// Voice answers with an uploaded voice recording.
func (r Reply) Voice(mediaID string) []byte {
	return r.encode("voice", Element{Name: "Voice", Elements: []Element{{Name: "MediaId", Text: mediaID}}})
}

// Video answers with an uploaded video.
func (r Reply) Video(mediaID, title, description string) []byte {
	return r.encode("video", Element{Name: "Video", Elements: []Element{
		{Name: "MediaId", Text: mediaID}, {Name: "Title", Text: title}, {Name: "Description", Text: description},
	}})
}

// News answers with articles; those above [MaxArticles] are left out.
func (r Reply) News(articles ...Article) []byte {
	articles = articles[:min(len(articles), MaxArticles)]
	list := Element{Name: "Articles"}
	for _, a := range articles {
		list.Elements = append(list.Elements, Element{Name: "item", Elements: []Element{
			{Name: "Title", Text: a.Title}, {Name: "Description", Text: a.Description},
			{Name: "PicUrl", Text: a.PicURL}, {Name: "Url", Text: a.URL},
		}})
	}
	count := Element{Name: "ArticleCount", Text: strconv.Itoa(len(articles)), Number: true}
	return r.encode("news", count, list)
}

// Button answers the tap of a card's button with another name for it.
func (r Reply) Button(name string) []byte {
	return r.encode("update_button", Element{Name: "Button", Elements: []Element{{Name: "ReplaceName", Text: name}}})
}

// Card answers the tap of a card with another card; the elements are those below
// TemplateCard.
func (r Reply) Card(elements ...Element) []byte {
	return r.encode("update_template_card", Element{Name: "TemplateCard", Elements: elements})
}

func (r Reply) encode(kind string, content ...Element) []byte {
	return Encode(append([]Element{
		{Name: "ToUserName", Text: r.To}, {Name: "FromUserName", Text: r.From},
		{Name: "CreateTime", Text: strconv.FormatInt(r.At.Unix(), 10), Number: true},
		{Name: "MsgType", Text: kind},
	}, content...)...)
}

// Cut shortens a text to a number of bytes without splitting a character.
func Cut(text string, size int) string {
	if len(text) <= size {
		return text
	}
	size = max(size, 0)
	for size > 0 && !utf8.RuneStart(text[size]) {
		size--
	}
	return text[:size]
}
