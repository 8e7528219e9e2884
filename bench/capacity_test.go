package bench

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk/shared/inbox"
	"frontdesk/shared/message"
	"frontdesk/shared/receipts"
	"frontdesk/shared/record"
	"frontdesk/shared/table/dynamo"
	"frontdesk/shared/table/dynamo/local"
)

var emulator local.Server

// What DynamoDB costs on demand, in dollars per million units: third-party
// figures for us-east-1, standard table class.
const (
	readPrice  = 0.125
	writePrice = 0.625
)

// What an answered message may consume, receipts apart.
const (
	maxReads      = 1
	maxWrites     = 2
	maxWriteUnits = 8
)

// used is what DynamoDB Local says that calls consumed.
type used struct {
	reads, writes         int
	readUnits, writeUnits float64
}

// meter adds up what is used.
type meter struct {
	mu sync.Mutex
	used
}

// take returns what was used since it was asked last.
func (m *meter) take() used {
	m.mu.Lock()
	defer m.mu.Unlock()
	u := m.used
	m.used = used{}
	return u
}

func (m *meter) add(op string, read, write float64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch op {
	case "GetItem", "BatchGetItem", "Query":
		m.reads++
	default:
		m.writes++
	}
	m.readUnits += read
	m.writeUnits += write
}

// consumed is what one message, or one receipt, took.
type consumed struct {
	what    string
	receipt bool
	used
	// billRead and billWrite are the units that AWS would count, see bill.
	billRead, billWrite int
}

// dollars is the price of a million of these on AWS.
func (c consumed) dollars() float64 {
	return float64(c.billRead)*readPrice + float64(c.billWrite)*writePrice
}

// texts are questions of usual length, and one that gets a reply with buttons.
var texts = []struct{ name, text string }{
	{"English", "Hello, I saw your shop on the weekend. What is the price of the green tea, and do you deliver?"},
	{"Chinese", "你好，我周末看到了你们的店，请问绿茶多少钱，可以送货吗？"},
	{"English, buttons", "Hi there! Could you please show me the menu again?"},
	{"Chinese, buttons", "您好，可以再给我看一下菜单吗？谢谢！"},
}

// consume has every text answered for a new contact, for the same one a little
// later and on the next day, and records a receipt of the last reply. The number of
// the live playbook is asked for each time, as it is when few write.
func consume(tb testing.TB) []consumed {
	tb.Helper()
	var m meter
	b := &bill{Table: emulator.Table(tb, dynamo.Options{Meter: m.add})}
	s := record.New(b)
	publish(tb, s)
	morning := time.Date(time.Now().Year(), 11, 23, 2, 0, 0, 0, time.UTC)
	c := newCounter(tb, s, morning)
	c.serve(inbound(0, 0, c.now, "price")) // loads the playbook
	var all []consumed
	id := 0
	take := func(what string, receipt bool, work func()) {
		m.take()
		b.take()
		work()
		counted := b.take()
		all = append(all, consumed{what, receipt, m.take(), counted.read, counted.write})
	}
	for i, t := range texts {
		for _, visit := range []struct {
			name string
			at   time.Time
		}{{"first ever", morning}, {"later that day", morning.Add(time.Hour)}, {"first of a day", morning.AddDate(0, 0, 1)}} {
			c.now = visit.at.Add(time.Duration(i+1) * time.Minute)
			id++
			take(t.name+", "+visit.name, false, func() { c.serve(inbound(i+1, id, c.now, t.text)) })
		}
	}
	take("receipt", true, func() { receive(c, s, c.now) })
	take("receipt of yesterday's reply", true, func() { receive(c, s, c.now.AddDate(0, 0, 1)) })
	return all
}

// receive records that the last reply was delivered.
func receive(c *counter, s *record.Store, at time.Time) {
	r := message.Receipt{
		Channel: "wa-main", ID: wamid(1_000_000 + c.sent), Ref: c.ref, Status: message.Delivered, Time: at, Recipient: customer(1),
		Pricing: &message.Pricing{Model: "PMP", Type: "free_customer_service", Category: "service"},
	}
	body, err := json.Marshal(message.Report{Receipt: &r})
	if err != nil {
		c.tb.Fatal(err)
	}
	receiver := receipts.Receiver{Store: s, Zone: c.desk.Zone, Now: func() time.Time { return at }, Log: slog.New(slog.DiscardHandler)}
	if err := receiver.Handle(c.tb.Context(), inbox.Job{ID: r.ID, Group: "g", Body: body, Attempt: 1}); err != nil {
		c.tb.Fatal(err)
	}
}

func TestAnAnsweredMessageTakesOneReadAndTwoWrites(t *testing.T) {
	for _, c := range consume(t) {
		t.Run(c.what, func(t *testing.T) {
			reads, writes, units := maxReads, maxWrites, float64(maxWriteUnits)
			if c.receipt {
				reads, writes = 0, 1
			}
			if c.reads > reads || c.writes > writes || c.writeUnits > units || c.billWrite > maxWriteUnits {
				t.Errorf("got %d reads, %d writes, %.1f write units (AWS: %d), want at most %d, %d and %.0f",
					c.reads, c.writes, c.writeUnits, c.billWrite, reads, writes, units)
			}
			if c.writes == 0 || c.writeUnits == 0 || !c.receipt && c.readUnits == 0 {
				t.Errorf("got %+v: the meter saw nothing", c.used)
			}
		})
	}
}

func capacity(tb testing.TB, s *sheet) {
	rows := [][]string{{"message", "reads", "writes", "read units", "(AWS)", "write units", "(AWS)", "$ per million", "target"}}
	for _, c := range consume(tb) {
		target := s.verdict("≤ 1 read, ≤ 2 writes, ≤ 8 write units",
			c.reads <= maxReads && c.writes <= maxWrites && max(c.writeUnits, float64(c.billWrite)) <= maxWriteUnits)
		if c.receipt {
			target = s.verdict("1 write", c.reads == 0 && c.writes == 1)
		}
		rows = append(rows, []string{c.what, fmt.Sprint(c.reads), fmt.Sprint(c.writes), units(c.readUnits), fmt.Sprint(c.billRead),
			units(c.writeUnits), fmt.Sprint(c.billWrite), fmt.Sprintf("%.2f", c.dollars()), target})
	}
	s.table(fmt.Sprintf("Table calls; units as DynamoDB Local reports them and (AWS) by AWS's own rounding; dollars of the latter at %.3f a million\n"+
		"read units and %.3f a million write units (on demand, us-east-1, third-party figures), without storage, queues, functions", readPrice, writePrice), rows)
}

func units(n float64) string { return strings.TrimSuffix(fmt.Sprintf("%.1f", n), ".0") }
