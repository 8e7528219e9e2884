// Command weekly-kpi is the bare week: for each recipient, add up the rows of
// eight weeks and mail something as large as the report.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/ses"
	sestypes "github.com/aws/aws-sdk-go-v2/service/ses/types"

	"frontdesk/bench/bare"
)

// mailSize is about what a weekly mail has, in bytes; weeks is how many it looks at.
const (
	mailSize = 40_000
	weeks    = 8
)

type mailer struct {
	db    *dynamodb.Client
	ses   *ses.Client
	table string
	from  string
	live  bare.Live
}

func main() {
	cfg, err := bare.Config(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	m := &mailer{db: dynamodb.NewFromConfig(cfg), ses: ses.NewFromConfig(cfg), table: os.Getenv("FRONTDESK_TABLE"), from: os.Getenv("FRONTDESK_MAIL_FROM")}
	lambda.Start(m.week)
}

type event struct{ Week string }

func (m *mailer) week(ctx context.Context, e event) error {
	out, err := m.db.Query(ctx, bare.Query(m.table, "RECIPIENTS"))
	if err != nil {
		return err
	}
	for _, recipient := range out.Items {
		if err := m.figures(ctx, e.Week); err != nil {
			return err
		}
		if _, err := m.db.Query(ctx, bare.Query(m.table, "FIGURES#"+e.Week)); err != nil { // what channels counted themselves
			return err
		}
		if err := m.mail(ctx, e.Week, recipient["sk"].(*types.AttributeValueMemberS).Value); err != nil {
			return err
		}
	}
	return nil
}

// row is what a KPI row counts, as far as a mail cannot do without it.
type row struct {
	In            int64            `json:"in"`
	Out           int64            `json:"out_filter"`
	Conversations int64            `json:"conversations"`
	Unanswered    int64            `json:"unanswered"`
	Hours         [24]int64        `json:"in_hours"`
	Filters       map[string]int64 `json:"filters"`
}

func (sum *row) add(r row) {
	sum.In, sum.Out, sum.Conversations, sum.Unanswered = sum.In+r.In, sum.Out+r.Out, sum.Conversations+r.Conversations, sum.Unanswered+r.Unanswered
	for i, n := range r.Hours {
		sum.Hours[i] += n
	}
	for filter, n := range r.Filters {
		sum.Filters[filter] += n
	}
}

// figures adds up the rows of a week and those before it, and reads what is live.
func (m *mailer) figures(ctx context.Context, week string) error {
	var year, n int
	if _, err := fmt.Sscanf(week, "%d-W%d", &year, &n); err != nil {
		return err
	}
	fourth := time.Date(year, 1, 4, 0, 0, 0, 0, time.UTC) // 4 January is always in week 1
	for back := range weeks {
		y, w := fourth.AddDate(0, 0, 7*(n-1-back)).ISOWeek()
		if err := m.sum(ctx, fmt.Sprintf("KPI#%d-W%02d", y, w)); err != nil {
			return err
		}
	}
	if m.live.Due() {
		if err := bare.Get(ctx, m.db, m.table, "PLAYBOOK", "LIVE"); err != nil {
			return err
		}
	}
	return m.live.Load(ctx, m.db, m.table)
}

func (m *mailer) sum(ctx context.Context, pk string) error {
	out, err := m.db.Query(ctx, bare.Query(m.table, pk))
	if err != nil {
		return err
	}
	sum := row{Filters: map[string]int64{}}
	for _, item := range out.Items {
		var r row
		if err := bare.Decode(item, &r); err != nil {
			return err
		}
		sum.add(r)
	}
	return nil
}

func (m *mailer) mail(ctx context.Context, week, to string) error {
	key := bare.Key("MAIL#"+week, to)
	claim := bare.Lasting(m.table, key, bare.Body(150))
	claim.ConditionExpression = aws.String("attribute_not_exists(pk)")
	if _, err := m.db.UpdateItem(ctx, bare.Alone(claim)); err != nil {
		return err
	}
	raw := []byte("Subject: The week\r\n\r\n" + strings.Repeat("x", mailSize))
	if _, err := m.ses.SendRawEmail(ctx, &ses.SendRawEmailInput{Source: &m.from, Destinations: []string{to},
		RawMessage: &sestypes.RawMessage{Data: raw}}); err != nil {
		return err
	}
	_, err := m.db.UpdateItem(ctx, bare.Alone(bare.Lasting(m.table, key, bare.Body(150))))
	return err
}
