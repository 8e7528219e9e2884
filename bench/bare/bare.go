// Package bare holds what the bare programs share. A bare program does the least
// that a right answer needs, with the same AWS calls as the function of the same
// name, in the most direct way: no checks of input beyond the signature, no
// playbook, no record of anything but bytes of a usual size. The benchmarks run
// it beside the function and print the ratio.
//
// The calls are the function's own: a claim and a receipt are one UpdateItem each, a
// recorded reply is one transaction of three updates, a contact is looked up under both of
// its ids, the live playbook's number is read every three seconds.
package bare

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
)

// Channel is what a bare program reads of FRONTDESK_CHANNELS.
type Channel struct {
	ID            string `json:"id"`
	PhoneNumberID string `json:"phone_number_id"`
	Token         string `json:"token"`
	AppSecret     string `json:"app_secret"`
	APIURL        string `json:"api_url"`
}

// Channels reads FRONTDESK_CHANNELS, as JSON or from Secrets Manager.
func Channels(ctx context.Context, cfg aws.Config) ([]Channel, error) {
	text := os.Getenv("FRONTDESK_CHANNELS")
	if strings.HasPrefix(text, "arn:") {
		out, err := secretsmanager.NewFromConfig(cfg).GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: &text})
		if err != nil {
			return nil, fmt.Errorf("get channels: %w", err)
		}
		text = *out.SecretString
	}
	var channels []Channel
	if err := json.Unmarshal([]byte(text), &channels); err != nil || len(channels) == 0 {
		return nil, fmt.Errorf("read channels: %w", err)
	}
	return channels, nil
}

// Config is the SDK's configuration of the environment.
func Config(ctx context.Context) (aws.Config, error) { return config.LoadDefaultConfig(ctx) }

// Signed checks a WhatsApp signature over the bytes of a body.
func Signed(secret string, body []byte, signature string) bool {
	want, err := hex.DecodeString(strings.TrimPrefix(signature, "sha256="))
	if err != nil {
		return false
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return hmac.Equal(mac.Sum(nil), want)
}

// Delivery is what is read of a WhatsApp webhook.
type Delivery struct {
	Entry []struct {
		Changes []struct {
			Value struct {
				Metadata struct {
					PhoneNumberID string `json:"phone_number_id"`
				} `json:"metadata"`
				Messages []Message `json:"messages"`
			} `json:"value"`
		} `json:"changes"`
	} `json:"entry"`
}

// Message is one text message of a delivery, and a job of the bare queues.
type Message struct {
	From string `json:"from"`
	ID   string `json:"id"`
	Time string `json:"timestamp"`
	Type string `json:"type"`
	Text struct {
		Body string `json:"body"`
	} `json:"text"`
}

// Messages lists the messages of a delivery.
func (d Delivery) Messages() []Message {
	var all []Message
	for _, entry := range d.Entry {
		for _, change := range entry.Changes {
			all = append(all, change.Value.Messages...)
		}
	}
	return all
}

// Attributes is an item, or a key, of the table.
type Attributes = map[string]types.AttributeValue

// Text is a string attribute.
func Text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

// Number is a number attribute.
func Number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}

// Key is the key of an item.
func Key(pk, sk string) Attributes { return Attributes{"pk": Text(pk), "sk": Text(sk)} }

// Body is a body of so many bytes.
func Body(size int) string { return strings.Repeat("x", size) }

// Decode reads the body of an item.
func Decode(item Attributes, into any) error {
	body, ok := item["body"].(*types.AttributeValueMemberS)
	if !ok {
		return errors.New("an item has no body")
	}
	return json.Unmarshal([]byte(body.Value), into)
}

// keep is how long the real programs keep personal data.
const keep = 365 * 24 * time.Hour

// Expiring writes an item that vanishes in a year, over whatever is there.
func Expiring(table string, key Attributes, body string) *types.Update {
	return &types.Update{
		TableName: &table, Key: key, UpdateExpression: aws.String("SET body = :body, #ttl = :ttl"),
		ExpressionAttributeNames:  map[string]string{"#ttl": "ttl"},
		ExpressionAttributeValues: Attributes{":body": Text(body), ":ttl": Number(time.Now().Add(keep).Unix())},
	}
}

// Fresh writes an item that vanishes in a year and must not be there yet.
func Fresh(table string, key Attributes, body string) *types.Update {
	u := Expiring(table, key, body)
	u.UpdateExpression = aws.String("SET body = :body, #ttl = :ttl, v = :one")
	u.ConditionExpression = aws.String("attribute_not_exists(pk)")
	u.ExpressionAttributeValues[":one"] = Number(1)
	return u
}

// Lasting writes an item that stays, over whatever is there.
func Lasting(table string, key Attributes, body string) *types.Update {
	return &types.Update{
		TableName: &table, Key: key, UpdateExpression: aws.String("SET body = :body"),
		ExpressionAttributeValues: Attributes{":body": Text(body)},
	}
}

// Alone is a step as a write of its own.
func Alone(u *types.Update) *dynamodb.UpdateItemInput {
	return &dynamodb.UpdateItemInput{
		TableName: u.TableName, Key: u.Key, UpdateExpression: u.UpdateExpression, ConditionExpression: u.ConditionExpression,
		ExpressionAttributeNames: u.ExpressionAttributeNames, ExpressionAttributeValues: u.ExpressionAttributeValues,
	}
}

// Query asks for a whole partition, as it is.
func Query(table, pk string) *dynamodb.QueryInput {
	return &dynamodb.QueryInput{
		TableName: &table, ConsistentRead: aws.Bool(true), KeyConditionExpression: aws.String("pk = :pk"),
		ExpressionAttributeValues: Attributes{":pk": Text(pk)},
	}
}

// Between asks for a part of a partition, both ends included.
func Between(table, pk, from, to string) *dynamodb.QueryInput {
	q := Query(table, pk)
	q.KeyConditionExpression = aws.String("pk = :pk AND sk BETWEEN :from AND :to")
	q.ExpressionAttributeValues[":from"], q.ExpressionAttributeValues[":to"] = Text(from), Text(to)
	return q
}
