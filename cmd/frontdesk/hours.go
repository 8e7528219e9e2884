package main

import (
	"bytes"
	"cmp"
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
	"frontdesk/shared/ical"
	"frontdesk/shared/playbook"
	"frontdesk/shared/publish"
)

// hours brings public holidays from a calendar file into a calendar of the playbook.
type hours struct {
	file, calendar string // the .ics file, the id of the calendar
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
	span, err := h.span(time.Now().In(cfg.Zone))
	if err != nil {
		return err
	}
	holidays, err := readHolidays(h.file, span)
	if err != nil {
		return err
	}
	if h.in != "" {
		return h.intoFile(holidays, stdout)
	}
	return h.intoDraft(ctx, env, holidays, stdout)
}

// span is the dates that are looked at.
func (h hours) span(now time.Time) (ical.Span, error) {
	s := ical.Span{From: now, To: time.Date(now.Year()+1, 12, 31, 0, 0, 0, 0, now.Location())}
	for _, one := range []struct {
		text string
		into *time.Time
	}{{h.from, &s.From}, {h.to, &s.To}} {
		if one.text == "" {
			continue
		}
		t, err := time.Parse(time.DateOnly, one.text)
		if err != nil {
			return s, errors.New("--from and --to are dates such as 2027-01-01")
		}
		*one.into = t
	}
	return s, nil
}

func readHolidays(file string, span ical.Span) (ical.Calendar, error) {
	f, err := os.Open(file)
	if err != nil {
		return ical.Calendar{}, fmt.Errorf("read the holidays: %w", err)
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(io.LimitReader(f, ical.MaxSize+1))
	if err != nil {
		return ical.Calendar{}, fmt.Errorf("read the holidays: %w", err)
	}
	c, err := ical.Read(data, span)
	if err != nil {
		return c, fmt.Errorf("%s cannot be used:\n%w", file, err)
	}
	return c, nil
}

// intoFile changes a playbook's file. One with comments is left alone, because
// writing it anew would lose them.
func (h hours) intoFile(holidays ical.Calendar, stdout io.Writer) error {
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
	changed, err := h.merge(&p, holidays, stdout)
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
func (h hours) intoDraft(ctx context.Context, env func(string) string, holidays ical.Calendar, stdout io.Writer) error {
	c, err := newClient(env)
	if err != nil {
		return err
	}
	var p playbook.Playbook
	etag, err := c.do(ctx, ask{method: "GET", path: "/v1/playbook"}, &p)
	if err != nil {
		return err
	}
	changed, err := h.merge(&p, holidays, stdout)
	if err != nil || !changed || h.dry {
		return err
	}
	if _, err := c.do(ctx, ask{method: "PUT", path: "/v1/playbook", body: p, ifMatch: etag}, nil); err != nil {
		return err
	}
	fmt.Fprintln(stdout, "Saved as the draft.")
	return nil
}

// merge puts the days into the calendar and says what changes, and whether anything does.
func (h hours) merge(p *playbook.Playbook, holidays ical.Calendar, stdout io.Writer) (bool, error) {
	i := slices.IndexFunc(p.Hours, func(c playbook.Calendar) bool { return c.ID == h.calendar })
	if i < 0 {
		var ids []string
		for _, c := range p.Hours {
			ids = append(ids, c.ID)
		}
		return false, fmt.Errorf("the playbook has no calendar %q; it has: %s", h.calendar, strings.Join(ids, ", "))
	}
	c := &p.Hours[i]
	work := c.Weekly[h.workday]
	if slices.ContainsFunc(holidays.Days, func(d ical.Day) bool { return d.Work }) && len(work) == 0 {
		return false, fmt.Errorf("the file has make-up workdays, and %s has no hours in the calendar %s: name the day whose hours they have with --workday", h.workday, h.calendar)
	}
	changed := 0
	for _, d := range holidays.Days {
		e := playbook.Exception{Date: d.Date, Name: d.Name}
		if d.Work {
			e.Spans = work
		}
		if h.put(c, e, stdout) {
			changed++
		}
	}
	slices.SortStableFunc(c.Exceptions, func(a, b playbook.Exception) int { return cmp.Compare(a.Date, b.Date) })
	passed(holidays.Passed, stdout)
	fmt.Fprintf(stdout, "%s of %s.\n", count(changed, "change"), count(len(holidays.Days), "day"))
	return changed > 0, nil
}

// put adds one exception, or replaces the one of its date when that is wanted.
func (h hours) put(c *playbook.Calendar, e playbook.Exception, stdout io.Writer) bool {
	i := slices.IndexFunc(c.Exceptions, func(x playbook.Exception) bool { return x.Date == e.Date })
	if i < 0 {
		c.Exceptions = append(c.Exceptions, e)
		fmt.Fprintf(stdout, "+ %s  %s  %s\n", e.Date, openAt(e), e.Name)
		return true
	}
	old := &c.Exceptions[i]
	if slices.Equal(old.Spans, e.Spans) {
		return false
	}
	if !h.replace {
		fmt.Fprintf(stdout, "= %s  stays %s (the file says %s; --replace takes it)\n", e.Date, openAt(*old), openAt(e))
		return false
	}
	fmt.Fprintf(stdout, "~ %s  %s, was %s  %s\n", e.Date, openAt(e), openAt(*old), e.Name)
	*old = e
	return true
}

func openAt(e playbook.Exception) string {
	if len(e.Spans) == 0 {
		return "closed"
	}
	return "open " + strings.Join(e.Spans, ", ")
}

// passed says which days have only a name.
func passed(days []ical.Day, stdout io.Writer) {
	const shown = 8
	var names []string
	for _, d := range days {
		if !slices.Contains(names, d.Name) {
			names = append(names, d.Name)
		}
	}
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
