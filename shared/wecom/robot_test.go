package wecom

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
)

const markKey = "693a91f6-MARKED-4bc4-97a0-0ec2sifa5aaa"

func robotChannel(url, link string) channel.Channel {
	return channel.Channel{ID: "robot-sales", Kind: message.WeComRobot, APIURL: url, RobotKey: markKey, Link: link}
}

// waiting is a notice as teams get them.
func waiting(mention ...string) Notice {
	return Notice{
		Title: "Sales: please answer a customer", Open: "Open", Mention: mention,
		Lines: []Line{{"Channel", "kf-main"}, {"Why", "filter “<@all> *now*”"}},
	}
}

func TestFormsOfARobotsNotice(t *testing.T) {
	const link = "https://desk.example.com/"
	for _, c := range []struct {
		name, link string
		notice     Notice
		want       string
	}{
		{"with a link: a card", link, waiting(), `{"msgtype":"template_card","template_card":{"card_type":"text_notice","main_title":{"title":"Sales: please answer a customer"},` +
			`"horizontal_content_list":[{"keyname":"Channel","value":"kf-main"},{"keyname":"Why","value":"filter “<@all> *now*”"}],"card_action":{"type":1,"url":"https://desk.example.com/"}}}`},
		{"somebody to mention: a text, since a card calls nobody", link, waiting("zhang", "@all"), `{"msgtype":"text","text":{"content":"Sales: please answer a customer\nChannel: kf-main\n` +
			`Why: filter “<@all> *now*”\nOpen: https://desk.example.com/","mentioned_list":["zhang","@all"]}}`},
		{"no link: markdown, in which a name marks nothing up", "", waiting(), `{"msgtype":"markdown","markdown":{"content":"**Sales: please answer a customer**\n` +
			`> Channel: kf-main\n> Why: filter “‹@all› ∗now∗”"}}`},
		{"a title alone", "", Notice{Title: "Tea\n time"}, `{"msgtype":"markdown","markdown":{"content":"**Tea time**"}}`},
	} {
		if got := wireForm(t, robotMessage(robotChannel("", c.link), c.notice)); got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.name, got, c.want)
		}
	}
}

// wireForm is the JSON with <, > and & as they are.
func wireForm(t *testing.T, v any) string {
	t.Helper()
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(b.String())
}

// TestNoticesFit: whatever a notice says, what goes out keeps WeCom's limits, is whole
// characters, and keeps the link.
func TestNoticesFit(t *testing.T) {
	text := rapid.StringOfN(rapid.RuneFrom([]rune("ab客户🍵\n ")), 0, 700, -1)
	rapid.Check(t, func(t *rapid.T) {
		n := Notice{Title: "T" + text.Draw(t, "title"), Open: "打开"}
		for range rapid.IntRange(0, 9).Draw(t, "lines") {
			n.Lines = append(n.Lines, Line{text.Draw(t, "label"), text.Draw(t, "value")})
		}
		link := "https://desk.example.com/" + strings.Repeat("x", rapid.IntRange(0, 900).Draw(t, "link"))
		plain, card, chat := plainText(n, link, MaxText), newNoticeCard(n, link), newTextCard(n, link)
		fits := func(what, s string, most int) {
			if len(s) > most || !utf8.ValidString(s) || s == "" {
				t.Errorf("%s: got %d bytes of at most %d, valid %v", what, len(s), most, utf8.ValidString(s))
			}
		}
		fits("a text", plain, MaxText)
		fits("a robot's markdown", markdownOf(n, MaxRobotMarkdown), MaxRobotMarkdown)
		fits("a chat's markdown", markdownOf(n, MaxChatMarkdown), MaxChatMarkdown)
		fits("a card's title", card.Title.Title, MaxNoticeTitle)
		fits("a text card's title", chat.Title, MaxNoticeTitle)
		fits("a text card's text", chat.Text, MaxNoticeText)
		if !strings.HasSuffix(plain, link) || len(card.Lines) > MaxNoticeLines {
			t.Errorf("got %d lines and %q, want the whole link and at most %d lines", len(card.Lines), plain, MaxNoticeLines)
		}
	})
}

func TestWhatARobotAnswers(t *testing.T) {
	for _, c := range []struct {
		name, answer string
		status       int
		class        message.Class // empty for none
		code         int
	}{
		{"taken", `{"errcode":0,"errmsg":"ok"}`, 200, "", 0},
		{"removed", `{"errcode":93000,"errmsg":"invalid webhook url, key ` + markKey + `"}`, 200, message.Stop, 93000},
		{"stopped", `{"errcode":93004,"errmsg":"stopped"}`, 200, message.Stop, 93004},
		{"no such group", `{"errcode":93006,"errmsg":"no"}`, 200, message.Stop, 93006},
		{"not in the group", `{"errcode":93008,"errmsg":"no"}`, 200, message.Stop, 93008},
		{"too many", `{"errcode":45009,"errmsg":"freq"}`, 200, message.Slow, 45009},
		{"busy", `{"errcode":-1,"errmsg":"busy"}`, 200, message.Retry, -1},
		{"a token that is not valid: a robot has none", `{"errcode":40014,"errmsg":"token"}`, 200, message.Stop, 40014},
		{"our fault", `{"errcode":40058,"errmsg":"near please answer a customer"}`, 200, message.Bug, 40058},
		{"a proxy", `<html>` + markKey, 502, message.Unknown, 0},
		{"another server", `not here`, 404, message.Stop, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			var query, kind string
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				query, kind = r.Method+" "+r.URL.String(), r.Header.Get("Content-Type")
				w.WriteHeader(c.status)
				_, _ = io.WriteString(w, c.answer)
			}))
			defer srv.Close()
			err := (&Sender{HTTP: srv.Client()}).Push(context.Background(), robotChannel(srv.URL, ""), waiting())
			if query != "POST /cgi-bin/webhook/send?key="+markKey || kind != "application/json" {
				t.Errorf("asked %s as %s", query, kind)
			}
			if c.class == "" {
				if err != nil {
					t.Errorf("got %v, want it taken", err)
				}
				return
			}
			failed := sendError(t, err)
			if failed.Class != c.class || failed.Code != c.code || strings.Contains(failed.Error(), "please answer") {
				t.Errorf("got %v, want %s %d and nothing of the notice", failed, c.class, c.code)
			}
		})
	}
}

func TestARobotThatCannotBeReached(t *testing.T) {
	closed := httptest.NewServer(nil)
	closed.Close()
	dying := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		var conn net.Conn
		if conn, _, _ = http.NewResponseController(w).Hijack(); conn != nil {
			_ = conn.Close()
		}
	}))
	defer dying.Close()
	elsewhere := httptest.NewServer(http.RedirectHandler("https://other.example/?key="+markKey, http.StatusFound))
	defer elsewhere.Close()
	for name, c := range map[string]struct {
		url   string
		class message.Class
	}{
		"nobody listens":             {closed.URL, message.Retry},
		"it may have arrived":        {dying.URL, message.Unknown},
		"no address":                 {"http://[", message.Stop},
		"a redirect is not followed": {elsewhere.URL, message.Stop},
	} {
		failed := sendError(t, (&Sender{}).Push(context.Background(), robotChannel(c.url, ""), waiting()))
		if failed.Class != c.class {
			t.Errorf("%s: got %v, want %s", name, failed, c.class)
		}
	}
}

func TestNoticesThatAreNotSent(t *testing.T) {
	s := &Sender{}
	if failed := sendError(t, s.Push(context.Background(), robotChannel("", ""), Notice{})); failed.Class != message.Bug {
		t.Errorf("without a title: got %v", failed)
	}
	if failed := sendError(t, s.Push(context.Background(), appChannel(""), waiting())); failed.Class != message.Bug {
		t.Errorf("to an app: got %v", failed)
	}
}
