package decide

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"frontdesk/shared/playbook"
	"frontdesk/shared/text"
)

// Book is a compiled playbook. It never changes and may be used by many at once.
type Book struct {
	version   int64
	playbook  *playbook.Playbook
	filters   []filter
	phrases   *text.Index
	exact     map[string]int32 // folded text to the number of an exact phrase
	entries   entries
	calendars []calendar
	numbers   map[string]int // calendar id to its place in calendars
	// usual is what happens when no filter answers, local what does on single channels.
	usual     moments
	local     map[string]*moments
	teamHours map[string]string // team id to its calendar
	safety    safety
	echoes    map[string]bool // templates that are made of what the contact wrote
	views     sync.Pool       // of *view, so that deciding allocates little
}

// filter is a compiled filter.
type filter struct {
	*playbook.Filter
	when     node
	cooldown time.Duration
	// from and until are when it is valid.
	from, until instant
	effect      effect
	types       []string // message types that the condition names
}

// Version returns the number of the playbook's version.
func (b *Book) Version() int64 { return b.version }

// Playbook returns what was compiled. It must not be changed.
func (b *Book) Playbook() *playbook.Playbook { return b.playbook }

// compiler holds what is known so far of the playbook that is being compiled.
type compiler struct {
	book      *Book
	phrases   []string
	uses      []int // how many conditions use each phrase
	phraseIDs map[string]int32
	named     map[trigger]int // how many conditions name each value
	templates map[string]bool
	teams     map[string]bool
	steps     int // of all patterns so far
	faults    []error
}

// Compile prepares a playbook for deciding. It refuses what could not be decided
// with: a filter without a condition or a condition with two, an empty or
// unreadable pattern, phrase, span, date, duration or time zone, and references
// to templates, teams and calendars that do not exist. The error joins a [*Fault]
// for each. Filters that are off are checked like the others.
func Compile(p *playbook.Playbook, version int64) (*Book, error) {
	c := newCompiler(p, version)
	c.names(p)
	c.calendars(p.Hours)
	c.moments(p)
	c.safety(p)
	c.filters(p.Filters)
	if err := errors.Join(c.faults...); err != nil {
		return nil, fmt.Errorf("compile playbook: %w", err)
	}
	c.book.phrases = text.NewIndex(c.phrases)
	c.book.entries = c.enter()
	return c.book, nil
}

func newCompiler(p *playbook.Playbook, version int64) *compiler {
	return &compiler{
		book:      &Book{version: version, playbook: p, exact: map[string]int32{}, numbers: map[string]int{}, local: map[string]*moments{}, teamHours: map[string]string{}},
		phraseIDs: make(map[string]int32, 2*len(p.Filters)),
		phrases:   make([]string, 0, 2*len(p.Filters)),
		named:     map[trigger]int{},
		templates: map[string]bool{},
		teams:     map[string]bool{},
	}
}

func (c *compiler) fault(at *place, message, fix string) {
	c.faults = append(c.faults, &Fault{playbook.Fault{Path: at.String(), Message: message, Fix: fix}})
}

func (c *compiler) names(p *playbook.Playbook) {
	if len(p.Languages) == 0 {
		c.fault((*place)(nil).key("languages"), "there is no language", "name at least one, such as en")
	}
	for _, t := range p.Templates {
		c.templates[t.ID] = true
	}
	for _, t := range p.Teams {
		c.teams[t.ID] = true
	}
}

func (c *compiler) filters(filters []playbook.Filter) {
	c.book.filters = make([]filter, len(filters))
	for i := range filters {
		f, at := &filters[i], (*place)(nil).at("filters", i)
		c.book.filters[i] = filter{Filter: f, when: c.condition(&f.When, at.key("when")), cooldown: c.duration(f.Cooldown, at)}
		c.book.filters[i].types = c.book.filters[i].when.types(nil)
		c.dates(&c.book.filters[i], at)
		c.book.filters[i].effect = c.effect(&f.Then, at.key("then"))
		c.refer(f.Then.Reply, f.Then.Assign, at.key("then"))
	}
}

// duration reads a cooldown; empty is none.
func (c *compiler) duration(s string, at *place) time.Duration {
	if s == "" {
		return 0
	}
	d, err := time.ParseDuration(s)
	if err != nil || d <= 0 {
		c.fault(at.key("cooldown"), fmt.Sprintf("%q is no length of time", s), `write it as "10m" or "24h"`)
	}
	return d
}

// refer checks that a template and a team exist.
func (c *compiler) refer(reply, assign string, at *place) {
	if reply != "" && !c.templates[reply] {
		c.fault(at.key("reply"), fmt.Sprintf("there is no template %q", reply), "create it or name another")
	}
	if assign != "" && !c.teams[assign] {
		c.fault(at.key("assign"), fmt.Sprintf("there is no team %q", assign), "create it or name another")
	}
}

// calendar returns the number of a calendar that has to exist.
func (c *compiler) calendar(id string, at *place) int {
	n, ok := c.book.numbers[id]
	if !ok {
		c.fault(at, fmt.Sprintf("there is no calendar %q", id), "create it under hours or name another")
	}
	return n
}
