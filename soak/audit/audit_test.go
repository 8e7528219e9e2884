package audit_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk/shared/table"
	"frontdesk/shared/table/bolt"
	"frontdesk/soak/audit"
)

var monday = time.Date(2040, 11, 19, 9, 0, 0, 0, time.UTC)

func at(s float64) time.Time { return monday.Add(time.Duration(s * float64(time.Second))) }

// scene is one conversation with two answered messages, which a case then spoils.
type scene struct {
	t     *testing.T
	table table.Table
	in    audit.Input
}

func newScene(t *testing.T) *scene {
	t.Helper()
	db, err := bolt.Open(filepath.Join(t.TempDir(), "store"), bolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	s := &scene{t: t, table: db, in: audit.Input{Table: db, Days: []string{"2040-11-19"}}}
	s.put("DAY#2040-11-19#03", "home", "{}")
	s.put("C#home", "HEAD", `{"id":"home","home":"home","status":"resolved"}`)
	for i, mark := range []string{"Q000001", "Q000002"} {
		s.wrote(mark, float64(i*10))
		s.stored(mark, `"outcome":"replied","claim":{"reply_id":"reply-`+mark+`"}`)
		s.replied(mark, `"facts":{"answers":true}`)
		s.sent(mark, float64(i*10+1))
	}
	return s
}

func (s *scene) put(pk, sk, body string) {
	s.t.Helper()
	if err := s.table.Put(context.Background(), table.Item{Key: table.Key{PK: pk, SK: sk}, Body: body}, table.Condition{}); err != nil {
		s.t.Fatal(err)
	}
}

func (s *scene) remove(sk string) {
	s.t.Helper()
	if err := s.table.Delete(context.Background(), table.Key{PK: "C#home", SK: sk}, table.Condition{}); err != nil {
		s.t.Fatal(err)
	}
}

func (s *scene) wrote(mark string, second float64) {
	s.in.Wrote = append(s.in.Wrote, audit.Wrote{ID: "in-" + mark, Mark: mark, Customer: "sheena", Posted: at(second), Acked: at(second + 0.1)})
}

func (s *scene) stored(mark, rest string) {
	s.put("C#home", "M#message-"+mark, `{"direction":"in","channel_id":"in-`+mark+`",`+rest+`}`)
}

func (s *scene) replied(mark, rest string) {
	s.put("C#home", "M#reply-"+mark, `{"direction":"out","in_reply_to":"message-`+mark+`",`+rest+`}`)
}

func (s *scene) sent(mark string, second float64) {
	s.in.Sent = append(s.in.Sent, audit.Sent{
		ID: fmt.Sprintf("out-%s-%v", mark, second), Ref: "home.reply-" + mark, Text: "You wrote: price " + mark + " please", At: at(second),
	})
}

func (s *scene) audit() audit.Report {
	s.t.Helper()
	r, err := audit.Audit(context.Background(), s.in)
	if err != nil {
		s.t.Fatal(err)
	}
	return r
}

func TestWhatTheAuditorFinds(t *testing.T) {
	for _, c := range []struct {
		name  string
		spoil func(*scene)
		want  []audit.Oddity
	}{
		{"nothing in two answered messages", func(*scene) {}, nil},
		{"a message that is nowhere", func(s *scene) { s.wrote("Q000003", 20) }, []audit.Oddity{audit.LostMessage}},
		{"nothing in one that was never acknowledged", func(s *scene) {
			s.wrote("Q000003", 20)
			s.in.Wrote[2].Acked = time.Time{}
		}, nil},
		{"a message that was claimed and never answered", func(s *scene) {
			s.wrote("Q000003", 20)
			s.stored("Q000003", `"outcome":"replied","claim":{"reply_id":"x"}`)
		}, []audit.Oddity{audit.LostMessage}},
		{"a reply sent again after its receipt came", func(s *scene) {
			s.in.Traces = append(s.in.Traces, audit.Trace{ID: "out-Q000002-11", At: at(12)})
			s.sent("Q000002", 110)
		}, []audit.Oddity{audit.Unexplained}},
		{"a reply sent again although it was too early to say", func(s *scene) {
			s.sent("Q000002", 11+60)
		}, []audit.Oddity{audit.TooSoon}},
		{"the reason, when our clock jumped in between", func(s *scene) {
			s.sent("Q000002", 11+60)
			s.in.Jumps = []time.Time{at(40)}
		}, []audit.Oddity{audit.Hurried}},
		{"a reply sent again without a trace, and nobody told", func(s *scene) {
			s.sent("Q000002", 11+95)
		}, []audit.Oddity{audit.Unmarked}},
		{"the reason, when the stored reply says so", func(s *scene) {
			s.replied("Q000002", `"unproven":1`)
			s.sent("Q000002", 11+95)
		}, []audit.Oddity{audit.Explained}},
		{"a receipt that came too late to help", func(s *scene) {
			s.replied("Q000002", `"unproven":1`)
			s.sent("Q000002", 11+95)
			s.in.Traces = append(s.in.Traces, audit.Trace{ID: "out-Q000002-11", At: at(11 + 96)})
		}, []audit.Oddity{audit.Explained}},
		{"two replies under two references", func(s *scene) {
			s.sent("Q000002", 12)
			s.in.Sent[2].Ref = "home.other"
			s.put("C#home", "M#other", `{"direction":"out","in_reply_to":"message-Q000002"}`)
		}, []audit.Oddity{audit.Unexplained, audit.TwoReplies}},
		{"an earlier message answered later", func(s *scene) { s.in.Sent[0].At = at(30) }, []audit.Oddity{audit.OutOfOrder}},
		{"nothing when the later one was posted before the earlier was acknowledged", func(s *scene) {
			s.in.Sent[0].At = at(30)
			s.in.Wrote[0].Acked = at(10.05)
		}, nil},
		{"the reason, when the contact came under another id", func(s *scene) {
			s.in.Sent[0].At = at(30)
			s.in.Wrote[1].Identity = "other"
		}, []audit.Oddity{audit.Overtaken}},
		{"the reason, when a dead letter came to life", func(s *scene) {
			s.in.Sent[0].At = at(30)
			s.put("DEAD", "1", `{"queue":"inbox","group":"home","job_id":"wa-main/in-Q000001","reason":"gave up"}`)
		}, []audit.Oddity{audit.Revived}},
		{"a reply that the table does not know", func(s *scene) { s.remove("M#reply-Q000002") }, []audit.Oddity{audit.NotRecorded}},
		{"a reply that only the table knows", func(s *scene) {
			s.put("C#home", "M#ghost", `{"direction":"out"}`)
		}, []audit.Oddity{audit.NeverSent}},
		{"nothing in one that the table says was refused", func(s *scene) {
			s.put("C#home", "M#ghost", `{"direction":"out"}`)
			s.put("C#home", "R#ghost#failed", `{"status":"failed"}`)
		}, nil},
		{"an inbound message stored twice", func(s *scene) {
			s.put("C#home", "M#again", `{"direction":"in","channel_id":"in-Q000001","outcome":"replied"}`)
		}, []audit.Oddity{audit.StoredTwice}},
		{"two first messages of one day", func(s *scene) {
			for _, mark := range []string{"Q000001", "Q000002"} {
				s.stored(mark, `"outcome":"replied","facts":{"day":"2040-11-19","first_of_day":true}`)
			}
		}, []audit.Oddity{audit.CountedTwice}},
		{"people who were never told", func(s *scene) {
			s.wrote("Q000003", 20)
			s.stored("Q000003", `"outcome":"handed_off"`)
		}, []audit.Oddity{audit.NotOpen}},
		{"people without a reason", func(s *scene) {
			s.wrote("Q000003", 20)
			s.stored("Q000003", `"outcome":"handed_off"`)
			s.put("C#home", "HEAD", `{"id":"home","home":"home","status":"open","handed_off":"2040-11-19T09:00:20Z"}`)
		}, []audit.Oddity{audit.NoReason}},
		{"nothing when somebody worked on it since", func(s *scene) {
			s.wrote("Q000003", 20)
			s.stored("Q000003", `"outcome":"handed_off"`)
			s.in.Acts = []audit.Act{{Conversation: "home", At: at(60)}}
		}, nil},
		{"a dead letter of which nobody was told", func(s *scene) {
			s.wrote("Q000003", 20)
			s.put("DEAD", "1", `{"queue":"inbox","group":"home","job_id":"wa-main/in-Q000003","reason":"gave up"}`)
		}, []audit.Oddity{audit.NotOpen}},
		{"a change that was written over", func(s *scene) {
			s.put("C#home", "HEAD", `{"id":"home","home":"home","status":"resolved","tags":["a"]}`)
			s.in.Tags = []audit.Tag{{Conversation: "home", Tag: "a"}, {Conversation: "home", Tag: "b"}}
		}, []audit.Oddity{audit.Overwritten}},
		{"a reply of which the table says wrongly that it was refused", func(s *scene) {
			s.put("C#home", "R#reply-Q000002#failed", `{"status":"failed","faults":[{"code":42014}]}`)
		}, []audit.Oddity{audit.Misreported}},
		{"the reason, when it was its repeat that was refused", func(s *scene) {
			s.stored("Q000002", `"outcome":"handed_off","claim":{"reply_id":"reply-Q000002","first":"2040-11-19T09:00:10Z"}`)
			s.put("C#home", "R#reply-Q000002#failed", `{"status":"failed","faults":[{"code":95018}]}`)
			s.in.Acts = []audit.Act{{Conversation: "home", At: at(60)}}
		}, []audit.Oddity{audit.Overruled}},
		{"nothing when the channel says so, too", func(s *scene) {
			s.in.Sent[1].Failed = true
			s.put("C#home", "R#reply-Q000002#failed", `{"status":"failed","faults":[{"code":6}]}`)
		}, nil},
		{"a reply sent again although the channel knows it by its key", func(s *scene) {
			s.in.Recognised = audit.ForEver
			s.replied("Q000002", `"unproven":1`)
			s.sent("Q000002", 11+95)
		}, []audit.Oddity{audit.KeyedTwice}},
		{"the reason, when the key is too old to be known", func(s *scene) {
			s.in.Recognised = 60 * time.Second
			s.replied("Q000002", `"unproven":1`)
			s.sent("Q000002", 11+95)
		}, []audit.Oddity{audit.Explained}},
		{"a reply that the channel dropped without a word", func(s *scene) {
			s.in.Sent[1].Dropped, s.in.Sent[1].Unreached = true, true
			s.stored("Q000002", `"outcome":"silent"`)
		}, []audit.Oddity{audit.Swallowed}},
		{"a message whose reply reached nobody", func(s *scene) { s.in.Sent[1].Unreached = true }, []audit.Oddity{audit.LostMessage}},
		{"a welcome that nobody claimed", func(s *scene) {
			s.in.Sent = append(s.in.Sent, audit.Sent{ID: "w1", Welcome: true}, audit.Sent{ID: "w2", Welcome: true, Claimed: true})
		}, []audit.Oddity{audit.Unclaimed}},
		{"a person's message that the table does not know", func(s *scene) {
			s.in.Spoken = []audit.Spoken{{ID: "p1", At: at(5)}}
		}, []audit.Oddity{audit.Unheard}},
		{"nothing in one that it knows", func(s *scene) {
			s.in.Spoken = []audit.Spoken{{ID: "p1", At: at(5)}}
			s.put("C#home", "M#p1", `{"direction":"out","source":"agent","channel_id":"p1"}`)
		}, nil},
		{"nothing in one that is a dead letter", func(s *scene) {
			s.in.Spoken = []audit.Spoken{{ID: "p1", At: at(5)}}
			s.put("DEAD", "1", `{"queue":"inbox","group":"home","job_id":"kf-main/p1","reason":"gave up"}`)
		}, nil},
		{"a person's message stored twice", func(s *scene) {
			s.in.Spoken = []audit.Spoken{{ID: "p1", At: at(5)}}
			s.put("C#home", "M#p1", `{"direction":"out","source":"agent","channel_id":"p1"}`)
			s.put("C#home", "M#p2", `{"direction":"out","source":"agent","channel_id":"p1"}`)
		}, []audit.Oddity{audit.HeardTwice}},
		{"an access token fetched by two", func(s *scene) {
			s.in.Tokens = []audit.Token{{audit.TokenGiven, at(0)}, {audit.TokenGiven, at(1)}}
		}, []audit.Oddity{audit.Refetched}},
		{"an access token asked for again while it is good", func(s *scene) {
			s.in.Tokens = []audit.Token{{audit.TokenGiven, at(0)}, {audit.TokenAgain, at(1)}}
		}, []audit.Oddity{audit.Refetched}},
		{"nothing when it had ended", func(s *scene) {
			s.in.Tokens = []audit.Token{{audit.TokenGiven, at(0)}, {audit.TokenEnded, at(1)}, {audit.TokenGiven, at(2)}}
		}, nil},
		{"a second fetch after one end", func(s *scene) {
			s.in.Tokens = []audit.Token{{audit.TokenGiven, at(0)}, {audit.TokenEnded, at(1)}, {audit.TokenGiven, at(2)}, {audit.TokenGiven, at(3)}}
		}, []audit.Oddity{audit.Refetched}},
		{"nothing when the first was lost on the way", func(s *scene) {
			s.in.Tokens = []audit.Token{{audit.TokenGiven, at(0)}, {audit.TokenTrouble, at(1)}, {audit.TokenAgain, at(2)}}
		}, nil},
		{"nothing when its time had come, or our clock jumped", func(s *scene) {
			s.in.Tokens = []audit.Token{{audit.TokenGiven, at(0)}, {audit.TokenGiven, at(6900)}, {audit.TokenGiven, at(7900)}}
			s.in.Jumps = []time.Time{at(7500)}
		}, nil},
		{"an item that is no JSON of its kind", func(s *scene) { s.put("C#home", "R#x#sent", `[]`) }, []audit.Oddity{audit.Unreadable}},
	} {
		s := newScene(t)
		c.spoil(s)
		var got []audit.Oddity
		for _, f := range s.audit().Findings {
			got = append(got, f.Oddity)
		}
		slices.Sort(got)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestEveryAcknowledgedMessageHasOneClass(t *testing.T) {
	s := newScene(t)
	for mark, rest := range map[string]string{
		"Q000003": `"outcome":"silent"`, "Q000004": `"outcome":"ignored"`, "Q000005": `"outcome":"unanswered"`, "Q000006": `"outcome":"handed_off"`,
	} {
		s.wrote(mark, 20)
		s.stored(mark, rest)
	}
	s.put("C#home", "HEAD", `{"id":"home","home":"home","status":"open","reason":"complaint","handed_off":"2040-11-19T09:00:20Z"}`)
	s.wrote("Q000007", 20)
	s.put("DEAD", "1", `{"queue":"inbox","group":"home","job_id":"wa-main/in-Q000007","reason":"gave up"}`)
	s.wrote("Q000008", 20)
	r := s.audit()
	want := map[audit.Class]int{audit.Answered: 2, audit.Silent: 3, audit.People: 1, audit.Dead: 1, audit.Lost: 1}
	if fmt.Sprint(r.Classes) != fmt.Sprint(want) || r.Acked != 8 || len(r.Of) != 8 {
		t.Errorf("got %v of %d messages, want %v of 8", r.Classes, r.Acked, want)
	}
}

func TestABusyTableIsNoReport(t *testing.T) {
	s := newScene(t)
	s.in.Table = busy{s.table}
	if _, err := audit.Audit(context.Background(), s.in); err == nil || !strings.Contains(err.Error(), "busy") {
		t.Errorf("got error %v, want that the table is busy", err)
	}
}

type busy struct{ table.Table }

func (busy) Query(context.Context, table.Query) (table.Page, error) {
	return table.Page{}, table.ErrBusy
}
