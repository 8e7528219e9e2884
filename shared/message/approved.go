package message

// Approved names a WhatsApp template and fills what it leaves open.
type Approved struct {
	Name     string `json:"name"`
	Language string `json:"language"`
	// Params fill the numbered parameters of the body, in order; Named those with names.
	// A template has the one or the other.
	Params []string `json:"params,omitempty"`
	Named  []Named  `json:"named,omitempty"`
	// Header fills the parameter of a header with a text, Media is the file of another.
	Header *Named `json:"header,omitempty"`
	Media  *Media `json:"media,omitempty"`
	// Buttons fill those buttons that take something.
	Buttons []ApprovedButton `json:"buttons,omitempty"`
	// Category is the one that Meta approved it under: utility when empty.
	Category string `json:"category,omitempty"`
}

// Named is what fills a parameter. Name is empty for a numbered one.
type Named struct {
	Name string `json:"name,omitempty"`
	Text string `json:"text"`
}

// ApprovedButton fills one button of an approved template: the end of the address that it
// opens, or what comes back as [Inbound.Choice] when it is tapped. One of the two.
type ApprovedButton struct {
	// Index counts all buttons of the template from 0.
	Index   int    `json:"index"`
	URL     string `json:"url,omitempty"`
	Payload string `json:"payload,omitempty"`
}
