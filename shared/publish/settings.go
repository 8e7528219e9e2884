package publish

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/language"

	"frontdesk/shared/decide"
	"frontdesk/shared/render"
)

func (c *checker) languages() {
	if len(c.p.Languages) == 0 {
		c.add("languages", "there is no language", `list at least one, as in ["en", "zh-CN"]; the first is the one for everybody else`)
	}
	for i, tag := range c.p.Languages {
		path := fmt.Sprintf("languages[%d]", i)
		c.language(path, tag)
		if slices.Index(c.p.Languages, tag) < i {
			c.add(path, "the language "+quote(tag)+" is listed twice", "remove one")
		}
	}
}

// language checks a BCP 47 tag in its canonical spelling, which is how decide
// and render compare them.
func (c *checker) language(path, tag string) {
	const fix = "write a language tag such as en, zh-CN or zh-TW"
	parsed, err := language.Raw.Parse(cut(tag, maxID))
	switch {
	case tag == "":
		c.add(path, "the language is missing", fix)
	case err != nil || tag == "und":
		c.add(path, quote(tag)+" is not a language", fix)
	case parsed.String() != tag:
		c.add(path, quote(tag)+" is not how this language is written", "write "+parsed.String())
	}
}

const maxVariable = 1024

func (c *checker) variables() {
	for _, name := range slices.Sorted(maps.Keys(c.p.Variables)) {
		path, value := Join("variables", name), c.p.Variables[name]
		switch {
		case !identifier(name):
			c.add(path, quote(name)+" is not a usable name", "use 1 to 40 small letters a-z, digits and _, a letter first")
		case render.Reserved(name):
			c.add(path, quote(name)+" means something else in templates already", "choose another name, such as our_"+name)
		}
		switch {
		case utf8.RuneCountInString(value) > maxVariable:
			c.add(path, "the value is longer than 1,024 characters", "make it a template instead")
		case strings.Contains(value, "{{") || strings.Contains(value, "{%"):
			c.add(path, "the value has Liquid in it, which would be sent as it stands", "write the value itself; only templates are filled in")
		}
	}
}

func identifier(s string) bool {
	return s != "" && len(s) <= maxID && s[0] >= 'a' && s[0] <= 'z' && !strings.ContainsFunc(s, func(r rune) bool {
		return r == '-' || notID(r)
	})
}

func (c *checker) teams() {
	c.ids("teams", c.teamIDs)
	for i, t := range c.p.Teams {
		path := fmt.Sprintf("teams[%d]", i)
		if strings.TrimSpace(t.Name) == "" {
			c.add(path+".name", "the team has no name", "give it the name that people use")
		}
		c.exists(path+".calendar", "calendar", t.Calendar, c.hoursIDs)
		c.members(path+".servicers", t.Servicers, false)
		c.people(path, t)
	}
}

// safety checks the bounds of automatic replies.
func (c *checker) safety() {
	for _, f := range decide.CheckSafety(c.p) {
		c.add(f.Path, f.Message, f.Fix)
	}
}
