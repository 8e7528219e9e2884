package mail

import (
	_ "embed"
	"fmt"
	"html"
	"net/url"
	"strings"

	"frontdesk/shared/chart"
)

//go:embed week.css
var css string

// page is HTML being written.
type page struct{ strings.Builder }

// markup is HTML that we wrote ourselves.
type markup string

// put writes markup; every string among the values is escaped, so that what
// somebody typed can only ever be text or the value of an attribute. Markup and
// numbers go in as they are.
func (p *page) put(format markup, values ...any) {
	for i, v := range values {
		if s, ok := v.(string); ok {
			values[i] = html.EscapeString(s)
		}
	}
	fmt.Fprintf(p, string(format), values...)
}

// html is the whole mail, section by section.
func (v view) html() string {
	p := &page{}
	p.head(v)
	p.title(v)
	p.hero(v)
	p.verdict(v)
	p.chart(v.Trend)
	p.tiles(v)
	p.promises(v)
	p.agents(v)
	p.satisfaction(v)
	if len(v.Split) > 0 {
		p.look(v)
		p.chart(v.Days)
	}
	for _, c := range []chart.Chart{v.Heat, v.Times, v.Filters, v.Asked, v.Failures} {
		p.chart(c)
	}
	p.groups(v, "channels.title", v.Channels, v.MoreCh)
	p.groups(v, "teams.title", v.Teams, v.MoreTeams)
	p.more(v.Unanswered)
	p.more(v.Review)
	p.own(v)
	p.link(v)
	p.foot(v)
	return p.String()
}

// Outlook on Windows does not know max-width and needs a table of 600 pixels
// around; the comments are for it alone.
func (p *page) head(v view) {
	p.put(`<!DOCTYPE html>
<html lang="%s" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no,date=no,address=no">
<title>%s</title>
<style>
%s</style>
</head>
<body class="bg" style="margin:0;padding:0;background:#f3f1ec;-webkit-text-size-adjust:100%%">
<div style="display:none;max-height:0;overflow:hidden;font-size:1px;line-height:1px;color:#f3f1ec">%s</div>
<table role="presentation" class="bg" width="100%%" cellpadding="0" cellspacing="0" bgcolor="#f3f1ec" style="background:#f3f1ec"><tr><td class="out" align="center" style="padding:24px 12px">
<!--[if mso]><table role="presentation" width="600" align="center" cellpadding="0" cellspacing="0"><tr><td><![endif]-->
<table role="presentation" class="card" width="100%%" cellpadding="0" cellspacing="0" bgcolor="#ffffff" style="max-width:600px;background:#ffffff;border-radius:14px">
`, v.Lang, v.Subject, markup(css+chart.DarkCSS()+"}\n"), v.Preheader)
}

func (p *page) title(v view) {
	name := v.T["brand"]
	if v.Scope != "" {
		name += " · " + v.Scope
	}
	p.open(28)
	p.put(`<table role="presentation" width="100%%" cellpadding="0" cellspacing="0"><tr>
<td class="mut" style="font-size:13px;line-height:20px;color:#66757a">%s</td>
<td class="mut" align="right" valign="top" style="padding-left:12px;font-size:13px;line-height:20px;color:#66757a;white-space:nowrap">%s</td>
</tr></table>`, name, v.Dates)
	above := 20
	if v.Hello != "" {
		above = 2
		p.put(`<p class="mut" style="margin:22px 0 0;font-size:15px;line-height:22px;color:#66757a">%s</p>`, v.Hello)
	}
	p.put(`<h1 class="ink" style="margin:%dpx 0 0;font-size:26px;line-height:34px;font-weight:700;color:#182527">%s</h1>`, above, v.Verdict.Title)
	if len(v.Notices) > 0 {
		p.put(`<p class="vfair" style="margin:12px 0 0;padding:9px 13px;background:#fdf1da;color:#76520c;font-size:14px;line-height:20px;border-radius:8px">%s</p>`,
			strings.Join(v.Notices, v.T["gap"]))
	}
	p.shut()
}

// hero is the big figure and the bar of who answered.
func (p *page) hero(v view) {
	if len(v.Split) == 0 {
		return
	}
	p.open(20)
	p.put(`<table role="presentation" width="100%%" cellpadding="0" cellspacing="0"><tr>
<td class="big ink" valign="bottom" width="1" style="white-space:nowrap;font-size:62px;line-height:64px;font-weight:700;letter-spacing:-2px;color:#182527">%s</td>
<td valign="bottom" style="padding:0 0 7px 16px;font-size:15px;line-height:21px"><span class="ink" style="color:#182527">%s</span>`, v.Share, v.T["contained"])
	if v.ShareDelta.Text != "" {
		p.put(`<br>`)
		p.delta(v.ShareDelta)
		p.put(` <span class="mut" style="color:#66757a;font-size:13px">%s</span>`, v.T["before"])
	}
	p.put(`</td>
</tr></table>
<table role="presentation" width="100%%" cellpadding="0" cellspacing="0" style="margin-top:16px"><tr>`)
	p.put("%s", markup(chart.Bar(v.parts())))
	p.put(`</tr></table>
<table role="presentation" cellpadding="0" cellspacing="0" style="margin-top:9px"><tr>`)
	for _, s := range v.Split {
		p.put(`<td class="mut" style="padding-right:14px;font-size:13px;line-height:19px;color:#66757a;white-space:nowrap"><span class="%s" style="display:inline-block;vertical-align:middle;width:9px;height:9px;border-radius:5px;font-size:1px;line-height:9px;background:%s">&nbsp;</span> %s <b class="ink" style="color:#182527">%s</b></td>`,
			markup(s.Tone), s.Tone.Light(), s.Label, s.Count)
	}
	p.put(`</tr></table>`)
	p.shut()
}

// parts are who answered, as parts of a bar.
func (v view) parts() []chart.Segment {
	var tones []chart.Tone
	var parts []int64
	for _, s := range v.Split {
		tones, parts = append(tones, s.Tone), append(parts, s.Part)
	}
	return chart.Split(tones, parts)
}

// chart is a section with a chart, if there is anything to draw.
func (p *page) chart(c chart.Chart) {
	if c.Blank() {
		return
	}
	p.section(c.Head().Title, c.Head().Note)
	p.put("%s", markup(c.HTML()))
	p.shut()
}

func (p *page) verdict(v view) {
	if len(v.Verdict.Text) == 0 {
		return
	}
	p.open(16)
	p.put(`<table role="presentation" width="100%%" cellpadding="0" cellspacing="0"><tr><td class="v%s" style="padding:12px 16px;border-radius:10px;font-size:15px;line-height:22px;%s">%s</td></tr></table>`,
		v.Verdict.Level, panel(v.Verdict.Level), strings.Join(v.Verdict.Text, v.T["gap"]))
	p.shut()
}

// tiles are two rows of two.
func (p *page) tiles(v view) {
	if v.Verdict.Level == empty {
		return
	}
	p.open(18)
	p.put(`<table role="presentation" width="100%%" cellpadding="0" cellspacing="0"><tr>`)
	for i, t := range v.Tiles {
		switch {
		case i%2 == 1:
			p.put(`<td width="2%%" style="width:2%%;font-size:1px">&nbsp;</td>`)
		case i > 0:
			p.put("</tr>\n" + `<tr><td height="12" colspan="3" style="font-size:1px;line-height:12px">&nbsp;</td></tr><tr>`)
		}
		p.tile(t)
	}
	p.put(`</tr></table>`)
	p.shut()
}

func (p *page) tile(t tile) {
	p.put(`<td class="tile" width="49%%" valign="top" bgcolor="#f6f5f1" style="width:49%%;background:#f6f5f1;border-radius:10px;padding:14px 16px"><span class="mut" style="font-size:13px;line-height:19px;color:#66757a">%s</span><br><span class="val ink" style="font-size:27px;line-height:36px;font-weight:700;color:#182527">%s</span>`, t.Label, t.Value)
	if t.Delta.Text != "" {
		p.put(` &nbsp;`)
		p.delta(t.Delta)
	}
	for _, n := range t.Notes {
		p.put(`<br><span class="mut" style="font-size:13px;line-height:19px;color:#66757a">%s</span>`, n)
	}
	p.put(`</td>`)
}

func (p *page) link(v view) {
	if !web(v.Link) {
		return
	}
	p.put(`<tr><td class="pad" align="center" style="padding:34px 36px 0"><table role="presentation" cellpadding="0" cellspacing="0"><tr><td class="bot" bgcolor="#0f7b6c" style="background:#0f7b6c;border-radius:9px"><a href="%s" style="display:inline-block;padding:12px 26px;font-size:15px;line-height:20px;font-weight:600;color:#ffffff!important;text-decoration:none">%s</a></td></tr></table></td></tr>
`, v.Link, v.T["link"])
}

// web reports whether a link may be clicked: nothing but the web.
func web(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}

func (p *page) foot(v view) {
	p.put(`<tr><td class="pad" style="padding:34px 36px 30px">
<table role="presentation" width="100%%" cellpadding="0" cellspacing="0"><tr><td class="mut line" style="border-top:1px solid #ece9e2;padding-top:16px;font-size:12px;line-height:18px;color:#66757a">`)
	for i, line := range v.Foot {
		if i > 0 {
			p.put(`<br>`)
		}
		p.put(`%s`, line)
	}
	if link(v.Unsubscribe) {
		p.put(` <a href="%s" style="color:#0b6a5c">%s</a>`, v.Unsubscribe, v.T["unsubscribe"])
	}
	p.put(`</td></tr></table>
</td></tr>
</table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr></table>
</body>
</html>
`)
}
