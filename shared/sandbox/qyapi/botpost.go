package qyapi

import (
	"bytes"
	"context"
	"fmt"

	"frontdesk/shared/wecom"
)

// CheckBot checks the callback address of a bot, as [Sandbox.Check] does an app's.
func (s *Sandbox) CheckBot(ctx context.Context, bot string) error {
	b := s.bots[bot] // the map never changes
	if b == nil {
		return fmt.Errorf("check a callback address: %w", ErrUnknown)
	}
	if !s.begin() {
		return ErrClosed
	}
	defer s.posts.Done()
	const word = "1616140317555161061"
	sealed, err := s.sealWith(b.pair, []byte(word), "")
	if err != nil {
		return err
	}
	return s.echoes(ctx, Callback{Bot: bot, Query: sealed.Get()}, word)
}

// where names a letter's app or bot.
func (l letter) where() string {
	if l.bot != nil {
		return l.bot.ID
	}
	return l.app.id()
}

func (s *Sandbox) sealLetter(l letter) (wecom.Sealed, error) {
	if l.bot != nil {
		return s.sealWith(l.bot.pair, l.plain, "") // W:101033
	}
	return s.seal(l.app, l.plain)
}

// callback is a sealed letter on its way.
func (s *Sandbox) callback(l letter) Callback {
	query, body := l.seal.Post(s.cfg.CorpID, l.agent)
	if l.bot != nil {
		return Callback{Bot: l.bot.ID, Query: query, Body: l.seal.PostJSON()}
	}
	return Callback{Agent: l.app.AgentID, Query: query, Body: body}
}

// addressOf is where a callback goes, and as what.
func (s *Sandbox) addressOf(cb Callback) (address, kind string) {
	if b := s.bots[cb.Bot]; b != nil {
		return b.WebhookURL, "application/json"
	}
	return s.apps[cb.Agent].WebhookURL, "text/xml"
}

// heedLetter takes the answer to a callback. The caller holds the lock.
func (s *Sandbox) heedLetter(l letter, reply []byte) {
	if l.bot != nil {
		s.heedBot(l, bytes.TrimSpace(reply))
		return
	}
	s.heed(l.app, reply)
}
