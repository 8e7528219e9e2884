package desk

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"frontdesk/shared/conversation"
	"frontdesk/shared/live"
	"frontdesk/shared/message"
)

// A place is where a message belongs: the head of its conversation and, when
// the contact came under a new id, the head that is left behind as a signpost.
type place struct {
	head conversation.Head
	left *conversation.Head
	// former is the home of the messages under the id that the contact has left, when
	// they are not kept with the head.
	former string
}

// open finds the place of a message and the book to answer from. One read; two
// when the contact writes under an id that has been left.
func (d *Desk) open(ctx context.Context, m message.Inbound) (moment, place, error) {
	w := moment{zone: d.Zone, now: d.Now(), limits: d.guard().Limits(m.Channel)}
	due := d.Live.Due(w.now)
	ids := identities(m)
	ask := ""
	if due {
		ask = m.Channel
	}
	found, err := d.Store.Open(ctx, ask, ids...)
	if err != nil {
		return w, place{}, err
	}
	if due {
		d.guard().Learn(m.Channel, found.Gate)
		w.book, err = d.Live.Use(ctx, found.Live, w.now)
	} else {
		w.book, err = d.Live.Book(ctx, w.now)
	}
	if err != nil {
		return w, place{}, err
	}
	at := settle(ids, found.Heads, m.Channel)
	if at.head.Moved != "" {
		was := at.head.Home
		at.head, err = d.Store.Head(ctx, at.head.Moved)
		if err != nil {
			return w, at, fmt.Errorf("follow a moved conversation: %w", err)
		}
		if was != at.head.Home {
			at.former = was
		}
	}
	if m.Group == "" { // everybody in a group sees the answer
		w.book, err = d.bookFor(ctx, w, at.head)
	}
	return w, at, err
}

// bookFor is the book that a contact is answered from: the draft for a test contact, when
// there is one that could go live, and what is live for everybody else.
func (d *Desk) bookFor(ctx context.Context, w moment, h conversation.Head) (*live.Book, error) {
	if !h.Contact.Tester || d.Draft == nil {
		return w.book, nil
	}
	draft, err := d.Draft.Book(ctx, w.now)
	if err != nil || draft == nil {
		return w.book, err
	}
	return draft, nil
}

// identities lists the conversation ids under which the sender may be known:
// the current one first, then the phone number alone (from before the channel
// told user ids), then who the contact says to have been.
func identities(m message.Inbound) []string {
	people := []message.Person{m.From}
	if m.From.UserID != "" && m.From.Phone != "" {
		people = append(people, message.Person{Phone: m.From.Phone})
	}
	if m.Previous != nil {
		people = append(people, *m.Previous)
		if m.Previous.UserID != "" && m.Previous.Phone != "" {
			people = append(people, message.Person{Phone: m.Previous.Phone})
		}
	}
	var ids []string
	seen := map[string]bool{}
	for _, p := range people {
		if id := conversation.ID(m.Channel, p); p.Known() && !seen[id] {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	return ids
}

// settle picks the head: the one under the current id, else the first other
// that is still in use, which then moves here with its messages left where they
// are, else a new one. When both exist they are joined.
func settle(ids []string, heads map[string]conversation.Head, channel string) place {
	h, known := heads[ids[0]]
	if known && h.Moved != "" {
		return place{head: h}
	}
	for _, id := range ids[1:] {
		old, ok := heads[id]
		if !ok || old.Moved != "" {
			continue
		}
		if known && !h.New() {
			h = join(h, old)
		} else {
			h = move(old, h, ids[0])
		}
		old.Moved = ids[0]
		return place{head: h, left: &old}
	}
	if !known {
		h = conversation.Head{ID: ids[0], Home: ids[0], Channel: channel}
	}
	return place{head: h}
}

// move takes a head to the id under which the contact writes now. What stands there has
// never written: it knows no more than a wish, and what the company's systems told.
func move(old, there conversation.Head, id string) conversation.Head {
	old.ID, old.Version, old.Marketing = id, there.Version, later(old.Marketing, there.Marketing)
	old.Contact.Attributes = attributes(there.Contact, old.Contact)
	old.Seat, old.Watch.Row, old.Listed = there.Seat, there.Watch.Row, there.Listed
	old.Contact = old.Contact.Silenced(there.Contact)
	old.Contact.Tester = old.Contact.Tester || there.Contact.Tester
	return old
}

// attributes are those of a contact, and those that were told under the id that they have
// left and not again since.
func attributes(c, left conversation.Contact) map[string]string {
	if len(left.Attributes) == 0 {
		return c.Attributes
	}
	all := maps.Clone(left.Attributes)
	maps.Copy(all, c.Attributes)
	return all
}

func later(a, b conversation.Marketing) conversation.Marketing {
	if b.At.After(a.At) {
		return b
	}
	return a
}

// join takes over the state of the head that a contact has left, when we hear of
// the change only after the first message under the new id. The older messages
// stay where they are; only the state goes on.
func join(h, old conversation.Head) conversation.Head {
	if h.HandedOff.IsZero() && !old.HandedOff.IsZero() && h.Contact.Blocked == 0 {
		h.HandedOff, h.Reason, h.Status = old.HandedOff, old.Reason, old.Status
		h.Team, h.Assignee, h.Rota, h.WaitingSince = old.Team, old.Assignee, old.Rota, old.WaitingSince
		h.AgentReplied, h.BotReplied, h.Rated = h.AgentReplied || old.AgentReplied, h.BotReplied || old.BotReplied, h.Rated || old.Rated
		row := h.Watch.Row
		h.Watch = old.Watch
		h.Watch.Row = row
	}
	for _, tag := range old.Tags {
		if !slices.Contains(h.Tags, tag) {
			h.Tags = append(slices.Clip(h.Tags), tag)
		}
	}
	h.Contact.Attributes = attributes(h.Contact, old.Contact)
	h.Contact = h.Contact.Silenced(old.Contact)
	h.Contact.Tester = h.Contact.Tester || old.Contact.Tester
	h.Marketing, h.Reached = later(h.Marketing, old.Marketing), latest(h.Reached, old.Reached)
	if h.Tended = max(h.Tended, old.Tended); old.Auto.Answered > h.Auto.Answered {
		h.Auto = old.Auto
	}
	if old.Pair.Paid > h.Pair.Paid {
		h.Pair = old.Pair
	}
	if h.First.IsZero() || !old.First.IsZero() && old.First.Before(h.First) {
		h.First = old.First
	}
	return h
}
