// Package webhook is the door. For each delivery of WhatsApp or WeCom it does, in this
// order: look whether it is signed at all, read the body (at most [MaxBody], at a
// minimal pace, with a bound on what all bodies together take of memory), check the
// signature over its bytes (WeCom's over what is encrypted, and then decrypt it), split it
// into jobs, put these on the inbox and receipts queues, answer 200: with nothing, or with
// the welcome of somebody who has opened the chat with an AI bot, which cannot be sent in
// any other way.
//
//	400  the body did not come whole, or too slowly
//	401  signature missing (the body is not read then) or wrong; nothing is stored
//	403  wrong verify token
//	404  no WeCom channel has the id in the address
//	413  body too large
//	503  a queue refused, or too many long bodies came at once: the sender tries
//	     again, so nothing is lost between
//	200  everything is kept. What is signed but cannot be read is kept as a dead
//	     letter with its reason.
package webhook

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"regexp"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"

	"frontdesk/shared/inbox"
	"frontdesk/shared/intake"
	"frontdesk/shared/message"
	"frontdesk/shared/wecom"
	"frontdesk/shared/whatsapp"
)

// MaxBody is the largest delivery in bytes: Meta sends up to 3 MB (webhooks/overview).
const MaxBody = 3<<20 + 64<<10

// Door takes deliveries in.
type Door struct {
	WhatsApp *whatsapp.Door
	// WeCom is nil where there are no such channels.
	WeCom *wecom.Door
	// Inbox takes inbound messages, Receipts what must never delay a reply.
	Inbox, Receipts inbox.Queue
	Grave           inbox.Graveyard
	// Heard, when set, is told how many messages came in on a channel.
	Heard func(channel string, n int)
	// Welcome, when set, says how somebody is greeted who opens the chat with an AI bot for
	// the first time that day; false for not at all. It has [patience].
	Welcome func(ctx context.Context, channel string, person message.Person) (string, bool)
	// Entropy is the randomness that answers are encrypted with; nil is the machine's.
	Entropy io.Reader
	// Now is the clock; nil is the machine's.
	Now func() time.Time
	Log *slog.Logger

	once sync.Once
	room *semaphore.Weighted // of long bodies, in bytes
}

// Routes adds the door's paths to a mux.
func (d *Door) Routes(mux *http.ServeMux) {
	mux.HandleFunc("GET /webhooks/whatsapp", d.subscribe)
	mux.HandleFunc("POST /webhooks/whatsapp", d.deliver)
	mux.HandleFunc("GET /webhooks/wecom/{channel}", d.echo)
	mux.HandleFunc("POST /webhooks/wecom/{channel}", d.callback)
}

// Healthy answers GET /healthz of a door that has nothing of its own to look at.
func Healthy(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, `{"status":"ok"}`+"\n")
}

func (d *Door) subscribe(w http.ResponseWriter, r *http.Request) {
	challenge, ok := d.WhatsApp.Subscribe(r.URL.Query())
	if !ok {
		http.Error(w, "wrong verify token", http.StatusForbidden)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, challenge)
}

func (d *Door) deliver(w http.ResponseWriter, r *http.Request) {
	signature := r.Header.Get(whatsapp.SignatureHeader)
	if !signatureForm.MatchString(signature) {
		refuse(w, http.StatusUnauthorized, "wrong signature")
		return
	}
	body, done, err := d.readBody(w, r)
	defer done()
	if err != nil {
		d.unread(w, err)
		return
	}
	signed, ok := d.WhatsApp.Verify(body, signature)
	if !ok {
		http.Error(w, "wrong signature", http.StatusUnauthorized)
		return
	}
	if err := d.take(r.Context(), signed, body); err != nil {
		d.Log.Error("delivery refused", "alarm", "webhook_unavailable", "error", err)
		http.Error(w, "not accepted, try again", http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusOK)
}

// signatureForm is what any signature looks like. What has none needs no reading.
var signatureForm = regexp.MustCompile(`^sha256=[0-9a-fA-F]{64}$`)

// unread answers a delivery whose body did not come in.
func (d *Door) unread(w http.ResponseWriter, err error) {
	_, large := errors.AsType[*http.MaxBytesError](err)
	switch {
	case large:
		refuse(w, http.StatusRequestEntityTooLarge, "body too large")
	case errors.Is(err, errNoRoom):
		d.Log.Warn("delivery put off", "error", err)
		refuse(w, http.StatusServiceUnavailable, "not accepted, try again")
	default:
		refuse(w, http.StatusBadRequest, "body not received")
	}
}

// refuse answers and closes the connection, so that nothing more of the body is read.
func refuse(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Connection", "close")
	http.Error(w, text, status)
}

// take keeps everything that a verified body holds.
func (d *Door) take(ctx context.Context, signed whatsapp.Signed, body []byte) error {
	parsed, err := d.WhatsApp.Parse(signed, body)
	if err != nil {
		unread := intake.Unread(body, "the body cannot be read: "+err.Error())
		return d.intake().Keep(ctx, intake.Heard{Strays: []intake.Stray{unread}})
	}
	heard := intake.Heard{Inbox: intake.Messages(parsed.Inbound), Receipts: parsed.Receipts, Notices: parsed.Notices}
	for i := range parsed.Elsewhere {
		heard.Inbox = append(heard.Inbox, intake.Said{Elsewhere: &parsed.Elsewhere[i]})
	}
	for _, stray := range parsed.Strays {
		raw, err := json.Marshal(stray)
		if err != nil {
			return fmt.Errorf("encode a stray: %w", err)
		}
		heard.Strays = append(heard.Strays, intake.Unread(raw, stray.Reason))
	}
	return d.intake().Keep(ctx, heard)
}

// intake is where everything goes that came through the door.
func (d *Door) intake() intake.Intake {
	return intake.Intake{Inbox: d.Inbox, Receipts: d.Receipts, Grave: d.Grave}
}
