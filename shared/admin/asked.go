package admin

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"frontdesk/shared/access"
	"frontdesk/shared/clockwork"
	"frontdesk/shared/conversation"
	"frontdesk/shared/decide"
	"frontdesk/shared/live"
	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
	"frontdesk/shared/questions"
	"frontdesk/shared/report"
	"frontdesk/shared/week"
)

type (
	// AskedRequest asks what no template answered in a week.
	AskedRequest struct {
		WeekRequest
		Most int `query:"most" minimum:"1" maximum:"100" default:"20" doc:"How many groups at most, those with most messages first."`
	}
	// TemplateRequest makes a template and a filter of a group of such messages.
	TemplateRequest struct {
		Week  string `path:"week" maxLength:"8" doc:"An ISO week: 2026-W47."`
		Group string `path:"group" maxLength:"20" doc:"The id of a group of unanswered messages."`
		Body  struct {
			Channel string            `json:"channel,omitempty" maxLength:"100" doc:"As the list was narrowed in which the group stands."`
			Team    string            `json:"team,omitempty" maxLength:"100" doc:"As the list was narrowed in which the group stands."`
			Name    string            `json:"name,omitempty" maxLength:"100" doc:"Of the template and the filter; the group's phrases when left out."`
			Texts   map[string]string `json:"texts" doc:"The answer in each language of the draft: {\"en\": \"We ship to …\"}."`
		}
	}
	// FromAsked is what was put into the draft.
	FromAsked struct {
		Template playbook.Template `json:"template"`
		Filter   playbook.Filter   `json:"filter"`
		// Caught of Samples are those that the draft answers with the template now.
		Caught  int `json:"caught"`
		Samples int `json:"samples"`
	}
)

func (a *API) askedOperations(g *group) {
	const path = "/v1/reports/weeks/{week}/unanswered"
	add(g, operation{id: "list-unanswered", method: "GET", path: path, permission: access.ReportsRead, teams: teamByHandler, errors: []int{http.StatusNotFound},
		summary: "What customers asked in a week and no template answered, like questions together"}, a.listAsked)
	add(g, operation{id: "answer-unanswered", method: "POST", path: path + "/{group}/template", permission: access.TemplatesWrite,
		also: []string{access.FiltersWrite, access.ReportsRead}, teams: teamByHandler, errors: []int{http.StatusNotFound}, status: http.StatusCreated,
		summary: "Put a template for such questions into the draft, and a filter that finds them"}, a.answerAsked)
}

func (a *API) listAsked(ctx context.Context, c call, in *AskedRequest) (*answer[clockwork.Asked], error) {
	scope, err := c.asked(in.WeekRequest)
	if err != nil {
		return nil, err
	}
	scope.Most = in.Most
	got, err := a.cfg.Weekly.Unanswered(ctx, in.Week, scope)
	return reply(got), err
}

// asked is what of a week's questions a caller may see, and whether as they were written.
func (c call) asked(in WeekRequest) (clockwork.AskedScope, error) {
	if _, _, err := week.Parse(in.Week); err != nil {
		return clockwork.AskedScope{}, err
	}
	team, err := c.team(in.Team)
	scope := clockwork.AskedScope{Options: report.Options{Channel: in.Channel, Team: team}}
	if c.May(access.ContactsNumbers) {
		scope.Open = c.sees
	}
	return scope, err
}

func (a *API) answerAsked(ctx context.Context, c call, in *TemplateRequest) (*answer[FromAsked], error) {
	scope, err := c.asked(WeekRequest{in.Week, in.Body.Channel, in.Body.Team})
	if err != nil {
		return nil, err
	}
	scope.Open = func(string) bool { return true } // the filter is tried on what was written
	asked, err := a.cfg.Weekly.UnansweredGroup(ctx, in.Week, in.Group, scope)
	if err != nil {
		return nil, err
	}
	if asked.Wanted.None() {
		return nil, refuse(http.StatusUnprocessableEntity, "there is nothing that a filter could look for: these messages have no words, or are no longer kept")
	}
	out := FromAsked{Samples: len(asked.Samples)}
	d, err := a.edit(ctx, c, "template.from_unanswered", asked.ID, func(d *draft) (change, error) {
		if faults := in.faults(d.Languages); len(faults) > 0 {
			return change{}, faulty("The answer", faults)
		}
		out.Template, out.Filter = in.proposal(d.Languages, asked)
		return change{nil, map[string]any{"template": out.Template, "filter": out.Filter}}, a.propose(ctx, c, d, out)
	})
	if err != nil {
		return nil, err
	}
	out.Caught = caught(d.Playbook, out.Filter.ID, asked, c)
	return reply(out), nil
}

func (in *TemplateRequest) faults(languages []string) (faults []playbook.Fault) {
	for _, language := range languages {
		if strings.TrimSpace(in.Body.Texts[language]) == "" {
			faults = append(faults, playbook.Fault{Path: "body.texts." + language, Message: "There is no text in this language.", Fix: "Write the answer in every language of the draft."})
		}
	}
	for language := range in.Body.Texts {
		if !slices.Contains(languages, language) {
			faults = append(faults, playbook.Fault{Path: "body.texts", Message: "There is a text in a language that the draft does not have.", Fix: "Write one of " + strings.Join(languages, ", ") + "."})
		}
	}
	return faults
}

// proposal is a template with the answer, and a filter that finds messages like the samples.
func (in *TemplateRequest) proposal(languages []string, asked clockwork.AskedQuestion) (playbook.Template, playbook.Filter) {
	name := cmp.Or(access.Name(in.Body.Name), strings.Join(asked.Phrases[:min(len(asked.Phrases), 2)], ", "))
	t := playbook.Template{ID: asked.ID, Name: name}
	for _, language := range languages {
		t.Variants = append(t.Variants, playbook.Variant{Language: language, Shape: "text", Text: in.Body.Texts[language]})
	}
	return t, playbook.Filter{ID: asked.ID, Name: name, When: looksFor(asked.Wanted), Then: playbook.Action{Reply: t.ID}}
}

func looksFor(w questions.Wanted) playbook.Condition {
	words, parts := playbook.Condition{WholeWord: w.WholeWord}, playbook.Condition{Contains: w.Contains}
	switch {
	case len(w.Contains) == 0:
		return words
	case len(w.WholeWord) == 0:
		return parts
	}
	return playbook.Condition{Any: []playbook.Condition{words, parts}}
}

// propose puts both into the draft, unless that brings a fault into it.
func (a *API) propose(ctx context.Context, c call, d *draft, out FromAsked) error {
	taken := func(id string) bool { return id == out.Filter.ID }
	if slices.ContainsFunc(d.Templates, func(t playbook.Template) bool { return taken(t.ID) }) ||
		slices.ContainsFunc(d.Filters, func(f playbook.Filter) bool { return taken(f.ID) }) {
		return refuse(http.StatusConflict, "the draft has a template or a filter for this group already: %s", out.Filter.ID)
	}
	before, err := a.check(ctx, c, d.Playbook)
	if err != nil {
		return err
	}
	d.Templates, d.Filters = append(d.Templates, out.Template), append(d.Filters, out.Filter)
	after, err := a.check(ctx, c, d.Playbook)
	if err != nil {
		return err
	}
	if faults := slices.DeleteFunc(after, func(f playbook.Fault) bool { return slices.Contains(before, f) }); len(faults) > 0 {
		return faulty("The answer", faults)
	}
	return nil
}

// caught is how many of the samples a filter decides, each as the first message of a contact
// who wrote long ago.
func caught(p playbook.Playbook, filter string, asked clockwork.AskedQuestion, c call) int {
	book, err := live.Compile(&p, 0)
	if err != nil {
		return 0 // the draft has other faults
	}
	n := 0
	for _, s := range asked.Samples {
		m := message.Inbound{Channel: s.Channel, Type: s.Type, Text: s.Text, Time: c.at}
		if decide.Decide(book.Book, conversation.Head{First: s.At}, m, c.at).By == filter {
			n++
		}
	}
	return n
}
