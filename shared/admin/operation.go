package admin

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"frontdesk/shared/access"
	"frontdesk/shared/record"
)

// operation is one thing that the API does.
type operation struct {
	id, method, path string
	// permission is what the caller needs, and also what they need besides.
	permission string
	also       []string
	// teams says how it keeps to the teams of somebody who may see no others; set only
	// where the permission does not say it, see [operation.rule].
	teams   teamRule
	summary string
	// status is the answer's when all goes well, 200 if not set.
	status int
	// errors are the problems that it can answer with, besides those that every
	// operation can.
	errors []int
	// body is the type that a raw body is read as.
	body reflect.Type
	// media are the types of an answer that is no JSON.
	media []string
	// limit is the largest body in bytes, defaultLimit if not set.
	limit int64
}

const defaultLimit = 256 << 10

// call is who asks, what they may do, from where, and when.
type call struct {
	access.Identity
	access.Set
	// attempt is set when the request must be carried out once.
	attempt   *attempt
	from      string // address without port
	requestID string
	at        time.Time
	request   *http.Request
}

type callKey struct{}

// operationKey is where huma keeps our description of an operation.
const operationKey = "operation"

// group is operations that were described together.
type group struct {
	api  *API
	huma huma.API
	mux  *http.ServeMux
}

// group describes operations.
func (a *API) group(operations ...func(*group)) *group {
	g := &group{api: a, mux: http.NewServeMux()}
	g.huma = g.open()
	for _, register := range operations {
		register(g)
	}
	g.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { nothing(w, g.allowed(r)) })
	return g
}

// answer is what an operation returns.
type answer[B any] struct {
	tag   string // ETag
	media string // when it is no JSON
	body  B
}

func reply[B any](v B) *answer[B] { return &answer[B]{body: v} }

func tagged[B any](tag string, v B) *answer[B] { return &answer[B]{tag: tag, body: v} }

// none is the body of an answer that has none.
type none struct{}

// output is an answer as huma writes it.
type output struct {
	ETag   string `header:"ETag" hidden:"true"`
	Media  string `header:"Content-Type" hidden:"true"`
	Policy string `header:"Content-Security-Policy" hidden:"true"`
	Again  string `header:"Idempotency-Replayed" hidden:"true"`
	Body   any
}

// add puts an operation into a group. What the handler returns as an error becomes a
// problem. It is short, because there is one of it for every operation.
func add[I, B any](g *group, op operation, handler func(ctx context.Context, c call, in *I) (*answer[B], error)) {
	g.add(op, shapes{reflect.TypeFor[I](), reflect.TypeFor[B]()}, func(ctx context.Context, c call, in any) (*output, error) {
		out, err := handler(ctx, c, in.(*I))
		if err != nil || out == nil {
			return nil, err
		}
		return &output{ETag: out.tag, Media: out.media, Body: out.body}, nil
	})
}

// shapes are the types of what an operation takes and answers.
type shapes struct{ in, out reflect.Type }

func (g *group) add(op operation, s shapes, handler func(ctx context.Context, c call, in any) (*output, error)) {
	o := op.huma()
	in := bind(g, op, s.in, &o)
	op.answers(g, s.out, &o)
	if op.does() {
		o.Parameters = append(o.Parameters, idempotencyParam())
	}
	if op.onConversation() {
		o.Parameters = append(o.Parameters, ifMatchParam())
	}
	g.register(o, in, func(ctx context.Context, c call) (*output, error) {
		if err := g.api.asRead(ctx, c, op); err != nil {
			return nil, err
		}
		v := reflect.New(s.in)
		if err := in.read(c.request, v.Elem()); err != nil {
			return nil, err
		}
		c.attempt.understood()
		out, err := handler(ctx, c, v.Interface())
		if out != nil && out.Media != "" {
			out.Policy = policy
		}
		return out, err
	})
}

// register hands an operation to huma. It has no type parameters, so that there
// is one of it; see binder.
func (g *group) register(o huma.Operation, in *binder, run func(ctx context.Context, c call) (*output, error)) {
	huma.Register(g.huma, o, func(ctx context.Context, _ *struct{}) (*output, error) {
		c, _ := ctx.Value(callKey{}).(call)
		op, _ := o.Metadata[operationKey].(operation)
		if key := c.request.Header.Get(IdempotencyKey); key != "" && op.does() {
			return g.api.once(ctx, c, op, key, run)
		}
		out, err := run(ctx, c)
		if err != nil {
			return nil, g.api.refusal(op.id, c, err)
		}
		return out, nil
	})
	path := g.huma.OpenAPI().Paths[o.Path]
	documented := map[string]*huma.Operation{"GET": path.Get, "PUT": path.Put, "POST": path.Post, "PATCH": path.Patch, "DELETE": path.Delete}[o.Method]
	if in.body != nil {
		documented.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/json": {Schema: in.form}}}
	}
	if documented.DefaultStatus == http.StatusNoContent {
		documented.Responses[strconv.Itoa(http.StatusNoContent)].Content = nil
	}
}

// success is the status of an answer when all goes well.
func (op operation) success() int {
	if op.status == 0 {
		return http.StatusOK
	}
	return op.status
}

// bodyLimit is the largest body, in bytes.
func (op operation) bodyLimit() int64 {
	if op.limit == 0 {
		return defaultLimit
	}
	return op.limit
}

func (op operation) huma() huma.Operation {
	problems := append([]int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusUnprocessableEntity,
		http.StatusInternalServerError, http.StatusServiceUnavailable}, op.errors...)
	if op.does() {
		problems = append(problems, http.StatusConflict)
	}
	if op.onConversation() {
		problems = append(problems, http.StatusTooManyRequests, http.StatusPreconditionFailed)
	}
	if op.rule() == teamOfPath {
		problems = append(problems, http.StatusNotFound)
	}
	return huma.Operation{
		OperationID: op.id, Method: op.method, Path: op.path, Summary: op.summary, DefaultStatus: op.success(),
		Errors: slices.Compact(slices.Sorted(slices.Values(problems))), Metadata: map[string]any{operationKey: op},
		Security: []map[string][]string{{"bearer": append([]string{op.permission}, op.also...)}},
	}
}

// answers documents what an operation returns when all goes well.
func (op operation) answers(g *group, body reflect.Type, o *huma.Operation) {
	content := map[string]*huma.MediaType{}
	for _, media := range op.media {
		content[media] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString}}
	}
	if len(content) == 0 && body != reflect.TypeFor[none]() {
		content["application/json"] = &huma.MediaType{Schema: g.huma.OpenAPI().Components.Schemas.Schema(body, true, op.id+"-response")}
	}
	o.Responses = map[string]*huma.Response{
		strconv.Itoa(o.DefaultStatus): {Description: http.StatusText(o.DefaultStatus), Content: content},
	}
}

// open makes the API without operations. The documents that huma could serve are
// off; ours is made when somebody asks for it.
func (g *group) open() huma.API {
	config := huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0", Info: &huma.Info{Title: "Frontdesk", Version: "1"}, Components: &huma.Components{Schemas: schemas()},
		},
		Formats:       map[string]huma.Format{"application/json": huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat},
		DefaultFormat: "application/json",
		Transformers:  []huma.Transformer{polish},
	}
	api := huma.NewAPI(config, humago.NewAdapter(g.mux, ""))
	api.UseMiddleware(g.letIn)
	return api
}

// change is one entry for the audit: the value before and after.
type change struct{ old, new any }

// entry is the audit entry of what a caller does.
func (a *API) entry(c call, action, target string, values change) (record.Audit, error) {
	id, err := a.newID(c.at)
	if err != nil {
		return record.Audit{}, err
	}
	e := record.Audit{ID: id, At: c.at, Who: c.Name, Where: c.from, Action: action, Target: target}
	for _, v := range []struct {
		to   *json.RawMessage
		from any
	}{{&e.Old, values.old}, {&e.New, values.new}} {
		if v.from == nil {
			continue
		}
		if *v.to, err = json.Marshal(v.from); err != nil {
			return e, fmt.Errorf("encode an audit entry: %w", err)
		}
	}
	return e, nil
}

// audited does something that has no transaction to share: the entry is written
// first, and a second one when it then failed.
func (a *API) audited(ctx context.Context, c call, action, target string, values change, do func() error) error {
	e, err := a.entry(c, action, target, values)
	if err != nil {
		return err
	}
	if err := a.cfg.Store.Log(ctx, e); err != nil {
		return fmt.Errorf("write the audit: %w", err)
	}
	c.attempt.underWay()
	done := do()
	if done == nil {
		return nil
	}
	e, err = a.entry(c, action+".failed", target, change{})
	if err == nil {
		err = a.cfg.Store.Log(ctx, e)
	}
	if err != nil {
		a.cfg.Log.Error("the audit does not say that an action failed", "action", action, "target", target, "error", err)
	}
	return done
}
