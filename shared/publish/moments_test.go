package publish

import (
	"strings"
	"testing"

	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
)

// closing is a change: the shop is closed at night, with more said of away, and what is
// different on channels.
func closing(away, more string) string {
	return `{"away": {"reply": "price", "calendar": "shop"` + away + `}` + more + `}`
}

func momentFaults() []fault {
	const welcome, channels = `, "welcome": {"reply": "price"}`, `, "channels": [`
	own := func(l string) string { return closing("", channels+l+`]`) }
	buttons := `{"templates": [{"id": "price", "variants": [{"language": "en", "shape": "buttons", "text": "Which?", "buttons": [{"id": "a", "title": "A"}]}]}], ` +
		`"filters": [{"id": "a", "when": {"choice": ["a"]}, "then": {"reply": "price"}}], "away": {"reply": "price", "calendar": "shop", "new_contact": "both"}, "welcome": {"reply": "price"}}`
	long := `{"templates": [{"id": "price", "variants": [{"language": "en", "shape": "text", "text": "` + strings.Repeat("x", 2100) + `"}]}], ` +
		`"away": {"reply": "price", "calendar": "shop", "new_contact": "both"}, "welcome": {"reply": "price"}}`
	return []fault{
		{"a channel that there is not", own(`{"channel": "wa-mian", "calendar": "shop"}`), "channels[0].channel", "There is no channel with the id “wa-mian”.", "Did you mean wa-main?"},
		{"no channel", own(`{"channel": "", "calendar": "shop"}`), "channels[0].channel", "The channel is missing.", "name the channel"},
		{"a channel twice", own(`{"channel": "wa-main", "calendar": "shop"}, {"channel": "wa-main", "fallback": {}}`), "channels[1].channel", "The channel is listed twice.", "into one"},
		{"nothing is different", own(`{"channel": "wa-main"}`), "channels[0]", "Nothing is different on this channel.", "remove it"},
		{"a calendar that there is not", own(`{"channel": "wa-main", "calendar": "shopp"}`), "channels[0].calendar", "There is no calendar with the id “shopp”.", "Did you mean shop?"},
		{"hours for nothing", `{"channels": [{"channel": "wa-main", "calendar": "shop"}]}`, "channels[0].calendar", "There is no away reply on this channel, so its hours change nothing.", "give it away"},
		{"hours twice", own(`{"channel": "wa-main", "calendar": "shop", "away": {"reply": "price", "calendar": "shop"}}`), "channels[0].away.calendar", "The hours of this channel are named twice.", "remove one"},
		{"an away of its own without hours", `{"channels": [{"channel": "wa-main", "away": {"reply": "price"}}]}`, "channels[0].calendar", "Away does not say when this channel is closed.", "name a calendar"},
		{"a template that there is not", own(`{"channel": "wa-main", "fallback": {"reply": "prise"}}`), "channels[0].fallback.reply", "There is no template with the id “prise”.", "price"},
		{"hours of teams without any", closing(`, "team_hours": true`, ""), "away.team_hours", "No team has hours of its own.", "give a team a calendar"},
		{"hours of teams in the fallback", `{"fallback": {"reply": "price", "team_hours": true}, "teams": [{"id": "a", "name": "A", "calendar": "shop"}]}`, "fallback.team_hours", "Fallback does not depend on hours.", "remove team_hours"},
		{"new contacts in the welcome", `{"welcome": {"reply": "price", "new_contact": "both"}}`, "welcome.new_contact", "Welcome does not depend on hours.", "remove new_contact"},
		{"a way to treat new contacts that there is not", closing(`, "new_contact": "greet"`, welcome), "away.new_contact", "“greet” is not a way to treat new contacts.", "greeting"},
		{"a greeting without a welcome", closing(`, "new_contact": "greeting"`, ""), "away.new_contact", "There is no welcome to greet new contacts with.", "give welcome a reply"},
		{"a greeting that is none on a channel", closing(`, "new_contact": "greeting"`, welcome+channels+`{"channel": "wa-main", "welcome": {}}]`), "channels[0].away.new_contact", "There is no welcome to greet new contacts with.", ""},
		{"both, of more than a text", buttons, "away.new_contact", "The template “price” is more than a text, so it cannot be one message with another.", "as texts"},
		{"both, too long together", long, "away.new_contact", "Both texts together can reach 4202 characters, and WhatsApp takes 4096.", "shorten"},
		{"a fallback that no channel has", own(`{"channel": "wa-main", "fallback": {}}, {"channel": "wa-second", "fallback": {"reply": "price"}}`), "fallback", "Fallback happens nowhere, because every channel has its own.", "remove it"},
	}
}

func TestADeskThatTakesNoticesAloneHasNoMoments(t *testing.T) {
	p := with(t, closing("", `, "channels": [{"channel": "robot-sales", "calendar": "shop"}]`))
	faults := Check(p, company(), noon)
	if len(faults) != 1 || faults[0].Path != "channels[0].channel" || !strings.Contains(faults[0].Message, "Nobody writes to this channel") {
		t.Errorf("got %+v, want that nobody writes there", faults)
	}
}

// What is different on channels can go live, and examples say whether it comes out.
func TestMomentsOfChannelsInExamples(t *testing.T) {
	p := with(t, closing(`, "new_contact": "both", "team_hours": true`, `, "welcome": {"reply": "hello"},
		"teams": [{"id": "service", "name": "Service", "calendar": "late"}],
		"hours": [{"id": "shop", "time_zone": "Asia/Shanghai", "weekly": {"wed": ["09:00-18:00"]}}, {"id": "late", "time_zone": "Asia/Shanghai", "weekly": {"wed": ["09:00-24:00"]}}],
		"templates": [{"id": "price", "variants": [{"language": "en", "shape": "text", "text": "We are closed."}]}, {"id": "hello", "variants": [{"language": "en", "shape": "text", "text": "Welcome!"}]}],
		"filters": [], "fallback": {"assign": "service", "hand_off": true},
		"channels": [{"channel": "wa-second", "calendar": "late", "away": {"reply": "price", "new_contact": "greeting"}}],
		"examples": [
			{"message": {"channel": "wa-main", "text": "hi", "at": "2026-11-18T20:00:00+08:00"}, "expect": {"filter": "away"}},
			{"message": {"channel": "wa-main", "text": "hi", "team": "service", "at": "2026-11-18T20:00:00+08:00"}, "expect": {"filter": "fallback"}},
			{"message": {"channel": "wa-second", "text": "hi", "at": "2026-11-18T20:00:00+08:00"}, "expect": {"filter": "fallback"}},
			{"message": {"channel": "wa-second", "text": "hi", "first_contact": true, "at": "2026-11-19T20:00:00+08:00"}, "expect": {"filter": "welcome", "template": "hello"}},
			{"message": {"channel": "wa-main", "text": "hi", "first_contact": true, "at": "2026-11-18T20:00:00+08:00"}, "expect": {"filter": "away", "template": "price"}}]`))
	if faults := Check(p, channels(), noon); len(faults) > 0 {
		t.Fatalf("got %+v", faults)
	}
	book, set := compiled(t, &p)
	all := Runner{book, set, &p, []Channel{{"wa-main", message.WhatsApp}, {"wa-second", message.WhatsApp}}, noon}.All()
	if got := all[4].Content.Text; got != "Welcome!\n\nWe are closed." {
		t.Errorf("got %q for both, want one message with both texts", got)
	}
	if got := momentsOf(&playbook.Playbook{}); len(got) != 0 {
		t.Errorf("got %+v of an empty playbook", got)
	}
}
