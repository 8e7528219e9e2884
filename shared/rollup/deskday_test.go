package rollup_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/message"
	"frontdesk/shared/rollup"

	"github.com/google/go-cmp/cmp"
)

const today = "2026-11-18"

var midnight = time.Date(2026, 11, 18, 0, 0, 0, 0, time.UTC)

type edit func(*conversation.Message)

// in is an inbound message at a clock time ("09:30") of today that a template answered.
func in(id, clock string, edits ...edit) conversation.Message {
	m := conversation.Message{Direction: conversation.In, Type: "text", Outcome: conversation.Replied, Filter: "price"}
	return made(m, id, clock, edits)
}

// reply is a template's answer to an inbound message.
func reply(to, clock string, edits ...edit) conversation.Message {
	m := conversation.Message{Direction: conversation.Out, Source: conversation.ByFilter, InReplyTo: to, Filter: "price", Template: "prices"}
	m.Facts = conversation.Facts{Answers: true, First: true, ByBot: true, Waited: 900, WaitedOpen: 900}
	return made(m, "re-"+to, clock, edits)
}

// person is an agent's message, sent after the contact waited so many minutes.
func person(id, clock string, minutes int64, edits ...edit) conversation.Message {
	m := conversation.Message{Direction: conversation.Out, Source: conversation.ByAgent}
	m.Facts = conversation.Facts{Answers: true, First: true, Waited: minutes * 60_000, WaitedOpen: minutes * 60_000}
	return made(m, id, clock, edits)
}

func made(m conversation.Message, id, clock string, edits []edit) conversation.Message {
	t, err := time.Parse("15:04", clock)
	if err != nil {
		panic(err)
	}
	m.ID, m.Conversation, m.Channel = id, "home", "wa-main"
	m.At = midnight.Add(time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute)
	m.Facts.Day, m.Facts.Week, m.Facts.Hour = today, "2026-W47", t.Hour()
	for _, e := range edits {
		e(&m)
	}
	return m
}

func came(o conversation.Outcome) edit { return func(m *conversation.Message) { m.Outcome = o } }
func team(id string) edit              { return func(m *conversation.Message) { m.Facts.Team = id } }
func later(m *conversation.Message)    { m.Facts.First = false }
func decidedBy(f string) edit          { return func(m *conversation.Message) { m.Filter = f } }

func asks(m *conversation.Message) { m.Facts.Survey = true }
func rates(n int) edit             { return func(m *conversation.Message) { m.Facts.Rating = n } }

func receipt(id string, s message.Status, codes ...int) conversation.Receipt {
	r := conversation.Receipt{ReplyID: id, Receipt: message.Receipt{Status: s}}
	for _, c := range codes {
		r.Faults = append(r.Faults, message.Fault{Code: c, Title: "title of the channel"})
	}
	return r
}

func TestOutcomeOfADay(t *testing.T) {
	type msgs = []conversation.Message
	for _, c := range []struct {
		name     string
		messages msgs
		receipts []conversation.Receipt
		outcome  rollup.Outcome
		waiting  bool
	}{
		{"a template answered", msgs{in("1", "09:00"), reply("1", "09:00")}, nil, rollup.Contained, false},
		{"templates answered, and a reaction needed none",
			msgs{in("1", "09:00"), reply("1", "09:00"), in("2", "09:05", came(conversation.Ignored))}, nil, rollup.Contained, false},
		{"one of two messages got no answer",
			msgs{in("1", "09:00"), reply("1", "09:00"), in("2", "09:05", came(conversation.Unanswered))}, nil, rollup.Unanswered, false},
		{"handed off, with a template that says so",
			msgs{in("1", "09:00", came(conversation.HandedOff)), reply("1", "09:00")}, nil, rollup.HandedOff, true},
		{"handed off and answered by a person",
			msgs{in("1", "09:00", came(conversation.HandedOff)), person("a", "09:20", 20)}, nil, rollup.HandedOff, false},
		{"answered by a person, then written again",
			msgs{in("1", "09:00", came(conversation.HandedOff)), person("a", "09:20", 20), in("2", "09:30", came(conversation.Silent))},
			nil, rollup.HandedOff, true},
		{"people were in charge since yesterday", msgs{in("1", "09:00", came(conversation.Silent))}, nil, rollup.HandedOff, true},
		{"a template answered and a person too", msgs{in("1", "09:00"), reply("1", "09:00"), person("a", "09:20", 20)}, nil, rollup.HandedOff, false},
		{"only an agent's note out of the blue", msgs{in("1", "09:00"), reply("1", "09:00"),
			person("a", "10:00", 0, func(m *conversation.Message) { m.Facts.Answers = false })}, nil, rollup.Contained, false},
		{"no filter matched, but a person answered", msgs{in("1", "09:00", came(conversation.Unanswered)), person("a", "09:20", 20)}, nil, rollup.HandedOff, false},
		{"the channel failed to deliver the reply", msgs{in("1", "09:00"), reply("1", "09:00")},
			[]conversation.Receipt{receipt("re-1", message.Sent), receipt("re-1", message.Failed, 131026)}, rollup.Unanswered, false},
		{"the channel failed to deliver the person's answer",
			msgs{in("1", "09:00", came(conversation.HandedOff)), person("a", "09:20", 20)},
			[]conversation.Receipt{receipt("a", message.Failed)}, rollup.HandedOff, true},
		{"the claimed reply never went out", msgs{in("1", "09:00")}, nil, rollup.Unanswered, false},
		{"the reply went out after midnight", msgs{in("1", "23:59")}, nil, rollup.Contained, false},
		{"not decided yet", msgs{in("1", "09:00", came(""))}, nil, rollup.Unanswered, false},
		{"nothing that needed an answer", msgs{in("1", "09:00", came(conversation.Ignored))}, nil, rollup.Quiet, false},
		{"only the fallback replied", msgs{in("1", "09:00", decidedBy("fallback")), reply("1", "09:00")}, nil, rollup.Unanswered, false},
		{"only the away reply", msgs{in("1", "22:00", decidedBy("away")), reply("1", "22:00")}, nil, rollup.Unanswered, false},
		{"the fallback, then a template that answered", msgs{in("1", "09:00", decidedBy("fallback")), reply("1", "09:00"), in("2", "09:01"), reply("2", "09:01")}, nil, rollup.Contained, false},
		{"only we wrote", msgs{reply("0", "09:00")}, nil, rollup.Quiet, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := rollup.DeskDay("home", today, c.messages, c.receipts)
			if got.Outcome != c.outcome || got.Waiting != c.waiting {
				t.Errorf("got %s, waiting %v, want %s, %v", got.Outcome, got.Waiting, c.outcome, c.waiting)
			}
		})
	}
}

func TestFirstReplies(t *testing.T) {
	type msgs = []conversation.Message
	ms := func(n int64) *int64 { return &n }
	for _, c := range []struct {
		name        string
		messages    msgs
		bot, people *int64
		longest     int64
	}{
		{"a template is never the first reply of a person",
			msgs{in("1", "09:00", came(conversation.HandedOff)), reply("1", "09:00"), person("a", "09:20", 20)}, ms(900), ms(1_200_000), 1_200_000},
		{"a second answer in the same spell is no first reply",
			msgs{in("1", "09:00"), reply("1", "09:00", later), person("a", "09:20", 20, later)}, nil, nil, 1_200_000},
		{"reopened after weeks: measured from what was written today, by the facts",
			msgs{in("1", "09:00", func(m *conversation.Message) { m.Facts.Opened = true }), person("a", "09:03", 3)}, nil, ms(180_000), 180_000},
		{"two spells in a day: the first one is shown",
			msgs{in("1", "09:00"), person("a", "09:03", 3), in("2", "20:00"), person("b", "20:09", 9)}, nil, ms(180_000), 540_000},
		{"an answer that failed is no answer", msgs{in("1", "09:00"), person("lost", "09:03", 3)}, nil, nil, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := rollup.DeskDay("home", today, c.messages, []conversation.Receipt{receipt("lost", message.Failed)})
			if d := cmp.Diff(c.bot, got.FirstBot); d != "" {
				t.Errorf("by a template (-want +got):\n%s", d)
			}
			if d := cmp.Diff(c.people, got.FirstPeople); d != "" {
				t.Errorf("by a person (-want +got):\n%s", d)
			}
			if got.Waited != c.longest {
				t.Errorf("longest wait: got %d, want %d", got.Waited, c.longest)
			}
		})
	}
}

func TestAConversationThatChangedTeam(t *testing.T) {
	got := rollup.DeskDay("home", today, []conversation.Message{
		in("1", "09:00", team("sales"), func(m *conversation.Message) { m.Facts.FirstEver, m.Facts.FirstOfWeek = true, true }),
		reply("1", "09:00", team("sales")),
		in("2", "11:00", team("care"), came(conversation.HandedOff), decidedBy("complaint")),
		person("a", "11:30", 30, team("care")),
	}, nil)
	sales := rollup.Counts{In: 1, OutFilter: 1, Active: 1, New: 1}
	care := rollup.Counts{In: 1, OutAgent: 1, Conversations: 1, HandedOff: 1, Answered: 1, Again: 1, HandOffs: 1}
	if len(got.Teams) != 2 || got.Teams[0].Team != "care" || got.Teams[1].Team != "sales" {
		t.Fatalf("got teams %+v, want care and sales", got.Teams)
	}
	if d := cmp.Diff(care, got.Teams[0].Counts); d != "" {
		t.Errorf("care has the conversation, for its message is the last (-want +got):\n%s", d)
	}
	if d := cmp.Diff(sales, got.Teams[1].Counts); d != "" {
		t.Errorf("sales has its own messages (-want +got):\n%s", d)
	}
	if got.Team != "care" || !got.New {
		t.Errorf("got team %s, new %v, want care and a new contact", got.Team, got.New)
	}
}

func TestADayEndsAtMidnight(t *testing.T) {
	tomorrow := in("2", "00:00", func(m *conversation.Message) { m.Facts.Day, m.At = "2026-11-19", m.At.Add(24*time.Hour) })
	yesterday := in("0", "23:59", func(m *conversation.Message) { m.Facts.Day, m.At = "2026-11-17", m.At.Add(-24*time.Hour) })
	got := rollup.DeskDay("home", today, []conversation.Message{yesterday, in("1", "09:00"), reply("1", "09:00"), tomorrow}, nil)
	if n := got.Teams[0].Counts.In; n != 1 {
		t.Errorf("got %d inbound messages, want 1: those of the days beside it are not this day's", n)
	}
	if none := rollup.DeskDay("home", today, []conversation.Message{tomorrow}, nil); len(none.Teams) != 0 || none.Wrote {
		t.Errorf("got %+v of a day without messages, want nothing", none)
	}
}

func TestDeliveries(t *testing.T) {
	got := rollup.DeskDay("home", today, []conversation.Message{
		in("1", "09:00"), reply("1", "09:00"), in("2", "09:01"), reply("2", "09:01"), in("3", "09:02"), reply("3", "09:02"),
		in("4", "09:03"), reply("4", "09:03", func(m *conversation.Message) { m.Unproven = 1 }),
		made(conversation.Message{Direction: conversation.Out, Source: conversation.ByCalendar, Template: "reminder"}, "c", "10:00", nil),
		made(conversation.Message{Direction: conversation.Out, Source: conversation.BySystem}, "s", "10:00", nil),
	}, []conversation.Receipt{
		receipt("re-1", message.Read), receipt("re-1", message.Sent), receipt("re-1", message.Delivered), receipt("re-1", message.Read),
		receipt("re-2", message.Delivered), receipt("re-2", message.Sent),
		receipt("re-3", message.Sent), receipt("re-3", message.Failed, 131047, 1), receipt("re-3", message.Failed, 131047),
		receipt("c", message.Failed), receipt("s", message.Played), receipt("not ours", message.Failed, 1),
	})
	want := rollup.Counts{In: 4, OutFilter: 4, OutCalendar: 1, OutSystem: 1, Conversations: 1, Unanswered: 1, Answered: 1, Again: 1,
		Sent: 3, Delivered: 3, Read: 2, Failed: 2, Unproven: 1}
	p := got.Teams[0]
	if d := cmp.Diff(want, p.Counts); d != "" {
		t.Errorf("counts (-want +got):\n%s", d)
	}
	if d := cmp.Diff(map[int]int64{131047: 1, 0: 1}, p.Failures); d != "" {
		t.Errorf("failures by code, one for each message (-want +got):\n%s", d)
	}
	uses := map[string]rollup.Use{"prices": {Sent: 4, Delivered: 2, Read: 1, Failed: 1, Asked: 2}, "reminder": {Sent: 1, Failed: 1}}
	if d := cmp.Diff(uses, p.Templates); d != "" {
		t.Errorf("templates (-want +got):\n%s", d)
	}
}

func TestFiltersCountWhatTheyDecided(t *testing.T) {
	got := rollup.DeskDay("home", today, []conversation.Message{
		in("1", "09:00"), reply("1", "09:00"), in("2", "09:01"), reply("2", "09:01"),
		in("3", "09:02", decidedBy("away")), in("4", "09:03", decidedBy("people"), came(conversation.Silent)),
		in("5", "09:04", decidedBy("none"), came(conversation.Unanswered)),
	}, nil)
	if d := cmp.Diff(map[string]int64{"price": 2, "away": 1}, got.Teams[0].Filters); d != "" {
		t.Errorf("an answer is not counted again, and people are no filter (-want +got):\n%s", d)
	}
}

func TestWhatTheBlockedAndTheMutedWriteIsCountedApart(t *testing.T) {
	note := in("9", "09:09")
	note.Direction = conversation.Note
	got := rollup.DeskDay("home", today, []conversation.Message{
		in("1", "09:00", decidedBy("block"), came(conversation.Ignored)), in("2", "09:01", decidedBy("block"), came(conversation.Ignored)), note,
	}, nil)
	if p := got.Teams[0]; p.Counts != (rollup.Counts{Blocked: 2}) || len(p.Filters) != 0 || got.Wrote {
		t.Errorf("blocked: got %+v, want two blocked messages and nothing else, and a note in no figure", p)
	}
	got = rollup.DeskDay("home", today, []conversation.Message{in("1", "09:00", decidedBy("mute"), came(conversation.Ignored))}, nil)
	if p := got.Teams[0]; got.Outcome != rollup.Quiet || p.Counts.In != 1 || p.Counts.Unanswered != 0 || len(p.Filters) != 0 {
		t.Errorf("muted: got %s and %+v, want a message that needed no answer", got.Outcome, p)
	}
}

func TestAnHourOutOfRangeIsNotACrash(t *testing.T) {
	got := rollup.DeskDay("home", today, []conversation.Message{in("1", "09:00", func(m *conversation.Message) { m.Facts.Hour = 99 })}, nil)
	if n := got.Teams[0].InHours[0]; n != 1 {
		t.Errorf("got %d messages at midnight, want 1", n)
	}
}

func TestRecord(t *testing.T) {
	day := rollup.DeskDay("home", today, []conversation.Message{
		in("1", "09:00"), reply("1", "09:00", team("sales")), person("a", "09:20", 20, team("sales")),
	}, nil)
	var b strings.Builder
	for i, name := range rollup.Columns() {
		fmt.Fprintf(&b, "%s=%s ", name, day.Record()[i])
	}
	want := "day=2026-11-18 conversation=home channel=wa-main team=sales outcome=handed_off new_contact=false " +
		"first_message=2026-11-18T09:00:00Z last_message=2026-11-18T09:20:00Z messages_in=1 out_by_filter=1 out_by_agent=1 " +
		"out_by_calendar=0 out_by_system=0 longest_wait_ms=1200000 first_reply_by_bot_ms=900 first_reply_by_people_ms=1200000 " +
		"waiting_for_people=false sent=0 delivered=0 read=0 failed=0 unproven=0 filters=price templates=prices rating= "
	if got := b.String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	empty := rollup.Day{Day: today}.Record()
	if len(empty) != len(rollup.Columns()) || !slices.Contains(empty, "") {
		t.Errorf("an empty day: got %q, want as many fields as columns", empty)
	}
}
