package machine

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"frontdesk/shared/channel"
	"frontdesk/shared/deadletter"
	"frontdesk/shared/desk"
	"frontdesk/shared/inbox"
	"frontdesk/shared/inbox/local"
	"frontdesk/shared/live"
	"frontdesk/shared/receipts"
	"frontdesk/shared/record"
	"frontdesk/shared/send"
	"frontdesk/shared/table/bolt"
	"frontdesk/shared/webhook"
	"frontdesk/shared/whatsapp"
)

// step is how far the clock is put forward at a time: leases have run out by then, and
// so has a wait for receipts. What needs to wait again gets another step.
const (
	step  = 5 * time.Minute
	steps = 4
)

// later is the same desk on the store that a stopped machine left, minutes later.
type later struct {
	db              *bolt.DB
	inbox, receipts *local.Queue
	desk            *desk.Desk
	receiver        *receipts.Receiver
	server          *httptest.Server
}

func openLater(t *testing.T, m *machine, g *graph, ahead time.Duration) *later {
	t.Helper()
	now := func() time.Time { return time.Now().Add(ahead) }
	log := slog.New(slog.NewJSONHandler(&m.log, nil))
	channels, err := channel.Load(t.Context(), g.channels(), nil)
	if err != nil {
		t.Fatal(err)
	}
	db, err := bolt.Open(filepath.Join(m.data, "frontdesk.db"), bolt.Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	store := record.New(db)
	keeper := &deadletter.Keeper{Store: store, Now: now, Log: log}
	queue := func(name string) *local.Queue {
		q, err := local.New(db, local.Options{Name: name, Graveyard: keeper, Log: log, Now: now})
		if err != nil {
			t.Fatal(err)
		}
		return q
	}
	l := &later{db: db, inbox: queue(deadletter.Inbox), receipts: queue(deadletter.Receipts)}
	l.desk = &desk.Desk{
		Store: store, Live: &live.Cache{Store: store}, Send: send.New(channels, store).Send, Zone: time.UTC,
		Now: now, Entropy: rand.Reader, Log: log, Attempts: inbox.Default.MaxAttempts,
	}
	l.receiver = &receipts.Receiver{Store: store, Zone: time.UTC, Now: now, Log: log}
	mux := http.NewServeMux()
	door := &webhook.Door{WhatsApp: whatsapp.NewDoor(channels), Inbox: l.inbox, Receipts: l.receipts, Grave: keeper, Log: log}
	door.Routes(mux)
	l.server = httptest.NewServer(mux)
	return l
}

// finish ends what a stopped machine has begun, without waiting for leases in real
// time: first every receipt comes in, then what is left on the inbox is worked on.
func finish(t *testing.T, m *machine, g *graph) {
	t.Helper()
	left := -1
	for n := 1; n <= steps && left != 0; n++ {
		l := openLater(t, m, g, time.Duration(n)*step)
		m.opened(l.server.URL, nil, nil)
		left = l.work(t, g)
		m.closed()
		l.server.Close()
		if err := l.db.Close(); err != nil {
			t.Error(err)
		}
	}
	if left > 0 {
		t.Errorf("%d jobs are left after %s", left, steps*step)
	}
}

// work does what is due by the clock of l and returns how many jobs must still wait.
func (l *later) work(t *testing.T, g *graph) (left int) {
	t.Helper()
	g.receipts.Wait() // nobody sends now, so no new ones come
	run(t, l.receipts, l.receiver.Handle)
	left = run(t, l.inbox, l.desk.Handle)
	g.receipts.Wait()
	return left + run(t, l.receipts, l.receiver.Handle)
}

// quiet is how long a queue does nothing before all that it holds counts as waiting.
const quiet = 2 * time.Second

// run works on a queue until it is empty or waits, and returns what it still holds.
func run(t *testing.T, q *local.Queue, handle inbox.Handler) int {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	var handled atomic.Int64
	ended := make(chan error, 1)
	go func() {
		ended <- q.Run(ctx, func(ctx context.Context, job inbox.Job) error {
			defer handled.Add(1)
			return handle(ctx, job)
		}, 16)
	}()
	last, since := int64(-1), time.Now()
	for ctx.Err() == nil {
		s := q.Stats()
		if n := handled.Load(); n != last || s.InFlight > 0 {
			last, since = n, time.Now()
		}
		if s.Waiting+s.InFlight == 0 || time.Since(since) > quiet {
			break
		}
		_ = pause(ctx, 5*time.Millisecond)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	return q.Stats().Waiting
}
