package world

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"frontdesk/shared/channel"
	"frontdesk/shared/conversation"
	"frontdesk/shared/message"
	"frontdesk/shared/sandbox"
	"frontdesk/shared/table"
	"frontdesk/shared/whatsapp"
	"frontdesk/soak/audit"
	"frontdesk/soak/fault"
	"frontdesk/soak/sim"
)

const (
	waChannel   = "wa-main"
	phoneNumber = "106540352242922"
	account     = "102290129340398"
)

// whatsappSide is a WhatsApp number, played by the sandbox.
type whatsappSide struct {
	w       *World
	sandbox *sandbox.Sandbox
	code    *sandbox.Fault // of the next request
}

func (s *whatsappSide) channels() []channel.Channel {
	return []channel.Channel{{
		ID: waChannel, Kind: message.WhatsApp, APIURL: "https://graph.example/v26.0", Token: token,
		PhoneNumberID: phoneNumber, BusinessID: account, AppSecrets: []channel.Secret{appSecret}, VerifyToken: verifyToken,
	}}
}

func (s *whatsappSide) secrets() map[string]string {
	return map[string]string{"the access token": token, "the app secret": appSecret, "the verify token": verifyToken, "a phone number": phonePrefix}
}

func (s *whatsappSide) open() (err error) {
	w := s.w
	s.sandbox, err = sandbox.New(sandbox.Config{
		Numbers: []sandbox.Number{{
			PhoneNumberID: phoneNumber, DisplayNumber: "15550783881", BusinessID: account, Token: token, AppSecret: appSecret,
		}},
		Templates: []sandbox.Template{{Name: "prices_en", Language: "en", Params: 1, Body: "Your prices. You wrote: {{1}}"}},
		Post:      s.post, Receipts: s.receipts, Keep: 1 << 40,
		Fault: func(sandbox.Request) *sandbox.Fault { return s.code },
		Now:   w.sim.Now, Entropy: w.entropy,
		After: func(d time.Duration, f func()) { w.sim.After(d, func() { w.sim.Go(outside, f) }) },
	})
	return err
}

// begin picks the times at which every call is refused.
func (s *whatsappSide) begin() {
	w := s.w
	w.expired = w.faults.Spans(w.sim.Now(), w.ends, 90*time.Minute, 5*time.Minute)
	w.faults.Count(fault.Expired, len(w.expired))
}

func (s *whatsappSide) burst() int { return 0 }

func (s *whatsappSide) customer(i int) *customer {
	c := &customer{person: message.Person{Phone: fmt.Sprintf("%s%04d", phonePrefix, i%10000), Name: nameMark}}
	if s.w.chance.IntN(5) == 0 {
		c.userID, c.moves = fmt.Sprintf("US.%s%d", userMark, i), s.w.chance.IntN(12)
	}
	return c
}

func (s *whatsappSide) write(c *customer, text string) (message.Person, string) {
	from := sandbox.Customer{Phone: c.person.Phone, Name: c.person.Name}
	moved := c.userID != "" && c.wrote > c.moves
	if moved {
		from.UserID = c.userID
	}
	id, err := s.sandbox.Any(context.Background(), phoneNumber, from, sandbox.Text(text))
	if err == nil && moved && c.wrote == c.moves+1 {
		s.w.faults.Note(fault.Moved, id)
	}
	return message.Person{UserID: from.UserID, Phone: from.Phone}, id
}

func (s *whatsappSide) serve(message.Person, string, conversation.Head) bool { return false }

// post takes a webhook of the channel to the door, and repeats it as told.
func (s *whatsappSide) post(_ context.Context, body []byte, signature string) error {
	w, d := s.w, parse(body)
	l := letter{
		path: "/webhooks/whatsapp", header: http.Header{whatsapp.SignatureHeader: {signature}}, body: body, subject: d.subject(),
		acked: func(now time.Time) { w.ledger.acknowledged(d, now) },
	}
	if t := w.sim.Current(); t != nil && t.Subject == "" {
		t.Subject = l.subject
	}
	known := w.ledger.wrote[l.subject] != nil
	if !known && w.faults.Strike(fault.Disorder, l.subject) {
		w.sim.Sleep(w.faults.Between(0, 20*time.Second))
	}
	w.ledger.posted(d, w.sim.Now())
	if !known {
		s.repeat(d, l)
	}
	if w.deliver(l) != http.StatusOK {
		return errNot200
	}
	return nil
}

// repeat plans further deliveries of the same webhook.
func (s *whatsappSide) repeat(d delivery, l letter) {
	w := s.w
	if d.customers() > 0 {
		w.repeat(l)
	} else if w.faults.Strike(fault.ReceiptTwice, l.subject) {
		w.again(l, w.faults.Between(0, time.Minute))
	}
}

// receipts plans what follows an accepted message.
func (s *whatsappSide) receipts(m sandbox.SentMessage) []sandbox.Receipt {
	w := s.w
	subject := w.subject()
	plan := sandbox.Usual(m)
	if w.faults.Strike(fault.ReceiptFailed, subject) {
		w.ledger.failed[m.ID] = true
		return []sandbox.Receipt{{Status: message.Failed, After: w.faults.Between(time.Second, 30*time.Second), Code: 131026}}
	}
	if w.faults.Strike(fault.ReceiptTurned, subject) {
		plan[0].After, plan[2].After = plan[2].After, plan[0].After
	}
	var late time.Duration
	switch k, _ := w.faults.First(subject, fault.ReceiptGone, fault.ReceiptOver90, fault.ReceiptLate); k {
	case fault.ReceiptGone:
		return nil
	case fault.ReceiptOver90:
		late = w.faults.Between(91*time.Second, 10*time.Minute)
	case fault.ReceiptLate:
		late = w.faults.Between(2*time.Second, 60*time.Second)
	}
	for i := range plan {
		plan[i].After += late
	}
	return plan
}

// call gives the request to the sandbox, with the code that it shall answer.
func (s *whatsappSide) call(req *http.Request, body []byte) *recorder {
	s.code = s.refusal()
	in := req.Clone(context.Background())
	in.Body = io.NopCloser(bytes.NewReader(body))
	rec := &recorder{header: http.Header{}}
	s.sandbox.ServeHTTP(rec, in)
	s.code = nil
	return rec
}

// refusal is the error that the channel answers this time, if it does.
func (s *whatsappSide) refusal() *sandbox.Fault {
	w := s.w
	if fault.In(w.expired, w.sim.Now()) >= 0 {
		w.faults.Touch(fault.Expired, w.subject())
		return &sandbox.Fault{Code: 190}
	}
	if w.faults.Strike(fault.Limit, w.subject()) {
		f := &sandbox.Fault{Code: s.pick(message.Retry, message.RetryPair), Status: http.StatusTooManyRequests}
		if w.faults.Pick(2) == 0 {
			f.RetryAfter = 1 + w.faults.Pick(30)
		}
		return f
	}
	if w.faults.Strike(fault.Refused, w.subject()) {
		return &sandbox.Fault{Code: s.pick(message.RetryLong, message.SwitchForm, message.Drop, message.Bug)}
	}
	return nil
}

// pick picks an error code of the channel of some classes.
func (s *whatsappSide) pick(classes ...message.Class) int {
	var fit []int
	for _, c := range whatsapp.Codes() {
		if slices.Contains(classes, c.Class) {
			fit = append(fit, c.First)
		}
	}
	return fit[s.w.faults.Pick(len(fit))]
}

func (s *whatsappSide) lost(*http.Request)      {}
func (s *whatsappSide) stored(table.Key, error) {}
func (s *whatsappSide) killed(*sim.Task)        {}

func (s *whatsappSide) seen(in *audit.Input) {
	for _, m := range s.sandbox.Sent() {
		in.Sent = append(in.Sent, audit.Sent{ID: m.ID, Ref: m.Ref, Text: m.Content.Text, At: m.At, Failed: s.w.ledger.failed[m.ID]})
	}
}

func (s *whatsappSide) close() { s.sandbox.Close() }

// delivery is what a webhook holds, as far as the ledger goes.
type delivery struct {
	Entry []struct {
		Changes []struct {
			Value struct {
				Messages []struct {
					ID   string `json:"id"`
					From string `json:"from"`
					User string `json:"from_user_id"`
					Text struct {
						Body string `json:"body"`
					} `json:"text"`
				} `json:"messages"`
				Statuses []struct {
					ID  string `json:"id"`
					Ref string `json:"biz_opaque_callback_data"`
				} `json:"statuses"`
			} `json:"value"`
		} `json:"changes"`
	} `json:"entry"`
}

func parse(body []byte) delivery {
	var d delivery
	_ = json.Unmarshal(body, &d) // the sandbox wrote it
	return d
}

// subject is what a delivery is about: a message's id, or a reply's reference.
func (d delivery) subject() string {
	for _, e := range d.Entry {
		for _, c := range e.Changes {
			for _, m := range c.Value.Messages {
				return m.ID
			}
			for _, s := range c.Value.Statuses {
				return s.Ref
			}
		}
	}
	return ""
}

// customers is how many messages a delivery holds.
func (d delivery) customers() int {
	n := 0
	for _, e := range d.Entry {
		for _, c := range e.Changes {
			n += len(c.Value.Messages)
		}
	}
	return n
}
