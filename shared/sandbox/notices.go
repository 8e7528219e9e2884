package sandbox

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// Notice is a webhook of another field than messages, told of a number or its
// account. What it says then holds in the sandbox too, where the sandbox knows it.
type Notice interface {
	// tell returns the field and what stands under value, and changes the books.
	// The caller holds the lock.
	tell(s *Sandbox, l *line) (field string, value any)
}

// Quality is a phone_number_quality_update (Meta, its webhook reference). The
// event THROUGHPUT_UPGRADE lets 1,000 messages a second through from now on.
type Quality struct {
	Event string // ONBOARDING, THROUGHPUT_UPGRADE
	Tier  string // TIER_250, TIER_2K, TIER_10K, TIER_100K, TIER_UNLIMITED, …
}

func (q Quality) tell(_ *Sandbox, l *line) (string, any) {
	if q.Event == "THROUGHPUT_UPGRADE" {
		l.rate = newRate(1000)
	}
	return "phone_number_quality_update", map[string]any{
		"display_phone_number": l.DisplayNumber, "event": q.Event, "max_daily_conversations_per_business": q.Tier,
	}
}

// Capability is a business_capability_update (Meta, its webhook reference): the
// portfolio limit that holds from now on, negative for none. The page calls the
// value an integer, lists TIER_… as its values and shows 2000 in its sample (?);
// here it is a number, and -1 for none.
type Capability struct{ Limit int }

func (c Capability) tell(_ *Sandbox, l *line) (string, any) {
	l.portfolio.limit = max(c.Limit, -1)
	value := map[string]any{"max_daily_conversations_per_business": l.portfolio.limit}
	if c.Limit == newPortfolio {
		value["max_phone_numbers_per_business"] = 2
	} else {
		value["max_phone_numbers_per_waba"] = 25
	}
	return "business_capability_update", value
}

// Alert is an account_alerts webhook (Meta, its reference).
type Alert struct {
	EntityType string // BUSINESS, PHONE_NUMBER, CURRENT_STATUS_ID
	EntityID   string
	Severity   string // CRITICAL, WARNING, INFORMATIONAL
	Status     string // ACTIVE, NONE
	// Type and Description, such as INCREASED_CAPABILITIES_ELIGIBILITY_DEFERRED and
	// a sentence.
	Type, Description string
}

func (a Alert) tell(*Sandbox, *line) (string, any) {
	return "account_alerts", map[string]any{
		"entity_type": a.EntityType, "entity_id": a.EntityID,
		"alert_info": map[string]string{
			"alert_severity": a.Severity, "alert_status": a.Status, "alert_type": a.Type, "alert_description": a.Description,
		},
	}
}

// Account is an account_update webhook (Meta, its reference).
type Account struct {
	Event string // ACCOUNT_VIOLATION, DISABLED_UPDATE, ACCOUNT_DELETED, …
	// Violation is told with ACCOUNT_VIOLATION: ADULT, SCAM, …
	Violation string
	// BanState and BanDate are told with DISABLED_UPDATE: DISABLE, REINSTATE or
	// SCHEDULE_FOR_DISABLE, and a day such as "April 17, 2025".
	BanState, BanDate string
}

func (a Account) tell(*Sandbox, *line) (string, any) {
	value := map[string]any{"event": a.Event}
	if a.Violation != "" {
		value["violation_info"] = map[string]string{"violation_type": a.Violation}
	}
	if a.BanState != "" {
		value["ban_info"] = map[string]string{"waba_ban_state": a.BanState, "waba_ban_date": a.BanDate}
	}
	return "account_update", value
}

// TemplateStatus is a message_template_status_update (Meta, its webhook
// reference). From now on a template that is PAUSED is refused with 132015, one
// that is DISABLED with 132016, and one that is gone or not approved with 132001.
type TemplateStatus struct {
	Name, Language string
	// Event is APPROVED, PAUSED, DISABLED, REINSTATED, REJECTED, DELETED, …
	Event string
	// Reason is NONE when empty. Title and Description are told of pauses:
	// FIRST_PAUSE, SECOND_PAUSE, RATE_LIMITING_PAUSE, UNPAUSE, DISABLED.
	Reason, Title, Description string
	// DisabledAt is told with DISABLED.
	DisabledAt time.Time
}

func (t TemplateStatus) tell(s *Sandbox, _ *line) (string, any) {
	key := templateKey{t.Name, t.Language}
	known, ok := s.templates[key]
	if ok {
		known.state = t.Event
		s.templates[key] = known
	}
	value := map[string]any{
		"event": t.Event, "message_template_id": 1689556908129832, "message_template_name": t.Name,
		"message_template_language": t.Language, "reason": orElse(t.Reason, "NONE"),
		"message_template_category": strings.ToUpper(orElse(known.Category, "utility")),
	}
	if t.Title != "" {
		value["other_info"] = map[string]string{"title": t.Title, "description": t.Description}
	}
	if !t.DisabledAt.IsZero() {
		value["disable_info"] = map[string]int64{"disable_date": t.DisabledAt.Unix()}
	}
	return "message_template_status_update", value
}

// Notify sends a notice of a number or its account. It returns after the first
// delivery, answered 200 or not.
func (s *Sandbox) Notify(ctx context.Context, number string, n Notice) error {
	l := s.lines[number]
	if l == nil {
		return fmt.Errorf("send a notice: %w", ErrUnknownNumber)
	}
	s.mu.Lock()
	now := s.cfg.Now()
	field, value := n.tell(s, l)
	s.tell(Event{Kind: NoticeSent, At: now, Number: number, Status: field})
	s.mu.Unlock()
	body, err := envelope(l.BusinessID, now, change{value, field})
	if err != nil {
		return err
	}
	return s.post(ctx, l, body, 0)
}

// preference is one element of user_preferences (Meta, its webhook reference, and
// business-scoped-user-ids page).
type preference struct {
	WaID      string `json:"wa_id,omitempty"`
	UserID    string `json:"user_id,omitempty"`
	Detail    string `json:"detail"`
	Category  string `json:"category"`
	Value     string `json:"value"`
	Timestamp int64  `json:"timestamp"`
}

// Prefer lets a customer stop, or resume, the marketing of a business number. A
// marketing template that is sent all the same is accepted and fails with 131050;
// other templates go through. Meta writes "from your business" without saying
// whether that is the number, as here, or the whole account (?).
func (s *Sandbox) Prefer(ctx context.Context, number string, c Customer, stop bool) error {
	l := s.lines[number]
	if l == nil {
		return fmt.Errorf("prefer no marketing: %w", ErrUnknownNumber)
	}
	if err := c.check(); err != nil {
		return err
	}
	word := map[bool]string{true: "stop", false: "resume"}[stop]
	s.mu.Lock()
	now := s.cfg.Now()
	p := s.people.meet(c)
	p.with(number).stopped = stop
	who := p.Customer
	s.tell(Event{Kind: CustomerPrefers, At: now, Number: number, Customer: who, Status: word})
	s.mu.Unlock()
	v := value{Contacts: []contact{contactOf(who)}, Preferences: []preference{{
		WaID: who.Phone, UserID: who.UserID, Category: "marketing_messages", Value: word, Timestamp: now.Unix(),
		Detail: "User requested to " + word + " marketing messages",
	}}}
	body, err := envelope(l.BusinessID, time.Time{}, change{v.of(l.Number), "user_preferences"})
	if err != nil {
		return err
	}
	return s.post(ctx, l, body, 0)
}
