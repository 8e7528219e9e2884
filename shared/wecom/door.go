// Package wecom speaks with WeCom (企业微信): self-built apps, WeChat customer service
// (微信客服, KF) and AI bots (智能机器人).
//
// In: [ParseQuery] and [Unwrap] take a callback apart, [Door.Open] finds the pair
// of Token and EncodingAESKey that signed it, checks the signature, decrypts it and
// compares the receiver, and [Door.Parse] turns the XML inside, or an AI bot's JSON, into
// one message, one event or one call to pull, in this order and never the other way round: no
// byte is decrypted before its signature holds. [Door.Echo] answers the check of
// the callback address.
//
// Out: [Reply], [BotText] and [Pair.Seal] write the answer to a callback. [Sender] calls the API
// with the access token that [Tokens] shares among all processes: it sends messages,
// answers events, moves sessions, and pulls what customers wrote, which [ParseItem]
// reads; an AI bot's answers go to the address that came with the message, without a
// token. [Explain] says of each error code what to do about it.
//
// It refuses unsigned callbacks, callbacks for another company, XML that WeCom
// never writes (document types, entities, comments, attributes, deep nesting), JSON with
// a name twice, bodies above [MaxBody], and addresses for answers that are not WeCom's. It
// never refuses what it does not know: unknown types, events and elements are kept.
//
// Sources: Tencent, developer.work.weixin.qq.com, pages 90930 (callbacks), 90968
// (encryption), 96468 (events), 96361 (customers), 90241 (replies), 90313
// (error codes), 94699 (customer service), 100719, 101027, 101031, 101033 and 101138 (AI
// bot). W:n names such a page.
package wecom

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"
	"unicode/utf8"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
)

// Errors of [Door.Open], [Door.Echo] and [Door.Parse] beside the refusals.
var (
	// ErrNoDoor says that no WeCom channel has this id: answer 404.
	ErrNoDoor = errors.New("no WeCom channel has this id")
	// ErrNoChannel says that an authentic callback names an app or an account that no
	// channel has, or one whose channel has other keys. Keep what was opened.
	ErrNoChannel = errors.New("no channel of these callback keys has this AgentID, OpenKfId or aibotid")
	// ErrUnusable says that an authentic message lacks what a message must have.
	// Keep what was opened.
	ErrUnusable = errors.New("the message has no sender, no type, or no time in unix seconds")
)

// Door knows every WeCom channel and the keys of its callbacks. It is safe for
// concurrent use.
type Door struct {
	// addresses maps a channel's id, which stands in its callback address, to the
	// pairs that sign there, the newest first.
	addresses map[string]address
	heard     *firsts
}

// address is the callback address of a channel. corp is the receiver: none for a bot.
type address struct {
	corp    string
	bot     bool
	signers []*signer
}

// signer is one distinct pair of keys of a company, and the channels that share
// it: WeCom has one callback address per app, also for all KF accounts of the app.
type signer struct {
	corp     string
	pair     *Pair
	apps     map[string]string // AgentID → channel id
	accounts map[string]string // OpenKfId → channel id
	bots     map[string]bot    // aibotid → channel
}

// bot is the channel of an AI bot: its id, and where its API is called.
type bot struct{ channel, api string }

// forBots reports the keys of AI bots.
func (s *signer) forBots() bool { return len(s.bots) > 0 }

// signerKey finds the signer that channels share, while a door is made. No signer
// keeps it: what holds keys in the clear can be printed.
type signerKey struct {
	corp string
	key  channel.CallbackKey
}

// NewDoor takes all channels and keeps those of the WeCom kinds.
func NewDoor(channels []channel.Channel) (*Door, error) {
	d := &Door{addresses: map[string]address{}, heard: &firsts{}}
	signers := map[signerKey]*signer{}
	for _, ch := range channels {
		if ch.Kind != message.WeComKF && ch.Kind != message.WeComApp && ch.Kind != message.WeComBot {
			continue
		}
		at := address{corp: ch.CorpID, bot: ch.Kind == message.WeComBot}
		if at.bot { // receive ids of AI bots are empty (W:101033)
			at.corp = ""
		}
		for _, key := range callbackKeys(ch) {
			s, err := share(signers, signerKey{at.corp, key})
			if err != nil {
				return nil, fmt.Errorf("channel %s: %w", ch.ID, err)
			}
			s.speaksFor(ch)
			at.signers = append(at.signers, s)
		}
		d.addresses[ch.ID] = at
	}
	return d, nil
}

// callbackKeys takes a channel that was not made by package channel, too.
func callbackKeys(ch channel.Channel) []channel.CallbackKey {
	if len(ch.CallbackKeys) > 0 {
		return ch.CallbackKeys
	}
	return []channel.CallbackKey{{Token: ch.Token, AESKey: ch.AESKey}}
}

// share returns the one signer of a company and its keys.
func share(signers map[signerKey]*signer, of signerKey) (*signer, error) {
	if s := signers[of]; s != nil {
		return s, nil
	}
	pair, err := NewPair(of.key)
	if err != nil {
		return nil, err
	}
	s := &signer{corp: of.corp, pair: pair, apps: map[string]string{}, accounts: map[string]string{}, bots: map[string]bot{}}
	signers[of] = s
	return s, nil
}

func (s *signer) speaksFor(ch channel.Channel) {
	switch ch.Kind {
	case message.WeComKF:
		s.accounts[ch.OpenKFID] = ch.ID
	case message.WeComBot:
		s.bots[ch.BotID] = bot{ch.ID, ch.APIURL}
	default:
		s.apps[strconv.FormatInt(ch.AgentID, 10)] = ch.ID
	}
}

// Knows reports whether a channel has a callback address here.
func (d *Door) Knows(channelID string) bool {
	_, known := d.addresses[channelID]
	return known
}

// Opened is a callback that was signed, decrypted and meant for us. The zero value
// speaks for no channel.
type Opened struct {
	// Plain is the XML, or an AI bot's JSON, inside. It is personal data: keep it, never
	// log it.
	Plain []byte
	// Channel is the id in the address that it came to.
	Channel string
	// At is when WeCom signed it; zero when it does not say.
	At    time.Time
	nonce string
	by    []*signer
}

// Format hides what was opened from every verb of package fmt.
func (o Opened) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[callback to "+o.Channel+"]") }

// Open verifies and decrypts the body of a POST to a channel's callback address.
func (d *Door) Open(channelID string, q Query, body []byte) (Opened, error) {
	if _, ok := d.addresses[channelID]; !ok {
		return Opened{}, ErrNoDoor
	}
	encrypted, err := Unwrap(body)
	if err != nil {
		return Opened{}, err
	}
	return d.open(channelID, q, encrypted)
}

// Echo answers the GET with which WeCom checks a callback address, within 1 s: the
// result is the whole body, without quotes or a line end (W:90930).
func (d *Door) Echo(channelID string, q Query) ([]byte, error) {
	o, err := d.open(channelID, q, []byte(q.Echo))
	return o.Plain, err
}

// open tries every pair of the address. A token may be the same in two pairs, so a
// pair that signs but does not decrypt is not the last word.
func (d *Door) open(channelID string, q Query, encrypted []byte) (Opened, error) {
	at, ok := d.addresses[channelID]
	if !ok {
		return Opened{}, ErrNoDoor
	}
	var failed error = BadSignature
	for _, s := range at.signers {
		if !s.pair.Verify(q, encrypted) {
			continue
		}
		plain, err := s.pair.Decrypt(encrypted, at.corp)
		if err == nil {
			return Opened{Plain: plain, Channel: channelID, At: q.time(), nonce: q.Nonce, by: []*signer{s}}, nil
		}
		failed = err
	}
	return Opened{}, failed
}

// Trust stands for a callback that was opened before: for what was kept and is put
// back by an operator, who sets At as it was. It speaks for every channel that shares
// keys with this one.
func (d *Door) Trust(channelID string, plain []byte) Opened {
	return Opened{Plain: plain, Channel: channelID, by: d.addresses[channelID].signers}
}

// app returns the channel of an AgentID; "" when its keys are not the opener's.
func (o Opened) app(agentID string) string {
	for _, s := range o.by {
		if id := s.apps[agentID]; id != "" {
			return id
		}
	}
	return ""
}

func (o Opened) account(openKFID string) string {
	for _, s := range o.by {
		if id := s.accounts[openKFID]; id != "" {
			return id
		}
	}
	return ""
}

// bot returns the channel of an aibotid; zero when its keys are not the opener's.
func (o Opened) bot(id string) bot {
	for _, s := range o.by {
		if b, ok := s.bots[id]; ok {
			return b
		}
	}
	return bot{}
}

func (o Opened) corp() string {
	if len(o.by) == 0 {
		return ""
	}
	return o.by[0].corp
}

// text is what is inside as valid UTF-8, the only text that stores and queues take.
func (o Opened) text() []byte {
	if utf8.Valid(o.Plain) {
		return o.Plain
	}
	return bytes.ToValidUTF8(o.Plain, []byte("\uFFFD"))
}
