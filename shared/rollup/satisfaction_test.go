package rollup_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"frontdesk/shared/conversation"
	"frontdesk/shared/message"
	"frontdesk/shared/rollup"
)

func TestSatisfaction(t *testing.T) {
	handedOff := in("1", "09:00", came(conversation.HandedOff))
	answer, survey := person("a", "09:20", 20), reply("s/s", "09:30", asks)
	tests := []struct {
		name        string
		messages    []conversation.Message
		receipts    []conversation.Receipt
		asked       int64
		ratings     [5]int64
		rating, out string
	}{
		{"asked and answered", []conversation.Message{handedOff, answer, survey, in("2", "09:31", rates(5))}, nil, 1, [5]int64{4: 1}, "5", "handed_off"},
		{"asked and not answered", []conversation.Message{handedOff, answer, survey}, nil, 1, [5]int64{}, "", "handed_off"},
		{"the question did not arrive", []conversation.Message{handedOff, answer, survey}, []conversation.Receipt{receipt(survey.ID, message.Failed, 1)}, 0, [5]int64{}, "", "handed_off"},
		{"answered on the next day", []conversation.Message{in("2", "09:31", rates(1), came(conversation.Unanswered))}, nil, 0, [5]int64{0: 1}, "1", "quiet"},
		{"a rating waits for nobody, even while people are in charge", []conversation.Message{in("2", "09:31", rates(3), came(conversation.Silent))}, nil, 0, [5]int64{2: 1}, "3", "quiet"},
		{"rated twice: both count, the last is shown", []conversation.Message{in("2", "09:31", rates(2)), in("3", "09:40", rates(4))}, nil, 0, [5]int64{1: 1, 3: 1}, "4", "quiet"},
		{"a rating that is none", []conversation.Message{in("2", "09:31", rates(6), came(conversation.Ignored))}, nil, 0, [5]int64{}, "", "quiet"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := rollup.DeskDay("home", today, tt.messages, tt.receipts)
			record := d.Record()
			if got := record[len(record)-1]; d.Teams[0].Surveys != tt.asked || d.Teams[0].Ratings != tt.ratings || got != tt.rating || string(d.Outcome) != tt.out {
				t.Errorf("got %d asked, %v, rating %q, %s; want %d, %v, %q, %s", d.Teams[0].Surveys, d.Teams[0].Ratings, got, d.Outcome, tt.asked, tt.ratings, tt.rating, tt.out)
			}
			if d.Waiting {
				t.Error("somebody waits, want nobody")
			}
		})
	}
}

// The survey is no filter of the playbook: it is in no list of what was asked.
func TestTheSurveyIsNoFilter(t *testing.T) {
	d := rollup.DeskDay("home", today, []conversation.Message{
		in("1", "09:31", rates(5), decidedBy(conversation.BySurvey)), in("2", "09:32", decidedBy(conversation.BySurvey), came(conversation.HandedOff)),
	}, nil)
	if p := d.Teams[0]; len(p.Filters) != 0 || p.HandOffs != 0 || d.Outcome != rollup.Quiet || d.Rating != 5 {
		t.Errorf("got filters %v, %d hand-offs, %s, rating %d; want none, 0, quiet, 5", p.Filters, p.HandOffs, d.Outcome, d.Rating)
	}
}

func TestARatingCountsForTheTeamItIsAbout(t *testing.T) {
	d := rollup.DeskDay("home", today, []conversation.Message{in("1", "09:00", team("sales")), in("2", "09:31", rates(5), team("care"))}, nil)
	r := rollup.New(today)
	if err := r.Add(d); err != nil {
		t.Fatal(err)
	}
	rows := r.Rows()
	if rows[0].Team != "care" || rows[0].Ratings != [5]int64{4: 1} || rows[1].Ratings != [5]int64{} {
		t.Errorf("got %+v", rows)
	}
	if err := rows[0].Merge(rows[0]); err != nil || rows[0].Ratings != [5]int64{4: 2} {
		t.Errorf("merged: got %v, %v, want two", rows[0].Ratings, err)
	}
}

// Whoever adds a count must add it to the list that rows are merged by.
func TestEveryCountAddsUp(t *testing.T) {
	var row rollup.Row
	counts := reflect.ValueOf(&row.Counts).Elem()
	for i := range counts.NumField() {
		counts.Field(i).SetInt(int64(i + 1))
	}
	if err := row.Merge(row); err != nil {
		t.Fatal(err)
	}
	for i := range counts.NumField() {
		if got := counts.Field(i).Int(); got != int64(2*(i+1)) {
			t.Errorf("%s: got %d, want %d", counts.Type().Field(i).Name, got, 2*(i+1))
		}
	}
}

// Rows of before there were ratings are read as rows without any.
func TestARowWithoutRatingsIsRead(t *testing.T) {
	var row rollup.Row
	if err := json.Unmarshal([]byte(`{"day":"2026-11-18","channel":"wa-main","in":3,"failures":{"1":2}}`), &row); err != nil || row.In != 3 || row.Surveys != 0 || row.Ratings != [5]int64{} {
		t.Errorf("got %+v, %v", row, err)
	}
	if b, err := json.Marshal(row); err != nil || strings.Contains(string(b), "ratings") || strings.Contains(string(b), "surveys") {
		t.Errorf("got %s, %v, want a row without ratings to say nothing of them", b, err)
	}
}

func TestARatingOnALaterDayIsNoConversation(t *testing.T) {
	d := rollup.DeskDay("home", today, []conversation.Message{in("2", "09:31", rates(5), decidedBy(conversation.BySurvey), came(conversation.Ignored), func(m *conversation.Message) { m.Facts.FirstOfWeek = true })}, nil)
	p := d.Teams[0]
	if p.Conversations != 0 || p.Quiet != 0 || d.Wrote {
		t.Errorf("got %d conversations, %d quiet, %d active; want no conversation; they did write this week", p.Conversations, p.Quiet, p.Active)
	}
}
