// Command admin is the bare admin API: the live playbook, as it is stored.
package main

import (
	"context"
	"log"
	"os"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"frontdesk/bench/bare"
)

type response = events.APIGatewayV2HTTPResponse

func main() {
	cfg, err := bare.Config(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	db, table := dynamodb.NewFromConfig(cfg), os.Getenv("FRONTDESK_TABLE")
	lambda.Start(func(ctx context.Context, r events.APIGatewayV2HTTPRequest) (response, error) {
		if a := r.RequestContext.Authorizer; a == nil || a.JWT == nil || a.JWT.Claims["role"] == "" {
			return response{StatusCode: 403}, nil
		}
		var out *dynamodb.GetItemOutput
		for _, sk := range []string{"DRAFT", "LIVE", "V#000000001"} { // there is no draft, so what is live
			var err error
			out, err = db.GetItem(ctx, &dynamodb.GetItemInput{TableName: &table, Key: bare.Key("PLAYBOOK", sk), ConsistentRead: aws.Bool(true)})
			if err != nil {
				return response{}, err
			}
		}
		body, ok := out.Item["body"].(*types.AttributeValueMemberS)
		if !ok {
			return response{StatusCode: 404}, nil
		}
		return response{StatusCode: 200, Headers: map[string]string{"Content-Type": "application/json"}, Body: body.Value}, nil
	})
}
