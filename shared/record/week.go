package record

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"frontdesk/shared/table"
)

// KPIRow is one stored row of figures. The body belongs to package rollup.
type KPIRow struct {
	Day     string
	Channel string
	Team    string
	Body    json.RawMessage
}

func (r KPIRow) key(week string) table.Key {
	return table.Key{PK: kpiPK(week), SK: r.Day + "#" + r.Channel + "#" + r.Team}
}

// KPIRows reads all rows of an ISO week, in order of day, channel and team. One
// read per page of 1 MB.
func (s *Store) KPIRows(ctx context.Context, week string) ([]KPIRow, error) {
	return s.kpiRows(ctx, table.Query{PK: kpiPK(week)})
}

func (s *Store) kpiRows(ctx context.Context, q table.Query) ([]KPIRow, error) {
	var rows []KPIRow
	err := table.All(ctx, s.Table, q, func(it table.Item) bool {
		parts := append(strings.SplitN(it.SK, "#", 3), "", "")
		rows = append(rows, KPIRow{parts[0], parts[1], parts[2], json.RawMessage(it.Body)})
		return true
	})
	if err != nil {
		return nil, fmt.Errorf("read KPI rows: %w", err)
	}
	return rows, nil
}

// ReplaceDay makes rows the only ones of a day: it writes them all and deletes
// those that are there and not among them; then it notes that the day was rolled
// up. Repeating it changes nothing.
func (s *Store) ReplaceDay(ctx context.Context, week, day string, rows []KPIRow) error {
	old, err := s.kpiRows(ctx, table.Query{PK: kpiPK(week), From: day + "#", To: day + "$"})
	if err != nil {
		return err
	}
	keep := map[table.Key]bool{}
	for _, r := range rows {
		keep[r.key(week)] = true
		it := table.Item{Key: r.key(week), Body: string(r.Body)}
		if err := s.Table.Put(ctx, it, table.Condition{}); err != nil {
			return fmt.Errorf("write KPI row of %s: %w", day, err)
		}
	}
	for _, r := range old {
		if keep[r.key(week)] {
			continue
		}
		if err := s.Table.Delete(ctx, r.key(week), table.Condition{}); err != nil {
			return fmt.Errorf("delete KPI row of %s: %w", day, err)
		}
	}
	return s.put(ctx, table.Key{PK: pkRolled, SK: day}, struct{}{}, table.Condition{}, time.Time{})
}

// Rolled lists the days from the given one on that have been rolled up. One read.
func (s *Store) Rolled(ctx context.Context, from string) (map[string]bool, error) {
	days := map[string]bool{}
	err := table.All(ctx, s.Table, table.Query{PK: pkRolled, From: from}, func(it table.Item) bool {
		days[it.SK] = true
		return true
	})
	if err != nil {
		return nil, fmt.Errorf("list rolled up days: %w", err)
	}
	return days, nil
}
