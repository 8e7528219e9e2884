package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/message"
)

var update = flag.Bool("update", false, "write the golden files")

// golden compares with testdata/name; bodies are indented to be read.
func golden(t *testing.T, name string, posts []posted) {
	t.Helper()
	var got bytes.Buffer
	for _, p := range posts {
		fmt.Fprintf(&got, "%s\n", p.at.Format(time.RFC3339Nano))
		if err := json.Indent(&got, []byte(p.body), "", "  "); err != nil {
			t.Fatalf("the webhook is not JSON: %s", p.body)
		}
		got.WriteString("\n")
	}
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

// TestSign uses the vector of our channel notes: no official one exists.
func TestSign(t *testing.T) {
	body := `{"object":"whatsapp_business_account","entry":[{"id":"102290129340398","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550783881","phone_number_id":"106540352242922"},"contacts":[{"profile":{"name":"Sheena Nelson"},"wa_id":"16505551234"}],"messages":[{"from":"16505551234","id":"wamid.TEST0001","timestamp":"1749416383","type":"text","text":{"body":"caf\u00e9 \ud83d\udc4d"}}]},"field":"messages"}]}]}`
	want := "sha256=e58cf14a495a133f438a959f9d753f3085e243c1f89aede47b042445128fc727"
	if got := Sign("test_app_secret", []byte(body)); got != want {
		t.Errorf("got %s want %s", got, want)
	}
}

// TestInboundWebhooks shows every form a customer's message takes on the wire.
func TestInboundWebhooks(t *testing.T) {
	st := newStage(t, nil)
	ctx, n := context.Background(), shop.PhoneNumberID
	st.write(sheena, `hi <b>&"café 👍 多少钱`)
	st.write(owl, "no number here")
	steps := []func() (string, error){
		func() (string, error) {
			return st.Tap(ctx, n, sheena, Tap{Context: "wamid.OURS", ID: "yes", Title: "Yes"})
		},
		func() (string, error) {
			return st.Tap(ctx, n, sheena, Tap{Context: "wamid.OURS", ID: "r1", Title: "Row", Description: "More", List: true})
		},
		func() (string, error) { return st.Any(ctx, n, sheena, Media("image", "image/jpeg", "my order")) },
		func() (string, error) {
			return st.Any(ctx, n, sheena, Message{Type: "unsupported", Extra: map[string]json.RawMessage{"errors": json.RawMessage(`[{"code":131051}]`)}})
		},
		func() (string, error) {
			return st.Any(ctx, n, Customer{Phone: "16505550000"}, Message{Type: "system", Body: json.RawMessage(`{"type":"user_changed_number","wa_id":"16505550000"}`)})
		},
	}
	for i, step := range steps {
		if _, err := step(); err != nil {
			t.Fatalf("step %d: %v", i, err)
		}
	}
	for _, p := range st.webhooks() {
		if p.signature != Sign(shop.AppSecret, []byte(p.body)) {
			t.Errorf("a wrong signature on %s", p.body)
		}
	}
	golden(t, "inbound.txt", st.webhooks())
}

// TestReceipts shows the usual receipts, a skipped delivered, and a failure.
func TestReceipts(t *testing.T) {
	open := false
	st := newStage(t, func(c *Config) {
		c.Receipts = func(m SentMessage) []Receipt {
			if open {
				return ChatOpen(m)
			}
			return Usual(m)
		}
		c.Customers = []Customer{{Phone: "16505550009", Unreachable: true}}
	})
	st.write(sheena, "hi")
	st.write(owl, "hi")
	before := len(st.webhooks())
	st.send(to(sheena, `"biz_opaque_callback_data":"home.reply","type":"text","text":{"body":"Hello"}`))
	st.pass(5 * time.Second)
	open = true
	st.send(`{"messaging_product":"whatsapp","recipient":"` + owl.UserID + `","type":"text","text":{"body":"Hello"}}`)
	st.pass(5 * time.Second)
	st.send(to(Customer{Phone: "16505550009"}, template("order_update", "en_US", param("a")+","+param("b"))))
	st.pass(5 * time.Second)
	golden(t, "receipts.txt", st.webhooks()[before:])
}

func TestOfAReactionOnlySentFollows(t *testing.T) {
	got := Usual(SentMessage{Type: "reaction"})
	if len(got) != 1 || got[0].Status != message.Sent {
		t.Errorf("got %v, want sent alone", got)
	}
}

func TestReceiptsInBatches(t *testing.T) {
	st := newStage(t, func(c *Config) {
		c.Receipts = func(SentMessage) []Receipt { return []Receipt{{Status: message.Sent, After: time.Second}} }
		c.Batch = 3
	})
	st.write(sheena, "hi")
	before := len(st.webhooks())
	for range 4 {
		st.send(textTo(sheena, "hi"))
	}
	st.pass(5 * time.Second)
	var sizes []int
	for _, p := range st.webhooks()[before:] {
		sizes = append(sizes, strings.Count(p.body, `"status":"sent"`))
	}
	if diff := cmp.Diff([]int{3, 1}, sizes); diff != "" {
		t.Errorf("receipts per webhook (-want +got):\n%s", diff)
	}
}

// TestRetries: Meta, webhooks overview: anything but 200 is tried again, ever more rarely.
func TestRetries(t *testing.T) {
	st := newStage(t, func(c *Config) { c.Pauses = []time.Duration{time.Second, 10 * time.Second} })
	st.refuse = 2
	st.write(sheena, "hi")
	st.pass(time.Minute)
	var at []time.Duration
	for _, p := range st.webhooks() {
		at = append(at, p.at.Sub(start))
	}
	if diff := cmp.Diff([]time.Duration{0, time.Second, 11 * time.Second}, at); diff != "" {
		t.Errorf("attempts (-want +got):\n%s", diff)
	}
	st.refuse = 99
	st.write(sheena, "again")
	st.pass(time.Hour)
	if got := len(st.webhooks()); got != 6 {
		t.Errorf("a business that is down gets %d webhooks more, want 3 and then none", got-3)
	}
}

func TestRepeatedAndReorderedDeliveries(t *testing.T) {
	st := newStage(t, nil)
	late := Text("first")
	late.Deliver = Deliver{Times: 2, After: time.Second, Every: time.Minute}
	if _, err := st.Any(context.Background(), shop.PhoneNumberID, sheena, late); err != nil {
		t.Fatal(err)
	}
	st.write(sheena, "second")
	st.pass(time.Hour)
	var got []string
	for _, p := range st.webhooks() {
		got = append(got, fmt.Sprint(p.at.Sub(start), " ", strings.Contains(p.body, "first")))
	}
	if diff := cmp.Diff([]string{"0s false", "1s true", "1m1s true"}, got); diff != "" {
		t.Errorf("deliveries (-want +got):\n%s", diff)
	}
}

func TestBatchOfAThousand(t *testing.T) {
	st := newStage(t, nil)
	letters := make([]Letter, MaxBatch)
	for i := range letters {
		letters[i] = Letter{sheena, Text("hi")}
	}
	ids, err := st.Batch(context.Background(), shop.PhoneNumberID, letters)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, id := range ids {
		seen[id] = true
	}
	if len(seen) != MaxBatch || len(st.webhooks()) != 1 {
		t.Errorf("got %d ids in %d webhooks, want 1000 in 1", len(seen), len(st.webhooks()))
	}
	if _, err := st.Batch(context.Background(), shop.PhoneNumberID, append(letters, letters[0])); !errors.Is(err, ErrBatch) {
		t.Errorf("1,001 messages: got %v, want ErrBatch", err)
	}
}

func TestCustomersThatNoWebhookCouldName(t *testing.T) {
	st := newStage(t, nil)
	ctx := context.Background()
	cases := []struct {
		name string
		call func() (string, error)
		want error
	}{
		{"nobody", func() (string, error) { return st.Write(ctx, shop.PhoneNumberID, Customer{Name: "x"}, "hi") }, ErrCustomer},
		{"a phone with a plus", func() (string, error) { return st.Write(ctx, shop.PhoneNumberID, Customer{Phone: "+1650"}, "hi") }, ErrCustomer},
		{"another number", func() (string, error) { return st.Write(ctx, "7", sheena, "hi") }, ErrUnknownNumber},
		{"broken JSON", func() (string, error) {
			return st.Any(ctx, shop.PhoneNumberID, sheena, Message{Type: "text", Body: json.RawMessage(`{`)})
		}, ErrMessage},
		{"after the end", func() (string, error) { st.Close(); return st.Write(ctx, shop.PhoneNumberID, sheena, "hi") }, ErrClosed},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if _, err := c.call(); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
	if n := len(st.webhooks()); n != 0 {
		t.Errorf("%d webhooks went out", n)
	}
}

// TestPosterOverHTTP delivers to a real server and shows that its address,
// which may hold a key, is in no error.
func TestPosterOverHTTP(t *testing.T) {
	var got struct{ body, signature, kind string }
	status := http.StatusOK
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		if err != nil {
			t.Errorf("read: %v", err)
		}
		got.body, got.signature, got.kind = string(b), r.Header.Get("X-Hub-Signature-256"), r.Header.Get("Content-Type")
		w.WriteHeader(status)
	}))
	post := poster(srv.URL+"/hook?key=s3cret", nil)
	if err := post(context.Background(), []byte("body"), "sha256=1"); err != nil {
		t.Fatal(err)
	}
	if got.body != "body" || got.signature != "sha256=1" || got.kind != "application/json" {
		t.Errorf("got %+v", got)
	}
	status = http.StatusAccepted
	if err := post(context.Background(), []byte("body"), "sha256=1"); !errors.Is(err, errNot200) {
		t.Errorf("202: got %v, want not 200", err)
	}
	srv.Close()
	err := post(context.Background(), []byte("body"), "sha256=1")
	if err == nil || strings.Contains(err.Error(), "s3cret") || strings.Contains(err.Error(), "127.0.0.1/") {
		t.Errorf("a server that is gone: got %v, want an error without the address", err)
	}
}

// TestFreeServiceMessages: since 2026-10-01 the first 1,000 of a month are free.
func TestFreeServiceMessages(t *testing.T) {
	l := &line{}
	may, nov := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	if p := l.price(&SentMessage{}, may); p.Billable || l.served != 0 {
		t.Errorf("in May: got %+v", p)
	}
	for range 1000 {
		if p := l.price(&SentMessage{}, nov); p.Billable {
			t.Fatalf("one of the first 1,000: got %+v", p)
		}
	}
	if p := l.price(&SentMessage{}, nov); !p.Billable || p.Type != "regular" || p.Category != "service" {
		t.Errorf("number 1,001: got %+v", p)
	}
	if p := l.price(&SentMessage{}, nov.AddDate(0, 1, 0)); p.Billable {
		t.Errorf("next month: got %+v", p)
	}
	if p := l.price(&SentMessage{category: "marketing"}, may); !p.Billable || p.Category != "marketing" {
		t.Errorf("a template: got %+v", p)
	}
}
