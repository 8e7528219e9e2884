package playbook

// Filter is one routing rule. Filters always have an order, the one in which they are
// written, so it never has to be settled whether exact words beat contained ones or those
// beat similar ones: the earlier filter acts. What an earlier filter leaves nothing for is
// refused when publishing.
type Filter struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	// Off keeps the filter without using it.
	Off bool `json:"off,omitempty"`
	// From and Until are when the filter is valid; empty is always. A date (2026-10-01)
	// counts in the company's time zone, of Until to its end; RFC 3339 is a moment.
	From  string    `json:"from,omitempty"`
	Until string    `json:"until,omitempty"`
	When  Condition `json:"when"`
	Then  Action    `json:"then"`
	// Continue lets later filters act too.
	Continue bool `json:"continue,omitempty"`
	// Cooldown keeps this filter from replying to the same contact again for so
	// long ("10m", "24h").
	Cooldown string `json:"cooldown,omitempty"`
}

// Condition is true or false of a message and the conversation that it came in, as that
// stood before. Exactly one field is set; Case goes with Contains or Exact.
type Condition struct {
	All []Condition `json:"all,omitempty"`
	Any []Condition `json:"any,omitempty"`
	Not *Condition  `json:"not,omitempty"`
	// Contains, WholeWord, Exact, StartsWith and EndsWith hold when any of the phrases
	// does, compared on folded text (case, width, Unicode form, traditional to simplified).
	Contains   []string `json:"contains,omitempty"`
	WholeWord  []string `json:"whole_word,omitempty"`
	Exact      []string `json:"exact,omitempty"`
	StartsWith []string `json:"starts_with,omitempty"`
	EndsWith   []string `json:"ends_with,omitempty"`
	// Case makes Contains and Exact ask for the phrase as it is written, too: VIP is not vip.
	Case  bool        `json:"case,omitempty"`
	Fuzzy *FuzzyMatch `json:"fuzzy,omitempty"`
	// Regex (RE2) is searched in the folded text.
	Regex string `json:"regex,omitempty"`
	// Language holds when the message is surely in one of these languages (package text).
	Language []string `json:"language,omitempty"`
	// Channel, Type and Choice hold when the message's is one of these.
	Channel []string `json:"channel,omitempty"`
	Type    []string `json:"type,omitempty"`
	Choice  []string `json:"choice,omitempty"`
	// Tags hold when the conversation has any of these.
	Tags []string `json:"tags,omitempty"`
	// Team and Assignee hold when the conversation is with one of these; none is nobody.
	Team     []string `json:"team,omitempty"`
	Assignee []string `json:"assignee,omitempty"`
	// Status is new (nothing came before), open or resolved; Priority is low, normal, high
	// or urgent.
	Status   []string `json:"status,omitempty"`
	Priority []string `json:"priority,omitempty"`
	// StartedBy holds when customer, bot or agent wrote first in the current spell.
	StartedBy []string        `json:"started_by,omitempty"`
	Attribute *AttributeMatch `json:"attribute,omitempty"`
	// Since is the time since the contact's last message. It never holds for the first one.
	Since *SpanMatch `json:"since,omitempty"`
	// Count is how many messages the contact has written in the current spell, this one included.
	Count *CountMatch `json:"count,omitempty"`
	// Changed holds when the contact's name, number or language is not what we knew.
	Changed []string `json:"changed,omitempty"`
	// FirstContact holds when the contact has never written before (true), or
	// has (false).
	FirstContact *bool       `json:"first_contact,omitempty"`
	Hours        *HoursMatch `json:"hours,omitempty"`
}

// None stands for no team, and for no agent, in conditions.
const None = "none"

// FuzzyMatch holds when a part of the text, from the beginning of a word to the end of
// one, is a phrase with few typing mistakes: a letter more, less or other, or two that
// changed places. In scripts without spaces every character is a word.
type FuzzyMatch struct {
	Phrases []string `json:"phrases"`
	// Percent is how similar they must be, 60 to 99: 100 less 100 times the mistakes
	// divided by the length of the phrase in characters.
	Percent int `json:"percent"`
}

// AttributeMatch asks one thing of an attribute of the contact. Only Present: false holds
// when the contact does not have it. A value that is no number is neither above nor below
// one; a value that is no date is neither before nor after one, nor within a span.
type AttributeMatch struct {
	Name string `json:"name"`
	// Is holds when the value is one of these, folded as texts are.
	Is      []string `json:"is,omitempty"`
	Present *bool    `json:"present,omitempty"`
	// Above and Below may be set together, and so may Before and After (a date of the
	// company's time zone, or RFC 3339).
	Above  *float64 `json:"above,omitempty"`
	Below  *float64 `json:"below,omitempty"`
	Before string   `json:"before,omitempty"`
	After  string   `json:"after,omitempty"`
	// Within holds when the value is a date at most so long ago or ahead ("72h").
	Within string `json:"within,omitempty"`
}

// SpanMatch holds when a length of time is above or below others ("10m", "24h").
type SpanMatch struct {
	Above string `json:"above,omitempty"`
	Below string `json:"below,omitempty"`
}

// CountMatch holds when a number is above or below others.
type CountMatch struct {
	Above *int `json:"above,omitempty"`
	Below *int `json:"below,omitempty"`
}

// HoursMatch holds when the calendar is in the state.
type HoursMatch struct {
	Calendar string `json:"calendar"`
	// Is is open, closed, or holiday: closed on a day that is an exception without hours.
	Is string `json:"is"`
}

// Action is what a filter does.
type Action struct {
	// Reply is the id of the template to send.
	Reply string `json:"reply,omitempty"`
	// Assign is the id of the team to route to, Assignee that of the agent.
	Assign   string `json:"assign,omitempty"`
	Assignee string `json:"assignee,omitempty"`
	// Tag is added to the conversation, Untag taken away.
	Tag   []string `json:"tag,omitempty"`
	Untag []string `json:"untag,omitempty"`
	// Priority is low, normal, high or urgent; Status is open or resolved.
	Priority string `json:"priority,omitempty"`
	Status   string `json:"status,omitempty"`
	// Note is a text (Liquid) that only people at the desk see.
	Note string `json:"note,omitempty"`
	// HandOff puts people in charge: templates stay silent until they resolve it.
	HandOff bool `json:"hand_off,omitempty"`
	// Mute keeps templates from answering the contact for so long ("24h"), Block for good.
	Mute  string `json:"mute,omitempty"`
	Block bool   `json:"block,omitempty"`
	// Notify are the ids of notices to send.
	Notify   []string  `json:"notify,omitempty"`
	FollowUp *FollowUp `json:"follow_up,omitempty"`
	// Ignore leaves the message unanswered on purpose. It goes with nothing that answers
	// or routes: not with reply, assign, assignee, hand_off, status or follow_up.
	Ignore bool `json:"ignore,omitempty"`
}

// FollowUp looks at the conversation again.
type FollowUp struct {
	// After is how long after the message ("2h").
	After string `json:"after"`
	// If is unanswered (the contact still waits) or open.
	If string `json:"if"`
	// Then is hand_off, or notify with the ids of notices in Notify.
	Then   string   `json:"then"`
	Notify []string `json:"notify,omitempty"`
}
