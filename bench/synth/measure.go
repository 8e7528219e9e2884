package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime/pprof"
	"strings"
	"syscall"
	"time"

	"frontdesk/shared/clockwork"
	"frontdesk/shared/record"
)

// rollUp rolls the day up as every night does.
func rollUp(ctx context.Context, s *record.Store, o options, out io.Writer) error {
	d, err := newDay(o.date, o.seed, o.zone)
	if err != nil {
		return err
	}
	began := time.Now()
	now := func() time.Time { return d.ended().Add(time.Since(began)) }
	job := &clockwork.Rollup{Store: s, Zone: o.zone, Now: now, Log: slog.New(slog.NewTextHandler(out, nil))}
	if o.profile != "" {
		f, err := os.Create(o.profile)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	return measured(out, func() error { return job.Day(ctx, d.name) })
}

// measured tells what a job cost: time, processor time, and the most memory that the
// process had until its end.
func measured(out io.Writer, do func() error) error {
	began, before := time.Now(), processor()
	if err := do(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "%.1f s, %.1f s of processor time, memory %s\n",
		time.Since(began).Seconds(), (processor() - before).Seconds(), memory())
	return err
}

func processor() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// memory is what Linux says of this process: the most that was resident, and of what is
// resident now the program's own and the store's file.
func memory() string {
	f, err := os.Open("/proc/self/status")
	if err != nil {
		return "unknown"
	}
	defer f.Close()
	var of []string
	for lines := bufio.NewScanner(f); lines.Scan(); {
		name, value, _ := strings.Cut(lines.Text(), ":")
		switch name {
		case "VmHWM", "RssAnon", "RssFile":
			of = append(of, name+" "+strings.TrimSpace(value))
		}
	}
	return strings.Join(of, ", ")
}
