package wecom

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files")

// testDoor has an app and a customer service account that share one callback, as
// they do when the app is allowed to run the account, and an app of its own keys.
func testDoor(t testing.TB) *Door {
	t.Helper()
	keys := func(pairs ...string) (all []channel.CallbackKey) {
		for i := 0; i < len(pairs); i += 2 {
			all = append(all, channel.CallbackKey{Token: channel.Secret(pairs[i]), AESKey: channel.Secret(pairs[i+1])})
		}
		return all
	}
	d, err := NewDoor([]channel.Channel{
		{ID: "app-main", Kind: message.WeComApp, CorpID: vectorCorp, AgentID: 1000002, CallbackKeys: keys(vectorToken, vectorKey)},
		{ID: "kf-main", Kind: message.WeComKF, CorpID: vectorCorp, OpenKFID: "wkAJ2GCAAAexample", CallbackKeys: keys(vectorToken, vectorKey)},
		{ID: "app-rotating", Kind: message.WeComApp, CorpID: vectorCorp, AgentID: 1000003, CallbackKeys: keys("newToken", otherKey, "oldToken", vectorKey)},
		{ID: "app-new-key", Kind: message.WeComApp, CorpID: vectorCorp, AgentID: 1000004, CallbackKeys: keys("oneToken", otherKey, "oneToken", vectorKey)},
		{ID: "app-elsewhere", Kind: message.WeComApp, CorpID: "wxffffffffffffffff", AgentID: 1000002, Token: vectorToken, AESKey: vectorKey},
		{ID: "wa-main", Kind: message.WhatsApp, Token: "EAAG", PhoneNumberID: "106540352242922"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// post seals an inner XML as WeCom would and opens it again.
func post(t testing.TB, d *Door, channelID string, inside []byte) Opened {
	t.Helper()
	q, body := testPair(t, vectorToken, vectorKey).Seal([16]byte{7}, inside, vectorCorp, "1780000000", "nonce").Post(vectorCorp, "1000002")
	o, err := d.Open(channelID, q, body)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// TestSamples sends every sample of what stands inside a callback through the door
// and compares the whole result.
func TestSamples(t *testing.T) {
	d := testDoor(t)
	samples := files(t, "inner/*.xml")
	if len(samples) < 55 {
		t.Errorf("found %d samples, want at least 55", len(samples))
	}
	for file, inside := range samples {
		name := strings.TrimSuffix(file, ".xml")
		t.Run(name, func(t *testing.T) {
			received, err := d.Parse(post(t, d, "app-main", inside))
			if err != nil {
				t.Fatal(err)
			}
			got, err := json.MarshalIndent(received, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			golden(t, filepath.Join("testdata", "parsed", name+".json"), append(got, '\n'))
			keepsEverything(t, inside, got)
		})
	}
	goldens, _ := filepath.Glob("testdata/parsed/*.json")
	if len(goldens) != len(samples) {
		t.Errorf("got %d golden files for %d samples", len(goldens), len(samples))
	}
}

func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs (-want +got); if that is right, run go test -update:\n%s", path, diff)
	}
}

// keepsEverything looks for every text of a sample, read by encoding/xml, in what
// was made of it. Left out are the elements that are told in another way: the time,
// the app (it is the channel), and the word event.
func keepsEverything(t *testing.T, inside, parsed []byte) {
	t.Helper()
	nodes, err := oracle(inside)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range nodes {
		if n.Parent || n.Text == "" || n.Name == "CreateTime" || n.Name == "AgentID" || n.Name == "MsgType" || n.Text == vectorCorp {
			continue
		}
		want, err := json.Marshal(n.Text)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(parsed, want) && !(n.Name == "Event" && bytes.Contains(parsed, []byte(`"pull": {`))) {
			t.Errorf("element %s with %s is lost", n.Name, want)
		}
	}
}

func TestATextSaysItAll(t *testing.T) {
	d := testDoor(t)
	got, err := d.Parse(post(t, d, "app-main", files(t, "inner/text.xml")["text.xml"]))
	want := Received{Inbound: &message.Inbound{
		Channel: "app-main",
		ID:      "1234567890123456001",
		From:    message.Person{UserID: "zhangsan"},
		Time:    time.Unix(1780000001, 0).UTC(),
		Type:    "text",
		Text:    "When is the canteen open?",
	}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("error %v, differs (-want +got):\n%s", err, diff)
	}
}

func inside(elements string) []byte { return []byte("<xml>" + elements + "</xml>") }

func TestAuthenticCallbacksThatCannotBeUsed(t *testing.T) {
	const head = "<FromUserName>zhangsan</FromUserName><CreateTime>1780000000</CreateTime>"
	const text = head + "<MsgType>text</MsgType><Content>hello</Content>"
	for _, c := range []struct {
		name, elements string
		want           error
	}{
		{"a message", text + "<AgentID>1000002</AgentID>", nil},
		{"another app's message", text + "<AgentID>1000003</AgentID>", ErrNoChannel},
		{"an unknown app's message", text + "<AgentID>9</AgentID>", ErrNoChannel},
		{"no app", text, ErrNoChannel},
		{"no sender", "<CreateTime>1780000000</CreateTime><MsgType>text</MsgType><AgentID>1000002</AgentID>", ErrUnusable},
		{"no time", "<FromUserName>zhangsan</FromUserName><MsgType>text</MsgType><AgentID>1000002</AgentID>", ErrUnusable},
		{"a time that is none", "<FromUserName>z</FromUserName><CreateTime>soon</CreateTime><MsgType>text</MsgType><AgentID>1000002</AgentID>", ErrUnusable},
		{"a time beyond the year 9999", "<FromUserName>z</FromUserName><CreateTime>253402300800</CreateTime><MsgType>text</MsgType><AgentID>1000002</AgentID>", ErrUnusable},
		{"no type", head + "<AgentID>1000002</AgentID>", ErrUnusable},
		{"a sender twice", text + "<AgentID>1000002</AgentID><FromUserName>lisi</FromUserName>", BadXML},
		{"an empty sender and then one", "<FromUserName></FromUserName>" + text + "<AgentID>1000002</AgentID>", BadXML},
		{"elements where the type must be", head + "<MsgType><a>text</a></MsgType><AgentID>1000002</AgentID>", BadXML},
		{"an account that we do not have", "<MsgType>event</MsgType><Event>kf_msg_or_event</Event><Token>t</Token><OpenKfId>wkOther</OpenKfId>", ErrNoChannel},
		{"an account without a name", "<MsgType>event</MsgType><Event>kf_msg_or_event</Event><Token>t</Token>", ErrNoChannel},
		{"a tap in another app", head + "<MsgType>event</MsgType><Event>click</Event><EventKey>k</EventKey><AgentID>9</AgentID>", ErrNoChannel},
		{"an event that names no app", "<MsgType>event</MsgType><Event>change_contact</Event>", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := testDoor(t)
			got, err := d.Parse(post(t, d, "app-main", inside(c.elements)))
			if !errors.Is(err, c.want) {
				t.Errorf("got %+v and %v, want %v", got, err, c.want)
			}
			if err != nil && got != (Received{}) {
				t.Errorf("got %+v beside an error", got)
			}
			if err != nil && (strings.Contains(err.Error(), "zhangsan") || strings.Contains(err.Error(), "hello")) {
				t.Errorf("the error holds what was sent: %v", err)
			}
		})
	}
}

func TestABodyThatIsNoXML(t *testing.T) {
	d := testDoor(t)
	for _, body := range []string{"", "{}", "hello", "<xml>"} {
		if got, err := d.Parse(post(t, d, "app-main", []byte(body))); !errors.Is(err, BadXML) {
			t.Errorf("%q: got %+v and %v, want %v", body, got, err, BadXML)
		}
	}
}

func TestTextThatIsNotUTF8IsMended(t *testing.T) {
	d := testDoor(t)
	got, err := d.Parse(post(t, d, "app-main", inside("<FromUserName>z</FromUserName><CreateTime>1</CreateTime><MsgType>text</MsgType><Content>a\xffb</Content><MsgId>1</MsgId><AgentID>1000002</AgentID>")))
	if err != nil || got.Inbound.Text != "a\uFFFDb" {
		t.Errorf("got %+v and %v, want the bad byte replaced", got.Inbound, err)
	}
}

func TestOpeningAtAnAddress(t *testing.T) {
	text := files(t, "inner/text.xml")["text.xml"]
	seal := func(token, key, receiver string) (Query, []byte) {
		return testPair(t, token, key).Seal([16]byte{1}, text, receiver, "1780000000", "n").Post(vectorCorp, "1000002")
	}
	for _, c := range []struct {
		name, channel, token, key, receiver string
		want                                error
	}{
		{"its own keys", "app-main", vectorToken, vectorKey, vectorCorp, nil},
		{"an address that is none", "nobody", vectorToken, vectorKey, vectorCorp, ErrNoDoor},
		{"a WhatsApp channel", "wa-main", vectorToken, vectorKey, vectorCorp, ErrNoDoor},
		{"another token", "app-main", "otherToken", vectorKey, vectorCorp, BadSignature},
		{"another key", "app-main", vectorToken, otherKey, vectorCorp, BadDecrypt},
		{"another company", "app-main", vectorToken, vectorKey, "wxffffffffffffffff", BadReceiver},
		{"no company", "app-main", vectorToken, vectorKey, "", BadReceiver},
		{"the same keys at another company", "app-elsewhere", vectorToken, vectorKey, vectorCorp, BadReceiver},
		{"while rotating: the new pair", "app-rotating", "newToken", otherKey, vectorCorp, nil},
		{"while rotating: the old pair", "app-rotating", "oldToken", vectorKey, vectorCorp, nil},
		{"while rotating: the pairs mixed", "app-rotating", "newToken", vectorKey, vectorCorp, BadDecrypt},
		{"only the key rotates: the new one", "app-new-key", "oneToken", otherKey, vectorCorp, nil},
		{"only the key rotates: the old one", "app-new-key", "oneToken", vectorKey, vectorCorp, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			q, body := seal(c.token, c.key, c.receiver)
			o, err := testDoor(t).Open(c.channel, q, body)
			if !errors.Is(err, c.want) {
				t.Fatalf("got %v, want %v", err, c.want)
			}
			if err == nil && !bytes.Equal(o.Plain, text) {
				t.Errorf("got %q, want the sample", o.Plain)
			}
			if err != nil && o.Plain != nil {
				t.Error("something was opened beside an error")
			}
		})
	}
}

func TestTheCheckOfAnAddress(t *testing.T) {
	q := Query{Signature: vectorSignature, Timestamp: vectorTimestamp, Nonce: vectorNonce, Echo: vectorEcho}
	if got, err := testDoor(t).Echo("app-main", q); err != nil || string(got) != vectorAnswer {
		t.Errorf("got %q and %v, want exactly %q", got, err, vectorAnswer)
	}
	if got, err := testDoor(t).Echo("nobody", q); !errors.Is(err, ErrNoDoor) || got != nil {
		t.Errorf("no such address: got %q and %v", got, err)
	}
	q.Echo = ""
	if got, err := testDoor(t).Echo("app-main", q); !errors.Is(err, BadSignature) || got != nil {
		t.Errorf("no echostr: got %q and %v", got, err)
	}
}

// TestOuterSamples opens whole callbacks as WeCom posts them.
func TestOuterSamples(t *testing.T) {
	bodies := files(t, "outer/*.*ml")
	queries := files(t, "outer/*.query")
	if len(bodies) != len(queries) || len(bodies) < 5 {
		t.Fatalf("got %d bodies and %d queries, want at least 5 of each", len(bodies), len(queries))
	}
	want := files(t, "inner/*.xml")
	for file, body := range bodies {
		t.Run(file, func(t *testing.T) {
			q, err := ParseQuery(strings.TrimSpace(string(queries[strings.TrimSuffix(file, ".xml")+".query"])))
			if err != nil {
				t.Fatal(err)
			}
			o, err := testDoor(t).Open("app-main", q, body)
			if err != nil {
				t.Fatal(err)
			}
			sample := "text_chinese.xml"
			if strings.HasPrefix(file, "kf") {
				sample = "kf_msg_or_event_flat.xml"
			}
			if !bytes.Equal(o.Plain, want[sample]) {
				t.Errorf("got %q, want the sample %s", o.Plain, sample)
			}
		})
	}
}

func TestTheEnvelopeOfAnAIBot(t *testing.T) {
	for file, body := range files(t, "outer/*.json") {
		q, err := ParseQuery(strings.TrimSpace(string(files(t, "outer/*.jquery")[strings.TrimSuffix(file, ".json")+".jquery"])))
		if err != nil {
			t.Fatal(err)
		}
		encrypted, err := Unwrap(body)
		p := testPair(t, vectorToken, vectorKey)
		if err != nil || !p.Verify(q, encrypted) {
			t.Fatalf("%s: got %v, want it signed", file, err)
		}
		got, err := p.Decrypt(encrypted, "")
		if err != nil || !json.Valid(got) || !bytes.Contains(got, []byte(`"aibotid"`)) {
			t.Errorf("%s: got %q and %v, want a bot's callback", file, got, err)
		}
	}
}

func TestARepeatHasTheSameID(t *testing.T) {
	d := testDoor(t)
	id := func(channelID string, sample []byte) string {
		got, err := d.Parse(post(t, d, channelID, sample))
		switch {
		case err != nil:
			t.Fatal(err)
		case got.Inbound != nil:
			return got.Inbound.ID
		case got.Event != nil:
			return got.Event.ID
		}
		return got.Pull.ID
	}
	seen := map[string]string{}
	for name, sample := range files(t, "inner/*.xml") {
		one := id("app-main", sample)
		if again := id("app-main", sample); again != one || one == "" {
			t.Errorf("%s: got %q and %q for two deliveries, want one id", name, one, again)
		}
		if before := seen[one]; before != "" {
			t.Errorf("%s and %s have one id", name, before)
		}
		seen[one] = name
	}
	// The documented key, sender and second, would merge these.
	event := func(customer string) []byte {
		return inside("<FromUserName>sys</FromUserName><CreateTime>1780000000</CreateTime><MsgType>event</MsgType><Event>change_external_contact</Event>" +
			"<ChangeType>add_external_contact</ChangeType><UserID>lisi</UserID><ExternalUserID>" + customer + "</ExternalUserID>")
	}
	if id("app-main", event("wmA")) == id("app-main", event("wmB")) {
		t.Error("two customers added in one second have one id")
	}
}

func TestAMessageIDIsTakenOnlyWhenItIsOne(t *testing.T) {
	const head = "<FromUserName>z</FromUserName><CreateTime>1</CreateTime><AgentID>1000002</AgentID>"
	for _, c := range []struct {
		name, elements, want string
	}{
		{"64 bits", "<MsgType>text</MsgType><MsgId>18446744073709551615</MsgId>", "18446744073709551615"},
		{"longer", "<MsgType>text</MsgType><MsgId>184467440737095516150</MsgId>", ""},
		{"0", "<MsgType>text</MsgType><MsgId>0</MsgId>", ""},
		{"none", "<MsgType>text</MsgType>", ""},
		{"that of a tap, which documents none", "<MsgType>event</MsgType><Event>click</Event><MsgId>77</MsgId>", ""},
	} {
		d := testDoor(t)
		got, err := d.Parse(post(t, d, "app-main", inside(head+c.elements)))
		if err != nil {
			t.Fatal(err)
		}
		if id := got.Inbound.ID; c.want != "" && id != c.want || c.want == "" && len(id) != 32 {
			t.Errorf("%s: got %q, want %q (a digest when empty)", c.name, id, c.want)
		}
		if _, kept := got.Inbound.Extra["MsgId"]; kept != (c.want == "" && c.name != "none") {
			t.Errorf("%s: got extra %v", c.name, got.Inbound.Extra)
		}
	}
}

func TestControlCharactersMakeNoBrokenJSON(t *testing.T) {
	d := testDoor(t)
	got, err := d.Parse(post(t, d, "app-main", inside("<MsgType>event</MsgType><Event>new</Event><Note><![CDATA[a\x00\x1f\t\n\"\\b]]></Note>")))
	if err != nil || !json.Valid(got.Event.Value) || got.Event.Text("Note") != "a\x00\x1f\t\n\"\\b" {
		t.Errorf("got %q and %v, want the characters as they came", got.Event.Value, err)
	}
}

func TestATrustedCallbackIsParsedAgain(t *testing.T) {
	d := testDoor(t)
	kf := files(t, "inner/kf_msg_or_event.xml")["kf_msg_or_event.xml"]
	got, err := d.Parse(d.Trust("app-main", kf))
	if err != nil || got.Pull == nil || got.Pull.Channel != "kf-main" {
		t.Errorf("got %+v and %v, want the account that shares the app's keys", got.Pull, err)
	}
	first, _ := d.Parse(post(t, d, "app-main", kf))
	if got.Pull.ID != first.Pull.ID {
		t.Errorf("got id %s put back and %s delivered, want one id", got.Pull.ID, first.Pull.ID)
	}
	if _, err := d.Parse(d.Trust("nobody", kf)); !errors.Is(err, ErrNoChannel) {
		t.Errorf("an address that is none: got %v, want %v", err, ErrNoChannel)
	}
	if _, err := d.Parse(Opened{Plain: kf}); !errors.Is(err, ErrNoChannel) {
		t.Errorf("nobody's callback: got %v, want %v", err, ErrNoChannel)
	}
}

func TestAnEventIsReadAndTurnedIntoANotice(t *testing.T) {
	d := testDoor(t)
	got, err := d.Parse(post(t, d, "app-main", files(t, "inner/customer_added.xml")["customer_added.xml"]))
	if err != nil || got.Event == nil {
		t.Fatalf("got %+v and %v, want an event", got, err)
	}
	e := *got.Event
	for element, want := range map[string]string{"WelcomeCode": "WELCOMECODE-example", "UserID": "lisi", "Missing": ""} {
		if got := e.Text(element); got != want {
			t.Errorf("%s: got %q, want %q", element, got, want)
		}
	}
	want := message.Notice{Account: vectorCorp, Channel: "app-main", Field: "change_external_contact", Time: e.Time, Value: e.Value}
	if diff := cmp.Diff(want, e.Notice()); diff != "" || e.Change != "add_external_contact" {
		t.Errorf("change %q, notice differs (-want +got):\n%s", e.Change, diff)
	}
}

func TestAChannelWithAnImpossibleKey(t *testing.T) {
	_, err := NewDoor([]channel.Channel{{ID: "app-x", Kind: message.WeComApp, Token: "t", AESKey: "MARKED"}})
	if !errors.Is(err, BadKey) || !strings.Contains(err.Error(), "app-x") || strings.Contains(err.Error(), "MARKED") {
		t.Errorf("got %v, want the channel's id and not its key", err)
	}
}

func TestTheResultSharesNoMemoryWithTheCallback(t *testing.T) {
	d := testDoor(t)
	for name, sample := range files(t, "inner/*.xml") {
		o := post(t, d, "app-main", sample)
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
