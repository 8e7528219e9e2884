package clockwork

import (
	"context"
	"errors"
	"fmt"

	"frontdesk/shared/mail"
	"frontdesk/shared/notice"
	"frontdesk/shared/record"
	"frontdesk/shared/report"
)

// announce puts the week's figures into the outbox of every channel that the playbook
// wants to have them, once for each week. A run that is repeated, or cut off anywhere,
// changes nothing about what is there.
func (w *Weekly) announce(ctx context.Context, read reading) error {
	book, err := w.Live.Book(ctx, w.Now())
	if err != nil {
		return err
	}
	rows, err := notice.ForWeek(book.Playbook(), w.Now(), func(language string) (notice.Card, error) {
		figures, err := read.report(report.Options{})
		if err != nil {
			return notice.Card{}, err
		}
		card, err := mail.MakeCard(figures, language)
		return notice.Card(card), err
	})
	if err != nil {
		return fmt.Errorf("card of %s: %w", read.week, err)
	}
	var failed error
	for _, row := range rows {
		if err := w.Store.AnnounceWeek(ctx, read.week, row); !errors.Is(err, record.ErrDuplicate) {
			failed = errors.Join(failed, err)
		}
	}
	return failed
}
