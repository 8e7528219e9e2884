package wecom

import (
	"context"
	"time"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
)

// ContactDay is one day of members' chats with customers, several members together
// (W:92132). It is about the 1:1 chats of customer contact, not about an app's messages.
type ContactDay struct {
	Day string
	// Chats in which a member wrote, each once a day. Messages members wrote in them.
	Chats, Messages int64
	// ReplyRate is the share, 0 to 1, of chats begun by customers that a member answered
	// on the same natural day; nil when customers began none.
	ReplyRate *float64
	// FirstReply is the mean time to a member's first reply on the same natural day, to
	// the minute; nil when there was none.
	FirstReply *time.Duration
	// Lost are customers who deleted or blocked a member.
	Lost int64
	// Applied are requests that members sent, Added customers they won.
	Applied, Added int64
}

// GroupDay is one day of customer groups, of several owners together (W:92133).
type GroupDay struct {
	Day string
	// NewChats and NewMembers came on this day.
	NewChats, NewMembers int64
	// The others are as of this day: they cannot be added up over days. Active chats and
	// members are those in which, or by whom, anything was written. Whether Messages is
	// the number up to this day or of this day can be read both ways (?).
	Chats, ActiveChats, Members, ActiveMembers, Messages int64
}

type behaviorSpan struct {
	Members []string `json:"userid"`
	Start   int64    `json:"start_time"`
	End     int64    `json:"end_time"`
}

type behaviorAnswer struct {
	Data []struct {
		At         int64    `json:"stat_time"`
		Chats      int64    `json:"chat_cnt"`
		Messages   int64    `json:"message_cnt"`
		Percentage *float64 `json:"reply_percentage"`
		Minutes    *float64 `json:"avg_reply_time"`
		Lost       int64    `json:"negative_feedback_cnt"`
		Applied    int64    `json:"new_apply_cnt"`
		Added      int64    `json:"new_contact_cnt"`
	} `json:"behavior_data"`
}

// BehaviorData returns what WeCom counted of members' chats with customers
// (get_user_behavior_data), all members together, an entry for each day. 1 to
// [MaxStatisticMembers] members, at most [MaxContactDays]. The app needs the right to
// customer contact, and every member must be within its visible range; without it the
// call is refused (48002, 84074, 60111 …). Errors are [*message.SendError] and never
// Unknown.
func (s *Sender) BehaviorData(ctx context.Context, ch channel.Channel, members []string, days Days) ([]ContactDay, error) {
	start, end, failed := contactSpan(ch, members, days)
	if failed != nil {
		return nil, failed
	}
	var got behaviorAnswer
	c := call{ch: ch, path: "externalcontact/get_user_behavior_data", body: behaviorSpan{members, start, end}, private: members, repeatable: true}
	if err := s.ask(ctx, c, &got); err != nil {
		return nil, err
	}
	all := make([]ContactDay, 0, len(got.Data))
	for _, d := range got.Data {
		day := ContactDay{
			Day: dayOf(d.At), Chats: d.Chats, Messages: d.Messages, FirstReply: span(d.Minutes, time.Minute),
			Lost: d.Lost, Applied: d.Applied, Added: d.Added,
		}
		if d.Percentage != nil {
			share := *d.Percentage / 100
			day.ReplyRate = &share
		}
		all = append(all, day)
	}
	return all, nil
}

type groupSpan struct {
	Start  int64  `json:"day_begin_time"`
	End    int64  `json:"day_end_time"`
	Owners owners `json:"owner_filter"`
}

type owners struct {
	IDs []string `json:"userid_list"`
}

type groupAnswer struct {
	Items []struct {
		At   int64 `json:"stat_time"`
		Data struct {
			NewChats      int64 `json:"new_chat_cnt"`
			Chats         int64 `json:"chat_total"`
			ActiveChats   int64 `json:"chat_has_msg"`
			NewMembers    int64 `json:"new_member_cnt"`
			Members       int64 `json:"member_total"`
			ActiveMembers int64 `json:"member_has_msg"`
			Messages      int64 `json:"msg_total"`
		} `json:"data"`
	} `json:"items"`
}

// GroupStatistic is [Sender.BehaviorData] for the customer groups that members own
// (groupchat/statistic_group_by_day), an entry for each day.
func (s *Sender) GroupStatistic(ctx context.Context, ch channel.Channel, members []string, days Days) ([]GroupDay, error) {
	start, end, failed := contactSpan(ch, members, days)
	if failed != nil {
		return nil, failed
	}
	var got groupAnswer
	c := call{ch: ch, path: "externalcontact/groupchat/statistic_group_by_day", body: groupSpan{start, end, owners{members}}, private: members, repeatable: true}
	if err := s.ask(ctx, c, &got); err != nil {
		return nil, err
	}
	all := make([]GroupDay, 0, len(got.Items))
	for _, it := range got.Items {
		d := it.Data
		all = append(all, GroupDay{
			Day: dayOf(it.At), NewChats: d.NewChats, NewMembers: d.NewMembers, Chats: d.Chats, ActiveChats: d.ActiveChats,
			Members: d.Members, ActiveMembers: d.ActiveMembers, Messages: d.Messages,
		})
	}
	return all, nil
}

func contactSpan(ch channel.Channel, members []string, days Days) (start, end int64, err error) {
	start, end, ok := days.stamps(MaxContactDays)
	if ch.Kind != message.WeComApp || !ok || len(members) == 0 || len(members) > MaxStatisticMembers {
		return 0, 0, &message.SendError{Class: message.Bug, Reason: "figures of customer contact are asked of an app, for 1 to 100 members and 1 to 30 days"}
	}
	return start, end, nil
}
