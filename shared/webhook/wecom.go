package webhook

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"frontdesk/shared/intake"
	"frontdesk/shared/message"
	"frontdesk/shared/wecom"
)

// echo answers the check of a callback address: what was encrypted, and nothing else.
func (d *Door) echo(w http.ResponseWriter, r *http.Request) {
	q, ok := d.signed(w, r)
	if !ok {
		return
	}
	plain, err := d.WeCom.Echo(r.PathValue("channel"), q)
	if err != nil {
		turnAway(w, err)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write(plain)
}

// callback keeps one callback and, as a rule, answers with nothing: replies are sent by
// the desk.
func (d *Door) callback(w http.ResponseWriter, r *http.Request) {
	q, ok := d.signed(w, r)
	if !ok {
		return
	}
	if r.ContentLength > wecom.MaxBody {
		refuse(w, http.StatusRequestEntityTooLarge, "body too large")
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, wecom.MaxBody)
	body, done, err := d.readBody(w, r)
	defer done()
	if err != nil {
		d.unread(w, err)
		return
	}
	opened, err := d.WeCom.Open(r.PathValue("channel"), q, body)
	if err != nil {
		turnAway(w, err)
		return
	}
	got, err := d.takeIn(r.Context(), opened)
	if err != nil {
		d.Log.Error("callback refused", "alarm", "webhook_unavailable", "error", err)
		http.Error(w, "not accepted, try again", http.StatusServiceUnavailable)
		return
	}
	d.respond(w, r, opened, got)
}

// signed takes the signature out of the address. Without one nothing is read.
func (d *Door) signed(w http.ResponseWriter, r *http.Request) (wecom.Query, bool) {
	if d.WeCom == nil || !d.WeCom.Knows(r.PathValue("channel")) {
		turnAway(w, wecom.ErrNoDoor)
		return wecom.Query{}, false
	}
	q, err := wecom.ParseQuery(r.URL.RawQuery)
	if err != nil {
		turnAway(w, err)
		return q, false
	}
	return q, true
}

// turnAway tells whoever sets the callback up what is wrong; none of it is secret.
func turnAway(w http.ResponseWriter, err error) {
	if errors.Is(err, wecom.ErrNoDoor) {
		refuse(w, http.StatusNotFound, err.Error())
		return
	}
	refuse(w, http.StatusUnauthorized, err.Error())
}

// takeIn keeps everything that a callback says.
func (d *Door) takeIn(ctx context.Context, o wecom.Opened) (wecom.Received, error) {
	got, err := d.WeCom.Parse(o)
	if err != nil {
		stray, err := unusable(o, err)
		if err != nil {
			return got, err
		}
		return got, d.intake().Keep(ctx, intake.Heard{Strays: []intake.Stray{stray}})
	}
	return got, d.keep(ctx, got)
}

func (d *Door) keep(ctx context.Context, got wecom.Received) error {
	if p := got.Pull; p != nil {
		return d.intake().Call(ctx, intake.Pull{Channel: p.Channel, Token: p.Token, At: d.now()}, p.ID)
	}
	var heard intake.Heard
	if got.Inbound != nil {
		heard.Inbox = intake.Messages([]message.Inbound{*got.Inbound})
	}
	if got.Event != nil {
		heard.Notices = []message.Notice{got.Event.Notice()}
	}
	return d.intake().Keep(ctx, heard)
}

func (d *Door) now() time.Time {
	if d.Now != nil {
		return d.Now()
	}
	return time.Now()
}

// kept is an authentic callback as a dead letter holds it.
type kept struct {
	Channel string `json:"channel"`
	// Plain is the XML, or an AI bot's JSON, that was decrypted. It is personal data.
	Plain string `json:"plain"`
	// At is when it was signed: the time of messages that have none.
	At time.Time `json:"at,omitzero"`
}

type keptBody struct {
	WeCom *kept `json:"wecom"`
}

func unusable(o wecom.Opened, cause error) (intake.Stray, error) {
	body, err := json.Marshal(keptBody{&kept{Channel: o.Channel, Plain: string(o.Plain), At: o.At}})
	if err != nil {
		return intake.Stray{}, fmt.Errorf("encode a callback: %w", err)
	}
	return intake.Unread(body, "the callback cannot be used: "+cause.Error()), nil
}

func parseKept(body []byte) (kept, bool) {
	var b keptBody
	if json.Unmarshal(body, &b) != nil || b.WeCom == nil {
		return kept{}, false
	}
	return *b.WeCom, true
}

// recall takes in a callback that was kept: it was authentic when it came.
func (d *Door) recall(ctx context.Context, k kept) error {
	if d.WeCom == nil {
		return fmt.Errorf("%w: %w", errStill, wecom.ErrNoDoor)
	}
	trusted := d.WeCom.Trust(k.Channel, []byte(k.Plain))
	trusted.At = k.At
	got, err := d.WeCom.Parse(trusted)
	if err != nil {
		return fmt.Errorf("%w: %w", errStill, err)
	}
	return d.keep(ctx, got)
}
