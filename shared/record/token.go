package record

import (
	"context"
	"errors"
	"fmt"
	"time"

	"frontdesk/shared/channel"
	"frontdesk/shared/table"
)

// token is an access token as it is stored: the one place beside the channel's API
// where it stands in the clear, because every process must be able to use it.
type token struct {
	Value string    `json:"value,omitempty"`
	Until time.Time `json:"until,omitzero"`
	Lease time.Time `json:"lease,omitzero"`
	Code  int       `json:"code,omitempty"`
}

// forgotten is how long after its end a token is kept: longer than any lease.
const forgotten = 2 * time.Hour

// Token reads the access token of a company and secret; the zero one when there is
// none. One read.
func (s *Store) Token(ctx context.Context, key string) (channel.AccessToken, error) {
	it, err := table.GetOne(ctx, s.Table, tokenKey(key))
	if errors.Is(err, ErrNotFound) {
		return channel.AccessToken{}, nil
	}
	if err != nil {
		return channel.AccessToken{}, fmt.Errorf("read an access token: %w", err)
	}
	return decodeToken(it)
}

func decodeToken(it table.Item) (channel.AccessToken, error) {
	var t token
	if err := decode(it, &t); err != nil {
		return channel.AccessToken{}, errors.New("decode an access token: it is damaged") // err may quote it
	}
	return channel.AccessToken{Value: channel.Secret(t.Value), Until: t.Until, Lease: t.Lease, Code: t.Code, Version: it.Version}, nil
}

// SetToken writes an access token at the version it was read with and returns it with
// the new one. When somebody else was first it returns theirs and false. One write.
func (s *Store) SetToken(ctx context.Context, key string, t channel.AccessToken) (channel.AccessToken, bool, error) {
	last := t.Until
	if t.Lease.After(last) {
		last = t.Lease
	}
	it, err := item(tokenKey(key), token{t.Value.Reveal(), t.Until, t.Lease, t.Code}, last.Add(forgotten).Truncate(time.Second))
	if err != nil {
		return t, false, err
	}
	err = s.Table.Put(ctx, it, table.AtVersion(t.Version))
	if theirs, ok := errors.AsType[*table.Conflict](err); ok {
		if theirs.Current == nil {
			return channel.AccessToken{}, false, nil
		}
		current, err := decodeToken(*theirs.Current)
		return current, false, err
	}
	if err != nil {
		return t, false, fmt.Errorf("write an access token: %w", err)
	}
	t.Version++
	return t, true, nil
}
