// Package publish decides whether a playbook may go live. It is pure: the
// channels and the time come in as parameters.
//
// [Load] reads a playbook's JSON strictly. [Check] then looks at everything, in
// this order: bounds (a playbook beyond them is not looked at further), languages, variables, teams, calendars, templates (shape, kinds
// of channel, Liquid, every channel's limits after rendering with the longest samples),
// filters (conditions, actions, whether they can be reached at all), welcome, away and
// fallback, menus, safety, survey, notices, examples. Both list all the faults they find, each with the path of
// the field, what is wrong and what to do.
//
// A playbook with any fault is refused. [Notes] are to be known, and keep nothing back.
//
// What somebody may write who works for some teams only says [Foreign]; the rest is the same
// for everyone.
//
// [Runner] runs the playbook's examples; a playbook goes live only when all
// come out as written.
package publish

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
	"frontdesk/shared/render"
)

// Channel is a channel that filters, menus and notices can name. The kinds that people
// write to say which limits the replies have to keep; WhatsApp's hold when there is none.
type Channel struct {
	ID   string
	Kind message.Kind
}

// Check returns everything that keeps a playbook from going live, in the order
// of the playbook. None means that it may. Examples are run only when nothing else is wrong. now is the time at which examples without one are written.
func Check(p playbook.Playbook, channels []Channel, now time.Time) []playbook.Fault {
	c := newChecker(&p, channels)
	if c.bounds(); len(c.faults) == 0 {
		c.names()
	}
	if len(c.faults) > 0 {
		return c.faults
	}
	c.languages()
	c.variables()
	c.teams()
	c.calendars()
	c.templates()
	c.filters()
	c.reachable()
	c.moments()
	c.menus()
	c.safety()
	c.survey()
	c.notices()
	c.examples()
	if len(c.faults) == 0 {
		c.run(now)
	}
	return c.faults
}

// checker collects the faults of one playbook.
type checker struct {
	p                                          *playbook.Playbook
	channelIDs, templateIDs, teamIDs, hoursIDs []string
	filterIDs                                  []string
	// channels are all that are there, kinds those that people write to: WhatsApp when
	// there is none.
	channels []Channel
	kinds    []message.Kind
	// by is what can answer a tap, once it has been asked for.
	by answerers
	// steps are those of all patterns so far.
	steps  int
	faults []playbook.Fault
}

func newChecker(p *playbook.Playbook, channels []Channel) *checker {
	c := &checker{p: p, channels: channels, kinds: kindsOf(channels)}
	for _, x := range channels {
		c.channelIDs = append(c.channelIDs, x.ID)
	}
	for _, x := range p.Templates {
		c.templateIDs = append(c.templateIDs, x.ID)
	}
	for _, x := range p.Teams {
		c.teamIDs = append(c.teamIDs, x.ID)
	}
	for _, x := range p.Hours {
		c.hoursIDs = append(c.hoursIDs, x.ID)
	}
	for _, x := range p.Filters {
		c.filterIDs = append(c.filterIDs, x.ID)
	}
	return c
}

// add notes a fault. Message and fix become whole sentences.
func (c *checker) add(path, message, fix string) {
	switch {
	case len(c.faults) < maxFaults:
		c.faults = append(c.faults, playbook.Fault{Path: path, Message: sentence(message), Fix: sentence(fix)})
	case len(c.faults) == maxFaults:
		c.faults = append(c.faults, moreFaults())
	}
}

// moreFaults stands for all that are not listed.
func moreFaults() playbook.Fault {
	return playbook.Fault{Message: "There are more faults than are listed.", Fix: "Mend these first."}
}

// faulty reports whether a path has a fault already, so that one slip is not
// told twice.
func (c *checker) faulty(path string) bool {
	return slices.ContainsFunc(c.faults, func(f playbook.Fault) bool { return f.Path == path })
}

// exists checks a reference to something by its id. An empty one is none.
func (c *checker) exists(path, what, id string, ids []string) {
	if id == "" || slices.Contains(ids, id) {
		return
	}
	c.add(path, "there is no "+what+" with the id "+quote(id), c.suggest(id, ids, "use the id of a "+what+" that exists"))
}

// maxSuggestions is how many faults come with a guess of what was meant: each
// takes a look at every name.
const maxSuggestions = 100

// suggest offers the name that was probably meant, or something else to do.
func (c *checker) suggest(word string, names []string, otherwise string) string {
	if len(c.faults) >= maxSuggestions {
		return otherwise
	}
	if name := render.Closest(word, names); name != "" {
		return "did you mean " + name + "?"
	}
	return otherwise
}

// among checks a word against the few that are known.
func (c *checker) among(path, what, word string, words []string) {
	if slices.Contains(words, word) {
		return
	}
	fix := c.suggest(word, words, "use one of "+strings.Join(words, ", "))
	if word == "" {
		c.add(path, "the "+what+" is missing", fix)
		return
	}
	article := " is not a "
	if strings.ContainsRune("aeiou", rune(what[0])) {
		article = " is not an "
	}
	c.add(path, quote(word)+article+what, fix)
}

// ids checks the ids of one kind of thing: present, well formed, each used once.
func (c *checker) ids(list string, ids []string) {
	first := map[string]int{}
	for i, id := range ids {
		path := fmt.Sprintf("%s[%d].id", list, i)
		c.id(path, id)
		if earlier, ok := first[id]; ok && id != "" {
			c.add(path, fmt.Sprintf("the id %s is used by %s[%d] too", quote(id), list, earlier), "give each its own id")
			continue
		}
		first[id] = i
	}
}

const maxID = 40

func (c *checker) id(path, id string) {
	const fix = "use 1 to 40 small letters a-z, digits, _ and -"
	switch {
	case id == "":
		c.add(path, "the id is missing", fix)
	case len(id) > maxID || strings.ContainsFunc(id, notID):
		c.add(path, quote(cut(id, maxID))+" is not a usable id", fix)
	}
}

func notID(r rune) bool {
	return r != '_' && r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z')
}

func quote(s string) string { return "“" + cut(s, 60) + "”" }

// cut shortens a text to n characters for showing it.
func cut(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i] + "…"
		}
		n--
	}
	return s
}

// sentence gives a text its capital and its full stop.
func sentence(s string) string {
	if s == "" {
		return s
	}
	if s[0] >= 'a' && s[0] <= 'z' {
		s = strings.ToUpper(s[:1]) + s[1:]
	}
	if strings.HasSuffix(s, ".") || strings.HasSuffix(s, "?") {
		return s
	}
	return s + "."
}
