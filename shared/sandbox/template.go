package sandbox

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"frontdesk/shared/message"
)

// templateBody: Meta, template-messages page and templates section of A9.
type templateBody struct {
	Name     string `json:"name"`
	Language *struct {
		Code   string `json:"code"`
		Policy string `json:"policy"`
	} `json:"language"`
	Components []component `json:"components"`

	approved Template // set by match
}

type component struct {
	Type       string          `json:"type"`
	SubType    string          `json:"sub_type"`
	Index      json.RawMessage `json:"index"` // shown as number and as string
	Parameters []parameter     `json:"parameters"`
}

type parameter struct {
	Type          string          `json:"type"`
	ParameterName string          `json:"parameter_name"`
	Text          string          `json:"text"`
	Payload       string          `json:"payload"`
	Image         json.RawMessage `json:"image"`
	Video         json.RawMessage `json:"video"`
	Document      json.RawMessage `json:"document"`
	Location      json.RawMessage `json:"location"`
	Currency      json.RawMessage `json:"currency"`
	DateTime      json.RawMessage `json:"date_time"`
}

var templateName = regexp.MustCompile(`^[a-z0-9_]{1,512}$`)

func (b *templateBody) check() *refusal {
	switch {
	case b.Name == "":
		return refuse(131008, "template.name is required")
	case !templateName.MatchString(b.Name):
		return refuse(131009, "template.name is at most 512 lower-case letters, digits and underscores")
	case b.Language == nil || b.Language.Code == "":
		return refuse(131008, "template.language.code is required")
	case b.Language.Policy != "" && b.Language.Policy != "deterministic":
		return refuse(131009, "template.language.policy must be deterministic")
	}
	seen := map[string]bool{}
	for _, c := range b.Components {
		if r := first(c.check(), once(seen, c.Type)); r != nil {
			return r
		}
	}
	return nil
}

// once refuses a second header or body; there may be several buttons.
func once(seen map[string]bool, kind string) *refusal {
	if kind == "button" {
		return nil
	}
	return unique(seen, "template component "+kind, kind)
}

func (c component) check() *refusal {
	switch c.Type {
	case "body":
		return c.checkBody()
	case "header":
		return c.checkHeader()
	case "button":
		return c.checkButton()
	}
	return refuse(131009, "template component type is not header, body or button")
}

// checkBody: positional or named parameters, never both (132012).
func (c component) checkBody() *refusal {
	named := 0
	for _, p := range c.Parameters {
		switch {
		case p.Type != "text" && p.Type != "currency" && p.Type != "date_time":
			return refuse(132012, "body parameters must be text")
		case p.Type == "text" && p.Text == "":
			return refuse(131008, "a text parameter of the body is empty")
		}
		if p.ParameterName != "" {
			named++
		}
	}
	if named != 0 && named != len(c.Parameters) {
		return refuse(132012, "named and positional parameters are mixed")
	}
	return nil
}

func (c component) checkHeader() *refusal {
	for _, p := range c.Parameters {
		switch p.Type {
		case "text", "image", "video", "document", "location":
		default:
			return refuse(132012, "header parameters are text, image, video, document or location")
		}
	}
	return nil
}

func (c component) checkButton() *refusal {
	switch {
	case c.SubType != "quick_reply" && c.SubType != "url":
		return refuse(131009, "button sub_type is not quick_reply or url")
	case len(c.Index) == 0:
		return refuse(131008, "button index is required")
	case len(c.Parameters) != 1:
		return refuse(132000, "a button takes one parameter")
	}
	want := map[string]string{"quick_reply": "payload", "url": "text"}[c.SubType]
	if c.Parameters[0].Type != want {
		return refuse(132012, "a %s button takes a %s parameter", c.SubType, want)
	}
	return nil
}

// values are the texts of the body parameters in order.
func (b *templateBody) values() []string {
	var values []string
	for _, c := range b.Components {
		if c.Type != "body" {
			continue
		}
		for _, p := range c.Parameters {
			values = append(values, p.Text)
		}
	}
	return values
}

// match finds the approved template and compares the parameters with it. The
// locale must be equal: en is not en_US (Meta, error-codes page, 132001).
func (b *templateBody) match(approved map[templateKey]Template) *refusal {
	t, ok := approved[templateKey{b.Name, b.Language.Code}]
	if !ok {
		return refuse(132001, "template name does not exist in the translation")
	}
	switch t.state {
	case "PAUSED":
		return refuse(132015, "the template is paused for low quality")
	case "DISABLED":
		return refuse(132016, "the template is disabled for low quality")
	case "REJECTED", "PENDING", "DELETED", "PENDING_DELETION", "ARCHIVED":
		return refuse(132001, "template name does not exist in the translation")
	}
	b.approved = t
	if n := len(b.values()); n != t.Params {
		return refuse(132000, "body: number of localizable_params (%d) does not match the expected number of params (%d)", n, t.Params)
	}
	if r := b.fits(t); r != nil {
		return r
	}
	if n := utf8.RuneCountInString(b.text()); n > 1024 {
		return refuse(132005, "the translated text is %d characters long, at most 1024 are allowed", n)
	}
	return nil
}

// text is the approved body with its parameters filled in once; without a known
// body, the parameters alone.
func (b *templateBody) text() string {
	values := b.values()
	body := b.approved.bodyText()
	if body == "" {
		return strings.Join(values, " ")
	}
	var pairs []string
	for _, c := range b.Components {
		for i, p := range c.Parameters {
			if c.Type == "body" {
				pairs = append(pairs, "{{"+orElse(p.ParameterName, strconv.Itoa(i+1))+"}}", p.Text)
			}
		}
	}
	return strings.NewReplacer(pairs...).Replace(body)
}

func (b *templateBody) content() message.Content {
	c := message.Content{Shape: message.ShapeApproved, Text: b.text(),
		Approved: &message.Approved{Name: b.Name, Language: b.Language.Code, Params: b.values()}}
	for _, part := range b.Components {
		if part.Type != "header" {
			continue
		}
		for _, p := range part.Parameters {
			if p.Type == "text" {
				c.Header = p.Text
			}
			c.Media = headerMedia(p.Type, map[string]json.RawMessage{"image": p.Image, "video": p.Video, "document": p.Document}[p.Type])
		}
	}
	return c
}

type templateKey struct{ name, language string }
