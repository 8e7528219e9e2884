package channel

import (
	"errors"
	"strings"
	"testing"
)

func TestWhatWeComDoesWithRepeats(t *testing.T) {
	kfWith := func(fields string) string { return strings.Replace(kf, `"id"`, fields+`,"id"`, 1) }
	appWith := func(fields string) string { return strings.Replace(app, `"id"`, fields+`,"id"`, 1) }
	for _, c := range []struct {
		name, json string
		safe       bool
		code, secs int
	}{
		{"nothing said", kf, false, 0, 0},
		{"unknown", kfWith(`"repeated_msgid":"unknown"`), false, 0, 0},
		{"ignored", kfWith(`"repeated_msgid":"ignored"`), true, 0, 0},
		{"refused with a code", kfWith(`"repeated_msgid":95099`), true, 95099, 0},
		{"nothing said of an app", app, false, 0, 0},
		{"two minutes", appWith(`"duplicate_check":120`), false, 0, 120},
		{"four hours", appWith(`"duplicate_check":14400`), false, 0, 14400},
	} {
		got, err := Parse([]byte("[" + c.json + "]"))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if ch := got[0]; ch.RepeatSafe != c.safe || ch.RepeatCode != c.code || ch.DuplicateCheck != c.secs {
			t.Errorf("%s: got %v, %d, %d s, want %v, %d, %d s", c.name, ch.RepeatSafe, ch.RepeatCode, ch.DuplicateCheck, c.safe, c.code, c.secs)
		}
	}
	for _, c := range []struct{ name, json, want string }{
		{"another word", kfWith(`"repeated_msgid":"SECRET"`), "channel kf-main: repeated_msgid is not one we know"},
		{"no code", kfWith(`"repeated_msgid":0`), "repeated_msgid is not one we know"},
		{"a code with a fraction", kfWith(`"repeated_msgid":1.5`), "repeated_msgid is not one we know"},
		{"a msgid of an app", appWith(`"repeated_msgid":"ignored"`), "repeated_msgid is not a field of this kind"},
		{"longer than four hours", appWith(`"duplicate_check":14401`), "channel app-main: duplicate_check is longer than 4 hours"},
		{"not a number", appWith(`"duplicate_check":true`), "duplicate_check is not such a number"},
		{"customer service has no duplicate check", kfWith(`"duplicate_check":120`), "duplicate_check is not a field of this kind"},
	} {
		_, err := Parse([]byte("[" + c.json + "]"))
		var faults Faults
		if !errors.As(err, &faults) || len(faults) != 1 || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "SECRET") {
			t.Errorf("%s: got %v, want one fault with %q", c.name, err, c.want)
		}
	}
}

const (
	bot   = `{"id":"bot-main","kind":"wecom_bot","bot_id":"aibEXAMPLE","token":"QDG6eK","aes_key":"jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"}`
	robot = `{"id":"robot-sales","kind":"wecom_robot","key":"693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa","link":"https://desk.example.com/"}`
	group = `{"id":"group-sales","kind":"wecom_group","corp_id":"ww1","agent_id":1000002,"secret":"SECRET","chat_id":"CHATID1"}`
)

func TestChannelsThatTakeNotices(t *testing.T) {
	all, err := Parse([]byte("[" + bot + "," + robot + "," + group + "," + app + "]"))
	if err != nil {
		t.Fatal(err)
	}
	if ch := all[0]; ch.BotID != "aibEXAMPLE" || len(ch.CallbackKeys) != 1 || ch.APIURL != WeComURL || ch.Kind.Notices() {
		t.Errorf("got %s with %d pairs of keys at %s, want a bot that people write to, at WeCom", ch.BotID, len(ch.CallbackKeys), ch.APIURL)
	}
	if ch := all[1]; ch.RobotKey.Reveal() == "" || ch.Link != "https://desk.example.com/" || ch.APIURL != WeComURL || !ch.Kind.Notices() {
		t.Errorf("got %q and %q, want a robot with a key, a link and the address of the API", ch.Link, ch.APIURL)
	}
	if ch := all[2]; ch.ChatID != "CHATID1" || ch.AgentID != 1000002 || !ch.Kind.Notices() {
		t.Errorf("got %q of %d, want a group chat of an app, which may be a channel of its own beside it", ch.ChatID, ch.AgentID)
	}
}

func TestABotCanHaveAnAPIOfItsOwn(t *testing.T) {
	for _, c := range []struct{ address, want string }{
		{"https://proxy.example.com/", "https://proxy.example.com"},
		{"http://127.0.0.1:8080", "http://127.0.0.1:8080"},
	} {
		all, err := Parse([]byte("[" + strings.Replace(bot, `"id"`, `"api_url":"`+c.address+`","id"`, 1) + "]"))
		if err != nil || all[0].APIURL != c.want {
			t.Errorf("%s: got %v, %v, want %s", c.address, all, err, c.want)
		}
	}
}

func TestFaultsOfTheOtherWeComKinds(t *testing.T) {
	with := func(json, fields string) string { return strings.Replace(json, `"id"`, fields+`,"id"`, 1) }
	without := func(json, field string) string { return strings.Replace(json, `"`+field+`"`, `"x_`+field+`"`, 1) }
	for _, c := range []struct{ name, json, want string }{
		{"a link without https", strings.Replace(robot, "https://", "http://", 1), "link is not an https address"},
		{"a robot with a whole address as key", strings.Replace(robot, `"key":"`, `"key":"https://SECRET/?key=`, 1), "key has a wrong length"},
		{"a robot with a token", with(robot, `"token":"SECRET"`), "token is not a field of this kind"},
		{"a group with a strange chat", strings.Replace(group, "CHATID1", "chat id", 1), "chat_id has a wrong length"},
		{"a bot without its id", without(bot, "bot_id"), "bot_id is missing"},
		{"a bot whose API is not https", with(bot, `"api_url":"http://SECRET.example.com"`), "api_url must be https"},
		{"people who answer by fax", with(kf, `"hand_off":"fax"`), "hand_off is not one we know"},
		{"the same robot twice", robot + "," + strings.Replace(robot, "robot-sales", "robot-two", 1), "key is the same as that of channel robot-sales"},
	} {
		_, err := Parse([]byte("[" + c.json + "]"))
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "SECRET") || strings.Contains(err.Error(), "693a91f6") {
			t.Errorf("%s: got %v, want a fault with %q and no value", c.name, err, c.want)
		}
	}
}

func TestWherePeopleAnswer(t *testing.T) {
	for fields, want := range map[string]bool{``: false, `"hand_off":"wecom",`: false, `"hand_off":"api",`: true} {
		all, err := Parse([]byte("[" + strings.Replace(kf, `"id"`, fields+`"id"`, 1) + "]"))
		if err != nil || all[0].HandOffAPI != want {
			t.Errorf("%q: got %v, %v, want %v", fields, all, err, want)
		}
	}
}
