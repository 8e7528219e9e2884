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
//	DAY#<day>#<shard>      <home>                      a conversation was active that day
//	REDO                   <day>#<shard>               the day's figures are out of date
//	KPI#<week>             <day>#<channel>#<team>      a KPI row
//	ROLLED                 <day>                       the day has been rolled up
//	PLAYBOOK               LIVE | DRAFT | V#<number>   the playbook and its versions
//	PART#<hash>            <number>                    a piece of something too large for one item
//	DEAD                   <id>                        a dead letter
//	GATES                  <channel>                   whether a channel is down
//	TOKENS                 <hash of corp and secret>   an access token, or who is fetching it
//	PULLS                  <channel>                   how far a channel has been fetched
//	WELCOMED               <hash of a code>            a welcome was sent, or was being sent
//	REACH#<portfolio>      <hour> | TOLD               people written to outside a window; the limit
//	NOTICE#<month>         <id>                        what a channel told us besides messages
//	AUDIT#<month>          <id>                        who changed what
//	RECIPIENTS             <id>                        who gets the weekly mail
//	MAIL#<week>            <recipient>                 that mail was sent, or is being sent
const (
	pkRedo       = "REDO"
	pkRolled     = "ROLLED"
	pkPlaybook   = "PLAYBOOK"
	pkDead       = "DEAD"
	pkRecipients = "RECIPIENTS"
	pkGates      = "GATES"
	pkTokens     = "TOKENS"
	pkPulls      = "PULLS"
	pkWelcomed   = "WELCOMED"

	skHead  = "HEAD"
	skLive  = "LIVE"
	skDraft = "DRAFT"
	skTold  = "TOLD"
)

// shards spreads one day's list of active conversations over several partitions,
// because a DynamoDB partition takes 1,000 write units a second.
const shards = 16

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
	return strings.IndexByte("0123456789abcdefghijklmnopqrstuv", home[0]) & (shards - 1)
}

// redoKey spreads the marks of a day, because many late receipts set it at once.
func redoKey(day, home string) table.Key {
	return table.Key{PK: pkRedo, SK: fmt.Sprintf("%s#%02d", day, shardOf(home))}
}

func gateKey(channel string) table.Key { return table.Key{PK: pkGates, SK: channel} }

func tokenKey(hash string) table.Key { return table.Key{PK: pkTokens, SK: hash} }

func reachPK(portfolio string) string { return "REACH#" + portfolio }

// pseudonym stands for a member of a group: keys show in errors, numbers must not.
func pseudonym(participant string) string {
	sum := sha256.Sum256([]byte(participant))
	return hex.EncodeToString(sum[:8])
}

func kpiPK(week string) string { return "KPI#" + week }

func versionKey(n int64) table.Key {
	return table.Key{PK: pkPlaybook, SK: fmt.Sprintf("V#%09d", n)}
}

func monthPK(kind string, at time.Time) string { return kind + "#" + at.UTC().Format("2006-01") }

// messageRange bounds the message keys of a span of time.
func messageRange(from, to time.Time) (string, string) {
	return "M#" + conversation.IDBound(from), "M#" + conversation.IDBound(to)
}
