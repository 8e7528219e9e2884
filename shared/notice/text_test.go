package notice_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/errand"
	"frontdesk/shared/notice"
	"frontdesk/shared/playbook"
	"frontdesk/shared/record"
)

var update = flag.Bool("update", false, "write the golden files")

// book tells two teams and the whole company of everything.
func book(language string, mention ...string) *playbook.Playbook {
	sales := map[string]string{"en": "Sales", "zh-CN": "销售部"}[language]
	return &playbook.Playbook{
		Languages: []string{language, "fr"},
		Teams:     []playbook.Team{{ID: "sales", Name: sales}},
		Notices:   []playbook.Notice{{On: []string{notice.HandOff, notice.Failed, notice.Weekly, notice.PromiseWarning, notice.PromiseBroken, notice.FollowUp}, To: []string{robot}, Mention: mention}},
	}
}

// happened is a conversation that was handed off n seconds after noon.
func happened(n int) notice.Event {
	at := noon.Add(time.Duration(n) * time.Second)
	return notice.Event{HandedOff: true, At: at, Since: at.Add(-4 * time.Minute), Channel: "kf-main", Conversation: fmt.Sprintf("conversation%05d", n), Team: "sales", Filter: "Complaints"}
}

// scenes are all that teams are told.
func scenes(t *testing.T, b *playbook.Playbook) map[string][]record.TeamNotice {
	failed, nobodys, gaveUp := happened(1), happened(2), happened(3)
	failed.Failed, failed.Filter, failed.Reason = true, "", "window_shut"
	nobodys.Team, nobodys.Filter, nobodys.Since = "", "fallback", noon.Add(-30*time.Hour)
	gaveUp.Failed, gaveUp.Filter, gaveUp.Reason, gaveUp.Team = true, "", "gave_up", ""
	var many, mixed []record.TeamNotice
	for n := range 17 {
		e := happened(n)
		many = append(many, notice.For(b, e)...)
		e.Team = []string{"sales", "", "support", "returns", "tea"}[n%5]
		e.Failed = n%7 == 3
		mixed = append(mixed, notice.For(b, e)...)
	}
	week, err := notice.ForWeek(b, noon, func(language string) (notice.Card, error) {
		return notice.Card{Title: "Week 47 (" + language + ")", Lines: [][2]string{{"Conversations", "48"}, {"Unanswered", "3"}}}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	old := happened(4)
	old.At = noon.Add(-7 * time.Hour)
	warned, broken, again := other(5, notice.PromiseWarning, "first_reply"), other(6, notice.PromiseBroken, "next_reply"), other(7, notice.FollowUp, "")
	warned.Deadline, broken.Deadline, broken.Team, again.Filter = noon.Add(10*time.Minute), noon.Add(6*time.Second), "", "Later"
	slow := other(8, notice.PromiseBroken, "resolution")
	slow.Deadline = noon.Add(-30 * time.Hour)
	var several []record.TeamNotice
	for n := range 8 {
		several = append(several, notice.For(b, other(10+n, notice.PromiseBroken, "first_reply"))...)
	}
	return map[string][]record.TeamNotice{
		"1 a filter handed off": notice.For(b, happened(0)), "2 nobody's, since yesterday": notice.For(b, nobodys),
		"3 a reply was not sent": notice.For(b, failed), "4 given up": notice.For(b, gaveUp), "5 many of one team": many, "6 many of several": mixed,
		"7 an old one": notice.For(b, old), "8 the week": week,
		"a a promise is about to be broken": notice.For(b, warned), "b a promise is broken, of no team": notice.For(b, broken), "c broken since yesterday": notice.For(b, slow),
		"d to be looked at again": notice.For(b, again), "e many broken promises": several,
	}
}

// other is what happened to a conversation that is with people already.
func other(n int, event, reason string) notice.Event {
	e := happened(n)
	e.HandedOff, e.Filter, e.Other, e.Reason = false, "", event, reason
	return e
}

// TestNoticesInFull shows every notice as it is sent, in both languages, through a robot
// (without a link, with one, and with somebody to mention) and to an app's group. The
// sandbox takes each.
func TestNoticesInFull(t *testing.T) {
	for _, lang := range []string{"en", "zh-CN"} {
		var all bytes.Buffer
		for _, form := range []struct {
			name, channel, link string
			mention             []string
		}{
			{"robot", robot, "", nil}, {"robot with a link", robot, desk, nil}, {"robot that mentions", robot, desk, []string{"zhang"}},
			{"group", "group-sales", "", nil}, {"group with a link", "group-sales", desk, nil},
		} {
			found := scenes(t, book(lang, form.mention...))
			names := make([]string, 0, len(found))
			for name := range found {
				names = append(names, name)
			}
			slices.Sort(names)
			for _, name := range names {
				fmt.Fprintf(&all, "== %s, %s\n%s\n", name, form.name, shown(t, form.channel, form.link, found[name]))
			}
		}
		file := "testdata/notices." + lang + ".txt"
		if *update {
			if err := os.WriteFile(file, all.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(string(want), all.String()); d != "" {
			t.Errorf("%s (-want +got):\n%s", file, d)
		}
	}
}

// shown sends rows through a channel and returns what the sandbox took.
func shown(t *testing.T, to, link string, rows []record.TeamNotice) string {
	t.Helper()
	w := newWorld(t, nil)
	w.makeChat()
	for i := range w.channels {
		w.channels[i].Link = link
	}
	for i := range rows {
		rows[i].To = to
		w.must(w.store.Record(context.Background(), deskTurn(rows[i])))
	}
	r := w.process(w.db)
	w.must(r.Run(context.Background(), errand.Errand{Channel: to, At: noon}, 1))
	sent := w.sandbox.Sent()
	if len(sent) != 1 {
		t.Fatalf("got %d notices, refused %v, want one", len(sent), w.refused)
	}
	var content any
	w.must(json.Unmarshal(sent[0].Body, &content))
	var body bytes.Buffer
	e := json.NewEncoder(&body)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	w.must(e.Encode(content))
	return sent[0].Type + " " + strings.TrimSpace(body.String())
}

// makeChat makes the group that the app writes to.
func (w *world) makeChat() {
	w.t.Helper()
	w.must(w.api("appchat/create", `{"name":"Sales","owner":"zhang","userlist":["zhang","li"],"chatid":"CHATID1"}`))
}

func TestWhoIsTold(t *testing.T) {
	two := []string{"robot-a", "robot-b"}
	for _, c := range []struct {
		name    string
		notices []playbook.Notice
		event   notice.Event
		want    string // channel, event, language, mention
	}{
		{"nobody wants to know", nil, happened(0), ""},
		{"two channels", []playbook.Notice{{On: []string{"hand_off"}, To: two}}, happened(0), "robot-a hand_off en []; robot-b hand_off en []"},
		{"another event", []playbook.Notice{{On: []string{"failed", "weekly"}, To: two}}, happened(0), ""},
		{"another team's", []playbook.Notice{{On: []string{"hand_off"}, Teams: []string{"support"}, To: two}}, happened(0), ""},
		{"the team's", []playbook.Notice{{On: []string{"hand_off"}, Teams: []string{"support", "sales"}, To: two[:1]}}, happened(0), "robot-a hand_off en []"},
		{"nobody's is for those who want all", []playbook.Notice{{On: []string{"hand_off"}, Teams: []string{"sales"}, To: two[:1]}, {On: []string{"hand_off"}, To: two[1:]}},
			notice.Event{HandedOff: true, At: noon}, "robot-b hand_off en []"},
		{"both at once is told once, as what is worse", []playbook.Notice{{On: []string{"hand_off", "failed"}, To: two[:1]}},
			notice.Event{HandedOff: true, Failed: true, At: noon}, "robot-a failed en []"},
		{"who wants hand-offs hears of a failure that is one", []playbook.Notice{{On: []string{"hand_off"}, To: two[:1]}},
			notice.Event{HandedOff: true, Failed: true, At: noon}, "robot-a failed en []"},
		{"two notices name a channel", []playbook.Notice{{On: []string{"hand_off"}, To: two, Language: "zh-TW", Mention: []string{"li"}}, {On: []string{"hand_off"}, To: two[:1], Mention: []string{"zhang", "li"}}},
			happened(0), "robot-a hand_off zh-CN [li zhang]; robot-b hand_off zh-CN [li]"},
		{"nothing happened", []playbook.Notice{{On: []string{"hand_off", "failed"}, To: two}}, notice.Event{At: noon}, ""},
	} {
		b := book("en")
		b.Notices = c.notices
		var got []string
		for _, r := range notice.For(b, c.event) {
			got = append(got, fmt.Sprintf("%s %s %s %v", r.To, r.Event, r.Language, r.Mention))
		}
		if text := strings.Join(got, "; "); text != c.want {
			t.Errorf("%s: got %q, want %q", c.name, text, c.want)
		}
	}
}

func TestAnEventFitsIntoItsTransaction(t *testing.T) {
	b := book("en")
	for n := range 100 {
		b.Notices = append(b.Notices, playbook.Notice{On: []string{notice.HandOff}, To: []string{fmt.Sprintf("robot-%d", n)}})
	}
	if rows := notice.For(b, happened(0)); len(rows) != notice.MaxChannels {
		t.Errorf("got %d rows, want %d at most", len(rows), notice.MaxChannels)
	}
}

func TestEverythingIsSaidInBothLanguages(t *testing.T) {
	for _, reason := range []string{"render_failed", "window_shut", "send_failed", "gave_up", "send_unknown", "opted_out", "portfolio_limit", "delivery_failed", "replies_used_up", "session_over"} {
		if !notice.Failure(reason) {
			t.Errorf("%s is no failure", reason)
		}
		for _, lang := range []string{"en", "zh-CN"} {
			e := happened(0)
			e.Filter, e.Reason = "", reason
			text := shown(t, robot, "", notice.For(book(lang), e))
			if want := map[string]string{"en": "Why: ", "zh-CN": "原因: "}[lang]; !strings.Contains(text, want) {
				t.Errorf("%s in %s: got %s, want words for it", reason, lang, text)
			}
		}
	}
	e := happened(0)
	e.Filter, e.Reason = "", "something a customer wrote"
	if text := shown(t, robot, "", notice.For(book("en"), e)); notice.Failure(e.Reason) || strings.Contains(text, "wrote") || strings.Contains(text, "Why") {
		t.Errorf("got %s, want nothing of a reason that we do not know", text)
	}
}
