package wecom

import (
	"net/netip"
	"strings"
	"time"

	"frontdesk/shared/message"
)

// Code is one error code (errcode) of WeCom's API, or a span of them: what it means
// and what to do about it.
type Code struct {
	First, Last int
	Class       message.Class
	// After is how long to wait before the next try; 0 leaves it to the caller.
	After   time.Duration
	Meaning string
}

// Explain returns what a code means; false when it is not in the table. 0 is
// success and in no table: with it, look at invaliduser.
func Explain(code int) (Code, bool) {
	for _, table := range tables() {
		for _, c := range table {
			if c.First <= code && code <= c.Last {
				return c, true
			}
		}
	}
	return Code{}, false
}

// ExplainToken is [Explain] for the answer of gettoken: without a token nothing can be
// sent, so all that a pause does not cure is a Stop.
func ExplainToken(code int) (Code, bool) {
	c, ok := Explain(code)
	if ok && c.Class != message.Retry && c.Class != message.Slow {
		c.Class = message.Stop
	}
	return c, ok
}

// Codes returns the whole table, for documentation and for the sandbox.
func Codes() []Code {
	var all []Code
	for _, table := range tables() {
		all = append(all, table...)
	}
	return all
}

// CallerIP finds the address that WeCom says a call came from ("…, from ip:
// 203.0.113.7, more info at …"): what an operator must add to the app's trusted
// addresses after code 60020.
func CallerIP(errmsg string) (netip.Addr, bool) {
	_, after, found := strings.Cut(errmsg, "from ip: ")
	if !found {
		return netip.Addr{}, false
	}
	end := strings.IndexFunc(after, func(c rune) bool { return !strings.ContainsRune("0123456789abcdefABCDEF.:", c) })
	if end < 0 {
		end = len(after)
	}
	addr, err := netip.ParseAddr(after[:end])
	return addr, err == nil
}

// tables are the codes by what they are about. The codes are WeCom's (W:90313, in
// its edition of 2024-04-08, and the pages named below); meanings and classes are
// ours. Decide on the code alone: errmsg changes, and may repeat what was sent.
func tables() [5][]Code {
	return [...][]Code{callCodes[:], contentCodes[:], peopleCodes[:], serviceCodes[:], groupCodes[:]}
}
