package pull_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/desk"
	"frontdesk/shared/message"
	"frontdesk/shared/sandbox/qyapi"
)

// manned is the playbook with a team behind it, and a survey.
var manned = strings.NewReplacer(
	`"filters": [`, `"filters": [
    {"id": "person", "name": "Person", "when": {"whole_word": ["person"]}, "then": {"reply": "team", "assign": "care", "hand_off": true}},`,
	`{"id": "echo"`, `{"id": "team", "name": "A person comes", "variants": [{"language": "en", "shape": "text", "text": "A colleague will answer."}]},
    {"id": "how", "name": "How was it", "variants": [{"language": "en", "shape": "buttons", "text": "How was it?",
      "buttons": [{"id": "survey:1", "title": "Bad"}, {"id": "survey:5", "title": "Good"}]}]},
    {"id": "thanks", "name": "Thanks", "variants": [{"language": "en", "shape": "text", "text": "Thank you."}]},
    {"id": "echo"`,
	`"teams": []`, `"survey": {"ask": "how", "thanks": "thanks"},
  "teams": [{"id": "care", "name": "Care", "servicers": ["zhang", "li"]}]`,
).Replace(book)

// newManned is a town with the servicers zhang and li.
func newManned(t *testing.T, change func(*qyapi.Config)) *town {
	t.Helper()
	w := newTown(t, func(c *qyapi.Config) {
		c.Accounts[0].Servicers = []string{"zhang", "li", "wang"}
		c.Members = append(c.Members, qyapi.Member{UserID: "li"}, qyapi.Member{UserID: "wang"})
		if change != nil {
			change(c)
		}
	})
	w.republish(manned)
	return w
}

func (w *town) at() string {
	state, servicer := w.sandbox.State(thread)
	return fmt.Sprint(state, servicer)
}

// refusals are the codes that the channel refused calls with.
func (w *town) refusals() []int {
	var codes []int
	for _, e := range w.sandbox.Events(0) {
		if e.Kind == qyapi.CallRefused {
			codes = append(codes, e.Code)
		}
	}
	return codes
}

func TestAHandOffGoesToTheFirstWhoIsOnDuty(t *testing.T) {
	cases := []struct {
		name string
		off  []string
		text string
		want string
	}{
		{"all are there", nil, "a person please", "3zhang"},
		{"the first is off duty", []string{"zhang"}, "a person please", "3li"},
		{"all are off duty", []string{"zhang", "li"}, "a person please", "2"},
		{"no team", nil, "hello", "0"},
	}
	for _, c := range cases {
		w := newManned(t, nil)
		for _, s := range c.off {
			w.must("", w.sandbox.OnDuty(t.Context(), account, s, false))
		}
		w.work()
		w.writes(c.text)
		if got := w.at(); got != c.want || len(w.sent(robin.ExternalUserID)) != 1 {
			t.Errorf("%s: got the session in %s and %q, want %s and one reply before", c.name, got, w.sent(robin.ExternalUserID), c.want)
		}
	}
}

func TestATeamWithoutServicersLeavesCustomersInThePool(t *testing.T) {
	w := newManned(t, nil)
	w.republish(strings.Replace(manned, `, "servicers": ["zhang", "li"]`, "", 1))
	w.writes("a person please")
	if got := w.at(); got != "2" {
		t.Errorf("got %s, want the pool", got)
	}
}

// A customer's day: the bot, a person, the question how it was, the bot again.
func TestFromTheBotToAPersonAndBack(t *testing.T) {
	w := newManned(t, nil)
	w.writes("price")
	w.pass(time.Minute)
	w.writes("a person please")
	w.pass(time.Minute)
	w.must(w.sandbox.Answer(t.Context(), thread, "zhang", qyapi.KFText("I am here.")))
	w.work()
	w.pass(time.Minute)
	w.must("", w.sandbox.EndSession(t.Context(), thread))
	w.work()
	w.pass(time.Minute)
	w.must(w.sandbox.WriteKF(t.Context(), account, robin, qyapi.KFMenu("survey:5", "Good")))
	w.work()
	w.pass(time.Minute)
	w.writes("price")
	want := []string{"Tea is 9 a box.", "A colleague will answer.", "How was it?\nBad\nGood", "Thank you.", "Tea is 9 a box."}
	if got := w.sent(robin.ExternalUserID); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := w.survey(); !slices.Equal(got, []string{"asked", "rated 5"}) {
		t.Errorf("got %q, want a question and a rating in the figures", got)
	}
	if codes := w.refusals(); len(codes) > 0 {
		t.Errorf("the channel refused with %v", codes)
	}
	w.again()
	if got := w.sent(robin.ExternalUserID); len(got) != len(want) {
		t.Errorf("got %q when all of it came again, want nothing more", got[len(want):])
	}
}

// survey is what the figures see of questions and ratings.
func (w *town) survey() []string {
	w.t.Helper()
	all, err := w.store.Messages(w.t.Context(), w.head(robin.ExternalUserID).Home, time.Time{}, w.clock().Add(time.Hour))
	w.must("", err)
	var seen []string
	for _, m := range all {
		if m.Facts.Survey {
			seen = append(seen, "asked")
		}
		if m.Facts.Rating > 0 {
			seen = append(seen, fmt.Sprint("rated ", m.Facts.Rating))
		}
	}
	return seen
}

func TestResolvingHereEndsTheSessionThereAndTheBotIsBack(t *testing.T) {
	w := newManned(t, nil)
	w.writes("a person please")
	w.must(w.sandbox.Answer(t.Context(), thread, "zhang", qyapi.KFText("I am here.")))
	w.work()
	id := conversation.ID("kf-main", message.Person{UserID: robin.ExternalUserID})
	if _, err := w.desk.Answer(t.Context(), id, "ana", "Me, too."); err == nil || err.Error() != desk.ErrElsewhere.Error() {
		t.Errorf("got %v, want the agent told to answer in WeCom's client", err)
	}
	_, err := w.desk.Resolve(t.Context(), id)
	w.must("", err)
	if got := w.at(); got != "4" {
		t.Errorf("got the session in %s, want it ended", got)
	}
	w.pass(time.Minute)
	w.writes("price")
	want := []string{"A colleague will answer.", "How was it?\nBad\nGood", "Tea is 9 a box."}
	if got := w.sent(robin.ExternalUserID); !slices.Equal(got, want) || w.at() != "0" || len(w.refusals()) > 0 {
		t.Errorf("got %q in state %s and refusals %v, want %q, the bot's session and none", got, w.at(), w.refusals(), want)
	}
}

// A process may end before or after every single thing that it does on the way from a
// question to a person and to the question how it was.
func TestACutAtEveryEffectOfAHandOff(t *testing.T) {
	for at := 1; ; at++ {
		w := newManned(t, func(c *qyapi.Config) { c.Unsure.RepeatedID = qyapi.SentOnce })
		w.must(w.sandbox.WriteKF(t.Context(), account, robin, qyapi.KFText("a person please")))
		w.cut.arm(at)
		w.work()
		what := w.cut.what
		w.cut.arm(0)
		if got := w.sent(robin.ExternalUserID); !slices.Equal(got, []string{"A colleague will answer."}) || w.at() != "3zhang" {
			t.Errorf("cut at effect %d (%s): got %q and the session in %s, want one reply and zhang", at, what, got, w.at())
		}
		if h := w.head(robin.ExternalUserID); !h.Session.People {
			t.Errorf("cut at effect %d (%s): the desk does not know where the session is", at, what)
		}
		if what == "" {
			t.Logf("%d effects", at-1)
			return
		}
	}
}

func TestACutAtEveryEffectOfAnEnd(t *testing.T) {
	for at := 1; ; at++ {
		w := newManned(t, nil)
		w.writes("a person please")
		w.must(w.sandbox.Answer(t.Context(), thread, "zhang", qyapi.KFText("I am here.")))
		w.must("", w.sandbox.EndSession(t.Context(), thread))
		w.cut.arm(at)
		w.work()
		what := w.cut.what
		w.cut.arm(0)
		asked := len(w.sent(robin.ExternalUserID)) - 1
		if tries := w.calls["/cgi-bin/kf/send_msg_on_event"]; tries > 1 || asked > 1 || what == "" && asked != 1 {
			t.Errorf("cut at effect %d (%s): got %d tries and %d questions, want at most one", at, what, tries, asked)
		}
		if h := w.head(robin.ExternalUserID); !h.HandedOff.IsZero() || h.Session.People {
			t.Errorf("cut at effect %d (%s): got %+v, want the bot back", at, what, h)
		}
		if what == "" {
			return
		}
	}
}

func TestAQuestionIsNeverPutLate(t *testing.T) {
	w := newManned(t, nil)
	w.writes("a person please")
	w.must(w.sandbox.Answer(t.Context(), thread, "zhang", qyapi.KFText("I am here.")))
	w.work()
	w.must("", w.sandbox.EndSession(t.Context(), thread))
	w.pass(20 * time.Second)
	w.work()
	if got := w.sent(robin.ExternalUserID); len(got) != 1 || w.calls["/cgi-bin/kf/send_msg_on_event"] > 0 {
		t.Errorf("got %q, want no question with a code that has run out", got)
	}
}

// Who has gone on writing is answered, and neither greeted nor asked.
func TestWhoHasGoneOnIsNotAsked(t *testing.T) {
	w := newManned(t, nil)
	w.writes("a person please")
	w.must(w.sandbox.Answer(t.Context(), thread, "zhang", qyapi.KFText("I am here.")))
	w.must("", w.sandbox.EndSession(t.Context(), thread))
	w.must(w.sandbox.WriteKF(t.Context(), account, robin, qyapi.KFText("price")))
	w.work()
	if got := w.sent(robin.ExternalUserID); !slices.Equal(got, []string{"A colleague will answer.", "Tea is 9 a box."}) || len(w.refusals()) > 0 {
		t.Errorf("got %q and refusals %v, want the price and no question", got, w.refusals())
	}
}

func TestWhoWasWelcomedOnOpeningIsNotWelcomedAgain(t *testing.T) {
	for _, c := range []struct{ name, book, want string }{
		{"the fallback answers", strings.Replace(book, `"hours": []`, `"fallback": {"reply": "price"}, "hours": []`, 1), "Tea is 9 a box."},
		{"nothing answers", book, ""},
	} {
		w := newTown(t, nil)
		w.republish(c.book)
		if _, err := w.sandbox.EnterSession(t.Context(), account, robin, qyapi.Entry{}); err != nil {
			t.Fatal(err)
		}
		w.work()
		w.pass(3 * time.Second)
		w.writes("something")
		want := []string{"Welcome to the tea house."}
		if c.want != "" {
			want = append(want, c.want)
		}
		if got := w.sent(robin.ExternalUserID); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", c.name, got, want)
		}
		if all, err := w.store.Messages(t.Context(), w.head(robin.ExternalUserID).Home, time.Time{}, w.clock().Add(time.Hour)); err != nil || !all[0].Facts.FirstEver {
			t.Errorf("%s: a contact who was welcomed is not new when they first write (%v)", c.name, err)
		}
	}
}
