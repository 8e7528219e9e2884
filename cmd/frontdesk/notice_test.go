package main

import (
	"bytes"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"frontdesk/shared/channel"
	"frontdesk/shared/config"
	"frontdesk/shared/conversation"
	"frontdesk/shared/errand"
	"frontdesk/shared/record"
)

// The program posts notices to webhooks, behind the guard: one that leads to this machine
// is not even connected to, and an operator is told without its address.
func TestAWebhookToThisMachineIsRefused(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	dialled := make(chan struct{}, 1)
	go func() {
		if conn, err := listener.Accept(); err == nil {
			_ = conn.Close()
			dialled <- struct{}{}
		}
	}()
	var log bytes.Buffer
	p, err := open(t.Context(), config.Config{
		Data: t.TempDir(), Zone: time.UTC, Keep: record.Keep, MailFrom: "desk@example.com",
		Channels: `[{"id":"crm","kind":"webhook","url":"https://hooks.example.com/private-path","secret":"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}]`,
	}, "http://127.0.0.1", slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	p.channels[0].URL = channel.Secret(fmt.Sprintf("https://%s/private-path", listener.Addr())) // the settings refuse it, too
	now := time.Now()
	turn := record.Turn{
		Head:    conversation.Head{ID: "abc", Home: "abc", Channel: "crm", HandedOff: now, LastInbound: now},
		Notices: []record.TeamNotice{{ID: "row1", To: "crm", Event: "hand_off", At: now, Language: "en", Channel: "crm", Conversation: "abc"}},
	}
	if err := p.store.Record(t.Context(), turn); err != nil {
		t.Fatal(err)
	}
	job, err := errand.Errand{Kind: errand.Notice, Channel: "crm", At: now}.Job()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.work(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	if got := log.String(); strings.Count(got, "alarm=notice_refused") != 1 || strings.Contains(got, "private-path") || strings.Contains(got, "MfKQ") {
		t.Errorf("the log says %q, want one alarm and nothing of the settings", got)
	}
	if rows, err := p.store.Waiting(t.Context(), "crm", 9); err != nil || len(rows) != 1 {
		t.Errorf("got %d rows, %v, want the notice kept", len(rows), err)
	}
	if len(dialled) != 0 {
		t.Error("this machine was connected to")
	}
}
