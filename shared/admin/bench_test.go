package admin_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"

	"frontdesk/shared/access"
	"frontdesk/shared/admin"
)

// BenchmarkNew is what the API adds to the start of a function.
func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		admin.New(admin.Config{}).Routes(http.NewServeMux())
	}
}

// BenchmarkFirst is what the first request to a group of operations costs more
// than the next ones: describing the group's types. Nobody is let in, so that no
// store is part of it.
func BenchmarkFirst(b *testing.B) {
	for _, path := range []string{"/v1/playbook", "/v1/templates", "/v1/conversations", "/v1/reports/recipients", "/v1/openapi.json"} {
		b.Run(path[len("/v1/"):], func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				a := admin.New(config(b))
				a.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", path, nil))
			}
		})
	}
}

func config(b *testing.B) admin.Config {
	b.Helper()
	return admin.Config{
		Now: clock, Entropy: bytes.NewReader(make([]byte, 100)),
		Authenticate: func(*http.Request) (access.Identity, error) { return access.Identity{}, access.ErrNoToken },
	}
}
