package inbox_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"frontdesk/shared/inbox"
)

var errBusy = errors.New("the channel is busy")

func TestPauseDoublesUpToItsBound(t *testing.T) {
	policy := inbox.Policy{MaxAttempts: 12, First: time.Second, Max: 10 * time.Second}
	cases := []struct {
		name    string
		attempt int
		err     error
		want    time.Duration
	}{
		{"first failure", 1, errBusy, time.Second},
		{"second failure", 2, errBusy, 2 * time.Second},
		{"fourth failure", 4, errBusy, 8 * time.Second},
		{"from then on the bound", 5, errBusy, 10 * time.Second},
		{"very many failures do not overflow", 1_000_000, errBusy, 10 * time.Second},
		{"the error asks for its own pause", 1, inbox.Later(time.Hour, errBusy), time.Hour},
		{"an asked pause may be shorter than ours", 5, inbox.Later(time.Millisecond, errBusy), time.Millisecond},
		{"an asked pause survives wrapping", 1, fmt.Errorf("send: %w", inbox.Later(time.Minute, errBusy)), time.Minute},
		{"no pause asked means ours", 2, inbox.Later(0, errBusy), 2 * time.Second},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := policy.Pause(c.attempt, c.err); got != c.want {
				t.Errorf("Pause(%d, %v): got %v, want %v", c.attempt, c.err, got, c.want)
			}
		})
	}
}

func TestPauseNeverShrinksAndNeverPassesItsBound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		policy := inbox.Policy{
			First: time.Duration(rapid.Int64Range(1, int64(time.Hour)).Draw(t, "first")),
			Max:   time.Duration(rapid.Int64Range(1, int64(24*time.Hour)).Draw(t, "max")),
		}
		attempt := rapid.IntRange(1, 200).Draw(t, "attempt")
		now, next := policy.Pause(attempt, errBusy), policy.Pause(attempt+1, errBusy)
		if now <= 0 || now > next || next > policy.Max {
			t.Fatalf("got pauses %v then %v, want them positive, growing and at most %v", now, next, policy.Max)
		}
	})
}

func TestVerdict(t *testing.T) {
	policy := inbox.Policy{MaxAttempts: 3}
	cases := []struct {
		name    string
		attempt int
		err     error
		reason  string
		dead    bool
	}{
		{"a failure with attempts left lives", 2, errBusy, "", false},
		{"the last attempt is the end", 3, errBusy, "gave up after 3 attempts: the channel is busy", true},
		{"a delivery beyond the last attempt too", 9, errBusy, "gave up after 9 attempts: the channel is busy", true},
		{"asking for a pause does not prolong life", 3, inbox.Later(time.Second, errBusy), "gave up after 3 attempts: try again in 1s: the channel is busy", true},
		{"what cannot help ends at once", 1, inbox.Dead("the number is blocked", errBusy), "the number is blocked: the channel is busy", true},
		{"a death without a cause", 1, inbox.Dead("the number is blocked", nil), "the number is blocked", true},
		{"a death survives wrapping", 1, fmt.Errorf("send: %w", inbox.Dead("blocked", nil)), "blocked", true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			reason, dead := policy.Verdict(c.attempt, c.err)
			if reason != c.reason || dead != c.dead {
				t.Errorf("got %q, %v, want %q, %v", reason, dead, c.reason, c.dead)
			}
		})
	}
}

func TestLaterAndDeadKeepTheirCause(t *testing.T) {
	for _, err := range []error{inbox.Later(time.Second, errBusy), inbox.Dead("blocked", errBusy)} {
		if !errors.Is(err, errBusy) {
			t.Errorf("errors.Is(%q, cause): got false, want true", err)
		}
	}
}

func TestCheckRefusesWhatAnEngineCouldNotKeep(t *testing.T) {
	body := []byte(`{"text":"hello"}`)
	cases := []struct {
		name string
		job  inbox.Job
		want string // part of the error; empty for none
	}{
		{"an ordinary job", inbox.Job{ID: "wamid.HBgL==", Group: "c-1_A", Body: body}, ""},
		{"an ID in any language", inbox.Job{ID: "消息\x001", Group: "a", Body: body}, ""},
		{"the largest body", inbox.Job{ID: "1", Group: "a", Body: make([]byte, inbox.MaxBody)}, ""},
		{"no ID", inbox.Job{Group: "a", Body: body}, "its ID has 0 bytes"},
		{"a huge ID", inbox.Job{ID: strings.Repeat("i", 1025), Group: "a", Body: body}, "its ID has 1025 bytes"},
		{"no group", inbox.Job{ID: "1", Body: body}, "its group has 0 bytes"},
		{"a long group", inbox.Job{ID: "1", Group: strings.Repeat("g", 129), Body: body}, "its group has 129 bytes"},
		{"a phone number with a plus as group", inbox.Job{ID: "1", Group: "+16505551234", Body: body}, "something other than letters"},
		{"no body", inbox.Job{ID: "1", Group: "a"}, "its body has 0 bytes"},
		{"a body over the limit", inbox.Job{ID: "1", Group: "a", Body: make([]byte, inbox.MaxBody+1)}, "its body has 100001 bytes"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			err := inbox.Check(c.job)
			if c.want == "" {
				if err != nil {
					t.Fatalf("got %v, want no error", err)
				}
				return
			}
			if !errors.Is(err, inbox.ErrBadJob) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want ErrBadJob with %q", err, c.want)
			}
			if strings.Contains(err.Error(), "16505551234") || strings.Contains(err.Error(), "hello") {
				t.Errorf("the error shows what the job holds: %v", err)
			}
		})
	}
}

func TestCheckAllNamesThePlaceOfTheBadJob(t *testing.T) {
	good := inbox.Job{ID: "1", Group: "a", Body: []byte("{}")}
	err := inbox.CheckAll([]inbox.Job{good, {ID: "2", Group: "a"}, good})
	if !errors.Is(err, inbox.ErrBadJob) || !strings.HasPrefix(err.Error(), "job 2 of 3: ") {
		t.Errorf("got %v, want ErrBadJob for job 2 of 3", err)
	}
	if err := inbox.CheckAll([]inbox.Job{good, good}); err != nil {
		t.Errorf("good jobs: got %v, want no error", err)
	}
}

func TestTryPassesTheHandlersAnswerOn(t *testing.T) {
	job := inbox.Job{ID: "1", Attempt: 4}
	var got inbox.Job
	err := inbox.Try(t.Context(), func(_ context.Context, j inbox.Job) error { got = j; return errBusy }, job)
	if !errors.Is(err, errBusy) || got.Attempt != 4 {
		t.Errorf("got error %v and attempt %d, want the handler's error and attempt 4", err, got.Attempt)
	}
}

func TestTryTurnsAPanicIntoAnErrorWithoutItsContent(t *testing.T) {
	cases := []struct {
		name    string
		handler inbox.Handler
		want    string
	}{
		{"a runtime error says what happened", func(_ context.Context, j inbox.Job) error {
			return errors.New(string(j.Body[99]))
		}, "index out of range [99] with length 13"},
		{"any other value shows only its type", func(_ context.Context, j inbox.Job) error {
			panic("cannot handle " + string(j.Body))
		}, "a value of type string"},
		{"a value that is an error too", func(_ context.Context, j inbox.Job) error {
			panic(fmt.Errorf("cannot handle %s", j.Body))
		}, "a value of type *errors.errorString"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			err := inbox.Try(t.Context(), c.handler, inbox.Job{Body: []byte("+16505551234!")})
			if !errors.Is(err, inbox.ErrPanic) {
				t.Fatalf("got %v, want ErrPanic", err)
			}
			if !strings.Contains(err.Error(), "inbox_test.go:") || strings.Contains(err.Error(), "16505551234") {
				t.Errorf("got %q, want the place in the code and nothing of the job", err)
			}
			if !strings.HasSuffix(err.Error(), c.want) {
				t.Errorf("got %q, want it to end in %q", err, c.want)
			}
		})
	}
}
