package load

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/deadletter"
	"frontdesk/shared/inbox/local"
	"frontdesk/shared/message"
	"frontdesk/shared/record"
	"frontdesk/shared/table/bolt"
)

// left is what a stopped program has in its store.
type left struct {
	inbox, receipts   int // jobs still on the queues
	dead              int
	noReply, noRecord int // messages without a recorded reply, receipts that are not recorded
}

// count opens the store of a stopped program and looks for everything that was
// acknowledged.
func count(t *testing.T, data string, p posted, r *run) left {
	t.Helper()
	db, err := bolt.Open(filepath.Join(data, "frontdesk.db"), bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	c := counter{t: t, store: record.New(db)}
	var l left
	l.inbox, l.receipts = c.queue(db, deadletter.Inbox), c.queue(db, deadletter.Receipts)
	letters, err := c.store.DeadLetters(t.Context(), "", 100)
	if err != nil {
		t.Fatal(err)
	}
	l.dead = len(letters)
	for _, a := range p.messages {
		if !c.replied(r.sent[a.message].ref) {
			l.noReply++
		}
	}
	l.noRecord = c.missing(p.receipts)
	return l
}

type counter struct {
	t     *testing.T
	store *record.Store
}

func (c counter) queue(db *bolt.DB, name string) int {
	q, err := local.New(db, local.Options{Name: name, Graveyard: &deadletter.Keeper{Store: c.store, Now: time.Now}})
	if err != nil {
		c.t.Fatal(err)
	}
	return q.Stats().Waiting
}

// replied reports whether a reply is recorded under the reference that went to the channel.
func (c counter) replied(ref string) bool {
	home, id, ok := conversation.ParseRef(ref)
	if !ok {
		return false
	}
	_, err := c.store.Message(c.t.Context(), home, id)
	return err == nil
}

// missing counts the receipts that are not in the store.
func (c counter) missing(receipts []arrival) int {
	byRef := map[string][]message.Status{}
	for _, a := range receipts {
		byRef[a.ref] = append(byRef[a.ref], a.status)
	}
	missing := 0
	for ref, want := range byRef {
		home, id, _ := conversation.ParseRef(ref)
		stored, err := c.store.Receipts(c.t.Context(), home, id)
		if err != nil {
			c.t.Fatal(err)
		}
		have := map[message.Status]bool{}
		for _, r := range stored {
			have[r.Status] = true
		}
		for _, s := range want {
			if !have[s] {
				missing++
			}
		}
	}
	return missing
}

// watcher asks the admin API of the running program.
type watcher struct {
	url, token string
	client     http.Client
}

func watch(t *testing.T, program, data, url string) *watcher {
	t.Helper()
	cmd := exec.Command(program, "token", "--role", "viewer")
	cmd.Env = append(os.Environ(), "FRONTDESK_DATA="+data)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("make a token: %v", err)
	}
	return &watcher{url: url, token: string(bytes.TrimSpace(out)), client: http.Client{Timeout: answerPatience}}
}

// shown reports whether the desk shows what a receipt tells, or something later.
func (w *watcher) shown(r tidings) (bool, error) {
	home, id, _ := conversation.ParseRef(r.ref)
	req, err := http.NewRequest(http.MethodGet, fmt.Sprintf("%s/v1/conversations/%s/messages", w.url, home), nil)
	if err != nil {
		return false, err
	}
	req.Header.Set("Authorization", "Bearer "+w.token)
	resp, err := w.client.Do(req)
	if err != nil {
		return false, err
	}
	defer resp.Body.Close()
	var page struct {
		Items []struct {
			ID    string
			State message.Status
		}
	}
	if err := json.NewDecoder(resp.Body).Decode(&page); err != nil || resp.StatusCode != http.StatusOK {
		return false, fmt.Errorf("ask for the messages of a conversation: status %d, %v", resp.StatusCode, err)
	}
	for _, m := range page.Items {
		if m.ID == id {
			return m.State.Rank() >= r.status.Rank(), nil
		}
	}
	return false, nil
}

// until waits, for as long as patience, until the desk shows every one of the
// receipts, and returns when it did.
func (w *watcher) until(receipts []arrival, patience time.Duration) (time.Time, error) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	late := time.Now().Add(patience)
	for len(receipts) > 0 {
		shown, err := w.shown(receipts[0].tidings)
		switch {
		case err != nil:
			return time.Time{}, err
		case shown:
			receipts = receipts[1:]
		case time.Now().After(late):
			return time.Time{}, fmt.Errorf("%d receipts are not shown after %v", len(receipts), patience)
		default:
			<-tick.C
		}
	}
	return time.Now(), nil
}

// alarms are the lines of a log that an operator would have had to see.
func alarms(log string) (found []string) {
	for text := range strings.Lines(log) {
		if strings.Contains(text, `"alarm"`) {
			found = append(found, text)
		}
	}
	return found
}
