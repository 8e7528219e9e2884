package wecom

import (
	"bytes"
	"encoding/xml"
	"strings"
	"testing"
)

// kilobyte is a text callback whose XML has about 1 KB inside.
func kilobyte() []byte {
	const head = "<ToUserName><![CDATA[" + vectorCorp + "]]></ToUserName>\n<FromUserName><![CDATA[zhangsan]]></FromUserName>\n<CreateTime>1780000000</CreateTime>\n" +
		"<MsgType><![CDATA[text]]></MsgType>\n<MsgId>1234567890123456001</MsgId>\n<AgentID>1000002</AgentID>\n"
	content := strings.Repeat("请问食堂几点开门? ", 32)
	return []byte("<xml>" + head + "<Content><![CDATA[" + content + "]]></Content>\n</xml>")
}

func callback(tb testing.TB) (Query, []byte) {
	return testPair(tb, vectorToken, vectorKey).Seal([16]byte{9}, kilobyte(), vectorCorp, "1780000000", "1372623149").Post(vectorCorp, "1000002")
}

// receive is everything between the bytes of a POST and the message.
func receive(tb testing.TB, d *Door, query string, body []byte) {
	q, err := ParseQuery(query)
	if err != nil {
		tb.Fatal(err)
	}
	o, err := d.Open("app-main", q, body)
	if err != nil {
		tb.Fatal(err)
	}
	if got, err := d.Parse(o); err != nil || got.Inbound == nil {
		tb.Fatal("not parsed", err)
	}
}

// TestWhatACallbackCosts counts allocations, which do not depend on the machine.
// Target: verify, decrypt and parse 1 KB in at most 25 µs (see the benchmark).
func TestWhatACallbackCosts(t *testing.T) {
	d := testDoor(t)
	q, body := callback(t)
	query := q.Encode()
	if n := len(kilobyte()); n < 950 || n > 1200 {
		t.Errorf("the sample has %d bytes, want about 1 KB", n)
	}
	if got := allocations(func() { receive(t, d, query, body) }); got > 20 {
		t.Errorf("got %v allocations, want at most 20", got)
	}
}

func BenchmarkVerifyDecryptParse1KB(b *testing.B) {
	d := testDoor(b)
	q, body := callback(b)
	query := q.Encode()
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		receive(b, d, query, body)
	}
}

func BenchmarkVerify1KB(b *testing.B) {
	p := testPair(b, vectorToken, vectorKey)
	q, body := callback(b)
	encrypted, _ := Unwrap(body)
	b.ReportAllocs()
	for b.Loop() {
		if !p.Verify(q, encrypted) {
			b.Fatal("refused")
		}
	}
}

func BenchmarkDecrypt1KB(b *testing.B) {
	p := testPair(b, vectorToken, vectorKey)
	_, body := callback(b)
	encrypted, _ := Unwrap(body)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.Decrypt(encrypted, vectorCorp); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParse1KB(b *testing.B) {
	d := testDoor(b)
	o := d.Trust("app-main", kilobyte())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := d.Parse(o); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkEncodingXML1KB is what the same XML costs with the standard library.
func BenchmarkEncodingXML1KB(b *testing.B) {
	doc := kilobyte()
	b.ReportAllocs()
	for b.Loop() {
		var m struct {
			ToUserName, FromUserName, MsgType, MsgId, Content string
			CreateTime, AgentID                               int64
		}
		if err := xml.Unmarshal(doc, &m); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRefuse3MB(b *testing.B) {
	body := append([]byte("<xml>"), bytes.Repeat([]byte("<a>&lt;"), 3<<20/7)...)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Unwrap(body); err == nil {
			b.Fatal("taken")
		}
	}
}
