package channel

import (
	"encoding/json"
	"net/url"
	"slices"

	"frontdesk/shared/message"
)

func (c *checker) weCom(e *entry, ch *Channel) {
	c.caller(e, ch)
	c.callback(e, ch)
	ch.APIURL = c.apiURL(e, WeComURL)
	if ch.Kind == message.WeComKF {
		ch.OpenKFID = c.text(e, "open_kfid", nameForm, "copy the account's id from WeChat Customer Service in the admin console")
		ch.RepeatSafe, ch.RepeatCode = c.repeatedMsgID(e)
		ch.HandOffAPI = c.handOff(e)
		return
	}
	ch.AgentID = c.agentID(e)
	ch.DuplicateCheck = c.duplicateCheck(e)
}

// caller reads what calls of WeCom's API are signed in with.
func (c *checker) caller(e *entry, ch *Channel) {
	ch.CorpID = c.text(e, "corp_id", nameForm, "copy it from My Company in the WeCom admin console")
	ch.Secret = Secret(c.text(e, "secret", secretForm, "copy it from the app's page in the WeCom admin console"))
}

// callback reads what WeCom's callbacks are signed and encrypted with.
func (c *checker) callback(e *entry, ch *Channel) {
	const fix = "copy it from the API callback settings in the WeCom admin console"
	ch.CallbackKeys = callbackKeys(
		c.secrets(e, "token", tokenForm, fix+" (at most 32 letters and digits)"),
		c.secrets(e, "aes_key", aesKeyForm, fix+" (EncodingAESKey, 43 letters and digits)"))
	if len(ch.CallbackKeys) > 0 {
		ch.Token, ch.AESKey = ch.CallbackKeys[0].Token, ch.CallbackKeys[0].AESKey
	}
}

func (c *checker) weComBot(e *entry, ch *Channel) {
	ch.BotID = c.text(e, "bot_id", nameForm, "copy the bot's id from its page in the WeCom client or admin console")
	c.callback(e, ch)
	ch.APIURL = c.apiURL(e, WeComURL)
}

func (c *checker) weComRobot(e *entry, ch *Channel) {
	ch.RobotKey = Secret(c.text(e, "key", nameForm, "copy what stands behind key= in the address of the group's robot"))
	ch.Link = c.link(e)
	ch.APIURL = c.apiURL(e, WeComURL)
}

func (c *checker) weComGroup(e *entry, ch *Channel) {
	c.caller(e, ch)
	ch.AgentID = c.agentID(e)
	ch.ChatID = c.text(e, "chat_id", chatForm, "write the chatid that appchat/create was given or answered: at most 32 letters and digits")
	ch.Link = c.link(e)
	ch.APIURL = c.apiURL(e, WeComURL)
}

// link reads the address that opens from a notice.
func (c *checker) link(e *entry) string {
	raw, given := e.fields["link"]
	if !given {
		return ""
	}
	const fix = "write the https address of the place where your people answer, or leave it out"
	var s string
	if json.Unmarshal(raw, &s) != nil {
		c.add(*e, "link", "is not a string", fix)
		return ""
	}
	if u, err := url.Parse(s); err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil || len(s) > maxLink {
		c.add(*e, "link", "is not an https address", fix)
		return ""
	}
	return s
}

// maxLink is how many bytes an address in a card may have (WeCom, page 91770).
const maxLink = 1024

// handOff reads where people answer customers of customer service.
func (c *checker) handOff(e *entry) (api bool) {
	raw, given := e.fields["hand_off"]
	var word string
	switch {
	case !given, json.Unmarshal(raw, &word) == nil && word == "wecom":
		return false
	case word == "api":
		return true
	}
	c.add(*e, "hand_off", "is not one we know", `write "wecom" when servicers answer in WeCom's client, "api" when people answer through the admin API`)
	return false
}

// repeatedMsgID reads what customer service does with a msgid that it has seen.
func (c *checker) repeatedMsgID(e *entry) (safe bool, code int) {
	raw, given := e.fields["repeated_msgid"]
	var word string
	switch {
	case !given, json.Unmarshal(raw, &word) == nil && word == "unknown":
		return false, 0
	case word == "ignored":
		return true, 0
	case json.Unmarshal(raw, &code) == nil && code > 0:
		return true, code
	}
	c.add(*e, "repeated_msgid", "is not one we know", `send one msgid twice to a test customer: write "ignored" when the second call is answered with errcode 0 and nothing comes, the errcode when it is refused, "unknown" else`)
	return false, 0
}

// longestDuplicateCheck is WeCom's: 4 hours (page 90236).
const longestDuplicateCheck = 4 * 60 * 60

func (c *checker) duplicateCheck(e *entry) int {
	const fix = "write for how many seconds, at most 14400, the same content is not sent twice to one member, or leave it out"
	seconds := c.whole(e, "duplicate_check", 1, fix)
	if seconds > longestDuplicateCheck {
		c.add(*e, "duplicate_check", "is longer than 4 hours", fix)
		return 0
	}
	return seconds
}

// callbackKeys pairs new with new and old with old. Where only one of the two is
// being changed, the other belongs to both pairs.
func callbackKeys(tokens, aesKeys []Secret) []CallbackKey {
	if len(tokens) == 0 || len(aesKeys) == 0 {
		return nil
	}
	var keys []CallbackKey
	for i := range max(len(tokens), len(aesKeys)) {
		key := CallbackKey{Token: tokens[min(i, len(tokens)-1)], AESKey: aesKeys[min(i, len(aesKeys)-1)]}
		if !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return keys
}

func (c *checker) agentID(e *entry) int64 {
	const fix = "copy AgentId, a number, from the app's page in the WeCom admin console"
	raw, given := e.fields["agent_id"]
	var id int64
	switch {
	case !given:
		c.add(*e, "agent_id", "is missing", fix)
	case json.Unmarshal(raw, &id) != nil || id <= 0:
		c.add(*e, "agent_id", "is not a whole number above 0", fix)
	default:
		return id
	}
	return 0
}
