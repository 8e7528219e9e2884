package whatsapp

import (
	"encoding/json"
	"testing"
	"time"

	"frontdesk/shared/message"

	"github.com/google/go-cmp/cmp"
)

// one parses a single message made of pieces of JSON.
func one(t *testing.T, fields string) Parsed {
	t.Helper()
	return receive(t, testDoor(), []byte(wireHead+`{"field":"messages","value":{"metadata":{"phone_number_id":"`+number+
		`"},"messages":[{`+fields+`}]}}]}]}`))
}

func TestTimestamps(t *testing.T) {
	for _, c := range []struct{ name, raw, want string }{
		{"text", `"1749416383"`, "2025-06-08T20:59:43Z"},
		{"number", `1749416383`, "2025-06-08T20:59:43Z"},
		{"the last second JSON times can hold", `"253402300799"`, "9999-12-31T23:59:59Z"},
		{"a second more", `"253402300800"`, ""},
		{"zero", `"0"`, ""},
		{"negative", `-5`, ""},
		{"a fraction", `1749416383.5`, ""},
		{"too big for any integer", `"99999999999999999999"`, ""},
		{"null", `null`, ""},
		{"an object", `{}`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := one(t, `"id":"m","from":"1","type":"text","text":{"body":"x"},"timestamp":`+c.raw)
			got := ""
			if len(p.Inbound) == 1 {
				got = p.Inbound[0].Time.Format(time.RFC3339)
			}
			if got != c.want || c.want == "" && len(p.Strays) != 1 {
				t.Errorf("got %q and strays %v, want %q", got, p.Strays, c.want)
			}
		})
	}
}

func TestOddMessages(t *testing.T) {
	for _, c := range []struct{ name, fields, want string }{
		{"the type comes last", `"text":{"body":"hi"},"type":"text"`, `{"type":"text","text":"hi"}`},
		{"no type", `"text":{"body":"hi"}`, `{"type":"unknown","extra":{"text":{"body":"hi"}}}`},
		{"a type without its object", `"type":"image"`, `{"type":"image"}`},
		{"text that is not an object", `"type":"text","text":"hi"`, `{"type":"text","body":"hi"}`},
		{"a body of spaces and escapes", `"type":"text","text":{ "body" : "a\"}]\\" }`, `{"type":"text","text":"a\"}]\\"}`},
		{"escaped field names", `"\u0074ype":"text","te\u0078t":{"bod\u0079":"hi"}`, `{"type":"text","text":"hi"}`},
		{"half an emoji", `"type":"text","text":{"body":"\ud83d"}`, `{"type":"text","text":"�"}`},
		{"a button without payload", `"type":"button","button":{"text":"Yes"}`, `{"type":"button","text":"Yes","body":{"text":"Yes"}}`},
		{"an unknown interactive answer", `"type":"interactive","interactive":{"type":"new_reply","new_reply":{"id":"1"}}`,
			`{"type":"interactive","body":{"type":"new_reply","new_reply":{"id":"1"}}}`},
		{"an edit of an edit", `"type":"edit","edit":{"original_message_id":"w","message":{"type":"edit","edit":{}}}`,
			`{"type":"edit","reply_to":"w","body":{"original_message_id":"w","message":{"type":"edit","edit":{}}}}`},
		{"a system message that names nobody new", `"type":"system","system":{"type":"user_changed_number"}`, `{"type":"system","body":{"type":"user_changed_number"}}`},
		{"context null", `"type":"text","text":{"body":"hi"},"context":null`, `{"type":"text","text":"hi"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := one(t, `"id":"m","from":"16505551234","timestamp":"1",`+c.fields)
			if len(p.Inbound) != 1 {
				t.Fatalf("got %+v, want one message", p)
			}
			m := p.Inbound[0]
			want := message.Inbound{Channel: "wa-main", ID: "m", From: message.Person{Phone: "16505551234"}, Time: m.Time}
			if err := json.Unmarshal([]byte(c.want), &want); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(asJSON(t, want), asJSON(t, m)); diff != "" {
				t.Errorf("message differs (-want +got):\n%s", diff)
			}
		})
	}
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestSenders(t *testing.T) {
	for _, c := range []struct {
		name, fields string
		want         message.Person
	}{
		{"a number with a plus", `"from":"+16505551234"`, message.Person{Phone: "16505551234"}},
		{"a number that is a JSON number", `"from":16505551234`, message.Person{Phone: "16505551234"}},
		{"a user id in the number's place", `"from":"US.1349"`, message.Person{UserID: "US.1349"}},
		{"a user id in both places", `"from":"US.1349","from_user_id":"US.1349"`, message.Person{UserID: "US.1349"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := one(t, `"id":"m","timestamp":"1","type":"text","text":{"body":"x"},`+c.fields)
			if len(p.Inbound) != 1 || p.Inbound[0].From != c.want {
				t.Errorf("got %+v, want it from %+v", p, c.want)
			}
		})
	}
}

func TestOddStatuses(t *testing.T) {
	for _, c := range []struct{ name, fields, want string }{
		{"pricing that is not an object", `"pricing":"free"`, `{"extra":{"pricing":"free"}}`},
		{"details that are not an object", `"errors":[{"code":1,"message":"m","error_data":"d"}]`,
			`{"faults":[{"code":1,"title":"m"}],"extra":{"errors":[{"code":1,"message":"m","error_data":"d"}]}}`},
		{"more in the details", `"errors":[{"code":1,"error_data":{"details":"d","more":1}}]`,
			`{"faults":[{"code":1,"details":"d"}],"extra":{"errors":[{"code":1,"error_data":{"details":"d","more":1}}]}}`},
		{"errors that are an object", `"errors":{"code":1}`, `{"extra":{"errors":{"code":1}}}`},
		{"errors null", `"errors":null`, `{}`},
		{"pricing null", `"pricing":null`, `{}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := receive(t, testDoor(), []byte(wireHead+`{"field":"messages","value":{"metadata":{"phone_number_id":"`+number+
				`"},"statuses":[{"id":"w","status":"failed","timestamp":"1","recipient_id":"1",`+c.fields+`}]}}]}]}`))
			if len(p.Receipts) != 1 {
				t.Fatalf("got %+v, want one receipt", p)
			}
			got := p.Receipts[0]
			want := message.Receipt{Channel: "wa-main", ID: "w", Status: message.Failed, Time: got.Time, Recipient: message.Person{Phone: "1"}}
			if err := json.Unmarshal([]byte(c.want), &want); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(asJSON(t, want), asJSON(t, got)); diff != "" {
				t.Errorf("receipt differs (-want +got):\n%s", diff)
			}
		})
	}
}
