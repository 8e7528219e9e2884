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

func (p *page) look(v view) {
	p.section(v.T["look.title"], "")
	if len(v.Look) == 0 {
		p.put(`<p class="mut" style="margin:6px 0 0;font-size:15px;line-height:22px;color:#66757a">%s</p>`, v.T["look.none"])
		p.shut()
		return
	}
	p.put(`<table role="presentation" width="100%%" cellpadding="0" cellspacing="0" style="margin-top:4px">` + "\n")
	for _, l := range v.Look {
		p.put(`<tr><td class="ink line" style="padding:9px 0;border-bottom:1px solid #ece9e2;font-size:15px;line-height:21px;color:#182527">%s</td><td class="ink line" align="right" valign="top" style="padding:9px 0 9px 12px;border-bottom:1px solid #ece9e2;font-size:17px;line-height:21px;font-weight:700;color:#182527">%s</td></tr>`+"\n", l.Label, l.Count)
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
