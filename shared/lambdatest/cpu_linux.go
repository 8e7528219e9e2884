package lambdatest

import (
	"fmt"
	"syscall"
	"time"
	"unsafe"
)

// cpuTime reads the processor-time clock of a process, in nanoseconds. The
// clock's number is made from the process id as clock_getcpuclockid(3) does.
func cpuTime(pid int) (time.Duration, error) {
	const perProcess = 2 // CPUCLOCK_SCHED
	clock := uintptr(int64(^pid)<<3 | perProcess)
	var ts syscall.Timespec
	_, _, errno := syscall.Syscall(syscall.SYS_CLOCK_GETTIME, clock, uintptr(unsafe.Pointer(&ts)), 0)
	if errno != 0 {
		return 0, fmt.Errorf("read processor time of the function: %w", errno)
	}
	return time.Duration(ts.Nano()), nil
}
