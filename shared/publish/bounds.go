package publish

import (
	"fmt"
	"unicode/utf8"

	"frontdesk/shared/decide"
	"frontdesk/shared/playbook"
	"frontdesk/shared/text"
)

// The bounds of a whole playbook. Within them checking one ends in seconds and
// answering a message in milliseconds, whatever stands in it.
const (
	maxFilters    = 10_000
	maxTemplates  = 2_000
	maxVariants   = 100 // of one template
	maxChoices    = 100 // buttons, rows, sections or parameters of one variant
	maxConditions = 50_000
	maxPhrases    = 50_000 // and channels, types and choices, of all filters together
	maxCalendars  = 200
	maxExceptions = 2_000 // of one calendar, and spans of one day
	maxTeams      = 1_000
	maxMenus      = 200 // and notices
	maxMenu       = 100 // buttons of one level of a menu, events, teams and channels of a notice
	maxVariables  = 1_000
	maxLanguages  = 50
	maxTags       = 50 // of one filter
	maxExamples   = 2_000
	maxTried      = 5_000_000 // examples times filters: each is tried on all
	maxPhrase     = 500       // characters
)

// bounds refuses a playbook that is too large to look at closely.
func (c *checker) bounds() {
	most := func(path string, n, most int) {
		if n > most {
			c.add(path, fmt.Sprintf("there are %d, and at most %d fit", n, most), "remove what nobody uses, or make several one")
		}
	}
	most("languages", len(c.p.Languages), maxLanguages)
	most("variables", len(c.p.Variables), maxVariables)
	most("teams", len(c.p.Teams), maxTeams)
	most("templates", len(c.p.Templates), maxTemplates)
	most("hours", len(c.p.Hours), maxCalendars)
	most("filters", len(c.p.Filters), maxFilters)
	most("channels", len(c.p.Channels), maxMenus)
	most("menus", len(c.p.Menus), maxMenus)
	most("notices", len(c.p.Notices), maxMenus)
	most("examples", len(c.p.Examples), min(maxExamples, maxTried/max(len(c.p.Filters), 1)))
	if len(c.faults) > 0 {
		return
	}
	for i := range c.p.Templates {
		c.boundsOfTemplate(fmt.Sprintf("templates[%d]", i), &c.p.Templates[i], most)
	}
	for i := range c.p.Hours {
		c.boundsOfCalendar(fmt.Sprintf("hours[%d]", i), &c.p.Hours[i], most)
	}
	c.boundsOfWeCom(most)
	var sum size
	for i := range c.p.Filters {
		f := &c.p.Filters[i]
		sum.add(&f.When)
		then := fmt.Sprintf("filters[%d].then.", i)
		most(then+"tag", len(f.Then.Tag), maxTags)
		most(then+"untag", len(f.Then.Untag), maxTags)
		most(then+"notify", len(f.Then.Notify), maxTags)
		if f.Then.FollowUp != nil {
			most(then+"follow_up.notify", len(f.Then.FollowUp.Notify), maxTags)
		}
	}
	if sum.conditions > maxConditions {
		c.add("filters", fmt.Sprintf("there are %d conditions in all filters, and at most %d fit", sum.conditions, maxConditions), "use lists of phrases in place of any")
	}
	if sum.entries > maxPhrases {
		c.add("filters", fmt.Sprintf("there are %d phrases and other entries in all conditions, and at most %d fit", sum.entries, maxPhrases), "remove phrases that contain another one of their list")
	}
}

func (c *checker) boundsOfTemplate(path string, t *playbook.Template, most func(path string, n, most int)) {
	most(path+".variants", len(t.Variants), maxVariants)
	for j, v := range t.Variants {
		at := fmt.Sprintf("%s.variants[%d]", path, j)
		most(at+".buttons", len(v.Buttons), maxChoices)
		most(at+".sections", len(v.Sections), maxChoices)
		most(at+".articles", len(v.Articles), maxChoices)
		most(at+".only", len(v.Only), maxChoices)
		for k, s := range v.Sections {
			most(fmt.Sprintf("%s.sections[%d].rows", at, k), len(s.Rows), maxChoices)
		}
		if v.Approved != nil {
			most(at+".approved.params", len(v.Approved.Params), maxChoices)
			most(at+".approved.named", len(v.Approved.Named), maxChoices)
			most(at+".approved.buttons", len(v.Approved.Buttons), maxChoices)
		}
	}
}

func (c *checker) boundsOfWeCom(most func(path string, n, most int)) {
	for i, m := range c.p.Menus {
		path := fmt.Sprintf("menus[%d].buttons", i)
		most(path, len(m.Buttons), maxMenu)
		for j, b := range m.Buttons {
			most(fmt.Sprintf("%s[%d].buttons", path, j), len(b.Buttons), maxMenu)
		}
	}
	for i, n := range c.p.Notices {
		path := fmt.Sprintf("notices[%d]", i)
		most(path+".on", len(n.On), maxMenu)
		most(path+".teams", len(n.Teams), maxMenu)
		most(path+".to", len(n.To), maxMenu)
	}
}

func (c *checker) boundsOfCalendar(path string, h *playbook.Calendar, most func(path string, n, most int)) {
	most(path+".exceptions", len(h.Exceptions), maxExceptions)
	most(path+".weekly", len(h.Weekly), maxExceptions)
	for name, spans := range h.Weekly {
		most(Join(path+".weekly", name), len(spans), maxExceptions)
	}
	for i, e := range h.Exceptions {
		most(fmt.Sprintf("%s.exceptions[%d].spans", path, i), len(e.Spans), maxExceptions)
	}
}

// size is how much there is in conditions.
type size struct{ conditions, entries int }

func (s *size) add(x *playbook.Condition) {
	s.conditions++
	s.entries += len(x.Contains) + len(x.WholeWord) + len(x.Exact) + len(x.StartsWith) + len(x.EndsWith) +
		len(x.Channel) + len(x.Type) + len(x.Choice) + len(x.Language) + len(x.Tags) + len(x.Team) + len(x.Assignee) +
		len(x.Status) + len(x.Priority) + len(x.StartedBy) + len(x.Changed)
	if x.Attribute != nil {
		s.entries += len(x.Attribute.Is)
	}
	if x.Fuzzy != nil { // each is filed under the pieces of it that a mistake leaves
		for _, p := range x.Fuzzy.Phrases {
			s.entries += 1 + 2*decide.Mistakes(min(len(p), decide.MaxFuzzy), max(x.Fuzzy.Percent, decide.MinPercent))
		}
	}
	for i := range x.All {
		s.add(&x.All[i])
	}
	for i := range x.Any {
		s.add(&x.Any[i])
	}
	if x.Not != nil {
		s.add(x.Not)
	}
}

// names holds that what people read in lists can be shown in one.
func (c *checker) names() {
	const most = 200
	check := func(path, name string) {
		if len(name) > 4*most || utf8.RuneCountInString(name) > most {
			c.add(path, fmt.Sprintf("the name is longer than %d characters", most), "shorten it")
		}
	}
	for i, x := range c.p.Templates {
		check(fmt.Sprintf("templates[%d].name", i), x.Name)
	}
	for i, x := range c.p.Filters {
		check(fmt.Sprintf("filters[%d].name", i), x.Name)
	}
	for i, x := range c.p.Teams {
		check(fmt.Sprintf("teams[%d].name", i), x.Name)
	}
	for i, x := range c.p.Examples {
		check(fmt.Sprintf("examples[%d].name", i), x.Name)
	}
	for i, x := range c.p.Hours {
		check(fmt.Sprintf("hours[%d].name", i), x.Name)
		for j, e := range x.Exceptions {
			check(fmt.Sprintf("hours[%d].exceptions[%d].name", i, j), e.Name)
		}
	}
}

// phrase refuses one that is empty or longer than anybody writes.
func (c *checker) phrase(path, phrase string) {
	switch {
	case text.Fold(cut(phrase, maxPhrase)) == "":
		c.add(path, "the phrase is empty, so it would be found in every message", "write a word, or remove it")
	case long(phrase):
		c.add(path, fmt.Sprintf("the phrase is longer than %d characters, and nobody writes it so", maxPhrase), "keep the few words that matter")
	}
}

func long(phrase string) bool { return utf8.RuneCountInString(phrase) > maxPhrase }
