package qyapi

// Unsure holds what the pages of WeCom do not say, or say in two ways. The zero
// value is what one page says, or, where none says anything, the way that is harder
// for a client.
type Unsure struct {
	// RepeatedID is what a second kf/send_msg with the same msgid does (B9: not
	// documented): it is sent twice, ignored, or refused.
	RepeatedID RepeatedID
	// RepeatedCode is the errcode of RefusedSecond: 40035 when 0.
	RepeatedCode int
	// Tokens is what a second gettoken does (B7: two editions of W:91039 disagree).
	Tokens Tokens
	// RepeatTimeouts repeats a callback only when there was no answer at all (newer
	// W:10514), else after every answer but 200 (older text).
	RepeatTimeouts bool
	// OverBudget is how the 6th message and the 49th hour show (B9): at once as
	// 95001 and 95002, at once as 95018, or accepted and failed by msg_send_fail.
	OverBudget OverBudget
	// WrongSecrets is after how many calls of gettoken with a wrong secret within an
	// hour the address is blocked for an hour with 45009 (B7); 0 for never.
	WrongSecrets int
	// TrustEveryCall asks for a trusted address at gettoken and at robots, too.
	TrustEveryCall bool
	// JSONOnly refuses (40035) what does not say Content-Type: application/json.
	JSONOnly bool
	// CutMarkdown cuts a markdown message of more than 2048 bytes as it does with a
	// text; else it is refused (45002). B6.
	CutMarkdown bool
	// MenuText allows items of type text in a msgmenu, as newer pages show (B9).
	MenuText bool
	// SubName is how many bytes the name of a lower menu button may have: 40 when 0
	// (B12), or 16 as the upper ones.
	SubName int
	// DeliverFiles gives an app what members send of types that no page lists (B4).
	DeliverFiles bool
	// HollowPages answers every n-th sync_msg with an empty list and has_more 1,
	// which W:94699 warns of; 0 never does.
	HollowPages int
	// StaysEnded answers a message in state 4 with 95013 instead of 95018, and a
	// transition out of it with 95013 instead of 95016 (B8 lists all three).
	StaysEnded bool
	// EarlyLeftOut leaves days whose figures are not computed yet out of statistics, as
	// W:95489 can be read; else they are zeros, as was seen at 02:32.
	EarlyLeftOut bool
	// SameSignature repeats a callback byte for byte; else each try is encrypted and
	// signed anew.
	SameSignature bool
	// RefusedSpends lets a refused answer of an AI bot use its response_url up, too: the
	// page (W:101138) says that it can be called once.
	RefusedSpends bool
	// BotUsed is the errcode of a response_url that was used or has run out: 60140 when 0,
	// which no page names but clients have reported.
	BotUsed int
	// Moves are the allowed transitions of a session's state; nil means those of the
	// summary in B9: 0 and 1 to 1–4, 2 to 2–4, 3 to 3–4.
	Moves map[int][]int
}

// RepeatedID is what a msgid that was used before does.
type RepeatedID int

// The three ways of a repeated msgid.
const (
	SentTwice     RepeatedID = iota // both reach the customer
	SentOnce                        // the second is answered as the first and not sent
	RefusedSecond                   // the second is refused with RepeatedCode
)

// Tokens is what a second gettoken does while a token lives.
type Tokens int

// The three ways of a second gettoken.
const (
	SameAgain    Tokens = iota // the same token, with the time that is left (older edition)
	NewEndsOld                 // a new token; the old one is not valid any more (40014)
	NewBesideOld               // a new token; the old one lives on
)

// OverBudget is how a message beyond the 48 hours or the 5 messages shows.
type OverBudget int

// The three ways.
const (
	Documented OverBudget = iota // 95001, 95002
	ByState                      // 95018 for both
	FailsLater                   // accepted, then msg_send_fail 6 or 4
)

func (u Unsure) withDefaults() Unsure {
	u.RepeatedCode = orElse(u.RepeatedCode, 40035)
	u.SubName = orElse(u.SubName, 40)
	u.BotUsed = orElse(u.BotUsed, 60140)
	if u.Moves == nil {
		u.Moves = map[int][]int{0: {1, 2, 3, 4}, 1: {1, 2, 3, 4}, 2: {2, 3, 4}, 3: {3, 4}}
	}
	return u
}
