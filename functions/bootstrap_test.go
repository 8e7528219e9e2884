// Package functions starts every function as it is built for AWS, against a
// stand-in of the Lambda Runtime API with DynamoDB Local and the other services
// behind it, and hands it its sample event.
package functions

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/conversation"
	"frontdesk/shared/lambdatest"
	"frontdesk/shared/playbook"
	"frontdesk/shared/record"
	"frontdesk/shared/table/dynamo"
	"frontdesk/shared/table/dynamo/local"
	"frontdesk/shared/week"
)

var emulator local.Server

// home is the conversation that all samples are about.
const home = "su32sr79nltq5o4n7l62kdddjg"

// tableName is the table of these tests.
const tableName = "functions"

// company is a running cloud with a published playbook and a mail recipient.
type company struct {
	*lambdatest.Cloud
	store *record.Store
	zone  *time.Location
	now   time.Time
}

func newCompany(t *testing.T) *company {
	t.Helper()
	client := emulator.Client(t)
	if err := dynamo.CreateTable(t.Context(), client, tableName); err != nil {
		t.Fatal(err)
	}
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	c := &company{
		Cloud: lambdatest.NewCloud(t, sample(t, "channels.json"), emulator.Endpoint(t), tableName),
		store: record.New(dynamo.New(client, tableName, dynamo.Options{})), zone: zone, now: time.Now().Truncate(time.Second),
	}
	c.open(t)
	return c
}

// open publishes a playbook and names who gets the week's mail.
func (c *company) open(t *testing.T) {
	t.Helper()
	p := playbook.Playbook{
		Languages: []string{"en"},
		Templates: []playbook.Template{{ID: "price", Name: "Price", Variants: []playbook.Variant{
			{Language: "en", Shape: "text", Text: "Our prices start at 10 euros."}}}},
		Filters: []playbook.Filter{{ID: "price", Name: "Price", When: playbook.Condition{Contains: []string{"price"}}, Then: playbook.Action{Reply: "price"}}},
	}
	audit := func(n int) record.Audit {
		return record.Audit{ID: conversation.NewID(c.now, fmt.Appendf(nil, "audit%d", n)), At: c.now, Who: "test", Action: "test"}
	}
	if err := c.store.Publish(t.Context(), p, record.VersionInfo{Number: 1, At: c.now}, audit(1)); err != nil {
		t.Fatal(err)
	}
	r := record.Recipient{ID: "boss", Address: "boss@example.com", Language: "en"}
	if err := c.store.SaveRecipient(t.Context(), r, audit(2)); err != nil {
		t.Fatal(err)
	}
}

// sample reads a sample event.
func sample(t testing.TB, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile("../events/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// today moves a sample from its own time to now: functions use the real clock.
func (c *company) today(event []byte) []byte {
	return []byte(strings.NewReplacer(
		"2026-11-22T06:00:00Z", c.now.UTC().Format(time.RFC3339),
		"2026-11-22T06:00:03Z", c.now.Add(3*time.Second).UTC().Format(time.RFC3339),
		"2026-11-22T19:10:00Z", c.now.AddDate(0, 0, 1).UTC().Format(time.RFC3339), // the night after today
		"2026-W47", c.week(),
	).Replace(string(event)))
}

func (c *company) day() string { return week.Day(c.now, c.zone) }

func (c *company) week() string {
	year, n := c.now.In(c.zone).ISOWeek()
	return fmt.Sprintf("%d-W%02d", year, n)
}

// start builds and runs a function.
func (c *company) start(t *testing.T, name string) *lambdatest.Function {
	t.Helper()
	return lambdatest.Start(t, lambdatest.Build(t, "./"+name), c.Env())
}

// invoke hands over an event and decodes the answer.
func invoke[T any](t *testing.T, f *lambdatest.Function, event []byte) T {
	t.Helper()
	raw, err := f.Invoke(event)
	if err != nil {
		t.Fatalf("%v\n%s", err, f.Log())
	}
	var answer T
	if err := json.Unmarshal(raw, &answer); err != nil {
		t.Fatalf("got %s: %v", raw, err)
	}
	return answer
}

func noFailures(t *testing.T, got events.SQSEventResponse, f *lambdatest.Function) {
	t.Helper()
	if len(got.BatchItemFailures) != 0 {
		t.Fatalf("got failures %v, want none\n%s", got.BatchItemFailures, f.Log())
	}
}

// TestEachFunctionAnswersItsSampleEvent follows one message through the functions in
// the order in which AWS would run them.
func TestEachFunctionAnswersItsSampleEvent(t *testing.T) {
	c := newCompany(t)
	t.Run("webhook puts the message on the inbox and the status on receipts", c.webhook)
	t.Run("desk answers it once", c.desk)
	t.Run("receipts records that the answer was delivered", c.receipts)
	t.Run("rollup makes the day's row", c.rollup)
	t.Run("weekly-kpi mails the week once", c.weeklyKPI)
	t.Run("timers buries SQS's dead letters", c.timers)
	t.Run("admin answers an admin, and nobody without a role", c.admin)
}

func (c *company) webhook(t *testing.T) {
	f := c.start(t, "webhook")
	for event, want := range map[string]events.APIGatewayV2HTTPResponse{
		"webhook-post.json": {StatusCode: 200}, "webhook-post-status.json": {StatusCode: 200},
		"webhook-get.json": {StatusCode: 200, Body: "1158201444"},
	} {
		if got := invoke[events.APIGatewayV2HTTPResponse](t, f, sample(t, event)); got.StatusCode != want.StatusCode || got.Body != want.Body {
			t.Errorf("%s: got %d %q, want %d %q", event, got.StatusCode, got.Body, want.StatusCode, want.Body)
		}
	}
	if d := cmp.Diff(queued(t, "desk.json"), c.SQS.Sent(lambdatest.InboxURL)); d != "" {
		t.Errorf("the inbox does not hold what events/desk.json shows: %s", d)
	}
	var got, want any
	for _, m := range c.SQS.Sent(lambdatest.ReceiptsURL) {
		_ = json.Unmarshal([]byte(m.Body), &got)
	}
	_ = json.Unmarshal([]byte(queued(t, "receipts.json")[0].Body), &want)
	if d := cmp.Diff(want, got, cmp.FilterPath(isName, cmp.Ignore())); d != "" {
		t.Errorf("the receipts queue does not hold what events/receipts.json shows: %s", d)
	}
}

// isName leaves a contact's name out of a comparison.
func isName(p cmp.Path) bool { return strings.Contains(p.GoString(), `["name"]`) }

// queued is what must have been put on a queue for this event to be delivered.
func queued(t *testing.T, name string) []lambdatest.Sent {
	t.Helper()
	var e events.SQSEvent
	if err := json.Unmarshal(sample(t, name), &e); err != nil {
		t.Fatal(err)
	}
	var all []lambdatest.Sent
	for _, r := range e.Records {
		all = append(all, lambdatest.Sent{Body: r.Body, Group: r.Attributes["MessageGroupId"], Dedup: r.Attributes["MessageDeduplicationId"]})
	}
	return all
}

func (c *company) desk(t *testing.T) {
	f := c.start(t, "desk")
	event := c.today(sample(t, "desk.json"))
	noFailures(t, invoke[events.SQSEventResponse](t, f, event), f)
	noFailures(t, invoke[events.SQSEventResponse](t, f, event), f) // delivered again
	sent := c.Graph.Sent()
	if len(sent) != 1 || !strings.Contains(string(sent[0]), "Our prices start at 10 euros.") {
		t.Fatalf("got sent %s, want the price once", sent)
	}
	h, err := c.store.Head(t.Context(), home)
	if err != nil || h.Status != conversation.Resolved {
		t.Errorf("got head %+v, %v, want a resolved conversation", h, err)
	}
	if strings.Contains(f.Log(), "16505551234") || strings.Contains(f.Log(), "sample-token") {
		t.Errorf("got personal data or a token in the log: %s", f.Log())
	}
}

func (c *company) receipts(t *testing.T) {
	var sent struct {
		Ref string `json:"biz_opaque_callback_data"`
	}
	if err := json.Unmarshal(c.Graph.Sent()[0], &sent); err != nil {
		t.Fatal(err)
	}
	_, replyID, ok := conversation.ParseRef(sent.Ref)
	if !ok {
		t.Fatalf("got reference %q with the reply, want ours", sent.Ref)
	}
	f := c.start(t, "receipts")
	event := strings.ReplaceAll(string(c.today(sample(t, "receipts.json"))), home+".06h03loet1pm2rbgdhig", sent.Ref)
	noFailures(t, invoke[events.SQSEventResponse](t, f, []byte(event)), f)
	got, err := c.store.Receipts(t.Context(), home, replyID)
	if err != nil || len(got) != 1 || got[0].Status != "delivered" {
		t.Errorf("got receipts %+v, %v, want one: delivered", got, err)
	}
}

func (c *company) rollup(t *testing.T) {
	f := c.start(t, "rollup")
	invoke[any](t, f, c.today(sample(t, "rollup.json")))
	rows, err := c.store.KPIRows(t.Context(), c.week())
	var ours []record.KPIRow // besides days on which nothing happened
	for _, row := range rows {
		if row.Channel != "" {
			ours = append(ours, row)
		}
	}
	if err != nil || len(ours) != 1 || ours[0].Day != c.day() || ours[0].Channel != "wa-main" {
		t.Errorf("got rows %v, %v, want one for %s\n%s", ours, err, c.day(), f.Log())
	}
}

func (c *company) weeklyKPI(t *testing.T) {
	f := c.start(t, "weekly-kpi")
	event := c.today(sample(t, "weekly-kpi.json"))
	invoke[any](t, f, event)
	invoke[any](t, f, event) // a rerun sends nobody a second mail
	mails := c.SES.Mails()
	if len(mails) != 1 || !cmp.Equal(mails[0].Destinations, []string{"boss@example.com"}) {
		t.Fatalf("got %d mails %+v, want one to the recipient\n%s", len(mails), mails, f.Log())
	}
	if !strings.Contains(string(mails[0].Raw), lambdatest.MailFrom) {
		t.Errorf("got a mail without its sender %s", lambdatest.MailFrom)
	}
}

func (c *company) timers(t *testing.T) {
	c.SQS.Load(lambdatest.InboxDeadURL, queued(t, "desk.json")...)
	f := c.start(t, "timers")
	invoke[any](t, f, sample(t, "timers.json"))
	dead, err := c.store.DeadLetters(t.Context(), "", 10)
	if err != nil || len(dead) != 1 || dead[0].Queue != "inbox" || dead[0].Group != home {
		t.Errorf("got dead letters %+v, %v, want the one of the inbox\n%s", dead, err, f.Log())
	}
	if left := c.SQS.Left(lambdatest.InboxDeadURL); left != 0 {
		t.Errorf("got %d left on SQS's dead-letter queue, want none", left)
	}
}

func (c *company) admin(t *testing.T) {
	f := c.start(t, "admin")
	got := invoke[events.APIGatewayV2HTTPResponse](t, f, sample(t, "admin-get.json"))
	if got.StatusCode != 200 || !strings.HasPrefix(got.Headers["Content-Type"], "application/json") {
		t.Errorf("got %d %v %s, want 200 with JSON\n%s", got.StatusCode, got.Headers, got.Body, f.Log())
	}
	noRole := strings.Replace(string(sample(t, "admin-get.json")), `"role": "admin"`, `"role": ""`, 1)
	if got := invoke[events.APIGatewayV2HTTPResponse](t, f, []byte(noRole)); got.StatusCode != 403 {
		t.Errorf("got %d without a role, want 403", got.StatusCode)
	}
}

// placeholder is what template.yaml puts into a new secret.
func placeholder(t *testing.T) string {
	t.Helper()
	raw, err := os.ReadFile("../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(raw), "SecretString: >-\n")
	text, _, found := strings.Cut(rest, "}]")
	if !ok || !found {
		t.Fatal("template.yaml has no placeholder for the channels")
	}
	return strings.Join(strings.Fields(text+"}]"), " ")
}

func TestFunctionsRefuseToStartWithThePlaceholderSecret(t *testing.T) {
	c := lambdatest.NewCloud(t, []byte(placeholder(t)), "http://127.0.0.1:9", tableName)
	for _, name := range []string{"webhook", "desk"} {
		t.Run(name, func(t *testing.T) {
			f := lambdatest.Start(t, lambdatest.Build(t, "./"+name), c.Env())
			_, err := f.Invoke(sample(t, name+firstSample[name]))
			if !errors.Is(err, lambdatest.ErrGone) {
				t.Fatalf("got %v, want an end before the first answer", err)
			}
			for _, want := range []string{"wa-main", "app_secret", `"alarm"`} {
				if !strings.Contains(f.Log(), want) {
					t.Errorf("got log %s, want %s in it", f.Log(), want)
				}
			}
		})
	}
}

// firstSample is the end of the name of a function's first sample.
var firstSample = map[string]string{"webhook": "-post.json", "desk": ".json"}

func TestWebhookAnswers503WhenTheQueueRefuses(t *testing.T) {
	c := lambdatest.NewCloud(t, sample(t, "channels.json"), "http://127.0.0.1:9", tableName)
	c.SQS.Refuse(true)
	f := lambdatest.Start(t, lambdatest.Build(t, "./webhook"), append(c.Env(), "AWS_MAX_ATTEMPTS=1"))
	if got := invoke[events.APIGatewayV2HTTPResponse](t, f, sample(t, "webhook-post.json")); got.StatusCode != 503 {
		t.Errorf("got %d, want 503\n%s", got.StatusCode, f.Log())
	}
}

func TestTheGlobalEndpointVariableIsHonoured(t *testing.T) {
	const other = "elsewhere"
	client := emulator.Client(t)
	if err := dynamo.CreateTable(t.Context(), client, other); err != nil {
		t.Fatal(err)
	}
	env := lambdatest.NewCloud(t, sample(t, "channels.json"), emulator.Endpoint(t), other).Env()
	for i, v := range env {
		if value, ok := strings.CutPrefix(v, "AWS_ENDPOINT_URL_DYNAMODB="); ok {
			env[i] = "AWS_ENDPOINT_URL=" + value
		}
	}
	f := lambdatest.Start(t, lambdatest.Build(t, "./rollup"), env)
	invoke[any](t, f, sample(t, "rollup.json"))
	rows, err := record.New(dynamo.New(client, other, dynamo.Options{})).KPIRows(t.Context(), "2026-W47")
	if err != nil || len(rows) == 0 {
		t.Errorf("got rows %v, %v, want the days before the event's\n%s", rows, err, f.Log())
	}
}
