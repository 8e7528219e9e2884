package lambdatest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// What the functions are told in [Cloud.Env].
const (
	InboxURL        = "https://sqs.eu-central-1.amazonaws.com/123456789012/frontdesk-inbox.fifo"
	InboxDeadURL    = "https://sqs.eu-central-1.amazonaws.com/123456789012/frontdesk-inbox-dead.fifo"
	ReceiptsURL     = "https://sqs.eu-central-1.amazonaws.com/123456789012/frontdesk-receipts.fifo"
	ReceiptsDeadURL = "https://sqs.eu-central-1.amazonaws.com/123456789012/frontdesk-receipts-dead.fifo"
	ChannelsARN     = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:channels-AbCdEf"
	MailFrom        = "frontdesk@example.com"
)

// Cloud is everything around the functions, except the table.
type Cloud struct {
	SQS     *SQS
	SES     *SES
	Secrets *Secrets
	Graph   *Graph
	env     []string
}

// NewCloud starts the services on this machine until the test ends. channels is
// the text of the secret that FRONTDESK_CHANNELS names; the channels' api_url is
// replaced by [Graph]'s address. dynamoDB is the endpoint that holds the table.
func NewCloud(t testing.TB, channels []byte, dynamoDB, table string) *Cloud {
	t.Helper()
	c := &Cloud{SQS: &SQS{}, SES: &SES{}, Graph: &Graph{}}
	secret, err := pointAt(channels, serve(t, c.Graph))
	if err != nil {
		t.Fatal(err)
	}
	c.Secrets = &Secrets{Values: map[string]string{ChannelsARN: secret}}
	c.env = []string{
		"AWS_ENDPOINT_URL_SQS=" + serve(t, c.SQS), "AWS_ENDPOINT_URL_SES=" + serve(t, c.SES),
		"AWS_ENDPOINT_URL_SECRETS_MANAGER=" + serve(t, c.Secrets), "AWS_ENDPOINT_URL_DYNAMODB=" + dynamoDB,
		"FRONTDESK_TABLE=" + table, "FRONTDESK_CHANNELS=" + ChannelsARN, "FRONTDESK_MAIL_FROM=" + MailFrom,
		"FRONTDESK_INBOX_QUEUE_URL=" + InboxURL, "FRONTDESK_INBOX_DEAD_QUEUE_URL=" + InboxDeadURL,
		"FRONTDESK_RECEIPTS_QUEUE_URL=" + ReceiptsURL, "FRONTDESK_RECEIPTS_DEAD_QUEUE_URL=" + ReceiptsDeadURL,
		"FRONTDESK_OIDC_ISSUER=https://login.example.com", "FRONTDESK_OIDC_AUDIENCE=frontdesk",
		"FRONTDESK_TIMEZONE=Asia/Shanghai",
	}
	return c
}

// Env returns the environment of a function in this cloud.
func (c *Cloud) Env() []string { return append([]string(nil), c.env...) }

func serve(t testing.TB, h http.Handler) string {
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server.URL
}

func pointAt(channels []byte, url string) (string, error) {
	var all []map[string]any
	if err := json.Unmarshal(channels, &all); err != nil {
		return "", fmt.Errorf("read channels: %w", err)
	}
	for _, channel := range all {
		channel["api_url"] = url
	}
	text, err := json.Marshal(all)
	return string(text), err
}

// Graph accepts every message that is sent, and keeps it. It has none of the
// Graph API's rules; package sandbox has them.
type Graph struct {
	mu   sync.Mutex
	sent []json.RawMessage
}

// Sent returns the bodies of the messages so far, in order.
func (g *Graph) Sent() []json.RawMessage {
	g.mu.Lock()
	defer g.mu.Unlock()
	return append([]json.RawMessage(nil), g.sent...)
}

func (g *Graph) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	g.mu.Lock()
	g.sent = append(g.sent, body)
	n := len(g.sent)
	g.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, `{"messaging_product":"whatsapp","contacts":[{"input":"+16505551234","wa_id":"16505551234"}],"messages":[{"id":"wamid.sample-%06d"}]}`, n)
}
