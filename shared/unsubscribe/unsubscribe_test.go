package unsubscribe_test

import (
	"context"
	"encoding/base64"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"frontdesk/shared/unsubscribe"
)

func key() []byte { return []byte(strings.Repeat("k", unsubscribe.KeySize)) }

func TestALinkNamesOneRecipientAndNothingOfThem(t *testing.T) {
	boss := unsubscribe.Token(key(), "boss", "boss@example.com")
	if len(boss) != 43 || unsubscribe.Token(key(), "boss", "boss@example.com") != boss || unsubscribe.Token(key(), "ana", "ana@example.com") == boss {
		t.Errorf("got %q, want 43 characters that are the boss's alone and always the same", boss)
	}
	if unsubscribe.Token(key(), "boss", "Boss@Example.com") != boss || unsubscribe.Token(key(), "boss", "next@example.com") == boss {
		t.Error("want the same link in whatever case the address is written, and another for another address")
	}
	if err := unsubscribe.Check(key(), boss); err != nil {
		t.Errorf("our own: got %v", err)
	}
	raw, err := base64.RawURLEncoding.DecodeString(boss)
	if err != nil || strings.Contains(string(raw), "boss") {
		t.Errorf("got %q, %v, want no name in it", raw, err)
	}
}

func TestLinksThatWeDidNotMakeAreRefused(t *testing.T) {
	boss := unsubscribe.Token(key(), "boss", "boss@example.com")
	other := unsubscribe.Token([]byte(strings.Repeat("x", unsubscribe.KeySize)), "boss", "boss@example.com")
	mixed := unsubscribe.Token(key(), "ana", "ana@example.com")[:21] + boss[21:]
	for _, token := range []string{"", "boss", boss[:42], boss + "A", boss + "=", other, mixed, strings.Repeat("A", 43), strings.ToUpper(boss)} {
		if err := unsubscribe.Check(key(), token); !errors.Is(err, unsubscribe.ErrToken) {
			t.Errorf("%q: got %v, want ErrToken", token, err)
		}
	}
}

func FuzzCheck(f *testing.F) {
	boss := unsubscribe.Token(key(), "boss", "boss@example.com")
	f.Add(boss)
	f.Add("A" + boss[1:])
	f.Fuzz(func(t *testing.T, token string) {
		if err := unsubscribe.Check(key(), token); err == nil && token != boss {
			t.Errorf("took %q", token)
		}
	})
}

func TestThePage(t *testing.T) {
	token := unsubscribe.Token(key(), "boss", "boss@example.com")
	down := errors.New("the table is busy")
	tests := []struct {
		name, method, path, body string
		err                      error
		status, off              int
		shows                    string
	}{
		{"opening the link asks and changes nothing: scanners do it", "GET", "/unsubscribe/" + token, "", nil, 200, 0, `<form method="post">`},
		{"a mail client's click, which asks nobody", "POST", "/unsubscribe/" + token, "List-Unsubscribe=One-Click", nil, 200, 1, "已退订"},
		{"the button", "POST", "/unsubscribe/" + token, "", nil, 200, 1, "You get no more weekly mails"},
		{"a link that was cut off", "POST", "/unsubscribe/" + token[:20], "", unsubscribe.ErrToken, 404, 1, "链接无效"},
		{"while the store is down", "POST", "/unsubscribe/" + token, "", down, 503, 1, "try again"},
		{"a body without end", "POST", "/unsubscribe/" + token, strings.Repeat("x", 1<<20), nil, 200, 1, "Done"},
		{"no token", "GET", "/unsubscribe/", "", nil, 404, 0, ""},
		{"another method", "DELETE", "/unsubscribe/" + token, "", nil, 405, 0, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			off, mux := 0, http.NewServeMux()
			page := unsubscribe.Page{Off: func(context.Context, string) error { off++; return tt.err }, Log: slog.New(slog.DiscardHandler)}
			page.Routes(mux)
			w := httptest.NewRecorder()
			mux.ServeHTTP(w, httptest.NewRequest(tt.method, tt.path, strings.NewReader(tt.body)))
			if w.Code != tt.status || off != tt.off || !strings.Contains(w.Body.String(), tt.shows) {
				t.Errorf("got %d, turned off %d times, %s; want %d, %d and %q", w.Code, off, w.Body, tt.status, tt.off, tt.shows)
			}
			if strings.Contains(w.Body.String(), down.Error()) || strings.Contains(w.Body.String(), token) {
				t.Errorf("the page shows what is no business of the reader: %s", w.Body)
			}
		})
	}
}
