package clockwork_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/record"
	"frontdesk/shared/table"
)

var errCutOff = errors.New("killed")

// dying is a table that takes so many writes and no more.
type dying struct {
	table.Table
	left int
}

func (d *dying) spend() error {
	d.left--
	if d.left < 0 {
		return errCutOff
	}
	return nil
}

func (d *dying) Put(ctx context.Context, it table.Item, c table.Condition) error {
	if err := d.spend(); err != nil {
		return err
	}
	return d.Table.Put(ctx, it, c)
}

func (d *dying) Delete(ctx context.Context, k table.Key, c table.Condition) error {
	if err := d.spend(); err != nil {
		return err
	}
	return d.Table.Delete(ctx, k, c)
}

// A night that is cut off before any of its writes is finished by the next one: rows, the
// note that the day was rolled up, and the marks of what changed.
func TestANightThatIsCutOffIsFinishedByTheNext(t *testing.T) {
	for writes := range 40 {
		w, ctx := newWeek(t), context.Background()
		w.chat(t, 1, time.Date(2026, 11, 22, 10, 0, 0, 0, w.rollup.Zone))
		w.chat(t, 2, time.Date(2026, 11, 20, 10, 0, 0, 0, w.rollup.Zone))
		w.tamper(t, "2026-11-20")
		if err := w.store.MarkDay(ctx, "2026-11-20", "0"); err != nil {
			t.Fatal(err)
		}
		whole := w.store.Table
		d := &dying{whole, writes}
		w.rollup.Store = record.New(d)
		cut := w.rollup.Nightly(ctx, w.now)
		w.rollup.Store = w.store
		if cut == nil {
			if writes < 15 {
				t.Errorf("the night took %d writes, want one for each day at least", writes)
			}
			return
		}
		if !errors.Is(cut, errCutOff) {
			t.Fatal(cut)
		}
		if err := w.rollup.Nightly(ctx, w.now); err != nil {
			t.Fatal(err)
		}
		marks, err := w.store.Redo(ctx)
		if err != nil || len(marks) != 0 || w.messagesIn(t) != 2 {
			t.Errorf("cut off after %d writes: got %d messages in, %d marks, %v; want 2 and none", writes, w.messagesIn(t), len(marks), err)
		}
		rows, err := w.store.KPIRows(ctx, "2026-W47")
		if err != nil {
			t.Fatal(err)
		}
		if err := w.rollup.Day(ctx, "2026-11-20"); err != nil {
			t.Fatal(err)
		}
		again, err := w.store.KPIRows(ctx, "2026-W47")
		if d := cmp.Diff(rows, again); err != nil || d != "" {
			t.Errorf("cut off after %d writes: %v (-finished +once more):\n%s", writes, err, d)
		}
	}
	t.Error("the night never came to its end")
}
