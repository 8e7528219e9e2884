// Command echo answers each event with itself; {"fail":…} with an error,
// {"exit":…} not at all.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
)

func main() {
	lambda.Start(func(_ context.Context, e map[string]string) (json.RawMessage, error) {
		_, _ = os.Stdout.WriteString("got an event\n")
		if e["fail"] != "" {
			return nil, errors.New(e["fail"])
		}
		if e["exit"] != "" {
			os.Exit(3)
		}
		return json.Marshal(map[string]string{"echo": e["say"], "home": os.Getenv("FRONTDESK_TABLE"), "profile": os.Getenv("AWS_PROFILE")})
	})
}
