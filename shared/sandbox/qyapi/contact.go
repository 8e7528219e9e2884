package qyapi

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"frontdesk/shared/wecom"
)

// group is a customer group with outside people.
type group struct {
	owner   string
	members int
	made    time.Time
}

// Contact is a customer of a member.
type Contact struct {
	Member   string
	Customer string // external_userid
}

// AddContact lets a customer become a contact of a member, or leave again:
// change_external_contact, counted for get_user_behavior_data.
func (s *Sandbox) AddContact(ctx context.Context, agent int64, c Contact, on bool) error {
	change := "del_follow_user"
	s.locked(func() {
		if count := s.stats.of(s.cfg.Now(), "", c.Member); on {
			change = "add_external_contact"
			count.added++
		} else {
			count.left++
		}
	})
	return s.Notify(ctx, agent, Notice{Event: "change_external_contact", From: "sys", Elements: []wecom.Element{
		element("ChangeType", change), element("UserID", c.Member), element("ExternalUserID", c.Customer),
	}})
}

// Group is a customer group: its chat_id, its owner and how many are in it.
type Group struct {
	ChatID, Owner string
	Members       int
}

// OpenGroup lets a member make a customer group: change_external_chat.
func (s *Sandbox) OpenGroup(ctx context.Context, agent int64, g Group) error {
	s.locked(func() {
		s.groups[g.ChatID] = &group{g.Owner, g.Members, s.cfg.Now()}
		c := s.stats.of(s.cfg.Now(), "", g.Owner)
		c.chats++
		c.joined += g.Members
	})
	return s.Notify(ctx, agent, Notice{Event: "change_external_chat", From: "sys", Elements: []wecom.Element{element("ChatId", g.ChatID), element("ChangeType", "create")}})
}

// JoinGroup lets people join a group; a negative number leaves it.
func (s *Sandbox) JoinGroup(ctx context.Context, agent int64, chatID string, people int) error {
	detail, size := "add_member", people
	if people < 0 {
		detail, size = "del_member", -people
	}
	known := false
	s.locked(func() {
		g := s.groups[chatID]
		if known = g != nil; !known {
			return
		}
		g.members += people
		s.stats.of(s.cfg.Now(), "", g.owner).joined += max(people, 0)
	})
	if !known {
		return fmt.Errorf("join a group: %w", ErrUnknown)
	}
	return s.Notify(ctx, agent, Notice{Event: "change_external_chat", From: "sys", Elements: []wecom.Element{
		element("ChatId", chatID), element("ChangeType", "update"), element("UpdateDetail", detail), number("MemChangeCnt", int64(size)),
	}})
}

// TalkInGroup counts messages in a group. No callback tells of them.
func (s *Sandbox) TalkInGroup(chatID, who string, messages int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.groups[chatID]
	if g == nil {
		return fmt.Errorf("talk in a group: %w", ErrUnknown)
	}
	c := s.stats.of(s.cfg.Now(), "", g.owner)
	c.talked += messages
	c.talkers[who], c.spoken[chatID] = true, true
	return nil
}

// behaviorBody is the request of get_user_behavior_data (W:96358).
type behaviorBody struct {
	Users   []string `json:"userid"`
	Parties []int    `json:"partyid"`
	Start   int64    `json:"start_time"`
	End     int64    `json:"end_time"`
}

func (b *behaviorBody) about() Request { return Request{Type: "behavior"} }

func (b *behaviorBody) check(*Sandbox) *refusal {
	if len(b.Users)+len(b.Parties) == 0 || len(b.Users) > 100 || len(b.Parties) > 100 {
		return refuse(40058, "userid or partyid must have 1 to 100 entries")
	}
	return nil
}

// behavior sums several members into one series. What they wrote is what they wrote
// as servicers; shares and means are missing where there was nothing to answer.
func behavior(s *Sandbox, _ *caller, b *behaviorBody) (answer, *refusal) {
	days, r := s.span(b.Start, b.End, 30)
	if r != nil {
		return nil, r
	}
	users := append(slices.Clone(b.Users), s.memberIDs(func(m *Member) bool {
		return slices.ContainsFunc(b.Parties, func(id int) bool { return slices.Contains(m.Parties, fmt.Sprint(id)) })
	})...)
	accounts := append(slices.Collect(maps.Keys(s.accounts)), "")
	list := []any{}
	for _, d := range days {
		sum := s.stats.sum(d, accounts, users)
		one := map[string]any{
			"stat_time": d.Unix(), "chat_cnt": len(sum.answeredTo), "message_cnt": sum.wrote, "negative_feedback_cnt": sum.left,
			"new_apply_cnt": 0, "new_contact_cnt": sum.added,
		}
		if sum.asked > 0 {
			one["reply_percentage"] = 100 * ratio(sum.answered, sum.asked)
		}
		if sum.answered > 0 {
			one["avg_reply_time"] = int(sum.average(time.Minute))
		}
		list = append(list, one)
	}
	return answer{"behavior_data": list}, nil
}

// groupBody is the request of groupchat/statistic and statistic_group_by_day
// (W:96359). Without an end it is one day.
type groupBody struct {
	Begin  int64 `json:"day_begin_time"`
	End    int64 `json:"day_end_time"`
	Owners struct {
		IDs []string `json:"userid_list"`
	} `json:"owner_filter"`
	By     int `json:"order_by"`
	Asc    int `json:"order_asc"`
	Offset int `json:"offset"`
	Limit  int `json:"limit"`
}

func (b *groupBody) about() Request { return Request{Type: "groupchat"} }

func (b *groupBody) check(*Sandbox) *refusal {
	switch {
	case len(b.Owners.IDs) < 1 || len(b.Owners.IDs) > 100:
		return refuse(40058, "owner_filter.userid_list must have 1 to 100 entries")
	case b.By < 0 || b.By > 4 || b.Offset < 0 || b.Limit < 0 || b.Limit > 1000:
		return refuse(40058, "order_by must be 1 to 4, limit 1 to 1000")
	}
	return nil
}

// groupData are the figures of some days: of new things the sum, of totals those of
// the last day.
func (s *Sandbox) groupData(days []time.Time, owners []string) map[string]any {
	sum := newStats(s.cfg.Day).of(s.cfg.Now(), "", "")
	for _, d := range days {
		sum.add(s.stats.sum(d, []string{""}, owners))
	}
	chats, members := 0, 0
	for _, g := range s.groups {
		if slices.Contains(owners, g.owner) && len(days) > 0 && g.made.Before(days[len(days)-1].Add(day)) {
			chats, members = chats+1, members+g.members
		}
	}
	return map[string]any{
		"new_chat_cnt": sum.chats, "chat_total": chats, "chat_has_msg": len(sum.spoken), "new_member_cnt": sum.joined,
		"member_total": members, "member_has_msg": len(sum.talkers), "msg_total": sum.talked, "migrate_trainee_chat_cnt": 0,
	}
}

// groupStatistic has one entry for each owner.
func groupStatistic(s *Sandbox, _ *caller, b *groupBody) (answer, *refusal) {
	days, r := s.span(b.Begin, orElse(b.End, b.Begin), 30)
	if r != nil {
		return nil, r
	}
	type entry struct {
		Owner string         `json:"owner"`
		Data  map[string]any `json:"data"`
	}
	var all []entry
	for _, owner := range b.Owners.IDs {
		all = append(all, entry{owner, s.groupData(days, []string{owner})})
	}
	key := [...]string{"new_chat_cnt", "new_chat_cnt", "chat_total", "new_member_cnt", "member_total"}[b.By]
	slices.SortStableFunc(all, func(x, y entry) int {
		if b.Asc == 1 {
			x, y = y, x
		}
		return cmp.Compare(y.Data[key].(int), x.Data[key].(int))
	})
	total := len(all)
	all = all[min(b.Offset, total):]
	all = all[:min(orElse(b.Limit, 500), len(all))]
	return answer{"items": all, "total": total, "next_offset": min(b.Offset, total) + len(all)}, nil
}

// groupByDay has one entry for each day.
func groupByDay(s *Sandbox, _ *caller, b *groupBody) (answer, *refusal) {
	days, r := s.span(b.Begin, orElse(b.End, b.Begin), 30)
	if r != nil {
		return nil, r
	}
	list := []any{}
	for i, d := range days {
		list = append(list, map[string]any{"stat_time": d.Unix(), "data": s.groupData(days[i:i+1], b.Owners.IDs)})
	}
	return answer{"items": list}, nil
}
