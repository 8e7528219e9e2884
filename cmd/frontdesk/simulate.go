package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"frontdesk/shared/admin"
	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
)

// simulateCommand prints what a message would get, and why.
func simulateCommand(ctx context.Context, args []string, env func(string) string, stdout, stderr io.Writer) error {
	f := newFlags("simulate", "frontdesk simulate [FLAGS] \"TEXT\"\nsays what a message would get, and why; nothing is sent")
	var in admin.SimulateRequest
	f.StringVar(&in.Body.On, "on", "live", "live, draft, or the number of a version")
	f.StringVar(&in.Body.Language, "lang", "", "the language that the contact wrote in before: en, zh-CN, zh-TW")
	f.StringVar(&in.Body.Name, "name", "", "what the contact is called")
	f.StringVar(&in.Body.Message.Channel, "channel", "", "the channel (default: the first)")
	f.StringVar(&in.Body.Message.Type, "type", "", "text, image, …")
	f.StringVar(&in.Body.Message.Choice, "choice", "", "the id of a button or list row that is tapped")
	f.StringVar(&in.Body.Message.At, "at", "", "when it is written, like 2026-11-22T21:30:00+08:00 (default: now)")
	f.BoolVar(&in.Body.Message.FirstContact, "first", false, "the contact has never written before")
	stateFlags(f, &in.Body.Message)
	words, err := f.parse(args, stderr)
	if err != nil {
		return err
	}
	in.Body.Message.Text = strings.Join(words, " ")
	if in.Body.Message.Text == "" && in.Body.Message.Choice == "" && in.Body.Message.Type == "" {
		return f.wrongUse()
	}
	c, err := newClient(env)
	if err != nil {
		return err
	}
	var out admin.Simulation
	if _, err := c.do(ctx, ask{method: "POST", path: "/v1/simulate", body: in.Body}, &out); err != nil {
		return err
	}
	printSimulation(stdout, out)
	return nil
}

// stateFlags say what the conversation is like that the message comes in.
func stateFlags(f flags, m *playbook.Sample) {
	list := func(to *[]string) func(string) error {
		return func(words string) error {
			*to = append(*to, strings.Split(words, ",")...)
			return nil
		}
	}
	f.Func("tag", "a tag of the conversation; several with commas, or the flag again", list(&m.Tags))
	f.Func("changed", "what of the contact is new: name, number, language; several with commas", list(&m.Changed))
	f.Func("attribute", "an attribute of the contact, as plan=gold; the flag again for another", func(pair string) error {
		name, value, ok := strings.Cut(pair, "=")
		if !ok || name == "" {
			return errors.New("write it as name=value")
		}
		if m.Attributes == nil {
			m.Attributes = map[string]string{}
		}
		m.Attributes[name] = value
		return nil
	})
	f.StringVar(&m.Team, "team", "", "the team that the conversation is with")
	f.StringVar(&m.Assignee, "assignee", "", "the agent who has it")
	f.StringVar(&m.Status, "status", "", "open or resolved (default)")
	f.StringVar(&m.Priority, "priority", "", "low, normal, high or urgent")
	f.StringVar(&m.StartedBy, "started-by", "", "who wrote first: customer (default), bot or agent")
	f.StringVar(&m.Since, "since", "", "how long ago the contact wrote before, like 3h (default: 30 days)")
	f.IntVar(&m.Count, "count", 0, "the number of the message in its spell (default: 1)")
	f.BoolVar(&m.People, "people", false, "people are in charge")
	f.BoolVar(&m.Muted, "muted", false, "no template answers the contact")
	f.BoolVar(&m.Blocked, "blocked", false, "the contact is blocked")
}

func printSimulation(w io.Writer, s admin.Simulation) {
	d := s.Decision
	fmt.Fprintf(w, "%s, decided by %s (playbook: %s)\n", strings.ReplaceAll(string(d.Outcome), "_", " "), d.By, s.On)
	for _, line := range [][2]string{{"team", d.Team}, {"agent", d.Assignee}, {"priority", d.Priority}, {"status", string(d.Status)},
		{"tags", strings.Join(d.Tags, ", ")}, {"untag", strings.Join(d.Untag, ", ")}, {"notify", strings.Join(d.Notify, ", ")}, {"withheld", d.Withheld}, {"language", d.Language}, {"template", d.Reply}} {
		if line[1] != "" {
			fmt.Fprintf(w, "  %-9s %s\n", line[0], line[1])
		}
	}
	fmt.Fprintln(w)
	if s.Reply == nil {
		fmt.Fprintf(w, "No reply: %s.\n", s.WhyNot)
	} else {
		printContent(w, *s.Reply)
	}
	fmt.Fprintln(w, "\nTried, in order:")
	for _, step := range s.Steps {
		mark := "  no "
		if step.Matched {
			mark = "  yes"
		}
		fmt.Fprintf(w, "%s  %-16s %s\n", mark, step.Filter, step.Why)
	}
}

// printContent shows a reply as a phone does, more or less.
func printContent(w io.Writer, c message.Content) {
	for _, text := range []string{c.Header, c.Text, c.Footer} {
		for line := range strings.SplitSeq(text, "\n") {
			if text != "" {
				fmt.Fprintf(w, "  | %s\n", line)
			}
		}
	}
	for _, b := range c.Buttons {
		fmt.Fprintf(w, "  [ %s ]\n", b.Title)
	}
	if c.Open != "" {
		fmt.Fprintf(w, "  [ %s ]\n", c.Open)
	}
	for _, section := range c.Sections {
		if section.Title != "" {
			fmt.Fprintf(w, "    %s\n", section.Title)
		}
		for _, row := range section.Rows {
			fmt.Fprintf(w, "    - %s\n", strings.TrimSpace(row.Title+"  "+row.Description))
		}
	}
}
