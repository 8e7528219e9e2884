package sandbox

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

// value is what stands under changes[].value (Meta, webhooks reference).
type value struct {
	Product  string    `json:"messaging_product"`
	Metadata metadata  `json:"metadata"`
	Contacts []contact `json:"contacts,omitempty"`
	Messages []any     `json:"messages,omitempty"`
	Statuses []status  `json:"statuses,omitempty"`
	// Preferences stand here under the field user_preferences.
	Preferences []preference `json:"user_preferences,omitempty"`
}

type metadata struct {
	Display string `json:"display_phone_number"`
	ID      string `json:"phone_number_id"`
}

type contact struct {
	Profile struct {
		Name     string `json:"name"`
		Username string `json:"username,omitempty"`
	} `json:"profile"`
	WaID   string `json:"wa_id,omitempty"`
	UserID string `json:"user_id,omitempty"`
}

func contactOf(c Customer) contact {
	w := contact{WaID: c.Phone, UserID: c.UserID}
	w.Profile.Name, w.Profile.Username = c.Name, c.Username
	return w
}

// of is a value with the number that it is about.
func (v value) of(n Number) value {
	v.Product, v.Metadata = "whatsapp", metadata{n.DisplayNumber, n.PhoneNumberID}
	return v
}

// change is one element of changes.
type change struct {
	Value any    `json:"value"`
	Field string `json:"field"`
}

// envelope wraps a change as one POST of Meta does. Only management fields tell a
// time beside the account (Meta, webhooks reference).
func envelope(account string, at time.Time, c change) ([]byte, error) {
	type entry struct {
		ID      string   `json:"id"`
		Time    int64    `json:"time,omitempty"`
		Changes []change `json:"changes"`
	}
	e := entry{ID: account, Changes: []change{c}}
	if !at.IsZero() {
		e.Time = at.Unix()
	}
	b, err := json.Marshal(struct {
		Object string  `json:"object"`
		Entry  []entry `json:"entry"`
	}{"whatsapp_business_account", []entry{e}})
	if err != nil {
		return nil, fmt.Errorf("encode a webhook: %w", err)
	}
	return escape(b), nil
}

// escape writes every character beyond ASCII as \uXXXX, as Meta's encoder does:
// whoever signs a re-encoded body instead of the raw bytes is found out.
func escape(b []byte) []byte {
	if !bytes.ContainsFunc(b, func(r rune) bool { return r >= utf8.RuneSelf }) {
		return b
	}
	out := make([]byte, 0, len(b)+len(b)/2)
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		switch {
		case r < utf8.RuneSelf:
			out = append(out, b[0])
		case r > 0xFFFF:
			hi, lo := utf16.EncodeRune(r)
			out = fmt.Appendf(out, `\u%04x\u%04x`, hi, lo)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
		b = b[n:]
	}
	return out
}

// Sign returns the X-Hub-Signature-256 of a body (Meta, create-webhook-endpoint
// page): HMAC-SHA256 of the raw bytes with the app secret.
func Sign(appSecret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(appSecret))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// deliver posts one value; when that fails it is tried again later.
func (s *Sandbox) deliver(ctx context.Context, l *line, v value) error {
	body, err := envelope(l.BusinessID, time.Time{}, change{v.of(l.Number), "messages"})
	if err != nil {
		return err
	}
	return s.post(ctx, l, body, 0)
}

// post makes one attempt. Only an ended sandbox is an error: a webhook that is
// not answered 200 is the business's trouble, not the customer's.
func (s *Sandbox) post(ctx context.Context, l *line, body []byte, attempt int) error {
	if !s.begin() {
		return ErrClosed
	}
	defer s.posts.Done()
	if err := s.cfg.Post(ctx, body, Sign(l.AppSecret, body)); err == nil {
		return nil
	}
	again := attempt < len(s.cfg.Pauses)
	reason := fmt.Sprintf("attempt %d of %d was not answered 200", attempt+1, len(s.cfg.Pauses)+1)
	s.mu.Lock()
	s.tell(Event{Kind: WebhookFailed, Number: l.PhoneNumberID, Reason: reason})
	s.mu.Unlock()
	if again {
		s.cfg.After(s.cfg.Pauses[attempt], func() {
			_ = s.post(s.ctx, l, body, attempt+1) // an ended sandbox needs no retry
		})
	}
	return nil
}

// begin announces a webhook on its way, unless the sandbox has ended.
func (s *Sandbox) begin() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.posts.Add(1)
	return true
}

var errNot200 = errors.New("webhook not answered 200")

// poster delivers webhooks over HTTP. Meta counts only 200 as received
// (webhooks overview page).
func poster(address string, client *http.Client) func(context.Context, []byte, string) error {
	if client == nil {
		client = &http.Client{Timeout: 10 * time.Second}
	}
	return func(ctx context.Context, body []byte, signature string) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
		if err != nil {
			return fmt.Errorf("post a webhook: %w", scrub(err))
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("X-Hub-Signature-256", signature)
		res, err := client.Do(req)
		if err != nil {
			return fmt.Errorf("post a webhook: %w", scrub(err))
		}
		defer func() { _ = res.Body.Close() }()
		if res.StatusCode != http.StatusOK {
			return fmt.Errorf("post a webhook: %w: status %d", errNot200, res.StatusCode)
		}
		return nil
	}
}

// scrub takes the address out of an error: it may hold a user or a key.
func scrub(err error) error {
	var withURL *url.Error
	if errors.As(err, &withURL) {
		return withURL.Err
	}
	return err
}
