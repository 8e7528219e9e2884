package notice_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk/shared/channel"
	"frontdesk/shared/errand"
	"frontdesk/shared/message"
	"frontdesk/shared/notice"
	"frontdesk/shared/record"
	"frontdesk/shared/sandbox/qyapi"
	"frontdesk/shared/table"
	"frontdesk/shared/table/bolt"
	"frontdesk/shared/wecom"
)

const (
	corp     = "wx5823bf96d3bd56c7"
	robotKey = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"
	robot    = "robot-sales"
	desk     = "https://desk.example.com/"
)

// key is a made-up pair; robots and appchat need none.
var key = channel.CallbackKey{Token: "QDG6eK", AESKey: "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"}

var noon = time.Date(2026, 11, 22, 6, 5, 0, 0, time.UTC) // 14:05 in Shanghai

// world is a company with a robot in a group, and one process or more that send to it.
type world struct {
	t        *testing.T
	sandbox  *qyapi.Sandbox
	sender   *wecom.Sender
	channels []channel.Channel
	db       table.Table
	store    *record.Store
	logged   *lines

	mu      sync.Mutex
	now     time.Time
	serial  int
	told    []string // the ids of the rows that went out, in order
	refused []int    // codes
}

// lines keeps the log.
type lines struct {
	mu  sync.Mutex
	all []string
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, string(b))
	return len(b), nil
}

// with counts the lines that hold a text.
func (l *lines) with(text string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(slices.DeleteFunc(slices.Clone(l.all), func(s string) bool { return !strings.Contains(s, text) }))
}

func newWorld(t *testing.T, change func(*qyapi.Config)) *world {
	t.Helper()
	w := &world{t: t, now: noon, logged: &lines{}}
	cfg := qyapi.Config{
		CorpID: corp, Apps: []qyapi.App{{AgentID: 1000002, Secret: "desk-secret-0001", Key: key}},
		Robots: []qyapi.Robot{{Key: robotKey}}, Members: []qyapi.Member{{UserID: "zhang"}, {UserID: "li"}}, Now: w.clock,
		Post: func(context.Context, qyapi.Callback) ([]byte, error) { return nil, nil },
	}
	if change != nil {
		change(&cfg)
	}
	var err error
	w.sandbox, err = qyapi.New(cfg)
	w.must(err)
	t.Cleanup(w.sandbox.Close)
	srv := httptest.NewServer(w.sandbox)
	t.Cleanup(srv.Close)
	db, err := bolt.Open(filepath.Join(t.TempDir(), "desk.db"), bolt.Options{Now: w.clock, NoSync: true})
	w.must(err)
	t.Cleanup(func() { _ = db.Close() })
	w.db, w.store = db, record.New(db)
	w.sender = &wecom.Sender{HTTP: srv.Client(), Tokens: &wecom.Tokens{Store: &wecom.Memory{}, HTTP: srv.Client(), Now: w.clock}}
	group := channel.Channel{ID: "group-sales", Kind: message.WeComGroup, CorpID: corp, AgentID: 1000002, Secret: "desk-secret-0001", ChatID: "CHATID1", APIURL: srv.URL}
	w.channels = []channel.Channel{{ID: robot, Kind: message.WeComRobot, RobotKey: robotKey, APIURL: srv.URL}, group}
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// process is one that sends; its table can be another's view of the store.
func (w *world) process(db table.Table) *notice.Runner {
	zone, err := time.LoadLocation("Asia/Shanghai")
	w.must(err)
	return &notice.Runner{
		Store: record.New(db), Channels: w.channels, Push: w.push, Zone: zone, Now: w.clock,
		Log: slog.New(slog.NewTextHandler(w.logged, nil)),
	}
}

// push sends as ever, and notes which rows were in it.
func (w *world) push(ctx context.Context, ch channel.Channel, n wecom.Notice) error {
	box, err := w.store.Outbox(context.Background(), ch.ID)
	w.must(err)
	err = w.sender.Push(ctx, ch, n)
	failed, _ := errors.AsType[*message.SendError](err)
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case failed == nil || failed.Class == message.Unknown:
		w.told = append(w.told, box.IDs...)
	default:
		w.refused = append(w.refused, failed.Code)
	}
	return err
}

// row is a conversation that was handed off now.
func (w *world) row(to string) record.TeamNotice {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.serial++
	return record.TeamNotice{
		ID: fmt.Sprintf("row%05d", w.serial), To: to, Event: notice.HandOff, At: w.now, Language: "en",
		Channel: "kf-main", Conversation: fmt.Sprintf("conversation%05d", w.serial), Team: "Sales", Filter: "Complaints", Since: w.now,
	}
}

// handOff records rows as a turn of the desk does.
func (w *world) handOff(rows ...record.TeamNotice) []string {
	w.t.Helper()
	var all []string
	for _, r := range rows {
		all = append(all, r.ID)
		w.must(w.store.Record(context.Background(), deskTurn(r)))
	}
	return all
}

func (w *world) handOffs(n int) []string {
	w.t.Helper()
	var rows []record.TeamNotice
	for range n {
		rows = append(rows, w.row(robot))
	}
	return w.handOff(rows...)
}

// run is one errand of a process.
func (w *world) run(r *notice.Runner) error {
	return r.Run(context.Background(), errand.Errand{Kind: errand.Notice, Channel: robot, At: w.clock()}, 1)
}

// minutes runs an errand a minute, as the timer asks for.
func (w *world) minutes(r *notice.Runner, n int) {
	w.t.Helper()
	for range n {
		w.must(w.run(r))
		w.pass(time.Minute)
	}
}

// left are the rows that still wait.
func (w *world) left() int {
	w.t.Helper()
	rows, err := w.store.Waiting(context.Background(), robot, 1000)
	w.must(err)
	return len(rows)
}

// times says how often each row was told.
func (w *world) times() map[string]int {
	n := map[string]int{}
	for _, id := range w.told {
		n[id]++
	}
	return n
}

// texts are what the group sees.
func (w *world) texts() (all []string) {
	for _, m := range w.sandbox.Sent() {
		all = append(all, m.Text)
	}
	return all
}

func noticeOf(title string) wecom.Notice { return wecom.Notice{Title: title} }

// api makes a call as the app.
func (w *world) api(call, body string) error {
	token, err := w.sender.Tokens.Get(context.Background(), w.channels[1])
	if err != nil {
		return err
	}
	rec := httptest.NewRecorder()
	w.sandbox.ServeHTTP(rec, httptest.NewRequest("POST", "/cgi-bin/"+call+"?access_token="+token.Value.Reveal(), strings.NewReader(body)))
	if !strings.Contains(rec.Body.String(), `"errcode":0`) {
		return errors.New(rec.Body.String())
	}
	return nil
}
