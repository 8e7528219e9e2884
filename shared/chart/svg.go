package chart

import "fmt"

// Canvas is how large and how coloured an SVG is.
type Canvas struct {
	// Width is pixels, from [MinWidth] to [MaxWidth]; 0 is 600. Below [narrow] a chart
	// is laid out for a phone: fewer, larger parts.
	Width int
	// Theme is light, dark, or empty: as the reader's system is set.
	Theme string
}

// The widths that an SVG can have, in pixels.
const (
	MinWidth = 280
	MaxWidth = 1600
	narrow   = 480
)

func (c Canvas) width() int {
	if c.Width == 0 {
		return 600
	}
	return min(max(c.Width, MinWidth), MaxWidth)
}

func (c Canvas) phone() bool { return c.width() < narrow }

// fonts are on every system that shows Chinese, and need no download elsewhere.
const fonts markup = `-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'PingFang SC','Noto Sans CJK SC','Noto Sans SC','Microsoft YaHei',FrontdeskSC,sans-serif`

// picture is an SVG being drawn from the top down.
type picture struct {
	sheet
	frame Frame
	width int
	top   int // where the next thing goes
}

// draw makes an SVG: the title, what body draws below it, and the numbers in words.
func draw(c Canvas, f Frame, words string, body func(p *picture)) string {
	p := &picture{frame: f, width: c.width(), top: 22}
	p.text(spot{0, p.top, "ink b"}, 16, fit(f.Title, p.width, 16))
	if f.Note != "" {
		p.top += 21
		p.text(spot{0, p.top, "mut"}, 13, fit(f.Note, p.width, 13))
	}
	p.top += 14
	body(p)
	out := &sheet{}
	out.put(`<svg xmlns="http://www.w3.org/2000/svg" class="fd-%s" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-labelledby="%s-title %s-desc" xml:lang="%s"><title id="%s-title">%s</title><desc id="%s-desc">%s</desc>`+"\n",
		f.Name, p.width, p.top+4, p.width, p.top+4, f.Name, f.Name, f.Lang, f.Name, clean(f.Title), f.Name, clean(words))
	out.style(f, c.Theme)
	out.WriteString(p.String())
	out.put("</svg>\n")
	return out.String()
}

// style has every rule below the chart's own class, so that a page can hold several charts.
func (s *sheet) style(f Frame, theme string) {
	root := markup(fmt.Sprintf(".fd-%s", f.Name))
	s.put("<style>%s{font-family:%s}%s text{font-variant-numeric:tabular-nums}%s .b{font-weight:600}\n", root, fonts, root, root)
	if face := face(f.Lang); face != "" {
		s.put("%s\n", face)
	}
	if theme != "dark" {
		s.rules(root, func(c colour) markup { return c.light })
	}
	switch theme {
	case "dark":
		s.rules(root, func(c colour) markup { return c.dark })
	case "":
		s.put("@media (prefers-color-scheme:dark){")
		s.rules(root, func(c colour) markup { return c.dark })
		s.put("}")
	}
	s.put("</style>\n")
}

func (s *sheet) rules(root markup, pick func(colour) markup) {
	for _, class := range classes() {
		s.put("%s .%s{fill:%s}", root, markup(class), pick(of(class)))
	}
	s.put("\n")
}

// spot is where a text stands: its base line, and the classes of its look.
type spot struct {
	x, y  int
	class markup
}

func (p *picture) text(at spot, size int, text string) { p.anchored(at, size, "start", text) }

func (p *picture) centred(at spot, size int, text string) { p.anchored(at, size, "middle", text) }

func (p *picture) right(at spot, size int, text string) { p.anchored(at, size, "end", text) }

func (p *picture) anchored(at spot, size int, anchor markup, text string) {
	if text == "" {
		return
	}
	p.put(`<text class="%s" x="%d" y="%d" font-size="%d" text-anchor="%s">%s</text>`+"\n", at.class, at.x, at.y, size, anchor, clean(text))
}

// named is a name with what is told of it behind it, smaller, and the classes of both.
func (p *picture) named(name, aside string, classes [2]markup) {
	p.put(`<text class="%s" x="0" y="%d" font-size="14">%s<tspan class="%s" font-size="12" dx="8">%s</tspan></text>`+"\n", classes[0], p.top, clean(name), classes[1], clean(aside))
}

// box is a rectangle in pixels.
type box struct{ x, y, width, height, round int }

// mark is a filled rectangle, with what it says when it is pointed at.
func (p *picture) mark(b box, class markup, says string) {
	if b.width <= 0 || b.height <= 0 {
		return
	}
	p.put(`<rect class="%s" x="%d" y="%d" width="%d" height="%d"`, class, b.x, b.y, b.width, b.height)
	if b.round > 0 {
		p.put(` rx="%d"`, b.round)
	}
	if says == "" {
		p.put("/>\n")
		return
	}
	p.put(`><title>%s</title></rect>`+"\n", clean(says))
}

// key is a line that tells what the colours are.
func (p *picture) key(all []keyed) {
	x := 0
	for _, k := range all {
		wide := 16 + em(k.name, 13) + em(k.text, 13) + 6
		if x > 0 && x+wide > p.width {
			x, p.top = 0, p.top+20
		}
		p.mark(box{x, p.top + 3, 10, 10, 5}, k.class, "")
		p.put(`<text class="mut" x="%d" y="%d" font-size="13">%s <tspan class="ink b">%s</tspan></text>`+"\n", x+16, p.top+12, clean(k.name), clean(k.text))
		x += wide + 14
	}
	p.top += 22
}

// keyed is a colour with its name and, perhaps, its number.
type keyed struct {
	class      markup
	name, text string
}

// span is a length of pixels, of which there is at least one when there is any value.
func span(value, most int64, pixels int) int {
	r := ratio(value, most)
	if r == 0 {
		return 0
	}
	return max(int(r*float64(pixels)+0.5), 1)
}
