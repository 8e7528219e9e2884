package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"frontdesk/shared/access"
	"frontdesk/shared/config"
)

// client talks to the admin API of a running desk.
type client struct {
	base, token string
	http        *http.Client
}

const (
	// clientTimeout bounds one request; publishing checks a whole playbook.
	clientTimeout = time.Minute
	// commandLife is how long the token of one command lives.
	commandLife = 5 * time.Minute
	// maxAnswer bounds what is read of an answer.
	maxAnswer = 32 << 20
)

// newClient reads where the desk is (FRONTDESK_URL, else this machine's PORT) and
// who we are (FRONTDESK_TOKEN, else the key of this machine). A token that we make
// ourselves is only ever sent to this machine.
func newClient(env func(string) string) (*client, error) {
	base := strings.TrimSuffix(env("FRONTDESK_URL"), "/")
	if base == "" {
		port := env("PORT")
		if port == "" {
			port = "8080"
		}
		base = "http://" + net.JoinHostPort("127.0.0.1", port)
	}
	u, err := url.Parse(base)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil {
		return nil, errors.New("FRONTDESK_URL must look like https://desk.example.com")
	}
	c := &client{base: base, token: env("FRONTDESK_TOKEN"), http: &http.Client{Timeout: clientTimeout, CheckRedirect: noRedirect}}
	if c.token == "" {
		if c.token, err = ownToken(u, env); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// noRedirect keeps the token at the address that it is for.
func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

func ownToken(u *url.URL, env func(string) string) (string, error) {
	ip := net.ParseIP(u.Hostname())
	if u.Hostname() != "localhost" && !ip.IsLoopback() {
		return "", fmt.Errorf("%s is another machine: put a token of it into FRONTDESK_TOKEN", u.Host)
	}
	signer, err := signerOf(env, access.ReadKey)
	if err != nil {
		return "", fmt.Errorf("%w; or put a token into FRONTDESK_TOKEN", err)
	}
	name := "command line"
	if user := env("USER"); user != "" {
		name += " (" + user + ")"
	}
	return signer.Sign(access.Identity{Name: name, Roles: []string{access.Admin}}, commandLife)
}

// signerOf makes tokens with the key in FRONTDESK_DATA.
func signerOf(env func(string) string, read func(folder string) ([]byte, error)) (access.Signer, error) {
	cfg, err := config.Read(env)
	if err != nil {
		return access.Signer{}, err
	}
	key, err := read(cfg.Data)
	return access.Signer{Key: key, Now: time.Now, Entropy: rand.Reader}, err
}

// refused is a problem that the desk answered with.
type refused struct {
	Status int    `json:"status"`
	Title  string `json:"title"`
	Detail string `json:"detail"`
	Errors []struct {
		Location string `json:"location"`
		Message  string `json:"message"`
	} `json:"errors"`
}

// Error is the problem as people read it: a sentence, then every fault on a line.
func (r *refused) Error() string {
	var b strings.Builder
	b.WriteString(r.Detail)
	if r.Detail == "" {
		fmt.Fprintf(&b, "the desk answered %d %s", r.Status, r.Title)
	}
	for _, e := range r.Errors {
		b.WriteString("\n  ")
		if e.Location != "" {
			b.WriteString(e.Location + ": ")
		}
		b.WriteString(e.Message)
	}
	return b.String()
}

// ask is one request: body is sent as it is when it is bytes, else as JSON.
type ask struct {
	method, path string
	body         any
	ifMatch      string
}

// do sends a request and decodes the answer into out: JSON, or *[]byte for the
// answer itself, or nil for nothing. It returns the answer's ETag.
func (c *client) do(ctx context.Context, a ask, out any) (etag string, err error) {
	body, ok := a.body.([]byte)
	if !ok && a.body != nil {
		if body, err = json.Marshal(a.body); err != nil {
			return "", fmt.Errorf("encode the request: %w", err)
		}
	}
	r, err := http.NewRequestWithContext(ctx, a.method, c.base+a.path, bytes.NewReader(body))
	if err != nil {
		return "", fmt.Errorf("ask the desk: %w", err)
	}
	r.Header.Set("Authorization", "Bearer "+c.token)
	r.Header.Set("Content-Type", "application/json")
	if a.ifMatch != "" {
		r.Header.Set("If-Match", a.ifMatch)
	}
	w, err := c.http.Do(r)
	if err != nil {
		return "", c.unreachable(err)
	}
	defer func() { _ = w.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(w.Body, maxAnswer))
	if err != nil {
		return "", fmt.Errorf("the desk's answer was cut off: %w", err)
	}
	if w.StatusCode/100 != 2 {
		return "", refusal(w.StatusCode, answer)
	}
	return w.Header.Get("ETag"), decode(answer, out)
}

func decode(answer []byte, out any) error {
	switch out := out.(type) {
	case nil:
		return nil
	case *[]byte:
		*out = answer
		return nil
	}
	if err := json.Unmarshal(answer, out); err != nil {
		return fmt.Errorf("the desk's answer cannot be read: %w", err)
	}
	return nil
}

func refusal(status int, answer []byte) error {
	r := &refused{}
	if json.Unmarshal(answer, r) != nil || r.Status == 0 {
		r = &refused{Status: status, Title: http.StatusText(status)}
	}
	return r
}

// unreachable says that nobody answered, without the address's path.
func (c *client) unreachable(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	return fmt.Errorf("no desk answers at %s: start it with frontdesk serve, or name another in FRONTDESK_URL (%w)", c.base, err)
}
