package notice_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"sync"
	"testing"
	"time"

	"frontdesk/shared/channel"
	"frontdesk/shared/hook"
	"frontdesk/shared/message"
	"frontdesk/shared/notice"
	"frontdesk/shared/table"
)

const (
	newKey = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	oldKey = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"
)

// program is a company's own program behind an https address, which takes what the group
// of the other tests takes.
type program struct {
	*world
	server *httptest.Server
	sender *hook.Sender

	mu      sync.Mutex
	leads   string // where its name leads
	dialled int
	got     []posted
	answer  func(w http.ResponseWriter, p posted)
}

// posted is one webhook as the program got it.
type posted struct {
	at        time.Time
	id, stamp string
	signed    string
	body      string
}

func newProgram(t *testing.T) *program {
	t.Helper()
	p := &program{world: newWorld(t, nil), leads: "198.20.0.1", answer: func(http.ResponseWriter, posted) {}}
	p.server = httptest.NewUnstartedServer(http.HandlerFunc(p.take))
	p.server.Config.ErrorLog = log.New(io.Discard, "", 0)
	p.server.StartTLS()
	t.Cleanup(p.server.Close)
	roots := x509.NewCertPool()
	roots.AddCert(p.server.Certificate())
	p.sender = hook.New(&hook.Guard{Lookup: p.lookup, Dial: p.dial, TLS: &tls.Config{RootCAs: roots}}, p.clock)
	p.channels[0] = channel.Channel{
		ID: robot, Kind: message.Webhook, URL: "https://example.com/private-path?key=hidden", HookSecrets: []channel.Secret{"whsec_" + newKey, "whsec_" + oldKey},
	}
	return p
}

func (p *program) take(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	one := posted{p.clock(), r.Header.Get("Webhook-Id"), r.Header.Get("Webhook-Timestamp"), r.Header.Get("Webhook-Signature"), string(body)}
	p.mu.Lock()
	p.got = append(p.got, one)
	p.mu.Unlock()
	p.answer(w, one)
}

func (p *program) lookup(context.Context, string, string) ([]netip.Addr, error) {
	return []netip.Addr{netip.MustParseAddr(p.leads)}, nil
}

func (p *program) dial(ctx context.Context, network, _ string) (net.Conn, error) {
	p.mu.Lock()
	p.dialled++
	p.mu.Unlock()
	return new(net.Dialer).DialContext(ctx, network, p.server.Listener.Addr().String())
}

func (p *program) process(db table.Table) *notice.Runner {
	r := p.world.process(db)
	r.Post = p.sender.Post
	return r
}

// ids are those of the webhooks that came, in order.
func (p *program) ids() (all []string) {
	for _, one := range p.got {
		all = append(all, one.id)
	}
	return all
}

// nothingShown holds that the log has nothing of the address or the secrets.
func (p *program) nothingShown() {
	p.t.Helper()
	for _, private := range []string{"example.com", "private-path", "hidden", newKey, oldKey, "198.20"} {
		if p.logged.with(private) != 0 {
			p.t.Errorf("the log holds %q: %v", private, p.logged.all)
		}
	}
}

// signature is that of Standard Webhooks, made here once more.
func signature(t *testing.T, key string, p posted) string {
	t.Helper()
	raw, err := base64.StdEncoding.DecodeString(key)
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha256.New, raw)
	mac.Write([]byte(p.id + "." + p.stamp + "." + p.body))
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// claimed leaves the outbox as a process does that died while it sent.
func (p *program) claimed(ids []string) error {
	box, err := p.store.Outbox(p.t.Context(), robot)
	if err != nil {
		return err
	}
	box.IDs, box.Tries = ids, 1
	_, err = p.store.SetOutbox(p.t.Context(), robot, box)
	return err
}
