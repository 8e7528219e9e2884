package inbox

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
)

// MaxID and MaxGroup are the longest job ID and group in bytes.
const (
	MaxID    = 1024
	MaxGroup = 128
)

// The errors that callers compare with [errors.Is].
var (
	// ErrBadJob: the job breaks a rule of [Job]; putting it again cannot help.
	ErrBadJob = errors.New("the job cannot be queued")
	// ErrPanic: the handler panicked, which counts as a failure of that one job.
	ErrPanic = errors.New("the handler panicked")
)

// Check returns an error that wraps [ErrBadJob] and names the rule when the job
// cannot be queued. It never shows what the job holds. Both engines refuse the
// same jobs.
func Check(job Job) error {
	switch {
	case job.ID == "" || len(job.ID) > MaxID:
		return fmt.Errorf("%w: its ID has %d bytes, allowed are 1 to %d", ErrBadJob, len(job.ID), MaxID)
	case job.Group == "" || len(job.Group) > MaxGroup:
		return fmt.Errorf("%w: its group has %d bytes, allowed are 1 to %d", ErrBadJob, len(job.Group), MaxGroup)
	case strings.ContainsFunc(job.Group, notInGroup):
		return fmt.Errorf("%w: its group holds something other than letters, digits, - and _", ErrBadJob)
	case len(job.Body) == 0 || len(job.Body) > MaxBody:
		return fmt.Errorf("%w: its body has %d bytes, allowed are 1 to %d", ErrBadJob, len(job.Body), MaxBody)
	}
	return nil
}

// CheckAll checks every job before any is kept.
func CheckAll(jobs []Job) error {
	for i, job := range jobs {
		if err := Check(job); err != nil {
			return fmt.Errorf("job %d of %d: %w", i+1, len(jobs), err)
		}
	}
	return nil
}

func notInGroup(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_')
}

// Try runs the handler on one job. A panic comes back as an error that wraps
// [ErrPanic] and names the place in the code; of the panic's value only what
// the Go runtime says is shown, because anything else may quote the job.
func Try(ctx context.Context, handler Handler, job Job) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = fmt.Errorf("%w at %s: %s", ErrPanic, panicPlace(), panicText(value))
		}
	}()
	return handler(ctx, job)
}

func panicText(value any) string {
	if err, ok := value.(runtime.Error); ok {
		return err.Error()
	}
	return fmt.Sprintf("a value of type %T", value)
}

// panicPlace returns file:line of the innermost frame outside the Go runtime
// while a deferred function is recovering.
func panicPlace() string {
	var pcs [32]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs[:])]) // skips Callers, panicPlace and the deferred function
	for {
		frame, more := frames.Next()
		if !strings.HasPrefix(frame.Function, "runtime.") {
			return fmt.Sprintf("%s:%d", filepath.Base(frame.File), frame.Line)
		}
		if !more {
			return "an unknown place"
		}
	}
}
