package mail_test

import (
	"strings"
	"testing"

	"frontdesk/shared/mail"
	"frontdesk/shared/report"
)

func TestWhatNobodyAnsweredAndWhatToDoNext(t *testing.T) {
	w, err := report.Build("2026-W47", nil, report.Options{})
	if err != nil {
		t.Fatal(err)
	}
	more := mail.More{
		AskedMessages: 1234,
		Asked:         []mail.Asked{{Messages: 40, Samples: []string{"where is my <b>order</b> ***", "where is it", "a third"}}, {Messages: 2}},
		Review:        []mail.ToDo{{Text: "The filter “x” has matched nothing.", Next: "Switch it off."}},
	}
	for language, want := range map[string][]string{
		"en":    {"What no template answered", "1,234 messages", "“where is it”", "What to do next", "Switch it off.", "texts no longer kept"},
		"zh-CN": {"没有模板解答的问题", "共 1,234 条消息", "接下来做什么", "原文已不再保留"},
	} {
		m, err := mail.Compose(w, mail.Recipient{Language: language}, mail.Options{More: more})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range want {
			if !strings.Contains(m.HTML, s) || !strings.Contains(m.Text, s) {
				t.Errorf("%s: %q is not in both parts", language, s)
			}
		}
		if strings.Contains(m.HTML, "<b>order") || strings.Contains(m.HTML, "a third") {
			t.Errorf("%s: a sample is markup, or there are too many", language)
		}
	}
	m, err := mail.Compose(w, mail.Recipient{Language: "en"}, mail.Options{})
	if err != nil || strings.Contains(m.HTML+m.Text, "What no template answered") || strings.Contains(m.Text, "What to do next") {
		t.Errorf("got a section without anything in it, %v", err)
	}
}

func TestAMailThatWouldBeTooLargeTellsItsFiguresAlone(t *testing.T) {
	w := huge(t)
	var more mail.More
	for range 20 {
		sample := strings.Repeat("价", 120)
		more.Asked = append(more.Asked, mail.Asked{Messages: 3, Samples: []string{sample, sample}})
		more.Review = append(more.Review, mail.ToDo{Text: strings.Repeat("价", 600), Next: "下一步"})
	}
	for _, language := range []string{"en", "zh-CN"} {
		got, err := mail.Compose(w, mail.Recipient{Language: language}, mail.Options{More: more})
		if err != nil {
			t.Fatalf("%s: got %v, want a mail without what made it too large", language, err)
		}
		want, err := mail.Compose(w, mail.Recipient{Language: language}, mail.Options{})
		if err != nil || got != want {
			t.Errorf("%s: got %d bytes, %v, want the %d of the mail without the sections", language, len(got.HTML), err, len(want.HTML))
		}
	}
}
