package mail

// open starts a section, a number of pixels below the one before.
func (p *page) open(above int) {
	p.put(`<tr><td class="pad" style="padding:%dpx 36px 0">`+"\n", above)
}

// section starts one that has a heading and perhaps a note below it.
func (p *page) section(title, note string) {
	p.open(30)
	p.put(`<h2 class="ink" style="margin:0;font-size:17px;line-height:24px;font-weight:700;color:#182527">%s</h2>`, title)
	if note != "" {
		p.note(note)
	}
}

func (p *page) shut() { p.put("\n</td></tr>\n") }

func (p *page) note(text string) {
	p.put(`<p class="mut" style="margin:2px 0 0;font-size:13px;line-height:19px;color:#66757a">%s</p>`, text)
}

func (p *page) delta(d delta) {
	p.put(`<span class="%s;white-space:nowrap;font-size:13px;line-height:19px;font-weight:600">%s</span>`, tone(d.Mood), d.Text)
}

// segments are the cells of one bar.
func (p *page) segments(all []segment) {
	for _, s := range all {
		p.put(`<td class="%s" width="%d%%" height="14" bgcolor="%s" style="width:%d%%;height:14px;background:%s;font-size:1px;line-height:1px">&nbsp;</td>`,
			s.Kind, s.Width, colour(s.Kind), s.Width, colour(s.Kind))
	}
}

func (p *page) look(v view) {
	p.section(v.T["look.title"], "")
	if len(v.Look) == 0 {
		p.put(`<p class="mut" style="margin:6px 0 0;font-size:15px;line-height:22px;color:#66757a">%s</p>`, v.T["look.none"])
		p.shut()
		return
	}
	p.put(`<table role="presentation" width="100%%" cellpadding="0" cellspacing="0" style="margin-top:4px">` + "\n")
	for _, l := range v.Look {
		p.put(`<tr><td class="ink line" style="padding:9px 0;border-bottom:1px solid #ece9e2;font-size:15px;line-height:21px;color:#182527">%s`, l.Label)
		for _, s := range l.Sub {
			p.put(`<br><span class="mut" style="font-size:13px;line-height:20px;color:#66757a">%s</span>`, s.line())
		}
		p.put(`</td><td class="ink line" align="right" valign="top" style="padding:9px 0 9px 12px;border-bottom:1px solid #ece9e2;font-size:17px;line-height:21px;font-weight:700;color:#182527">%s</td></tr>`+"\n", l.Count)
	}
	p.put(`</table>`)
	p.shut()
}

// line is a bar in words.
func (b bar) line() string {
	if b.Count == "" {
		return b.Label
	}
	return b.Label + " · " + b.Count
}

func (p *page) days(v view) {
	p.section(v.T["days.title"], "")
	p.put(`<table role="presentation" width="100%%" cellpadding="0" cellspacing="0" style="margin-top:8px">` + "\n")
	for _, d := range v.Days {
		p.put(`<tr><td class="mut" width="42" style="width:42px;font-size:13px;line-height:28px;color:#66757a;white-space:nowrap">%s</td><td>`, d.Label)
		switch {
		case d.Missing:
			p.put(`<span class="mut" style="font-size:13px;line-height:28px;color:#66757a">%s</span>`, v.T["days.missing"])
		case d.Width > 0:
			p.put(`<table role="presentation" width="%d%%" cellpadding="0" cellspacing="0"><tr>`, d.Width)
			p.segments(d.Segments)
			p.put(`</tr></table>`)
		}
		p.put(`</td><td class="ink" width="48" align="right" style="width:48px;font-size:14px;line-height:28px;font-weight:600;color:#182527">%s</td></tr>`+"\n", d.Count)
	}
	p.put(`</table>`)
	p.shut()
}

// trend is a row of columns, and below it a row of names and shares.
func (p *page) trend(v view) {
	p.section(v.T["trend.title"], v.T["trend.note"])
	p.put(`<table role="presentation" width="100%%" cellpadding="0" cellspacing="0" style="margin-top:10px;table-layout:fixed">` + "\n<tr>")
	for _, c := range v.Trend {
		p.put(`<td valign="bottom" align="center" style="font-size:12px;line-height:18px"><span class="%s">%s</span>`, c.text(), c.Count)
		if c.Height > 0 {
			class, fill := c.fill()
			p.put(`<table role="presentation" width="64%%" align="center" cellpadding="0" cellspacing="0"><tr><td class="%s" height="%d" bgcolor="%s" style="height:%dpx;background:%s;border-radius:4px 4px 0 0;font-size:1px;line-height:1px">&nbsp;</td></tr></table>`,
				class, c.Height, fill, c.Height, fill)
		}
		p.put(`</td>`)
	}
	p.put("</tr>\n<tr>")
	for _, c := range v.Trend {
		p.put(`<td class="line" align="center" style="border-top:1px solid #d9d5cb;padding-top:5px;font-size:12px;line-height:17px"><span class="%s">%s</span><br><span class="goodt" style="color:#0b6a5c;white-space:nowrap">%s&nbsp;</span></td>`,
			c.text(), c.Label, c.Share)
	}
	p.put("</tr>\n</table>")
	p.shut()
}

// text and fill are how a column looks; the week of the report stands out.
func (c column) text() markup {
	if c.Now {
		return `ink" style="color:#182527;font-weight:700`
	}
	return `mut" style="color:#66757a`
}

func (c column) fill() (class, background markup) {
	if c.Now {
		return "bot", colour("bot")
	}
	return "old", "#b5d6cf"
}

func (p *page) heat(v view) {
	if v.Busiest == "" {
		return
	}
	p.section(v.T["heat.title"], v.Busiest)
	p.put(`<table role="presentation" width="100%%" cellpadding="0" cellspacing="2" style="margin-top:8px;table-layout:fixed;border-spacing:2px">` + "\n")
	for _, row := range v.Heat {
		p.put(`<tr><td class="mut" width="36" style="width:36px;font-size:12px;line-height:17px;color:#66757a;white-space:nowrap">%s</td>`, row.Label)
		for _, l := range row.Levels {
			p.put(`<td class="h%d" height="17" bgcolor="%s" style="font-size:1px;line-height:1px">&nbsp;</td>`, l, shade(l))
		}
		p.put("</tr>\n")
	}
	p.put(`<tr><td></td>`)
	for hour := 0; hour < 24; hour += 3 {
		p.put(`<td class="mut" colspan="3" style="font-size:11px;line-height:16px;color:#66757a">%d</td>`, hour)
	}
	p.put("</tr>\n</table>")
	p.shut()
}

func (p *page) bars(title, note string, all []bar) {
	if len(all) == 0 {
		return
	}
	p.section(title, note)
	p.put(`<table role="presentation" width="100%%" cellpadding="0" cellspacing="0" style="margin-top:4px">` + "\n")
	for _, b := range all {
		p.put(`<tr><td class="ink" style="padding-top:9px;font-size:14px;line-height:20px;color:#182527">%s`, b.Label)
		if b.Note != "" {
			p.put(` <span class="mut" style="font-size:12px;color:#66757a">&nbsp;%s</span>`, b.Note)
		}
		p.put(`</td><td class="ink" align="right" style="padding:9px 0 0 10px;font-size:14px;line-height:20px;font-weight:600;color:#182527">%s</td></tr><tr><td colspan="2" class="track" bgcolor="#f1efe9" style="background:#f1efe9;font-size:1px;line-height:1px"><table role="presentation" width="%d%%" cellpadding="0" cellspacing="0"><tr><td class="bot" height="6" bgcolor="#0f7b6c" style="height:6px;background:#0f7b6c;font-size:1px;line-height:1px">&nbsp;</td></tr></table></td></tr>`+"\n",
			b.Count, b.Width)
	}
	p.put(`</table>`)
	p.shut()
}

func (p *page) groups(v view, title string, all []group, more string) {
	if len(all) == 0 {
		return
	}
	p.section(v.T[title], "")
	p.put(`<table role="presentation" width="100%%" cellpadding="0" cellspacing="0" style="margin-top:4px"><tr><td class="line" style="border-bottom:1px solid #d9d5cb">&nbsp;</td>`)
	for _, name := range []string{v.T["conversations"], v.T["by.templates"], v.T["by.nobody"], v.T["column.people"]} {
		p.put(`<td class="mut line" align="right" valign="bottom" style="padding:6px 0 6px 10px;border-bottom:1px solid #d9d5cb;font-size:12px;line-height:16px;color:#66757a">%s</td>`, name)
	}
	p.put("</tr>\n")
	for _, g := range all {
		p.group(g)
	}
	p.put(`</table>`)
	if more != "" {
		p.note(more)
	}
	p.shut()
}

func (p *page) group(g group) {
	p.put(`<tr><td class="ink line" style="padding:9px 0;border-bottom:1px solid #ece9e2;font-size:14px;line-height:20px;color:#182527">%s</td><td class="ink line" align="right" style="padding:9px 0 9px 10px;border-bottom:1px solid #ece9e2;font-size:14px;line-height:20px;font-weight:600;color:#182527">%s`, g.Name, g.Count)
	if g.Delta.Text != "" {
		p.put(`<br>`)
		p.delta(g.Delta)
	}
	p.put(`</td>`)
	for _, cell := range []string{g.Share, g.Unanswered, g.Reply} {
		p.put(`<td class="ink line" align="right" style="padding:9px 0 9px 10px;border-bottom:1px solid #ece9e2;font-size:14px;line-height:20px;color:#182527;white-space:nowrap">%s</td>`, cell)
	}
	p.put("</tr>\n")
}
