package main

import (
	"bytes"
	"fmt"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"frontdesk/shared/channel"
	"frontdesk/shared/sandbox/qyapi"
)

// company is a fake WeCom with an app, two accounts of customer service, and a customer
// who has just written.
func company(t *testing.T, change func(*qyapi.Config)) (env map[string]string, sb *qyapi.Sandbox) {
	t.Helper()
	keys := channel.CallbackKey{Token: "QDG6eK", AESKey: "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"}
	cfg := qyapi.Config{
		CorpID: "ww1", Apps: []qyapi.App{{AgentID: 1000002, Secret: "desk-secret", Key: keys, WebhookURL: "http://127.0.0.1:1/"}},
		Accounts: []qyapi.Account{{OpenKFID: "wkSALES", Name: "售前", Agent: 1000002}, {OpenKFID: "wkAFTER", Name: "售后", Agent: 1000002}},
	}
	if change != nil {
		change(&cfg)
	}
	sb, err := qyapi.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sb.Close)
	api := httptest.NewServer(sb)
	t.Cleanup(api.Close)
	shared := fmt.Sprintf(`"corp_id":"ww1","token":%q,"aes_key":%q,"api_url":%q`, keys.Token.Reveal(), keys.AESKey.Reveal(), api.URL)
	return map[string]string{"FRONTDESK_CHANNELS": fmt.Sprintf(
		`[{"id":"kf-main","kind":"wecom_kf","open_kfid":"wkSALES","secret":"desk-secret",%s},{"id":"app-main","kind":"wecom_app","agent_id":1000002,"secret":"desk-secret",%s}]`, shared, shared)}, sb
}

// asked runs a command and returns what it printed, errors last.
func asked(t *testing.T, env map[string]string, args ...string) string {
	t.Helper()
	var out bytes.Buffer
	if err := run(t.Context(), args, func(name string) string { return env[name] }, &out, &out); err != nil {
		fmt.Fprintf(&out, "frontdesk: %v\n", err)
	}
	return out.String()
}

func TestWeComCheck(t *testing.T) {
	env, _ := company(t, nil)
	got := asked(t, env, "wecom", "check")
	for _, want := range []string{"kf-main (wecom_kf)\n  signed in", "account wkSALES  售前  (this channel)", "account wkAFTER  售后\n", "customers open it at https://", "app-main (wecom_app)\n  signed in"} {
		if !strings.Contains(got, want) {
			t.Errorf("got %s, want %q", got, want)
		}
	}
	for _, c := range []struct {
		name, from, to, want string
	}{
		{"another account", "wkSALES", "wkUNKNOWN", "open_kfid is none of these accounts"},
		{"a wrong secret", "desk-secret", "SECRET-SECRET", "refused with code 40001"},
		{"another company", `"corp_id":"ww1"`, `"corp_id":"ww2"`, "refused with code 40013"},
	} {
		broken := map[string]string{"FRONTDESK_CHANNELS": strings.ReplaceAll(env["FRONTDESK_CHANNELS"], c.from, c.to)}
		got := asked(t, broken, "wecom", "check")
		if !strings.Contains(got, c.want) || !strings.Contains(got, "cannot be used") || strings.Contains(got, "SECRET-SECRET") {
			t.Errorf("%s: got %s, want %q and no secret", c.name, got, c.want)
		}
	}
}

func TestWeComCheckNamesTheAddressToAllow(t *testing.T) {
	env, _ := company(t, func(c *qyapi.Config) { c.TrustedIPs = []netip.Prefix{netip.MustParsePrefix("203.0.113.7/32")} })
	if got := asked(t, env, "wecom", "check"); !strings.Contains(got, "60020") || !strings.Contains(got, "the address to allow is 127.0.0.1") {
		t.Errorf("got %s, want the address that WeCom saw", got)
	}
}

func TestWeComRepeat(t *testing.T) {
	for _, c := range []struct {
		name  string
		does  func(*qyapi.Unsure)
		want  string
		comes int
	}{
		{"a repeat is ignored", func(u *qyapi.Unsure) { u.RepeatedID = qyapi.SentOnce }, `"repeated_msgid": "ignored"`, 1},
		{"a repeat is refused", func(u *qyapi.Unsure) { u.RepeatedID = qyapi.RefusedSecond; u.RepeatedCode = 95099 }, `"repeated_msgid": 95099`, 1},
		{"a repeat is sent", func(u *qyapi.Unsure) { u.RepeatedID = qyapi.SentTwice }, "leave it out", 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			env, sb := company(t, func(cfg *qyapi.Config) { c.does(&cfg.Unsure) })
			robin := qyapi.Customer{ExternalUserID: "wmEXAMPLE0001"}
			if _, err := sb.Backlog("wkSALES", qyapi.Letter{From: robin, Item: qyapi.KFText("hello")}); err != nil {
				t.Fatal(err)
			}
			got := asked(t, env, "wecom", "repeat", "--channel", "kf-main", "--to", "wmEXAMPLE0001")
			if n := len(sb.Sent()); !strings.Contains(got, c.want) || n != c.comes {
				t.Errorf("got %s and %d messages, want %q and %d", got, n, c.want, c.comes)
			}
		})
	}
	env, sb := company(t, func(cfg *qyapi.Config) { cfg.Unsure.RepeatedID, cfg.Unsure.RepeatedCode = qyapi.RefusedSecond, 95001 })
	if _, err := sb.Backlog("wkSALES", qyapi.Letter{From: qyapi.Customer{ExternalUserID: "wmEXAMPLE0001"}, Item: qyapi.KFText("hello")}); err != nil {
		t.Fatal(err)
	}
	got := asked(t, env, "wecom", "repeat", "--channel", "kf-main", "--to", "wmEXAMPLE0001")
	if !strings.Contains(got, "says nothing about a repeated msgid") || strings.Contains(got, "write") && strings.Contains(got, `"repeated_msgid": 95001`) {
		t.Errorf("got %s, want that a used-up budget is no answer to the question", got)
	}
	for _, args := range [][]string{{"wecom"}, {"wecom", "repeat"}, {"wecom", "check", "--to", "x", "--channel", "kf-main"}, {"wecom", "repeat", "--channel", "app-main", "--to", "x"}} {
		if got := asked(t, env, args...); !strings.Contains(got, "frontdesk: ") {
			t.Errorf("%v: got %s, want it refused", args, got)
		}
	}
}
