package wecom

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// BotText is the answer to [Event.Entered] as plain JSON: a text, cut to [MaxText] (?:
// the page names no limit). W:101031 takes a text in an answer to this event only.
func BotText(text string) []byte {
	body, _ := json.Marshal(botRequest{Type: "text", Text: &content{shorten(text, MaxText)}}) // strings alone: cannot fail
	return body
}

// Answer seals what answers a callback of an AI bot within its 5 s, as the body of the
// response. random must be new each time. The nonce is the callback's own, which W:101033
// asks for.
func (o Opened) Answer(random [randomSize]byte, plain []byte, at time.Time) ([]byte, error) {
	if len(o.by) == 0 || !o.by[0].forBots() {
		return nil, fmt.Errorf("%w: only AI bots are answered so", BadReplyJSON)
	}
	return o.by[0].pair.Seal(random, plain, "", strconv.FormatInt(at.Unix(), 10), o.nonce).JSON()
}
