package chart

import "slices"

// Columns are values side by side that follow each other: how something developed.
type Columns struct {
	Frame
	Columns []Column
}

// Column is one of them. Now is the one that the report is about; Missing has no figures.
type Column struct {
	Label string
	Value int64
	Note  string // a second figure below the label
	Now   bool
	// Missing leaves a gap.
	Missing bool
}

// columnHeight is pixels of the highest column.
const columnHeight = 84

func (c Columns) most() (most int64) {
	for _, v := range c.Columns {
		if !v.Missing {
			most = max(most, v.Value)
		}
	}
	return most
}

func (c Column) class() markup {
	if c.Now {
		return "bot"
	}
	return "old"
}

// ink is the look of a column's text.
func (c Column) ink() markup {
	if c.Now {
		return "ink b"
	}
	return "mut"
}

func (c Columns) number(v Column) string {
	if v.Missing {
		return "–"
	}
	return c.tight(v.Value)
}

// Says is a column in words, with its exact number.
func (c Columns) Says(v Column) string {
	if v.Missing {
		return c.say(v.Label, c.Missing, "")
	}
	return c.say(v.Label, c.Write(v.Value), v.Note)
}

// Blank reports whether there is nothing to draw.
func (c Columns) Blank() bool { return len(c.Columns) == 0 }

// Words is the whole chart as one line of text.
func (c Columns) Words() string {
	var all []string
	for _, v := range c.Columns {
		all = append(all, c.Says(v))
	}
	return c.line(all)
}

// HTML is a row of columns, and below it a row of names and second figures.
func (c Columns) HTML() string {
	s, most := &sheet{}, c.most()
	s.put(`<table role="presentation" width="100%%" cellpadding="0" cellspacing="0" style="margin-top:10px;table-layout:fixed">` + "\n<tr>")
	for _, v := range c.Columns {
		s.put(`<td valign="bottom" align="center"%s style="font-size:12px;line-height:18px"><span %s>%s</span>`, c.exact(v.Value), look(v.Now), c.number(v))
		if h := span(v.Value, most, columnHeight); h > 0 && !v.Missing {
			fill := light(string(v.class()))
			s.put(`<table role="presentation" width="64%%" align="center" cellpadding="0" cellspacing="0"><tr><td class="%s" height="%d" bgcolor="%s" style="height:%dpx;background:%s;border-radius:4px 4px 0 0;font-size:1px;line-height:1px">&nbsp;</td></tr></table>`,
				v.class(), h, fill, h, fill)
		}
		s.put(`</td>`)
	}
	s.put("</tr>\n<tr>")
	for _, v := range c.Columns {
		s.put(`<td class="line" align="center" style="border-top:1px solid %s;padding-top:5px;font-size:12px;line-height:17px"><span %s>%s</span><br><span %s>%s&nbsp;</span></td>`,
			light("line"), look(v.Now), v.Label, look(v.Now), v.Note)
	}
	s.put("</tr>\n</table>")
	return s.String()
}

// noted reports whether a column has a second figure.
func (c Columns) noted() bool {
	return slices.ContainsFunc(c.Columns, func(v Column) bool { return v.Note != "" })
}

// look is the class and the style of a text: strong for what the report is about.
func look(strong bool) markup {
	if strong {
		return `class="ink" style="font-weight:700;color:` + light("ink") + `"`
	}
	return `class="mut" style="color:` + light("mut") + `"`
}

// SVG draws the columns on a base line.
func (c Columns) SVG(canvas Canvas) string {
	return draw(canvas, c.Frame, c.Words(), func(p *picture) {
		const height = 140
		base, most := p.top+18+height, c.most()
		for i, v := range c.Columns {
			left := i * p.width / len(c.Columns)
			wide := (i+1)*p.width/len(c.Columns) - left
			middle, tall := left+wide/2, 0
			if !v.Missing {
				tall = span(v.Value, most, height)
			}
			p.mark(box{left + wide/5, base - tall, wide - 2*(wide/5), tall, min(4, tall)}, v.class(), c.Says(v))
			p.centred(spot{middle, base - tall - 7, v.ink()}, 13, c.number(v))
			p.centred(spot{middle, base + 18, v.ink()}, 12, fit(v.Label, wide, 12))
			p.centred(spot{middle, base + 35, v.ink()}, 12, v.Note)
		}
		p.mark(box{0, base, p.width, 1, 0}, "line", "")
		if p.top = base + 23; c.noted() {
			p.top = base + 40
		}
	})
}
