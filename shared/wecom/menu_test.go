package wecom

import (
	"bytes"
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
)

const done = `{"errcode":0,"errmsg":"ok"}`

func someMenu() []MenuButton {
	return []MenuButton{
		{Name: "汇报", Key: "work_report"},
		{Name: "学习", Buttons: []MenuButton{{Name: "资料 <新>", Key: "learn"}, {Name: "考试", URL: "https://work.example/exam?a=1&b=2"}}},
	}
}

func TestAMenuAsItIsSent(t *testing.T) {
	q := newQyapi(t, done)
	if err := q.sender().SetMenu(t.Context(), appChannel(q.URL), someMenu()); err != nil {
		t.Fatal(err)
	}
	got := q.calls[0]
	if got.path != "POST /cgi-bin/menu/create of 1000002" || got.token == "" {
		t.Errorf("got %s, want menu/create for the app, with a token", got.path)
	}
	if strings.Contains(got.body, `\u`) {
		t.Errorf("%s has escapes, which WeCom refuses (40033)", got.body)
	}
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, []byte(got.body), "", "  "); err != nil {
		t.Fatal(err)
	}
	golden(t, filepath.Join("testdata", "requests", "app_menu.json"), append(pretty.Bytes(), '\n'))
}

func TestAMenuIsTakenAway(t *testing.T) {
	for name, answer := range map[string]string{"it had one": done, "it had none": `{"errcode":46003,"errmsg":"menu no exist"}`} {
		q := newQyapi(t, answer)
		if err := q.sender().DeleteMenu(t.Context(), appChannel(q.URL)); err != nil {
			t.Errorf("%s: got %v, want no error", name, err)
		}
		if got := q.calls[0]; got.path != "GET /cgi-bin/menu/delete of 1000002" || got.body != "" {
			t.Errorf("%s: got %+v, want a GET of menu/delete for the app", name, got)
		}
	}
}

func TestWhatWeComSaysOfAMenu(t *testing.T) {
	for _, c := range []struct {
		name, answer string
		status       int
		class        message.Class
	}{
		{"busy", `{"errcode":-1,"errmsg":"system busy"}`, 200, message.Retry},
		{"too often", `{"errcode":45009,"errmsg":"api freq out of limit"}`, 200, message.Slow},
		{"too many buttons", `{"errcode":40016,"errmsg":"invalid button size: ` + markText + `"}`, 200, message.Bug},
		{"the name of a lower button", `{"errcode":40025,"errmsg":"invalid sub button name size"}`, 200, message.Bug},
		{"escapes", `{"errcode":40033,"errmsg":"invalid charset"}`, 200, message.Bug},
		{"no menu, when one is set", `{"errcode":46003,"errmsg":"menu no exist"}`, 200, message.Bug},
		{"an address that is not trusted", `{"errcode":60020,"errmsg":"not allow, from ip: 203.0.113.7"}`, 200, message.Stop},
		{"a proxy's 502: giving it twice does no harm", `<html>`, 502, message.Retry},
	} {
		q := newQyapi(t, c.answer)
		q.status = c.status
		menu := append(someMenu(), MenuButton{Name: markText[:12], Key: markText})
		err := q.sender().SetMenu(t.Context(), appChannel(q.URL), menu)
		if failed := sendError(t, err); failed.Class != c.class {
			t.Errorf("%s: got %v, want %s", c.name, failed, c.class)
		}
	}
}

func TestMenusThatAreRefusedWithoutACall(t *testing.T) {
	b := func(change func(*MenuButton)) []MenuButton {
		one := MenuButton{Name: "x", Key: "x"}
		change(&one)
		return []MenuButton{one}
	}
	below := func(change func(*MenuButton)) []MenuButton {
		return []MenuButton{{Name: "more", Buttons: b(change)}}
	}
	many := func(n int) []MenuButton {
		var all []MenuButton
		for range n {
			all = append(all, MenuButton{Name: "x", Key: "x"})
		}
		return all
	}
	for name, c := range map[string]struct {
		menu []MenuButton
		want string
	}{
		"none":                         {nil, "0 buttons"},
		"four":                         {many(4), "4 buttons"},
		"six below":                    {[]MenuButton{{Name: "x", Buttons: many(6)}}, "6 buttons below"},
		"three levels":                 {below(func(b *MenuButton) { b.Key, b.Buttons = "", many(1) }), "two levels"},
		"no name":                      {b(func(b *MenuButton) { b.Name = " " }), "the name"},
		"a name of 17 bytes":           {b(func(b *MenuButton) { b.Name = strings.Repeat("n", 17) }), "17 bytes"},
		"a name of 41 bytes below":     {below(func(b *MenuButton) { b.Name = strings.Repeat("n", 41) }), "41 bytes"},
		"a key of 129 bytes":           {b(func(b *MenuButton) { b.Key = strings.Repeat("k", 129) }), "129 bytes"},
		"nothing to do":                {b(func(b *MenuButton) { b.Key = "" }), "needs a key"},
		"two things to do":             {b(func(b *MenuButton) { b.URL = "https://work.example" }), "only one"},
		"a page that is not encrypted": {b(func(b *MenuButton) { b.Key, b.URL = "", "http://work.example" }), "no https"},
		"an endless address":           {b(func(b *MenuButton) { b.Key, b.URL = "", "https://"+strings.Repeat("a", 1017) }), "1025 bytes"},
	} {
		q := newQyapi(t, done)
		failed := sendError(t, q.sender().SetMenu(t.Context(), appChannel(q.URL), c.menu))
		if failed.Class != message.Bug || !strings.Contains(failed.Reason, c.want) || q.fetches+len(q.calls) != 0 {
			t.Errorf("%s: got %v after %d calls, want a bug with %q", name, failed, len(q.calls), c.want)
		}
	}
	for name, menu := range map[string][]MenuButton{
		"the most":    append(many(2), MenuButton{Name: "x", Buttons: many(5)}),
		"the longest": append(b(func(b *MenuButton) { b.Name, b.Key = strings.Repeat("n", 16), strings.Repeat("k", 128) }), below(func(b *MenuButton) { b.Name = strings.Repeat("n", 40) })...),
	} {
		if fault := menuFault(menu); fault != "" {
			t.Errorf("%s: got %q, want it taken", name, fault)
		}
	}
	kf := channel.Channel{Kind: message.WeComKF}
	for _, err := range []error{new(Sender).SetMenu(t.Context(), kf, someMenu()), new(Sender).DeleteMenu(t.Context(), kf)} {
		if failed, ok := errors.AsType[*message.SendError](err); !ok || failed.Class != message.Bug {
			t.Errorf("a menu of customer service: got %v, want a bug", err)
		}
	}
}
