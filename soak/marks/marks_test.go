package marks_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"frontdesk/soak/marks"
)

const secret = "Zoë/MARKED+1650555=“x”"

func TestAPlantedValueIsFoundInEveryForm(t *testing.T) {
	quoted, err := json.Marshal(secret)
	if err != nil {
		t.Fatal(err)
	}
	forms := map[string]string{
		"plain":                 "the token is " + secret + ".",
		"in JSON":               `{"error":` + string(quoted) + `}`,
		"quoted by Go":          fmt.Sprintf("%q", secret),
		"quoted in ASCII":       fmt.Sprintf("%+q", secret),
		"in a query":            "https://graph.example/?access_token=" + url.QueryEscape(secret),
		"in a path":             "https://graph.example/" + url.PathEscape(secret) + "/messages",
		"in a path, lower case": "https://graph.example/" + strings.ToLower(url.PathEscape(secret)),
		"hexadecimal":           hex.EncodeToString([]byte(secret)),
		"hexadecimal, capitals": strings.ToUpper(hex.EncodeToString([]byte(secret))),
		"Base64 of a header":    "Basic " + base64.StdEncoding.EncodeToString([]byte("user:"+secret)),
		"Base64 for URLs":       base64.RawURLEncoding.EncodeToString([]byte("ab" + secret + "c")),
	}
	for name, text := range forms {
		known, added := marks.New(map[string]string{"the secret": secret}), marks.New(nil)
		added.Add("another secret", secret[1:]) // beside others that begin alike
		added.Add("the secret", secret)
		added.Add("the secret", secret)
		for _, w := range []*marks.Watch{known, added} {
			w.See("a place", text)
			if len(w.Found()) != 1 || !strings.Contains(w.Found()[0].String(), "secret") {
				t.Errorf("%s: %s was not found once, got %v", name, text, w.Found())
			}
		}
	}
}

func TestWhatIsCleanIsNotFound(t *testing.T) {
	w := marks.New(map[string]string{"the secret": secret, "a number": "1650555"})
	w.Add("a token", "MARKED-token-of-a-callback")
	for _, text := range []string{"", "conversation 9qrufmpkg08e2s20g0e5n0usfo", "wamid.HBgLAAAAAAAAAAGZ", "165055", "Zoë", "MARKED-token-of-a-callbac_"} {
		w.See("a place", text)
	}
	if len(w.Found()) > 0 || w.Seen() != 6 {
		t.Errorf("got %v of %d texts, want nothing of 6", w.Found(), w.Seen())
	}
}

func TestALogIsWatched(t *testing.T) {
	w := marks.New(map[string]string{"a name": "Zoë Zanzibar"})
	log := slog.New(slog.NewJSONHandler(w, nil))
	log.Info("replied", "conversation", "abc")
	log.Error("failed", "error", fmt.Errorf("send to %q: refused", "Zoë Zanzibar"))
	if len(w.Found()) != 1 {
		t.Errorf("got %v, want one name", w.Found())
	}
}

// Wherever in a text a value stands, and whatever stands around it, its Base64 is found.
func TestBase64IsFoundAtEveryPlace(t *testing.T) {
	const value = "MARKED-secret-of-24-bytes"
	rapid.Check(t, func(t *rapid.T) {
		before, after := rapid.SliceOf(rapid.Byte()).Draw(t, "before"), rapid.SliceOf(rapid.Byte()).Draw(t, "after")
		text := append(append(before, value...), after...)
		known, added := marks.New(map[string]string{"the secret": value}), marks.New(nil)
		added.Add("the secret", value)
		for _, w := range []*marks.Watch{known, added} {
			w.See("a place", base64.StdEncoding.EncodeToString(text))
			w.See("a place", base64.URLEncoding.EncodeToString(text))
			if len(w.Found()) != 2 {
				t.Fatalf("found %d of 2", len(w.Found()))
			}
		}
	})
}
