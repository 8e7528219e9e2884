package machine

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"frontdesk/shared/conversation"
	words "frontdesk/shared/message"
	"frontdesk/shared/table"
	"frontdesk/shared/table/bolt"
)

// findings are what an audit counts. It compares what customers wrote, what the
// channel accepted and what the store says, message by message, and knows nothing
// of how the desk came to it.
type findings struct {
	taken, answered int
	// people counts messages without a reply that people have, by the reason they were told.
	people map[string]int
	// unproven were sent twice because nothing told of the first; each says so in the store.
	unproven int
	// dead are all dead letters by reason, those of messages that were answered included.
	dead    map[string]int
	lost    []string
	doubled []string
	strange []string
}

func (f findings) String() string {
	return fmt.Sprintf("%d taken: %d answered once, with people %v, %d unproven doubles, %d lost, %d doubled, %d strange; dead letters %v",
		f.taken, f.answered, f.people, f.unproven, len(f.lost), len(f.doubled), len(f.strange), f.dead)
}

// audit reads the store of a stopped machine.
func audit(t *testing.T, m *machine, c *customers, g *graph) findings {
	t.Helper()
	db, err := bolt.Open(filepath.Join(m.data, "frontdesk.db"), bolt.Options{})
	if err != nil {
		t.Fatalf("the store after all that: %v", err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	f, replies := findings{people: map[string]int{}, dead: map[string]int{}}, byText(g.list())
	dead := deadLetters(t, db)
	for _, reason := range dead {
		f.dead[reason]++
	}
	for _, w := range c.list() {
		got := replies["You wrote: "+w.text]
		delete(replies, "You wrote: "+w.text)
		if !w.taken && len(got) == 0 {
			continue
		}
		f.taken++
		f.judge(w, got, readBook(t, db, w), dead)
	}
	for text := range replies {
		f.strange = append(f.strange, "nobody wrote what this answers: "+text)
	}
	return f
}

func byText(all []accepted) map[string][]accepted {
	out := map[string][]accepted{}
	for _, a := range all {
		out[a.text] = append(out[a.text], a)
	}
	return out
}

// judge compares one message with its replies and its book.
func (f *findings) judge(w written, replies []accepted, b book, dead map[string]string) {
	stored := b.replies[w.id]
	switch {
	case len(replies) == 0 && dead[channelID(w.number)+"/"+w.id] != "":
		f.people["dead letter: "+dead[channelID(w.number)+"/"+w.id]]++
	case len(replies) == 0 && b.head.people():
		f.people[b.head.Reason]++
	case len(replies) == 0:
		f.lost = append(f.lost, fmt.Sprintf("%s: no reply, and nobody was told (stored %v)", w.id, b.inbound[w.id]))
	case len(stored) != 1:
		f.strange = append(f.strange, fmt.Sprintf("%s: %d replies went out, %d are recorded", w.id, len(replies), len(stored)))
	case len(replies) == 1:
		f.answered++
	case len(replies) == 2 && replies[0].mute && stored[0].Unproven > 0:
		f.unproven++
	default:
		f.doubled = append(f.doubled, fmt.Sprintf("%s: %d replies, of the first there was a receipt: %v, taken at %s, second at %s",
			w.id, len(replies), !replies[0].mute, replies[0].told, replies[1].at))
	}
	for _, r := range replies {
		if strings.TrimPrefix(r.to, "+") != w.from || r.number != numberID(w.number) {
			f.strange = append(f.strange, w.id+": the reply went to somebody else")
		}
	}
}

// book is a conversation as it is stored.
type book struct {
	head    head
	inbound map[string]bool     // by the channel's id
	replies map[string][]stored // by the channel's id of what they answer
}

type head struct {
	HandedOff time.Time `json:"handed_off"`
	Reason    string    `json:"reason"`
}

// people: somebody has it, and knows why.
func (h head) people() bool { return !h.HandedOff.IsZero() && h.Reason != "" }

type stored struct {
	ID        string `json:"id"`
	ChannelID string `json:"channel_id"`
	Direction string `json:"direction"`
	InReplyTo string `json:"in_reply_to"`
	Unproven  int    `json:"unproven"`
}

func readBook(t *testing.T, db *bolt.DB, w written) book {
	t.Helper()
	id := conversation.ID(channelID(w.number), words.Person{Phone: w.from})
	b := book{inbound: map[string]bool{}, replies: map[string][]stored{}}
	channels := map[string]string{}
	var out []stored
	err := table.All(t.Context(), db, table.Query{PK: "C#" + id}, func(it table.Item) bool {
		switch {
		case it.SK == "HEAD":
			must(t, it.Body, &b.head)
		case strings.HasPrefix(it.SK, "M#"):
			var s stored
			must(t, it.Body, &s)
			if s.Direction == "in" {
				channels[strings.TrimPrefix(it.SK, "M#")] = s.ChannelID
				b.inbound[s.ChannelID] = true
			} else {
				out = append(out, s)
			}
		}
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range out {
		b.replies[channels[s.InReplyTo]] = append(b.replies[channels[s.InReplyTo]], s)
	}
	return b
}

func must(t *testing.T, body string, v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(body), v); err != nil {
		t.Fatalf("a stored item cannot be read: %v", err)
	}
}

// deadLetters are the jobs that wait for an operator, with their reasons.
func deadLetters(t *testing.T, db *bolt.DB) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := table.All(t.Context(), db, table.Query{PK: "DEAD"}, func(it table.Item) bool {
		var d struct {
			JobID  string `json:"job_id"`
			Queue  string `json:"queue"`
			Reason string `json:"reason"`
		}
		must(t, it.Body, &d)
		out[d.JobID] = d.Queue + ": " + d.Reason
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// unfinished counts the jobs of both queues.
func unfinished(t *testing.T, db *bolt.DB) (n int) {
	t.Helper()
	err := db.View(func(tx *bbolt.Tx) error {
		for _, name := range []string{"queue/inbox", "queue/receipts"} {
			n += tx.Bucket([]byte(name)).Stats().KeyN
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
