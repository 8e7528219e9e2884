package desk_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/budget"
	"frontdesk/shared/conversation"
	"frontdesk/shared/due"
	"frontdesk/shared/inbox"
	"frontdesk/shared/message"
	"frontdesk/shared/record"
	"frontdesk/shared/rota"
)

// staffed is the book of these tests with a team that has members and promises, and whose
// supervisor hears of the promises.
func staffed(fields string) string {
	team := strings.Replace(book, `{"id": "care", "name": "Care"}`, `{"id": "care", "name": "Care", `+fields+`}`, 1)
	return strings.Replace(team, `"hours": []`, `"notices": [{"id": "boss", "on": ["promise_warning", "promise_broken", "follow_up"], "to": ["robot"]}], "hours": []`, 1)
}

const (
	inTurn   = `"assign": "round_robin", "members": [{"id": "ana", "capacity": 1, "wecom": "zhang"}, {"id": "kim", "capacity": 1}]`
	promised = `"sla": {"first": "30m", "next": "10m", "resolve": "1h", "warn": "5m"}`
)

// teamed is a world with the rota and the timers of a real desk.
func teamed(t *testing.T, fields string) (*world, *rota.Rota, *due.Timer) {
	w := newWorld(t)
	w.publish(staffed(fields))
	r := rota.New(w.store, w.desk.Live, w.clock, w.desk.Log)
	w.desk.Give = func(ctx context.Context, team, _ string) {
		if _, err := r.Settle(ctx, team); err != nil {
			t.Error(err)
		}
	}
	return w, r, due.New(due.Config{Store: w.store, Live: w.desk.Live, Now: w.clock, Log: w.desk.Log})
}

func customer(n int) message.Person { return message.Person{Phone: fmt.Sprint(16505551000 + n)} }

func (w *world) asks(who message.Person, id, text string) {
	w.t.Helper()
	m := w.says(id, text)
	m.From = who
	w.mustHandle(m)
}

func (w *world) resolve(who message.Person) {
	w.t.Helper()
	if _, err := w.desk.Resolve(w.t.Context(), conversation.ID("wa-main", who)); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) have(want ...string) {
	w.t.Helper()
	var got []string
	for n := range want {
		got = append(got, w.head(customer(n)).Assignee)
	}
	if d := cmp.Diff(want, got); d != "" {
		w.t.Fatalf("who has which conversation (-want +got):\n%s", d)
	}
}

// look runs the timer, and says what the supervisor has been told so far.
func (w *world) look(timer *due.Timer) []string {
	w.t.Helper()
	if _, err := timer.Due(w.t.Context(), 100); err != nil {
		w.t.Fatal(err)
	}
	rows, err := w.store.Waiting(w.t.Context(), "robot", 100)
	if err != nil {
		w.t.Fatal(err)
	}
	var told []string
	for _, row := range rows {
		told = append(told, strings.TrimSpace(row.Event+" "+row.Reason))
	}
	return told
}

// chatwoot#10583 and #11034: the queue was not taken up when an agent became free, and the
// load was uneven.
func TestWhoBecomesFreeGetsWhoWaits(t *testing.T) {
	w, r, _ := teamed(t, inTurn)
	for n := range 4 {
		w.asks(customer(n), fmt.Sprint(n), "a person please")
		w.pass(time.Second)
	}
	w.have("ana", "kim", "", "")
	w.resolve(customer(1))
	w.have("ana", "", "kim", "")
	if err := w.store.SetAway(t.Context(), record.Away{Member: "ana", At: w.clock(), By: "ana"}, true); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Due(t.Context(), 100); err != nil { // the minute's timer
		t.Fatal(err)
	}
	w.have("", "", "kim", "")
	w.resolve(customer(2))
	w.have("kim", "", "", "") // who waits longest comes first, also after somebody had them
	if err := w.store.SetAway(t.Context(), record.Away{Member: "ana"}, false); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Settle(t.Context(), "care"); err != nil {
		t.Fatal(err)
	}
	w.have("kim", "", "", "ana")
}

func TestAnotherTeamPutsItIntoTheOtherQueue(t *testing.T) {
	w, _, _ := teamed(t, inTurn)
	w.asks(customer(0), "1", "a person please")
	w.have("ana")
	id := conversation.ID("wa-main", customer(0))
	h, err := w.desk.Amend(t.Context(), id, func(h conversation.Head) (conversation.Head, error) { return h.InTeam("sales"), nil })
	if err != nil || h.Assignee != "" || h.Rota != "" {
		t.Fatalf("got %+v, %v, want nobody of the old team", h, err)
	}
	w.asks(customer(1), "2", "a person please")
	w.asks(customer(2), "3", "a person please")
	w.have("", "kim", "ana")
}

// zammad#3140 and #5177: time ran against agents who had answered. Whichever way they
// answer stops it, and only what the customer writes then starts it again.
func TestAnAnswerStopsTheClock(t *testing.T) {
	for name, answer := range map[string]func(w *world) error{
		"through the API": func(w *world) error {
			_, err := w.desk.Answer(w.t.Context(), conversation.ID("wa-main", sheena), "kim", "Here I am.")
			return err
		},
		"elsewhere": func(w *world) error { return w.elsewhere("e1", message.Wrote) },
	} {
		t.Run(name, func(t *testing.T) {
			w, _, timer := teamed(t, promised)
			w.mustHandle(w.says("1", "a person please"))
			w.pass(20 * time.Minute)
			if err := answer(w); err != nil {
				t.Fatal(err)
			}
			w.pass(5 * time.Hour)
			if told := w.look(timer); told != nil {
				t.Fatalf("got %v, want nothing told of who has answered", told)
			}
			w.mustHandle(w.says("2", "and one more thing"))
			w.pass(5 * time.Minute)
			if d := cmp.Diff([]string{"promise_warning next_reply"}, w.look(timer)); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
			if sent := w.sends(); name == "elsewhere" && sent != 1 {
				t.Errorf("got %d sends, want the bot silent after the hand-off", sent)
			}
		})
	}
}

func TestAFollowUpOfAFilterIsCheckedAgainWhenDue(t *testing.T) {
	for name, c := range map[string]struct {
		then   string
		answer bool
		people bool
		told   []string
	}{
		"nobody answered: people":         {`"then": "hand_off"`, false, true, nil},
		"nobody answered: whoever is set": {`"then": "notify", "notify": ["boss"]`, false, false, []string{"follow_up"}},
		"a template answered meanwhile":   {`"then": "hand_off"`, true, false, nil},
	} {
		t.Run(name, func(t *testing.T) {
			w, _, timer := teamed(t, promised)
			wish := `{"id": "later", "name": "Later", "when": {"whole_word": ["maybe"]}, "then": {"assign": "care", "follow_up": {"after": "2h", "if": "unanswered", ` + c.then + `}}},`
			w.publish(strings.Replace(staffed(promised), `"filters": [`, `"filters": [`+wish, 1))
			w.mustHandle(w.says("1", "maybe"))
			w.mustHandle(w.says("1", "maybe")) // a repeat
			w.pass(119 * time.Minute)
			if c.answer {
				w.mustHandle(w.says("2", "price"))
			}
			told := w.look(timer)
			w.pass(time.Minute)
			told = append(told, w.look(timer)...)
			if h := w.head(sheena); h.HandedOff.IsZero() == c.people || !slices.Equal(told, c.told) {
				t.Errorf("got people %v and %v told, want %v and %v", !h.HandedOff.IsZero(), told, c.people, c.told)
			}
			all, err := w.store.FollowUps(t.Context(), w.head(sheena).Home)
			if err != nil || len(all) != 1 || all[0].Ended.IsZero() || all[0].By != "Later" {
				t.Errorf("got %+v, %v, want one that has ended, and who set it", all, err)
			}
		})
	}
}

// A session of WeChat customer service goes to whom the conversation is given.
func TestASessionGoesToWhoHasTheConversation(t *testing.T) {
	w, r, _ := teamed(t, strings.Replace(inTurn, `"assign"`, `"servicers": ["li"], "assign"`, 1))
	limits := budget.KF()
	limits.Client = true
	s := &service{w: w, limits: limits}
	w.desk.Guard, w.desk.Sessions, w.desk.OnEvent = s, s, s.event
	w.desk.Give = nil
	m := w.says("1", "a person please")
	m.From = robin
	w.mustHandle(m)
	if len(s.did) != 0 {
		t.Fatalf("got %v, want the session kept until somebody is given the conversation", s.did)
	}
	var given []conversation.Head
	r.Given = func(_ context.Context, h conversation.Head) { given = append(given, h) }
	if _, err := r.Settle(t.Context(), "care"); err != nil || len(given) != 1 || given[0].Assignee != "ana" {
		t.Fatalf("got %+v, %v, want ana to have it", given, err)
	}
	if err := w.did(message.Called, "", "c1"); err != nil {
		t.Fatal(err)
	}
	if want := []string{"move wmEXAMPLE0001 to [zhang li]"}; !slices.Equal(s.did, want) {
		t.Fatalf("got %v, want %v", s.did, want)
	}
	if err := w.did(message.Took, "zhang", "c2"); err != nil {
		t.Fatal(err)
	}
	if h := w.head(robin); h.Assignee != "ana" || h.Rota != "ana" {
		t.Errorf("got %q, want the member whom WeCom calls zhang", h.Assignee)
	}
}

// A team without members and promises costs what it did: the calls of handing off.
func TestATeamWithoutPeopleCostsNoCallMore(t *testing.T) {
	calls := map[string]map[string]int{}
	for _, fields := range []string{`"calendar": ""`, promised} {
		w, _, _ := teamed(t, fields)
		w.mustHandle(w.says("1", "price"))
		w.table.calls = map[string]int{}
		w.pass(time.Minute)
		w.mustHandle(w.says("2", "a person please"))
		calls[fields] = w.table.calls
	}
	if d := cmp.Diff(calls[`"calendar": ""`], calls[promised]); d != "" {
		t.Errorf("calls (-without +with promises):\n%s", d)
	}
	if want := map[string]int{"get": 1, "put": 1, "transact": 1}; !cmp.Equal(want, calls[promised]) {
		t.Errorf("got calls %v, want %v", calls[promised], want)
	}
}

// did is something that a servicer did with robin's session.
func (w *world) did(what message.Deed, by, id string) error {
	w.t.Helper()
	body, err := message.EncodeElsewhere(message.Elsewhere{Channel: "wa-main", ID: id, To: robin, By: by, Time: w.clock().Truncate(time.Second), Did: what})
	if err != nil {
		w.t.Fatal(err)
	}
	return w.desk.HandleElsewhere(w.t.Context(), inbox.Job{ID: id, Body: body, Attempt: 1})
}
