package load

import (
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// busy is the processor time that the whole machine has spent, of everybody and all
// cores; 0 where /proc does not tell.
func busy() (sum time.Duration) {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0
	}
	first, _, _ := strings.Cut(string(text), "\n")
	for i, field := range strings.Fields(first) {
		ticks, err := strconv.ParseInt(field, 10, 64)
		if idle := i == 4 || i == 5; err != nil || idle || i > 8 { // user nice system [idle iowait] irq softirq steal
			continue
		}
		sum += time.Duration(ticks) * time.Second / 100
	}
	return sum
}

// spent is the processor time of this process.
func spent(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
