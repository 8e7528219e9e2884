package channel

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"
)

const (
	newKey = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	oldKey = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"
	hooked = `{"id":"crm","kind":"webhook","url":"https://hooks.example.com:8443/desk?key=SECRET","secret":"` + newKey + `"}`
)

func TestAWebhook(t *testing.T) {
	for _, c := range []struct{ name, secret, want string }{
		{"one secret", `"` + newKey + `"`, newKey},
		{"new and old", `["` + newKey + `","` + oldKey + `"]`, newKey + " " + oldKey},
		{"twice the same", `["` + newKey + `","` + newKey + `"]`, newKey},
	} {
		all, err := Parse([]byte("[" + strings.Replace(hooked, `"`+newKey+`"`, c.secret, 1) + "," + robot + "]"))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		var got []string
		for _, s := range all[0].HookSecrets {
			got = append(got, s.Reveal())
		}
		ch := all[0]
		if strings.Join(got, " ") != c.want || ch.URL.Reveal() != "https://hooks.example.com:8443/desk?key=SECRET" || !ch.Kind.Notices() || ch.APIURL != "" {
			t.Errorf("%s: got %d secrets and a url of %d bytes, want what was written, for notices", c.name, len(got), len(ch.URL.Reveal()))
		}
	}
}

func TestFaultsOfAWebhook(t *testing.T) {
	at := func(url string) string {
		return strings.Replace(hooked, "https://hooks.example.com:8443/desk?key=SECRET", url, 1)
	}
	signed := func(secret string) string { return strings.Replace(hooked, `"`+newKey+`"`, secret, 1) }
	const address, notPublic, key = "url is not an https address", "url names an address or this machine, not a public name", "secret is not whsec_"
	for _, c := range []struct{ name, json, want string }{
		{"no url", strings.Replace(hooked, `"url"`, `"link"`, 1), "link is not a field of this kind"},
		{"a url that is a number", strings.Replace(hooked, `"https://hooks.example.com:8443/desk?key=SECRET"`, "1", 1), "channel crm: url is not a string; write the https address of your receiver"},
		{"an empty url", at(""), address},
		{"plain http", at("http://SECRET.example.com/"), address},
		{"another protocol", at("ftp://SECRET.example.com/"), address},
		{"no host", at("https:///SECRET"), address},
		{"a very long url", at("https://example.com/" + strings.Repeat("SECRET", 400)), address},
		{"a user", at("https://SECRET:word@example.com/"), "url must have neither a user nor a #fragment"},
		{"a fragment", at("https://example.com/#SECRET"), "url must have neither a user nor a #fragment"},
		{"loopback", at("https://127.0.0.1/SECRET"), notPublic},
		{"loopback in short", at("https://127.1/"), notPublic},
		{"loopback in hexadecimal", at("https://0x7f.0.0.0x1/"), notPublic},
		{"loopback as one number", at("https://2130706433/"), notPublic},
		{"loopback over IPv6", at("https://[::1]/"), notPublic},
		{"loopback mapped", at("https://[::ffff:127.0.0.1]/"), notPublic},
		{"a cloud's metadata", at("https://169.254.169.254/latest"), notPublic},
		{"a private network", at("https://10.0.0.8/"), notPublic},
		{"this machine", at("https://localhost:8443/"), notPublic},
		{"a name of the own network", at("https://crm/"), notPublic},
		{"no secret", strings.Replace(hooked, `,"secret":"`+newKey+`"`, "", 1), "channel crm: secret is missing; make one with: echo whsec_"},
		{"a secret without its mark", signed(`"SECRETr8GKYqrTwjUPD8ILPZIo2LaLaSw"`), key},
		{"a short secret", signed(`"whsec_U0VDUkVU"`), key},
		{"the old secret is not base64", signed(`["` + newKey + `","whsec_SECRET!"]`), key},
		{"three secrets", signed(`["a","b","SECRET"]`), "secret must be a string or a list of one or two strings"},
		{"an API of its own", strings.Replace(hooked, `"kind"`, `"api_url":"https://SECRET","kind"`, 1), "api_url is not a field of this kind; remove it or correct its name; the fields are id, kind, url, secret"},
		{"the same address twice", hooked + "," + strings.Replace(hooked, "crm", "crm-two", 1), "channel crm-two: url is the same as that of channel crm"},
	} {
		_, err := Parse([]byte("[" + c.json + "]"))
		var faults Faults
		if !errors.As(err, &faults) || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "SECRET") || strings.Contains(err.Error(), "MfKQ") {
			t.Errorf("%s: got %v, want a fault with %q and no value", c.name, err, c.want)
		}
	}
}

func TestTheLengthOfASigningKey(t *testing.T) {
	for size, ok := range map[int]bool{0: false, 23: false, 24: true, 25: true, 32: true, 64: true, 65: false} {
		key, err := SigningKey(Secret("whsec_" + base64.StdEncoding.EncodeToString(make([]byte, size))))
		if (err == nil) != ok || ok && len(key) != size {
			t.Errorf("%d bytes: got %d, %v, want ok %v", size, len(key), err, ok)
		}
	}
}
