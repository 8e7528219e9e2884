package whatsapp

import (
	"bytes"
	"encoding/json"
	"testing"

	"frontdesk/shared/channel"
)

func channelSecret(s string) channel.Secret { return channel.Secret(s) }

// walk rebuilds a document with scan alone, so that it can be compared with
// what encoding/json reads.
func walk(raw []byte) any {
	switch first(raw) {
	case '{':
		m := map[string]any{}
		for f := object(raw); f.next(); {
			m[string(f.key)] = walk(f.value)
		}
		return m
	case '[':
		l := []any{}
		for e := list(raw); e.next(); {
			l = append(l, walk(e.value))
		}
		return l
	case '"':
		return text(raw)
	}
	var v any
	_ = json.Unmarshal(raw, &v)
	return v
}

func FuzzScanReadsWhatEncodingJSONReads(f *testing.F) {
	for _, s := range []string{`{"a":[1,2,{"b":"c\"}]"}],"d":null}`, ` [ ] `, `{"":{}}`, `"\u00e9\ud83d"`, `-1.5e+7`, `[[[]],[{}]]`, `{"a\\":"\\","b":"\\\""}`, "{\"\xff\":1}"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		var want any
		if len(doc) > 1000 || json.Unmarshal(doc, &want) != nil {
			return
		}
		doc = bytes.ToValidUTF8(doc, []byte("\uFFFD"))
		value, rest := cut(skip(doc))
		if len(skip(rest)) != 0 {
			t.Fatalf("the value ends too early: %q is left", rest)
		}
		a, _ := json.Marshal(walk(value))
		if err := json.Unmarshal(doc, &want); err != nil {
			t.Fatal(err)
		}
		if b, _ := json.Marshal(want); !bytes.Equal(a, b) {
			t.Errorf("got  %s\nwant %s", a, b)
		}
	})
}
