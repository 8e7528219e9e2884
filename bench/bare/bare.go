// Package bare holds what the bare programs share. A bare program does the least
// that a right answer needs, with the same AWS calls as the function of the same
// name, in the most direct way: no checks of input beyond the signature, no
// playbook, no record of anything but bytes of a usual size. The benchmarks run
// it beside the function and print the ratio.
package bare

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strings"

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

// Key is the key of an item.
func Key(pk, sk string) Attributes { return Attributes{"pk": Text(pk), "sk": Text(sk)} }

// Item is an item with a body of so many bytes.
func Item(pk, sk string, size int) Attributes {
	return Attributes{"pk": Text(pk), "sk": Text(sk), "body": Text(strings.Repeat("x", size))}
}

// Query asks for a whole partition, as it is.
func Query(table, pk string) *dynamodb.QueryInput {
	return &dynamodb.QueryInput{
		TableName: &table, ConsistentRead: aws.Bool(true), KeyConditionExpression: aws.String("pk = :pk"),
		ExpressionAttributeValues: Attributes{":pk": Text(pk)},
	}
}
