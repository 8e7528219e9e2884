package conversation

import (
	"encoding/binary"
	"hash/fnv"
	"strings"
	"time"
)

// Automatic is what is remembered of automatic replies to a contact, so that they stay
// within bounds (see package decide). It changes only in the write that records a message
// or its reply, so a redelivered message never counts twice.
type Automatic struct {
	// Recent are when the latest replies went out: seconds since 1970, four bytes each, the
	// latest last.
	Recent []byte `json:"recent,omitempty"`
	// Answered is when the message was written that the latest of them answered
	// (milliseconds since 1970; 0 when people have had the conversation since), and Reply a
	// fingerprint of that reply.
	Answered int64  `json:"answered,omitempty"`
	Reply    uint64 `json:"reply,omitempty"`
	// Spoke says that the contact has not written since the latest reply.
	Spoke bool `json:"spoke,omitempty"`
	// Text and Before are fingerprints of the two latest different texts, Heard when the
	// contact wrote the latest (milliseconds since 1970), Same how many of these texts came
	// in a row, and Fast how many answers in a row came faster than anybody can type.
	Text   uint32 `json:"text,omitempty"`
	Before uint32 `json:"before,omitempty"`
	Heard  int64  `json:"heard,omitempty"`
	Same   int    `json:"same,omitempty"`
	Fast   int    `json:"fast,omitempty"`
	// Caught is when the contact was last taken for a program (milliseconds since 1970).
	Caught int64 `json:"caught,omitempty"`
}

const stamp = 4 // bytes of one time in Recent

func secondsOf(recent []byte) int64 { return int64(binary.BigEndian.Uint32(recent)) }

// Within is how many automatic replies went out less than a span before a time. Times that
// a clock which was set back has left in the future count as long.
func (a Automatic) Within(span time.Duration, now time.Time) int {
	n := 0
	for at := 0; at+stamp <= len(a.Recent); at += stamp {
		ago := now.Sub(time.Unix(secondsOf(a.Recent[at:]), 0))
		if ago.Abs() < span {
			n++
		}
	}
	return n
}

// Sent is a contact after an automatic reply to a message of this time went out. The latest
// keep replies are remembered.
func (a Automatic) Sent(now, heard time.Time, reply uint64, keep int) Automatic {
	former := a.Recent
	if extra := len(former)/stamp - keep + 1; extra > 0 {
		former = former[extra*stamp:]
	}
	recent := make([]byte, len(former), len(former)+stamp)
	copy(recent, former)
	a.Recent = binary.BigEndian.AppendUint32(recent, uint32(max(now.Unix(), 0)))
	a.Answered, a.Reply, a.Spoke = heard.UnixMilli(), reply, true
	return a
}

// ReplyOf is the fingerprint of a template in a language, as a version of the playbook has it.
func ReplyOf(template, language string, version int64) uint64 {
	h := fnv.New64a()
	var number [8]byte
	binary.BigEndian.PutUint64(number[:], uint64(version))
	_, _ = h.Write(number[:])
	_, _ = h.Write([]byte(template))
	_, _ = h.Write([]byte{' '})
	_, _ = h.Write([]byte(language))
	return h.Sum64()
}

// patience is for how long a text that comes again is still the same talk.
const patience = 10 * time.Minute

// Hear is a contact after they wrote a text at a time. No text, such as a picture's or a
// tapped button's, changes nothing.
func (a Automatic) Hear(text string, at time.Time) Automatic {
	if text = strings.TrimSpace(text); text == "" {
		return a
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(text))
	sum, late := h.Sum32(), at.UnixMilli()-a.Heard > patience.Milliseconds()
	switch {
	case late:
		a.Text, a.Before, a.Same, a.Fast = sum, 0, 1, 0
	case sum == a.Text || sum == a.Before:
		a.Same++
	default:
		a.Text, a.Before, a.Same = sum, a.Text, 1
	}
	if a.Spoke && len(a.Recent) >= stamp {
		a.Fast = a.faster(text, at)
	}
	a.Heard, a.Spoke = max(a.Heard, at.UnixMilli()), false
	return a
}

// faster counts answers that nobody can have typed since our latest reply. Channels tell
// whole seconds, so one more is allowed for. What was written before our reply answers
// nothing and changes nothing.
func (a Automatic) faster(text string, at time.Time) int {
	last := secondsOf(a.Recent[len(a.Recent)-stamp:])
	switch took := at.Unix() - last; {
	case took < 0:
		return a.Fast
	case time.Duration(took+1)*time.Second <= typing(text):
		return a.Fast + 1
	}
	return 0
}

// typing is the least time in which a person types a text: 200 words a minute, which few
// ever reach, and three strokes for a character outside the Latin alphabet.
func typing(text string) time.Duration {
	const stroke = 60 * time.Millisecond
	d := time.Duration(0)
	for _, r := range text {
		d += stroke
		if r > 0x24F {
			d += 2 * stroke
		}
	}
	return d
}

// Catch is a contact that was taken for a program at a time.
func (a Automatic) Catch(at time.Time) Automatic {
	a.Caught, a.Same, a.Fast, a.Text, a.Before = at.UnixMilli(), 0, 0, 0, 0
	return a
}

// Attended is when people were last known to look after a conversation that they are in
// charge of: they took it, or one of them wrote. Milliseconds since 1970. Heads from before
// that was noted do not say when somebody wrote: then it counts from the contact's latest
// message.
func (h Head) Attended() int64 {
	if h.Tended == 0 && h.AgentReplied {
		return max(h.HandedOff.UnixMilli(), h.LastInbound.UnixMilli())
	}
	return max(h.HandedOff.UnixMilli(), h.Tended)
}

// Returned is a head that people have left alone since a time (see [Head.Attended]), so that
// templates answer again. It is unchanged when somebody has looked after it since.
func (h Head) Returned(since int64) Head {
	if since == 0 || h.HandedOff.IsZero() || h.Attended() != since {
		return h
	}
	h.HandedOff, h.Reason, h.Assignee, h.Rota = time.Time{}, "", "", ""
	h.Opened, h.Session.Stays, h.Auto.Answered = time.Time{}, false, 0
	return h
}
