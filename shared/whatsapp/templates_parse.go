package whatsapp

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// The states of a template that are told apart here; Meta has more, and may get new ones.
const (
	TemplateApproved = "APPROVED"
	TemplatePending  = "PENDING"
	TemplateAppealed = "IN_APPEAL"
	TemplateRejected = "REJECTED"
	TemplatePaused   = "PAUSED"
	TemplateDisabled = "DISABLED"
)

// Template is a message template of a business account in one locale.
type Template struct {
	Name     string `json:"name"`
	Language string `json:"language"`
	// Status is APPROVED, PENDING, REJECTED, PAUSED, DISABLED, IN_APPEAL, … as Meta
	// writes it, also one that we do not know.
	Status string `json:"status"`
	// Category is utility, marketing or authentication.
	Category string `json:"category,omitempty"`
	// Header is TEXT, IMAGE, VIDEO, DOCUMENT, LOCATION, …; empty without one. HeaderParam:
	// its text has a parameter.
	Header      string `json:"header,omitempty"`
	HeaderParam bool   `json:"header_param,omitempty"`
	// HeaderName is the name of that parameter, when it has one and no number.
	HeaderName string `json:"header_name,omitempty"`
	// Params is how many parameters the body takes; Names are theirs, in order, when
	// they are named and not numbered.
	Params  int              `json:"params,omitempty"`
	Names   []string         `json:"names,omitempty"`
	Buttons []TemplateButton `json:"buttons,omitempty"`
	// Others are components besides header, body, footer and buttons: CAROUSEL, …
	Others []string `json:"others,omitempty"`
	// Quality is GREEN, YELLOW, RED or UNKNOWN; empty when Meta does not say.
	Quality string `json:"quality,omitempty"`
	// Reason is why it was rejected: INVALID_FORMAT, …; empty for NONE.
	Reason string `json:"reason,omitempty"`
}

// TemplateButton is one button of a template.
type TemplateButton struct {
	Type string `json:"type"` // QUICK_REPLY, URL, PHONE_NUMBER, COPY_CODE, OTP, FLOW, …
	Text string `json:"text,omitempty"`
	// Param: its address has a parameter.
	Param bool `json:"param,omitempty"`
}

// Bounds of what is kept of a template.
const (
	maxParams  = 200 // parameters of a body that has room for 1,024 characters
	maxButtons = 20  // Meta takes 10
	maxWord    = 60  // characters of any other word
)

// readTemplate reads one element of the list (Meta, reference of message templates, and
// templates/components page).
func readTemplate(raw []byte) Template {
	t := Template{
		Name: text(field(raw, "name")), Language: text(field(raw, "language")), Status: word(field(raw, "status")),
		Category: strings.ToLower(word(field(raw, "category"))), Quality: word(field(field(raw, "quality_score"), "score")),
	}
	if why := word(field(raw, "rejected_reason")); why != "NONE" {
		t.Reason = why
	}
	for c := list(field(raw, "components")); c.next(); {
		t.component(c.value)
	}
	return t
}

func (t *Template) component(raw []byte) {
	switch kind := word(field(raw, "type")); kind {
	case "HEADER":
		t.Header = word(field(raw, "format"))
		t.header(parameters(text(field(raw, "text"))))
	case "BODY":
		t.body(parameters(text(field(raw, "text"))))
	case "BUTTONS":
		for b := list(field(raw, "buttons")); b.next() && len(t.Buttons) < maxButtons; {
			t.Buttons = append(t.Buttons, TemplateButton{
				Type: word(field(b.value, "type")), Text: short(text(field(b.value, "text"))),
				Param: len(parameters(text(field(b.value, "url")))) > 0,
			})
		}
	case "FOOTER", "":
	default:
		if !slices.Contains(t.Others, kind) && len(t.Others) < maxButtons {
			t.Others = append(t.Others, kind)
		}
	}
}

func (t *Template) header(params []string) {
	t.HeaderParam = len(params) > 0
	if t.HeaderParam && !isDigits(params[0]) {
		t.HeaderName = params[0]
	}
}

// body notes what the body takes. Numbers and names are never mixed (Meta,
// templates/components page).
func (t *Template) body(params []string) {
	t.Params = len(params)
	if slices.ContainsFunc(params, func(p string) bool { return !isDigits(p) }) {
		t.Names = params
	}
}

var placeholder = regexp.MustCompile(`\{\{\s*([A-Za-z0-9_]{1,60})\s*\}\}`)

// parameters are the different {{1}}, {{2}}, … or {{first_name}}, … of a text: numbers in
// their order, names as they come.
func parameters(text string) []string {
	var all []string
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(all, m[1]) && len(all) < maxParams {
			all = append(all, m[1])
		}
	}
	slices.SortStableFunc(all, func(a, b string) int {
		x, errA := strconv.Atoi(a)
		y, errB := strconv.Atoi(b)
		if errA != nil || errB != nil {
			return 0
		}
		return x - y
	})
	return all
}

// word is a short text in capitals, as Meta writes its enumerations.
func word(raw []byte) string { return strings.ToUpper(short(text(raw))) }

func short(s string) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	if r := []rune(s); len(r) > maxWord {
		return string(r[:maxWord])
	}
	return s
}

// Unfilled is what a send would have to fill in that nothing in a playbook can, as words for
// an admin: "a location in the header", …. A send without it is refused with 132000 or 132012.
func (t Template) Unfilled() []string {
	var all []string
	switch t.Header {
	case "", "TEXT", "IMAGE", "VIDEO", "DOCUMENT":
	default:
		all = append(all, "a "+strings.ToLower(t.Header)+" in the header")
	}
	for i, b := range t.Buttons {
		if what := b.unfilled(); what != "" {
			all = append(all, fmt.Sprintf("%s of button %d", what, i+1))
		}
	}
	for _, kind := range t.Others {
		all = append(all, "a component of type "+strings.ToLower(kind))
	}
	return all
}

// unfilled names what a button needs; "" for nothing. Catalogues and flows have defaults
// for what may be given with them (?).
func (b TemplateButton) unfilled() string {
	switch {
	case b.Type == "COPY_CODE", b.Type == "OTP":
		return "the code"
	case b.Type == "MPM", b.Type == "SPM":
		return "the products"
	case b.Type == "ORDER_DETAILS":
		return "the order"
	}
	return ""
}
