package decide_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"frontdesk/shared/conversation"
	"frontdesk/shared/decide"
	"frontdesk/shared/message"
)

const answers = `"filters": [
	{"id": "price", "when": {"contains": ["price"]}, "then": {"reply": "price"}},
	{"id": "size", "when": {"contains": ["size"]}, "then": {"reply": "size"}}],
	"welcome": {"reply": "hello"}, "fallback": {"reply": "sorry"}`

// talk is a conversation that is decided message by message, as the desk does it.
type talk struct {
	book *decide.Book
	head conversation.Head
}

// hears decides a text that comes at a time, and takes over what comes of it.
func (c *talk) hears(text string, at time.Time) decide.Decision {
	m := says(text)
	m.Time = at
	d := decide.Decide(c.book, c.head, m, at)
	h := c.head.Returned(d.Returned)
	switch {
	case d.By == decide.ByLoop && d.HandOff:
		h.Auto = h.Auto.Catch(at)
	case h.HandedOff.IsZero():
		h.Auto = h.Auto.Hear(text, at)
	}
	if h.First.IsZero() {
		h.First = at
	}
	if d.HandOff {
		h.HandedOff = at
	}
	if d.Opt != "" {
		out := d.Opt == conversation.OptOut
		h.Marketing = conversation.Marketing{Stopped: out, Everything: out, At: at}
	}
	if d.Reply != "" || d.Text != "" {
		h.Auto = h.Auto.Sent(at, at, conversation.ReplyOf(d.Reply, d.Language, d.Playbook), c.book.Keep())
	}
	c.head = h
	return d
}

func TestQuickMessagesGetOneAnswer(t *testing.T) {
	type line struct {
		after         time.Duration
		text, reply   string
		outcome, held string
	}
	for name, lines := range map[string][]line{
		"a question in three pieces": {
			{0, "hi", "hello", "replied", ""}, {2, "what is", "", "unanswered", "quick"}, {4, "the price?", "price", "replied", ""},
		},
		"the same question in other words": {
			{0, "price?", "price", "replied", ""}, {2, "the price of tea", "", "covered", "quick"}, {5, "price!", "", "covered", "quick"},
		},
		"two questions":                {{0, "price?", "price", "replied", ""}, {2, "and the size", "size", "replied", ""}},
		"somebody who goes on writing": {{0, "price", "price", "replied", ""}, {4, "a price", "", "covered", "quick"}, {6, "the price", "price", "replied", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			c := talk{book: book(t, answers)}
			for _, l := range lines {
				d := c.hears(l.text, monday.Add(l.after*time.Second))
				if d.Reply != l.reply || string(d.Outcome) != l.outcome || d.Withheld != l.held || (d.Reply == "") != (d.Language == "") {
					t.Errorf("%q: got reply %q, %s, withheld %q, want %q, %s, %q", l.text, d.Reply, d.Outcome, d.Withheld, l.reply, l.outcome, l.held)
				}
			}
		})
	}
}

// The eleventh reply within three hours goes to people; when the first is three hours ago
// there is room again.
func TestTheCapIsInAnySpan(t *testing.T) {
	for then, outcome := range map[string]conversation.Outcome{"hand_off": conversation.HandedOff, "silence": conversation.Unanswered} {
		c := talk{book: book(t, answers, `"safety": {"loop": {"off": true}, "cap": {"replies": 10, "within": "3h", "then": "`+then+`"}}`), head: known()}
		for i := range 10 {
			if d := c.hears(fmt.Sprint("price ", i), monday.Add(time.Duration(i)*time.Minute)); d.Reply == "" {
				t.Fatalf("reply %d: got %+v", i, d)
			}
		}
		d := c.hears("price once more", monday.Add(20*time.Minute))
		if d.Reply != "" || d.Outcome != outcome || d.Withheld != "cap" || d.By != "price" {
			t.Errorf("%s: got %+v, want no eleventh reply", then, d)
		}
		if d.HandOff && d.Reason != "cap: no reply: the contact has had 10 automatic replies within 3h0m0s" {
			t.Errorf("got reason %q", d.Reason)
		}
		c.head.HandedOff = time.Time{}
		for _, at := range []time.Duration{3 * time.Hour, 3*time.Hour + time.Second} {
			d = c.hears("the price", monday.Add(at))
			if (d.Reply != "") != (at == 3*time.Hour) {
				t.Errorf("%s after %v: got reply %q, want one as the first has left the span", then, at, d.Reply)
			}
			c.head.HandedOff = time.Time{}
		}
	}
}

// Whatever another program writes, however it is timed, and also when people resolve the
// conversation at once: no more replies than the cap in any span.
func TestTwoProgramsEndBoundedly(t *testing.T) {
	b := book(t, answers)
	rapid.Check(t, func(t *rapid.T) {
		c, at := talk{book: b}, monday
		var sent []time.Time
		texts := []string{"price", "size", "STOP", "START", "hello, I am a bot and the price is mine", "ok", ""}
		for range rapid.IntRange(1, 150).Draw(t, "messages") {
			at = at.Add(time.Duration(rapid.IntRange(0, 200).Draw(t, "pause")) * time.Second)
			if d := c.hears(rapid.SampledFrom(texts).Draw(t, "text"), at); d.Reply != "" || d.Text != "" {
				sent = append(sent, at)
			}
			if rapid.Bool().Draw(t, "resolved") {
				c.head.HandedOff = time.Time{}
			}
			if n := len(sent); n > 30 && sent[n-1].Sub(sent[n-31]) < time.Hour {
				t.Fatalf("got 31 replies within %v", sent[n-1].Sub(sent[n-31]))
			}
		}
	})
}

func TestAnotherProgramIsCaughtOnce(t *testing.T) {
	const long = "Thank you for your message about the price. We will answer as soon as we can, reference "
	for name, say := range map[string]func(i int) string{
		"the same text":       func(int) string { return "what price" },
		"two texts in turn":   func(i int) string { return []string{"price", "size"}[i%2] },
		"faster than anybody": func(i int) string { return fmt.Sprint(long, i) },
		"another one in Chinese": func(i int) string {
			return fmt.Sprint("您好，感谢您的咨询，我们会尽快回复您，请稍候 price ", i)
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := talk{book: book(t, answers), head: known()}
			replies, caught, at := 0, 0, monday
			for i := range 30 {
				at = at.Add(time.Second)
				d := c.hears(say(i), at)
				if c.head.HandedOff = (time.Time{}); d.HandOff { // people resolve it at once
					caught++
				}
				if d.Reply != "" {
					replies++
				}
			}
			if caught != 1 || replies > 6 {
				t.Errorf("got %d replies and people called %d times, want at most 6 and once", replies, caught)
			}
			if d := c.hears("the size?", at.Add(time.Hour)); d.Reply != "size" {
				t.Errorf("after the pause: got %+v, want an answer", d)
			}
		})
	}
}

func TestTemplatesComeBackWhenPeopleAreAway(t *testing.T) {
	const hours = `"safety": {"return": {"after": "9h", "calendar": "shop"}}`
	agent := func(at time.Time) func(*conversation.Head) {
		return func(h *conversation.Head) { *h = h.Taken(at, conversation.ReasonAgent) }
	}
	for _, c := range []struct {
		name, safety string
		change       func(*conversation.Head)
		at           time.Time // of the message, by the channel
		now          time.Time
		back         bool
	}{
		{"one second short", "", nil, monday.Add(72*time.Hour - time.Second), time.Time{}, false},
		{"72 hours", "", nil, monday.Add(72 * time.Hour), time.Time{}, true},
		{"somebody wrote meanwhile", "", agent(monday.Add(time.Hour)), monday.Add(72 * time.Hour), time.Time{}, false},
		{"72 hours after they wrote", "", agent(monday.Add(time.Hour)), monday.Add(73 * time.Hour), time.Time{}, true},
		{"our clock was put forward", "", nil, monday.Add(time.Hour), monday.Add(900 * time.Hour), false},
		{"the channel's clock is ahead", "", nil, monday.Add(900 * time.Hour), monday.Add(time.Hour), false},
		{"people have the session in their own client", "", func(h *conversation.Head) { h.Session.People = true }, monday.Add(900 * time.Hour), time.Time{}, false},
		{"never", `"safety": {"return": {"off": true}}`, nil, monday.Add(900 * time.Hour), time.Time{}, false},
		{"eight hours of the shop", hours, nil, tuesday.Add(2 * time.Hour), time.Time{}, false},
		{"nine hours of the shop", hours, nil, tuesday.Add(3 * time.Hour), time.Time{}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			more := []string{answers}
			if c.safety != "" {
				more = append(more, c.safety)
			}
			h, m := known(), says("price")
			h.HandedOff, h.Reason = monday, "price: why"
			if c.change != nil {
				c.change(&h)
			}
			if m.Time = c.at; c.now.IsZero() {
				c.now = c.at
			}
			d := decide.Decide(book(t, more...), h, m, c.now)
			if back := d.Reply == "price" && d.Returned == h.Attended(); back != c.back || c.back == (d.Outcome == conversation.Silent) {
				t.Errorf("got %+v, want back %t", d, c.back)
			}
			if steps := decide.Explain(book(t, more...), h, m, c.now); (steps[0].Filter == "return") != c.back {
				t.Errorf("got steps %+v", steps)
			}
		})
	}
	m := says("")
	h := known()
	h.HandedOff, m.Type, m.Time = monday, "reaction", monday.Add(900*time.Hour)
	if d := decide.Decide(book(t, answers), h, m, m.Time); d.Returned != 0 {
		t.Errorf("a reaction ended a hand-off: %+v", d)
	}
}

func TestWordsToOptOut(t *testing.T) {
	for _, c := range []struct{ text, contact, language, says string }{
		{"STOP", "", "en", "START"}, {" stop! ", "zh-CN", "zh-CN", "订阅"}, {"ＳＴＯＰ", "fr", "fr", "REPRENDRE"},
		{"退订", "", "zh-CN", "订阅"}, {"退訂", "", "zh-TW", "訂閱"}, {"TD", "en", "zh-CN", "订阅"}, {"ARRÊT", "", "fr", "REPRENDRE"},
		{"Baja.", "", "es", "ALTA"}, {"UNSUBSCRIBE", "xx", "en", "START"}, {"стоп", "", "ru", "СТАРТ"},
	} {
		t.Run(c.text, func(t *testing.T) {
			talks := talk{book: book(t, answers), head: known()}
			talks.head.Contact.Language, talks.head.HandedOff = c.contact, monday // also while people are in charge
			d := talks.hears(c.text, night)
			if d.By != decide.ByOptOut || d.Opt != "out" || d.Language != c.language || !strings.Contains(d.Text, c.says) || d.HandOff {
				t.Errorf("got %+v, want it confirmed in %s", d, c.language)
			}
			if d = talks.hears(c.text, night.Add(time.Minute)); d.Text != "" || d.Outcome != conversation.Ignored || d.Opt != "" {
				t.Errorf("again: got %+v, want no second confirmation", d)
			}
			if d = talks.hears("START", night.Add(time.Hour)); d.By != decide.ByOptIn || d.Opt != "in" || d.Text == "" {
				t.Errorf("START: got %+v", d)
			}
		})
	}
}

func TestWhatOptsOutOfNothing(t *testing.T) {
	b := book(t, answers, `"safety": {"opt_out": {"words": ["No more"], "back": ["again please"], "confirm": "closed"}}`)
	for text, by := range map[string]string{"don't stop the price": "price", "START": "fallback", "stop it, the size": "size", "no MORE": "opt_out"} {
		d := decide.Decide(b, known(), says(text), monday)
		if d.By != by || by == "opt_out" && d.Reply != "closed" {
			t.Errorf("%q: got %+v, want it decided by %s", text, d, by)
		}
	}
	m := says("STOP")
	m.Group, m.Return = "g1", "r1"
	if d := decide.Decide(b, known(), m, monday); d.Opt != "" {
		t.Errorf("a word in a group: got %+v", d)
	}
	h := known()
	h.Session.People = true
	if d := decide.Decide(b, h, says("STOP"), monday); d.Opt != "out" || d.Reply != "" {
		t.Errorf("a session in the channel's own client: got %+v, want the wish and no message", d)
	}
	if d := decide.Decide(book(t, answers, `"safety": {"opt_out": {"off": true}}`), known(), says("STOP"), monday); d.By != decide.ByFallback {
		t.Errorf("switched off: got %+v", d)
	}
}

// A template that quotes the contact is another reply each time.
func TestAReplyMadeOfTheQuestionCoversNothing(t *testing.T) {
	const echo = `"templates": [{"id": "price", "variants": [{"language": "en", "shape": "text", "text": "You wrote {{ message.text }}"}]}, {"id": "size"}, {"id": "hello"}, {"id": "sorry"}]`
	c := talk{book: book(t, echo, answers), head: known()}
	c.hears("price of tea", monday)
	if d := c.hears("price of cups", monday.Add(time.Second)); d.Reply != "price" {
		t.Errorf("got %+v, want an answer of its own", d)
	}
}

// A tap is as fast as its finger, and the same as often as it likes.
func TestTapsAreNoProgram(t *testing.T) {
	c := talk{book: book(t, answers), head: known()}
	for range 9 {
		m := message.Inbound{Type: "click", Text: "Prices", Choice: "price", Time: monday}
		if d := decide.Decide(c.book, c.head, m, monday); d.By == decide.ByLoop {
			t.Fatalf("got %+v", d)
		}
	}
}

func TestFaultsOfSafety(t *testing.T) {
	for text, path := range map[string]string{
		`{"cap": {"replies": 51}}`:                                         "safety.cap.replies",
		`{"cap": {"replies": -1}}`:                                         "safety.cap.replies",
		`{"cap": {"within": "soon"}}`:                                      "safety.cap.within",
		`{"cap": {"then": "shout"}}`:                                       "safety.cap.then",
		`{"loop": {"times": 2}}`:                                           "safety.loop.times",
		`{"loop": {"pause": "1s"}}`:                                        "safety.loop.pause",
		`{"quick": "6m"}`:                                                  "safety.quick",
		`{"return": {"after": "1m"}}`:                                      "safety.return.after",
		`{"return": {"calendar": "moon"}}`:                                 "safety.return.calendar",
		`{"opt_out": {"words": ["  "]}}`:                                   "safety.opt_out.words[0]",
		`{"opt_out": {"words": ["ok", "start"]}}`:                          "safety.opt_out.words[1]",
		`{"opt_out": {"back": ["` + strings.Repeat("again ", 30) + `"]}}`:  "safety.opt_out.back[0]",
		`{"opt_out": {"confirm": "nobody"}}`:                               "safety.opt_out.confirm",
		`{"opt_out": {"confirm_back": "nobody"}}`:                          "safety.opt_out.confirm_back",
		`{"opt_out": {"words": [` + strings.Repeat(`"a",`, 200) + `"b"]}}`: "safety.opt_out.words",
	} {
		p := parse(t, shop+`, "safety": `+text+`}`)
		_, err := decide.Compile(p, 1)
		faults := decide.CheckSafety(p)
		if len(faults) != 1 || faults[0].Path != path || faults[0].Fix == "" || err == nil {
			t.Errorf("%s: got %+v and %v, want one fault at %s", text, faults, err, path)
		}
	}
}
