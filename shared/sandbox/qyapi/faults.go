package qyapi

import (
	"net"
	"net/http"
	"strconv"
)

// Request is what a fault is decided on.
type Request struct {
	Number int64  // 1 for the first well-formed call of this sandbox
	Call   string // the path below /cgi-bin/
	Agent  int64  // 0 in calls without a token
	From   string // open_kfid, chat
	To     string // as addressed: members joined by |, or a customer
	Type   string
	ID     string // our own msgid
}

// Fault spoils one call. With nothing set but Accept the connection is closed without
// an answer.
//
//	Fault{Hang: true}                   a time-out, and nothing was done
//	Fault{Hang: true, Accept: true}     a time-out, and it was done
//	Fault{Reset: true}                  a connection that broke before the call was taken
//	Fault{Reset: true, Accept: true}    a connection that broke after it was taken
//	Fault{Torn: true, Accept: true}     an answer that breaks off in the middle
//	Fault{Status: 503}                  a server that is down; with Accept, after it took the call
//	Fault{Status: 200, Accept: true}    an answer that nobody can read, as from a proxy
//	Fault{Code: -1}                     WeCom is busy
//	Fault{Code: -1, Accept: true}       WeCom says that it is busy, and did it
//	Fault{Code: 42001}                  a token that has run out
//	Fault{Code: 45009, RetryAfter: 7}
type Fault struct {
	// Accept lets the call through first, so that only its answer is lost.
	Accept bool
	// Hang holds the answer back until the client gives up.
	Hang bool
	// Reset ends the connection with a reset (RST) instead of closing it in order.
	Reset bool
	// Torn sends status 200 and the first half of the answer. It needs Accept.
	Torn bool
	// Code answers with an errcode, Status with a bare HTTP status (both: the errcode
	// with that status).
	Code, Status int
	// RetryAfter is sent as a header, in seconds. WeCom itself sends none.
	RetryAfter int
}

func (s *Sandbox) fault(c *caller, about Request) *Fault {
	if s.cfg.Fault == nil {
		return nil
	}
	s.mu.Lock()
	s.calls++
	about.Number, about.Call = s.calls, c.call
	s.mu.Unlock()
	if c.app != nil {
		about.Agent = c.app.AgentID
	}
	return s.cfg.Fault(about)
}

func (s *Sandbox) spoil(w http.ResponseWriter, r *http.Request, c *caller, f *Fault) {
	if f.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(f.RetryAfter))
	}
	switch {
	case f.Hang:
		select {
		case <-r.Context().Done():
		case <-s.ctx.Done():
		}
		cut(w, f.Reset)
	case f.Code != 0:
		if f.Status != 0 {
			w = fixedStatus{w, f.Status}
		}
		s.turnDown(w, c, refuse(f.Code, "injected fault"))
	case f.Status != 0:
		http.Error(w, http.StatusText(f.Status), f.Status)
	default:
		cut(w, f.Reset)
	}
}

// fixedStatus answers with one status whatever the handler says.
type fixedStatus struct {
	http.ResponseWriter
	status int
}

func (f fixedStatus) Write(b []byte) (int, error) {
	f.WriteHeader(f.status)
	return f.ResponseWriter.Write(b)
}

// cut ends the connection without an answer; where that is impossible (HTTP/2, a
// recorder) it answers 502.
func cut(w http.ResponseWriter, reset bool) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	if tcp, ok := conn.(*net.TCPConn); ok && reset {
		_ = tcp.SetLinger(0) // closing then resets
	}
	_ = conn.Close() // nothing to be done for a connection that is cut on purpose
}

// tear sends half of an answer and ends the connection.
func tear(w http.ResponseWriter, a answer) {
	b, err := encode(0, "ok", a)
	if err != nil {
		cut(w, false)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(b[:len(b)/2])
	rc := http.NewResponseController(w)
	_ = rc.Flush()
	if conn, _, err := rc.Hijack(); err == nil {
		_ = conn.Close()
	}
}
