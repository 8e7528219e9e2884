package decide

import "frontdesk/shared/text"

// phraseList returns the numbers of phrases in the index.
func (c *compiler) phraseList(phrases []string, at *place, name string) []int32 {
	if len(phrases) == 0 {
		c.empty(at.key(name))
	}
	ids := make([]int32, 0, len(phrases))
	for i, p := range phrases {
		if folded, ok := c.fold(p, at, name, i); ok {
			ids = append(ids, c.phrase(folded))
		}
	}
	return ids
}

// phrase returns the number of a folded phrase in the index.
func (c *compiler) phrase(folded string) int32 {
	id, ok := c.phraseIDs[folded]
	if !ok {
		id = int32(len(c.phrases))
		c.phraseIDs[folded] = id
		c.phrases = append(c.phrases, folded)
		c.uses = append(c.uses, 0)
	}
	c.uses[id]++
	return id
}

func (c *compiler) exactList(phrases []string, at *place) []int32 {
	if len(phrases) == 0 {
		c.empty(at.key("exact"))
	}
	var ids []int32
	for i, p := range phrases {
		folded, ok := c.fold(p, at, "exact", i)
		if !ok {
			continue
		}
		if _, known := c.book.exact[folded]; !known {
			c.book.exact[folded] = int32(len(c.book.exact))
		}
		ids = append(ids, c.book.exact[folded])
	}
	return ids
}

func (c *compiler) fold(phrase string, at *place, name string, i int) (folded string, ok bool) {
	folded = text.Fold(phrase)
	if folded == "" {
		c.fault(at.at(name, i), "the phrase is empty", "write one or remove it")
	}
	return folded, folded != ""
}

func (c *compiler) regex(n *node, at *place) {
	re, literals, err := c.compilePattern(n.Regex)
	if err != nil {
		c.fault(at, err.Error(), "correct the pattern (RE2 syntax)")
		return
	}
	n.pattern = re
	for _, list := range literals {
		var ids []int32
		for _, l := range list {
			ids = append(ids, c.phrase(l))
		}
		n.literals = append(n.literals, ids)
	}
}

// edges compiles starts_with and ends_with.
func (c *compiler) edges(n *node, at *place, name string) {
	phrases := n.StartsWith
	if n.op == endsWith {
		phrases = n.EndsWith
	}
	n.ids = c.phraseList(phrases, at, name)
	for _, p := range phrases {
		n.folded = append(n.folded, text.Fold(p))
	}
}
