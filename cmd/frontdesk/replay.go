package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"frontdesk/shared/admin"
	"frontdesk/shared/dryrun"
)

// replay asks the desk what a playbook would change for the messages of the last days.
type replay struct {
	days int
	on   string
}

// run asks for part after part and tells how far it is.
func (r replay) run(ctx context.Context, env func(string) string, stdout, stderr io.Writer) error {
	c, err := newClient(env)
	if err != nil {
		return err
	}
	var sum dryrun.Result
	body := map[string]any{"days": cmp.Or(r.days, 7), "on": cmp.Or(r.on, "draft")}
	for parts := 1; ; parts++ {
		var part admin.DryRun
		if _, err := c.do(ctx, ask{method: "POST", path: "/v1/dry-run", body: body}, &part); err != nil {
			return err
		}
		if parts == 1 {
			sum = part.Result
		} else {
			sum = dryrun.Merge(sum, part.Result)
		}
		if part.Next == "" {
			break
		}
		fmt.Fprintf(stderr, "%d of %s replayed\n", part.Done, count(part.Total, "conversation"))
		body["cursor"] = part.Next
	}
	printReplay(stdout, sum)
	return nil
}

// kinds are the differences in the order in which they are told.
var kinds = []struct {
	kind  dryrun.Kind
	words string
}{
	{dryrun.NewlyAnswered, "newly answered"},
	{dryrun.NoLongerAnswered, "no longer answered"},
	{dryrun.AnsweredDifferently, "answered with another template or in another language"},
	{dryrun.Reworded, "answered with other words of the same template"},
	{dryrun.PutOffDifferently, "still not answered, but put off in another way"},
	{dryrun.OtherTeam, "routed to another team"},
	{dryrun.NewlyHandedOff, "newly handed to people"},
	{dryrun.NoLongerHandedOff, "no longer handed to people"},
}

func printReplay(w io.Writer, r dryrun.Result) {
	fmt.Fprintf(w, "%s of %s since %s: %d would be treated differently.\n", count(r.Messages, "message"), count(r.Done, "conversation"),
		r.From.Format(time.DateOnly), r.Changed)
	if r.Full {
		fmt.Fprintf(w, "These are the latest; %s were left out.\n", count(r.Total-r.Done, "conversation"))
	}
	if r.Silent > 0 {
		fmt.Fprintf(w, "Besides, people were in charge for %s.\n", count(r.Silent, "message"))
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, k := range kinds {
		if n := r.Kinds[k.kind]; n > 0 {
			fmt.Fprintf(table, "%d\t  %s\n", n, k.words)
		}
	}
	if len(r.Moves) > 0 {
		fmt.Fprint(table, "\t\nmessages\t  what decides now → then\n")
	}
	for _, m := range r.Moves {
		fmt.Fprintf(table, "%d\t  %s → %s\n", m.Count, verdict(m.Before), verdict(m.After))
	}
	_ = table.Flush() // a Writer that fails has failed before
	for _, s := range r.Samples {
		fmt.Fprintf(w, "\n%s on %s: %q\n  %s → %s\n", s.At.In(r.From.Location()).Format("2006-01-02 15:04"), s.Channel, s.Text, verdict(s.Before), verdict(s.After))
	}
	fmt.Fprintln(w, "\nWhat this cannot know:")
	for _, u := range r.Unknown {
		fmt.Fprintln(w, "- "+u.EN)
	}
}

// verdict is what came of a message, in a few words.
func verdict(v dryrun.Verdict) string {
	out := v.By
	if v.Template != "" {
		out += ", template " + v.Template
	}
	if v.Language != "" {
		out += " (" + v.Language + ")"
	}
	if v.Team != "" {
		out += ", team " + v.Team
	}
	if v.HandOff {
		out += ", to people"
	}
	return out
}
