package qyapi

import (
	"maps"
	"slices"
	"time"
)

// stats counts by day, account and servicer. The account's own counts have no
// servicer, the staff's groups and contacts no account.
type stats struct {
	zone *time.Location
	days map[statKey]*count
	// now hides the days that are not ready; nil hides none.
	now func() time.Time
}

type statKey struct {
	day          int64 // its first second
	account, who string
}

// count is one day of one account, of one servicer there, or of one owner of groups.
type count struct {
	sessions, messages, wrote       int
	customers, rejected, answeredTo map[string]bool
	asked, answered                 int
	waited                          time.Duration
	added, left                     int
	chats, joined, talked           int
	talkers                         map[string]bool
	spoken                          map[string]bool // chats in which something was said
}

func newStats(zone *time.Location) stats { return stats{zone: zone, days: map[statKey]*count{}} }

// day is the first second of a natural day.
func (s stats) day(t time.Time) time.Time {
	y, m, d := t.In(s.zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, s.zone)
}

func (s stats) of(t time.Time, account, who string) *count {
	key := statKey{s.day(t).Unix(), account, who}
	if s.days[key] == nil {
		s.days[key] = &count{
			customers: map[string]bool{}, rejected: map[string]bool{}, answeredTo: map[string]bool{},
			talkers: map[string]bool{}, spoken: map[string]bool{},
		}
	}
	return s.days[key]
}

// ready is when a day's figures can be asked for: at 06:00 of the next one. Earlier they
// are zeros, as was seen in practice, or left out ([Unsure.EarlyLeftOut]).
const ready = 30 * time.Hour

// early reports a day whose figures are not computed yet.
func (s stats) early(d time.Time) bool { return s.now != nil && s.now().Before(d.Add(ready)) }

// span checks an interval: whole days, not older than 180, at most so many.
func (s *Sandbox) span(from, to int64, most int) ([]time.Time, *refusal) {
	first, last := s.stats.day(time.Unix(from, 0)), s.stats.day(time.Unix(to, 0))
	now := s.cfg.Now()
	switch {
	case from <= 0 || to < from:
		return nil, refuse(40058, "the times are missing or end before they begin")
	case last.Sub(first) >= time.Duration(most)*day:
		return nil, refuse(40058, "the span is longer than %d days", most)
	case first.Before(s.stats.day(now).Add(-180 * day)):
		return nil, refuse(40058, "the span begins more than 180 days ago")
	}
	var days []time.Time
	for d := first; !d.After(last); d = s.stats.day(d.Add(36 * time.Hour)) {
		if !s.cfg.Unsure.EarlyLeftOut || !s.stats.early(d) {
			days = append(days, d)
		}
	}
	return days, nil
}

// kfSpan is the request of kf/get_corp_statistic and get_servicer_statistic (B11).
type kfSpan struct {
	Account  string `json:"open_kfid"`
	Servicer string `json:"servicer_userid"`
	Start    int64  `json:"start_time"`
	End      int64  `json:"end_time"`
}

// kfDays is the longest span of customer service's figures.
const kfDays = 31

func (b *kfSpan) about() Request          { return Request{From: b.Account, Type: "statistic"} }
func (b *kfSpan) check(*Sandbox) *refusal { return nil }

// days are those of a span, and the accounts that it is about: all of the app's when
// none is named.
func (b *kfSpan) days(s *Sandbox, c *caller) ([]time.Time, []string, *refusal) {
	days, r := s.span(b.Start, b.End, kfDays)
	if r != nil {
		return nil, nil, r
	}
	if b.Account != "" {
		_, r := s.account(c, b.Account)
		return days, []string{b.Account}, r
	}
	var all []string
	for _, a := range s.cfg.Accounts {
		if a.Agent == c.app.AgentID {
			all = append(all, a.OpenKFID)
		}
	}
	return days, all, nil
}

// corpStatistic: nobody's bot and no upgrade to another service is played here, so
// their figures are 0, and the ratios of bots missing. A day on which nothing happened has
// no statistic (W:95489).
func corpStatistic(s *Sandbox, c *caller, b *kfSpan) (answer, *refusal) {
	days, accounts, r := b.days(s, c)
	if r != nil {
		return nil, r
	}
	list := []any{}
	for _, d := range days {
		sum := s.stats.sum(d, accounts, []string{""})
		list = append(list, s.statistic(d, sum, map[string]any{
			"session_cnt": sum.sessions, "customer_cnt": len(sum.customers), "customer_msg_cnt": sum.messages, "upgrade_service_customer_cnt": 0,
			"ai_session_reply_cnt": 0, "msg_rejected_customer_cnt": len(sum.rejected),
		}))
	}
	return answer{"statistic_list": list}, nil
}

func servicerStatistic(s *Sandbox, c *caller, b *kfSpan) (answer, *refusal) {
	days, accounts, r := b.days(s, c)
	if r != nil {
		return nil, r
	}
	who := []string{b.Servicer}
	if b.Servicer == "" {
		who = s.servicers(accounts)
	}
	list := []any{}
	for _, d := range days {
		sum := s.stats.sum(d, accounts, who)
		list = append(list, s.statistic(d, sum, map[string]any{
			"session_cnt": sum.sessions, "customer_cnt": len(sum.customers), "customer_msg_cnt": sum.messages,
			"satisfaction_investgate_cnt": 0, "upgrade_service_customer_cnt": 0, "msg_rejected_customer_cnt": len(sum.rejected),
		}, replies(sum)))
	}
	return answer{"statistic_list": list}, nil
}

// replies are the ratios that are missing where there was nothing to divide by.
// Satisfaction has none at all: WeCom's own question is off while an API assigns
// sessions (W:95490).
func replies(sum *count) map[string]any {
	all := map[string]any{}
	if sum.asked > 0 {
		all["reply_rate"] = ratio(sum.answered, sum.asked)
	}
	if sum.answered > 0 {
		all["first_reply_average_sec"] = sum.average(time.Second)
	}
	return all
}

// statistic is one day of a list: without a statistic when nothing happened on it, and of
// zeros while it is not computed yet.
func (s *Sandbox) statistic(d time.Time, sum *count, parts ...map[string]any) map[string]any {
	entry, all := map[string]any{"stat_time": d.Unix()}, map[string]any{}
	for _, part := range parts {
		maps.Copy(all, part)
	}
	if s.stats.early(d) || sum.sessions+sum.messages+sum.answered+len(sum.rejected) > 0 {
		entry["statistic"] = all
	}
	return entry
}

func (s *Sandbox) servicers(accounts []string) []string {
	var all []string
	for _, id := range accounts {
		all = append(all, s.accounts[id].Servicers...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// sum adds the counts of one day; of one that is not ready there are none. It writes
// nothing.
func (s stats) sum(d time.Time, accounts, who []string) *count {
	total := newStats(s.zone).of(d, "", "")
	if s.early(d) {
		return total
	}
	for _, account := range accounts {
		for _, id := range who {
			if c := s.days[statKey{d.Unix(), account, id}]; c != nil {
				total.add(c)
			}
		}
	}
	return total
}

func (c *count) add(more *count) {
	c.sessions, c.messages, c.wrote = c.sessions+more.sessions, c.messages+more.messages, c.wrote+more.wrote
	c.asked, c.answered, c.waited = c.asked+more.asked, c.answered+more.answered, c.waited+more.waited
	c.added, c.left = c.added+more.added, c.left+more.left
	c.chats, c.joined, c.talked = c.chats+more.chats, c.joined+more.joined, c.talked+more.talked
	for _, both := range [][2]map[string]bool{
		{c.customers, more.customers}, {c.rejected, more.rejected}, {c.answeredTo, more.answeredTo}, {c.talkers, more.talkers}, {c.spoken, more.spoken},
	} {
		for name := range both[1] {
			both[0][name] = true
		}
	}
}

func (c *count) average(unit time.Duration) float64 {
	if c.answered == 0 {
		return 0
	}
	return float64(c.waited/time.Duration(c.answered)) / float64(unit)
}

func ratio(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}
