package clockwork_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"frontdesk/shared/clockwork"
	"frontdesk/shared/conversation"
	"frontdesk/shared/live"
	"frontdesk/shared/mail"
	"frontdesk/shared/message"
	"frontdesk/shared/record"
	"frontdesk/shared/report"
	"frontdesk/shared/table"
	"frontdesk/shared/table/bolt"
	"frontdesk/shared/week"
)

// desk is a store with a week in it.
type deskWeek struct {
	store  *record.Store
	rollup *clockwork.Rollup
	weekly *clockwork.Weekly
	now    time.Time
	sent   []mail.Envelope
	refuse error
	reads  atomic.Int64
}

// reading counts the items that queries return.
type reading struct {
	table.Table
	w *deskWeek
}

func (r reading) Query(ctx context.Context, q table.Query) (table.Page, error) {
	p, err := r.Table.Query(ctx, q)
	r.w.reads.Add(int64(len(p.Items)))
	return p, err
}

func newWeek(t *testing.T) *deskWeek {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	w := &deskWeek{now: time.Date(2026, 11, 23, 8, 0, 0, 0, zone)}
	db, err := bolt.Open(filepath.Join(t.TempDir(), "desk.db"), bolt.Options{Now: func() time.Time { return w.now }, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	w.store = record.New(reading{db, w})
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	clock := func() time.Time { return w.now }
	w.rollup = &clockwork.Rollup{Store: w.store, Zone: zone, Now: clock, Log: log}
	w.weekly = &clockwork.Weekly{
		Store: w.store, Live: &live.Cache{Store: w.store}, Zone: zone, From: "Desk <desk@example.com>", Now: clock, Log: log, Entropy: rand.Reader,
		RollUp: w.rollup.Day,
		Send:   func(_ context.Context, e mail.Envelope) error { w.sent = append(w.sent, e); return w.refuse },
	}
	return w
}

// chat records one answered question of one contact.
func (w *deskWeek) chat(t *testing.T, person int, at time.Time) {
	t.Helper()
	in := message.Inbound{Channel: "wa-main", ID: fmt.Sprintf("wamid.%d.%d", person, at.Unix()), Time: at}
	home := conversation.ID("wa-main", message.Person{Phone: fmt.Sprintf("1555010%04d", person)})
	facts := conversation.Facts{Day: week.Day(at, w.rollup.Zone), Week: week.Of(at, w.rollup.Zone), Hour: at.In(w.rollup.Zone).Hour(), FirstOfWeek: true, FirstOfDay: true}
	question := conversation.Message{
		ID: conversation.InboundID(in), Conversation: home, Channel: "wa-main", Direction: conversation.In, At: at,
		Type: "text", Outcome: conversation.Replied, Filter: "price", Template: "price", Facts: facts,
	}
	facts.Answers, facts.First, facts.ByBot, facts.Waited = true, true, true, 900
	facts.FirstOfWeek, facts.FirstOfDay = false, false
	answer := conversation.Message{
		ID: conversation.NewID(at.Add(900*time.Millisecond), []byte(fmt.Sprintf("%06d", person))), Conversation: home, Channel: "wa-main",
		Direction: conversation.Out, Source: conversation.ByFilter, At: at.Add(900 * time.Millisecond), InReplyTo: question.ID,
		Filter: "price", Template: "price", Facts: facts,
	}
	head := conversation.Head{ID: home, Home: home, Channel: "wa-main", LastInbound: at}
	if err := w.store.Record(context.Background(), record.Turn{Head: head, New: []conversation.Message{question, answer}, Days: []string{facts.Day}}); err != nil {
		t.Fatal(err)
	}
}

func (w *deskWeek) recipient(t *testing.T, id, language string) {
	t.Helper()
	r := record.Recipient{ID: id, Address: id + "@example.com", Language: language}
	if err := w.store.SaveRecipient(context.Background(), r, record.Audit{ID: id, At: w.now}); err != nil {
		t.Fatal(err)
	}
}

func TestAWeekIsRolledUpReportedAndMailedOnce(t *testing.T) {
	w, ctx := newWeek(t), context.Background()
	monday := time.Date(2026, 11, 16, 10, 0, 0, 0, w.rollup.Zone)
	for day := range 7 {
		for person := range 5 {
			w.chat(t, day*10+person, monday.AddDate(0, 0, day))
		}
	}
	w.recipient(t, "ana", "en")
	w.recipient(t, "bo", "zh-CN")
	for day := range 7 {
		w.now = monday.AddDate(0, 0, day+1)
		for range 2 { // repeating a night changes nothing
			if err := w.rollup.Nightly(ctx, w.now); err != nil {
				t.Fatal(err)
			}
		}
	}
	got, err := w.weekly.Report(ctx, "2026-W47", report.Options{})
	if err != nil {
		t.Fatal(err)
	}
	f := got.Figures
	if f.MessagesIn != 35 || f.Conversations != 35 || len(got.Missing) != 0 || got.From != "2026-11-16" || got.To != "2026-11-22" {
		t.Errorf("got %d messages, %d conversations, missing %v, %s to %s", f.MessagesIn, f.Conversations, got.Missing, got.From, got.To)
	}
	for range 2 {
		if err := w.weekly.Run(ctx, "2026-W47"); err != nil {
			t.Fatal(err)
		}
	}
	if len(w.sent) != 2 || w.sent[0].To != "ana@example.com" || w.sent[1].To != "bo@example.com" {
		t.Errorf("got %d mails, want one each", len(w.sent))
	}
}

// emptyWeeks rolls up two weeks in which nothing happened.
func (w *deskWeek) emptyWeeks(t *testing.T) {
	t.Helper()
	if err := w.rollup.Nightly(context.Background(), w.now); err != nil {
		t.Fatal(err)
	}
}

func TestTheMailWaitsForTheFiguresOfAllItsDays(t *testing.T) {
	w, ctx := newWeek(t), context.Background()
	w.recipient(t, "ana", "en")
	w.chat(t, 1, time.Date(2026, 11, 18, 10, 0, 0, 0, w.rollup.Zone))
	down := errors.New("the table is busy")
	w.weekly.RollUp = func(context.Context, string) error { return down }
	if err := w.weekly.Run(ctx, "2026-W47"); !errors.Is(err, down) || len(w.sent) != 0 {
		t.Errorf("while days cannot be rolled up: got %v and %d mails, want the error and none", err, len(w.sent))
	}
	w.weekly.RollUp = w.rollup.Day
	if err := w.weekly.Run(ctx, "2026-W47"); err != nil || len(w.sent) != 1 {
		t.Fatalf("got %v and %d mails, want one", err, len(w.sent))
	}
	got, err := w.weekly.Report(ctx, "2026-W47", report.Options{})
	if err != nil || len(got.Missing) != 0 || got.Figures.MessagesIn != 1 {
		t.Errorf("got missing %v and %d messages, %v, want none missing and 1", got.Missing, got.Figures.MessagesIn, err)
	}
}

func TestAStopDuringTheMailCostsNobodyTheirs(t *testing.T) {
	w, bg := newWeek(t), context.Background()
	w.recipient(t, "ana", "en")
	w.emptyWeeks(t)
	ctx, cancel := context.WithCancel(bg)
	sent := 0
	w.weekly.Send = func(ctx context.Context, _ mail.Envelope) error { // stopped before the mail server was reached
		cancel()
		return ctx.Err()
	}
	if err := w.weekly.Run(ctx, "2026-W47"); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v, want the stop", err)
	}
	w.weekly.Send = func(context.Context, mail.Envelope) error { sent++; return nil }
	if err := w.weekly.Run(bg, "2026-W47"); err != nil || sent != 1 {
		t.Errorf("after the restart: got %v and %d mails, want one", err, sent)
	}
}

func TestAMailThatNobodyTakesIsNotTriedEveryMinute(t *testing.T) {
	w := newWeek(t)
	w.recipient(t, "ana", "en")
	w.refuse = errors.New("550 no such user")
	c := &clockwork.Clock{
		Zone: w.rollup.Zone, Now: func() time.Time { return w.now }, Log: slog.New(slog.DiscardHandler),
		Nightly: w.rollup.Nightly, Weekly: w.weekly.Cards, Mails: w.weekly.Due, Minute: func(context.Context) error { return nil },
	}
	for range 120 {
		c.Tick(context.Background(), w.now)
		w.now = w.now.Add(time.Minute)
	}
	if n := len(w.sent); n < 2 || n > 4 {
		t.Errorf("got %d tries in two hours, want a few", n)
	}
}

func TestAMailThatFailedIsSentAgainAndOneThatWasCutOffIsNot(t *testing.T) {
	w, ctx := newWeek(t), context.Background()
	w.recipient(t, "ana", "en")
	w.emptyWeeks(t)
	w.refuse = errors.New("the mail server is down")
	if err := w.weekly.Run(ctx, "2026-W47"); !errors.Is(err, w.refuse) {
		t.Fatalf("got %v, want the server's error", err)
	}
	w.refuse = nil
	if err := w.weekly.Run(ctx, "2026-W47"); err != nil || len(w.sent) != 2 {
		t.Fatalf("after a failure: got %v and %d tries, want a second try", err, len(w.sent))
	}
	if _, err := w.store.StartMailing(ctx, record.Mailing{Week: "2026-W46", Recipient: "ana"}); err != nil {
		t.Fatal(err) // a run claimed it and was killed
	}
	if err := w.weekly.Run(ctx, "2026-W46"); err != nil || len(w.sent) != 2 {
		t.Errorf("after a cut: got %v and %d mails, want no second mail", err, len(w.sent))
	}
}

func TestALateReceiptRollsItsDayUpAgain(t *testing.T) {
	w, ctx := newWeek(t), context.Background()
	at := time.Date(2026, 11, 18, 10, 0, 0, 0, w.rollup.Zone)
	w.chat(t, 1, at)
	if err := w.rollup.Day(ctx, "2026-11-18"); err != nil {
		t.Fatal(err)
	}
	home := conversation.ID("wa-main", message.Person{Phone: "15550100001"})
	r := conversation.Receipt{ReplyID: conversation.NewID(at.Add(900*time.Millisecond), []byte("000001")), Receipt: message.Receipt{Status: message.Read, Time: w.now}}
	if err := w.store.Receive(ctx, home, r, "2026-11-18"); err != nil {
		t.Fatal(err)
	}
	if err := w.rollup.Nightly(ctx, w.now); err != nil {
		t.Fatal(err)
	}
	rows, err := w.store.KPIRows(ctx, "2026-W47")
	if err != nil || len(rows) != 7 || !strings.Contains(string(rows[2].Body), `"read":1`) {
		t.Errorf("got %d rows, %v, want one for each day and one read on the 18th: %s", len(rows), err, rows)
	}
	if marks, _ := w.store.Redo(ctx); len(marks) != 0 {
		t.Errorf("got %v still marked", marks)
	}
}

func TestExpiredMessagesLeaveTheFiguresAlone(t *testing.T) {
	w, ctx := newWeek(t), context.Background()
	w.chat(t, 1, time.Date(2026, 11, 18, 10, 0, 0, 0, w.rollup.Zone))
	if err := w.rollup.Day(ctx, "2026-11-18"); err != nil {
		t.Fatal(err)
	}
	before, _ := w.store.KPIRows(ctx, "2026-W47")
	w.now = w.now.Add(w.store.Keep)
	if err := w.rollup.Day(ctx, "2026-11-18"); err != nil {
		t.Fatal(err)
	}
	after, err := w.store.KPIRows(ctx, "2026-W47")
	if err != nil || len(before) == 0 || string(after[0].Body) != string(before[0].Body) {
		t.Errorf("got %v, %v, want the rows of before: %v", after, err, before)
	}
}

func TestAReportReadsAFewRowsHoweverManyMessages(t *testing.T) {
	w, ctx := newWeek(t), context.Background()
	for person := range 200 {
		w.chat(t, person, time.Date(2026, 11, 18, 9, person%60, person%50, 0, w.rollup.Zone))
	}
	if err := w.rollup.Day(ctx, "2026-11-18"); err != nil {
		t.Fatal(err)
	}
	w.reads.Store(0)
	if _, err := w.weekly.Report(ctx, "2026-W47", report.Options{}); err != nil {
		t.Fatal(err)
	}
	if n := w.reads.Load(); n == 0 || n > 8 {
		t.Errorf("got %d rows read for a report over 200 conversations, want 1 to 8", n)
	}
}
