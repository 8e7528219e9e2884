package wecom

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
)

const accepted = `{"errcode":0,"errmsg":"ok","msgid":"msg-1"}`

func ofShape(shape message.Shape, change ...func(*message.Content)) message.Content {
	k := message.Content{Shape: shape, Text: "What do you need?"}
	switch shape {
	case message.ShapeButtons:
		k.Buttons = []message.Choice{{ID: "price", Title: "Prices"}, {ID: "hours", Title: "Hours", Description: "not shown on buttons"}}
	case message.ShapeList:
		k.Open = "Choose"
		k.Sections = []message.Section{
			{Title: "Buy", Rows: []message.Choice{{ID: "price", Title: "Prices", Description: "All of them"}}},
			{Title: "Help", Rows: []message.Choice{{ID: "human", Title: "A person"}}},
		}
	case message.ShapeMarkdown:
		k.Text = "**Report** of <font color=\"info\">today</font>\n[Open](https://shop.example/report)"
	case message.ShapeCard:
		k.Header, k.Text = "Spring teas", "Twelve new ones."
		k.Link = &message.Link{URL: "https://shop.example/spring?a=1&b=2", Label: "See all"}
	case message.ShapeNews:
		k.Text = ""
		k.Articles = []message.Article{
			{Title: "Longjing", Description: "Green, from Hangzhou", URL: "https://shop.example/longjing", Picture: "https://shop.example/longjing.jpg"},
			{Title: "Pu'er", URL: "https://shop.example/puer"},
		}
	}
	for _, f := range change {
		f(&k)
	}
	return k
}

func framed(k *message.Content) { k.Header, k.Footer = "Shop", "We answer at once" }

func to(k message.Content) message.Outgoing {
	return message.Outgoing{To: message.Person{UserID: "zhangsan"}, Content: k, Ref: theRef}
}

func TestRequests(t *testing.T) {
	checked := func(ch channel.Channel) channel.Channel { ch.DuplicateCheck = 120; return ch }
	long := func(k *message.Content) { k.Text = strings.Repeat("长", 30) + "\n" + strings.Repeat("文", 800) }
	oneLine := func(k *message.Content) { k.Text = strings.Repeat("长", 40) }
	wide := func(k *message.Content) { k.Sections[0].Rows[0].Description = strings.Repeat("宽", 60) }
	wordy := func(k *message.Content) {
		k.Header, k.Text = strings.Repeat("题", 50), strings.Repeat("文", 200)
		for i := range k.Articles {
			k.Articles[i].Title, k.Articles[i].Description = strings.Repeat("题", 50), strings.Repeat("文", 200)
		}
	}
	veryLong := func(k *message.Content) { k.Text = strings.Repeat("文", 800); k.Footer = "Until Sunday" }
	many := func(k *message.Content) {
		for i := range 6 {
			k.Articles = append(k.Articles, message.Article{Title: strings.Repeat("题", 60), Description: strings.Repeat("文", 60), URL: fmt.Sprintf("https://shop.example/%d/%s", i, strings.Repeat("x", 300))})
		}
	}
	for _, c := range []struct {
		name string
		ch   channel.Channel
		k    message.Content
	}{
		{"app_markdown", appChannel(""), ofShape(message.ShapeMarkdown)},
		{"app_markdown_cut", appChannel(""), ofShape(message.ShapeMarkdown, veryLong)},
		{"app_card", appChannel(""), ofShape(message.ShapeCard)},
		{"app_card_cut", appChannel(""), ofShape(message.ShapeCard, wordy)},
		{"app_news", appChannel(""), ofShape(message.ShapeNews)},
		{"app_news_cut", appChannel(""), ofShape(message.ShapeNews, wordy)},
		{"kf_card", kfChannel(""), ofShape(message.ShapeCard)},
		{"kf_card_cut", kfChannel(""), ofShape(message.ShapeCard, veryLong)},
		{"kf_news", kfChannel(""), ofShape(message.ShapeNews)},
		{"kf_news_without_descriptions", kfChannel(""), ofShape(message.ShapeNews, wordy, func(k *message.Content) { k.Articles[1].Description = strings.Repeat("文", 350) })},
		{"kf_news_fewer", kfChannel(""), ofShape(message.ShapeNews, many)},
		{"app_text", appChannel(""), ofShape(message.ShapeText)},
		{"app_text_framed", appChannel(""), ofShape(message.ShapeText, framed)},
		{"app_text_cut", appChannel(""), ofShape(message.ShapeText, long)},
		{"app_text_duplicates_dropped", checked(appChannel("")), ofShape(message.ShapeText)},
		{"app_buttons", appChannel(""), ofShape(message.ShapeButtons)},
		{"app_buttons_framed", appChannel(""), ofShape(message.ShapeButtons, framed)},
		{"app_buttons_long", appChannel(""), ofShape(message.ShapeButtons, oneLine)},
		{"app_list", appChannel(""), ofShape(message.ShapeList)},
		{"app_list_framed", appChannel(""), ofShape(message.ShapeList, framed)},
		{"kf_text", kfChannel(""), ofShape(message.ShapeText)},
		{"kf_text_cut", kfChannel(""), ofShape(message.ShapeText, long)},
		{"kf_buttons", kfChannel(""), ofShape(message.ShapeButtons)},
		{"kf_buttons_framed", kfChannel(""), ofShape(message.ShapeButtons, framed)},
		{"kf_list", kfChannel(""), ofShape(message.ShapeList)},
		{"kf_list_cut", kfChannel(""), ofShape(message.ShapeList, long, wide, framed)},
	} {
		t.Run(c.name, func(t *testing.T) {
			q := newQyapi(t, accepted)
			c.ch.APIURL = q.URL
			id, err := q.sender().Send(context.Background(), c.ch, to(c.k))
			if err != nil || id != "msg-1" {
				t.Fatalf("got %q and %v, want msg-1", id, err)
			}
			want := "POST /cgi-bin/message/send"
			if c.ch.Kind == message.WeComKF {
				want = "POST /cgi-bin/kf/send_msg"
			}
			if got := q.calls[0]; got.path != want || got.token != markToken+"1" {
				t.Errorf("got %s with %q, want %s with the token", got.path, got.token, want)
			}
			var pretty bytes.Buffer
			if err := json.Indent(&pretty, []byte(q.calls[0].body), "", "  "); err != nil {
				t.Fatal(err)
			}
			golden(t, filepath.Join("testdata", "requests", c.name+".json"), append(pretty.Bytes(), '\n'))
		})
	}
}

func TestAnswers(t *testing.T) {
	refused := func(code int, words string) string { return fmt.Sprintf(`{"errcode":%d,"errmsg":%q}`, code, words) }
	for _, c := range []struct {
		name   string
		status int
		body   string
		class  message.Class
		code   int
		reason string
	}{
		{"busy", 200, refused(-1, "system busy"), message.Retry, -1, "WeCom is busy: system busy"},
		{"too often", 200, refused(45009, "api freq out of limit, hint: [1780000000987654321], from ip: 203.0.113.7, more info at https://open.work.weixin.qq.com"), message.Slow, 45009, "used up: api freq out of limit, hint: […], from ip: 203.0.113.7"},
		{"too many at once", 200, refused(45033, ""), message.Slow, 45033, "too many calls"},
		{"address not trusted", 200, refused(60020, "not allow to access from your ip, hint: [1780000000123456789], from ip: 203.0.113.7, more info at https://x"), message.Stop, 60020, "the address to allow is 203.0.113.7"},
		{"window used up", 200, refused(95001, "send msg count limit"), message.SwitchForm, 95001, "the 5 messages"},
		{"unknown code", 200, refused(999999, "something new"), message.Bug, 999999, "a code we do not know: something new"},
		{"unknown code with 500", 500, refused(999999, ""), message.Retry, 999999, "a code we do not know"},
		{"nobody valid", 200, refused(81013, "user & party & tag all invalid"), message.Drop, 81013, "none of the members"},
		{"a member that is not valid", 200, `{"errcode":0,"errmsg":"ok","invaliduser":"` + markUser + `","msgid":"m"}`, message.Drop, 0, "(invaliduser)"},
		{"a member without a licence", 200, `{"errcode":0,"errmsg":"ok","unlicenseduser":"` + markUser + `","msgid":"m"}`, message.Drop, 0, "(unlicenseduser)"},
		{"a gateway's 502", 502, "<html>Bad gateway</html>", message.Unknown, 0, "status 502 without an answer of the API"},
		{"408 of a proxy", 408, "", message.Unknown, 0, "status 408"},
		{"429 of a proxy", 429, "slow down", message.Retry, 0, "status 429"},
		{"404 of something else", 404, "not found", message.Stop, 0, "status 404"},
		{"403 of a firewall", 403, "<html>", message.Stop, 0, "status 403"},
		{"200 with nothing", 200, "", message.Unknown, 0, "status 200"},
		{"200 without errcode", 200, `{"msgid":"m"}`, message.Unknown, 0, "status 200"},
		{"200 with half an answer", 200, accepted[:20], message.Unknown, 0, "status 200"},
		{"success in another form", 200, `{"errcode":0,"msgid":{}}`, message.Unknown, 0, "in a form that we do not know"},
		{"words repeat the text", 200, refused(40058, "bad content '"+markText+"'"), message.Bug, 40058, "repeat what was sent"},
		{"words repeat half of the text", 200, refused(40058, "bad content 'marked words…'"), message.Bug, 40058, "repeat what was sent"},
		{"words repeat the member", 200, refused(60111, "no "+markUser), message.Drop, 60111, "repeat what was sent"},
		{"words repeat the token", 200, refused(48001, "no right: "+markToken[:12]), message.Stop, 48001, "repeat what was sent"},
		{"words repeat the secret", 200, refused(48001, "no right: "+markSecret), message.Stop, 48001, "repeat what was sent"},
		{"words are long and have line ends", 200, refused(40058, "a\nb"+strings.Repeat("z", 500)), message.Bug, 40058, ": a b" + strings.Repeat("z", 297) + "…"},
	} {
		t.Run(c.name, func(t *testing.T) {
			q := newQyapi(t, c.body)
			q.status = c.status
			id, err := q.sender().Send(context.Background(), appChannel(q.URL), marked())
			failed := sendError(t, err)
			if id != "" || failed.Class != c.class || failed.Code != c.code || !strings.Contains(failed.Reason, c.reason) {
				t.Errorf("got  id %q, %s, code %d, %q\nwant %s, code %d, %q", id, failed.Class, failed.Code, failed.Reason, c.class, c.code, c.reason)
			}
			if failed.Class == message.Slow && c.code == 45009 && failed.After != time.Minute {
				t.Errorf("got After %v, want a minute", failed.After)
			}
		})
	}
}

func TestARefusedTokenIsRenewedAndTheCallMadeOnceMore(t *testing.T) {
	expired := `{"errcode":42001,"errmsg":"access_token expired"}`
	t.Run("once", func(t *testing.T) {
		q := newQyapi(t, expired, accepted)
		id, err := q.sender().Send(context.Background(), appChannel(q.URL), marked())
		if err != nil || id != "msg-1" || len(q.calls) != 2 || q.fetches != 2 {
			t.Fatalf("got %q, %v after %d calls and %d fetches, want msg-1 after 2 and 2", id, err, len(q.calls), q.fetches)
		}
		if q.calls[0].token == q.calls[1].token || q.calls[0].body != q.calls[1].body {
			t.Errorf("got %+v, want the same message with another token", q.calls)
		}
	})
	t.Run("and not again", func(t *testing.T) {
		q := newQyapi(t, expired)
		_, err := q.sender().Send(context.Background(), appChannel(q.URL), marked())
		if failed := sendError(t, err); failed.Class != message.Stop || failed.Code != 42001 || len(q.calls) != 2 || q.fetches != 2 {
			t.Errorf("got %v after %d calls and %d fetches, want a stop after 2 and 2", failed, len(q.calls), q.fetches)
		}
	})
}

func TestAMsgidThatWeComHasSeen(t *testing.T) {
	const repeated = `{"errcode":95099,"errmsg":"msgid repeated"}`
	for _, c := range []struct {
		name string
		safe bool
		code int
		want string
	}{
		{"refused, and the settings say so: it went out before", true, 95099, theReply},
		{"refused with another code", true, 95098, ""},
		{"the settings do not say", false, 0, ""},
	} {
		q := newQyapi(t, repeated)
		ch := kfChannel(q.URL)
		ch.RepeatSafe, ch.RepeatCode = c.safe, c.code
		id, err := q.sender().Send(context.Background(), ch, marked())
		if id != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%s: got %q and %v, want %q", c.name, id, err, c.want)
		}
	}
}

func TestWhatIsRefusedWithoutACall(t *testing.T) {
	many := func(n int) func(*message.Content) {
		return func(k *message.Content) {
			k.Buttons = nil
			for i := range n {
				k.Buttons = append(k.Buttons, message.Choice{ID: fmt.Sprint(i), Title: "x"})
			}
		}
	}
	id := func(n int) func(*message.Content) {
		return func(k *message.Content) { k.Buttons[0].ID = strings.Repeat("i", n) }
	}
	rowID := func(n int) func(*message.Content) {
		return func(k *message.Content) { k.Sections[0].Rows[0].ID = strings.Repeat("i", n) }
	}
	address := func(n int) func(*message.Content) {
		return func(k *message.Content) { k.Link.URL = "https://" + strings.Repeat("a", n-len("https://")) }
	}
	articles := func(n int) func(*message.Content) {
		return func(k *message.Content) {
			k.Articles = nil
			for range n {
				k.Articles = append(k.Articles, message.Article{Title: "x", URL: "https://shop.example"})
			}
		}
	}
	receiver := func(id string) func(*message.Outgoing) {
		return func(o *message.Outgoing) { o.To.UserID = id }
	}
	text := ofShape(message.ShapeText)
	app, kf := appChannel(""), kfChannel("")
	for _, c := range []struct {
		name   string
		ch     channel.Channel
		k      message.Content
		change func(*message.Outgoing)
		class  message.Class
		reason string
	}{
		{"an approved template", kf, message.Content{Shape: message.ShapeApproved, Approved: &message.Approved{Name: "x"}}, nil, message.Drop, "no approved templates"},
		{"a WhatsApp channel", channel.Channel{Kind: message.WhatsApp}, text, nil, message.Bug, "not of a WeCom kind"},
		{"another channel", app, text, func(o *message.Outgoing) { o.Channel = "kf-main" }, message.Bug, "another channel"},
		{"nobody", app, text, receiver(""), message.Bug, "no user id"},
		{"everybody", app, text, receiver("@all"), message.Bug, "one member"},
		{"everybody in capitals", app, text, receiver("@ALL"), message.Bug, "one member"},
		{"two members", app, text, receiver("a|b"), message.Bug, "one member"},
		{"an id that is too long", app, text, receiver(strings.Repeat("a", MaxUserID+1)), message.Bug, "one member"},
		{"no text", app, message.Content{Shape: message.ShapeText, Text: " "}, nil, message.Bug, "text is empty"},
		{"an unknown shape", app, message.Content{Shape: "hologram", Text: "x"}, nil, message.Bug, "not one that WeCom has"},
		{"a card without a ref", app, ofShape(message.ShapeButtons), func(o *message.Outgoing) { o.Ref = "" }, message.Bug, "needs a ref"},
		{"too many buttons of a card", app, ofShape(message.ShapeButtons, many(MaxCardButtons+1)), nil, message.Bug, "7 choices"},
		{"too many items of a menu", kf, ofShape(message.ShapeButtons, many(MaxMenuItems+1)), nil, message.Bug, "11 choices"},
		{"no buttons", kf, ofShape(message.ShapeButtons, many(0)), nil, message.Bug, "0 choices"},
		{"a button's key too long", app, ofShape(message.ShapeButtons, id(MaxCardButtonKey+1)), nil, message.Bug, "1025 bytes"},
		{"an option's id too long", app, ofShape(message.ShapeList, rowID(MaxCardOptionID+1)), nil, message.Bug, "129 bytes"},
		{"an item's id too long", kf, ofShape(message.ShapeButtons, id(MaxMenuID+1)), nil, message.Bug, "65 bytes"},
		{"a choice without a title", kf, ofShape(message.ShapeButtons, func(k *message.Content) { k.Buttons[0].Title = "" }), nil, message.Bug, "no id or no title"},
		{"two choices with one id", kf, ofShape(message.ShapeButtons, func(k *message.Content) { k.Buttons[0].ID = "hours" }), nil, message.Bug, "the same id"},
		{"Markdown to a customer", kf, ofShape(message.ShapeMarkdown), nil, message.Bug, "no Markdown"},
		{"a card without a title", app, ofShape(message.ShapeCard, func(k *message.Content) { k.Header = " " }), nil, message.Bug, "no title"},
		{"a card without an address", app, ofShape(message.ShapeCard, func(k *message.Content) { k.Link = nil }), nil, message.Bug, "no address"},
		{"a card with a script", app, ofShape(message.ShapeCard, func(k *message.Content) { k.Link.URL = "javascript:alert(1)" }), nil, message.Bug, "no https address"},
		{"a card with an endless address", app, ofShape(message.ShapeCard, address(MaxLink+1)), nil, message.Bug, "2049 bytes"},
		{"a card whose address fills a text", kf, ofShape(message.ShapeCard, address(MaxServiceLink+1)), nil, message.Bug, "1025 bytes"},
		{"no articles", app, ofShape(message.ShapeNews, articles(0)), nil, message.Bug, "0 articles"},
		{"too many articles", kf, ofShape(message.ShapeNews, articles(MaxArticles+1)), nil, message.Bug, "9 articles"},
		{"an article without a title", app, ofShape(message.ShapeNews, func(k *message.Content) { k.Articles[1].Title = "" }), nil, message.Bug, "no title"},
		{"an article on a page that is not encrypted", kf, ofShape(message.ShapeNews, func(k *message.Content) { k.Articles[1].URL = "http://shop.example" }), nil, message.Bug, "no https address"},
		{"a picture on a page that is not encrypted", app, ofShape(message.ShapeNews, func(k *message.Content) { k.Articles[0].Picture = "http://shop.example/x.jpg" }), nil, message.Bug, "a picture"},
		{"a list that cannot be opened", kf, ofShape(message.ShapeList, func(k *message.Content) { k.Open = "" }), nil, message.Bug, "open is empty"},
	} {
		q := newQyapi(t, accepted)
		c.ch.APIURL = q.URL
		out := to(c.k)
		if c.change != nil {
			c.change(&out)
		}
		_, err := q.sender().Send(context.Background(), c.ch, out)
		if failed := sendError(t, err); failed.Class != c.class || !strings.Contains(failed.Reason, c.reason) || q.fetches+len(q.calls) != 0 {
			t.Errorf("%s: got %v after %d calls, want %s: %s", c.name, failed, q.fetches+len(q.calls), c.class, c.reason)
		}
	}
	for name, k := range map[string]message.Content{
		"the most buttons":    ofShape(message.ShapeButtons, many(MaxCardButtons)),
		"the longest key":     ofShape(message.ShapeButtons, id(MaxCardButtonKey)),
		"the longest option":  ofShape(message.ShapeList, rowID(MaxCardOptionID)),
		"the longest address": ofShape(message.ShapeCard, address(MaxLink)),
		"the most articles":   ofShape(message.ShapeNews, articles(MaxArticles)),
	} {
		if reason := refusal(app, to(k)); reason != "" {
			t.Errorf("%s: got %q, want it taken", name, reason)
		}
	}
}

func TestOurReferenceFits(t *testing.T) {
	for _, c := range []struct{ ref, msg, task string }{
		{theRef, theReply, strings.ReplaceAll(theRef, ".", "_")},
		{"short-ref_1", "short-ref_1", "short-ref_1"},
		{"", "", hashed("")},
		{"a b", hashed("a b"), hashed("a b")},
		{"a.b c", hashed("a.b c"), hashed("a.b c")},
		{strings.Repeat("x", 33), hashed(strings.Repeat("x", 33)), strings.Repeat("x", 33)},
		{strings.Repeat("x", 129), hashed(strings.Repeat("x", 129)), hashed(strings.Repeat("x", 129))},
	} {
		if got := MsgID(c.ref); got != c.msg {
			t.Errorf("msgid of %q: got %q, want %q", c.ref, got, c.msg)
		}
		if got := TaskID(c.ref); got != c.task {
			t.Errorf("task_id of %q: got %q, want %q", c.ref, got, c.task)
		}
	}
}

func TestNothingThatIsSentIsTooLong(t *testing.T) {
	words := rapid.StringOfN(rapid.SampledFrom([]rune("a你🙂\n é")), 0, 900, -1)
	rapid.Check(t, func(t *rapid.T) {
		k := ofShape(rapid.SampledFrom([]message.Shape{message.ShapeText, message.ShapeButtons, message.ShapeList, message.ShapeMarkdown, message.ShapeCard, message.ShapeNews}).Draw(t, "shape"))
		for i := range k.Articles {
			k.Articles[i].Title, k.Articles[i].Description = "x"+words.Draw(t, "title"), words.Draw(t, "description")
			k.Articles[i].URL += strings.Repeat("/", rapid.IntRange(0, MaxServiceLink-40).Draw(t, "address"))
		}
		if k.Link != nil {
			k.Link.Label = words.Draw(t, "label")
			k.Link.URL += strings.Repeat("/", rapid.IntRange(0, MaxServiceLink-40).Draw(t, "address"))
		}
		k.Text, k.Header, k.Footer = "x"+words.Draw(t, "text"), words.Draw(t, "header"), words.Draw(t, "footer")
		ref := rapid.String().Draw(t, "ref")
		if k.Shape == message.ShapeList {
			k.Sections[0].Rows[0].Description = words.Draw(t, "description")
		}
		r := serviceMessage(kfChannel(""), message.Outgoing{Content: k, Ref: ref})
		parts := map[string]int{r.MsgID: MaxMsgID}
		if r.Text != nil {
			parts[r.Text.Content] = MaxText
		}
		if r.Menu != nil {
			parts[r.Menu.Head], parts[r.Menu.Tail] = MaxMenuHead, MaxMenuTail
			for _, item := range r.Menu.List {
				parts[item.Click.Content] = MaxMenuContent
			}
		}
		a := appMessage(appChannel(""), message.Outgoing{Content: k, Ref: ref})
		addressesAreWhole(t, k, r)
		switch {
		case a.Text != nil:
			parts[a.Text.Content] = MaxText
		case a.Markdown != nil:
			parts[a.Markdown.Content] = MaxAppMarkdown
		case a.Link != nil:
			parts[a.Link.Title], parts[a.Link.Text] = MaxCardTitle, MaxCardText
			if n := utf8.RuneCountInString(a.Link.Button); n > MaxCardOpen {
				t.Errorf("got %d characters on the button, want at most %d", n, MaxCardOpen)
			}
		case a.News != nil:
			for _, one := range a.News.Articles {
				parts[one.Title], parts[one.Text] = MaxCardTitle, MaxCardText
			}
		default:
			parts[a.Card.Task] = MaxTaskID
			if a.Card.Title.Title == "" {
				t.Error("a card has no title")
			}
		}
		for part, most := range parts {
			if len(part) > most || !utf8.ValidString(part) {
				t.Errorf("got %d bytes, valid %v, want at most %d", len(part), utf8.ValidString(part), most)
			}
		}
	})
}

// addressesAreWhole holds that no address is cut in half on its way into a text: a card's is there, and
// every line that begins as an address is one.
func addressesAreWhole(t *rapid.T, k message.Content, r serviceRequest) {
	if r.Text == nil || k.Link == nil && k.Articles == nil {
		return
	}
	known := map[string]bool{}
	for _, a := range k.Articles {
		known[a.URL] = true
	}
	if k.Link != nil {
		known[k.Link.URL] = true
		if !strings.HasSuffix(r.Text.Content, "\n"+k.Link.URL) {
			t.Errorf("the card's address is not at the end of %q", r.Text.Content)
		}
	}
	for line := range strings.SplitSeq(r.Text.Content, "\n") {
		if strings.HasPrefix(line, "https://") && !known[line] {
			t.Errorf("got the line %q, which is no whole address", line)
		}
	}
}

func TestRedirectIsNotFollowed(t *testing.T) {
	elsewhere := newQyapi(t, accepted)
	client := &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		if r.URL.Host == "elsewhere.example" {
			elsewhere.fetches++
		}
		return &http.Response{StatusCode: 307, Header: http.Header{"Location": {"https://elsewhere.example/?secret=" + markSecret}}, Body: http.NoBody}, nil
	})}
	s := &Sender{HTTP: client, Tokens: &Tokens{Store: &Memory{}, HTTP: client}}
	if failed := sendError(t, send(s)); failed.Class != message.Stop || elsewhere.fetches != 0 {
		t.Errorf("got %v and %d calls elsewhere, want a stop and none", failed, elsewhere.fetches)
	}
}

func BenchmarkEncode(b *testing.B) {
	ch, out := kfChannel(""), to(ofShape(message.ShapeList))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := json.Marshal(serviceMessage(ch, out)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncodeCard(b *testing.B) {
	ch, out := appChannel(""), to(ofShape(message.ShapeList))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := json.Marshal(appMessage(ch, out)); err != nil {
			b.Fatal(err)
		}
	}
}

func TestAnAddressIsSecureHoweverItsSchemeIsSpelt(t *testing.T) {
	for url, want := range map[string]bool{"https://shop.example": true, "HTTPS://shop.example": true, "https://": false, "http://shop.example": false, "": false} {
		if got := secure(url); got != want {
			t.Errorf("%q: got %v, want %v", url, got, want)
		}
	}
}
