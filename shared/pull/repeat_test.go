package pull_test

import (
	"strings"
	"testing"
	"time"

	"frontdesk/shared/channel"
	"frontdesk/shared/sandbox/qyapi"
)

// A reply whose answer was lost is repeated within seconds where WeCom knows it again,
// reaches the customer once, and nobody calls it unproven.
func TestALostAnswerIsRepeatedWithoutHarm(t *testing.T) {
	service := func(ch []channel.Channel) { ch[1].RepeatSafe = true }
	cases := []struct {
		name     string
		settings func([]channel.Channel)
		unsure   qyapi.RepeatedID
		taken    bool // the first call was carried out
		app      bool
	}{
		{"a repeated msgid is ignored", service, qyapi.SentOnce, true, false},
		{"a repeated msgid is refused", func(ch []channel.Channel) { ch[1].RepeatSafe, ch[1].RepeatCode = true, 40035 }, qyapi.RefusedSecond, true, false},
		{"the first call never arrived", service, qyapi.SentOnce, false, false},
		{"an app with a duplicate check", func(ch []channel.Channel) { ch[0].DuplicateCheck = 120 }, 0, true, true},
	}
	for _, c := range cases {
		all := channels()
		c.settings(all)
		lost := 3
		w := newTownOf(t, all, func(cfg *qyapi.Config) {
			cfg.Unsure.RepeatedID = c.unsure
			cfg.Fault = func(r qyapi.Request) *qyapi.Fault {
				if !strings.HasSuffix(r.Call, "send_msg") && r.Call != "message/send" || lost == 0 {
					return nil
				}
				lost--
				return &qyapi.Fault{Status: 502, Accept: c.taken}
			}
		})
		began, to := w.clock(), robin.ExternalUserID
		if c.app {
			to = "zhang"
			w.must(w.sandbox.WriteApp(t.Context(), agent, to, qyapi.Text("price")))
		} else {
			w.must(w.sandbox.WriteKF(t.Context(), account, robin, qyapi.KFText("price")))
		}
		w.work()
		if got, took := w.sent(to), w.clock().Sub(began); len(got) != 1 || lost == 3 || took > time.Minute {
			t.Errorf("%s: got %q after %s with %d answers left to lose, want one reply within a minute", c.name, got, took, lost)
		}
		if log := w.log.String(); strings.Contains(log, `"unproven"`) {
			t.Errorf("%s: a repeat that does no harm is called unproven:\n%s", c.name, log)
		}
	}
}
