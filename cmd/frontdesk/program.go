package main

import (
	"context"
	cryptorand "crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"frontdesk/shared/admin"
	"frontdesk/shared/approved"
	"frontdesk/shared/channel"
	"frontdesk/shared/clockwork"
	"frontdesk/shared/config"
	"frontdesk/shared/conversation"
	"frontdesk/shared/deadletter"
	"frontdesk/shared/demo"
	"frontdesk/shared/desk"
	"frontdesk/shared/due"
	"frontdesk/shared/errand"
	"frontdesk/shared/figures"
	"frontdesk/shared/greeting"
	"frontdesk/shared/hook"
	"frontdesk/shared/inbox"
	"frontdesk/shared/inbox/local"
	"frontdesk/shared/intake"
	"frontdesk/shared/live"
	"frontdesk/shared/mail/file"
	"frontdesk/shared/mail/smtp"
	"frontdesk/shared/menus"
	"frontdesk/shared/notice"
	"frontdesk/shared/playground"
	"frontdesk/shared/publish"
	fetching "frontdesk/shared/pull"
	"frontdesk/shared/receipts"
	"frontdesk/shared/record"
	"frontdesk/shared/rota"
	"frontdesk/shared/send"
	"frontdesk/shared/table/bolt"
	"frontdesk/shared/webhook"
	"frontdesk/shared/wecom"
	"frontdesk/shared/whatsapp"
)

// program is the whole desk on one machine.
type program struct {
	cfg config.Config
	url string
	log *slog.Logger

	db              *bolt.DB
	store           *record.Store
	inbox, receipts *local.Queue
	door            *webhook.Door
	desk            *desk.Desk
	work            inbox.Handler // of the inbox
	receiver        *receipts.Receiver
	keeper          *deadletter.Keeper
	rollup          *clockwork.Rollup
	weekly          *clockwork.Weekly
	menus           *menus.Timer
	clock           *clockwork.Clock
	admin           *admin.API
	mails           *file.Box

	channels []channel.Channel
	sandbox  *sandboxes
	pages    *playground.Playground
}

// open builds the desk in the order in which data flows through it.
func open(ctx context.Context, cfg config.Config, url string, log *slog.Logger) (*program, error) {
	p := &program{cfg: cfg, url: url, log: log}
	if err := p.build(ctx); err != nil {
		return nil, errors.Join(err, p.close())
	}
	return p, nil
}

func (p *program) build(ctx context.Context) error {
	steps := []func(context.Context) error{
		p.openChannels, p.openStore, p.openQueues, p.openDesk, p.openClock, p.openSandbox, p.openAdmin, p.firstMail,
	}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (p *program) openChannels(ctx context.Context) error {
	if p.cfg.Sandbox {
		p.channels = p.sandboxChannels()
		return nil
	}
	if p.cfg.Channels == "" {
		return errors.New("FRONTDESK_CHANNELS is not set and FRONTDESK_DEMO is off: name a channel, or leave the demo on")
	}
	channels, err := channel.Load(ctx, p.cfg.Channels, func(context.Context, string) (string, error) {
		return "", errors.New("a Secrets Manager ARN is for functions on AWS; here use JSON or file:PATH")
	})
	p.channels = channels
	return err
}

// openStore opens the embedded store, with demo data when it is new and the demo is on.
func (p *program) openStore(ctx context.Context) error {
	path := filepath.Join(p.cfg.Data, "frontdesk.db")
	if p.cfg.Demo {
		if err := p.seed(ctx, path); err != nil {
			return fmt.Errorf("make demo data: %w", err)
		}
	}
	db, err := bolt.Open(path, bolt.Options{})
	if err != nil {
		return err
	}
	p.db, p.store = db, record.New(db)
	p.store.Keep = p.cfg.Keep
	return nil
}

// seed fills a store that does not exist yet. It writes to a file beside it,
// without forcing every write to disk, and moves that into place when it is
// whole: a start that is cut off begins anew.
func (p *program) seed(ctx context.Context, path string) error {
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	draft := path + ".new"
	if err := os.RemoveAll(draft); err != nil {
		return err
	}
	db, err := bolt.Open(draft, bolt.Options{NoSync: true})
	if err != nil {
		return err
	}
	s := record.New(db)
	s.Keep = p.cfg.Keep
	roller := &clockwork.Rollup{Store: s, Zone: p.cfg.Zone, Now: time.Now, Log: slog.New(slog.DiscardHandler)}
	_, err = demo.Seed(ctx, demo.Config{
		Store: s, Channel: p.channels[0].ID, Others: p.otherDemoChannels(), Zone: p.cfg.Zone, Now: time.Now(), Seed: 1, RollUp: roller.Day,
	})
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	return bolt.Move(draft, path)
}

func (p *program) openQueues(context.Context) error {
	p.keeper = &deadletter.Keeper{Store: p.store, Now: time.Now, Log: p.log}
	queue := func(name string) (*local.Queue, error) {
		return local.New(p.db, local.Options{Name: name, Graveyard: p.keeper, Chance: rand.Float64, Log: p.log})
	}
	var err1, err2 error
	p.inbox, err1 = queue(deadletter.Inbox)
	p.receipts, err2 = queue(deadletter.Receipts)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	callbacks, err := wecom.NewDoor(p.channels)
	if err != nil {
		return err
	}
	p.door = &webhook.Door{WhatsApp: whatsapp.NewDoor(p.channels), WeCom: callbacks, Inbox: p.inbox, Receipts: p.receipts, Grave: p.keeper, Log: p.log}
	p.keeper.Back = p.door.Back()
	return nil
}

func (p *program) openDesk(context.Context) error {
	router, book := send.New(p.channels, p.store), &live.Cache{Store: p.store}
	fetch := hook.NewFetcher(&hook.Guard{}).Fetch
	if p.cfg.Sandbox {
		fetch = demo.Fetch(fetch)
	}
	router.Files(fetch)
	guard := send.NewGuard(p.channels, send.Options{
		Send: router.Send, Gates: p.store, Chance: rand.Float64, Log: p.log,
	})
	sessions := send.NewSessions(p.channels, router.WeCom())
	p.desk = &desk.Desk{
		Store: p.store, Live: book, Send: guard.Send, Guard: guard, Zone: p.cfg.Zone,
		Now: time.Now, Entropy: cryptorand.Reader, Log: p.log, Attempts: inbox.Default.MaxAttempts - 2, // so that people are told before the queue buries it
		Sessions: sessions, OnEvent: sessions.OnEvent,
	}
	p.desk.Draft = &live.Draft{Store: p.store, Check: publish.Fit(p.named(), p.cfg.Zone)}
	p.work = fetching.Dispatch(&fetching.Puller{
		Channels: p.channels, WeCom: router.WeCom(), Store: p.store, Live: book, Zone: p.cfg.Zone, Now: time.Now, Log: p.log, Intake: p.intake(),
		Asker: p.desk,
	}, p.desk, p.errands(router.WeCom(), book))
	p.desk.Ring = (&notice.Bell{Inbox: p.inbox, Now: time.Now, Log: p.log}).Ring
	p.desk.Give = (&rota.Bell{Inbox: p.inbox, Live: book, Now: time.Now, Log: p.log}).Ring
	p.door.Welcome = (&greeting.Greeter{Store: p.store, Live: book, Zone: p.cfg.Zone, Now: time.Now, Log: p.log}).Words
	unhurried := &record.Store{Table: p.db.Patient(), Keep: p.store.Keep}
	p.desk.Behind = p.behind
	p.receiver = &receipts.Receiver{Store: unhurried, Inbox: p.inbox, Live: book, Zone: p.cfg.Zone, Now: time.Now, Log: p.log}
	return nil
}

// errands are what is done at a channel besides answering.
func (p *program) errands(api *wecom.Sender, book *live.Cache) errand.Handlers {
	return errand.Handlers{
		errand.Assign:  p.rota(book).Run,
		errand.Menu:    (&menus.Keeper{Channels: p.channels, WeCom: api, Live: book, Store: p.store, Now: time.Now, Log: p.log}).Run,
		errand.Figures: (&figures.Fetcher{Channels: p.channels, WeCom: api, Store: p.store, Live: book, Now: time.Now, Log: p.log}).Run,
		errand.Approved: (&approved.Syncer{
			Channels: p.channels, WhatsApp: &whatsapp.Sender{HTTP: &http.Client{Timeout: send.Timeout}}, Store: p.store, Live: book, Now: time.Now, Log: p.log,
		}).Run,
		errand.Notice: (&notice.Runner{
			Channels: p.channels, Push: api.Push, Post: hook.New(&hook.Guard{}, time.Now).Post, Store: p.store, Zone: p.cfg.Zone, Now: time.Now, Log: p.log,
		}).Run,
	}
}

// rota gives the conversations of teams to their members.
func (p *program) rota(book *live.Cache) *rota.Rota {
	r := rota.New(p.store, book, time.Now, p.log)
	r.Given = rota.Calling(p.inbox, p.log)
	return r
}

// intake is where what was fetched goes.
func (p *program) intake() intake.Intake {
	return intake.Intake{Inbox: p.inbox, Receipts: p.receipts, Grave: p.keeper}
}

// behind reports that receipts of a reply wait in their queue, or that the store could
// take none lately: the channel repeats those, more rarely with time.
func (p *program) behind(home, replyID string) bool {
	return p.receipts.Has(conversation.ReceiptGroup(home, replyID)) || p.db.Refused(3*desk.Prove) != nil
}

func (p *program) openClock(context.Context) error {
	p.rollup = &clockwork.Rollup{Store: p.store, Zone: p.cfg.Zone, Now: time.Now, Log: p.log}
	mails, err := file.Open(filepath.Join(p.cfg.Data, "mail"))
	if err != nil {
		return err
	}
	p.mails = mails
	p.weekly = &clockwork.Weekly{
		Store: p.store, Live: p.desk.Live, Channels: names(p.channels), Zone: p.cfg.Zone, From: p.cfg.MailFrom, PublicURL: p.cfg.PublicURL,
		Now: time.Now, Entropy: cryptorand.Reader, Log: p.log, RollUp: p.rollup.Day, Send: p.mails.Send,
	}
	if p.cfg.SMTPURL != "" {
		sender, err := smtp.New(p.cfg.SMTPURL)
		if err != nil {
			return err
		}
		p.weekly.Send = sender.Send
	}
	pulls := &fetching.Timer{Store: p.store, Intake: p.intake(), Channels: accounts(p.channels), Now: time.Now}
	p.menus = &menus.Timer{Store: p.store, Inbox: p.inbox, Now: time.Now}
	own := &figures.Timer{Store: p.store, Inbox: p.inbox, Channels: figures.Channels(p.channels), Now: time.Now}
	notices := &notice.Timer{Store: p.store, Inbox: p.inbox, Now: time.Now}
	templates := &approved.Timer{Store: p.store, Inbox: p.inbox, Channels: approved.Channels(p.channels), Now: time.Now}
	looks := due.New(due.Config{Store: p.store, Live: p.desk.Live, Now: time.Now, Log: p.log, HandedOff: rota.Calling(p.inbox, p.log)})
	timers := clockwork.Timers{p.db.Sweep, pulls.Due, p.menus.Due, own.Due, looks.Due, p.rota(p.desk.Live).Due, notices.Due, templates.Due}
	p.clock = &clockwork.Clock{
		Zone: p.cfg.Zone, Now: time.Now, Log: p.log, Nightly: p.rollup.Nightly, Weekly: p.weekly.Cards, Mails: p.weekly.Due, Minute: timers.Minute,
	}
	return nil
}

// firstMail puts last week's mail into the mailbox of a demo, so that there is
// one to read on any weekday.
func (p *program) firstMail(ctx context.Context) error {
	if !p.cfg.Demo || p.cfg.SMTPURL != "" {
		return nil
	}
	return p.weekly.Run(ctx, p.weekly.Last(time.Now()))
}

// close ends everything that was opened, in the opposite order.
func (p *program) close() error {
	if p.sandbox != nil {
		p.sandbox.Close()
	}
	if p.db != nil {
		return p.db.Close()
	}
	return nil
}
