package admin_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"frontdesk/shared/admin"
	"frontdesk/shared/dryrun"
)

func TestDryRunOfADraft(t *testing.T) {
	s := opened(t)
	for i, text := range []string{"the price?", "when are you open?", "a person please"} {
		s.customer(fmt.Sprintf("1650555%04d", 100+i), text)
	}
	draft := strings.Replace(book, `"filters": [`, `"filters": [{"id":"open","name":"Open","when":{"whole_word":["open"]},"then":{"reply":"price"}},`, 1)
	s.want(200, s.do("admin", "PUT", "/v1/playbook", draft, "If-Match", "*"))
	got := read[admin.DryRun](t, s.want(200, s.do("viewer", "POST", "/v1/dry-run", `{"days":1}`)))
	if got.On != "draft" || got.Messages != 3 || got.Changed != 1 || got.Kinds[dryrun.NewlyAnswered] != 1 || got.Done != 3 || got.Total != 3 || got.Next != "" {
		t.Fatalf("got %+v, want one of three messages newly answered", got)
	}
	if sample := got.Samples[0]; sample.Text != "when are you open?" || sample.After.By != "open" || sample.Before.Outcome != "unanswered" {
		t.Errorf("got %+v, want the question with what decided before and after", sample)
	}
	sent := len(s.sent)
	got = read[admin.DryRun](t, s.want(200, s.do("viewer", "POST", "/v1/dry-run", `{"on":"1"}`)))
	if got.Changed != 0 || len(s.sent) != sent {
		t.Errorf("got %d changes with the version that is live, and %d messages sent, want none", got.Changed, len(s.sent)-sent)
	}
}

// When time is up an answer holds a part, and the parts add up to the whole.
func TestDryRunInParts(t *testing.T) {
	s := opened(t)
	for i := range 30 {
		s.customer(fmt.Sprintf("1650555%04d", 100+i), "the price?")
	}
	s.want(200, s.do("admin", "PUT", "/v1/playbook", strings.Replace(book, "9 a box", "11 a box", 1), "If-Match", "*"))
	s.tick = 3 * time.Second // each look at the clock: a part is cut after a few conversations
	var all dryrun.Result
	parts, next := 0, ""
	for ok := true; ok; ok = next != "" && parts < 40 {
		body := fmt.Sprintf(`{"days":2,"cursor":%q}`, next)
		got := read[admin.DryRun](t, s.want(200, s.do("viewer", "POST", "/v1/dry-run", body)))
		if parts++; parts == 1 {
			all = got.Result
		} else {
			all = dryrun.Merge(all, got.Result)
		}
		next = got.Next
	}
	if parts < 2 || all.Messages != 30 || all.Kinds[dryrun.Reworded] != 30 || all.Done != 30 {
		t.Errorf("got %d of 30 messages reworded, %d done, in %d parts", all.Kinds[dryrun.Reworded], all.Done, parts)
	}
}

func TestDryRunRefuses(t *testing.T) {
	s := opened(t)
	for body, want := range map[string]int{
		`{"days":32}`:           422,
		`{"days":-1}`:           422,
		`{"messages":100001}`:   422,
		`{"on":"live"}`:         422,
		`{"on":"yesterday"}`:    422,
		`{"on":"7"}`:            404,
		`{"cursor":"bm9uZQ"}`:   422,
		`{"cursor":"ZHJ5LXJ1"}`: 422,
		`{"on":5}`:              422,
	} {
		s.want(want, s.do("viewer", "POST", "/v1/dry-run", body))
	}
}
