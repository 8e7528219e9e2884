package wecom

import (
	"strings"
	"testing"
)

// botKilobyte is a text to a bot, in a group, whose JSON has about 1 KB.
func botKilobyte() []byte {
	return []byte(`{"msgid":"CAIQ16HMjQYYEXAMPLE01=","aibotid":"aibEXAMPLE","chatid":"wrEXAMPLEgroup01","chattype":"group","from":{"userid":"zhang"},` +
		`"response_url":"` + theReturn + `","msgtype":"text","text":{"content":"@Desk ` + strings.Repeat("请问食堂几点开门? ", 26) + `"},` +
		`"quote":{"msgtype":"text","text":{"content":"这是今日的测试情况"}}}`)
}

func botCallbackPost(tb testing.TB) (query string, body []byte) {
	sealed := testPair(tb, vectorToken, vectorKey).Seal([16]byte{9}, botKilobyte(), "", "1780000000", "1372623149")
	q, _ := sealed.Post("", "")
	return q.Encode(), sealed.PostJSON()
}

func receiveBot(tb testing.TB, d *Door, query string, body []byte) {
	q, err := ParseQuery(query)
	if err != nil {
		tb.Fatal(err)
	}
	o, err := d.Open("bot-main", q, body)
	if err != nil {
		tb.Fatal(err)
	}
	if got, err := d.Parse(o); err != nil || got.Inbound == nil || got.Inbound.Return == "" {
		tb.Fatal("not parsed", err)
	}
}

// TestWhatABotsCallbackCosts counts allocations, which do not depend on the machine.
func TestWhatABotsCallbackCosts(t *testing.T) {
	d := botDoor(t)
	query, body := botCallbackPost(t)
	if n := len(botKilobyte()); n < 950 || n > 1200 {
		t.Errorf("the sample has %d bytes, want about 1 KB", n)
	}
	if got := allocations(func() { receiveBot(t, d, query, body) }); got > 32 {
		t.Errorf("got %v allocations, want at most 32", got)
	}
}

// BenchmarkVerifyDecryptParseBot1KB must stay below 25 µs.
func BenchmarkVerifyDecryptParseBot1KB(b *testing.B) {
	d := botDoor(b)
	query, body := botCallbackPost(b)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		receiveBot(b, d, query, body)
	}
}

func BenchmarkParseBot1KB(b *testing.B) {
	d := botDoor(b)
	o := d.Trust("bot-main", botKilobyte())
	o.At = Query{Timestamp: "1780000000"}.time()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := d.Parse(o); err != nil {
			b.Fatal(err)
		}
	}
}
