package mail

import "strings"

// More is what a mail tells besides figures; what is empty is left out. The texts are in the
// recipient's language and masked by whoever fills it in.
type More struct {
	// AskedMessages are all that no template answered, Asked the groups with most of them.
	AskedMessages int64
	Asked         []Asked
	Review        []ToDo
}

// Asked is questions that are alike: how many, and some of them.
type Asked struct {
	Messages int64
	Samples  []string
}

// ToDo is something to look at, and what to do next.
type ToDo struct{ Text, Next string }

// The bounds of both sections.
const (
	maxAsked, maxAskedSamples = 5, 2
	maxReview                 = 10
	maxSentence               = 600 // characters
)

// moreView is both sections, ready to be laid out.
type moreView struct {
	Title, Note string
	Rows        []bar
}

// unansweredSection is what no template answered: each group a sample, how many messages it
// has, and another sample below.
func (p printer) unansweredSection(m More) moreView {
	words := moreWords(p.lang)
	v := moreView{Title: words.asked, Note: strings.ReplaceAll(words.note, "{1}", p.number(m.AskedMessages))}
	for _, a := range m.Asked[:min(len(m.Asked), maxAsked)] {
		b := bar{Label: words.gone, Count: p.number(a.Messages)}
		for i, s := range a.Samples[:min(len(a.Samples), maxAskedSamples)] {
			if i == 0 {
				b.Label = "“" + sentence(s) + "”"
				continue
			}
			b.Sub = append(b.Sub, bar{Label: "“" + sentence(s) + "”"})
		}
		v.Rows = append(v.Rows, b)
	}
	return v
}

// reviewSection is what to look at: each with what to do next below.
func (p printer) reviewSection(m More) moreView {
	v := moreView{Title: moreWords(p.lang).review}
	for _, t := range m.Review[:min(len(m.Review), maxReview)] {
		v.Rows = append(v.Rows, bar{Label: sentence(t.Text), Sub: []bar{{Label: sentence(t.Next)}}})
	}
	return v
}

// sentence is a text on one line, of a bounded length.
func sentence(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > maxSentence {
		return string(r[:maxSentence-1]) + "…"
	}
	return s
}

func (p *page) more(v moreView) {
	if len(v.Rows) == 0 {
		return
	}
	p.section(v.Title, v.Note)
	p.put(`<table role="presentation" width="100%%" cellpadding="0" cellspacing="0" style="margin-top:4px">` + "\n")
	for _, b := range v.Rows {
		p.put(`<tr><td class="ink line" style="padding:9px 0;border-bottom:1px solid #ece9e2;font-size:15px;line-height:21px;color:#182527">%s`, b.Label)
		for _, s := range b.Sub {
			p.put(`<br><span class="mut" style="font-size:13px;line-height:19px;color:#66757a">%s</span>`, s.Label)
		}
		p.put(`</td><td class="ink line" align="right" valign="top" style="padding:9px 0 9px 12px;border-bottom:1px solid #ece9e2;font-size:15px;line-height:21px;font-weight:700;color:#182527">%s</td></tr>`+"\n", b.Count)
	}
	p.put(`</table>`)
	p.shut()
}

func (l *letter) more(v moreView) {
	if len(v.Rows) == 0 {
		return
	}
	l.section(v.Title)
	if v.Note != "" {
		l.line(v.Note)
	}
	for _, b := range v.Rows {
		l.line("  ", b.line())
		for _, s := range b.Sub {
			l.line("    ", s.line())
		}
	}
}

// sectionWords are the words of both sections. They are in no chart, so the font of charts
// needs none of them.
type sectionWords struct{ asked, note, gone, review string }

func moreWords(lang string) sectionWords {
	if lang == Chinese {
		return sectionWords{"没有模板解答的问题", "共 {1} 条消息，相似的问题归在一起。可通过 API 为每一组创建模板。", "（原文已不再保留，或没有文字）", "接下来做什么"}
	}
	return sectionWords{"What no template answered", "{1} messages; like questions together. The API makes a template of each.", "(texts no longer kept, or without words)", "What to do next"}
}
