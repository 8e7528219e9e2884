package load

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// largest is the largest delivery that Meta sends (webhooks/overview page), in bytes.
const largest = 3 << 20

// TestManyUpdatesInOneDelivery posts receipts as Meta does when it has many: in
// batches of a hundred, and a thousand in one delivery of 3 MB.
func TestManyUpdatesInOneDelivery(t *testing.T) {
	r := newRun(shortForm, nil)
	d := open(t, r)
	w := watch(t, d.program, d.data, d.url)
	l, err := dial(r.host)
	if err != nil {
		t.Fatal(err)
	}
	defer l.conn.Close()
	b := batches{t: t, line: l, older: r.older}
	hundred := b.post(50, 100, 0)
	thousand := b.post(5, 1000, largest)
	if _, err := w.until(b.receipts[len(b.receipts)-samples:], patience); err != nil {
		t.Error(err)
	}
	if err := d.stop(); err != nil {
		t.Errorf("stop the program: %v\n%s", err, d.said())
	}
	left := count(t, d.data, posted{receipts: b.receipts}, r)
	if left.noRecord > left.receipts || left.dead > 0 {
		t.Errorf("%d of %d receipts are not recorded, %d jobs wait, %d dead letters", left.noRecord, len(b.receipts), left.receipts, left.dead)
	}
	t.Logf("acknowledged, one delivery after the other\n  of 100 receipts, %s\n  of 1,000 receipts and 3 MB, %s", spread(hundred), spread(thousand))
}

// batches posts receipts of older replies, many in a delivery.
type batches struct {
	t        *testing.T
	line     *line
	older    []reply
	receipts []arrival
}

// post makes so many deliveries of so many receipts, each filled up to a size, and
// returns how long their acknowledgements took.
func (b *batches) post(deliveries, each, size int) []time.Duration {
	b.t.Helper()
	var times []time.Duration
	for range deliveries {
		now := time.Now()
		all := make([]tidings, each)
		for i := range all {
			all[i] = older(b.older, len(b.receipts))
			b.receipts = append(b.receipts, arrival{at: now, message: -1, tidings: all[i]})
		}
		delivery := request(padded(told(now, all...), each, size))
		began := time.Now()
		status, err := b.line.post(delivery)
		if err != nil || status != 200 {
			b.t.Fatalf("a delivery of %d bytes: got status %d, %v, want 200", len(delivery), status, err)
		}
		times = append(times, time.Since(began))
	}
	slices.Sort(times)
	return times
}

// padded gives every receipt of a body a field that we do not know, so that the
// body comes up to a size.
func padded(body []byte, receipts, size int) []byte {
	const field = `{"unknown":"%s","id":"wamid`
	more := (size-len(body))/receipts - len(field)
	if more <= 0 {
		return body
	}
	return bytes.ReplaceAll(body, []byte(`{"id":"wamid`), fmt.Appendf(nil, field, strings.Repeat("x", more)))
}

func spread(sorted []time.Duration) string {
	return fmt.Sprintf("%d times: p50 %s, slowest %s", len(sorted), millis(quantile(sorted, 0.5)), millis(quantile(sorted, 1)))
}
