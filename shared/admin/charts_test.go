package admin_test

import (
	"strings"
	"testing"

	"frontdesk/shared/record"
)

// stored is a week with one day of figures.
func stored(t *testing.T) *shop {
	s := opened(t)
	row := record.KPIRow{Day: "2026-11-16", Channel: "wa-main", Team: "care",
		Body: []byte(`{"day": "2026-11-16", "channel": "wa-main", "team": "care", "in": 7, "conversations": 5, "contained": 5}`)}
	if err := s.store.ReplaceDay(t.Context(), "2026-W47", "2026-11-16", []record.KPIRow{row}); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAChartOfAWeek(t *testing.T) {
	s := stored(t)
	const charts = "/v1/reports/weeks/2026-W47/charts/"
	for path, want := range map[string]string{
		"days.svg": "Day by day", "trend.svg?language=zh-CN": "近八周", "trend.svg?theme=dark&width=340": `width="340"`, "contained.svg?team=care": "Answered by templates alone",
	} {
		w := s.want(200, s.do("viewer", "GET", charts+path, ""))
		if got := w.Header().Get("Content-Type"); got != "image/svg+xml" || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: got %s with %.300s, want an SVG with %q", path, got, w.Body, want)
		}
		if got := w.Header().Get("Content-Security-Policy"); !strings.Contains(got, "sandbox") || !strings.Contains(got, "font-src data:") {
			t.Errorf("%s: got the policy %q, want a sandbox that has its own font", path, got)
		}
		again := s.want(200, s.do("viewer", "GET", charts+path, ""))
		if tag := w.Header().Get("ETag"); tag == "" || tag != again.Header().Get("ETag") {
			t.Errorf("%s: got the ETags %q and %q, want the same for the same chart", path, tag, again.Header().Get("ETag"))
		}
	}
}

func TestAChartThatIsNotThere(t *testing.T) {
	s := stored(t)
	for path, want := range map[string]int{
		"2026-W47/charts/moon.svg": 404, "2026-W47/charts/failures.svg": 404, "2026-W47/charts/trend.png": 422, "2026-W47/charts/Trend.svg": 422,
		"2026-W54/charts/trend.svg": 422, "2026-W47/charts/trend.svg?width=99": 422, "2026-W47/charts/trend.svg?theme=pink": 422, "2026-W47/charts/trend.svg?language=de": 422,
	} {
		s.want(want, s.do("viewer", "GET", "/v1/reports/weeks/"+path, ""))
	}
}
