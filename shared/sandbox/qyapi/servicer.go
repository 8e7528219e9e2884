package qyapi

import (
	"context"
	"fmt"
	"time"
)

// Thread is a customer in an account.
type Thread struct{ OpenKFID, Customer string }

// What session_status_change tells (B9).
const (
	changeTaken  = 1 // out of the pool
	changeHanded = 2
	changeEnded  = 3
	changeAgain  = 4
)

// Answer lets a servicer write to a customer whom he or she serves: origin 5.
func (s *Sandbox) Answer(ctx context.Context, t Thread, servicer string, i Item) (string, error) {
	var a *account
	var id string
	var err error
	s.locked(func() {
		var se *session
		if se, a, err = s.served(t, servicer); err != nil {
			return
		}
		if id, err = s.store(a, wireItem(a, se, originServicer, i), s.cfg.Now()); err != nil {
			return
		}
		s.answered(a, se)
		s.tell(Event{Kind: ServicerWrote, Where: a.OpenKFID, Who: t.Customer, By: se.servicer, ID: id, Type: i.Type, Text: i.content()})
	})
	if err != nil {
		return "", err
	}
	return id, s.ring(ctx, a, i.Deliver)
}

// answered counts an answer, on the day of the question only (W:96358).
func (s *Sandbox) answered(a *account, se *session) {
	now := s.cfg.Now()
	c := s.stats.of(now, a.OpenKFID, se.servicer)
	c.wrote++
	c.answeredTo[se.customer] = true
	if !se.waiting.IsZero() && s.stats.day(se.waiting).Equal(s.stats.day(now)) {
		c.answered++
		c.waited += now.Sub(se.waiting)
	}
	se.waiting = time.Time{}
}

// served finds a session that a servicer has.
func (s *Sandbox) served(t Thread, servicer string) (*session, *account, error) {
	se, a, err := s.meet(t.OpenKFID, Customer{ExternalUserID: t.Customer})
	switch {
	case err != nil:
		return nil, nil, err
	case se.state != StatePerson || servicer != "" && se.servicer != servicer:
		return nil, nil, fmt.Errorf("%w: the servicer does not serve the customer", ErrNotNow)
	}
	return se, a, nil
}

// Take lets a servicer take a customer out of the pool.
func (s *Sandbox) Take(ctx context.Context, t Thread, servicer string) error {
	return s.change(ctx, t, servicer, changeTaken)
}

// Hand lets a session go from its servicer to another one.
func (s *Sandbox) Hand(ctx context.Context, t Thread, to string) error {
	return s.change(ctx, t, to, changeHanded)
}

// EndSession lets the servicer end a session. The event has a msg_code, which allows
// one message within 20 s.
func (s *Sandbox) EndSession(ctx context.Context, t Thread) error {
	return s.change(ctx, t, "", changeEnded)
}

// Reopen lets a servicer open an ended session again.
func (s *Sandbox) Reopen(ctx context.Context, t Thread, servicer string) error {
	return s.change(ctx, t, servicer, changeAgain)
}

func (s *Sandbox) change(ctx context.Context, t Thread, to string, kind int) error {
	var a *account
	var err error
	s.locked(func() {
		var se *session
		if se, a, err = s.meet(t.OpenKFID, Customer{ExternalUserID: t.Customer}); err == nil {
			err = s.changeState(a, se, to, kind)
		}
	})
	if err != nil {
		return fmt.Errorf("change a session: %w", err)
	}
	return s.ring(ctx, a, Deliver{})
}

// changeState moves a session as a person in the client does, and stores the event.
func (s *Sandbox) changeState(a *account, se *session, to string, kind int) error {
	from := map[int]int{changeTaken: StatePool, changeHanded: StatePerson, changeEnded: StatePerson, changeAgain: StateEnded}[kind]
	if se.state != from {
		return fmt.Errorf("%w: the session is in state %d", ErrNotNow, se.state)
	}
	old, state := se.servicer, StatePerson
	if kind == changeEnded {
		state = StateEnded
	} else if err := a.servicer(to); err != nil {
		return err
	}
	s.move(a, se, state, to)
	more := map[string]any{"change_type": kind, "old_servicer_userid": old, "new_servicer_userid": to}
	if what, gives := map[int]occasion{changeTaken: admitted, changeEnded: ended}[kind]; gives {
		id, err := s.issueCode(a, se, what)
		if err != nil {
			return err
		}
		more["msg_code"] = id
	}
	return s.storeEvent(a, happening{name: "session_status_change", customer: se.customer, more: more})
}

// OnDuty lets a servicer begin to serve, or stop it: servicer_status_change.
func (s *Sandbox) OnDuty(ctx context.Context, openKFID, servicer string, on bool) error {
	a := s.accounts[openKFID] // the map never changes
	if a == nil {
		return fmt.Errorf("a servicer's duty: %w", ErrUnknown)
	}
	if err := a.servicer(servicer); err != nil {
		return err
	}
	status := 2
	if on {
		status = 1
	}
	s.locked(func() { a.off[servicer] = !on })
	return s.kfEvent(ctx, a, happening{name: "servicer_status_change", more: map[string]any{"servicer_userid": servicer, "status": status}})
}

// Reject lets a servicer refuse a customer's messages, or take them again:
// reject_customer_msg_switch_change. While it holds, [Sandbox.WriteKF] is ErrNotNow.
func (s *Sandbox) Reject(ctx context.Context, t Thread, on bool) error {
	var a *account
	var err error
	value := 0
	s.locked(func() {
		var se *session
		if se, a, err = s.meet(t.OpenKFID, Customer{ExternalUserID: t.Customer}); err == nil {
			se.rejected = on
		}
	})
	if err != nil {
		return err
	}
	if on {
		value = 1
	}
	return s.kfEvent(ctx, a, happening{name: "reject_customer_msg_switch_change", customer: t.Customer, more: map[string]any{"reject_switch": value}})
}

// RecallAnswer takes a servicer's message back: servicer_recall_msg.
func (s *Sandbox) RecallAnswer(ctx context.Context, t Thread, servicer, msgID string) error {
	a := s.accounts[t.OpenKFID]
	if a == nil {
		return fmt.Errorf("recall a message: %w", ErrUnknown)
	}
	return s.kfEvent(ctx, a, happening{name: "servicer_recall_msg", customer: t.Customer, more: map[string]any{"recall_msgid": msgID, "servicer_userid": servicer}})
}
