package playbook

// Safety keeps automatic replies within bounds. All of it is optional, also Safety itself:
// what is not said is as the fields say. Package decide applies it.
type Safety struct {
	// Cap is how many automatic replies one contact gets: at most 30 in any hour.
	Cap *Cap `json:"cap,omitempty"`
	// Loop is when a contact that answers like a program gets no more replies.
	Loop *Loop `json:"loop,omitempty"`
	// Quick is how soon after a message that was answered another one counts as written in
	// one go with it: then the same reply is not sent again, and neither fallback nor away
	// reply follows another reply. 5s when empty, at most 5m; off switches it off.
	Quick string `json:"quick,omitempty"`
	// Return is when templates answer again although people are in charge.
	Return *Return `json:"return,omitempty"`
	// OptOut are the words with which a contact ends, and begins again, what we send without
	// being asked.
	OptOut *OptOut `json:"opt_out,omitempty"`
}

// Cap is the most automatic replies to one contact.
type Cap struct {
	Off bool `json:"off,omitempty"`
	// Replies is how many (1 to 50; 30 when 0) go out in any span as long as Within (1h when
	// empty, at most 168h).
	Replies int    `json:"replies,omitempty"`
	Within  string `json:"within,omitempty"`
	// Then is hand_off (also when empty), so that people answer, or silence.
	Then string `json:"then,omitempty"`
}

// Loop is the guard against other programs, ours among them. Who writes the same one or two
// texts again and again, or answers faster than anybody can type, Times in a row (3 to 20;
// 5 when 0), is handed to people once and gets no automatic reply for Pause (1h when empty,
// at most 168h), whatever becomes of the conversation.
type Loop struct {
	Off   bool   `json:"off,omitempty"`
	Times int    `json:"times,omitempty"`
	Pause string `json:"pause,omitempty"`
}

// Return ends a hand-off that nobody looks after: no person has written for After (72h when
// empty, 10m to 720h), by the clock or, with a Calendar, in its hours alone, and the contact
// writes again.
type Return struct {
	Off      bool   `json:"off,omitempty"`
	After    string `json:"after,omitempty"`
	Calendar string `json:"calendar,omitempty"`
}

// OptOut are the words that opt out and in, each a whole message. They come on top of those
// that are built in (see package decide), in every language. Confirm and ConfirmBack are
// templates that take the place of the built-in confirmations.
type OptOut struct {
	Off         bool     `json:"off,omitempty"`
	Words       []string `json:"words,omitempty"`
	Back        []string `json:"back,omitempty"`
	Confirm     string   `json:"confirm,omitempty"`
	ConfirmBack string   `json:"confirm_back,omitempty"`
}
