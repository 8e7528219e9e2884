package world

import (
	"net/http"
	"strings"
	"time"

	"frontdesk/shared/sandbox/qyapi"
	"frontdesk/shared/table"
	"frontdesk/soak/audit"
	"frontdesk/soak/sim"
)

// slowFetch is after how long somebody else may fetch an access token, too: the lease of
// the first has run out by then, or nearly.
const slowFetch = 5 * time.Second

func (s *qyapiSide) tell(what audit.TokenKind) {
	s.tokens = append(s.tokens, audit.Token{Kind: what, At: s.w.sim.Now()})
}

// fetches notes that the current task asks for an access token, since it has the lease.
func (s *qyapiSide) fetches() {
	now, t := s.w.sim.Now(), s.w.sim.Current()
	if s.fetching[t] = s.leased[t]; s.fetching[t].IsZero() {
		s.fetching[t] = now
	}
	delete(s.leased, t)
	for _, since := range s.fetching {
		if now.Sub(since) >= slowFetch { // somebody else's lease, or our own
			s.tell(audit.TokenTrouble)
			return
		}
	}
}

// given notes a token that WeCom gave.
func (s *qyapiSide) given(value string) {
	what := audit.TokenGiven
	if value == s.token {
		what = audit.TokenAgain
	}
	s.token = value
	s.tell(what)
}

// lost notes that nobody got the token that was given.
func (s *qyapiSide) lost(req *http.Request) {
	if strings.HasSuffix(req.URL.Path, "/gettoken") {
		s.tell(audit.TokenTrouble)
	}
}

// stored notes that the lease or a token was written, or was not.
func (s *qyapiSide) stored(key table.Key, err error) {
	t := s.w.sim.Current()
	if key.PK != "TOKENS" {
		return
	}
	if _, ok := s.fetching[t]; !ok {
		s.leased[t] = s.w.sim.Now()
		return
	}
	delete(s.fetching, t)
	if err != nil {
		s.tell(audit.TokenTrouble)
	}
}

// killed notes that a task ends before it could write its token.
func (s *qyapiSide) killed(t *sim.Task) {
	delete(s.leased, t)
	if _, ok := s.fetching[t]; ok {
		delete(s.fetching, t)
		s.tell(audit.TokenTrouble)
	}
}

func (s *qyapiSide) seen(in *audit.Input) {
	in.Tokens = s.tokens
	for _, m := range s.sandbox.Sent() {
		in.Sent = append(in.Sent, audit.Sent{
			ID: m.ID, Ref: s.w.ledger.refs[m.ID], Text: m.Text, At: m.At,
			Welcome: m.Via == qyapi.ViaEvent, Claimed: s.claimed[m.ID], Dropped: len(m.Dropped) > 0, Unreached: len(m.To) == 0,
			Failed: m.Fate != 0 || s.w.ledger.failed[m.ID],
		})
	}
}

func (s *qyapiSide) close() { s.sandbox.Close() }
