package channel

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdesk/shared/message"

	"github.com/google/go-cmp/cmp"
)

const (
	whatsApp = `{"id":"wa-main","kind":"whatsapp","phone_number_id":"106540352242922","business_id":"102290129340398","token":"SECRET-token","app_secret":"SECRET-app","verify_token":"SECRET-verify"}`
	kf       = `{"id":"kf-main","kind":"wecom_kf","corp_id":"wx5823bf96d3bd56c7","secret":"SECRET-kf","token":"SECRETcallback","aes_key":"SECRETyr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C","open_kfid":"wkAJ2GCAAAexample"}`
	app      = `{"id":"app-main","kind":"wecom_app","corp_id":"wx5823bf96d3bd56c7","agent_id":1000002,"secret":"SECRET-app2","token":"SECRETcallback","aes_key":"SECRETyr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"}`
)

func TestLoadOneOfEachKind(t *testing.T) {
	got, err := Load(context.Background(), "["+whatsApp+","+kf+","+app+"]", nil)
	if err != nil {
		t.Fatal(err)
	}
	pair := []CallbackKey{{Token: "SECRETcallback", AESKey: "SECRETyr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"}}
	want := []Channel{
		{ID: "wa-main", Kind: message.WhatsApp, APIURL: GraphURL, Token: "SECRET-token", PhoneNumberID: "106540352242922",
			BusinessID: "102290129340398", AppSecrets: []Secret{"SECRET-app"}, VerifyToken: "SECRET-verify"},
		{ID: "kf-main", Kind: message.WeComKF, APIURL: WeComURL, Token: "SECRETcallback", CorpID: "wx5823bf96d3bd56c7",
			Secret: "SECRET-kf", AESKey: "SECRETyr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", OpenKFID: "wkAJ2GCAAAexample", CallbackKeys: pair},
		{ID: "app-main", Kind: message.WeComApp, APIURL: WeComURL, Token: "SECRETcallback", CorpID: "wx5823bf96d3bd56c7",
			Secret: "SECRET-app2", AESKey: "SECRETyr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", AgentID: 1000002, CallbackKeys: pair},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("channels differ (-want +got):\n%s", diff)
	}
	for i := range want { // cmp shows hidden secrets as equal text; compare the values too
		if got[i].Token.Reveal() != want[i].Token.Reveal() || got[i].AESKey.Reveal() != want[i].AESKey.Reveal() {
			t.Errorf("channel %s: got other credentials than were given", got[i].ID)
		}
	}
}

func TestAppSecretsWhileRotating(t *testing.T) {
	for _, c := range []struct {
		name, json string
		want       []string
	}{
		{"one", `"new"`, []string{"new"}},
		{"a list of one", `["new"]`, []string{"new"}},
		{"new and old", `["new","old"]`, []string{"new", "old"}},
		{"twice the same", `["new","new"]`, []string{"new"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			chs, err := Parse([]byte("[" + strings.Replace(whatsApp, `"SECRET-app"`, c.json, 1) + "]"))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, s := range chs[0].AppSecrets {
				got = append(got, s.Reveal())
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("app secrets differ (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCallbackKeysWhileRotating(t *testing.T) {
	const keyA, keyB = "AESKEYAyr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2", "AESKEYByr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2"
	for _, c := range []struct {
		name, token, aesKey string
		want                [][2]string
	}{
		{"one pair", `"new"`, `"` + keyA + `"`, [][2]string{{"new", keyA}}},
		{"lists of one", `["new"]`, `["` + keyA + `"]`, [][2]string{{"new", keyA}}},
		{"both changed", `["new","old"]`, `["` + keyA + `","` + keyB + `"]`, [][2]string{{"new", keyA}, {"old", keyB}}},
		{"only the token changed", `["new","old"]`, `"` + keyA + `"`, [][2]string{{"new", keyA}, {"old", keyA}}},
		{"only the key changed", `"one"`, `["` + keyA + `","` + keyB + `"]`, [][2]string{{"one", keyA}, {"one", keyB}}},
		{"twice the same", `["new","new"]`, `["` + keyA + `","` + keyA + `"]`, [][2]string{{"new", keyA}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			one := strings.Replace(app, `"SECRETcallback"`, c.token, 1)
			one = strings.Replace(one, `"SECRETyr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"`, c.aesKey, 1)
			chs, err := Parse([]byte("[" + one + "]"))
			if err != nil {
				t.Fatal(err)
			}
			var got [][2]string
			for _, k := range chs[0].CallbackKeys {
				got = append(got, [2]string{k.Token.Reveal(), k.AESKey.Reveal()})
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("callback keys differ (-want +got):\n%s", diff)
			}
			if first := [2]string{chs[0].Token.Reveal(), chs[0].AESKey.Reveal()}; first != c.want[0] {
				t.Errorf("token and key: got another pair than the first of the list")
			}
		})
	}
}

// edit returns the WhatsApp channel with one piece of its JSON replaced.
func edit(old, new string) string {
	if !strings.Contains(whatsApp, old) {
		panic("no such piece: " + old)
	}
	return "[" + strings.Replace(whatsApp, old, new, 1) + "]"
}

func TestFaults(t *testing.T) {
	for _, c := range []struct{ name, json, want string }{
		{"unknown field", edit(`"app_secret"`, `"app_secert":"SECRET","app_secret"`), "channel wa-main: app_secert is not a field of this kind; remove it or correct its name; the fields are id, kind,"},
		{"a secret as a field name", edit(`"id"`, `"SECRET-EAAG":1,"id"`), "channel wa-main: a field with an unusual name is not a field"},
		{"a field of another kind", edit(`"id"`, `"corp_id":"SECRET","id"`), "channel wa-main: corp_id is not a field of this kind"},
		{"a field twice", edit(`"kind"`, `"token":"SECRET","kind"`), "channel wa-main: token is written twice; keep one"},
		{"no app secret", edit(`"app_secret":"SECRET-app",`, ``), "channel wa-main: app_secret is missing; copy it from App settings > Basic"},
		{"no token", edit(`"token":"SECRET-token",`, ``), "channel wa-main: token is missing; make a system user token"},
		{"no verify token", edit(`,"verify_token":"SECRET-verify"`, ``), "channel wa-main: verify_token is missing; invent one"},
		{"no number", edit(`"phone_number_id":"106540352242922",`, ``), "channel wa-main: phone_number_id is missing"},
		{"three app secrets", edit(`"SECRET-app"`, `["SECRET1","SECRET2","SECRET3"]`), "app_secret must be a string or a list of one or two strings"},
		{"no app secret in the list", edit(`"SECRET-app"`, `[]`), "app_secret must be a string or a list"},
		{"three callback tokens", "[" + strings.Replace(app, `"SECRETcallback"`, `["SECRET1","SECRET2","SECRET3"]`, 1) + "]", "channel app-main: token must be a string or a list of one or two strings"},
		{"an old AES key that is too short", "[" + strings.Replace(app, `"SECRETyr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"`, `["SECRETyr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C","SECRETshort"]`, 1) + "]", "channel app-main: aes_key has a wrong length"},
		{"no callback token", "[" + strings.Replace(app, `"token":"SECRETcallback",`, ``, 1) + "]", "channel app-main: token is missing; copy it from the API callback settings in the WeCom admin console (at most 32 letters and digits); while rotating write [new, old]"},
		{"a callback token that is null", "[" + strings.Replace(app, `"SECRETcallback"`, `null`, 1) + "]", "channel app-main: token must be a string or a list"},
		{"a token that is a number", edit(`"SECRET-token"`, `5550001112223334`), "channel wa-main: token is not a string"},
		{"an empty token", edit(`"SECRET-token"`, `""`), "channel wa-main: token is empty"},
		{"a token with a line end", edit(`"SECRET-token"`, `"SECRET-token\n"`), "channel wa-main: token has spaces around it"},
		{"a token with a line end inside", edit(`"SECRET-token"`, `"SECRET\r\nX-Evil: 1"`), "channel wa-main: token has a wrong length or characters"},
		{"a number with letters", edit(`"106540352242922"`, `"SECRET"`), "channel wa-main: phone_number_id has a wrong length or characters"},
		{"unknown kind", edit(`"whatsapp"`, `"SECRET"`), "channel wa-main: kind is not one we know; use whatsapp, wecom_kf, wecom_app, wecom_bot, wecom_robot, wecom_group or webhook"},
		{"no kind", edit(`"kind":"whatsapp",`, ``), "channel wa-main: kind is missing"},
		{"id in capitals", edit(`"wa-main"`, `"WA-SECRET"`), "channel #1: id has a wrong length or characters that cannot be in it; choose a-z, 0-9 and -"},
		{"id too long", edit(`"wa-main"`, `"`+strings.Repeat("a", 41)+`"`), "channel #1: id has a wrong length"},
		{"no id", edit(`"id":"wa-main",`, ``), "channel #1: id is missing"},
		{"plain http to another machine", edit(`"id"`, `"api_url":"http://graph.facebook.com/v26.0","id"`), "channel wa-main: api_url must be https (plain http only on this machine); use https://graph.facebook.com/v26.0"},
		{"a host that only begins like loopback", edit(`"id"`, `"api_url":"http://127.0.0.1.example.com","id"`), "api_url must be https"},
		{"a user in the address", edit(`"id"`, `"api_url":"https://u:SECRET@graph.facebook.com","id"`), "api_url must have no user"},
		{"a query in the address", edit(`"id"`, `"api_url":"https://graph.facebook.com/?access_token=SECRET","id"`), "api_url must have no user, query"},
		{"not an address", edit(`"id"`, `"api_url":"SECRET","id"`), "api_url is not an address"},
		{"AES key too short", "[" + strings.Replace(kf, "SECRETyr5n", "SECRET", 1) + "]", "channel kf-main: aes_key has a wrong length or characters that cannot be in it; copy it from the API callback settings in the WeCom admin console (EncodingAESKey, 43 letters and digits); while rotating write [new, old]"},
		{"callback token too long", "[" + strings.Replace(kf, "SECRETcallback", strings.Repeat("S", 33), 1) + "]", "channel kf-main: token has a wrong length"},
		{"no customer service account", "[" + strings.Replace(kf, `,"open_kfid":"wkAJ2GCAAAexample"`, "", 1) + "]", "channel kf-main: open_kfid is missing"},
		{"app id as text", "[" + strings.Replace(app, "1000002", `"1000002"`, 1) + "]", "channel app-main: agent_id is not a whole number above 0"},
		{"no app id", "[" + strings.Replace(app, `"agent_id":1000002,`, "", 1) + "]", "channel app-main: agent_id is missing"},
		{"the same id twice", "[" + whatsApp + "," + strings.Replace(whatsApp, "106540352242922", "106540352242923", 1) + "]", "channel wa-main: id is the same as that of channel wa-main (#1 and #2 in the list); give each channel its own"},
		{"the same number twice", "[" + whatsApp + "," + strings.Replace(whatsApp, "wa-main", "wa-two", 1) + "]", "channel wa-two: phone_number_id is the same as that of channel wa-main"},
		{"the same app twice", "[" + app + "," + strings.Replace(app, "app-main", "app-two", 1) + "]", "channel app-two: agent_id is the same as that of channel app-main"},
		{"no channel", `[]`, "lists no channel"},
		{"an object", whatsApp, "is not a JSON list"},
		{"null", `null`, "is not a JSON list"},
		{"a list of words", `["SECRET"]`, "channel #1: is not an object"},
		{"broken on line 3", "[\n{\n\"id\":SECRET}]", "is not valid JSON (line 3)"},
		{"a bare path", "/etc/SECRET.json", "is not valid JSON (line 1); write a JSON list, file:PATH or the ARN"},
		{"something after the list", "[" + whatsApp + "] SECRET", "is not valid JSON"},
		{"nothing", "  ", "is empty; set it to JSON, file:PATH or the ARN"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Load(context.Background(), c.json, nil)
			var faults Faults
			if !errors.As(err, &faults) {
				t.Fatalf("got error %v, want Faults", err)
			}
			if len(faults) != 1 || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got  %v\nwant one fault with %q", err, c.want)
			}
			if s := err.Error(); strings.Contains(s, "SECRET") || strings.Contains(s, "555000") {
				t.Errorf("the error shows a value: %v", err)
			}
		})
	}
}

func TestAllFaultsAtOnce(t *testing.T) {
	_, err := Parse([]byte(`[{"id":"a","kind":"whatsapp"},{"id":"b","kind":"wecom_app","x":1}]`))
	var faults Faults
	if !errors.As(err, &faults) || len(faults) != 10 {
		t.Fatalf("got %v, want 10 faults", err)
	}
	if !strings.HasPrefix(err.Error(), "FRONTDESK_CHANNELS has 10 faults:\n  channel a: phone_number_id is missing; ") {
		t.Errorf("got %v", err)
	}
}

func TestPlainHTTPOnThisMachine(t *testing.T) {
	for _, u := range []string{"http://localhost:9/", "http://127.0.0.1:9", "http://127.9.9.9:9", "http://[::1]:9/v26.0/"} {
		got, err := Parse([]byte(edit(`"id"`, `"api_url":"`+u+`","id"`)))
		if err != nil {
			t.Errorf("%s: got %v, want it accepted", u, err)
			continue
		}
		if want := strings.TrimRight(u, "/"); got[0].APIURL != want {
			t.Errorf("got api_url %q, want %q", got[0].APIURL, want)
		}
	}
}

func TestLoadFromFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "channels.json")
	if err := os.WriteFile(path, []byte("["+whatsApp+"]"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := Load(context.Background(), "file:"+path, nil); err != nil || len(got) != 1 {
		t.Errorf("got %d channels and error %v, want 1 and none", len(got), err)
	}
	for _, mode := range []os.FileMode{0o640, 0o604, 0o620} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		_, err := Load(context.Background(), "file:"+path, nil)
		if err == nil || !strings.Contains(err.Error(), "chmod 600 "+path) {
			t.Errorf("mode %o: got %v, want a refusal with the chmod to do", mode, err)
		}
	}
	if _, err := Load(context.Background(), "file:"+path+".none", nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v, want the file to be reported missing", err)
	}
	if _, err := Load(context.Background(), "file:"+filepath.Dir(path), nil); err == nil {
		t.Error("a folder was read as the channels file")
	}
}

func TestLoadFromSecretsManager(t *testing.T) {
	for _, arn := range []string{
		"arn:aws:secretsmanager:eu-central-1:123456789012:secret:channels-a1b2c3",
		"arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:channels-a1b2c3",
	} {
		fetch := func(_ context.Context, asked string) (string, error) {
			if asked != arn {
				t.Errorf("asked for %s, want %s", asked, arn)
			}
			return "[" + whatsApp + "]", nil
		}
		if got, err := Load(context.Background(), arn, fetch); err != nil || len(got) != 1 {
			t.Errorf("got %d channels and error %v, want 1 and none", len(got), err)
		}
		if _, err := Load(context.Background(), arn, nil); err == nil || !strings.Contains(err.Error(), "no AWS access") {
			t.Errorf("without AWS: got %v", err)
		}
		gone := errors.New("gone")
		fail := func(context.Context, string) (string, error) { return "", gone }
		if _, err := Load(context.Background(), arn, fail); !errors.Is(err, gone) || !strings.Contains(err.Error(), arn) {
			t.Errorf("got %v, want the cause and the ARN", err)
		}
	}
}

func FuzzLoad(f *testing.F) {
	for _, s := range []string{"[" + whatsApp + "]", "[" + kf + "," + app + "]", `[{"id":1}]`, `[null]`, `[[]]`, `{`, `[{"id":"a","id":"a"}]`} {
		f.Add(s)
	}
	if sample, err := os.ReadFile("../../events/channels.json"); err == nil {
		f.Add(string(sample))
	}
	f.Fuzz(func(t *testing.T, value string) {
		channels, err := Parse([]byte(value))
		var faults Faults
		if err != nil && (!errors.As(err, &faults) || len(faults) == 0) {
			t.Errorf("got %v, want Faults", err)
		}
		for _, c := range channels {
			if !idForm.MatchString(c.ID) || c.Token == "" || c.APIURL == "" || c.Kind == message.WhatsApp && len(c.AppSecrets) == 0 {
				t.Errorf("an incomplete channel was accepted: %+v", c)
			}
		}
		if err != nil && strings.Contains(fmt.Sprintf("%v %+v %#v", err, err, faults), "SECRET") {
			t.Errorf("the error shows a value: %v", err)
		}
	})
}
