package desk

import (
	"crypto/sha256"
	"errors"
	"slices"
	"strconv"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/decide"
	"frontdesk/shared/message"
)

// most is how many notes one message leaves, how many notices it sends, and how often it is
// followed up, at most: all of it is written together with the message.
const most = 10

// notes fills in the notes that filters leave. One that cannot be filled in is left out.
func (w moment) notes(h conversation.Head, m message.Inbound, d decide.Decision) (notes []conversation.FilterText, failed error) {
	for _, n := range d.Notes[:min(len(d.Notes), most)] {
		text, err := w.book.Templates.Note(n.Text, w.values(h, m, d))
		failed = errors.Join(failed, err)
		if text != "" {
			notes = append(notes, conversation.FilterText{Filter: n.Filter, Text: text})
		}
	}
	return notes, failed
}

// notify says which filter sends each of the notices: the first that names it.
func (w moment) notify(d decide.Decision) (notices []conversation.FilterText) {
	for _, id := range d.Notify[:min(len(d.Notify), most)] {
		notices = append(notices, conversation.FilterText{Filter: w.notifies(d, id), Text: id})
	}
	return notices
}

func (w moment) notifies(d decide.Decision, id string) string {
	for _, s := range d.Matched {
		if _, notices := w.filter(s.Filter); slices.Contains(notices, id) {
			return s.Filter
		}
	}
	return d.By
}

// filter is what a filter is called, and the notices that it sends; nothing when the
// playbook of now has no such filter.
func (w moment) filter(id string) (name string, notices []string) {
	for _, f := range w.book.Playbook().Filters {
		if f.ID == id {
			return f.Name, f.Then.Notify
		}
	}
	return "", nil
}

// private are the notes that filters left because of the message, as messages of their own.
// Written twice they are the same.
func (t turn) private() (notes []conversation.Message) {
	for i, n := range t.inbound.Effects.Notes {
		behind := conversation.IDTime(t.inbound.ID).Add(time.Millisecond)
		sum := sha256.Sum256([]byte(t.inbound.ID + "\x00" + strconv.Itoa(i)))
		notes = append(notes, conversation.Message{
			ID: conversation.NewID(behind, sum[:]), Conversation: t.home(), Channel: t.inbound.Channel,
			Direction: conversation.Note, Source: conversation.ByFilter, At: t.inbound.At, Type: "note", Text: n.Text,
			InReplyTo: t.inbound.ID, Filter: n.Filter, Playbook: t.inbound.Playbook,
		})
	}
	return notes
}
