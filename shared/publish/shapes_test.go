package publish

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
	"frontdesk/shared/render"
	"frontdesk/shared/wecom"
	"frontdesk/shared/whatsapp"
)

var update = flag.Bool("update", false, "write the golden files")

// posted is a network that keeps the last body and lets everything succeed.
type posted struct{ body []byte }

func (p *posted) RoundTrip(r *http.Request) (*http.Response, error) {
	answer := `{"errcode":0,"errmsg":"ok","access_token":"TOKEN","expires_in":7200,"msgid":"m1","media_id":"MEDIA","messages":[{"id":"wamid.1"}]}`
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		p.body = body
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(answer)), Request: r}, nil
}

// send sends a content as the channel's own adapter does, and returns the whole request.
func send(t *testing.T, kind message.Kind, content message.Content) []byte {
	t.Helper()
	p := &posted{}
	client := &http.Client{Transport: p}
	ch := channel.Channel{ID: "main", Kind: kind, PhoneNumberID: "106540352242922", CorpID: "ww1", AgentID: 1000002, OpenKFID: "wkEXAMPLE", APIURL: "https://api.example"}
	out := message.Outgoing{To: message.Person{Phone: "16505551234"}, Content: content, Ref: "home.reply"}
	deliver := (&whatsapp.Sender{HTTP: client}).Send
	if kind != message.WhatsApp {
		out.To = message.Person{UserID: "zhang"}
		deliver = (&wecom.Sender{HTTP: client, Tokens: &wecom.Tokens{Store: &wecom.Memory{}, HTTP: client}, Files: &wecom.Files{Store: &wecom.Memory{}, Fetch: fetched}}).Send
	}
	if kind == message.WeComBot {
		out.Return = "https://api.example/cgi-bin/aibot/response?response_code=CODE"
	}
	if _, err := deliver(context.Background(), ch, out); err != nil {
		t.Fatal(err)
	}
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, p.body, "", "  "); err != nil {
		t.Fatal(err)
	}
	return append(pretty.Bytes(), '\n')
}

// fetched is a file of the kind that its address says.
func fetched(_ context.Context, address string, _ int64) ([]byte, error) {
	begins := map[string]string{".png": "\x89PNG\x0d\x0a\x1a\x0a", ".mp4": "\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42", ".amr": "#!AMR\nabc"}
	return []byte(begins[filepath.Ext(address)] + "rest of the file"), nil
}

// One set of templates for all channels: what goes out on each of them, whole.
func TestOneTemplateOnEveryChannel(t *testing.T) {
	data, err := os.ReadFile("testdata/shapes.json")
	if err != nil {
		t.Fatal(err)
	}
	p, faults := Load(data)
	for _, f := range append(faults, Check(p, company(), noon)...) {
		t.Errorf("%s: %s %s", f.Path, f.Message, f.Fix)
	}
	set := render.New(&p)
	day := time.Date(2026, 11, 22, 9, 5, 0, 0, time.UTC)
	for _, template := range []string{"report", "news", "learn", "picture", "film", "handbook", "sound", "shelf"} {
		for _, kind := range []message.Kind{message.WhatsApp, message.WeComApp, message.WeComKF, message.WeComBot} {
			name := template + "." + string(kind)
			t.Run(name, func(t *testing.T) {
				content, err := set.Reply(template, "zh-CN", true, render.Values{ContactName: "王 & 李", Now: day, Channel: "main", Kind: kind})
				if err != nil {
					t.Fatal(err)
				}
				got := send(t, kind, content)
				path := filepath.Join("testdata", "shapes", name+".json")
				if *update {
					if err := os.WriteFile(path, got, 0o644); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(string(want), string(got)); diff != "" {
					t.Errorf("%s (-want +got):\n%s", path, diff)
				}
			})
		}
	}
}
