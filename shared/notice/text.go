package notice

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"frontdesk/shared/record"
	"frontdesk/shared/wecom"
)

// named is how many teams a sum names; the others it adds up. With them, a card of
// [wecom.MaxNoticeLines] has room for the rest.
const named = 3

// compose writes one notice of the rows that it tells of, at least one.
func compose(rows []record.TeamNotice, zone *time.Location, now time.Time) wecom.Notice {
	p := printer{words(rows[0].Language), zone}
	n := wecom.Notice{Open: p.text["open"]}
	for _, row := range rows {
		n.Mention = union(n.Mention, row.Mention)
	}
	switch {
	case rows[0].Event == Weekly:
		n.Title, n.Lines = rows[0].Title, lines(rows[0].Lines)
	case len(rows) == 1:
		n.Title, n.Lines = p.single(rows[0], now)
	default:
		n.Title, n.Lines = p.sum(rows, now)
	}
	return n
}

func lines(pairs [][2]string) []wecom.Line {
	var all []wecom.Line
	for _, pair := range pairs {
		if pair[1] != "" {
			all = append(all, wecom.Line{Label: pair[0], Value: pair[1]})
		}
	}
	return all
}

// single tells of one conversation. What has waited long may be settled by now.
func (p printer) single(n record.TeamNotice, now time.Time) (string, []wecom.Line) {
	key := n.Event
	if stale(n, now) || n.Until > 0 && now.Unix() >= n.Until {
		key = one([]record.TeamNotice{n})
	}
	return p.titled(key, n.Team), lines([][2]string{
		{p.text["channel"], n.Channel}, {p.text["since"], p.known(n.Since, now)}, {p.text["until"], p.known(n.Deadline, now)},
		{p.text["why"], p.why(n)}, {p.text["conversation"], n.Conversation}, p.waited(n),
	})
}

// known is a time that may not be known.
func (p printer) known(at, now time.Time) string {
	if at.IsZero() {
		return ""
	}
	return p.moment(at, now)
}

// one and sum are the keys of what is said of one conversation, and of many: that they were
// handed off, or only that somebody must look, when there was something else.
func one(rows []record.TeamNotice) string {
	if handedOff(rows) {
		return "one"
	}
	return "look"
}

func sum(rows []record.TeamNotice) string {
	if handedOff(rows) {
		return "sum"
	}
	return "sum.look"
}

func handedOff(rows []record.TeamNotice) bool {
	return !slices.ContainsFunc(rows, func(n record.TeamNotice) bool { return n.Event != HandOff && n.Event != Failed })
}

// sum tells of many conversations: how many of which team, and since when.
func (p printer) sum(rows []record.TeamNotice, now time.Time) (string, []wecom.Line) {
	t := addUp(rows)
	team := ""
	if len(t.teams) == 1 {
		team = t.teams[0].name
	}
	key, count := sum(rows), []string{strconv.Itoa(t.all)}
	if t.all == 1 {
		key, count = one(rows), nil
	}
	return p.titled(key, team, count...), lines(append(p.counts(t, now), p.waited(rows[0])))
}

// waited says that quiet hours kept a notice back.
func (p printer) waited(n record.TeamNotice) [2]string {
	if n.Until == 0 {
		return [2]string{}
	}
	return [2]string{p.text["quiet"], p.text["quiet.over"]}
}

func (p printer) counts(t total, now time.Time) (out [][2]string) {
	rest := 0
	for i, team := range t.teams {
		switch {
		case len(t.teams) == 1: // stands in the title
		case i < named:
			out = append(out, [2]string{cmp.Or(team.name, p.text["team.none"]), strconv.Itoa(team.n)})
		default:
			rest += team.n
		}
	}
	return append(out, [2]string{p.text["more"], some(rest)}, [2]string{p.text["count.failed"], some(t.failed)},
		[2]string{p.text["since"], p.moment(t.since, now)})
}

// some is a number, or nothing for none.
func some(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// total is what many rows come to. A conversation counts once, for the team that it was
// given last.
type total struct {
	all, failed int
	teams       []teamTotal // most first
	since       time.Time
}

type teamTotal struct {
	name string
	n    int
}

func addUp(rows []record.TeamNotice) total {
	t := total{since: rows[0].At}
	of := map[string]string{}
	for _, row := range rows {
		of[row.Conversation] = row.Team
		if row.Event == Failed {
			t.failed++
		}
		if !row.Since.IsZero() && row.Since.Before(t.since) {
			t.since = row.Since
		}
	}
	t.all = len(of)
	counts := map[string]int{}
	for _, team := range of {
		counts[team]++
	}
	for name, n := range counts {
		t.teams = append(t.teams, teamTotal{name, n})
	}
	slices.SortFunc(t.teams, func(a, b teamTotal) int { return cmp.Or(b.n-a.n, strings.Compare(a.name, b.name)) })
	return t
}
