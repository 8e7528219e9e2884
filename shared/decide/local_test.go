package decide_test

import (
	"strings"
	"testing"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/decide"
)

// branches is the shop with another calendar (open every day until midnight), a team that
// works by it, and what is different on three channels.
const branches = `{
	"languages": ["en"],
	"templates": [{"id": "hello"}, {"id": "closed"}, {"id": "sorry"}, {"id": "staff-closed"}, {"id": "staff-hello"}, {"id": "staff-sorry"}],
	"teams": [{"id": "care", "calendar": "late"}, {"id": "sales"}],
	"hours": [
		{"id": "shop", "time_zone": "Asia/Shanghai", "weekly": {"mon": ["09:00-18:00"]}},
		{"id": "late", "time_zone": "Asia/Shanghai", "weekly": {"mon": ["09:00-24:00"]}},
		{"id": "never", "time_zone": "Asia/Shanghai", "weekly": {"sun": ["09:00-10:00"]}}],
	"welcome": {"reply": "hello"},
	"away": {"reply": "closed", "calendar": "shop", "team_hours": true},
	"fallback": {"reply": "sorry"},
	"channels": [
		{"channel": "late-line", "calendar": "late"},
		{"channel": "staff", "calendar": "never", "welcome": {"reply": "staff-hello"}, "away": {"reply": "staff-closed"}, "fallback": {"reply": "staff-sorry"}},
		{"channel": "always", "away": {}, "welcome": {}}],
	"filters": [{"id": "to-care", "when": {"whole_word": ["care"]}, "then": {"assign": "care"}, "continue": true}]
}`

func localBook(t *testing.T, changes ...string) *decide.Book {
	t.Helper()
	b, err := decide.Compile(parse(t, strings.NewReplacer(changes...).Replace(branches)), 7)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestWhatIsDifferentOnAChannelAndForATeam(t *testing.T) {
	b := localBook(t)
	newcomer := conversation.Head{}
	of := func(team string) conversation.Head {
		h := known()
		h.Team = team
		return h
	}
	for _, c := range []struct {
		name, channel, text string
		head                conversation.Head
		at                  time.Time
		by, reply, why      string
	}{
		{"the company's hours", "wa-main", "hi", known(), night, "away", "closed", "calendar shop is closed"},
		{"a channel that is open longer", "late-line", "hi", known(), night, "fallback", "sorry", "calendar late is open (hours of this channel)"},
		{"a channel with words of its own", "staff", "hi", known(), monday, "away", "staff-closed", "calendar never is closed (hours of this channel)"},
		{"its own welcome", "staff", "hi", newcomer, monday.AddDate(0, 0, 6).Add(-150 * time.Minute), "welcome", "staff-hello", ""},
		{"its own fallback", "staff", "hi", known(), monday.AddDate(0, 0, 6).Add(-150 * time.Minute), "fallback", "staff-sorry", ""},
		{"a channel that is never away", "always", "hi", known(), night, "fallback", "sorry", ""},
		{"and welcomes nobody", "always", "hi", newcomer, monday, "fallback", "sorry", ""},
		{"with a team that works late", "wa-main", "hi", of("care"), night, "fallback", "sorry", "calendar late is open (hours of the team care)"},
		{"with a team without hours", "wa-main", "hi", of("sales"), night, "away", "closed", "calendar shop is closed"},
		{"given to the late team by this message", "wa-main", "care please", of("sales"), night, "fallback", "sorry", "hours of the team care"},
		{"a channel whose own away says nothing of teams", "staff", "hi", of("care"), night, "away", "staff-closed", "hours of this channel"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := says(c.text)
			m.Channel = c.channel
			d := decide.Decide(b, c.head, m, c.at)
			if d.By != c.by || d.Reply != c.reply {
				t.Errorf("got %s with %q, want %s with %q", d.By, d.Reply, c.by, c.reply)
			}
			said := ""
			for _, s := range decide.Explain(b, c.head, m, c.at) {
				said += s.Why + "; "
				if s.WhyZH == "" || strings.Contains(s.WhyZH, "{") {
					t.Errorf("got %q in Chinese", s.WhyZH)
				}
			}
			if !strings.Contains(said, c.why) {
				t.Errorf("got the explanation %q, want %q in it", said, c.why)
			}
		})
	}
}

// The closed period in which the away reply is sent once is the one of the calendar that
// was asked.
func TestTheAwayReplyIsSentOncePerPeriodOfItsCalendar(t *testing.T) {
	b := localBook(t)
	m := says("hi")
	m.Channel = "staff"
	sunday := time.Date(2026, 11, 29, 1, 0, 0, 0, time.UTC)
	if got := decide.Decide(b, known(), m, monday).AwayUntil; !got.Equal(sunday) {
		t.Errorf("got until %v, want until the channel opens, %v", got, sunday)
	}
}

func TestTheWelcomeOfAChannel(t *testing.T) {
	b := localBook(t)
	if b.Welcome("staff").Reply != "staff-hello" || b.Welcome("wa-main").Reply != "hello" || b.Welcome("always") != nil {
		t.Error("got another welcome than the channel's own, the playbook's, and none")
	}
}

func TestWhatANewContactGetsOutOfHours(t *testing.T) {
	newcomer := conversation.Head{}
	greeted := conversation.Head{Session: conversation.Session{Greeted: night}}
	for _, c := range []struct {
		setting         string
		head            conversation.Head
		by              string
		reply, greeting string
		remembered      bool
	}{
		{"", newcomer, "away", "closed", "", true},
		{"away", newcomer, "away", "closed", "", true},
		{"greeting", newcomer, "welcome", "hello", "", false},
		{"both", newcomer, "away", "closed", "hello", true},
		{"greeting", known(), "away", "closed", "", true},
		{"both", known(), "away", "closed", "", true},
		{"both", greeted, "away", "closed", "", true},
		{"greeting", greeted, "away", "closed", "", true},
	} {
		b := localBook(t, `"calendar": "shop", "team_hours": true`, `"calendar": "shop", "new_contact": "`+c.setting+`"`)
		d := decide.Decide(b, c.head, says("hi"), night)
		if d.By != c.by || d.Reply != c.reply || d.Greeting != c.greeting || d.AwayUntil.IsZero() == c.remembered {
			t.Errorf("%q, new %v: got %s, %q after %q, until %v", c.setting, c.head.New(), d.By, d.Reply, d.Greeting, d.AwayUntil)
		}
	}
}
