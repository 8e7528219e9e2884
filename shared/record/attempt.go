package record

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"frontdesk/shared/table"
)

// Attempt is a request that must be carried out once: who sent it and under which key is in
// ID, what it asked for in Request.
type Attempt struct {
	// ID is a hash of the sender and their key.
	ID string
	// Request is a hash of what was asked for.
	Request string
	// Lease is until when somebody is at it, as far as is known. While there is no answer
	// and the lease has run out, nobody knows how far it came.
	Lease time.Time
	// Expires is when all this is forgotten.
	Expires time.Time
	// Answer is how it ended; nil while it has not.
	Answer *Answer

	version int64
}

// Answer is how a request ended.
type Answer struct {
	Status int             `json:"status"`
	ETag   string          `json:"etag,omitempty"`
	Body   json.RawMessage `json:"body,omitempty"`
}

type storedAttempt struct {
	Request string    `json:"request"`
	Lease   time.Time `json:"lease,omitzero"`
	Status  int       `json:"status,omitempty"`
	ETag    string    `json:"etag,omitempty"`
	Body    *packed   `json:"body,omitempty"`
}

// Begin claims an attempt. When it was made before the error is [ErrDuplicate], and what
// is known of it is returned. One write, and one read per MB of a large answer.
func (s *Store) Begin(ctx context.Context, a Attempt) (Attempt, error) {
	it, err := item(attemptKey(a.ID), storedAttempt{Request: a.Request, Lease: a.Lease}, a.Expires.Truncate(time.Second))
	if err != nil {
		return a, err
	}
	err = s.Table.Put(ctx, it, table.Absent())
	taken, ok := errors.AsType[*table.Conflict](err)
	switch {
	case err == nil:
		a.version = 1
		return a, nil
	case ok && taken.Current != nil:
		before, unread := s.attempt(ctx, a.ID, *taken.Current)
		return before, errors.Join(ErrDuplicate, unread)
	}
	return a, fmt.Errorf("begin a request that must be done once: %w", err)
}

func (s *Store) attempt(ctx context.Context, id string, it table.Item) (Attempt, error) {
	var stored storedAttempt
	if err := decode(it, &stored); err != nil {
		return Attempt{}, err
	}
	a := Attempt{ID: id, Request: stored.Request, Lease: stored.Lease, Expires: it.Expires, version: it.Version}
	if stored.Status == 0 {
		return a, nil
	}
	a.Answer = &Answer{Status: stored.Status, ETag: stored.ETag}
	if stored.Body == nil {
		return a, nil
	}
	body, err := s.unpack(ctx, *stored.Body)
	a.Answer.Body = body
	return a, err
}

// End writes the answer of an attempt that was begun. One write, and one per 380 KB of a
// large answer.
func (s *Store) End(ctx context.Context, a Attempt, answer Answer) error {
	stored := storedAttempt{Request: a.Request, Lease: a.Lease, Status: answer.Status, ETag: answer.ETag}
	if len(answer.Body) > 0 {
		body, err := s.pack(ctx, answer.Body, a.Expires.Truncate(time.Second))
		if err != nil {
			return err
		}
		stored.Body = &body
	}
	return s.put(ctx, attemptKey(a.ID), stored, table.AtVersion(a.version), a.Expires.Truncate(time.Second))
}

// GiveUp forgets an attempt that was begun and of which nothing was done, so that it can
// be made again. One write.
func (s *Store) GiveUp(ctx context.Context, a Attempt) error {
	return stale(s.Table.Delete(ctx, attemptKey(a.ID), table.AtVersion(a.version)))
}
