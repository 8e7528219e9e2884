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
	exact   int32   // number of the exact phrase that the text is; -1 for none
	letters letters // filled when a fuzzy condition asks
	scratch []byte
	script  string   // language by the script (see text.Language)
	hours   []int8   // by calendar: 0 not looked up yet, 1 open, -1 closed
	maybe   []uint64 // bit set of filters whose condition can hold
	told    telling  // used again for every explanation
	// detected is the language that the message is surely in, once somebody asked.
	detected struct {
		language string
		sure     bool
	}
}

// view prepares a message, whose language by the script is known. Give it back with release.
func (b *Book) view(h *conversation.Head, m *message.Inbound, script string, now time.Time) *view {
	v, _ := b.views.Get().(*view)
	if v == nil {
		v = &view{book: b, hours: make([]int8, len(b.calendars)), maybe: make([]uint64, len(b.entries.always))}
	}
	v.head, v.message, v.script, v.now = h, m, script, now
	v.folded = text.AppendFold(v.folded[:0], m.Text)
	v.exact = -1
	if id, ok := b.exact[string(v.folded)]; ok {
		v.exact = id
	}
	clear(v.hours)
	v.letters.read, v.detected.sure = false, false
	b.phrases.Find(v.folded, &v.found)
	v.candidates()
	return v
}

// release keeps the view for the next message, without what the customer wrote.
func (v *view) release() {
	v.head, v.message = nil, nil
	clear(v.folded)
	clear(v.scratch)
	if v.letters.read {
		clear(v.letters.runes)
	}
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
	for _, o := range e.kinds {
		v.markKind(o, e.keyed[o])
	}
	for n, filters := range e.hours {
		if len(filters) > 0 && v.hour(n/3, hourState(n%3)) {
			v.mark(filters)
		}
	}
	if since, ever := v.since(); ever {
		v.markBetween(e.since, int64(since))
	}
	v.markBetween(e.count, int64(v.count()))
	for name, value := range v.head.Contact.Attributes {
		if filed := e.amid[name]; filed != nil {
			if n, ok := parseNumber(value); ok {
				v.markAmid(filed, n)
			}
		}
	}
}

func (v *view) markAmid(filed []amidst, value float64) {
	for i := range filed {
		if f := &filed[i]; value > f.low && value < f.high {
			v.maybe[f.filter>>6] |= 1 << (f.filter & 63)
		}
	}
}

func (v *view) markBetween(filed []between, value int64) {
	for i := range filed {
		if f := &filed[i]; value > f.low && value < f.high {
			v.maybe[f.filter>>6] |= 1 << (f.filter & 63)
		}
	}
}

// markKind marks the filters that are filed under something that the message, its
// conversation or its contact is or has.
func (v *view) markKind(o op, filed map[string][]int32) {
	switch o {
	case tagsHave:
		for _, tag := range v.head.Tags {
			v.mark(filed[tag])
		}
	case attributeIs:
		for name := range v.head.Contact.Attributes {
			v.mark(filed[name])
		}
	case changedIs:
		for what, filters := range filed {
			if v.changed(what) {
				v.mark(filters)
			}
		}
	case languageIs:
		v.markLanguage(filed)
	default:
		v.mark(filed[v.value(o)])
	}
}

// markLanguage compares letters only when a filter is reached that has to know: until
// then all that name a language can hold.
func (v *view) markLanguage(filed map[string][]int32) {
	tag, sure := text.Quick(v.message.Text, v.script)
	if sure {
		v.detected.language, v.detected.sure = tag, true
		v.mark(filed[tag])
		return
	}
	for _, filters := range filed {
		v.mark(filters)
	}
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

// since is how long ago the contact wrote before, if ever.
func (v *view) since() (ago time.Duration, ever bool) {
	return max(v.now.Sub(v.head.LastInbound), 0), !v.head.LastInbound.IsZero()
}

// count is the number of this message among the contact's in the current spell.
func (v *view) count() int { return v.head.Count + 1 }

// first reports whether the contact has never written to us alone before, and does now.
func (v *view) first() bool { return v.message.Group == "" && v.head.New() }
