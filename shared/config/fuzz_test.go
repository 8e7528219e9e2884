package config

import (
	"strings"
	"testing"
	"time"
)

// Whatever the variables hold, reading them gives a configuration within its bounds
// or names the variables that are wrong, and shows none of their values.
func FuzzRead(f *testing.F) {
	f.Add("8080", "Asia/Shanghai", "400", "Desk <desk@example.com>", "smtps://user:marked-7c1f@mail.example.com:465", "on")
	f.Add("", "", "", "", "", "")
	f.Add("-1", "Local", "0", "desk", "http://marked-7c1f", "yes")
	f.Add("99999999999999999999", "../../etc/passwd", "1e3", "(((marked-7c1f@x", "smtp://%zzmarked-7c1f@x", "ON")
	f.Add("0x1F", strings.Repeat("a/", 5000), "８", strings.Repeat("(", 5000), "smtp://[::1]:marked-7c1f", "off")
	f.Fuzz(func(t *testing.T, port, zone, keep, from, smtp, demo string) {
		values := map[string]string{"PORT": port, "FRONTDESK_TIMEZONE": zone, "FRONTDESK_KEEP_DAYS": keep, "FRONTDESK_MAIL_FROM": from, "FRONTDESK_SMTP_URL": smtp, "FRONTDESK_DEMO": demo}
		c, err := Read(func(name string) string { return values[name] })
		if c.Port < 0 || c.Port > 65535 || c.Zone == nil || c.Keep < 8*24*time.Hour || c.Keep > 3650*24*time.Hour {
			t.Errorf("got port %d, zone %v, keep %v", c.Port, c.Zone, c.Keep)
		}
		if err == nil {
			return
		}
		named := false
		for name := range values {
			named = named || strings.Contains(err.Error(), name)
		}
		if !named || strings.Contains(err.Error(), "marked-7c1f") || len(err.Error()) > 2_000 {
			t.Errorf("got %.300v, want the variable's name and not its value", err)
		}
	})
}
