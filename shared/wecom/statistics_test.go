package wecom

import (
	"context"
	"strings"
	"testing"
	"time"

	"frontdesk/shared/message"

	"github.com/google/go-cmp/cmp"
)

func given[T any](v T) *T { return &v }

// The answers of these tests are those of WeCom's pages, with days of our own.
const corpAnswer = `{"errcode":0,"errmsg":"ok","statistic_list":[
 {"stat_time":1763740800,"statistic":{"session_cnt":2,"customer_cnt":1,"customer_msg_cnt":6,"upgrade_service_customer_cnt":3,"ai_session_reply_cnt":1,"ai_transfer_rate":1,"ai_knowledge_hit_rate":0,"msg_rejected_customer_cnt":4}},
 {"stat_time":1763827200,"statistic":{"session_cnt":5,"customer_cnt":4,"customer_msg_cnt":9}},
 {"stat_time":1763913600}]}`

const servicerAnswer = `{"errcode":0,"errmsg":"ok","statistic_list":[
 {"stat_time":1763740800,"statistic":{"session_cnt":1,"customer_cnt":1,"customer_msg_cnt":3,"reply_rate":0.5,"first_reply_average_sec":17,"satisfaction_investgate_cnt":4,
  "satisfaction_participation_rate":0.5,"satisfied_rate":1,"middling_rate":0,"dissatisfied_rate":0,"upgrade_service_customer_cnt":0,"msg_rejected_customer_cnt":1}},
 {"stat_time":1763827200,"statistic":{"session_cnt":0,"customer_cnt":0,"customer_msg_cnt":0,"satisfaction_investgate_cnt":0}}]}`

const contactAnswer = `{"errcode":0,"errmsg":"ok","behavior_data":[
 {"stat_time":1763740800,"chat_cnt":100,"message_cnt":80,"reply_percentage":60.25,"avg_reply_time":1,"negative_feedback_cnt":2,"new_apply_cnt":6,"new_contact_cnt":5},
 {"stat_time":1763827200,"chat_cnt":0,"message_cnt":0,"negative_feedback_cnt":0,"new_apply_cnt":0,"new_contact_cnt":0}]}`

const chatsAnswer = `{"errcode":0,"errmsg":"ok","items":[{"stat_time":1763740800,"data":{"new_chat_cnt":2,"chat_total":3,"chat_has_msg":1,"new_member_cnt":4,"member_total":60,"member_has_msg":5,"msg_total":70,"migrate_trainee_chat_cnt":3}}]}`

var twoDays = Days{"2025-11-22", "2025-11-23"}

func TestStatistics(t *testing.T) {
	ctx := context.Background()
	type made struct {
		Got any
		Err error
	}
	tests := []struct {
		name, answer, path, body string
		ask                      func(s *Sender, url string) (any, error)
		want                     any
	}{
		{"an account: days without a statistic are left out, ratios that are missing stay so", corpAnswer,
			"kf/get_corp_statistic", `{"open_kfid":"wkAJ2GCAAAexample","start_time":1763740800,"end_time":1763827200}`,
			func(s *Sender, url string) (any, error) { return s.CorpStatistic(ctx, kfChannel(url), twoDays) },
			[]AccountDay{
				{Day: "2025-11-22", Sessions: 2, Customers: 1, Messages: 6, Upgraded: 3, BotSessions: 1, ToPeople: given(1.0), KnowledgeHit: given(0.0), Rejected: 4},
				{Day: "2025-11-23", Sessions: 5, Customers: 4, Messages: 9},
			}},
		{"all servicers", servicerAnswer,
			"kf/get_servicer_statistic", `{"open_kfid":"wkAJ2GCAAAexample","start_time":1763740800,"end_time":1763827200}`,
			func(s *Sender, url string) (any, error) { return s.ServicerStatistic(ctx, kfChannel(url), "", twoDays) },
			[]ServicerDay{
				{Day: "2025-11-22", Sessions: 1, Customers: 1, Messages: 3, ReplyRate: given(0.5), FirstReply: given(17 * time.Second), Asked: 4,
					Participation: given(0.5), Satisfied: given(1.0), Middling: given(0.0), Dissatisfied: given(0.0), Rejected: 1},
				{Day: "2025-11-23"},
			}},
		{"one servicer", `{"errcode":0,"statistic_list":[]}`,
			"kf/get_servicer_statistic", `{"open_kfid":"wkAJ2GCAAAexample","servicer_userid":"zhang","start_time":1763740800,"end_time":1763740800}`,
			func(s *Sender, url string) (any, error) {
				return s.ServicerStatistic(ctx, kfChannel(url), "zhang", Days{"2025-11-22", "2025-11-22"})
			}, []ServicerDay{}},
		{"customer contact: percent and minutes become a share and a duration", contactAnswer,
			"externalcontact/get_user_behavior_data", `{"userid":["li","zhang"],"start_time":1763740800,"end_time":1763827200}`,
			func(s *Sender, url string) (any, error) {
				return s.BehaviorData(ctx, appChannel(url), []string{"li", "zhang"}, twoDays)
			},
			[]ContactDay{{Day: "2025-11-22", Chats: 100, Messages: 80, ReplyRate: given(0.6025), FirstReply: given(time.Minute), Lost: 2, Applied: 6, Added: 5}, {Day: "2025-11-23"}}},
		{"customer groups", chatsAnswer,
			"externalcontact/groupchat/statistic_group_by_day", `{"day_begin_time":1763740800,"day_end_time":1763827200,"owner_filter":{"userid_list":["zhang"]}}`,
			func(s *Sender, url string) (any, error) {
				return s.GroupStatistic(ctx, appChannel(url), []string{"zhang"}, twoDays)
			},
			[]GroupDay{{Day: "2025-11-22", NewChats: 2, NewMembers: 4, Chats: 3, ActiveChats: 1, Members: 60, ActiveMembers: 5, Messages: 70}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			q := newQyapi(t, tt.answer)
			got, err := tt.ask(q.sender(), q.URL)
			if diff := cmp.Diff(made{tt.want, nil}, made{got, err}); diff != "" {
				t.Fatalf("(-want +got):\n%s", diff)
			}
			if c := q.calls[0]; c.path != "POST /cgi-bin/"+tt.path || c.body != tt.body {
				t.Errorf("got %s %s, want %s %s", c.path, c.body, tt.path, tt.body)
			}
		})
	}
}

// Errors go by the table of codes, and name no member.
func TestStatisticsThatAreRefused(t *testing.T) {
	ctx := context.Background()
	for answer, want := range map[string]message.Class{
		`{"errcode":84074,"errmsg":"no permission, userid ` + markUser + `"}`: message.Stop,
		`{"errcode":60111,"errmsg":"invalid userid ` + markUser + `"}`:        message.Drop,
		`{"errcode":45009,"errmsg":"api freq out of limit"}`:                  message.Slow,
		`{"errcode":-1,"errmsg":"system busy"}`:                               message.Retry,
		`<html>`:                                                              message.Retry,
		`{"errcode":0,"behavior_data":7}`:                                     message.Retry,
	} {
		q := newQyapi(t, answer)
		_, err := q.sender().BehaviorData(ctx, appChannel(q.URL), []string{markUser}, twoDays)
		if got := sendError(t, err).Class; got != want {
			t.Errorf("%s: got %s, want %s", answer, got, want)
		}
	}
}

func TestStatisticsRefusedWithoutACall(t *testing.T) {
	ctx := context.Background()
	q := newQyapi(t, `{"errcode":0}`)
	s := q.sender()
	many := strings.Split(strings.Repeat("zhang ", MaxStatisticMembers), " ") // and an empty one
	for name, ask := range map[string]func() error{
		"an app has no account": func() error { _, err := s.CorpStatistic(ctx, appChannel(q.URL), twoDays); return err },
		"no day":                func() error { _, err := s.CorpStatistic(ctx, kfChannel(q.URL), Days{"", ""}); return err },
		"the wrong order": func() error {
			_, err := s.ServicerStatistic(ctx, kfChannel(q.URL), "", Days{"2025-11-23", "2025-11-22"})
			return err
		},
		"32 days": func() error {
			_, err := s.CorpStatistic(ctx, kfChannel(q.URL), Days{"2025-10-01", "2025-11-01"})
			return err
		},
		"nobody":      func() error { _, err := s.BehaviorData(ctx, appChannel(q.URL), nil, twoDays); return err },
		"101 members": func() error { _, err := s.GroupStatistic(ctx, appChannel(q.URL), many, twoDays); return err },
		"an account":  func() error { _, err := s.GroupStatistic(ctx, kfChannel(q.URL), many[:1], twoDays); return err },
		"31 days here": func() error {
			_, err := s.BehaviorData(ctx, appChannel(q.URL), many[:1], Days{"2025-10-01", "2025-10-31"})
			return err
		},
	} {
		if got := sendError(t, ask()).Class; got != message.Bug || len(q.calls) != 0 {
			t.Errorf("%s: got %s after %d calls, want bug and none", name, got, len(q.calls))
		}
	}
	if _, err := s.CorpStatistic(ctx, kfChannel(q.URL), Days{"2025-10-01", "2025-10-31"}); err != nil {
		t.Errorf("31 days: got %v, want them asked for", err)
	}
}

// Whatever WeCom answers is figures or an error, and a day is one that can be read back.
func FuzzStatistics(f *testing.F) {
	for _, seed := range []string{corpAnswer, servicerAnswer, contactAnswer, chatsAnswer, `{"errcode":0,"statistic_list":[{"stat_time":-1,"statistic":{"first_reply_average_sec":1e300}}]}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		a := answer{status: 200, body: []byte(body), explain: Explain, repeatable: true, scrub: scrubber(nil)}
		var list statisticList[servicerWire]
		if failed := a.read(&list); failed != nil && failed.Class == message.Unknown {
			t.Errorf("got %v, want no call that may have been carried out", failed)
		}
		for _, d := range list.List {
			if day := dayOf(d.At); len(day) == len("2025-11-22") && d.At > 0 {
				if start, _, ok := (Days{day, day}).stamps(1); !ok || start > d.At || d.At-start >= 24*60*60 {
					t.Errorf("%d is on %s, which begins at %d", d.At, day, start)
				}
			}
		}
	})
}
