package rollup_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"frontdesk/shared/conversation"
	"frontdesk/shared/message"
	"frontdesk/shared/rollup"
)

const yesterday = "2026-11-17"

// past is a message of yesterday.
func past(m *conversation.Message) {
	m.At, m.Facts.Day = m.At.AddDate(0, 0, -1), yesterday
}

func opens(m *conversation.Message) { m.Facts.Opened = true }

func sent(template string) edit { return func(m *conversation.Message) { m.Template = template } }

func TestWhatFollowsATemplate(t *testing.T) {
	type msgs = []conversation.Message
	type uses = map[string]rollup.Use
	failed := []conversation.Receipt{receipt("re-1", message.Failed)}
	for _, c := range []struct {
		name     string
		messages msgs
		receipts []conversation.Receipt
		want     uses
	}{
		{"nothing", msgs{in("1", "09:00"), reply("1", "09:01")}, nil, uses{"prices": {Sent: 1}}},
		{"they ask again within the hour", msgs{in("1", "09:00"), reply("1", "09:01"), in("2", "10:01")}, nil, uses{"prices": {Sent: 1, Asked: 1}}},
		{"they ask again after more than an hour", msgs{in("1", "09:00"), reply("1", "09:01"), in("2", "10:02")}, nil, uses{"prices": {Sent: 1}}},
		{"they ask twice: it counts once", msgs{in("1", "09:00"), reply("1", "09:01"), in("2", "09:05"), in("3", "09:06")}, nil, uses{"prices": {Sent: 1, Asked: 1}}},
		{"they say thanks, which a filter ignores", msgs{in("1", "09:00"), reply("1", "09:01"), in("2", "09:05", came(conversation.Ignored))}, nil, uses{"prices": {Sent: 1}}},
		{"they rate", msgs{in("1", "09:00"), reply("1", "09:01"), in("2", "09:05", rates(5))}, nil, uses{"prices": {Sent: 1}}},
		{"the reply failed", msgs{in("1", "09:00"), reply("1", "09:01"), in("2", "09:05", came(conversation.HandedOff))}, failed, uses{"prices": {Sent: 1, Failed: 1}}},
		{"they are handed off with their next question",
			msgs{in("1", "09:00"), reply("1", "09:01"), in("2", "13:00", came(conversation.HandedOff))}, nil, uses{"prices": {Sent: 1, HandedOff: 1}}},
		{"a template that goes with the hand-off is not what led to it",
			msgs{in("1", "09:00", came(conversation.HandedOff)), reply("1", "09:01")}, nil, uses{"prices": {Sent: 1}}},
		{"handed off in another spell",
			msgs{in("1", "09:00"), reply("1", "09:01"), in("2", "13:00", opens, came(conversation.HandedOff))}, nil, uses{"prices": {Sent: 1}}},
		{"two templates before a hand-off",
			msgs{in("1", "09:00"), reply("1", "09:01"), in("2", "10:30"), reply("2", "10:31", sent("hours")), in("3", "10:40", came(conversation.HandedOff))},
			nil, uses{"prices": {Sent: 1, HandedOff: 1}, "hours": {Sent: 1, Asked: 1, HandedOff: 1}}},
		{"a template of last night",
			msgs{in("1", "23:30", past), reply("1", "23:31", past), in("2", "00:20", came(conversation.HandedOff))},
			nil, uses{"prices": {Asked: 1, HandedOff: 1}}},
		{"what happened yesterday is yesterday's",
			msgs{in("1", "22:30", past), reply("1", "22:31", past), in("2", "22:40", past, came(conversation.HandedOff)), in("3", "00:20", came(conversation.Silent))},
			nil, nil},
		{"in the same second", msgs{in("1", "09:00"), reply("1", "09:00")}, nil, uses{"prices": {Sent: 1}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, usesOf(rollup.DeskDay("home", today, c.messages, c.receipts))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func usesOf(d rollup.Day) map[string]rollup.Use {
	var row rollup.Row
	for _, p := range d.Teams {
		if err := row.Merge(rollup.Row{Tally: p.Tally}); err != nil {
			panic(err)
		}
	}
	return row.Templates
}

func TestAnEffectCountsForTheTeamOfTheTemplate(t *testing.T) {
	d := rollup.DeskDay("home", today, []conversation.Message{
		in("1", "23:30", past), reply("1", "23:31", past, team("sales")), in("2", "00:20", team("care")),
	}, nil)
	if len(d.Teams) != 2 || d.Teams[1].Team != "sales" || d.Teams[1].Templates["prices"].Asked != 1 || d.Team != "care" {
		t.Errorf("got %+v", d.Teams)
	}
}

func TestWaitsByTheHourInWhichTheyBegan(t *testing.T) {
	waited := func(id, clock string, minutes int64, edits ...edit) conversation.Message {
		return person(id, clock, minutes, edits...)
	}
	d := rollup.DeskDay("home", today, []conversation.Message{
		in("1", "22:10", past), waited("a", "09:10", 11*60),
		in("2", "14:50", came(conversation.HandedOff)), in("3", "15:05", came(conversation.Silent)), waited("b", "15:20", 30),
		in("4", "16:00", came(conversation.Silent)), waited("lost", "16:20", 20),
		waited("unknown", "18:00", 200),
	}, []conversation.Receipt{receipt("lost", message.Failed)})
	var want [24]rollup.Wait
	want[22] = rollup.Wait{Answers: 1, Waited: 11 * 3_600_000, WaitedOpen: 11 * 3_600_000}
	want[14] = rollup.Wait{Answers: 1, Waited: 1_800_000, WaitedOpen: 1_800_000}
	if diff := cmp.Diff(want, d.Teams[0].WaitHours); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// slowEffects is what the figures are defined as, in so many words: for every template's
// message, the first message after it that needs an answer, and the first hand-off of its spell.
func slowEffects(day string, all []conversation.Message) map[string]rollup.Use {
	var uses map[string]rollup.Use
	for i, m := range all {
		if m.Direction != conversation.Out || m.Template == "" {
			continue
		}
		use := rollup.Use{}
		if m.Facts.Day == day {
			use.Sent = 1
		}
		asked, spell, handed := false, true, false
		for _, next := range all[i+1:] {
			if next.Direction != conversation.In {
				continue
			}
			after := next.At.Sub(m.At)
			spell = spell && !next.Facts.Opened
			if !asked && next.Outcome != conversation.Ignored {
				asked = true
				if after <= time.Hour && next.Facts.Day == day {
					use.Asked = 1
				}
			}
			if spell && !handed && next.Outcome == conversation.HandedOff {
				handed = true
				if after <= 24*time.Hour && next.Facts.Day == day {
					use.HandedOff = 1
				}
			}
		}
		if use != (rollup.Use{}) {
			if uses == nil {
				uses = map[string]rollup.Use{}
			}
			was := uses[m.Template]
			uses[m.Template] = rollup.Use{Sent: was.Sent + use.Sent, Asked: was.Asked + use.Asked, HandedOff: was.HandedOff + use.HandedOff}
		}
	}
	return uses
}

func TestEffectsAreAsDefinedForAnyHistory(t *testing.T) {
	outcomes := []conversation.Outcome{conversation.Replied, conversation.HandedOff, conversation.Silent, conversation.Ignored, conversation.Unanswered}
	rapid.Check(t, func(r *rapid.T) {
		var all []conversation.Message
		at := midnight.Add(-26 * time.Hour)
		for i := range rapid.IntRange(0, 25).Draw(r, "messages") {
			at = at.Add(time.Duration(rapid.IntRange(1, 300).Draw(r, "minutes")) * time.Minute)
			m := conversation.Message{ID: fmt.Sprintf("%03d", i), Channel: "wa-main", At: at, Type: "text"}
			m.Facts.Day, m.Facts.Hour = at.Format(time.DateOnly), at.Hour()
			if rapid.Bool().Draw(r, "in") {
				m.Direction, m.Outcome = conversation.In, rapid.SampledFrom(outcomes).Draw(r, "outcome")
				m.Facts.Opened = rapid.IntRange(0, 4).Draw(r, "opens") == 0
			} else {
				m.Direction, m.Source = conversation.Out, conversation.ByFilter
				m.Template = rapid.SampledFrom([]string{"", "a", "b"}).Draw(r, "template")
			}
			all = append(all, m)
		}
		shuffled := rapid.Permutation(all).Draw(r, "order")
		got := usesOf(rollup.DeskDay("home", today, shuffled, nil))
		if diff := cmp.Diff(slowEffects(today, all), got); diff != "" {
			r.Fatalf("(-slow +got):\n%s", diff)
		}
	})
}
