package main

import (
	"context"
	"crypto/rand"
	"sync"
	"time"

	sesapi "github.com/aws/aws-sdk-go-v2/service/ses"

	"frontdesk/shared/approved"
	"frontdesk/shared/channel"
	"frontdesk/shared/clockwork"
	"frontdesk/shared/cloud"
	"frontdesk/shared/conversation"
	"frontdesk/shared/deadletter"
	"frontdesk/shared/desk"
	"frontdesk/shared/inbox"
	"frontdesk/shared/live"
	"frontdesk/shared/mail/ses"
	"frontdesk/shared/publish"
	"frontdesk/shared/rota"
	"frontdesk/shared/send"
	"frontdesk/shared/webhook"
	"frontdesk/shared/wecom"
	"frontdesk/shared/whatsapp"
)

// late is what only some operations need, made when one of them is asked for:
// most requests need no channel, and asking for the secret takes longer than
// answering them.
type late struct {
	*cloud.Cloud
	live *live.Cache

	mu       sync.Mutex
	channels []channel.Channel
	desk     *desk.Desk
}

// all reads the channels once.
func (l *late) all(ctx context.Context) ([]channel.Channel, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.read(ctx)
}

// read is all for those who hold mu.
func (l *late) read(ctx context.Context) ([]channel.Channel, error) {
	if l.channels == nil {
		channels, err := l.Cloud.Channels(ctx)
		if err != nil {
			return nil, err
		}
		l.channels = channels
	}
	return l.channels, nil
}

func (l *late) kinds(ctx context.Context) ([]publish.Channel, error) {
	channels, err := l.all(ctx)
	out := make([]publish.Channel, 0, len(channels))
	for _, ch := range channels {
		out = append(out, publish.Channel{ID: ch.ID, Kind: ch.Kind})
	}
	return out, err
}

// approved is what is known of the templates of the WhatsApp channels.
func (l *late) approved(ctx context.Context) ([]approved.Known, error) {
	channels, err := l.all(ctx)
	if err != nil {
		return nil, err
	}
	return approved.Read(ctx, l.Store, channels)
}

// sends makes the desk once.
func (l *late) sends(ctx context.Context) (*desk.Desk, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.desk != nil {
		return l.desk, nil
	}
	channels, err := l.read(ctx)
	if err != nil {
		return nil, err
	}
	l.desk = l.newDesk(channels)
	return l.desk, nil
}

func (l *late) newDesk(channels []channel.Channel) *desk.Desk {
	router := send.New(channels, l.Store)
	guard := send.NewGuard(channels, send.Options{Send: router.Send, Gates: l.Store, Log: l.Log})
	sessions := send.NewSessions(channels, router.WeCom())
	return &desk.Desk{
		Store: l.Store, Live: l.live, Send: guard.Send, Guard: guard, Zone: l.Zone, Now: time.Now,
		Entropy: rand.Reader, Log: l.Log, Attempts: inbox.Default.MaxAttempts,
		Sessions: sessions, OnEvent: sessions.OnEvent, Give: l.give(),
	}
}

// give asks for a team's conversations to be given out.
func (l *late) give() desk.Give {
	inboxQueue, _ := l.Queues()
	return (&rota.Bell{Inbox: inboxQueue, Live: l.live, Now: time.Now, Log: l.Log}).Ring
}

// Answer sends what an agent wrote.
func (l *late) Answer(ctx context.Context, id, agent, text string) (conversation.Message, error) {
	d, err := l.sends(ctx)
	if err != nil {
		return conversation.Message{}, err
	}
	return d.Answer(ctx, id, agent, text)
}

// Resolve closes a conversation, ends its session and asks how it was.
func (l *late) Resolve(ctx context.Context, id string) (conversation.Head, error) {
	d, err := l.sends(ctx)
	if err != nil {
		return conversation.Head{}, err
	}
	return d.Resolve(ctx, id)
}

// Amend changes what is kept of a conversation, and moves a session that is people's now.
func (l *late) Amend(ctx context.Context, id string, amend func(conversation.Head) (conversation.Head, error)) (conversation.Head, error) {
	d, err := l.sends(ctx)
	if err != nil {
		return conversation.Head{}, err
	}
	return d.Amend(ctx, id, amend)
}

// keeper puts dead letters back on their queues, and deliveries through the door.
func (l *late) keeper() *deadletter.Keeper {
	inboxQueue, receiptsQueue := l.Queues()
	k := l.Keeper()
	door := func() *webhook.Door {
		return &webhook.Door{Inbox: inboxQueue, Receipts: receiptsQueue, Grave: k, Log: l.Log}
	}
	k.Back = door().Back()
	k.Back[deadletter.Webhook] = func(ctx context.Context, job inbox.Job) error {
		channels, err := l.all(ctx)
		if err != nil {
			return err
		}
		open := door()
		open.WhatsApp = whatsapp.NewDoor(channels)
		if open.WeCom, err = wecom.NewDoor(channels); err != nil {
			return err
		}
		return open.Back()[deadletter.Webhook](ctx, job)
	}
	return k
}

func (l *late) weekly() *clockwork.Weekly {
	return &clockwork.Weekly{
		Store: l.Store, Live: l.live, Zone: l.Zone, From: l.MailFrom, PublicURL: l.PublicURL, Now: time.Now, Entropy: rand.Reader, Log: l.Log,
		Send: ses.New(sesapi.NewFromConfig(l.AWS, ses.Once), l.SESSet).Send,
	}
}
