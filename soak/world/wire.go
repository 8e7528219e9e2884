package world

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"os"
	"strconv"
	"syscall"
	"time"

	"frontdesk/soak/fault"
)

// wire is the network between the sender and the sandbox. It tells httptrace how
// far a request came, as net/http's transport does, because the sender decides by
// that whether a message may have gone out.
type wire struct{ w *World }

// patience is how long the sender waits for an answer.
const patience = 10 * time.Second

// patience is what is left of it: a WeCom send is several requests, which share a bound.
func (n wire) patience() time.Duration {
	until, bound := n.w.bounds[n.w.sim.Current()]
	if !bound {
		return patience
	}
	return min(patience, max(until.Sub(n.w.sim.Now()), 0))
}

// bounded runs a send whose requests together may take so long.
func (w *World) bounded(whole time.Duration, send func() (string, error)) (string, error) {
	t := w.sim.Current()
	w.bounds[t] = w.sim.Now().Add(whole)
	defer delete(w.bounds, t)
	return send()
}

// RoundTrip carries one request.
func (n wire) RoundTrip(req *http.Request) (*http.Response, error) {
	w := n.w
	var body []byte
	if req.Body != nil {
		var err error
		if body, err = io.ReadAll(req.Body); err != nil {
			return nil, fmt.Errorf("read the request: %w", err)
		}
	}
	if n.patience() == 0 {
		return nil, context.DeadlineExceeded
	}
	trace := traceOf(req.Context())
	trace.GetConn(req.URL.Host)
	w.step("before send", w.between(time.Millisecond, 5*time.Millisecond))
	if fault.In(w.downs, w.sim.Now()) >= 0 {
		w.faults.Touch(fault.Down, w.subject())
		return nil, n.refused("channel down")
	}
	if w.faults.Strike(fault.NoConnection, w.subject()) {
		return nil, n.refused("no connection")
	}
	trace.GotConn(httptrace.GotConnInfo{})
	if w.faults.Strike(fault.ResetBefore, w.subject()) {
		trace.WroteRequest(httptrace.WroteRequestInfo{Err: syscall.ECONNRESET})
		w.note("reset before writing")
		return nil, reset("write")
	}
	trace.WroteRequest(httptrace.WroteRequestInfo{})
	w.step("request written", w.between(20*time.Millisecond, 150*time.Millisecond))
	return n.answer(req, body)
}

func (n wire) refused(why string) error {
	n.w.note(why)
	return &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
}

func reset(op string) error {
	return &net.OpError{Op: op, Net: "tcp", Err: os.NewSyscallError(op, syscall.ECONNRESET)}
}

// traceOf returns the hooks of a request, each of which may be called.
func traceOf(ctx context.Context) *httptrace.ClientTrace {
	t := httptrace.ClientTrace{}
	if given := httptrace.ContextClientTrace(ctx); given != nil {
		t = *given
	}
	if t.GetConn == nil {
		t.GetConn = func(string) {}
	}
	if t.GotConn == nil {
		t.GotConn = func(httptrace.GotConnInfo) {}
	}
	if t.WroteRequest == nil {
		t.WroteRequest = func(httptrace.WroteRequestInfo) {}
	}
	return &t
}

// answer is what becomes of a request that was written.
func (n wire) answer(req *http.Request, body []byte) (*http.Response, error) {
	w := n.w
	kind, _ := w.faults.First(w.subject(), fault.ResetUnread, fault.TimeoutUnread, fault.BareServer,
		fault.ResetAccepted, fault.TimeoutTaken, fault.BareTaken)
	switch kind {
	case fault.ResetUnread:
		w.note("reset, not accepted")
		return nil, reset("read")
	case fault.TimeoutUnread:
		w.step("time-out, not accepted", n.patience())
		return nil, context.DeadlineExceeded
	case fault.BareServer:
		w.note("502, not accepted")
		return bare(req), nil
	}
	resp := n.hand(req, body)
	if kind != "" {
		w.side.lost(req)
	}
	w.step("answered "+strconv.Itoa(resp.StatusCode), w.between(20*time.Millisecond, 150*time.Millisecond))
	switch kind {
	case fault.ResetAccepted:
		w.note("reset, accepted")
		return nil, reset("read")
	case fault.TimeoutTaken:
		w.step("time-out, accepted", n.patience())
		return nil, context.DeadlineExceeded
	case fault.BareTaken:
		w.note("502, accepted")
		return bare(req), nil
	}
	return resp, nil
}

func bare(req *http.Request) *http.Response {
	return &http.Response{StatusCode: http.StatusBadGateway, Header: http.Header{}, Request: req,
		Body: io.NopCloser(bytes.NewReader([]byte("<html>bad gateway</html>")))}
}

// hand gives the request to the channel.
func (n wire) hand(req *http.Request, body []byte) *http.Response {
	rec := n.w.side.call(req, body)
	n.w.note("channel answers " + strconv.Itoa(rec.status()))
	return &http.Response{StatusCode: rec.status(), Header: rec.header, Request: req, Body: io.NopCloser(&rec.body)}
}

// recorder keeps an answer.
type recorder struct {
	header http.Header
	code   int
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header { return r.header }

func (r *recorder) WriteHeader(code int) {
	if r.code == 0 {
		r.code = code
	}
}

func (r *recorder) Write(p []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	return r.body.Write(p)
}

func (r *recorder) status() int {
	if r.code == 0 {
		return http.StatusOK
	}
	return r.code
}
