package sandbox

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/message"
)

// TestPlans shows what of one message arrives when: after how long, which status,
// how long after acceptance it was true, and of which wamid.
func TestPlans(t *testing.T) {
	cases := []struct {
		name string
		plan Plan
		want []string
	}{
		{"usual", Usual, []string{"150ms sent 0s", "450ms delivered 0s", "1.2s read 1s"}},
		{"late", Late(Usual, time.Hour), []string{"1h0m0.15s sent 0s", "1h0m0.45s delivered 0s", "1h0m1.2s read 1s"}},
		{"twice", Twice(ChatOpen, time.Minute), []string{"150ms sent 0s", "450ms read 0s", "1m0.15s sent 0s", "1m0.45s read 0s"}},
		{"reversed", Reversed(Usual), []string{"1.2s read 1s", "1.95s delivered 0s", "2.25s sent 0s"}},
		{"missing", Without(Usual, message.Delivered, message.Read), []string{"150ms sent 0s"}},
		{"none", NoReceipts, nil},
		{"failed", Failing(131026), []string{"300ms failed 0s 131026"}},
		{"failed after delivered", FailedAfterDelivered(131026), []string{"150ms sent 0s", "450ms delivered 0s", "900ms failed 0s 131026"}},
		{"two wamids", Twins(Without(Usual, message.Read)), []string{"150ms sent 0s", "150ms sent 0s of a twin", "450ms delivered 0s", "450ms delivered 0s of a twin"}},
		{"late, twice and reversed", Late(Twice(Reversed(ChatOpen), time.Minute), time.Hour),
			[]string{"1h0m0.45s read 0s", "1h0m0.75s sent 0s", "1h1m0.45s read 0s", "1h1m0.75s sent 0s"}},
		{"one of two", Among(func(SentMessage) int { return 1 }, Usual, Failing(131049)), []string{"300ms failed 0s 131049"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			st := newStage(t, func(cfg *Config) { cfg.Receipts = c.plan })
			st.write(sheena, "hi")
			id := st.send(to(sheena, `"biz_opaque_callback_data":"ref","type":"text","text":{"body":"Hello"}`)).Messages[0].ID
			st.pass(3 * time.Hour)
			if d := cmp.Diff(c.want, arrivals(t, st, id)); d != "" {
				t.Errorf("arrivals (-want +got):\n%s", d)
			}
		})
	}
}

// arrivals tells the receipts that came after the first webhook, in order.
func arrivals(t *testing.T, st *stage, id string) []string {
	t.Helper()
	var all []string
	for _, p := range st.webhooks()[1:] {
		var w struct {
			Entry []struct {
				Changes []struct{ Value struct{ Statuses []status } }
			}
		}
		if err := json.Unmarshal([]byte(p.body), &w); err != nil {
			t.Fatal(err)
		}
		s := w.Entry[0].Changes[0].Value.Statuses[0]
		var unix int64
		if _, err := fmt.Sscan(s.Timestamp, &unix); err != nil {
			t.Fatal(err)
		}
		line := fmt.Sprint(p.at.Sub(start), " ", s.Status, " ", time.Unix(unix, 0).Sub(start))
		if len(s.Errors) > 0 {
			line += fmt.Sprint(" ", s.Errors[0].Code)
		}
		if s.ID != id {
			line += " of a twin"
		}
		if s.Ref != "ref" {
			t.Errorf("got reference %q, want ref", s.Ref)
		}
		all = append(all, line)
	}
	return all
}

// TestPlansLeaveTheirPlanAlone: one plan is used for many messages.
func TestPlansLeaveTheirPlanAlone(t *testing.T) {
	fixed := Usual(SentMessage{})
	p := Plan(func(SentMessage) []Receipt { return fixed })
	for _, change := range []Plan{Late(p, time.Hour), Twice(p, time.Hour), Reversed(p), Twins(p), With(p, Receipt{})} {
		change(SentMessage{})
	}
	if d := cmp.Diff(Usual(SentMessage{}), fixed); d != "" {
		t.Errorf("the plan was changed (-want +got):\n%s", d)
	}
}
