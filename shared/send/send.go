// Package send takes a message to the channel it is for. [Router] knows which
// adapter speaks for which kind of channel; [Guard] keeps to the pace that each allows
// and leaves alone a channel that is down.
package send

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
	"frontdesk/shared/whatsapp"
)

// Timeout bounds one send, well below the desk's lease.
const Timeout = 10 * time.Second

// idle is how many connections to a channel's host are kept open.
const idle = 256

// Router sends through the adapter of each channel.
type Router struct {
	channels map[string]channel.Channel
	whatsapp *whatsapp.Sender
}

// Format prints none of the channels' secrets.
func (r *Router) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "send.Router") }

// New returns a router for these channels.
func New(channels []channel.Channel) *Router {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = idle
	r := &Router{
		channels: make(map[string]channel.Channel, len(channels)),
		whatsapp: &whatsapp.Sender{HTTP: &http.Client{Timeout: Timeout, Transport: transport}},
	}
	for _, ch := range channels {
		r.channels[ch.ID] = ch
	}
	return r
}

// Send sends one message and returns the channel's id of it. Errors are
// [*message.SendError].
func (r *Router) Send(ctx context.Context, out message.Outgoing) (string, error) {
	ch, ok := r.channels[out.Channel]
	if !ok {
		return "", &message.SendError{Class: message.Stop, Reason: fmt.Sprintf("channel %s is not in FRONTDESK_CHANNELS", out.Channel)}
	}
	if ch.Kind != message.WhatsApp {
		return "", &message.SendError{Class: message.Stop, Reason: fmt.Sprintf("channels of kind %s cannot be sent to yet", ch.Kind)}
	}
	return r.whatsapp.Send(ctx, ch, out)
}
