package admin

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"frontdesk/shared/access"
	"frontdesk/shared/desk"
	"frontdesk/shared/record"
	"frontdesk/shared/table"
)

// IdempotencyKey is the header by which a request that is sent again, because its answer
// was lost, is known to be the same (IETF draft-ietf-httpapi-idempotency-key-header).
//
// The key is claimed in the table before anything is done, and the answer is stored with
// it for a day. The same key with the same request gives that answer; with another
// request it is refused (422); while the first is still at it, too (409, Retry-After).
//
// A request of which surely nothing was done gives its key back. When it was cut off, or
// failed without our knowing how far it came, it is never done again under that key: the
// answer is 409 and says to look first. The audit has what was begun.
const IdempotencyKey = "Idempotency-Key"

const (
	// onceFor is how long an answer is kept.
	onceFor = 24 * time.Hour
	// onceLease is how long a request may take. Only what is told hangs on it: also
	// behind it nothing is done twice.
	onceLease = 5 * time.Minute
	// onceEnd bounds writing down how it ended, which goes on when the caller has left.
	onceEnd = 5 * time.Second
	// maxIdempotencyKey is the longest key, in bytes.
	maxIdempotencyKey = 255
)

// does reports whether an operation does something each time that it is asked to. PUT and
// DELETE have preconditions instead.
func (op operation) does() bool {
	return (op.method == http.MethodPost || op.method == http.MethodPatch) && op.permission != access.Simulate && !strings.HasSuffix(op.permission, ":read")
}

// idempotencyParam documents the header.
func idempotencyParam() *huma.Param {
	longest := maxIdempotencyKey
	return &huma.Param{Name: IdempotencyKey, In: "header", Schema: &huma.Schema{Type: huma.TypeString, MaxLength: &longest},
		Description: "A UUID, say. The same key with the same request within a day gives the first answer again, and nothing is done twice."}
}

// attempt is how far a request has come that must be carried out once. All of its methods
// may be called on nil: most requests have no key.
type attempt struct {
	read, begun bool
}

// understood says that the request was read, and the operation begins.
func (t *attempt) understood() {
	if t != nil {
		t.read = true
	}
}

// underWay says that something is done from here on that is not one transaction.
func (t *attempt) underWay() {
	if t != nil {
		t.begun = true
	}
}

// nothingDone reports that a request which ended with an error did surely nothing, and may
// be sent again as it is.
func (t *attempt) nothingDone(err error) bool {
	_, notYet := errors.AsType[*desk.NotYet](err)
	return !t.read || notYet || !t.begun && errors.Is(err, table.ErrBusy)
}

// once carries out a request unless that was done before under its key.
func (a *API) once(ctx context.Context, c call, op operation, key string, run func(context.Context, call) (*output, error)) (*output, error) {
	wanted, err := newAttempt(c, key, op.bodyLimit())
	if err != nil {
		return nil, a.problem(op.id, c, err)
	}
	mine, err := a.cfg.Store.Begin(ctx, wanted)
	switch {
	case errors.Is(err, record.ErrDuplicate) && mine.Request != "":
		return again(c, op, wanted, mine)
	case err != nil:
		return nil, a.problem(op.id, c, err)
	}
	c.attempt = &attempt{}
	out, err := run(ctx, c)
	if err == nil {
		a.end(ctx, op, mine, succeeded(op, out))
		return out, nil
	}
	if c.attempt.nothingDone(err) {
		a.giveUp(ctx, op, mine)
		return nil, a.refusal(op.id, c, err)
	}
	p := a.problem(op.id, c, err)
	a.end(ctx, op, mine, failed(p))
	return nil, p
}

// newAttempt makes of a request what it is known by: a hash of who sent it with their
// key, and one of what it asks for.
func newAttempt(c call, key string, limit int64) (record.Attempt, error) {
	key = strings.Trim(key, `"`) // the draft has it as a quoted string, most clients do not
	if key == "" || len(key) > maxIdempotencyKey || strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return record.Attempt{}, refuse(http.StatusBadRequest, "%s must be 1 to %d printable characters without spaces, such as a UUID", IdempotencyKey, maxIdempotencyKey)
	}
	r := c.request
	body, err := io.ReadAll(io.LimitReader(r.Body, limit+1))
	if err != nil {
		return record.Attempt{}, refuse(http.StatusBadRequest, "the body did not arrive whole")
	}
	r.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), r.Body))
	return record.Attempt{
		ID: digest(c.Name, strings.Join(c.Roles, ","), strings.Join(c.Teams, ","), key),
		Request: digest(r.Method, r.URL.EscapedPath(), r.URL.RawQuery, r.Header.Get("Content-Type"),
			r.Header.Get("If-Match"), r.Header.Get("If-None-Match"), string(body)),
		Lease: c.at.Add(onceLease), Expires: c.at.Add(onceFor),
	}, nil
}

// digest is a hash of parts, each with its length, so that no two lists are alike.
func digest(parts ...string) string {
	h := sha256.New()
	for _, part := range parts {
		_, _ = fmt.Fprintf(h, "%d:%s", len(part), part) // a hash does not fail
	}
	return hex.EncodeToString(h.Sum(nil)[:20])
}

// again answers a request whose key was used before.
func again(c call, op operation, wanted, before record.Attempt) (*output, error) {
	switch {
	case wanted.Request != before.Request:
		return nil, refuse(http.StatusUnprocessableEntity, "this %s was used for another request: use a new one for each thing that is to be done", IdempotencyKey)
	case before.Answer != nil:
		return replay(op, *before.Answer)
	case c.at.Before(before.Lease):
		return nil, huma.ErrorWithHeaders(refuse(http.StatusConflict, "the first request with this %s is still in progress: ask again in a moment", IdempotencyKey),
			http.Header{"Retry-After": {"2"}})
	}
	return nil, refuse(http.StatusConflict, "the first request with this %s was cut off or failed, and nobody knows how far it came: look at what is there now (the audit has what was begun), and use a new key to do it", IdempotencyKey)
}

// replay gives the first answer once more.
func replay(op operation, first record.Answer) (*output, error) {
	const yes = "true"
	if first.Status < http.StatusBadRequest {
		out := &output{ETag: first.ETag, Again: yes}
		if len(first.Body) > 0 {
			out.Body = first.Body
		}
		return out, nil
	}
	var p huma.ErrorModel
	if err := json.Unmarshal(first.Body, &p); err != nil {
		return nil, fmt.Errorf("decode the first answer of %s: %w", op.id, err)
	}
	return nil, huma.ErrorWithHeaders(&p, http.Header{"Idempotency-Replayed": {yes}})
}

func succeeded(op operation, out *output) record.Answer {
	answer := record.Answer{Status: op.success()}
	if out == nil {
		return answer
	}
	answer.ETag = out.ETag
	answer.Body, _ = json.Marshal(out.Body) // which is sent as JSON next
	return answer
}

// failed is the answer to keep of a request that was refused. What is our own fault, or
// that of the store, is kept as no answer: nobody knows how far it came.
func failed(p huma.StatusError) record.Answer {
	if p.GetStatus() >= http.StatusInternalServerError && p.GetStatus() != http.StatusBadGateway {
		return record.Answer{}
	}
	body, _ := json.Marshal(p) // texts only
	return record.Answer{Status: p.GetStatus(), Body: body}
}

// end writes down how a request ended. When that fails the attempt stays without an
// answer, so it is not repeated either.
func (a *API) end(ctx context.Context, op operation, mine record.Attempt, answer record.Answer) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), onceEnd)
	defer cancel()
	if answer.Status == 0 {
		mine.Lease = time.Time{}
	}
	if err := a.cfg.Store.End(ctx, mine, answer); err != nil {
		a.cfg.Log.Warn("how a request ended was not kept, so it cannot be told when it is repeated", "operation", op.id, "error", err)
	}
}

func (a *API) giveUp(ctx context.Context, op operation, mine record.Attempt) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), onceEnd)
	defer cancel()
	if err := a.cfg.Store.GiveUp(ctx, mine); err != nil {
		a.cfg.Log.Warn("an idempotency key was not given back, so its request cannot be repeated", "operation", op.id, "error", err)
	}
}
