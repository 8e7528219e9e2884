package record_test

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/conversation"
	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
	"frontdesk/shared/record"
	"frontdesk/shared/table/bolt"
)

var noon = time.Date(2026, 11, 18, 12, 0, 0, 0, time.UTC)

func open(t *testing.T) *record.Store {
	t.Helper()
	db, err := bolt.Open(filepath.Join(t.TempDir(), "desk.db"), bolt.Options{Now: func() time.Time { return noon }, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return record.New(db)
}

func inbound(home string, minute int) conversation.Message {
	m := message.Inbound{Channel: "wa-main", ID: "wamid." + string(rune('a'+minute)), Time: noon.Add(time.Duration(minute) * time.Minute)}
	return conversation.Message{
		ID: conversation.InboundID(m), Conversation: home, Channel: "wa-main", Direction: conversation.In,
		ChannelID: m.ID, At: m.Time, Type: "text", Text: "hello",
		Claim: &conversation.Claim{ReplyID: conversation.NewID(m.Time.Add(time.Second), []byte("reply!")), Content: message.Content{Shape: message.ShapeText, Text: "hi"}},
	}
}

var home = conversation.ID("wa-main", message.Person{Phone: "16505551234"})

func TestAMessageIsClaimedOnce(t *testing.T) {
	s, ctx := open(t), context.Background()
	m := inbound(home, 0)
	first, err := s.Claim(ctx, m)
	if err != nil || first.Version != 1 {
		t.Fatalf("got version %d, %v, want 1", first.Version, err)
	}
	second := m
	second.Claim = &conversation.Claim{ReplyID: "another"}
	got, err := s.Claim(ctx, second)
	if !errors.Is(err, record.ErrDuplicate) {
		t.Fatalf("got %v, want ErrDuplicate", err)
	}
	if diff := cmp.Diff(first, got); diff != "" {
		t.Errorf("the stored claim is not what comes back (-want +got):\n%s", diff)
	}
}

func TestAClaimIsTakenOverOnlyAtTheVersionThatWasRead(t *testing.T) {
	s, ctx := open(t), context.Background()
	m, err := s.Claim(ctx, inbound(home, 0))
	if err != nil {
		t.Fatal(err)
	}
	taken, err := s.Reclaim(ctx, m)
	if err != nil || taken.Version != 2 {
		t.Fatalf("got version %d, %v, want 2", taken.Version, err)
	}
	if again, err := s.Reclaim(ctx, m); err != nil || again.Version != 2 {
		t.Errorf("the same write repeated: got version %d, %v, want it recognised", again.Version, err)
	}
	m.Claim.By = "another worker"
	if _, err := s.Reclaim(ctx, m); !errors.Is(err, record.ErrStale) {
		t.Errorf("taking over with an old version: got %v, want ErrStale", err)
	}
}

func TestATurnIsRecordedWholeOrNotAtAll(t *testing.T) {
	s, ctx := open(t), context.Background()
	head := conversation.Head{ID: home, Home: home, Channel: "wa-main", LastInbound: noon}
	turn := record.Turn{Head: head, New: []conversation.Message{inbound(home, 0)}, Days: []string{"2026-11-18"}}
	if err := s.Record(ctx, turn); err != nil {
		t.Fatal(err)
	}
	if err := s.Record(ctx, turn); !errors.Is(err, record.ErrDuplicate) {
		t.Errorf("the same message again: got %v, want ErrDuplicate", err)
	}
	turn.New = []conversation.Message{inbound(home, 1)}
	if err := s.Record(ctx, turn); !errors.Is(err, record.ErrStale) {
		t.Errorf("with an old head: got %v, want ErrStale", err)
	}
	messages, err := s.Messages(ctx, home, noon.Add(-time.Hour), noon.Add(time.Hour))
	if err != nil || len(messages) != 1 {
		t.Errorf("got %d messages, %v, want only the first", len(messages), err)
	}
	days, err := s.ActiveDay(ctx, "2026-11-18")
	if err != nil || !cmp.Equal(days, []string{home}) {
		t.Errorf("got active %v, %v, want [%s]", days, err, home)
	}
}

func TestARepliesContentIsPutBackFromTheClaim(t *testing.T) {
	s, ctx := open(t), context.Background()
	in := inbound(home, 0)
	out := conversation.Message{ID: in.Claim.ReplyID, Conversation: home, Direction: conversation.Out, InReplyTo: in.ID, At: noon.Add(time.Second)}
	if err := s.Record(ctx, record.Turn{Head: conversation.Head{ID: home, Home: home}, New: []conversation.Message{in, out}}); err != nil {
		t.Fatal(err)
	}
	got, err := s.Messages(ctx, home, noon, noon.Add(time.Minute))
	if err != nil || len(got) != 2 {
		t.Fatalf("got %d messages, %v", len(got), err)
	}
	if got[1].Content == nil || got[1].Content.Text != "hi" {
		t.Errorf("got content %v, want hi", got[1].Content)
	}
	page, next, err := s.MessagePage(ctx, home, "", 1)
	if err != nil || len(page) != 1 || page[0].ID != out.ID || next == "" {
		t.Errorf("newest first: got %d messages, next %q, %v", len(page), next, err)
	}
}

func TestReceiptsComeInAnyOrderAndRepeat(t *testing.T) {
	s, ctx := open(t), context.Background()
	reply := conversation.NewID(noon, []byte("reply!"))
	for _, status := range []message.Status{message.Read, message.Sent, message.Sent, message.Delivered} {
		r := conversation.Receipt{ReplyID: reply, Receipt: message.Receipt{Status: status, Time: noon}}
		if err := s.Receive(ctx, home, r, ""); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.Receipts(ctx, home, reply)
	if err != nil || len(got) != 3 {
		t.Errorf("got %d receipts, %v, want 3: one per status", len(got), err)
	}
}

func TestALateReceiptMarksItsDayUntilTheDayIsDone(t *testing.T) {
	s, ctx := open(t), context.Background()
	r := conversation.Receipt{ReplyID: conversation.NewID(noon, []byte("reply!")), Receipt: message.Receipt{Status: message.Read, Time: noon}}
	if err := s.Receive(ctx, home, r, "2026-11-17"); err != nil {
		t.Fatal(err)
	}
	marks, err := s.Redo(ctx)
	if err != nil || len(marks) != 1 || marks[0].Day != "2026-11-17" {
		t.Fatalf("got %v, %v, want the 17th", marks, err)
	}
	if err := s.MarkDay(ctx, "2026-11-17", home); err != nil { // marked again while it was rolled up
		t.Fatal(err)
	}
	if err := s.Done(ctx, marks[0]); err != nil {
		t.Fatal(err)
	}
	if left, _ := s.Redo(ctx); len(left) != 1 {
		t.Fatalf("got %d marks, want the newer one kept", len(left))
	}
	marks, _ = s.Redo(ctx)
	if err := s.Done(ctx, marks[0]); err != nil {
		t.Fatal(err)
	}
	if left, _ := s.Redo(ctx); len(left) != 0 {
		t.Errorf("got %d marks, want none", len(left))
	}
}

func TestPlaybookVersions(t *testing.T) {
	s, ctx := open(t), context.Background()
	big := playbook.Playbook{Languages: []string{"en"}, Variables: map[string]string{}}
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range 4000 { // does not compress into one item
		var b [160]byte
		for j := range b {
			b[j] = byte('!' + rng.IntN(90))
		}
		big.Variables[string(rune(0x4e00+i))] = string(b[:])
	}
	small := playbook.Playbook{Languages: []string{"zh-CN"}}
	for n, p := range map[int64]playbook.Playbook{1: small} {
		if err := s.Publish(ctx, p, record.VersionInfo{Number: n, At: noon, By: "admin"}, record.Audit{ID: "a1", At: noon}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Publish(ctx, big, record.VersionInfo{Number: 2, At: noon}, record.Audit{ID: "a2", At: noon}); err != nil {
		t.Fatal(err)
	}
	if err := s.Publish(ctx, small, record.VersionInfo{Number: 2, At: noon}, record.Audit{ID: "a3", At: noon}); !errors.Is(err, record.ErrStale) {
		t.Errorf("publishing a taken number: got %v, want ErrStale", err)
	}
	if live, err := s.Live(ctx); err != nil || live != 2 {
		t.Errorf("got live %d, %v, want 2", live, err)
	}
	got, info, err := s.Playbook(ctx, 2)
	if err != nil || info.Number != 2 {
		t.Fatalf("got %+v, %v", info, err)
	}
	if diff := cmp.Diff(big, got); diff != "" {
		t.Errorf("a large playbook is not what it was (-want +got):\n%.500s", diff)
	}
	versions, err := s.Versions(ctx, 0, 10)
	if err != nil || len(versions) != 2 || versions[0].Number != 2 {
		t.Errorf("got %v, %v, want versions 2 and 1", versions, err)
	}
	if entries, _, err := s.AuditPage(ctx, noon, record.AuditSearch{From: noon}, 10); err != nil || len(entries) != 2 || entries[0].ID != "a2" {
		t.Errorf("got audit %v, %v, want a2 and a1", entries, err)
	}
}

func TestADraftIsSavedOnlyOverWhatWasRead(t *testing.T) {
	s, ctx := open(t), context.Background()
	if _, _, err := s.Draft(ctx); !errors.Is(err, record.ErrNotFound) {
		t.Fatalf("got %v, want ErrNotFound", err)
	}
	p := playbook.Playbook{Languages: []string{"en"}}
	if err := s.SaveDraft(ctx, p, 0, record.Audit{ID: "1", At: noon}); err != nil {
		t.Fatal(err)
	}
	if err := s.SaveDraft(ctx, p, 0, record.Audit{ID: "2", At: noon}); !errors.Is(err, record.ErrStale) {
		t.Errorf("got %v, want ErrStale", err)
	}
	_, version, err := s.Draft(ctx)
	if err != nil || s.SaveDraft(ctx, p, version, record.Audit{ID: "3", At: noon}) != nil {
		t.Errorf("saving at version %d failed (%v)", version, err)
	}
}

func TestDeadLettersOfAnySizeComeBackWhole(t *testing.T) {
	s, ctx := open(t), context.Background()
	body := make([]byte, 3<<20)
	rng := rand.New(rand.NewPCG(3, 4))
	for i := range body {
		body[i] = byte(rng.Uint32())
	}
	if err := s.Bury(ctx, record.DeadLetter{ID: "d1", At: noon, Queue: "webhook", Reason: "not JSON"}, body); err != nil {
		t.Fatal(err)
	}
	list, err := s.DeadLetters(ctx, "", 10)
	if err != nil || len(list) != 1 || list[0].Size != len(body) || list[0].Reason != "not JSON" {
		t.Fatalf("got %v, %v", list, err)
	}
	d, got, err := s.DeadLetter(ctx, "d1")
	if err != nil || string(got) != string(body) {
		t.Fatalf("got %d bytes, %v, want the %d that were kept", len(got), err, len(body))
	}
	if err := s.Exhume(ctx, d); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.DeadLetter(ctx, "d1"); !errors.Is(err, record.ErrNotFound) {
		t.Errorf("got %v, want ErrNotFound", err)
	}
}

func TestReplacingADayLeavesNoOldRows(t *testing.T) {
	s, ctx := open(t), context.Background()
	row := func(day, team string) record.KPIRow {
		return record.KPIRow{Day: day, Channel: "wa-main", Team: team, Body: json.RawMessage(`{"in":1}`)}
	}
	other := row("2026-11-17", "sales")
	if err := s.ReplaceDay(ctx, "2026-W47", "2026-11-17", []record.KPIRow{other}); err != nil {
		t.Fatal(err)
	}
	for _, rows := range [][]record.KPIRow{{row("2026-11-18", "care"), row("2026-11-18", "sales")}, {row("2026-11-18", "sales")}} {
		if err := s.ReplaceDay(ctx, "2026-W47", "2026-11-18", rows); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.KPIRows(ctx, "2026-W47")
	want := []record.KPIRow{other, row("2026-11-18", "sales")}
	if err != nil || !cmp.Equal(got, want) {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
}

func TestAMailGoesOutOnceHoweverOftenItIsStarted(t *testing.T) {
	s, ctx := open(t), context.Background()
	m, err := s.StartMailing(ctx, record.Mailing{Week: "2026-W47", Recipient: "boss", At: noon})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.StartMailing(ctx, record.Mailing{Week: "2026-W47", Recipient: "boss"}); !errors.Is(err, record.ErrDuplicate) {
		t.Errorf("while it is being sent: got %v, want ErrDuplicate", err)
	}
	m.State = record.MailFailed
	if err := s.EndMailing(ctx, m); err != nil {
		t.Fatal(err)
	}
	m, err = s.StartMailing(ctx, record.Mailing{Week: "2026-W47", Recipient: "boss"})
	if err != nil {
		t.Fatalf("after a failure: got %v, want another try", err)
	}
	m.State = record.MailSent
	if err := s.EndMailing(ctx, m); err != nil {
		t.Fatal(err)
	}
	if _, err := s.StartMailing(ctx, record.Mailing{Week: "2026-W47", Recipient: "boss"}); !errors.Is(err, record.ErrDuplicate) {
		t.Errorf("after it was sent: got %v, want ErrDuplicate", err)
	}
}
