package wecom

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
)

// Values that must never show up in an error.
const (
	markSecret   = "MARKEDsecret0123456789abcdefghijklmnopqrst"
	markCallback = "MARKEDcallback"
	markAESKey   = "MARKEDyr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
	markToken    = "MARKEDtoken-0123456789_abcdef"
	markUser     = "wmMARKEDUSER1349"
	markText     = "marked words of the customer"
	markName     = "Marked Name"
)

func appChannel(url string) channel.Channel {
	return channel.Channel{
		ID: "app-main", Kind: message.WeComApp, CorpID: vectorCorp, AgentID: 1000002, APIURL: url,
		Secret: markSecret, Token: markCallback, AESKey: markAESKey,
	}
}

// marked is a message that is private in every part.
func marked() message.Outgoing {
	return message.Outgoing{
		To:      message.Person{UserID: markUser, Name: markName},
		Content: message.Content{Shape: message.ShapeText, Text: markText}, Ref: theRef,
	}
}

// theRef is a reference as conversation.Ref makes them.
const (
	theRef   = "0123456789abcdefghijklmnop.01gsvj5q0c8g9t4k2m3n"
	theReply = "01gsvj5q0c8g9t4k2m3n"
)

// qyapi answers gettoken with token 1, 2, … and every other call alike.
type qyapi struct {
	*httptest.Server
	mu      sync.Mutex
	answers []string // of the calls beside gettoken; the last one repeats
	status  int
	fetches int
	calls   []recorded
}

type recorded struct{ path, token, body string }

func newQyapi(t *testing.T, answers ...string) *qyapi {
	q := &qyapi{answers: answers, status: 200}
	q.Server = httptest.NewServer(http.HandlerFunc(q.serve))
	t.Cleanup(q.Close)
	return q
}

func (q *qyapi) serve(w http.ResponseWriter, r *http.Request) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if r.URL.Path == "/cgi-bin/gettoken" {
		q.fetches++
		if got := r.Method + " " + r.URL.RawQuery; got != "GET corpid="+vectorCorp+"&corpsecret="+markSecret {
			http.Error(w, got, http.StatusTeapot)
			return
		}
		fmt.Fprintf(w, `{"errcode":0,"errmsg":"ok","access_token":"%s%d","expires_in":7200}`, markToken, q.fetches)
		return
	}
	body, _ := io.ReadAll(r.Body)
	answer := q.answers[min(len(q.calls), len(q.answers)-1)]
	path := r.Method + " " + r.URL.Path
	if agent := r.URL.Query().Get("agentid"); agent != "" {
		path += " of " + agent
	}
	q.calls = append(q.calls, recorded{path, r.URL.Query().Get("access_token"), string(body)})
	w.WriteHeader(q.status)
	_, _ = io.WriteString(w, answer)
}

func (q *qyapi) sender() *Sender {
	return &Sender{HTTP: q.Client(), Tokens: &Tokens{Store: &Memory{}, HTTP: q.Client()}}
}

// sendError returns the *message.SendError in err after checking that nothing
// private is in any form of it.
func sendError(t *testing.T, err error) *message.SendError {
	t.Helper()
	var failed *message.SendError
	if !errors.As(err, &failed) {
		t.Fatalf("got %v, want a *message.SendError", err)
	}
	for e := err; e != nil; e = errors.Unwrap(e) {
		for _, form := range []string{"%v", "%+v", "%#v", "%q"} {
			shown := fmt.Sprintf(form, e)
			for _, mark := range []string{"MARKED", "marked words", "Marked Name", "gettoken", "access_token="} {
				if strings.Contains(shown, mark) {
					t.Errorf("the error shows %q: %s", mark, shown)
				}
			}
		}
	}
	return failed
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func replied(body string) (*http.Response, error) {
	return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}, nil
}

// cloud is WeCom without a network, for tests in a bubble of time: each call takes a
// while, and only the newest token is taken.
type cloud struct {
	mu             sync.Mutex
	fetches, calls int
	valid          string
	life           time.Duration
	same           bool   // gettoken gives the valid token again
	refuse         string // what gettoken answers instead
}

const delay = 200 * time.Millisecond

func (c *cloud) RoundTrip(r *http.Request) (*http.Response, error) {
	select {
	case <-time.After(delay):
	case <-r.Context().Done():
		return nil, &url.Error{Op: r.Method, URL: r.URL.String(), Err: r.Context().Err()}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if strings.HasSuffix(r.URL.Path, "/gettoken") {
		return c.grant()
	}
	c.calls++
	if r.URL.Query().Get("access_token") != c.valid {
		return replied(`{"errcode":42001,"errmsg":"access_token expired, hint: [1780000000123456789], token ` + markToken + `"}`)
	}
	return replied(`{"errcode":0,"errmsg":"ok","msgid":"msg-1"}`)
}

func (c *cloud) grant() (*http.Response, error) {
	c.fetches++
	if c.refuse != "" {
		return replied(c.refuse)
	}
	if !c.same || c.valid == "" {
		c.valid = fmt.Sprintf("%s%d", markToken, c.fetches)
	}
	life := c.life
	if life == 0 {
		life = 2 * time.Hour
	}
	return replied(fmt.Sprintf(`{"errcode":0,"errmsg":"ok","access_token":%q,"expires_in":%d}`, c.valid, int(life.Seconds())))
}

// revoke makes the valid token worthless, as a new secret or another caller does.
func (c *cloud) revoke() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.valid = "another"
}

// process is one process with its own memory: they share the store and the cloud.
func (c *cloud) process(store TokenStore) *Sender {
	client := &http.Client{Transport: c}
	return &Sender{HTTP: client, Tokens: &Tokens{Store: store, HTTP: client}}
}

func send(s *Sender) error {
	_, err := s.Send(context.Background(), appChannel("https://qyapi.example"), marked())
	return err
}
