package qyapi

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"frontdesk/shared/wecom"
)

// Deliver says how a callback arrives. WeCom repeats, and promises no order.
type Deliver struct {
	// Times is how often, 1 when 0, although it was answered.
	Times int
	// After delays the first, so that later callbacks overtake it; Every is the pause
	// between repeats. With both zero the repeats follow at once.
	After, Every time.Duration
	// Never stores without a callback; only what sync_msg gives can be had so.
	Never bool
}

// answerTime is how long WeCom waits for an answer, echoTime at the check of an
// address (W:90930).
const (
	answerTime = 5 * time.Second
	echoTime   = time.Second
)

// letter is a callback before it is sealed.
type letter struct {
	app   *app
	bot   *aibot // instead of app
	agent string // the AgentID of the envelope; empty for customer service
	plain []byte
	once  bool          // is not tried again
	seal  *wecom.Sealed // of the first try
}

// hand delivers a callback as often and as late as told.
func (s *Sandbox) hand(ctx context.Context, l letter, d Deliver) error {
	if d.Never {
		return nil
	}
	for i := range max(d.Times, 1) {
		wait := d.After + time.Duration(i)*d.Every
		if wait > 0 {
			s.cfg.After(wait, func() {
				_ = s.post(s.ctx, l, 0) // post tries again by itself
			})
			continue
		}
		if err := s.post(ctx, l, 0); err != nil {
			return err
		}
	}
	return nil
}

// post makes one attempt. Only an ended sandbox and want of randomness are errors: a
// callback that is not answered 200 is the company's trouble, not that of who wrote.
func (s *Sandbox) post(ctx context.Context, l letter, attempt int) error {
	if !s.begin() {
		return ErrClosed
	}
	defer s.posts.Done()
	if l.seal == nil || !s.cfg.Unsure.SameSignature {
		sealed, err := s.sealLetter(l)
		if err != nil {
			return err
		}
		l.seal = &sealed
	}
	wait, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	reply, err := s.send(wait, s.callback(l))
	if err == nil {
		s.locked(func() { s.heedLetter(l, reply) })
		return nil
	}
	s.locked(func() {
		reason := fmt.Sprintf("try %d of %d was not answered 200 in time", attempt+1, len(s.cfg.Pauses)+1)
		s.tell(Event{Kind: CallbackFailed, Where: l.where(), Reason: reason})
	})
	if attempt < len(s.cfg.Pauses) && !l.once && !(s.cfg.Unsure.RepeatTimeouts && errors.Is(err, ErrStatus)) {
		s.cfg.After(s.cfg.Pauses[attempt], func() {
			_ = s.post(s.ctx, l, attempt+1) // an ended sandbox needs no repeat
		})
	}
	return nil
}

// seal encrypts and signs for the callback address of an app.
func (s *Sandbox) seal(a *app, plain []byte) (wecom.Sealed, error) {
	return s.sealWith(a.pair, plain, s.cfg.CorpID)
}

func (s *Sandbox) sealWith(pair *wecom.Pair, plain []byte, receiver string) (wecom.Sealed, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var random [16]byte
	var nonce [5]byte
	for _, b := range [][]byte{random[:], nonce[:]} {
		if _, err := io.ReadFull(s.cfg.Entropy, b); err != nil {
			return wecom.Sealed{}, fmt.Errorf("seal a callback: %w", err)
		}
	}
	now := strconv.FormatInt(s.cfg.Now().Unix(), 10)
	return pair.Seal(random, plain, receiver, now, hex.EncodeToString(nonce[:])), nil
}

// begin announces a callback on its way, unless the sandbox has ended.
func (s *Sandbox) begin() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.posts.Add(1)
	return true
}

// Check checks the callback address of an app as the admin console does when it is
// saved: a GET whose answer is the decrypted echostr and nothing else (W:90930).
func (s *Sandbox) Check(ctx context.Context, agent int64) error {
	a := s.apps[agent] // the map never changes
	if a == nil {
		return fmt.Errorf("check a callback address: %w", ErrUnknown)
	}
	if !s.begin() {
		return ErrClosed
	}
	defer s.posts.Done()
	s.mu.Lock()
	word, err := s.messageID()
	s.mu.Unlock()
	if err != nil {
		return err
	}
	sealed, err := s.seal(a, []byte(word))
	if err != nil {
		return err
	}
	return s.echoes(ctx, Callback{Agent: agent, Query: sealed.Get()}, word)
}

// echoes wants the word back.
func (s *Sandbox) echoes(ctx context.Context, cb Callback, word string) error {
	ctx, cancel := context.WithTimeout(ctx, echoTime)
	defer cancel()
	got, err := s.send(ctx, cb)
	switch {
	case err != nil:
		return fmt.Errorf("check a callback address: %w", err)
	case string(got) != word:
		return fmt.Errorf("check a callback address: %w: the answer is not the decrypted echostr", ErrStatus)
	}
	return nil
}

func (s *Sandbox) send(ctx context.Context, cb Callback) ([]byte, error) {
	if s.cfg.Post != nil {
		return s.cfg.Post(ctx, cb)
	}
	method := http.MethodPost
	if cb.Query.Echo != "" {
		method = http.MethodGet
	}
	address, kind := s.addressOf(cb)
	target := address + "?" + cb.Query.Encode()
	req, err := http.NewRequestWithContext(ctx, method, target, bytes.NewReader(cb.Body))
	if err != nil {
		return nil, fmt.Errorf("post a callback: %w", scrub(err))
	}
	req.Header.Set("Content-Type", kind)
	res, err := s.client().Do(req)
	if err != nil {
		return nil, fmt.Errorf("post a callback: %w", scrub(err))
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read the answer to a callback: %w", scrub(err))
	case res.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("%w: %d", ErrStatus, res.StatusCode)
	}
	return body, nil
}

func (s *Sandbox) client() *http.Client {
	if s.cfg.HTTP != nil {
		return s.cfg.HTTP
	}
	return &http.Client{Timeout: answerTime}
}

// scrub takes the address out of an error: it holds a signature.
func scrub(err error) error {
	var withURL *url.Error
	if errors.As(err, &withURL) {
		return withURL.Err
	}
	return err
}
