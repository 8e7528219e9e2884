package receipts_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/inbox"
	"frontdesk/shared/message"
	"frontdesk/shared/receipts"
	"frontdesk/shared/record"
	"frontdesk/shared/table"
	"frontdesk/shared/table/bolt"
)

var (
	noon  = time.Date(2026, 11, 18, 4, 0, 0, 0, time.UTC)
	home  = conversation.ID("wa-main", message.Person{Phone: "16505551234"})
	reply = conversation.NewID(noon, []byte("reply!"))
)

type world struct {
	*receipts.Receiver
	calls *counted
}

// counted counts the writes and reads of a table.
type counted struct {
	table.Table
	n map[string]int
}

func (c *counted) Put(ctx context.Context, it table.Item, cond table.Condition) error {
	c.n["put"]++
	return c.Table.Put(ctx, it, cond)
}

func (c *counted) Get(ctx context.Context, keys ...table.Key) ([]table.Item, error) {
	c.n["get"]++
	return c.Table.Get(ctx, keys...)
}

func (c *counted) Transact(ctx context.Context, w ...table.Write) error {
	c.n["transact"]++
	return c.Table.Transact(ctx, w...)
}

func newWorld(t *testing.T, now time.Time) world {
	t.Helper()
	db, err := bolt.Open(filepath.Join(t.TempDir(), "desk.db"), bolt.Options{Now: func() time.Time { return now }, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	c := &counted{Table: db, n: map[string]int{}}
	return world{&receipts.Receiver{Store: record.New(c), Zone: zone, Now: func() time.Time { return now }, Log: slog.New(slog.NewTextHandler(io.Discard, nil))}, c}
}

func (w world) handle(t *testing.T, r message.Report) error {
	t.Helper()
	body, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	return w.Handle(context.Background(), inbox.Job{ID: "job", Body: body})
}

func receipt(status message.Status) message.Report {
	return message.Report{Receipt: &message.Receipt{
		Channel: "wa-main", ID: "wamid.OUT1", Ref: conversation.Ref(home, reply), Status: status, Time: noon.Add(time.Minute),
		Faults: []message.Fault{{Code: 131026}},
	}}
}

func TestAReceiptIsOneWriteAndNoRead(t *testing.T) {
	w := newWorld(t, noon)
	if err := w.handle(t, receipt(message.Delivered)); err != nil {
		t.Fatal(err)
	}
	if w.calls.n["put"] != 1 || len(w.calls.n) != 1 {
		t.Errorf("got calls %v, want one put", w.calls.n)
	}
	got, err := w.Store.Receipts(context.Background(), home, reply)
	if err != nil || len(got) != 1 || got[0].Status != message.Delivered || got[0].ID != "wamid.OUT1" {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestAReceiptOfAnEarlierDayMarksThatDayInTheSameWrite(t *testing.T) {
	w := newWorld(t, noon.Add(24*time.Hour))
	if err := w.handle(t, receipt(message.Read)); err != nil {
		t.Fatal(err)
	}
	if w.calls.n["transact"] != 1 || len(w.calls.n) != 1 {
		t.Errorf("got calls %v, want one transaction", w.calls.n)
	}
	marks, err := w.Store.Redo(context.Background())
	if err != nil || len(marks) != 1 || marks[0].Day != "2026-11-18" {
		t.Errorf("got %v, %v, want the 18th marked", marks, err)
	}
}

func TestAReplyThatDidNotArriveCallsPeople(t *testing.T) {
	w, ctx := newWorld(t, noon), context.Background()
	err := w.handle(t, receipt(message.Failed))
	if _, later := errors.AsType[*inbox.Retry](err); !later {
		t.Fatalf("before the reply is recorded: got %v, want a later try", err)
	}
	if err := w.Store.Record(ctx, record.Turn{Head: conversation.Head{ID: home, Home: home, Status: conversation.Resolved}}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := w.handle(t, receipt(message.Failed)); err != nil {
			t.Fatal(err)
		}
	}
	h, err := w.Store.Head(ctx, home)
	if err != nil || h.HandedOff.IsZero() || h.Reason != receipts.ReasonDelivery || h.Status != conversation.Open || h.Version != 2 {
		t.Errorf("got %+v, %v, want it with people, written once", h, err)
	}
}

// Whoever says STOP and blocks us does not get the confirmation, and nobody is woken.
func TestAConfirmationOfAWishThatDidNotArriveCallsNobody(t *testing.T) {
	for _, wish := range []string{conversation.ByOptOut, conversation.ByOptIn} {
		w := newWorld(t, noon)
		err := w.Store.Record(t.Context(), record.Turn{
			Head: conversation.Head{ID: home, Home: home, Status: conversation.Resolved},
			New:  []conversation.Message{{ID: reply, Conversation: home, Direction: conversation.Out, At: noon, Filter: wish}},
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.handle(t, receipt(message.Failed)); err != nil {
			t.Fatal(err)
		}
		if h, err := w.Store.Head(t.Context(), home); err != nil || !h.HandedOff.IsZero() || h.Status != conversation.Resolved {
			t.Errorf("%s: got %+v, %v, want it settled", wish, h, err)
		}
	}
}

func TestWhatIsNotOursIsPassedOver(t *testing.T) {
	for name, r := range map[string]message.Report{
		"sent by something else": {Receipt: &message.Receipt{ID: "wamid.X", Ref: "crm-4711", Status: message.Sent}},
		"no reference":           {Receipt: &message.Receipt{ID: "wamid.X", Status: message.Sent}},
	} {
		w := newWorld(t, noon)
		if err := w.handle(t, r); err != nil || len(w.calls.n) != 0 {
			t.Errorf("%s: got %v and calls %v, want nothing done", name, err, w.calls.n)
		}
	}
}

func TestAnUnknownStatusIsKeptAndLowersNothing(t *testing.T) {
	w := newWorld(t, noon)
	for _, status := range []message.Status{message.Read, "warmed"} {
		if err := w.handle(t, receipt(status)); err != nil {
			t.Fatal(err)
		}
	}
	got, err := w.Store.Receipts(context.Background(), home, reply)
	if err != nil || len(got) != 2 || got[1].Status.Rank() != 0 {
		t.Errorf("got %+v, %v, want both, the unknown one without rank", got, err)
	}
}

func TestANoticeIsKeptAsReceived(t *testing.T) {
	w := newWorld(t, noon)
	if err := w.handle(t, message.Report{Notice: &message.Notice{Account: "102290129340398", Field: "account_alerts", Value: json.RawMessage(`{"x":1}`)}}); err != nil {
		t.Fatal(err)
	}
	page, err := w.Store.Table.Query(context.Background(), table.Query{PK: "NOTICE#2026-11"})
	if err != nil || len(page.Items) != 1 {
		t.Errorf("got %d notices, %v, want 1", len(page.Items), err)
	}
}

func TestJobsThatAreNoReportsDie(t *testing.T) {
	w := newWorld(t, noon)
	for _, body := range []string{"{", "{}"} {
		err := w.Handle(context.Background(), inbox.Job{Body: []byte(body)})
		if _, dead := errors.AsType[*inbox.Death](err); !dead {
			t.Errorf("%s: got %v, want a dead letter", body, err)
		}
	}
}

func TestAFailedReplyToWhoIsBlockedCallsNobody(t *testing.T) {
	w := newWorld(t, noon)
	head := conversation.Head{ID: home, Home: home, Channel: "wa-main", Status: conversation.Resolved, Team: "care"}
	head.Contact.Blocked = noon.Add(-time.Second).UnixMilli()
	if err := w.Store.Record(t.Context(), record.Turn{Head: head}); err != nil {
		t.Fatal(err)
	}
	if err := w.handle(t, receipt(message.Failed)); err != nil {
		t.Fatal(err)
	}
	h, err := w.Store.Head(t.Context(), home)
	if err != nil || !h.HandedOff.IsZero() || !h.WaitingSince.IsZero() || h.Failed == "" {
		t.Errorf("got %+v, %v, want the failure noted and nobody called", h, err)
	}
}
