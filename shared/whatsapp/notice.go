package whatsapp

import (
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
	})
	return ""
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
