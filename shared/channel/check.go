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
	case u.Scheme != "https" && (u.Scheme != "http" || !Loopback(u.Hostname())):
		c.add(*e, "api_url", "must be https (plain http only on this machine)", fix)
	}
	return strings.TrimRight(s, "/")
}

// Loopback reports whether a host is this machine.
func Loopback(host string) bool {
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
