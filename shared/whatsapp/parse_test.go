package whatsapp

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files")

const (
	samples  = "../../events/whatsapp"
	number   = "106540352242922"
	number2  = "106540352242923"
	account  = "102290129340398"
	secret   = "test_app_secret"
	other    = "other_app_secret"
	wireHead = `{"object":"whatsapp_business_account","entry":[{"id":"` + account + `","changes":[`
)

// testDoor has two channels of one app and a third of another app.
func testDoor() *Door {
	wa := func(id, number, account string, secrets ...channel.Secret) channel.Channel {
		return channel.Channel{ID: id, Kind: message.WhatsApp, PhoneNumberID: number, BusinessID: account,
			AppSecrets: secrets, VerifyToken: channel.Secret("verify-" + id)}
	}
	return NewDoor([]channel.Channel{
		wa("wa-main", number, account, secret),
		wa("wa-two", number2, account, "new_app_secret", secret),
		wa("wa-foreign", "777", "888", other),
		{ID: "kf-main", Kind: message.WeComKF, VerifyToken: "verify-kf"},
	})
}

// receive signs, verifies and parses a body as the webhook would.
func receive(t testing.TB, d *Door, body []byte) Parsed {
	t.Helper()
	signed, ok := d.Verify(body, Sign(body, secret))
	if !ok {
		t.Fatal("the signature was refused")
	}
	got, err := d.Parse(signed, body)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func sample(t testing.TB, name string) []byte {
	t.Helper()
	body, err := os.ReadFile(filepath.Join(samples, name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// TestSamples parses every sample webhook and compares the whole result.
func TestSamples(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(samples, "*.json"))
	if err != nil || len(files) < 60 {
		t.Fatalf("found %d samples (%v), want at least 60", len(files), err)
	}
	d := testDoor()
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		t.Run(name, func(t *testing.T) {
			got, err := json.MarshalIndent(receive(t, d, sample(t, name)), "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			golden(t, filepath.Join("testdata", "parsed", name+".json"), append(got, '\n'))
		})
	}
	goldens, _ := filepath.Glob("testdata/parsed/*.json")
	if len(goldens) != len(files) {
		t.Errorf("got %d golden files for %d samples", len(goldens), len(files))
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

func TestTextSaysItAll(t *testing.T) {
	got := receive(t, testDoor(), sample(t, "text_user_id_only"))
	want := Parsed{Inbound: []message.Inbound{{
		Channel: "wa-main",
		ID:      "wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQ0004AA==",
		From:    message.Person{UserID: "US.13491208655302741918", Name: "Sheena Nelson", Username: "sheena.n"},
		Time:    time.Unix(1780000004, 0).UTC(),
		Type:    "text",
		Text:    "hello",
	}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("parsed differs (-want +got):\n%s", diff)
	}
}

func TestContactsAreMatchedByIDNotByPosition(t *testing.T) {
	got := receive(t, testDoor(), sample(t, "batch_two_numbers"))
	var who []string
	for _, m := range got.Inbound {
		who = append(who, m.Channel+" "+m.From.Name+" "+m.Text)
	}
	want := []string{"wa-main Sheena Nelson first", "wa-main Pablo M. second", "wa-two Sheena Nelson to the other number"}
	if diff := cmp.Diff(want, who); diff != "" {
		t.Errorf("messages differ (-want +got):\n%s", diff)
	}
	if len(got.Receipts) != 3 || got.Receipts[2].Channel != "wa-two" {
		t.Errorf("got receipts %+v, want three, the last for wa-two", got.Receipts)
	}
}

func TestMalformedUpdateDoesNotLoseItsNeighbours(t *testing.T) {
	got := receive(t, testDoor(), sample(t, "batch_with_malformed_updates"))
	var reasons []string
	for _, s := range got.Strays {
		reasons = append(reasons, s.Part+": "+s.Reason)
	}
	want := []string{
		"message: it has no id", "message: it has no sender", "message: its timestamp is not a time in unix seconds",
		"message: it is not an object", "status: it has no id", "status: it has no status",
	}
	if diff := cmp.Diff(want, reasons); diff != "" {
		t.Errorf("strays differ (-want +got):\n%s", diff)
	}
	if len(got.Inbound) != 1 || got.Inbound[0].Text != "fine" || len(got.Receipts) != 1 || got.Receipts[0].Status != message.Delivered {
		t.Errorf("got %+v and %+v, want the good message and the good status", got.Inbound, got.Receipts)
	}
}

func TestWhoMaySpeakForAChannel(t *testing.T) {
	d := testDoor()
	alert := func(account string) string {
		return `{"object":"whatsapp_business_account","entry":[{"id":"` + account + `","changes":[{"field":"account_alerts","value":{}}]}]}`
	}
	msg := func(number string) string {
		return wireHead + `{"field":"messages","value":{"metadata":{"phone_number_id":"` + number +
			`"},"messages":[{"id":"m","from":"1","timestamp":"1","type":"text","text":{"body":"x"}}]}}]}]}`
	}
	for _, c := range []struct{ name, by, body, want string }{
		{"its own channel", secret, msg(number), "inbound"},
		{"another channel of the app", secret, msg(number2), "inbound"},
		{"new secret of a rotating channel", "new_app_secret", msg(number2), "inbound"},
		{"new secret of another channel", "new_app_secret", msg(number), "it was signed with an app secret that is not this channel's"},
		{"a channel of another app", other, msg(number), "it was signed with an app secret that is not this channel's"},
		{"a number that nobody has", secret, msg("999"), "no channel has this phone_number_id"},
		{"no number", secret, msg(""), "its value has no phone_number_id"},
		{"a notice for its account", secret, alert(account), "notice"},
		{"a notice for an account that nobody has", secret, alert("999"), "notice"},
		{"a notice for an account of another app", secret, alert("888"), "it was signed with an app secret that is not this channel's"},
	} {
		t.Run(c.name, func(t *testing.T) {
			signed, ok := d.Verify([]byte(c.body), Sign([]byte(c.body), channel.Secret(c.by)))
			if !ok {
				t.Fatal("the signature was refused")
			}
			p, err := d.Parse(signed, []byte(c.body))
			if err != nil {
				t.Fatal(err)
			}
			if got := outcome(p); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	p, err := d.Parse(Signed{}, []byte(msg(number)))
	if err != nil || len(p.Inbound) != 0 || len(p.Strays) != 1 {
		t.Errorf("nobody signed: got %+v and %v, want one stray", p, err)
	}
}

func outcome(p Parsed) string {
	switch {
	case len(p.Strays) == 1:
		return p.Strays[0].Reason
	case len(p.Inbound) == 1:
		return "inbound"
	case len(p.Notices) == 1:
		return "notice"
	}
	return fmt.Sprintf("%+v", p)
}

func TestEnvelopesThatCannotBeRead(t *testing.T) {
	for _, c := range []struct{ name, body, part, reason string }{
		{"another product", `{"object":"page","entry":[]}`, "body", "its object is not whatsapp_business_account"},
		{"an empty object", `{}`, "body", "its object is not whatsapp_business_account"},
		{"no entries", `{"object":"whatsapp_business_account","x":1}`, "body", "it has no list of entries"},
		{"an entry that is a word", `{"object":"whatsapp_business_account","entry":["x"]}`, "entry", "it has no list of changes"},
		{"a change that is a word", wireHead + `"x"]}]}`, "change", "it names no field"},
		{"a value that is a word", wireHead + `{"field":"messages","value":"x","y":1}]}]}`, "change", "its value has no phone_number_id"},
		{"messages that are an object", wireHead + `{"field":"messages","value":{"metadata":{"phone_number_id":"` + number + `"},"messages":{}}}]}]}`, "change", "its message list is not a list"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := receive(t, testDoor(), []byte(c.body))
			if len(got.Strays) != 1 || got.Strays[0].Part != c.part || got.Strays[0].Reason != c.reason {
				t.Errorf("got strays %+v, want one %s because %s", got.Strays, c.part, c.reason)
			}
			if len(got.Inbound)+len(got.Receipts)+len(got.Notices) != 0 {
				t.Errorf("got %+v, want nothing but the stray", got)
			}
		})
	}
}

func TestUnreadableBodies(t *testing.T) {
	deep := wireHead + `{"field":"messages","value":` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + `}]}]}`
	for _, c := range []struct {
		name, body string
		want       error
	}{
		{"nothing", "", ErrNotJSON},
		{"text", "hello", ErrNotJSON},
		{"half an object", wireHead, ErrNotJSON},
		{"two objects", "{}{}", ErrNotJSON},
		{"a list", "[]", ErrNotObject},
		{"null", "null", ErrNotObject},
		{"a string", `"x"`, ErrNotObject},
		{"a number", " 1 ", ErrNotObject},
		{"100,000 levels", deep, ErrNotJSON},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := testDoor().Parse(Signed{}, []byte(c.body))
			if !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

func TestEnvelopeExtrasAreKeptOnceAndNeverCrossChannels(t *testing.T) {
	body := wireHead +
		`{"field":"messages","private":"of 999","value":{"metadata":{"phone_number_id":"999"},"also":"of 999"}},` +
		`{"field":"messages","seq":7,"value":{"metadata":{"phone_number_id":"` + number + `"},"statuses":[` +
		`{"id":"a","status":"read","timestamp":"1","recipient_id":"1"},{"id":"b","status":"read","timestamp":"1","recipient_id":"1"}]}}]}],"v":2}`
	got := receive(t, testDoor(), []byte(body))
	if len(got.Receipts) != 2 || got.Receipts[1].Extra != nil {
		t.Fatalf("got %+v, want two receipts, the second without extras", got.Receipts)
	}
	want := `{"body.v":2,"change.seq":7}`
	if extra := asJSON(t, got.Receipts[0].Extra); extra != want {
		t.Errorf("got extras %s, want %s", extra, want)
	}
	if len(got.Strays) != 1 || !bytes.Contains(got.Strays[0].Raw, []byte(`"also":"of 999"`)) {
		t.Errorf("got strays %+v, want the change of number 999 whole", got.Strays)
	}
}

func TestUnknownFieldsThatNoUpdateCanCarryBecomeANotice(t *testing.T) {
	got := receive(t, testDoor(), []byte(`{"object":"whatsapp_business_account","v":2,"entry":[{"id":"`+account+`","time":1780002000,"trace":"t",`+
		`"changes":[{"field":"account_alerts","value":{},"seq":1}]}]}`))
	var notices []string
	for _, n := range got.Notices {
		notices = append(notices, n.Field+" "+string(n.Value))
	}
	want := []string{"account_alerts {}", `unknown {"body.v":2,"change.seq":1,"entry.trace":"t"}`}
	if diff := cmp.Diff(want, notices); diff != "" {
		t.Errorf("notices differ (-want +got):\n%s", diff)
	}
}

func TestInvalidUTF8IsReplaced(t *testing.T) {
	got := one(t, `"id":"m","from":"1","timestamp":"1","type":"new","new":{"a":"x`+"\xff"+`y"}`)
	if len(got.Inbound) != 1 || string(got.Inbound[0].Body) != `{"a":"x�y"}` {
		t.Errorf("got %+v, want the broken byte replaced", got)
	}
}

// batch makes one webhook of n updates: two messages for each status, each in its
// own change, with size bytes of text.
func batch(n, size int) []byte {
	text := strings.Repeat("x", size)
	var b bytes.Buffer
	b.WriteString(wireHead)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"field":"messages","value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550783881","phone_number_id":%q},`+
			`"contacts":[{"profile":{"name":"P%d"},"wa_id":"1650555%04d","user_id":"US.%d"}],`, number, i, i, i)
		if i%3 == 2 {
			fmt.Fprintf(&b, `"statuses":[{"id":"wamid.S%d","status":"delivered","timestamp":"1780000000","recipient_id":"1650555%04d","note":%q}]}}`, i, i, text)
		} else {
			fmt.Fprintf(&b, `"messages":[{"from":"1650555%04d","id":"wamid.M%d","timestamp":"1780000000","type":"text","text":{"body":%q}}]}}`, i, i, text)
		}
	}
	b.WriteString(`]}]}`)
	return b.Bytes()
}

func TestThreeMegabytesOfThousandUpdates(t *testing.T) {
	body := batch(1000, 2750)
	if len(body) < 3_000_000 {
		t.Fatalf("the batch has %d bytes, want 3 MB", len(body))
	}
	got := receive(t, testDoor(), body)
	if len(got.Inbound) != 667 || len(got.Receipts) != 333 || len(got.Strays)+len(got.Notices) != 0 {
		t.Fatalf("got %d messages, %d receipts, %d strays, %d notices; want 667, 333, 0, 0",
			len(got.Inbound), len(got.Receipts), len(got.Strays), len(got.Notices))
	}
	ids := map[string]bool{}
	for i, m := range got.Inbound {
		ids[m.ID] = true
		if len(m.Text) != 2750 || m.From.UserID == "" || !strings.HasSuffix(m.ID, strings.TrimPrefix(m.From.Name, "P")) {
			t.Fatalf("message %d was mixed up: %s from %+v", i, m.ID, m.From)
		}
	}
	if len(ids) != 667 {
		t.Errorf("got %d different ids, want 667", len(ids))
	}
}

func FuzzParse(f *testing.F) {
	files, _ := filepath.Glob(filepath.Join(samples, "*.json"))
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	f.Add(batch(3, 5))
	d := testDoor()
	signed, _ := d.Verify(nil, Sign(nil, secret))
	f.Fuzz(func(t *testing.T, body []byte) {
		before := slices.Clone(body)
		p, err := d.Parse(signed, body)
		var object map[string]json.RawMessage
		if readable := json.Unmarshal(body, &object) == nil && object != nil; readable != (err == nil) {
			t.Fatalf("encoding/json reads it: %v, but we got %v", readable, err)
		}
		if !bytes.Equal(before, body) {
			t.Fatal("the body was changed")
		}
		if _, err := json.Marshal(p); err != nil {
			t.Fatalf("the result cannot be stored: %v", err)
		}
		for _, m := range p.Inbound {
			if m.ID == "" || m.Type == "" || !m.From.Known() || m.Time.IsZero() || m.Channel != "wa-main" && m.Channel != "wa-two" {
				t.Errorf("an unusable message got through: %+v", m)
			}
		}
		for _, r := range p.Receipts {
			if r.ID == "" || r.Status == "" || r.Time.IsZero() {
				t.Errorf("an unusable receipt got through: %+v", r)
			}
		}
	})
}
