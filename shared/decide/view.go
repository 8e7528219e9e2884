package decide

import (
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/message"
	"frontdesk/shared/text"
)

// view is a message prepared for conditions: folded, with its phrases found. It
// is used again for later messages.
type view struct {
	book    *Book
	head    *conversation.Head
	message *message.Inbound
	now     time.Time
	folded  []byte
	found   text.Found
	exact   int32    // number of the exact phrase that the text is; -1 for none
	hours   []int8   // by calendar: 0 not looked up yet, 1 open, -1 closed
	maybe   []uint64 // bit set of filters whose condition can hold
	told    telling  // used again for every explanation
}

// view prepares a message. Give it back with release.
func (b *Book) view(h *conversation.Head, m *message.Inbound, now time.Time) *view {
	v, _ := b.views.Get().(*view)
	if v == nil {
		v = &view{book: b, hours: make([]int8, len(b.calendars)), maybe: make([]uint64, len(b.entries.always))}
	}
	v.head, v.message, v.now = h, m, now
	v.folded = text.AppendFold(v.folded[:0], m.Text)
	v.exact = -1
	if id, ok := b.exact[string(v.folded)]; ok {
		v.exact = id
	}
	clear(v.hours)
	b.phrases.Find(v.folded, &v.found)
	v.candidates()
	return v
}

// release keeps the view for the next message, without what the customer wrote.
func (v *view) release() {
	v.head, v.message = nil, nil
	clear(v.folded)
	v.book.views.Put(v)
}

// candidates marks the filters whose triggers came up.
func (v *view) candidates() {
	e := &v.book.entries
	copy(v.maybe, e.always)
	for _, phrase := range v.found.All() {
		v.mark(e.phrase[phrase])
	}
	if v.exact >= 0 {
		v.mark(e.exact[v.exact])
	}
	v.mark(e.choice[v.message.Choice])
	v.mark(e.kind[v.message.Type])
	v.mark(e.channel[v.message.Channel])
}

func (v *view) mark(filters []int32) {
	for _, i := range filters {
		v.maybe[i>>6] |= 1 << (i & 63)
	}
}

// open reports whether a calendar is open now.
func (v *view) open(calendar int) bool {
	if v.hours[calendar] == 0 {
		v.hours[calendar] = -1
		if v.book.calendars[calendar].open(v.now) {
			v.hours[calendar] = 1
		}
	}
	return v.hours[calendar] > 0
}

// tell begins an explanation. It ends the one before.
func (v *view) tell() *telling {
	for lang := range v.told {
		v.told[lang] = v.told[lang][:0]
	}
	return &v.told
}

// first reports whether the contact has never written to us alone before, and does now.
func (v *view) first() bool { return v.message.Group == "" && v.head.New() }
