package chart

// Bars are values one below the other, the highest first: which most.
type Bars struct {
	Frame
	Tone Tone // Bot if empty
	Bars []Ranked
	// Of is the whole that shares are made of; 0: no shares are written.
	Of int64
}

// Ranked is one bar; Note says more about it.
type Ranked struct {
	Label, Note string
	Value       int64
}

func (b Bars) tone() Tone {
	if b.Tone == "" {
		return Bot
	}
	return b.Tone
}

func (b Bars) most() (most int64) {
	for _, r := range b.Bars {
		most = max(most, r.Value)
	}
	return most
}

// aside is what stands beside a bar: its share of the whole and its note.
func (b Bars) aside(r Ranked) string {
	share := b.percent(r.Value, b.Of)
	if share != "" && r.Note != "" {
		return share + " · " + r.Note
	}
	return share + r.Note
}

// Blank reports whether there is nothing to draw.
func (b Bars) Blank() bool { return len(b.Bars) == 0 }

// Words is the whole chart as one line of text.
func (b Bars) Words() string {
	var all []string
	for _, r := range b.Bars {
		all = append(all, b.Says(r))
	}
	return b.line(all)
}

// Says is one bar in words.
func (b Bars) Says(r Ranked) string {
	return b.say(r.Label, b.Write(r.Value), b.aside(r))
}

// HTML is two lines for each: the name with its numbers, and the bar below it.
func (b Bars) HTML() string {
	s, most, fill := &sheet{}, b.most(), light(string(b.tone()))
	s.put(`<table role="presentation" width="100%%" cellpadding="0" cellspacing="0" style="margin-top:4px">` + "\n")
	for _, r := range b.Bars {
		s.put(`<tr><td class="ink" style="padding-top:9px;font-size:14px;line-height:20px;color:%s">%s`, light("ink"), r.Label)
		if a := b.aside(r); a != "" {
			s.put(` <span class="mut" style="font-size:12px;color:%s">&nbsp;%s</span>`, light("mut"), a)
		}
		s.put(`</td><td class="ink" align="right" valign="top" style="padding:9px 0 0 10px;font-size:14px;line-height:20px;font-weight:600;color:%s;white-space:nowrap">%s</td></tr><tr><td colspan="2" class="track" bgcolor="%s" style="background:%s;font-size:1px;line-height:1px">`,
			light("ink"), b.Write(r.Value), light("track"), light("track"))
		if n := percentOf(r.Value, most); n > 0 {
			s.put(`<table role="presentation" width="%d%%" cellpadding="0" cellspacing="0"><tr><td class="%s" height="6" bgcolor="%s" style="height:6px;background:%s;font-size:1px;line-height:1px">&nbsp;</td></tr></table>`,
				n, markup(b.tone()), fill, fill)
		} else {
			s.put(`&nbsp;`)
		}
		s.put("</td></tr>\n")
	}
	s.put(`</table>`)
	return s.String()
}

// SVG draws the same.
func (b Bars) SVG(c Canvas) string {
	return draw(c, b.Frame, b.Words(), func(p *picture) {
		for _, r := range b.Bars {
			p.top += 18
			number, aside := b.Write(r.Value), b.aside(r)
			free := p.width - em(number, 14) - 16
			name := fit(r.Label, free-em(aside, 12)-10, 14)
			p.named(name, aside, [2]markup{"ink", "mut"})
			p.right(spot{p.width, p.top, "ink b"}, 14, number)
			p.top += 8
			p.mark(box{0, p.top, p.width, 6, 3}, "track", "")
			p.mark(box{0, p.top, span(r.Value, b.most(), p.width), 6, 3}, markup(b.tone()), b.say(r.Label, number, ""))
			p.top += 14
		}
	})
}
