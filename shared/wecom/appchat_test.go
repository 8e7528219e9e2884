package wecom

import (
	"context"
	"testing"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
)

func chatChannel(url, link string) channel.Channel {
	ch := appChannel(url)
	ch.Kind, ch.ChatID, ch.Link = message.WeComGroup, "CHATID1", link
	return ch
}

func TestFormsOfAChatsNotice(t *testing.T) {
	for _, c := range []struct {
		name, link string
		notice     Notice
		want       string
	}{
		{"with a link: a text card", "https://desk.example.com/", waiting("zhang"), `{"chatid":"CHATID1","msgtype":"textcard","textcard":{"title":"Sales: please answer a customer",` +
			`"description":"Channel: kf-main\nWhy: filter “‹@all› ∗now∗”","url":"https://desk.example.com/","btntxt":"Open"}}`},
		{"a card must have a text", "https://desk.example.com/", Notice{Title: "Tea"}, `{"chatid":"CHATID1","msgtype":"textcard","textcard":{"title":"Tea",` +
			`"description":"Tea","url":"https://desk.example.com/"}}`},
		{"no link: markdown", "", waiting(), `{"chatid":"CHATID1","msgtype":"markdown","markdown":{"content":"**Sales: please answer a customer**\n` +
			`> Channel: kf-main\n> Why: filter “‹@all› ∗now∗”"}}`},
	} {
		if got := wireForm(t, chatMessage(chatChannel("", c.link), c.notice)); got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestWhatAChatAnswers(t *testing.T) {
	for _, c := range []struct {
		name    string
		answers []string
		class   message.Class // empty for none
		calls   int
	}{
		{"taken", []string{`{"errcode":0,"errmsg":"ok"}`}, "", 1},
		{"a token that ran out is renewed once", []string{`{"errcode":42001,"errmsg":"expired"}`, `{"errcode":0,"errmsg":"ok"}`}, "", 2},
		{"no such chat", []string{`{"errcode":86003,"errmsg":"CHAT"}`}, message.Drop, 1},
		{"another app's chat", []string{`{"errcode":86008,"errmsg":"no"}`}, message.Drop, 1},
		{"too many", []string{`{"errcode":45009,"errmsg":"freq"}`}, message.Slow, 1},
		{"an address that is not trusted", []string{`{"errcode":60020,"errmsg":"from ip: 203.0.113.7"}`}, message.Stop, 1},
		{"an answer that nobody can read", []string{`?`}, message.Unknown, 1},
	} {
		q := newQyapi(t, c.answers...)
		err := q.sender().Push(context.Background(), chatChannel(q.URL, ""), waiting())
		if len(q.calls) != c.calls || q.calls[0].path != "POST /cgi-bin/appchat/send" {
			t.Errorf("%s: got calls %v, want %d of appchat/send", c.name, q.calls, c.calls)
		}
		if c.class == "" {
			if err != nil {
				t.Errorf("%s: got %v", c.name, err)
			}
			continue
		}
		if failed := sendError(t, err); failed.Class != c.class {
			t.Errorf("%s: got %v, want %s", c.name, failed, c.class)
		}
	}
}
