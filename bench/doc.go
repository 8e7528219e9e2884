// Package bench measures what Frontdesk costs. BenchmarkFigures, which make bench
// runs, prints every figure of one run beside what it must reach, in this order:
// the door's acknowledgements, a message's way to the channel, deciding, each
// function, what an answered message consumes of the table, and a weekly report.
//
// Speed is compared, never taken alone: ours runs in turns with a bare program
// (package bare) that does the least a right answer needs, on the same machine in
// the same minute. Every answer is checked, because a program that refuses its
// work is fast. What can be counted instead of timed is a test.
package bench
