package figures

import (
	"context"
	"math"
	"slices"
	"time"

	"frontdesk/shared/channel"
	"frontdesk/shared/rollup"
	"frontdesk/shared/wecom"
)

// service asks for a day of a customer service account: what the account did, and its
// servicers together, whom WeCom adds up itself. Without figures there is nothing, until
// nothing more is filled in: then it was a day of zeros.
func (f *Fetcher) service(ctx context.Context, ch channel.Channel, d rollup.ChannelDay) (*rollup.ServiceDay, error) {
	days := wecom.Days{First: d.Day, Last: d.Day}
	account, err := f.WeCom.CorpStatistic(ctx, ch, days)
	if err != nil {
		return nil, err
	}
	servicers, err := f.WeCom.ServicerStatistic(ctx, ch, "", days)
	if err != nil {
		return nil, err
	}
	from, err := ready(d.Day)
	if err != nil {
		return nil, err
	}
	if len(account)+len(servicers) == 0 && d.Fetched.Before(from.Add(late)) {
		return nil, nil
	}
	out := &rollup.ServiceDay{}
	for _, a := range account {
		out.Sessions, out.BotSessions, out.Messages, out.Customers, out.Rejected, out.ToPeople = a.Sessions, a.BotSessions, a.Messages, a.Customers, a.Rejected, a.ToPeople
	}
	for _, s := range servicers {
		out.Servicers = servicersDay(s)
	}
	return out, nil
}

func servicersDay(s wecom.ServicerDay) rollup.ServicersDay {
	rated := part(s.Asked, s.Participation)
	return rollup.ServicersDay{
		Sessions: s.Sessions, Messages: s.Messages, Customers: s.Customers, ReplyRate: s.ReplyRate, FirstReply: ms(s.FirstReply),
		Asked: s.Asked, Rated: rated, Satisfied: part(rated, s.Satisfied),
	}
}

// part is the number that a ratio was made of.
func part(whole int64, ratio *float64) int64 {
	if ratio == nil {
		return 0
	}
	return int64(math.Round(float64(whole) * *ratio))
}

func ms(d *time.Duration) *int64 {
	if d == nil {
		return nil
	}
	n := d.Milliseconds()
	return &n
}

// members are the servicers of all teams of the live playbook. WeCom's figures of
// customer contact must be asked for by member, and no other setting names members.
func (f *Fetcher) members(ctx context.Context, now time.Time) ([]string, error) {
	book, err := f.Live.Book(ctx, now)
	if err != nil {
		return nil, err
	}
	var all []string
	for _, team := range book.Playbook().Teams {
		all = append(all, team.Servicers...)
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

// contact asks for a day of customer contact. More members than one call takes are asked
// for in several: counts add up, ratios do not and are left out.
func (f *Fetcher) contact(ctx context.Context, ch channel.Channel, members []string, day string) (*rollup.ContactDay, error) {
	var out *rollup.ContactDay
	for some := range slices.Chunk(members, wecom.MaxStatisticMembers) {
		got, err := f.WeCom.BehaviorData(ctx, ch, some, wecom.Days{First: day, Last: day})
		if err != nil {
			return nil, err
		}
		for _, d := range got {
			if out == nil {
				out = &rollup.ContactDay{}
			}
			out.Chats, out.Messages, out.Applied, out.Added, out.Lost = out.Chats+d.Chats, out.Messages+d.Messages, out.Applied+d.Applied, out.Added+d.Added, out.Lost+d.Lost
			if len(members) <= wecom.MaxStatisticMembers {
				out.ReplyRate, out.FirstReply = d.ReplyRate, ms(d.FirstReply)
			}
		}
	}
	return out, nil
}

// groups asks for a day of customer groups. A group has one owner, so all add up.
func (f *Fetcher) groups(ctx context.Context, ch channel.Channel, members []string, day string) (*rollup.GroupDay, error) {
	var out *rollup.GroupDay
	for some := range slices.Chunk(members, wecom.MaxStatisticMembers) {
		got, err := f.WeCom.GroupStatistic(ctx, ch, some, wecom.Days{First: day, Last: day})
		if err != nil {
			return nil, err
		}
		for _, d := range got {
			if out == nil {
				out = &rollup.GroupDay{}
			}
			out.NewChats, out.NewMembers, out.Messages = out.NewChats+d.NewChats, out.NewMembers+d.NewMembers, out.Messages+d.Messages
			out.Chats, out.ActiveChats = out.Chats+d.Chats, out.ActiveChats+d.ActiveChats
			out.Members, out.ActiveMembers = out.Members+d.Members, out.ActiveMembers+d.ActiveMembers
		}
	}
	return out, nil
}
