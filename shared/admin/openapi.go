package admin

import (
	"encoding/json"
	"net/http"
	"path"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// documentPath is where the OpenAPI document stands. It needs no token: it tells
// what can be asked, and nothing of what is there.
const documentPath = "/v1/openapi.json"

const about = `The API of Frontdesk's admins. Send a token with every request: Authorization: Bearer TOKEN.

Errors are problem details (RFC 9457): detail says what to do, errors lists every fault with its place, instance names the request in the log.
Lists give next while there is more; send it as cursor.
What is edited carries an ETag: send it back in If-Match (412: somebody else was faster; 428: it is missing), or If-None-Match: * to create.
What does something each time (POST, PATCH) takes an Idempotency-Key: sent again with the same one within a day it gives the first answer and does nothing twice.
Who may see their own teams' conversations only is shown nothing of others: what belongs to another team is not there (404).`

// openAPI makes the document, once, when it is first asked for.
func (a *API) openAPI() ([]byte, error) {
	var all []func(*group)
	for _, operations := range a.operations() {
		all = append(all, operations)
	}
	doc := a.group(all...).huma.OpenAPI()
	tellNulls(doc.Components.Schemas)
	doc.Info.Description = about
	doc.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"bearer": {Type: "http", Scheme: "bearer", Description: "A token of this machine (frontdesk token) or of the OpenID Connect provider. The permission that an operation needs stands beside it."},
	}
	return json.Marshal(doc)
}

// tellNulls documents fields that are null when there is nothing to tell: huma describes a
// map, and a pointer to a struct, as if it were always there.
func tellNulls(types huma.Registry) {
	for name, s := range types.Map() {
		t := types.TypeFromRef("#/components/schemas/" + name)
		if t == nil || t.Kind() != reflect.Struct {
			continue
		}
		for _, f := range reflect.VisibleFields(t) {
			field, options, _ := strings.Cut(f.Tag.Get("json"), ",")
			described := s.Properties[field]
			switch always := described != nil && !strings.Contains(options, "omit"); {
			case always && f.Type.Kind() == reflect.Map:
				described.Nullable = true
			case always && f.Type.Kind() == reflect.Pointer && described.Ref != "":
				s.Properties[field] = &huma.Schema{Description: described.Description, OneOf: []*huma.Schema{{Ref: described.Ref}, {Type: "null"}}}
			}
		}
	}
}

// schemas is where the document's types are kept. What is edited has its own name
// (Choice); the same word of another package gets that one's name too (MessageChoice).
func schemas() huma.Registry {
	return huma.NewMapRegistry("#/components/schemas/", func(t reflect.Type, hint string) string {
		name := huma.DefaultSchemaNamer(t, hint)
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		owner := path.Base(t.PkgPath())
		if t.Name() == "" || owner == "admin" || owner == "playbook" {
			return name
		}
		return strings.ToUpper(owner[:1]) + owner[1:] + name
	})
}

// document serves the OpenAPI document.
func (a *API) document(w http.ResponseWriter) {
	doc, err := a.doc()
	if err != nil {
		a.cfg.Log.Error("the OpenAPI document cannot be made", "error", err)
		http.Error(w, "the document cannot be made", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/openapi+json")
	_, _ = w.Write(doc)
}
