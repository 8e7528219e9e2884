package sandbox

import (
	"encoding/json"
	"net"
	"net/http"
	"strconv"
)

// Request is what a fault is decided on.
type Request struct {
	Call   int64 // 1 for the first well-formed send of this sandbox
	Number string
	To     string // as addressed: a phone number or a user id
	Type   string
	Ref    string
}

// Fault spoils one request. With nothing set but Accept the connection is closed
// without an answer.
//
//	Fault{Hang: true}                   a time-out, and nothing was sent
//	Fault{Hang: true, Accept: true}     a time-out, and it was sent
//	Fault{Reset: true}                  a connection that broke before the request was taken
//	Fault{Reset: true, Accept: true}    a connection that broke after it was taken
//	Fault{Torn: true, Accept: true}     an answer that breaks off in the middle
//	Fault{Status: 503}                  a server that is down; with Accept, after it took the message
//	Fault{Status: 200, Accept: true}    an answer that nobody can read, as from a proxy
//	Fault{Code: 4, Status: 429, RetryAfter: 7}
//	Fault{Code: 190}                    an expired token
type Fault struct {
	// Accept lets the message through first, so that only its answer is lost.
	Accept bool
	// Hang holds the answer back until the client gives up.
	Hang bool
	// Reset ends the connection with a reset (RST) instead of closing it in order.
	Reset bool
	// Torn sends status 200 and the first half of the answer. It needs Accept.
	Torn bool
	// Code answers with a documented error, Status with a bare HTTP status (both:
	// the error with that status).
	Code, Status int
	// RetryAfter is sent as a header, in seconds.
	RetryAfter int
}

func (s *Sandbox) fault(l *line, req *request) *Fault {
	if s.cfg.Fault == nil {
		return nil
	}
	s.mu.Lock()
	s.wellFormed++
	call := s.wellFormed
	s.mu.Unlock()
	return s.cfg.Fault(Request{Call: call, Number: l.PhoneNumberID, To: orElse(req.To, req.Recipient), Type: req.Type, Ref: req.Ref})
}

func (s *Sandbox) spoil(w http.ResponseWriter, r *http.Request, l *line, f *Fault) {
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
		s.turnDown(w, l, nil, refuse(f.Code, "injected fault"))
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

func (f fixedStatus) WriteHeader(int) { f.ResponseWriter.WriteHeader(f.status) }

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
func tear(w http.ResponseWriter, answer any) {
	b, err := json.Marshal(answer)
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
