package playbook

// Media is a file that a template sends: at URL, or uploaded to WhatsApp before under ID. It
// has one of the two. URL and Name are Liquid, like every text.
type Media struct {
	// Kind is image, video or document where the shape does not say it: above buttons and a
	// card, and in the header of an approved template.
	Kind string `json:"kind,omitempty"`
	// URL is an https address. WhatsApp fetches the file itself; for WeCom we do.
	URL string `json:"url,omitempty"`
	// ID is that of a file at WhatsApp. Meta keeps it for 30 days.
	ID string `json:"id,omitempty"`
	// Name is the file name that a document is shown under.
	Name string `json:"name,omitempty"`
}

// Approved names a WhatsApp template, the locale it is approved in, and what fills its
// parameters (Liquid, like every text).
type Approved struct {
	Name     string `json:"name"`
	Language string `json:"language"`
	// Params fill the numbered parameters of the body, in order; Named those that have names.
	Params []string `json:"params,omitempty"`
	Named  []Named  `json:"named,omitempty"`
	// Header fills the parameter of a header that is a text, Media is the file of another.
	Header  *Named           `json:"header,omitempty"`
	Media   *Media           `json:"media,omitempty"`
	Buttons []ApprovedButton `json:"buttons,omitempty"`
	// Category is the one that Meta approved it under: utility (when empty),
	// marketing or authentication. Marketing never goes to who has opted out of it.
	Category string `json:"category,omitempty"`
}

// Named fills one parameter; Name is empty for a numbered one.
type Named struct {
	Name string `json:"name,omitempty"`
	Text string `json:"text"`
}

// ApprovedButton fills a button that takes something: URL is the end of its address (Liquid), Payload
// what a tap sends back as a choice. Index counts all buttons of the template from 0.
type ApprovedButton struct {
	Index   int    `json:"index"`
	URL     string `json:"url,omitempty"`
	Payload string `json:"payload,omitempty"`
}
