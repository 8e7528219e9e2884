package rota

import (
	"context"

	"frontdesk/shared/record"
)

// mend removes rows of members in which no conversation sits: whoever removed a head
// without them would else leave a member with less room for ever.
func (r *Rota) mend(ctx context.Context, team string) error {
	_, held, err := r.Store.TeamBoard(ctx, team)
	if err != nil {
		return err
	}
	for len(held) > 0 {
		some := held[:min(len(held), most)]
		held = held[len(some):]
		if err := r.mendSome(ctx, some); err != nil {
			return err
		}
	}
	return nil
}

func (r *Rota) mendSome(ctx context.Context, rows []record.Seated) error {
	ids := make([]string, 0, len(rows))
	for _, row := range rows {
		ids = append(ids, row.Conversation)
	}
	opened, err := r.Store.Open(ctx, "", ids...)
	if err != nil {
		return err
	}
	for _, row := range rows {
		h := opened.Heads[row.Conversation]
		if h.Sits().Row(row.Seat) {
			continue
		}
		if err := r.Store.Unseat(ctx, row, h.Version); err != nil {
			return err
		}
	}
	return nil
}
