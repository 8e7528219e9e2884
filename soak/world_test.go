package soak_test

import (
	"context"
	"encoding/base64"
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
	for name, leak := range map[string]func(message.Outgoing) string{
		"a phone number": func(out message.Outgoing) string { return "send to " + out.To.Phone },
		"a name":         func(out message.Outgoing) string { return strconv.QuoteToASCII(out.To.Name) },
		"a text": func(out message.Outgoing) string {
			return base64.StdEncoding.EncodeToString([]byte("x" + out.Content.Text))
		},
	} {
		cfg := quiet(t, 3)
		cfg.Sender = func(desk.Sender) desk.Sender {
			return func(_ context.Context, out message.Outgoing) (string, error) {
				return "", &message.SendError{Class: message.Bug, Reason: "planted: " + leak(out)}
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
	for _, host := range []world.Host{world.Machine, world.Functions} {
		cfg := quiet(t, 4)
		cfg.Host = host
		out, report, err := soak.One(t.Context(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		bad := report.Bad()
		if len(bad) > 0 || report.Acked != cfg.Messages || out.Leaks.Seen() == 0 || len(out.Leaks.Found()) > 0 {
			t.Errorf("%s: got %v, %d acknowledged, leaks %v", host, bad, report.Acked, out.Leaks.Found())
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
	tally := soak.NewTally("functions")
	tally.Add(out, report)
	text := strings.Join(tally.Failures, "\n")
	if !strings.Contains(text, "LOST: message Q0000") || !strings.Contains(text, "FRONTDESK_SOAK_WORLD=5 FRONTDESK_SOAK_MESSAGES=40") {
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
