package whatsapp

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
	"frontdesk/shared/wire"
)

const (
	// TemplatesPerPage is how many templates one call asks for.
	TemplatesPerPage = 100
	// maxTemplates bounds an answer of that call, in bytes: a carousel of ten cards has some
	// 10 kB, and Meta writes every Chinese character as six.
	maxTemplates = 8 << 20
	// maxCursor bounds Meta's mark of the next page, in bytes.
	maxCursor = 4_000
)

// templateFields are what is asked of each template.
const templateFields = "name,language,status,category,components,quality_score,rejected_reason"

// TemplatePage is one page of the list of an account's templates.
type TemplatePage struct {
	Templates []Template
	// Next is the mark to ask for the page behind this one; empty after the last.
	Next string
}

// Templates lists one page of the message templates of the channel's business account,
// from the beginning or behind a mark. The token needs the permission
// whatsapp_business_management, which sending does not; an account takes 200 such calls an
// hour, 5,000 with a registered number (Meta, about-the-platform page).
//
// Every error is a *[message.SendError]. Its class is never Unknown: asking changes
// nothing, so it may always be repeated. A channel without business_id is Bug, without a call.
func (s *Sender) Templates(ctx context.Context, ch channel.Channel, after string) (TemplatePage, error) {
	a, failed := s.listTemplates(ctx, ch, after)
	if failed == nil {
		var page TemplatePage
		if page, failed = a.templates(after); failed == nil {
			return page, nil
		}
	}
	if failed.Class == message.Unknown {
		failed.Class = message.Retry
	}
	return TemplatePage{}, failed
}

func (s *Sender) listTemplates(ctx context.Context, ch channel.Channel, after string) (answer, *message.SendError) {
	if ch.Kind != message.WhatsApp || ch.BusinessID == "" {
		return answer{}, &message.SendError{Class: message.Bug, Reason: "the channel has no business_id to list templates of"}
	}
	query := url.Values{"fields": {templateFields}, "limit": {strconv.Itoa(TemplatesPerPage)}}
	if after != "" {
		query.Set("after", after)
	}
	address := ch.APIURL + "/" + ch.BusinessID + "/message_templates?" + query.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return answer{}, &message.SendError{Class: message.Stop, Reason: "the channel's api_url is not an address"}
	}
	req.Header.Set("Authorization", "Bearer "+ch.Token.Reveal())
	resp, err := s.client().Do(req)
	if err != nil {
		return answer{}, wire.NoAnswer(err, false)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxTemplates))
	scrub := func(words string) string { return wire.Words(words, []string{ch.Token.Reveal()}) }
	return answer{status: resp.StatusCode, header: resp.Header, body: body, cut: err, scrub: scrub}, nil
}

// templates reads a page. A list that is missing is a refusal, not an empty account.
func (a answer) templates(after string) (TemplatePage, *message.SendError) {
	var doc []byte
	if a.cut == nil && json.Valid(a.body) {
		doc = skip(a.body)
	}
	if e := field(doc, "error"); first(e) == '{' {
		return TemplatePage{}, a.refused(readError(e))
	}
	data := field(doc, "data")
	if a.status/100 != 2 || first(data) != '[' {
		return TemplatePage{}, a.strange()
	}
	page := TemplatePage{Next: nextPage(field(doc, "paging"))}
	if len(page.Next) > maxCursor || page.Next != "" && page.Next == after {
		return TemplatePage{}, &message.SendError{Class: message.Retry, Reason: "the API leads from a page of templates to itself"}
	}
	for e := list(data); e.next(); {
		if t := readTemplate(e.value); usable(t) {
			page.Templates = append(page.Templates, t)
		}
	}
	return page, nil
}

// nextPage returns the mark behind a page. The last page has one too, but no address of a
// next page (Meta, paginated-results page).
func nextPage(paging []byte) string {
	if text(field(paging, "next")) == "" {
		return ""
	}
	return text(field(field(paging, "cursors"), "after"))
}

// usable reports whether a template can be named in a send at all.
func usable(t Template) bool {
	return t.Name != "" && len(t.Name) <= MaxTemplateName && t.Language != "" && len(t.Language) <= 40
}
