package main

import (
	"os"
	"path/filepath"
	"testing"
)

// Whatever answers in place of a desk, a refusal has a status and a sentence.
func FuzzRefusal(f *testing.F) {
	samples, _ := filepath.Glob("../../shared/admin/testdata/*.json")
	for _, file := range samples {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(422, data)
	}
	f.Add(502, []byte("<html>Bad Gateway</html>"))
	f.Add(403, []byte(`{"status": 403, "title": "Forbidden", "detail": "your role viewer does not include playbook:write"}`))
	f.Add(500, []byte(`{"status": "x", "errors": [{}]}`))
	f.Add(0, []byte("null"))
	f.Fuzz(func(t *testing.T, status int, answer []byte) {
		err := refusal(status, answer)
		r, ok := err.(*refused)
		if !ok || err.Error() == "" || r.Status == 0 && status != 0 {
			t.Errorf("got %v", err)
		}
		if len(err.Error()) > 4*len(answer)+100 {
			t.Errorf("got %d bytes of %d", len(err.Error()), len(answer))
		}
		if where := (lines{}).told(err); where.Error() == "" {
			t.Error("got no sentence")
		}
	})
}
