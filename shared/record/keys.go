package record

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/message"
	"frontdesk/shared/table"
)

// The whole key design. PK groups what is read together, SK orders it.
//
//	PK                     SK                          what
//	C#<conversation>       HEAD                        the head of a conversation
//	C#<home>               M#<message id>              a message (ids sort by time)
//	C#<home>               R#<reply id>#<status>…      a receipt of one of our messages
//	C#<home>               F#<id>                      a follow-up
//	DAY#<day>#<shard>      <home>                      a conversation was active that day
//	ERASED#<day>           <chance>#<channel>#<team>   what is left of an erased conversation: a KPI row
//	REDO                   <day>#<shard>               the day's figures are out of date
//	KPI#<week>             <day>#<channel>#<team>      a KPI row
//	ASKED#<week>           <day>#<channel>#<team>      what no template answered (no texts)
//	ROLLED                 <day>                       the day has been rolled up
//	FIGURES#<week>         <day>#<channel>             what a channel counted itself
//	FIGURES                ASKED# | BARRED#<channel>   when it was asked for that; that it refuses
//	PLAYBOOK               LIVE | DRAFT | V#<number>   the playbook and its versions
//	PART#<hash>            <number>                    a piece of something too large for one item
//	DEAD                   <id>                        a dead letter
//	GATES                  <channel>                   whether a channel is down
//	TOKENS                 <hash of corp and secret>   an access token, or who is fetching it
//	PULLS                  <channel>                   how far a channel has been fetched
//	MENUS                  <channel>                   which menu we gave an app
//	APPROVED               <channel>                   when its approved templates were fetched
//	APPROVED               CHANGED#<account>           when it said that they have changed
//	TEMPLATES              <channel>                   the list of them
//	WELCOMED               <hash of a code>            a welcome was sent, or was being sent
//	REACH#<portfolio>      <hour> | TOLD               people written to outside a window; the limit
//	NOTICE#<month>         <id>                        what a channel told us besides messages
//	OUTBOX                 <channel>#<id>              a notice to a team that waits to be sent
//	OUTBOXES               <channel>                   how far sending notices to a channel is
//	CARD#<week>            <channel>                   the week's card was put into the outbox
//	TEAM#<team>            BOARD                       who got a conversation in which turn
//	TEAM#<team>            HELD#<conversation>         a member has it
//	TEAM#<team>            WAIT#<since>#<conversation> it waits for one
//	BLOCKED                <conversation>              its contact is blocked
//	AWAY                   <hash of a member>          who is off now
//	TESTERS                <conversation>              who may be a test contact
//	DUE                    <time>#<kind>#<conv.>#<id>  what is looked at again at that time
//	AUDIT#<month>          <id>                        who changed what
//	ROLES                  <id>                        a role of the company's own
//	ONCE#<hash>            ATTEMPT                     a request that must be carried out once
//	RECIPIENTS             <id>                        who gets the weekly mail
//	MAIL#<week>            <recipient>                 that mail was sent, or is being sent
//	MAILKEY                1                           what signs the links of mails
const (
	pkRedo       = "REDO"
	pkRolled     = "ROLLED"
	pkPlaybook   = "PLAYBOOK"
	pkDead       = "DEAD"
	pkRecipients = "RECIPIENTS"
	pkMailKey    = "MAILKEY"
	pkRoles      = "ROLES"
	pkGates      = "GATES"
	pkTokens     = "TOKENS"
	pkPulls      = "PULLS"
	pkMenus      = "MENUS"
	pkApproved   = "APPROVED"
	pkTemplates  = "TEMPLATES"
	pkWelcomed   = "WELCOMED"
	pkFigures    = "FIGURES"
	pkOutbox     = "OUTBOX"
	pkOutboxes   = "OUTBOXES"
	pkAway       = "AWAY"
	pkTesters    = "TESTERS"
	pkDue        = "DUE"
	pkBlocked    = "BLOCKED"

	skHead  = "HEAD"
	skLive  = "LIVE"
	skDraft = "DRAFT"
	skTold  = "TOLD"
	skBoard = "BOARD"

	skAttempt = "ATTEMPT"
)

// Shards spreads one day's list of active conversations over several partitions,
// because a DynamoDB partition takes 1,000 write units a second.
const Shards = 16

func headKey(id string) table.Key { return table.Key{PK: "C#" + id, SK: skHead} }

func messageKey(home, id string) table.Key { return table.Key{PK: "C#" + home, SK: "M#" + id} }

func receiptKey(home, replyID string, status message.Status, participant string) table.Key {
	sk := "R#" + replyID + "#" + string(status)
	if participant != "" {
		sk += "#" + pseudonym(participant)
	}
	return table.Key{PK: "C#" + home, SK: sk}
}

func dayKey(day, home string) table.Key {
	return table.Key{PK: dayPK(day, shardOf(home)), SK: home}
}

func dayPK(day string, shard int) string { return fmt.Sprintf("DAY#%s#%02d", day, shard) }

// shardOf takes the last four bits that the first letter of an id holds: ids
// are hashes in base 32, so every shard gets the same share.
func shardOf(home string) int {
	return strings.IndexByte("0123456789abcdefghijklmnopqrstuv", home[0]) & (Shards - 1)
}

// redoKey spreads the marks of a day, because many late receipts set it at once.
func redoKey(day, home string) table.Key {
	return table.Key{PK: pkRedo, SK: fmt.Sprintf("%s#%02d", day, shardOf(home))}
}

func roleKey(id string) table.Key { return table.Key{PK: pkRoles, SK: id} }

func attemptKey(id string) table.Key { return table.Key{PK: "ONCE#" + id, SK: skAttempt} }

func gateKey(channel string) table.Key { return table.Key{PK: pkGates, SK: channel} }

func menuKey(channel string) table.Key { return table.Key{PK: pkMenus, SK: channel} }

func approvedKey(channel string) table.Key { return table.Key{PK: pkApproved, SK: channel} }

func templatesKey(channel string) table.Key { return table.Key{PK: pkTemplates, SK: channel} }

func tokenKey(hash string) table.Key { return table.Key{PK: pkTokens, SK: hash} }

func outboxKey(channel, id string) table.Key { return table.Key{PK: pkOutbox, SK: channel + "#" + id} }

// outboxRange bounds the notices of a channel; the lower bound begins their keys.
func outboxRange(channel string) (from, to string) { return channel + "#", channel + "$" }

func outboxStateKey(channel string) table.Key { return table.Key{PK: pkOutboxes, SK: channel} }

func weekCardKey(week, channel string) table.Key { return table.Key{PK: "CARD#" + week, SK: channel} }

func teamPK(team string) string { return "TEAM#" + team }

func boardKey(team string) table.Key { return table.Key{PK: teamPK(team), SK: skBoard} }

// seatKey orders what waits by since when; what somebody has has no order.
func seatKey(conversationID string, seat conversation.Seat) table.Key {
	if seat.Member != "" {
		return table.Key{PK: teamPK(seat.Team), SK: "HELD#" + conversationID}
	}
	return table.Key{PK: teamPK(seat.Team), SK: "WAIT#" + seat.Since.UTC().Format(milliForm) + "#" + conversationID}
}

func blockedKey(id string) table.Key { return table.Key{PK: pkBlocked, SK: id} }

func awayKey(member string) table.Key { return table.Key{PK: pkAway, SK: pseudonym(member)} }

func followUpKey(home, id string) table.Key { return table.Key{PK: "C#" + home, SK: "F#" + id} }

// Times in keys, which sort as text.
const (
	milliForm  = "20060102T150405.000Z"
	secondForm = "20060102T150405Z"
)

func dueKey(d Due) table.Key {
	return table.Key{PK: pkDue, SK: d.At.UTC().Format(secondForm) + "#" + d.Kind + "#" + d.Conversation + "#" + d.ID}
}

func reachPK(portfolio string) string { return "REACH#" + portfolio }

// pseudonym stands for a member of a group: keys show in errors, numbers must not.
func pseudonym(participant string) string {
	sum := sha256.Sum256([]byte(participant))
	return hex.EncodeToString(sum[:8])
}

func kpiPK(week string) string { return "KPI#" + week }

func erasedPK(day string) string { return "ERASED#" + day }

func askedPK(week string) string { return "ASKED#" + week }

func versionKey(n int64) table.Key {
	return table.Key{PK: pkPlaybook, SK: fmt.Sprintf("V#%09d", n)}
}

func monthPK(kind string, at time.Time) string { return kind + "#" + at.UTC().Format("2006-01") }

// messageRange bounds the message keys of a span of time.
func messageRange(from, to time.Time) (string, string) {
	return "M#" + conversation.IDBound(from), "M#" + conversation.IDBound(to)
}
