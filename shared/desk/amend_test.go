package desk_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/message"
	"frontdesk/shared/record"
	"frontdesk/shared/table"
)

// handed is a head that people have from now on.
func (w *world) handed(h conversation.Head) (conversation.Head, error) {
	h.HandedOff, h.Reason, h.Status, h.Assignee = w.clock(), "agent", conversation.Open, "ana"
	return h, nil
}

func TestWhatIsAmendedIsMadeOfWhatIsThereNow(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	w.mustHandle(w.says("1", "hello"))
	id, calls := conversation.ID("wa-main", sheena), 0
	h, err := w.desk.Amend(ctx, id, func(h conversation.Head) (conversation.Head, error) {
		if calls++; calls == 1 { // the contact writes at the same moment
			w.pass(time.Minute)
			w.mustHandle(w.says("2", "price"))
		}
		h.Tags = append(slices.Clip(h.Tags), "vip")
		return h, nil
	})
	if want := []string{"prices", "vip"}; err != nil || calls != 2 || !slices.Equal(h.Tags, want) || !slices.Equal(w.head(sheena).Tags, want) {
		t.Errorf("got %v after %d calls, tags %q and stored %q, want the message's tag and ours", err, calls, h.Tags, w.head(sheena).Tags)
	}
	if stored := w.head(sheena); h.Version != stored.Version {
		t.Errorf("got version %d, want the stored one, %d", h.Version, stored.Version)
	}
}

func TestAnAmendmentThatIsNotMade(t *testing.T) {
	no := errors.New("no")
	for _, c := range []struct {
		name  string
		id    message.Person
		amend error
		table error
		want  error
	}{
		{"there is no such conversation", message.Person{Phone: "16505550009"}, nil, nil, record.ErrNotFound},
		{"it ends itself", sheena, no, nil, no},
		{"the table breaks", sheena, nil, no, no},
		{"the table stays busy", sheena, nil, table.ErrBusy, table.ErrBusy},
	} {
		w := newWorld(t)
		w.desk.Sleep = func(context.Context, time.Duration) {}
		w.mustHandle(w.says("1", "hello"))
		before := w.head(sheena)
		w.table.fail = func(op string) error {
			if op == "transact" {
				return c.table
			}
			return nil
		}
		_, err := w.desk.Amend(context.Background(), conversation.ID("wa-main", c.id), func(h conversation.Head) (conversation.Head, error) {
			h.Team = "care"
			return h, c.amend
		})
		if got := w.head(sheena); !errors.Is(err, c.want) || got.Version != before.Version || got.Team != "" {
			t.Errorf("%s: got %v and head %+v, want %v and nothing written", c.name, err, got, c.want)
		}
	}
}

func TestABusyTableIsAskedAgainForAnAmendment(t *testing.T) {
	w := newWorld(t)
	w.desk.Sleep = func(context.Context, time.Duration) {}
	w.mustHandle(w.says("1", "hello"))
	w.table.failNext("transact", table.ErrBusy)
	if _, err := w.desk.Amend(context.Background(), conversation.ID("wa-main", sheena), w.handed); err != nil || w.head(sheena).Assignee != "ana" {
		t.Errorf("got %v and %+v, want it written at the second try", err, w.head(sheena))
	}
}

func TestWhoTakesAConversationGetsItsSession(t *testing.T) {
	w, s := serviced(t)
	w.mustHandle(w.robin("1", "price"))
	id := conversation.ID("wa-main", robin)
	tag := func(h conversation.Head) (conversation.Head, error) {
		h.Tags = []string{"vip"}
		return h, nil
	}
	if _, err := w.desk.Amend(context.Background(), id, tag); err != nil || !slices.Equal(s.did, []string{"send"}) {
		t.Fatalf("got %v and %q for a tag, want no session moved", err, s.did)
	}
	care := func(h conversation.Head) (conversation.Head, error) {
		h.Team = "care"
		return w.handed(h)
	}
	h, err := w.desk.Amend(context.Background(), id, care)
	want := []string{"send", "move wmEXAMPLE0001 to [zhang li]"}
	if err != nil || !slices.Equal(s.did, want) || !h.Session.People || h.Version != w.head(robin).Version {
		t.Errorf("got %v, %q and head %+v, want %q and the head as it is then", err, s.did, h, want)
	}
	if _, err := w.desk.Amend(context.Background(), id, tag); err != nil || !slices.Equal(s.did, want) {
		t.Errorf("got %v and %q, want it moved once", err, s.did)
	}
}

func TestATakenConversationWhoseSessionCannotBeMovedYet(t *testing.T) {
	w, s := serviced(t)
	w.mustHandle(w.robin("1", "price"))
	s.refuse = &message.SendError{Class: message.Retry, Reason: "documented"}
	h, err := w.desk.Amend(context.Background(), conversation.ID("wa-main", robin), w.handed)
	if err != nil || h.Assignee != "ana" || h.Session.People || !strings.Contains(w.log.String(), "not moved") {
		t.Errorf("got %v, head %+v and log %s, want it taken and the rest told", err, h, w.log.String())
	}
	s.refuse = nil
	w.pass(time.Minute)
	w.mustHandle(w.robin("2", "hello?"))
	if !w.head(robin).Session.People {
		t.Errorf("got %q, want the session moved with the next message", s.did)
	}
}

func TestWherePeopleAnswerHereNoSessionIsMoved(t *testing.T) {
	w, s := serviced(t)
	s.limits.Client = false
	w.mustHandle(w.robin("1", "price"))
	if _, err := w.desk.Amend(context.Background(), conversation.ID("wa-main", robin), w.handed); err != nil || !slices.Equal(s.did, []string{"send"}) {
		t.Errorf("got %v and %q, want nothing asked of the channel", err, s.did)
	}
}

// TestAttributesStayWithTheContact has a contact write, change ids, and write under two at once.
func TestAttributesStayWithTheContact(t *testing.T) {
	bsuid := message.Person{UserID: "US.13491208655302741918", Phone: sheena.Phone}
	fresh := message.Person{UserID: "US.99999999999999999999", Phone: "16505550000"}
	w := newWorld(t)
	tell := func(p message.Person, attributes map[string]string) {
		t.Helper()
		_, err := w.desk.Amend(context.Background(), conversation.ID("wa-main", p), func(h conversation.Head) (conversation.Head, error) {
			h.Contact.Attributes = attributes
			return h, nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	check := func(name string, p message.Person, want map[string]string) {
		t.Helper()
		if got := w.head(p).Contact.Attributes; !maps.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
	write := func(id string, p message.Person, previous *message.Person) {
		m := w.says(id, "price")
		m.From, m.Previous = p, previous
		w.pass(time.Minute)
		w.mustHandle(m)
	}
	told := map[string]string{"tier": "gold", "since": "2026-10-01"}
	write("1", sheena, nil)
	tell(sheena, told)
	write("2", sheena, nil)
	check("they wrote", sheena, told)
	write("3", bsuid, nil)
	check("the channel tells user ids now", bsuid, told)

	write("4", fresh, nil)
	tell(fresh, map[string]string{"tier": "silver"})
	write("5", fresh, &bsuid)
	check("two conversations were joined", fresh, map[string]string{"tier": "silver", "since": "2026-10-01"})
}

// What is under the new id already, from somebody who has never written, is kept too.
func TestAttributesUnderBothIDs(t *testing.T) {
	w := newWorld(t)
	bsuid := message.Person{UserID: "US.13491208655302741918", Phone: sheena.Phone}
	id := conversation.ID("wa-main", bsuid)
	w.mustHandle(w.says("1", "hello"))
	_, err := w.desk.Amend(context.Background(), conversation.ID("wa-main", sheena), func(h conversation.Head) (conversation.Head, error) {
		h.Contact.Attributes = map[string]string{"tier": "gold", "city": "Xiamen"}
		return h, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	wish := conversation.Head{ID: id, Home: id, Channel: "wa-main", Status: conversation.Resolved, Contact: conversation.Contact{
		Person: bsuid, Attributes: map[string]string{"tier": "silver"},
	}}
	wish.Marketing.At = w.clock()
	if err := w.store.Record(context.Background(), record.Turn{Head: wish}); err != nil {
		t.Fatal(err)
	}
	m := w.says("2", "hello")
	m.From = bsuid
	w.pass(time.Minute)
	w.mustHandle(m)
	if got, want := w.head(bsuid).Contact.Attributes, (map[string]string{"tier": "silver", "city": "Xiamen"}); !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
