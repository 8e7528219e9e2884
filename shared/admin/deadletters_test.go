package admin_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/admin"
	"frontdesk/shared/deadletter"
	"frontdesk/shared/inbox"
	"frontdesk/shared/record"
	"frontdesk/shared/table"
)

// bury keeps a dead letter and returns its id.
func (s *shop) bury(queue, job, body string) string {
	s.t.Helper()
	s.pass(time.Millisecond)
	if err := s.keeper.Bury(s.t.Context(), queue, inbox.Job{ID: job, Group: "home", Body: []byte(body)}, "the job is not a message"); err != nil {
		s.t.Fatal(err)
	}
	all, err := s.store.DeadLetters(s.t.Context(), "", 100)
	if err != nil {
		s.t.Fatal(err)
	}
	at := slices.IndexFunc(all, func(d record.DeadLetter) bool { return d.JobID == job })
	return all[at].ID
}

func TestDeadLettersTellNothingOfCustomers(t *testing.T) {
	s := opened(t)
	const secret = "wamid.HBgLMTY1MDU1NTEyMzQ"
	id := s.bury("inbox", secret, `{"text": "my secret question"}`)
	raw := s.bury("webhook", "b", "\xff\xfe")
	w := s.want(200, s.do("admin", "GET", "/v1/deadletters", ""))
	if strings.Contains(w.Body.String(), secret) || strings.Contains(w.Body.String(), "secret question") {
		t.Errorf("got %s, want neither message id nor text", w.Body)
	}
	got := read[list[admin.DeadLetter]](t, w).Items
	at := slices.IndexFunc(got, func(d admin.DeadLetter) bool { return d.ID == id })
	want := admin.DeadLetter{ID: id, At: got[at].At, Queue: "inbox", Conversation: "home", Reason: "the job is not a message", Size: 30}
	if d := cmp.Diff(want, got[at]); d != "" || len(got) != 2 {
		t.Errorf("dead letter (-want +got):\n%s", d)
	}
	if got := read[admin.DeadLetter](t, s.want(200, s.do("viewer", "GET", "/v1/deadletters/"+id, ""))); got.Body != "" {
		t.Errorf("got body %q for a viewer, want none", got.Body)
	}
	if got := read[admin.DeadLetter](t, s.want(200, s.do("admin", "GET", "/v1/deadletters/"+id, ""))); got.Body != `{"text": "my secret question"}` {
		t.Errorf("got body %q for an admin, want it whole", got.Body)
	}
	if got := read[admin.DeadLetter](t, s.do("admin", "GET", "/v1/deadletters/"+raw, "")); got.Body != "//4=" || got.Encoding != "base64" {
		t.Errorf("got %q as %q, want bytes that are no text as base64", got.Body, got.Encoding)
	}
	s.want(404, s.do("viewer", "GET", "/v1/deadletters/none", ""))
	shown := []string{"admin@example.com deadletter.show " + id, "admin@example.com deadletter.show " + raw}
	if got := s.audit(); !slices.Equal(got[len(got)-2:], shown) {
		t.Errorf("got audit %v, want who saw a body, and not who saw none", got)
	}
	s.table.refusePuts = errors.New("disk full")
	if w := s.want(500, s.do("admin", "GET", "/v1/deadletters/"+id, "")); strings.Contains(w.Body.String(), "secret question") {
		t.Errorf("got %s without a trace in the audit", w.Body)
	}
}

func TestADeadLetterIsPutBackOrDropped(t *testing.T) {
	s := opened(t)
	first, second, third := s.bury("inbox", "a", "one"), s.bury("inbox", "b", "two"), s.bury("receipts", "c", "three")
	s.want(204, s.do("admin", "POST", "/v1/deadletters/"+first+"/retry", ""))
	if len(s.back) != 1 || string(s.back[0].Body) != "one" {
		t.Errorf("got %+v put back, want the first", s.back)
	}
	s.want(404, s.do("admin", "POST", "/v1/deadletters/"+first+"/retry", ""))
	s.broken = errors.New("it still cannot be read")
	s.want(409, s.do("admin", "POST", "/v1/deadletters/"+second+"/retry", ""))
	s.broken = table.ErrBusy
	s.want(503, s.do("admin", "POST", "/v1/deadletters/"+second+"/retry", ""))
	if got := read[problem](t, s.want(409, s.do("admin", "POST", "/v1/deadletters/"+third+"/retry", ""))); !strings.Contains(got.Detail, "receipts") {
		t.Errorf("got %q, want it to say where it came from", got.Detail)
	}
	s.want(204, s.do("admin", "DELETE", "/v1/deadletters/"+second, ""))
	s.want(404, s.do("admin", "DELETE", "/v1/deadletters/"+second, ""))
	if left, _ := s.store.DeadLetters(t.Context(), "", 10); len(left) != 1 || left[0].ID != third {
		t.Errorf("got %+v left, want the third", left)
	}
	got := s.audit()
	for _, want := range []string{"deadletter.retry " + first, "deadletter.retry.failed " + second, "deadletter.drop " + second} {
		if !slices.Contains(got, "admin@example.com "+want) {
			t.Errorf("got audit %v, want %s in it", got, want)
		}
	}
}

func TestDeadLettersInPages(t *testing.T) {
	s := opened(t)
	var want, got []string
	for _, job := range []string{"a", "b", "c"} {
		want = append(want, s.bury("inbox", job, "x"))
	}
	for next := ""; ; {
		page := read[list[admin.DeadLetter]](t, s.want(200, s.do("viewer", "GET", "/v1/deadletters?limit=1&cursor="+next, "")))
		for _, d := range page.Items {
			got = append(got, d.ID)
		}
		if next = page.Next; next == "" {
			break
		}
	}
	slices.Sort(want)
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("dead letters (-want +got):\n%s", d)
	}
}

// backWith makes the queues answer by the body of what is put back.
func (s *shop) backWith(answers map[string]error) {
	put := func(_ context.Context, job inbox.Job) error {
		if err := answers[string(job.Body)]; err != nil {
			return err
		}
		s.back = append(s.back, job)
		return nil
	}
	s.keeper.Back = map[string]func(context.Context, inbox.Job) error{deadletter.Inbox: put, deadletter.Webhook: put}
}

// TestManyDeadLettersAtOnce: each case buries its bodies in this order and puts
// them back in it. A body that starts with r comes from the receipts queue, which
// is not here, one with w from a webhook.
func TestManyDeadLettersAtOnce(t *testing.T) {
	answers := map[string]error{"unreadable": errors.New("it still cannot be read: 16505551234"), "busy": table.ErrBusy}
	cases := []struct {
		name   string
		bodies []string
		status int
		back   []string
		gone   int
		left   string // what the sentences of those left have in common
		lefts  int
	}{
		{"all, in the order of the request", []string{"one", "two", "w three"}, 200, []string{"one", "two", "w three"}, 0, "", 0},
		{"one is gone", []string{"one", "gone", "two"}, 200, []string{"one", "two"}, 1, "", 0},
		{"a receipt without a queue", []string{"r one", "two"}, 200, []string{"two"}, 0, "it came from receipts", 1},
		{"one that cannot be put back", []string{"one", "unreadable", "two"}, 200, []string{"one", "two"}, 0, "it could not be put back", 1},
		{"a queue that is full", []string{"one", "busy", "two"}, 200, []string{"one"}, 0, "busy: try again", 2},
		{"a queue that is full from the start", []string{"busy", "two"}, 503, nil, 0, "", 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := opened(t)
			s.backWith(answers)
			var ids []string
			for _, body := range c.bodies {
				queue := map[byte]string{'r': deadletter.Receipts, 'w': deadletter.Webhook}[body[0]]
				if queue == "" {
					queue = deadletter.Inbox
				}
				ids = append(ids, s.bury(queue, "job "+body, body))
				if body == "gone" {
					s.want(204, s.do("admin", "DELETE", "/v1/deadletters/"+ids[len(ids)-1], ""))
				}
			}
			w := s.want(c.status, s.do("admin", "POST", "/v1/deadletters/retry", idsOf(t, ids)))
			var back []string
			for _, job := range s.back {
				back = append(back, string(job.Body))
			}
			if d := cmp.Diff(c.back, back); d != "" {
				t.Errorf("put back (-want +got):\n%s", d)
			}
			if c.status != 200 {
				return
			}
			got := read[admin.Retried](t, w)
			if len(got.PutBack) != len(c.back) || len(got.Gone) != c.gone || len(got.Left) != c.lefts {
				t.Errorf("got %+v", got)
			}
			if got.Busy != strings.Contains(c.left, "busy") {
				t.Errorf("got busy %t with %q", got.Busy, c.left)
			}
			for _, left := range got.Left {
				if !strings.Contains(left.Why, c.left) || strings.Contains(left.Why, "16505551234") {
					t.Errorf("got %q, want %q and no number", left.Why, c.left)
				}
				if _, _, err := s.store.DeadLetter(t.Context(), left.ID); err != nil {
					t.Errorf("one that was left: got %v, want it kept", err)
				}
			}
			if audit := s.audit(); !slices.ContainsFunc(audit, func(e string) bool {
				return strings.Contains(e, "deadletter.retry "+string(rune('0'+len(ids)))+" dead letters")
			}) {
				t.Errorf("got audit %v, want one entry for all", audit)
			}
		})
	}
}

func idsOf(t *testing.T, ids []string) string {
	t.Helper()
	b, err := json.Marshal(map[string][]string{"ids": ids})
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestHowManyAtOnce(t *testing.T) {
	s := opened(t)
	s.want(422, s.do("admin", "POST", "/v1/deadletters/retry", `{"ids": []}`))
	s.want(422, s.do("admin", "POST", "/v1/deadletters/retry", idsOf(t, make([]string, 101))))
	s.want(422, s.do("admin", "POST", "/v1/deadletters/retry", `{"ids": ["x"], "all": true}`))
	got := read[admin.Retried](t, s.want(200, s.do("admin", "POST", "/v1/deadletters/retry", `{"ids": ["none"]}`)))
	if d := cmp.Diff(admin.Retried{PutBack: []string{}, Gone: []string{"none"}, Left: []admin.Left{}}, got); d != "" {
		t.Errorf("an id that nothing has (-want +got):\n%s", d)
	}
}
