package whatsapp

import (
	"strings"
	"time"

	"frontdesk/shared/message"
)

// notice keeps a change of any other field than "messages" (account_alerts,
// user_preferences, message_template_status_update, group_…) as it came. It
// returns why the signer may not say it. A number or an account that we do not
// know is no reason: an app hears of all numbers of an account, ours or not.
func (r *reader) notice(at place, name string, value []byte) (reason string) {
	number := or(numberOf(value), text(field(value, "entity_id")))
	channel, mine := r.by.numbers[number]
	_, others := r.door.numbers[number]
	if !mine && others || r.door.accounts[at.account] && !r.by.accounts[at.account] {
		return "it was signed with an app secret that is not this channel's"
	}
	if at.time.IsZero() {
		at.time = timeWithin(value)
	}
	if len(value) == 0 {
		value = []byte("null")
	}
	r.out.Notices = append(r.out.Notices, message.Notice{
		Account: at.account, Channel: channel, Field: name, Time: at.time, Value: value,
		Preferences: preferences(value), People: people(value),
	})
	return ""
}

// preferences reads what contacts want (Meta, user_preferences page).
func preferences(value []byte) []message.Preference {
	var out []message.Preference
	for e := list(field(value, "user_preferences")); e.next(); {
		wish := text(field(e.value, "value"))
		if text(field(e.value, "category")) != "marketing_messages" || wish != "stop" && wish != "resume" {
			continue
		}
		at, _ := unix(field(e.value, "timestamp"))
		who := message.Person{UserID: text(field(e.value, "user_id")), Phone: text(field(e.value, "wa_id"))}
		if who.Known() {
			out = append(out, message.Preference{From: who, Stop: wish == "stop", Time: at})
		}
	}
	return out
}

// people reads how many people may be written to outside service windows (Meta,
// business_capability_update and phone_number_quality_update pages): a number, or a
// tier; 0 when the value does not say.
func people(value []byte) int {
	limit := field(value, "max_daily_conversations_per_business")
	if n, ok := integer(limit); ok && n >= -1 && n <= 1_000_000_000 {
		return int(n)
	}
	switch strings.TrimPrefix(text(limit), "TIER_") {
	case "50":
		return 50
	case "250":
		return 250
	case "1K":
		return 1_000
	case "2K":
		return 2_000
	case "10K":
		return 10_000
	case "100K":
		return 100_000
	case "UNLIMITED":
		return -1
	}
	return 0
}

// timeWithin finds the timestamp of the first element of a list in value, where
// user_preferences and the group fields have theirs. Zero when there is none.
func timeWithin(value []byte) time.Time {
	for f := object(value); f.next(); {
		for e := list(f.value); e.next(); {
			if at, ok := unix(field(e.value, "timestamp")); ok {
				return at
			}
		}
	}
	return time.Time{}
}
