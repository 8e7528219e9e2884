package qyapi

import "time"

// Limits are the frequencies. 0 is the documented one, negative lifts it.
type Limits struct {
	// PerCall and PerCallHour are calls of one API by the company: 10,000 a minute
	// and 150,000 an hour (W:90454).
	PerCall, PerCallHour int
	// PerAddress is calls from one address: 20,000 a minute (W:90454).
	PerAddress int
	// Tokens is calls of gettoken for one app in a minute: W:91039 names no number;
	// 100 when 0.
	Tokens int
	// Bare is calls of sync_msg without a token in a minute: W:94699 says "strict"
	// and no number; 10 when 0.
	Bare int
	// PerMember and PerMemberHour are messages of an app to a member, 30 a minute and
	// 1,000 an hour; more are dropped without a word (W:90454).
	PerMember, PerMemberHour int
	// Ceiling is how many accounts the company may have: an app may send 200 times as
	// many messages a day, counted by person. 0 lifts it.
	Ceiling int
	// ChatsPerDay is chats made by an app, 1,000 a day; ChatPush is what it pushes to
	// chats counted by person, 20,000 a minute; ChatMember is what one member gets
	// from chats, 200 a minute, more is dropped without a word (W:90454).
	ChatsPerDay, ChatPush, ChatMember int
	// Robot is messages of a robot: 20 a minute (W:91770).
	Robot int
	// AtOnce is how many calls may run at the same time (45033); 0 lifts it, because
	// no page names a number.
	AtOnce int
}

func (l Limits) withDefaults() Limits {
	for _, d := range []struct {
		limit    *int
		standard int
	}{
		{&l.PerCall, 10_000}, {&l.PerCallHour, 150_000}, {&l.PerAddress, 20_000}, {&l.Tokens, 100}, {&l.Bare, 10},
		{&l.PerMember, 30}, {&l.PerMemberHour, 1000}, {&l.ChatsPerDay, 1000}, {&l.ChatPush, 20_000}, {&l.ChatMember, 200}, {&l.Robot, 20},
	} {
		*d.limit = orElse(*d.limit, d.standard)
	}
	return l
}

const day = 24 * time.Hour

// rates counts by name: "send/1000002/zhang" and the like.
type rates map[rateKey]*rate

type rateKey struct{ what, who string }

// rate counts what happened within a span of time.
type rate struct {
	past []time.Time // oldest first
	till time.Time   // blocked until
}

// bound is one limit of one counter. With block, whoever exceeds it is shut out for as
// long as the span (W:90454).
type bound struct {
	key   rateKey
	limit int // negative is none
	span  time.Duration
	block bool
}

// spend counts n more, or reports that there is no room; nothing is counted then.
func (r rates) spend(b bound, now time.Time, n int) bool {
	if b.limit < 0 {
		return true
	}
	c := r[b.key]
	if c == nil {
		c = &rate{}
		r[b.key] = c
	}
	for len(c.past) > 0 && !now.Before(c.past[0].Add(b.span)) {
		c.past = c.past[1:]
	}
	if now.Before(c.till) {
		return false
	}
	if len(c.past)+n > b.limit {
		if b.block {
			c.till = now.Add(b.span)
		}
		return false
	}
	for range n {
		c.past = append(c.past, now)
	}
	return true
}
