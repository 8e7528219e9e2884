package world

import (
	"context"
	_ "embed"
	"fmt"
	"net/http"
	"strings"
	"time"

	"frontdesk/shared/deadletter"
	"frontdesk/shared/desk"
	"frontdesk/shared/inbox"
	"frontdesk/shared/live"
	"frontdesk/shared/message"
	"frontdesk/shared/publish"
	"frontdesk/shared/receipts"
	"frontdesk/shared/record"
	"frontdesk/shared/send"
	"frontdesk/shared/webhook"
	"frontdesk/shared/whatsapp"
	"frontdesk/soak/fault"
)

// process is one running program, or one function's container: everything that it
// keeps in memory is lost with it.
type process struct {
	desk     *desk.Desk
	receiver *receipts.Receiver
	keeper   *deadletter.Keeper
	store    *record.Store
	mux      *http.ServeMux
}

// start wires a process as the program does. Its queues are given.
func (w *World) start(in, reports inbox.Queue) *process {
	st := record.New(store{w, w.raw})
	keeper := &deadletter.Keeper{Store: st, Now: w.ourTime, Log: w.log}
	door := &webhook.Door{WhatsApp: whatsapp.NewDoor(channels()), Inbox: in, Receipts: reports, Grave: keeper, Log: w.log}
	mux := http.NewServeMux()
	door.Routes(mux)
	guard := w.guard(st)
	sender := desk.Sender(guard.Send)
	attempts, allowed := inbox.Default.MaxAttempts-2, 0 // as cmd/frontdesk and functions/desk have it
	if w.cfg.Host == Functions {
		attempts, allowed = inbox.Default.MaxAttempts, waits
	}
	if w.cfg.Sender != nil {
		sender = w.cfg.Sender(sender)
	}
	return &process{
		desk: &desk.Desk{
			Store: st, Live: &live.Cache{Store: st}, Send: sender, Guard: guard, Zone: w.zone, Now: w.ourTime,
			Entropy: w.entropy, Log: w.log, Attempts: attempts, Waits: allowed, Sleep: w.sleep,
		},
		receiver: &receipts.Receiver{Store: st, Zone: w.zone, Now: w.ourTime, Log: w.log},
		keeper:   keeper, store: st, mux: mux,
	}
}

// guard is the real sender and its guard over a wire that breaks.
func (w *World) guard(gates send.Gates) *send.Guard {
	s := &whatsapp.Sender{HTTP: &http.Client{Transport: wire{w}}}
	ch := channels()[0]
	o := send.Options{Gates: gates, Now: w.ourTime, Chance: w.faults.Float, Sleep: w.sleep, Log: w.log}
	if w.cfg.Host == Functions {
		o.Processes, o.Longest = deskConcurrency, time.Hour
	}
	o.Send = func(ctx context.Context, out message.Outgoing) (string, error) {
		w.ledger.marks[out.Ref] = w.ledger.markOf(w.subject())
		return s.Send(ctx, ch, out)
	}
	return send.NewGuard(channels(), o)
}

func (w *World) sleep(_ context.Context, d time.Duration) { w.sim.Sleep(d) }

// answer is the desk's handler, watched.
func (w *World) answer(p *process) inbox.Handler {
	return w.watched(deadletter.Inbox, p.desk.Handle)
}

// report is the receipts' handler, watched.
func (w *World) report(p *process) inbox.Handler {
	return w.watched(deadletter.Receipts, p.receiver.Handle)
}

func (w *World) watched(name string, handle inbox.Handler) inbox.Handler {
	return func(ctx context.Context, job inbox.Job) error {
		t := w.sim.Current()
		t.Subject = w.subjectOf(name, job.Body)
		w.clock(t.Subject)
		w.note(fmt.Sprintf("%s begins, attempt %d", name, job.Attempt))
		err := handle(ctx, job)
		w.clock(t.Subject)
		w.note(name + " ends" + outcome(err))
		if err != nil {
			w.leaks.See("an error of the "+name+" handler", err.Error())
		}
		return err
	}
}

// clock notes that our clock is off.
func (w *World) clock(subject string) {
	if w.skew() != 0 {
		w.faults.Touch(fault.Clock, subject)
	}
}

//go:embed playbook.json
var playbookText []byte

// publish makes the playbook live through the same checks as an admin's.
func (w *World) publish() error {
	p, faults := publish.Load(playbookText)
	faults = append(faults, publish.Check(p, []publish.Channel{{ID: channelID, Kind: message.WhatsApp}}, w.sim.Now())...)
	if len(faults) > 0 {
		var b strings.Builder
		for _, f := range faults {
			fmt.Fprintf(&b, "\n%s: %s %s", f.Path, f.Message, f.Fix)
		}
		return fmt.Errorf("the playbook cannot be published:%s", b.String())
	}
	now := w.sim.Now()
	err := record.New(w.raw).Publish(context.Background(), p, record.VersionInfo{Number: 1, At: now, By: "soak"}, record.Audit{ID: "1", At: now})
	if err != nil {
		return fmt.Errorf("publish the playbook: %w", err)
	}
	return nil
}

// serve runs one delivery through a process's door.
func (w *World) serve(p *process, body []byte, signature string) int {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, "/webhooks/whatsapp", strings.NewReader(string(body)))
	if err != nil {
		return 0
	}
	req.Header.Set(whatsapp.SignatureHeader, signature)
	rec := &recorder{header: http.Header{}}
	p.mux.ServeHTTP(rec, req)
	if rec.status() != http.StatusOK {
		w.leaks.See("an answer of the door", rec.body.String())
	}
	return rec.status()
}
