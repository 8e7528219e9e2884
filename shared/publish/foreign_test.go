package publish

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/playbook"
)

// twoTeams has a team that the author of these tests works for, and one that they do not.
const twoTeams = `{"languages": ["en"],
  "templates": [{"id": "price", "name": "Price", "variants": [{"language": "en", "shape": "text", "text": "9"}]}],
  "teams": [{"id": "care", "name": "Care", "members": [{"id": "ana"}]}, {"id": "board", "name": "Board", "members": [{"id": "bo"}]}],
  "notices": [{"id": "boss", "to": ["robot-shop"]}, {"id": "care-bell", "teams": ["care"], "to": ["robot-shop"]}, {"on": ["failed"], "teams": ["board"], "to": ["robot-shop"]}],
  "fallback": {"reply": "price", "assign": "board", "hand_off": true},
  "filters": [
    {"id": "board", "name": "Board", "when": {"contains": ["board"]}, "then": {"assign": "board", "notify": ["boss"]}},
    {"id": "mine", "name": "Mine", "when": {"contains": ["mine"]}, "then": {"reply": "price", "assign": "care"}}]}`

// Somebody who works for the team care edits the company's playbook: what is written in place
// of what, and which fields are not theirs.
func TestAnAuthorUsesAndChangesOnlyWhatIsTheirs(t *testing.T) {
	for _, c := range []struct{ name, old, now, want string }{
		{"nothing changed", "", "", ""},
		{"their own team, a colleague and their notice", `{"reply": "price", "assign": "care"}`, `{"reply": "price", "assign": "care", "assignee": "ana", "notify": ["care-bell"]}`, ""},
		{"they themselves", `{"reply": "price", "assign": "care"}`, `{"assign": "care", "assignee": "cy"}`, ""},
		{"another team (chatwoot send_email_to_team)", `{"reply": "price", "assign": "care"}`, `{"assign": "board"}`, "filters[1].then.assign"},
		{"an agent of another team", `{"reply": "price", "assign": "care"}`, `{"assignee": "bo"}`, "filters[1].then.assignee"},
		{"a notice that tells of all teams", `{"reply": "price", "assign": "care"}`, `{"reply": "price", "notify": ["care-bell", "boss"]}`, "filters[1].then.notify[1]"},
		{"a notice later on", `{"reply": "price", "assign": "care"}`, `{"reply": "price", "follow_up": {"after": "1h", "if": "open", "then": "notify", "notify": ["boss"]}}`, "filters[1].then.follow_up.notify[0]"},
		{"when another team's filter holds", `"contains": ["board"]`, `"regex": "."`, "filters[0].then.assign filters[0].then.notify[0]"},
		{"another team's filter goes", `{"id": "board", "name": "Board", "when": {"contains": ["board"]}, "then": {"assign": "board", "notify": ["boss"]}},`, ``, ""},
		{"where the rest goes", `"fallback": {"reply": "price", "assign": "board", "hand_off": true}`, `"fallback": {"assign": "board", "hand_off": true}`, "fallback.assign"},
		{"the rest goes to their own team", `"fallback": {"reply": "price", "assign": "board", "hand_off": true}`, `"fallback": {"assign": "care", "hand_off": true}`, ""},
		{"a member of their own", `{"id": "ana"}`, `{"id": "ana"}, {"id": "dan"}`, ""},
		{"a member of another team", `{"id": "bo"}`, `{"id": "bo"}, {"id": "cy"}`, "teams[1]"},
		{"another team goes", `, {"id": "board", "name": "Board", "members": [{"id": "bo"}]}`, ``, "teams"},
		{"another team comes", `"teams": [`, `"teams": [{"id": "night", "name": "Night"}, `, "teams[0]"},
		{"their notice tells of another team too", `"teams": ["care"]`, `"teams": ["care", "board"]`, "notices[1].teams"},
		{"another team's notice comes to them", `"on": ["failed"], "teams": ["board"]`, `"on": ["failed"], "teams": ["care"]`, "notices"},
		{"a notice of all teams comes", `"notices": [`, `"notices": [{"on": ["hand_off"], "to": ["robot-mine"]}, `, "notices[0].teams"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if !strings.Contains(twoTeams, c.old) {
				t.Fatalf("the playbook has no %s", c.old)
			}
			var got []string
			for _, f := range Foreign(Author{Name: "cy", Teams: []string{"care"}}, read(t, twoTeams), read(t, strings.Replace(twoTeams, c.old, c.now, 1))) {
				got = append(got, f.Path)
				if !strings.Contains(f.Message, "not yours") || f.Fix == "" {
					t.Errorf("got %+v, want it to say that it is not theirs and what to do", f)
				}
			}
			if diff := cmp.Diff(c.want, strings.Join(got, " ")); diff != "" {
				t.Errorf("paths differ (-want +got):\n%s", diff)
			}
		})
	}
}

func read(t *testing.T, book string) playbook.Playbook {
	t.Helper()
	p, faults := Load([]byte(book))
	if len(faults) > 0 {
		t.Fatalf("the test's playbook: %+v", faults)
	}
	return p
}
