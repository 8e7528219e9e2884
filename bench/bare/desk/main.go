// Command desk is the bare desk: read the head, claim, send, record.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"frontdesk/bench/bare"
)

// Sizes of what the real desk writes, in bytes.
const (
	claimSize = 840
	replySize = 430
	headSize  = 430
	daySize   = 2
)

type desk struct {
	db      *dynamodb.Client
	table   string
	channel bare.Channel
	http    *http.Client
	live    bare.Live
}

func main() {
	ctx := context.Background()
	cfg, err := bare.Config(ctx)
	if err != nil {
		log.Fatal(err)
	}
	channels, err := bare.Channels(ctx, cfg)
	if err != nil {
		log.Fatal(err)
	}
	d := &desk{db: dynamodb.NewFromConfig(cfg), table: os.Getenv("FRONTDESK_TABLE"), channel: channels[0], http: &http.Client{}}
	lambda.Start(d.handle)
}

func (d *desk) handle(ctx context.Context, e events.SQSEvent) (events.SQSEventResponse, error) {
	for _, record := range e.Records {
		if err := d.answer(ctx, record); err != nil {
			return events.SQSEventResponse{}, err
		}
	}
	return events.SQSEventResponse{}, nil
}

// job is what is read of a real job.
type job struct {
	ID   string `json:"id"`
	Text string `json:"text"`
	From struct {
		Phone string `json:"phone"`
	} `json:"from"`
}

func (d *desk) answer(ctx context.Context, record events.SQSMessage) error {
	var m job
	if err := json.Unmarshal([]byte(record.Body), &m); err != nil {
		return err
	}
	pk := "C#" + record.Attributes["MessageGroupId"]
	if err := d.open(ctx, pk, m); err != nil {
		return err
	}
	claim := bare.Fresh(d.table, bare.Key(pk, "M#"+m.ID), bare.Body(claimSize))
	if _, err := d.db.UpdateItem(ctx, bare.Alone(claim)); err != nil {
		return err
	}
	if err := d.send(ctx, m); err != nil {
		return err
	}
	_, err := d.db.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
		{Update: bare.Fresh(d.table, bare.Key(pk, "M#re:"+m.ID), bare.Body(replySize))},
		{Update: bare.Fresh(d.table, bare.Key(pk, "HEAD"), bare.Body(headSize))},
		{Update: bare.Expiring(d.table, bare.Key("DAY#today", pk), bare.Body(daySize))}}})
	return err
}

// open reads the contact's two possible heads and, when due, what is live.
func (d *desk) open(ctx context.Context, pk string, m job) error {
	keys := []bare.Attributes{bare.Key(pk, "HEAD"), bare.Key("C#+"+m.From.Phone, "HEAD")}
	if d.live.Due() {
		keys = append(keys, bare.Key("PLAYBOOK", "LIVE"))
	}
	if _, err := d.db.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{
		d.table: {Keys: keys, ConsistentRead: aws.Bool(true)}}}); err != nil {
		return err
	}
	return d.live.Load(ctx, d.db, d.table)
}

func (d *desk) send(ctx context.Context, m job) error {
	body, err := json.Marshal(map[string]any{"messaging_product": "whatsapp", "to": "+" + m.From.Phone, "type": "text",
		"text": map[string]string{"body": "Our prices: https://shop.example.com/prices"}, "biz_opaque_callback_data": m.ID})
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, d.channel.APIURL+"/"+d.channel.PhoneNumberID+"/messages", bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+d.channel.Token)
	r.Header.Set("Content-Type", "application/json")
	answer, err := d.http.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	var sent struct{ Messages []struct{ ID string } }
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(raw, &sent); err != nil || len(sent.Messages) == 0 {
		return fmt.Errorf("send: status %d", answer.StatusCode)
	}
	return nil
}
