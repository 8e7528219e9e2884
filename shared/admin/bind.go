package admin

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
)

// binder fills an operation's input from a request, as huma.Register would: path,
// query and header tags, Body. It exists because huma.Register is made anew by the
// compiler for every input and output, 30 KB each, which took the function over
// its size and a third of its start; what to check is still huma's schemas.
type binder struct {
	schemas huma.Registry
	params  []param
	// body is the index of Body, whose form is known, or of RawBody, which the
	// handler reads; nil for none.
	body  []int
	form  *huma.Schema
	raw   bool
	limit int64
}

type param struct {
	index             []int
	name, in, missing string
	schema            *huma.Schema
}

// bind describes the input type of an operation in o and returns what fills it.
func bind(g *group, op operation, input reflect.Type, o *huma.Operation) *binder {
	b := &binder{schemas: g.huma.OpenAPI().Components.Schemas, limit: op.bodyLimit()}
	for _, f := range reflect.VisibleFields(input) {
		switch {
		case f.Anonymous:
		case f.Name == "RawBody":
			b.body, b.raw, b.form = f.Index, true, b.schemas.Schema(op.body, true, "")
		case f.Name == "Body":
			b.body, b.form = f.Index, huma.SchemaFromField(b.schemas, f, op.id+"-request")
		default:
			b.param(f, o)
		}
	}
	if b.body != nil {
		o.Errors = append(o.Errors, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	}
	return b
}

func (b *binder) param(f reflect.StructField, o *huma.Operation) {
	for _, in := range []string{"path", "query", "header"} {
		name := f.Tag.Get(in)
		if name == "" {
			continue
		}
		s := huma.SchemaFromField(b.schemas, f, "")
		s.PrecomputeMessages()
		b.params = append(b.params, param{f.Index, name, in, f.Tag.Get("default"), s})
		o.Parameters = append(o.Parameters, &huma.Param{Name: name, In: in, Required: in == "path", Description: s.Description, Schema: s})
	}
}

// read fills v, and returns a problem with everything that is wrong with the request.
func (b *binder) read(r *http.Request, v reflect.Value) error {
	found := &huma.ValidateResult{}
	path := huma.NewPathBuffer(nil, 0)
	b.parameters(r, v, path, found)
	if b.body != nil {
		at(path, "body")
		if err := b.content(r, v.FieldByIndex(b.body), path, found); err != nil {
			return err
		}
	}
	if len(found.Errors) == 0 {
		return nil
	}
	p := refuse(http.StatusUnprocessableEntity, "the request is not as it should be; nothing was changed")
	for _, err := range found.Errors {
		p.Add(err)
	}
	sort.SliceStable(p.Errors, func(i, j int) bool { return p.Errors[i].Location < p.Errors[j].Location })
	return p
}

// maxStrange is how many parameters that do not exist are told.
const (
	maxStrange     = 20
	maxStrangeName = 100 // bytes that are shown of one
)

// parameters fills in what path, query and headers say, and refuses what is not known.
func (b *binder) parameters(r *http.Request, v reflect.Value, path *huma.PathBuffer, found *huma.ValidateResult) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		at(path, "query")
		found.Add(path, nil, "the query cannot be read")
	}
	for name := range query {
		if len(found.Errors) == maxStrange {
			break
		}
		if !slices.ContainsFunc(b.params, func(p param) bool { return p.in == "query" && p.name == name }) {
			at(path, "query", name[:min(len(name), maxStrangeName)])
			found.Add(path, nil, "there is no such parameter here")
		}
	}
	for _, p := range b.params {
		at(path, p.in, p.name)
		text := map[string]string{"path": r.PathValue(p.name), "query": query.Get(p.name), "header": r.Header.Get(p.name)}[p.in]
		b.fill(p, text, v, path, found)
	}
}

// at makes a path name one place.
func at(path *huma.PathBuffer, names ...string) {
	path.Reset()
	for _, name := range names {
		path.Push(name)
	}
}

func (b *binder) fill(p param, text string, v reflect.Value, path *huma.PathBuffer, found *huma.ValidateResult) {
	if text == "" {
		text = p.missing
	}
	if text == "" && p.in != "path" {
		return
	}
	if !readable(text) {
		found.Add(path, nil, "expected text without control characters")
		return
	}
	field := v.FieldByIndex(p.index)
	var value any = text
	if field.CanInt() {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			found.Add(path, nil, "expected a whole number")
			return
		}
		field.SetInt(n)
		value = n
	} else {
		field.SetString(text)
	}
	huma.Validate(b.schemas, p.schema, path, huma.ModeWriteToServer, value, found)
}

// readable reports whether a text can be part of a key: it is UTF-8 without control
// characters.
func readable(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, unicode.IsControl)
}

// content reads the body: raw, or as JSON of the form that is wanted.
func (b *binder) content(r *http.Request, v reflect.Value, path *huma.PathBuffer, found *huma.ValidateResult) error {
	if media := r.Header.Get("Content-Type"); media != "" && !strings.HasPrefix(media, "application/json") {
		return refuse(http.StatusUnsupportedMediaType, "send JSON, as application/json")
	}
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, b.limit))
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return refuse(http.StatusRequestEntityTooLarge, "the body is larger than %d bytes", b.limit)
	}
	if err != nil {
		return refuse(http.StatusBadRequest, "the body did not arrive whole")
	}
	if len(body) == 0 {
		return refuse(http.StatusBadRequest, "there is no body")
	}
	if b.raw {
		v.SetBytes(body)
		return nil
	}
	var parsed any
	if err := json.Unmarshal(body, &parsed); err != nil {
		return refuse(http.StatusBadRequest, "the body is not JSON: %s", err)
	}
	before := len(found.Errors)
	huma.Validate(b.schemas, b.form, path, huma.ModeWriteToServer, parsed, found)
	if len(found.Errors) > before {
		return nil
	}
	if err := json.Unmarshal(body, v.Addr().Interface()); err != nil {
		return refuse(http.StatusUnprocessableEntity, "the body holds a value of the wrong kind")
	}
	return nil
}
