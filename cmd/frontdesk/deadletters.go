package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"

	"frontdesk/shared/admin"
)

const deadlettersUsage = `frontdesk deadletters list [--queue NAME] [--reason TEXT] [--count] [--json]
       frontdesk deadletters show ID [--json]
       frontdesk deadletters retry ID | --all | --queue NAME | --reason TEXT [--json]
       frontdesk deadletters drop ID

It ends with status 1 when something was refused or could not be put back.`

const (
	deadlettersPath = "/v1/deadletters"
	// deadBatch is how many are put back with one request.
	deadBatch = 100
)

// deadCommand is one use of the command.
type deadCommand struct {
	*client
	out                        io.Writer
	word, id                   string
	queue, reason              string
	all, count, json, filtered bool
}

// deadlettersCommand lists what could not be worked on, and puts it back or drops it.
func deadlettersCommand(ctx context.Context, args []string, env func(string) string, stdout, stderr io.Writer) error {
	f, d := newFlags("deadletters", deadlettersUsage), deadCommand{out: stdout}
	f.BoolVar(&d.all, "all", false, "retry: every one")
	f.StringVar(&d.queue, "queue", "", "list, retry: those of a queue: inbox, receipts or webhook")
	f.StringVar(&d.reason, "reason", "", "list, retry: those whose reason holds this text")
	f.BoolVar(&d.count, "count", false, "list: how many there are of each queue and reason")
	f.BoolVar(&d.json, "json", false, "list, show, retry: print JSON")
	words, err := f.parse(args, stderr)
	if err != nil {
		return err
	}
	words = append(words, "", "", "")
	d.word, d.id, d.filtered = words[0], words[1], d.queue != "" || d.reason != ""
	if !d.meant() || words[2] != "" {
		return f.wrongUse()
	}
	if d.client, err = newClient(env); err != nil {
		return err
	}
	return d.run(ctx)
}

// meant reports whether the words and flags belong together.
func (d deadCommand) meant() bool {
	switch d.word {
	case "list":
		return d.id == "" && !d.all
	case "show":
		return d.id != "" && !d.all && !d.filtered && !d.count
	case "retry":
		return (d.id == "") == (d.all || d.filtered) && !d.count && !(d.all && d.filtered)
	case "drop":
		return d.id != "" && !d.all && !d.filtered && !d.count && !d.json
	}
	return false
}

func (d deadCommand) run(ctx context.Context) error {
	switch {
	case d.word == "list":
		return d.list(ctx)
	case d.word == "show":
		return d.show(ctx)
	case d.word == "retry":
		return d.retry(ctx)
	}
	if _, err := d.do(ctx, ask{method: "DELETE", path: d.path()}, nil); err != nil {
		return err
	}
	fmt.Fprintf(d.out, "Dropped %s.\n", d.id)
	return nil
}

func (d deadCommand) path() string { return deadlettersPath + "/" + url.PathEscape(d.id) }

// read reads those that are meant, oldest first: in the order of their deaths, so
// that the messages of one conversation are put back in theirs.
func (d deadCommand) read(ctx context.Context) ([]admin.DeadLetter, error) {
	all := []admin.DeadLetter{}
	for next := ""; ; {
		var page admin.List[admin.DeadLetter]
		path := deadlettersPath + "?" + url.Values{"limit": {"200"}, "cursor": {next}}.Encode()
		if _, err := d.do(ctx, ask{method: "GET", path: path}, &page); err != nil {
			return nil, err
		}
		for _, one := range page.Items {
			if (d.queue == "" || one.Queue == d.queue) && strings.Contains(one.Reason, d.reason) {
				all = append(all, one)
			}
		}
		if next = page.Next; next == "" {
			slices.SortStableFunc(all, func(a, b admin.DeadLetter) int { return a.At.Compare(b.At) })
			return all, nil
		}
	}
}

func (d deadCommand) list(ctx context.Context) error {
	all, err := d.read(ctx)
	switch {
	case err != nil:
		return err
	case d.count:
		return d.counts(all)
	case d.json:
		return d.print(all)
	}
	for _, one := range all {
		fmt.Fprintf(d.out, "%s  %s  %-8s  %s\n", one.ID, one.At.UTC().Format(time.RFC3339), one.Queue, one.Reason)
	}
	if len(all) == 0 {
		fmt.Fprintln(d.out, "There are no dead letters.")
	}
	return nil
}

// deadCount is how many dead letters share a queue and a reason.
type deadCount struct {
	Queue  string `json:"queue"`
	Reason string `json:"reason"`
	Count  int    `json:"count"`
}

// counts tells the commonest first.
func (d deadCommand) counts(all []admin.DeadLetter) error {
	counted := []deadCount{}
	for _, one := range all {
		at := slices.IndexFunc(counted, func(c deadCount) bool { return c.Queue == one.Queue && c.Reason == one.Reason })
		if at < 0 {
			at = len(counted)
			counted = append(counted, deadCount{Queue: one.Queue, Reason: one.Reason})
		}
		counted[at].Count++
	}
	slices.SortStableFunc(counted, func(a, b deadCount) int { return cmp.Compare(b.Count, a.Count) })
	if d.json {
		return d.print(counted)
	}
	for _, c := range counted {
		fmt.Fprintf(d.out, "%6d  %-8s  %s\n", c.Count, c.Queue, c.Reason)
	}
	fmt.Fprintf(d.out, "%6d  together\n", len(all))
	return nil
}

func (d deadCommand) show(ctx context.Context) error {
	var one admin.DeadLetter
	if _, err := d.do(ctx, ask{method: "GET", path: d.path()}, &one); err != nil {
		return err
	}
	if d.json {
		return d.print(one)
	}
	for _, line := range [][2]string{
		{"id", one.ID}, {"at", one.At.UTC().Format(time.RFC3339)}, {"queue", one.Queue}, {"conversation", one.Conversation},
		{"reason", one.Reason}, {"size", count(one.Size, "byte")}, {"encoding", one.Encoding},
	} {
		if line[1] != "" {
			fmt.Fprintf(d.out, "%-13s %s\n", line[0], line[1])
		}
	}
	if one.Body != "" {
		fmt.Fprintf(d.out, "\n%s\n", one.Body)
	}
	return nil
}

// retry puts one back, or all that are meant.
func (d deadCommand) retry(ctx context.Context) error {
	if d.id != "" && !d.json {
		if _, err := d.do(ctx, ask{method: "POST", path: d.path() + "/retry"}, nil); err != nil {
			return err
		}
		fmt.Fprintf(d.out, "Put back %s.\n", d.id)
		return nil
	}
	ids := []string{d.id}
	if d.id == "" {
		all, err := d.read(ctx)
		if err != nil {
			return err
		}
		ids = ids[:0]
		for _, one := range all {
			ids = append(ids, one.ID)
		}
	}
	done, err := d.retryMany(ctx, ids)
	return errors.Join(d.told(done, len(ids)), err)
}

// retryMany puts back batch after batch. It ends when the desk is busy: what is
// left must not be overtaken by later messages of its conversation.
func (d deadCommand) retryMany(ctx context.Context, ids []string) (admin.Retried, error) {
	all := admin.Retried{PutBack: []string{}, Gone: []string{}, Left: []admin.Left{}}
	for batch := range slices.Chunk(ids, deadBatch) {
		var done admin.Retried
		_, err := d.do(ctx, ask{method: "POST", path: deadlettersPath + "/retry", body: map[string][]string{"ids": batch}}, &done)
		if err != nil {
			return all, err
		}
		all.PutBack, all.Gone, all.Left = append(all.PutBack, done.PutBack...), append(all.Gone, done.Gone...), append(all.Left, done.Left...)
		if all.Busy = done.Busy; all.Busy {
			break
		}
	}
	return all, nil
}

// told prints what came of many. What is left, or was not tried, is an error.
func (d deadCommand) told(done admin.Retried, of int) error {
	if d.json {
		if err := d.print(done); err != nil {
			return err
		}
	} else {
		for _, left := range done.Left {
			fmt.Fprintf(d.out, "Left %s: %s\n", left.ID, left.Why)
		}
		fmt.Fprintf(d.out, "%s put back.\n", count(len(done.PutBack), "dead letter"))
	}
	if left := of - len(done.PutBack) - len(done.Gone); left > 0 {
		return fmt.Errorf("%d of %s could not be put back", left, count(of, "dead letter"))
	}
	return nil
}

func (d deadCommand) print(v any) error {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("encode the answer: %w", err)
	}
	_, err = fmt.Fprintf(d.out, "%s\n", b)
	return err
}
