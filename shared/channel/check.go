package channel

import (
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"frontdesk/shared/message"
)

// The forms that values must have. WeCom's come from its callback page (Token,
// EncodingAESKey).
var (
	idForm     = regexp.MustCompile(`^[a-z0-9-]{1,40}$`)
	numberForm = regexp.MustCompile(`^[0-9]{1,32}$`)
	secretForm = regexp.MustCompile(`^[\x21-\x7e]+$`)
	nameForm   = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)
	tokenForm  = regexp.MustCompile(`^[A-Za-z0-9]{1,32}$`)
	aesKeyForm = regexp.MustCompile(`^[A-Za-z0-9]{43}$`)
	chatForm   = regexp.MustCompile(`^[A-Za-z0-9]{1,32}$`)
)

// checker collects the faults of one list.
type checker struct{ faults Faults }

func (c *checker) add(e entry, field, problem, fix string) {
	if len(c.faults) == maxFaults {
		return
	}
	c.faults = append(c.faults, Fault{Channel: e.label, Field: field, Problem: problem, Fix: fix})
}

func (c *checker) channel(e entry) Channel {
	if e.fields == nil {
		c.add(e, "", "is not an object", `write {"id": …, "kind": …}`)
		return Channel{}
	}
	ch := Channel{ID: c.text(&e, "id", idForm, "choose a-z, 0-9 and -, at most 40 characters")}
	if ch.ID != "" {
		e.label = ch.ID
	}
	ch.Kind = c.kind(e)
	names, known := fieldNames(ch.Kind)
	if !known {
		return ch
	}
	c.names(e, names)
	switch ch.Kind {
	case message.WhatsApp:
		c.whatsApp(&e, &ch)
	case message.WeComBot:
		c.weComBot(&e, &ch)
	case message.WeComRobot:
		c.weComRobot(&e, &ch)
	case message.WeComGroup:
		c.weComGroup(&e, &ch)
	case message.Webhook:
		c.webhook(&e, &ch)
	default:
		c.weCom(&e, &ch)
	}
	return ch
}

func (c *checker) kind(e entry) message.Kind {
	const fix = "use whatsapp, wecom_kf, wecom_app, wecom_bot, wecom_robot, wecom_group or webhook"
	raw, ok := e.fields["kind"]
	if !ok {
		c.add(e, "kind", "is missing", fix)
		return ""
	}
	var kind message.Kind
	if json.Unmarshal(raw, &kind) == nil {
		if _, known := fieldNames(kind); known {
			return kind
		}
	}
	c.add(e, "kind", "is not one we know", fix)
	return ""
}

// names reports fields that the kind does not have, and fields written twice.
func (c *checker) names(e entry, known []string) {
	for _, name := range e.repeated {
		c.add(e, shown(name), "is written twice", "keep one")
	}
	var unknown []string
	for name := range e.fields {
		if !slices.Contains(known, name) {
			unknown = append(unknown, shown(name))
		}
	}
	slices.Sort(unknown)
	for _, name := range unknown {
		c.add(e, name, "is not a field of this kind", "remove it or correct its name; the fields are "+list(known))
	}
}

func shown(name string) string {
	if plainName.MatchString(name) {
		return name
	}
	return "a field with an unusual name"
}

func (c *checker) whatsApp(e *entry, ch *Channel) {
	ch.PhoneNumberID = c.text(e, "phone_number_id", numberForm, "copy the digits from WhatsApp > API Setup in the Meta app")
	if _, given := e.fields["business_id"]; given {
		ch.BusinessID = c.text(e, "business_id", numberForm, "copy the digits of the WhatsApp Business Account ID, or leave it out")
	}
	ch.Token = Secret(c.text(e, "token", secretForm, "make a system user token with whatsapp_business_messaging (and whatsapp_business_management, to list templates) in the Meta Business settings"))
	ch.AppSecrets = distinct(c.secrets(e, "app_secret", secretForm, "copy it from App settings > Basic in the Meta app"))
	ch.VerifyToken = Secret(c.text(e, "verify_token", secretForm, "invent one and enter the same in the Meta app's webhook settings"))
	ch.APIURL = c.apiURL(e, GraphURL)
	ch.Throughput = c.whole(e, "throughput", 1, "write the messages a second that the number takes: 80, 20 when it is shared with the Business app, 1000 after the rise")
	ch.PortfolioLimit = c.whole(e, "portfolio_limit", -1, "write the limit of WhatsApp Manager: 250, 2000, 10000, 100000, or -1 for unlimited")
}

// whole reads an optional whole number of at least least.
func (c *checker) whole(e *entry, name string, least int, fix string) int {
	raw, given := e.fields[name]
	if !given {
		return 0
	}
	var n int
	if json.Unmarshal(raw, &n) != nil || n < least || n == 0 || n > 1_000_000 {
		c.add(*e, name, "is not such a number", fix)
		return 0
	}
	return n
}

func distinct(secrets []Secret) (out []Secret) {
	for _, s := range secrets {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// secrets takes one secret of a form, or a list of up to two (new, old).
func (c *checker) secrets(e *entry, field string, form *regexp.Regexp, fix string) []Secret {
	fix += "; while rotating write [new, old]"
	raw, given := e.fields[field]
	if !given {
		c.add(*e, field, "is missing", fix)
		return nil
	}
	var one *string
	var many []string
	if json.Unmarshal(raw, &one) == nil && one != nil {
		many = []string{*one}
	} else if json.Unmarshal(raw, &many) != nil || len(many) == 0 || len(many) > 2 {
		c.add(*e, field, "must be a string or a list of one or two strings", fix)
		return nil
	}
	var secrets []Secret
	for _, s := range many {
		if !form.MatchString(s) {
			c.add(*e, field, malformed(s), fix)
			continue
		}
		secrets = append(secrets, Secret(s))
	}
	return secrets
}

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

// text returns a required string of a form; "" and a fault when it is not that.
func (c *checker) text(e *entry, field string, form *regexp.Regexp, fix string) string {
	raw, given := e.fields[field]
	if !given {
		c.add(*e, field, "is missing", fix)
		return ""
	}
	var s *string
	if json.Unmarshal(raw, &s) != nil || s == nil {
		c.add(*e, field, "is not a string", fix)
		return ""
	}
	if !form.MatchString(*s) {
		c.add(*e, field, malformed(*s), fix)
		return ""
	}
	return *s
}

func malformed(s string) string {
	switch {
	case s == "":
		return "is empty"
	case strings.TrimSpace(s) != s:
		return "has spaces around it"
	}
	return "has a wrong length or characters that cannot be in it"
}

func (c *checker) apiURL(e *entry, standard string) string {
	raw, given := e.fields["api_url"]
	if !given {
		return standard
	}
	fix := "use " + standard + " or leave it out"
	var s string
	if json.Unmarshal(raw, &s) != nil {
		c.add(*e, "api_url", "is not a string", fix)
		return ""
	}
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "":
		c.add(*e, "api_url", "is not an address", fix)
	case u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		c.add(*e, "api_url", "must have no user, query or fragment", fix)
	case u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())):
		c.add(*e, "api_url", "must be https (plain http only on this machine)", fix)
	}
	return strings.TrimRight(s, "/")
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// unique reports channels that share an id or an address at the vendor.
func (c *checker) unique(channels []Channel, entries []entry) {
	seen := map[[2]string]int{}
	for i, ch := range channels {
		if ch.ID != "" {
			entries[i].label = ch.ID
		}
		for _, address := range addresses(ch) {
			first, taken := seen[address]
			if !taken {
				seen[address] = i
				continue
			}
			c.add(entries[i], address[0],
				fmt.Sprintf("is the same as that of channel %s (#%d and #%d in the list)", entries[first].label, first+1, i+1),
				"give each channel its own")
		}
	}
}

// addresses are the values that no two channels may share: field and value.
func addresses(ch Channel) [][2]string {
	all := [][2]string{{"id", ch.ID}, {"phone_number_id", ch.PhoneNumberID}, {"open_kfid", ch.OpenKFID}, {"bot_id", ch.BotID}, {"chat_id", ch.ChatID}, {"key", ch.RobotKey.Reveal()}, {"url", ch.URL.Reveal()}}
	if ch.Kind == message.WeComApp && ch.AgentID != 0 {
		all = append(all, [2]string{"agent_id", fmt.Sprintf("%s/%d", ch.CorpID, ch.AgentID)})
	}
	return slices.DeleteFunc(all, func(a [2]string) bool { return a[1] == "" })
}
