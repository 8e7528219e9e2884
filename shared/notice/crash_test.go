package notice_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"frontdesk/shared/channel"
	"frontdesk/shared/record"
	"frontdesk/shared/table"
	"frontdesk/shared/wecom"
)

var errKilled = errors.New("the process was killed")

// mortal is a process that dies at one of its effects: a write of the table, or a
// call of the channel. After it, nothing it does has any effect.
type mortal struct {
	table.Table
	left  int // effects until it dies
	after bool
	dead  bool
	w     *world
}

// effect does something, or dies before or after it.
func (m *mortal) effect(do func() error) error {
	if m.dead {
		return errKilled
	}
	m.left--
	if m.left != 0 {
		return do()
	}
	m.dead = true
	if m.after {
		_ = do() // it happened, and nobody heard of it
	}
	return errKilled
}

func (m *mortal) Get(ctx context.Context, keys ...table.Key) ([]table.Item, error) {
	if m.dead {
		return nil, errKilled
	}
	return m.Table.Get(ctx, keys...)
}

func (m *mortal) Query(ctx context.Context, q table.Query) (table.Page, error) {
	if m.dead {
		return table.Page{}, errKilled
	}
	return m.Table.Query(ctx, q)
}

func (m *mortal) Transact(ctx context.Context, writes ...table.Write) error {
	return m.effect(func() error { return m.Table.Transact(ctx, writes...) })
}

func (m *mortal) push(ctx context.Context, ch channel.Channel, n wecom.Notice) error {
	return m.effect(func() error { return m.w.push(ctx, ch, n) })
}

// TestKilledBetweenEveryTwoEffects: whenever the process dies, the next one tells every
// row, none more than twice, and in order.
func TestKilledBetweenEveryTwoEffects(t *testing.T) {
	for _, c := range []struct{ rows, effects int }{
		{1, 3},   // claim, call, settle
		{3, 9},   // each by itself
		{7, 3},   // as one
		{250, 5}, // as one, removed in three steps
	} {
		for at := 1; at <= c.effects; at++ {
			for _, after := range []bool{false, true} {
				t.Run(fmt.Sprintf("%d rows, effect %d, after %v", c.rows, at, after), func(t *testing.T) {
					if !killed(t, c.rows, at, after) {
						t.Error("the process never died")
					}
				})
			}
		}
		t.Run(fmt.Sprintf("%d rows, no more effects", c.rows), func(t *testing.T) {
			if killed(t, c.rows, c.effects+1, false) {
				t.Error("there are more effects than were tried")
			}
		})
	}
}

// killed kills a process once and lets another one finish.
func killed(t *testing.T, rows, at int, after bool) bool {
	w := newWorld(t, nil)
	ids := w.handOffs(rows)
	m := &mortal{Table: w.db, left: at, after: after, w: w}
	first := w.process(m)
	first.Push = m.push
	_ = w.run(first) // it may be dead
	w.minutes(w.process(w.db), 4)
	var order []string
	for _, id := range w.told {
		if !slices.Contains(order, id) {
			order = append(order, id)
		}
	}
	if !slices.Equal(order, ids) || w.left() != 0 {
		t.Errorf("told %d rows of %d, %d left, want all in order", len(order), rows, w.left())
	}
	for id, n := range w.times() {
		if n > 2 {
			t.Errorf("%s was told %d times", id, n)
		}
	}
	if rows > record.AtOnce && at > 3 && len(w.sandbox.Sent()) != 1 {
		t.Error("what was begun to be removed was told again")
	}
	if n := len(w.sandbox.Sent()); n > rows+1 {
		t.Errorf("%d notices for %d rows, want one more at most", n, rows)
	}
	return m.dead
}
