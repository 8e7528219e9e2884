package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	aws "github.com/aws/aws-lambda-go/events"

	"frontdesk/shared/apigateway"
	"frontdesk/shared/clockwork"
	"frontdesk/shared/live"
	"frontdesk/shared/mail"
	"frontdesk/shared/record"
	"frontdesk/shared/table/bolt"
	"frontdesk/shared/unsubscribe"
)

// opened is the function on a store with one recipient, on Monday at nine.
func opened(t *testing.T) (events, *[]mail.Envelope) {
	t.Helper()
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	db, err := bolt.Open(filepath.Join(t.TempDir(), "desk.db"), bolt.Options{Now: func() time.Time { return now }, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	var sent []mail.Envelope
	store, log := record.New(db), slog.New(slog.DiscardHandler)
	clock := func() time.Time { return now }
	rollup := &clockwork.Rollup{Store: store, Zone: time.UTC, Now: clock, Log: log}
	job := &clockwork.Weekly{
		Store: store, Live: &live.Cache{Store: store}, Zone: time.UTC, From: "desk@example.com", PublicURL: "https://desk.example.com",
		Now: clock, Entropy: rand.Reader, Log: log, RollUp: rollup.Day,
		Send: func(_ context.Context, e mail.Envelope) error { sent = append(sent, e); return nil },
	}
	r := record.Recipient{ID: "boss", Address: "boss@example.com", Language: "en"}
	if err := store.SaveRecipient(t.Context(), r, record.Audit{ID: "1", At: now}); err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	(&unsubscribe.Page{Off: job.Unsubscribe, Log: log}).Routes(mux)
	return events{job: job, page: apigateway.Handler(mux)}, &sent
}

func sample(t *testing.T, name string) json.RawMessage {
	t.Helper()
	raw, err := os.ReadFile("../../events/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestTheSchedulesSendEachMailOnce(t *testing.T) {
	f, sent := opened(t)
	for _, raw := range []string{
		`{"at": "2026-11-23T07:45:00Z", "mails": true}`, // not yet eight
		`{"at": "2026-11-23T08:00:00Z"}`, `{"at": "2026-11-23T08:00:00Z", "mails": true}`, `{"at": "2026-11-23T08:15:00Z", "mails": true}`, `{"week": "2026-W47"}`,
	} {
		if _, err := f.handle(t.Context(), json.RawMessage(raw)); err != nil {
			t.Fatal(err)
		}
	}
	weeks := map[string]int{}
	for _, e := range *sent {
		weeks[e.ID]++
	}
	for id, n := range weeks {
		if n != 1 {
			t.Errorf("%s: got %d mails, want one", id, n)
		}
	}
	if len(weeks) != 2 { // the week before was due since last Monday
		t.Errorf("got %d weeks, want the one before and this one", len(weeks))
	}
}

func TestWhatSESTellsStopsAnAddress(t *testing.T) {
	for file, want := range map[string]string{"mail-bounce.json": record.StopBounced, "mail-complaint.json": record.StopComplained} {
		f, _ := opened(t)
		for range 2 { // EventBridge may deliver twice
			if _, err := f.handle(t.Context(), sample(t, file)); err != nil {
				t.Fatal(err)
			}
		}
		r, err := f.job.Store.Recipient(t.Context(), "boss")
		if err != nil || r.Stopped == nil || r.Stopped.Why != want {
			t.Errorf("%s: got %+v, %v, want %s", file, r.Stopped, err, want)
		}
	}
}

func TestOneClickThroughAPIGateway(t *testing.T) {
	f, sent := opened(t)
	if _, err := f.handle(t.Context(), json.RawMessage(`{"week": "2026-W47"}`)); err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string((*sent)[0].MIME), "List-Unsubscribe: <https://desk.example.com")
	path, _, _ := strings.Cut(rest, ">")
	raw, err := json.Marshal(aws.APIGatewayV2HTTPRequest{
		Version: "2.0", RouteKey: "POST /unsubscribe/{token}", RawPath: path, Body: "List-Unsubscribe=One-Click",
		RequestContext: aws.APIGatewayV2HTTPRequestContext{HTTP: aws.APIGatewayV2HTTPRequestContextHTTPDescription{Method: "POST", Path: path}},
	})
	if err != nil {
		t.Fatal(err)
	}
	out, err := f.handle(t.Context(), raw)
	if got, ok := out.(aws.APIGatewayV2HTTPResponse); err != nil || !ok || got.StatusCode != 200 {
		t.Errorf("got %+v, %v, want 200", out, err)
	}
	if r, err := f.job.Store.Recipient(t.Context(), "boss"); err != nil || r.Stopped == nil || r.Stopped.Why != record.StopUnsubscribed {
		t.Errorf("got %+v, %v, want unsubscribed", r.Stopped, err)
	}
}

func TestWhatIsNoEventIsRefused(t *testing.T) {
	f, _ := opened(t)
	for _, raw := range []string{"[]", `"x"`, `{"source": "aws.ses"}`, `{"source": "aws.ec2", "detail": {}}`, `{"at": "soon"}`} {
		if _, err := f.handle(t.Context(), json.RawMessage(raw)); err == nil {
			t.Errorf("%s: got no error", raw)
		}
	}
}
