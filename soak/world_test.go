package soak_test

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"frontdesk/shared/desk"
	"frontdesk/shared/message"
	"frontdesk/soak"
	"frontdesk/soak/audit"
	"frontdesk/soak/fault"
	"frontdesk/soak/marks"
	"frontdesk/soak/world"
)

// quiet is a world in which nothing goes wrong.
func quiet(t *testing.T, seed uint64) world.Config {
	return world.Config{Seed: seed, Host: world.Functions, Messages: 40, Open: onDisk(t), Chances: fault.Chances{}}
}

// A leak that is planted in an error must be found, in a form that no reader would see.
func TestAPlantedLeakIsFound(t *testing.T) {
	for name, plant := range map[string]struct {
		ch   world.Channel
		leak func(message.Outgoing) string
	}{
		"a phone number": {world.WhatsApp, func(out message.Outgoing) string { return "send to " + out.To.Phone }},
		"a name":         {world.WhatsApp, func(out message.Outgoing) string { return strconv.QuoteToASCII(out.To.Name) }},
		"a text": {world.WhatsApp, func(out message.Outgoing) string {
			return base64.StdEncoding.EncodeToString([]byte("x" + out.Content.Text))
		}},
		"an external_userid": {world.KFUnknown, func(out message.Outgoing) string { return hex.EncodeToString([]byte(out.To.UserID)) }},
		"a user id":          {world.AppPlain, func(out message.Outgoing) string { return "send to " + out.To.UserID }},
	} {
		cfg := quiet(t, 3)
		cfg.Channel = plant.ch
		cfg.Sender = func(desk.Sender) desk.Sender {
			return func(_ context.Context, out message.Outgoing) (string, error) {
				return "", &message.SendError{Class: message.Bug, Reason: "planted: " + plant.leak(out)}
			}
		}
		out, _, err := soak.One(t.Context(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(out.Leaks.Found(), func(f marks.Found) bool { return f.What == name }) {
			t.Errorf("%s: got %d others", name, len(out.Leaks.Found()))
		}
	}
}

func TestAWorldWithoutFaultsIsWithoutOddities(t *testing.T) {
	for _, ch := range world.Channels() {
		for _, host := range []world.Host{world.Machine, world.Functions} {
			cfg := quiet(t, 4)
			cfg.Host, cfg.Channel = host, ch
			out, report, err := soak.One(t.Context(), cfg)
			if err != nil {
				t.Fatal(err)
			}
			bad := report.Bad()
			if len(bad) > 0 || report.Acked != cfg.Messages || out.Leaks.Seen() == 0 || len(out.Leaks.Found()) > 0 {
				t.Errorf("%s on %s: got %v, %d acknowledged, leaks %v", ch, host, bad, report.Acked, out.Leaks.Found())
			}
		}
	}
}

// oddities are what the auditor found in a world, and how often.
func oddities(t *testing.T, cfg world.Config) (audit.Report, map[audit.Oddity]int) {
	t.Helper()
	out, report, err := soak.One(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	if out.Stuck != "" {
		t.Error(out.Stuck)
	}
	found := map[audit.Oddity]int{}
	for _, f := range report.Findings {
		found[f.Oddity]++
	}
	return report, found
}

// Customer service keeps what nobody called for, and the clockwork fetches it. Without
// the clockwork all of it is lost, and the bench must say so.
func TestWithoutASingleCallbackEverythingIsFetched(t *testing.T) {
	cfg := quiet(t, 6)
	cfg.Host, cfg.Channel, cfg.Chances = world.Machine, world.KFUnknown, fault.Chances{fault.CallbackGone: 1}
	if report, found := oddities(t, cfg); len(report.Bad()) > 0 || report.Replies < cfg.Messages/4 {
		t.Errorf("got %v and %d replies, want every message handled", found, report.Replies)
	}
	cfg.Still = true
	if _, found := oddities(t, cfg); found[audit.LostMessage] != cfg.Messages {
		t.Errorf("without the clockwork: got %v, want all %d lost", found, cfg.Messages)
	}
}

// What is planted in the way to the channel must be found by the rule that is for it.
func TestWhatIsSentTooOftenIsFound(t *testing.T) {
	for _, c := range []struct {
		name  string
		ch    world.Channel
		again func(message.Outgoing) message.Outgoing
		times int
		want  audit.Oddity
	}{
		{"more than a member may get in a minute", world.AppPlain, func(o message.Outgoing) message.Outgoing { return o }, 40, audit.Swallowed},
		{"a repeat in other words, which the duplicate check does not know", world.AppChecked, func(o message.Outgoing) message.Outgoing {
			o.Content.Text += "."
			return o
		}, 1, audit.KeyedTwice},
		{"a repeat under another id", world.KFIgnored, func(o message.Outgoing) message.Outgoing {
			o.Ref += "again"
			return o
		}, 1, audit.Unexplained},
		{"a repeat at once, where the channel has no key", world.KFUnknown, func(o message.Outgoing) message.Outgoing { return o }, 1, audit.TooSoon},
	} {
		cfg := quiet(t, 5)
		cfg.Channel = c.ch
		cfg.Sender = func(next desk.Sender) desk.Sender {
			return func(ctx context.Context, out message.Outgoing) (string, error) {
				id, err := next(ctx, out)
				for range c.times {
					_, _ = next(ctx, c.again(out))
				}
				return id, err
			}
		}
		if _, found := oddities(t, cfg); found[c.want] == 0 {
			t.Errorf("%s: got %v, want %q", c.name, found, c.want)
		}
	}
}

// An operator must be told of each double.
func TestADoubleWithoutAnAlarmIsFound(t *testing.T) {
	for alarms, want := range map[int]int{1: 0, 0: 1} {
		out := &world.Outcome{
			Faults: fault.New(nil, nil), Leaks: marks.New(nil), Alarms: map[string]int{"unproven": alarms},
		}
		tally := soak.NewTally("bolt", world.AppPlain)
		tally.Add(out, audit.Report{Findings: []audit.Finding{{Oddity: audit.Explained}}})
		if len(tally.Failures) != want {
			t.Errorf("%d alarms of one double: got %q", alarms, tally.Failures)
		}
	}
}

// Without a sender nothing is answered, and the bench must say so.
func TestADeskThatSwallowsMessagesIsFound(t *testing.T) {
	cfg := quiet(t, 5)
	cfg.Sender = func(desk.Sender) desk.Sender {
		return func(context.Context, message.Outgoing) (string, error) { return "wamid.none", nil }
	}
	out, report, err := soak.One(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	tally := soak.NewTally("functions", world.WhatsApp)
	tally.Add(out, report)
	text := strings.Join(tally.Failures, "\n")
	if !strings.Contains(text, "LOST: message Q0000") || !strings.Contains(text, "FRONTDESK_SOAK_CHANNEL=whatsapp FRONTDESK_SOAK_WORLD=5 FRONTDESK_SOAK_MESSAGES=40") {
		t.Errorf("got %s, want lost messages and how to see them again", text)
	}
}

// setting finds a number in template.yaml: of a resource, the first of that name.
func setting(t *testing.T, template, resource, name string) int {
	t.Helper()
	found := regexp.MustCompile(`(?s)\n  ` + resource + `:\n.*?\n +` + name + `: (\d+)\n`).FindStringSubmatch(template)
	if found == nil {
		t.Fatalf("template.yaml has no %s with %s", resource, name)
	}
	n, _ := strconv.Atoi(found[1])
	return n
}

func TestTheSettingsAreThoseOfTheTemplate(t *testing.T) {
	text, err := os.ReadFile("../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		resource, name string
		want           int
	}{
		{"InboxQueue", "VisibilityTimeout", int(world.InboxVisibility / time.Second)},
		{"InboxQueue", "maxReceiveCount", world.InboxReceives},
		{"ReceiptsQueue", "VisibilityTimeout", int(world.ReceiptsVisible / time.Second)},
		{"ReceiptsQueue", "maxReceiveCount", world.ReceiptsReceives},
		{"DeskFunction", "Timeout", int(world.DeskTimeout / time.Second)},
		{"ReceiptsFunction", "Timeout", int(world.ReceiptsTimeout / time.Second)},
		{"WebhookFunction", "Timeout", int(world.DoorTimeout / time.Second)},
	} {
		if got := setting(t, string(text), c.resource, c.name); got != c.want {
			t.Errorf("%s, %s: the template says %d, the bench %d", c.resource, c.name, got, c.want)
		}
	}
}
