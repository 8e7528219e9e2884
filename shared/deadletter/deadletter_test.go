package deadletter_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frontdesk/shared/deadletter"
	"frontdesk/shared/inbox"
	"frontdesk/shared/record"
	"frontdesk/shared/table/bolt"
)

func keeper(t *testing.T, log *bytes.Buffer) *deadletter.Keeper {
	t.Helper()
	db, err := bolt.Open(filepath.Join(t.TempDir(), "desk.db"), bolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	now := time.Date(2026, 11, 18, 12, 0, 0, 0, time.UTC)
	return &deadletter.Keeper{Store: record.New(db), Now: func() time.Time { return now }, Log: slog.New(slog.NewJSONHandler(log, nil))}
}

var job = inbox.Job{ID: "wa-main/wamid.TEST", Group: "group", Body: []byte(`{"text":"SECRETWORD"}`)}

func TestADeadLetterIsKeptOnceAndPutBackUnderANewID(t *testing.T) {
	var log bytes.Buffer
	k, ctx := keeper(t, &log), context.Background()
	for range 2 {
		if err := k.Bury(ctx, deadletter.Inbox, job, "the desk gave up"); err != nil {
			t.Fatal(err)
		}
	}
	list, err := k.Store.DeadLetters(ctx, "", 10)
	if err != nil || len(list) != 1 || list[0].Reason != "the desk gave up" || list[0].Queue != deadletter.Inbox {
		t.Fatalf("got %v, %v, want one with its reason", list, err)
	}
	var back inbox.Job
	k.Back = map[string]func(context.Context, inbox.Job) error{
		deadletter.Inbox: func(_ context.Context, j inbox.Job) error { back = j; return nil },
	}
	if err := k.Retry(ctx, list[0].ID); err != nil {
		t.Fatal(err)
	}
	if string(back.Body) != string(job.Body) || back.Group != job.Group || back.ID == job.ID || back.ID == "" {
		t.Errorf("got %+v, want the same body and group under a new id", back)
	}
	if list, _ := k.Store.DeadLetters(ctx, "", 10); len(list) != 0 {
		t.Errorf("got %d left, want none", len(list))
	}
	if strings.Contains(log.String(), "SECRETWORD") || !strings.Contains(log.String(), `"alarm":"dead_letter"`) {
		t.Errorf("got log %s, want an alarm without the message", log.String())
	}
}

func TestWhatCannotBePutBackStays(t *testing.T) {
	var log bytes.Buffer
	k, ctx := keeper(t, &log), context.Background()
	if err := k.Bury(ctx, deadletter.Inbox, job, "reason"); err != nil {
		t.Fatal(err)
	}
	list, _ := k.Store.DeadLetters(ctx, "", 10)
	down := errors.New("the queue is down")
	k.Back = map[string]func(context.Context, inbox.Job) error{deadletter.Inbox: func(context.Context, inbox.Job) error { return down }}
	if err := k.Retry(ctx, list[0].ID); !errors.Is(err, down) {
		t.Errorf("got %v, want the queue's error", err)
	}
	k.Back = nil
	if err := k.Retry(ctx, list[0].ID); err == nil {
		t.Error("no way back: got no error")
	}
	if left, _ := k.Store.DeadLetters(ctx, "", 10); len(left) != 1 {
		t.Errorf("got %d left, want 1", len(left))
	}
	if err := k.Drop(ctx, list[0].ID); err != nil {
		t.Fatal(err)
	}
	if err := k.Drop(ctx, list[0].ID); !errors.Is(err, record.ErrNotFound) {
		t.Errorf("dropping twice: got %v, want ErrNotFound", err)
	}
}

// TestReasonsHoldNobody: reasons quote errors, and errors may quote a message.
func TestReasonsHoldNobody(t *testing.T) {
	cases := []struct{ name, reason, want string }{
		{"nothing to hide", "gave up after 12 attempts: the channel refused: 131016", "gave up after 12 attempts: the channel refused: 131016"},
		{"quoted words", `the job is not a message: parsing time "\"+16505551234 Sheena\"" as "2006"`, `the job is not a message: parsing time … as …`},
		{"a phone number in a word's place", "to 8613800000001: refused", "to …: refused"},
		{"a message id", "no message wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI/+=: gone", "no message …: gone"},
		{"a user id", "no contact US.13491208655302741918", "no contact …"},
		{"a parent's user id", "no contact US.ENT.11815799212886844830", "no contact …"},
		{"sizes and codes stay", "its body has 3276800 bytes, allowed are 1 to 100000", "its body has 3276800 bytes, allowed are 1 to 100000"},
		{"a conversation's id stays", "conversation 5c1f0e3b7a9d4c22 is busy", "conversation 5c1f0e3b7a9d4c22 is busy"},
		{"broken text", "a\xffb", "a?b"},
		{"a long one", strings.Repeat("é", 300), strings.Repeat("é", 250) + "…"},
		{"a long one, cut within a letter", "x" + strings.Repeat("é", 300), "x" + strings.Repeat("é", 249) + "…"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var log bytes.Buffer
			k, ctx := keeper(t, &log), context.Background()
			if err := k.Bury(ctx, deadletter.Inbox, job, c.reason); err != nil {
				t.Fatal(err)
			}
			list, err := k.Store.DeadLetters(ctx, "", 10)
			if err != nil || len(list) != 1 || list[0].Reason != c.want {
				t.Errorf("got %+v, %v, want reason %q", list, err, c.want)
			}
			if c.reason != c.want && strings.Contains(log.String(), "165055") {
				t.Errorf("got log %s", log.String())
			}
		})
	}
}

// TestARetryThatDiesAgainIsKeptAgain: it comes back as a job of its own, so its new
// death is a new dead letter, and the old one is gone.
func TestARetryThatDiesAgainIsKeptAgain(t *testing.T) {
	var log bytes.Buffer
	k, ctx := keeper(t, &log), context.Background()
	if err := k.Bury(ctx, deadletter.Inbox, job, "first"); err != nil {
		t.Fatal(err)
	}
	k.Back = map[string]func(context.Context, inbox.Job) error{
		deadletter.Inbox: func(ctx context.Context, j inbox.Job) error { return k.Bury(ctx, deadletter.Inbox, j, "second") },
	}
	for range 3 {
		list, err := k.Store.DeadLetters(ctx, "", 10)
		if err != nil || len(list) != 1 {
			t.Fatalf("got %v, %v, want one", list, err)
		}
		if err := k.Retry(ctx, list[0].ID); err != nil {
			t.Fatal(err)
		}
	}
	list, _ := k.Store.DeadLetters(ctx, "", 10)
	if len(list) != 1 || list[0].Reason != "second" || len(list[0].JobID) > 100 {
		t.Errorf("got %+v, want the newest death alone", list)
	}
	var none *deadletter.NoWayBack
	k.Back = nil
	if err := k.Retry(ctx, list[0].ID); !errors.As(err, &none) || none.Queue != deadletter.Inbox {
		t.Errorf("got %v, want a NoWayBack", err)
	}
}
