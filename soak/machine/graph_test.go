package machine

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

const appSecret = "test_app_secret"

// graph plays the Graph API for some business numbers. It accepts every send that
// it has read, whether or not the sender is still there to hear of it, and tells
// of each by signed webhooks until these are taken.
type graph struct {
	numbers int
	server  *httptest.Server
	// before and after bound how long a send takes, before and after it is accepted.
	before, after time.Duration
	// mute is the share of sends that no receipt tells of.
	mute float64
	// hold, when set, is called before a send is answered.
	hold func(ctx context.Context)
	// tell delivers a webhook and returns when it was taken or ctx ends.
	tell func(ctx context.Context, body []byte) bool

	ctx      context.Context
	receipts sync.WaitGroup
	mu       sync.Mutex
	chance   *rand.Rand
	accepted []*accepted
}

// accepted is one message that the channel took to deliver.
type accepted struct {
	number, to, text, ref string
	at                    time.Time
	mute                  bool
	// told is when the desk took the first receipt; zero when it never did.
	told time.Time
}

func newGraph(t *testing.T, numbers int, seed uint64) *graph {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	g := &graph{numbers: numbers, chance: rand.New(rand.NewPCG(seed, 1)), ctx: ctx}
	g.server = httptest.NewServer(g)
	t.Cleanup(func() {
		cancel()
		g.receipts.Wait()
		g.server.CloseClientConnections()
		g.server.Close()
	})
	return g
}

// channels is the value of FRONTDESK_CHANNELS.
func (g *graph) channels() string {
	var list []map[string]any
	for n := range g.numbers {
		list = append(list, map[string]any{
			"id": channelID(n), "kind": "whatsapp", "phone_number_id": numberID(n), "token": "test_token",
			"app_secret": appSecret, "verify_token": "test_verify", "api_url": g.server.URL + "/v26.0",
		})
	}
	text, _ := json.Marshal(list) // strings only
	return string(text)
}

func channelID(n int) string { return fmt.Sprintf("wa-%02d", n) }

func numberID(n int) string { return fmt.Sprintf("1065403522429%02d", n) }

// ServeHTTP takes one message: POST /v26.0/<number>/messages.
func (g *graph) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var in struct {
		To   string
		Text struct{ Body string }
		Ref  string `json:"biz_opaque_callback_data"`
	}
	parts := strings.Split(r.URL.Path, "/")
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil || len(parts) != 4 {
		http.Error(w, "{}", http.StatusBadRequest)
		return
	}
	before, after, mute := g.draw()
	if pause(r.Context(), before) != nil {
		return // cut before it was accepted
	}
	a := &accepted{number: parts[2], to: in.To, text: in.Text.Body, ref: in.Ref, at: time.Now(), mute: mute}
	id := g.enter(a)
	if g.hold != nil {
		g.hold(r.Context())
	}
	_ = pause(r.Context(), after)
	w.Header().Set("Content-Type", "application/json")
	_, _ = fmt.Fprintf(w, `{"messaging_product":"whatsapp","contacts":[{"input":%q}],"messages":[{"id":%q}]}`, in.To, id)
}

func (g *graph) draw() (before, after time.Duration, mute bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	span := func(most time.Duration) time.Duration { return time.Duration(g.chance.Float64() * float64(most)) }
	return span(g.before), span(g.after), g.chance.Float64() < g.mute
}

func (g *graph) enter(a *accepted) (id string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.accepted = append(g.accepted, a)
	id = fmt.Sprintf("wamid.OUT%d", len(g.accepted))
	if g.tell != nil && !a.mute {
		g.receipts.Go(func() { g.report(a, id) })
	}
	return id
}

// report tells of a message, now and then twice.
func (g *graph) report(a *accepted, id string) {
	for _, status := range []string{"sent", "delivered"} {
		if !g.tell(g.ctx, g.status(a, id, status)) {
			return
		}
		g.mu.Lock()
		if a.told.IsZero() {
			a.told = time.Now()
		}
		g.mu.Unlock()
	}
}

func (g *graph) status(a *accepted, id, status string) []byte {
	return envelope(a.number, "statuses", map[string]any{
		"id": id, "status": status, "timestamp": fmt.Sprint(a.at.Unix()), "recipient_id": a.to, "biz_opaque_callback_data": a.ref,
	})
}

// list returns what was accepted so far.
func (g *graph) list() []accepted {
	g.mu.Lock()
	defer g.mu.Unlock()
	all := make([]accepted, 0, len(g.accepted))
	for _, a := range g.accepted {
		all = append(all, *a)
	}
	return all
}

// envelope is a webhook that carries one update of a number.
func envelope(number, kind string, update map[string]any) []byte {
	value := map[string]any{
		"messaging_product": "whatsapp", "metadata": map[string]any{"phone_number_id": number}, kind: []any{update},
	}
	change := map[string]any{"field": "messages", "value": value}
	body, _ := json.Marshal(map[string]any{ // strings only
		"object": "whatsapp_business_account", "entry": []any{map[string]any{"id": "1", "changes": []any{change}}},
	})
	return body
}

func sign(body []byte) string {
	mac := hmac.New(sha256.New, []byte(appSecret))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// pause waits, or returns the error of a context that ends before.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
