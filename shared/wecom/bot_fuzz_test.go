package wecom

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzParseBot: any JSON that was signed gives exactly one value that can be stored, or an
// error of ours; and the same one each time.
func FuzzParseBot(f *testing.F) {
	seeds(f, "bot/*.json")
	f.Add([]byte(`{"aibotid":"aibEXAMPLE","from":{"userid":"z"},"msgtype":"text","text":{"content":"\ud800"},"\u0061":[]}`))
	f.Add([]byte(`{"a":[[[[{"b":{"a":1e5}}]]]]}`))
	d := botDoor(f)
	f.Fuzz(func(t *testing.T, inside []byte) {
		o := ask(t, d, inside)
		got, err := d.Parse(o)
		if err != nil {
			if !errors.Is(err, BadJSON) && !errors.Is(err, ErrNoChannel) && !errors.Is(err, ErrUnusable) || got != (Received{}) {
				t.Errorf("got %+v and %v", got, err)
			}
			return
		}
		body, err := json.Marshal(got)
		if err != nil || !utf8.Valid(body) {
			t.Fatalf("cannot be stored: %v", err)
		}
		again, _ := d.Parse(o)
		if repeat, _ := json.Marshal(again); !bytes.Equal(body, repeat) {
			t.Errorf("got %s and then %s", body, repeat)
		}
		checkSaid(t, got)
	})
}

// FuzzReadObject holds our reader against encoding/json: what it takes, both read alike,
// and what has a name twice it refuses.
func FuzzReadObject(f *testing.F) {
	seeds(f, "bot/*.json")
	f.Add([]byte(`{"a":"\"}","b":[{"c":1},{"c":-0.5e-7}],"":null," d ":true}`))
	f.Add([]byte(`{"a":1,"\u0061":2}`))
	f.Fuzz(func(t *testing.T, doc []byte) {
		doc = bytes.ToValidUTF8(doc, []byte("?"))
		got, err := readObject(doc)
		if err != nil {
			return
		}
		var want map[string]json.RawMessage
		if json.Unmarshal(doc, &want) != nil || len(want) != len(got) {
			t.Fatalf("got %d fields of %s, encoding/json reads %d", len(got), doc, len(want))
		}
		for _, m := range got {
			if !sameJSON(m.value, want[string(m.name)]) {
				t.Errorf("%s: got %s, encoding/json reads %s", m.name, m.value, want[string(m.name)])
			}
		}
		if kept := got.without("a"); !json.Valid(kept) || objectOf(kept).get("a") != nil {
			t.Errorf("without a: got %s", kept)
		}
		var list []json.RawMessage
		if json.Unmarshal(want["b"], &list) == nil && len(listOf(got.get("b"))) != len(list) {
			t.Errorf("got %d elements of %s, want %d", len(listOf(got.get("b"))), want["b"], len(list))
		}
	})
}

func sameJSON(a, b []byte) bool {
	var x, y bytes.Buffer
	return json.Compact(&x, a) == nil && json.Compact(&y, b) == nil && x.String() == y.String()
}

// FuzzReturnable: what is let through is an address at WeCom and nowhere else.
func FuzzReturnable(f *testing.F) {
	for _, s := range []string{theReturn, "https://qyapi.weixin.qq.com@attacker.example/", "https://x.work.weixin.qq.com\\@attacker.example/", "https://qyapi.weixin.qq.com%2eattacker.example/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, address string) {
		if !returnable(address, "https://qyapi.weixin.qq.com") {
			return
		}
		rest, ok := strings.CutPrefix(strings.ToLower(address), "https://")
		host, _, _ := strings.Cut(rest, "/")
		host, _, _ = strings.Cut(host, "?")
		host = strings.TrimSuffix(strings.TrimSuffix(host, ":443"), ":")
		if !ok || host != "qyapi.weixin.qq.com" && !strings.HasSuffix(host, ".work.weixin.qq.com") {
			t.Errorf("let through: %q", address)
		}
	})
}
