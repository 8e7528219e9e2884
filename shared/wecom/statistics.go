package wecom

import (
	"context"
	"time"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
)

// What WeCom counted itself. Its days are natural days; that they are days of UTC+8 is
// how its timestamps look, no page says it (?). A day is computed during the night and
// should be asked for after 06:00 of the next one; earlier it is missing or zero (W:95489).
const (
	// MaxServiceDays is the longest span of customer service's figures (W:95489).
	MaxServiceDays = 31
	// MaxContactDays is the longest span of customer contact's figures (W:92132, W:92133).
	MaxContactDays = 30
	// MaxStatisticMembers is how many members one call may name (W:92132, W:92133).
	MaxStatisticMembers = 100
	// StatisticDaysKept is how long WeCom keeps the figures of a day (W:95489).
	StatisticDaysKept = 180
	// StatisticsReady is how long after the beginning of a day its figures are advised
	// to be fetched: 06:00 of the next one (W:95489).
	StatisticsReady = 30 * time.Hour
)

// DayZone is where the days of WeCom's figures begin: UTC+8.
func DayZone() *time.Location { return time.FixedZone("UTC+8", 8*60*60) }

// Days is a span of days in [DayZone], both included, as 2026-11-22.
type Days struct{ First, Last string }

// AccountDay is one day of an account of customer service (W:95489). Ratios are from 0 to
// 1, and nil where WeCom gives none because there was nothing to divide by.
type AccountDay struct {
	Day string
	// Sessions in which the customer wrote, and which a servicer or the assistant had.
	// Handing a session on makes no new one.
	Sessions int64
	// Customers who wrote in a session, each once a day.
	Customers int64
	// Messages that customers wrote in sessions.
	Messages int64
	// BotSessions are sessions that the assistant had, in which the customer wrote.
	// Whatever an API sends counts as the assistant.
	BotSessions int64
	// ToPeople is the share of sessions in which the customer wrote to the assistant
	// that went on to a person, on the same day.
	ToPeople *float64
	// KnowledgeHit is the share of messages to WeCom's own assistant that its knowledge
	// base answered. While an API assigns the sessions there is none.
	KnowledgeHit *float64
	// Upgraded are customers who got a member or a group of their own.
	Upgraded int64
	// Rejected are customers who want no more messages.
	Rejected int64
}

// ServicerDay is one day of an account's servicers, all together or one (W:95490). Ratios
// are from 0 to 1, and nil where WeCom gives none.
type ServicerDay struct {
	Day string
	// Sessions in which the customer wrote and that were assigned to a servicer.
	Sessions int64
	// Customers who wrote in such a session, each once a day. Messages they wrote.
	Customers, Messages int64
	// ReplyRate is the share of sessions with messages to a servicer in which the
	// servicer answered, within one natural day.
	ReplyRate *float64
	// FirstReply is the mean time from a customer's first message to a servicer until
	// the servicer's reply, within one natural day; nil when nobody wrote to one.
	FirstReply *time.Duration
	// Asked is how often WeCom asked for satisfaction; 0 while an API assigns the
	// sessions, because its own question is off then. Participation is the share that
	// answered; the other three are shares of the answers.
	Asked                                            int64
	Participation, Satisfied, Middling, Dissatisfied *float64
	// Upgraded and Rejected are as in [AccountDay].
	Upgraded, Rejected int64
}

type serviceSpan struct {
	Account  string `json:"open_kfid"`
	Servicer string `json:"servicer_userid,omitempty"`
	Start    int64  `json:"start_time"`
	End      int64  `json:"end_time"`
}

// statisticList is the answer of both calls. An entry without a statistic is a day on
// which nothing happened, or that is not computed yet; WeCom does not tell which.
type statisticList[T any] struct {
	List []struct {
		At        int64 `json:"stat_time"`
		Statistic *T    `json:"statistic"`
	} `json:"statistic_list"`
}

type accountWire struct {
	Sessions     int64    `json:"session_cnt"`
	Customers    int64    `json:"customer_cnt"`
	Messages     int64    `json:"customer_msg_cnt"`
	Upgraded     int64    `json:"upgrade_service_customer_cnt"`
	BotSessions  int64    `json:"ai_session_reply_cnt"`
	ToPeople     *float64 `json:"ai_transfer_rate"`
	KnowledgeHit *float64 `json:"ai_knowledge_hit_rate"`
	Rejected     int64    `json:"msg_rejected_customer_cnt"`
}

type servicerWire struct {
	Sessions      int64    `json:"session_cnt"`
	Customers     int64    `json:"customer_cnt"`
	Messages      int64    `json:"customer_msg_cnt"`
	ReplyRate     *float64 `json:"reply_rate"`
	FirstReply    *float64 `json:"first_reply_average_sec"`
	Asked         int64    `json:"satisfaction_investgate_cnt"` // spelt so
	Participation *float64 `json:"satisfaction_participation_rate"`
	Satisfied     *float64 `json:"satisfied_rate"`
	Middling      *float64 `json:"middling_rate"`
	Dissatisfied  *float64 `json:"dissatisfied_rate"`
	Upgraded      int64    `json:"upgrade_service_customer_cnt"`
	Rejected      int64    `json:"msg_rejected_customer_cnt"`
}

// CorpStatistic returns what WeCom counted of a customer service account, one entry for
// each day that has figures. A day that is not there had nothing to count, or is not
// computed yet. At most [MaxServiceDays]. Errors are [*message.SendError] and never
// Unknown.
func (s *Sender) CorpStatistic(ctx context.Context, ch channel.Channel, days Days) ([]AccountDay, error) {
	var got statisticList[accountWire]
	if failed := s.service(ctx, ch, serviceCall{"kf/get_corp_statistic", "", days}, &got); failed != nil {
		return nil, failed
	}
	all := make([]AccountDay, 0, len(got.List))
	for _, d := range got.List {
		if w := d.Statistic; w != nil {
			all = append(all, AccountDay{
				Day: dayOf(d.At), Sessions: w.Sessions, Customers: w.Customers, Messages: w.Messages, BotSessions: w.BotSessions,
				ToPeople: w.ToPeople, KnowledgeHit: w.KnowledgeHit, Upgraded: w.Upgraded, Rejected: w.Rejected,
			})
		}
	}
	return all, nil
}

// ServicerStatistic is [Sender.CorpStatistic] for what servicers did: of one of them, or,
// with an empty servicer, of all of the account together, which WeCom adds up itself.
func (s *Sender) ServicerStatistic(ctx context.Context, ch channel.Channel, servicer string, days Days) ([]ServicerDay, error) {
	var got statisticList[servicerWire]
	if failed := s.service(ctx, ch, serviceCall{"kf/get_servicer_statistic", servicer, days}, &got); failed != nil {
		return nil, failed
	}
	all := make([]ServicerDay, 0, len(got.List))
	for _, d := range got.List {
		if w := d.Statistic; w != nil {
			all = append(all, ServicerDay{
				Day: dayOf(d.At), Sessions: w.Sessions, Customers: w.Customers, Messages: w.Messages,
				ReplyRate: w.ReplyRate, FirstReply: span(w.FirstReply, time.Second),
				Asked: w.Asked, Participation: w.Participation, Satisfied: w.Satisfied, Middling: w.Middling, Dissatisfied: w.Dissatisfied,
				Upgraded: w.Upgraded, Rejected: w.Rejected,
			})
		}
	}
	return all, nil
}

type serviceCall struct {
	path, servicer string
	days           Days
}

func (s *Sender) service(ctx context.Context, ch channel.Channel, c serviceCall, into any) error {
	start, end, ok := c.days.stamps(MaxServiceDays)
	if ch.Kind != message.WeComKF || !ok {
		return &message.SendError{Class: message.Bug, Reason: "figures are asked of a customer service account, for 1 to 31 days"}
	}
	body := serviceSpan{ch.OpenKFID, c.servicer, start, end}
	return s.ask(ctx, call{ch: ch, path: c.path, body: body, private: []string{c.servicer}, repeatable: true}, into)
}

// ask makes a call that does no harm twice, within the time that a send may take.
func (s *Sender) ask(ctx context.Context, c call, into any) error {
	ctx, cancel := context.WithTimeout(ctx, whole)
	defer cancel()
	if failed := s.do(ctx, c, into); failed != nil { // a nil *SendError must not become an error
		return failed
	}
	return nil
}

// stamps are the first seconds of both days; false when they are no days, in the wrong
// order, or more than most.
func (d Days) stamps(most int) (start, end int64, ok bool) {
	first, err1 := time.ParseInLocation(time.DateOnly, d.First, DayZone())
	last, err2 := time.ParseInLocation(time.DateOnly, d.Last, DayZone())
	if err1 != nil || err2 != nil || last.Before(first) || !last.Before(first.AddDate(0, 0, most)) {
		return 0, 0, false
	}
	return first.Unix(), last.Unix(), true
}

func dayOf(stamp int64) string { return time.Unix(stamp, 0).In(DayZone()).Format(time.DateOnly) }

// span is a number of units as a duration; nil stays nil.
func span(n *float64, unit time.Duration) *time.Duration {
	if n == nil {
		return nil
	}
	d := time.Duration(*n * float64(unit))
	return &d
}
