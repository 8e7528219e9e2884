package chart

import "slices"

// Stacks are bars of several parts, one bar a day: how much, and of what.
type Stacks struct {
	Frame
	// Series are the parts, at most four.
	Series []Series
	Stacks []Stack
}

// Series is one part of every stack.
type Series struct {
	Name string
	Tone Tone
}

// Stack is one bar: a value for each series.
type Stack struct {
	Label   string
	Values  []int64
	Missing bool
}

// part is a value of a stack, 0 where it has none.
func (k Stack) part(i int) int64 {
	if k.Missing || i >= len(k.Values) {
		return 0
	}
	return max(k.Values[i], 0)
}

func (k Stack) parts(series int) []int64 {
	out := make([]int64, series)
	for i := range out {
		out[i] = k.part(i)
	}
	return out
}

func (s Stacks) total(k Stack) int64 { return sum(k.parts(len(s.Series))) }

func (s Stacks) most() (most int64) {
	for _, k := range s.Stacks {
		most = max(most, s.total(k))
	}
	return most
}

// key are the series that there is something of, with their totals.
func (s Stacks) key() []keyed {
	var out []keyed
	for i, one := range s.Series {
		var all []int64
		for _, k := range s.Stacks {
			all = append(all, k.part(i))
		}
		if n := sum(all); n > 0 {
			out = append(out, keyed{markup(one.Tone), one.Name, s.Write(n)})
		}
	}
	return out
}

// Blank reports whether there is nothing to draw.
func (s Stacks) Blank() bool { return len(s.Stacks) == 0 }

// Words is the whole chart as one line of text.
func (s Stacks) Words() string {
	var all []string
	for _, k := range s.Stacks {
		all = append(all, s.Says(k))
	}
	return s.line(all)
}

// Says is a stack in words: its total and its parts.
func (s Stacks) Says(k Stack) string {
	if k.Missing {
		return s.say(k.Label, s.Missing, "")
	}
	var parts []string
	for i, one := range s.Series {
		if n := k.part(i); n > 0 {
			parts = append(parts, one.Name+" "+s.Write(n))
		}
	}
	return s.say(k.Label, s.Write(s.total(k)), s.listed(parts))
}

// HTML is a line for each stack: its name, its bar, the number of each part (where there
// is room) and the total.
func (s Stacks) HTML() string {
	out, most, shown := &sheet{}, s.most(), s.shown()
	out.put(`<table role="presentation" width="100%%" cellpadding="0" cellspacing="0" style="margin-top:8px">` + "\n")
	out.dots(s, shown)
	for _, k := range s.Stacks {
		out.put(`<tr><td class="mut" width="42" style="width:42px;font-size:13px;line-height:28px;color:%s;white-space:nowrap">%s</td><td>`, light("mut"), k.Label)
		if k.Missing {
			out.put(`<span class="mut" style="font-size:13px;line-height:28px;color:%s">%s</span></td><td colspan="%d">&nbsp;</td></tr>`+"\n", light("mut"), s.Missing, len(shown)+1)
			continue
		}
		if n := percentOf(s.total(k), most); n > 0 {
			out.put(`<table role="presentation" width="%d%%" cellpadding="0" cellspacing="0"><tr>`, n)
			out.segments(s.segments(k))
			out.put(`</tr></table>`)
		}
		out.put(`</td>`)
		for _, i := range shown {
			out.put(`<td class="mut opt" width="44" align="right"%s style="font-size:13px;color:%s">%s</td>`, s.exact(k.part(i)), light("mut"), s.tight(k.part(i)))
		}
		out.put(`<td class="ink" width="52" align="right"%s style="font-size:14px;font-weight:600;color:%s">%s</td></tr>`+"\n", s.exact(s.total(k)), light("ink"), s.tight(s.total(k)))
	}
	out.put("</table>\n")
	out.key(s.key())
	return out.String()
}

// dots stand above the numbers of each part, in its colour.
func (o *sheet) dots(s Stacks, shown []int) {
	if len(shown) == 0 {
		return
	}
	o.put(`<tr class="opt"><td></td><td></td>`)
	for _, i := range shown {
		tone := s.Series[i].Tone
		o.put(`<td align="right" title="%s" style="font-size:1px;line-height:9px"><span class="%s" style="display:inline-block;width:9px;height:9px;border-radius:5px;line-height:9px;background:%s">&nbsp;</span></td>`, s.Series[i].Name, markup(tone), tone.Light())
	}
	o.put("<td></td></tr>\n")
}

// shown are the series that have numbers of their own: those that are there at all, when
// there is more than one.
func (s Stacks) shown() []int {
	var out []int
	for i := range s.Series {
		if slices.ContainsFunc(s.Stacks, func(k Stack) bool { return k.part(i) > 0 }) {
			out = append(out, i)
		}
	}
	if len(out) < 2 {
		return nil
	}
	return out
}

func (s Stacks) segments(k Stack) []Segment {
	var out []Segment
	for i, w := range widths(k.parts(len(s.Series))) {
		if w > 0 {
			out = append(out, Segment{s.Series[i].Tone, w})
		}
	}
	return out
}

// Segment is a part of a bar in percent of it.
type Segment struct {
	Tone  Tone
	Width int
}

// Split divides a bar into parts: in whole percent that add up to 100, none that is there
// below 1, and those that are not there left out.
func Split(tones []Tone, parts []int64) []Segment {
	var out []Segment
	for i, w := range widths(parts) {
		if w > 0 {
			out = append(out, Segment{tones[i], w})
		}
	}
	return out
}

// Bar is one bar of parts as the cells of a table row.
func Bar(parts []Segment) string {
	s := &sheet{}
	s.segments(parts)
	return s.String()
}

func (s *sheet) segments(all []Segment) {
	for _, one := range all {
		fill := light(string(one.Tone))
		s.put(`<td class="%s" width="%d%%" height="14" bgcolor="%s" style="width:%d%%;height:14px;background:%s;font-size:1px;line-height:1px">&nbsp;</td>`,
			markup(one.Tone), one.Width, fill, one.Width, fill)
	}
}

// key tells below a table what the colours are.
func (s *sheet) key(all []keyed) {
	s.put(`<p class="mut" style="margin:8px 0 0;font-size:13px;line-height:20px;color:%s">`, light("mut"))
	for _, k := range all {
		s.put(`<span style="white-space:nowrap"><span class="%s" style="display:inline-block;vertical-align:middle;width:9px;height:9px;border-radius:5px;font-size:1px;line-height:9px;background:%s">&nbsp;</span> %s`, k.class, light(string(k.class)), k.name)
		if k.text != "" {
			s.put(` <b class="ink" style="color:%s">%s</b>`, light("ink"), k.text)
		}
		s.put(`</span> &nbsp; `)
	}
	s.put(`</p>`)
}

// SVG draws columns of parts, the first part at the bottom.
func (s Stacks) SVG(c Canvas) string {
	return draw(c, s.Frame, s.Words(), func(p *picture) {
		const height = 150
		p.key(s.key())
		base, most := p.top+20+height, s.most()
		for i, k := range s.Stacks {
			left := i * p.width / len(s.Stacks)
			wide := (i+1)*p.width/len(s.Stacks) - left
			top := s.stack(p, k, box{left + wide/5, base, wide - 2*(wide/5), span(s.total(k), most, height), 0})
			number := s.tight(s.total(k))
			if k.Missing {
				number = "–"
			}
			p.centred(spot{left + wide/2, top - 7, "ink b"}, 13, number)
			p.centred(spot{left + wide/2, base + 18, "mut"}, 13, fit(k.Label, wide, 13))
		}
		p.mark(box{0, base, p.width, 1, 0}, "line", "")
		p.top = base + 26
	})
}

// stack draws one column upwards from the lower edge of a box, and returns where it ends.
func (s Stacks) stack(p *picture, k Stack, b box) (top int) {
	left := b.height
	top = b.y
	for i, one := range s.Series {
		tall := min(span(k.part(i), s.total(k), b.height), left)
		top, left = top-tall, left-tall
		p.mark(box{b.x, top, b.width, max(tall-1, min(tall, 1)), 0}, markup(one.Tone), s.say(k.Label, one.Name+" "+s.Write(k.part(i)), ""))
	}
	return top
}
