package sandbox

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestBooksAgree: after any sequence of writes, pauses and sends, what was
// accepted is what the rules allow, counted anew from the log alone, and every
// answer of 200 is in the log.
func TestBooksAgree(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		limit := rapid.IntRange(1, 60).Draw(rt, "throughput")
		st := newStage(t, func(c *Config) { c.Numbers[0].Throughput = limit })
		folk := []Customer{sheena, {Phone: "16505555678"}, {Phone: "16505550003"}}
		answered := 0
		for range rapid.IntRange(1, 200).Draw(rt, "steps") {
			c := folk[rapid.IntRange(0, 2).Draw(rt, "who")]
			switch rapid.IntRange(0, 9).Draw(rt, "what") {
			case 0:
				st.write(c, "hi")
			case 1:
				st.pass(time.Duration(rapid.IntRange(1, 9000).Draw(rt, "ms")) * time.Millisecond)
			case 2:
				st.pass(time.Duration(rapid.IntRange(1, 30).Draw(rt, "hours")) * time.Hour)
			case 3:
				if st.send(to(c, template("order_update", "en_US", param("a")+","+param("b")))).status == 200 {
					answered++
				}
			default:
				if st.send(textTo(c, "hi")).status == 200 {
					answered++
				}
			}
		}
		sent := st.Sent()
		if len(sent) != answered {
			rt.Fatalf("%d answered 200, %d in the books", answered, len(sent))
		}
		auditWindow(rt, st)
		auditRates(rt, sent, limit)
	})
}

func auditWindow(rt *rapid.T, st *stage) {
	wrote := map[string]time.Time{}
	for _, e := range st.Events(0) {
		switch {
		case e.Kind == CustomerWrote:
			wrote[e.Customer.Phone] = e.At
		case e.Kind == MessageAccepted && e.Sent.Type != "template":
			last, ok := wrote[e.Customer.Phone]
			if !ok || e.At.Sub(last) >= 24*time.Hour {
				rt.Fatalf("free-form message at %v, the customer last wrote at %v", e.At, last)
			}
		}
	}
}

func auditRates(rt *rapid.T, sent []SentMessage, limit int) {
	for i, m := range sent {
		inSecond, inSpan, toSame := 0, 0, 0
		for _, o := range sent[:i+1] {
			age := m.At.Sub(o.At)
			if age < time.Second {
				inSecond++
			}
			if o.To.Phone == m.To.Phone {
				toSame++
				if age < 6*time.Second {
					inSpan++
				}
			}
		}
		longest := int(m.At.Sub(sent[0].At)/(6*time.Second)) + 45
		if inSecond > limit || inSpan > 45 || toSame > longest {
			rt.Fatalf("message %d: %d in a second (limit %d), %d in 6 s (45), %d to the same person (%d)", i, inSecond, limit, inSpan, toSame, longest)
		}
	}
}

// TestManyAtOnce runs every entrance at the same time, for the race detector.
func TestManyAtOnce(t *testing.T) {
	st := newStage(t, func(c *Config) {
		c.Receipts, c.After, c.Batch = Usual, func(_ time.Duration, f func()) { f() }, 3
		c.Numbers[0].Throughput, c.Numbers[0].FreePairs = -1, true
	})
	live, cancel := st.Watch()
	defer cancel()
	go func() {
		for range live { // a reader that keeps up
		}
	}()
	var wg sync.WaitGroup
	for i := range 8 {
		c := Customer{Phone: fmt.Sprint(16505550100 + i)}
		wg.Go(func() {
			for range 50 {
				if _, err := st.Write(context.Background(), shop.PhoneNumberID, c, "hi"); err != nil {
					t.Errorf("write: %v", err)
				}
				if got := st.send(textTo(c, "Hello")); got.status != 200 {
					t.Errorf("send: %s", got.body)
				}
				st.Events(0)
				st.Sent()
			}
		})
	}
	wg.Wait()
	seen := map[string]bool{}
	for _, m := range st.Sent() {
		seen[m.ID] = true
	}
	if len(seen) != 400 {
		t.Errorf("got %d different messages, want 400", len(seen))
	}
}
