//go:build !linux

package lambdatest

import (
	"errors"
	"fmt"
	"time"
)

func cpuTime(int) (time.Duration, error) {
	return 0, fmt.Errorf("read processor time of a running process: %w", errors.ErrUnsupported)
}
