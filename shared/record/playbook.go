package record

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"frontdesk/shared/playbook"
	"frontdesk/shared/table"
)

// pointer is the item that says which version is live.
type pointer struct {
	Version int64 `json:"version"`
}

// VersionInfo describes one published version.
type VersionInfo struct {
	Number int64     `json:"number"`
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	Note   string    `json:"note,omitempty"`
	// From is the older version that was published again, when it was a rollback.
	From int64 `json:"from,omitempty"`
}

type storedVersion struct {
	VersionInfo
	Text packed `json:"text"`
}

type storedDraft struct {
	At   time.Time `json:"at"`
	By   string    `json:"by"`
	Text packed    `json:"text"`
}

// Live returns the number of the live version, 0 when nothing was published. One read.
func (s *Store) Live(ctx context.Context) (int64, error) {
	var p pointer
	_, err := s.get(ctx, table.Key{PK: pkPlaybook, SK: skLive}, &p)
	if errors.Is(err, ErrNotFound) {
		return 0, nil
	}
	return p.Version, err
}

// Playbook reads a published version. One read, and one more for each MB of a
// large one.
func (s *Store) Playbook(ctx context.Context, number int64) (playbook.Playbook, VersionInfo, error) {
	var v storedVersion
	if _, err := s.get(ctx, versionKey(number), &v); err != nil {
		return playbook.Playbook{}, v.VersionInfo, fmt.Errorf("read playbook version %d: %w", number, err)
	}
	p, err := s.unpackPlaybook(ctx, v.Text)
	return p, v.VersionInfo, err
}

func (s *Store) unpackPlaybook(ctx context.Context, text packed) (playbook.Playbook, error) {
	var p playbook.Playbook
	data, err := s.unpack(ctx, text)
	if err != nil {
		return p, err
	}
	if err := json.Unmarshal(data, &p); err != nil {
		return p, fmt.Errorf("decode playbook: %w", err)
	}
	return p, nil
}

func (s *Store) packPlaybook(ctx context.Context, p playbook.Playbook) (packed, error) {
	data, err := json.Marshal(p)
	if err != nil {
		return packed{}, fmt.Errorf("encode playbook: %w", err)
	}
	return s.pack(ctx, data, time.Time{})
}

// Versions lists published versions, newest first, from the one before the
// given number (0 for the newest). One read.
func (s *Store) Versions(ctx context.Context, before int64, limit int) ([]VersionInfo, error) {
	q := table.Query{PK: pkPlaybook, From: "V#", To: "V$", Descending: true, Limit: limit}
	if before > 0 {
		q.After = versionKey(before).SK
	}
	out, err := page(ctx, s, q, func(it table.Item) (VersionInfo, error) {
		var v storedVersion
		err := decode(it, &v)
		return v.VersionInfo, err
	})
	if err != nil {
		return nil, fmt.Errorf("list playbook versions: %w", err)
	}
	return out, nil
}

// Publish makes p version info.Number and makes it live, with the audit entry,
// all at once. [ErrStale]: somebody else published this number meanwhile.
// One write (and one more per part of a large playbook, before).
func (s *Store) Publish(ctx context.Context, p playbook.Playbook, info VersionInfo, a Audit) error {
	text, err := s.packPlaybook(ctx, p)
	if err != nil {
		return err
	}
	version, err := item(versionKey(info.Number), storedVersion{info, text}, time.Time{})
	if err != nil {
		return err
	}
	live, err := item(table.Key{PK: pkPlaybook, SK: skLive}, pointer{info.Number}, time.Time{})
	if err != nil {
		return err
	}
	entry, err := s.audit(a)
	if err != nil {
		return err
	}
	return stale(s.Table.Transact(ctx,
		table.Write{Item: version, If: table.Absent()},
		table.Write{Item: live, If: table.AtVersion(info.Number - 1)}, // written once per version, so its own version is the number
		table.Write{Item: entry, If: table.Absent()},
	))
}

// Draft reads the draft and its version for [Store.SaveDraft]; when there is
// none, [ErrNotFound]. One read.
func (s *Store) Draft(ctx context.Context) (playbook.Playbook, int64, error) {
	var d storedDraft
	version, err := s.get(ctx, table.Key{PK: pkPlaybook, SK: skDraft}, &d)
	if err != nil {
		return playbook.Playbook{}, 0, err
	}
	p, err := s.unpackPlaybook(ctx, d.Text)
	return p, version, err
}

// SaveDraft writes the draft at the version it was read with (0: there is none
// yet) together with the audit entry. [ErrStale]: somebody else saved. One write.
func (s *Store) SaveDraft(ctx context.Context, p playbook.Playbook, version int64, a Audit) error {
	text, err := s.packPlaybook(ctx, p)
	if err != nil {
		return err
	}
	draft, err := item(table.Key{PK: pkPlaybook, SK: skDraft}, storedDraft{a.At, a.Who, text}, time.Time{})
	if err != nil {
		return err
	}
	entry, err := s.audit(a)
	if err != nil {
		return err
	}
	return stale(s.Table.Transact(ctx,
		table.Write{Item: draft, If: table.AtVersion(version)},
		table.Write{Item: entry, If: table.Absent()},
	))
}
