package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"

	"frontdesk/shared/admin"
	"frontdesk/shared/compare"
	"frontdesk/shared/playbook"
	"frontdesk/shared/publish"
)

// diff says in words what one playbook changes against another.
type diff struct{ from, to, language string }

// diffCommand has flags of its own: from and to are days for hours.
func diffCommand(ctx context.Context, args []string, env func(string) string, stdout, stderr io.Writer) error {
	f := newFlags("playbook diff", playbookUsage)
	var d diff
	f.StringVar(&d.from, "from", "", "live, draft or the number of a version (live)")
	f.StringVar(&d.to, "to", "", "the same; not with a file (draft)")
	f.StringVar(&d.language, "language", "en", "en or zh-CN")
	words, err := f.parse(args, stderr)
	if err != nil {
		return err
	}
	words = append(words, "", "")
	if words[1] != "" || words[0] != "" && d.to != "" || d.language != "en" && d.language != "zh-CN" {
		return f.wrongUse()
	}
	return d.run(ctx, env, words[0], stdout)
}

func (d diff) run(ctx context.Context, env func(string) string, file string, stdout io.Writer) error {
	c, err := newClient(env)
	if err != nil {
		return err
	}
	var changes []compare.Change
	if file == "" {
		changes, err = d.ask(ctx, c, cmp.Or(d.to, "draft"))
	} else {
		changes, err = d.against(ctx, c, file)
	}
	if err != nil {
		return err
	}
	if len(changes) == 0 {
		fmt.Fprintln(stdout, "Nothing differs.")
	}
	printChanges(stdout, changes, d.language)
	return nil
}

// ask has the desk compare two playbooks that it has.
func (d diff) ask(ctx context.Context, c *client, to string) ([]compare.Change, error) {
	var out admin.Diff
	q := url.Values{"from": {cmp.Or(d.from, "live")}, "to": {to}}
	_, err := c.do(ctx, ask{method: "GET", path: "/v1/playbook/diff?" + q.Encode()}, &out)
	return out.Changes, err
}

// against compares a file with a playbook of the desk.
func (d diff) against(ctx context.Context, c *client, file string) ([]compare.Change, error) {
	data, _, faults, err := readBook(file)
	if err != nil {
		return nil, err
	}
	p, more := publish.Load(data)
	if faults = append(faults, more...); len(faults) > 0 {
		return nil, fmt.Errorf("%s cannot be read: try frontdesk playbook test %s", file, file)
	}
	old, err := d.fetch(ctx, c)
	if err != nil {
		return nil, err
	}
	return compare.Books(old, p)
}

func (d diff) fetch(ctx context.Context, c *client) (playbook.Playbook, error) {
	if d.from == "draft" {
		var p playbook.Playbook
		_, err := c.do(ctx, ask{method: "GET", path: "/v1/playbook"}, &p)
		return p, err
	}
	path := "/v1/playbook/live"
	if d.from != "" && d.from != "live" {
		path = "/v1/playbook/versions/" + url.PathEscape(d.from)
	}
	var v admin.Version
	_, err := c.do(ctx, ask{method: "GET", path: path}, &v)
	if r, ok := errors.AsType[*refused](err); ok && r.Status == 404 && path == "/v1/playbook/live" {
		return playbook.Playbook{}, nil // nothing was ever published
	}
	return v.Playbook, err
}

func printChanges(w io.Writer, changes []compare.Change, language string) {
	for _, c := range changes {
		text := c.Text
		if language == "zh-CN" {
			text = c.TextZH
		}
		fmt.Fprintln(w, "- "+strings.TrimSpace(text))
	}
}
