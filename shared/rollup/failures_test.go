package rollup_test

import (
	"testing"

	"frontdesk/shared/conversation"
	"frontdesk/shared/rollup"
)

// What other desks got wrong about how long customers wait, each a case (chatwoot#13312,
// #8477, #12058 and PR #6409; zammad#3140 and #5177).
func TestWaitsThatOtherDesksGetWrong(t *testing.T) {
	type msgs = []conversation.Message
	handedOff := came(conversation.HandedOff)
	kept := func(m *conversation.Message) { m.Facts.Promise = conversation.PromiseMet }
	const minute = int64(60_000)
	for _, c := range []struct {
		name                 string
		messages             msgs
		bot, people, longest int64 // how many answers by each, and people's longest wait
		met, broken          int64
	}{
		{"chatwoot#13312: a template's answer is none of people's", msgs{in("1", "09:00"), reply("1", "09:00")}, 1, 0, 0, 0, 0},
		{"chatwoot#8477: a chat that comes back is measured from what was written now",
			msgs{in("1", "09:00", handedOff), person("a", "09:03", 3)}, 0, 1, 3 * minute, 0, 0},
		{"chatwoot#12058: three messages and one answer are one wait, from the first",
			msgs{in("1", "09:00", handedOff), in("2", "09:05", came(conversation.Silent)), in("3", "09:09", came(conversation.Silent)), person("a", "09:10", 10)}, 0, 1, 10 * minute, 0, 0},
		{"chatwoot PR #6409: a second message of the agent answers nobody",
			msgs{in("1", "09:00", handedOff), person("a", "09:03", 3), person("b", "09:30", 0, func(m *conversation.Message) { m.Facts = conversation.Facts{Day: today, Hour: 9} })}, 0, 1, 3 * minute, 0, 0},
		{"zammad#3140, #5177: a promise that the answer kept does not run on",
			msgs{in("1", "09:00", handedOff), person("a", "09:03", 3, kept), in("2", "23:00", came(conversation.Silent))}, 0, 1, 3 * minute, 1, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := rollup.New(today)
			if err := r.Add(rollup.DeskDay("home", today, c.messages, nil)); err != nil {
				t.Fatal(err)
			}
			row := r.Rows()[0]
			if row.Bot.Count() != c.bot || row.People.Count() != c.people || row.People.Sum() != c.longest {
				t.Errorf("got %d by templates, %d by people who waited %d ms, want %d, %d, %d", row.Bot.Count(), row.People.Count(), row.People.Sum(), c.bot, c.people, c.longest)
			}
			if row.FirstMet != c.met || row.FirstBroken != c.broken {
				t.Errorf("got %d promises kept and %d broken, want %d and %d", row.FirstMet, row.FirstBroken, c.met, c.broken)
			}
		})
	}
}

// LinkWeChat called messages sessions: forty messages of one customer are one conversation.
func TestMessagesAreNoConversations(t *testing.T) {
	var all []conversation.Message
	for range 20 {
		id := string(rune('a' + len(all)))
		all = append(all, in(id, "09:00"), reply(id, "09:00"))
	}
	got := rollup.DeskDay("home", today, all, nil).Teams[0].Counts
	if got.In != 20 || got.OutFilter != 20 || got.Conversations != 1 {
		t.Errorf("got %d in, %d out, %d conversations, want 20, 20 and 1", got.In, got.OutFilter, got.Conversations)
	}
}
