package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/access"
	"frontdesk/shared/admin"
	"frontdesk/shared/approved"
	"frontdesk/shared/clockwork"
	"frontdesk/shared/deadletter"
	"frontdesk/shared/inbox"
	"frontdesk/shared/live"
	"frontdesk/shared/mail"
	"frontdesk/shared/publish"
	"frontdesk/shared/record"
	"frontdesk/shared/table/bolt"
)

var updateGolden = flag.Bool("update", false, "write the golden files anew")

// testBook is a playbook as an admin keeps it in a file.
const testBook = `{
  "languages": ["en"],
  "templates": [
    {"id": "price", "name": "Prices", "variants": [{"language": "en", "shape": "buttons", "header": "Prices", "text": "Tea is 9 a box.\nWhich one?",
      "footer": "The shop", "buttons": [{"id": "green", "title": "Green"}, {"id": "black", "title": "Black"}]}]},
    {"id": "menu", "name": "Menu", "variants": [{"language": "en", "shape": "list", "text": "What about?", "open": "Choose",
      "sections": [{"title": "Tea", "rows": [{"id": "green-tea", "title": "Green", "description": "from Hangzhou"}]}]}]}
  ],
  "filters": [
    {"id": "menu", "name": "Menu", "when": {"exact": ["menu"]}, "then": {"reply": "menu"}},
    {"id": "person", "name": "Person", "when": {"any": [{"whole_word": ["person"]}, {"choice": ["green", "black", "green-tea"]}]}, "then": {"assign": "care", "hand_off": true, "tag": ["asked"]}},
    {"id": "price", "name": "Price", "when": {"whole_word": ["price"]}, "then": {"reply": "price"}}
  ],
  "hours": [], "teams": [{"id": "care", "name": "Care"}],
  "examples": [{"message": {"text": "the price?"}, "expect": {"filter": "price"}}]
}`

// counter is a running desk's admin API, and a person at the command line.
type counter struct {
	t      *testing.T
	folder string
	env    map[string]string
	store  *record.Store
	keeper *deadletter.Keeper
	back   []string
	broken error
	mu     sync.Mutex // a dry run asks for the time from several goroutines
	now    time.Time
	server *httptest.Server
}

func newCounter(t *testing.T) *counter {
	t.Helper()
	c := &counter{t: t, folder: t.TempDir(), now: time.Date(2026, 11, 18, 4, 0, 0, 0, time.UTC)}
	db, err := bolt.Open(filepath.Join(c.folder, "frontdesk.db"), bolt.Options{NoSync: true, Now: c.clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	c.store = record.New(db)
	log := slog.New(slog.DiscardHandler)
	cache := &live.Cache{Store: c.store}
	c.keeper = &deadletter.Keeper{Store: c.store, Now: c.clock, Log: log, Back: map[string]func(context.Context, inbox.Job) error{
		deadletter.Inbox: func(_ context.Context, job inbox.Job) error {
			c.back = append(c.back, string(job.Body))
			return c.broken
		},
	}}
	key, err := access.Key(c.folder, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	api := admin.New(admin.Config{
		Store: c.store, Live: cache, Keeper: c.keeper, Zone: time.UTC, Now: c.clock, Entropy: rand.Reader, Log: log,
		Weekly: &clockwork.Weekly{
			Store: c.store, Live: cache, Zone: time.UTC, From: "desk@example.com", Now: c.clock, Log: log,
			Send: func(context.Context, mail.Envelope) error { return nil },
		},
		Channels: func(context.Context) ([]publish.Channel, error) {
			return demoChannels(), nil
		},
		Approved:     func(context.Context) ([]approved.Known, error) { return nil, nil },
		Authenticate: access.Signer{Key: key, Now: time.Now}.Authenticate,
	})
	mux := http.NewServeMux()
	api.Routes(mux)
	c.server = httptest.NewServer(mux)
	t.Cleanup(c.server.Close)
	c.env = map[string]string{"FRONTDESK_URL": c.server.URL, "FRONTDESK_DATA": c.folder}
	return c
}

func (c *counter) clock() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(time.Millisecond)
	return c.now
}

// run runs a command line and returns what it printed, errors last.
func (c *counter) run(args ...string) (printed string, err error) {
	c.t.Helper()
	var out bytes.Buffer
	err = run(c.t.Context(), args, func(name string) string { return c.env[name] }, &out, &out)
	if err != nil {
		fmt.Fprintf(&out, "frontdesk: %v\n", err)
	}
	return out.String(), err
}

// must is run for what must go well.
func (c *counter) must(args ...string) string {
	c.t.Helper()
	printed, err := c.run(args...)
	if err != nil {
		c.t.Fatalf("frontdesk %s: %s", strings.Join(args, " "), printed)
	}
	return printed
}

// file writes a file and returns its path.
func (c *counter) file(name, text string) string {
	c.t.Helper()
	path := filepath.Join(c.folder, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		c.t.Fatal(err)
	}
	return path
}

// goldenText compares what was printed with a file; folders, ids and ports differ
// from run to run.
func (c *counter) goldenText(name, got string) {
	c.t.Helper()
	got = strings.ReplaceAll(got, c.folder, "FOLDER")
	got = regexp.MustCompile(`[0-9a-f]{20}\b`).ReplaceAllString(got, "ID")
	got = strings.ReplaceAll(got, c.server.URL, "URL")
	path := filepath.Join("testdata", name)
	if *updateGolden {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			c.t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		c.t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		c.t.Errorf("%s (-want +got):\n%s", name, d)
	}
}

func TestPlaybookCommand(t *testing.T) {
	c := newCounter(t)
	book := c.file("book.json", testBook)
	var said strings.Builder
	say := func(args ...string) {
		printed, _ := c.run(args...)
		fmt.Fprintf(&said, "$ frontdesk %s\n%s\n", strings.Join(args, " "), printed)
	}
	say("playbook", "test", book)
	say("playbook", "push", book)
	say("playbook", "push", book, "--publish", "--note", "the first")
	pulled := filepath.Join(c.folder, "pulled.json")
	say("playbook", "pull", pulled)
	c.must("playbook", "push", book)
	say("playbook", "push", pulled)
	say("playbook", "push", "--force", pulled)
	broken := c.file("broken.json", strings.Replace(testBook, `"reply": "menu"`, `"reply": "meny"`, 1))
	say("playbook", "test", broken)
	say("playbook", "push", broken, "--publish")
	malformed := c.file("malformed.json", `{"languages": "en", "filtres": []}`)
	say("playbook", "test", malformed)
	say("playbook", "push", malformed)
	say("playbook", "push", filepath.Join(c.folder, "none.json"))
	say("playbook", "mend", book)
	c.goldenText("playbook.txt", said.String())
	if version, _ := c.store.Live(t.Context()); version != 1 {
		t.Errorf("got version %d live, want 1", version)
	}
}

func TestWhatIsPulledCanBePushed(t *testing.T) {
	c := newCounter(t)
	c.must("playbook", "push", c.file("book.json", testBook))
	pulled := filepath.Join(c.folder, "pulled.json")
	c.must("playbook", "pull", pulled)
	first, _ := os.ReadFile(pulled)
	c.must("playbook", "push", pulled)
	if second := c.must("playbook", "pull"); second != string(first) {
		t.Errorf("got a draft that changed on its way (-first +second):\n%s", cmp.Diff(string(first), second))
	}
}

func TestSimulateCommand(t *testing.T) {
	c := newCounter(t)
	c.must("playbook", "push", c.file("book.json", testBook), "--publish")
	var said strings.Builder
	for _, args := range [][]string{
		{"simulate", "what is the price?"}, {"simulate", "--on", "draft", "menu"}, {"simulate", "a person", "please", "--on", "1", "--lang", "zh-CN"},
		{"simulate", "hello"}, {"simulate", "hello", "--on", "9"}, {"simulate", "hello", "--channel", "wa-other"}, {"simulate"}, {"simulate", "--off"},
		{"simulate", "what is the price?", "--people", "--tag", "vip,late"}, {"simulate", "hi", "--blocked"}, {"simulate", "hi", "--team", "moon"}, {"simulate", "hi", "--attribute", "gold"},
	} {
		printed, _ := c.run(args...)
		fmt.Fprintf(&said, "$ frontdesk %s\n%s\n", strings.Join(args, " "), printed)
	}
	c.goldenText("simulate.txt", said.String())
}

func TestReportCommand(t *testing.T) {
	c := newCounter(t)
	row := record.KPIRow{Day: "2026-11-16", Channel: "wa-main", Body: []byte(`{"day": "2026-11-16", "channel": "wa-main", "in": 7, "conversations": 5, "contained": 5}`)}
	if err := c.store.ReplaceDay(t.Context(), "2026-W47", "2026-11-16", []record.KPIRow{row}); err != nil {
		t.Fatal(err)
	}
	if got := c.must("report", "2026-W47"); !strings.Contains(got, "2026") || strings.Contains(got, "<") {
		t.Errorf("got %s, want the week as text", got)
	}
	if got := c.must("report", "--lang", "zh-CN", "2026-W47"); !strings.Contains(got, "周") {
		t.Errorf("got %s, want it in Chinese", got)
	}
	if got := c.must("report", "2026-W47", "--json"); !strings.Contains(got, "\n    \"messages_in\": 7,") {
		t.Errorf("got %s, want every figure as JSON", got)
	}
	for _, args := range [][]string{{"report", "2026-11"}, {"report", "2026-11-16", "2026-11-17"}, {"report", "today"}} {
		if got := c.must(args...); !strings.Contains(got, "messages in") {
			t.Errorf("%v: got %s, want a table", args, got)
		}
	}
	if got := c.must("report", "2026-11-16", "2026-11-22", "--json"); !strings.Contains(got, `"customers_counted_once_per": "week"`) {
		t.Errorf("got %s, want the figures as JSON", got)
	}
	for _, args := range [][]string{{"report", "soon"}, {"report", "2026-11-02", "2026-11-01"}, {"report"}, {"report", "W47"}, {"report", "2026-W47", "--lang", "de"}} {
		if printed, err := c.run(args...); err == nil {
			t.Errorf("%v: got %s, want it refused", args, printed)
		}
	}
}

func TestTokenCommand(t *testing.T) {
	c := newCounter(t)
	token := strings.Fields(c.must("token", "--role", "viewer", "--name", "Li", "--days", "1"))[0]
	key, err := access.ReadKey(c.folder)
	if err != nil {
		t.Fatal(err)
	}
	who, err := access.Signer{Key: key, Now: time.Now}.Verify(token)
	if err != nil || !reflect.DeepEqual(who, access.Identity{Name: "Li", Roles: []string{"viewer"}}) {
		t.Errorf("got %+v, %v, want the viewer Li", who, err)
	}
	agent := strings.Fields(c.must("token", "--role", "agent", "--team", "care,sales", "--team", "night"))[0]
	who, err = access.Signer{Key: key, Now: time.Now}.Verify(agent)
	if err != nil || !reflect.DeepEqual(who, access.Identity{Name: "agent", Roles: []string{"agent"}, Teams: []string{"care", "night", "sales"}}) {
		t.Errorf("got %+v, %v, want an agent of three teams", who, err)
	}
	tomorrow := access.Signer{Key: key, Now: func() time.Time { return time.Now().Add(25 * time.Hour) }}
	if _, err := tomorrow.Verify(token); !errors.Is(err, access.ErrExpired) {
		t.Errorf("got %v after a day, want ErrExpired", err)
	}
	c.env["FRONTDESK_TOKEN"] = token
	c.must("simulate", "hello")
	if printed, err := c.run("playbook", "push", c.file("book.json", testBook)); err == nil || !strings.Contains(printed, "viewer does not include playbook:write") {
		t.Errorf("got %s, want a viewer's push refused", printed)
	}
	for _, args := range [][]string{{"token"}, {"token", "--role", "Owner of all"}, {"token", "--role", "admin", "--days", "0"}, {"token", "--role", "admin", "more"}} {
		if printed, err := c.run(args...); err == nil {
			t.Errorf("%v: got %s, want it refused", args, printed)
		}
	}
	c.env["FRONTDESK_OIDC_ISSUER"] = "https://login.example.com"
	if printed, err := c.run("token", "--role", "admin"); err == nil {
		t.Errorf("got %s from a desk with a sign-in of its own, want it refused", printed)
	}
}

func TestWhoTheCommandLineTrusts(t *testing.T) {
	c := newCounter(t)
	c.env["FRONTDESK_URL"] = "https://desk.example.com"
	if printed, err := c.run("simulate", "hi"); err == nil || !strings.Contains(printed, "FRONTDESK_TOKEN") {
		t.Errorf("got %s, want no token of this machine sent to another", printed)
	}
	for _, bad := range []string{"desk.example.com", "ftp://desk.example.com", "https://user:secret@desk.example.com"} {
		c.env["FRONTDESK_URL"] = bad
		if printed, err := c.run("simulate", "hi"); err == nil || strings.Contains(printed, "secret") {
			t.Errorf("%s: got %s, want it refused without its password", bad, printed)
		}
	}
	c.server.Close()
	c.env["FRONTDESK_URL"], c.env["FRONTDESK_TOKEN"] = c.server.URL, "token-that-nobody-must-see"
	printed, err := c.run("deadletters", "list")
	if err == nil || !strings.Contains(printed, "frontdesk serve") || strings.Contains(printed, "nobody-must-see") {
		t.Errorf("got %s, want how to start the desk, and not the token", printed)
	}
	c.env["FRONTDESK_TOKEN"], c.env["FRONTDESK_DATA"] = "", filepath.Join(c.folder, "elsewhere")
	if printed, err := c.run("deadletters", "list"); err == nil || !strings.Contains(printed, "FRONTDESK_DATA") {
		t.Errorf("got %s, want where the key was looked for", printed)
	}
}

func TestATokenStaysAtItsAddress(t *testing.T) {
	c := newCounter(t)
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("got a request at another address") }))
	defer other.Close()
	door := httptest.NewServer(http.RedirectHandler(other.URL, http.StatusFound))
	defer door.Close()
	c.env["FRONTDESK_URL"] = door.URL
	if printed, err := c.run("deadletters", "list"); err == nil || !strings.Contains(printed, "302") {
		t.Errorf("got %s, want the redirect told and not followed", printed)
	}
}

func TestHelp(t *testing.T) {
	c := newCounter(t)
	for _, name := range []string{"simulate", "playbook", "report", "token", "deadletters"} {
		printed, err := c.run(name, "-h")
		if !errors.Is(err, flag.ErrHelp) || !strings.Contains(printed, "frontdesk "+name) {
			t.Errorf("%s: got %q, %v, want its usage", name, printed, err)
		}
	}
}
