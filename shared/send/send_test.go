package send

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
)

func TestAMessageGoesOutOnItsOwnChannel(t *testing.T) {
	var got []string
	graph := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = append(got, r.URL.Path+" "+r.Header.Get("Authorization"))
		_, _ = io.WriteString(w, `{"messaging_product":"whatsapp","messages":[{"id":"wamid.OUT"}]}`)
	}))
	defer graph.Close()
	r := New([]channel.Channel{
		{ID: "wa-one", Kind: message.WhatsApp, PhoneNumberID: "111", Token: "token-one", APIURL: graph.URL + "/v26.0"},
		{ID: "wa-two", Kind: message.WhatsApp, PhoneNumberID: "222", Token: "token-two", APIURL: graph.URL + "/v26.0"},
		{ID: "kf", Kind: message.WeComKF},
	})
	out := message.Outgoing{Channel: "wa-two", To: message.Person{Phone: "16505551234"}, Content: message.Content{Shape: message.ShapeText, Text: "hello"}}
	id, err := r.Send(t.Context(), out)
	if err != nil || id != "wamid.OUT" || len(got) != 1 || got[0] != "/v26.0/222/messages Bearer token-two" {
		t.Errorf("got %q, %v after %v, want it sent by the second number with its token", id, err, got)
	}
	for name, want := range map[string]string{"gone": "FRONTDESK_CHANNELS", "kf": "wecom_kf"} {
		out.Channel = name
		_, err := r.Send(t.Context(), out)
		refused, ok := errors.AsType[*message.SendError](err)
		if !ok || refused.Class != message.Stop || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want the channel stopped and %s named", name, err, want)
		}
	}
	if len(got) != 1 {
		t.Errorf("got %d requests, want none for channels that cannot send", len(got))
	}
}
