package clockwork_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"frontdesk/shared/clockwork"
	"frontdesk/shared/conversation"
	"frontdesk/shared/desk"
	"frontdesk/shared/erase"
	"frontdesk/shared/inbox"
	"frontdesk/shared/live"
	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
	"frontdesk/shared/record"
	"frontdesk/shared/report"
	"frontdesk/shared/rollup"
	"frontdesk/shared/table/bolt"
	"frontdesk/shared/week"
)

// past is a made-up history that the real desk lives through, and what a slow second
// reckoning makes of the same events.
type past struct {
	t     *rapid.T
	now   time.Time
	zone  *time.Location
	desk  *desk.Desk
	store *record.Store
	roll  *clockwork.Rollup
	sent  []sentOne
	said  []message.Inbound
	true  *reckoning
}

type sentOne struct {
	ref string
	at  time.Time
	// gone: whom it was sent to has been erased.
	gone bool
}

const truthBook = `{"languages": ["en"], "safety": {"cap": {"off": true}, "loop": {"off": true}, "quick": "off", "return": {"off": true}},
  "templates": [{"id": "price", "name": "Price", "variants": [{"language": "en", "shape": "text", "text": "Nine."}]},
    {"id": "team", "name": "Team", "variants": [{"language": "en", "shape": "text", "text": "A colleague will answer."}]}],
  "filters": [{"id": "price", "name": "Price", "when": {"whole_word": ["price"]}, "then": {"reply": "price", "tag": ["prices"]}},
    {"id": "person", "name": "Person", "when": {"whole_word": ["person"]}, "then": {"reply": "team", "assign": "care", "hand_off": true}}],
  "hours": [{"id": "office", "name": "Office", "time_zone": "%s", "weekly": {"mon": ["09:00-18:00"], "tue": ["09:00-18:00"], "wed": ["09:00-18:00"], "thu": ["09:00-18:00"], "fri": ["22:00-06:00"], "sun": ["00:00-04:00"]},
    "exceptions": [{"date": "2026-12-31"}, {"date": "2027-01-02", "spans": ["10:00-14:00"]}, {"date": "2026-10-24", "spans": ["09:00-12:00"]}]}],
  "teams": [{"id": "care", "name": "Care", "calendar": "office", "sla": {"first": "30m", "next": "2h"}, "members": [{"id": "ana"}]}]}`

func newPast(t *rapid.T, dir string, zone string, start time.Time) *past {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	p := &past{t: t, now: start, zone: loc, true: newReckoning(loc)}
	clock := func() time.Time { return p.now }
	db, err := bolt.Open(filepath.Join(dir, "desk.db"), bolt.Options{Now: clock, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	p.store = record.New(db)
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	var book playbook.Playbook
	if err := json.Unmarshal(fmt.Appendf(nil, truthBook, zone), &book); err != nil {
		t.Fatal(err)
	}
	if err := p.store.Publish(context.Background(), book, record.VersionInfo{Number: 1, At: start}, record.Audit{ID: "1", At: start}); err != nil {
		t.Fatal(err)
	}
	p.roll = &clockwork.Rollup{Store: p.store, Zone: loc, Now: clock, Log: log}
	p.desk = &desk.Desk{
		Store: p.store, Live: &live.Cache{Store: p.store}, Zone: loc, Now: clock, Entropy: chance{rand.New(rand.NewPCG(1, 2))}, Attempts: 3, Log: log,
		Send: func(_ context.Context, out message.Outgoing) (string, error) {
			p.sent = append(p.sent, sentOne{ref: out.Ref, at: p.now})
			return fmt.Sprint("wamid.OUT", len(p.sent)), nil
		},
	}
	return p
}

type chance struct{ r *rand.Rand }

func (c chance) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(c.r.Uint32())
	}
	return len(b), nil
}

func somebody(n int) message.Person {
	return message.Person{Phone: fmt.Sprintf("1555010%04d", n)}
}

// step is one event of the past.
func (p *past) step(n int) {
	pause := rapid.SampledFrom([]int{1, 7, 45, 200, 700, 1440, 1900, 3000}).Draw(p.t, "pause")
	p.now = p.now.Add(time.Duration(pause) * time.Minute)
	who := rapid.IntRange(0, 2).Draw(p.t, "who")
	id := conversation.ID("wa-main", somebody(who))
	ctx := context.Background()
	switch rapid.SampledFrom([]string{"price", "price", "person", "hm", "again", "agent", "agent", "resolve", "receipt", "erase"}).Draw(p.t, "what") {
	case "price":
		p.says(n, who, "price")
	case "person":
		p.says(n, who, "person")
	case "hm":
		p.says(n, who, "hm")
	case "again":
		if len(p.said) > 0 {
			p.hand(p.said[n%len(p.said)])
		}
	case "agent":
		if _, err := p.desk.Answer(ctx, id, "ana", "Hello"); err == nil {
			p.true.people(who, p.now)
		}
	case "resolve":
		if _, err := p.desk.Resolve(ctx, id); err == nil {
			p.true.resolve(who, p.now)
		}
	case "receipt":
		p.receipt(n)
	case "erase":
		p.erase(who)
	}
}

// erase removes somebody, sometimes on the day on which they wrote: whoever writes again is
// new.
func (p *past) erase(who int) {
	id := conversation.ID("wa-main", somebody(who))
	eraser := erase.Eraser{Store: p.store, Entropy: p.desk.Entropy}
	if err := eraser.Contact(context.Background(), id); err != nil && !errors.Is(err, record.ErrNotFound) {
		p.t.Fatal(err)
	}
	for i, s := range p.sent {
		home, _, _ := conversation.ParseRef(s.ref)
		p.sent[i].gone = s.gone || home == id
	}
	p.said = slices.DeleteFunc(p.said, func(m message.Inbound) bool { return m.From == somebody(who) })
	p.true.erase(who)
}

func (p *past) says(n, who int, text string) {
	m := message.Inbound{Channel: "wa-main", ID: fmt.Sprint("wamid.", n), From: somebody(who), Time: p.now, Type: "text", Text: text}
	p.said = append(p.said, m)
	p.hand(m)
	p.true.says(who, text, p.now)
}

func (p *past) hand(m message.Inbound) {
	body, err := json.Marshal(m)
	if err != nil {
		p.t.Fatal(err)
	}
	if err := p.desk.Handle(context.Background(), inbox.Job{ID: m.ID, Body: body, Attempt: 1}); err != nil {
		p.t.Fatal(err)
	}
}

// receipt is a late one, of any message of ours: its day is made again.
func (p *past) receipt(n int) {
	if len(p.sent) == 0 {
		return
	}
	i := n % len(p.sent)
	if p.sent[i].gone {
		return // it changes no figure
	}
	home, reply, ok := conversation.ParseRef(p.sent[i].ref)
	if !ok {
		p.t.Fatal("no reference of ours")
	}
	day := week.Day(conversation.IDTime(reply), p.zone)
	r := conversation.Receipt{ReplyID: reply, Receipt: message.Receipt{
		Channel: "wa-main", Status: message.Delivered, Time: p.now, Pricing: &message.Pricing{Billable: i%2 == 0, Category: "utility"},
	}}
	if err := p.store.Receive(context.Background(), home, r, day); err != nil {
		p.t.Fatal(err)
	}
	p.true.delivered[p.sent[i].ref] = i%2 == 0
}

// report rolls up every day of the past and reports on all of it.
func (p *past) report(from, to time.Time) (report.Period, []rollup.Row) {
	days, err := week.Between(week.Day(from, p.zone), week.Day(to, p.zone))
	if err != nil {
		p.t.Fatal(err)
	}
	for _, day := range days {
		if err := p.roll.Day(context.Background(), day); err != nil {
			p.t.Fatal(err)
		}
	}
	rows := p.rows(days)
	out, err := report.BuildPeriod(days[0], days[len(days)-1], rows, report.Options{})
	if err != nil {
		p.t.Fatal(err)
	}
	return out, rows
}

func (p *past) rows(days []string) []rollup.Row {
	var rows []rollup.Row
	seen := map[string]bool{}
	for _, day := range days {
		w, err := week.OfDay(day)
		if err != nil || seen[w] {
			continue
		}
		seen[w] = true
		stored, err := p.store.KPIRows(context.Background(), w)
		if err != nil {
			p.t.Fatal(err)
		}
		for _, s := range stored {
			var row rollup.Row
			if err := json.Unmarshal(s.Body, &row); err != nil {
				p.t.Fatal(err)
			}
			rows = append(rows, row)
		}
	}
	return rows
}

// Two reckonings that share nothing must agree, whatever happened: repeats, late receipts,
// chats that come back, people who are erased, clock changes, holidays, borders of years and
// weeks.
func TestTheFiguresAreTrue(t *testing.T) {
	starts := []struct {
		zone  string
		start time.Time
	}{
		{"Europe/Berlin", time.Date(2026, 10, 22, 6, 0, 0, 0, time.UTC)},
		{"America/New_York", time.Date(2026, 12, 28, 3, 0, 0, 0, time.UTC)},
		{"Asia/Shanghai", time.Date(2026, 12, 29, 15, 0, 0, 0, time.UTC)},
		{"Australia/Lord_Howe", time.Date(2027, 4, 2, 0, 0, 0, 0, time.UTC)},
	}
	rapid.Check(t, func(rt *rapid.T) {
		s := rapid.SampledFrom(starts).Draw(rt, "place")
		p := newPast(rt, t.TempDir(), s.zone, s.start)
		for n := range rapid.IntRange(1, 30).Draw(rt, "events") {
			p.step(n)
		}
		end := p.now
		p.now = p.now.Add(24 * time.Hour)
		got, rows := p.report(s.start, end)
		p.true.check(rt, got, rows)
	})
}
