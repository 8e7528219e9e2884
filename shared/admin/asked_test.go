package admin_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/admin"
	"frontdesk/shared/clockwork"
	"frontdesk/shared/conversation"
	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
	"frontdesk/shared/record"
	"frontdesk/shared/table"
)

// asked stores what contacts asked on Tuesday and nobody answered, and rolls it up.
func (s *shop) asked(team string, texts ...string) {
	s.t.Helper()
	s.askedOn("2026-11-17", team, texts...)
}

func (s *shop) askedOn(day, team string, texts ...string) {
	s.t.Helper()
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		s.t.Fatal(err)
	}
	at, err := time.ParseInLocation(time.DateOnly, day, zone)
	if err != nil {
		s.t.Fatal(err)
	}
	at = at.Add(12 * time.Hour).UTC()
	for i, words := range texts {
		who := message.Person{UserID: fmt.Sprint(team, i), Name: "Zhang San"}
		home := conversation.ID("wa-main", who)
		m := conversation.Message{ChannelID: fmt.Sprint("wamid.", team, i), Conversation: home, Channel: "wa-main", Direction: conversation.In,
			At: at.Add(time.Duration(i) * time.Minute), Type: "text", Text: words, Outcome: conversation.Unanswered, Filter: "none"}
		m.ID = conversation.InboundID(message.Inbound{Channel: m.Channel, ID: m.ChannelID, Time: m.At})
		m.Facts = conversation.Facts{Day: day, Hour: 12, Team: team}
		head := conversation.Head{ID: home, Home: home, Channel: "wa-main", Contact: conversation.Contact{Person: who}, Team: team}
		if err := s.store.Record(context.Background(), record.Turn{Head: head, Home: home, New: []conversation.Message{m}, Days: []string{day}}); err != nil {
			s.t.Fatal(err)
		}
	}
	roll := clockwork.Rollup{Store: s.store, Zone: zone, Now: s.clock, Log: slog.New(slog.DiscardHandler)}
	if err := roll.Day(context.Background(), day); err != nil {
		s.t.Fatal(err)
	}
}

const unanswered = "/v1/reports/weeks/2026-W47/unanswered"

func TestWhatNoTemplateAnsweredIsShownMasked(t *testing.T) {
	s := opened(t)
	s.asked("", "Hi, where is my order 16505551234?", "where is my order, ZHANG", "do you ship to Spain")
	got := read[clockwork.Asked](t, s.want(200, s.do("viewer", "GET", unanswered, "")))
	if got.Messages != 3 || len(got.Groups) != 2 || got.Groups[0].Messages != 2 {
		t.Fatalf("got %+v, want two groups of three messages", got)
	}
	var texts []string
	for _, sample := range got.Groups[0].Samples {
		texts = append(texts, sample.Text)
		if sample.Conversation != "" || sample.Message != "" {
			t.Errorf("got %+v, want no ids", sample)
		}
	}
	if d := cmp.Diff([]string{"where is my order, ***", "Hi, where is my order ***?"}, texts); d != "" {
		t.Errorf("samples (-want +got):\n%s", d)
	}
	open := read[clockwork.Asked](t, s.want(200, s.do("admin", "GET", unanswered+"?most=1", "")))
	if len(open.Groups) != 1 || !strings.Contains(open.Groups[0].Samples[1].Text, "16505551234") || open.Groups[0].Samples[0].Message == "" {
		t.Errorf("got %+v, want the texts as they are for whoever may see numbers", open.Groups)
	}
}

func TestWhoIsErasedLeavesTheCount(t *testing.T) {
	s := opened(t)
	s.asked("", "where is my order", "where is my order")
	before := read[clockwork.Asked](t, s.do("admin", "GET", unanswered, ""))
	s.erase(before.Groups[0].Samples[0].Conversation, before.Groups[0].Samples[0].Message)
	after := read[clockwork.Asked](t, s.do("admin", "GET", unanswered, ""))
	if after.Groups[0].Messages != 2 || len(after.Groups[0].Samples) != 1 {
		t.Errorf("got %+v, want two messages and one sample", after.Groups[0])
	}
}

func TestAnotherTeamsQuestionsAreNotThere(t *testing.T) {
	s := opened(t)
	s.asked("care", "where is my order")
	s.asked("sales", "a gift card please")
	s.teams = []string{"care"}
	got := read[clockwork.Asked](t, s.want(200, s.do("agent", "GET", unanswered, "")))
	if got.Messages != 1 || got.Groups[0].Phrases[0] != "where is my order" {
		t.Errorf("got %+v, want those of the own team", got)
	}
	s.want(404, s.do("agent", "GET", unanswered+"?team=sales", ""))
}

func TestATemplateIsMadeOfWhatWasAsked(t *testing.T) {
	s := opened(t)
	s.asked("", "Hi, where is my order 8841237?", "where is my order", "请问快递到哪里了", "快递到哪里")
	groups := read[clockwork.Asked](t, s.do("viewer", "GET", unanswered, "")).Groups
	path := unanswered + "/" + groups[0].ID + "/template"
	s.want(422, s.do("admin", "POST", path, `{"texts": {}}`))
	s.want(422, s.do("admin", "POST", path, `{"texts": {"en": "x", "de": "y"}}`))
	s.want(422, s.do("admin", "POST", path, `{"texts": {"en": "{{ nonsense }}"}}`))
	s.want(404, s.do("admin", "POST", unanswered+"/qnone/template", `{"texts": {"en": "x"}}`))
	s.want(403, s.do("viewer", "POST", path, `{"texts": {"en": "x"}}`))
	for _, g := range groups {
		made := read[admin.FromAsked](t, s.want(201, s.do("admin", "POST", unanswered+"/"+g.ID+"/template", `{"texts": {"en": "We are looking for it."}}`)))
		if made.Caught != 2 || made.Samples != 2 || made.Template.ID != g.ID || made.Filter.Then.Reply != g.ID {
			t.Errorf("got %+v, want both samples caught", made)
		}
		s.want(409, s.do("admin", "POST", unanswered+"/"+g.ID+"/template", `{"texts": {"en": "x"}}`))
	}
	for text, want := range map[string]string{"where is my order??": groups[0].Samples[0].Text, "快递到哪里": groups[1].Samples[0].Text, "the price": ""} {
		got := read[admin.Simulation](t, s.want(200, s.do("admin", "POST", "/v1/simulate", `{"on": "draft", "message": {"text": "`+text+`"}}`)))
		if (got.Decision.Reply != "price") != (want != "") || got.Decision.Reply == "" {
			t.Errorf("%s: got %+v", text, got.Decision)
		}
	}
	if d := read[playbook.Playbook](t, s.do("admin", "GET", "/v1/playbook", "")); len(d.Templates) != 4 || len(d.Filters) != 4 {
		t.Errorf("got %d templates and %d filters in the draft, want two more of each", len(d.Templates), len(d.Filters))
	}
	if all := s.audit(); !strings.Contains(all[len(all)-1], "template.from_unanswered q") {
		t.Errorf("got audit %v", all)
	}
}

// erase takes a message away, as expiring and erasing do.
func (s *shop) erase(home, id string) {
	s.t.Helper()
	if err := s.table.Delete(context.Background(), table.Key{PK: "C#" + home, SK: "M#" + id}, table.Condition{}); err != nil {
		s.t.Fatal(err)
	}
}
