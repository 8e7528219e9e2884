package webhook

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"frontdesk/shared/deadletter"
	"frontdesk/shared/inbox"
	"frontdesk/shared/whatsapp"
)

// Back says how dead letters are put back: jobs on their queues, deliveries
// through the door again. A delivery was signed when it came; by now a channel
// may have been added, or the program may read what it could not read before.
func (d *Door) Back() map[string]func(context.Context, inbox.Job) error {
	return map[string]func(context.Context, inbox.Job) error{
		deadletter.Inbox:    func(ctx context.Context, job inbox.Job) error { return d.Inbox.Put(ctx, job) },
		deadletter.Receipts: func(ctx context.Context, job inbox.Job) error { return d.Receipts.Put(ctx, job) },
		deadletter.Webhook:  func(ctx context.Context, job inbox.Job) error { return d.redeliver(ctx, job.Body) },
	}
}

// errStill says that a retry would only make the same dead letter again.
var errStill = errors.New("it still cannot be read")

func (d *Door) redeliver(ctx context.Context, body []byte) error {
	if k, ok := parseKept(body); ok {
		return d.recall(ctx, k)
	}
	var stray whatsapp.Stray
	if err := json.Unmarshal(body, &stray); err == nil && stray.Part != "" {
		if body, err = envelope(stray); err != nil {
			return err
		}
	}
	signed := d.WhatsApp.Trust()
	parsed, err := d.WhatsApp.Parse(signed, body)
	if err != nil {
		return fmt.Errorf("%w: %w", errStill, err)
	}
	if len(parsed.Strays) > 0 {
		return fmt.Errorf("%w: %s", errStill, parsed.Strays[0].Reason)
	}
	return d.take(ctx, signed, body)
}

// envelope wraps a part of a webhook as Meta would have sent it alone.
func envelope(s whatsapp.Stray) ([]byte, error) {
	metadata := map[string]any{"phone_number_id": s.Number}
	wrap := func(value any) any { return map[string]any{"field": "messages", "value": value} }
	var change any
	switch s.Part {
	case "body":
		return s.Raw, nil
	case "entry":
		return json.Marshal(map[string]any{"object": object, "entry": []json.RawMessage{s.Raw}})
	case "change":
		change = s.Raw
	case "message":
		change = wrap(map[string]any{"messaging_product": "whatsapp", "metadata": metadata, "messages": []json.RawMessage{s.Raw}})
	case "status":
		change = wrap(map[string]any{"messaging_product": "whatsapp", "metadata": metadata, "statuses": []json.RawMessage{s.Raw}})
	default:
		return nil, fmt.Errorf("%w: it is a %q", errStill, s.Part)
	}
	entry := map[string]any{"id": s.Account, "changes": []any{change}}
	return json.Marshal(map[string]any{"object": object, "entry": []any{entry}})
}

const object = "whatsapp_business_account"
