// Command weekly-kpi is the bare week: read the rows and recipients, mail each.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/ses"
	sestypes "github.com/aws/aws-sdk-go-v2/service/ses/types"

	"frontdesk/bench/bare"
)

// mailSize is about what a weekly mail has.
const mailSize = 40_000

type mailer struct {
	db    *dynamodb.Client
	ses   *ses.Client
	table string
	from  string
}

func main() {
	cfg, err := bare.Config(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	m := mailer{dynamodb.NewFromConfig(cfg), ses.NewFromConfig(cfg), os.Getenv("FRONTDESK_TABLE"), os.Getenv("FRONTDESK_MAIL_FROM")}
	lambda.Start(m.week)
}

type event struct{ Week string }

// before names the ISO week before a week such as 2026-W47.
func before(week string) (string, error) {
	var year, n int
	if _, err := fmt.Sscanf(week, "%d-W%d", &year, &n); err != nil {
		return "", err
	}
	year, n = time.Date(year, 1, 4, 0, 0, 0, 0, time.UTC).AddDate(0, 0, 7*(n-2)).ISOWeek() // 4 January is always in week 1
	return fmt.Sprintf("%d-W%02d", year, n), nil
}

func (m mailer) week(ctx context.Context, e event) error {
	last, err := before(e.Week)
	if err != nil {
		return err
	}
	for _, pk := range []string{"KPI#" + e.Week, "KPI#" + last, "MAIL#" + e.Week} {
		if _, err := m.db.Query(ctx, bare.Query(m.table, pk)); err != nil {
			return err
		}
	}
	out, err := m.db.Query(ctx, bare.Query(m.table, "RECIPIENTS"))
	if err != nil {
		return err
	}
	for _, recipient := range out.Items {
		if err := m.mail(ctx, e.Week, recipient["sk"].(*types.AttributeValueMemberS).Value); err != nil {
			return err
		}
	}
	return nil
}

func (m mailer) mail(ctx context.Context, week, to string) error {
	raw := []byte("Subject: The week\r\n\r\n" + strings.Repeat("x", mailSize))
	if err := m.mark(ctx, week, to); err != nil {
		return err
	}
	if _, err := m.ses.SendRawEmail(ctx, &ses.SendRawEmailInput{Source: &m.from, Destinations: []string{to},
		RawMessage: &sestypes.RawMessage{Data: raw}}); err != nil {
		return err
	}
	return m.mark(ctx, week, to)
}

func (m mailer) mark(ctx context.Context, week, to string) error {
	_, err := m.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: &m.table, Item: bare.Item("MAIL#"+week, to, 200)})
	return err
}
