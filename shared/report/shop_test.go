package report_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"frontdesk/shared/report"
	"frontdesk/shared/rollup"
	"frontdesk/shared/week"
)

// names are the display names of the made-up shop.
var names = report.Options{
	Filters: map[string]string{"price": "Price questions", "delivery": "Where is my parcel?", "returns": "Returns",
		"opening": "Opening hours", "person": "Wants a person", "size": "Size guide"},
	Templates: map[string]string{"prices": "Price list", "tracking": "Parcel tracking", "returns": "How to return", "hours": "Opening hours"},
	Teams:     map[string]string{"sales": "Sales", "care": "Customer care 客服"},
	Channels:  map[string]string{"wa-main": "WhatsApp Shop", "wa-hk": "WhatsApp Hong Kong"},
}

// shop is n weeks of a made-up shop's rows that end with w, growing by some
// percent a week: two channels, two teams and messages that no team has.
func shop(t testing.TB, w string, n int) []rollup.Row {
	t.Helper()
	r := rand.New(rand.NewPCG(47, 2026))
	var rows []rollup.Row
	for i := range n {
		name, err := week.Before(w, n-1-i)
		if err != nil {
			t.Fatal(err)
		}
		days, err := week.Days(name)
		if err != nil {
			t.Fatal(err)
		}
		for d, day := range days {
			size := 100 * math.Pow(1.04, float64(i)) * [7]float64{1.1, 1.2, 1, 1.05, 1.15, 0.7, 0.6}[d]
			rows = append(rows,
				row(t, r, rollup.Row{Day: day, Channel: "wa-main"}, int(size)),
				row(t, r, rollup.Row{Day: day, Channel: "wa-main", Team: "sales"}, int(size/3)),
				row(t, r, rollup.Row{Day: day, Channel: "wa-main", Team: "care"}, int(size/5)),
				row(t, r, rollup.Row{Day: day, Channel: "wa-hk"}, int(size/4)),
			)
		}
	}
	return rows
}

// row fills a row with n conversations.
func row(t testing.TB, r *rand.Rand, row rollup.Row, n int) rollup.Row {
	t.Helper()
	row.Filters, row.Templates = map[string]int64{}, map[string]rollup.Use{}
	row.Conversations, row.Active, row.New = int64(n), int64(n*7/10), int64(n/6)
	pick := func(from ...string) string { return from[min(int(r.ExpFloat64()*1.6), len(from)-1)] }
	for range n {
		hour := min(max(int(14+4.2*r.NormFloat64()), 0), 23)
		row.In += 2
		row.InHours[hour] += 2
		row.Filters[pick("price", "delivery", "opening", "returns", "size", "welcome", "away", "fallback")] += 2
		switch u := r.Float64(); {
		case row.Team == "care" && u < 0.4, u < 0.02:
			row.HandedOff++
			row.OutAgent++
			row.HandOffs++
			row.Waiting += int64(r.IntN(12) / 11)
			wait := int64(18 * 60_000 * math.Exp(0.9*r.NormFloat64()))
			add(t, wait, &row.FirstPeople, &row.People)
			add(t, wait*2/3, &row.FirstPeopleOpen, &row.PeopleOpen)
		case u > 0.985:
			row.Unanswered++
			continue
		case u > 0.97:
			row.Quiet++
			continue
		default:
			row.Contained++
		}
		row.OutFilter += 2
		row.OutHours[hour] += 2
		wait := int64(1100 * math.Exp(0.4*r.NormFloat64()))
		add(t, wait, &row.FirstBot, &row.FirstBotOpen, &row.Bot, &row.BotOpen)
		id := pick("prices", "tracking", "hours", "returns")
		use := row.Templates[id]
		use.Sent, use.Read = use.Sent+2, use.Read+1+int64(r.IntN(2))
		row.Templates[id] = use
	}
	out := row.OutFilter + row.OutAgent
	row.Failed = out / 90
	row.Failures = map[int]int64{131026: row.Failed - row.Failed/3, 131047: row.Failed / 3}
	row.Sent = out - row.Failed
	row.Delivered, row.Read = row.Sent*97/100, row.Sent*71/100
	row.Surveys = row.HandedOff
	row.Ratings = [5]int64{row.HandedOff / 11, row.HandedOff / 23, row.HandedOff / 9, row.HandedOff / 6, row.HandedOff / 3}
	return row
}

func add(t testing.TB, ms int64, to ...*rollup.Sketch) {
	t.Helper()
	for _, s := range to {
		if err := s.Add(ms); err != nil {
			t.Fatal(err)
		}
	}
}
