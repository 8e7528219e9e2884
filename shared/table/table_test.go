package table_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"frontdesk/shared/table"
)

var key = table.Key{PK: "shop", SK: "a"}

func TestConditions(t *testing.T) {
	for _, c := range []struct {
		name    string
		cond    table.Condition
		version int64
		named   bool
	}{
		{"the zero value always holds", table.Condition{}, 0, false},
		{"absent", table.Absent(), 0, true},
		{"version 0 is absent", table.AtVersion(0), 0, true},
		{"a version", table.AtVersion(7), 7, true},
	} {
		version, named := c.cond.Version()
		if version != c.version || named != c.named || c.cond.Any() == c.named {
			t.Errorf("%s: got version %d, named %v, any %v", c.name, version, named, c.cond.Any())
		}
	}
}

func TestExpiryIsStoredInWholeSeconds(t *testing.T) {
	for want, at := range map[int64]time.Time{
		0:             {},
		1_772_600_767: time.Unix(1_772_600_767, 999_999_999),
		1:             time.Date(1950, 1, 1, 0, 0, 0, 0, time.UTC), // long gone, not never
	} {
		if got := (table.Item{Expires: at}).Seconds(); got != want {
			t.Errorf("%v: got %d, want %d", at, got, want)
		}
	}
}

func TestAConflictIsErrConflictAndShowsNoBody(t *testing.T) {
	err := error(&table.Conflict{Key: key, Current: &table.Item{Key: key, Body: "16505551234"}})
	if !errors.Is(err, table.ErrConflict) {
		t.Errorf("got %v, want ErrConflict", err)
	}
	if text := err.Error(); strings.Contains(text, "16505551234") || !strings.Contains(text, key.String()) {
		t.Errorf("got %q, want the key and not the body", text)
	}
}

func TestWhatCannotBeWritten(t *testing.T) {
	large := func(sk string) table.Write {
		return table.Write{Item: table.Item{Key: table.Key{PK: "shop", SK: sk}, Body: strings.Repeat("x", table.MaxBody)}}
	}
	var eleven []table.Write
	for _, sk := range strings.Split("abcdefghijk", "") {
		eleven = append(eleven, large(sk))
	}
	for name, c := range map[string]struct {
		writes []table.Write
		want   error
		says   string
	}{
		"no steps":        {nil, nil, ""},
		"one good step":   {eleven[:1], nil, ""},
		"ten large steps": {eleven[:10], nil, ""},
		"over 4 MB":       {eleven, table.ErrTooLarge, "4180055 bytes, at most 4000000"},
		"101 steps":       {make([]table.Write, 101), table.ErrTooLarge, "101 steps, at most 100"},
		"a large body": {[]table.Write{{Item: table.Item{Key: key, Body: strings.Repeat("x", table.MaxBody+1)}}},
			table.ErrTooLarge, "step 1: the body has 380001 bytes of at most 380000"},
		"an empty key": {[]table.Write{large("a"), {Item: table.Item{Key: table.Key{PK: "shop"}}}},
			table.ErrInvalid, "step 2: the sort key is empty"},
		"a key twice": {[]table.Write{large("a"), {Item: table.Item{Key: key}, Delete: true}},
			table.ErrInvalid, "step 2: its key occurs twice"},
		"the body of a delete does not count": {[]table.Write{
			{Item: table.Item{Key: key, Body: strings.Repeat("x", table.MaxBody+1)}, Delete: true}}, nil, ""},
	} {
		err := table.CheckWrites(c.writes)
		if !errors.Is(err, c.want) || (err != nil && !strings.Contains(err.Error(), c.says)) {
			t.Errorf("%s: got %v, want %v that says %q", name, err, c.want, c.says)
		}
	}
}

// pages is a table whose queries return these pages, one for each call, and then fail.
type pages struct {
	table.Table
	left []table.Page
	seen []string
}

func (p *pages) Query(_ context.Context, q table.Query) (table.Page, error) {
	p.seen = append(p.seen, q.After)
	if len(p.left) == 0 {
		return table.Page{}, table.ErrBusy
	}
	page := p.left[0]
	p.left = p.left[1:]
	return page, nil
}

func TestAllReadsPagesThatAreEmptyToo(t *testing.T) {
	p := &pages{left: []table.Page{{Next: "a"}, {Items: make([]table.Item, 2), Next: "c"}, {Items: make([]table.Item, 1)}}}
	n := 0
	err := table.All(t.Context(), p, table.Query{PK: "shop"}, func(table.Item) bool { n++; return true })
	if err != nil || n != 3 || strings.Join(p.seen, ",") != ",a,c" {
		t.Errorf("got %d items after %q, error %v, want 3 after \"\", a, c", n, p.seen, err)
	}
	p = &pages{left: []table.Page{{Next: "a"}}}
	if err := table.All(t.Context(), p, table.Query{PK: "shop"}, func(table.Item) bool { return true }); !errors.Is(err, table.ErrBusy) {
		t.Errorf("got %v, want the error of the second page", err)
	}
}
