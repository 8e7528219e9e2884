package rollup

import "time"

// ChannelDay is what a channel counted itself on one day, in the channel's own words and
// by its own clock: another count than a [Row], to be shown beside it. It is kept for
// ever and holds no personal data: no member, no customer.
//
// Ratios are from 0 to 1, and nil where the channel gave none. What can be added up over
// days says so; of the rest a week has no sum.
type ChannelDay struct {
	// Day is a natural day where the channel counts: China (UTC+8) for WeCom.
	Day     string `json:"day"`
	Channel string `json:"channel"`
	// Fetched is when the figures were asked for. A day is asked for several times, because
	// it is filled in late.
	Fetched time.Time `json:"fetched"`
	// Service is of an account of WeChat customer service; Contact and Groups are of the
	// members' chats with customers. nil: there are no figures, or not yet.
	Service *ServiceDay `json:"service,omitempty"`
	Contact *ContactDay `json:"contact,omitempty"`
	Groups  *GroupDay   `json:"groups,omitempty"`
}

// ServiceDay is a day of an account of WeChat customer service (WeCom, pages 95489 and
// 95490, which say what each means; see [frontdesk/shared/wecom.AccountDay]).
type ServiceDay struct {
	// Sessions, BotSessions and Messages add up over days.
	Sessions    int64 `json:"sessions,omitempty"`
	BotSessions int64 `json:"bot_sessions,omitempty"`
	Messages    int64 `json:"messages,omitempty"`
	// Customers and Rejected count people once a day: a week has no sum.
	Customers int64    `json:"customers,omitempty"`
	Rejected  int64    `json:"rejected,omitempty"`
	ToPeople  *float64 `json:"to_people,omitempty"`
	// Servicers is what all servicers did together.
	Servicers ServicersDay `json:"servicers,omitzero"`
}

// ServicersDay is a day of all servicers of an account together.
type ServicersDay struct {
	// Sessions and Messages add up over days; Customers does not.
	Sessions  int64    `json:"sessions,omitempty"`
	Messages  int64    `json:"messages,omitempty"`
	Customers int64    `json:"customers,omitempty"`
	ReplyRate *float64 `json:"reply_rate,omitempty"`
	// FirstReply is a mean, in ms.
	FirstReply *int64 `json:"first_reply_ms,omitempty"`
	// Asked, Rated and Satisfied are how often WeCom's own question was asked, answered,
	// and answered with "satisfied". They add up.
	Asked     int64 `json:"asked,omitempty"`
	Rated     int64 `json:"rated,omitempty"`
	Satisfied int64 `json:"satisfied,omitempty"`
}

// ContactDay is a day of members' 1:1 chats with customers (WeCom, page 92132).
type ContactDay struct {
	// Messages, Applied, Added and Lost add up over days; Chats count once a day.
	Chats     int64    `json:"chats,omitempty"`
	Messages  int64    `json:"messages,omitempty"`
	ReplyRate *float64 `json:"reply_rate,omitempty"`
	// FirstReply is a mean, in ms, to the minute.
	FirstReply *int64 `json:"first_reply_ms,omitempty"`
	Applied    int64  `json:"applied,omitempty"`
	Added      int64  `json:"added,omitempty"`
	Lost       int64  `json:"lost,omitempty"`
}

// GroupDay is a day of the customer groups that members own (WeCom, page 92133).
type GroupDay struct {
	// NewChats and NewMembers add up over days; the others are as of the day.
	NewChats      int64 `json:"new_chats,omitempty"`
	NewMembers    int64 `json:"new_members,omitempty"`
	Chats         int64 `json:"chats,omitempty"`
	ActiveChats   int64 `json:"active_chats,omitempty"`
	Members       int64 `json:"members,omitempty"`
	ActiveMembers int64 `json:"active_members,omitempty"`
	Messages      int64 `json:"messages,omitempty"`
}
