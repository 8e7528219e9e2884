// Command synth makes big synthetic weeks and measures what they cost:
//
//	go run ./bench/synth day -file FILE      a day of 500,000 conversations and 5,000,000 messages in an embedded store
//	go run ./bench/synth rollup -file FILE   rolls that day up, and tells time, processor time and memory
//	go run ./bench/synth week -file FILE     the KPI rows of eight weeks of 10,000,000 messages each
//	go run ./bench/synth report -file FILE   builds the report of the last of them, and its mail
//
// The same flags make the same data. Nobody in it is real.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"frontdesk/shared/record"
	"frontdesk/shared/table/bolt"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "synth:", err)
		os.Exit(1)
	}
}

// options are what the command line says.
type options struct {
	file          string
	date          string
	conversations int
	messages      int
	seed          uint64
	zone          *time.Location
	profile       string
}

// job is one of the commands.
type job func(ctx context.Context, s *record.Store, o options, out io.Writer) error

func run(ctx context.Context, args []string, out io.Writer) error {
	jobs := map[string]job{"day": makeDay, "rollup": rollUp, "week": makeWeeks, "report": makeReport}
	if len(args) == 0 || jobs[args[0]] == nil {
		return errors.New("usage: synth day|rollup|week|report -file FILE")
	}
	o, err := parse(args)
	if err != nil {
		return err
	}
	db, err := bolt.Open(o.file, bolt.Options{NoSync: true})
	if err != nil {
		return err
	}
	// Nothing expires: the list of what does would double the file, and no figure reads it.
	s := &record.Store{Table: db}
	return errors.Join(jobs[args[0]](ctx, s, o, out), db.Close())
}

func parse(args []string) (options, error) {
	o := options{}
	f := flag.NewFlagSet(args[0], flag.ContinueOnError)
	f.StringVar(&o.file, "file", "", "the store's file")
	f.StringVar(&o.date, "date", "2026-11-18", "the day; of a week, one of its days")
	f.IntVar(&o.conversations, "conversations", 500_000, "conversations of the day")
	f.IntVar(&o.messages, "messages", 10_000_000, "messages of each week")
	f.Uint64Var(&o.seed, "seed", 1, "another number makes other data")
	f.StringVar(&o.profile, "profile", "", "where to write a profile of the processor time of rollup")
	zone := f.String("zone", "Asia/Shanghai", "the company's time zone")
	if err := f.Parse(args[1:]); err != nil {
		return o, err
	}
	if o.file == "" {
		return o, errors.New("-file is missing")
	}
	var err error
	o.zone, err = time.LoadLocation(*zone)
	return o, err
}

func makeDay(ctx context.Context, s *record.Store, o options, out io.Writer) error {
	d, err := newDay(o.date, o.seed, o.zone)
	if err != nil {
		return err
	}
	if err := fill(ctx, s, d, o.conversations, out); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s: %d conversations\n", d.name, o.conversations)
	return err
}
