package admin

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func FuzzCursor(f *testing.F) {
	for _, seed := range []string{"", "!", cursor("filters", "3/price"), cursor("audit/2026-11", "06h03loet1pm2rbgdhig"), cursor("filters", strings.Repeat("x", 400)), "ZmlsdGVyczo"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		key, err := Paging{Cursor: text}.after("filters")
		switch {
		case err != nil && !errors.Is(err, errCursor):
			t.Errorf("got %v, want errCursor", err)
		case err == nil && text != "" && cursor("filters", key) != text:
			t.Errorf("got key %q of %q, which is the key of another cursor too", key, text)
		case err == nil && (!utf8.ValidString(key) || len(key) > maxKey):
			t.Errorf("got key %q, want a short text", key)
		}
	})
}

func TestACursorBelongsToItsList(t *testing.T) {
	if _, err := (Paging{Cursor: cursor("filters", "0/a")}).after("templates"); !errors.Is(err, errCursor) {
		t.Errorf("got %v, want errCursor", err)
	}
}

// A list walked page by page is the list, whatever its ids, even twice the same.
func TestPagesMakeTheWholeList(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SliceOf(rapid.StringMatching(`[a-c/#é]{0,3}`)).Draw(t, "ids")
		p := Paging{Limit: rapid.IntRange(1, 5).Draw(t, "limit")}
		var got []string
		for range len(all) + 1 {
			page, err := slicePage(all, p, "x", func(s *string) string { return *s })
			if err != nil {
				t.Fatalf("got %v after %q", err, got)
			}
			got = append(got, page.Items...)
			if p.Cursor = page.Next; p.Cursor == "" {
				break
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(append([]string{}, all...)) || p.Cursor != "" {
			t.Fatalf("got %q, want %q", got, all)
		}
	})
}

// An ETag that was given lets its holder in, and nobody with another one.
func TestETagsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := numbered("draft", rapid.Int64Range(1, 5).Draw(t, "a"))
		b := numbered("draft", rapid.Int64Range(1, 5).Draw(t, "b"))
		header := rapid.SampledFrom([]string{"%s", ` %s `, `"other", %s`, `%s,"other"`}).Draw(t, "form")
		err := Precondition{IfMatch: fmt.Sprintf(header, a)}.check(b)
		if (err == nil) != (a == b) || err != nil && !errors.Is(err, errStale) {
			t.Fatalf("got %v for If-Match %s at %s", err, a, b)
		}
		if err := (Precondition{IfMatch: "W/" + a}).check(a); !errors.Is(err, errStale) {
			t.Fatalf("got %v for a weak ETag, want errStale", err)
		}
		if err := (Precondition{}).check(a); !errors.Is(err, errUnconditional) {
			t.Fatalf("got %v without a condition, want errUnconditional", err)
		}
	})
}
