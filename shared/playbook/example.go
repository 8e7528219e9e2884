package playbook

// Example is a message and what must come of it.
type Example struct {
	Name    string `json:"name,omitempty"`
	Message Sample `json:"message"`
	Expect  Expect `json:"expect"`
}

// Sample is a message as an admin writes one down, and the conversation that it comes in.
type Sample struct {
	Channel string `json:"channel,omitempty"`
	// Type is text when empty.
	Type         string `json:"type,omitempty"`
	Text         string `json:"text,omitempty"`
	Choice       string `json:"choice,omitempty"`
	FirstContact bool   `json:"first_contact,omitempty"`
	// At is when it is written (RFC 3339); now when empty.
	At string `json:"at,omitempty"`
	// Since is how long ago the contact wrote before ("3h"); 30 days when empty.
	Since string `json:"since,omitempty"`
	// Count is the number of the message in its spell; 1 when 0.
	Count int `json:"count,omitempty"`
	// Tags, Team, Assignee, Status (resolved when empty, new of a first contact), Priority,
	// StartedBy and Attributes are as in [Condition].
	Tags       []string          `json:"tags,omitempty"`
	Team       string            `json:"team,omitempty"`
	Assignee   string            `json:"assignee,omitempty"`
	Status     string            `json:"status,omitempty"`
	Priority   string            `json:"priority,omitempty"`
	StartedBy  string            `json:"started_by,omitempty"`
	Attributes map[string]string `json:"attributes,omitempty"`
	// Changed are what of the contact is new with this message: name, number, language.
	Changed []string `json:"changed,omitempty"`
	// People says that people are in charge, Muted that no template answers the contact, and
	// Blocked that nobody does.
	People  bool `json:"people,omitempty"`
	Muted   bool `json:"muted,omitempty"`
	Blocked bool `json:"blocked,omitempty"`
}

// Expect says what must come of an example. Empty fields are not compared.
type Expect struct {
	// Filter is the id of the filter that decides, or welcome, away, fallback, none.
	Filter   string `json:"filter,omitempty"`
	Template string `json:"template,omitempty"`
	Language string `json:"language,omitempty"`
	Team     string `json:"team,omitempty"`
	Assignee string `json:"assignee,omitempty"`
	Priority string `json:"priority,omitempty"`
	Status   string `json:"status,omitempty"`
	// Outcome is replied, handed_off, ignored or unanswered.
	Outcome string `json:"outcome,omitempty"`
}
