package pull_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"frontdesk/shared/conversation"
	"frontdesk/shared/message"
	"frontdesk/shared/sandbox/qyapi"
)

// What customers, members, servicers and agents do in the histories below.
func deeds() map[string]func(*town, qyapi.Customer) {
	return map[string]func(*town, qyapi.Customer){
		"asks":           func(w *town, c qyapi.Customer) { w.write(c, qyapi.KFText("price")) },
		"asks for human": func(w *town, c qyapi.Customer) { w.write(c, qyapi.KFText("a person please")) },
		"says anything":  func(w *town, c qyapi.Customer) { w.write(c, qyapi.KFText("what time is it")) },
		"taps":           func(w *town, c qyapi.Customer) { w.write(c, qyapi.KFMenu("survey:5", "Good")) },
		"asks on and on": func(w *town, c qyapi.Customer) {
			for range 9 {
				w.write(c, qyapi.KFText("price"))
			}
		},
		"opens the chat": func(w *town, c qyapi.Customer) {
			_, _ = w.sandbox.EnterSession(w.t.Context(), account, c, qyapi.Entry{})
		},
		"member writes": func(w *town, _ qyapi.Customer) { w.memberWrites(1) },
		"member hurries": func(w *town, _ qyapi.Customer) {
			w.memberWrites(40)
		},
		"member taps": func(w *town, _ qyapi.Customer) { w.memberTaps() },
		// Servicers can do these in some states only; else nothing happens.
		"servicer writes": func(w *town, c qyapi.Customer) {
			_, _ = w.sandbox.Answer(w.t.Context(), of(c), "", qyapi.KFText("I am here."))
		},
		"servicer takes": func(w *town, c qyapi.Customer) { _ = w.sandbox.Take(w.t.Context(), of(c), "wang") },
		"servicer hands": func(w *town, c qyapi.Customer) { _ = w.sandbox.Hand(w.t.Context(), of(c), "li") },
		"servicer ends":  func(w *town, c qyapi.Customer) { _ = w.sandbox.EndSession(w.t.Context(), of(c)) },
		"servicer reopens": func(w *town, c qyapi.Customer) {
			w.pass(5 * time.Second) // nobody reopens within a blink what the desk has just ended
			_ = w.sandbox.Reopen(w.t.Context(), of(c), "li")
		},
		"zhang goes":  func(w *town, _ qyapi.Customer) { w.must("", w.sandbox.OnDuty(w.t.Context(), account, "zhang", false)) },
		"zhang comes": func(w *town, _ qyapi.Customer) { w.must("", w.sandbox.OnDuty(w.t.Context(), account, "zhang", true)) },
		"agent writes": func(w *town, c qyapi.Customer) {
			_, _ = w.desk.Answer(w.t.Context(), idOf("kf-main", c.ExternalUserID), "ana", "Here I am.")
		},
		"agent writes to member": func(w *town, _ qyapi.Customer) {
			_, _ = w.desk.Answer(w.t.Context(), idOf("app-main", "zhang"), "ana", "Here I am.")
		},
		"agent resolves": func(w *town, c qyapi.Customer) {
			_, _ = w.desk.Resolve(w.t.Context(), idOf("kf-main", c.ExternalUserID))
		},
		"agent resolves member": func(w *town, _ qyapi.Customer) {
			_, _ = w.desk.Resolve(w.t.Context(), idOf("app-main", "zhang"))
		},
	}
}

func of(c qyapi.Customer) qyapi.Thread {
	return qyapi.Thread{OpenKFID: account, Customer: c.ExternalUserID}
}

func idOf(channel, user string) string {
	return conversation.ID(channel, message.Person{UserID: user})
}

func (w *town) write(c qyapi.Customer, i qyapi.Item) {
	w.t.Helper()
	w.must(w.sandbox.WriteKF(w.t.Context(), account, c, i))
}

func (w *town) memberWrites(times int) {
	w.t.Helper()
	for range times {
		w.must(w.sandbox.WriteApp(w.t.Context(), agent, "zhang", qyapi.Text("price")))
		w.pass(300 * time.Millisecond)
	}
}

// memberTaps taps the best rating of the latest card that has one.
func (w *town) memberTaps() {
	for _, m := range slices.Backward(w.sandbox.Sent()) {
		if m.TaskID == "" {
			continue
		}
		if _, err := w.sandbox.Tap(w.t.Context(), agent, "zhang", qyapi.Tap{TaskID: m.TaskID, Key: "survey:5"}); err == nil {
			return
		}
	}
}

// Whatever people do and however long nobody is there: WeCom never has to refuse a message
// or a transition, nothing is lost to the limit of a member, and nothing is given up.
func TestWeComNeverHasToRefuse(t *testing.T) {
	names := []string{}
	for name := range deeds() {
		names = append(names, name)
	}
	slices.Sort(names)
	likely := append(names, "asks", "asks", "asks", "asks", "says anything", "asks for human", "asks for human",
		"servicer writes", "servicer writes", "servicer ends", "servicer takes", "agent resolves", "taps")
	rapid.Check(t, func(rt *rapid.T) {
		all := channels()
		all[1].HandOffAPI = rapid.Bool().Draw(rt, "people answer through the API")
		w := newTownOf(t, all, func(c *qyapi.Config) {
			c.Accounts[0].Servicers = []string{"zhang", "li", "wang"}
			c.Members = append(c.Members, qyapi.Member{UserID: "li"}, qyapi.Member{UserID: "wang"})
		})
		defer w.sandbox.Close()
		w.republish(strings.Replace(manned, `"hours": []`, `"fallback": {"reply": "team", "assign": "care", "hand_off": true}, "hours": []`, 1))
		var history []string
		for range rapid.IntRange(1, 50).Draw(rt, "events") {
			who := rapid.SampledFrom([]qyapi.Customer{robin, robin, wren}).Draw(rt, "who")
			what := rapid.SampledFrom(likely).Draw(rt, "what")
			pause := rapid.SampledFrom([]time.Duration{0, 0, 200 * time.Millisecond, time.Second, 5 * time.Second, time.Minute, time.Hour, 30 * time.Hour, 49 * time.Hour}).Draw(rt, "pause")
			w.pass(pause)
			deeds()[what](w, who)
			history = append(history, fmt.Sprint(w.clock().Format("02 15:04:05.000 "), who.Name, " ", what))
			if rapid.IntRange(0, 3).Draw(rt, "somebody is there") > 0 {
				w.work()
				history = append(history, "worked")
			}
		}
		w.work()
		w.nothingRefused(rt, history)
		if !all[1].HandOffAPI {
			w.peopleHave(rt, history)
		}
	})
}

func (w *town) nothingRefused(rt *rapid.T, history []string) {
	for _, e := range w.sandbox.Events(0) {
		switch {
		case e.Kind == qyapi.CallRefused && e.Code != 95019 && e.Code != 95007: // a servicer is off duty; a callback's token is old
			rt.Errorf("refused with %d %s at %s", e.Code, e.Text, e.At.Format("02 15:04:05.000"))
		case e.Kind == qyapi.MessageDropped:
			rt.Errorf("a message to a member was lost without a word")
		}
	}
	letters, err := w.store.DeadLetters(w.t.Context(), "", 10)
	if err != nil || len(letters) > 0 {
		rt.Errorf("got dead letters %+v, %v", letters, err)
	}
	if rt.Failed() {
		rt.Logf("history:\n%s", strings.Join(history, "\n"))
	}
}

// peopleHave checks that whom people have here they have in WeCom's client, unless their
// session has ended and they have not written since; and that nobody waits there whom
// the bot answers here.
func (w *town) peopleHave(rt *rapid.T, history []string) {
	for _, c := range []qyapi.Customer{robin, wren} {
		h, err := w.store.Head(w.t.Context(), idOf("kf-main", c.ExternalUserID))
		if err != nil {
			continue // never wrote
		}
		state, _ := w.sandbox.State(of(c))
		there := state == qyapi.StatePool || state == qyapi.StatePerson
		if ours := state == qyapi.StateNew || state == qyapi.StateBot; !h.HandedOff.IsZero() && ours || h.HandedOff.IsZero() && there {
			rt.Errorf("%s: handed off %s for %q, session %+v, and in state %d there; history:\n%s",
				c.Name, h.HandedOff.Format("02 15:04:05"), h.Reason, h.Session, state, strings.Join(history, "\n"))
		}
	}
}
