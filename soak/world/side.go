package world

import (
	"net/http"
	"slices"
	"time"

	"frontdesk/shared/channel"
	"frontdesk/shared/conversation"
	"frontdesk/shared/message"
	"frontdesk/shared/table"
	"frontdesk/soak/audit"
	"frontdesk/soak/sim"
)

// Channel says through which channel customers write, and how it is set up where that
// decides whether a send can be repeated.
type Channel string

// The channels.
const (
	WhatsApp Channel = "whatsapp"
	// Customer service: a msgid that comes again is answered as the first time (setting
	// "ignored"), refused (the setting is the code), or sent again (no setting).
	KFIgnored Channel = "kf-ignored"
	KFRefused Channel = "kf-refused"
	KFUnknown Channel = "kf-unknown"
	// A WeCom app, with the duplicate check and without.
	AppChecked Channel = "app-checked"
	AppPlain   Channel = "app-plain"
)

// Channels are all of them, in the order of a report.
func Channels() []Channel {
	return []Channel{WhatsApp, KFIgnored, KFRefused, KFUnknown, AppChecked, AppPlain}
}

// Served reports whether it is an account of customer service, from which we fetch.
func (c Channel) Served() bool { return c == KFIgnored || c == KFRefused || c == KFUnknown }

// known reports a channel that can be played.
func (c Channel) known() bool { return slices.Contains(Channels(), c) }

// side is the channel's side of a world: its sandbox, and the people who use it.
type side interface {
	// channels are as the program knows them.
	channels() []channel.Channel
	// secrets are marked values, by what they are, that nothing of ours may show.
	secrets() map[string]string
	// open starts the sandbox.
	open() error
	// begin plans what happens by itself, when it is known how long customers write.
	begin()
	// customer makes the i-th customer, who has not written yet.
	customer(i int) *customer
	// burst is how many messages a customer in a hurry writes, 0 for none.
	burst() int
	// write lets a customer write; it returns who that is to the channel and the
	// channel's id of the message.
	write(c *customer, text string) (message.Person, string)
	// serve lets people at work in the channel's own client do something about a
	// conversation, and reports whether they did.
	serve(who message.Person, subject string, h conversation.Head) bool
	// call answers a request of ours.
	call(req *http.Request, body []byte) *recorder
	// lost is told of an answer that did not arrive, stored of a write to the table, and
	// killed of a task that ends.
	lost(req *http.Request)
	stored(key table.Key, err error)
	killed(t *sim.Task)
	// seen adds what was seen at the channel.
	seen(in *audit.Input)
	close()
}

// letter is one delivery on its way to the door.
type letter struct {
	// path is the address with its query.
	path    string
	header  http.Header
	body    []byte
	subject string
	// acked is told when the door has answered 200.
	acked func(now time.Time)
}

func newSide(w *World) side {
	switch w.cfg.Channel {
	case KFIgnored, KFRefused, KFUnknown:
		return &service{qyapiSide: newQyapiSide(w)}
	case AppChecked, AppPlain:
		return &app{qyapiSide: newQyapiSide(w)}
	}
	return &whatsappSide{w: w}
}
