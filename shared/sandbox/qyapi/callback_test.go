package qyapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk/shared/wecom"
)

func TestACallbackComesThreeTimesInAll(t *testing.T) {
	refuses := func(err error) func(Callback) ([]byte, error) {
		return func(Callback) ([]byte, error) { return nil, err }
	}
	for _, c := range []struct {
		name   string
		answer error
		change func(*Config)
		want   int
	}{
		{"answered 200", nil, nil, 1},
		{"not answered", errTimeout, nil, 3},
		{"answered 500", fmt.Errorf("%w: 500", ErrStatus), nil, 3},
		{"answered 500, and only silence is repeated", fmt.Errorf("%w: 500", ErrStatus), func(c *Config) { c.Unsure.RepeatTimeouts = true }, 1},
		{"not answered, and only silence is repeated", errTimeout, func(c *Config) { c.Unsure.RepeatTimeouts = true }, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := play(t, c.change)
			st.answer = refuses(c.answer)
			if _, err := st.WriteApp(context.Background(), desk, "zhang", Text("hello")); err != nil {
				t.Fatal(err)
			}
			st.pass(time.Hour)
			if len(st.posted) != c.want {
				t.Errorf("got %d callbacks, want %d", len(st.posted), c.want)
			}
			failed := 0
			for _, e := range st.Events(0) {
				if e.Kind == CallbackFailed {
					failed++
				}
			}
			if c.answer != nil && failed != c.want || c.answer == nil && failed != 0 {
				t.Errorf("got %d failures told for %d callbacks", failed, c.want)
			}
		})
	}
}

// TestAnAnswerIsWaitedForFiveSeconds uses the machine's own clock, in a bubble.
func TestAnAnswerIsWaitedForFiveSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var at []time.Duration
		cfg := config()
		cfg.Post = func(ctx context.Context, _ Callback) ([]byte, error) {
			at = append(at, time.Since(began))
			<-ctx.Done()
			return nil, ctx.Err()
		}
		sb, err := New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := sb.WriteApp(context.Background(), desk, "zhang", Text("hello")); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		sb.Close()
		if fmt.Sprint(at) != "[0s 6s 12s]" {
			t.Errorf("got tries at %v, want one of 5 s and a pause of 1 s each", at)
		}
	})
}

func TestARepeatIsSignedAnewOrNot(t *testing.T) {
	for _, same := range []bool{false, true} {
		st := play(t, func(c *Config) { c.Unsure.SameSignature = same })
		st.answer = func(Callback) ([]byte, error) { return nil, errTimeout }
		st.wrote()
		st.pass(time.Minute)
		a, b := st.posted[0], st.posted[1]
		if equal := a.Query == b.Query && string(a.Body) == string(b.Body); equal != same {
			t.Errorf("same signature %v: got equal callbacks %v", same, equal)
		}
		if string(st.plain(a)) != string(st.plain(b)) {
			t.Error("a repeat says something else")
		}
	}
}

func TestCallbacksOvertakeEachOther(t *testing.T) {
	st := play(t, nil)
	ctx := context.Background()
	late := Text("first")
	late.Deliver = Deliver{After: time.Minute, Times: 2, Every: time.Second}
	_, err := st.WriteApp(ctx, desk, "zhang", late)
	st.must(err)
	_, err = st.WriteApp(ctx, desk, "zhang", Text("second"))
	st.must(err)
	st.pass(time.Hour)
	var got []string
	for _, cb := range st.posted {
		got = append(got, between(string(st.plain(cb)), "<Content><![CDATA[", "]]>"))
	}
	if fmt.Sprint(got) != "[second first first]" {
		t.Errorf("got %v", got)
	}
}

// web answers as a webhook does, over HTTP.
func web(t *testing.T, answer http.HandlerFunc) *stage {
	t.Helper()
	srv := httptest.NewServer(answer)
	t.Cleanup(srv.Close)
	return play(t, func(c *Config) {
		c.Post = nil
		for i := range c.Apps {
			c.Apps[i].WebhookURL = srv.URL + "/webhooks/wecom/app"
		}
	})
}

func TestTheAddressIsCheckedOverHTTP(t *testing.T) {
	pair, err := wecom.NewPair(key)
	if err != nil {
		t.Fatal(err)
	}
	echo := func(more string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			q, err := wecom.ParseQuery(r.URL.RawQuery)
			if err != nil || !pair.Verify(q, []byte(q.Echo)) || r.Method != http.MethodGet {
				http.Error(w, "no", http.StatusForbidden)
				return
			}
			plain, _ := pair.Decrypt([]byte(q.Echo), corp)
			_, _ = w.Write(append(plain, more...))
		}
	}
	if err := web(t, echo("")).Check(context.Background(), desk); err != nil {
		t.Errorf("got %v, want the address to pass", err)
	}
	if err := web(t, echo("\n")).Check(context.Background(), desk); err == nil {
		t.Error("an answer with a line end passes")
	}
	if err := web(t, http.NotFound).Check(context.Background(), desk); !errors.Is(err, ErrStatus) {
		t.Errorf("got %v, want ErrStatus", err)
	}
	if err := web(t, http.NotFound).Check(context.Background(), 7); !errors.Is(err, ErrUnknown) {
		t.Errorf("got %v, want ErrUnknown", err)
	}
}

func TestACallbackOverHTTP(t *testing.T) {
	pair, err := wecom.NewPair(key)
	if err != nil {
		t.Fatal(err)
	}
	var got string
	st := web(t, func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		q, _ := wecom.ParseQuery(r.URL.RawQuery)
		encrypted, _ := wecom.Unwrap(body)
		if pair.Verify(q, encrypted) {
			plain, _ := pair.Decrypt(encrypted, corp)
			got = string(plain)
		}
	})
	if _, err := st.WriteApp(context.Background(), desk, "zhang", Text("hello 👋")); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(got, "<Content><![CDATA[hello 👋]]></Content>") || !strings.HasSuffix(got, "<AgentID>1000002</AgentID></xml>") {
		t.Errorf("got %s", got)
	}
	st.Close()
	if _, err := st.WriteApp(context.Background(), desk, "zhang", Text("hello")); !errors.Is(err, ErrClosed) {
		t.Errorf("got %v after the end, want ErrClosed", err)
	}
}

// TestAnErrorHoldsNoAddress: the callback address holds a signature.
func TestAnErrorHoldsNoAddress(t *testing.T) {
	st := play(t, func(c *Config) {
		c.Post = nil
		c.Apps[0].WebhookURL, c.Apps[1].WebhookURL = "http://127.0.0.1:1/secret-path", "http://127.0.0.1:1/"
	})
	if err := st.Check(context.Background(), desk); err == nil || strings.Contains(err.Error(), "secret-path") {
		t.Errorf("got %v", err)
	}
}

func TestAPassiveReplyIsEntered(t *testing.T) {
	pair, err := wecom.NewPair(key)
	if err != nil {
		t.Fatal(err)
	}
	r := wecom.Reply{To: "zhang", From: corp, At: time.Unix(1795312800, 0)}
	seal := func(plain []byte) []byte {
		return pair.Seal([16]byte{1}, plain, corp, "1795312800", "n1").XML()
	}
	tampered := strings.Replace(string(seal(r.Text("hi"))), "n1", "n2", 1)
	for _, c := range []struct {
		name   string
		answer []byte
		want   string // "" when nothing is entered
		kind   EventKind
	}{
		{"nothing", nil, "", ""},
		{"success", []byte("success"), "", ""},
		{"a text", seal(r.Text("hi")), "hi", MessageAccepted},
		{"news", seal(r.News(wecom.Article{Title: "a"}, wecom.Article{Title: "b"})), "a\nb", MessageAccepted},
		{"a button", seal(r.Button("Done")), "Done", MessageAccepted},
		{"a wrong signature", []byte(tampered), "", ReplyRefused},
		{"no XML", []byte("ok"), "", ReplyRefused},
		{"to nobody", seal(wecom.Reply{To: "nobody", From: corp}.Text("hi")), "", ReplyRefused},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := play(t, nil)
			st.answer = func(Callback) ([]byte, error) { return c.answer, nil }
			_, err := st.WriteApp(context.Background(), desk, "zhang", Text("hello"))
			st.must(err)
			sent := st.Sent()
			if c.want == "" && len(sent) != 0 || c.want != "" && (len(sent) != 1 || sent[0].Text != c.want || sent[0].Via != ViaReply) {
				t.Errorf("got %+v, want %q", sent, c.want)
			}
			if c.kind != "" && !slices.Contains(st.kinds(), c.kind) {
				t.Errorf("got %v, want %s", st.kinds(), c.kind)
			}
		})
	}
}
