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
	"frontdesk/shared/wecom"
	"frontdesk/shared/whatsapp"
)

// Timeout bounds one request, well below the desk's lease. A WeCom send may be several:
// an access token, a message, a new token, the message again.
const (
	Timeout = 10 * time.Second
	several = 12 * time.Second
)

// idle is how many connections to a channel's host are kept open.
const idle = 256

// Router sends through the adapter of each channel.
type Router struct {
	channels map[string]channel.Channel
	whatsapp *whatsapp.Sender
	wecom    *wecom.Sender
	tokens   wecom.TokenStore
}

// Format prints none of the channels' secrets.
func (r *Router) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "send.Router") }

// New returns a router for these channels. tokens keeps WeCom's access tokens, and the ids of
// uploaded files, where every process sees them.
func New(channels []channel.Channel, tokens wecom.TokenStore) *Router {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = idle
	client := &http.Client{Timeout: Timeout, Transport: transport}
	r := &Router{
		tokens:   tokens,
		channels: make(map[string]channel.Channel, len(channels)),
		whatsapp: &whatsapp.Sender{HTTP: client},
		wecom:    &wecom.Sender{HTTP: client, Tokens: &wecom.Tokens{Store: tokens, HTTP: client}},
	}
	for _, ch := range channels {
		r.channels[ch.ID] = ch
	}
	return r
}

// Files lets the router send files to WeCom, which fetch gets from where they stand. Who only
// sends words needs none. To be called before the first send.
func (r *Router) Files(fetch func(ctx context.Context, address string, most int64) ([]byte, error)) {
	r.wecom.Files = &wecom.Files{Store: r.tokens, Fetch: fetch}
}

// Send sends one message and returns the channel's id of it. Errors are
// [*message.SendError].
func (r *Router) Send(ctx context.Context, out message.Outgoing) (string, error) {
	ch, ok := r.channels[out.Channel]
	if !ok {
		return "", &message.SendError{Class: message.Stop, Reason: fmt.Sprintf("channel %s is not in FRONTDESK_CHANNELS", out.Channel)}
	}
	switch ch.Kind {
	case message.WhatsApp:
		return r.whatsapp.Send(ctx, ch, out)
	case message.WeComApp, message.WeComKF, message.WeComBot:
		ctx, cancel := context.WithTimeout(ctx, several)
		defer cancel()
		return r.wecom.Send(ctx, ch, out)
	}
	return "", &message.SendError{Class: message.Stop, Reason: fmt.Sprintf("channels of kind %s cannot be sent to", ch.Kind)}
}

// WeCom is the sender of the WeCom channels, for what is no plain message. It shares
// its access tokens with the router.
func (r *Router) WeCom() *wecom.Sender { return r.wecom }
