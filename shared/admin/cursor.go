package admin

import (
	"encoding/base64"
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"
)

// errCursor says that a cursor is not one of ours.
var errCursor = errors.New("the cursor is not one that this list gave: start without one")

// Paging is how much of a list, and from where.
type Paging struct {
	Cursor string `query:"cursor" maxLength:"400" doc:"next of the page before."`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"How many at most."`
}

var cursors = base64.RawURLEncoding.Strict()

// cursor makes a cursor for what follows a key of a list.
func cursor(list, key string) string {
	if key == "" {
		return ""
	}
	return cursors.EncodeToString([]byte(list + ":" + key))
}

// maxCursor bounds a cursor and maxKey the key in it, in bytes.
const (
	maxCursor = 400
	maxKey    = 256
)

// after returns the key behind which a page of a list starts; empty for the first.
func (p Paging) after(list string) (string, error) {
	if p.Cursor == "" {
		return "", nil
	}
	if len(p.Cursor) > maxCursor || strings.ContainsAny(p.Cursor, "\r\n") { // which the decoder passes over
		return "", errCursor
	}
	raw, err := cursors.DecodeString(p.Cursor)
	if err != nil {
		return "", errCursor
	}
	key, ok := strings.CutPrefix(string(raw), list+":")
	if !ok || key == "" || len(key) > maxKey || strings.ContainsFunc(key, notKey) {
		return "", errCursor
	}
	return key, nil
}

// notKey: keys of lists are ids and numbers.
func notKey(r rune) bool { return r < ' ' || r == utf8.RuneError }

// List is one page of a list.
type List[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty" doc:"The cursor of the page behind it; missing on the last one."`
}

// slicePage cuts one page out of a list that is all there. name names an item. A
// cursor is refused when its item is no longer at its place, so that no item is
// passed over in silence.
func slicePage[T any](all []T, p Paging, list string, name func(*T) string) (List[T], error) {
	start, err := sliceStart(all, p, list, name)
	if err != nil {
		return List[T]{}, err
	}
	end := min(start+p.Limit, len(all))
	page := List[T]{Items: append([]T{}, all[start:end]...)}
	if end < len(all) {
		page.Next = cursor(list, strconv.Itoa(end-1)+"/"+name(&all[end-1]))
	}
	return page, nil
}

func sliceStart[T any](all []T, p Paging, list string, name func(*T) string) (int, error) {
	key, err := p.after(list)
	if err != nil || key == "" {
		return 0, err
	}
	number, id, _ := strings.Cut(key, "/")
	last, err := strconv.Atoi(number)
	if err != nil || last < 0 || last >= len(all) || name(&all[last]) != id {
		return 0, errCursor
	}
	return last + 1, nil
}
