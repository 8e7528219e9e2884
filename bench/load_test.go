package bench

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"frontdesk/shared/channel"
	"frontdesk/shared/whatsapp"
)

// What the made-up shop of all benchmarks is called on its channel.
const (
	number  = "106540352242922"
	account = "102290129340398"
	secret  = "sample-app-secret"
)

// channels is FRONTDESK_CHANNELS with one channel whose API is at a URL.
func channels(apiURL string) string {
	return fmt.Sprintf(`[{"id":"wa-main","kind":"whatsapp","phone_number_id":%q,"business_id":%q,"token":"sample-token",`+
		`"app_secret":%q,"verify_token":"sample-verify-token","api_url":%q}]`, number, account, secret, apiURL)
}

// phone is the made-up number of the n-th customer, wamid the id of their message.
func phone(n int) string { return fmt.Sprintf("1650555%07d", n) }

func wamid(n int) string { return fmt.Sprintf("wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQz%024d", n) }

// body is the webhook with the n-th customer's message, as Meta sends it.
func body(n int, at time.Time, text string) []byte {
	return fmt.Appendf(nil, `{"object":"whatsapp_business_account","entry":[{"id":%q,"changes":[{"field":"messages","value":`+
		`{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550783881","phone_number_id":%q},`+
		`"contacts":[{"profile":{"name":"Sheena Nelson"},"wa_id":%q,"user_id":"US.%020d"}],`+
		`"messages":[{"from":%q,"from_user_id":"US.%020d","id":%q,"timestamp":"%d","type":"text","text":{"body":%q}}]}}]}]}`,
		account, number, phone(n), n, phone(n), n, wamid(n), at.Unix(), text)
}

// delivery is a signed webhook as it goes over the wire, from the n-th customer.
type delivery struct {
	n       int
	request []byte
}

// question is what customers ask; the playbook of the benchmarks answers it.
const question = "hi what is the price?"

// deliveries makes signed webhooks of customers from to from+count.
func deliveries(from, count int) []delivery {
	all := make([]delivery, count)
	now := time.Now()
	for i := range all {
		b := body(from+i, now, question)
		var w bytes.Buffer
		w.WriteString("POST /webhooks/whatsapp HTTP/1.1\r\nHost: desk.example.com\r\nUser-Agent: facebookexternalua\r\nAccept: */*\r\n" +
			"Content-Type: application/json\r\nX-Hub-Signature-256: " + whatsapp.Sign(b, channel.Secret(secret)) +
			"\r\nContent-Length: " + strconv.Itoa(len(b)) + "\r\n\r\n")
		w.Write(b)
		all[i] = delivery{from + i, w.Bytes()}
	}
	return all
}

// line is one kept connection to a door.
type line struct {
	conn   net.Conn
	answer *bufio.Reader
}

func dial(host string) (*line, error) {
	conn, err := net.Dial("tcp", host)
	if err != nil {
		return nil, err
	}
	return &line{conn, bufio.NewReader(conn)}, nil
}

// post sends one delivery and waits until it is acknowledged.
func (l *line) post(d delivery) error {
	if _, err := l.conn.Write(d.request); err != nil {
		return err
	}
	r, err := http.ReadResponse(l.answer, nil)
	if err != nil {
		return err
	}
	defer r.Body.Close()
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		return err
	}
	if r.StatusCode != http.StatusOK {
		return fmt.Errorf("post a delivery: got status %d, want 200", r.StatusCode)
	}
	return nil
}

// outcome is what a load came to.
type outcome struct {
	rate  float64 // deliveries a second
	times []time.Duration
}

// closedLoop posts over so many connections, each with one delivery under way,
// until the time is over or the deliveries are used up.
func closedLoop(tb testing.TB, host string, c load) outcome {
	tb.Helper()
	var next atomic.Int64
	var all sync.WaitGroup
	times := make([][]time.Duration, c.connections)
	failed := make([]error, c.connections)
	began := time.Now()
	for i := range c.connections {
		all.Go(func() { times[i], failed[i] = c.work(host, &next, began.Add(c.time)) })
	}
	all.Wait()
	took := time.Since(began)
	var o outcome
	for i := range times {
		if failed[i] != nil {
			tb.Fatal(failed[i])
		}
		o.times = append(o.times, times[i]...)
	}
	o.rate = float64(len(o.times)) / took.Seconds()
	return o
}

// load says what closedLoop posts.
type load struct {
	connections int
	time        time.Duration
	deliveries  []delivery
}

func (c load) work(host string, next *atomic.Int64, end time.Time) (times []time.Duration, err error) {
	l, err := dial(host)
	if err != nil {
		return nil, err
	}
	defer l.conn.Close()
	for time.Now().Before(end) {
		i := int(next.Add(1)) - 1
		if i >= len(c.deliveries) {
			break
		}
		sent := time.Now()
		if err := l.post(c.deliveries[i]); err != nil {
			return nil, err
		}
		times = append(times, time.Since(sent))
	}
	return times, nil
}
