package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"frontdesk/shared/report"
)

// rollupCommand makes the figures of past days again and tells how far it is.
func rollupCommand(ctx context.Context, args []string, env func(string) string, stdout, stderr io.Writer) error {
	f := newFlags("rollup", "frontdesk rollup --from DAY --to DAY | --all\nmakes the figures of past days again, after a definition has changed; days whose messages have expired stay as they are")
	from := f.String("from", "", "the first day, like 2026-11-01")
	to := f.String("to", "", "the last day; yesterday when left out")
	all := f.Bool("all", false, "every day whose messages are kept")
	words, err := f.parse(args, stderr)
	if err != nil {
		return err
	}
	if len(words) > 0 || *all == (*from != "" || *to != "") {
		return f.wrongUse()
	}
	c, err := newClient(env)
	if err != nil {
		return err
	}
	return redo(ctx, c, map[string]string{"from": *from, "to": *to}, stdout, stderr)
}

// redo asks for part after part.
func redo(ctx context.Context, c *client, span map[string]string, stdout, stderr io.Writer) error {
	done, expired := 0, []string{}
	for {
		body := map[string]string{}
		for name, day := range span {
			if day != "" {
				body[name] = day
			}
		}
		var part report.Redone
		if _, err := c.do(ctx, ask{method: "POST", path: "/v1/reports/redo", body: body}, &part); err != nil {
			return err
		}
		for _, day := range part.Done {
			fmt.Fprintln(stdout, day)
		}
		done, expired = done+len(part.Done), append(expired, part.Expired...)
		if part.Next == "" {
			break
		}
		fmt.Fprintf(stderr, "%s left\n", count(part.Left, "day"))
		span["from"] = part.Next
	}
	fmt.Fprintf(stdout, "%s made again.\n", count(done, "day"))
	if len(expired) > 0 {
		fmt.Fprintf(stdout, "Left as they are, because their messages have expired: %s\n", strings.Join(expired, ", "))
	}
	return nil
}
