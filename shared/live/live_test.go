package live_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/decide"
	"frontdesk/shared/live"
	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
	"frontdesk/shared/record"
	"frontdesk/shared/table"
	"frontdesk/shared/table/bolt"
)

var noon = time.Date(2026, 11, 18, 12, 0, 0, 0, time.UTC)

// asked counts how often the table was asked, and can fail.
type asked struct {
	table.Table
	mu   sync.Mutex
	n    int
	fail error
}

func (a *asked) Get(ctx context.Context, keys ...table.Key) ([]table.Item, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.n++
	if a.fail != nil {
		return nil, a.fail
	}
	return a.Table.Get(ctx, keys...)
}

func newCache(t *testing.T) (*live.Cache, *asked) {
	t.Helper()
	db, err := bolt.Open(filepath.Join(t.TempDir(), "desk.db"), bolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	a := &asked{Table: db}
	return &live.Cache{Store: record.New(a)}, a
}

func publish(t *testing.T, c *live.Cache, n int64, phrase string) {
	t.Helper()
	p := playbook.Playbook{
		Languages: []string{"en"},
		Templates: []playbook.Template{{ID: "a", Name: "A", Variants: []playbook.Variant{{Language: "en", Shape: "text", Text: "yes"}}}},
		Filters:   []playbook.Filter{{ID: "f", Name: "F", When: playbook.Condition{Contains: []string{phrase}}, Then: playbook.Action{Reply: "a"}}},
	}
	if err := c.Store.Publish(t.Context(), p, record.VersionInfo{Number: n, At: noon}, record.Audit{ID: fmt.Sprint(n), At: noon}); err != nil {
		t.Fatal(err)
	}
}

func answers(t *testing.T, c *live.Cache, text string, now time.Time) bool {
	t.Helper()
	b, err := c.Book(t.Context(), now)
	if err != nil {
		t.Fatal(err)
	}
	m := message.Inbound{Channel: "wa-main", Type: "text", Text: text, Time: now}
	return decide.Decide(b.Book, conversation.Head{}, m, now).Reply != ""
}

func TestBeforeAnythingIsPublishedNobodyIsAnswered(t *testing.T) {
	c, _ := newCache(t)
	if answers(t, c, "price", noon) {
		t.Error("an empty playbook answers")
	}
}

func TestAPublishedVersionIsLiveWithinItsMaxAge(t *testing.T) {
	c, table := newCache(t)
	publish(t, c, 1, "price")
	if !answers(t, c, "price", noon) {
		t.Fatal("version 1 does not answer")
	}
	publish(t, c, 2, "hours")
	before := table.n
	for range 100 {
		if answers(t, c, "hours", noon.Add(live.MaxAge-time.Millisecond)) {
			t.Fatal("version 2 answers before the number was asked for again")
		}
	}
	if table.n != before {
		t.Errorf("got %d reads within the age, want none", table.n-before)
	}
	if live.MaxAge > 5*time.Second || !answers(t, c, "hours", noon.Add(live.MaxAge)) {
		t.Errorf("version 2 does not answer after %s, want it live at most 5 s later", live.MaxAge)
	}
	if got := table.n - before; got != 2 {
		t.Errorf("got %d reads for a new version, want its number and itself", got)
	}
}

func TestATableThatCannotBeReadIsAnErrorAndThenForgotten(t *testing.T) {
	c, a := newCache(t)
	publish(t, c, 1, "price")
	a.fail = errors.New("throttled")
	if _, err := c.Book(t.Context(), noon); !errors.Is(err, a.fail) {
		t.Errorf("got %v, want the table's error", err)
	}
	a.fail = nil
	if !answers(t, c, "price", noon) {
		t.Error("it does not answer after the table is back")
	}
}

func TestManyAskAtOnce(t *testing.T) {
	c, _ := newCache(t)
	publish(t, c, 1, "price")
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			for j := range 50 {
				if _, err := c.Book(t.Context(), noon.Add(time.Duration(i*j)*time.Second)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}
