package desk_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk/shared/budget"
	"frontdesk/shared/conversation"
	"frontdesk/shared/desk"
	"frontdesk/shared/inbox"
	"frontdesk/shared/message"
	"frontdesk/shared/receipts"
)

// service is a customer service whose people answer in its own client.
type service struct {
	w      *world
	limits budget.Limits
	// did is what was asked of it and sent through it, in order.
	did []string
	// people says that somebody has the session, over that it has ended.
	people, over bool
	// refuse answers the next moves and ends; it is nil as a rule. while happens during a move.
	refuse error
	while  func()
}

func (s *service) Hold(string) time.Duration   { return 0 }
func (s *service) Learn(string, budget.Gate)   {}
func (s *service) Limits(string) budget.Limits { return s.limits }

func (s *service) Move(_ context.Context, _, customer string, servicers []string) (bool, error) {
	s.did = append(s.did, fmt.Sprintf("move %s to %v", customer, servicers))
	if s.refuse != nil {
		return false, s.refuse
	}
	if s.while != nil {
		s.while()
	}
	s.people = !s.over
	return s.people, nil
}

func (s *service) End(context.Context, string, string) (string, error) {
	s.did = append(s.did, "end")
	if s.refuse != nil {
		return "", s.refuse
	}
	s.people, s.over = false, true
	return "CODE", nil
}

func (s *service) Ours(context.Context, string, string) (bool, error) {
	s.did = append(s.did, "look")
	return !s.over && !s.people, nil
}

func (s *service) event(_ context.Context, code string, out message.Outgoing) (string, error) {
	s.did = append(s.did, "event "+code)
	s.w.sent = append(s.w.sent, out)
	return "on-event", nil
}

var robin = message.Person{UserID: "wmEXAMPLE0001", Name: "Robin"}

// serviced is a world whose channel is customer service with the servicers zhang and li.
func serviced(t *testing.T) (*world, *service) {
	t.Helper()
	w := newWorld(t)
	w.publish(strings.Replace(book, `{"id": "care", "name": "Care"}`, `{"id": "care", "name": "Care", "servicers": ["zhang", "li"]}`, 1))
	limits := budget.KF()
	limits.Client = true
	s := &service{w: w, limits: limits}
	w.desk.Guard, w.desk.Sessions, w.desk.OnEvent = s, s, s.event
	send := w.desk.Send
	w.desk.Send = func(ctx context.Context, out message.Outgoing) (string, error) {
		s.did = append(s.did, "send")
		return send(ctx, out)
	}
	return w, s
}

func (w *world) robin(id, text string) message.Inbound {
	m := w.says(id, text)
	m.From = robin
	return m
}

func TestAHandOffMovesTheSessionBehindTheReply(t *testing.T) {
	w, s := serviced(t)
	w.mustHandle(w.robin("1", "price"))
	w.pass(time.Minute)
	w.mustHandle(w.robin("2", "a person please"))
	w.mustHandle(w.robin("2", "a person please"))
	w.pass(time.Minute)
	w.mustHandle(w.robin("3", "hello?"))
	want := []string{"send", "send", "move wmEXAMPLE0001 to [zhang li]"}
	if !slices.Equal(s.did, want) || !w.head(robin).Session.People {
		t.Errorf("got %q and session %+v, want %q once", s.did, w.head(robin).Session, want)
	}
}

func TestEveryWayToPeopleMovesTheSession(t *testing.T) {
	fails := func(class message.Class) func(message.Outgoing) error {
		return func(message.Outgoing) error { return &message.SendError{Class: class, Reason: "documented"} }
	}
	cases := []struct {
		name, text string
		answer     func(message.Outgoing) error
	}{
		{"a filter", "a person please", nil},
		{"a template that fails", "broken", nil},
		{"a refused reply", "price", fails(message.Drop)},
		{"given up", "price", fails(message.Retry)},
	}
	for _, c := range cases {
		w, s := serviced(t)
		w.answer = c.answer
		m := w.robin("1", c.text)
		for attempt := 1; attempt <= 3; attempt++ {
			_ = w.handle(m, attempt)
			w.pass(time.Minute)
		}
		if n := len(s.did); n == 0 || !strings.HasPrefix(s.did[n-1], "move") || !s.people {
			t.Errorf("%s: got %q, want the session moved last", c.name, s.did)
		}
		w.answer, s.did = nil, nil
		w.mustHandle(m) // a dead letter is put back: nothing can be sent any more
		if slices.Contains(s.did, "send") {
			t.Errorf("%s: got %q after the message came again, want silence", c.name, s.did)
		}
	}
}

func TestAFailedDeliveryMovesTheSessionWithTheNextMessage(t *testing.T) {
	w, s := serviced(t)
	w.mustHandle(w.robin("1", "price"))
	all := w.messages(robin)
	ref := conversation.Ref(w.head(robin).Home, all[len(all)-1].ID)
	if err := w.receiver().Handle(t.Context(), receiptJob(ref, message.Failed, w.clock())); err != nil {
		t.Fatal(err)
	}
	w.pass(time.Minute)
	w.mustHandle(w.robin("2", "hello?"))
	if w.head(robin).Reason != receipts.ReasonDelivery || !s.people {
		t.Errorf("got %q and %q, want the session with people", w.head(robin).Reason, s.did)
	}
}

// The wish stands in the table as soon as the conversation is handed off.
func TestAMoveThatWasCutOffIsMadeUpFor(t *testing.T) {
	for name, later := range map[string]func(*world){
		"the same message again": func(w *world) { w.mustHandle(w.robin("1", "a person please")) },
		"the next message":       func(w *world) { w.pass(time.Minute); w.mustHandle(w.robin("2", "hello?")) },
	} {
		w, s := serviced(t)
		s.refuse = &message.SendError{Class: message.Unknown, Reason: "time-out"}
		m := w.robin("1", "a person please")
		if err := w.handle(m, 1); err == nil {
			t.Fatalf("%s: got no error, want the message to come again", name)
		}
		if err := w.handle(m, 3); err != nil {
			t.Fatalf("%s: got %v at the last delivery, want it left to the next message", name, err)
		}
		s.refuse, s.did = nil, nil
		later(w)
		if !slices.Equal(s.did, []string{"move wmEXAMPLE0001 to [zhang li]"}) || !w.head(robin).Session.People {
			t.Errorf("%s: got %q, want the session moved and nothing sent", name, s.did)
		}
	}
}

func TestAMoveThatIsRefused(t *testing.T) {
	cases := []struct {
		class message.Class
		moves int // in three messages
	}{
		{message.Drop, 1}, {message.Bug, 1}, {message.SwitchForm, 1},
		{message.Stop, 3}, // an operator will act
	}
	for _, c := range cases {
		w, s := serviced(t)
		s.refuse = &message.SendError{Class: c.class, Code: 95011, Reason: "documented"}
		for i := range 3 {
			w.mustHandle(w.robin(fmt.Sprint(i), "a person please"))
			w.pass(time.Minute)
		}
		if n := strings.Count(w.log.String(), `"alarm":"session_stays"`); n != c.moves || w.head(robin).HandedOff.IsZero() {
			t.Errorf("%s: got %d alarms and %q, want %d, and people in charge here", c.class, n, s.did, c.moves)
		}
	}
}

func TestASessionThatHasEndedIsMovedWhenTheCustomerOpensAnother(t *testing.T) {
	w, s := serviced(t)
	s.over = true
	w.mustHandle(w.robin("1", "a person please"))
	if w.head(robin).Session.People {
		t.Error("a session that has ended counts as moved")
	}
	s.over = false
	w.pass(time.Minute)
	w.mustHandle(w.robin("2", "hello?"))
	if !w.head(robin).Session.People {
		t.Errorf("got %q, want the new session moved", s.did)
	}
}

func TestOtherChannelsHaveNoSessions(t *testing.T) {
	w, s := serviced(t)
	s.limits.Client = false // as WhatsApp, and as customer service that is answered through the API
	w.mustHandle(w.robin("1", "a person please"))
	id := conversation.ID("wa-main", robin)
	for range 3 {
		if _, err := w.desk.Answer(t.Context(), id, "ana", "Here I am."); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.desk.Resolve(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(s.did, []string{"send", "send", "send", "send"}) {
		t.Errorf("got %q, want messages alone", s.did)
	}
}

func TestAnAgentsAnswerIsTheLastFromHere(t *testing.T) {
	w, s := serviced(t)
	w.mustHandle(w.robin("1", "hello"))
	id := conversation.ID("wa-main", robin)
	if _, err := w.desk.Answer(t.Context(), id, "ana", "A colleague will look after you."); err != nil {
		t.Fatal(err)
	}
	if _, err := w.desk.Answer(t.Context(), id, "ana", "One more thing."); !errors.Is(err, desk.ErrElsewhere) {
		t.Errorf("got %v, want ErrElsewhere", err)
	}
	if want := []string{"send", "move wmEXAMPLE0001 to []"}; !slices.Equal(s.did, want) || len(w.messages(robin)) != 2 {
		t.Errorf("got %q and %d messages, want %q and nothing stored of the second", s.did, len(w.messages(robin)), want)
	}
}

func TestResolvingEndsTheSession(t *testing.T) {
	w, s := serviced(t)
	w.mustHandle(w.robin("1", "a person please"))
	id := conversation.ID("wa-main", robin)
	s.refuse = &message.SendError{Class: message.Unknown, Reason: "time-out"}
	if _, err := w.desk.Resolve(t.Context(), id); err == nil || w.head(robin).HandedOff.IsZero() {
		t.Errorf("got %v, want it still with people while nobody knows", err)
	}
	s.refuse, s.did = nil, nil
	if _, err := w.desk.Resolve(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	h := w.head(robin)
	if !slices.Equal(s.did, []string{"end"}) || !h.HandedOff.IsZero() || h.Session.People {
		t.Errorf("got %q and %+v, want the session ended and the bot back", s.did, h)
	}
	if _, err := w.desk.Answer(t.Context(), id, "ana", "Still there?"); !errors.Is(err, desk.ErrOver) {
		t.Errorf("got %v, want ErrOver until the customer writes", err)
	}
	s.over = false
	w.pass(time.Minute)
	w.mustHandle(w.robin("2", "price"))
	if got := s.did[len(s.did)-1]; got != "send" {
		t.Errorf("got %q, want the template", s.did)
	}
}

func TestAnEndThatIsRefusedForGoodKeepsNobody(t *testing.T) {
	w, s := serviced(t)
	w.mustHandle(w.robin("1", "a person please"))
	s.refuse = &message.SendError{Class: message.Drop, Reason: "documented"}
	if _, err := w.desk.Resolve(t.Context(), conversation.ID("wa-main", robin)); err != nil || !w.head(robin).HandedOff.IsZero() {
		t.Errorf("got %v, want it resolved here", err)
	}
	if !strings.Contains(w.log.String(), "session_stays") {
		t.Error("nobody is told")
	}
}

func TestWhatWasWrittenBeforeWeEndedTheSessionGoesToPeople(t *testing.T) {
	w, _ := serviced(t)
	w.mustHandle(w.robin("1", "a person please"))
	w.pass(time.Minute)
	late := w.robin("2", "price") // still on its way
	w.pass(time.Second)
	if _, err := w.desk.Resolve(t.Context(), conversation.ID("wa-main", robin)); err != nil {
		t.Fatal(err)
	}
	w.mustHandle(late)
	if h := w.head(robin); w.sends() != 1 || h.Reason != desk.ReasonSession {
		t.Errorf("got %d sends and reason %q, want people because the session is over", w.sends(), h.Reason)
	}
}

func TestAConversationThatIsResolvedDuringTheMoveIsEnded(t *testing.T) {
	w, s := serviced(t)
	s.while = func() {
		if _, err := w.desk.Resolve(t.Context(), conversation.ID("wa-main", robin)); err != nil {
			t.Error(err)
		}
	}
	w.mustHandle(w.robin("1", "a person please"))
	if h := w.head(robin); s.people || !h.HandedOff.IsZero() || h.Session.People {
		t.Errorf("got %q and %+v, want the session ended after it", s.did, h)
	}
}

func TestWhoeverTookTheSessionAnswersThere(t *testing.T) {
	w, s := serviced(t)
	s.limits.Client = false // people answer through the API, and one has not
	w.mustHandle(w.says("1", "hello"))
	if err := w.elsewhere("e1", message.Took); err != nil {
		t.Fatal(err)
	}
	id := conversation.ID("wa-main", sheena)
	if _, err := w.desk.Answer(t.Context(), id, "ana", "Here I am."); !errors.Is(err, desk.ErrElsewhere) {
		t.Errorf("got %v, want ErrElsewhere", err)
	}
	w.pass(time.Minute)
	if err := w.elsewhere("e2", message.Ended); err != nil {
		t.Fatal(err)
	}
	s.over = true
	if _, err := w.desk.Answer(t.Context(), id, "ana", "Here I am."); !errors.Is(err, desk.ErrOver) {
		t.Errorf("got %v, want ErrOver", err)
	}
}

// Twenty messages of an outage get the five replies that the channel takes, and people.
func TestTwentyMessagesOfAnOutage(t *testing.T) {
	w, s := serviced(t)
	w.publish(boundless(strings.Replace(book, `, "cooldown": "1m"`, "", 1)))
	var written []message.Inbound
	for i := range 20 {
		written = append(written, w.robin(fmt.Sprint(i), "price"))
		w.pass(time.Minute)
	}
	w.pass(time.Hour)
	for _, m := range written {
		w.pass(2 * time.Second)
		w.mustHandle(m)
	}
	if h := w.head(robin); w.sends() != 5 || h.Reason != desk.ReasonReplies || !s.people {
		t.Errorf("got %d sends, reason %q, moved %v; want five, and people because the replies are used up", w.sends(), h.Reason, s.people)
	}
}

func TestWhatAContactWritesAfterOurReplyGetsFiveMore(t *testing.T) {
	w, _ := serviced(t)
	w.publish(boundless(strings.Replace(book, `, "cooldown": "1m"`, "", 1)))
	for i := range 12 {
		w.pass(2 * time.Second)
		w.mustHandle(w.robin(fmt.Sprint(i), "price"))
	}
	if h := w.head(robin); w.sends() != 12 || h.Since != 1 {
		t.Errorf("got %d sends and %d counted, want 12 and one", w.sends(), h.Since)
	}
}

var errLost = &message.SendError{Class: message.Unknown, Reason: "time-out"}

func TestAReplyThatTheChannelKnowsAgainIsRepeatedSoon(t *testing.T) {
	w, s := serviced(t)
	s.limits.Repeat = 48 * time.Hour
	refs := map[string]bool{}
	again := 0
	w.answer = func(out message.Outgoing) error {
		refs[out.Ref] = true
		if out.Again {
			again++
			return nil
		}
		return errLost
	}
	m := w.robin("1", "price")
	err := w.handle(m, 1)
	wait, ok := errors.AsType[*inbox.Retry](err)
	if !ok || !wait.Free || wait.After > 5*time.Second {
		t.Fatalf("got %v, want it to come again within seconds", err)
	}
	w.pass(wait.After)
	w.mustHandle(m)
	all := w.messages(robin)
	h := w.head(robin)
	if last := all[len(all)-1]; len(refs) != 1 || again != 1 || last.Unproven != 0 || h.Since != 1 || strings.Contains(w.log.String(), `"alarm":"unproven"`) {
		t.Errorf("got %d references, %d repeats, %d unproven, %d counted; want one, one, none, one and no alarm", len(refs), again, last.Unproven, h.Since)
	}
}

func TestAReplyThatNeverGetsAnAnswerGoesToPeople(t *testing.T) {
	w, s := serviced(t)
	s.limits.Repeat = 48 * time.Hour
	asked := 0
	w.answer = func(message.Outgoing) error { asked++; return errLost }
	m := w.robin("1", "price")
	for range 20 {
		if w.handle(m, 1) == nil {
			break
		}
		w.pass(5 * time.Minute)
	}
	if h := w.head(robin); asked != 3 || h.Reason != desk.ReasonUnknown {
		t.Errorf("asked %d times, reason %q; want three, and people", asked, h.Reason)
	}
}

// Behind the time in which the channel knows a message again, a repeat may go out twice:
// it is proven as everywhere else.
func TestBehindTheDuplicateCheckARepeatIsUnproven(t *testing.T) {
	w, s := serviced(t)
	s.limits.Repeat = time.Minute
	n := 0
	w.answer = func(message.Outgoing) error {
		if n++; n == 1 {
			return errLost
		}
		return nil
	}
	m := w.robin("1", "price")
	if err := w.handle(m, 1); err == nil {
		t.Fatal("got no error")
	}
	w.pass(2 * time.Minute) // nobody was there
	for range 5 {
		if w.handle(m, 1) == nil {
			break
		}
		w.pass(desk.Prove)
	}
	all := w.messages(robin)
	if last := all[len(all)-1]; n != 2 || last.Unproven != 1 {
		t.Errorf("asked %d times, %d unproven; want twice, and one", n, last.Unproven)
	}
}
