package playbook

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A real playbook must come back from its types with every field that it had:
// what the types forget, an admin loses at the next save.
func TestNoFieldOfARealPlaybookIsLost(t *testing.T) {
	for _, name := range []string{"../demo/playbook.json", "../publish/testdata/shop.json", "../publish/testdata/shapes.json"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		strict := json.NewDecoder(bytes.NewReader(text))
		strict.DisallowUnknownFields()
		var p Playbook
		if err := strict.Decode(&p); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		again, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		var before, after any
		if err := json.Unmarshal(text, &before); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(again, &after); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before, after); diff != "" {
			t.Errorf("%s (-before +after):\n%s", name, diff)
		}
	}
}
