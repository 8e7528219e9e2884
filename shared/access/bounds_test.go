package access_test

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"frontdesk/shared/access"
)

// Tokens, claims and names of megabytes are refused or cut without being worked on.
func TestWhatIsPresentedIsBounded(t *testing.T) {
	const mega = 1 << 20
	s := signer(1, noon)
	good := sign(t, s, time.Hour)
	for name, token := range map[string]string{
		"a token of ten megabytes":     strings.Repeat("A", 10*mega),
		"a payload of ten megabytes":   strings.Repeat("A", 10*mega) + "." + good,
		"a signature of ten megabytes": good + strings.Repeat("A", 10*mega),
		"ten million points":           strings.Repeat(".", 10*mega),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		who, err := s.Verify(token)
		runtime.ReadMemStats(&after)
		if !errors.Is(err, access.ErrToken) || !reflect.DeepEqual(who, access.Identity{}) {
			t.Errorf("%s: got %+v, %v", name, who, err)
		}
		if cost := after.TotalAlloc - before.TotalAlloc; cost > 64<<10 {
			t.Errorf("%s: it took %d KB", name, cost>>10)
		}
	}
	if n := len([]rune(access.Name(strings.Repeat("名", mega)))); n != 100 {
		t.Errorf("got a name of %d characters, want it cut to 100", n)
	}
}

// A token has one spelling: base64 of Go passes over line ends, and a token with one
// must not be let in beside the token that was made.
func TestATokenHasOneSpelling(t *testing.T) {
	good := sign(t, signer(1, noon), time.Hour)
	for at := range len(good) + 1 {
		for _, end := range []string{"\n", "\r"} {
			if _, err := signer(1, noon).Verify(good[:at] + end + good[at:]); !errors.Is(err, access.ErrToken) {
				t.Errorf("got %v with a line end at %d", err, at)
			}
		}
	}
}

// A header gives the token that stands behind Bearer, without white space around
// it, or ErrNoToken.
func FuzzBearer(f *testing.F) {
	for _, seed := range []string{"", "Bearer", "Bearer ", "bearer abc.def", "Basic dTpw", "Bearer  a b ", "Bearer\ta", " Bearer a", "Bearer a\u00a0"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		token, err := access.Bearer(&http.Request{Header: http.Header{"Authorization": {header}}})
		if (token == "") != errors.Is(err, access.ErrNoToken) || strings.TrimSpace(token) != token {
			t.Fatalf("got %q, %v", token, err)
		}
		if err != nil {
			return
		}
		if !strings.EqualFold(header[:7], "Bearer ") || !strings.Contains(header, token) {
			t.Errorf("got %q of %q", token, header)
		}
		again, err := access.Bearer(&http.Request{Header: http.Header{"Authorization": {"Bearer " + token}}})
		if err != nil || again != token {
			t.Errorf("got %q, %v, want %q again", again, err, token)
		}
	})
}

// A key file is 32 bytes in hex or is refused, and no error shows what it holds.
func FuzzReadKey(f *testing.F) {
	for _, seed := range []string{"", strings.Repeat("ab", 32), strings.Repeat("AB", 32) + "\r\n", strings.Repeat("ab", 33), "\xff", strings.Repeat("zz", 32)} {
		f.Add(seed)
	}
	folder := f.TempDir()
	f.Fuzz(func(t *testing.T, text string) {
		if err := os.WriteFile(filepath.Join(folder, access.KeyFile), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		key, err := access.ReadKey(folder)
		if (len(key) == 32) == (err != nil) || err != nil && !errors.Is(err, access.ErrKey) {
			t.Fatalf("got %d bytes, %v", len(key), err)
		}
		if shown := strings.TrimSpace(text); err != nil && len(shown) > 8 && strings.Contains(err.Error(), shown) {
			t.Errorf("the error shows the file: %v", err)
		}
	})
}
