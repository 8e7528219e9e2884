package load

import (
	"fmt"
	"strconv"
	"sync"
	"time"

	secrets "frontdesk/shared/channel"
	"frontdesk/shared/message"
	"frontdesk/shared/whatsapp"
)

// One of every eleven webhooks is a message: 300 of 3,300.
const (
	perSecond = 3300
	cycle     = 11
	messages  = perSecond / cycle
)

// fresh says which places of a cycle are for receipts of this run's replies.
func fresh(place int) bool { return place == 0 || place == 3 || place == 6 }

// tidings is a receipt to be posted.
type tidings struct {
	reply
	status message.Status
}

// statuses is what is told of each reply.
var statuses = []message.Status{message.Sent, message.Delivered, message.Read}

// older is the n-th receipt of replies from before the run: a thousand were sent,
// then the same were delivered, then read.
func older(replies []reply, n int) tidings {
	const block = 1000
	i := n/(block*len(statuses))*block + n%block
	return tidings{replies[i], statuses[n/block%len(statuses)]}
}

// due keeps the receipts of this run's replies until they are due.
type due struct {
	mu    sync.Mutex
	queue []waiting
}

type waiting struct {
	tidings
	from time.Time
}

// receiptsAfter is how long after a reply its receipts come.
const receiptsAfter = time.Second

func (d *due) add(r reply, sent time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, s := range statuses {
		d.queue = append(d.queue, waiting{tidings{r, s}, sent.Add(receiptsAfter)})
	}
}

func (d *due) take(now time.Time) (tidings, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.queue) == 0 || now.Before(d.queue[0].from) {
		return tidings{}, false
	}
	first := d.queue[0]
	d.queue = d.queue[1:]
	return first.tidings, true
}

// wamid is the channel's id of the n-th customer's message in this run.
func wamid(n int) string { return fmt.Sprintf("wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQz%024d", n) }

// value is the part of a webhook that one number is told, around what it is told.
const (
	before = `{"object":"whatsapp_business_account","entry":[{"id":"` + account + `","changes":[{"field":"messages","value":` +
		`{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550783881","phone_number_id":"` + number + `"},`
	after = `}}]}]}`
)

// written is the webhook with the n-th customer's message.
func written(n int, at time.Time) []byte {
	return fmt.Appendf(nil, before+`"contacts":[{"profile":{"name":"Sheena Nelson"},"wa_id":"%[1]s","user_id":"US.%020[2]d"}],`+
		`"messages":[{"from":"%[1]s","from_user_id":"US.%020[2]d","id":"%[3]s","timestamp":"%[4]d","type":"text","text":{"body":"%[5]s"}}]`+after,
		phone(n), n, wamid(n), at.Unix(), question)
}

// told is the webhook with these receipts.
func told(at time.Time, all ...tidings) []byte {
	b := fmt.Appendf(nil, before+`"contacts":[{"profile":{"name":"Sheena Nelson"},"wa_id":"%s","user_id":"US.%020d"}],"statuses":[`,
		phone(all[0].customer), all[0].customer)
	for i, r := range all {
		if i > 0 {
			b = append(b, ',')
		}
		b = fmt.Appendf(b, `{"id":"%[1]s","status":"%[2]s","timestamp":"%[3]d","recipient_id":"%[4]s","recipient_user_id":"US.%020[5]d",`+
			`"biz_opaque_callback_data":"%[6]s","pricing":{"billable":false,"pricing_model":"PMP","type":"free_customer_service","category":"service"}}`,
			r.wamid, r.status, at.Unix(), phone(r.customer), r.customer, r.ref)
	}
	return append(b, "]"+after...)
}

// request is a signed delivery as it goes over the wire.
func request(body []byte) []byte {
	w := make([]byte, 0, 300+len(body))
	w = append(w, "POST /webhooks/whatsapp HTTP/1.1\r\nHost: desk.example.com\r\nUser-Agent: facebookexternalua\r\nAccept: */*\r\n"+
		"Content-Type: application/json\r\nX-Hub-Signature-256: "...)
	w = append(w, whatsapp.Sign(body, secrets.Secret(secret))...)
	w = append(w, "\r\nContent-Length: "...)
	w = strconv.AppendInt(w, int64(len(body)), 10)
	w = append(w, "\r\n\r\n"...)
	return append(w, body...)
}
