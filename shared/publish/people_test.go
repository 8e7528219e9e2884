package publish

import (
	"strings"
	"testing"
)

func team(fields string) string {
	return `{"teams": [{"id": "service", "name": "S", ` + fields + `}]}`
}

func TestTeamsThatMayGoLive(t *testing.T) {
	for name, fields := range map[string]string{
		"members in turn":                    `"assign": "round_robin", "members": [{"id": "auth0|1", "name": "Zhang", "capacity": 5, "wecom": "zhang"}, {"id": "auth0|2", "off": true}]`,
		"members whom nobody gives anything": `"members": [{"id": "zhang"}]`,
		"only what is unanswered goes back":  `"assign": "least_busy", "reassign": "unanswered", "members": [{"id": "zhang"}]`,
		"promises":                           `"sla": {"first": "30m", "next": "1h", "resolve": "8h", "warn": "10m"}`,
		"one promise without a warning":      `"sla": {"resolve": "72h"}`,
	} {
		if faults := Check(with(t, team(fields)), channels(), noon); len(faults) > 0 {
			t.Errorf("%s: got %+v, want no fault", name, faults)
		}
	}
}

func TestTeamsThatMayNot(t *testing.T) {
	many := `"members": [` + strings.TrimSuffix(strings.Repeat(`{"id": "a"},`, 101), ",") + `]`
	for _, c := range []struct{ fields, at, want string }{
		{`"assign": "random", "members": [{"id": "a"}]`, ".assign", "not a way to assign"},
		{`"reassign": "some"`, ".reassign", "not a way to reassign"},
		{`"assign": "round_robin"`, ".assign", "no members"},
		{`"members": [{"id": "a"}, {"id": "a"}]`, ".members[1]", "twice"},
		{`"members": [{"id": " "}]`, ".members[0].id", "no id"},
		{`"members": [{"id": "a", "capacity": -1}]`, ".members[0].capacity", "-1 is no capacity"},
		{`"members": [{"id": "a", "capacity": 1001}]`, ".members[0].capacity", "1001 is no capacity"},
		{`"members": [{"id": "a", "calendar": "moon"}]`, ".members[0].calendar", "no calendar"},
		{`"members": [{"id": "a", "wecom": "张三"}]`, ".members[0].wecom[0]", "not a userid"},
		{many, ".members", "101 members"},
		{`"sla": {}`, ".sla", "othing is promised"},
		{`"sla": {"warn": "10m"}`, ".sla", "othing is promised"},
		{`"sla": {"first": "soon"}`, ".sla.first", "no time"},
		{`"sla": {"next": "10s"}`, ".sla.next", "no time"},
		{`"sla": {"resolve": "9000h"}`, ".sla.resolve", "no time"},
		{`"sla": {"first": "10m", "warn": "10m"}`, ".sla.warn", "o promise is longer"},
	} {
		faults := Check(with(t, team(c.fields)), channels(), noon)
		if len(faults) != 1 || faults[0].Path != "teams[0]"+c.at || !strings.Contains(faults[0].Message, c.want) {
			t.Errorf("%s: got %+v, want one fault at %s with %q", c.fields, faults, c.at, c.want)
		}
	}
}
