package clockwork

import (
	"context"

	"frontdesk/shared/mail"
	"frontdesk/shared/record"
	"frontdesk/shared/report"
	"frontdesk/shared/unit"
)

// mailed is how many groups of unanswered questions a mail is given.
const mailed = 5

// more is what a recipient's mail tells besides figures: what no template answered, with
// masked samples whoever reads it, and what to look at.
func (w *Weekly) more(ctx context.Context, read reading, r record.Recipient) (mail.More, error) {
	scope := report.Options{Team: r.Team}
	asked, err := w.Unanswered(ctx, read.week, AskedScope{Options: scope, Most: mailed})
	if err != nil {
		return mail.More{}, err
	}
	out := mail.More{AskedMessages: asked.Messages}
	for _, g := range asked.Groups {
		a := mail.Asked{Messages: g.Messages}
		for _, s := range g.Samples {
			if s.Text != "" {
				a.Samples = append(a.Samples, s.Text)
			}
		}
		out.Asked = append(out.Asked, a)
	}
	items, err := w.review(ctx, read, scope)
	if err != nil {
		return mail.More{}, err
	}
	for _, i := range items {
		todo := mail.ToDo{Text: i.Text, Next: i.Next}
		if unit.Language(r.Language) == unit.Chinese {
			todo = mail.ToDo{Text: i.TextZH, Next: i.NextZH}
		}
		out.Review = append(out.Review, todo)
	}
	return out, nil
}
