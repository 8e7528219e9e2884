package record

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"frontdesk/shared/table"
)

// Approved is what we know of the message templates of one WhatsApp channel, besides the
// list of them.
type Approved struct {
	Channel string `json:"-"`
	// Account is the business account whose templates they are.
	Account string `json:"account,omitempty"`
	// Began is when the last fetch began that listed all of them, and Templates how many
	// there were.
	Began     time.Time `json:"began,omitzero"`
	Templates int       `json:"templates,omitempty"`
	// Refused is when the account last refused to list them, Code and Reason with which words;
	// zero when it has listed them since.
	Refused time.Time `json:"refused,omitzero"`
	Code    int       `json:"code,omitempty"`
	Reason  string    `json:"reason,omitempty"`
	// None says that the channel has no such templates, as found at Refused.
	None bool `json:"none,omitempty"`
	// Told are the templates of the live playbook that cannot be sent and of which an
	// operator was told.
	Told    []string `json:"told,omitempty"`
	Version int64    `json:"-"`
}

// changedMark begins the keys of what accounts said; ids of channels have small letters.
const changedMark = "CHANGED#"

// partsKept is how long pieces of a list are kept that is too large for one item: a newer
// list has others. A list is written anew at every fetch.
const partsKept = 400 * 24 * time.Hour

// ApprovedOf reads what we know of a channel's templates; the zero value when nothing. One
// read.
func (s *Store) ApprovedOf(ctx context.Context, channel string) (Approved, error) {
	a := Approved{Channel: channel}
	version, err := s.get(ctx, approvedKey(channel), &a)
	if errors.Is(err, ErrNotFound) {
		return a, nil
	}
	if err != nil {
		return a, fmt.Errorf("read when templates were fetched: %w", err)
	}
	a.Version = version
	return a, nil
}

// AllApproved reads what we know of every channel's templates, and when each account last
// said that something about its templates has changed. One read.
func (s *Store) AllApproved(ctx context.Context) (all []Approved, changed map[string]time.Time, err error) {
	changed = map[string]time.Time{}
	var bad error
	err = table.All(ctx, s.Table, table.Query{PK: pkApproved}, func(it table.Item) bool {
		if account, ok := strings.CutPrefix(it.SK, changedMark); ok {
			var at time.Time
			bad = errors.Join(bad, decode(it, &at))
			changed[account] = at
			return true
		}
		a := Approved{Channel: it.SK, Version: it.Version}
		bad = errors.Join(bad, decode(it, &a))
		all = append(all, a)
		return true
	})
	if err = errors.Join(err, bad); err != nil {
		return nil, nil, fmt.Errorf("list when templates were fetched: %w", err)
	}
	return all, changed, nil
}

// SetApproved writes it at the version it was read with and leaves the list alone.
// [ErrStale]: somebody else works on the same channel. One write.
func (s *Store) SetApproved(ctx context.Context, a Approved) error {
	return s.put(ctx, approvedKey(a.Channel), a, table.AtVersion(a.Version), time.Time{})
}

// SaveTemplates writes it with the list, which belongs to package approved, in the same
// way. Both are kept for ever. One write, and one more for each 380 kB of a large list, packed.
func (s *Store) SaveTemplates(ctx context.Context, a Approved, list json.RawMessage) error {
	text, err := s.pack(ctx, list, a.Began.Add(partsKept))
	if err != nil {
		return fmt.Errorf("pack a list of templates: %w", err)
	}
	head, err := item(approvedKey(a.Channel), a, time.Time{})
	if err != nil {
		return err
	}
	body, err := item(templatesKey(a.Channel), text, time.Time{})
	if err != nil {
		return err
	}
	return stale(s.Table.Transact(ctx, table.Write{Item: head, If: table.AtVersion(a.Version)}, table.Write{Item: body}))
}

// Templates reads the list of a channel's templates. [ErrNotFound]: they were never
// fetched. One read, and one more for each MB of a large list.
func (s *Store) Templates(ctx context.Context, channel string) (json.RawMessage, error) {
	var text packed
	if _, err := s.get(ctx, templatesKey(channel), &text); err != nil {
		return nil, fmt.Errorf("read a channel's templates: %w", err)
	}
	return s.unpack(ctx, text)
}

// TemplatesChanged notes that an account said that something about its templates has
// changed. One write.
func (s *Store) TemplatesChanged(ctx context.Context, account string, at time.Time) error {
	return s.put(ctx, table.Key{PK: pkApproved, SK: changedMark + account}, at, table.Condition{}, time.Time{})
}
