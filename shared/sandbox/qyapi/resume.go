package qyapi

import (
	"fmt"
	"slices"
)

// Resume goes on behind a cursor of customer service that an earlier sandbox gave: the
// cursor stays good and what is stored from now on comes behind it. What was stored
// before is gone. An empty cursor, and one behind what is stored already, change
// nothing.
func (s *Sandbox) Resume(openKFID, cursor string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.accounts[openKFID]
	if a == nil {
		return fmt.Errorf("resume an account: %w", ErrUnknown)
	}
	if cursor == "" {
		return nil
	}
	seq, ok := sequence(cursor)
	if !ok {
		return fmt.Errorf("resume an account: %w: not a cursor of a sandbox", ErrUnknown)
	}
	a.seq = max(a.seq, seq)
	return nil
}

// ResumeSession puts a session into the state in which an earlier sandbox had it, with
// its servicer in [StatePerson]. It goes after [Sandbox.Remember]: who wrote was
// answered, and is not greeted again within 48 hours.
func (s *Sandbox) ResumeSession(t Thread, state int, servicer string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	se, a, err := s.meet(t.OpenKFID, Customer{ExternalUserID: t.Customer})
	switch {
	case err != nil:
		return err
	case state == StatePerson && !slices.Contains(a.Servicers, servicer):
		return fmt.Errorf("resume a session: %w", ErrUnknown)
	}
	se.sentAt = se.wrote
	s.move(a, se, state, servicer)
	return nil
}
