// Package admin is the API that admins work with, under /v1: the playbook and its
// versions, simulating a message, conversations, answering in them and who has them, reports
// and who gets them, the audit, dead letters, roles.
//
// A request is taken in this order: who it is (401), whether they may (403), whether what it names
// belongs to their teams (404), whether it was carried out before (Idempotency-Key), its
// parameters and body, strictly and with all faults at once (400, 422), what it
// was made for (If-Match: 412, 428), then the work. Everything that is written
// leaves an audit entry with the old and the new value, who, when and from where:
// in the same transaction where there is one to share, else before it is done, so
// that nothing can be done without a trace.
//
// Answers are JSON; errors are problem details (RFC 9457) whose text tells people
// what to do. Lists have a cursor: pass next as cursor to get what follows.
//
// What is edited has an ETag. The draft's changes with every edit of the playbook.
// A template, a filter and a calendar have their own, made from their content, so
// that two admins who edit different ones do not disturb each other.
package admin

import (
	"context"
	"encoding/base32"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"

	"frontdesk/shared/access"
	"frontdesk/shared/approved"
	"frontdesk/shared/clockwork"
	"frontdesk/shared/conversation"
	"frontdesk/shared/deadletter"
	"frontdesk/shared/live"
	"frontdesk/shared/mail"
	"frontdesk/shared/publish"
	"frontdesk/shared/record"
	"frontdesk/shared/report"
	"frontdesk/shared/review"
)

// Desk answers in a conversation for people, and keeps what they say of it.
type Desk interface {
	// Amend calls amend again when somebody else has written meanwhile; its error ends it.
	Amend(ctx context.Context, id string, amend func(conversation.Head) (conversation.Head, error)) (conversation.Head, error)
	Answer(ctx context.Context, id, agent, text string) (conversation.Message, error)
	Resolve(ctx context.Context, id string) (conversation.Head, error)
}

// Questions tells what no template answered, and what to look at.
type Questions interface {
	Review(ctx context.Context, week string, o report.Options) ([]review.Item, error)
	Unanswered(ctx context.Context, week string, o clockwork.AskedScope) (clockwork.Asked, error)
	UnansweredGroup(ctx context.Context, week, group string, o clockwork.AskedScope) (clockwork.AskedQuestion, error)
}

// Sender sends single mails of a week, and tells what became of them all.
type Sender interface {
	Sends(ctx context.Context, week string) ([]record.Mailing, error)
	Resend(ctx context.Context, week, recipient string, entry record.Audit) (record.Mailing, error)
	Test(ctx context.Context, week, once string, r record.Recipient) error
}

// Weekly makes the report of a week and mails it.
type Weekly interface {
	Questions
	Report(ctx context.Context, week string, o report.Options) (report.Week, error)
	Period(ctx context.Context, from, to string, o report.Options) (report.Period, error)
	Compose(ctx context.Context, week string, r record.Recipient) (mail.Message, error)
	SendWeek(ctx context.Context, week string) ([]record.Mailing, error)
	Sender
	Redo(ctx context.Context, from, to string, until time.Time) (report.Redone, error)
}

// Config is what the API works with. All fields must be set.
type Config struct {
	Store  *record.Store
	Live   *live.Cache
	Desk   Desk
	Keeper *deadletter.Keeper
	Weekly Weekly
	// Channels says which channels there are. It is called only by operations that
	// need to know, because on AWS it asks for a secret.
	Channels func(ctx context.Context) ([]publish.Channel, error)
	// Approved says what is known of the message templates of every WhatsApp channel
	// ([approved.Read]). It is called as rarely.
	Approved func(ctx context.Context) ([]approved.Known, error)
	// Give lets a team's conversations be given out at once; nil for within a minute.
	Give func(ctx context.Context, team, about string)
	// Zone is the company's: a day is a day in it.
	Zone    *time.Location
	Now     func() time.Time
	Entropy io.Reader
	// Authenticate tells who sends a request. Its errors are those of package access.
	Authenticate func(r *http.Request) (access.Identity, error)
	Log          *slog.Logger
}

// API is the admin API.
type API struct {
	cfg Config
	// groups are the operations by the first word of their path. A group is made
	// when it is first asked for: describing all types of all operations takes
	// longer than a function may take to start.
	groups map[string]func() *group
	roles  *roleBook
	doc    func() ([]byte, error)
}

// New prepares the API. It reads nothing and calls nobody.
func New(cfg Config) *API {
	a := &API{cfg: cfg, groups: map[string]func() *group{}, roles: &roleBook{store: cfg.Store}}
	for word, operations := range a.operations() {
		a.groups[word] = sync.OnceValue(func() *group { return a.group(operations) })
	}
	a.doc = sync.OnceValues(a.openAPI)
	return a
}

// operations is everything that the API does.
func (a *API) operations() map[string]func(*group) {
	return map[string]func(*group){
		"playbook": a.playbookOperations, "approved": a.approvedOperations, "simulate": a.simulateOperations, "dry-run": a.dryRunOperations,
		"templates": addKind(a, templates()), "filters": a.filterOperations, "hours": addKind(a, hours()),
		"conversations": a.conversationOperations, "members": a.memberOperations, "contacts": a.contactOperations, "testers": a.testerOperations,
		"reports": a.reportOperations, "audit": a.auditOperations, "deadletters": a.deadLetterOperations, "roles": a.roleOperations,
	}
}

// Routes puts everything under /v1/ on a mux.
func (a *API) Routes(mux *http.ServeMux) { mux.Handle("/v1/", a) }

// RequestID is the header that names a request, in the answer and in the log.
const RequestID = "X-Request-Id"

// ServeHTTP answers one request.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var id [10]byte
	if _, err := io.ReadFull(a.cfg.Entropy, id[:]); err != nil {
		http.Error(w, "no randomness", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set(RequestID, strings.ToLower(base32.HexEncoding.EncodeToString(id[:])))
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	word, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/v1/"), "/")
	switch g, ok := a.groups[word]; {
	case path.Clean(r.URL.Path) != r.URL.Path: // which the mux would lead elsewhere
		nothing(w, nil)
	case ok:
		g().mux.ServeHTTP(w, r)
	case r.URL.Path == documentPath && (r.Method == http.MethodGet || r.Method == http.MethodHead):
		a.document(w)
	default:
		nothing(w, nil)
	}
}

// newID makes an id that sorts by time.
func (a *API) newID(at time.Time) (string, error) {
	var entropy [6]byte
	if _, err := io.ReadFull(a.cfg.Entropy, entropy[:]); err != nil {
		return "", fmt.Errorf("make an id: %w", err)
	}
	return conversation.NewID(at, entropy[:]), nil
}
