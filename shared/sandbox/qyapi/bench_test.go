package qyapi

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// bench is a sandbox whose webhook costs nothing, and a token of it.
func bench(b *testing.B) (*Sandbox, string) {
	b.Helper()
	cfg := config()
	cfg.Post = func(context.Context, Callback) ([]byte, error) { return nil, nil }
	cfg.Keep = 1000
	cfg.Limits = Limits{PerCall: -1, PerCallHour: -1, PerAddress: -1, PerMember: -1, PerMemberHour: -1, Bare: -1, Tokens: -1}
	sb, err := New(cfg)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(sb.Close)
	sb.mu.Lock()
	defer sb.mu.Unlock()
	t, err := sb.issue(sb.apps[desk], cfg.withDefaults().Now())
	if err != nil {
		b.Fatal(err)
	}
	return sb, t.value
}

func post(b *testing.B, sb *Sandbox, call, body string) {
	r := httptest.NewRequest(http.MethodPost, "/cgi-bin/"+call, strings.NewReader(body))
	w := httptest.NewRecorder()
	sb.ServeHTTP(w, r)
	if !strings.Contains(w.Body.String(), `"errcode":0,`) {
		b.Fatal(w.Body.String())
	}
}

func BenchmarkMessageSend(b *testing.B) {
	sb, token := bench(b)
	body := toApp("zhang", textObject("hi"))
	b.ReportAllocs()
	for b.Loop() {
		post(b, sb, "message/send?access_token="+token, body)
	}
}

// BenchmarkWriteAndPull is one message of a customer, its callback, the pull and the
// answer.
func BenchmarkWriteAndPull(b *testing.B) {
	sb, token := bench(b)
	ctx := context.Background()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := sb.WriteKF(ctx, service, robin, KFText("hello")); err != nil {
			b.Fatal(err)
		}
		post(b, sb, "kf/sync_msg?access_token="+token, `{"open_kfid":"`+service+`","limit":1}`)
		post(b, sb, "kf/send_msg?access_token="+token, toKF(robin, textObject("hi")))
	}
}
