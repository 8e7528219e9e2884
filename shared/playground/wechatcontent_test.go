package playground

import (
	"encoding/json"
	"testing"

	"frontdesk/shared/sandbox/qyapi"
)

// TestContentOf: what people see of every type of message.
func TestContentOf(t *testing.T) {
	cases := []struct{ name, kind, body, want string }{
		{"text", "text", `{"content":"hi"}`, `{"shape":"text","text":"seen"}`},
		{"markdown", "markdown", `{"content":"**hi**"}`, `{"shape":"markdown","text":"seen"}`},
		{"a picture", "image", `{"media_id":"a&b"}`, `{"shape":"image","media":{"kind":"image"},"shown":"/playground/files?media=a%26b"}`},
		{"a video with words", "video", `{"media_id":"1","description":"D"}`, `{"shape":"video","text":"D","media":{"kind":"video"},"shown":"/playground/files?media=1"}`},
		{"a picture that is none", "image", `{}`, `{"shape":"text","text":"seen"}`},
		{"a card with a link", "textcard", `{"title":"T","description":"D","url":"https://a.example","btntxt":"Go"}`, `{"shape":"card","header":"T","text":"D","link":{"url":"https://a.example","label":"Go"}}`},
		{"a link of customer service", "link", `{"title":"T","desc":"D","url":"https://a.example"}`, `{"shape":"card","header":"T","text":"D","link":{"url":"https://a.example"}}`},
		{"news", "news", `{"articles":[{"title":"T","description":"D","url":"https://a.example"}]}`, `{"shape":"news","articles":[{"title":"T","description":"D","url":"https://a.example"}]}`},
		{"an address that a browser must not open", "textcard", `{"title":"T","description":"D","url":"javascript:alert(1)"}`, `{"shape":"card","header":"T","text":"D","link":{"url":""}}`},
		{"a card that opens", "template_card", `{"card_type":"text_notice","main_title":{"title":"T"},"sub_title_text":"S","horizontal_content_list":[{"keyname":"K","value":"V"}],"jump_list":[{"title":"J","url":"https://j.example"}],"card_action":{"type":1,"url":"https://a.example"}}`,
			`{"shape":"buttons","header":"T","text":"S\nK  V","link":{"url":"https://a.example"},"lines":[{"title":"J","url":"https://j.example"}]}`},
		{"a menu line without an id", "msgmenu", `{"list":[{"type":"click","click":{"content":"Tea"}},{"type":"text","text":{"content":"or"}}]}`, `{"shape":"buttons","lines":[{"id":"Tea","title":"Tea"},{"title":"or"}]}`},
		{"what cannot be read", "news", `[]`, `{"shape":"text","text":"seen"}`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := json.Marshal(contentOf(qyapi.SentMessage{Type: c.kind, Text: "seen", Body: json.RawMessage(c.body)}))
			if err != nil || string(got) != c.want {
				t.Errorf("got %s %v, want %s", got, err, c.want)
			}
		})
	}
}
