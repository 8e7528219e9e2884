package channel

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"frontdesk/shared/message"
)

// entry is one object of the list, before it is checked. Values stay raw, so that
// no decoder can put one into an error.
type entry struct {
	label    string // id, or #n
	fields   map[string]json.RawMessage
	repeated []string
}

// plainName is a field name that may be shown: a pasted secret is longer or
// has other characters.
var plainName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,29}$`)

// Parse checks the JSON list of channels. Every fault is reported, as [Faults].
func Parse(data []byte) ([]Channel, error) {
	entries, err := readEntries(data)
	if err != nil {
		return nil, err
	}
	if len(entries) == 0 {
		return nil, Faults{{Problem: "lists no channel", Fix: "add one, or unset the variable to use the sandbox"}}
	}
	var c checker
	channels := make([]Channel, len(entries))
	for i, e := range entries {
		channels[i] = c.channel(e)
	}
	c.unique(channels, entries)
	if len(c.faults) > 0 {
		return nil, c.faults
	}
	return channels, nil
}

func readEntries(data []byte) ([]entry, error) {
	if len(data) > maxSize {
		return nil, Faults{{Problem: "is over 4 MiB", Fix: "keep only the channels in it"}}
	}
	if !json.Valid(data) {
		return nil, notJSON(data)
	}
	var list []json.RawMessage
	if err := json.Unmarshal(data, &list); err != nil || list == nil {
		return nil, Faults{{Problem: "is not a JSON list", Fix: `write [{"id": …}, …]`}}
	}
	if len(list) > maxChannels {
		return nil, Faults{{Problem: fmt.Sprintf("lists %d channels", len(list)), Fix: fmt.Sprintf("keep at most %d", maxChannels)}}
	}
	entries := make([]entry, len(list))
	for i, raw := range list {
		fields, repeated := readFields(raw)
		entries[i] = entry{label: fmt.Sprintf("#%d", i+1), fields: fields, repeated: repeated}
	}
	return entries, nil
}

// notJSON says where the JSON breaks, and not what stands there.
func notJSON(data []byte) error {
	var syntax *json.SyntaxError
	line := 1
	if err := json.Unmarshal(data, new(any)); errors.As(err, &syntax) {
		line += bytes.Count(data[:min(int(syntax.Offset), len(data))], []byte("\n"))
	}
	return Faults{{
		Problem: fmt.Sprintf("is not valid JSON (line %d)", line),
		Fix:     "write a JSON list, file:PATH or the ARN of a Secrets Manager secret",
	}}
}

// readFields returns nil fields when raw is not an object.
func readFields(raw json.RawMessage) (fields map[string]json.RawMessage, repeated []string) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, nil
	}
	fields = map[string]json.RawMessage{}
	for dec.More() {
		t, err := dec.Token()
		key, isKey := t.(string)
		var value json.RawMessage
		if err != nil || !isKey || dec.Decode(&value) != nil {
			return nil, nil
		}
		if _, seen := fields[key]; seen {
			repeated = append(repeated, key)
		}
		fields[key] = value
	}
	return fields, repeated
}

// fieldNames returns the fields of a kind in the order of the documentation;
// false for a kind we do not know.
func fieldNames(k message.Kind) ([]string, bool) {
	switch k {
	case message.WhatsApp:
		return []string{"id", "kind", "phone_number_id", "business_id", "token", "app_secret", "verify_token", "api_url", "throughput", "portfolio_limit"}, true
	case message.WeComKF:
		return []string{"id", "kind", "corp_id", "secret", "token", "aes_key", "open_kfid", "hand_off", "repeated_msgid", "api_url"}, true
	case message.WeComApp:
		return []string{"id", "kind", "corp_id", "agent_id", "secret", "token", "aes_key", "duplicate_check", "api_url"}, true
	case message.WeComBot:
		return []string{"id", "kind", "bot_id", "token", "aes_key", "api_url"}, true
	case message.WeComRobot:
		return []string{"id", "kind", "key", "link", "api_url"}, true
	case message.WeComGroup:
		return []string{"id", "kind", "corp_id", "agent_id", "secret", "chat_id", "link", "api_url"}, true
	case message.Webhook:
		return []string{"id", "kind", "url", "secret"}, true
	}
	return nil, false
}

func list(names []string) string { return strings.Join(names, ", ") }
