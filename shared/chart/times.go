package chart

import "slices"

// Times are durations: half of them were shorter than the median, nine of ten than the
// 90th percentile. Each is a bar to its median that goes on, paler, to its 90th percentile.
type Times struct {
	Frame
	// Half and Most name the two: "median", "9 of 10 within".
	Half, Most string
	Times      []Took
}

// Took is one bar, in milliseconds. Missing: there was none.
type Took struct {
	Label       string
	Median, P90 int64
	Note        string
	Missing     bool
}

func (t Times) longest() (most int64) {
	for _, k := range t.Times {
		if !k.Missing {
			most = max(most, k.Median, k.P90)
		}
	}
	return most
}

// aside is the 90th percentile in words, and the note.
func (t Times) aside(k Took) string {
	if k.Missing {
		return t.Missing
	}
	line := t.Most + " " + t.Write(k.P90)
	if k.Note != "" {
		line += " · " + k.Note
	}
	return line
}

func (t Times) median(k Took) string {
	if k.Missing {
		return "–"
	}
	return t.Write(k.Median)
}

// Blank reports whether there is nothing to draw.
func (t Times) Blank() bool {
	return !slices.ContainsFunc(t.Times, func(k Took) bool { return !k.Missing })
}

// Words is the whole chart as one line of text.
func (t Times) Words() string {
	var all []string
	for _, k := range t.Times {
		all = append(all, t.Says(k))
	}
	return t.line(all)
}

// Says is one bar in words.
func (t Times) Says(k Took) string {
	if k.Missing {
		return t.say(k.Label, t.Missing, "")
	}
	return t.say(k.Label, t.listed([]string{t.Half + " " + t.median(k), t.aside(k)}), "")
}

// HTML is two lines for each: the name with its numbers, and the bar below it.
func (t Times) HTML() string {
	s, longest := &sheet{}, t.longest()
	s.put(`<table role="presentation" width="100%%" cellpadding="0" cellspacing="0" style="margin-top:4px">` + "\n")
	for _, k := range t.Times {
		s.put(`<tr><td class="ink" style="padding-top:9px;font-size:14px;line-height:20px;color:%s">%s <span class="mut" style="font-size:12px;color:%s">&nbsp;%s</span></td><td class="ink" align="right" valign="top" style="padding:9px 0 0 10px;font-size:14px;line-height:20px;font-weight:600;color:%s;white-space:nowrap">%s</td></tr><tr><td colspan="2" class="track" bgcolor="%s" style="background:%s;font-size:1px;line-height:1px">`,
			light("ink"), k.Label, light("mut"), t.aside(k), light("ink"), t.median(k), light("track"), light("track"))
		s.took(k, longest)
		s.put("</td></tr>\n")
	}
	s.put("</table>\n")
	s.key([]keyed{{"bot", t.Half, ""}, {"pale", t.Most, ""}})
	return s.String()
}

func (s *sheet) took(k Took, longest int64) {
	whole := percentOf(max(k.P90, k.Median), longest)
	if k.Missing || whole == 0 {
		s.put(`&nbsp;`)
		return
	}
	s.put(`<table role="presentation" width="%d%%" cellpadding="0" cellspacing="0"><tr>`, whole)
	for i, w := range widths([]int64{k.Median, k.P90 - min(k.Median, k.P90)}) {
		if class := []string{"bot", "pale"}[i]; w > 0 {
			s.put(`<td class="%s" width="%d%%" height="6" bgcolor="%s" style="width:%d%%;height:6px;background:%s;font-size:1px;line-height:1px">&nbsp;</td>`,
				markup(class), w, light(class), w, light(class))
		}
	}
	s.put(`</tr></table>`)
}

// SVG draws the same.
func (t Times) SVG(c Canvas) string {
	return draw(c, t.Frame, t.Words(), func(p *picture) {
		longest := t.longest()
		p.key([]keyed{{"bot", t.Half, ""}, {"pale", t.Most, ""}})
		for _, k := range t.Times {
			p.top += 18
			number := t.median(k)
			free := p.width - em(number, 14) - 16
			name := fit(k.Label, free, 14)
			p.text(spot{0, p.top, "ink"}, 14, name)
			p.right(spot{p.width, p.top, "ink b"}, 14, number)
			p.top += 17
			p.text(spot{0, p.top, "mut"}, 12, fit(t.aside(k), p.width, 12))
			p.top += 8
			p.mark(box{0, p.top, p.width, 6, 3}, "track", "")
			if !k.Missing {
				p.mark(box{0, p.top, span(k.P90, longest, p.width), 6, 3}, "pale", t.say(k.Label, t.Most+" "+t.Write(k.P90), ""))
				p.mark(box{0, p.top, span(k.Median, longest, p.width), 6, 3}, "bot", t.say(k.Label, t.Half+" "+number, ""))
			}
			p.top += 14
		}
	})
}
