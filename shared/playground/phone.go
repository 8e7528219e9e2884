package playground

import (
	"context"
	"errors"
	"iter"
	"time"

	"frontdesk/shared/message"
)

// phone is what a person holds: messages and taps go in, entries come out.
type phone interface {
	// write sends a text and returns the channel's id of it.
	write(ctx context.Context, who persona, text string) (string, error)
	// tap chooses from a message, or from what is always there when on.Message is empty.
	tap(ctx context.Context, who persona, on touch) (string, error)
	screen
}

// screen is what people see on a phone.
type screen interface {
	// past is everything so far, the oldest first.
	past() []entry
	// watch tells everything from this call on, until ctx or the sandbox ends. It must be
	// ranged over.
	watch(ctx context.Context) iter.Seq[entry]
}

// chat is a phone on which opening the chat tells the other side.
type chat interface {
	open(ctx context.Context, who persona) error
}

// counter is a phone whose customers a person of the company can serve.
type counter interface {
	serve(ctx context.Context, who persona, s service) error
}

// touch is a tap on a choice of a message.
type touch struct{ Message, Choice string }

// service is what a servicer does: take, answer with a text, or end.
type service struct{ Do, Text string }

// line is one chat that a company offers: a WhatsApp number, an account of WeChat
// customer service, an app for staff. Several lines may share a device.
type line struct {
	ID    string `json:"id"`   // wa, kf, app
	Name  string `json:"name"` // of the company, as its people see it
	phone `json:"-"`
	*crowd
}

// entry is one thing of a chat as the page knows it.
type entry struct {
	Seq  int64     `json:"seq"` // of its line
	At   time.Time `json:"at"`
	Line string    `json:"line"`
	// Kind is in, out, staff (a person of the company wrote), status, read, typing,
	// refused, opened (the chat), state (of the session) or menu (of the app).
	Kind     string `json:"kind"`
	Customer string `json:"customer,omitempty"` // everybody when empty
	ID       string `json:"id,omitempty"`
	// In: what the customer wrote or tapped.
	Text string `json:"text,omitempty"`
	Tap  bool   `json:"tap,omitempty"`
	// Out: what they see.
	Content *content `json:"content,omitempty"`
	Status  string   `json:"status,omitempty"`
	// Code is that of a refusal, or the state of a session (WeCom, B9: 0 to 4).
	Code     int       `json:"code,omitempty"`
	Reason   string    `json:"reason,omitempty"`
	Servicer string    `json:"servicer,omitempty"`
	Menu     []menuTop `json:"menu,omitempty"`
}

// content is what people see of a message: that of any channel, and the lines of a
// menu of WeChat.
type content struct {
	message.Content
	Lines []menuLine `json:"lines,omitempty"`
	// Shown is where the page finds the file itself, if it is on this machine.
	Shown string `json:"shown,omitempty"`
}

// menuLine is a line that can be tapped (ID) or opened (URL), or neither.
type menuLine struct {
	ID    string `json:"id,omitempty"`
	Title string `json:"title"`
	URL   string `json:"url,omitempty"`
}

// menuTop is a button of an app's menu, with those that it opens.
type menuTop struct {
	menuLine
	Below []menuLine `json:"below,omitempty"`
}

// errInput is a request that the page would not send.
var errInput = errors.New("not a valid request")

// maxHistory is how many events of a line the page gets when it opens.
const maxHistory = 2000

// shown are the entries of events, newest kept.
func shown[E any](past []E, show func(E) (entry, bool)) []entry {
	all := make([]entry, 0, len(past))
	for _, e := range past {
		if one, ok := show(e); ok {
			all = append(all, one)
		}
	}
	return all[max(0, len(all)-maxHistory):]
}

// follow begins to watch at once and tells entries until ctx or the feed ends.
func follow[E any](ctx context.Context, watch func() (<-chan E, func()), show func(E) (entry, bool)) iter.Seq[entry] {
	live, stop := watch()
	return func(yield func(entry) bool) {
		defer stop()
		for {
			select {
			case <-ctx.Done():
				return
			case e, ok := <-live:
				if !ok {
					return
				}
				if one, ok := show(e); ok && !yield(one) {
					return
				}
			}
		}
	}
}
