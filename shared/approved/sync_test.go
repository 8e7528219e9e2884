package approved_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/approved"
	"frontdesk/shared/channel"
	"frontdesk/shared/errand"
	"frontdesk/shared/inbox"
	"frontdesk/shared/playbook"
	"frontdesk/shared/record"
	"frontdesk/shared/sandbox"
	"frontdesk/shared/whatsapp"
)

var update = sandbox.Template{Name: "order_update", Language: "en_US", Params: 2}

func TestTemplatesAreFetchedOnceAnHour(t *testing.T) {
	c := newCompany(t, update)
	c.sync()
	want := approved.Known{Channel: "wa-main", Account: account, Fetched: noon,
		Templates: []whatsapp.Template{{Name: "order_update", Language: "en_US", Status: "APPROVED", Category: "utility", Params: 2, Quality: "UNKNOWN"}}}
	if diff := cmp.Diff(want, c.known()); diff != "" {
		t.Errorf("known differs (-want +got):\n%s", diff)
	}
	for _, minutes := range []int{1, 30, 59} {
		c.now = noon.Add(time.Duration(minutes) * time.Minute)
		c.reads = 0
		if n := c.due(); n != 0 || c.reads != 1 {
			t.Errorf("after %d minutes: got %d errands and %d reads, want none and one", minutes, n, c.reads)
		}
	}
	c.timer, c.syncer = c.process() // a restart
	c.now = noon.Add(time.Hour)
	if n := c.due(); n != 1 {
		t.Errorf("after an hour: got %d errands, want one", n)
	}
	if n := c.due(); n != 0 {
		t.Errorf("got %d errands while one waits, want none", n)
	}
	if again := c.work(); again != nil || c.calls != 2 || !c.known().Fetched.Equal(c.now) {
		t.Errorf("got %v, %d calls, %+v", again, c.calls, c.known())
	}
}

func TestWhatMetaTellsIsFetchedWithinAMinute(t *testing.T) {
	told := map[string]sandbox.Notice{
		"a pause":    sandbox.TemplateStatus{Name: "order_update", Language: "en_US", Event: "PAUSED", Title: "FIRST_PAUSE"},
		"a quality":  sandbox.TemplateQuality{Name: "order_update", Language: "en_US", Score: "RED"},
		"a category": sandbox.TemplateCategory{Name: "order_update", Language: "en_US", Category: "marketing"},
	}
	for name, notice := range told {
		t.Run(name, func(t *testing.T) {
			c := newCompany(t, update)
			c.sync()
			before := c.known()
			c.now = noon.Add(5 * time.Minute)
			c.must(c.sandbox.Notify(t.Context(), number, notice))
			c.now = c.now.Add(time.Minute)
			c.sync()
			if after := c.known(); cmp.Equal(before.Templates, after.Templates) || !after.Fetched.Equal(c.now) {
				t.Errorf("got %+v, want it fetched anew", after)
			}
			c.now = c.now.Add(time.Minute)
			if n := c.due(); n != 0 {
				t.Errorf("got %d errands more, want none", n)
			}
		})
	}
	t.Run("of an account that is not ours", func(t *testing.T) {
		c := newCompany(t, update)
		c.sync()
		c.now = noon.Add(5 * time.Minute)
		c.must(c.store.TemplatesChanged(t.Context(), "77", c.now))
		if n := c.due(); n != 0 {
			t.Errorf("got %d errands, want none", n)
		}
	})
}

// Two processes ask for the same list: it is fetched once.
func TestTheSameErrandTwice(t *testing.T) {
	c := newCompany(t, update)
	c.due()
	other, _ := c.process()
	if n, err := other.Due(t.Context(), 10); n != 1 || err != nil {
		t.Fatalf("got %d, %v, want the other to ask, too", n, err)
	}
	c.now = noon.Add(time.Second)
	if again := c.work(); again != nil || c.calls != 1 {
		t.Errorf("got %v and %d calls, want one", again, c.calls)
	}
	c.now = noon.Add(2 * time.Hour)
	old, err := errand.Errand{Kind: errand.Approved, Channel: "wa-main", At: noon.Add(30 * time.Minute)}.Job()
	c.must(err)
	c.jobs = []inbox.Job{old}
	if again := c.work(); again != nil || c.calls != 1 {
		t.Errorf("got %v and %d calls, want an errand of long ago passed over", again, c.calls)
	}
}

// Without the settings at hand: whoever had messages, and whoever was asked before.
func TestChannelsAreFoundByTheirMessages(t *testing.T) {
	c := newCompany(t, update)
	c.must(c.store.ReplaceDay(t.Context(), "2026-W47", "2026-11-17", []record.KPIRow{
		{Day: "2026-11-17", Channel: "kf-main", Body: []byte(`{}`)}, {Day: "2026-11-17", Channel: "wa-main", Team: "care", Body: []byte(`{}`)},
	}))
	c.timer.Channels = nil
	if n := c.due(); n != 2 {
		t.Fatalf("got %d errands, want one for each channel that had messages", n)
	}
	if again := c.work(); again != nil || c.calls != 1 {
		t.Fatalf("got %v and %d calls, want one: customer service has no templates", again, c.calls)
	}
	c.now = noon.Add(23 * time.Hour)
	if n := c.due(); n != 1 {
		t.Errorf("the next hours: got %d errands, want that of WhatsApp", n)
	}
	c.now = noon.Add(60 * 24 * time.Hour) // no row of this week or the last
	c.jobs = nil
	if n := c.due(); n != 2 {
		t.Errorf("got %d errands, want both: they were asked for before", n)
	}
}

func refusing(status, code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"error":{"code":%d,"message":"refused"}}`, code)
	}
}

func TestARefusal(t *testing.T) {
	c := newCompany(t, update)
	c.sync()
	c.answer = refusing(403, 10)
	for hour := range 3 {
		c.now = c.now.Add(time.Hour)
		if n := c.due(); n != 1 {
			t.Fatalf("hour %d: got %d errands, want one", hour, n)
		}
		if again := c.work(); again != nil {
			t.Fatalf("got %v, want it left to the next hour", again)
		}
	}
	k := c.known()
	if k.Code != 10 || !k.Refused.Equal(c.now) || len(k.Templates) != 1 || !k.Fetched.Equal(noon) {
		t.Errorf("got %+v, want the refusal noted and the list as it was", k)
	}
	if n := strings.Count(c.log.String(), "cannot be listed"); n != 1 || c.alarms() != nil {
		t.Errorf("got %d lines, want one for three refusals, and no alarm", n)
	}
	c.answer = nil
	c.now = c.now.Add(time.Hour)
	c.sync()
	if k := c.known(); k.Code != 0 || k.Reason != "" || !k.Refused.IsZero() {
		t.Errorf("got %+v, want the refusal forgotten", k)
	}
}

func TestMetaDoesNotAnswer(t *testing.T) {
	c := newCompany(t, update)
	c.answer = refusing(503, 2)
	c.due()
	again := c.work()
	if len(again) != 1 || !inbox.Waits(again[0]) || c.known().Code != 0 {
		t.Fatalf("got %v and %+v, want the errand to wait and nothing noted", again, c.known())
	}
	c.answer, c.now = nil, c.now.Add(time.Minute)
	if again := c.work(); again != nil || len(c.known().Templates) != 1 {
		t.Errorf("got %v, want the list", again)
	}
}

// The list is cut off on its second page: nothing is kept of the first.
func TestHalfAListIsNone(t *testing.T) {
	c := newCompany(t, update)
	pages := 0
	c.answer = func(w http.ResponseWriter, r *http.Request) {
		if pages++; pages == 1 {
			fmt.Fprint(w, `{"data":[{"name":"a","language":"en","status":"APPROVED"}],"paging":{"cursors":{"after":"2"},"next":"x"}}`)
			return
		}
		refusing(403, 200)(w, r)
	}
	c.sync()
	if k := c.known(); len(k.Templates) != 0 || k.Code != 200 || !k.Fetched.IsZero() {
		t.Errorf("got %+v, want no list", k)
	}
}

func TestAListWithoutEnd(t *testing.T) {
	c := newCompany(t)
	c.answer = func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"data":[],"paging":{"cursors":{"after":"%d"},"next":"x"}}`, c.calls)
	}
	c.sync()
	if k := c.known(); c.calls != 250 || k.Refused.IsZero() || !strings.Contains(k.Reason, "10000") {
		t.Errorf("got %d calls and %+v, want it given up", c.calls, k)
	}
}

func TestWhatStandsOnTwoPages(t *testing.T) {
	c := newCompany(t)
	c.answer = func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("after") == "" {
			fmt.Fprint(w, `{"data":[{"name":"a","language":"en","status":"PENDING"},{"name":"a","language":"fr","status":"PENDING"}],"paging":{"cursors":{"after":"2"},"next":"x"}}`)
			return
		}
		fmt.Fprint(w, `{"data":[{"name":"a","language":"en","status":"APPROVED"}]}`)
	}
	c.sync()
	want := []whatsapp.Template{{Name: "a", Language: "en", Status: "APPROVED"}, {Name: "a", Language: "fr", Status: "PENDING"}}
	if diff := cmp.Diff(want, c.known().Templates); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAnotherAccountInTheSettings(t *testing.T) {
	c := newCompany(t, update)
	c.sync()
	c.channels[0].BusinessID = "77"
	if k := c.known(); len(k.Templates) != 0 || !k.Fetched.IsZero() || k.Account != "77" {
		t.Errorf("got %+v, want nothing of the account before", k)
	}
}

func TestChannelsWithoutTemplates(t *testing.T) {
	none := approved.Channels([]channel.Channel{{ID: "wa-bare", Kind: "whatsapp"}, {ID: "kf-main", Kind: "wecom_kf", BusinessID: "1"}})
	if none == nil || len(none) != 0 {
		t.Errorf("got %#v, want an empty list, which is not nil", none)
	}
}

func TestAnOperatorIsToldOnce(t *testing.T) {
	c := newCompany(t, update, sandbox.Template{Name: "sale", Language: "en", Category: "marketing"})
	c.publish(playbook.Approved{Name: "order_update", Language: "en_US", Params: []string{"a", "b"}}, playbook.Approved{Name: "sale", Language: "en", Category: "marketing"})
	hour := func(notices ...sandbox.Notice) []string {
		t.Helper()
		c.now = c.now.Add(time.Hour)
		for _, n := range notices {
			c.must(c.sandbox.Notify(t.Context(), number, n))
		}
		c.sync()
		return c.alarms()
	}
	status := func(name, language, event string) sandbox.Notice {
		return sandbox.TemplateStatus{Name: name, Language: language, Event: event}
	}
	for i, step := range []struct {
		notices []sandbox.Notice
		want    []string
	}{
		{nil, nil},
		{[]sandbox.Notice{status("order_update", "en_US", "PAUSED")}, []string{"approved_template wa-main order_update en_US: paused"}},
		{nil, nil}, // it still is
		{[]sandbox.Notice{status("sale", "en", "REJECTED")}, []string{"approved_template wa-main order_update en_US: paused, sale en: rejected"}},
		{[]sandbox.Notice{status("sale", "en", "REINSTATED")}, nil},
		{[]sandbox.Notice{status("sale", "en", "REJECTED")}, []string{"approved_template wa-main order_update en_US: paused, sale en: rejected"}},
		{[]sandbox.Notice{status("sale", "en", "REINSTATED"), status("order_update", "en_US", "APPROVED")}, nil},
		{[]sandbox.Notice{sandbox.TemplateCategory{Name: "order_update", Language: "en_US", Category: "marketing"}}, []string{"approved_template wa-main order_update en_US: category"}},
	} {
		if diff := cmp.Diff(step.want, hour(step.notices...)); diff != "" {
			t.Errorf("hour %d (-want +got):\n%s", i+1, diff)
		}
	}
}

func TestATableThatTakesNothing(t *testing.T) {
	c := newCompany(t, update)
	broken := errors.New("throttled")
	c.timer.Inbox = failing{broken}
	if _, err := c.timer.Due(t.Context(), 10); !errors.Is(err, broken) {
		t.Errorf("got %v, want what the queue says", err)
	}
	c.timer.Inbox = c
	if n := c.due(); n != 1 {
		t.Errorf("got %d errands in the next minute, want the one that was not taken", n)
	}
}
