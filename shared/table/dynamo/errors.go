package dynamo

import (
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"frontdesk/shared/table"
)

// explain says what was attempted, and marks as [table.ErrBusy] what a later call
// may get done (AWS, "Error handling with DynamoDB").
func explain(what string, err error) error {
	if busy(err) {
		return fmt.Errorf("%s: %w: %w", what, table.ErrBusy, err)
	}
	return fmt.Errorf("%s: %w", what, err)
}

func busy(err error) bool {
	var response *smithyhttp.ResponseError
	if errors.As(err, &response) && response.HTTPStatusCode() >= 500 {
		return true
	}
	var api smithy.APIError
	if !errors.As(err, &api) {
		return false
	}
	switch api.ErrorCode() {
	case "ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded",
		"InternalServerError", "TransactionInProgressException", "TransactionConflictException":
		return true
	}
	return false
}

// transactError turns the reasons of a cancelled transaction, one for each step,
// into a conflict about the first step whose condition failed. Any other reason
// is a passing one: a race with another transaction, or throttling.
func (t *Table) transactError(err error, keys []table.Key) error {
	var cancelled *types.TransactionCanceledException
	if !errors.As(err, &cancelled) {
		return explain("transaction", err)
	}
	passing := true
	for i, reason := range cancelled.CancellationReasons {
		switch aws.ToString(reason.Code) {
		case "ConditionalCheckFailed":
			return t.conflict(keys[min(i, len(keys)-1)], reason.Item)
		case "ValidationError", "ItemCollectionSizeLimitExceeded":
			passing = false
		}
	}
	if passing {
		return fmt.Errorf("transaction: %w: %w", table.ErrBusy, err)
	}
	return fmt.Errorf("transaction: %w", err)
}
