package hook_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"frontdesk/shared/channel"
	"frontdesk/shared/hook"
	"frontdesk/shared/message"
)

func TestSettingsThatAreRefused(t *testing.T) {
	one := []channel.Secret{secret}
	cases := []struct {
		name string
		e    hook.Endpoint
		ok   bool
	}{
		{"an https address", hook.Endpoint{URL: "https://example.com/hook", Secrets: one}, true},
		{"another port", hook.Endpoint{URL: "https://example.com:8443/hook", Secrets: one}, true},
		{"two secrets while rotating", hook.Endpoint{URL: "https://example.com/", Secrets: []channel.Secret{another, secret}}, true},
		{"http", hook.Endpoint{URL: "http://example.com/", Secrets: one}, false},
		{"a file", hook.Endpoint{URL: "file:///etc/passwd", Secrets: one}, false},
		{"no host", hook.Endpoint{URL: "https:///hook", Secrets: one}, false},
		{"no address", hook.Endpoint{URL: "::", Secrets: one}, false},
		{"a user", hook.Endpoint{URL: "https://user:word@example.com/", Secrets: one}, false},
		{"a fragment", hook.Endpoint{URL: "https://example.com/#here", Secrets: one}, false},
		{"loopback", hook.Endpoint{URL: "https://127.0.0.1/", Secrets: one}, false},
		{"loopback over IPv6", hook.Endpoint{URL: "https://[::1]/", Secrets: one}, false},
		{"no secret", hook.Endpoint{URL: "https://example.com/"}, false},
		{"three secrets", hook.Endpoint{URL: "https://example.com/", Secrets: []channel.Secret{secret, secret, secret}}, false},
		{"a secret without its mark", hook.Endpoint{URL: "https://example.com/", Secrets: []channel.Secret{"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}}, false},
		{"a short secret", hook.Endpoint{URL: "https://example.com/", Secrets: []channel.Secret{"whsec_c2hvcnQ="}}, false},
		{"a secret that is no base64", hook.Endpoint{URL: "https://example.com/", Secrets: []channel.Secret{"whsec_!"}}, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			err := hook.Check(c.e)
			if (err == nil) != c.ok {
				t.Errorf("got %v, want ok %v", err, c.ok)
			}
			if c.ok {
				return
			}
			r := newReceiver(t)
			if got := class(t, r.sender().Post(t.Context(), c.e, handed)); got != message.Stop || len(r.dialled) != 0 {
				t.Errorf("got %q, dialled %v, want nothing sent", got, r.dialled)
			}
		})
	}
}

func TestMessagesThatAreRefused(t *testing.T) {
	r := newReceiver(t)
	for name, m := range map[string]hook.Message{
		"no id":               {Type: "a.b"},
		"an id with a dot":    {ID: "a.b", Type: "a.b"},
		"an id with a line":   {ID: "a\nb", Type: "a.b"},
		"an id without end":   {ID: strings.Repeat("a", 65), Type: "a.b"},
		"no type":             {ID: "a"},
		"what is no JSON":     {ID: "a", Type: "a.b", Data: func() {}},
		"more than 20,000 B":  {ID: "a", Type: "a.b", Data: strings.Repeat("a", 20_000)},
		"a time out of range": {ID: "a", Type: "a.b", At: time.Date(99999, 1, 1, 0, 0, 0, 0, time.UTC)},
		"data that is broken": {ID: "a", Type: "a.b", Data: json.RawMessage("{")},
	} {
		if got := class(t, r.sender().Post(t.Context(), endpoint(), m)); got != message.Bug || len(r.dialled) != 0 {
			t.Errorf("%s: got %q, dialled %v, want nothing sent", name, got, r.dialled)
		}
	}
}

func TestASecretIsNeverShown(t *testing.T) {
	if got := fmt.Sprintf("%v %+v %#v", endpoint(), endpoint(), endpoint()); strings.Contains(got, "MfKQ") {
		t.Errorf("got %s", got)
	}
}

// What FRONTDESK_CHANNELS takes can be posted to: its checks are never looser than ours.
func FuzzAddressesOfTheSettings(f *testing.F) {
	for _, url := range []string{
		"https://example.com/hook?key=1", "https://hooks.example.com:8443", "https://127.0.0.1/", "https://[::1]/", "https://[2606:4700::1111%25eth0]/",
		"https://127.1/", "https://0x7f.0.0.1/", "https://localhost/", "https://example.com./", "https://user@example.com", "https://example.com/#x", "http://example.com/",
		"https://example.com:99999/", "https://xn--fsq.example/ b",
	} {
		f.Add(url)
	}
	f.Fuzz(func(t *testing.T, url string) {
		settings, err := json.Marshal([]map[string]string{{"id": "crm", "kind": "webhook", "url": url, "secret": secret.Reveal()}})
		if err != nil {
			t.Fatal(err)
		}
		all, err := channel.Parse(settings)
		if err != nil {
			return
		}
		if err := hook.Check(hook.Endpoint{URL: all[0].URL.Reveal(), Secrets: all[0].HookSecrets}); err != nil {
			t.Errorf("the settings take %q: %v", url, err)
		}
	})
}
