package mail_test

import (
	"strings"
	"testing"

	"frontdesk/shared/mail"
	"frontdesk/shared/report"
)

func TestTheCardSaysWhatTheMailSays(t *testing.T) {
	for _, lang := range []string{mail.English, mail.Chinese} {
		card, err := mail.MakeCard(shop(t), lang)
		if err != nil {
			t.Fatal(err)
		}
		all := []string{card.Title}
		for _, l := range card.Lines {
			all = append(all, l[0]+": "+l[1])
		}
		golden(t, "card."+lang+".txt", strings.Join(all, "\n")+"\n")
	}
}

func TestACardOfAWeekWithoutFigures(t *testing.T) {
	w := report.Week{Week: "2026-W47", From: "2026-11-16", To: "2026-11-22", Missing: []string{"2026-11-22"}, Days: make([]report.Day, 7)}
	w.Days[6].Missing = true
	card, err := mail.MakeCard(w, "en")
	if err != nil || len(card.Lines) != 6 || card.Lines[5] != [2]string{"no figures yet", "Sun"} || card.Lines[4][1] != "–" || card.Lines[1][1] != "0" {
		t.Errorf("got %+v, %v, want no shares, no time, and the day that is missing", card, err)
	}
	if _, err := mail.MakeCard(report.Week{}, "en"); err == nil {
		t.Error("got a card of no week")
	}
}
