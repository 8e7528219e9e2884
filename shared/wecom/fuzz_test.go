package wecom

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

func seeds(f *testing.F, patterns ...string) {
	f.Helper()
	for _, pattern := range patterns {
		for _, body := range files(f, pattern) {
			f.Add(body)
		}
	}
}

// FuzzUnwrap: whatever is posted, the ciphertext is a piece of the body, or the
// refusal is one of ours.
func FuzzUnwrap(f *testing.F) {
	seeds(f, "outer/*.xml", "outer/*.json", "refused/*")
	f.Fuzz(func(t *testing.T, body []byte) {
		encrypted, err := Unwrap(body)
		refused := errors.Is(err, BadXML) || errors.Is(err, BadJSON) || errors.Is(err, BadProtocol)
		if (err == nil) == refused || (err == nil) == (len(encrypted) == 0) {
			t.Errorf("got %q and %v", encrypted, err)
		}
	})
}

// FuzzUnwrapJSON holds the JSON reader against encoding/json.
func FuzzUnwrapJSON(f *testing.F) {
	seeds(f, "outer/*.json", "refused/*.json")
	f.Add([]byte(`{"a":{"encrypt":"inner"},"encrypt":"out\u0065r"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		if len(body) == 0 || body[0] != '{' {
			return
		}
		got, err := Unwrap(body)
		if err != nil {
			return
		}
		var want map[string]json.RawMessage
		var text string
		if json.Unmarshal(body, &want) != nil || json.Unmarshal(want["encrypt"], &text) != nil || text != string(got) {
			t.Errorf("got %q from %q, encoding/json reads %q", got, body, text)
		}
	})
}

// FuzzParse: any XML that was signed gives exactly one value that can be stored, or
// an error of ours; and the same one each time.
func FuzzParse(f *testing.F) {
	seeds(f, "inner/*.xml", "refused/*.xml")
	d := testDoor(f)
	f.Fuzz(func(t *testing.T, inside []byte) {
		got, err := d.Parse(d.Trust("app-main", inside))
		if err != nil {
			if !errors.Is(err, BadXML) && !errors.Is(err, ErrNoChannel) && !errors.Is(err, ErrUnusable) || got != (Received{}) {
				t.Errorf("got %+v and %v", got, err)
			}
			return
		}
		body, err := json.Marshal(got)
		if err != nil || !utf8.Valid(body) {
			t.Fatalf("cannot be stored: %v", err)
		}
		again, _ := d.Parse(d.Trust("app-main", inside))
		if repeat, _ := json.Marshal(again); !bytes.Equal(body, repeat) {
			t.Errorf("got %s and then %s", body, repeat)
		}
		checkReceived(t, got)
	})
}

func checkReceived(t *testing.T, got Received) {
	t.Helper()
	switch {
	case got.Inbound != nil && got.Event == nil && got.Pull == nil:
		m := got.Inbound
		if m.Channel == "" || !m.From.Known() || m.Time.IsZero() || m.Type == "" || !usableID(m.ID) {
			t.Errorf("an incomplete message: %+v", m)
		}
	case got.Event != nil && got.Inbound == nil && got.Pull == nil:
		if e := got.Event; e.Channel == "" || e.Name == "" || !json.Valid(e.Value) || !usableID(e.ID) {
			t.Errorf("an incomplete event: %+v", e)
		}
	case got.Pull != nil && got.Inbound == nil && got.Event == nil:
		if p := got.Pull; p.Channel == "" || p.OpenKFID == "" || !usableID(p.ID) {
			t.Errorf("an incomplete pull: %+v", p)
		}
	default:
		t.Errorf("not exactly one value: %+v", got)
	}
}

// usableID reports an id that a job can have, whatever channel it stands behind.
func usableID(id string) bool {
	return id != "" && len(id) <= 32 && strings.Trim(id, "0123456789abcdef") == ""
}

// FuzzDecrypt: any ciphertext is decrypted within its bounds or refused.
func FuzzDecrypt(f *testing.F) {
	p := testPair(f, vectorToken, vectorKey)
	f.Add([]byte(vectorEcho), vectorCorp)
	for _, body := range files(f, "outer/*.xml") {
		encrypted, err := Unwrap(body)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(encrypted, vectorCorp)
	}
	f.Add([]byte("AAAA\r\nAAAA"), "")
	f.Fuzz(func(t *testing.T, encrypted []byte, receiver string) {
		got, err := p.Decrypt(encrypted, receiver)
		switch {
		case err == nil:
			if len(got)+headSize+len(receiver) > len(encrypted) {
				t.Errorf("got %d bytes from %d", len(got), len(encrypted))
			}
		case !errors.Is(err, BadBase64) && !errors.Is(err, BadDecrypt) && !errors.Is(err, BadBuffer) && !errors.Is(err, BadReceiver):
			t.Errorf("got %v", err)
		}
	})
}

// FuzzPlaintext gets behind the cipher: any decrypted bytes are unpadded and cut
// within their bounds or refused, and what is taken has the documented layout.
func FuzzPlaintext(f *testing.F) {
	f.Add(layout(1, "xC", strings.Repeat("\x0a", 10)), "C")
	f.Add(layout(1<<32-1, "xC", strings.Repeat("\x0a", 10)), "C")
	f.Add([]byte{32}, "")
	f.Fuzz(func(t *testing.T, raw []byte, receiver string) {
		if len(raw) == 0 {
			return // Decrypt refuses it before
		}
		body := unpad(raw)
		if body == nil {
			return
		}
		if n := len(raw) - len(body); n < 1 || n > 32 || int(raw[len(raw)-1]) != n {
			t.Fatalf("%d bytes were taken off as padding", n)
		}
		msg, err := unwrap(body, receiver)
		if err == nil && len(msg)+headSize+len(receiver) != len(body) {
			t.Errorf("got %d bytes of message beside a receiver of %d in %d", len(msg), len(receiver), len(body))
		}
	})
}

// FuzzQuery: a query that is taken has its fields, and is the same when written
// and read again.
func FuzzQuery(f *testing.F) {
	for _, pattern := range []string{"outer/*.query", "outer/*.jquery"} {
		for _, q := range files(f, pattern) {
			f.Add(strings.TrimSpace(string(q)))
		}
	}
	f.Add("msg_signature=a&timestamp=b&nonce=c&echostr=" + vectorEcho)
	f.Add("msg_signature=0 0&timestamp=0&nonce=0")
	f.Add("msg_signature=%zz&timestamp=&nonce=c&nonce=d")
	f.Fuzz(func(t *testing.T, raw string) {
		q, err := ParseQuery(raw)
		if err != nil {
			if !errors.Is(err, ErrQuery) || q != (Query{}) {
				t.Errorf("got %+v and %v", q, err)
			}
			return
		}
		if q.Signature == "" || q.Timestamp == "" || q.Nonce == "" {
			t.Errorf("got %+v from %q", q, raw)
		}
		if len(q.Encode()) > maxQuery {
			return
		}
		if again, err := ParseQuery(q.Encode()); err != nil || again != q {
			t.Errorf("got %+v and %v, want %+v", again, err, q)
		}
	})
}

// FuzzAnswer: whatever the API answers, a call ends in success or in an error that
// shows nothing private.
func FuzzAnswer(f *testing.F) {
	for _, body := range []string{
		accepted, `{"errcode":0,"errmsg":"ok","invaliduser":"a|b","msgid":"m"}`, `{"errcode":45009,"errmsg":"` + markText + `"}`,
		`{"errcode":60020,"errmsg":"not allow, from ip: 203.0.113.7, more info at"}`, `{"errcode":0,"msgid":1}`, `<html>`, ``,
	} {
		f.Add([]byte(body), 200)
		f.Add([]byte(body), 502)
	}
	scrub := scrubber(append(credentials(appChannel("")), private(marked())...))
	f.Fuzz(func(t *testing.T, body []byte, status int) {
		var p pushed
		failed := answer{status: status, body: body, scrub: scrub, explain: Explain}.read(&p)
		if failed == nil {
			return
		}
		if text := failed.Error(); failed.Class == "" || strings.Contains(text, "MARKED") || strings.Contains(text, "marked words") {
			t.Errorf("got %v", failed)
		}
	})
}
