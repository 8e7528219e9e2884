package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
)

// flags reads the arguments of one command.
type flags struct {
	*flag.FlagSet
	usage string
}

// newFlags names a command; usage is its form and what it does, as help shows it.
func newFlags(name, usage string) flags {
	f := flags{flag.NewFlagSet(name, flag.ContinueOnError), usage}
	f.SetOutput(io.Discard)
	return f
}

// parse returns the arguments that are no flags, which may stand before and
// behind flags. Asked for help, it prints it and returns [flag.ErrHelp].
func (f flags) parse(args []string, stderr io.Writer) ([]string, error) {
	var words []string
	for {
		err := f.Parse(args)
		if errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(stderr, f.usage)
			f.SetOutput(stderr)
			f.PrintDefaults()
			return nil, err
		}
		if err != nil {
			return nil, fmt.Errorf("%w; frontdesk %s -h shows how it is used", err, f.Name())
		}
		if f.NArg() == 0 {
			return words, nil
		}
		words, args = append(words, f.Arg(0)), f.Args()[1:]
	}
}

// wrongUse says how a command is used.
func (f flags) wrongUse() error { return fmt.Errorf("usage: %s", f.usage) }
