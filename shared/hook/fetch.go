package hook

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"frontdesk/shared/message"
	"frontdesk/shared/wire"
)

// maxHops is how many redirects are followed to a file: stores of files send on to where it is.
const maxHops = 3

// Fetcher gets files from addresses that stand in templates: an admin wrote them, and a
// value may be in them. It reaches what is public, over https, and nothing else; this holds
// for every redirect, too. No cookie, no credential of ours goes along.
type Fetcher struct{ client *http.Client }

// NewFetcher returns a fetcher that resolves names and dials with a guard.
func NewFetcher(g *Guard) *Fetcher {
	client := g.client()
	client.CheckRedirect = func(req *http.Request, via []*http.Request) error {
		if _, err := address(req.URL.String()); err != nil || len(via) > maxHops {
			return errNotPublic
		}
		return nil
	}
	return &Fetcher{client}
}

// Fetch returns the whole file at an https address, of at most so many bytes. Every error is
// a *[message.SendError] whose text holds nothing of the address:
//
//	Retry  no answer, 408, 425, 429 and 5xx: later
//	Bug    every other status, a file that is empty or too large, no public address: an admin
//	       must mend the template
func (f *Fetcher) Fetch(ctx context.Context, from string, most int64) ([]byte, error) {
	u, err := address(from)
	if err != nil {
		return nil, &message.SendError{Class: message.Bug, Reason: "the file's address is no public https address"}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, &message.SendError{Class: message.Bug, Reason: "the file's address is none"}
	}
	req.Header.Set("User-Agent", "frontdesk")
	resp, err := f.client.Do(req)
	if err != nil {
		return nil, noFile(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, absent(resp.StatusCode)
	}
	if resp.ContentLength > most {
		return nil, tooLarge(most)
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, most+1))
	switch {
	case err != nil:
		return nil, noFile(err)
	case int64(len(data)) > most:
		return nil, tooLarge(most)
	case len(data) == 0:
		return nil, &message.SendError{Class: message.Bug, Reason: "the file is empty"}
	}
	return data, nil
}

func noFile(err error) error {
	if errors.Is(err, errNotPublic) {
		return &message.SendError{Class: message.Bug, Reason: "the file's name leads to no public https address", Err: errNotPublic}
	}
	return &message.SendError{Class: message.Retry, Reason: "the file did not come from its address", Err: wire.Cause(err)}
}

func absent(status int) error {
	failed := &message.SendError{Class: message.Bug, Reason: fmt.Sprintf("the file's address answers with status %d", status)}
	if status >= 500 || status == http.StatusTooManyRequests || status == http.StatusRequestTimeout || status == http.StatusTooEarly {
		failed.Class = message.Retry
	}
	return failed
}

func tooLarge(most int64) error {
	return &message.SendError{Class: message.Bug, Reason: fmt.Sprintf("the file is larger than %d bytes", most)}
}
