package bench

import (
	"fmt"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"frontdesk/shared/channel"
	"frontdesk/shared/conversation"
	"frontdesk/shared/lambdatest"
	"frontdesk/shared/message"
	"frontdesk/shared/whatsapp"
)

// The events of the functions: each call is about a contact and a message that
// none before was about, so that every call does its whole work.

// firstContact keeps the contacts of the events apart from those of the table.
const firstContact = 1_000_000

func webhookEvent(s *side, n int) []byte {
	var e events.APIGatewayV2HTTPRequest
	sample(s, "webhook-post.json", &e)
	b := body(firstContact+n, time.Now(), question)
	e.Body = string(b)
	e.Headers["x-hub-signature-256"] = whatsapp.Sign(b, channel.Secret(secret))
	e.Headers["content-length"] = fmt.Sprint(len(b))
	return encode(s, e)
}

func deskEvent(s *side, n int) []byte {
	m := inbound(firstContact+n, firstContact+n, time.Now(), question)
	return queued(s, "desk.json", m.Channel+"/"+m.ID, conversation.ID(m.Channel, m.From), m)
}

func receiptsEvent(s *side, n int) []byte {
	who, now := customer(firstContact+n), time.Now()
	home := conversation.ID("wa-main", who)
	r := message.Receipt{
		Channel: "wa-main", ID: wamid(firstContact + n), Status: message.Delivered, Time: now.Truncate(time.Second), Recipient: who,
		Ref:     conversation.Ref(home, conversation.NewID(now, fmt.Appendf(nil, "%06d", n%1_000_000))),
		Pricing: &message.Pricing{Model: "PMP", Type: "free_customer_service", Category: "service"},
	}
	return queued(s, "receipts.json", r.ID+"/delivered", home, message.Report{Receipt: &r})
}

// queued is a batch of one job, as SQS delivers it.
func queued(s *side, name, id, group string, job any) []byte {
	var e events.SQSEvent
	sample(s, name, &e)
	record := &e.Records[0]
	record.Body = string(encode(s, job))
	record.Attributes["MessageGroupId"], record.Attributes["MessageDeduplicationId"] = group, id
	return encode(s, e)
}

// timersEvent finds one dead letter.
func timersEvent(s *side, n int) []byte {
	m := inbound(firstContact+n, firstContact+n, time.Now(), question)
	s.cloud.SQS.Load(lambdatest.InboxDeadURL, lambdatest.Sent{
		Body: string(encode(s, m)), Group: conversation.ID(m.Channel, m.From), Dedup: m.Channel + "/" + m.ID,
	})
	return []byte("{}")
}

// rollupEvent is the night after the day of the conversations.
func rollupEvent(*side, int) []byte { return []byte(`{"at":"2026-11-18T19:10:00Z"}`) }

// weekEvent finds that nobody has had the week's mail.
func weekEvent(s *side, _ int) []byte {
	s.clean("MAIL#"+reportWeek, "boss")
	return []byte(`{"week":"` + reportWeek + `"}`)
}

func adminEvent(s *side, _ int) []byte {
	var e events.APIGatewayV2HTTPRequest
	sample(s, "admin-get.json", &e)
	return encode(s, e)
}
