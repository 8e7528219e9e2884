// Package approved knows which message templates Meta has approved for our WhatsApp
// channels, and finds what the playbook names in vain. In this order:
//
//	ask    a [Timer] puts an errand for each channel, once an hour, and within a minute when
//	       Meta tells that a template is another than it was
//	fetch  the [Syncer] lists all templates of the channel's business account and keeps them
//	warn   it tells an operator, once, when a template of the live playbook cannot be sent
//	       any more
//	check  [Check] compares a playbook with what was fetched, before it goes live
//
// Nothing is changed at Meta. A list is kept whole or not at all, and for ever; one that is
// older than a day is not relied upon. A token that may send need not be allowed to list
// templates (whatsapp_business_management): then nothing is checked, and the
// check says so.
package approved

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
	"frontdesk/shared/record"
	"frontdesk/shared/whatsapp"
)

// Known is what is known of one channel's templates.
type Known struct {
	Channel string
	// Account is the business account whose templates they are; empty when the settings
	// do not name it.
	Account string
	// Fetched is when the list was fetched; zero when it never was.
	Fetched   time.Time
	Templates []whatsapp.Template
	// Refused is when the account last refused to list them, Code and Reason with which words;
	// zero when it has listed them since.
	Refused time.Time
	Code    int
	Reason  string
}

// fresh is how old a list may be to say what cannot be sent: several fetches have failed by
// then, and meanwhile a template may have been approved.
const fresh = 24 * time.Hour

// current reports whether the list may be relied upon.
func (k Known) current(now time.Time) bool {
	return !k.Fetched.IsZero() && now.Sub(k.Fetched) < fresh
}

// lists reports whether a channel has templates that can be listed.
func lists(ch channel.Channel) bool { return ch.Kind == message.WhatsApp && ch.BusinessID != "" }

// Channels are the ids of those that have templates to fetch; never nil.
func Channels(all []channel.Channel) []string {
	ids := []string{}
	for _, ch := range all {
		if lists(ch) {
			ids = append(ids, ch.ID)
		}
	}
	return ids
}

// Read returns what is known of the templates of every WhatsApp channel, in the order of the
// channels. One read, and one more for each channel.
func Read(ctx context.Context, s *record.Store, channels []channel.Channel) ([]Known, error) {
	stored, _, err := s.AllApproved(ctx)
	if err != nil {
		return nil, err
	}
	byChannel := map[string]record.Approved{}
	for _, a := range stored {
		byChannel[a.Channel] = a
	}
	var all []Known
	for _, ch := range channels {
		if ch.Kind != message.WhatsApp {
			continue
		}
		k, err := read(ctx, s, ch, byChannel[ch.ID])
		if err != nil {
			return nil, err
		}
		all = append(all, k)
	}
	return all, nil
}

// read passes over what was kept of another account than the channel has now.
func read(ctx context.Context, s *record.Store, ch channel.Channel, a record.Approved) (Known, error) {
	k := Known{Channel: ch.ID, Account: ch.BusinessID}
	if !lists(ch) || a.None || a.Account != ch.BusinessID {
		return k, nil
	}
	k.Refused, k.Code, k.Reason = a.Refused, a.Code, a.Reason
	if a.Began.IsZero() {
		return k, nil
	}
	list, err := s.Templates(ctx, ch.ID)
	if errors.Is(err, record.ErrNotFound) {
		return k, nil
	}
	if err != nil {
		return k, err
	}
	if err := json.Unmarshal(list, &k.Templates); err != nil {
		return k, fmt.Errorf("decode the templates of a channel: %w", err)
	}
	k.Fetched = a.Began
	return k, nil
}
