package mail_test

import (
	"fmt"
	"strings"
	"testing"

	"frontdesk/shared/mail"
	"frontdesk/shared/report"
	"frontdesk/shared/rollup"
)

func number[T any](v T) *T { return &v }

// wecomShop is the shop with its second channel at WeChat customer service, a second
// account, and an app whose members are in customer contact.
func wecomShop(t testing.TB) report.Week {
	t.Helper()
	w := shop(t)
	w.Channels[1].Name = report.Name{ID: "kf-main", Name: "微信客服 Shop"}
	var days []rollup.ChannelDay
	for i, day := range []string{"2026-11-16", "2026-11-17", "2026-11-18", "2026-11-19", "2026-11-20", "2026-11-22"} {
		n := int64(i)
		days = append(days, rollup.ChannelDay{Day: day, Channel: "kf-main", Service: &rollup.ServiceDay{
			Sessions: 38 + n, BotSessions: 37 + n, Messages: 74 + 3*n, Customers: 31 + n%4, ToPeople: number(0.02), Servicers: rollup.ServicersDay{
				Sessions: n % 2, Messages: 3 * (n % 2), Customers: n % 2, ReplyRate: number(0.6 + 0.08*float64(i)), FirstReply: number(19_000 + 41_000*n)},
		}}, rollup.ChannelDay{Day: day, Channel: "app-main",
			Contact: &rollup.ContactDay{Chats: 4 + n, Messages: 21 + n, ReplyRate: number(0.75 + 0.05*float64(i%3)), FirstReply: number((3 + n) * 60_000), Added: n % 3, Lost: n / 5},
			Groups:  &rollup.GroupDay{NewChats: n / 4, NewMembers: n, Chats: 12 + n/4, Members: 431 + n},
		})
	}
	days = append(days, rollup.ChannelDay{Day: "2026-11-16", Channel: "kf-new", Service: &rollup.ServiceDay{
		Sessions: 2, Messages: 5, Customers: 2, Servicers: rollup.ServicersDay{Asked: 3, Rated: 2, Satisfied: 1},
	}})
	var err error
	w.Own, err = report.OwnFigures(w.Week, days, report.Options{Channels: map[string]string{"kf-main": "微信客服 Shop", "app-main": "Sales app", "kf-new": "New account"}})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestTheMailOfACompanyOnWeCom(t *testing.T) {
	for _, lang := range []string{mail.English, mail.Chinese} {
		t.Run(lang, func(t *testing.T) {
			m := compose(t, wecomShop(t), recipient(lang), company)
			golden(t, "wecom."+lang+".html", m.HTML)
			golden(t, "wecom."+lang+".txt", m.Subject+"\n\n"+m.Text)
			t.Logf("%s: %d bytes of HTML, %d of text", lang, len(m.HTML), len(m.Text))
		})
	}
}

func TestOwnFiguresAreShownOnlyWhereThereAreAny(t *testing.T) {
	for lang, title := range map[string]string{mail.English: "WeCom's own figures", mail.Chinese: "企业微信自己的统计"} {
		for _, w := range []report.Week{shop(t), wecomShop(t)} {
			m := compose(t, w, recipient(lang), company)
			want := len(w.Own) > 0
			if got := strings.Contains(m.Text, title); got != want {
				t.Errorf("%s, text: got %v, want %v", lang, got, want)
			}
			if got := strings.Contains(m.HTML, strings.ReplaceAll(title, "'", "&#39;")); got != want {
				t.Errorf("%s, HTML: got %v, want %v", lang, got, want)
			}
		}
	}
}

// Definitions stand with the first channel of a kind only, and a mail shows so many.
func TestOwnFiguresOfManyChannels(t *testing.T) {
	w := wecomShop(t)
	for i := range 20 {
		own := w.Own[0]
		own.Name = report.Name{ID: fmt.Sprint("kf-", i), Name: strings.Repeat("客服", 100)}
		w.Own = append(w.Own, own)
	}
	m := compose(t, w, recipient(mail.English), company)
	if n := strings.Count(m.Text, "Ours: each once in the week."); n != 1 {
		t.Errorf("got the definition %d times, want once", n)
	}
	if !strings.Contains(m.Text, "and 19 more") || !strings.Contains(m.HTML, "and 19 more") {
		t.Errorf("want it to say how many channels are not shown, got\n%s", m.Text)
	}
}

// A channel that WeCom counted and we have nothing of has dashes, no zeros.
func TestAChannelWithoutOurFigures(t *testing.T) {
	m := compose(t, wecomShop(t), recipient(mail.English), company)
	_, section, _ := strings.Cut(m.Text, "New account (1 of 7 days)\n")
	line, _, _ := strings.Cut(section, "\n")
	if want := "  Messages from customers: Ours –; WeCom 5"; line != want {
		t.Errorf("got %q, want %q", line, want)
	}
}

func TestDaysThatAreAllAlikeAreOneValue(t *testing.T) {
	w := wecomShop(t)
	w.Own[0].Service.ReplyRate = &report.Spread{Low: 0.999999, High: 1, Days: 3}
	w.Own[0].Service.FirstReply = &report.Spread{Low: 60_000, High: 60_000, Days: 3}
	m := compose(t, w, recipient(mail.English), company)
	if !strings.Contains(m.Text, "WeCom 99.9 % to 100 %\n") || !strings.Contains(m.Text, "WeCom 60 s\n") {
		t.Errorf("got\n%s", m.Text)
	}
}

func TestSatisfactionIsNeverAShareWithoutItsNumber(t *testing.T) {
	for _, c := range []struct {
		name, want string
		surveys    int64
		ratings    [5]int64
	}{
		{"nobody was asked", "", 0, [5]int64{}},
		{"nobody answered", "Satisfaction: – satisfied (4 or 5 of 5)\n  12 questions asked, none answered.\n", 12, [5]int64{}},
		{"some did", "Satisfaction: 75 % satisfied (4 or 5 of 5)\n  4 of 12 questions answered (33 %), mean 3.8. 4 or 5: 3, 3: 0, 1 or 2: 1.\n", 12, [5]int64{1, 0, 0, 1, 2}},
		{"more did than were asked", "Satisfaction: 0 % satisfied (4 or 5 of 5)\n  2 answers, more than the 1 questions of this week: some were asked last week. Mean 2.0. 4 or 5: 0, 3: 0, 1 or 2: 2.\n", 1, [5]int64{0, 2}},
	} {
		t.Run(c.name, func(t *testing.T) {
			row := rollup.Row{Day: "2026-11-16", Channel: "wa-main", Tally: rollup.Tally{Ratings: c.ratings}}
			row.Surveys, row.Conversations, row.Contained = c.surveys, 1, 1
			w, err := report.Build("2026-W47", []rollup.Row{row}, report.Options{})
			if err != nil {
				t.Fatal(err)
			}
			m := compose(t, w, mail.Recipient{}, mail.Options{})
			if c.want == "" && strings.Contains(m.Text+m.HTML, "Satisfaction") || !strings.Contains(m.Text, c.want) {
				t.Errorf("got\n%s\nwant %q", m.Text, c.want)
			}
		})
	}
}
