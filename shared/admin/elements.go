package admin

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"frontdesk/shared/access"
	"frontdesk/shared/playbook"
	"frontdesk/shared/publish"
)

// kind is one list of the playbook whose elements are edited one by one.
type kind[T any] struct {
	one, many string
	write     string // the permission to change one
	of        func(*playbook.Playbook) *[]T
	id        func(*T) *string
}

func templates() kind[playbook.Template] {
	return kind[playbook.Template]{"template", "templates", access.TemplatesWrite,
		func(p *playbook.Playbook) *[]playbook.Template { return &p.Templates },
		func(t *playbook.Template) *string { return &t.ID }}
}

func filters() kind[playbook.Filter] {
	return kind[playbook.Filter]{"filter", "filters", access.FiltersWrite,
		func(p *playbook.Playbook) *[]playbook.Filter { return &p.Filters },
		func(f *playbook.Filter) *string { return &f.ID }}
}

func hours() kind[playbook.Calendar] {
	return kind[playbook.Calendar]{"calendar", "hours", access.HoursWrite,
		func(p *playbook.Playbook) *[]playbook.Calendar { return &p.Hours },
		func(c *playbook.Calendar) *string { return &c.ID }}
}

type (
	// ElementRequest names an element.
	ElementRequest struct {
		ID string `path:"id" maxLength:"100"`
	}
	// ElementEdit is a conditional request on an element.
	ElementEdit struct {
		ElementRequest
		Precondition
	}
	// RawElement is an element as it is sent.
	RawElement struct {
		ElementEdit
		RawBody []byte `contentType:"application/json"`
	}
)

// addKind describes what can be done with the elements of one kind.
func addKind[T any](a *API, k kind[T]) func(*group) {
	path, one := "/v1/"+k.many, "/v1/"+k.many+"/{id}"
	edit := []int{http.StatusNotFound, http.StatusPreconditionFailed, http.StatusPreconditionRequired}
	e := editor[T]{a, k}
	return func(g *group) {
		add(g, operation{id: "list-" + k.many, method: "GET", path: path, permission: access.PlaybookRead,
			summary: "The " + k.many + " of the draft, in order"}, e.list)
		add(g, operation{id: "get-" + k.one, method: "GET", path: one, permission: access.PlaybookRead,
			errors: []int{http.StatusNotFound}, summary: "One " + k.one + " of the draft"}, e.get)
		add(g, operation{id: "put-" + k.one, method: "PUT", path: one, permission: k.write, errors: edit,
			limit: 1 << 20, body: reflect.TypeFor[T](),
			summary: "Save one " + k.one + " in the draft; a new one goes to the end of the list"}, e.put)
		add(g, operation{id: "delete-" + k.one, method: "DELETE", path: one, permission: k.write, errors: edit,
			status: http.StatusNoContent, summary: "Take one " + k.one + " out of the draft"}, e.delete)
	}
}

// editor works on the elements of one kind in the draft.
type editor[T any] struct {
	*API
	kind[T]
}

func (e editor[T]) list(ctx context.Context, _ call, in *Paging) (*answer[List[T]], error) {
	d, err := e.draft(ctx)
	if err != nil {
		return nil, err
	}
	page, err := slicePage(*e.of(&d.Playbook), *in, e.many, func(v *T) string { return *e.id(v) })
	return tagged(d.tag, page), err
}

func (e editor[T]) get(ctx context.Context, _ call, in *ElementRequest) (*answer[T], error) {
	d, err := e.draft(ctx)
	if err != nil {
		return nil, err
	}
	at := e.find(&d.Playbook, in.ID)
	if at < 0 {
		return nil, e.missing(in.ID)
	}
	return element((*e.of(&d.Playbook))[at])
}

func (k kind[T]) find(p *playbook.Playbook, id string) int {
	list := *k.of(p)
	for i := range list {
		if *k.id(&list[i]) == id {
			return i
		}
	}
	return -1
}

func (k kind[T]) missing(id string) error {
	return refuse(http.StatusNotFound, "the draft has no %s with the id %q", k.one, id)
}

func element[T any](v T) (*answer[T], error) {
	tag, err := hashed(v)
	return tagged(tag, v), err
}

// read reads one element as strictly as a whole playbook is read: it is put into
// an otherwise empty one.
func (k kind[T]) read(raw []byte) (T, []playbook.Fault) {
	var none T
	if !json.Valid(raw) {
		_, faults := publish.Load(raw)
		return none, faults[max(len(faults)-1, 0):] // the last one says where it breaks off
	}
	p, faults := publish.Load(slices.Concat([]byte(`{"`+k.many+`":[`), raw, []byte(`]}`)))
	for i := range faults {
		path := strings.TrimPrefix(faults[i].Path, k.many+"[0]")
		faults[i].Path = strings.TrimPrefix(path, ".")
	}
	list := *k.of(&p)
	if len(faults) > 0 || len(list) != 1 {
		return none, faults
	}
	return list[0], nil
}

func (e editor[T]) put(ctx context.Context, c call, in *RawElement) (*answer[T], error) {
	v, faults := e.read(in.RawBody)
	id := e.id(&v)
	if *id == "" {
		*id = in.ID
	}
	if len(faults) == 0 && *id != in.ID {
		faults = []playbook.Fault{{Path: "id", Message: "The id is not the one of the address.", Fix: "Write " + in.ID + ", or leave it out."}}
	}
	if len(faults) > 0 {
		return nil, faulty("The "+e.one, faults)
	}
	_, err := e.edit(ctx, c, e.one+".save", in.ID, func(d *draft) (change, error) {
		list := e.of(&d.Playbook)
		at := e.find(&d.Playbook, in.ID)
		old, tag, err := elementAt(*list, at)
		if err != nil {
			return change{}, err
		}
		if err := in.check(tag); err != nil {
			return change{}, err
		}
		if at < 0 {
			*list = append(*list, v)
		} else {
			(*list)[at] = v
		}
		return change{old, v}, nil
	})
	if err != nil {
		return nil, err
	}
	return element(v)
}

// elementAt is the element at a place and its ETag; nothing for no place.
func elementAt[T any](list []T, at int) (old any, tag string, err error) {
	if at < 0 {
		return nil, "", nil
	}
	tag, err = hashed(list[at])
	return list[at], tag, err
}

func (e editor[T]) delete(ctx context.Context, c call, in *ElementEdit) (*answer[none], error) {
	_, err := e.edit(ctx, c, e.one+".delete", in.ID, func(d *draft) (change, error) {
		list := e.of(&d.Playbook)
		at := e.find(&d.Playbook, in.ID)
		if at < 0 {
			return change{}, e.missing(in.ID)
		}
		old, tag, err := elementAt(*list, at)
		if err != nil {
			return change{}, err
		}
		if in.IfMatch == "" {
			return change{}, errUnconditional
		}
		if !matches(in.IfMatch, tag) {
			return change{}, errStale
		}
		*list = slices.Delete(*list, at, at+1)
		return change{old, nil}, nil
	})
	return nil, err
}
