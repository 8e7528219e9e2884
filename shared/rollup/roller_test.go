package rollup_test

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"frontdesk/shared/conversation"
	"frontdesk/shared/message"
	"frontdesk/shared/rollup"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write the golden files")

// roll is the whole way from conversations to the rows' JSON.
func roll(t testing.TB, days ...rollup.Day) string {
	t.Helper()
	r := rollup.New(today)
	for _, d := range days {
		if err := r.Add(d); err != nil {
			t.Fatal(err)
		}
	}
	var lines []string
	for _, row := range r.Rows() {
		b, err := json.Marshal(row)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, string(b))
	}
	return strings.Join(lines, "\n") + "\n"
}

func shop() []rollup.Day {
	received := []conversation.Receipt{receipt("re-1", message.Read), receipt("re-4", message.Failed, 131026)}
	day := func(m ...conversation.Message) rollup.Day { return rollup.DeskDay("home", today, m, received) }
	return []rollup.Day{
		day(in("1", "09:00"), reply("1", "09:00")),
		day(in("2", "10:00", team("care"), came(conversation.HandedOff)), person("a", "10:20", 20, team("care"))),
		day(in("3", "10:10", came(conversation.Unanswered), decidedBy("none"))),
		day(in("4", "22:00"), reply("4", "22:00")),
	}
}

func TestRowsAreWrittenLikeThis(t *testing.T) {
	const golden = "testdata/rows.jsonl"
	got := roll(t, shop()...)
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("rows (-want +got):\n%s", d)
	}
}

func TestAnyOrderAndAnyRepeatGiveTheSameBytes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		messages, receipts := conversationOf(rt)
		days := shop()[:2]
		want := roll(t, rollup.DeskDay("home", today, messages, receipts), days[0], days[1])
		messages = rapid.Permutation(append(messages, messages...)).Draw(rt, "messages")
		receipts = rapid.Permutation(append(receipts, receipts...)).Draw(rt, "receipts")
		got := roll(t, days[1], rollup.DeskDay("home", today, messages, receipts), days[0])
		if got != want {
			rt.Fatalf("got  %s\nwant %s", got, want)
		}
	})
}

// conversationOf draws a day of any messages and receipts.
func conversationOf(t *rapid.T) ([]conversation.Message, []conversation.Receipt) {
	var messages []conversation.Message
	var receipts []conversation.Receipt
	pick := func(of ...string) string { return rapid.SampledFrom(of).Draw(t, "pick") }
	rating := func(m *conversation.Message) { m.Facts.Rating = rapid.IntRange(0, 5).Draw(t, "rating") }
	survey := func(m *conversation.Message) { m.Facts.Survey = rapid.Bool().Draw(t, "survey") }
	for i := range rapid.IntRange(0, 12).Draw(t, "messages") {
		id, clock := fmt.Sprint(i), fmt.Sprintf("%02d:%02d", rapid.IntRange(0, 23).Draw(t, "h"), rapid.IntRange(0, 59).Draw(t, "m"))
		with := team(pick("", "care", "sales"))
		switch pick("in", "reply", "person") {
		case "in":
			o := conversation.Outcome(pick("replied", "handed_off", "silent", "ignored", "unanswered"))
			messages = append(messages, in(id, clock, with, came(o), decidedBy(pick("price", "away", "none")), rating))
		case "reply":
			messages = append(messages, reply(fmt.Sprint(rapid.IntRange(0, i).Draw(t, "to"))+"/"+id, clock, with, survey))
		case "person":
			messages = append(messages, person(id, clock, rapid.Int64Range(0, 9999).Draw(t, "minutes"), with))
		}
		s := message.Status(pick("sent", "delivered", "read", "failed", "odd"))
		receipts = append(receipts, receipt(messages[i].ID, s, rapid.IntRange(0, 3).Draw(t, "code")))
	}
	return messages, receipts
}

func TestOutcomesSplitTheConversations(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		messages, receipts := conversationOf(rt)
		r := rollup.New(today)
		if err := r.Add(rollup.DeskDay("home", today, messages, receipts)); err != nil {
			rt.Fatal(err)
		}
		var sum rollup.Row
		for _, row := range r.Rows() {
			if err := sum.Merge(row); err != nil {
				rt.Fatal(err)
			}
		}
		if got := sum.Contained + sum.HandedOff + sum.Unanswered + sum.Quiet; got != sum.Conversations || got > 1 {
			rt.Fatalf("the outcomes add up to %d, want %d conversations, at most 1", got, sum.Conversations)
		}
		out := sum.OutFilter + sum.OutAgent + sum.OutCalendar + sum.OutSystem
		if sum.In+out != int64(len(messages)) || sum.Sent+sum.Failed > out || sum.Read > sum.Delivered || sum.Delivered > sum.Sent {
			rt.Fatalf("counts do not fit %d messages: %+v", len(messages), sum.Counts)
		}
	})
}

func TestMergedDaysAreTheWeekRolledUpAtOnce(t *testing.T) {
	days := shop()
	halves := [][]rollup.Day{days[:2], days[2:]}
	merged := map[string]*rollup.Row{}
	for _, half := range halves {
		for line := range strings.Lines(roll(t, half...)) {
			var row rollup.Row
			if err := json.Unmarshal([]byte(line), &row); err != nil {
				t.Fatal(err)
			}
			if merged[row.Team] == nil {
				merged[row.Team] = &rollup.Row{Day: row.Day, Channel: row.Channel, Team: row.Team}
			}
			if err := merged[row.Team].Merge(row); err != nil {
				t.Fatal(err)
			}
		}
	}
	var got strings.Builder
	for _, id := range []string{"", "care"} {
		b, err := json.Marshal(merged[id])
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&got, string(b))
	}
	if d := cmp.Diff(roll(t, days...), got.String()); d != "" {
		t.Errorf("(-at once +merged):\n%s", d)
	}
}

func TestRowsHoldNoPersonalDataAndOutliveTheMessages(t *testing.T) {
	private := []string{"Pat Example", "16505551234", "my secret order", "wamid.PRIVATE", "US.13491208655302741918", "home-of-pat", "details of 16505551234"}
	m := in("msg-1", "09:00", func(m *conversation.Message) {
		m.Text, m.ChannelID, m.Conversation = private[2], private[3], private[5]
		m.Body = json.RawMessage(`{"name":"Pat Example"}`)
	})
	answer := reply("msg-1", "09:00")
	failed := receipt("re-msg-1", message.Failed, 131026)
	failed.Recipient = message.Person{Name: private[0], Phone: private[1], UserID: private[4]}
	failed.Faults[0].Details = private[6]
	messages := []conversation.Message{m, answer}
	day := rollup.DeskDay(private[5], today, messages, []conversation.Receipt{failed})
	before := roll(t, day)
	clear(messages) // erased
	if after := roll(t, day); after != before {
		t.Errorf("erasing the messages changed the rows: got %s, want %s", after, before)
	}
	for _, p := range append(private, "msg-1", "title of the channel") {
		if strings.Contains(before, p) {
			t.Errorf("the row holds %q:\n%s", p, before)
		}
	}
}

func TestADayWithoutMessagesIsARowOfZeros(t *testing.T) {
	if got, want := roll(t), `{"day":"2026-11-18","channel":""}`+"\n"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestAnotherDayIsRefused(t *testing.T) {
	if err := rollup.New("2026-11-19").Add(shop()[0]); !errors.Is(err, rollup.ErrDay) {
		t.Errorf("got %v, want ErrDay", err)
	}
}

// busy are n desk days as a busy shop has them: answers by templates in about a
// second, by people in about twenty minutes.
func busy(n int) []rollup.Day {
	r := rand.New(rand.NewPCG(1, 2))
	days := make([]rollup.Day, n)
	for i := range days {
		id := fmt.Sprint(i)
		clock := fmt.Sprintf("%02d:%02d", min(int(math.Abs(r.NormFloat64()*4+14)), 23), r.IntN(60))
		label := decidedBy(fmt.Sprintf("filter-%d", r.IntN(40)))
		messages := []conversation.Message{in(id, clock, label), reply(id, clock, func(m *conversation.Message) {
			m.Template = fmt.Sprintf("template-%d", r.IntN(40))
			m.Facts.Waited = int64(1500 * math.Exp(0.4*r.NormFloat64()))
			m.Facts.WaitedOpen = m.Facts.Waited
		})}
		if i%8 == 0 {
			messages = append(messages, person("a"+id, clock, int64(20*math.Exp(1.2*r.NormFloat64()))))
		}
		days[i] = rollup.DeskDay(id, today, messages, nil)
	}
	return days
}

func TestARowStaysSmall(t *testing.T) {
	for _, n := range []int{100, 2_000, 10_000} {
		got := len(roll(t, busy(n)...))
		t.Logf("%d conversations, 40 filters, 40 templates: a row of %d bytes", n, got)
		if got > 20_000 {
			t.Errorf("a row of %d conversations takes %d bytes, want at most 20,000", n, got)
		}
	}
}

func BenchmarkRollup10000(b *testing.B) {
	days := busy(10_000)
	b.ReportAllocs()
	for b.Loop() {
		roll(b, days...)
	}
}

func BenchmarkDeskDay(b *testing.B) {
	messages := []conversation.Message{in("1", "09:00"), reply("1", "09:00"), in("2", "09:01"), reply("2", "09:01")}
	receipts := []conversation.Receipt{receipt("re-1", message.Read), receipt("re-2", message.Delivered)}
	b.ReportAllocs()
	for b.Loop() {
		rollup.DeskDay("home", today, messages, receipts)
	}
}

func BenchmarkReadRow(b *testing.B) {
	row := []byte(roll(b, busy(2_000)...))
	b.ReportAllocs()
	for b.Loop() {
		var r rollup.Row
		if err := json.Unmarshal(row, &r); err != nil {
			b.Fatal(err)
		}
	}
}
