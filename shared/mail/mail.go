// Package mail makes the weekly mail out of a week report. It is pure: the
// report, the recipient and the moment come from outside; sending is done by
// mail/ses, mail/smtp and mail/file.
//
// The order of things:
//
//  1. [Compose] writes every figure out in the recipient's language (English or
//     Chinese), judges the week and lays it out twice, as HTML and as text.
//  2. [Pack] puts both into a MIME message with its headers, in an [Envelope]. The
//     same input gives the same bytes.
//  3. A sender takes the envelope.
//
// The HTML holds in every mail client: tables and inline styles, charts made of
// table cells, no script, no image, nothing loaded from elsewhere, and under
// [MaxHTML] bytes, so that no client cuts it off. It is 600 pixels wide and
// shrinks to a phone; dark colours are an extra where the client can.
//
// Refused: a report about more than the recipient's team ([ErrScope]), addresses
// and headers that are not exactly one line of their kind ([ErrHeader]). What
// admins and customers wrote is data: it is escaped, cut to one short line, and
// never part of the markup: [page.put] escapes every string.
//
// No html/template: it calls methods by name, so the linker has to keep every
// exported method of the AWS clients, and the function grows by 4.8 MB.
package mail

import (
	"errors"
	"fmt"

	"frontdesk/shared/report"
)

// MaxHTML is the most bytes that the HTML of a mail may have: Gmail cuts off
// what is over 102 KB.
const MaxHTML = 100_000

var (
	// ErrScope says that the recipient belongs to a team and the report is not
	// about that team alone.
	ErrScope = errors.New("the report is not narrowed to the recipient's team")
	// ErrTooLarge says that the HTML came out larger than MaxHTML.
	ErrTooLarge = errors.New("the mail is too large")
)

// Recipient is somebody who gets the weekly mail.
type Recipient struct {
	ID      string
	Address string
	Name    string
	// Language is en or zh-CN; every other tag gets English, other Chinese ones Chinese.
	Language string
	// Team is set when they may see the figures of one team only.
	Team string
}

// Options are what every mail of a company has in common. All may be empty.
type Options struct {
	// Zone is the company's time zone, as shown in the footer.
	Zone string
	// Link opens the full report.
	Link string
	// Unsubscribe is the https: or mailto: address that takes the recipient off the list.
	Unsubscribe string
	// More is what the mail tells besides figures.
	More More
}

// Message is a composed mail.
type Message struct {
	Subject  string
	HTML     string
	Text     string
	Language string
}

// TestMark stands before the subject of a mail that is only tried out.
func TestMark(tag string) string { return newPrinter(tag).text["test"] }

// Compose writes the mail about a week for one recipient. When it comes out too large it is
// written without [More], which stands in the full report, too: better than no mail. An error
// is [ErrScope], or [ErrTooLarge] for the figures alone.
func Compose(w report.Week, to Recipient, o Options) (Message, error) {
	m, err := compose(w, to, o)
	if errors.Is(err, ErrTooLarge) {
		o.More = More{}
		return compose(w, to, o)
	}
	return m, err
}

func compose(w report.Week, to Recipient, o Options) (Message, error) {
	if to.Team != "" && (w.Team == nil || w.Team.ID != to.Team) {
		return Message{}, fmt.Errorf("compose the mail of %s: %w", w.Week, ErrScope)
	}
	v, err := newPrinter(to.Language).view(w, to, o)
	if err != nil {
		return Message{}, fmt.Errorf("compose the mail of %s: %w", w.Week, err)
	}
	html := v.html()
	if len(html) > MaxHTML {
		return Message{}, fmt.Errorf("compose the mail of %s: %d bytes of HTML: %w", w.Week, len(html), ErrTooLarge)
	}
	return Message{Subject: v.Subject, HTML: html, Text: v.plain(), Language: v.Lang}, nil
}
