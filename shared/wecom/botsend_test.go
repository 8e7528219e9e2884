package wecom

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
)

// markCode is in the address for an answer, which no error may show.
const markCode = "MARKEDresponsecode0123456789"

// answered is an API that takes answers of bots and counts them.
type answered struct {
	*httptest.Server
	calls atomic.Int64
	body  []byte
}

func newAnswered(t *testing.T, answer http.HandlerFunc) *answered {
	a := &answered{}
	a.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.calls.Add(1)
		a.body, _ = io.ReadAll(r.Body)
		if r.Method != http.MethodPost || r.URL.Query().Get("response_code") != markCode || r.Header.Get("Content-Type") != "application/json" || r.URL.Query().Has("access_token") {
			http.Error(w, "not an answer of a bot", http.StatusTeapot)
			return
		}
		answer(w, r)
	}))
	t.Cleanup(a.Close)
	return a
}

func says(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) }
}

func (a *answered) say(out message.Outgoing) error {
	s := &Sender{HTTP: a.Client(), Now: func() time.Time { return time.Unix(1780000000, 0) }}
	_, err := s.Send(context.Background(), botChannel(a.URL), out)
	return err
}

// back is a message for the address that came with a question.
func (a *answered) back(k message.Content) message.Outgoing {
	return message.Outgoing{
		Channel: "bot-main", To: message.Person{UserID: markUser, Name: markName}, Content: k, Ref: theRef,
		Return: a.URL + "/cgi-bin/aibot/response?response_code=" + markCode, Heard: time.Unix(1780000000, 0).Add(-time.Minute),
	}
}

const botOK = `{"errcode":0,"errmsg":"ok"}`

func TestRequestsOfABot(t *testing.T) {
	grouped := func(o *message.Outgoing) { o.Group = "wrGROUP" }
	long := func(k *message.Content) { k.Text = strings.Repeat("长", 7000) }
	seven := func(k *message.Content) {
		k.Buttons = nil
		for i := range 7 {
			k.Buttons = append(k.Buttons, message.Choice{ID: fmt.Sprint("c", i), Title: fmt.Sprint("Choice ", i)})
		}
	}
	link := message.Content{Shape: message.ShapeCard, Header: "Canteen", Text: "This week's menu", Link: &message.Link{URL: "https://intra.example/menu", Label: "Read [it]"}}
	news := message.Content{Shape: message.ShapeNews, Articles: []message.Article{{Title: "One", Description: "first", URL: "https://intra.example/1"}, {Title: "Two", URL: "https://intra.example/2"}}}
	for _, c := range []struct {
		name   string
		k      message.Content
		change func(*message.Outgoing)
	}{
		{"bot_text", ofShape(message.ShapeText), nil},
		{"bot_text_framed", ofShape(message.ShapeText, framed), nil},
		{"bot_text_cut", ofShape(message.ShapeText, long), nil},
		{"bot_markdown", message.Content{Shape: message.ShapeMarkdown, Text: "# Menu\n- **soup**"}, nil},
		{"bot_card", link, nil},
		{"bot_news", news, nil},
		{"bot_buttons", ofShape(message.ShapeButtons, framed), nil},
		{"bot_buttons_in_a_group", ofShape(message.ShapeButtons, framed), grouped},
		{"bot_buttons_too_many", ofShape(message.ShapeButtons, seven), nil},
		{"bot_buttons_cut", ofShape(message.ShapeButtons, seven, long), grouped},
		{"bot_list", ofShape(message.ShapeList), nil},
		{"bot_list_in_a_group", ofShape(message.ShapeList), grouped},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := newAnswered(t, says(botOK))
			out := a.back(c.k)
			if c.change != nil {
				c.change(&out)
			}
			if err := a.say(out); err != nil {
				t.Fatal(err)
			}
			var pretty bytes.Buffer
			if err := json.Indent(&pretty, a.body, "", "  "); err != nil {
				t.Fatal(err)
			}
			golden(t, filepath.Join("testdata", "bot-requests", c.name+".json"), append(pretty.Bytes(), '\n'))
		})
	}
}

// A card needs a reference for its task_id.
func TestChoicesWithoutAReferenceAreAList(t *testing.T) {
	a := newAnswered(t, says(botOK))
	out := a.back(ofShape(message.ShapeButtons))
	out.Ref = ""
	if err := a.say(out); err != nil || !bytes.Contains(a.body, []byte(`1. Prices`)) {
		t.Errorf("got %s and %v, want the choices as a list", a.body, err)
	}
}

func TestMoreChoicesThanFitAreCut(t *testing.T) {
	k := ofShape(message.ShapeList, framed)
	for range 60 {
		k.Sections[0].Rows = append(k.Sections[0].Rows, message.Choice{ID: "x", Title: strings.Repeat("宽", 200)})
	}
	got := BotMarkdown(k)
	if len(got) > MaxBotMarkdown || !utf8.ValidString(got) || !strings.HasPrefix(got, "Shop\n\nWhat do you need?\n\nWe answer at once\n\n1. Prices") || !strings.HasSuffix(got, "…") {
		t.Errorf("got %d bytes, beginning with %.80q", len(got), got)
	}
}

// Whatever is said, an answer stays within its bytes, whole characters only, and keeps
// what can be chosen.
func TestAnAnswerOfABotIsNeverTooLong(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.StringN(1, 60, -1)
		k := message.Content{Shape: message.ShapeList, Text: strings.Repeat(words.Draw(t, "text"), rapid.IntRange(1, 900).Draw(t, "times")), Header: words.Draw(t, "header")}
		var rows []message.Choice
		for range rapid.IntRange(0, 30).Draw(t, "rows") {
			rows = append(rows, message.Choice{ID: "x", Title: words.Draw(t, "title"), Description: strings.Repeat("描", rapid.IntRange(0, 400).Draw(t, "described"))})
		}
		k.Sections = []message.Section{{Rows: rows}}
		got := BotMarkdown(k)
		if len(got) > MaxBotMarkdown || utf8.ValidString(k.Text+k.Header) && !utf8.ValidString(got) {
			t.Errorf("got %d bytes, want at most %d of whole characters", len(got), MaxBotMarkdown)
		}
	})
}

func TestAnswersAboutAnswersOfABot(t *testing.T) {
	refused := func(code int) string {
		return fmt.Sprintf(`{"errcode":%d,"errmsg":"no %s for %s, more info at https://open.work.weixin.qq.com"}`, code, markCode, markText)
	}
	for _, c := range []struct {
		name   string
		answer http.HandlerFunc
		class  message.Class
		code   int
		calls  int64
		reason string
	}{
		{"taken", says(botOK), "", 0, 1, ""},
		{"used or too old", says(refused(60140)), message.Drop, 60140, 1, "the person must write again"},
		{"busy", says(refused(-1)), message.Retry, -1, 1, "WeCom is busy"},
		{"too often", says(refused(45009)), message.Slow, 45009, 1, "used up"},
		{"too long", says(refused(45002)), message.Bug, 45002, 1, "too long"},
		{"a type that is not taken", says(refused(40008)), message.Bug, 40008, 1, "the message type"},
		{"a token, where none is", says(refused(40014)), message.Stop, 40014, 1, "access token"},
		{"address not trusted", says(`{"errcode":60020,"errmsg":"not allow, from ip: 203.0.113.7, more info at x"}`), message.Stop, 60020, 1, "203.0.113.7"},
		{"an answer that repeats the address alone", says(`{"errcode":999999,"errmsg":"no ` + markCode + `"}`), message.Bug, 999999, 1, "left out"},
		{"unknown code", says(refused(999999)), message.Bug, 999999, 1, "a code we do not know"},
		{"a gateway's 502, twice", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(502) }, message.Unknown, 0, 2, "status 502"},
		{"200 without a word, twice", says(""), message.Unknown, 0, 2, "status 200"},
		{"403 of a firewall", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(403) }, message.Stop, 0, 1, "status 403"},
		{"a detour", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere?response_code="+markCode, http.StatusTemporaryRedirect)
		}, message.Stop, 0, 1, "status 307"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := newAnswered(t, c.answer)
			err := a.say(a.back(message.Content{Shape: message.ShapeText, Text: markText}))
			if a.calls.Load() != c.calls {
				t.Errorf("got %d calls, want %d", a.calls.Load(), c.calls)
			}
			if c.class == "" {
				if err != nil {
					t.Errorf("got %v, want it taken", err)
				}
				return
			}
			failed := sendError(t, err)
			if failed.Class != c.class || failed.Code != c.code || !strings.Contains(failed.Reason, c.reason) {
				t.Errorf("got %v, want class %s, code %d and %q", failed, c.class, c.code, c.reason)
			}
		})
	}
}

// What the second try says of a first without an answer.
func TestASecondTryOfABot(t *testing.T) {
	refused := func(code int) http.HandlerFunc { return says(fmt.Sprintf(`{"errcode":%d,"errmsg":""}`, code)) }
	for _, c := range []struct {
		name   string
		second http.HandlerFunc
		class  message.Class
	}{
		{"taken now", says(botOK), ""},
		{"used: the first went out", refused(60140), ""},
		{"busy: nobody knows of the first", refused(-1), message.Unknown},
		{"an unknown code: nobody knows of the first", refused(999999), message.Unknown},
	} {
		n := 0
		a := newAnswered(t, func(w http.ResponseWriter, r *http.Request) {
			if n++; n == 1 {
				w.WriteHeader(504)
				return
			}
			c.second(w, r)
		})
		err := a.say(a.back(ofShape(message.ShapeText)))
		var failed *message.SendError
		if c.class == "" && err != nil || c.class != "" && (!errors.As(err, &failed) || failed.Class != c.class) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.class)
		}
	}
}

func TestARepeatThatWasUsedWentOut(t *testing.T) {
	a := newAnswered(t, says(`{"errcode":60140,"errmsg":"invalid response_code"}`))
	out := a.back(ofShape(message.ShapeText))
	out.Again = true
	if err := a.say(out); err != nil {
		t.Errorf("got %v, want it taken as sent", err)
	}
	a = newAnswered(t, says(`{"errcode":45002,"errmsg":""}`))
	out.Return = a.back(message.Content{}).Return
	if failed := sendError(t, a.say(out)); failed.Class != message.Bug {
		t.Errorf("got %v, want another refusal to stay one", failed)
	}
}

func TestWhatABotIsNotAskedToSay(t *testing.T) {
	old := func(o *message.Outgoing) { o.Heard = time.Unix(1780000000, 0).Add(-time.Hour) }
	for _, c := range []struct {
		name   string
		k      message.Content
		change func(*message.Outgoing)
		class  message.Class
		reason string
	}{
		{"no message to answer", ofShape(message.ShapeText), func(o *message.Outgoing) { o.Return = "" }, message.Drop, "must write again"},
		{"an hour too late", ofShape(message.ShapeText), old, message.Drop, "older than an hour"},
		{"another channel's", ofShape(message.ShapeText), func(o *message.Outgoing) { o.Channel = "app-main" }, message.Bug, "another channel"},
		{"somewhere else", ofShape(message.ShapeText), func(o *message.Outgoing) { o.Return = "https://attacker.example/?response_code=" + markCode }, message.Bug, "not WeCom's"},
		{"the machine's own metadata", ofShape(message.ShapeText), func(o *message.Outgoing) { o.Return = "http://169.254.169.254/" + markCode }, message.Bug, "not WeCom's"},
		{"an approved template", message.Content{Shape: message.ShapeApproved, Approved: &message.Approved{Name: "x"}}, nil, message.Drop, "no approved templates"},
		{"nothing", message.Content{Shape: message.ShapeText, Text: " "}, nil, message.Bug, "text is empty"},
		{"no articles", message.Content{Shape: message.ShapeNews}, nil, message.Bug, "no articles"},
		{"a shape of somebody else", message.Content{Shape: "carousel", Text: markText}, nil, message.Bug, "not one that a bot has"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := newAnswered(t, says(botOK))
			out := a.back(c.k)
			if c.change != nil {
				c.change(&out)
			}
			failed := sendError(t, a.say(out))
			if failed.Class != c.class || !strings.Contains(failed.Reason, c.reason) || a.calls.Load() != 0 {
				t.Errorf("got %v after %d calls, want %s and %q without a call", failed, a.calls.Load(), c.class, c.reason)
			}
		})
	}
}

// A connection that fails shows nothing of the address in any form of the error.
func TestAnAddressIsNeverInAnError(t *testing.T) {
	a := newAnswered(t, says(botOK))
	out := a.back(message.Content{Shape: message.ShapeText, Text: markText})
	a.Close()
	if failed := sendError(t, a.say(out)); failed.Class != message.Retry {
		t.Errorf("got %v, want a retry: nothing was sent", failed)
	}
}

// silent never answers.
type silent struct{ calls atomic.Int64 }

func (s *silent) RoundTrip(r *http.Request) (*http.Response, error) {
	s.calls.Add(1)
	<-r.Context().Done()
	return nil, fmt.Errorf("%s: %w", r.URL, r.Context().Err())
}

func TestTwoTriesOfABotFitIntoItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dumb := &silent{}
		s := &Sender{HTTP: &http.Client{Transport: dumb}}
		began := time.Now()
		out := message.Outgoing{Content: ofShape(message.ShapeText), Return: theReturn + markCode, Heard: began}
		_, err := s.Send(context.Background(), botChannel(channel.WeComURL), out)
		failed := sendError(t, err)
		if took := time.Since(began); failed.Class != message.Unknown || dumb.calls.Load() != 2 || took != 2*oneTry || took >= whole {
			t.Errorf("got %v after %d tries in %v, want two tries of %v", failed, dumb.calls.Load(), took, oneTry)
		}
	})
}
