package config

import (
	"strings"
	"testing"
	"time"
)

func env(pairs ...string) func(string) string {
	m := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return func(name string) string { return m[name] }
}

func TestAnEmptyEnvironmentIsADemoOnLoopback(t *testing.T) {
	c, err := Read(env())
	if err != nil {
		t.Fatal(err)
	}
	if !c.Demo || !c.Sandbox || c.Host != "127.0.0.1" || c.Port != 8080 || c.Data != "./data" {
		t.Errorf("got %+v, want demo and sandbox on, 127.0.0.1:8080, ./data", c)
	}
	if c.Zone.String() != "Asia/Shanghai" || c.Keep != 365*24*time.Hour {
		t.Errorf("got zone %s, keep %s, want Asia/Shanghai and 365 days", c.Zone, c.Keep)
	}
}

func TestDemoAndSandbox(t *testing.T) {
	tests := []struct {
		name                 string
		env                  []string
		demo, sandbox, local bool
	}{
		{"real channels: neither", []string{"FRONTDESK_CHANNELS", "[]"}, false, false, false},
		{"real channels with demo data: the sandbox stays off", []string{"FRONTDESK_CHANNELS", "[]", "FRONTDESK_DEMO", "on"}, true, false, true},
		{"demo off and no channels: neither", []string{"FRONTDESK_DEMO", "off"}, false, false, false},
		{"demo on wins over an open host", []string{"FRONTDESK_HOST", "0.0.0.0"}, true, true, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := Read(env(tt.env...))
			if err != nil {
				t.Fatal(err)
			}
			if c.Demo != tt.demo || c.Sandbox != tt.sandbox || (c.Host == "127.0.0.1") != tt.local {
				t.Errorf("got demo %v, sandbox %v, host %q", c.Demo, c.Sandbox, c.Host)
			}
		})
	}
}

func TestEveryFaultIsNamedAtOnce(t *testing.T) {
	_, err := Read(env("PORT", "99999", "FRONTDESK_DEMO", "yes", "FRONTDESK_TIMEZONE", "Mars/Olympus",
		"FRONTDESK_MAIL_FROM", "nobody", "FRONTDESK_SMTP_URL", "http://user:hunter2@host", "FRONTDESK_KEEP_DAYS", "1",
		"FRONTDESK_OIDC_ISSUER", "https://issuer.example"))
	if err == nil {
		t.Fatal("got no error")
	}
	for _, name := range []string{"PORT", "FRONTDESK_DEMO", "FRONTDESK_TIMEZONE", "FRONTDESK_MAIL_FROM", "FRONTDESK_SMTP_URL", "FRONTDESK_KEEP_DAYS", "FRONTDESK_OIDC_AUDIENCE"} {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("the error does not name %s: %v", name, err)
		}
	}
	if strings.Contains(err.Error(), "hunter2") {
		t.Errorf("the error shows a password: %v", err)
	}
}

func TestNeedNamesWhatIsMissing(t *testing.T) {
	c, err := Read(env("FRONTDESK_TABLE", "desk"))
	if err != nil {
		t.Fatal(err)
	}
	err = c.Need("FRONTDESK_TABLE", "FRONTDESK_CHANNELS")
	if err == nil || strings.Contains(err.Error(), "FRONTDESK_TABLE") || !strings.Contains(err.Error(), "FRONTDESK_CHANNELS") {
		t.Errorf("got %v, want only FRONTDESK_CHANNELS named", err)
	}
}
