package bare_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"frontdesk/bench/bare"
	"frontdesk/shared/lambdatest"
	"frontdesk/shared/table/dynamo"
	"frontdesk/shared/table/dynamo/local"
)

var emulator local.Server

// A bare program that answers wrongly would make a worthless ratio.
func TestEveryBareProgramGivesTheRightAnswer(t *testing.T) {
	const table = "bare"
	db := emulator.Client(t)
	if err := dynamo.CreateTable(t.Context(), db, table); err != nil {
		t.Fatal(err)
	}
	for _, key := range []bare.Attributes{bare.Key("PLAYBOOK", "V#000000001"), bare.Key("RECIPIENTS", "boss@example.com")} {
		if _, err := db.UpdateItem(t.Context(), bare.Alone(bare.Lasting(table, key, bare.Body(10)))); err != nil {
			t.Fatal(err)
		}
	}
	c := lambdatest.NewCloud(t, sample(t, "channels.json"), emulator.Endpoint(t), table)
	c.SQS.Load(lambdatest.InboxDeadURL, lambdatest.Sent{Body: "{}"})
	cases := []struct {
		program, event string
		right          func(answer string) bool
	}{
		{"webhook", "webhook-post.json", func(a string) bool { return status(a) == 200 && len(c.SQS.Sent(lambdatest.InboxURL)) == 1 }},
		{"desk", "desk.json", func(a string) bool { return len(c.Graph.Sent()) == 1 && !strings.Contains(a, "itemIdentifier") }},
		{"receipts", "receipts.json", func(a string) bool { return !strings.Contains(a, "itemIdentifier") }},
		{"rollup", "rollup.json", func(a string) bool { return a == "null" }},
		{"weekly-kpi", "weekly-kpi.json", func(a string) bool { return len(c.SES.Mails()) == 1 }},
		{"timers", "timers.json", func(a string) bool { return a == "null" && c.SQS.Left(lambdatest.InboxDeadURL) == 0 }},
		{"admin", "admin-get.json", func(a string) bool { return status(a) == 200 && strings.Contains(a, "xxxxxxxxxx") }},
	}
	for _, p := range cases {
		t.Run(p.program, func(t *testing.T) {
			f := lambdatest.Start(t, lambdatest.Build(t, "./"+p.program), c.Env())
			answer, err := f.Invoke(sample(t, p.event))
			if err != nil || !p.right(string(answer)) {
				t.Errorf("got %s, %v\n%s", answer, err, f.Log())
			}
		})
	}
}

func status(answer string) int {
	var r events.APIGatewayV2HTTPResponse
	if json.Unmarshal([]byte(answer), &r) != nil {
		return 0
	}
	return r.StatusCode
}

func sample(t testing.TB, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile("../../events/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
