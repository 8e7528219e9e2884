package functions

import (
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestEveryFunctionHasItsPlaceInTheTemplate finds a function that was added and
// not deployed, and a sample that no test reads.
func TestEveryFunctionHasItsPlaceInTheTemplate(t *testing.T) {
	raw, err := os.ReadFile("../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		name := "FunctionName: !Sub ${AWS::StackName}-" + entry.Name() + "\n"
		if entry.IsDir() && !strings.Contains(string(raw), name) {
			t.Errorf("template.yaml does not deploy functions/%s", entry.Name())
		}
	}
}

// TestAccessLogNamesNoAddress: a webhook's query holds the verify token, a path
// may name a person.
func TestAccessLogNamesNoAddress(t *testing.T) {
	raw, err := os.ReadFile("../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, format, ok := strings.Cut(string(raw), "AccessLogSettings:")
	format, _, found := strings.Cut(format, "\n\n")
	if !ok || !found || !strings.Contains(format, "$context.routeKey") {
		t.Fatalf("got access log %q, want the route in it", format)
	}
	for _, secret := range []string{"path", "querystring", "sourceIp", "identity", "resourcePath"} {
		if strings.Contains(format, "$context."+secret) {
			t.Errorf("the access log holds $context.%s", secret)
		}
	}
}

// TestMessagesStayHiddenSixTimesAsLongAsTheirFunctionMayRun holds what AWS advises for
// event source mappings.
func TestMessagesStayHiddenSixTimesAsLongAsTheirFunctionMayRun(t *testing.T) {
	raw, err := os.ReadFile("../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for queue, function := range map[string]string{"InboxQueue": "DeskFunction", "ReceiptsQueue": "ReceiptsFunction"} {
		hidden, timeout := number(t, string(raw), queue, "VisibilityTimeout"), number(t, string(raw), function, "Timeout")
		if hidden < 6*timeout {
			t.Errorf("%s hides messages for %d s, want at least 6 × %d s", queue, hidden, timeout)
		}
	}
}

// number reads a property of a resource.
func number(t *testing.T, template, resource, property string) int {
	t.Helper()
	form := regexp.MustCompile(`(?s)\n  ` + resource + `:\n.*?\n      ` + property + `: (\d+)\n`)
	found := form.FindStringSubmatch(template)
	if found == nil {
		t.Fatalf("template.yaml: %s has no %s", resource, property)
	}
	n, err := strconv.Atoi(found[1])
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestTheDeskMayQueueWhatItFetches: what a customer service account has for us goes from
// the desk's function onto both queues, and the clock may call for it.
func TestTheDeskMayQueueWhatItFetches(t *testing.T) {
	raw, err := os.ReadFile("../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for resource, wants := range map[string][]string{
		"DeskRole":       {"Action: sqs:SendMessage\n                Resource:\n                  - !GetAtt InboxQueue.Arn\n                  - !GetAtt ReceiptsQueue.Arn"},
		"DeskFunction":   {"FRONTDESK_INBOX_QUEUE_URL: !Ref InboxQueue", "FRONTDESK_RECEIPTS_QUEUE_URL: !Ref ReceiptsQueue"},
		"TimersRole":     {"Action: sqs:SendMessage\n                Resource: !GetAtt InboxQueue.Arn", `dynamodb:LeadingKeys: ["PULLS", "PLAYBOOK", "PART#*", "MENUS", "FIGURES", "FIGURES#*", "KPI#*", "OUTBOX", "APPROVED", "DUE", "TEAM#*", "AWAY", "C#*"]`},
		"TimersFunction": {"FRONTDESK_INBOX_QUEUE_URL: !Ref InboxQueue"},
	} {
		_, part, _ := strings.Cut(string(raw), "\n  "+resource+":\n")
		part, _, _ = strings.Cut(part, "\n\n")
		for _, want := range wants {
			if !strings.Contains(part, want) {
				t.Errorf("%s: got no %q", resource, want)
			}
		}
	}
}

// TestWhoeverWritesAHeadMayMoveItsRows: where a conversation stands in its team and when it
// is looked at again are rows that are written, and removed, with its head.
func TestWhoeverWritesAHeadMayMoveItsRows(t *testing.T) {
	raw, err := os.ReadFile("../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for role, want := range map[string]string{
		"DeskRole":     `dynamodb:LeadingKeys: ["OUTBOX", "FIGURES", "TEAM#*", "DUE", "BLOCKED"]`,
		"ReceiptsRole": `dynamodb:LeadingKeys: ["TEAM#*", "DUE"]`,
		"TimersRole":   `dynamodb:LeadingKeys: ["DUE", "TEAM#*", "C#*", "OUTBOX"]`,
	} {
		_, part, _ := strings.Cut(string(raw), "\n  "+role+":\n")
		part, _, _ = strings.Cut(part, "\n\n")
		if _, after, ok := strings.Cut(part, "DeleteItem"); !ok || !strings.Contains(after, want) {
			t.Errorf("%s: may not remove rows of %s", role, want)
		}
	}
}
