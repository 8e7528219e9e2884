package qyapi

import "slices"

// stateBody is the request of service_state/get and trans (B9).
type stateBody struct {
	Account  string `json:"open_kfid"`
	Customer string `json:"external_userid"`
	State    *int   `json:"service_state"`
	Servicer string `json:"servicer_userid"`
}

func (b *stateBody) about() Request {
	return Request{From: b.Account, To: b.Customer, Type: "service_state"}
}

func (b *stateBody) check(*Sandbox) *refusal {
	return first(need(40063, "open_kfid", b.Account), need(40063, "external_userid", b.Customer))
}

func (s *Sandbox) sessionOf(c *caller, b *stateBody) (*account, *session, *refusal) {
	a, r := s.account(c, b.Account)
	if r != nil {
		return nil, nil, r
	}
	if _, known := s.customers[b.Customer]; !known {
		return nil, nil, refuse(40096, "invalid external userid")
	}
	return a, a.session(b.Customer), nil
}

func stateGet(s *Sandbox, c *caller, b *stateBody) (answer, *refusal) {
	_, se, r := s.sessionOf(c, b)
	if r != nil {
		return nil, r
	}
	return answer{"service_state": se.state, "servicer_userid": se.servicer}, nil
}

// stateTrans: B9. The new state's msg_code, if it gives one, is for send_msg_on_event.
func stateTrans(s *Sandbox, c *caller, b *stateBody) (answer, *refusal) {
	a, se, r := s.sessionOf(c, b)
	if r != nil {
		return nil, r
	}
	if r := s.mayMove(a, se, b); r != nil {
		return nil, r
	}
	from := se.state
	s.move(a, se, *b.State, b.Servicer)
	done := answer{}
	var what occasion
	switch {
	case se.state == StatePool && from != StatePool:
		what = queueing
	case se.state == StatePerson && from == StatePool:
		what = admitted
	case se.state == StateEnded:
		what = ended
	default:
		return done, nil
	}
	id, err := s.issueCode(a, se, what)
	if err != nil {
		return nil, noID(err)
	}
	done["msg_code"] = id
	return done, nil
}

func (s *Sandbox) mayMove(a *account, se *session, b *stateBody) *refusal {
	switch {
	case b.State == nil || *b.State < StateNew || *b.State > StateEnded:
		return refuse(40058, "service_state must be 0 to 4")
	case se.state == StateEnded && s.cfg.Unsure.StaysEnded:
		return refuse(95013, "conversation end")
	case !slices.Contains(s.cfg.Unsure.Moves[se.state], *b.State):
		return refuse(95016, "the session cannot go from state %d to %d", se.state, *b.State)
	case *b.State == StatePerson && !slices.Contains(a.Servicers, b.Servicer):
		return refuse(95014, "the member is not a servicer of the account")
	case *b.State == StatePerson && a.off[b.Servicer]:
		return refuse(95019, "the servicer is off duty")
	}
	return nil
}

// move sets a session's state. The caller holds the lock.
func (s *Sandbox) move(a *account, se *session, state int, servicer string) {
	if se.state = state; state != StatePerson {
		servicer = ""
	}
	if servicer != "" && servicer != se.servicer {
		s.stats.of(s.cfg.Now(), a.OpenKFID, servicer).sessions++
	}
	se.servicer = servicer
	s.tell(Event{Kind: StateChanged, Where: a.OpenKFID, Who: se.customer, Code: state, Text: servicer})
}

// State returns a session's state and who serves it.
func (s *Sandbox) State(t Thread) (state int, servicer string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.accounts[t.OpenKFID]; a != nil && a.sessions[t.Customer] != nil {
		return a.sessions[t.Customer].state, a.sessions[t.Customer].servicer
	}
	return StateNew, ""
}
