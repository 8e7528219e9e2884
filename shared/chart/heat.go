package chart

import (
	"strconv"
)

// Heat is a value for each hour of each weekday: when.
type Heat struct {
	Frame
	Days  [7]string // names, as the values stand
	Hours [7][24]int64
}

// inBuckets is the same in spans of some hours.
func (h Heat) inBuckets(hours int) [7][]int64 {
	var out [7][]int64
	for d, day := range h.Hours {
		for from := 0; from < 24; from += hours {
			out[d] = append(out[d], sum(day[from:from+hours]))
		}
	}
	return out
}

func mostOf(days [7][]int64) (most int64) {
	for _, day := range days {
		for _, v := range day {
			most = max(most, v)
		}
	}
	return most
}

// when is a span of hours: 9–12.
func when(bucket, hours int) string {
	return strconv.Itoa(bucket*hours) + "–" + strconv.Itoa((bucket+1)*hours)
}

// Blank reports whether there is nothing to draw.
func (h Heat) Blank() bool { return h.Hours == [7][24]int64{} }

// Words is the sum of each day; the single numbers are the titles of the cells.
func (h Heat) Words() string {
	var all []string
	for d, day := range h.Hours {
		all = append(all, h.say(h.Days[d], h.Write(sum(day[:])), ""))
	}
	return h.line(all)
}

// HTML has a cell for every three hours with the number in it, so that it can be read on a
// phone and without colours.
func (h Heat) HTML() string {
	const hours = 3
	cells := h.inBuckets(hours)
	s, most := &sheet{}, mostOf(cells)
	s.put(`<table role="presentation" width="100%%" cellpadding="0" cellspacing="2" style="margin-top:8px;table-layout:fixed;border-spacing:2px">` + "\n" + `<tr><td width="36" style="width:36px;font-size:1px">&nbsp;</td>`)
	for b := range 24 / hours {
		s.put(`<td class="mut" align="center" style="font-size:11px;line-height:16px;color:%s;white-space:nowrap">%s</td>`, light("mut"), when(b, hours))
	}
	s.put("</tr>\n")
	for d, day := range cells {
		s.put(`<tr><td class="mut" width="36" style="width:36px;font-size:12px;line-height:24px;color:%s;white-space:nowrap">%s</td>`, light("mut"), h.Days[d])
		for _, v := range day {
			n := strconv.Itoa(level(v, most))
			ground, ink := light("h"+n), light("t"+n)
			s.put(`<td class="h%s t%s" align="center" bgcolor="%s"%s style="color:%s;font-size:11px;line-height:24px">%s</td>`, n, n, ground, h.exact(v), ink, h.tight(v))
		}
		s.put("</tr>\n")
	}
	s.put(`</table>`)
	return s.String()
}

// SVG draws every hour where it is wide, and three together with their number on a phone.
func (h Heat) SVG(c Canvas) string {
	hours := 1
	if c.phone() {
		hours = 3
	}
	return draw(c, h.Frame, h.Words(), func(p *picture) {
		const left, tall = 44, 26
		cells := h.inBuckets(hours)
		most, buckets := mostOf(cells), 24/hours
		for d, day := range cells {
			p.text(spot{0, p.top + 17, "mut"}, 12, fit(h.Days[d], left-4, 12))
			for b, v := range day {
				x := left + b*(p.width-left)/buckets
				wide := left + (b+1)*(p.width-left)/buckets - x
				h.cell(p, box{x, p.top, wide - 2, tall - 2, 2}, cell{level(v, most), v, h.Days[d] + " " + when(b, hours)})
			}
			p.top += tall
		}
		for b := 0; b < 24; b += 3 {
			p.text(spot{left + b*(p.width-left)/24, p.top + 14, "mut"}, 11, strconv.Itoa(b))
		}
		p.top += 20
	})
}

// cell is a value of a heat map, its shade, and when it was.
type cell struct {
	level int
	value int64
	when  string
}

func (h Heat) cell(p *picture, b box, c cell) {
	n := markup(strconv.Itoa(c.level))
	p.mark(b, "h"+n, h.say(c.when, h.Write(c.value), ""))
	if text := h.tight(c.value); em(text, 11) <= b.width {
		p.centred(spot{b.x + b.width/2, b.y + 16, "t" + n}, 11, text)
	}
}
