package world

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"net/http"
	"strings"
	"time"

	"frontdesk/shared/deadletter"
	"frontdesk/shared/desk"
	"frontdesk/shared/errand"
	"frontdesk/shared/inbox"
	"frontdesk/shared/intake"
	"frontdesk/shared/live"
	"frontdesk/shared/message"
	"frontdesk/shared/publish"
	"frontdesk/shared/pull"
	"frontdesk/shared/receipts"
	"frontdesk/shared/record"
	"frontdesk/shared/send"
	"frontdesk/shared/webhook"
	"frontdesk/shared/wecom"
	"frontdesk/shared/whatsapp"
	"frontdesk/soak/fault"
)

// process is one running program, or one function's container: everything that it
// keeps in memory is lost with it.
type process struct {
	desk     *desk.Desk
	work     inbox.Handler // of the inbox
	timer    *pull.Timer
	receiver *receipts.Receiver
	keeper   *deadletter.Keeper
	store    *record.Store
	mux      *http.ServeMux
	callers  callers
}

// start wires a process as the program does. Its queues are given.
func (w *World) start(in, reports inbox.Queue) *process {
	st := record.New(store{w, w.raw})
	p := &process{store: st, keeper: &deadletter.Keeper{Store: st, Now: w.ourTime, Log: w.log}, mux: http.NewServeMux()}
	p.callers = callers{w: w, store: st}
	w.openDoor(p, in, reports)
	guard := w.guard(p)
	sender := desk.Sender(guard.Send)
	attempts, allowed := inbox.Default.MaxAttempts-2, 0 // as cmd/frontdesk and functions/desk have it
	if w.cfg.Host == Functions {
		attempts, allowed = inbox.Default.MaxAttempts, waits
	}
	if w.cfg.Sender != nil {
		sender = w.cfg.Sender(sender)
	}
	book, sessions := &live.Cache{Store: st}, send.NewSessions(w.side.channels(), &p.callers)
	p.desk = &desk.Desk{
		Store: st, Live: book, Send: sender, Guard: guard, Zone: w.zone, Now: w.ourTime,
		Entropy: w.entropy, Log: w.log, Attempts: attempts, Waits: allowed, Sleep: w.sleep,
		Sessions: sessions, OnEvent: sessions.OnEvent,
	}
	p.receiver = &receipts.Receiver{Store: st, Zone: w.zone, Now: w.ourTime, Log: w.log}
	to := intake.Intake{Inbox: in, Receipts: traced{w, reports}, Grave: p.keeper}
	p.work = pull.Dispatch(&pull.Puller{
		Channels: w.side.channels(), WeCom: &p.callers, Store: st, Live: book, Zone: w.zone, Now: w.ourTime, Log: w.log, Intake: to, Asker: p.desk,
	}, p.desk, errand.Handlers{})
	p.timer = &pull.Timer{Store: st, Intake: to, Now: w.ourTime}
	if w.cfg.Host == Machine { // functions call for those alone that were fetched before
		p.timer.Channels = w.fetched()
	}
	return p
}

// openDoor wires the door.
func (w *World) openDoor(p *process, in, reports inbox.Queue) {
	callbacks, err := wecom.NewDoor(w.side.channels())
	if err != nil { // the keys are ours
		w.leaks.See("an error of the door", err.Error())
		return
	}
	door := &webhook.Door{
		WhatsApp: whatsapp.NewDoor(w.side.channels()), WeCom: callbacks, Inbox: in, Receipts: reports, Grave: p.keeper, Log: w.log, Now: w.ourTime,
	}
	door.Routes(p.mux)
}

// fetched are the channels whose messages we fetch.
func (w *World) fetched() []string {
	if !w.cfg.Channel.Served() {
		return nil
	}
	return []string{w.side.channels()[0].ID}
}

// fetch runs the timer that makes up for lost callbacks.
func (w *World) fetch(p *process) {
	if !w.cfg.Channel.Served() || w.cfg.Still {
		return
	}
	if _, err := p.timer.Due(context.Background(), 100); err != nil {
		w.leaks.See("an error of the timers", err.Error())
	}
}

// several bounds a WeCom send, as package send has it.
const several = 12 * time.Second

// guard is the real sender and its guard over a wire that breaks.
func (w *World) guard(p *process) *send.Guard {
	s := &whatsapp.Sender{HTTP: &http.Client{Transport: wire{w}}}
	ch := w.side.channels()[0]
	o := send.Options{Gates: p.store, Now: w.ourTime, Chance: w.faults.Float, Sleep: w.sleep, Log: w.log}
	if w.cfg.Host == Functions {
		o.Processes, o.Longest = deskConcurrency, time.Hour
	}
	o.Send = func(ctx context.Context, out message.Outgoing) (string, error) {
		w.ledger.marks[out.Ref] = w.ledger.markOf(w.subject())
		if ch.Kind == message.WhatsApp {
			return s.Send(ctx, ch, out)
		}
		return p.callers.send(ctx, ch, out)
	}
	return send.NewGuard(w.side.channels(), o)
}

func (w *World) sleep(_ context.Context, d time.Duration) { w.sim.Sleep(d) }

// answer is the desk's handler, watched.
func (w *World) answer(p *process) inbox.Handler {
	return w.watched(deadletter.Inbox, p.work)
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
		} else if name == deadletter.Inbox {
			w.handled(t.Subject)
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
	ch := w.side.channels()[0]
	p, faults := publish.Load(playbookText)
	faults = append(faults, publish.Check(p, []publish.Channel{{ID: ch.ID, Kind: ch.Kind}}, w.sim.Now())...)
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
func (w *World) serve(p *process, l letter) int {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, l.path, bytes.NewReader(l.body))
	if err != nil {
		return 0
	}
	req.Header = l.header.Clone()
	rec := &recorder{header: http.Header{}}
	p.mux.ServeHTTP(rec, req)
	if rec.status() != http.StatusOK {
		w.leaks.See("an answer of the door", rec.body.String())
	}
	return rec.status()
}
