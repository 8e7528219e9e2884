package wecom

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"time"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
)

// Sender calls WeCom's API for apps, their group chats, customer service, AI bots and robots. It is safe for
// concurrent use.
type Sender struct {
	// HTTP makes the calls; nil is http.DefaultClient. Its timeout, or the context's
	// deadline, is how long an answer is waited for.
	HTTP *http.Client
	// Tokens is required for apps, their group chats and customer service.
	Tokens *Tokens
	// Files uploads what messages of a file send; without it none can be sent.
	Files *Files
	// Now is the clock, for the age of what a bot answers; nil is the machine's.
	Now func() time.Time
}

// whole bounds a send with all that belongs to it: waiting for a token, renewing it,
// and a second try. The desk's claim is longer.
const whole = 15 * time.Second

// Send sends one message and returns the channel's id of it. That is acceptance, not
// delivery: customer service reports failures later ([Item.Receipt]), apps never do.
//
// Every error is a *[message.SendError], whose class says what to do. A message that
// WeCom cannot take is Bug, without a call. When no answer tells whether the message
// went out, the class is Unknown. Sending the same Ref again is safe where
// [channel.Channel.RepeatSafe] says so (customer service), or within
// DuplicateCheck seconds (apps).
func (s *Sender) Send(ctx context.Context, ch channel.Channel, out message.Outgoing) (id string, err error) {
	ctx, cancel := context.WithTimeout(ctx, whole)
	defer cancel()
	if ch.Kind == message.WeComBot {
		if failed := s.respond(ctx, ch, out); failed != nil {
			return "", failed
		}
		return "", nil // WeCom names no id of it
	}
	c, failed := newCall(ch, out)
	if failed != nil {
		return "", failed
	}
	if carried(ch.Kind, out.Content) {
		failed = s.withFile(ctx, c, out, func(c call) (failed *message.SendError) {
			id, failed = s.deliver(ctx, c, out)
			return failed
		})
	} else {
		id, failed = s.deliver(ctx, c, out)
	}
	if failed != nil { // a nil *SendError must not become an error
		return "", failed
	}
	return id, nil
}

// deliver makes the call that sends a message.
func (s *Sender) deliver(ctx context.Context, c call, out message.Outgoing) (id string, failed *message.SendError) {
	if c.ch.Kind == message.WeComKF {
		return s.serve(ctx, c, MsgID(out.Ref))
	}
	if id, failed = s.push(ctx, c); failed != nil && failed.Code == taken && out.Again {
		return "", nil // the first time it went out, and WeCom tells its id no more
	}
	return id, failed
}

func newCall(ch channel.Channel, out message.Outgoing) (call, *message.SendError) {
	if out.Content.Shape == message.ShapeApproved {
		return call{}, &message.SendError{Class: message.Drop, Reason: "WeCom has no approved templates: only the customer can open the window again"}
	}
	if reason := refusal(ch, out); reason != "" {
		return call{}, &message.SendError{Class: message.Bug, Reason: reason}
	}
	c := call{ch: ch, path: "message/send", private: private(out)}
	if ch.Kind == message.WeComKF {
		c.path = "kf/send_msg"
	}
	if !carried(ch.Kind, out.Content) { // else the file comes first
		c.body = bodyOf(ch, out, "")
	}
	return c, nil
}

// taken is the code of a template card whose task_id was used before (W:90313).
const taken = 42014

// pushed is the answer of message/send. Errcode 0 with somebody in invaliduser is a
// failure for that person (W:90236).
type pushed struct {
	MsgID      string `json:"msgid"`
	Invalid    string `json:"invaliduser"`
	Unlicensed string `json:"unlicenseduser"`
}

func (s *Sender) push(ctx context.Context, c call) (string, *message.SendError) {
	var p pushed
	failed := s.do(ctx, c, &p)
	switch {
	case failed != nil:
		return "", failed
	case p.Invalid != "":
		return "", &message.SendError{Class: message.Drop, Reason: "the member does not exist or is outside the app's visible range (invaliduser)"}
	case p.Unlicensed != "":
		return "", &message.SendError{Class: message.Drop, Reason: "the member has no licence for this app (unlicenseduser)"}
	}
	return p.MsgID, nil
}

// served is the answer of kf/send_msg and kf/send_msg_on_event.
type served struct {
	MsgID string `json:"msgid"`
}

// serve takes the refusal of a msgid that WeCom has seen before as what it is: the
// message went out the first time.
func (s *Sender) serve(ctx context.Context, c call, msgID string) (string, *message.SendError) {
	var sent served
	failed := s.do(ctx, c, &sent)
	if failed != nil && c.ch.RepeatSafe && c.ch.RepeatCode != 0 && failed.Code == c.ch.RepeatCode && msgID != "" {
		return msgID, nil
	}
	if failed != nil {
		return "", failed
	}
	return or(sent.MsgID, msgID), nil
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// MsgID is our reference as customer service can carry it: at most 32 letters, digits,
// _ and - (W:94677). A longer reference of the form home.reply goes out as its reply
// alone; home follows from the customer, whom msg_send_fail names beside the msgid.
// Any other is hashed.
func MsgID(ref string) string {
	if _, reply, ok := strings.Cut(ref, "."); ok && fits(reply, MaxMsgID, "_-") {
		return reply
	}
	if ref == "" || fits(ref, MaxMsgID, "_-") {
		return ref
	}
	return hashed(ref)
}

// TaskID is our reference as a template card can carry it: at most 128 letters,
// digits, _ - and @, and never twice in one app (W:90236).
func TaskID(ref string) string {
	id := strings.ReplaceAll(ref, ".", "_")
	if fits(id, MaxTaskID, "_-@") {
		return id
	}
	return hashed(ref)
}

func hashed(ref string) string {
	sum := sha256.Sum256([]byte(ref))
	return hex.EncodeToString(sum[:16])
}

func fits(id string, most int, others string) bool {
	odd := func(c rune) bool {
		return (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && !strings.ContainsRune(others, c)
	}
	return id != "" && len(id) <= most && strings.IndexFunc(id, odd) < 0
}
