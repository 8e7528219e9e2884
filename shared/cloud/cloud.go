// Package cloud wires the steps to AWS: the table to DynamoDB, the queues to
// SQS, mail to SES, the channels' secrets to Secrets Manager. Each function under
// functions/ takes from it what it needs. The steps themselves are the same as on
// one machine.
package cloud

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"frontdesk/shared/channel"
	"frontdesk/shared/config"
	"frontdesk/shared/deadletter"
	inboxsqs "frontdesk/shared/inbox/sqs"
	"frontdesk/shared/live"
	"frontdesk/shared/record"
	"frontdesk/shared/table/dynamo"
)

// Cloud is what every function starts from.
type Cloud struct {
	config.Config
	AWS   aws.Config
	Log   *slog.Logger
	Store *record.Store
}

// Open reads the environment, checks that the named variables are set, and
// prepares the table. It calls nothing over the network.
func Open(ctx context.Context, need ...string) (*Cloud, error) {
	cfg, err := config.Read(os.Getenv)
	if err != nil {
		return nil, err
	}
	if err := cfg.Need(append(need, "FRONTDESK_TABLE")...); err != nil {
		return nil, err
	}
	aws, err := awsconfig.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, fmt.Errorf("load the AWS configuration: %w", err)
	}
	c := &Cloud{Config: cfg, AWS: aws, Log: slog.New(slog.NewJSONHandler(os.Stdout, nil))}
	c.Store = record.New(dynamo.New(narrow(dynamodb.NewFromConfig(aws)), cfg.Table, dynamo.Options{}))
	c.Store.Keep = cfg.Keep
	return c, nil
}

// Live returns an empty cache of the live playbook.
func (c *Cloud) Live() *live.Cache { return &live.Cache{Store: c.Store} }

// Channels reads FRONTDESK_CHANNELS, from Secrets Manager when it is an ARN.
func (c *Cloud) Channels(ctx context.Context) ([]channel.Channel, error) {
	return channel.Load(ctx, c.Config.Channels, func(ctx context.Context, arn string) (string, error) {
		out, err := secretsmanager.NewFromConfig(c.AWS).GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: &arn})
		if err != nil {
			return "", err
		}
		return aws.ToString(out.SecretString), nil
	})
}

// Keeper returns the dead-letter store.
func (c *Cloud) Keeper() *deadletter.Keeper {
	return &deadletter.Keeper{Store: c.Store, Now: time.Now, Log: c.Log}
}

// Queues returns the inbox and the receipts queue, to put jobs on.
func (c *Cloud) Queues() (inbox, receipts *inboxsqs.Queue) {
	client := sending(sqs.NewFromConfig(c.AWS).SendMessageBatch)
	return inboxsqs.New(client, c.InboxQueue), inboxsqs.New(client, c.ReceiptsQueue)
}

// Consumer returns what works on the batches of a queue.
func (c *Cloud) Consumer(name, url string) (*inboxsqs.Consumer, error) {
	return inboxsqs.NewConsumer(pausing(sqs.NewFromConfig(c.AWS).ChangeMessageVisibility), url, inboxsqs.Options{Name: name, Graveyard: c.Keeper(), Log: c.Log})
}

// Fatal logs why a function cannot start. Main ends the program.
func Fatal(err error) {
	slog.New(slog.NewJSONHandler(os.Stdout, nil)).Error("cannot start", "alarm", "start", "error", err)
}
