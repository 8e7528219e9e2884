package world

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"frontdesk/shared/table"
	"frontdesk/soak/audit"
	"frontdesk/soak/fault"
)

// store is the table with faults before and after every call.
type store struct {
	w    *World
	real table.Table
}

// errLost is what a caller sees when a write was done and its answer did not come.
var errLost = errors.New("the answer of the table did not come")

// effect runs one call between two steps.
func (s store) effect(name string, keys []table.Key, call func() error) error {
	w := s.w
	if w.sim.Current() == nil || quiet(keys) {
		return call()
	}
	what := name + " " + short(keys)
	w.step("before "+what, w.between(200*time.Microsecond, 3*time.Millisecond))
	if w.faults.Strike(fault.TableBusy, w.subject()) {
		w.note("busy")
		return fmt.Errorf("%s: %w", name, table.ErrBusy)
	}
	err := call()
	w.step("after "+what+outcome(err), w.between(200*time.Microsecond, 3*time.Millisecond))
	return err
}

func outcome(err error) string {
	if err != nil {
		return ": " + err.Error()
	}
	return ""
}

// write is effect for a call that changes something. Functions reach their table
// over a network, where answers are lost and the client repeats; safe says that a
// repeat of this call is recognised.
func (s store) write(name string, keys []table.Key, safe bool, call func() error) (err error) {
	w := s.w
	defer func() { w.side.stored(keys[0], err) }()
	return s.effect(name, keys, func() error {
		if s.stuck(keys) {
			return fmt.Errorf("%s: %w", name, table.ErrBusy)
		}
		s.rival(keys)
		if w.cfg.Host != Functions || w.sim.Current() == nil {
			return call()
		}
		switch k, _ := w.faults.First(w.subject(), fault.TableLost, fault.TableTwice); k {
		case fault.TableLost:
			if err := call(); err != nil {
				return err
			}
			return errLost
		case fault.TableTwice:
			err := call()
			if err != nil || safe {
				return err
			}
			return call()
		}
		return call()
	})
}

// stuck reports whether the table takes nothing of this message for hours, so that it
// must be given up.
func (s store) stuck(keys []table.Key) bool {
	w, subject := s.w, s.w.subject()
	if !slices.ContainsFunc(keys, func(k table.Key) bool { return strings.HasPrefix(k.SK, "M#") }) || w.ledger.wrote[subject] == nil {
		return false
	}
	if _, known := w.stuck[subject]; !known {
		w.stuck[subject] = w.faults.Strike(fault.TableStuck, subject)
	}
	return w.stuck[subject]
}

// rival tags a conversation before somebody else writes its head, as an admin would.
// The auditor looks for the tag: whoever writes the head must have seen it.
func (s store) rival(keys []table.Key) {
	for _, k := range keys {
		if k.SK != "HEAD" || !s.w.faults.Chance(fault.Rival) {
			continue
		}
		it, err := table.GetOne(context.Background(), s.real, k)
		if err != nil {
			continue
		}
		tag := fmt.Sprintf("rival-%d", len(s.w.ledger.tags))
		if it.Body, err = tagged(it.Body, tag); err == nil {
			err = s.real.Put(context.Background(), it, table.AtVersion(it.Version))
		}
		if err == nil {
			s.w.faults.Note(fault.Rival, s.w.subject())
			s.w.note("a rival tags " + short(keys))
			s.w.ledger.tags = append(s.w.ledger.tags, audit.Tag{Conversation: strings.TrimPrefix(k.PK, "C#"), Tag: tag})
		}
	}
}

// tagged adds a tag to the JSON of a head.
func tagged(body, tag string) (string, error) {
	var head map[string]json.RawMessage
	if err := json.Unmarshal([]byte(body), &head); err != nil {
		return "", err
	}
	var tags []string
	if raw, ok := head["tags"]; ok {
		if err := json.Unmarshal(raw, &tags); err != nil {
			return "", err
		}
	}
	var err error
	if head["tags"], err = json.Marshal(append(tags, tag)); err != nil {
		return "", err
	}
	text, err := json.Marshal(head)
	return string(text), err
}

// quiet are calls that are made under a lock of the program, where no other task may go first.
func quiet(keys []table.Key) bool {
	return len(keys) > 0 && strings.HasPrefix(keys[0].PK, "PLAYBOOK") || len(keys) > 0 && strings.HasPrefix(keys[0].PK, "PART#")
}

// short names the first key for a trace.
func short(keys []table.Key) string {
	if len(keys) == 0 {
		return ""
	}
	pk := keys[0].PK
	return pk[:min(len(pk), 10)] + "/" + keys[0].SK
}

// Calls go to the table without a deadline: deadlines are of the world's time.

func (s store) Get(_ context.Context, keys ...table.Key) (items []table.Item, err error) {
	err = s.effect("get", keys, func() error {
		items, err = s.real.Get(context.Background(), keys...)
		return err
	})
	return items, err
}

func (s store) Put(_ context.Context, item table.Item, cond table.Condition) error {
	return s.write("put", []table.Key{item.Key}, false, func() error { return s.real.Put(context.Background(), item, cond) })
}

func (s store) Delete(_ context.Context, key table.Key, cond table.Condition) error {
	return s.write("delete", []table.Key{key}, false, func() error { return s.real.Delete(context.Background(), key, cond) })
}

func (s store) Query(_ context.Context, q table.Query) (page table.Page, err error) {
	err = s.effect("query", []table.Key{{PK: q.PK, SK: q.From}}, func() error {
		page, err = s.real.Query(context.Background(), q)
		return err
	})
	return page, err
}

func (s store) Transact(_ context.Context, writes ...table.Write) error {
	keys := make([]table.Key, len(writes))
	for i, w := range writes {
		keys[i] = w.Item.Key
	}
	return s.write("transact", keys, true, func() error { return s.real.Transact(context.Background(), writes...) })
}
