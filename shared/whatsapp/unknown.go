package whatsapp

import (
	"encoding/json"

	"frontdesk/shared/message"
)

// unknown is a field that we have no place for.
type unknown struct {
	key string
	raw []byte
}

// keep remembers a field of the envelope that we do not know.
func (r *reader) keep(prefix string, f scan) {
	r.left = append(r.left, unknown{prefix + string(f.key), f.value})
}

// take hands the remembered fields to the update that comes first. They are kept
// once, not once for each of a thousand updates.
func (r *reader) take(extra map[string]json.RawMessage) map[string]json.RawMessage {
	for _, u := range r.left {
		extra = with(extra, u.key, u.raw)
	}
	r.left = nil
	return extra
}

// with adds to a map that is made only when there is something to keep.
func with(extra map[string]json.RawMessage, key string, raw []byte) map[string]json.RawMessage {
	if extra == nil {
		extra = map[string]json.RawMessage{}
	}
	extra[key] = raw
	return extra
}

// leftovers keeps remembered fields that no update took.
func (r *reader) leftovers(at place) {
	if len(r.left) == 0 {
		return
	}
	value, err := json.Marshal(r.take(nil))
	if err != nil { // cannot happen: raw values of a valid document
		return
	}
	r.out.Notices = append(r.out.Notices, message.Notice{Account: at.account, Field: "unknown", Time: at.time, Value: value})
}
