package lambdatest

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestAFunctionAnswersEventAfterEvent(t *testing.T) {
	t.Setenv("AWS_PROFILE", "the-callers-own")
	f := Start(t, Build(t, "./testdata/echo"), []string{"FRONTDESK_TABLE=desk"})
	for _, say := range []string{"hello", "你好"} {
		got, err := f.Invoke([]byte(`{"say":"` + say + `"}`))
		if want := `{"echo":"` + say + `","home":"desk","profile":""}`; err != nil || string(got) != want {
			t.Fatalf("got %s, %v, want %s", got, err, want)
		}
	}
	if f.Cold() <= 0 || f.Cold() > Limit {
		t.Errorf("got cold start %s", f.Cold())
	}
	if !strings.Contains(f.Log(), "got an event") {
		t.Errorf("got log %q, want what the function wrote", f.Log())
	}
}

func TestAReportedErrorIsReturnedAndTheNextEventIsAnswered(t *testing.T) {
	f := Start(t, Build(t, "./testdata/echo"), nil)
	_, err := f.Invoke([]byte(`{"fail":"no table"}`))
	if e, ok := errors.AsType[*FunctionError](err); !ok || e.Message != "no table" || e.Init {
		t.Fatalf("got %v, want the function's own error", err)
	}
	if got, err := f.Invoke([]byte(`{"say":"again"}`)); err != nil || !strings.Contains(string(got), "again") {
		t.Errorf("got %s, %v, want an answer after the error", got, err)
	}
}

func TestAnEndedProcessIsAnErrorWithItsLog(t *testing.T) {
	cases := []struct{ name, pkg, event, want string }{
		{"before it asked for an event", "./testdata/broken", `{}`, "channel wa-main has no token"},
		{"instead of an answer", "./testdata/echo", `{"exit":"now"}`, "got an event"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f := Start(t, Build(t, c.pkg), nil)
			_, err := f.Invoke([]byte(c.event))
			if !errors.Is(err, ErrGone) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %v with %q", err, ErrGone, c.want)
			}
		})
	}
}

func TestProcessorTimeGrowsWithTheWork(t *testing.T) {
	f := Start(t, Build(t, "./testdata/echo"), nil)
	event := []byte(`{"say":"hello"}`)
	if _, err := f.Invoke(event); err != nil {
		t.Fatal(err)
	}
	before, err := f.CPU()
	if errors.Is(err, errors.ErrUnsupported) {
		before = 0 // only the whole life can be told here
	} else if err != nil {
		t.Fatal(err)
	}
	for range 200 {
		if _, err := f.Invoke(event); err != nil {
			t.Fatal(err)
		}
	}
	if all := f.Stop(); all <= before || all > time.Minute {
		t.Errorf("got %s in all after %s at the first answer, want more", all, before)
	}
}

func BenchmarkInvoke(b *testing.B) {
	f := Start(b, Build(b, "./testdata/echo"), nil)
	event := []byte(`{"say":"hello"}`)
	for b.Loop() {
		if _, err := f.Invoke(event); err != nil {
			b.Fatal(err)
		}
	}
}
