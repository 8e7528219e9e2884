// Package compare says in words how two playbooks differ, in English and Chinese.
//
// A playbook is walked in its JSON form, so no field can be forgotten: what the words do
// not know is called by its own name. In this order:
//
//	walk   both forms side by side: what is new, gone, moved or another value
//	tell   one sentence for each thing (a filter, a template, the away reply) of what was found
//
// Nothing is said of what is the same: a missing field and an empty one are, as are the
// elements of lists that only others have moved past.
package compare

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"frontdesk/shared/playbook"
)

// Change is what has changed of one thing in a playbook.
type Change struct {
	// Of is the list that it stands in (filters, templates, hours …), or its own name
	// (away, languages, variables …).
	Of string `json:"of"`
	// ID is its id; of what has none, by what it is told from others; empty of what stands
	// in no list.
	ID string `json:"id,omitempty"`
	// Fields are the paths of what has changed in it: then.reply, variants[zh-CN].text. The
	// whole thing is "." when it is new or gone, and "#" is its place in the list.
	Fields []string `json:"fields"`
	Text   string   `json:"text"`
	TextZH string   `json:"text_zh"`
}

// Books lists what one has to change in old to make it now, in the order in which a
// playbook is written; what is gone comes behind what is there. Each playbook is encoded
// once, and the rest grows with their size. It fails on what no JSON can hold.
func Books(old, now playbook.Playbook) ([]Change, error) {
	before, err := form(old)
	if err != nil {
		return nil, err
	}
	after, err := form(now)
	if err != nil {
		return nil, err
	}
	out, words := []Change{}, vocabulary()
	for _, name := range words.names(before, after) {
		out = append(out, words.section(name, before[name], after[name])...)
	}
	return out, nil
}

// form is a playbook as plain JSON values.
func form(p playbook.Playbook) (map[string]any, error) {
	data, err := json.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("encode a playbook to compare it: %w", err)
	}
	var m map[string]any
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err := d.Decode(&m); err != nil {
		return nil, fmt.Errorf("read a playbook to compare it: %w", err)
	}
	return m, nil
}

// section compares one field of the playbook: a list of things, or a thing itself.
func (w *words) section(name string, old, now any) []Change {
	before, after := objects(old), objects(now)
	if before == nil && after == nil {
		w := walker{words: w}
		w.walk(path{}, name, old, now)
		return w.changed(thing{of: name}, w.found)
	}
	var out []Change
	for _, p := range pairs(before, after) {
		each := walker{words: w}
		each.element(path{}, p)
		out = append(out, w.changed(thing{of: name, id: p.key, name: calledIn(p)}, each.found)...)
	}
	return out
}

// thing is what a sentence is about.
type thing struct{ of, id, name string }

func (w *words) changed(t thing, found []finding) []Change {
	if len(found) == 0 {
		return nil
	}
	c := Change{Of: t.of, ID: t.id}
	for _, f := range found {
		if !slices.Contains(c.Fields, f.path) {
			c.Fields = append(c.Fields, f.path)
		}
	}
	c.Text = printer{w, english}.sentence(t, found)
	c.TextZH = printer{w, chinese}.sentence(t, found)
	return []Change{c}
}
