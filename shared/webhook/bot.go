package webhook

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"time"

	"frontdesk/shared/message"
	"frontdesk/shared/wecom"
)

// patience is how long [Door.Welcome] may take: WeCom waits 5 s for all of it (W:90930).
const patience = time.Second

// respond answers a callback that has been kept.
func (d *Door) respond(w http.ResponseWriter, r *http.Request, o wecom.Opened, got wecom.Received) {
	if body := d.greeting(r.Context(), o, got); body != nil {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(body)
		return
	}
	w.WriteHeader(http.StatusOK)
}

// greeting is the sealed welcome for somebody who has opened the chat with a bot; nil
// when there is none, or it takes too long. Nothing depends on it.
func (d *Door) greeting(ctx context.Context, o wecom.Opened, got wecom.Received) []byte {
	if d.Welcome == nil || got.Event == nil {
		return nil
	}
	who, entered := got.Event.Entered()
	if !entered {
		return nil
	}
	words := d.welcome(ctx, got.Event.Channel, who)
	if words == "" {
		return nil
	}
	body, err := d.seal(o, words)
	if err != nil {
		d.Log.Warn("somebody was not welcomed", "channel", got.Event.Channel, "error", err)
		return nil
	}
	return body
}

// welcome asks for the words, and leaves without them when its time is over.
func (d *Door) welcome(ctx context.Context, channel string, who message.Person) string {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	said := make(chan string, 1)
	go func() {
		words, ok := d.Welcome(ctx, channel, who)
		if !ok {
			words = ""
		}
		said <- words
	}()
	select {
	case words := <-said:
		return words
	case <-ctx.Done():
		d.Log.Warn("somebody was not welcomed", "channel", channel, "error", ctx.Err())
		return ""
	}
}

func (d *Door) seal(o wecom.Opened, words string) ([]byte, error) {
	entropy := d.Entropy
	if entropy == nil {
		entropy = rand.Reader
	}
	var random [16]byte
	if _, err := io.ReadFull(entropy, random[:]); err != nil {
		return nil, fmt.Errorf("encrypt a welcome: %w", err)
	}
	return o.Answer(random, wecom.BotText(words), d.now())
}
