package ses

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Event is what SES tells of a mail after it took it.
type Event struct {
	// Complaint is true when the reader called it spam; else it came back for good.
	Complaint bool
	// Addresses are those that it is about.
	Addresses []string
}

// ErrEvent says that what came is no event of SES about a mail. Its text quotes nothing of it.
var ErrEvent = errors.New("not an SES event about a mail")

// ParseEvent reads the event that EventBridge hands over when SES has news of a mail. The
// event has no addresses when it is no reason to stop: a delay, a full mailbox, a reader who
// says that it is no spam.
//
// Sources: AWS, "Monitoring SES events using Amazon EventBridge" (the detail is the record that SES
// publishes elsewhere, too) and "Contents of event data that Amazon SES publishes to Amazon
// SNS" (bounceType, complaintFeedbackType).
func ParseEvent(raw []byte) (Event, error) {
	var e struct {
		Source string `json:"source"`
		Detail *struct {
			EventType string `json:"eventType"`
			Bounce    *struct {
				BounceType        string   `json:"bounceType"`
				BouncedRecipients []person `json:"bouncedRecipients"`
			} `json:"bounce"`
			Complaint *struct {
				ComplaintFeedbackType string   `json:"complaintFeedbackType"`
				ComplainedRecipients  []person `json:"complainedRecipients"`
			} `json:"complaint"`
		} `json:"detail"`
	}
	if err := json.Unmarshal(raw, &e); err != nil || e.Source != "aws.ses" || e.Detail == nil {
		return Event{}, fmt.Errorf("read an event: %w", ErrEvent)
	}
	switch d := e.Detail; {
	case d.EventType == "Bounce" && d.Bounce != nil:
		if d.Bounce.BounceType != "Permanent" {
			return Event{}, nil
		}
		return Event{Addresses: addresses(d.Bounce.BouncedRecipients)}, nil
	case d.EventType == "Complaint" && d.Complaint != nil:
		if d.Complaint.ComplaintFeedbackType == "not-spam" {
			return Event{Complaint: true}, nil
		}
		return Event{Complaint: true, Addresses: addresses(d.Complaint.ComplainedRecipients)}, nil
	case d.EventType == "":
		return Event{}, fmt.Errorf("read an event: %w", ErrEvent)
	}
	return Event{}, nil
}

type person struct {
	EmailAddress string `json:"emailAddress"`
}

// addresses are bare; SES writes some as "name <address>".
func addresses(people []person) []string {
	var out []string
	for _, p := range people {
		a := p.EmailAddress
		if i := strings.LastIndexByte(a, '<'); i >= 0 && strings.HasSuffix(a, ">") {
			a = a[i+1 : len(a)-1]
		}
		if a = strings.TrimSpace(a); a != "" {
			out = append(out, a)
		}
	}
	return out
}
