package sandbox

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

const (
	// usualPage is how many templates a call gets that does not say; the pages do not
	// name it (?).
	usualPage = 25
	// maxPage is the most that one call can ask for (?).
	maxPage = 1000
)

// listsTemplates reports whether a call asks for the templates of an account, and of which.
func listsTemplates(r *http.Request) (account string, ok bool) {
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	if len(parts) != 3 || !version.MatchString(parts[0]) || parts[2] != "message_templates" || r.Method != http.MethodGet {
		return "", false
	}
	return parts[1], true
}

// listTemplates: Meta, reference of message templates and paginated-results page. All
// accounts of a sandbox have the same templates.
func (s *Sandbox) listTemplates(w http.ResponseWriter, r *http.Request, account string) {
	if refused := s.mayList(r, account); refused != nil {
		s.turnDown(w, nil, nil, refused)
		return
	}
	q := r.URL.Query()
	from, refused := cursorOf(q.Get("after"))
	limit, err := strconv.Atoi(orElse(q.Get("limit"), strconv.Itoa(usualPage)))
	if err != nil || limit < 1 || limit > maxPage {
		refused = refuse(100, "limit must be a number from 1 to %d", maxPage)
	}
	if refused != nil {
		s.turnDown(w, nil, nil, refused)
		return
	}
	all := s.known()
	from = min(from, len(all))
	to := min(from+limit, len(all))
	body := map[string]any{"data": listed(all[from:to], strings.Split(q.Get("fields"), ","))}
	if from < to {
		body["paging"] = paging(r, from, to, len(all))
	}
	writeJSON(w, http.StatusOK, body)
}

func (s *Sandbox) mayList(r *http.Request, account string) *refusal {
	owner := s.owner(r.Header.Get("Authorization"))
	switch {
	case owner == nil:
		return refuse(190, "Invalid OAuth access token.")
	case owner.BusinessID != account:
		return refuse(100, "Unsupported get request. The object does not exist, or the token has no permission for it.")
	}
	return nil
}

// known are the templates that are still there, by name and language.
func (s *Sandbox) known() []Template {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Template
	for _, t := range s.templates {
		if t.state != "DELETED" {
			all = append(all, t)
		}
	}
	slices.SortFunc(all, func(a, b Template) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Language, b.Language))
	})
	return all
}

// listed gives each template the fields that were asked for, and its id.
func listed(templates []Template, fields []string) []map[string]any {
	all := make([]map[string]any, 0, len(templates))
	for _, t := range templates {
		whole := map[string]any{
			"name": t.Name, "language": t.Language, "status": t.status(), "category": strings.ToUpper(t.Category),
			"components": t.components(), "quality_score": map[string]any{"score": orElse(t.quality, "UNKNOWN")}, "rejected_reason": t.rejected(),
		}
		one := map[string]any{"id": "100000000000001"}
		for _, f := range fields {
			if v, ok := whole[f]; ok {
				one[f] = v
			}
		}
		all = append(all, one)
	}
	return all
}

// status is how the list calls what the webhook told last: a template that was flagged or
// reinstated can be sent.
func (t Template) status() string {
	switch t.state {
	case "", "REINSTATED", "FLAGGED":
		return "APPROVED"
	}
	return t.state
}

func (t Template) rejected() string {
	if t.state == "REJECTED" {
		return "INVALID_FORMAT"
	}
	return "NONE"
}

func (t Template) components() json.RawMessage {
	if len(t.Components) > 0 {
		return t.Components
	}
	text := t.Body
	if text == "" {
		text = strings.Join(placeholders(t.Params), " ")
	}
	raw, err := json.Marshal([]map[string]string{{"type": "BODY", "text": orElse(text, "Hello")}})
	if err != nil { // strings always have a JSON form
		return json.RawMessage("[]")
	}
	return raw
}

func placeholders(n int) []string {
	var all []string
	for i := range n {
		all = append(all, "{{"+strconv.Itoa(i+1)+"}}")
	}
	return all
}

// paging leads on. The last page has cursors, too, but no next.
func paging(r *http.Request, from, to, all int) map[string]any {
	p := map[string]any{"cursors": map[string]string{"before": cursorAt(from), "after": cursorAt(to)}}
	if to < all {
		q := r.URL.Query()
		q.Set("after", cursorAt(to))
		next := url.URL{Scheme: "https", Host: "graph.facebook.com", Path: r.URL.Path, RawQuery: q.Encode()}
		p["next"] = next.String()
	}
	return p
}

func cursorAt(n int) string {
	return base64.StdEncoding.EncodeToString([]byte("template " + strconv.Itoa(n)))
}

func cursorOf(after string) (int, *refusal) {
	if after == "" {
		return 0, nil
	}
	raw, err := base64.StdEncoding.DecodeString(after)
	n, errN := strconv.Atoi(strings.TrimPrefix(string(raw), "template "))
	if err != nil || errN != nil || n < 0 {
		return 0, refuse(100, "the cursor is not one of this list")
	}
	return n, nil
}

// TemplateQuality is a message_template_quality_update (Meta, its webhook reference).
type TemplateQuality struct {
	Name, Language string
	Score          string // GREEN, YELLOW, RED, UNKNOWN
}

func (q TemplateQuality) tell(s *Sandbox, _ *line) (string, any) {
	key := templateKey{q.Name, q.Language}
	known, ok := s.templates[key]
	before := orElse(known.quality, "UNKNOWN")
	if ok {
		known.quality = q.Score
		s.templates[key] = known
	}
	return "message_template_quality_update", map[string]any{
		"previous_quality_score": before, "new_quality_score": q.Score,
		"message_template_id": 1689556908129832, "message_template_name": q.Name, "message_template_language": q.Language,
	}
}

// TemplateCategory is a template_category_update (Meta, its webhook reference): from now on
// the template counts as of another category.
type TemplateCategory struct {
	Name, Language string
	Category       string // utility, marketing, authentication
}

func (c TemplateCategory) tell(s *Sandbox, _ *line) (string, any) {
	key := templateKey{c.Name, c.Language}
	known, ok := s.templates[key]
	before := orElse(known.Category, "utility")
	if ok {
		known.Category = c.Category
		s.templates[key] = known
	}
	return "template_category_update", map[string]any{
		"previous_category": strings.ToUpper(before), "new_category": strings.ToUpper(c.Category),
		"message_template_id": 1689556908129832, "message_template_name": c.Name, "message_template_language": c.Language,
	}
}
