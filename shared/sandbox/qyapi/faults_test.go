package qyapi

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
)

// TestFaultsSpoilOneCall shows what a client sees of each fault, and whether the
// message went out all the same.
func TestFaultsSpoilOneCall(t *testing.T) {
	sees := func(status int, body string) func(*http.Response, []byte, error) bool {
		return func(r *http.Response, b []byte, err error) bool {
			return err == nil && r.StatusCode == status && strings.Contains(string(b), body)
		}
	}
	broken := func(_ *http.Response, _ []byte, err error) bool { return err != nil }
	reset := func(_ *http.Response, _ []byte, err error) bool { return errors.Is(err, syscall.ECONNRESET) }
	torn := func(_ *http.Response, _ []byte, err error) bool { return errors.Is(err, io.ErrUnexpectedEOF) }
	timeout := func(_ *http.Response, _ []byte, err error) bool { return errors.Is(err, context.DeadlineExceeded) }
	for _, c := range []struct {
		name  string
		fault Fault
		sent  int
		see   func(*http.Response, []byte, error) bool
	}{
		{"a time-out", Fault{Hang: true}, 0, timeout},
		{"a time-out after it was taken", Fault{Hang: true, Accept: true}, 1, timeout},
		{"a reset", Fault{Reset: true}, 0, reset},
		{"a reset after it was taken", Fault{Reset: true, Accept: true}, 1, reset},
		{"a closed connection", Fault{}, 0, broken},
		{"half an answer", Fault{Torn: true, Accept: true}, 1, torn},
		{"a server that is down", Fault{Status: 503}, 0, sees(503, "")},
		{"a server that is down after it took the message", Fault{Status: 503, Accept: true}, 1, sees(503, "")},
		{"an answer that nobody can read", Fault{Status: 200, Accept: true}, 1, sees(200, "OK")},
		{"busy", Fault{Code: -1}, 0, sees(200, `"errcode":-1`)},
		{"busy, and yet done", Fault{Code: -1, Accept: true}, 1, sees(200, `"errcode":-1`)},
		{"busy with another status", Fault{Code: -1, Status: 502}, 0, sees(502, `"errcode":-1`)},
		{"a token that has run out", Fault{Code: 42001}, 0, sees(200, `"errcode":42001`)},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx, giveUp := context.WithCancelCause(t.Context())
			st := play(t, func(cfg *Config) {
				cfg.Fault = func(r Request) *Fault {
					if r.Call != "message/send" {
						return nil
					}
					if r.To != "zhang" || r.Type != "text" || r.Agent != desk || r.Number != 2 {
						t.Errorf("got %+v to decide on", r)
					}
					if c.fault.Hang { // the client runs out of time while the answer is held back
						giveUp(context.DeadlineExceeded)
					}
					return &c.fault
				}
			})
			srv := httptest.NewServer(st)
			url := srv.URL + "/cgi-bin/message/send?access_token=" + st.auth()
			req, _ := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(toApp("zhang", textObject("hi"))))
			res, err := http.DefaultClient.Do(req)
			var body []byte
			if err == nil {
				body, err = io.ReadAll(res.Body)
				_ = res.Body.Close()
			}
			if !c.see(res, body, err) {
				t.Errorf("got %v, %q, %v", res, body, err)
			}
			srv.Close() // waits for the server to be done
			if n := len(st.Sent()); n != c.sent {
				t.Errorf("got %d messages, want %d", n, c.sent)
			}
		})
	}
}

// TestEveryCallCanBeSpoilt goes through all routes.
func TestEveryCallCanBeSpoilt(t *testing.T) {
	seen := map[string]bool{}
	st := play(t, func(c *Config) {
		c.Fault = func(r Request) *Fault {
			if seen[r.Call] = true; r.Call == "gettoken" {
				return nil
			}
			return &Fault{Code: -1, RetryAfter: 7}
		}
	})
	bodies := map[string]string{
		"message/send": toApp("zhang", textObject("hi")), "message/recall": `{"msgid":"x"}`, "menu/create": menu(clickButton("Tea", "tea")),
		"message/update_template_card": `{"agentid":1000002,"response_code":"x","button":{"replace_name":"Done"}}`,
		"appchat/create":               `{"userlist":["zhang","li"]}`, "appchat/update": `{"chatid":"x"}`, "appchat/send": `{"chatid":"x",` + textObject("hi") + `}`,
		"aibot/response": markdownHi,
		"webhook/send":   "{" + textObject("hi") + "}", "kf/sync_msg": `{"open_kfid":"` + service + `"}`, "kf/send_msg": toKF(robin, textObject("hi")),
		"kf/send_msg_on_event": `{"code":"x",` + textObject("hi") + `}`, "kf/service_state/get": trans(0, ""), "kf/service_state/trans": trans(1, ""),
		"kf/account/list": "{}", "kf/add_contact_way": `{"open_kfid":"x"}`, "kf/customer/batchget": `{"external_userid_list":["x"]}`,
		"kf/get_corp_statistic": "{}", "kf/get_servicer_statistic": "{}", "externalcontact/get_user_behavior_data": `{"userid":["zhang"]}`,
		"externalcontact/groupchat/statistic":              `{"owner_filter":{"userid_list":["zhang"]}}`,
		"externalcontact/groupchat/statistic_group_by_day": `{"owner_filter":{"userid_list":["zhang"]}}`,
	}
	for path, to := range routes() {
		if path == "gettoken" {
			continue
		}
		if to.form {
			st.want(-1, st.upload("image", "a.png", png))
			continue
		}
		if to.method == http.MethodGet {
			st.want(-1, st.ask(path))
			continue
		}
		st.want(-1, st.call(path, bodies[path]))
	}
	for path := range routes() {
		if !seen[path] {
			t.Errorf("%s was never asked about", path)
		}
	}
}

// TestCallsAtTheSameTime: 45033. The fault hook makes the second call while the first
// one runs.
func TestCallsAtTheSameTime(t *testing.T) {
	var st *stage
	inner := false
	st = play(t, func(c *Config) {
		c.Limits.AtOnce = 1
		c.Fault = func(r Request) *Fault {
			if r.Call == "message/send" && !inner {
				inner = true
				st.sends(45033)
			}
			return nil
		}
	})
	st.auth()
	st.sends(0)
	if !inner {
		t.Error("no second call was made")
	}
}
