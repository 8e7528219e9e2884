package wecom

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"sync"
	"time"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
)

// Files turns the addresses of files into the media_ids that WeCom sends. Each file is
// fetched and uploaded once, and its id used until shortly before WeCom forgets it, by all
// processes that share the store. An id that is refused (40007) is renewed. What stands at
// an address may so be up to three days old: another file needs another address. It is safe
// for concurrent use; its fields must not change.
type Files struct {
	// Store keeps the ids beside the access tokens. Required.
	Store TokenStore
	// Fetch gets a file of at most so many bytes. Errors are [*message.SendError]. Required.
	Fetch func(ctx context.Context, address string, most int64) ([]byte, error)
	// Now is the clock; nil is the machine's.
	Now func() time.Time

	mu   sync.Mutex
	held map[string]*holder
}

const (
	// mediaLife is how long WeCom keeps an uploaded file (W:90253).
	mediaLife = 3 * 24 * time.Hour
	// mediaEarly is how long before that its id is used no more.
	mediaEarly = time.Hour
	// mostHeld is how many ids one process remembers.
	mostHeld = 5_000
)

// filed is a file that a channel is to send.
type filed struct {
	ch    channel.Channel
	media message.Media
	// refused is an id that WeCom did not take.
	refused channel.Secret
}

// key stands for a file in the store: secrets and addresses cannot be read from it.
func (f filed) key() string {
	sum := sha256.Sum256([]byte("media\x00" + f.ch.CorpID + "\x00" + f.ch.Secret.Reveal() + "\x00" + string(f.media.Kind) + "\x00" + f.media.URL + "\x00" + f.media.Name))
	return hex.EncodeToString(sum[:16])
}

// mediaID returns the id of a file, and uploads it before when there is none.
func (s *Sender) mediaID(ctx context.Context, f filed) (string, *message.SendError) {
	if s.Files == nil {
		return "", &message.SendError{Class: message.Bug, Reason: "no file can be uploaded here"}
	}
	key, now := f.key(), s.Files.now
	h := s.Files.holder(key)
	if held := h.get(); good(held, f.refused, now()) {
		return held.Value.Reveal(), nil
	}
	select { // one upload of a file at a time
	case h.busy <- struct{}{}:
		defer func() { <-h.busy }()
	case <-ctx.Done():
		return "", &message.SendError{Class: message.Retry, Reason: "the file was still being uploaded"}
	}
	if held := h.get(); good(held, f.refused, now()) {
		return held.Value.Reveal(), nil
	}
	stored, err := s.Files.Store.Token(ctx, key)
	if err != nil {
		return "", &message.SendError{Class: message.Retry, Reason: "the id of the file could not be read", Err: err}
	}
	if !good(stored, f.refused, now()) {
		var failed *message.SendError
		if stored, failed = s.renew(ctx, f, stored); failed != nil {
			return "", failed
		}
	}
	h.set(stored)
	return stored.Value.Reveal(), nil
}

// renew uploads a file and writes its id. That it could not be written costs another upload.
func (s *Sender) renew(ctx context.Context, f filed, old Token) (Token, *message.SendError) {
	data, err := s.Files.Fetch(ctx, f.media.URL, mostBytes(f.media.Kind))
	if failed, ok := errors.AsType[*message.SendError](err); ok {
		return Token{}, failed
	}
	if err != nil {
		return Token{}, &message.SendError{Class: message.Retry, Reason: "the file could not be fetched"}
	}
	if fault := misfit(f.media.Kind, data); fault != "" {
		return Token{}, &message.SendError{Class: message.Bug, Reason: fault}
	}
	began := s.Files.now()
	id, failed := s.upload(ctx, f, data)
	if failed != nil {
		return Token{}, failed
	}
	next := Token{Value: channel.Secret(id), Until: began.Add(mediaLife - mediaEarly), Version: old.Version}
	stored, won, err := s.Files.Store.SetToken(ctx, f.key(), next)
	if err == nil && !won && good(stored, f.refused, began) {
		return stored, nil // somebody else has just uploaded it, too
	}
	return next, nil
}

func (f *Files) holder(key string) *holder {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.held == nil || len(f.held) > mostHeld { // what is forgotten is read from the store again
		f.held = map[string]*holder{}
	}
	if f.held[key] == nil {
		f.held[key] = &holder{busy: make(chan struct{}, 1)}
	}
	return f.held[key]
}

func (f *Files) now() time.Time {
	if f.Now != nil {
		return f.Now()
	}
	return time.Now()
}
