package chart_test

import (
	"encoding/xml"
	"flag"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/chart"
)

var update = flag.Bool("update", false, "write the golden files")

// shown is a chart of each kind in a language, as a week of a made-up shop has them.
func shown(lang string) []chart.Chart {
	en := lang == "en"
	word := func(english, chinese string) string {
		if en {
			return english
		}
		return chinese
	}
	frame := func(name, title string) chart.Frame {
		return chart.Frame{Name: name, Title: title, Lang: lang, Missing: word("no figures yet", "尚无数据")}
	}
	short := strings.Split(word("Mon,Tue,Wed,Thu,Fri,Sat,Sun", "周一,周二,周三,周四,周五,周六,周日"), ",")
	trend := chart.Columns{Frame: frame("trend", word("Eight weeks", "近八周"))}
	trend.Note = word("Conversations, and the share answered by templates alone", "会话数，以及由模板直接解答的比例")
	for i, n := range []int64{1296, 1348, 0, 0, 1520, 123456, 1645, 1711} {
		trend.Columns = append(trend.Columns, chart.Column{Label: "W4" + string(rune('0'+i)), Value: n, Note: "92 %", Now: i == 7, Missing: i == 3})
	}
	days := chart.Stacks{Frame: frame("days", word("Day by day", "每日情况")), Series: []chart.Series{
		{Name: word("Templates", "模板"), Tone: chart.Bot}, {Name: word("People", "人工"), Tone: chart.People},
		{Name: word("Unanswered", "未答复"), Tone: chart.None}, {Name: word("Calendar", "日历"), Tone: chart.Other}}}
	heat := chart.Heat{Frame: frame("heat", word("When customers write", "客户何时来信"))}
	for i, day := range short {
		heat.Days[i] = day
		days.Stacks = append(days.Stacks, chart.Stack{Label: day, Values: []int64{int64(258 - 20*i), 13, 5, int64(i)}, Missing: i == 4})
		for h := range 24 {
			heat.Hours[i][h] = int64(max(0, 66-(h-12)*(h-12)-3*i))
		}
	}
	bars := chart.Bars{Frame: frame("filters", word("What customers asked", "客户问了什么")), Of: 3422, Bars: []chart.Ranked{
		{Label: word("Price questions <&> \"others\"", "价格咨询"), Value: 1508}, {Label: word("Opening hours", "营业时间"), Value: 470, Note: word("74 % read", "74% 已读")}, {Label: word("Never", "从未"), Value: 0}}}
	times := chart.Times{Frame: frame("times", word("How long customers waited", "客户等了多久")), Half: word("half within", "半数不超过"), Most: word("9 of 10 within", "九成不超过"), Times: []chart.Took{
		{Label: word("Templates", "模板"), Median: 1100, P90: 1800}, {Label: word("People", "人工"), Median: 18 * 60_000, P90: 65 * 60_000, Note: word("12 min in business hours", "工作时间内 12 分钟")}, {Label: word("Calendar", "日历"), Missing: true}}}
	times.Unit = chart.Duration
	share := chart.Columns{Frame: frame("contained", word("Answered by templates alone", "由模板直接解答的会话"))}
	share.Unit = chart.Share
	for i, s := range []float64{0.93, 0.94, 0.9, 0, 0.91, 0.96, 0.92, 0.93} {
		share.Columns = append(share.Columns, chart.Column{Label: "W4" + string(rune('0'+i)), Value: chart.Millionths(s), Now: i == 7, Missing: i == 3})
	}
	return []chart.Chart{trend, days, heat, bars, times, share}
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	file = "testdata/" + file
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s (-want +got):\n%s", file, d)
	}
}

func TestEachKindOfChartInBothLanguages(t *testing.T) {
	for _, lang := range []string{"en", "zh-CN"} {
		for _, c := range shown(lang) {
			name := c.Head().Name + "." + lang
			golden(t, name+".html", c.HTML())
			golden(t, name+".txt", c.Words()+"\n")
			golden(t, name+".svg", withoutFont(c.SVG(chart.Canvas{})))
			golden(t, name+".phone.svg", withoutFont(c.SVG(chart.Canvas{Width: 340, Theme: "dark"})))
		}
	}
}

// withoutFont leaves the font's own bytes out of a golden file.
func withoutFont(svg string) string {
	return regexp.MustCompile("base64,[A-Za-z0-9+/=]+").ReplaceAllString(svg, "base64,…")
}

func TestAChineseSVGBringsItsFontAlong(t *testing.T) {
	for _, lang := range []string{"en", "zh-CN"} {
		svg := shown(lang)[0].SVG(chart.Canvas{})
		if got := strings.Contains(svg, "font/woff2;base64,d09GMk"); got != (lang == "zh-CN") {
			t.Errorf("%s: got a font %v in %d bytes", lang, got, len(svg))
		}
	}
}

// inText is what a reader without eyes gets of an SVG or a table: its texts, titles and
// descriptions. It fails when it is not well-formed.
func inText(t interface{ Fatalf(string, ...any) }, doc string) string {
	d := xml.NewDecoder(strings.NewReader("<all>" + doc + "</all>"))
	d.Entity, d.AutoClose, d.Strict = xml.HTMLEntity, []string{"br"}, !strings.HasPrefix(doc, "<table")
	var out strings.Builder
	for {
		token, err := d.Token()
		if err == io.EOF {
			return out.String()
		}
		if err != nil {
			t.Fatalf("not well-formed: %v in\n%s", err, doc)
		}
		switch v := token.(type) {
		case xml.CharData:
			out.Write(v)
			out.WriteString("\n")
		case xml.StartElement:
			for _, a := range v.Attr {
				if a.Name.Local == "title" {
					out.WriteString(a.Value + "\n")
				}
			}
		}
	}
}

func TestAnSVGCanBeReadAloudAndStandsBesideOthers(t *testing.T) {
	for _, c := range shown("zh-CN") {
		name, svg := c.Head().Name, c.SVG(chart.Canvas{})
		for _, want := range []string{`role="img"`, `aria-labelledby="` + name + `-title ` + name + `-desc"`, `xml:lang="zh-CN"`, "<desc ", "prefers-color-scheme:dark", c.Head().Title} {
			if !strings.Contains(svg, want) {
				t.Errorf("%s: got no %s", name, want)
			}
		}
		if !strings.Contains(inText(t, svg), c.Words()) {
			t.Errorf("%s: the description does not hold %q", name, c.Words())
		}
		for _, never := range []string{"<script", "<image", "http://", "https://", "<foreignObject"} {
			if rest := strings.ReplaceAll(svg, `xmlns="http://www.w3.org/2000/svg"`, ""); strings.Contains(rest, never) {
				t.Errorf("%s: got %s in it, want nothing that loads or runs", name, never)
			}
		}
	}
}

func TestAThemeIsOneSetOfColours(t *testing.T) {
	c := shown("en")[0]
	light, dark := c.SVG(chart.Canvas{Theme: "light"}), c.SVG(chart.Canvas{Theme: "dark"})
	if strings.Contains(light, "prefers") || strings.Contains(dark, "prefers") {
		t.Error("a theme that was asked for still follows the system")
	}
	if !strings.Contains(light, ".bot{fill:#0f7b6c}") || !strings.Contains(dark, ".bot{fill:#35b39c}") {
		t.Error("the colours are not those of the theme")
	}
}

func TestWhatPeopleTypedIsOnlyText(t *testing.T) {
	const evil = "<script>alert(1)</script>\"'&\x00\x1b"
	c := chart.Bars{Frame: chart.Frame{Name: "x", Title: evil, Note: evil, Lang: "en"}, Bars: []chart.Ranked{{Label: evil, Note: evil, Value: 1}}}
	for _, doc := range []string{c.HTML(), c.SVG(chart.Canvas{})} {
		if strings.Contains(doc, "<script") || !strings.Contains(doc, "&lt;script") {
			t.Errorf("what somebody typed became markup:\n%s", doc)
		}
	}
	inText(t, c.SVG(chart.Canvas{}))
}

func TestNothingToDraw(t *testing.T) {
	for _, c := range []chart.Chart{chart.Columns{}, chart.Stacks{}, chart.Heat{}, chart.Bars{}, chart.Times{}, chart.Times{Times: []chart.Took{{Missing: true}}}} {
		if !c.Blank() {
			t.Errorf("%T: got something to draw, want nothing", c)
		}
		inText(t, c.SVG(chart.Canvas{}))
		inText(t, c.HTML())
	}
	for _, c := range shown("en") {
		if c.Blank() {
			t.Errorf("%s: got nothing to draw", c.Head().Name)
		}
	}
}

func BenchmarkSVG(b *testing.B) {
	for _, c := range shown("zh-CN") {
		b.Run(c.Head().Name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.SVG(chart.Canvas{})
			}
		})
	}
}

func BenchmarkHTML(b *testing.B) {
	for _, c := range shown("zh-CN") {
		b.Run(c.Head().Name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.HTML()
			}
		})
	}
}
