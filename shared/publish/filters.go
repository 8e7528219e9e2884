package publish

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"frontdesk/shared/decide"
	"frontdesk/shared/playbook"
)

// The bounds of a filter.
const (
	maxNesting  = 3 // levels of all, any and not
	maxCooldown = 30 * 24 * time.Hour
	maxTag      = 40 // characters
)

// MessageTypes are the types that a filter can name: what WhatsApp sends (Meta,
// webhooks/reference/messages pages), and what WeCom sends besides: members to apps (WeCom,
// pages 90239 and 90240), customers to customer service (94670), people to AI bots (100719).
func MessageTypes() []string {
	return []string{"text", "image", "video", "audio", "document", "sticker", "location", "contacts", "interactive",
		"button", "reaction", "order", "system", "unsupported", "edit", "revoke",
		"voice", "file", "link", "click", "scancode_waitmsg", "template_card_event", "template_card_menu_event",
		"business_card", "miniprogram", "msgmenu", "channels", "channels_shop_product", "channels_shop_order",
		"merged_msg", "meeting", "schedule", "note", "mixed"}
}

// decidedBy are the words that stand in a decision where a filter's id can
// stand, so no filter may be called so.
func decidedBy() []string { return []string{"welcome", "away", "fallback", "people", "none", "survey"} }

func (c *checker) filters() {
	c.ids("filters", c.filterIDs)
	for i, f := range c.p.Filters {
		path := fmt.Sprintf("filters[%d]", i)
		if slices.Contains(decidedBy(), f.ID) {
			c.add(path+".id", quote(f.ID)+" means something else in decisions and reports", "choose another id, such as "+f.ID+"_words")
		}
		c.condition(path+".when", f.When, 0)
		c.action(path+".then", f.Then)
		c.found(path, decide.CheckFilter(&f))
		c.cooldown(path+".cooldown", f.Cooldown)
		if f.Then.Ignore && f.Continue {
			c.add(path+".continue", "the filter ignores the message, which ends the trying, and continues too", "remove continue or ignore")
		}
	}
}

func (c *checker) cooldown(path, cooldown string) {
	if cooldown == "" {
		return
	}
	d, err := time.ParseDuration(cooldown)
	switch {
	case err != nil:
		c.add(path, quote(cooldown)+" is not a length of time", "write 10m or 24h (days as hours)")
	case d <= 0:
		c.add(path, quote(cooldown)+" is no time at all", "write a time above zero, or remove cooldown")
	case d > maxCooldown:
		c.add(path, quote(cooldown)+" is longer than 30 days", "write at most 720h")
	}
}

// setFields names the fields of a condition that are set.
func setFields(x playbook.Condition) []string {
	var set []string
	for _, f := range []struct {
		name string
		set  bool
	}{
		{"all", x.All != nil}, {"any", x.Any != nil}, {"not", x.Not != nil},
		{"contains", x.Contains != nil}, {"whole_word", x.WholeWord != nil}, {"exact", x.Exact != nil},
		{"starts_with", x.StartsWith != nil}, {"ends_with", x.EndsWith != nil}, {"fuzzy", x.Fuzzy != nil},
		{"regex", x.Regex != ""}, {"language", x.Language != nil}, {"channel", x.Channel != nil}, {"type", x.Type != nil}, {"choice", x.Choice != nil},
		{"tags", x.Tags != nil}, {"team", x.Team != nil}, {"assignee", x.Assignee != nil}, {"status", x.Status != nil}, {"priority", x.Priority != nil},
		{"started_by", x.StartedBy != nil}, {"attribute", x.Attribute != nil}, {"since", x.Since != nil}, {"count", x.Count != nil}, {"changed", x.Changed != nil},
		{"first_contact", x.FirstContact != nil}, {"hours", x.Hours != nil},
	} {
		if f.set {
			set = append(set, f.name)
		}
	}
	return set
}

// condition checks a condition that stands inside so many of all, any and not.
func (c *checker) condition(path string, x playbook.Condition, inside int) {
	set := setFields(x)
	switch {
	case len(set) == 0 && inside == 0:
		c.add(path, "the filter has no condition, so it would match every message", "say when it is to match; for everything else there is fallback")
	case len(set) == 0:
		c.add(path, "the condition is empty", "set one of its fields, or remove it")
	case len(set) > 1:
		c.add(path, "the condition has "+strings.Join(set, " and ")+" at once, so it is not clear whether one or all must hold",
			"put each into a condition of its own inside all or any")
	}
	if x.Case && len(set) == 1 && x.Contains == nil && x.Exact == nil {
		c.add(path+".case", "case says nothing of "+set[0], "remove it; it goes with contains and exact")
	}
	c.emptyLists(path, x)
	if len(x.All)+len(x.Any) > 0 || x.Not != nil {
		if inside == maxNesting {
			c.add(path, "the condition is nested more than 3 levels deep", "split the filter into two")
			return
		}
		c.nested(path, x, inside+1)
	}
	c.leaf(path, x)
}

// emptyLists refuses a field that is there but names nothing.
func (c *checker) emptyLists(path string, x playbook.Condition) {
	empty := func(name string, there bool, length int) {
		if there && length == 0 {
			c.add(path+"."+name, "the list is empty", "add an entry, or remove "+name)
		}
	}
	empty("all", x.All != nil, len(x.All))
	empty("any", x.Any != nil, len(x.Any))
	empty("contains", x.Contains != nil, len(x.Contains))
	empty("whole_word", x.WholeWord != nil, len(x.WholeWord))
	empty("exact", x.Exact != nil, len(x.Exact))
	empty("starts_with", x.StartsWith != nil, len(x.StartsWith))
	empty("ends_with", x.EndsWith != nil, len(x.EndsWith))
	empty("channel", x.Channel != nil, len(x.Channel))
	empty("type", x.Type != nil, len(x.Type))
	empty("choice", x.Choice != nil, len(x.Choice))
}

func (c *checker) nested(path string, x playbook.Condition, inside int) {
	for i, y := range x.All {
		c.condition(fmt.Sprintf("%s.all[%d]", path, i), y, inside)
	}
	for i, y := range x.Any {
		c.condition(fmt.Sprintf("%s.any[%d]", path, i), y, inside)
	}
	if x.Not != nil {
		c.condition(path+".not", *x.Not, inside)
	}
}

func (c *checker) leaf(path string, x playbook.Condition) {
	c.phrases(path+".contains", x.Contains)
	c.phrases(path+".whole_word", x.WholeWord)
	c.phrases(path+".exact", x.Exact)
	c.phrases(path+".starts_with", x.StartsWith)
	c.phrases(path+".ends_with", x.EndsWith)
	c.regex(path+".regex", x.Regex)
	c.ofConversation(path, x)
	for i, id := range x.Channel {
		at := fmt.Sprintf("%s.channel[%d]", path, i)
		if id == "" {
			c.add(at, "the channel is missing", "name a channel that exists")
		}
		c.exists(at, "channel", id, c.channelIDs)
	}
	for i, t := range x.Type {
		c.among(fmt.Sprintf("%s.type[%d]", path, i), "type of message", t, MessageTypes())
	}
	for i, id := range x.Choice {
		switch at := fmt.Sprintf("%s.choice[%d]", path, i); {
		case strings.TrimSpace(id) == "":
			c.add(at, "the choice is empty", "write the id of a button, a list row or a menu")
		case rating(id):
			c.add(at, quote(id)+" is a rating, which never reaches filters", "remove it; survey says what answers a rating")
		}
	}
	if x.Hours != nil {
		c.among(path+".hours.calendar", "calendar", x.Hours.Calendar, c.hoursIDs)
		c.among(path+".hours.is", "state of a calendar", x.Hours.Is, []string{"open", "closed", "holiday"})
	}
}

func (c *checker) phrases(path string, phrases []string) {
	for i, p := range phrases {
		c.phrase(fmt.Sprintf("%s[%d]", path, i), p)
	}
}

func (c *checker) regex(path, pattern string) {
	if pattern == "" {
		return
	}
	re, steps, err := decide.Pattern(pattern)
	c.steps += steps
	switch {
	case errors.Is(err, decide.ErrLongPattern):
		c.add(path, err.Error(), "use contains with a list of phrases")
	case errors.Is(err, decide.ErrManySteps):
		c.add(path, err.Error(), "write smaller counts: + or {2,} in place of {100}")
	case c.steps > decide.MaxAllSteps && c.steps-steps <= decide.MaxAllSteps:
		c.add(path, "the patterns of all filters have more than 50,000 steps up to here", "use contains with lists of phrases; keep patterns for what has no fixed words")
	case err != nil:
		c.add(path, "the pattern cannot be read: "+reasonOf(err), "check brackets and backslashes (in JSON each backslash is written twice)")
	case re.MatchString("") && re.MatchString("§"):
		c.add(path, "the pattern can match nothing at all, so it would match every text", "ask for at least one character: + in place of *, or no ? around the whole")
	}
}

// reasonOf shortens what the regexp package says of a pattern.
func reasonOf(err error) string {
	return strings.TrimPrefix(err.Error(), "error parsing regexp: ")
}
