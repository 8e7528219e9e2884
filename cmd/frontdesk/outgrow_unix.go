//go:build unix

package main

import (
	"os/signal"
	"syscall"
)

// outgrow makes a limit on the size of files (ulimit -f) an error of the write, like a
// full disk, and not the end of the program.
func outgrow() { signal.Ignore(syscall.SIGXFSZ) }
