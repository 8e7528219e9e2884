package webhook_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"frontdesk/shared/channel"
	"frontdesk/shared/conversation"
	"frontdesk/shared/deadletter"
	"frontdesk/shared/inbox"
	"frontdesk/shared/message"
	"frontdesk/shared/webhook"
	"frontdesk/shared/whatsapp"
)

const secret = channel.Secret("test_app_secret")

// shelf is a queue and a graveyard that only remember.
type shelf struct {
	jobs    []inbox.Job
	reasons []string
	err     error
}

func (s *shelf) Put(_ context.Context, jobs ...inbox.Job) error {
	if s.err == nil {
		s.jobs = append(s.jobs, jobs...)
	}
	return s.err
}

func (s *shelf) Bury(_ context.Context, queue string, job inbox.Job, reason string) error {
	if s.err == nil {
		s.jobs, s.reasons = append(s.jobs, job), append(s.reasons, queue+": "+reason)
	}
	return s.err
}

type door struct {
	*webhook.Door
	inbox, receipts, grave *shelf
	mux                    *http.ServeMux
}

func newDoor(numbers ...string) door {
	var channels []channel.Channel
	for i, n := range numbers {
		channels = append(channels, channel.Channel{
			ID: fmt.Sprintf("wa-%d", i), Kind: message.WhatsApp, PhoneNumberID: n,
			AppSecrets: []channel.Secret{secret}, VerifyToken: "open sesame",
		})
	}
	d := door{inbox: &shelf{}, receipts: &shelf{}, grave: &shelf{}, mux: http.NewServeMux()}
	d.Door = &webhook.Door{
		WhatsApp: whatsapp.NewDoor(channels), Inbox: d.inbox, Receipts: d.receipts, Grave: d.grave,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
	d.Routes(d.mux)
	return d
}

func (d door) post(body, signature string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "/webhooks/whatsapp", strings.NewReader(body))
	r.Header.Set(whatsapp.SignatureHeader, signature)
	w := httptest.NewRecorder()
	d.mux.ServeHTTP(w, r)
	return w
}

func (d door) signed(body string) *httptest.ResponseRecorder {
	return d.post(body, whatsapp.Sign([]byte(body), secret))
}

func sample(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile("../../events/whatsapp/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

const number = "106540352242922"

func TestTheURLCheck(t *testing.T) {
	d := newDoor(number)
	tests := []struct {
		name, query, body string
		status            int
	}{
		{"the right token gets the challenge alone", "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=open+sesame", "1158201444", 200},
		{"a wrong token is refused", "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=guess", "wrong verify token\n", 403},
		{"no token is refused", "hub.mode=subscribe&hub.challenge=1", "wrong verify token\n", 403},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := httptest.NewRecorder()
			d.mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/webhooks/whatsapp?"+tt.query, nil))
			if w.Code != tt.status || w.Body.String() != tt.body {
				t.Errorf("got %d %q, want %d %q", w.Code, w.Body.String(), tt.status, tt.body)
			}
		})
	}
}

func TestASignedMessageIsQueuedForTheDesk(t *testing.T) {
	d := newDoor(number)
	if w := d.signed(sample(t, "signed_text.json")); w.Code != 200 || w.Body.Len() != 0 {
		t.Fatalf("got %d %q, want an empty 200", w.Code, w.Body.String())
	}
	if len(d.inbox.jobs) != 1 || len(d.receipts.jobs) != 0 {
		t.Fatalf("got %d inbox and %d receipts jobs, want 1 and 0", len(d.inbox.jobs), len(d.receipts.jobs))
	}
	var m message.Inbound
	if err := json.Unmarshal(d.inbox.jobs[0].Body, &m); err != nil || m.Text != "café 👍" || m.Channel != "wa-0" {
		t.Errorf("got %+v, %v", m, err)
	}
	if g := d.inbox.jobs[0].Group; len(g) != 26 || strings.Contains(g, "6505551234") {
		t.Errorf("got group %q, want the conversation's id", g)
	}
}

func TestWrongSignaturesStoreNothing(t *testing.T) {
	body := sample(t, "signed_text.json")
	good := whatsapp.Sign([]byte(body), secret)
	tests := []struct{ name, body, signature string }{
		{"no signature", body, ""},
		{"another prefix", body, "sha1=" + good[7:]},
		{"another secret", body, whatsapp.Sign([]byte(body), "guess")},
		{"the body was changed", body + " ", good},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDoor(number)
			if w := d.post(tt.body, tt.signature); w.Code != 401 {
				t.Errorf("got %d, want 401", w.Code)
			}
			if n := len(d.inbox.jobs) + len(d.receipts.jobs) + len(d.grave.jobs); n != 0 {
				t.Errorf("%d things were kept", n)
			}
		})
	}
}

func TestSignedButUnreadableIsKeptWithItsReason(t *testing.T) {
	d := newDoor(number)
	body := `{"object":"whatsapp_business_account","entry":[`
	if w := d.signed(body); w.Code != 200 {
		t.Fatalf("got %d, want 200", w.Code)
	}
	if len(d.grave.jobs) != 1 || string(d.grave.jobs[0].Body) != body || !strings.Contains(d.grave.reasons[0], "not valid JSON") {
		t.Errorf("got %v with %v", d.grave.jobs, d.grave.reasons)
	}
}

func TestAnythingThatCannotBeKeptIs503(t *testing.T) {
	tests := []struct {
		name, body string
		broken     func(door) *shelf
	}{
		{"the inbox queue is down", sample(t, "signed_text.json"), func(d door) *shelf { return d.inbox }},
		{"the receipts queue is down", sample(t, "status_sent.json"), func(d door) *shelf { return d.receipts }},
		{"the dead-letter store is down", "{", func(d door) *shelf { return d.grave }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDoor(number)
			tt.broken(d).err = errors.New("down")
			if w := d.signed(tt.body); w.Code != 503 || strings.Contains(w.Body.String(), "down") {
				t.Errorf("got %d %q, want 503 without details", w.Code, w.Body.String())
			}
		})
	}
}

func TestBodySizes(t *testing.T) {
	d := newDoor(number)
	huge := strings.Repeat(" ", webhook.MaxBody+1)
	if w := d.signed(huge); w.Code != 413 {
		t.Errorf("over the limit: got %d, want 413", w.Code)
	}
	var batch strings.Builder
	for i := range 1000 {
		if i > 0 {
			batch.WriteByte(',')
		}
		fmt.Fprintf(&batch, `{"from":"1650555%04d","id":"wamid.%d","timestamp":"1749416383","type":"text","text":{"body":%q}}`, i, i, strings.Repeat("long ", 580))
	}
	body := `{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{"messaging_product":"whatsapp","metadata":{"phone_number_id":"` + number + `"},"messages":[` + batch.String() + `]}}]}]}`
	if len(body) < 2_900_000 {
		t.Fatalf("the batch has only %d bytes", len(body))
	}
	if w := d.signed(body); w.Code != 200 || len(d.inbox.jobs) != 1000 {
		t.Errorf("1,000 messages in %d bytes: got %d and %d jobs", len(body), w.Code, len(d.inbox.jobs))
	}
}

func TestAMessageTooLargeForTheQueueIsKeptAside(t *testing.T) {
	d := newDoor(number)
	body := strings.Replace(sample(t, "signed_text.json"), `"body":"`, `"body":"`+strings.Repeat("x", inbox.MaxBody), 1)
	if w := d.signed(body); w.Code != 200 || len(d.inbox.jobs) != 0 || len(d.grave.jobs) != 1 {
		t.Errorf("got %d, %d jobs and %d dead letters, want 200, 0 and 1", w.Code, len(d.inbox.jobs), len(d.grave.jobs))
	}
}

// strict is a queue that refuses what every engine refuses.
type strict struct{ *shelf }

func (s strict) Put(ctx context.Context, jobs ...inbox.Job) error {
	if err := inbox.CheckAll(jobs); err != nil {
		return err
	}
	return s.shelf.Put(ctx, jobs...)
}

func TestOneOddUpdateDoesNotRefuseTheWholeDelivery(t *testing.T) {
	d := newDoor(number)
	d.Inbox = strict{d.inbox}
	text := func(id string) string {
		return `{"from":"16505551234","id":"` + id + `","timestamp":"1749416383","type":"text","text":{"body":"hi"}}`
	}
	body := `{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{"messaging_product":"whatsapp","metadata":{"phone_number_id":"` + number + `"},"messages":[` +
		text("wamid.1") + "," + text("wamid."+strings.Repeat("x", 1100)) + `]}}]}]}`
	if w := d.signed(body); w.Code != 200 || len(d.inbox.jobs) != 1 || len(d.grave.jobs) != 1 {
		t.Errorf("got %d, %d jobs and %d dead letters, want 200, 1 and 1", w.Code, len(d.inbox.jobs), len(d.grave.jobs))
	}
}

func TestAStrayIsPutBackOnceItsChannelIsKnown(t *testing.T) {
	early := newDoor("another-number")
	if w := early.signed(sample(t, "signed_text.json")); w.Code != 200 || len(early.grave.jobs) != 1 {
		t.Fatalf("got %d and %d dead letters, want 200 and 1", w.Code, len(early.grave.jobs))
	}
	dead := early.grave.jobs[0]
	if err := early.Back()[deadletter.Webhook](context.Background(), dead); err == nil {
		t.Error("putting it back without the channel: got no error")
	}
	later := newDoor(number)
	if err := later.Back()[deadletter.Webhook](context.Background(), dead); err != nil {
		t.Fatal(err)
	}
	if len(later.inbox.jobs) != 1 || !strings.Contains(string(later.inbox.jobs[0].Body), "wamid.TEST0001") {
		t.Errorf("got %v, want the message", later.inbox.jobs)
	}
}

func TestEverySampleIsAcceptedAndNothingIsLost(t *testing.T) {
	files, err := os.ReadDir("../../events/whatsapp")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".json") {
			continue
		}
		t.Run(f.Name(), func(t *testing.T) {
			d := newDoor(number)
			if w := d.signed(sample(t, f.Name())); w.Code != 200 {
				t.Fatalf("got %d", w.Code)
			}
			if len(d.inbox.jobs)+len(d.receipts.jobs)+len(d.grave.jobs) == 0 {
				t.Error("nothing of it was kept")
			}
		})
	}
}

func BenchmarkDeliver(b *testing.B) {
	d := newDoor(number)
	body, err := os.ReadFile("../../events/whatsapp/signed_text.json")
	if err != nil {
		b.Fatal(err)
	}
	signature := whatsapp.Sign(body, secret)
	b.ReportAllocs()
	for b.Loop() {
		d.inbox.jobs = d.inbox.jobs[:0]
		if w := d.post(string(body), signature); w.Code != 200 {
			b.Fatalf("got %d", w.Code)
		}
	}
}

// What an agent writes in the WhatsApp Business app reaches the customer's conversation.
func TestWhatIsWrittenInTheAppGoesToTheInbox(t *testing.T) {
	d := newDoor(number)
	if w := d.signed(sample(t, "smb_message_echoes.json")); w.Code != 200 {
		t.Fatalf("got %d, want it taken", w.Code)
	}
	jobs := d.inbox.jobs
	if len(jobs) != 1 || !message.IsElsewhere(jobs[0].Body) {
		t.Fatalf("got %+v, want what was done elsewhere", jobs)
	}
	if want := conversation.ID("wa-0", message.Person{Phone: "16505551234"}); jobs[0].Group != want {
		t.Errorf("got group %s, want that of the customer, %s", jobs[0].Group, want)
	}
}
