package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"time"

	"frontdesk/shared/admin"
)

const deadlettersUsage = `frontdesk deadletters list
       frontdesk deadletters show ID
       frontdesk deadletters retry ID | --all
       frontdesk deadletters drop ID`

const deadlettersPath = "/v1/deadletters"

// deadlettersCommand lists what could not be worked on, and puts it back or drops it.
func deadlettersCommand(ctx context.Context, args []string, env func(string) string, stdout, stderr io.Writer) error {
	f := newFlags("deadletters", deadlettersUsage)
	all := f.Bool("all", false, "retry: every one")
	words, err := f.parse(args, stderr)
	if err != nil {
		return err
	}
	words = append(words, "", "", "")
	word, id := words[0], words[1]
	known := map[string]bool{"list": id == "" && !*all, "show": id != "" && !*all, "retry": (id == "") == *all, "drop": id != "" && !*all}
	if !known[word] || words[2] != "" {
		return f.wrongUse()
	}
	c, err := newClient(env)
	if err != nil {
		return err
	}
	switch {
	case word == "list":
		return listDead(ctx, c, stdout)
	case word == "show":
		return showDead(ctx, c, id, stdout)
	case *all:
		return retryAll(ctx, c, stdout)
	}
	return changeDead(ctx, c, word, id, stdout)
}

// deadOf reads the whole list, oldest first.
func deadOf(ctx context.Context, c *client) ([]admin.DeadLetter, error) {
	var all []admin.DeadLetter
	for next := ""; ; {
		var page admin.List[admin.DeadLetter]
		path := deadlettersPath + "?" + url.Values{"limit": {"200"}, "cursor": {next}}.Encode()
		if _, err := c.do(ctx, ask{method: "GET", path: path}, &page); err != nil {
			return nil, err
		}
		all = append(all, page.Items...)
		if next = page.Next; next == "" {
			slices.SortFunc(all, func(a, b admin.DeadLetter) int { return a.At.Compare(b.At) })
			return all, nil
		}
	}
}

func listDead(ctx context.Context, c *client, stdout io.Writer) error {
	all, err := deadOf(ctx, c)
	if err != nil {
		return err
	}
	for _, d := range all {
		fmt.Fprintf(stdout, "%s  %s  %-8s  %s\n", d.ID, d.At.UTC().Format(time.RFC3339), d.Queue, d.Reason)
	}
	if len(all) == 0 {
		fmt.Fprintln(stdout, "There are no dead letters.")
	}
	return nil
}

func showDead(ctx context.Context, c *client, id string, stdout io.Writer) error {
	var d admin.DeadLetter
	if _, err := c.do(ctx, ask{method: "GET", path: deadlettersPath + "/" + url.PathEscape(id)}, &d); err != nil {
		return err
	}
	for _, line := range [][2]string{
		{"id", d.ID}, {"at", d.At.UTC().Format(time.RFC3339)}, {"queue", d.Queue}, {"conversation", d.Conversation},
		{"reason", d.Reason}, {"size", count(d.Size, "byte")}, {"encoding", d.Encoding},
	} {
		if line[1] != "" {
			fmt.Fprintf(stdout, "%-13s %s\n", line[0], line[1])
		}
	}
	if d.Body != "" {
		fmt.Fprintf(stdout, "\n%s\n", d.Body)
	}
	return nil
}

// changeDead retries or drops one.
func changeDead(ctx context.Context, c *client, word, id string, stdout io.Writer) error {
	a, done := ask{method: "DELETE", path: deadlettersPath + "/" + url.PathEscape(id)}, "Dropped"
	if word == "retry" {
		a.method, a.path, done = "POST", a.path+"/retry", "Put back"
	}
	if _, err := c.do(ctx, a, nil); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%s %s.\n", done, id)
	return nil
}

// retryAll puts back what it can. One that the desk refuses does not keep the
// others; a desk that does not answer does.
func retryAll(ctx context.Context, c *client, stdout io.Writer) error {
	all, err := deadOf(ctx, c)
	if err != nil {
		return err
	}
	left := 0
	for _, d := range all {
		err := changeDead(ctx, c, "retry", d.ID, stdout)
		if _, ok := errors.AsType[*refused](err); !ok && err != nil {
			return err
		}
		if err != nil {
			left++
			fmt.Fprintf(stdout, "Left %s: %v\n", d.ID, err)
		}
	}
	if left > 0 {
		return fmt.Errorf("%d of %s could not be put back", left, count(len(all), "dead letter"))
	}
	fmt.Fprintf(stdout, "%s put back.\n", count(len(all), "dead letter"))
	return nil
}
