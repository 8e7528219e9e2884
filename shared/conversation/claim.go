package conversation

import (
	"time"

	"frontdesk/shared/message"
)

// Claim is the intent to send one reply, written before the send.
type Claim struct {
	// Until is the lease: before it, somebody is at work on this message.
	Until time.Time `json:"until"`
	// By is the worker, an id made anew for each claim: two that claim at the same
	// moment differ in it.
	By string `json:"by"`
	// Attempt counts how often the channel was asked, 1 for the first time; what
	// concerned the whole channel is taken back.
	Attempt int `json:"attempt"`
	// ReplyID is the id that the outbound message will have; Ref(home, ReplyID)
	// goes to the channel.
	ReplyID string          `json:"reply_id"`
	Content message.Content `json:"content"`
	// Asked says that a request may have reached the channel: look for a receipt
	// before sending again. It is set when claiming and taken back only when the
	// channel surely refused.
	Asked bool `json:"asked,omitempty"`
	// Since is when the reply was last asked for.
	Since time.Time `json:"since"`
	// First is when the reply was first asked for, once it is being repeated without harm
	// because the channel knows it again; nil before that, which most claims stay.
	First *time.Time `json:"first,omitempty"`
	// Again is from when the reply may be asked for once more, when no trace of it has
	// come by then. It is set when its fate is first looked at, so that a clock that
	// was put forward meanwhile does not make the wait seem over.
	Again time.Time `json:"again,omitzero"`
	// Counted says that the contact was counted as reached outside a window.
	Counted bool `json:"counted,omitempty"`
	// Unproven counts the times that it was asked for again without any trace of
	// the time before.
	Unproven int `json:"unproven,omitempty"`
}

// FirstAsked is when the reply was first asked for without an answer.
func (c Claim) FirstAsked() time.Time {
	if c.First == nil {
		return c.Since
	}
	return *c.First
}
