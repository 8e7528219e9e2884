package wecom

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
)

const theReturn = "https://qyapi.weixin.qq.com/cgi-bin/aibot/response?response_code=EXAMPLE0001"

func botChannel(api string) channel.Channel {
	return channel.Channel{
		ID: "bot-main", Kind: message.WeComBot, BotID: "aibEXAMPLE", APIURL: api,
		CallbackKeys: []channel.CallbackKey{{Token: vectorToken, AESKey: vectorKey}},
	}
}

// botDoor has an AI bot whose keys are, by a slip, those of the app beside it.
func botDoor(t testing.TB) *Door {
	t.Helper()
	app := channel.Channel{ID: "app-main", Kind: message.WeComApp, CorpID: vectorCorp, AgentID: 1000002, Token: vectorToken, AESKey: vectorKey}
	bot := botChannel(channel.WeComURL)
	bot.CorpID = vectorCorp // which is not the receiver of its callbacks
	d, err := NewDoor([]channel.Channel{app, bot})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// ask seals what an AI bot's callback says and opens it again.
func ask(t testing.TB, d *Door, inside []byte) Opened {
	t.Helper()
	sealed := testPair(t, vectorToken, vectorKey).Seal([16]byte{7}, inside, "", "1780000000", "nonce")
	q, _ := sealed.Post("", "")
	o, err := d.Open("bot-main", q, sealed.PostJSON())
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// trusted is what [ask] returns, also of what is larger than any callback.
func trusted(t testing.TB, inside string) Opened {
	t.Helper()
	o := botDoor(t).Trust("bot-main", []byte(inside))
	o.At = time.Unix(1780000000, 0).UTC()
	return o
}

// TestSamplesOfABot sends every sample of what an AI bot hears through the door and
// compares the whole result.
func TestSamplesOfABot(t *testing.T) {
	d := botDoor(t)
	samples := files(t, "bot/*.json")
	for file, inside := range samples {
		t.Run(strings.TrimSuffix(file, ".json"), func(t *testing.T) {
			received, err := d.Parse(ask(t, d, inside))
			if err != nil {
				t.Fatal(err)
			}
			got, err := json.MarshalIndent(received, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			golden(t, filepath.Join("testdata", "bot", file), append(got, '\n'))
			if !received.Poll {
				keepsWhatABotHears(t, inside, got)
			}
		})
	}
	if goldens, _ := filepath.Glob("testdata/bot/*.json"); len(goldens) != len(samples) || len(samples) < 25 {
		t.Errorf("got %d golden files for %d samples, want as many, at least 25", len(goldens), len(samples))
	}
}

// keepsWhatABotHears looks for every text of a sample in what was made of it. Left out are
// those that are told in another way: the kind of chat, the bot (it is the channel), and
// an address for the answer that is not WeCom's.
func keepsWhatABotHears(t *testing.T, inside, parsed []byte) {
	t.Helper()
	var doc, got any
	if json.Unmarshal(inside, &doc) != nil || json.Unmarshal(parsed, &got) != nil {
		t.Fatal("a sample is no JSON")
	}
	kept := map[string]bool{}
	eachText(got, func(s string) { kept[s] = true })
	eachText(doc, func(s string) {
		told := s == "single" || s == "group" || s == "event" || s == "aibEXAMPLE" || strings.Contains(s, "response_code") || strings.Contains(s, "attacker")
		if !kept[s] && !told {
			t.Errorf("%q is lost", s)
		}
	})
}

func eachText(v any, tell func(string)) {
	switch v := v.(type) {
	case string:
		tell(v)
	case []any:
		for _, one := range v {
			eachText(one, tell)
		}
	case map[string]any:
		for _, one := range v {
			eachText(one, tell)
		}
	}
}

func TestATextToABotSaysItAll(t *testing.T) {
	d := botDoor(t)
	got, err := d.Parse(ask(t, d, files(t, "bot/text.json")["text.json"]))
	want := Received{Inbound: &message.Inbound{
		Channel: "bot-main",
		ID:      "CAIQ16HMjQYYEXAMPLE01=",
		From:    message.Person{UserID: "zhang"},
		Time:    time.Unix(1780000000, 0).UTC(), // of the signature
		Type:    "text",
		Text:    "When is the canteen open?",
		Return:  theReturn,
	}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("error %v, differs (-want +got):\n%s", err, diff)
	}
}

func TestWhatABotCannotUse(t *testing.T) {
	const head = `"msgid":"m1","aibotid":"aibEXAMPLE","chattype":"single","from":{"userid":"zhang"}`
	for _, c := range []struct {
		name, json string
		want       error
	}{
		{"a message", `{` + head + `,"msgtype":"text","text":{"content":"hello"}}`, nil},
		{"another bot's", `{"msgid":"m1","aibotid":"aibOTHER","from":{"userid":"zhang"},"msgtype":"text"}`, ErrNoChannel},
		{"no bot", `{"msgid":"m1","from":{"userid":"zhang"},"msgtype":"text"}`, ErrNoChannel},
		{"no sender", `{"msgid":"m1","aibotid":"aibEXAMPLE","msgtype":"text"}`, ErrUnusable},
		{"a sender that is a list", `{"msgid":"m1","aibotid":"aibEXAMPLE","from":["zhang"],"msgtype":"text"}`, ErrUnusable},
		{"no type", `{` + head + `}`, ErrUnusable},
		{"a type that is true", `{` + head + `,"msgtype":true}`, ErrUnusable},
		{"no JSON", `hello`, BadJSON},
		{"nothing", ``, BadJSON},
		{"XML", `<xml></xml>`, BadJSON},
		{"a list", `[]`, BadJSON},
		{"a number", `1`, BadJSON},
		{"two documents", `{}{}`, BadJSON},
		{"a name twice", `{` + head + `,"msgtype":"text","from":{"userid":"li"}}`, BadJSON},
		{"a name twice, spelt otherwise", `{` + head + `,"msgtype":"text","\u0066rom":{"userid":"li"}}`, BadJSON},
		{"a name twice far inside", `{` + head + `,"msgtype":"text","x":[{"y":[{"a":1,"a":2}]}]}`, BadJSON},
		{"nested 100,000 deep", `{"a":` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + `}`, BadJSON},
		{"nested 20 deep", `{"a":` + strings.Repeat(`[`, 20) + strings.Repeat("]", 20) + `}`, BadJSON},
		{"objects 20 deep", strings.Repeat(`{"a":`, 20) + "1" + strings.Repeat("}", 20), BadJSON},
		{"10,000 values", `{"a":[` + strings.Repeat("1,", 10_000) + `1]}`, BadJSON},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := botDoor(t).Parse(trusted(t, c.json))
			if !errors.Is(err, c.want) || err != nil && got != (Received{}) {
				t.Errorf("got %+v and %v, want %v", got, err, c.want)
			}
			if err != nil && (strings.Contains(err.Error(), "zhang") || strings.Contains(err.Error(), "hello")) {
				t.Errorf("the error holds what was sent: %v", err)
			}
		})
	}
}

// Whatever stands where a text or an object is expected, the message is kept.
func TestValuesOfAnotherKindBreakNothing(t *testing.T) {
	d := botDoor(t)
	for _, value := range []string{`1`, `-1e999`, `true`, `null`, `""`, `"x"`, `[]`, `[1,[2]]`, `{}`, `{"content":[]}`, `{"content":{"content":1}}`, `{"msg_item":"x"}`, `{"msg_item":[1,null,{"text":3}]}`, `"\ud800"`} {
		for _, kind := range []string{"text", "mixed", "voice", "image", "event", "chatid", "chattype", "create_time", "msgid", "quote", "response_url"} {
			doc := fmt.Sprintf(`{"aibotid":"aibEXAMPLE","from":{"userid":"zhang"},"msgtype":%q,%q:%s}`, kind, kind, value)
			got, err := d.Parse(ask(t, d, []byte(doc)))
			if err != nil {
				t.Errorf("%s: got %v, want it kept", doc, err)
				continue
			}
			checkSaid(t, got)
		}
	}
}

func TestTheEventOfACardInEveryForm(t *testing.T) {
	for _, c := range []struct{ name, event, want string }{
		{"a button", `"template_card_event":{"event_key":"price"}`, "price"},
		{"flat, as older pages show it", `"event_key":"price","task_id":"t"`, "price"},
		{"a list of ours", `"template_card_event":{"event_key":"frontdesk-list","selected_items":{"selected_item":[{"option_ids":{"option_id":["a"]}}]}}`, "a"},
		{"a list of ours with two", `"template_card_event":{"event_key":"frontdesk-list","selected_items":{"selected_item":[{"option_ids":{"option_id":["a","b"]}}]}}`, "frontdesk-list"},
		{"a list of ours with none", `"template_card_event":{"event_key":"frontdesk-list"}`, "frontdesk-list"},
		{"nothing", `"template_card_event":{}`, ""},
	} {
		d := botDoor(t)
		doc := `{"msgid":"m","create_time":1780000001,"aibotid":"aibEXAMPLE","from":{"userid":"zhang"},"msgtype":"event","event":{"eventtype":"template_card_event",` + c.event + `}}`
		got, err := d.Parse(ask(t, d, []byte(doc)))
		if err != nil || got.Inbound == nil || got.Inbound.Choice != c.want || got.Inbound.Type != "template_card_event" {
			t.Errorf("%s: got %+v and %v, want the choice %q", c.name, got.Inbound, err, c.want)
		}
	}
}

func TestInWhichChatABotWasAsked(t *testing.T) {
	for _, c := range []struct{ name, fields, want string }{
		{"alone", `"chattype":"single"`, ""},
		{"alone, whatever the chat is called", `"chattype":"single","chatid":"CHAT"`, ""},
		{"in a group", `"chattype":"group","chatid":"CHAT"`, "CHAT"},
		{"in a group without an id", `"chattype":"group"`, "unknown"},
		{"in a chat of no kind", `"chatid":"CHAT"`, "CHAT"},
		{"nothing is said of it", `"x":1`, ""},
	} {
		doc := `{"msgid":"m","aibotid":"aibEXAMPLE","from":{"userid":"zhang"},"msgtype":"text","text":{"content":"hi"},` + c.fields + `}`
		got, err := botDoor(t).Parse(trusted(t, doc))
		if err != nil || got.Inbound.Group != c.want {
			t.Errorf("%s: got %+v and %v, want group %q", c.name, got.Inbound, err, c.want)
		}
	}
}

func TestTheMentionIsCutOffTheStart(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"a mention and a question", "@Desk opening hours", "opening hours"},
		{"another mention later", "@Desk ask @Lee\u2005about it", "ask @Lee\u2005about it"},
		{"a name of two words, ended by WeChat's own space", "@Front Desk\u2005opening hours", "opening hours"},
		{"a line break behind it", "@Desk\nopening hours", "opening hours"},
		{"alone", "@Desk", ""},
		{"spaces before it", "  @Desk hi", "hi"},
		{"a colleague behind it", "@Desk @li is away?", "@li is away?"},
		{"at the end", "opening hours @Desk", "opening hours @Desk"},
		{"none", "opening hours", "opening hours"},
		{"a wide space far behind", "@Desk " + strings.Repeat("x", 70) + "\u2005y", strings.Repeat("x", 70) + "\u2005y"},
	} {
		if got := unmentioned(c.text); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestWhereAnAnswerMayGo(t *testing.T) {
	const local, proxy = "http://127.0.0.1:8080", "https://proxy.example.com:8443/wecom"
	for _, c := range []struct {
		address, api string
		want         bool
	}{
		{theReturn, channel.WeComURL, true},
		{"https://QYAPI.weixin.qq.com:443/cgi-bin/aibot/response?response_code=x", channel.WeComURL, true},
		{"https://api.work.weixin.qq.com/x", channel.WeComURL, true},
		{"http://qyapi.weixin.qq.com/x", channel.WeComURL, false},
		{"https://qyapi.weixin.qq.com:8443/x", channel.WeComURL, false},
		{"https://qyapi.weixin.qq.com.attacker.example/x", channel.WeComURL, false},
		{"https://attacker.example/qyapi.weixin.qq.com", channel.WeComURL, false},
		{"https://me:pw@qyapi.weixin.qq.com/x", channel.WeComURL, false},
		{"https://qyapi.weixin.qq.com@attacker.example/x", channel.WeComURL, false},
		{"https://notwork.weixin.qq.com/x", channel.WeComURL, false},
		{"https://169.254.169.254/latest/meta-data", channel.WeComURL, false},
		{"https://localhost/x", channel.WeComURL, false},
		{"https://[::1]/x", channel.WeComURL, false},
		{"file:///etc/passwd", channel.WeComURL, false},
		{"https:qyapi.weixin.qq.com", channel.WeComURL, false},
		{"//qyapi.weixin.qq.com/x", channel.WeComURL, false},
		{"https://qyapi.weixin.qq.com/x#y", channel.WeComURL, false},
		{"RESPONSEURL", channel.WeComURL, false},
		{"", "", false},
		{"https://qyapi.weixin.qq.com/" + strings.Repeat("x", maxReturn), channel.WeComURL, false},
		{"https://proxy.example.com:8443/cgi-bin/x", proxy, true},
		{"https://proxy.example.com/cgi-bin/x", proxy, false},
		{"http://proxy.example.com:8443/cgi-bin/x", proxy, false},
		{theReturn, proxy, true},
		{"http://127.0.0.1:8080/cgi-bin/x", local, true},
		{"http://localhost:9090/cgi-bin/x", local, true},
		{"http://192.168.0.1:8080/cgi-bin/x", local, false},
	} {
		if got := returnable(c.address, c.api); got != c.want {
			t.Errorf("%.80s beside %s: got %v, want %v", c.address, c.api, got, c.want)
		}
	}
}

func TestKeysDoNotOpenWhatIsForAnother(t *testing.T) {
	d, pair := botDoor(t), testPair(t, vectorToken, vectorKey)
	text := files(t, "bot/text.json")["text.json"]
	forBot, forApp := pair.Seal([16]byte{1}, text, "", "1780000000", "n"), pair.Seal([16]byte{1}, text, vectorCorp, "1780000000", "n")
	for _, c := range []struct {
		name, channel string
		sealed        Sealed
		want          error
	}{
		{"a bot's at its address", "bot-main", forBot, nil},
		{"a bot's at the app's address", "app-main", forBot, BadReceiver},
		{"the app's at the bot's address", "bot-main", forApp, BadReceiver},
		{"another token", "bot-main", Sealed{forBot.Encrypt, strings.Repeat("0", 40), forBot.Timestamp, forBot.Nonce}, BadSignature},
	} {
		q, _ := c.sealed.Post("", "")
		if _, err := d.Open(c.channel, q, c.sealed.PostJSON()); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, err, c.want)
		}
	}
	// The echo of a bot's address has no receiver either.
	q := pair.Seal([16]byte{2}, []byte("1616140317555161061"), "", "1780000000", "n").Get()
	if got, err := d.Echo("bot-main", q); err != nil || string(got) != "1616140317555161061" {
		t.Errorf("got %q and %v, want the word that was sealed", got, err)
	}
}

// A repeat is signed anew, later. It is the same message, with the same id and time: our
// own id of it is made of both.
func TestARepeatedMessageToABotIsTheSame(t *testing.T) {
	d, pair := botDoor(t), testPair(t, vectorToken, vectorKey)
	heard := func(timestamp string, sample string) message.Inbound {
		sealed := pair.Seal([16]byte{3}, files(t, "bot/"+sample)[sample], "", timestamp, "n"+timestamp)
		q, _ := sealed.Post("", "")
		o, err := d.Open("bot-main", q, sealed.PostJSON())
		if err != nil {
			t.Fatal(err)
		}
		got, err := d.Parse(o)
		if err != nil {
			t.Fatal(err)
		}
		return *got.Inbound
	}
	for _, sample := range []string{"text.json", "text_with_time.json", "without_msgid.json", "tap_on_a_button.json"} {
		first, again := heard("1780000000", sample), heard("1780000006", sample)
		if diff := cmp.Diff(first, again); diff != "" {
			t.Errorf("%s: the repeat differs:\n%s", sample, diff)
		}
	}
}

func TestWhatIsRememberedIsBounded(t *testing.T) {
	var f firsts
	at := time.Unix(1780000000, 0)
	for i := range 2*remembered + 1 {
		f.first(fmt.Sprint(i), at.Add(time.Duration(i)*time.Second))
	}
	if len(f.at) != remembered {
		t.Errorf("got %d remembered, want %d", len(f.at), remembered)
	}
	if got := f.first(fmt.Sprint(2*remembered), at); !got.Equal(at.Add(2 * remembered * time.Second)) {
		t.Errorf("got %v, want the time of the first delivery", got)
	}
	if got := f.first("0", at); !got.Equal(at) {
		t.Errorf("got %v for one that was forgotten, want its new time", got)
	}
}

func TestSomebodyOpensTheChatWithABot(t *testing.T) {
	d := botDoor(t)
	o := ask(t, d, files(t, "bot/enter_chat.json")["enter_chat.json"])
	got, err := d.Parse(o)
	if err != nil || got.Event == nil {
		t.Fatalf("got %+v and %v, want an event", got, err)
	}
	if who, ok := got.Event.Entered(); !ok || who.UserID != "zhang" {
		t.Errorf("got %+v, %v, want zhang", who, ok)
	}
	body, err := o.Answer([16]byte{1}, BotText("Welcome \"zhang\"\n<b>"), time.Unix(1780000001, 0))
	if err != nil {
		t.Fatal(err)
	}
	var reply struct {
		Encrypt   string `json:"encrypt"`
		Signature string `json:"msgsignature"`
		Timestamp int64  `json:"timestamp"`
		Nonce     string `json:"nonce"`
	}
	if err := json.Unmarshal(body, &reply); err != nil || reply.Timestamp != 1780000001 || reply.Nonce != "nonce" {
		t.Fatalf("got %s and %v, want the callback's own nonce", body, err)
	}
	pair := testPair(t, vectorToken, vectorKey)
	if !pair.Verify(Query{Signature: reply.Signature, Timestamp: "1780000001", Nonce: reply.Nonce}, []byte(reply.Encrypt)) {
		t.Error("the signature does not match")
	}
	plain, err := pair.Decrypt([]byte(reply.Encrypt), "")
	if want := `{"msgtype":"text","text":{"content":"Welcome \"zhang\"\n\u003cb\u003e"}}`; err != nil || string(plain) != want {
		t.Errorf("got %s and %v, want %s", plain, err, want)
	}
	other := post(t, testDoor(t), "app-main", files(t, "inner/text.xml")["text.xml"])
	if _, err := other.Answer([16]byte{1}, plain, time.Unix(1, 0)); !errors.Is(err, BadReplyJSON) {
		t.Errorf("an app's callback: got %v, want %v", err, BadReplyJSON)
	}
	for _, e := range []Event{{Name: "enter_agent", From: "zhang"}, {Name: "enter_chat"}} {
		if _, ok := e.Entered(); ok {
			t.Errorf("%+v counts as entering", e)
		}
	}
}

func TestABotsResultSharesNoMemoryWithTheCallback(t *testing.T) {
	d := botDoor(t)
	for name, sample := range files(t, "bot/*.json") {
		o := ask(t, d, sample)
		got, err := d.Parse(o)
		if err != nil {
			t.Fatal(err)
		}
		before, _ := json.Marshal(got)
		clear(o.Plain)
		if after, _ := json.Marshal(got); !bytes.Equal(before, after) {
			t.Errorf("%s: the result changed with the buffer", name)
		}
	}
}

// checkSaid holds what every result for a bot must be.
func checkSaid(t *testing.T, got Received) {
	t.Helper()
	stored, err := json.Marshal(got)
	if err != nil {
		t.Fatalf("cannot be stored: %v", err)
	}
	switch {
	case got.Poll && got.Inbound == nil && got.Event == nil:
	case got.Inbound != nil && got.Event == nil && !got.Poll:
		m := got.Inbound
		if m.Channel == "" || !m.From.Known() || m.Time.IsZero() || m.Type == "" || m.ID == "" || len(m.ID) > maxBotID {
			t.Errorf("an incomplete message: %+v", m)
		}
		if m.Return != "" && !returnable(m.Return, channel.WeComURL) {
			t.Errorf("an answer could be sent to %s", m.Return)
		}
		if m.Extra["response_url"] != nil {
			t.Errorf("the address for the answer is kept twice: %s", stored)
		}
	case got.Event != nil && got.Inbound == nil && !got.Poll:
		if e := got.Event; e.Channel == "" || e.Name == "" || !json.Valid(e.Value) || e.ID == "" || objectOf(e.Value).get("response_url") != nil {
			t.Errorf("an incomplete event: %+v", e)
		}
	default:
		t.Errorf("not exactly one value: %+v", got)
	}
}
