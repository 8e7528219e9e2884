package access_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"frontdesk/shared/access"
)

var noon = time.Date(2026, 11, 22, 4, 0, 0, 0, time.UTC)

func signer(key byte, at time.Time) access.Signer {
	return access.Signer{
		Key: bytes.Repeat([]byte{key}, 32), Now: func() time.Time { return at }, Entropy: bytes.NewReader(bytes.Repeat([]byte{9}, 64)),
	}
}

func sign(t *testing.T, s access.Signer, life time.Duration) string {
	t.Helper()
	token, err := s.Sign(access.Identity{Name: "li@example.com", Roles: []string{access.Viewer}}, life)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestATokenNamesItsBearer(t *testing.T) {
	token := sign(t, signer(1, noon), time.Hour)
	who, err := signer(1, noon.Add(time.Hour-time.Second)).Verify(token)
	if err != nil || !reflect.DeepEqual(who, access.Identity{Name: "li@example.com", Roles: []string{access.Viewer}}) {
		t.Errorf("got %+v, %v, want the viewer li", who, err)
	}
}

// handmade signs any payload as the documented format says.
func handmade(payload string) string {
	text := base64.RawURLEncoding.EncodeToString([]byte(payload))
	h := hmac.New(sha256.New, bytes.Repeat([]byte{1}, 32))
	h.Write([]byte(text))
	return text + "." + base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

func TestTokensThatAreRefused(t *testing.T) {
	good := sign(t, signer(1, noon), time.Hour)
	text, signature, _ := strings.Cut(good, ".")
	for _, c := range []struct {
		name, token string
		want        error
	}{
		{"nothing", "", access.ErrToken},
		{"no signature", text, access.ErrToken},
		{"an empty signature", text + ".", access.ErrToken},
		{"a signature cut short", good[:len(good)-4], access.ErrToken},
		{"another key's", sign(t, signer(2, noon), time.Hour), access.ErrToken},
		{"another payload", base64.RawURLEncoding.EncodeToString([]byte(`{"role":"admin","exp":9999999999}`)) + "." + signature, access.ErrToken},
		{"something behind it", good + "A", access.ErrToken},
		{"very long", strings.Repeat("A", 5000) + "." + signature, access.ErrToken},
		{"expired", sign(t, signer(1, noon.Add(-time.Hour)), time.Hour), access.ErrExpired},
		{"what cannot be a role", handmade(`{"id":"1","name":"x","role":"Owner!","exp":9999999999}`), access.ErrToken},
		{"an unknown field", handmade(`{"id":"1","name":"x","role":"admin","exp":9999999999,"scope":"all"}`), access.ErrToken},
		{"no expiry", handmade(`{"id":"1","name":"x","role":"admin"}`), access.ErrExpired},
		{"no JSON", handmade(`role=admin`), access.ErrToken},
	} {
		t.Run(c.name, func(t *testing.T) {
			if who, err := signer(1, noon).Verify(c.token); !errors.Is(err, c.want) || !reflect.DeepEqual(who, access.Identity{}) {
				t.Errorf("got %+v, %v, want nobody and %v", who, err, c.want)
			}
		})
	}
	if _, err := (access.Signer{Now: time.Now}).Verify(good); !errors.Is(err, access.ErrToken) {
		t.Errorf("got %v without a key, want ErrToken", err)
	}
	if _, err := signer(1, noon).Verify(handmade(`{"id":"1","name":"x","role":"admin","exp":9999999999}`)); err != nil {
		t.Errorf("got %v for a token made by the documented format, want it let in", err)
	}
}

func TestTokensThatAreNotMade(t *testing.T) {
	for name, who := range map[string]access.Identity{
		"no role":                     {},
		"two roles":                   {Roles: []string{"admin", "viewer"}},
		"what cannot be a role":       {Roles: []string{"the owner"}},
		"a role that would be a team": {Roles: []string{"team-care"}},
	} {
		if _, err := signer(1, noon).Sign(who, time.Hour); err == nil || !strings.Contains(err.Error(), "admin, publisher, editor, supervisor, agent, viewer") {
			t.Errorf("%s: got %v, want the roles that there are", name, err)
		}
	}
	if _, err := signer(1, noon).Sign(access.Identity{Roles: []string{access.Admin}}, 0); err == nil {
		t.Error("got a token that is dead when it is made")
	}
	many := make([]string, 50)
	for i := range many {
		many[i] = strings.Repeat("x", 90) + string(rune('a'+i))
	}
	if _, err := signer(1, noon).Sign(access.Identity{Roles: []string{access.Agent}, Teams: many}, time.Hour); err == nil {
		t.Error("got a token that would be refused for its length")
	}
}

func TestATokenNamesTeamsAndARoleOfOnesOwn(t *testing.T) {
	token, err := signer(1, noon).Sign(access.Identity{Name: "li", Roles: []string{"night-shift"}, Teams: []string{"sales", "care", "", "care"}}, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	who, err := signer(1, noon).Verify(token)
	want := access.Identity{Name: "li", Roles: []string{"night-shift"}, Teams: []string{"care", "sales"}}
	if err != nil || !reflect.DeepEqual(who, want) {
		t.Errorf("got %+v, %v, want %+v", who, err, want)
	}
}

// No change of a token leaves it valid.
func TestAChangedTokenIsRefused(t *testing.T) {
	good := sign(t, signer(1, noon), time.Hour)
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.IntRange(0, len(good)-1).Draw(t, "at")
		with := rapid.Byte().Draw(t, "with")
		bad := good[:at] + string([]byte{with}) + good[at+1:]
		if _, err := signer(1, noon).Verify(bad); (err == nil) != (bad == good) {
			t.Fatalf("got %v for %q", err, bad)
		}
	})
}

func FuzzVerify(f *testing.F) {
	for _, seed := range []string{"", ".", "a.b", "eyJyb2xlIjoiYWRtaW4ifQ.AAAA", handmade(`{"role":"admin"}`), handmade(`{}`)} {
		f.Add(seed)
	}
	s := signer(3, noon) // whose key signed none of the seeds
	f.Fuzz(func(t *testing.T, token string) {
		if who, err := s.Verify(token); err == nil {
			t.Errorf("got %+v for %q, want it refused", who, token)
		}
	})
}

func TestTheKeyIsMadeOnceAndKeptFromOthers(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "data")
	if _, err := access.ReadKey(folder); !errors.Is(err, access.ErrNoKey) {
		t.Errorf("got %v before there is one, want ErrNoKey", err)
	}
	keys := make([][]byte, 8)
	var all sync.WaitGroup
	for i := range keys {
		all.Go(func() {
			key, err := access.Key(folder, bytes.NewReader(bytes.Repeat([]byte{byte(i)}, 32)))
			if err != nil {
				t.Error(err)
			}
			keys[i] = key
		})
	}
	all.Wait()
	for _, key := range keys {
		if len(key) != 32 || !bytes.Equal(key, keys[0]) {
			t.Fatalf("got keys %x, want all who start at once to end up with one of 32 bytes", keys)
		}
	}
	info, err := os.Stat(filepath.Join(folder, access.KeyFile))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got %v, %v, want a file that only its owner can read", info, err)
	}
	if left, _ := os.ReadDir(folder); len(left) != 1 {
		t.Errorf("got %v in the folder, want the key alone", left)
	}
}

func TestAKeyThatCannotBeTrusted(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		mode fs.FileMode
		says string
	}{
		"others can read it": {strings.Repeat("ab", 32), 0o644, "chmod 600"},
		"it is damaged":      {"abc", 0o600, "damaged"},
		"it is empty":        {"", 0o600, "damaged"},
		"it is too short":    {strings.Repeat("ab", 8), 0o600, "damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			path := filepath.Join(folder, access.KeyFile)
			if err := os.WriteFile(path, []byte(c.text), c.mode); err != nil {
				t.Fatal(err)
			}
			_, err := access.Key(folder, bytes.NewReader(make([]byte, 32)))
			if !errors.Is(err, access.ErrKey) || !strings.Contains(err.Error(), c.says) || c.text != "" && strings.Contains(err.Error(), c.text) {
				t.Errorf("got %v, want ErrKey saying %q and not the key", err, c.says)
			}
			if left, _ := os.ReadFile(path); string(left) != c.text {
				t.Error("got the file overwritten")
			}
		})
	}
}
