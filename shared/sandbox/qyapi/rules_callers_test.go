package qyapi

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"
)

// scene is one rule that needs more than one request.
type scene struct {
	name, source string
	change       func(*Config)
	play         func(st *stage)
}

func run(t *testing.T, scenes []scene) {
	t.Helper()
	for _, c := range scenes {
		t.Run(c.name, func(t *testing.T) {
			st := play(t, c.change)
			c.play(st)
			if t.Failed() {
				t.Log(c.source)
			}
		})
	}
}

// TestRulesOfCallers holds who may call, and how often.
func TestRulesOfCallers(t *testing.T) {
	run(t, []scene{
		{"a token is the same while it is valid", "W:91039, older edition", nil, func(st *stage) {
			a := st.want(0, st.get(getDesk))
			st.pass(time.Hour)
			b := st.want(0, st.get(getDesk))
			if a.text("access_token") != b.text("access_token") || a["expires_in"] != 7200.0 || b["expires_in"] != 3600.0 {
				t.Errorf("got %v and %v", a, b)
			}
			st.pass(time.Hour)
			if c := st.get(getDesk); c.text("access_token") == a.text("access_token") || c["expires_in"] != 7200.0 {
				t.Errorf("got %v, want another token after 7200 s", c)
			}
		}},
		{"a token runs out", "W:91039", nil, func(st *stage) {
			st.sends(0)
			st.pass(2*time.Hour - time.Second)
			st.sends(0)
			st.pass(time.Second)
			st.sends(42001)
		}},
		{"a token is ended early", "W:91039", nil, func(st *stage) {
			st.auth()
			st.ExpireTokens(false)
			st.sends(42001)
			st.ExpireTokens(true)
			st.sends(40014)
		}},
		{"no token, a wrong one", "W:90313", nil, func(st *stage) {
			st.want(41001, st.do(http.MethodPost, "message/send", "{}"))
			st.want(40014, st.do(http.MethodPost, "message/send?access_token=x", "{}"))
		}},
		{"a wrong company, a wrong secret, none", "W:90313", nil, func(st *stage) {
			st.want(40013, st.get("gettoken?corpid=x&corpsecret=desk-secret"))
			st.want(40001, st.get("gettoken?corpid="+corp+"&corpsecret=x"))
			st.want(41004, st.get("gettoken?corpid="+corp))
			st.want(41002, st.get("gettoken?corpsecret=x"))
		}},
		{"the token of another app", "W:91039", nil, func(st *stage) {
			st.token = st.get("gettoken?corpid=" + corp + "&corpsecret=other-secret").text("access_token")
			st.sends(301002)
		}},
		{"a second token ends the first", "W:91039, newer edition (?)", func(c *Config) { c.Unsure.Tokens = NewEndsOld }, func(st *stage) {
			st.auth()
			st.want(0, st.get(getDesk))
			st.sends(40014)
		}},
		{"a second token leaves the first", "W:91039, newer edition (?)", func(c *Config) { c.Unsure.Tokens = NewBesideOld }, func(st *stage) {
			if b := st.want(0, st.get(getDesk)); st.auth() == b.text("access_token") {
				t.Error("got the same token twice")
			}
			st.sends(0)
		}},
		{"too many wrong secrets", "B7 (?)", func(c *Config) { c.Unsure.WrongSecrets = 3 }, func(st *stage) {
			for range 3 {
				st.want(40001, st.get("gettoken?corpid="+corp+"&corpsecret=x"))
			}
			st.want(45009, st.get(getDesk))
			st.pass(time.Hour)
			st.want(0, st.get(getDesk))
		}},
		{"too many tokens", "W:91039", func(c *Config) { c.Limits.Tokens = 2 }, func(st *stage) {
			st.want(0, st.get(getDesk))
			st.want(0, st.get(getDesk))
			st.want(45009, st.get(getDesk))
			st.pass(time.Minute)
			st.want(0, st.get(getDesk))
		}},
		{"an address that is not trusted", "W:90313, 60020", func(c *Config) { c.TrustedIPs = []netip.Prefix{netip.MustParsePrefix("203.0.113.0/24")} }, func(st *stage) {
			if got := st.sends(60020); !strings.Contains(got.text("errmsg"), "from ip: 192.0.2.1, ") {
				t.Errorf("got %q, want the address in it", got.text("errmsg"))
			}
			st.want(0, st.do(http.MethodPost, "webhook/send?key=robot-key", "{"+textObject("hi")+"}"))
		}},
		{"an address that is trusted", "W:90313, 60020", func(c *Config) { c.TrustedIPs = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")} }, func(st *stage) { st.sends(0) }},
		{"trust is asked for everywhere", "B14 (?)", func(c *Config) {
			c.TrustedIPs, c.Unsure.TrustEveryCall = []netip.Prefix{netip.MustParsePrefix("203.0.113.0/24")}, true
		}, func(st *stage) {
			st.want(60020, st.get(getDesk))
			st.want(60020, st.do(http.MethodPost, "webhook/send?key=robot-key", "{"+textObject("hi")+"}"))
		}},
		{"another Content-Type", "no page", func(c *Config) { c.Unsure.JSONOnly = true }, func(st *stage) {
			st.sends(0)
			r := httptest.NewRequest(http.MethodPost, "/cgi-bin/message/send?access_token="+st.auth(), strings.NewReader(toApp("zhang", textObject("hi"))))
			w := httptest.NewRecorder()
			st.ServeHTTP(w, r)
			if !strings.HasPrefix(w.Body.String(), `{"errcode":40035,`) {
				t.Errorf("got %s without a Content-Type", w.Body)
			}
		}},
		{"too many calls of one API, and the block", "W:90454", func(c *Config) { c.Limits.PerCall = 3 }, func(st *stage) {
			for range 3 {
				st.sends(0)
			}
			st.pass(59 * time.Second)
			st.sends(45009)
			st.pass(59 * time.Second)
			st.sends(45009) // the block lasts as long as the span
			st.pass(time.Second)
			st.sends(0)
			st.want(0, st.call("kf/account/list", "{}")) // another API was never blocked
		}},
		{"too many calls from one address", "W:90454", func(c *Config) { c.Limits.PerAddress = 2 }, func(st *stage) {
			st.sends(0) // the second, after gettoken
			st.sends(45009)
		}},
		{"too many calls in an hour", "W:90454", func(c *Config) { c.Limits.PerCallHour = 2 }, func(st *stage) {
			st.sends(0)
			st.sends(0)
			st.pass(10 * time.Minute)
			st.sends(45009)
			st.pass(59 * time.Minute)
			st.auth()
			st.sends(45009)
		}},
	})
}
