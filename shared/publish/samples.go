package publish

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
	"frontdesk/shared/render"
	"frontdesk/shared/whatsapp"
)

// longestName is a longer name than WhatsApp lets people have, for measuring.
const longestName = 60

// rendered fills a variant in with samples and measures what comes out, for each kind of
// channel that it goes to.
func (c *checker) rendered(path string, v playbook.Variant, kinds []message.Kind) {
	alone := *c.p
	alone.Templates = []playbook.Template{{ID: "sample", Variants: []playbook.Variant{v}}}
	set := render.New(&alone)
	var found longest
	for _, values := range c.samples(v.Language) {
		content, err := set.Reply("sample", v.Language, v.Shape != string(message.ShapeApproved), values)
		var bad *render.Error
		if errors.As(err, &bad) && !c.faulty(path+"."+bad.Field) {
			c.add(path+"."+bad.Field, fmt.Sprintf("line %d of the text %s", bad.Line, bad.Reason), bad.Fix)
		}
		if err != nil {
			continue
		}
		c.files(path, content, kinds)
		for _, k := range kinds {
			found.keep(measure(k, content))
		}
	}
	fix := "shorten it; cut what a contact wrote with | truncate: 20"
	if len(kinds) > 1 {
		fix += "; or give this kind of channel a variant of its own, with only"
	}
	for _, e := range found {
		c.add(path+"."+e.field, fmt.Sprintf("the text can reach %d %s, and %s takes %d", e.length, e.unit, kindName(e.kind), e.most), fix)
	}
}

// measured fills two templates in with samples, as one text, and measures what comes out.
func (c *checker) measured(at, first, second string, kinds []message.Kind) {
	set := render.New(c.p)
	var found longest
	for _, language := range c.p.Languages {
		for _, values := range c.samples(language) {
			values.Greeting, values.FirstContact = first, true
			for _, k := range kinds {
				values.Kind = k
				if content, err := set.Reply(second, language, true, values); err == nil {
					found.keep(measure(k, content))
				}
			}
		}
	}
	for _, e := range found {
		c.add(at, fmt.Sprintf("both texts together can reach %d %s, and %s takes %d", e.length, e.unit, kindName(e.kind), e.most), "shorten one of them, or let new_contact be greeting or away")
	}
}

// longest are the worst excesses, one for each field and kind of channel.
type longest []excess

func (l *longest) keep(found []excess) {
	for _, e := range found {
		i := slices.IndexFunc(*l, func(o excess) bool { return o.field == e.field && o.kind == e.kind })
		switch {
		case i < 0:
			*l = append(*l, e)
		case e.length > (*l)[i].length:
			(*l)[i] = e
		}
	}
}

// samples are contacts and messages at the edges: nothing known, everything as
// long as it can be, on the day with the longest name.
func (c *checker) samples(language string) []render.Values {
	name := strings.Repeat("名", longestName)
	text := strings.Repeat("字", whatsapp.MaxText)
	team, channel := longestOf(c.teamNames()), longestOf(c.channelIDs)
	longDay := render.LongestDay(language)
	shortDay := time.Date(2027, 5, 3, 0, 0, 0, 0, time.UTC)
	return []render.Values{
		{FirstContact: true, Text: "hi", Now: shortDay, Channel: channel},
		{Text: "hi", Now: shortDay, Channel: channel},
		{FirstContact: true, ContactName: name, Now: longDay, Channel: channel, Team: team},
		{ContactName: name, Text: text, Now: longDay, Channel: channel, Team: team},
	}
}

func (c *checker) teamNames() []string {
	var names []string
	for _, t := range c.p.Teams {
		names = append(names, t.Name)
	}
	return names
}

func longestOf(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return slices.MaxFunc(list, func(a, b string) int { return utf8.RuneCountInString(a) - utf8.RuneCountInString(b) })
}
