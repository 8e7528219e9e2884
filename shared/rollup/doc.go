// Package rollup makes KPI rows out of messages. It is pure: no clock, no
// store. The order of things:
//
//  1. [DeskDay] reads one conversation's messages and receipts of one day and
//     says what the conversation did: a [Day], which is also a row of the CSV.
//  2. A [Roller] adds the days of all conversations up to [Row]s: one per day,
//     channel and team.
//  3. Rows merge ([Row.Merge]) into weeks: counts add, durations merge as
//     [Sketch]es, and a contact is counted where its message is the first of the
//     week. Nothing here is an average, so nothing can be averaged twice.
//
// The same messages in any order, once or repeated, give the same bytes. Rows
// hold no personal data: no contact, no conversation, no text, no address; so
// erasing a person or expiring messages leaves them as they are.
//
// What counts for whom: a message counts for the team in its facts; what is said
// of the conversation as a whole (its outcome) counts for the team of its last
// message of the day. A conversation counts once on every day on which its
// contact wrote. Messages whose facts name another day are left out, so a day
// never reaches into the next one.
package rollup
