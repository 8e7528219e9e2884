package sandbox

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// listedPart is one component as the list of templates writes it.
type listedPart struct {
	Type    string `json:"type"`
	Format  string `json:"format"`
	Text    string `json:"text"`
	Buttons []struct {
		Type string `json:"type"`
		URL  string `json:"url"`
	} `json:"buttons"`
}

// fits compares what is sent with the components that a template is listed with (Meta,
// error-codes page: 132000 number, 132012 form). Of a template without such a list only the number
// of the body's parameters is known.
func (b *templateBody) fits(t Template) *refusal {
	var parts []listedPart
	if len(t.Components) == 0 || json.Unmarshal(t.Components, &parts) != nil {
		return nil
	}
	sent := map[string]component{}
	for _, c := range b.Components {
		sent[c.Type+c.index()] = c
	}
	for _, p := range parts {
		var r *refusal
		switch p.Type {
		case "HEADER":
			r = p.header(sent["header"])
		case "BODY":
			r = p.named(sent["body"])
		case "BUTTONS":
			r = p.filled(sent)
		}
		if r != nil {
			return r
		}
	}
	return nil
}

// index is that of a button, which is shown as a number and as a string.
func (c component) index() string {
	if c.Type != "button" {
		return ""
	}
	return strings.Trim(string(c.Index), `"`)
}

func (p listedPart) header(c component) *refusal {
	want := strings.ToLower(p.Format)
	open := want != "text" || strings.Contains(p.Text, "{{")
	switch {
	case open && len(c.Parameters) != 1:
		return refuse(132012, "header: Format mismatch, expected %s, received %d parameters", p.Format, len(c.Parameters))
	case !open && len(c.Parameters) > 0:
		return refuse(132000, "header: number of localizable_params (%d) does not match the expected number of params (0)", len(c.Parameters))
	case open && c.Parameters[0].Type != want:
		return refuse(132012, "header: Format mismatch, expected %s", p.Format)
	}
	return nil
}

// named holds that every name of the text is given (132000).
func (p listedPart) named(c component) *refusal {
	for _, param := range c.Parameters {
		if param.ParameterName != "" && !strings.Contains(p.Text, "{{"+param.ParameterName+"}}") {
			return refuse(132000, "body: a parameter has a name that the template does not have")
		}
		if param.ParameterName == "" && !strings.Contains(p.Text, "{{1}}") {
			return refuse(132012, "body: the parameters of the template have names")
		}
	}
	return nil
}

func (p listedPart) filled(sent map[string]component) *refusal {
	for i, b := range p.Buttons {
		c, given := sent["button"+strconv.Itoa(i)]
		kind := map[string]string{"URL": "url", "QUICK_REPLY": "quick_reply"}[b.Type]
		switch {
		case strings.Contains(b.URL, "{{") && !given:
			return refuse(131008, "button %d requires a parameter", i)
		case given && c.SubType != kind:
			return refuse(132012, "button %d is not of type %s", i, c.SubType)
		case given && b.Type == "URL" && !strings.Contains(b.URL, "{{"):
			return refuse(132000, "button %d takes no parameter", i)
		}
	}
	for _, c := range sent {
		if n, err := strconv.Atoi(c.index()); c.Type == "button" && (err != nil || n < 0 || n >= len(p.Buttons)) {
			return refuse(132012, "the template has no such button")
		}
	}
	return nil
}

// bodyText is the text of the body as it is listed, or the short form.
func (t Template) bodyText() string {
	var parts []listedPart
	if t.Body != "" || len(t.Components) == 0 || json.Unmarshal(t.Components, &parts) != nil {
		return t.Body
	}
	i := slices.IndexFunc(parts, func(p listedPart) bool { return p.Type == "BODY" })
	if i < 0 {
		return ""
	}
	return parts[i].Text
}
