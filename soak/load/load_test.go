package load

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"
	"time"
)

// setting is a variable of the environment as a duration.
func setting(t *testing.T, name string, otherwise time.Duration) time.Duration {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return d
}

const (
	shortForm = 5 * time.Second
	// patience is how long the last replies and receipts may take before they are
	// given up as lost; the target is 30 s.
	patience = 5 * time.Minute
	// samples is how many of the last receipts are looked for while the program runs.
	samples = 200
)

// desk is the program under load and what stands around it.
type desk struct {
	*process
	program, data string
}

// open fills a store and starts the stand-in and the program.
func open(t *testing.T, r *run) desk {
	t.Helper()
	d := desk{program: os.Getenv("FRONTDESK_LOAD_PROGRAM"), data: t.TempDir()}
	if d.program == "" {
		d.program = compile(t, "cmd/frontdesk")
	}
	r.older = fill(t, filepath.Join(d.data, "frontdesk.db"), int(r.time.Seconds()*messages), time.Now())
	delay := setting(t, "FRONTDESK_LOAD_DELAY", 100*time.Millisecond)
	graph := start(t, r.heard, exec.Command(compile(t, "soak/load/graph"), "-delay", delay.String()))
	cmd := exec.Command(d.program, "serve")
	cmd.Env = append(os.Environ(), "PORT=0", "FRONTDESK_HOST=127.0.0.1", "FRONTDESK_DEMO=off",
		"FRONTDESK_DATA="+d.data, "FRONTDESK_CHANNELS="+channels(graph.url))
	d.process = start(t, func(string) {}, cmd)
	r.host = d.host()
	return d
}

func TestABusyNumber(t *testing.T) {
	r := newRun(setting(t, "FRONTDESK_LOAD", shortForm), nil)
	d := open(t, r)
	w := watch(t, d.program, d.data, d.url)
	f := figures{began: time.Now(), busy: busy(), ours: spent(t)}
	f.posted = r.drive(f.began)
	f.busy, f.ours = busy()-f.busy, spent(t)-f.ours
	f.acked = time.Now()
	if f.posted.err != nil {
		t.Fatalf("%v\n%s", f.posted.err, d.said())
	}
	var recorded sync.WaitGroup
	recorded.Go(func() {
		var err error
		if f.recorded, err = w.until(f.receipts[max(0, len(f.receipts)-samples):], patience); err != nil {
			t.Error(err)
		}
	})
	r.settle(len(f.messages), patience)
	f.replied = time.Now()
	recorded.Wait()
	if err := d.stop(); err != nil {
		t.Errorf("stop the program: %v\n%s", err, d.said())
	}
	f.left = count(t, d.data, f.posted, r)
	f.judge(t, r, d.said())
	f.print(t, r, d)
}

// figures are what one load came to.
type figures struct {
	posted
	began    time.Time
	acked    time.Time // the last acknowledgement
	replied  time.Time // the last reply
	recorded time.Time // the last receipt
	left     left
	// busy is the processor time of the whole machine while the load ran, ours that of
	// the load itself.
	busy, ours time.Duration
}

// judge fails the test for what can be counted. What is still on a queue is not lost.
func (f *figures) judge(t *testing.T, r *run, log string) {
	t.Helper()
	if f.refused > 0 {
		t.Errorf("%d of %d deliveries were refused, want 0", f.refused, len(f.times))
	}
	if lost := len(f.messages) - len(r.sent); lost != 0 {
		t.Errorf("%d of %d messages have no reply, want 0", lost, len(f.messages))
	}
	if r.doubled > 0 {
		t.Errorf("%d replies were sent twice, want 0", r.doubled)
	}
	if f.left.noReply > f.left.inbox {
		t.Errorf("%d replies are not recorded and %d jobs wait on the inbox", f.left.noReply, f.left.inbox)
	}
	if f.left.noRecord > f.left.receipts {
		t.Errorf("%d of %d receipts are not recorded and %d jobs wait on the receipts queue", f.left.noRecord, len(f.receipts), f.left.receipts)
	}
	if f.left.dead > 0 || len(r.strange) > 0 {
		t.Errorf("got %d dead letters and %d strange lines of the stand-in, want none", f.left.dead, len(r.strange))
	}
	if found := alarms(log); len(found) > 0 {
		t.Errorf("got %d alarms, want none: %s", len(found), found[0])
	}
}

// print writes the figures beside their targets to the test's log.
func (f *figures) print(t *testing.T, r *run, d desk) {
	t.Helper()
	last := f.began.Add(r.time)
	slices.Sort(f.times)
	over := share(f.times, time.Second)
	reply := delays(f.messages, r)
	rate := float64(len(f.times)) / max(r.time, f.acked.Sub(f.began)).Seconds()
	rows := [][]string{
		{"webhooks acknowledged/s", fmt.Sprintf("%.0f", rate), verdict("≥ 3,300 (1 % off)", rate >= 0.99*perSecond)},
		{"acknowledged, p50", millis(quantile(f.times, 0.5)), verdict("≤ 250 ms", quantile(f.times, 0.5) <= 250*time.Millisecond)},
		{"acknowledged, p99", millis(quantile(f.times, 0.99)), ""},
		{"acknowledged, slowest", millis(quantile(f.times, 1)), ""},
		{"over 1 s", fmt.Sprintf("%.2f %%", 100*over), verdict("< 1 %", over < 0.01)},
		{"refused", fmt.Sprint(f.refused), verdict("0", f.refused == 0)},
		{"replies while loading", fmt.Sprintf("%d of %d", early(r, last), len(f.messages)), ""},
		{"reply, p50", millis(quantile(reply, 0.5)), ""},
		{"reply, p99", millis(quantile(reply, 0.99)), ""},
		{"reply, slowest", millis(quantile(reply, 1)), ""},
		{"inbox empty after", seconds(f.replied.Sub(last)), verdict("≤ 30 s", f.replied.Sub(last) <= 30*time.Second)},
		{"receipts recorded after", seconds(f.recorded.Sub(last)), ""},
		{"left on the queues", fmt.Sprint(f.left.inbox + f.left.receipts), verdict("0", f.left.inbox+f.left.receipts == 0)},
		{"lost, doubled", fmt.Sprintf("%d, %d", f.left.noReply+f.left.noRecord, r.doubled), verdict("0, 0", f.left.noReply+f.left.noRecord+r.doubled == 0)},
		{"processor time: the program", seconds(d.cmd.ProcessState.UserTime() + d.cmd.ProcessState.SystemTime()), ""},
		{"of the load itself", seconds(f.ours), ""},
		{"of the machine meanwhile", seconds(f.busy), ""},
		{"store", fmt.Sprintf("%d MB", size(t, d.data)>>20), ""},
	}
	var b strings.Builder
	tab := tabwriter.NewWriter(&b, 0, 0, 3, ' ', 0)
	for _, row := range rows {
		fmt.Fprintln(tab, "  "+strings.Join(row, "\t"))
	}
	_ = tab.Flush() // a strings.Builder does not fail
	t.Logf("%d receipts and %d messages in %v, each a delivery of its own\n%s", len(f.receipts), len(f.messages), r.time, b.String())
}

// delays are the times from a message's moment to its reply's arrival at the channel, in order.
func delays(messages []arrival, r *run) (all []time.Duration) {
	for _, a := range messages {
		if at, ok := r.reached[a.message]; ok {
			all = append(all, at.Sub(a.at))
		}
	}
	slices.Sort(all)
	return all
}

// early counts the replies up to a moment.
func early(r *run, end time.Time) (n int) {
	for _, at := range r.reached {
		if !at.After(end) {
			n++
		}
	}
	return n
}

// share is how much of a sorted list is over a limit.
func share(sorted []time.Duration, limit time.Duration) float64 {
	i, _ := slices.BinarySearchFunc(sorted, limit, func(d, limit time.Duration) int { return cmp.Or(cmp.Compare(d, limit), -1) })
	return float64(len(sorted)-i) / float64(max(len(sorted), 1))
}

// quantile is of a sorted list; 0 of nothing.
func quantile(sorted []time.Duration, q float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)]
}

func verdict(target string, ok bool) string {
	if ok {
		return target + " ok"
	}
	return target + " MISSED"
}

func millis(d time.Duration) string  { return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000) }
func seconds(d time.Duration) string { return fmt.Sprintf("%.1f s", d.Seconds()) }

// size is that of the store's file in bytes.
func size(t *testing.T, data string) int64 {
	t.Helper()
	info, err := os.Stat(filepath.Join(data, "frontdesk.db"))
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}
