package pull_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/deadletter"
	"frontdesk/shared/intake"
	"frontdesk/shared/record"
	"frontdesk/shared/sandbox/qyapi"
	"frontdesk/shared/wecom"
)

var thread = qyapi.Thread{OpenKFID: account, Customer: robin.ExternalUserID}

func TestAMemberWritesToAnAppAndIsAnswered(t *testing.T) {
	w := newTown(t, nil)
	w.must(w.sandbox.WriteApp(t.Context(), agent, "zhang", qyapi.Message{
		Type: "text", Elements: []wecom.Element{{Name: "Content", Text: "price please"}}, Deliver: qyapi.Deliver{Times: 3},
	}))
	w.work()
	if got := w.sent("zhang"); !slices.Equal(got, []string{"Tea is 9 a box."}) {
		t.Errorf("got %q, want the price once although the callback came three times", got)
	}
}

func TestACustomerWritesAndIsAnsweredUnderOurOwnID(t *testing.T) {
	w := newTown(t, nil)
	item := qyapi.KFText("the price?")
	item.Deliver.Times = 3
	w.must(w.sandbox.WriteKF(t.Context(), account, robin, item))
	w.work()
	sent := w.sandbox.Sent()
	if len(sent) != 1 || sent[0].Text != "Tea is 9 a box." || sent[0].Via != qyapi.ViaKF {
		t.Fatalf("got %+v, want the price once", sent)
	}
	h := w.head(robin.ExternalUserID)
	reply, err := w.store.Message(t.Context(), h.Home, sent[0].ID)
	if err != nil || reply.ChannelID != sent[0].ID {
		t.Errorf("got %+v, %v, want the reply recorded under the msgid that went out", reply, err)
	}
	if strings.Contains(w.log.String(), "price?") || strings.Contains(w.log.String(), robin.ExternalUserID) {
		t.Errorf("the log holds what the customer wrote, or their id:\n%s", w.log.String())
	}
}

// A process may end before or after every single thing that it does, from the first
// fetch to the last record: each customer still gets one reply to each message.
func TestACutAtEveryEffectAnswersEverybodyOnce(t *testing.T) {
	want := []string{"You wrote: number 1", "You wrote: number 2", "You wrote: number 3"}
	for at := 1; ; at++ {
		w := newTown(t, func(c *qyapi.Config) { c.Unsure.RepeatedID = qyapi.SentOnce; c.Unsure.HollowPages = 3 })
		for i := range want {
			if _, err := w.sandbox.Backlog(account, qyapi.Letter{From: robin, Item: qyapi.KFText(fmt.Sprint("number ", i+1))}); err != nil {
				t.Fatal(err)
			}
		}
		w.must("", w.sandbox.Ring(t.Context(), account))
		w.cut.arm(at)
		w.work()
		if got := w.sent(robin.ExternalUserID); !slices.Equal(got, want) {
			t.Errorf("cut at effect %d (%s): got %q, want %q", at, w.cut.what, got, want)
		}
		if w.cut.what == "" {
			t.Logf("%d effects", at-1)
			return
		}
	}
}

func TestABacklogIsAnsweredInOrder(t *testing.T) {
	const each = 5 // customer service takes five replies after the last message
	customers := 2000
	if slow {
		customers = 200
	}
	w := newTown(t, func(c *qyapi.Config) {
		c.Limits = qyapi.Limits{PerCall: 1 << 30, PerCallHour: 1 << 30, PerAddress: 1 << 30}
	})
	var letters []qyapi.Letter
	for n := range each {
		for c := range customers {
			from := qyapi.Customer{ExternalUserID: fmt.Sprintf("wmEXAMPLE%04d", c)}
			letters = append(letters, qyapi.Letter{From: from, Item: qyapi.KFText(fmt.Sprintf("number %d", n))})
		}
	}
	if _, err := w.sandbox.Backlog(account, letters...); err != nil {
		t.Fatal(err)
	}
	w.pass(24 * time.Hour)
	began := time.Now()
	w.must("", w.sandbox.Ring(t.Context(), account))
	w.work()
	took := time.Since(began)
	got := map[string][]string{}
	for _, m := range w.sandbox.Sent() {
		got[m.To[0]] = append(got[m.To[0]], m.Text)
	}
	wrong := 0
	for c := range customers {
		all := got[fmt.Sprintf("wmEXAMPLE%04d", c)]
		for n := range each {
			if n >= len(all) || all[n] != fmt.Sprintf("You wrote: number %d", n) {
				wrong++
			}
		}
		if len(all) > each {
			wrong++
		}
	}
	t.Logf("%d messages fetched and answered in %s", len(letters), took)
	if wrong > 0 {
		t.Errorf("got %d replies that are missing, twice or out of order, want none", wrong)
	}
}

// people moves a session to a servicer, as WeCom's console or our hand-off does.
func (w *town) people() {
	w.t.Helper()
	_, err := w.sender.TransState(w.t.Context(), channels()[1], robin.ExternalUserID, wecom.Person, "zhang")
	w.must("", err)
}

func (w *town) writes(text string) {
	w.t.Helper()
	w.must(w.sandbox.WriteKF(w.t.Context(), account, robin, qyapi.KFText(text)))
	w.work()
}

func TestAServicersAnswerSilencesTheDeskUntilTheSessionEnds(t *testing.T) {
	w := newTown(t, nil)
	w.writes("price")
	w.people()
	w.must(w.sandbox.Answer(t.Context(), thread, "zhang", qyapi.KFText("I will look after you.")))
	w.work()
	h := w.head(robin.ExternalUserID)
	if h.HandedOff.IsZero() || h.Assignee != "zhang" {
		t.Errorf("got handed off %s to %q, want people in charge and zhang named", h.HandedOff, h.Assignee)
	}
	w.pass(time.Minute)
	w.writes("and the price?")
	if got := w.sent(robin.ExternalUserID); len(got) != 1 {
		t.Errorf("got %q, want silence while people answer", got)
	}
	w.pass(time.Minute)
	w.must("", w.sandbox.EndSession(t.Context(), thread))
	w.work()
	if h := w.head(robin.ExternalUserID); !h.HandedOff.IsZero() {
		t.Errorf("got handed off %s, want templates back after the session ended", h.HandedOff)
	}
	w.pass(time.Minute)
	w.writes("price")
	if got := w.sent(robin.ExternalUserID); len(got) != 2 {
		t.Errorf("got %q, want the price again", got)
	}
}

// again lets everything of the last days come again.
func (w *town) again() {
	w.t.Helper()
	cursor, err := w.store.Cursor(w.t.Context(), "kf-main")
	w.must("", err)
	cursor.Next, cursor.Began = "", time.Time{}
	_, err = w.store.SetCursor(w.t.Context(), cursor)
	w.must("", err)
	w.must("", w.sandbox.Ring(w.t.Context(), account))
	w.work()
}

// When all of it is fetched once more, an old end does not take a customer away from
// the people who look after them now, and an old beginning does not bring people back.
func TestOldChangesOfASessionChangeNothing(t *testing.T) {
	w := newTown(t, nil)
	w.writes("price")
	w.people()
	w.must("", w.sandbox.EndSession(t.Context(), thread))
	w.work()
	w.pass(time.Minute)
	w.must("", w.sandbox.Reopen(t.Context(), thread, "zhang"))
	w.work()
	h := w.head(robin.ExternalUserID)
	if h.HandedOff.IsZero() || h.Assignee != "zhang" {
		t.Errorf("got handed off %s to %q, want the reopened session with zhang", h.HandedOff, h.Assignee)
	}
	w.again()
	if again := w.head(robin.ExternalUserID); !again.HandedOff.Equal(h.HandedOff) {
		t.Errorf("got handed off %s after a repeat, want %s as before", again.HandedOff, h.HandedOff)
	}
	_, err := w.desk.Resolve(t.Context(), h.ID)
	w.must("", err)
	w.again()
	if h := w.head(robin.ExternalUserID); !h.HandedOff.IsZero() {
		t.Errorf("got handed off %s after a repeat, want resolved as an agent left it", h.HandedOff)
	}
}

// The servicer's answer is kept as an agent's, once, with how long the customer waited.
func TestAServicersAnswerCountsOnce(t *testing.T) {
	w := newTown(t, nil)
	w.writes("hello") // welcome
	w.people()
	w.pass(time.Minute)
	w.must(w.sandbox.WriteKF(t.Context(), account, robin, qyapi.KFText("something else")))
	w.work()
	w.pass(time.Minute)
	w.must(w.sandbox.Answer(t.Context(), thread, "zhang", qyapi.KFText("Of course.")))
	w.work()
	w.again()
	h := w.head(robin.ExternalUserID)
	all, err := w.store.Messages(t.Context(), h.Home, w.clock().Add(-time.Hour), w.clock().Add(time.Hour))
	w.must("", err)
	var answers []string
	for _, m := range all {
		if m.Source == "agent" {
			answers = append(answers, fmt.Sprint(m.Content.Text, " ", m.Facts.Answers, " ", m.Facts.Waited))
		}
	}
	if !slices.Equal(answers, []string{"Of course. true 60000"}) {
		t.Errorf("got %q, want one answer by a person after a minute's wait", answers)
	}
}

func TestSomebodyWhoComesInIsWelcomedOnceAndInTime(t *testing.T) {
	w := newTown(t, nil)
	if _, err := w.sandbox.EnterSession(t.Context(), account, robin, qyapi.Entry{Scene: "123"}); err != nil {
		t.Fatal(err)
	}
	w.must("", w.sandbox.Ring(t.Context(), account))
	w.work()
	sent := w.sandbox.Sent()
	if len(sent) != 1 || sent[0].Via != qyapi.ViaEvent || sent[0].Text != "Welcome to the tea house." {
		t.Errorf("got %+v, want one welcome by its code", sent)
	}
	if _, err := w.sandbox.EnterSession(t.Context(), account, wren, qyapi.Entry{}); err != nil {
		t.Fatal(err)
	}
	w.pass(25 * time.Second) // the puller was away
	w.work()
	if got := len(w.sandbox.Sent()); got != 1 {
		t.Errorf("got %d messages, want no welcome with a code that has run out", got)
	}
	if strings.Contains(w.log.String(), "not welcomed") {
		t.Errorf("a code that has run out was tried:\n%s", w.log.String())
	}
}

func TestWhoHasOptedOutIsNotWelcomed(t *testing.T) {
	w := newTown(t, nil)
	id := idOf("kf-main", robin.ExternalUserID)
	err := w.store.Record(t.Context(), record.Turn{Head: conversation.Head{
		ID: id, Home: id, Channel: "kf-main", Status: conversation.Resolved,
		Marketing: conversation.Marketing{Stopped: true, Everything: true, At: w.clock()},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.sandbox.EnterSession(t.Context(), account, robin, qyapi.Entry{}); err != nil {
		t.Fatal(err)
	}
	w.work()
	if got := w.sandbox.Sent(); len(got) != 0 {
		t.Errorf("got %+v, want nothing", got)
	}
}

func TestAPlaybookWithoutWelcomeGreetsNobody(t *testing.T) {
	w := newTown(t, nil)
	w.republish(strings.Replace(book, `"welcome": {"reply": "hello"},`, "", 1))
	if _, err := w.sandbox.EnterSession(t.Context(), account, robin, qyapi.Entry{}); err != nil {
		t.Fatal(err)
	}
	w.work()
	if got := w.sandbox.Sent(); len(got) != 0 {
		t.Errorf("got %+v, want nothing", got)
	}
}

// A welcome that was cut off is not sent again, and everything behind it goes on.
func TestACutAroundAWelcome(t *testing.T) {
	for at := 1; ; at++ {
		w := newTown(t, nil)
		if _, err := w.sandbox.EnterSession(t.Context(), account, robin, qyapi.Entry{}); err != nil {
			t.Fatal(err)
		}
		w.cut.arm(at)
		w.work()
		what := w.cut.what
		w.cut.arm(0)
		w.writes("price")
		var welcomes, prices int
		for _, m := range w.sandbox.Sent() {
			if m.Via == qyapi.ViaEvent {
				welcomes++
			} else {
				prices++
			}
		}
		if tries := w.calls["/cgi-bin/kf/send_msg_on_event"]; tries > 1 || welcomes > 1 || prices != 1 {
			t.Errorf("cut at effect %d (%s): got %d tries, %d welcomes and %d prices, want at most one, one, and exactly one", at, what, tries, welcomes, prices)
		}
		if what == "" {
			return
		}
	}
}

func TestAReplyThatFailedHandsOverToPeople(t *testing.T) {
	w := newTown(t, func(c *qyapi.Config) {
		c.After = func(_ time.Duration, f func()) { f() }
		c.Failures = func(qyapi.SentMessage) []qyapi.Failure { return []qyapi.Failure{{Type: 10}} }
	})
	w.writes("price")
	w.work()
	if h := w.head(robin.ExternalUserID); h.HandedOff.IsZero() || h.Reason != "delivery_failed" {
		t.Errorf("got handed off %s for %q, want people because the reply did not arrive", h.HandedOff, h.Reason)
	}
}

func TestALostCallbackIsMadeUpFor(t *testing.T) {
	w := newTown(t, nil)
	item := qyapi.KFText("price")
	item.Deliver.Never = true
	w.must(w.sandbox.WriteKF(t.Context(), account, robin, item))
	for range 30 { // half an hour of minutes
		if _, err := w.timer.Due(t.Context(), 500); err != nil {
			t.Fatal(err)
		}
		w.work()
		w.pass(time.Minute)
	}
	if got := w.sent(robin.ExternalUserID); len(got) != 1 {
		t.Errorf("got %q, want the price without a callback", got)
	}
	pulls := 0
	for _, e := range w.sandbox.Events(0) {
		if e.Kind == qyapi.Pulled {
			pulls++
		}
	}
	if pulls != 3 {
		t.Errorf("got %d fetches without a callback in half an hour, want 3: their limit is strict", pulls)
	}
}

// What was called for before a fetch began has come with it.
func TestManyCallsAtOnceFetchOnce(t *testing.T) {
	w := newTown(t, nil)
	for range 20 {
		w.must("", w.sandbox.Ring(t.Context(), account))
	}
	w.pass(10 * time.Second)
	w.work()
	pulls := 0
	for _, e := range w.sandbox.Events(0) {
		if e.Kind == qyapi.Pulled {
			pulls++
		}
	}
	if pulls != 1 {
		t.Errorf("got %d fetches for 20 calls, want 1", pulls)
	}
}

// Whatever the channel says, a call to pull is never given up on this machine, and the
// operator is told once.
func TestAChannelThatRefusesIsAskedAgain(t *testing.T) {
	w := newTown(t, func(c *qyapi.Config) {
		n := 0
		c.Fault = func(r qyapi.Request) *qyapi.Fault {
			if n++; r.Type == "sync" && n < 40 {
				return &qyapi.Fault{Code: 60020}
			}
			return nil
		}
	})
	w.writes("price")
	if got := w.sent(robin.ExternalUserID); len(got) != 1 {
		t.Errorf("got %q, want the price when the address was allowed again", got)
	}
	if n := strings.Count(w.log.String(), "pull_stopped"); n != 1 {
		t.Errorf("got %d alarms, want one for the outage", n)
	}
}

func TestACursorThatIsNotTakenAnyMoreBeginsAnew(t *testing.T) {
	w := newTown(t, nil)
	w.writes("price")
	cursor, err := w.store.Cursor(t.Context(), "kf-main")
	w.must("", err)
	cursor.Next = "gone"
	_, err = w.store.SetCursor(t.Context(), cursor)
	w.must("", err)
	w.pass(time.Minute)
	w.writes("price")
	if got := w.sent(robin.ExternalUserID); len(got) != 2 || !strings.Contains(w.log.String(), "pull_restarted") {
		t.Errorf("got %q, want both messages answered once, and an alarm", got)
	}
}

func TestAnItemThatCannotBeReadCanBeRetried(t *testing.T) {
	w := newTown(t, nil)
	raw := json.RawMessage(`{"msgid":"odd","open_kfid":"` + account + `","external_userid":"wmEXAMPLE0001","send_time":0,"origin":3,"msgtype":"text","text":{"content":"price"}}`)
	stray, err := intake.Unfetched("kf-main", raw, "the item cannot be used")
	w.must("", err)
	w.must("", w.keeper.Bury(t.Context(), deadletter.Inbox, stray.Job, stray.Reason))
	letters, err := w.store.DeadLetters(t.Context(), "", 10)
	w.must("", err)
	w.must("", w.keeper.Retry(t.Context(), letters[0].ID))
	w.work()
	letters, err = w.store.DeadLetters(t.Context(), "", 10)
	w.must("", err)
	if len(letters) != 1 || !strings.Contains(letters[0].Reason, "cannot be used") {
		t.Errorf("got %+v, want it read again and kept again", letters)
	}
}

func TestACursorHasOneOwner(t *testing.T) {
	w := newTown(t, nil)
	a, err := w.store.Cursor(t.Context(), "kf-main")
	w.must("", err)
	_, err = w.store.SetCursor(t.Context(), a)
	w.must("", err)
	if _, err := w.store.SetCursor(t.Context(), a); err == nil || !strings.Contains(err.Error(), record.ErrStale.Error()) {
		t.Errorf("got %v, want a second writer refused", err)
	}
}
