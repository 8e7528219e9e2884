package sandbox

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// The pages that these rules come from.
const (
	pageLimits   = "Meta, messaging-limits"
	pagePrefer   = "Meta, templates/marketing-templates (stop and resume controls)"
	pagePerUser  = "Meta, templates/marketing-templates/per-user-limits"
	pageCapacity = "Meta, throughput"
)

var (
	li      = Customer{Phone: "8613800000001", UserID: "CN.1", Name: "Li Example"}
	toronto = Customer{Phone: "14165550100", UserID: "CA.1"}
	second  = Number{PhoneNumberID: "106540352242923", DisplayNumber: "15550783882", BusinessID: shop.BusinessID, Token: "second-token", AppSecret: "s"}
	other   = Number{PhoneNumberID: "106540352242924", DisplayNumber: "15550783883", BusinessID: "another", Token: "other-token", AppSecret: "s"}
)

// folk are n people who never wrote.
func folk(n int) []Customer {
	all := make([]Customer, n)
	for i := range all {
		all[i] = Customer{Phone: fmt.Sprint(8613800000100 + i)}
	}
	return all
}

// budgets is a stage with three numbers, two of one business, and three templates.
func budgets(t *testing.T, change func(*Config)) *stage {
	return newStage(t, func(c *Config) {
		c.Numbers = append(c.Numbers, second, other)
		c.Customers = append(folk(400), sheena, li, toronto)
		c.Templates = []Template{
			{Name: "update", Language: "en_US"}, {Name: "sale", Language: "en_US", Category: "marketing"},
		}
		if change != nil {
			change(c)
		}
	})
}

// from sends from one of the numbers and returns the code of the answer.
func (st *stage) from(n Number, body string) int {
	st.t.Helper()
	return st.call("/v26.0/"+n.PhoneNumberID+"/messages", "Bearer "+n.Token, body).Error.Code
}

// failed lets the receipts come and returns the code of the last failed one.
func (st *stage) failed() int {
	st.t.Helper()
	before := len(st.webhooks())
	st.pass(10 * time.Second)
	code := 0
	for _, p := range st.webhooks()[before:] {
		if _, rest, ok := strings.Cut(p.body, `"errors":[{"code":`); ok {
			if _, err := fmt.Sscan(strings.SplitN(rest, ",", 2)[0], &code); err != nil {
				st.t.Fatal(err)
			}
		}
	}
	return code
}

// TestPortfolioLimit: a step is who gets a template, from which number, after how
// long, and what is answered.
func TestPortfolioLimit(t *testing.T) {
	type step struct {
		pass time.Duration
		from Number
		to   int
		code int
	}
	cases := []struct {
		name  string
		limit int
		steps []step
	}{
		{"a third person", 2, []step{{0, shop, 0, 0}, {0, shop, 1, 0}, {0, shop, 2, 131048}}},
		{"a person counts once", 2, []step{{0, shop, 0, 0}, {0, shop, 1, 0}, {time.Minute, shop, 0, 0}, {0, shop, 1, 0}}},
		{"the numbers of a business share it", 2, []step{{0, shop, 0, 0}, {0, second, 1, 0}, {0, second, 2, 131048}, {0, second, 0, 0}}},
		{"another business has its own", 1, []step{{0, shop, 0, 0}, {0, shop, 1, 131048}, {0, other, 1, 0}}},
		{"a second before a day is over", 1, []step{{0, shop, 0, 0}, {24*time.Hour - time.Second, shop, 1, 131048}}},
		{"a day later", 1, []step{{0, shop, 0, 0}, {24 * time.Hour, shop, 1, 0}}},
		{"the last message to a person counts", 1, []step{{0, shop, 0, 0}, {time.Hour, shop, 0, 0}, {23 * time.Hour, shop, 1, 131048}, {time.Hour, shop, 1, 0}}},
		{"what was refused does not count", 1, []step{{0, shop, 0, 0}, {23 * time.Hour, shop, 1, 131048}, {time.Hour, shop, 2, 0}}},
		{"no limit", -1, []step{{0, shop, 0, 0}, {0, shop, 1, 0}, {0, shop, 2, 0}}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			st := budgets(t, func(cfg *Config) { cfg.PortfolioLimit = c.limit })
			people := folk(3)
			for i, s := range c.steps {
				st.pass(s.pass)
				if got := st.from(s.from, to(people[s.to], template("update", "en_US", ""))); got != s.code {
					t.Fatalf("%s, step %d: got code %d, want %d", pageLimits, i+1, got, s.code)
				}
			}
		})
	}
}

// TestANewPortfolioReaches250 also shows that answers inside a window are free.
func TestANewPortfolioReaches250(t *testing.T) {
	st := budgets(t, func(c *Config) { c.Numbers[0].Throughput = -1 })
	people := folk(400)
	for i, p := range people[:250] {
		if got := st.from(shop, to(p, template("update", "en_US", ""))); got != 0 {
			t.Fatalf("%s: person %d: got code %d", pageLimits, i+1, got)
		}
	}
	if got := st.from(shop, to(people[250], template("update", "en_US", ""))); got != 131048 {
		t.Errorf("%s: person 251: got code %d, want 131048", pageLimits, got)
	}
	st.write(people[300], "hi")
	for _, body := range []string{textTo(people[300], "hi"), to(people[300], template("update", "en_US", ""))} {
		if got := st.from(shop, body); got != 0 {
			t.Errorf("%s: inside a window: got code %d, want 0", pageLimits, got)
		}
	}
	if got := st.from(second, to(people[300], template("update", "en_US", ""))); got != 131048 {
		t.Errorf("%s: a window of another number: got code %d, want 131048", pageLimits, got)
	}
	if err := st.Notify(context.Background(), shop.PhoneNumberID, Capability{Limit: 2000}); err != nil {
		t.Fatal(err)
	}
	if got := st.from(second, to(people[300], template("update", "en_US", ""))); got != 0 {
		t.Errorf("%s: after the limit grew: got code %d, want 0", pageLimits, got)
	}
}

// TestPortfolioAgrees counts anew, from the log alone, whom each business reached:
// no more than it may, and nobody was refused who still fitted in.
func TestPortfolioAgrees(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		limit := rapid.IntRange(1, 4).Draw(rt, "limit")
		st := budgets(t, func(c *Config) { c.PortfolioLimit = limit })
		people, numbers := folk(6), []Number{shop, second, other}
		wrote, reached := map[string]time.Time{}, map[string]time.Time{}
		for range rapid.IntRange(1, 60).Draw(rt, "steps") {
			st.pass(time.Duration(rapid.IntRange(6, 20_000).Draw(rt, "seconds")) * time.Second)
			p, n := rapid.SampledFrom(people).Draw(rt, "who"), rapid.SampledFrom(numbers).Draw(rt, "number")
			now, pair := st.Now(), n.PhoneNumberID+"/"+p.Phone
			if rapid.IntRange(0, 4).Draw(rt, "writes") == 0 {
				if _, err := st.Write(context.Background(), n.PhoneNumberID, p, "hi"); err != nil {
					rt.Fatal(err)
				}
				wrote[pair] = now
				continue
			}
			last, ok := wrote[pair]
			open, others := ok && now.Sub(last) < day, 0
			for key, at := range reached {
				if strings.HasPrefix(key, n.BusinessID+"/") && now.Sub(at) < day && key != n.BusinessID+"/"+p.Phone {
					others++
				}
			}
			want := 0
			if before, ok := reached[n.BusinessID+"/"+p.Phone]; !open && others >= limit && (!ok || now.Sub(before) >= day) {
				want = 131048
			}
			if got := st.from(n, to(p, template("update", "en_US", ""))); got != want {
				rt.Fatalf("%s: %d others within a day of %d: got code %d, want %d", pageLimits, others, limit, got, want)
			}
			if !open && want == 0 {
				reached[n.BusinessID+"/"+p.Phone] = now
			}
		}
	})
}

// TestMarketing: what is accepted and then fails, and what goes through.
func TestMarketing(t *testing.T) {
	sale, update := template("sale", "en_US", ""), template("update", "en_US", "")
	stop := func(st *stage) { st.prefer(li, true) }
	cases := []struct {
		name, source string
		before       func(*stage)
		body         string
		code         int
	}{
		{"marketing", pagePrefer, nil, to(li, sale), 0},
		{"marketing to somebody who stopped it", pagePrefer, stop, to(li, sale), 131050},
		{"other templates to somebody who stopped marketing", pagePrefer, stop, to(li, update), 0},
		{"a text to somebody who stopped marketing", pagePrefer, func(st *stage) { stop(st); st.write(li, "hi") }, textTo(li, "hi"), 0},
		{"inside a window, stopped all the same", pagePrefer, func(st *stage) { stop(st); st.write(li, "hi") }, to(li, sale), 131050},
		{"somebody who resumed", pagePrefer, func(st *stage) { stop(st); st.prefer(li, false) }, to(li, sale), 0},
		{"somebody else", pagePrefer, stop, to(folk(1)[0], sale), 0},
		{"somebody in the United States", pagePerUser, nil, to(sheena, sale), 131049},
		{"a +1 number without a user id", pagePerUser, nil, to(Customer{Phone: "16505550001"}, sale), 131049},
		{"somebody in Canada", pagePerUser, nil, to(toronto, sale), 0},
		{"another template to the United States", pagePerUser, nil, to(sheena, update), 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			st := budgets(t, func(cfg *Config) {
				cfg.Customers = append(cfg.Customers, Customer{Phone: "16505550001"})
				cfg.Receipts = Usual
			})
			if c.before != nil {
				c.before(st)
			}
			if got := st.from(shop, c.body); got != 0 {
				t.Fatalf("%s: got code %d at once, want it accepted", c.source, got)
			}
			if got := st.failed(); got != c.code {
				t.Errorf("%s: failed with %d, want %d", c.source, got, c.code)
			}
			if got := st.Sent()[0].Fate; got != c.code {
				t.Errorf("%s: the books say %d, want %d", c.source, got, c.code)
			}
		})
	}
}

// TestMarketingBeforeTheRule: Meta, per-user-limits page: from 1 April 2025 on.
func TestMarketingBeforeTheRule(t *testing.T) {
	st := budgets(t, nil)
	st.now = noAmericans.Add(-time.Hour)
	st.from(shop, to(sheena, template("sale", "en_US", "")))
	if got := st.failed(); got != 0 {
		t.Errorf("%s: an hour before: failed with %d, want 0", pagePerUser, got)
	}
}

// TestMarketingCap: Meta, per-user-limits page: what is sent inside a window that
// the customer opened does not count, and what failed was not delivered.
func TestMarketingCap(t *testing.T) {
	st := budgets(t, func(c *Config) { c.MarketingCap = 2 })
	sale := to(li, template("sale", "en_US", ""))
	send := func(when string, n Number, want int) {
		t.Helper()
		if got := st.from(n, sale); got != 0 {
			t.Fatalf("%s: got code %d at once", when, got)
		}
		if got := st.failed(); got != want {
			t.Errorf("%s: %s: failed with %d, want %d", pagePerUser, when, got, want)
		}
	}
	send("the first", shop, 0)
	send("the second, of any business", other, 0)
	send("the third", shop, 131049)
	st.pass(23 * time.Hour)
	send("not yet a day later", shop, 131049)
	send("the same again", shop, 131049)
	st.pass(time.Hour)
	send("a day later", shop, 0)
	send("the second of that day", shop, 0)
	st.write(li, "hi")
	send("inside a window", shop, 0)
}

// TestThroughputSlides: the second slides, and 1,000 follow the upgrade.
func TestThroughputSlides(t *testing.T) {
	st := budgets(t, func(c *Config) { c.PortfolioLimit = -1 })
	people := folk(400)
	send := func(from, n int) (accepted int) {
		for _, p := range people[from : from+n] {
			if st.from(shop, to(p, template("update", "en_US", ""))) == 0 {
				accepted++
			}
		}
		return accepted
	}
	if got := send(0, 40); got != 40 {
		t.Fatalf("%s: %d of 40 accepted", pageCapacity, got)
	}
	st.pass(500 * time.Millisecond)
	if got := send(40, 60); got != 40 {
		t.Errorf("%s: half a second later %d accepted, want 40", pageCapacity, got)
	}
	st.pass(500 * time.Millisecond)
	if got := send(100, 60); got != 40 {
		t.Errorf("%s: a second after the first 40, %d accepted, want 40", pageCapacity, got)
	}
	if err := st.Notify(context.Background(), shop.PhoneNumberID, Quality{Event: "THROUGHPUT_UPGRADE", Tier: "TIER_UNLIMITED"}); err != nil {
		t.Fatal(err)
	}
	if got := send(160, 200); got != 200 {
		t.Errorf("%s: after the upgrade %d of 200 accepted", pageCapacity, got)
	}
}

// TestTemplateStates: Meta, error-codes page: 132015 paused, 132016 disabled.
func TestTemplateStates(t *testing.T) {
	for event, want := range map[string]int{"PAUSED": 132015, "DISABLED": 132016, "DELETED": 132001, "FLAGGED": 0, "REINSTATED": 0} {
		st := budgets(t, nil)
		if err := st.Notify(context.Background(), shop.PhoneNumberID, TemplateStatus{Name: "update", Language: "en_US", Event: event}); err != nil {
			t.Fatal(err)
		}
		if got := st.from(shop, to(li, template("update", "en_US", ""))); got != want {
			t.Errorf("%s: got code %d, want %d", event, got, want)
		}
	}
}

func (st *stage) prefer(c Customer, stop bool) {
	st.t.Helper()
	if err := st.Prefer(context.Background(), shop.PhoneNumberID, c, stop); err != nil {
		st.t.Fatal(err)
	}
}

// TestNotices shows every notice on the wire; the shapes are Meta's samples.
func TestNotices(t *testing.T) {
	st := budgets(t, nil)
	st.prefer(sheena, true)
	st.prefer(Customer{UserID: "CN.2", Username: "tea"}, false)
	for _, n := range []Notice{
		Quality{Event: "THROUGHPUT_UPGRADE", Tier: "TIER_UNLIMITED"},
		Capability{Limit: 2000}, Capability{Limit: 250}, Capability{Limit: -1},
		Alert{"BUSINESS", "506914307656634", "WARNING", "ACTIVE", "INCREASED_CAPABILITIES_ELIGIBILITY_DEFERRED", "Limits cannot be increased."},
		Account{Event: "ACCOUNT_VIOLATION", Violation: "ADULT"},
		Account{Event: "DISABLED_UPDATE", BanState: "REINSTATE", BanDate: "April 17, 2025"},
		Account{Event: "ACCOUNT_DELETED"},
		TemplateStatus{Name: "sale", Language: "en_US", Event: "PAUSED", Title: "FIRST_PAUSE", Description: "Paused for 3 hours."},
		TemplateStatus{Name: "update", Language: "en_US", Event: "DISABLED", DisabledAt: start},
	} {
		if err := st.Notify(context.Background(), shop.PhoneNumberID, n); err != nil {
			t.Fatalf("%T: %v", n, err)
		}
	}
	for _, p := range st.webhooks() {
		if p.signature != Sign(shop.AppSecret, []byte(p.body)) {
			t.Errorf("a wrong signature on %s", p.body)
		}
	}
	golden(t, "notices.txt", st.webhooks())
	if got := st.Events(0); len(got) != 12 || got[0].Kind != CustomerPrefers || got[0].Status != "stop" || got[2].Kind != NoticeSent {
		t.Errorf("events: got %+v", got)
	}
	if err := st.Notify(context.Background(), "7", Account{}); !errors.Is(err, ErrUnknownNumber) {
		t.Errorf("another number: got %v, want ErrUnknownNumber", err)
	}
	if err := st.Prefer(context.Background(), shop.PhoneNumberID, Customer{Name: "x"}, true); !errors.Is(err, ErrCustomer) {
		t.Errorf("nobody: got %v, want ErrCustomer", err)
	}
}

// TestBudgetsRefuseWithStatus400: Meta, error-codes page.
func TestBudgetsRefuseWithStatus400(t *testing.T) {
	st := budgets(t, func(c *Config) { c.PortfolioLimit = 1 })
	st.from(shop, to(li, template("update", "en_US", "")))
	if got := st.send(to(toronto, template("update", "en_US", ""))); got.status != http.StatusBadRequest {
		t.Errorf("131048 came with status %d, want 400", got.status)
	}
}
