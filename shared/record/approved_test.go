package record_test

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/record"
)

func TestTemplatesOfAChannelAreKept(t *testing.T) {
	s, at := open(t), time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC)
	first, err := s.ApprovedOf(t.Context(), "wa-main")
	if diff := cmp.Diff(record.Approved{Channel: "wa-main"}, first); diff != "" || err != nil {
		t.Fatalf("%v, before they were fetched (-want +got):\n%s", err, diff)
	}
	if _, err := s.Templates(t.Context(), "wa-main"); !errors.Is(err, record.ErrNotFound) {
		t.Fatalf("got %v, want nothing found", err)
	}
	first.Account, first.Began, first.Templates, first.Told = "102290129340398", at, 1, []string{"sale en"}
	if err := s.SaveTemplates(t.Context(), first, json.RawMessage(`[{"name":"sale"}]`)); err != nil {
		t.Fatal(err)
	}
	if err := s.SaveTemplates(t.Context(), first, json.RawMessage(`[]`)); !errors.Is(err, record.ErrStale) {
		t.Errorf("got %v, want the second writer refused", err)
	}
	again, err := s.ApprovedOf(t.Context(), "wa-main")
	if err != nil {
		t.Fatal(err)
	}
	again.Refused, again.Code, again.Reason = at.Add(time.Hour), 10, "not granted"
	if err := s.SetApproved(t.Context(), again); err != nil {
		t.Fatal(err)
	}
	if list, err := s.Templates(t.Context(), "wa-main"); err != nil || string(list) != `[{"name":"sale"}]` {
		t.Errorf("got %s, %v, want the list of the first writer, which a refusal leaves alone", list, err)
	}
	if err := s.TemplatesChanged(t.Context(), "102290129340398", at); err != nil {
		t.Fatal(err)
	}
	all, changed, err := s.AllApproved(t.Context())
	want := []record.Approved{{Channel: "wa-main", Account: "102290129340398", Began: at, Templates: 1, Refused: at.Add(time.Hour), Code: 10, Reason: "not granted",
		Told: []string{"sale en"}, Version: 2}}
	if diff := cmp.Diff(want, all); diff != "" || err != nil || !changed["102290129340398"].Equal(at) || len(changed) != 1 {
		t.Errorf("%v, %v (-want +got):\n%s", err, changed, diff)
	}
}

// A list that does not fit into an item is cut, and put together again.
func TestALargeListOfTemplates(t *testing.T) {
	s, noise := open(t), rand.New(rand.NewPCG(1, 2))
	text := make([]byte, 2<<20)
	for i := range text {
		text[i] = byte('a' + noise.IntN(26))
	}
	list, err := json.Marshal([]string{string(text)})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.SaveTemplates(t.Context(), record.Approved{Channel: "wa-main", Began: time.Now()}, list); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Templates(t.Context(), "wa-main"); err != nil || string(got) != string(list) {
		t.Errorf("got %d bytes, %v, want the %d that were kept", len(got), err, len(list))
	}
}
