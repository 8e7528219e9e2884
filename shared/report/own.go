package report

import (
	"cmp"
	"maps"
	"slices"

	"frontdesk/shared/rollup"
	"frontdesk/shared/week"
)

// Own is what a channel counted itself in the week, by its own definitions and days. It
// stands beside our figures and is never mixed with them.
//
// Counts of messages, sessions and the like are sums of the days. People are counted once
// a day, and a week has no sum of them: a [Daily]. Ratios and means of days cannot be made
// into one of the week without their totals, which the channel does not give: a [Spread].
type Own struct {
	Name
	// Days is how many of the seven days there are figures for; the others are in no sum.
	Days    int         `json:"days"`
	Service *OwnService `json:"customer_service,omitempty"`
	Contact *OwnContact `json:"customer_contact,omitempty"`
	Groups  *OwnGroups  `json:"customer_groups,omitempty"`
}

// Daily is a count of people or chats, each once a day.
type Daily struct {
	Mean float64 `json:"mean_per_day"`
	Most int64   `json:"most_on_a_day"`
}

// Spread is the lowest and the highest of the days that have a ratio or a mean.
type Spread struct {
	Low  float64 `json:"low"`
	High float64 `json:"high"`
	Days int     `json:"days"`
}

// OwnService is a week of an account of WeChat customer service (see
// [frontdesk/shared/wecom.AccountDay] for what each means).
type OwnService struct {
	Messages    int64 `json:"messages"`
	Sessions    int64 `json:"sessions"`
	BotSessions int64 `json:"bot_sessions"`
	Customers   Daily `json:"customers"`
	Rejected    Daily `json:"rejected_customers"`
	// ToPeople is the share of the assistant's sessions that went on to people.
	ToPeople *Spread `json:"to_people_share"`
	// What all servicers did together. FirstReply is in ms.
	PeopleSessions int64   `json:"people_sessions"`
	ReplyRate      *Spread `json:"people_reply_share"`
	FirstReply     *Spread `json:"people_first_reply_mean_ms"`
	// Asked, Rated and Satisfied are of WeCom's own question; the share is made of the
	// week's totals, and null without an answer.
	Asked          int64    `json:"asked"`
	Rated          int64    `json:"rated"`
	Satisfied      int64    `json:"satisfied"`
	SatisfiedShare *float64 `json:"satisfied_share"`
}

// OwnContact is a week of members' 1:1 chats with customers. FirstReply is in ms.
type OwnContact struct {
	Chats      Daily   `json:"chats"`
	Messages   int64   `json:"messages"`
	ReplyRate  *Spread `json:"reply_share"`
	FirstReply *Spread `json:"first_reply_mean_ms"`
	Applied    int64   `json:"applied"`
	Added      int64   `json:"added"`
	Lost       int64   `json:"lost"`
}

// OwnGroups is a week of customer groups: what is new is the sum, the rest is as of the
// last day that has figures.
type OwnGroups struct {
	NewChats   int64 `json:"new_chats"`
	NewMembers int64 `json:"new_members"`
	Chats      int64 `json:"chats"`
	Members    int64 `json:"members"`
}

// OwnFigures makes a week of what channels counted themselves, customer service first and
// the busiest first of those; nothing for a report narrowed to a team, because channels do not know our teams. Days of
// other weeks are left out. The days are the channel's, not the company's.
// [week.ErrFormat]: it is no ISO week.
func OwnFigures(w string, days []rollup.ChannelDay, o Options) ([]Own, error) {
	names, err := week.Days(w)
	if err != nil || o.Team != "" {
		return nil, err
	}
	of := map[string][]rollup.ChannelDay{}
	for _, d := range days {
		if slices.Contains(names, d.Day) && (o.Channel == "" || o.Channel == d.Channel) {
			of[d.Channel] = append(of[d.Channel], d)
		}
	}
	var all []Own
	for _, id := range slices.Sorted(maps.Keys(of)) {
		if own := ownOf(of[id]); own.Days > 0 {
			own.Name = Name{id, nameOf(id, o.Channels)}
			all = append(all, own)
		}
	}
	sortBy(all, func(a, b Own) int { return cmp.Compare(b.weight(), a.weight()) })
	return all, nil
}

// weight orders channels; customer contact has none.
func (o Own) weight() int64 {
	if o.Service == nil {
		return -1
	}
	return o.Service.Messages
}

func ownOf(days []rollup.ChannelDay) Own {
	sortBy(days, func(a, b rollup.ChannelDay) int { return cmp.Compare(a.Day, b.Day) })
	var out Own
	var service []rollup.ServiceDay
	var contact []rollup.ContactDay
	var groups []rollup.GroupDay
	for _, d := range days {
		if d.Service != nil || d.Contact != nil || d.Groups != nil {
			out.Days++
		}
		service, contact, groups = appended(service, d.Service), appended(contact, d.Contact), appended(groups, d.Groups)
	}
	out.Service, out.Contact, out.Groups = serviceOf(service), contactOf(contact), groupsOf(groups)
	return out
}

func appended[T any](list []T, v *T) []T {
	if v == nil {
		return list
	}
	return append(list, *v)
}

func serviceOf(days []rollup.ServiceDay) *OwnService {
	if len(days) == 0 {
		return nil
	}
	out := &OwnService{
		Customers:  daily(days, func(d rollup.ServiceDay) int64 { return d.Customers }),
		Rejected:   daily(days, func(d rollup.ServiceDay) int64 { return d.Rejected }),
		ToPeople:   spread(days, func(d rollup.ServiceDay) *float64 { return d.ToPeople }),
		ReplyRate:  spread(days, func(d rollup.ServiceDay) *float64 { return d.Servicers.ReplyRate }),
		FirstReply: spread(days, func(d rollup.ServiceDay) *float64 { return float(d.Servicers.FirstReply) }),
	}
	for _, d := range days {
		out.Messages += d.Messages
		out.Sessions += d.Sessions
		out.BotSessions += d.BotSessions
		out.PeopleSessions += d.Servicers.Sessions
		out.Asked += d.Servicers.Asked
		out.Rated += d.Servicers.Rated
		out.Satisfied += d.Servicers.Satisfied
	}
	out.SatisfiedShare = share(out.Satisfied, out.Rated)
	return out
}

func contactOf(days []rollup.ContactDay) *OwnContact {
	if len(days) == 0 {
		return nil
	}
	out := &OwnContact{
		Chats:      daily(days, func(d rollup.ContactDay) int64 { return d.Chats }),
		ReplyRate:  spread(days, func(d rollup.ContactDay) *float64 { return d.ReplyRate }),
		FirstReply: spread(days, func(d rollup.ContactDay) *float64 { return float(d.FirstReply) }),
	}
	for _, d := range days {
		out.Messages += d.Messages
		out.Applied += d.Applied
		out.Added += d.Added
		out.Lost += d.Lost
	}
	return out
}

func groupsOf(days []rollup.GroupDay) *OwnGroups {
	if len(days) == 0 {
		return nil
	}
	last := days[len(days)-1]
	out := &OwnGroups{Chats: last.Chats, Members: last.Members}
	for _, d := range days {
		out.NewChats += d.NewChats
		out.NewMembers += d.NewMembers
	}
	return out
}

func daily[T any](days []T, of func(T) int64) Daily {
	var sum int64
	var out Daily
	for _, d := range days {
		n := of(d)
		sum += n
		out.Most = max(out.Most, n)
	}
	out.Mean = float64(sum) / float64(len(days))
	return out
}

// spread is nil when no day has a value.
func spread[T any](days []T, of func(T) *float64) *Spread {
	var out *Spread
	for _, d := range days {
		v := of(d)
		switch {
		case v == nil:
			continue
		case out == nil:
			out = &Spread{Low: *v, High: *v}
		}
		out.Low, out.High, out.Days = min(out.Low, *v), max(out.High, *v), out.Days+1
	}
	return out
}

func float(n *int64) *float64 {
	if n == nil {
		return nil
	}
	f := float64(*n)
	return &f
}
