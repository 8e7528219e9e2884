// Package cloud wires the steps to AWS: the table to DynamoDB, the queues to
// SQS, mail to SES, the channels' secrets to Secrets Manager. Each function under
// functions/ takes from it what it needs. The steps themselves are the same as on
// one machine.
package cloud

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
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
	useMemory()
	cfg, err := config.Read(os.Getenv)
	if err != nil {
		return nil, err
	}
	if err := cfg.Need(append(need, "FRONTDESK_TABLE")...); err != nil {
		return nil, err
	}
	env, err := fromEnvironment()
	if err != nil {
		return nil, err
	}
	c := &Cloud{Config: cfg, AWS: env, Log: slog.New(slog.NewJSONHandler(os.Stdout, nil))}
	c.Store = record.New(dynamo.New(dynamodb.NewFromConfig(env), cfg.Table, dynamo.Options{}))
	c.Store.Keep = cfg.Keep
	return c, nil
}

// fromEnvironment is the AWS configuration of a function: Lambda hands region and
// credentials over in variables. The SDK's own search goes on to files, sign-in
// and instance metadata, which a function never has and which are 2 MB of program.
// Endpoint variables (AWS_ENDPOINT_URL and its forms) are honoured as by the SDK.
func fromEnvironment() (aws.Config, error) {
	env, err := awsconfig.NewEnvConfig()
	if err != nil {
		return aws.Config{}, fmt.Errorf("read the AWS variables: %w", err)
	}
	if env.Region == "" || !env.Credentials.HasKeys() {
		return aws.Config{}, errors.New("AWS_REGION or the credentials that Lambda sets are missing: this program runs as a Lambda function")
	}
	c := aws.Config{
		Region:           env.Region,
		Credentials:      credentials.StaticCredentialsProvider{Value: env.Credentials},
		ConfigSources:    []any{env},
		RetryMaxAttempts: env.RetryMaxAttempts,
		RetryMode:        env.RetryMode,
	}
	if ignore := env.IgnoreConfiguredEndpoints; env.BaseEndpoint != "" && (ignore == nil || !*ignore) {
		c.BaseEndpoint = &env.BaseEndpoint
	}
	return c, nil
}

// useMemory lets garbage grow in the memory that is paid for anyway: a function
// has it to itself, and collecting a heap of few megabytes over and over takes a
// tenth of its processor time.
func useMemory() {
	mb, err := strconv.Atoi(os.Getenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"))
	if err != nil || mb < 128 {
		return
	}
	debug.SetGCPercent(400)
	debug.SetMemoryLimit(int64(mb) << 20 / 4 * 3)
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
	client := sqs.NewFromConfig(c.AWS)
	return inboxsqs.New(client, c.InboxQueue), inboxsqs.New(client, c.ReceiptsQueue)
}

// reserve is kept free before a function's deadline: a send that begins takes up
// to 10 s, and must not be cut off.
const reserve = 24 * time.Second

// receiptsReserve is enough for the few writes that a receipt takes.
const receiptsReserve = 4 * time.Second

// Waits is how often a message may wait for a channel that is down: with pauses that
// grow to half an hour on average, more than a day.
const Waits = 100

// Consumer returns what works on the batches of a queue.
func (c *Cloud) Consumer(name, url string) (*inboxsqs.Consumer, error) {
	allowed, kept := 0, receiptsReserve // receipts wait for no channel
	if name == deadletter.Inbox {
		allowed, kept = Waits, reserve
	}
	return inboxsqs.NewConsumer(sqs.NewFromConfig(c.AWS), url, inboxsqs.Options{
		Name: name, Graveyard: c.Keeper(), Chance: rand.Float64, Waits: allowed, Log: c.Log, Reserve: kept,
	})
}

// Fatal logs why a function cannot start. Main ends the program.
func Fatal(err error) {
	slog.New(slog.NewJSONHandler(os.Stdout, nil)).Error("cannot start", "alarm", "start", "error", err)
}
