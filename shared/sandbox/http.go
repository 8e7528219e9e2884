package sandbox

import (
	"crypto/subtle"
	"fmt"
	"io"
	"mime"
	"net/http"
	"regexp"
	"strings"
)

// maxRequest is the largest request body that is read.
const maxRequest = 1 << 20

var version = regexp.MustCompile(`^v[0-9]{1,3}\.[0-9]{1,2}$`)

// ServeHTTP answers POST /{version}/{phone number id}/messages and
// GET /{version}/{business account id}/message_templates as the Graph API does.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if account, ok := listsTemplates(r); ok {
		s.listTemplates(w, r, account)
		return
	}
	l, refused := s.address(r)
	if refused != nil {
		s.turnDown(w, l, nil, refused)
		return
	}
	req, refused := read(r)
	if refused != nil {
		s.turnDown(w, l, req, refused)
		return
	}
	if req.Status != "" {
		s.markRead(w, l, req)
		return
	}
	s.send(w, r, l, req)
}

func (s *Sandbox) send(w http.ResponseWriter, r *http.Request, l *line, req *request) {
	fault := s.fault(l, req)
	if fault != nil && !fault.Accept {
		s.spoil(w, r, l, fault)
		return
	}
	m, refused := s.accept(l, req)
	if refused != nil {
		s.turnDown(w, l, req, refused)
		return
	}
	s.schedule(l, m)
	switch {
	case fault != nil && fault.Torn:
		tear(w, answer(m, req))
	case fault != nil:
		s.spoil(w, r, l, fault)
	default:
		writeJSON(w, http.StatusOK, answer(m, req))
	}
}

// address finds the business number of a call and checks the token. A token is
// good for every number of its business account.
func (s *Sandbox) address(r *http.Request) (*line, *refusal) {
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	if len(parts) != 3 || !version.MatchString(parts[0]) || parts[2] != "messages" {
		return nil, refuse(100, "Unknown path components")
	}
	if r.Method != http.MethodPost {
		return nil, refuse(100, "Unsupported %s request", r.Method)
	}
	owner := s.owner(r.Header.Get("Authorization"))
	if owner == nil {
		return nil, refuse(190, "Invalid OAuth access token.")
	}
	l := s.lines[parts[1]] // the map never changes
	switch {
	case l == nil:
		return nil, refuse(33, "The business phone number does not exist or has been deleted.")
	case l.BusinessID != owner.BusinessID:
		return nil, refuse(10, "The token has no permission for this business phone number.")
	}
	return l, nil
}

func (s *Sandbox) owner(authorization string) *line {
	token, ok := strings.CutPrefix(authorization, "Bearer ")
	if !ok {
		return nil
	}
	var found *line
	for _, l := range s.lines {
		if subtle.ConstantTimeCompare([]byte(l.Token), []byte(token)) == 1 {
			found = l
		}
	}
	return found
}

func read(r *http.Request) (*request, *refusal) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return nil, refuse(100, "The parameter messaging_product is required: Content-Type must be application/json.")
	}
	data, err := io.ReadAll(io.LimitReader(r.Body, maxRequest+1))
	if err != nil {
		return nil, refuse(100, "the body could not be read")
	}
	if len(data) > maxRequest {
		return nil, refuse(100, "the body is larger than %d bytes", maxRequest)
	}
	return parse(data)
}

// turnDown answers a refusal and tells it.
func (s *Sandbox) turnDown(w http.ResponseWriter, l *line, req *request, refused *refusal) {
	s.mu.Lock()
	s.calls++
	e := Event{Kind: RequestRefused, Code: refused.code, Reason: refused.details}
	if l != nil {
		e.Number = l.PhoneNumberID
	}
	if req != nil {
		if p, _ := s.recipient(l, req); p != nil {
			e.Customer = p.Customer
		}
	}
	s.tell(e)
	trace := s.trace()
	s.mu.Unlock()
	writeError(w, refused, trace)
}

// trace makes an fbtrace_id. The caller holds the lock.
func (s *Sandbox) trace() string { return fmt.Sprintf("Asandbox%015d", s.calls) }

// answer is the documented success body (Meta, send-messages page). Who is
// addressed by user id is answered without wa_id (business-scoped-user-ids page).
func answer(m *SentMessage, req *request) any {
	contact := map[string]string{"input": req.To, "wa_id": m.To.Phone}
	if m.byUserID {
		contact = map[string]string{"input": req.Recipient, "user_id": m.To.UserID}
	}
	return map[string]any{
		"messaging_product": "whatsapp",
		"contacts":          []any{contact},
		"messages":          []any{map[string]string{"id": m.ID}},
	}
}

// markRead: Meta, mark-message-as-read and typing-indicators pages.
func (s *Sandbox) markRead(w http.ResponseWriter, l *line, req *request) {
	s.mu.Lock()
	ours := s.byID[req.MessageID] != nil
	if !ours {
		s.calls++
		e := Event{Kind: MarkedRead, Number: l.PhoneNumberID, ID: req.MessageID}
		if p := s.from[req.MessageID]; p != nil {
			e.Customer = p.Customer
		}
		s.tell(e)
		if e.Kind = TypingShown; req.Typing != nil {
			s.tell(e)
		}
	}
	s.mu.Unlock()
	if ours {
		s.turnDown(w, l, nil, refuse(131009, "message_id must be of a message that was received"))
		return
	}
	writeJSON(w, http.StatusOK, map[string]bool{"success": true})
}
