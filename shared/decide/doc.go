// Package decide says what becomes of a message: [Compile] turns a playbook into
// a [Book] once, [Decide] uses it for every message, [Explain] says why. All of
// it is pure: no clock, no store. Nothing that is wrong with a playbook is left
// to be found when a customer writes; Compile refuses it.
//
// The order for a message:
//
//  1. The message was written in a group, and its channel does not say where an answer to
//     it would go: Ignored. An AI bot's does, because it was mentioned there; but what is
//     written in a group makes nobody a new contact, so the welcome is for single chats.
//  2. It is a word to opt out or in: confirmed once, whoever is in charge.
//  3. The contact is blocked: Ignored, whoever is in charge. No filter is asked, and
//     nobody is called. Their messages are kept and counted as blocked alone.
//  4. People are in charge of the conversation: Silent. Nothing else happens, no tag, no
//     routing. But when nobody has looked after it for as long as Return says, it is the
//     templates' again, and the message goes on.
//  5. The contact answers like a program: people get it once, and nothing answers for a while.
//  6. Filters, from the first to the last. A filter whose condition holds acts;
//     unless it says continue, no later one is tried. For a reaction, a system
//     message, an edit or a revocation only filters are tried whose condition
//     names that type; without an answer from one of them it is Ignored.
//  7. No filter replied, handed off, ignored or was kept from replying by its
//     cooldown: the away reply, else the welcome, else the fallback.
//  8. A reply that the message before, moments ago, has had already does not go out again, nor
//     one beyond the cap.
//
// When several filters act on one message, the first that replies has the reply,
// the first that names a team has the team, and tags add up. A later reply is not
// sent, and the trace says so. Ignore ends the trying; it counts only when
// no filter before it replied or handed off. A filter that only tags or
// assigns does not answer.
//
// [Decision].By names who decided: the filter that replied, else the one that handed
// off, else the one that ignored, else the one whose cooldown kept the reply
// back; when it was no filter, the moment that replied or routed; else a filter
// that only assigned; else none.
//
// A muted contact gets no reply, and no moment is asked; filters still tag, assign, notify
// and hand off, so whoever needs people gets them. Without a hand-off the message is
// Ignored. A filter that mutes or blocks counts from the next message on, except that its
// own message gets no answer from a moment.
//
// A filter in its cooldown still tags, assigns and hands off. The reply that it
// keeps back is not replaced by another one: the message stays Unanswered
// unless it is handed off.
//
// Out of hours the away reply goes out once per closed period. It says that
// nobody is there, which answers no question, so nothing may get lost behind it:
// the conversation is routed to the away reply's team, else to the fallback's.
// A further message in the same closed period gets no reply but is routed as the
// fallback says, hand-off included; without that it is Unanswered. The first
// one is not handed off (unless the away reply itself says so), so that filters
// can still answer during the night.
//
// What a condition asks of the conversation is its state before this message: the head as
// the caller gives it. Its Count and StartedBy are those of the spell that the message
// belongs to, so a caller clears them when the message begins a new one. Dates without a
// time are days in the zone of the time that is given: the company's.
//
// Phrases are compared on folded text (package text). A regular expression is
// searched in the folded text, without regard to case, and the characters written
// in it are folded too, so that 價錢 in a pattern finds 价钱. An empty text meets
// no condition on text.
//
// All phrases of all filters are looked for in one pass. Every filter is filed
// under what has to be in a message before its condition can hold (a phrase,
// a choice, a type, a channel, a language, a tag, …); only filters whose entry came up are
// evaluated, and those that nothing can be said of (not, an attribute that is missing). A
// phrase that may have k typing mistakes is filed under pieces of it, of which every text
// that resembles it has one. Languages that take long to tell apart are told apart when
// a filter is reached that has to know.
//
// Reasons are told in English and Chinese at once, from the same facts; all words
// are in one table.
package decide
