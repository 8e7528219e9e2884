package wecom

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"
)

const replyHead = "<ToUserName><![CDATA[zhangsan]]></ToUserName><FromUserName><![CDATA[" + vectorCorp + "]]></FromUserName><CreateTime>1780000000</CreateTime>"

func TestReplies(t *testing.T) {
	r := Reply{To: "zhangsan", From: vectorCorp, At: time.Unix(1780000000, 0)}
	for _, c := range []struct {
		name string
		got  []byte
		want string
	}{
		{"text", r.Text("Hello <b>"), "<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[Hello <b>]]></Content>"},
		{"text with the end of a section", r.Text("a]]>b"), "<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[a]]]]><![CDATA[>b]]></Content>"},
		{"text with a character outside XML", r.Text("a\x00b"), "<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[a\uFFFDb]]></Content>"},
		{"a text of digits", r.Text("42"), "<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[42]]></Content>"},
		{"image", r.Image("m1"), "<MsgType><![CDATA[image]]></MsgType><Image><MediaId><![CDATA[m1]]></MediaId></Image>"},
		{"voice", r.Voice("m2"), "<MsgType><![CDATA[voice]]></MsgType><Voice><MediaId><![CDATA[m2]]></MediaId></Voice>"},
		{"video", r.Video("m3", "T", "D"), "<MsgType><![CDATA[video]]></MsgType><Video><MediaId><![CDATA[m3]]></MediaId><Title><![CDATA[T]]></Title><Description><![CDATA[D]]></Description></Video>"},
		{"news", r.News(Article{"T", "D", "https://a.example.com/p.png", "https://a.example.com"}, Article{Title: "T2"}),
			"<MsgType><![CDATA[news]]></MsgType><ArticleCount>2</ArticleCount><Articles>" +
				"<item><Title><![CDATA[T]]></Title><Description><![CDATA[D]]></Description><PicUrl><![CDATA[https://a.example.com/p.png]]></PicUrl><Url><![CDATA[https://a.example.com]]></Url></item>" +
				"<item><Title><![CDATA[T2]]></Title><Description><![CDATA[]]></Description><PicUrl><![CDATA[]]></PicUrl><Url><![CDATA[]]></Url></item></Articles>"},
		{"another name for a button", r.Button("Approved"), "<MsgType><![CDATA[update_button]]></MsgType><Button><ReplaceName><![CDATA[Approved]]></ReplaceName></Button>"},
		{"another card", r.Card(Element{Name: "CardType", Text: "text_notice"}, Element{Name: "MainTitle", Elements: []Element{{Name: "Title", Text: "Done"}}}),
			"<MsgType><![CDATA[update_template_card]]></MsgType><TemplateCard><CardType><![CDATA[text_notice]]></CardType><MainTitle><Title><![CDATA[Done]]></Title></MainTitle></TemplateCard>"},
	} {
		if want := "<xml>" + replyHead + c.want + "</xml>"; string(c.got) != want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.name, c.got, want)
		}
		if _, err := oracle(c.got); err != nil {
			t.Errorf("%s: encoding/xml refuses it: %v", c.name, err)
		}
	}
	nine := make([]Article, MaxArticles+1)
	if got := r.News(nine...); bytes.Count(got, []byte("<item>")) != MaxArticles || !bytes.Contains(got, []byte("<ArticleCount>8<")) {
		t.Errorf("nine articles: got %s, want 8", got)
	}
}

func TestALongTextIsCutBetweenCharacters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.RuneFrom([]rune("aé你😀"))).Draw(t, "text")
		size := rapid.IntRange(0, 20).Draw(t, "size")
		got := Cut(text, size)
		if !strings.HasPrefix(text, got) || len(got) > size || !utf8.ValidString(got) {
			t.Fatalf("got %q for %d bytes of %q", got, size, text)
		}
		if rest := text[len(got):]; rest != "" {
			if _, n := utf8.DecodeRuneInString(rest); len(got)+n <= size {
				t.Fatalf("got %q for %d bytes of %q: another character fits", got, size, text)
			}
		}
	})
	if got := (Reply{}).Text(strings.Repeat("你", 1000)); bytes.Count(got, []byte("你")) != 682 {
		t.Errorf("got %d characters, want the 682 that fit into %d bytes", bytes.Count(got, []byte("你")), MaxText)
	}
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.RuneFrom([]rune("ab<>&]\"\n 你😀"))).Draw(t, "text")
		doc := Encode(Element{Name: "A", Text: text}, Element{Name: "B", Elements: []Element{{Name: "C", Text: text}}})
		nodes, err := scan(doc, inner, nil)
		if err != nil || len(nodes) != 3 || string(nodes[0].text) != text || string(nodes[2].text) != text {
			t.Fatalf("got %v and %v from %q", plain(nodes), err, doc)
		}
		agree(t, doc)
	})
}

func TestASealedReplyIsWhatWeComReads(t *testing.T) {
	p := testPair(t, vectorToken, vectorKey)
	msg := Reply{To: "zhangsan", From: vectorCorp, At: time.Unix(1780000000, 0)}.Text("hello")
	sealed := p.Seal([16]byte{1, 2, 3}, msg, vectorCorp, "1780000000", "77")
	var got struct {
		XMLName      xml.Name `xml:"xml"`
		Encrypt      string
		MsgSignature string
		TimeStamp    string
		Nonce        string
	}
	if err := xml.Unmarshal(sealed.XML(), &got); err != nil {
		t.Fatal(err)
	}
	if want := p.Sign("1780000000", "77", got.Encrypt); got.MsgSignature != want || got.TimeStamp != "1780000000" || got.Nonce != "77" {
		t.Errorf("got %+v, want it signed with %s", got, want)
	}
	if plain, err := p.Decrypt([]byte(got.Encrypt), vectorCorp); err != nil || !bytes.Equal(plain, msg) {
		t.Errorf("got %q and %v, want the reply", plain, err)
	}
	if !bytes.Contains(sealed.XML(), []byte("<TimeStamp>1780000000</TimeStamp>")) {
		t.Errorf("got %s, want the time bare", sealed.XML())
	}
	body, err := sealed.JSON()
	want := `{"encrypt":"` + got.Encrypt + `","msgsignature":"` + got.MsgSignature + `","timestamp":1780000000,"nonce":"77"}`
	if err != nil || string(body) != want {
		t.Errorf("got %s and %v, want %s", body, err, want)
	}
	if body, err := (Sealed{Timestamp: "soon"}).JSON(); err == nil || body != nil {
		t.Errorf("a time that is no number: got %s and %v", body, err)
	}
	if encrypted, err := Unwrap(sealed.PostJSON()); err != nil || string(encrypted) != sealed.Encrypt || !json.Valid(sealed.PostJSON()) {
		t.Errorf("a bot's callback: got %s and %v", encrypted, err)
	}
	if q := sealed.Get(); q.Echo != sealed.Encrypt || !p.Verify(q, []byte(q.Echo)) {
		t.Errorf("the check of an address: got %+v", q)
	}
}

func TestCutToNothing(t *testing.T) {
	for _, size := range []int{0, -1, -31976} {
		if got := Cut("tea 茶", size); got != "" {
			t.Errorf("cut to %d: got %q, want nothing", size, got)
		}
	}
}
