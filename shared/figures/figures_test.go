package figures_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/errand"
	"frontdesk/shared/inbox"
	"frontdesk/shared/rollup"
	"frontdesk/shared/table"
)

// counted counts the reads of the table.
type counted struct {
	table.Table
	o *office
}

func (c counted) read() {
	c.o.mu.Lock()
	defer c.o.mu.Unlock()
	c.o.reads++
}

func (c counted) Get(ctx context.Context, keys ...table.Key) ([]table.Item, error) {
	c.read()
	return c.Table.Get(ctx, keys...)
}

func (c counted) Query(ctx context.Context, q table.Query) (table.Page, error) {
	c.read()
	return c.Table.Query(ctx, q)
}

func number[T any](v T) *T { return &v }

func TestADayIsFetchedAfterSixInTheMorning(t *testing.T) {
	o := newOffice(t)
	o.busyDay()
	o.at("2026-11-18 23:59")
	o.due()
	o.work()
	if got := o.day("kf-main", "2026-11-18"); got != nil {
		t.Errorf("on the day itself: got %+v, want nothing", got)
	}
	for _, night := range []string{"2026-11-19 00:00", "2026-11-19 02:32", "2026-11-19 05:59"} {
		o.at(night)
		o.reads = 0
		if n := o.due(); n != 0 || o.reads != 0 {
			t.Errorf("%s: got %d days asked for and %d reads, want none", night, n, o.reads)
		}
	}
	o.at("2026-11-19 06:00")
	o.due()
	if _, failed := o.work(); failed != nil {
		t.Fatal(failed)
	}
	want := &rollup.ChannelDay{Day: "2026-11-18", Channel: "kf-main", Fetched: o.clock().UTC(), Service: &rollup.ServiceDay{
		Sessions: 1, Messages: 2, Customers: 1,
		Servicers: rollup.ServicersDay{Sessions: 1, Messages: 1, Customers: 1, ReplyRate: number(1.0), FirstReply: number(int64(120_000))},
	}}
	got := o.day("kf-main", "2026-11-18")
	if got != nil {
		got.Fetched = got.Fetched.UTC()
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("customer service (-want +got):\n%s", d)
	}
	app := o.day("app-main", "2026-11-18")
	if app == nil || app.Contact == nil || app.Contact.Messages != 1 || app.Contact.Added != 1 || app.Contact.FirstReply == nil || *app.Contact.FirstReply != 120_000 || app.Groups == nil {
		t.Errorf("customer contact: got %+v", app)
	}
}

// Somebody asks in the night: what WeCom shows then are zeros, and they are not kept.
func TestTheZerosOfTheNightAreNotKept(t *testing.T) {
	o := newOffice(t)
	o.busyDay()
	o.at("2026-11-19 02:32")
	account, err := o.fetcher.WeCom.CorpStatistic(t.Context(), o.fetcher.Channels[1], days("2026-11-18"))
	if err != nil || len(account) != 1 || account[0].Messages != 0 {
		t.Fatalf("got %+v, %v, want WeCom to show zeros", account, err)
	}
	o.asked()
	e := errand.Errand{Kind: errand.Figures, Channel: "kf-main", Key: "2026-11-18", At: o.clock()}
	if err := o.fetcher.Run(t.Context(), e, 1); err != nil || o.day("kf-main", "2026-11-18") != nil || o.asked() != 0 {
		t.Errorf("got %v and %+v, want nothing asked for and nothing kept", err, o.day("kf-main", "2026-11-18"))
	}
}

// A day that WeCom has not computed by the morning is there without figures, and is
// corrected on the next days; on the last of them nothing means nothing.
func TestADayIsFilledInLate(t *testing.T) {
	o := newOffice(t)
	o.busyDay()
	silent := func(path string) string {
		if strings.HasPrefix(path, "kf/") {
			return `{"errcode":0,"errmsg":"ok","statistic_list":[{"stat_time":1794960000}]}`
		}
		return ""
	}
	o.answers = silent
	o.at("2026-11-19 06:05")
	o.due()
	o.work()
	if got := o.day("kf-main", "2026-11-18"); got == nil || got.Service != nil {
		t.Fatalf("got %+v, want a row without figures", got)
	}
	zeros := func(path string) string {
		return strings.ReplaceAll(silent(path), `"stat_time":1794960000`, `"stat_time":1794960000,"statistic":{"session_cnt":0}`)
	}
	o.answers = zeros
	o.at("2026-11-20 06:05")
	o.due()
	o.work()
	if got := o.day("kf-main", "2026-11-18"); got.Service == nil || got.Service.Messages != 0 {
		t.Fatalf("got %+v, want the zeros that WeCom says", got)
	}
	o.answers = nil
	o.at("2026-11-21 06:05")
	o.due()
	o.work()
	if got := o.day("kf-main", "2026-11-18"); got.Service == nil || got.Service.Messages != 2 {
		t.Errorf("got %+v, want the zeros corrected", got)
	}
	if got := o.day("kf-main", "2026-11-20"); got == nil || got.Service != nil {
		t.Errorf("yesterday, when nothing happened: got %+v, want no figures yet", got)
	}
	o.at("2026-11-23 06:05")
	o.due()
	o.work()
	if got := o.day("kf-main", "2026-11-20"); got == nil || got.Service == nil || got.Service.Messages != 0 {
		t.Errorf("three days later: got %+v, want a day of zeros", got)
	}
}

func TestAnAppWithoutTheRight(t *testing.T) {
	for _, code := range []int{48002, 84074, 60111} {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			o := newOffice(t)
			o.answers = func(path string) string {
				if strings.HasPrefix(path, "externalcontact") {
					return fmt.Sprintf(`{"errcode":%d,"errmsg":"not allowed, userid zhang"}`, code)
				}
				return ""
			}
			for _, day := range []string{"2026-11-19", "2026-11-20", "2026-11-21"} {
				o.at(day + " 06:00")
				o.due()
				if _, failed := o.work(); failed != nil {
					t.Fatalf("got %v, want no failure", failed)
				}
				if n := o.calls["externalcontact/get_user_behavior_data"] + o.calls["externalcontact/groupchat/statistic_group_by_day"]; n != 1 {
					t.Errorf("%s: got %d calls, want one a day", day, n)
				}
				o.asked()
			}
			log := o.log.String()
			if strings.Count(log, "\n") != 1 || !strings.Contains(log, `"level":"INFO"`) || strings.Contains(log, "alarm") || strings.Contains(log, "zhang") {
				t.Errorf("got the log\n%swant one line of info, without anybody's name", log)
			}
			if o.day("app-main", "2026-11-18") != nil || o.day("kf-main", "2026-11-18") == nil {
				t.Error("want rows of the account alone")
			}
			o.answers = nil // the right is given
			o.at("2026-11-22 06:00")
			o.due()
			o.work()
			o.at("2026-11-23 06:00")
			o.due()
			o.work()
			if o.day("app-main", "2026-11-18") == nil || o.day("app-main", "2026-11-21") == nil {
				t.Error("want the days made up for")
			}
		})
	}
}

func TestNobodyToAskFor(t *testing.T) {
	o := newOffice(t)
	o.publish()
	o.at("2026-11-19 06:00")
	o.due()
	o.work()
	if n := o.asked(); n != 2*31 || o.day("app-main", "2026-11-18") != nil || o.log.Len() != 0 {
		t.Errorf("got %d calls, the row %+v and the log %q, want those of the account alone", n, o.day("app-main", "2026-11-18"), o.log.String())
	}
}

func TestErrors(t *testing.T) {
	for _, c := range []struct {
		name, answer string
		wait         time.Duration
		log          string
	}{
		{"busy", `{"errcode":-1,"errmsg":"busy"}`, 30 * time.Second, ""},
		{"too many calls", `{"errcode":45009,"errmsg":"freq"}`, time.Minute, ""},
		{"a gateway", `<html>`, 30 * time.Second, ""},
		{"our address is not trusted", `{"errcode":60020,"errmsg":"not allow"}`, 30 * time.Minute, "until an operator acts"},
		{"our request is wrong", `{"errcode":40058,"errmsg":"bad"}`, 0, "tomorrow"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := newOffice(t)
			o.answers = func(string) string { return c.answer }
			o.at("2026-11-19 07:00")
			e := errand.Errand{Kind: errand.Figures, Channel: "kf-main", Key: "2026-11-18", At: o.clock().Add(-time.Hour)}
			err := o.fetcher.Run(t.Context(), e, 1)
			if c.wait == 0 && err != nil || c.wait > 0 && (!inbox.Waits(err) || inbox.Default.Pause(1, err) != c.wait) {
				t.Errorf("got %v, want a wait of %v", err, c.wait)
			}
			if log := o.log.String(); !strings.Contains(log, c.log) || strings.Contains(log, "alarm") || c.log == "" && log != "" {
				t.Errorf("got the log %q, want %q in it and no alarm", log, c.log)
			}
			if o.day("kf-main", "2026-11-18") != nil {
				t.Error("a row was written")
			}
			o.answers = nil
			if err := o.fetcher.Run(t.Context(), e, 2); err != nil || o.day("kf-main", "2026-11-18") == nil {
				t.Errorf("when it works again: got %v, want the row", err)
			}
		})
	}
}

// What has waited for a day is left: the timer has asked anew.
func TestErrandsThatAskForNothing(t *testing.T) {
	o := newOffice(t)
	o.at("2026-11-20 07:00")
	for name, e := range map[string]errand.Errand{
		"asked for two days ago": {Channel: "kf-main", Key: "2026-11-18", At: o.clock().Add(-25 * time.Hour)},
		"today":                  {Channel: "kf-main", Key: "2026-11-20", At: o.clock()},
		"half a year ago":        {Channel: "kf-main", Key: "2026-05-01", At: o.clock()},
	} {
		if err := o.fetcher.Run(t.Context(), e, 1); err != nil || o.asked() != 0 {
			t.Errorf("%s: got %v, want no call", name, err)
		}
	}
	if err := o.fetcher.Run(t.Context(), errand.Errand{Channel: "kf-main", Key: "tomorrow", At: o.clock()}, 1); err == nil || inbox.Waits(err) {
		t.Errorf("no day: got %v, want it dead", err)
	}
}

// More members than one call takes: counts add up, ratios are left out.
func TestMoreMembersThanOneCallTakes(t *testing.T) {
	o := newOffice(t)
	many := make([]string, 150)
	for i := range many {
		many[i] = fmt.Sprintf("member%03d", i)
	}
	o.publish(many...)
	o.answers = func(path string) string {
		if path == "externalcontact/get_user_behavior_data" {
			return `{"errcode":0,"behavior_data":[{"stat_time":1794960000,"chat_cnt":2,"message_cnt":3,"reply_percentage":50,"avg_reply_time":4,"new_contact_cnt":1}]}`
		}
		if strings.HasPrefix(path, "externalcontact/groupchat") {
			return `{"errcode":0,"items":[{"stat_time":1794960000,"data":{"new_chat_cnt":1,"chat_total":2,"member_total":30}}]}`
		}
		return ""
	}
	o.at("2026-11-19 07:00")
	o.must(o.fetcher.Run(t.Context(), errand.Errand{Channel: "app-main", Key: "2026-11-18", At: o.clock()}, 1))
	got := o.day("app-main", "2026-11-18")
	if d := cmp.Diff(&rollup.ContactDay{Chats: 4, Messages: 6, Added: 2}, got.Contact); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if d := cmp.Diff(&rollup.GroupDay{NewChats: 2, Chats: 4, Members: 60}, got.Groups); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestRowsNameNobody(t *testing.T) {
	o := newOffice(t)
	o.busyDay()
	o.at("2026-11-19 06:00")
	o.due()
	o.work()
	rows, err := o.store.ChannelDays(t.Context(), "2026-W47")
	o.must(err)
	for _, r := range rows {
		for _, who := range []string{"zhang", "li\"", robin.ExternalUserID, account, corp, "secret"} {
			if strings.Contains(string(r.Body), who) {
				t.Errorf("the row of %s %s names %s: %s", r.Channel, r.Day, who, r.Body)
			}
		}
	}
	if len(rows) != 6 {
		t.Errorf("got %d rows, want three days of two channels", len(rows))
	}
	if log := o.log.String(); strings.Contains(log, "zhang") || strings.Contains(log, robin.ExternalUserID) {
		t.Errorf("the log names somebody: %s", log)
	}
}
