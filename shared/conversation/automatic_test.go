package conversation

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestRepliesAreCountedInAnySpan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var a Automatic
		var sent []time.Time
		at := handed
		for range rapid.IntRange(1, 40).Draw(t, "replies") {
			at = at.Add(time.Duration(rapid.IntRange(0, 600).Draw(t, "pause")) * time.Second)
			a, sent = a.Sent(at, at, 1, 10), append(sent, at)
		}
		span := time.Duration(rapid.IntRange(1, 3600).Draw(t, "span")) * time.Second
		want := 0
		for _, s := range sent[max(0, len(sent)-10):] {
			if at.Sub(s) < span {
				want++
			}
		}
		if got := a.Within(span, at); got != want || len(a.Recent) > 10*stamp {
			t.Errorf("got %d within %v of %d kept, want %d", got, span, len(a.Recent)/stamp, want)
		}
	})
}

func TestTheFingerprintOfAReply(t *testing.T) {
	one := ReplyOf("price", "en", 7)
	if one != ReplyOf("price", "en", 7) {
		t.Error("want the same of the same reply")
	}
	for name, other := range map[string]uint64{
		"another template": ReplyOf("size", "en", 7), "another language": ReplyOf("price", "zh-CN", 7), "another version": ReplyOf("price", "en", 8),
		"the words cut elsewhere": ReplyOf("price e", "n", 7),
	} {
		if other == one {
			t.Errorf("%s: got the same", name)
		}
	}
}

func TestWhatAContactWritesIsHeard(t *testing.T) {
	type line struct {
		after      time.Duration
		text       string
		same, fast int
	}
	for name, lines := range map[string][]line{
		"one text again and again":           {{0, "price", 1, 0}, {time.Second, "price", 2, 0}, {2 * time.Second, " price ", 3, 0}},
		"two texts in turn":                  {{0, "a", 1, 0}, {1, "b", 1, 0}, {2, "a", 2, 0}, {3, "b", 3, 0}},
		"other texts begin anew":             {{0, "a", 1, 0}, {1, "a", 2, 0}, {2, "b", 1, 0}, {3, "c", 1, 0}},
		"after a while it is another talk":   {{0, "a", 1, 0}, {11 * time.Minute, "a", 1, 0}},
		"a picture says nothing":             {{0, "a", 1, 0}, {1, "", 1, 0}, {2, "a", 2, 0}},
		"what comes late is no older patter": {{time.Minute, "a", 1, 0}, {0, "a", 2, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			var a Automatic
			for i, l := range lines {
				if a = a.Hear(l.text, handed.Add(l.after)); a.Same != l.same || a.Fast != l.fast {
					t.Errorf("line %d: got %d the same and %d fast, want %d and %d", i+1, a.Same, a.Fast, l.same, l.fast)
				}
			}
		})
	}
}

func TestAnswersThatNobodyCanHaveTyped(t *testing.T) {
	const long = "Thank you for your message. We will get back to you as soon as possible."
	for name, c := range map[string]struct {
		text string
		took time.Duration
		fast int
	}{
		"a long text after a second":        {long, time.Second, 3},
		"Chinese takes longer to type":      {"您好，感谢您的咨询，我们会尽快回复您", time.Second, 3},
		"a short word after a second":       {"yes", time.Second, 0},
		"a long text after half a minute":   {long, 30 * time.Second, 0},
		"written before our reply went out": {long, -time.Second, 2},
	} {
		t.Run(name, func(t *testing.T) {
			a := Automatic{Fast: 2}.Sent(handed, handed, 1, 5)
			a.Heard = handed.UnixMilli()
			if got := a.Hear(c.text, handed.Add(c.took)); got.Fast != c.fast || got.Spoke {
				t.Errorf("got %d, want %d", got.Fast, c.fast)
			}
		})
	}
	a := Automatic{Same: 4, Fast: 4, Text: 9, Before: 8}.Catch(handed)
	if want := (Automatic{Caught: handed.UnixMilli()}); a.Caught != want.Caught || a.Same != 0 || a.Fast != 0 || a.Text != 0 || a.Before != 0 {
		t.Errorf("who was caught: got %+v, want a new count", a)
	}
}

func TestPeopleWhoHaveLeftAConversation(t *testing.T) {
	in := Head{HandedOff: handed, Reason: "asked", Assignee: "ana", Rota: "ana", Opened: handed, Tended: handed.Add(time.Hour).UnixMilli()}
	if got := in.Attended(); got != handed.Add(time.Hour).UnixMilli() {
		t.Errorf("got %d, want when a person last wrote", got)
	}
	old := Head{HandedOff: handed, AgentReplied: true, LastInbound: handed.Add(2 * time.Hour)}
	if got := old.Attended(); got != old.LastInbound.UnixMilli() {
		t.Errorf("a head that does not say when somebody wrote: got %d, want the contact's latest message", got)
	}
	if old.AgentReplied = false; old.Attended() != handed.UnixMilli() {
		t.Errorf("nobody wrote: got %d, want when people took it", old.Attended())
	}
	for name, c := range map[string]struct {
		head  Head
		since int64
		left  bool
	}{
		"nobody has looked since":      {in, in.Attended(), true},
		"somebody has looked since":    {in, handed.UnixMilli(), false},
		"nobody is in charge":          {Head{Tended: 5}, 5, false},
		"the decision ends no handoff": {in, 0, false},
	} {
		got := c.head.Returned(c.since)
		if left := got.HandedOff.IsZero() && !c.head.HandedOff.IsZero(); left != c.left || c.left && (got.Assignee != "" || got.Reason != "" || got.Rota != "" || !got.Opened.IsZero()) {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}
