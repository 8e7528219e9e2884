package mail_test

import (
	"encoding/json"
	"errors"
	"flag"
	"os"
	"strings"
	"testing"

	"frontdesk/shared/mail"
	"frontdesk/shared/report"
	"frontdesk/shared/rollup"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files")

// shop is the report of the made-up shop that package report tests with.
func shop(t testing.TB) report.Week {
	t.Helper()
	b, err := os.ReadFile("../report/testdata/week.json")
	if err != nil {
		t.Fatal(err)
	}
	var w report.Week
	if err := json.Unmarshal(b, &w); err != nil {
		t.Fatal(err)
	}
	return w
}

var company = mail.Options{
	Zone: "Asia/Shanghai", Link: "https://desk.example/reports/2026-W47",
	Unsubscribe: "https://desk.example/unsubscribe?recipient=r1",
}

func recipient(lang string) mail.Recipient {
	if lang == mail.Chinese {
		return mail.Recipient{ID: "r2", Address: "wang@example.com", Name: "王小明", Language: lang}
	}
	return mail.Recipient{ID: "r1", Address: "pat@example.com", Name: "Pat Example", Language: lang}
}

func compose(t testing.TB, w report.Week, to mail.Recipient, o mail.Options) mail.Message {
	t.Helper()
	m, err := mail.Compose(w, to, o)
	if err != nil {
		t.Fatal(err)
	}
	return m
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

func TestTheWholeMail(t *testing.T) {
	for _, lang := range []string{mail.English, mail.Chinese} {
		t.Run(lang, func(t *testing.T) {
			m := compose(t, shop(t), recipient(lang), company)
			golden(t, "week."+lang+".html", m.HTML)
			golden(t, "week."+lang+".txt", m.Subject+"\n\n"+m.Text)
			t.Logf("%s: %d bytes of HTML, %d of text", lang, len(m.HTML), len(m.Text))
		})
	}
}

// team is the report of a team of the shop.
func team(t *testing.T) report.Week {
	w := shop(t)
	w.Team, w.Own, w.Teams = &report.Name{ID: "care", Name: "客服 Customer care"}, nil, nil
	kept := func(met, broken int64) report.Kept {
		share := float64(met) / float64(met+broken)
		return report.Kept{Met: met, Broken: broken, Share: &share}
	}
	w.Figures.SLA = report.Promises{FirstReply: kept(88, 11), Resolution: kept(52, 3)}
	w.Agents = []report.Agent{
		{Name: report.Name{ID: "zhang", Name: "zhang"}, Messages: 96, Answers: 71, Resolved: 31, Reply: &report.Times{Count: 71, Median: 660_000, P90: 2_400_000, Mean: 900_000}},
		{Name: report.Name{ID: "mei", Name: "mei"}, Messages: 40, Answers: 28, Resolved: 21, Reply: &report.Times{Count: 28, Median: 1_500_000, P90: 3_600_000, Mean: 1_900_000}},
		{Name: report.Name{ID: "*", Name: "*"}, Messages: 3},
	}
	return w
}

func TestTheWholeMailOfATeam(t *testing.T) {
	for _, lang := range []string{mail.English, mail.Chinese} {
		t.Run(lang, func(t *testing.T) {
			to := recipient(lang)
			to.Team = "care"
			m := compose(t, team(t), to, company)
			golden(t, "team."+lang+".html", m.HTML)
			golden(t, "team."+lang+".txt", m.Subject+"\n\n"+m.Text)
		})
	}
}

func TestWhatASubjectSays(t *testing.T) {
	tests := []struct {
		name   string
		change func(*report.Week)
		en, zh string
	}{
		{"the headline and its change", func(*report.Week) {}, "Week 47: 93 % answered by templates (▲ 0.5 pts), 1,711 conversations (▲ 4 %)", "第 47 周：93% 由模板直接解答（▲ 0.5 个百分点），1,711 个会话（▲ 4%）"},
		{"nothing to compare with", func(w *report.Week) { w.Changes = nil }, "Week 47: 93 % answered by templates, 1,711 conversations", "第 47 周：93% 由模板直接解答，1,711 个会话"},
		{"nothing needed an answer", func(w *report.Week) { w.Figures.ContainedShare = nil }, "Week 47: 1,711 conversations, none needed an answer", "第 47 周：1,711 个会话，都无需答复"},
		{"a team that people did not answer for", func(w *report.Week) {
			w.Team, w.Figures.FirstReplyPeople = &report.Name{ID: "care", Name: "Care"}, nil
		}, "Week 47, Care: 93 % answered by templates (▲ 0.5 pts), 1,711 conversations (▲ 4 %)", "第 47 周（Care）：93% 由模板直接解答（▲ 0.5 个百分点），1,711 个会话（▲ 4%）"},
	}
	for _, tt := range tests {
		for lang, want := range map[string]string{mail.English: tt.en, mail.Chinese: tt.zh} {
			w := shop(t)
			tt.change(&w)
			if got := compose(t, w, recipient(lang), company).Subject; got != want {
				t.Errorf("%s: got %s\nwant %s", tt.name, got, want)
			}
		}
	}
}

func TestTheHTMLHoldsInEveryClient(t *testing.T) {
	for _, lang := range []string{mail.English, mail.Chinese} {
		html := compose(t, huge(t), recipient(lang), company).HTML
		if len(html) > mail.MaxHTML {
			t.Errorf("%s: got %d bytes, want at most %d", lang, len(html), mail.MaxHTML)
		}
		t.Logf("%s: %d bytes with 200 teams and channels of long names", lang, len(html))
		for _, never := range []string{"<script", "<img", "<link", "<iframe", "<svg", "<form", "@import", "@font-face", "url(", "expression(", "onload", "ZgotmplZ", "<no value>", "%!"} {
			if strings.Contains(strings.ToLower(html), strings.ToLower(never)) {
				t.Errorf("%s: the HTML holds %s", lang, never)
			}
		}
		if open, shut := strings.Count(html, "<table"), strings.Count(html, "</table>"); open != shut {
			t.Errorf("%s: %d tables are opened and %d closed", lang, open, shut)
		}
	}
}

// huge is a report with more of everything than a mail can show.
func huge(t *testing.T) report.Week {
	w := wecomShop(t)
	long := strings.Repeat("客服团队 long name ", 30)
	for range 50 {
		own := w.Own[0]
		own.Name.Name = long
		w.Own = append(w.Own, own)
	}
	g := w.Teams[0]
	g.Name.Name = long
	for range 200 {
		w.Teams, w.Channels = append([]report.Group{g}, w.Teams...), append(w.Channels, g)
		w.Filters = append(w.Filters, report.Filter{Name: g.Name, Messages: 1})
		w.Templates = append(w.Templates, report.Template{Name: g.Name, Messages: 5, Failed: 2, Read: 1})
		w.Failures = append(w.Failures, report.Failure{Code: -1, Reason: long, Messages: 1})
	}
	return w
}

func TestWhatPeopleTypedIsNeverMarkup(t *testing.T) {
	const evil = `<script>alert(1)</script>"'{{.}}&`
	w := shop(t)
	w.Filters[0].Name.Name, w.Templates[0].Name.Name, w.Teams[0].Name.Name, w.Channels[0].Name.Name = evil, evil, evil, evil
	w.Own = wecomShop(t).Own
	w.Own[0].Name.Name = evil
	w.Team = &report.Name{ID: "care", Name: evil + "\r\nBcc: x"}
	to := recipient(mail.English)
	to.Name = evil
	m := compose(t, w, to, mail.Options{Link: "javascript:alert(1)", Unsubscribe: "javascript:alert(1)", Zone: evil})
	if strings.Contains(m.HTML, "<script") || strings.Contains(m.HTML, "javascript:") || !strings.Contains(m.HTML, "&lt;script&gt;") {
		t.Error("what somebody typed became markup")
	}
	if !strings.Contains(m.Text, evil) || strings.ContainsAny(m.Subject, "\r\n") {
		t.Errorf("got the subject %q, want one line; the text part shows names as they are", m.Subject)
	}
}

// A reply that may have reached somebody twice is never kept from managers.
func TestRepliesThatMayHaveGoneOutTwiceAreShown(t *testing.T) {
	for lang, want := range map[string]string{mail.English: "Replies that may have gone out twice", mail.Chinese: "可能重复发出的回复"} {
		for _, n := range []int64{0, 73} {
			w := shop(t)
			w.Figures.Unproven = n
			m := compose(t, w, recipient(lang), company)
			if shown := strings.Contains(m.HTML, want) && strings.Contains(m.Text, want); shown != (n > 0) {
				t.Errorf("%s, %d of them: got shown %v, want it in both parts when there are any", lang, n, shown)
			}
		}
	}
}

func TestAPartIsOnlyForItsTeam(t *testing.T) {
	to := recipient(mail.English)
	to.Team = "care"
	w := shop(t)
	if _, err := mail.Compose(w, to, company); !errors.Is(err, mail.ErrScope) {
		t.Errorf("the whole report: got %v, want ErrScope", err)
	}
	w.Team = &report.Name{ID: "sales", Name: "Sales"}
	if _, err := mail.Compose(w, to, company); !errors.Is(err, mail.ErrScope) {
		t.Errorf("another team's report: got %v, want ErrScope", err)
	}
	w.Team = &report.Name{ID: "care", Name: "Customer care"}
	if m := compose(t, w, to, company); m.Subject != "Week 47, Customer care: people first replied in 18 min (▲ 5.6 %), 15 left waiting" {
		t.Errorf("got the subject %q, want the team in it", m.Subject)
	}
}

func TestAWeekThatIsNotComplete(t *testing.T) {
	rows := rollup.New("2026-11-16").Rows()
	rows = append(rows, rollup.Row{Day: "2026-11-17", Channel: "wa-main", Tally: rollup.Tally{Counts: rollup.Counts{In: 2, Conversations: 1, Contained: 1}}})
	w, err := report.Build("2026-W47", rows, report.Options{})
	if err != nil {
		t.Fatal(err)
	}
	m := compose(t, w, mail.Recipient{}, mail.Options{})
	const notice = "No figures yet for Wednesday, Thursday, Friday, Saturday and Sunday."
	if !strings.Contains(m.HTML, notice) || !strings.Contains(m.Text, notice) {
		t.Errorf("want it to say %q, got\n%s", notice, m.Text)
	}
	if strings.Contains(m.Text, "vs last week") {
		t.Errorf("there is nothing to compare with, got\n%s", m.Text)
	}
}

func TestAWeekWithoutFiguresOrConversations(t *testing.T) {
	for _, c := range []struct {
		name, says string
		rows       []rollup.Row
	}{
		{"no figures", "Week 47 has no figures yet.", nil},
		{"no conversations", "Week 47 was quiet.", rollup.New("2026-11-16").Rows()},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, err := report.Build("2026-W47", c.rows, report.Options{})
			if err != nil {
				t.Fatal(err)
			}
			m := compose(t, w, mail.Recipient{}, mail.Options{})
			if !strings.Contains(m.HTML, c.says) || !strings.Contains(m.Text, c.says) || m.Subject != "Week 47: no conversations" {
				t.Errorf("got %q and\n%s\nwant %q", m.Subject, m.Text, c.says)
			}
		})
	}
}

func TestRefusesAReportWithoutDates(t *testing.T) {
	if m, err := mail.Compose(report.Week{Week: "2026-W47"}, recipient(mail.English), company); err == nil {
		t.Errorf("got %q, want an error", m.Subject)
	}
}

func BenchmarkCompose(b *testing.B) {
	w, to := shop(b), recipient(mail.English)
	b.ReportAllocs()
	for b.Loop() {
		m := compose(b, w, to, company)
		if _, err := mail.MIME(m, headers); err != nil {
			b.Fatal(err)
		}
	}
}
