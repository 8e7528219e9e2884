// Package load puts the traffic of a busy number on the real frontdesk serve and
// counts what became of it: what Meta sends to a number with 1,000 messages a
// second, 3,000 receipts and 300 messages a second, each a signed webhook of its own.
// (Meta puts many updates into one delivery when it has many; one each is the worst case.)
//
// The load is open: each webhook has its moment, whatever became of those before,
// and its latency counts from that moment, so a stall shows in full. Messages come
// from as many customers as there are messages, all of whom have written before.
//
// Receipts are of two kinds. Three of every ten tell of replies of this run (sent,
// delivered and read of each, from a second after the reply on); before there are
// any, and for the other seven, they tell of replies of the last 24 hours that are in the store
// when the program starts. No receipt is told twice.
//
// The stand-in for the Graph API is a process of its own and takes a while for each
// answer, as the real one does. At the end the program gets a SIGTERM and what it
// leaves in the store is compared with what was posted.
//
// go test runs it for 5 s; FRONTDESK_LOAD=60s is the long form. Only what can be
// counted fails a test, times are figures beside their targets. Other variables:
// FRONTDESK_LOAD_DELAY (of the stand-in, default 100ms), FRONTDESK_LOAD_PROGRAM
// (a frontdesk that is built already).
package load
