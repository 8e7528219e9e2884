package whatsapp

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
)

// The published vector of our channel notes: secret, body (443 bytes, escapes as
// they are), signature.
const vector = "sha256=e58cf14a495a133f438a959f9d753f3085e243c1f89aede47b042445128fc727"

func TestSignatureVector(t *testing.T) {
	body := sample(t, "signed_text")
	if len(body) != 443 {
		t.Fatalf("the sample has %d bytes, want 443", len(body))
	}
	d := testDoor()
	signed, ok := d.Verify(body, vector)
	if !ok {
		t.Fatal("the vector was refused")
	}
	if diff := cmp.Diff([]string{"wa-main", "wa-two"}, signed.Channels()); diff != "" {
		t.Errorf("channels of the signer differ (-want +got):\n%s", diff)
	}
	if got := Sign(body, secret); got != vector {
		t.Errorf("Sign: got %s, want %s", got, vector)
	}
	p, err := d.Parse(signed, body)
	if err != nil || len(p.Inbound) != 1 || p.Inbound[0].Text != "café 👍" {
		t.Errorf("got %+v and %v, want the text café 👍", p, err)
	}
}

func TestVerify(t *testing.T) {
	body := sample(t, "signed_text")
	digits := strings.TrimPrefix(vector, "sha256=")
	for _, c := range []struct {
		name, signature string
		body            []byte
		want            bool
	}{
		{"right", vector, body, true},
		{"upper-case digits are the same bytes", "sha256=" + strings.ToUpper(digits), body, true},
		{"no header", "", body, false},
		{"no prefix", digits, body, false},
		{"upper-case prefix", "SHA256=" + digits, body, false},
		{"the old SHA-1 prefix", "sha1=" + digits, body, false},
		{"a digit short", vector[:len(vector)-1], body, false},
		{"a digit more", vector + "0", body, false},
		{"one digit wrong", vector[:len(vector)-1] + "8", body, false},
		{"not hex", "sha256=" + strings.Repeat("g", 64), body, false},
		{"prefix alone", "sha256=", body, false},
		{"a space before", " " + vector, body, false},
		{"another body", vector, append([]byte(" "), body...), false},
		{"an empty body", vector, nil, false},
		{"another app's secret that we do not have", Sign(body, "stranger"), body, false},
		{"the empty secret", Sign(body, ""), body, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, ok := testDoor().Verify(c.body, c.signature); ok != c.want {
				t.Errorf("got %v, want %v", ok, c.want)
			}
		})
	}
}

func TestBothSecretsWhileRotating(t *testing.T) {
	d := testDoor()
	if len(d.signers) != 3 {
		t.Errorf("got %d signers, want one for each distinct secret: 3", len(d.signers))
	}
	body := []byte("{}")
	for secret, want := range map[string][]string{
		"test_app_secret":  {"wa-main", "wa-two"},
		"new_app_secret":   {"wa-two"},
		"other_app_secret": {"wa-foreign"},
	} {
		signed, ok := d.Verify(body, string(Sign(body, channelSecret(secret))))
		if diff := cmp.Diff(want, signed.Channels()); !ok || diff != "" {
			t.Errorf("%s: got %v, channels differ (-want +got):\n%s", secret, ok, diff)
		}
	}
}

func TestSubscribe(t *testing.T) {
	for _, c := range []struct{ name, query, want string }{
		{"first channel's token", "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=verify-wa-main", "1158201444"},
		{"last channel's token", "hub.mode=subscribe&hub.challenge=7&hub.verify_token=verify-wa-foreign", "7"},
		{"wrong token", "hub.mode=subscribe&hub.challenge=7&hub.verify_token=verify", ""},
		{"no token", "hub.mode=subscribe&hub.challenge=7", ""},
		{"a token of another kind of channel", "hub.mode=subscribe&hub.challenge=7&hub.verify_token=verify-kf", ""},
		{"another mode", "hub.mode=unsubscribe&hub.challenge=7&hub.verify_token=verify-wa-main", ""},
		{"no mode", "hub.challenge=7&hub.verify_token=verify-wa-main", ""},
		{"no challenge", "hub.mode=subscribe&hub.verify_token=verify-wa-main", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			query, err := url.ParseQuery(c.query)
			if err != nil {
				t.Fatal(err)
			}
			got, ok := testDoor().Subscribe(query)
			if got != c.want || ok != (c.want != "") {
				t.Errorf("got %q and %v, want %q", got, ok, c.want)
			}
		})
	}
}

func TestNoChannelLetsNobodyIn(t *testing.T) {
	d := NewDoor(nil)
	if _, ok := d.Verify(nil, Sign(nil, "")); ok {
		t.Error("a signature with the empty secret was accepted")
	}
	if _, ok := d.Subscribe(url.Values{"hub.mode": {"subscribe"}, "hub.challenge": {"1"}, "hub.verify_token": {""}}); ok {
		t.Error("an empty verify token was accepted")
	}
}

func FuzzVerify(f *testing.F) {
	f.Add([]byte("{}"), vector)
	f.Add([]byte(""), "sha256=")
	f.Add([]byte("x"), Sign([]byte("x"), secret))
	d := testDoor()
	f.Fuzz(func(t *testing.T, body []byte, signature string) {
		signed, ok := d.Verify(body, signature)
		genuine := false
		for _, s := range d.signers {
			genuine = genuine || strings.EqualFold(signature, Sign(body, channelSecret(string(s.secret)))) && strings.HasPrefix(signature, "sha256=")
		}
		if ok != genuine || ok != (len(signed.Channels()) > 0) {
			t.Errorf("got %v for channels %v, want %v", ok, signed.Channels(), genuine)
		}
	})
}

func TestADoorDoesNotPrintItsSecrets(t *testing.T) {
	d := NewDoor([]channel.Channel{{ID: "wa-main", Kind: message.WhatsApp, PhoneNumberID: "106540352242922", Token: "secret-one",
		AppSecrets: []channel.Secret{"secret-two"}, VerifyToken: "secret-three"}})
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		if got := fmt.Sprintf(verb, d); got != "whatsapp.Door" {
			t.Errorf("%s: got %q", verb, got)
		}
	}
}
