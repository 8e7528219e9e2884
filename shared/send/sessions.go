package send

import (
	"context"
	"errors"
	"fmt"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
	"frontdesk/shared/wecom"
)

// Service is what is asked of WeChat customer service about sessions ([wecom.Sender]).
type Service interface {
	GetState(ctx context.Context, ch channel.Channel, customer string) (wecom.State, string, error)
	TransState(ctx context.Context, ch channel.Channel, customer string, to wecom.State, servicer string) (string, error)
	SendOnEvent(ctx context.Context, ch channel.Channel, code string, out message.Outgoing) (string, error)
}

// Sessions moves the sessions of customer service between us and WeCom's own client.
type Sessions struct {
	channels map[string]channel.Channel
	service  Service
}

// NewSessions returns the sessions of those channels that are customer service.
func NewSessions(channels []channel.Channel, service Service) *Sessions {
	s := &Sessions{channels: map[string]channel.Channel{}, service: service}
	for _, ch := range channels {
		if ch.Kind == message.WeComKF {
			s.channels[ch.ID] = ch
		}
	}
	return s
}

// What a transition that does not fit is refused with (WeCom, page 94669).
const (
	hasEnded    = 95013
	notPossible = 95016
)

// Move brings a session to the first of the servicers who is on duty, else to the pool.
// It looks first, because moving a session that a servicer has would take it from them,
// and because a move whose answer was lost must not be made twice. people is false when
// the session has ended. Errors are [*message.SendError].
//
// The pool's msg_code is dropped: it is good for one text about waiting, and the reply
// that says so went out before the move.
func (s *Sessions) Move(ctx context.Context, channelID, customer string, servicers []string) (people bool, err error) {
	ch, err := s.channel(channelID)
	if err != nil {
		return false, err
	}
	state, _, err := s.service.GetState(ctx, ch, customer)
	if err != nil || state != wecom.Untouched && state != wecom.Bot {
		return with(state), err
	}
	for _, servicer := range servicers {
		_, err := s.service.TransState(ctx, ch, customer, wecom.Person, servicer)
		if !unfit(err) {
			return s.settled(ctx, ch, customer, err)
		}
	}
	_, err = s.service.TransState(ctx, ch, customer, wecom.Pool, "")
	return s.settled(ctx, ch, customer, err)
}

// settled looks again when a transition did not fit the session's state: somebody was
// faster.
func (s *Sessions) settled(ctx context.Context, ch channel.Channel, customer string, err error) (people bool, _ error) {
	if code := codeOf(err); code != hasEnded && code != notPossible {
		return err == nil, err
	}
	state, _, failed := s.service.GetState(ctx, ch, customer)
	switch {
	case failed != nil:
		return false, failed
	case state == wecom.Untouched || state == wecom.Bot: // it could go, and was refused all the same
		return false, err
	}
	return with(state), nil
}

func with(state wecom.State) bool { return state == wecom.Pool || state == wecom.Person }

// End ends a session that people have. The code is good for one message within 20 s; it
// is empty when the session was over already, or when the answer was lost. Errors are
// [*message.SendError].
func (s *Sessions) End(ctx context.Context, channelID, customer string) (code string, err error) {
	ch, err := s.channel(channelID)
	if err != nil {
		return "", err
	}
	state, _, err := s.service.GetState(ctx, ch, customer)
	if err != nil || !with(state) {
		return "", err
	}
	code, failed := s.service.TransState(ctx, ch, customer, wecom.Ended, "")
	if failed == nil {
		return code, nil
	}
	if state, _, err = s.service.GetState(ctx, ch, customer); err == nil && !with(state) {
		return "", nil
	}
	return "", failed
}

// Ours reports whether we may write in a session.
func (s *Sessions) Ours(ctx context.Context, channelID, customer string) (bool, error) {
	ch, err := s.channel(channelID)
	if err != nil {
		return false, err
	}
	state, _, err := s.service.GetState(ctx, ch, customer)
	return err == nil && (state == wecom.Untouched || state == wecom.Bot), err
}

// OnEvent answers an event with its code. Errors are [*message.SendError].
func (s *Sessions) OnEvent(ctx context.Context, code string, out message.Outgoing) (string, error) {
	ch, err := s.channel(out.Channel)
	if err != nil {
		return "", err
	}
	return s.service.SendOnEvent(ctx, ch, code, out)
}

func (s *Sessions) channel(id string) (channel.Channel, error) {
	ch, ok := s.channels[id]
	if !ok {
		return ch, &message.SendError{Class: message.Drop, Reason: fmt.Sprintf("channel %s is no customer service channel of FRONTDESK_CHANNELS", id)}
	}
	return ch, nil
}

// unfit reports whether a servicer cannot have the session while another one may: off duty
// (95019), no servicer of the account (95014), no such member.
func unfit(err error) bool {
	refused, ok := errors.AsType[*message.SendError](err)
	return ok && refused.Class == message.Drop && refused.Code != notPossible
}

func codeOf(err error) int {
	if refused, ok := errors.AsType[*message.SendError](err); ok {
		return refused.Code
	}
	return 0
}
