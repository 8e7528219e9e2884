package qyapi

import (
	"encoding/json"
	"fmt"
	"sort"
	"strconv"
	"strings"
	"time"
)

// The states of a session (B9).
const (
	StateNew    = 0
	StateBot    = 1
	StatePool   = 2
	StatePerson = 3
	StateEnded  = 4
)

// account is one account of customer service with what was said in it.
type account struct {
	Account
	log      []stored // oldest first
	seq      int64
	sessions map[string]*session
	off      map[string]bool // servicers who are off duty
	codes    ledger[*code]
	pulls    ledger[time.Time] // the tokens of callbacks, and until when they hold
	served   int64             // calls of sync_msg, see Unsure.HollowPages
	ids      map[string]bool   // our own msgids that were used
}

// stored is one item of sync_msg.
type stored struct {
	seq  int64
	at   time.Time
	item json.RawMessage
}

// session is one customer in one account.
type session struct {
	customer string
	state    int
	servicer string
	// wrote is the customer's last message, count what we sent after it.
	wrote time.Time
	count int
	// greeted is the last welcome, sentAt our last message to the customer.
	greeted, sentAt time.Time
	// waiting is since when the customer waits for an answer by a person.
	waiting  time.Time
	rejected bool
}

// storeLife is how long an item can be pulled: 3 days (B9).
const storeLife = 3 * day

func newAccount(a Account) *account {
	return &account{
		Account: a, sessions: map[string]*session{}, off: map[string]bool{}, ids: map[string]bool{},
	}
}

// session returns what is known of a customer here, new or old.
func (a *account) session(customer string) *session {
	if a.sessions[customer] == nil {
		a.sessions[customer] = &session{customer: customer}
	}
	return a.sessions[customer]
}

// account finds an account that the caller may use. 48007 for one of another app is
// by the list of codes (W:90313), not by a page of customer service (?).
func (s *Sandbox) account(c *caller, id string) (*account, *refusal) {
	switch a := s.accounts[id]; {
	case !strings.HasPrefix(id, "wk"):
		return nil, refuse(95000, "invalid open_kfid")
	case a == nil:
		return nil, refuse(95004, "open_kfid not exist")
	case a.Agent != c.app.AgentID:
		return nil, refuse(48007, "the account is not granted to this app")
	default:
		return a, nil
	}
}

// store keeps an item for sync_msg.
func (s *Sandbox) store(a *account, item map[string]any, at time.Time) (string, error) {
	id, err := s.id("")
	if err != nil {
		return "", err
	}
	item["msgid"], item["send_time"] = id, at.Unix()
	raw, err := json.Marshal(item)
	if err != nil {
		return "", fmt.Errorf("store an item of customer service: %w", err)
	}
	a.seq++
	a.log = append(a.log, stored{a.seq, at, raw})
	if extra := len(a.log) - s.cfg.Keep; extra > s.cfg.Keep/4 {
		a.log = append([]stored(nil), a.log[extra:]...)
	}
	return id, nil
}

// syncBody is the request of sync_msg (W:94699).
type syncBody struct {
	Cursor  string `json:"cursor"`
	Token   string `json:"token"`
	Limit   int    `json:"limit"`
	Format  int    `json:"voice_format"`
	Account string `json:"open_kfid"`
}

func (b *syncBody) about() Request { return Request{From: b.Account, Type: "sync"} }

func (b *syncBody) check(*Sandbox) *refusal {
	if b.Limit < 0 || b.Limit > 1000 || b.Format < 0 || b.Format > 1 {
		return refuse(40058, "limit must be 1 to 1000, voice_format 0 or 1")
	}
	return first(need(40063, "open_kfid", b.Account), within(40058, "cursor", b.Cursor, 64), within(40058, "token", b.Token, 128))
}

// syncMsg: B9. Without a cursor it starts with the oldest of 3 days.
func syncMsg(s *Sandbox, c *caller, b *syncBody) (answer, *refusal) {
	a, r := s.account(c, b.Account)
	if r != nil {
		return nil, r
	}
	now := s.cfg.Now()
	if r := s.pullAllowed(a, b.Token, now); r != nil {
		return nil, r
	}
	from, r := a.position(b.Cursor)
	if r != nil {
		return nil, r
	}
	a.served++
	if n := s.cfg.Unsure.HollowPages; n > 0 && a.served%int64(n) == 0 {
		return answer{"next_cursor": a.cursor(from), "has_more": 1, "msg_list": []any{}}, nil
	}
	items, last, more := a.after(from, orElse(b.Limit, 1000), now.Add(-storeLife))
	s.tell(Event{Kind: Pulled, Where: a.OpenKFID, Count: len(items)})
	return answer{"next_cursor": a.cursor(last), "has_more": more, "msg_list": items}, nil
}

// pullAllowed checks the token of a callback, or the strict limit without one.
func (s *Sandbox) pullAllowed(a *account, token string, now time.Time) *refusal {
	if token == "" {
		if !s.rates.spend(bound{rateKey{"bare", a.OpenKFID}, s.cfg.Limits.Bare, time.Minute, true}, now, 1) {
			return refuse(45009, "api freq out of limit")
		}
		return nil
	}
	if till, known := a.pulls.items[token]; !known || !now.Before(till) {
		return refuse(95007, "invalid msg token")
	}
	return nil
}

// after returns up to limit items behind a position, and the last one's position.
func (a *account) after(from int64, limit int, oldest time.Time) (items []json.RawMessage, last int64, more int) {
	i := sort.Search(len(a.log), func(i int) bool { return a.log[i].seq > from })
	items, last = []json.RawMessage{}, from
	for ; i < len(a.log); i++ {
		if a.log[i].at.Before(oldest) {
			last = a.log[i].seq
			continue
		}
		if len(items) == limit {
			return items, last, 1
		}
		items, last = append(items, a.log[i].item), a.log[i].seq
	}
	return items, last, 0
}

// cursorHead begins every cursor.
const cursorHead = "4gw7MepFLfgF2VC5"

// cursor names a position. It is opaque to clients.
func (a *account) cursor(seq int64) string {
	return cursorHead + strconv.FormatInt(seq, 36)
}

// sequence is the position that a cursor names.
func sequence(cursor string) (int64, bool) {
	digits, ok := strings.CutPrefix(cursor, cursorHead)
	seq, err := strconv.ParseInt(digits, 36, 64)
	return seq, ok && err == nil && seq >= 0
}

func (a *account) position(cursor string) (int64, *refusal) {
	if cursor == "" {
		return 0, nil
	}
	seq, ok := sequence(cursor)
	if !ok || seq > a.seq {
		return 0, refuse(50100, "invalid cursor")
	}
	return seq, nil
}
