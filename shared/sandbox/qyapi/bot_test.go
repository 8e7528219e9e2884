package qyapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk/shared/wecom"
)

const helper = "aibEXAMPLE"

// withBot is a stage with an AI bot.
func withBot(t *testing.T, change func(*Config)) *stage {
	t.Helper()
	return play(t, func(c *Config) {
		c.Bots = []Bot{{ID: helper, Name: "Desk", Key: key, APIURL: "https://qyapi.example"}}
		if change != nil {
			change(c)
		}
	})
}

// heardByBot is the newest callback of the bot, decrypted.
func (st *stage) heardByBot() map[string]any {
	st.t.Helper()
	cb := st.posted[len(st.posted)-1]
	pair, err := wecom.NewPair(key)
	st.must(err)
	encrypted, err := wecom.Unwrap(cb.Body)
	st.must(err)
	if !pair.Verify(cb.Query, encrypted) || cb.Bot != helper {
		st.t.Fatal("the callback is not signed for the bot")
	}
	plain, err := pair.Decrypt(encrypted, "")
	st.must(err)
	var said map[string]any
	st.must(json.Unmarshal(plain, &said))
	return said
}

// asked lets zhang ask the bot and returns where the answer goes, below /cgi-bin/.
func (st *stage) asked(q Question) string {
	st.t.Helper()
	_, err := st.AskBot(context.Background(), helper, "zhang", q)
	st.must(err)
	return strings.TrimPrefix(st.heardByBot()["response_url"].(string), "https://qyapi.example/cgi-bin/")
}

func inGroup(q Question) Question { q.Group = "wrGROUP"; return q }

const (
	markdownHi = `{"msgtype":"markdown","markdown":{"content":"hi"}}`
	botCard    = `{"msgtype":"template_card","template_card":{"card_type":"button_interaction","main_title":{"title":"Which?"},"task_id":"t1","button_list":[{"text":"Green","key":"green"}]}}`
)

// TestAnswersOfABot: the rules of W:101138, each broken once.
func TestAnswersOfABot(t *testing.T) {
	used := func(st *stage, to string) { st.want(0, st.do(http.MethodPost, to, markdownHi)) }
	late := func(st *stage, _ string) { st.pass(time.Hour) }
	for _, c := range []struct {
		name   string
		group  bool
		before func(*stage, string)
		body   string
		code   int
	}{
		{"markdown", false, nil, markdownHi, 0},
		{"markdown in a group", true, nil, markdownHi, 0},
		{"the longest", false, nil, `{"msgtype":"markdown","markdown":{"content":"` + x(20480) + `"}}`, 0},
		{"a card", false, nil, botCard, 0},
		{"nearly an hour later", false, func(st *stage, _ string) { st.pass(time.Hour - time.Second) }, markdownHi, 0},
		{"an hour later", false, late, markdownHi, 60140},
		{"a second answer", false, used, markdownHi, 60140},
		{"a card in a group", true, nil, botCard, 40008},
		{"a text", false, nil, `{"msgtype":"text","text":{"content":"hi"}}`, 40008},
		{"too long", false, nil, `{"msgtype":"markdown","markdown":{"content":"` + x(20481) + `"}}`, 45002},
		{"empty", false, nil, `{"msgtype":"markdown","markdown":{"content":""}}`, 44004},
		{"a card without buttons", false, nil, `{"msgtype":"template_card","template_card":{"card_type":"button_interaction","main_title":{"title":"Which?"},"task_id":"t1"}}`, 42017},
		{"no JSON", false, nil, `hi`, 40058},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := withBot(t, nil)
			q := Ask("price")
			if c.group {
				q = inGroup(q)
			}
			to := st.asked(q)
			if c.before != nil {
				c.before(st, to)
			}
			before := len(st.Sent())
			st.want(c.code, st.do(http.MethodPost, to, c.body))
			if entered := len(st.Sent()) - before; entered != 1 && c.code == 0 || entered != 0 && c.code != 0 {
				t.Errorf("got %d messages entered", entered)
			}
		})
	}
	st := withBot(t, nil)
	st.want(60140, st.do(http.MethodPost, "aibot/response?response_code=none", markdownHi))
	st.want(60140, st.do(http.MethodPost, "aibot/response", markdownHi))
}

func TestTheBooksOfABot(t *testing.T) {
	st := withBot(t, nil)
	q := inGroup(Ask("price"))
	id, err := st.AskBot(context.Background(), helper, "zhang", q)
	st.must(err)
	to := strings.TrimPrefix(st.heardByBot()["response_url"].(string), "https://qyapi.example/cgi-bin/")
	st.want(0, st.do(http.MethodPost, to, markdownHi))
	m := st.Sent()[0]
	if m.Via != ViaBot || m.From != helper || m.Text != "hi" || m.Group != "wrGROUP" || m.ReplyTo != id || !slices.Equal(m.To, []string{"zhang"}) {
		t.Errorf("got %+v, want the answer to zhang's question in the group", m)
	}
}

// Whether a refused answer uses its address up is not documented.
func TestARefusedAnswerUsesItsAddressUpOrNot(t *testing.T) {
	for _, spends := range []bool{false, true} {
		st := withBot(t, func(c *Config) { c.Unsure.RefusedSpends, c.Unsure.BotUsed = spends, 93999 })
		to := st.asked(Ask("price"))
		st.want(40008, st.do(http.MethodPost, to, `{"msgtype":"text","text":{"content":"hi"}}`))
		want := 0
		if spends {
			want = 93999
		}
		st.want(want, st.do(http.MethodPost, to, markdownHi))
	}
}

func TestWhatABotHears(t *testing.T) {
	ctx := context.Background()
	st := withBot(t, nil)
	timed := Ask("later")
	timed.At, timed.Quote = time.Unix(1795000000, 0), map[string]any{"msgtype": "text"}
	for _, c := range []struct {
		name string
		q    Question
		has  string
	}{
		{"a text", Ask("price"), `"text":{"content":"price"}`},
		{"a text in a group mentions the bot", inGroup(Ask("price")), `"text":{"content":"@Desk price"}`},
		{"a voice", Spoken("price"), `"voice":{"content":"price"}`},
		{"a picture", Picture(), `"msgtype":"image"`},
		{"a file", Paper(), `"msgtype":"file"`},
		{"texts and pictures", Mixed("a", "b"), `"mixed":{"msg_item":[{"msgtype":"text"`},
		{"a time and a quote", timed, `"create_time":1795000000`},
	} {
		st.asked(c.q)
		said, _ := json.Marshal(st.heardByBot())
		if !strings.Contains(string(said), c.has) {
			t.Errorf("%s: got %s, want %s", c.name, said, c.has)
		}
	}
	if _, err := st.AskBot(ctx, helper, "zhang", inGroup(Spoken("x"))); !errors.Is(err, ErrNotNow) {
		t.Errorf("a voice in a group: got %v, want %v", err, ErrNotNow)
	}
	for _, who := range [][2]string{{"nobody", "zhang"}, {helper, "nobody"}} {
		if _, err := st.AskBot(ctx, who[0], who[1], Ask("x")); !errors.Is(err, ErrUnknown) {
			t.Errorf("%v: got %v, want %v", who, err, ErrUnknown)
		}
	}
	st.Close()
	if _, err := st.AskBot(ctx, helper, "zhang", Ask("x")); !errors.Is(err, ErrClosed) {
		t.Errorf("got %v after the end, want %v", err, ErrClosed)
	}
}

func TestCallbacksOfABotAreRepeated(t *testing.T) {
	ctx := context.Background()
	st := withBot(t, nil)
	q := Ask("price")
	q.Deliver = Deliver{Times: 2}
	st.asked(q)
	if len(st.posted) != 2 {
		t.Errorf("got %d callbacks, want the two that were asked for", len(st.posted))
	}
	st = withBot(t, nil)
	st.answer = func(Callback) ([]byte, error) { return nil, errTimeout }
	_, err := st.AskBot(ctx, helper, "zhang", Ask("price"))
	st.must(err)
	st.pass(time.Minute)
	if len(st.posted) != 3 || st.posted[0].Query == st.posted[1].Query {
		t.Errorf("got %d callbacks for a message without an answer, want 3, signed anew", len(st.posted))
	}
}

func TestATapOnABotsCardComesOnce(t *testing.T) {
	ctx := context.Background()
	st := withBot(t, nil)
	st.want(0, st.do(http.MethodPost, st.asked(Ask("tea")), botCard))
	st.answer = func(Callback) ([]byte, error) { return nil, errTimeout }
	before := len(st.posted)
	st.must(st.TapBot(ctx, helper, "zhang", Tap{TaskID: "t1", Key: "green", Options: map[string][]string{"q": {"a"}}}))
	st.pass(time.Minute)
	if len(st.posted) != before+1 {
		t.Errorf("got %d callbacks, want one although nobody answered it (W:101027)", len(st.posted)-before)
	}
	said, _ := json.Marshal(st.heardByBot()["event"])
	want := `{"eventtype":"template_card_event","template_card_event":{"card_type":"button_interaction","event_key":"green",` +
		`"selected_items":{"selected_item":[{"option_ids":{"option_id":["a"]},"question_key":"q"}]},"task_id":"t1"}}`
	if string(said) != want || st.heardByBot()["response_url"] == nil {
		t.Errorf("got %s, want %s and an address for the answer", said, want)
	}
	for _, tap := range []Tap{{TaskID: "t1", Key: "black"}, {TaskID: "t2", Key: "green"}} {
		if err := st.TapBot(ctx, helper, "zhang", tap); !errors.Is(err, ErrUnknown) {
			t.Errorf("%+v: got %v, want %v", tap, err, ErrUnknown)
		}
	}
	if err := st.TapBot(ctx, helper, "li", Tap{TaskID: "t1", Key: "green"}); !errors.Is(err, ErrUnknown) {
		t.Errorf("somebody else's card: got %v, want %v", err, ErrUnknown)
	}
	st.want(42014, st.do(http.MethodPost, st.asked(Ask("tea")), botCard))
}

// TestWelcomesOfABot: what may answer a callback (W:101031).
func TestWelcomesOfABot(t *testing.T) {
	pair, err := wecom.NewPair(key)
	if err != nil {
		t.Fatal(err)
	}
	sealed := func(cb Callback, nonce string) ([]byte, error) {
		return pair.Seal([16]byte{1}, wecom.BotText("welcome"), "", "1795312800", nonce).JSON()
	}
	good := func(cb Callback) ([]byte, error) { return sealed(cb, cb.Query.Nonce) }
	enters := func(st *stage) { _, err := st.EnterBot(context.Background(), helper, "zhang"); st.must(err) }
	for _, c := range []struct {
		name   string
		answer func(Callback) ([]byte, error)
		does   func(*stage)
		sent   int
	}{
		{"who opens the chat", good, enters, 1},
		{"nothing is said", nil, enters, 0},
		{"a nonce of one's own", func(cb Callback) ([]byte, error) { return sealed(cb, "mine") }, enters, 0},
		{"no JSON", func(Callback) ([]byte, error) { return []byte("hello"), nil }, enters, 0},
		{"a text to a message", good, func(st *stage) { st.asked(Ask("price")) }, 0},
		{"a text to an opinion", good, func(st *stage) { st.must(st.RateBot(context.Background(), helper, "zhang", 2)) }, 0},
	} {
		st := withBot(t, nil)
		st.answer = c.answer
		c.does(st)
		if sent := st.Sent(); len(sent) != c.sent || c.sent == 1 && (sent[0].Text != "welcome" || sent[0].Via != ViaReply || sent[0].To[0] != "zhang") {
			t.Errorf("%s: got %+v, want %d welcomes", c.name, sent, c.sent)
		}
		if refused := slices.Contains(st.kinds(), ReplyRefused); refused != (c.answer != nil && c.sent == 0) {
			t.Errorf("%s: got %v", c.name, st.kinds())
		}
	}
}

func TestAChatIsOpenedOnceADay(t *testing.T) {
	ctx := context.Background()
	st := withBot(t, nil) // 10:00 in China
	enter := func(want bool) {
		t.Helper()
		if got, err := st.EnterBot(ctx, helper, "zhang"); err != nil || got != want {
			t.Errorf("got %v and %v, want %v", got, err, want)
		}
	}
	enter(true)
	enter(false)
	st.pass(13 * time.Hour)
	enter(false)
	st.pass(2 * time.Hour)
	enter(true)
	if _, err := st.EnterBot(ctx, "nobody", "zhang"); !errors.Is(err, ErrUnknown) {
		t.Errorf("got %v, want %v", err, ErrUnknown)
	}
}

func TestTheAddressOfABotIsChecked(t *testing.T) {
	st := withBot(t, nil)
	pair, err := wecom.NewPair(key)
	st.must(err)
	st.answer = func(cb Callback) ([]byte, error) { return pair.Decrypt([]byte(cb.Query.Echo), "") }
	if err := st.CheckBot(context.Background(), helper); err != nil {
		t.Errorf("got %v, want the address to pass", err)
	}
	st.answer = func(Callback) ([]byte, error) { return []byte("no"), nil }
	if err := st.CheckBot(context.Background(), helper); !errors.Is(err, ErrStatus) {
		t.Errorf("got %v, want %v", err, ErrStatus)
	}
	if err := st.CheckBot(context.Background(), "nobody"); !errors.Is(err, ErrUnknown) {
		t.Errorf("got %v, want %v", err, ErrUnknown)
	}
}

func TestBotsThatCannotBe(t *testing.T) {
	for name, bots := range map[string][]Bot{
		"no id":      {{Key: key, APIURL: "x"}},
		"no address": {{ID: "a", Key: key}},
		"twice":      {{ID: "a", Key: key, APIURL: "x"}, {ID: "a", Key: key, APIURL: "x"}},
		"no key":     {{ID: "a", APIURL: "x"}},
	} {
		cfg := config()
		cfg.Bots, cfg.Post = bots, (&stage{}).post
		if _, err := New(cfg); !errors.Is(err, ErrConfig) {
			t.Errorf("%s: got %v, want %v", name, err, ErrConfig)
		}
	}
}
