package whatsapp

import (
	"net/http"
	"strings"
	"testing"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
	"frontdesk/shared/wire"
)

// Whatever stands at the other end may answer anything: the outcome is an id or an error
// with a class, in bounded words, and nothing of the message, the person or the token.
func FuzzAnswer(f *testing.F) {
	ch := channel.Channel{Token: "MARKED-token-0123456789"}
	out := message.Outgoing{To: message.Person{Phone: "16505551234", Name: "MARKED name"}, Content: message.Content{Text: "MARKED words of a reply"}}
	for _, body := range []string{
		`{"messaging_product":"whatsapp","messages":[{"id":"wamid.OUT"}]}`, `{"messages":[]}`, `{"messages":[{"id":7}]}`,
		`{"error":{"message":"(#131047) Re-engagement","code":131047,"error_data":{"details":"more than 24 hours"}}}`,
		`{"error":{"message":"MARKED words of a reply","code":100,"error_data":{"details":"to +16505551234, Bearer MARKED-token-0123456789"}}}`,
		`{"error":{"code":"190"}}`, `{"error":null}`, `{"error":{}}`, "<html>", "", strings.Repeat("[", 20_000),
	} {
		for _, status := range []int{200, 400, 429, 503} {
			f.Add([]byte(body), status, "30")
		}
	}
	f.Add([]byte(`{"error":{"code":4}}`), 429, "Sun, 22 Nov 2026 08:00:00 GMT")
	f.Fuzz(func(t *testing.T, body []byte, status int, after string) {
		a := answer{status: status, header: http.Header{"Retry-After": {after}}, body: body, scrub: scrubber(ch, out)}
		id, failed := a.read()
		if failed == nil {
			if id == "" {
				t.Error("got neither an id nor an error")
			}
			return
		}
		text := failed.Error()
		if failed.Class == "" || failed.After < 0 || failed.After > maxAfter || len(text) > 8*wire.MaxWords {
			t.Errorf("got %+v, want a class, a bounded pause and bounded words", failed)
		}
		for _, mark := range []string{"MARKED-token", "MARKED words", "16505551234"} {
			if strings.Contains(text, mark) {
				t.Errorf("got %q, which holds %q", text, mark)
			}
		}
	})
}
