// Command frontdesk is the desk on one machine, and the command line for any desk.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // the company's zone must load on a machine without zone files
)

func main() {
	ctx, cancel := context.WithCancel(context.Background())
	go untilSignal(cancel)
	outgrow()
	err := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
	default:
		fmt.Fprintln(os.Stderr, "frontdesk:", err)
		os.Exit(1)
	}
}

// untilSignal cancels at the first signal. Before anything begins to end, signals get
// their own meaning back: a second one ends the program at once.
func untilSignal(cancel context.CancelFunc) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	<-signals
	signal.Stop(signals)
	cancel()
}

// A command is one word of the command line.
type command struct {
	name, about string
	run         func(ctx context.Context, args []string, env func(string) string, stdout, stderr io.Writer) error
}

func commands() []command {
	return []command{
		{"serve", "run the desk on this machine", serveCommand},
		{"simulate", "what would this message get, and why?", simulateCommand},
		{"playbook", "pull, push or test the playbook", playbookCommand},
		{"report", "the figures of a week", reportCommand},
		{"rollup", "make the figures of past days again", rollupCommand},
		{"token", "a token for the admin API of this machine", tokenCommand},
		{"wecom", "check the WeCom channels and find their ids", wecomCommand},
		{"deadletters", "list, show, retry or drop what could not be worked on", deadlettersCommand},
	}
}

func run(ctx context.Context, args []string, env func(string) string, stdout, stderr io.Writer) error {
	if len(args) > 0 {
		for _, c := range commands() {
			if c.name == args[0] {
				return c.run(ctx, args[1:], env, stdout, stderr)
			}
		}
	}
	fmt.Fprintln(stderr, "usage: frontdesk COMMAND [ARGUMENTS]")
	for _, c := range commands() {
		fmt.Fprintf(stderr, "  %-12s %s\n", c.name, c.about)
	}
	if len(args) > 0 && args[0] != "help" && args[0] != "-h" && args[0] != "--help" {
		return fmt.Errorf("there is no command %q", args[0])
	}
	return flag.ErrHelp
}
