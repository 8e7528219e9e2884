package playground

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// mailPolicy lets the HTML of a mail be looked at and nothing else: no script,
// no remote image, no form, no link that opens anything.
const mailPolicy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"

// mailLine is one mail on the list page.
type mailLine struct {
	Href    string
	At      time.Time
	To      string
	Subject string
}

func (l mailLine) Stamp() string { return l.At.Format(time.RFC3339) }
func (l mailLine) Time() string  { return l.At.Format("2006-01-02 15:04") }

func (p *Playground) mailbox(w http.ResponseWriter, r *http.Request) {
	all, err := p.mailEntries()
	if err != nil {
		http.Error(w, "the mails could not be listed", http.StatusInternalServerError)
		return
	}
	lines := make([]mailLine, len(all))
	for i, e := range all {
		lines[i] = lineOf(e)
	}
	p.show(w, r, "mailbox", lines)
}

func lineOf(e MailEntry) mailLine {
	return mailLine{Href: "/mailbox/" + url.PathEscape(e.ID), At: e.At, To: strings.Join(e.To, ", "), Subject: e.Subject}
}

// mailEntries are all mails, the newest first.
func (p *Playground) mailEntries() ([]MailEntry, error) {
	if p.cfg.Mails == nil {
		return nil, nil
	}
	all, err := p.cfg.Mails.List()
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b MailEntry) int { return b.At.Compare(a.At) })
	return all, err
}

// find answers 404 for an id that is not on the list, whatever it looks like.
func (p *Playground) find(w http.ResponseWriter, r *http.Request) (MailEntry, []byte, bool) {
	all, err := p.mailEntries()
	i := slices.IndexFunc(all, func(e MailEntry) bool { return e.ID == r.PathValue("id") })
	if err != nil || i < 0 {
		http.NotFound(w, r)
		return MailEntry{}, nil, false
	}
	raw, err := p.cfg.Mails.Read(all[i].ID)
	if err != nil {
		http.Error(w, "the mail could not be read", http.StatusInternalServerError)
		return MailEntry{}, nil, false
	}
	return all[i], raw, true
}

func (p *Playground) mail(w http.ResponseWriter, r *http.Request) {
	e, raw, ok := p.find(w, r)
	if !ok {
		return
	}
	letter, err := parseMail(raw)
	p.show(w, r, "mail", map[string]any{"Line": lineOf(e), "Letter": letter, "Broken": err != nil})
}

func (p *Playground) mailHTML(w http.ResponseWriter, r *http.Request) {
	_, raw, ok := p.find(w, r)
	if !ok {
		return
	}
	letter, err := parseMail(raw)
	if err != nil {
		http.Error(w, "the mail could not be read", http.StatusUnprocessableEntity)
		return
	}
	w.Header().Set("Content-Security-Policy", mailPolicy)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write([]byte(letter.HTML)) // a browser that is gone needs no mail
}

func (p *Playground) mailFile(w http.ResponseWriter, r *http.Request) {
	_, raw, ok := p.find(w, r)
	if !ok {
		return
	}
	w.Header().Set("Content-Type", "message/rfc822")
	w.Header().Set("Content-Disposition", `attachment; filename="mail.eml"`)
	_, _ = w.Write(raw) // a browser that is gone needs no mail
}
