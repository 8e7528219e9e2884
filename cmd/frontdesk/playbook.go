package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"frontdesk/shared/admin"
	"frontdesk/shared/channel"
	"frontdesk/shared/config"
	"frontdesk/shared/playbook"
	"frontdesk/shared/publish"
)

const playbookUsage = `frontdesk playbook pull [FILE]             the draft into a file, or to the screen
       frontdesk playbook push FILE [--publish]   a file becomes the draft, and live
       frontdesk playbook test FILE               check a file and run its examples, without a desk
       frontdesk playbook diff [FILE] [--from live] [--to draft] [--language zh-CN]
                                                  what has changed, in words; with FILE, what it would change
       frontdesk playbook replay [--days 7] [--on draft]
                                                  which real messages of the last days the draft would treat differently
       frontdesk playbook hours FILE.ics|.json --calendar ID [--in FILE]
                                                  public holidays into a calendar of the draft, or of a file
FILE is JSON, or YAML when its name ends in .yaml or .yml.`

// playbookCommand carries the playbook between a file and the desk.
func playbookCommand(ctx context.Context, args []string, env func(string) string, stdout, stderr io.Writer) error {
	if len(args) > 0 && args[0] == "diff" {
		return diffCommand(ctx, args[1:], env, stdout, stderr)
	}
	f := newFlags("playbook", playbookUsage)
	live := f.Bool("publish", false, "push: make it live")
	note := f.String("note", "", "push --publish: what has changed, for the list of versions")
	force := f.Bool("force", false, "push: replace the draft although it has changed since it was pulled")
	var r replay
	f.IntVar(&r.days, "days", 0, "replay: how many days back, at most 31 (7)")
	f.StringVar(&r.on, "on", "", "replay: draft, or the number of a version (draft)")
	var h hours
	h.flags(f)
	words, err := f.parse(args, stderr)
	if err != nil {
		return err
	}
	words = append(words, "", "", "")
	word, file := words[0], words[1]
	switch {
	case words[2] != "" || word != "replay" && r != (replay{}) || word != "push" && (*live || *note != "" || *force) || (word == "hours") != (h.calendar != ""):
		return f.wrongUse()
	case word == "hours" && file != "":
		h.file = file
		return h.run(ctx, env, stdout)
	case word == "replay" && file == "":
		return r.run(ctx, env, stdout, stderr)
	case word == "pull":
		return pull(ctx, env, file, stdout)
	case word == "push" && file != "":
		p := push{file: file, publish: *live, note: *note, force: *force}
		return p.run(ctx, env, stdout)
	case word == "test" && file != "":
		return test(ctx, env, file, stdout)
	}
	return f.wrongUse()
}

// etagFile remembers which draft a file was pulled from, so that a push does not
// wipe out what somebody else has changed since.
func etagFile(file string) string { return file + ".etag" }

func pull(ctx context.Context, env func(string) string, file string, stdout io.Writer) error {
	c, err := newClient(env)
	if err != nil {
		return err
	}
	var raw []byte
	etag, err := c.do(ctx, ask{method: "GET", path: "/v1/playbook"}, &raw)
	if err != nil {
		return err
	}
	text, err := written(file, raw)
	if err != nil {
		return fmt.Errorf("the desk's answer cannot be read: %w", err)
	}
	if file == "" {
		_, err := stdout.Write(text)
		return err
	}
	if err := errors.Join(os.WriteFile(file, text, 0o644), os.WriteFile(etagFile(file), []byte(etag+"\n"), 0o644)); err != nil {
		return fmt.Errorf("write the playbook: %w", err)
	}
	fmt.Fprintf(stdout, "Pulled %s into %s. Keep %s beside it for the push.\n", etag, file, etagFile(file))
	return nil
}

// written is a playbook's JSON as it stands in a file: as YAML, or on lines of its own.
func written(file string, raw []byte) ([]byte, error) {
	if isYAML(file) {
		return toYAML(raw)
	}
	var pretty bytes.Buffer
	err := json.Indent(&pretty, raw, "", "  ")
	return pretty.Bytes(), err
}

// readBook reads a playbook's file as JSON. From YAML come the lines of its fields,
// and what keeps it from being JSON.
func readBook(file string) ([]byte, lines, []playbook.Fault, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("read the playbook: %w", err)
	}
	if !isYAML(file) {
		return data, nil, nil, nil
	}
	raw, where, faults := fromYAML(data)
	return raw, where, faults, nil
}

type push struct {
	file, note     string
	publish, force bool
}

func (p push) run(ctx context.Context, env func(string) string, stdout io.Writer) error {
	data, where, faults, err := readBook(p.file)
	if err != nil {
		return err
	}
	if len(faults) > 0 {
		return p.unreadable(stdout, faults)
	}
	c, err := newClient(env)
	if err != nil {
		return err
	}
	match, err := p.match(ctx, c)
	if err != nil {
		return err
	}
	etag, err := c.do(ctx, ask{method: "PUT", path: "/v1/playbook", body: data, ifMatch: match}, nil)
	if r, ok := errors.AsType[*refused](err); ok && r.Status == 412 {
		return fmt.Errorf("the draft has changed since %s was pulled: pull it into another file and compare, or push with --force", p.file)
	}
	if err != nil {
		return where.told(err)
	}
	if err := os.WriteFile(etagFile(p.file), []byte(etag+"\n"), 0o644); err != nil {
		return fmt.Errorf("remember what was pushed: %w", err)
	}
	fmt.Fprintf(stdout, "Saved as the draft.\n")
	if !p.publish {
		return nil
	}
	var info admin.Published
	body := map[string]string{"note": p.note}
	if _, err := c.do(ctx, ask{method: "POST", path: "/v1/playbook/publish", body: body, ifMatch: etag}, &info); err != nil {
		return where.told(err)
	}
	fmt.Fprintf(stdout, "Version %d is live.\n", info.Number)
	printChanges(stdout, info.Changes, "")
	return nil
}

// unreadable tells what keeps a file from being sent.
func (p push) unreadable(stdout io.Writer, faults []playbook.Fault) error {
	printFaults(stdout, faults, nil)
	return fmt.Errorf("%s was not sent: %s", p.file, count(len(faults), "fault"))
}

// match is the ETag of the draft that the file was made from; without one, or
// forced, the draft as it is now.
func (p push) match(ctx context.Context, c *client) (string, error) {
	text, err := os.ReadFile(etagFile(p.file))
	switch {
	case err == nil && !p.force:
		return strings.TrimSpace(string(text)), nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("read what the file was made from: %w", err)
	}
	return c.do(ctx, ask{method: "GET", path: "/v1/playbook"}, nil)
}

// test checks a file as publishing would. It needs no desk.
func test(ctx context.Context, env func(string) string, file string, stdout io.Writer) error {
	data, where, faults, err := readBook(file)
	if err != nil {
		return err
	}
	channels, err := channelsOf(ctx, env)
	if err != nil {
		return err
	}
	cfg, err := config.Read(env)
	if err != nil {
		return err
	}
	var p playbook.Playbook
	if len(faults) == 0 {
		p, faults = publish.Load(data)
	}
	if len(faults) == 0 {
		faults = publish.Check(p, channels, time.Now().In(cfg.Zone))
	}
	if len(faults) > 0 {
		printFaults(stdout, faults, where)
		return fmt.Errorf("%s cannot go live: %s", file, count(len(faults), "fault"))
	}
	fmt.Fprintf(stdout, "%s can go live: %s, %s, %s that come out as written.\n", file,
		count(len(p.Filters), "filter"), count(len(p.Templates), "template"), count(len(p.Examples), "example"))
	if notes := publish.Notes(p, channels); len(notes) > 0 {
		fmt.Fprintln(stdout, "To be known:")
		printFaults(stdout, notes, where)
	}
	return nil
}

func printFaults(w io.Writer, faults []playbook.Fault, where lines) {
	for _, f := range faults {
		if f.Path != "" {
			fmt.Fprintf(w, "%s\n  ", where.name(f.Path))
		}
		fmt.Fprintf(w, "%s\n  %s\n", f.Message, f.Fix)
	}
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// channelsOf are the channels that filters can name: those of FRONTDESK_CHANNELS,
// else those of the demo.
func channelsOf(ctx context.Context, env func(string) string) ([]publish.Channel, error) {
	text := env("FRONTDESK_CHANNELS")
	if text == "" {
		return demoChannels(), nil
	}
	channels, err := channel.Load(ctx, text, func(context.Context, string) (string, error) {
		return "", errors.New("the channels are in Secrets Manager: give them as JSON or file:PATH for a test")
	})
	out := make([]publish.Channel, 0, len(channels))
	for _, ch := range channels {
		out = append(out, publish.Channel{ID: ch.ID, Kind: ch.Kind})
	}
	return out, err
}
