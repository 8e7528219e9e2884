package load

import (
	"encoding/binary"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
	"frontdesk/shared/record"
	"frontdesk/shared/table/bolt"
	"frontdesk/shared/week"
)

// repliesEach is how many replies of the last day each customer has.
const repliesEach = 4

// zone is the company's time zone when none is set.
const zone = "Asia/Shanghai"

// phone is the made-up number of the n-th customer.
func phone(n int) string { return fmt.Sprintf("1650555%07d", n) }

// customer is the n-th made-up person.
func customer(n int) message.Person {
	return message.Person{UserID: fmt.Sprintf("US.%020d", n), Phone: phone(n), Name: "Sheena Nelson"}
}

// reply is one that the desk has sent: what its receipts refer to.
type reply struct {
	customer int
	ref      string
	wamid    string
}

// fill makes the store that the program finds: the playbook, and what so many
// customers wrote and were answered in the 24 hours before now.
func fill(t *testing.T, path string, customers int, now time.Time) []reply {
	t.Helper()
	db, err := bolt.Open(path, bolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	h := history{store: record.New(db), now: now}
	if h.zone, err = time.LoadLocation(zone); err != nil {
		t.Fatal(err)
	}
	publish(t, h.store, now)
	h.replies = make([]reply, customers*repliesEach)
	if err := h.record(t, customers); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return h.replies
}

func publish(t *testing.T, s *record.Store, now time.Time) {
	t.Helper()
	shop := playbook.Playbook{
		Languages: []string{"en"},
		Templates: []playbook.Template{{ID: "price", Name: "Prices", Variants: []playbook.Variant{{Language: "en", Shape: "text", Text: answer}}}},
		Filters: []playbook.Filter{{ID: "price", Name: "Price", When: playbook.Condition{Contains: []string{"price", "how much"}},
			Then: playbook.Action{Reply: "price"}}},
	}
	audit := record.Audit{ID: conversation.NewID(now, []byte("public")), At: now, Who: "load", Action: "publish"}
	if err := s.Publish(t.Context(), shop, record.VersionInfo{Number: 1, At: now, By: "load"}, audit); err != nil {
		t.Fatal(err)
	}
}

// What customers ask, and what they are answered.
const (
	question = "hi what is the price?"
	answer   = "Hello {{ contact.name }}, our teas start at 98 yuan for 100 g. The whole price list is at https://cloudleaf.example/prices. Delivery is free from 199 yuan."
)

// history writes what happened before the load.
type history struct {
	store   *record.Store
	zone    *time.Location
	now     time.Time
	replies []reply
}

// record writes the customers' turns, some at a time so that they share commits.
func (h *history) record(t *testing.T, customers int) error {
	var next atomic.Int64
	var all sync.WaitGroup
	failed := make([]error, 64)
	for i := range failed {
		all.Go(func() {
			for n := int(next.Add(1)) - 1; n < customers && failed[i] == nil; n = int(next.Add(1)) - 1 {
				failed[i] = h.store.Record(t.Context(), h.turn(n))
			}
		})
	}
	all.Wait()
	for _, err := range failed {
		if err != nil {
			return err
		}
	}
	return nil
}

// turn is everything that a customer and the desk said, as one write.
func (h *history) turn(n int) record.Turn {
	home := conversation.ID(channel, customer(n))
	var turn record.Turn
	for i := range repliesEach {
		// Spread over the day, another way for each customer.
		ago := time.Duration(i*10_000+n%10_000) * 24 * time.Hour / (repliesEach * 10_000)
		in, out := exchange(n, i, h.now.Add(ago-24*time.Hour-time.Minute))
		in.Conversation, out.Conversation = home, home
		in.Facts.Day, out.Facts.Day = week.Day(in.At, h.zone), week.Day(out.At, h.zone)
		turn.New = append(turn.New, in, out)
		h.replies[i*len(h.replies)/repliesEach+n] = reply{n, conversation.Ref(home, out.ID), out.ChannelID}
		if i == 0 || turn.Days[len(turn.Days)-1] != out.Facts.Day {
			turn.Days = append(turn.Days, out.Facts.Day)
		}
	}
	last := turn.New[len(turn.New)-2]
	turn.Head = conversation.Head{
		ID: home, Home: home, Channel: channel, Contact: conversation.Contact{Person: customer(n), Language: "en"}, Status: conversation.Resolved,
		First: turn.New[0].At, Opened: turn.New[0].At, LastInbound: last.At, BotReplied: true, Day: turn.Days[len(turn.Days)-1],
	}
	return turn
}

// exchange is the i-th question of a customer and its answer half a second later.
func exchange(n, i int, at time.Time) (in, out conversation.Message) {
	var entropy [6]byte
	binary.BigEndian.PutUint32(entropy[:], uint32(n*repliesEach+i))
	in = conversation.Message{
		ID: conversation.NewID(at, entropy[:]), Channel: channel, Direction: conversation.In, At: at, Type: "text", Text: question,
		ChannelID: fmt.Sprintf("wamid.before%024d", n*repliesEach+i), Outcome: conversation.Replied, Filter: "price", Template: "price", Language: "en", Playbook: 1,
	}
	out = conversation.Message{
		ID: conversation.NewID(at.Add(500*time.Millisecond), entropy[:]), Channel: channel, Direction: conversation.Out, Source: conversation.ByFilter,
		At: at.Add(500 * time.Millisecond), Type: "text", InReplyTo: in.ID, Filter: "price", Template: "price", Language: "en", Playbook: 1,
		ChannelID: fmt.Sprintf("wamid.answer%024d", n*repliesEach+i),
	}
	in.Claim = &conversation.Claim{ReplyID: out.ID, Content: message.Content{Shape: message.ShapeText, Text: answer}, Until: at, By: in.ID, Attempt: 1, Asked: true, Since: at}
	return in, out
}
