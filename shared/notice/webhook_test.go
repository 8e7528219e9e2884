package notice_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/hook"
	"frontdesk/shared/record"
)

func TestAProgramIsToldEachEventAlone(t *testing.T) {
	p := newProgram(t)
	ids := p.handOffs(50)
	p.minutes(p.process(p.db), 6)
	if !slices.Equal(p.ids(), ids) || p.left() != 0 || len(p.sandbox.Sent()) != 0 {
		t.Errorf("got %d webhooks, %d left, want each of the 50 alone and in order, and nothing at WeCom", len(p.got), p.left())
	}
	for _, one := range p.got {
		if want := signature(t, newKey, one) + " " + signature(t, oldKey, one); one.signed != want {
			t.Errorf("signed %q, want %q", one.signed, want)
		}
	}
	if early := p.got[19].at; !early.Equal(noon) || p.got[20].at.Equal(noon) {
		t.Errorf("the 20th came at %v and the 21st at %v, want 20 a minute", early, p.got[20].at)
	}
	p.nothingShown()
}

// TestWebhooksInFull shows every event as a program gets it, in both languages.
func TestWebhooksInFull(t *testing.T) {
	var all bytes.Buffer
	for _, lang := range []string{"en", "zh-CN"} {
		known := scenes(t, book(lang, "zhang"))
		for _, name := range slices.Sorted(maps.Keys(known)) {
			if len(known[name]) > 1 {
				continue
			}
			p := newProgram(t)
			p.handOff(known[name]...)
			p.minutes(p.process(p.db), 1)
			if len(p.got) != 1 {
				t.Fatalf("%s: got %d webhooks, want one", name, len(p.got))
			}
			fmt.Fprintf(&all, "=== %s: %s\n", lang, name)
			if err := json.Indent(&all, []byte(p.got[0].body), "", "  "); err != nil {
				t.Fatal(err)
			}
			all.WriteByte('\n')
		}
	}
	const golden = "testdata/webhooks.txt"
	if *update {
		if err := os.WriteFile(golden, all.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), all.String()); diff != "" {
		t.Errorf("webhooks differ (-want +got):\n%s", diff)
	}
	if strings.Contains(all.String(), "zhang") {
		t.Error("whom to mention is for a group, not for a program")
	}
}

// TestAReceiverThatIsGone: what waits is dropped with one alarm, as with a robot that was
// removed, and a look is taken every ten minutes.
func TestAReceiverThatIsGone(t *testing.T) {
	p := newProgram(t)
	gone := true
	p.answer = func(w http.ResponseWriter, _ posted) {
		if gone {
			w.WriteHeader(http.StatusGone)
		}
	}
	r := p.process(p.db)
	p.handOffs(40)
	p.minutes(r, 1)
	if len(p.got) != 1 || p.left() != 0 || p.logged.with("alarm=notice_refused") != 1 || p.logged.with("notices=40") != 1 || p.logged.with("code=410") == 0 {
		t.Errorf("got %d webhooks, %d left, log %v; want one, all dropped, one alarm", len(p.got), p.left(), p.logged.all)
	}
	for range 60 {
		p.handOffs(1)
		p.minutes(r, 1)
	}
	if len(p.got) > 7 || p.logged.with("alarm=") != 1 {
		t.Errorf("got %d webhooks in an hour, log %v; want a look every ten minutes and one alarm", len(p.got), p.logged.all)
	}
	gone = false
	p.handOffs(1)
	p.minutes(r, 12)
	if p.left() != 0 || p.logged.with("takes notices again") != 1 {
		t.Errorf("%d left, log %v; want it told that the program takes notices again", p.left(), p.logged.all)
	}
	p.nothingShown()
}

func TestAReceiverThatAsksToWait(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		after  string
		want   time.Duration
	}{
		"nothing said":         {503, "", 2 * time.Minute}, // the first errand after 62 seconds
		"ten minutes":          {503, "600", 10 * time.Minute},
		"a date":               {429, noon.Add(30 * time.Minute).Format(http.TimeFormat), 30 * time.Minute},
		"less than a minute":   {429, "5", 2 * time.Minute},
		"longer than an hour":  {503, "86400", time.Hour},
		"what cannot be read":  {500, "soon", 2 * time.Minute},
		"a time that is over":  {503, noon.Add(-time.Hour).Format(http.TimeFormat), 2 * time.Minute},
		"a server that is new": {502, "120", 2 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			p := newProgram(t)
			p.answer = func(w http.ResponseWriter, one posted) {
				if one.at.Equal(noon) {
					w.Header().Set("Retry-After", c.after)
					w.WriteHeader(c.status)
				}
			}
			ids := p.handOffs(2)
			p.minutes(p.process(p.db), 70)
			if want := []string{ids[0], ids[0], ids[1]}; !slices.Equal(p.ids(), want) || p.left() != 0 {
				t.Fatalf("got %v, want the first again under its id, then the other", p.ids())
			}
			if got := p.got[1].at.Sub(noon); got != c.want {
				t.Errorf("tried again after %v, want %v", got, c.want)
			}
			if p.got[0].body != p.got[1].body {
				t.Errorf("the second try says\n%s\nand the first\n%s", p.got[1].body, p.got[0].body)
			}
		})
	}
}

// TestAnEventThatAProgramNeverTakes: a day later it is given up, alone.
func TestAnEventThatAProgramNeverTakes(t *testing.T) {
	p := newProgram(t)
	ids := p.handOffs(3)
	p.answer = func(w http.ResponseWriter, one posted) {
		if one.id == ids[0] {
			w.WriteHeader(http.StatusInternalServerError)
		}
	}
	r := p.process(p.db)
	for range 24 {
		p.minutes(r, 1)
		p.pass(time.Hour - time.Minute)
	}
	if p.left() != 3 || p.logged.with("alarm=notice_refused") != 1 {
		t.Fatalf("%d left after a day, log %v; want all kept and one alarm", p.left(), p.logged.all)
	}
	p.pass(time.Minute)
	p.minutes(r, 12)
	if got := p.ids(); p.left() != 0 || !slices.Equal(got[len(got)-2:], ids[1:]) || p.logged.with("notices=1 ") != 1 {
		t.Errorf("%d left, got %v, log %v; want one given up and the others told", p.left(), got, p.logged.all)
	}
	p.nothingShown()
}

func TestAnEventThatAProgramRefuses(t *testing.T) {
	for _, status := range []int{301, 307, 400, 401, 404} {
		p := newProgram(t)
		p.answer = func(w http.ResponseWriter, one posted) {
			if one.at.Equal(noon) {
				w.Header().Set("Location", "https://127.0.0.1/private-path")
				w.WriteHeader(status)
			}
		}
		ids := p.handOffs(3)
		p.minutes(p.process(p.db), 12)
		if !slices.Equal(p.ids(), ids) || p.left() != 0 || p.logged.with("alarm=notice_refused") != 1 {
			t.Errorf("%d: got %v, log %v; want one dropped with an alarm and no redirect followed, the others told later", status, p.ids(), p.logged.all)
		}
		p.nothingShown()
	}
}

// TestANameThatLeadsInside: nothing is dialled, an operator is told, and what waits is
// kept until the name is right.
func TestANameThatLeadsInside(t *testing.T) {
	for _, inside := range []string{"127.0.0.1", "10.0.0.8", "169.254.169.254", "::1", "::ffff:192.168.1.1", "fd00:ec2::254"} {
		p := newProgram(t)
		p.leads = inside
		r := p.process(p.db)
		ids := p.handOffs(2)
		p.minutes(r, 5)
		if p.dialled != 0 || len(p.got) != 0 || p.left() != 2 || p.logged.with("alarm=notice_refused") != 1 || p.logged.with("no public address") == 0 {
			t.Errorf("%s: dialled %d, %d left, log %v; want nothing dialled, all kept, one alarm", inside, p.dialled, p.left(), p.logged.all)
		}
		p.leads = "198.20.0.1"
		p.minutes(r, 10)
		if !slices.Equal(p.ids(), ids) {
			t.Errorf("%s: got %v, want %v when the name is right", inside, p.ids(), ids)
		}
		p.nothingShown()
	}
}

// TestAProcessDiesAroundAWebhook: the program gets the event once, or twice under one id
// and with the same words.
func TestAProcessDiesAroundAWebhook(t *testing.T) {
	for at := 1; at <= 3; at++ { // claim, post, settle
		for _, after := range []bool{false, true} {
			p := newProgram(t)
			ids := p.handOffs(1)
			m := &mortal{Table: p.db, left: at, after: after, w: p.world}
			first := p.process(m)
			first.Post = func(ctx context.Context, to hook.Endpoint, one hook.Message) error {
				return m.effect(func() error { return p.sender.Post(ctx, to, one) })
			}
			_ = p.run(first) // it may be dead
			p.minutes(p.process(p.db), 3)
			if got := slices.Compact(p.ids()); !m.dead || !slices.Equal(got, ids) || len(p.got) > 2 || p.left() != 0 {
				t.Errorf("effect %d, after %v: got %v, %d left, want %v at most twice", at, after, p.ids(), p.left(), ids)
			}
			if last := p.got[len(p.got)-1]; last.body != p.got[0].body {
				t.Errorf("effect %d, after %v: the repeat says something else", at, after)
			}
		}
	}
}

// TestAGroupThatBecameAProgram: many were claimed as one for the robot; each is told.
func TestAGroupThatBecameAProgram(t *testing.T) {
	p := newProgram(t)
	ids := p.handOffs(7)
	p.must(p.claimed(ids))
	p.minutes(p.process(p.db), 3)
	if !slices.Equal(p.ids(), ids) || p.left() != 0 {
		t.Errorf("got %v, %d left, want %v", p.ids(), p.left(), ids)
	}
}

// TestASlowProgram: an errand ends after twenty seconds, and the next one goes on.
func TestASlowProgram(t *testing.T) {
	p := newProgram(t)
	p.answer = func(http.ResponseWriter, posted) { p.pass(9 * time.Second) }
	ids := p.handOffs(8)
	r := p.process(p.db)
	p.must(p.run(r))
	if len(p.got) != 3 {
		t.Errorf("got %d webhooks of 9 seconds each from one errand, want 3", len(p.got))
	}
	p.minutes(r, 3)
	if !slices.Equal(p.ids(), ids) {
		t.Errorf("got %v, want %v", p.ids(), ids)
	}
}

// TestAPostEndsBeforeItsLease: with time left to write what became of it, else another
// process would send the same meanwhile.
func TestAPostEndsBeforeItsLease(t *testing.T) {
	p := newProgram(t)
	r := p.process(p.db)
	r.Post = func(ctx context.Context, _ hook.Endpoint, _ hook.Message) error {
		until, bounded := ctx.Deadline()
		box, err := p.store.Outbox(ctx, robot)
		p.must(err)
		if !bounded || time.Until(until) > box.Until.Sub(p.clock())-4*time.Second {
			t.Errorf("a post may take until %v, its lease %v", until, box.Until.Sub(p.clock()))
		}
		return nil
	}
	p.handOff([]record.TeamNotice{p.row(robot)}...)
	p.minutes(r, 1)
}
