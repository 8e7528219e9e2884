package errand_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"frontdesk/shared/errand"
	"frontdesk/shared/inbox"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func TestAnErrandComesBack(t *testing.T) {
	want := errand.Errand{Kind: errand.Figures, Channel: "kf-main", Key: "2026-11-21", At: noon}
	job, err := want.Job()
	if err != nil || inbox.Check(job) != nil || !errand.Is(job) {
		t.Fatalf("got %+v, %v, want a job that a queue takes and that is an errand", job, err)
	}
	got, err := errand.Parse(job)
	if err != nil || got != want {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}

func TestErrandsOfOneKindAndChannelAreOneGroup(t *testing.T) {
	group := func(k errand.Kind, channel, key string) string {
		job, err := errand.Errand{Kind: k, Channel: channel, Key: key, At: noon}.Job()
		if err != nil {
			t.Fatal(err)
		}
		return job.Group
	}
	if group(errand.Notice, "robot", "1") != group(errand.Notice, "robot", "2") {
		t.Error("two notices to one robot are in two groups, want one after the other")
	}
	if group(errand.Notice, "robot", "1") == group(errand.Figures, "robot", "1") || group(errand.Menu, "a", "") == group(errand.Menu, "b", "") {
		t.Error("errands of another kind or channel wait for each other")
	}
}

func TestHandlers(t *testing.T) {
	failed := errors.New("not now")
	h := errand.Handlers{errand.Menu: func(_ context.Context, e errand.Errand, attempt int) error {
		if e.Channel != "app-main" || attempt != 3 {
			t.Errorf("got %+v at attempt %d, want app-main at 3", e, attempt)
		}
		return failed
	}}
	job, err := errand.Errand{Kind: errand.Menu, Channel: "app-main", At: noon}.Job()
	if err != nil {
		t.Fatal(err)
	}
	job.Attempt = 3
	if got := h.Handle(t.Context(), job); !errors.Is(got, failed) {
		t.Errorf("got %v, want what the one who runs it says", got)
	}
	unknown, err := errand.Errand{Kind: "dance", Channel: "app-main", At: noon}.Job()
	if err != nil {
		t.Fatal(err)
	}
	for name, job := range map[string]inbox.Job{"a kind that nobody runs": unknown, "no errand at all": {Group: "errand-x", Body: []byte(`{}`)}} {
		if _, dead := errors.AsType[*inbox.Death](h.Handle(t.Context(), job)); !dead {
			t.Errorf("%s: want a dead letter", name)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"errand":{"kind":"figures","channel":"kf-main","key":"2026-11-21","at":"2026-11-22T12:00:00Z"}}`))
	f.Add([]byte(`{"errand":null}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		e, err := errand.Parse(inbox.Job{Body: body})
		if err != nil {
			return
		}
		job, err := e.Job()
		if err != nil {
			t.Fatalf("%s was read and cannot be written: %v", body, err)
		}
		if again, err := errand.Parse(job); err != nil || again.Kind != e.Kind || again.Key != e.Key || !again.At.Equal(e.At) {
			t.Errorf("got %+v, %v, want %+v", again, err, e)
		}
	})
}
