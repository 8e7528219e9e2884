package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/token"

	"frontdesk/shared/config"
	"frontdesk/shared/holidays"
	"frontdesk/shared/ical"
	"frontdesk/shared/playbook"
	"frontdesk/shared/publish"
)

// hours brings public holidays from a calendar file into a calendar of the playbook.
type hours struct {
	file, calendar string // the file of holidays, the id of the calendar
	in             string // the playbook's file; the draft when empty
	from, to       string
	workday        string
	replace, dry   bool
}

func (h *hours) flags(f flags) {
	f.StringVar(&h.calendar, "calendar", "", "hours: the id of the calendar that gets the days")
	f.StringVar(&h.in, "in", "", "hours: change this playbook file instead of the draft")
	f.StringVar(&h.from, "from", "", "hours: the first day that is looked at (default: today)")
	f.StringVar(&h.to, "to", "", "hours: the last one (default: the end of next year)")
	f.StringVar(&h.workday, "workday", "mon", "hours: make-up workdays have the hours of this day of the week")
	f.BoolVar(&h.replace, "replace", false, "hours: replace dates that the calendar has already")
	f.BoolVar(&h.dry, "dry-run", false, "hours: only say what would change")
}

func (h hours) run(ctx context.Context, env func(string) string, stdout io.Writer) error {
	cfg, err := config.Read(env)
	if err != nil {
		return err
	}
	if _, err := h.span(time.Now().In(cfg.Zone)); err != nil {
		return err
	}
	data, err := readHolidays(h.file)
	if err != nil {
		return err
	}
	if h.in != "" {
		return h.intoFile(data, stdout)
	}
	return h.intoDraft(ctx, env, data, stdout)
}

// span is the dates that are looked at, in the zone of now.
func (h hours) span(now time.Time) (ical.Span, error) {
	s := ical.Span{From: now, To: time.Date(now.Year()+1, 12, 31, 0, 0, 0, 0, now.Location())}
	for _, one := range []struct {
		text string
		into *time.Time
	}{{h.from, &s.From}, {h.to, &s.To}} {
		if one.text == "" {
			continue
		}
		t, err := time.ParseInLocation(time.DateOnly, one.text, now.Location())
		if err != nil {
			return s, errors.New("--from and --to are dates such as 2027-01-01")
		}
		*one.into = t
	}
	return s, nil
}

func readHolidays(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("read the holidays: %w", err)
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(io.LimitReader(f, ical.MaxSize+1))
	if err != nil {
		return nil, fmt.Errorf("read the holidays: %w", err)
	}
	return data, nil
}

// intoFile changes a playbook's file. One with comments is left alone, because
// writing it anew would lose them.
func (h hours) intoFile(data []byte, stdout io.Writer) error {
	raw, where, faults, err := readBook(h.in)
	if err != nil {
		return err
	}
	var p playbook.Playbook
	if len(faults) == 0 {
		p, faults = publish.Load(raw)
	}
	if len(faults) > 0 {
		printFaults(stdout, faults, where)
		return fmt.Errorf("%s cannot be read: %s", h.in, count(len(faults), "fault"))
	}
	if err := h.losesNothing(); err != nil && !h.dry {
		return err
	}
	changed, err := h.merge(&p, data, stdout)
	if err != nil || !changed || h.dry {
		return err
	}
	text, err := bookText(h.in, p)
	if err != nil {
		return err
	}
	if err := os.WriteFile(h.in, text, 0o644); err != nil {
		return fmt.Errorf("write the playbook: %w", err)
	}
	fmt.Fprintf(stdout, "Written to %s.\n", h.in)
	return nil
}

func (h hours) losesNothing() error {
	if !isYAML(h.in) {
		return nil
	}
	data, err := os.ReadFile(h.in)
	if err != nil {
		return fmt.Errorf("read the playbook: %w", err)
	}
	if line := hasComments(data); line > 0 {
		return fmt.Errorf("%s has comments (the first in line %d), which writing it anew would lose: remove them, or push it and leave --in out", h.in, line)
	}
	return nil
}

// bookText is a playbook as it stands in a file.
func bookText(file string, p playbook.Playbook) ([]byte, error) {
	var raw bytes.Buffer
	enc := json.NewEncoder(&raw)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(p); err != nil {
		return nil, fmt.Errorf("write the playbook: %w", err)
	}
	return written(file, raw.Bytes())
}

// intoDraft changes the draft of the desk.
func (h hours) intoDraft(ctx context.Context, env func(string) string, data []byte, stdout io.Writer) error {
	c, err := newClient(env)
	if err != nil {
		return err
	}
	var p playbook.Playbook
	etag, err := c.do(ctx, ask{method: "GET", path: "/v1/playbook"}, &p)
	if err != nil {
		return err
	}
	changed, err := h.merge(&p, data, stdout)
	if err != nil || !changed || h.dry {
		return err
	}
	if _, err := c.do(ctx, ask{method: "PUT", path: "/v1/playbook", body: p, ifMatch: etag}, nil); err != nil {
		return err
	}
	fmt.Fprintln(stdout, "Saved as the draft.")
	return nil
}

// merge puts the days of a file into the calendar and says what changes, and whether
// anything does.
func (h hours) merge(p *playbook.Playbook, data []byte, stdout io.Writer) (bool, error) {
	i := slices.IndexFunc(p.Hours, func(c playbook.Calendar) bool { return c.ID == h.calendar })
	if i < 0 {
		var ids []string
		for _, c := range p.Hours {
			ids = append(ids, c.ID)
		}
		return false, fmt.Errorf("the playbook has no calendar %q; it has: %s", h.calendar, strings.Join(ids, ", "))
	}
	c := &p.Hours[i]
	found, err := h.found(data, *c)
	if err != nil {
		return false, err
	}
	merged, changes := holidays.Merge(c.Exceptions, found.Exceptions, h.replace)
	c.Exceptions = merged
	changed := 0
	for _, ch := range changes {
		fmt.Fprintln(stdout, changeLine(ch))
		if ch.Did != holidays.Kept {
			changed++
		}
	}
	passed(found.Passed, stdout)
	fmt.Fprintf(stdout, "%s of %s.\n", count(changed, "change"), count(len(found.Exceptions), "day"))
	return changed > 0, nil
}

// found reads the file for one calendar: in its time zone, with its hours.
func (h hours) found(data []byte, c playbook.Calendar) (holidays.Found, error) {
	zone, err := time.LoadLocation(c.TimeZone)
	if err != nil {
		return holidays.Found{}, fmt.Errorf("the calendar %s has no time zone that is known: %q", c.ID, c.TimeZone)
	}
	span, err := h.span(time.Now().In(zone))
	if err != nil {
		return holidays.Found{}, err
	}
	found, problems := holidays.Read(data, holidays.Options{Span: span, Work: c.Weekly[h.workday]})
	switch {
	case len(problems) == 0:
		return found, nil
	case problems[0].NoHours:
		return found, fmt.Errorf("the file has make-up workdays, and %s has no hours in the calendar %s: name the day whose hours they have with --workday", h.workday, c.ID)
	}
	return found, fmt.Errorf("%s cannot be used:\n%w", h.file, problems)
}

// changeLine says what became of one date.
func changeLine(c holidays.Change) string {
	switch c.Did {
	case holidays.Added:
		return fmt.Sprintf("+ %s  %s  %s", c.New.Date, openAt(c.New), c.New.Name)
	case holidays.Replaced:
		return fmt.Sprintf("~ %s  %s, was %s  %s", c.New.Date, openAt(c.New), openAt(c.Old), c.New.Name)
	}
	return fmt.Sprintf("= %s  stays %s (the file says %s; --replace takes it)", c.New.Date, openAt(c.Old), openAt(c.New))
}

func openAt(e playbook.Exception) string {
	if len(e.Spans) == 0 {
		return "closed"
	}
	return "open " + strings.Join(e.Spans, ", ")
}

// passed says which days have only a name.
func passed(names []string, stdout io.Writer) {
	const shown = 8
	if len(names) == 0 {
		return
	}
	more := ""
	if len(names) > shown {
		more = fmt.Sprintf(" and %d more", len(names)-shown)
		names = names[:shown]
	}
	fmt.Fprintf(stdout, "No day off, and passed over: %s%s.\n", strings.Join(names, ", "), more)
}

// hasComments returns the line of the first comment in a YAML file, 0 without one.
func hasComments(data []byte) int {
	tokens := lexer.Tokenize(string(data))
	i := slices.IndexFunc(tokens, func(t *token.Token) bool { return t.Type == token.CommentType })
	if i < 0 {
		return 0
	}
	return tokens[i].Position.Line
}
