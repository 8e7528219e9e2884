package wecom

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
	"frontdesk/shared/wire"
)

// maxAnswer bounds how much of an answer is read: 1,000 messages of sync_msg.
const maxAnswer = 16 << 20

// unknownCode is the reason of a code that no table has.
const unknownCode = "a code we do not know"

// call is one call of the API with an access token.
type call struct {
	ch   channel.Channel
	path string
	// query is what stands in the address beside the token, as in &agentid=1000002.
	query string
	// body is posted; without one the call is a GET.
	body any
	// form is posted in its place, under formType.
	form     []byte
	formType string
	// private is what no error may repeat, beside the credentials.
	private []string
	// repeatable says that making the call twice does no harm: without an answer it is
	// a Retry, not Unknown.
	repeatable bool
}

// do makes a call and reads the answer. A token that is refused is renewed once, and
// the call made once more (W:91039).
func (s *Sender) do(ctx context.Context, c call, into any) *message.SendError {
	w := wanted{ch: c.ch, key: tokenKey(c.ch)}
	token, failed := s.Tokens.obtain(ctx, w)
	if failed != nil {
		return failed
	}
	if failed = s.once(ctx, c, token.Value, into); failed == nil || failed.Class != message.Refresh {
		return failed
	}
	w.refused = token.Value
	if token, failed = s.Tokens.obtain(ctx, w); failed != nil {
		return failed
	}
	if failed = s.once(ctx, c, token.Value, into); failed != nil && failed.Class == message.Refresh {
		failed.Class = message.Stop
		failed.Reason += " (a new one was refused too)"
	}
	return failed
}

func (s *Sender) once(ctx context.Context, c call, token channel.Secret, into any) *message.SendError {
	req, failed := c.request(ctx, token)
	if failed != nil {
		return failed
	}
	a, failed := exchange(s.HTTP, req, c.repeatable)
	if failed != nil {
		return failed
	}
	a.scrub = scrubber(append(append(credentials(c.ch), token.Reveal()), c.private...))
	a.explain, a.repeatable = Explain, c.repeatable
	return a.read(into)
}

func (c call) request(ctx context.Context, token channel.Secret) (*http.Request, *message.SendError) {
	address := c.ch.APIURL + "/cgi-bin/" + c.path + "?access_token=" + url.QueryEscape(token.Reveal()) + c.query
	method, kind, posted := http.MethodGet, "", io.Reader(nil)
	switch {
	case c.form != nil:
		method, kind, posted = http.MethodPost, c.formType, bytes.NewReader(c.form)
	case c.body != nil:
		body, err := written(c.body)
		if err != nil {
			return nil, &message.SendError{Class: message.Bug, Reason: "the call cannot be written as JSON"}
		}
		method, kind, posted = http.MethodPost, "application/json", body
	}
	req, err := http.NewRequestWithContext(ctx, method, address, posted)
	if err != nil {
		return nil, badAddress()
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	return req, nil
}

// written is a body as JSON, in which & and < stand as they are: WeCom refuses a menu that
// holds characters as \u0026 (40033, W:90313).
func written(body any) (*bytes.Buffer, error) {
	b := new(bytes.Buffer)
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	if err := e.Encode(body); err != nil {
		return nil, err
	}
	b.Truncate(b.Len() - 1) // the line end
	return b, nil
}

func badAddress() *message.SendError {
	return &message.SendError{Class: message.Stop, Reason: "the channel's api_url is not an address"}
}

// exchange sends a request. Redirects are never followed: the token, or the secret,
// would go along.
func exchange(client *http.Client, req *http.Request, repeatable bool) (answer, *message.SendError) {
	if err := req.Context().Err(); err != nil {
		return answer{}, wire.NoAnswer(err, false)
	}
	c := *http.DefaultClient
	if client != nil {
		c = *client
	}
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	var t wire.Trace
	resp, err := c.Do(req.WithContext(t.Watch(req.Context())))
	if err != nil {
		return answer{}, wire.NoAnswer(err, t.MayHaveArrived(err) && !repeatable)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	return answer{status: resp.StatusCode, body: body, cut: err}, nil
}

// answer is what the API, or something before it, said.
type answer struct {
	status int
	body   []byte
	cut    error // the connection broke while reading the body
	// scrub takes out of WeCom's words what must not be in an error.
	scrub      func(string) string
	explain    func(code int) (Code, bool)
	repeatable bool
}

// verdict stands in every answer. W:90313: decide on the code; the words may change.
type verdict struct {
	Code  *int   `json:"errcode"`
	Words string `json:"errmsg"`
}

// read decodes an answer that says success, or returns why it does not.
func (a answer) read(into any) *message.SendError {
	var v verdict
	if a.cut != nil || json.Unmarshal(a.body, &v) != nil || v.Code == nil {
		return a.strange()
	}
	if *v.Code != 0 {
		return a.refused(*v.Code, v.Words)
	}
	if err := json.Unmarshal(a.body, into); err != nil {
		return &message.SendError{Class: a.unsure(), Reason: "the API says success in a form that we do not know"}
	}
	return nil
}

// unsure is the class when nobody knows whether the call was carried out.
func (a answer) unsure() message.Class {
	if a.repeatable {
		return message.Retry
	}
	return message.Unknown
}

// refused is the error of an answer in WeCom's own form: the call was not carried out.
func (a answer) refused(code int, words string) *message.SendError {
	failed := &message.SendError{Class: message.Bug, Code: code, Reason: unknownCode}
	if a.status >= 500 || a.status == http.StatusTooManyRequests {
		failed.Class = message.Retry
	}
	if c, known := a.explain(code); known {
		failed.Class, failed.Reason, failed.After = c.Class, c.Meaning, c.After
	}
	if ip, ok := CallerIP(words); ok && (code == untrustedIP || code == barredIP) {
		failed.Reason += "; the address to allow is " + ip.String()
		return failed
	}
	if words != "" {
		failed.Reason += ": " + a.scrub(words)
	}
	return failed
}

// The codes that name the address a call came from.
const (
	untrustedIP = 60020
	barredIP    = 301042
)

// strange is the error of an answer that WeCom did not write: a proxy, a gateway or a
// wrong address. Behind a 5xx or 408 the call may have been carried out; where nobody
// at the address speaks WeCom, an operator must look.
func (a answer) strange() *message.SendError {
	failed := &message.SendError{Class: message.Stop, Reason: "status " + strconv.Itoa(a.status) + " without an answer of the API"}
	switch {
	case a.status >= 500, a.status == http.StatusRequestTimeout, a.cut != nil, a.status/100 == 2:
		failed.Class = a.unsure()
	case a.status == http.StatusTooManyRequests:
		failed.Class = message.Retry
	}
	return failed
}
