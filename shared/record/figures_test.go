package record_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/record"
)

func TestWhatChannelsCountedThemselves(t *testing.T) {
	s, ctx := open(t), context.Background()
	day := func(day, channel, body string) record.ChannelDay {
		return record.ChannelDay{Day: day, Channel: channel, Body: json.RawMessage(body)}
	}
	for _, d := range []record.ChannelDay{
		day("2026-11-17", "kf-main", `{"n":1}`), day("2026-11-16", "kf-main", `{"n":2}`), day("2026-11-17", "app-main", `{"n":3}`), day("2026-11-17", "kf-main", `{"n":4}`),
	} {
		if err := s.SaveChannelDay(ctx, "2026-W47", d); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.ChannelDays(ctx, "2026-W47")
	want := []record.ChannelDay{day("2026-11-16", "kf-main", `{"n":2}`), day("2026-11-17", "app-main", `{"n":3}`), day("2026-11-17", "kf-main", `{"n":4}`)}
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Errorf("%v, the last write of a day counts (-want +got):\n%s", err, d)
	}
	if other, err := s.ChannelDays(ctx, "2026-W48"); err != nil || len(other) != 0 {
		t.Errorf("another week: got %v, %v", other, err)
	}
	one, known, err := s.ChannelDay(ctx, "2026-W47", day("2026-11-16", "kf-main", ""))
	if err != nil || !known || string(one.Body) != `{"n":2}` {
		t.Errorf("one day: got %+v, %v, %v", one, known, err)
	}
	if _, known, err := s.ChannelDay(ctx, "2026-W47", day("2026-11-18", "kf-main", "")); err != nil || known {
		t.Errorf("a day that is not there: got %v, %v", known, err)
	}
	if rows, err := s.KPIRows(ctx, "2026-W47"); err != nil || len(rows) != 0 {
		t.Errorf("they are no KPI rows: got %v, %v", rows, err)
	}
}

func TestWhenChannelsWereAskedForFigures(t *testing.T) {
	s, ctx := open(t), context.Background()
	if b, err := s.Barred(ctx, "app-main"); err != nil || b.On != "" {
		t.Errorf("nothing known: got %+v, %v", b, err)
	}
	for _, err := range []error{
		s.SetAsked(ctx, record.Asked{Channel: "kf-main", On: "2026-11-18"}), s.SetAsked(ctx, record.Asked{Channel: "kf-main", On: "2026-11-19"}),
		s.SetBarred(ctx, record.Barred{Channel: "app-main", On: "2026-11-18", Code: 48002}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	asked, barred, err := s.Askings(ctx)
	if d := cmp.Diff(map[string]record.Asked{"kf-main": {Channel: "kf-main", On: "2026-11-19"}}, asked); d != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, d)
	}
	if d := cmp.Diff(map[string]record.Barred{"app-main": {Channel: "app-main", On: "2026-11-18", Code: 48002}}, barred); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if err := s.Unbar(ctx, "app-main"); err != nil {
		t.Fatal(err)
	}
	if _, barred, err = s.Askings(ctx); err != nil || len(barred) != 0 {
		t.Errorf("after it was let in: got %v, %v", barred, err)
	}
}
