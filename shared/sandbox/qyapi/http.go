package qyapi

import (
	"encoding/json"
	"io"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// maxRequest is the largest request body that is read: a robot's picture of 2 MB in
// Base64, and room around it.
const maxRequest = 3 << 20

// route is one call of the API.
type route struct {
	method string
	// open calls need no access token.
	open bool
	// form calls carry a file.
	form bool
	read reader
}

// reader takes a request apart, before anything is looked up.
type reader func(s *Sandbox, c *caller, body []byte) (*action, *refusal)

// action is a well-formed call. do runs under the lock.
type action struct {
	about Request
	do    func() (answer, *refusal)
}

// caller is who calls, and how.
type caller struct {
	app   *app // nil in open calls
	call  string
	query url.Values
	from  string // IP address
	form  string // Content-Type of a call that carries a file
}

// body is the JSON of a POST.
type body interface {
	check(*Sandbox) *refusal
	about() Request
}

// posted reads a JSON body. Unknown keys are ignored, as WeCom does.
func posted[B any, P interface {
	*B
	body
}](do func(*Sandbox, *caller, P) (answer, *refusal)) reader {
	return func(s *Sandbox, c *caller, data []byte) (*action, *refusal) {
		b := P(new(B))
		if err := json.Unmarshal(data, b); err != nil {
			return nil, refuse(40058, "invalid Request Parameter: the body is not the JSON of this call")
		}
		if r := b.check(s); r != nil {
			return nil, r
		}
		return &action{b.about(), func() (answer, *refusal) { return do(s, c, b) }}, nil
	}
}

// asked reads a GET, whose parameters stand in the query.
func asked(do func(*Sandbox, *caller) (answer, *refusal)) reader {
	return func(s *Sandbox, c *caller, _ []byte) (*action, *refusal) {
		return &action{Request{}, func() (answer, *refusal) { return do(s, c) }}, nil
	}
}

// ServeHTTP answers the calls below /cgi-bin/ as qyapi.weixin.qq.com does.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := &caller{call: strings.TrimPrefix(r.URL.Path, "/cgi-bin/"), query: r.URL.Query(), from: address(r)}
	to, known := s.routes[c.call]
	if !known || !strings.HasPrefix(r.URL.Path, "/cgi-bin/") {
		http.NotFound(w, r)
		return
	}
	if refused := s.admit(to, c, r); refused != nil {
		s.turnDown(w, c, refused)
		return
	}
	defer s.leave()
	a, refused := s.parse(to, c, r)
	if refused != nil {
		s.turnDown(w, c, refused)
		return
	}
	s.answer(w, r, c, a)
}

// answer does the call, unless a fault prevents it.
func (s *Sandbox) answer(w http.ResponseWriter, r *http.Request, c *caller, a *action) {
	fault := s.fault(c, a.about)
	if fault != nil && !fault.Accept {
		s.spoil(w, r, c, fault)
		return
	}
	var done answer
	var refused *refusal
	s.locked(func() { done, refused = a.do() })
	switch {
	case refused != nil:
		s.turnDown(w, c, refused)
	case fault != nil && fault.Torn:
		tear(w, done)
	case fault != nil:
		s.spoil(w, r, c, fault)
	default:
		write(w, 0, "ok", done)
	}
}

// admit checks who calls and how often, and counts the call as running.
func (s *Sandbox) admit(to route, c *caller, r *http.Request) *refusal {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.Method != to.method {
		return refuse(40035, "require %s method", to.method)
	}
	if !s.trusted(to, c) {
		return refuse(60020, "not allow to access from your ip")
	}
	if !to.open {
		if r := s.identify(c); r != nil {
			return r
		}
	}
	if r := s.frequency(c); r != nil {
		return r
	}
	if s.cfg.Limits.AtOnce > 0 && s.busy >= s.cfg.Limits.AtOnce {
		return refuse(45033, "api concurrent out of limit")
	}
	s.busy++
	return nil
}

func (s *Sandbox) leave() {
	s.mu.Lock()
	s.busy--
	s.mu.Unlock()
}

// trusted holds the list of trusted addresses (B14).
func (s *Sandbox) trusted(to route, c *caller) bool {
	if s.cfg.TrustedIPs == nil || to.open && !s.cfg.Unsure.TrustEveryCall {
		return true
	}
	ip, err := netip.ParseAddr(c.from)
	if err != nil {
		return false
	}
	for _, p := range s.cfg.TrustedIPs {
		if p.Contains(ip.Unmap()) {
			return true
		}
	}
	return false
}

// frequency: W:90454.
func (s *Sandbox) frequency(c *caller) *refusal {
	now, l := s.cfg.Now(), s.cfg.Limits
	for _, b := range []bound{
		{rateKey{"call", c.call}, l.PerCall, time.Minute, true},
		{rateKey{"call/hour", c.call}, l.PerCallHour, time.Hour, true},
		{rateKey{"address", c.from}, l.PerAddress, time.Minute, true},
	} {
		if !s.rates.spend(b, now, 1) {
			return refuse(45009, "api freq out of limit")
		}
	}
	return nil
}

func (s *Sandbox) parse(to route, c *caller, r *http.Request) (*action, *refusal) {
	if to.method == http.MethodGet {
		return to.read(s, c, nil)
	}
	if to.form {
		return s.parseForm(to, c, r)
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); s.cfg.Unsure.JSONOnly && (err != nil || kind != "application/json") {
		return nil, refuse(40035, "the Content-Type is not application/json")
	}
	data, err := io.ReadAll(io.LimitReader(r.Body, maxRequest+1))
	if err != nil || len(data) > maxRequest {
		return nil, refuse(40206, "the body cannot be read or is larger than %d bytes", maxRequest)
	}
	return to.read(s, c, data)
}

// parseForm leaves the Content-Type, which holds the boundary, to the reader.
func (s *Sandbox) parseForm(to route, c *caller, r *http.Request) (*action, *refusal) {
	c.form = r.Header.Get("Content-Type")
	data, err := io.ReadAll(io.LimitReader(r.Body, maxUpload+1))
	if err != nil || len(data) > maxUpload {
		return nil, refuse(45001, "media size out of limit")
	}
	return to.read(s, c, data)
}

// turnDown answers a refusal and tells it.
func (s *Sandbox) turnDown(w http.ResponseWriter, c *caller, refused *refusal) {
	s.mu.Lock()
	e := Event{Kind: CallRefused, Call: c.call, Code: refused.code, Reason: refused.reason}
	if c.app != nil {
		e.Where = c.app.id()
	}
	s.tell(e)
	hint := s.feed.Seq()
	s.mu.Unlock()
	write(w, refused.code, refused.message(hint, c.from), nil)
}

func address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// noID is the refusal when no id can be made: WeCom's word for its own trouble.
func noID(err error) *refusal { return refuse(-1, "system busy: %v", err) }
